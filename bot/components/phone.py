"""Find phone numbers as people dictate them: in groups, with doublings, pauses and second thoughts.

The rule is to stay strict. A number that is no phone (an id card, a bank card, an order, a price) is worse
as a phone than a phone that was missed, because a runner would ring a stranger. A number that was clearly
meant as a phone and has the wrong length is reported with `extra["invalid"]`, so that the form can ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from . import Detail
from .sounds import with_digits

SPOKEN_DIGITS = {
    **{char: str(index) for index, char in enumerate("零一二三四五六七八九")},
    **{char: str(index) for index, char in enumerate("０１２３４５６７８９")},
    **{char: str(index + 1) for index, char in enumerate("壹贰叁肆伍陆柒捌玖")},
    "〇": "0", "洞": "0", "o": "0", "O": "0", "Ｏ": "0", "ｏ": "0", "幺": "1", "么": "1", "妖": "1", "腰": "1", "两": "2", "拐": "7", "勾": "9",
}  # fmt: skip
TIMES_SAID = {"双": 2, "两个": 2, "二个": 2, "三个": 3, "四个": 4, "五个": 5, "六个": 6, "七个": 7, "八个": 8}
FILLERS = (
    "再加上?一?个|再来(?!个)|加个|再来个|再|然后是|然后|后头是|后面是|后头|后面|接到是|接到|接着|再是|这个|那个|就是|横杠|空格|杠|嗯+|呃+|额|啊|哦|"
    "噢|是"
)
MEASURES = "个点天号月日年块元万千百十岁张份次趟楼栋组社周分秒斤亩口人家道米户"  # what a count counts
CORRECTIONS = "少[说念报]?了?一[个位]|漏[说念报]?了?一[个位]|不对|不是|(?:说|记|搞|念|弄|打|报)错了?|(?<!没)错了|哦不|噢不|更正|改成|改为|应该是|重新说"
TAIL_WORDS = "最后|末尾|尾号|后头|后面|后[一二两三四五六七八3-8]位|尾数"
PHONE_WORDS = "电话|手机|座机|固话|号码|联系方式|联系|打我|打给|加微信|微信"
OTHER_NUMBER_WORDS = "身份证号?码?|银行卡号?|社保卡号?|卡号|账号|帐号|信用代码|车架号|档案号|存折号?|病历号"
AREA_CODE = "0827"  # 巴中
HOTLINES = ("12345", "12333", "12315", "12348", "12366", "12393")  # nobody's own phone
LOCAL_LENGTH = 7  # of a landline within 巴中

_DIGIT = "[0-9０-９" + "".join(c for c in SPOKEN_DIGITS if c not in "０１２３４５６７８９oOｏＯ") + "]"
_OH = r"(?<=[0-9０-９oOｏＯ])[oOｏＯ]|[oOｏＯ](?=[0-9])"
_REPEAT = rf"(?P<times>双|[两二三四五六七八2-8]个)(?P<what>{_DIGIT}|[oO])"
_PIECE = re.compile(rf"{_REPEAT}|(?P<digit>{_DIGIT}|{_OH})")
_PAUSE = re.compile(rf"(?:[\s\-—–－·•.．、，,。…~～_()（）]|{FILLERS}){{1,6}}")
_COUNTED = re.compile(rf"[{MEASURES}]")
_CORRECTED = re.compile(CORRECTIONS)
_TAIL = re.compile(rf"{TAIL_WORDS}|中间|前[三四3-4]位|{CORRECTIONS}")
_OTHER_THING = re.compile(r"单号|订单|身份证|卡|栋|门牌|时间|[点块元]|验证码")
_PHONE_BEFORE = re.compile(rf"(?:{PHONE_WORDS})[^0-9，,。；;！？!?]{{0,6}}[：:，,]?\s*$")
_OTHER_BEFORE = re.compile(rf"(?:{OTHER_NUMBER_WORDS})[^0-9，,。；;！？!?]{{0,4}}[：:，,]?\s*$")
_TAIL_OF_PHONE = re.compile(r"(?:电话|手机|号码)[^，。]{0,4}(?:最后|后面?|尾号|尾数)[^0-9]{0,6}$")
_DENIED_DIGITS = re.compile(rf"(?<={_DIGIT}{{7}})不[是系]{_DIGIT}{{2,8}}(?!{_DIGIT}|[，, ]?(?:而?是|应该是))|"
    rf"不是{_DIGIT}{{2,8}}(?=[，, ]?(?:而?是|应该是){_DIGIT})")
_SAID_AGAIN = re.compile(
    rf"(?P<wrong>{_DIGIT}{{2,8}})[\s，,]*(?:嗯|呃)?(?:{CORRECTIONS})[\s，,是]*(?P<right>{_DIGIT}{{2,8}})(?!{_DIGIT})"
)
_LAST_FOUR = re.compile(  # 1380000，后头四位是9527
    rf"(?<!{_DIGIT})(?P<first>[1一幺腰]{_DIGIT}{{6}})(?P<link>[\s，,]*(?:最?后[头面]?[的]?[四4]位|尾号|尾数)(?:数字?)?[是：:]?)(?P<last>{_DIGIT}{{4}})(?!{_DIGIT})"
)
_FOUR = rf"(?:(?:四个|4个){_DIGIT}|{_DIGIT}{{4}})"
_IN_PARTS = re.compile(  # 开头是158，中间四个零，最后1234; 158开头，后面是00001234
    rf"(?P<lead>开头是?|前[三3]位是?)?(?P<first>(?<!{_DIGIT})[1一幺腰]{_DIGIT}{{2}})(?P<to_middle>(?:开头的?)?[\s，,]*(?:然后)?(?:中间|后面|后头|接到|接着)?(?:就?是)?)"
    rf"(?P<middle>{_FOUR})(?:(?P<to_last>[\s，,]*(?:然后|再)?(?:最后面?|尾巴上?|末尾|后头|后面|再一个)?(?:[四4]位)?(?:就?是)?)(?P<last>{_FOUR}))(?!{_DIGIT})"
)


@dataclass(frozen=True)
class DigitGroup:
    """Digits said in one breath."""

    digits: str
    start: int
    end: int


Run = list[DigitGroup]  # groups with nothing but pauses and fillers between them


def _pieces(text: str) -> Iterator[DigitGroup]:
    """Each spoken digit or doubling, with the digits it stands for."""
    for match in _PIECE.finditer(text):
        if match["what"]:
            times = match["times"]
            count = TIMES_SAID.get(times) or int(times[0])
            digits = _as_digit(match["what"]) * count
        else:
            digits = _as_digit(match["digit"])
        yield DigitGroup(digits, match.start(), match.end())


def _as_digit(char: str) -> str:
    return SPOKEN_DIGITS.get(char, char)


def digit_groups(text: str) -> list[DigitGroup]:
    """Digits that stand side by side, as one group each."""
    found: list[list[DigitGroup]] = []
    for piece in _pieces(text):
        if found and found[-1][-1].end == piece.start:
            found[-1].append(piece)
        else:
            found.append([piece])
    joined = (DigitGroup("".join(p.digits for p in g), g[0].start, g[-1].end) for g in found)
    return [group for group in joined if not _is_count(text, group)]


def _is_count(text: str, group: DigitGroup) -> bool:
    """Whether a short group counts something (两个人, 3号) and dictates nothing."""
    return len(group.digits) <= 4 and _COUNTED.match(text, group.end) is not None


def digit_runs(text: str) -> list[Run]:
    """Groups that only pauses and fillers keep apart."""
    runs: list[Run] = []
    for group in digit_groups(text):
        if runs and _PAUSE.fullmatch(text, runs[-1][-1].end, group.start):
            runs[-1].append(group)
        else:
            runs.append([group])
    return runs


def _digits(groups: Run) -> str:
    return "".join(group.digits for group in groups)


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789"


def _is_landline(groups: Run, *, meant: bool) -> bool:
    """A 巴中 landline, or another area's when the area code is set apart or a phone was announced."""
    digits = _digits(groups)
    if digits.startswith(AREA_CODE):
        return len(digits) == len(AREA_CODE) + LOCAL_LENGTH and digits[4] in "23456789"
    apart = meant or (len(groups) == 2 and re.fullmatch(r"010|02\d|0[3-9]\d\d", groups[0].digits) is not None)
    return apart and re.fullmatch(r"(?:010|02\d)[2-9]\d{7}|0[3-9]\d\d[2-9]\d{6,7}", digits) is not None


def _is_id_number(digits: str) -> bool:
    """18 digits (or 17 and an X) with a date of birth where an id card has it."""
    born = re.match(r"\d{6}(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d", digits)
    return len(digits) in (17, 18) and born is not None


def _country_code_off(groups: Run) -> Run:
    """The groups without +86 in front."""
    if groups and groups[0].digits in ("86", "0086"):
        return groups[1:]
    digits = groups[0].digits if groups else ""
    prefix = re.match(r"(?:00)?86(?=1[3-9]\d{9}$)", digits)
    return [replace(groups[0], digits=digits[prefix.end() :])] if prefix else groups


def _phone_windows(run: Run, *, meant: bool) -> Iterator[tuple[int, int]]:
    """Spans of groups that make up a phone; a whole group that is one goes first."""
    index, unused = 0, 0
    sizes = list(accumulate((len(group.digits) for group in run), initial=0))
    while index < len(run):
        last = next((j for j in range(index + 1, len(run) + 1) if sizes[j] - sizes[index] >= 11), len(run))
        window = run[index:last]
        if (unused <= 4 or last == index + 1) and _is_phone(window, meant=meant) and _may_follow(run[last:]):
            yield index, last
            index, unused = last, 0
        elif _is_id_number(_digits(run[index : index + 4])[:18]) and len(run[index].digits) != 11:
            return
        else:
            unused += len(run[index].digits)
            index += 1


def _is_phone(window: Run, *, meant: bool) -> bool:
    return _is_mobile(_digits(window)) or _is_landline(window, meant=meant)


def _may_follow(rest: Run) -> bool:
    """After a phone comes another number, a short remark, or nothing: not the rest of a bank card."""
    return not rest or rest[0].digits[0] in "01" or len(rest[0].digits) >= 7 or len(rest) == 1


def _wrong_length(run: Run, *, meant: bool) -> str:
    """How far off a dictated phone is (`差1位`, `多1位`), or "" if it was none."""
    digits = _digits(run)
    mobile = digits[0] == "1" and digits[1:2] in tuple("3456789")
    landline = digits.startswith(AREA_CODE)
    plausible = range(7, 14) if meant else range(10, 13)
    if not (mobile or landline) or digits[len(AREA_CODE) :] in HOTLINES:
        return ""
    if len(digits) not in plausible or len(digits) == 11:
        return ""
    return f"差{11 - len(digits)}位" if len(digits) < 11 else f"多{len(digits) - 11}位"


def _detail(text: str, groups: Run, value: str, **extra: str) -> Detail:
    start, end = groups[0].start, groups[-1].end
    return Detail("phone", value, text[start:end], start, end, dict(extra))


def _in_run(text: str, full_run: Run) -> Iterator[Detail]:
    """The phones within one run, or the one that has the wrong length."""
    before, run = text[max(0, full_run[0].start - 20) : full_run[0].start], _country_code_off(full_run)
    if not run or _OTHER_BEFORE.search(before) or re.search(r"[A-Za-z]$", before):
        return
    if text[run[-1].end : run[-1].end + 1] in tuple("元块万Xx%％"):
        return
    meant = _PHONE_BEFORE.search(before) is not None
    windows = list(_phone_windows(run, meant=meant))
    for first, last in windows:
        yield _detail(text, run[first:last], _digits(run[first:last]))
    if windows:
        return
    digits = _digits(run)
    announced = re.search(r"(?:座机|固话|电话|号码)[^，。]{0,6}$|座机[^。]{0,6}$|打(?:过来|给我|我|这个)[^。]{0,6}$", before) or re.match("[，, ]?(?:打得通|打得到|找得到我|是?座机)", text[run[-1].end :])
    if announced and re.fullmatch(r"[2-8]\d{6}", digits):
        yield _detail(text, run, AREA_CODE + digits)
    elif wrong := _wrong_length(run, meant=meant):
        yield _detail(text, run, digits, invalid=wrong)
    elif len(digits) in (3, 4) and _TAIL_OF_PHONE.search(before):
        yield _detail(text, run, digits, invalid=f"差{11 - len(digits)}位", tail=digits)


def _amended(text: str, phone: Detail, run: Run) -> Detail | None:
    """The phone with the digits of a later run put in place (「最后四位是1243」); else None."""
    gap, digits = text[phone.end : run[0].start], _digits(run)
    if len(gap) > 24 or not (1 if "后一位" in gap else 2) <= len(digits) <= 8:
        return None
    if len(phone.value) != 11:
        return _mended(text, phone, run)
    if not _TAIL.search(gap) or re.search("不是(?:那个)?(?:尾号|后头|最后)[^是]*$", gap) or _OTHER_THING.search(gap):
        return None
    at = 11 - len(digits)
    if "中间" in gap:
        at = 3
    elif re.search(r"前[三四3-4]位|开头", gap):
        at = 0
    value = phone.value[:at] + digits + phone.value[at + len(digits) :]
    end = run[-1].end
    return replace(phone, value=value, text=text[phone.start : end], end=end) if len(value) == 11 else None


def _mended(text: str, phone: Detail, run: Run) -> Detail | None:
    """A number that was a digit short, with its last group said again (「…三四五，哦不是，三四五六」)."""
    value = _digits(digit_groups(phone.text)[:-1]) + _digits(run)
    if not _CORRECTED.search(text, phone.end, run[0].start) or not _is_mobile(value):
        return None
    end = run[-1].end
    return replace(phone, value=value, text=text[phone.start : end], end=end, extra={})


def _taken_back(text: str, first: Detail, second: Detail) -> bool:
    """Whether the speaker replaced the first number by the second (「不对」 between them)."""
    gap = text[first.end : second.start]
    denied = re.search(r"不是[^，,。]{0,3}$", text[: first.start]) is not None
    return len(gap) <= 16 and (_CORRECTED.search(gap) is not None or denied)


def find_phones(text: str) -> list[Detail]:
    """Phones in the text. extra: `invalid` (wrong length), `tail` (only the last digits were said)."""
    heard = _IN_PARTS.sub(_parts_as_one, _DENIED_DIGITS.sub(_blank, with_digits(text)))
    heard = _LAST_FOUR.sub(_as_one, heard)
    found = _phones(heard)
    if not found or any("invalid" in phone.extra for phone in found):
        again = _phones(_SAID_AGAIN.sub(_second_only, heard))
        found = again if any("invalid" not in phone.extra for phone in again) else found
    return [replace(phone, text=text[phone.start : phone.end]) for phone in found]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _as_one(match: re.Match[str]) -> str:
    """The first seven digits and the last four with nothing but a pause between them."""
    return match["first"] + " " * len(match["link"]) + match["last"]


def _parts_as_one(match: re.Match[str]) -> str:
    """The beginning, the middle and the end with nothing but pauses between them."""
    said = [" " * len(match["lead"] or ""), match["first"], " " * len(match["to_middle"]), match["middle"]]
    said += [" " * len(match["to_last"] or ""), match["last"] or ""]
    return "".join(said)


def _second_only(match: re.Match[str]) -> str:
    """A group that was said again at once (「一二三四，哦不，一二三五」): only the second stays."""
    if len(match["wrong"]) != len(match["right"]):
        return match[0]
    return "嗯" * (len(match[0]) - len(match["right"])) + match["right"]


def _phones(text: str) -> list[Detail]:
    found: list[Detail] = []
    for run in digit_runs(text):
        phones = list(_in_run(text, run))
        remark = bool(found) and (not phones or "tail" in phones[0].extra)
        if remark and (amended := _amended(text, found[-1], run)):
            found[-1] = amended
        else:
            found += phones
    kept = [first for first, second in pairwise(found) if not _taken_back(text, first, second)]
    return kept + found[-1:]
