"""Which part of the notice a citizen asks for, when it is only one: the fee, the time, the place or the papers.

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


_WHICH = "些?(?:啥子?+|什么|哪些|哪样|哪几样)些?+"
_PAPERS = "(?:材料|资料|证件|证明|东西|证)"
_WORDS = {
    Facet.FEE: re.compile(
        r"收费|工本费|手续费|费用|免不免费|免费[不吗嘛没]|(?:要|花|收|出|补|办|换)(?:不要|不收)?(?:好多|多少|几多|几块)?钱"
        r"|^(?:那|办|办这个|一个|一共|总共)*(?:好多|多少|几多|几块)钱|贵不贵|钱[多要]不[多要]"
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
_SUMS = re.compile("贷|领|发|补助|补贴|报销|月|年|赔|退|罚|养老|低保|社保|医保|保费|公积金|税")  # money, but no fee
_LONGEST = 40  # characters: who tells a story needs the whole answer


def facet_of(text: str) -> Facet | None:
    """The one part that is asked for, or None when it is none, or more than one."""
    asked = [facet for facet, words in _WORDS.items() if words.search(text)]
    if len(asked) != 1 or len(text) > _LONGEST or (asked == [Facet.FEE] and _SUMS.search(text)):
        return None
    return asked[0]
