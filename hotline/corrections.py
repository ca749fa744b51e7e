"""How people take something back, add something, or speak for somebody else; plain words, no catalogue."""

from __future__ import annotations

import re
from datetime import datetime

_CORRECTS = re.compile(
    "不是|不对|不要|莫|错了|错喽|说错|搞错|弄错|记错|讲错|打错|拐了|改成|改到|改为|改一[下哈]|换成|换到|换个|改天|其实|而是|变了|应该是|应当是|更正|还是|算了"
)
_INSTEAD = (
    re.compile(r"(?:不是|不办|不搞|不弄|不要)[^，,。；]{1,14}[，,；。 ]*(?:了[，, ]*)?(?:我?(?:要|想)?(?:办|补|改|换)?(?:的)?是|而是|改成|改办|换成|要办|办|就办|是)(?P<new>.{2,})"),
    re.compile(r"(?:改成|改办|换成|换到|应该是|应当是|其实是|其实(?:要|想)|我说的是|是要办|而是)(?P<new>.{2,})"),
    re.compile(r"(?:算了|莫了)[，, ]*(?:还是)?(?P<new>.{2,})|(?:^|[，,。 ])还是(?:要|办|就办|先办)?(?P<also>.{2,})"),
    re.compile(r"(?:说错|搞错|弄错|讲错|错)了[^，,。；]{0,6}[，,。； ]+(?:不是[^，,]{1,12}[，, ]*)?(?:是|要|我要)?(?P<new>.{2,})"),
)
_ADDS = re.compile("还有|还要|还想|顺便|顺带|另外|除了|对了|同时|一起办|再(?:帮|给|办|问|补|交|开|换|弄)|也(?:要|想|帮|办)")
_KIN = {
    "母亲": "妈|老妈|妈妈|母亲|老娘|娘老汉?",
    "父亲": "爸|老爸|爸爸|父亲|老汉儿?|老头儿?|爹",
    "奶奶": "奶奶|婆婆|婆",
    "爷爷": "爷爷|爷|公公",
    "外婆": "外婆|家婆|嘎嘎|姥姥",
    "外公": "外公|家公|姥爷",
    "岳母": "岳母|丈母娘|老丈母",
    "岳父": "岳父|老丈人|丈人",
    "爱人": "老公|老婆|婆娘|爱人|媳妇儿?|堂客|男人|屋头那个",
    "儿子": "儿子|儿|幺儿|大娃|小儿子",
    "女儿": "女儿|女|幺女|闺女|妹崽",
    "兄弟姐妹": "哥哥?|弟弟?|姐姐?|妹妹?|兄弟|姊妹|妹儿",
    "邻居": "邻居|隔壁(?:的)?(?:大爷|老人|孃孃|嬢嬢|老头|婆婆)",
}
KIN = frozenset(_KIN)  # for whom an errand may be, beside companies and the like
_FOR = "(?:帮|替|给|代|为|跟|是)"
_KIN_PATTERNS = {
    kin: re.compile(rf"{_FOR}(?:我们?|俺)?(?:屋头|家里?)?(?:的)?(?:{words})(?!子|家|们|生|厂|店)|我们?(?:屋头|家里?)?(?:{words})(?:的|她|他|那个|要|想|走不|腿|瘫|卧床|年纪|身份证|社保|医保|养老|[0-9七八九]+)")
    for kin, words in _KIN.items()
}  # fmt: skip
_COMPANY = re.compile(rf"{_FOR}?(?:我们?|咱们?)(?:的)?(?P<kind>公司|单位|厂子?|店子?|合作社|村上|村委会|学校|工地|幼儿园|诊所|饭店|超市)")
_CLOCK_SAID = re.compile("[点时:：]|上午|下午|早|晌|中午|晚|黑|一早|天亮|饭|夜|半天|傍|后半天")
_DAY_SAID = re.compile("今|明|后天|外后|大后|周|星期|礼拜|[月号日]|初|赶场|场天|逢|天后|过两天|改天|立|冬至|元旦|春节")


def corrects(text: str) -> bool:
    """Whether somebody takes back what they said."""
    return bool(_CORRECTS.search(text))


def instead(text: str) -> str | None:
    """What shall hold instead: 「不是上户口，是补身份证」 → 补身份证; None if nothing is put in its place."""
    for pattern in _INSTEAD:
        if found := pattern.search(text):
            new = next(part for name, part in found.groupdict().items() if part)
            return str(new).strip("，,。 ")
    return None


def adds(text: str) -> bool:
    """Whether something further is wanted, beside what was said before."""
    return bool(_ADDS.search(text))


def for_whom(text: str) -> str | None:
    """For whom somebody speaks: 母亲, 公司; None when it is for themselves or not said."""
    for kin, pattern in _KIN_PATTERNS.items():
        if pattern.search(text):
            return kin
    company = _COMPANY.search(text)
    return company["kind"].rstrip("子") if company else None


def joined_times(before: dict[str, str] | None, new: dict[str, str], text: str) -> tuple[datetime, datetime] | None:
    """Start and end when a correction changes only the day or only the hour: the other half stays.

    「不是明天，后天」 keeps ten o'clock; 「改成下午三点」 keeps the day. None: the new time says it all.
    """
    if not before or "from" not in before:
        return None
    old_from, old_to = (datetime.fromisoformat(before[edge]) for edge in ("from", "to"))
    new_from, new_to = (datetime.fromisoformat(new[edge]) for edge in ("from", "to"))
    if _DAY_SAID.search(text) and not _CLOCK_SAID.search(text):
        return (
            datetime.combine(new_from.date(), old_from.timetz()),
            datetime.combine(new_from.date() + (old_to.date() - old_from.date()), old_to.timetz()),
        )
    if _CLOCK_SAID.search(text) and not _DAY_SAID.search(text):
        return (
            datetime.combine(old_from.date(), new_from.timetz()),
            datetime.combine(old_from.date() + (new_to.date() - new_from.date()), new_to.timetz()),
        )
    return None
