"""Which part of the notice a citizen asks for, when it is only one: the fee, the time, the place, the papers, or who may act.

Everything unclear gets the full notice: telling too much is the smaller fault.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Facet(StrEnum):
    """One part of the one-time full notice."""

    FEE = "fee"
    TIME = "time"
    PLACE = "place"
    MATERIALS = "materials"
    WHO = "who"  # may act, and for whom


_WHICH = "些?(?:啥子?+|什么|哪些|哪样|哪几样)些?+"
_PAPERS = "(?:材料|资料|证件|证明|东西|证)"
_MAY = "(?:得不得?行?|得行[不吗嘛没]|要得[不吗嘛没]|行不行|[行成][不吗没]|可不可以|可以[不吗嘛么没]|能不能|能[不吗]|得[成到][不吗])"
_CAN = "(?:可不可以|可以|能不能|能够?|得不得)"
_ASKED = "(?:[不吗嘛么没]|[?？]|$)"
_OTHERS = (
    "(?:别[人个]|旁人|[其他]他人|[她他]|亲戚|亲属|家属|家里?人|屋头头?人|熟人|朋友|邻居|同事|会计|经办人?|员工|秘书|中介|公司的人|单位的人|村上的人|监护人"
    "|老?[妈爸爹娘]|母亲|父亲|老汉儿?|婆婆|爷爷|奶奶|外婆|外公|公公|老公|老婆|婆娘|爱人|媳妇儿?|男人|儿子?|女儿?|娃儿?|[哥弟姐妹]|兄弟|姊妹|孙[子女]?)"
)
_BOTH = "(?:两口子|夫妻|双方|两个人?|两方|一家人|全家|爸妈|父母|股东|所有人)"
_WHO = (
    f"(?:要不要|必须|非要|非得|是不是|一定要?|需不需要|需要|硬要|要)[^，,]{{0,6}}(?:本人|亲自|自己(?:去|来|到|跑))"
    f"|(?:本人|亲自)[^，,]{{0,6}}(?:(?:去|来|到|到场|在场|签|办)[不吗嘛没]|{_MAY})|本人.{{0,3}}(?:去不了|来不了|不去|不来|不在|没空)"
    f"|(?:是不是|非要|必须|要不要|一定要?){{1,2}}{_BOTH}.{{0,3}}(?:去|来|到)|{_BOTH}.{{0,3}}都?(?:要|必须|得)都?(?:去|来|到|在场|到场|签字).{{0,3}}{_ASKED}"
    f"|(?<!帮我)(?:代[办理领签交取]|委托|授权)[^，,]{{0,8}}{_MAY}|{_CAN}[^，,]{{0,4}}代[办领签交取][^，,]{{0,3}}{_ASKED}|委托(?:别|他|人|亲).{{0,12}}{_ASKED}|要不要授权|要授权[不吗]"
    f"|[替代帮](?!我[办跑问查看弄]|你|忙)[^，,]{{0,8}}{_MAY}|{_CAN}[替代帮](?!我|你|忙|办|跑|到)[^，,]{{0,8}}{_ASKED}"
    f"|(?:我|一个人|单方|一方|{_OTHERS})(?!明|后|今|下|上|这|周|星期|早)[^，,]{{0,3}}(?:去|来|签字|到场)[^，,]{{0,4}}{_MAY}"
    f"|(?:一个人|单方|一方|{_OTHERS}){_CAN}[^，,]{{0,6}}(?:去|来|替|代|帮|签)[^，,]{{0,6}}{_ASKED}|(?:找|喊|请|由|让){_OTHERS}[^，,]{{0,6}}{_MAY}"
    f"|(?:谁|哪个)(?:才|都)?(?:{_CAN}|来|去|有资格|该)(?:来|去)?(?:办|申请|申报|领|签字|去|来|交|补|报|代)|(?:哪些|啥子?|什么)人{_CAN}(?:来|去)?[代替帮]"
    f"|{_CAN}(?:找|喊|请|由|让|托){_OTHERS}"
)
_WORDS = {
    Facet.WHO: re.compile(_WHO),
    Facet.FEE: re.compile(
        r"收费|工本费|手续费|费用|免不免费|免费[不吗嘛没]|(?:要|花|收|出|补|办|换)(?:不要|不收)?(?:好多|多少|几多|几块)?钱"
        r"|(?:^|[，,。？?])(?:那|办|办这个|一个|一共|总共)*(?:好多|多少|几多|几块)钱|贵不贵|钱[多要]不[多要]"
    ),
    Facet.TIME: re.compile(
        r"(?<!提前)(?:好久|多久|多长时间|好长时间)(?:能|可以|才|办|拿|取|下来|出来|到账|搞|弄|$|[?？。，,嘛呢啊哦])"
        r"|(?:要|得|等)(?:好久|多久|好长时间|多长时间|好多时间|几天|好多天|多少天|几个工作日)|几天(?:能|可以|办|拿|到账|下来)"
        r"|(?:哪天|啥子?时候|好久|什么时候)(?:能|可以|才|就)?(?:拿|取|领)?(?:得到|得了|下得?来|到手)|^(?:时间|好久|多久|几天)[?？嘛呢啊哦]*$"
        r"|当[天场](?:能|可以|得行|拿|取)"
    ),
    Facet.PLACE: re.compile(
        r"几号窗口|哪(?:个|些)?(?:窗口|专区|地方|凼凼)|[在去到](?:哪里|哪儿|哪点|哪边|啥子?地方|什么地方)(?!去了|去啦)"
        r"|(?:村|镇|街道|园区)(?:上|里|头)?(?:能不能|可不可以|得不得行)办"
    ),
    Facet.MATERIALS: re.compile(
        rf"^(?:要的|办事)?(?:材料|资料|证件)(?:呢|嘛|清单)?$|(?:带|拿|备|交|要){_WHICH}(?!条件|手续)|(?<!办)(?<!领){_WHICH}{_PAPERS}(?!都|也)|{_PAPERS}(?:要|有|需要|是)?{_WHICH}"
    ),
}
_OURS = re.compile("你们|你[去来帮]|跑手|跑腿|跑团|派|帮我[办跑拿取交代送]")  # what our people may do is another question
_SUMS = re.compile("贷|领|发|补助|补贴|报销|月|年|赔|退|罚|养老|低保|社保|医保|保费|公积金|税")  # money, but no fee
_LONGEST = 40  # characters: who tells a story needs the whole answer


def facet_of(text: str) -> Facet | None:
    """The one part that is asked for, or None when it is none, or more than one."""
    asked = [facet for facet, words in _WORDS.items() if words.search(text)]
    if len(asked) != 1 or len(text) > _LONGEST or (asked == [Facet.FEE] and _SUMS.search(text)):
        return None
    if asked == [Facet.WHO] and _OURS.search(text):
        return None
    return asked[0]
