"""Find phone numbers in what people dictate.

The rule is to stay strict. A number that is no phone (an id card, a bank card, an order, a price) is worse
as a phone than a phone that was missed, because a runner would ring a stranger. A number that was clearly
meant as a phone and has the wrong length is reported with `extra["invalid"]`, so that the form can ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

from . import Detail
from .dictation import CORRECTIONS, Run, as_dictated, digit_groups, digit_runs, loose_runs, with_last_thoughts
from .whose_phone import meant

TAIL_WORDS = "最后|末尾|尾巴|结尾|尾号|后头|后面|后[一二两三四五六七八3-8]位|尾数"
PHONE_WORDS = "电话|手机|座机|固话|号码|联系方式|联系|打我|打给|加微信|微信"
OTHER_NUMBER_WORDS = "身份证号?码?|银行卡号?|社保卡号?|卡号|账号|帐号|信用代码|车架号|档案号|存折号?|病历号"
AREA_CODE = "0827"  # 巴中
HOTLINES = ("12345", "12333", "12315", "12348", "12366", "12393")  # nobody's own phone
LOCAL_LENGTH = 7  # of a landline within 巴中

_CORRECTED = re.compile(CORRECTIONS)
_TAIL = re.compile(rf"{TAIL_WORDS}|末位|第.[位个]|中间|前[三四3-4]位|{CORRECTIONS}")
_NTH = re.compile("第([一二三四五六七八九十1-9])[位个]")
_ONE_DIGIT = re.compile(rf"[后末尾](?:面|头)?[一1]?[位个]|{_NTH.pattern}")
_OTHER_THING = re.compile(r"单号|订单|身份证|卡|栋|门牌|时间|[点块元]|验证码")
_PHONE_BEFORE = re.compile(rf"(?:{PHONE_WORDS})[^0-9，,。；;！？!?]{{0,6}}[：:，,]?\s*$")
_OTHER_BEFORE = re.compile(rf"(?:{OTHER_NUMBER_WORDS})[^0-9，,。；;！？!?]{{0,4}}[：:，,]?\s*$")
_TAIL_OF_PHONE = re.compile(r"(?:电话|手机|号码)[^，。]{0,4}(?:最后|后面?|尾号|尾数)[^0-9]{0,6}$")


def _digits(groups: Run) -> str:
    return "".join(group.digits for group in groups)


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789"


def _begins_again(digits: str) -> bool:
    """Whether a mobile is followed by its own beginning, as who repeats it was cut short (幺三九零零零零四四一八幺三九)."""
    return _is_mobile(digits[:11]) and 3 <= len(digits) - 11 <= 11 and digits.startswith(digits[11:])


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
    if _begins_again(digits):
        yield _detail(text, run, digits[:11])
        return
    announced = re.search(r"(?:座机|固话|电话|号码)[^，。]{0,6}$|座机[^。0-9]{0,14}$|打(?:过来|给我|我|这个)[^。]{0,6}$", before) or re.match("[，, ]?(?:打得通|打得到|找得到我|是?座机|区号)", text[run[-1].end :])
    if announced and re.fullmatch(r"[2-8]\d{6}", digits):
        yield _detail(text, run, AREA_CODE + digits)
    elif wrong := _wrong_length(run, meant=meant):
        yield _detail(text, run, digits, invalid=wrong)
    elif len(digits) in (3, 4) and _TAIL_OF_PHONE.search(before):
        yield _detail(text, run, digits, invalid=f"差{11 - len(digits)}位", tail=digits)


def _amended(text: str, phone: Detail, run: Run) -> Detail | None:
    """The phone with the digits of a later run put in place (「最后四位是1243」); else None."""
    gap, digits = text[phone.end : run[0].start], _digits(run)
    if len(gap) > 24 or not (1 if _ONE_DIGIT.search(gap) else 2) <= len(digits) <= 8:
        return None
    if len(phone.value) != 11:
        return _mended(text, phone, run)
    if not _TAIL.search(gap) or re.search("不是(?:那个)?(?:尾号|后头|最后)[^是]*$", gap) or _OTHER_THING.search(gap):
        return None
    at = _position(gap, len(digits))
    value = phone.value[:at] + digits + phone.value[at + len(digits) :]
    end = run[-1].end
    return replace(phone, value=value, text=text[phone.start : end], end=end) if len(value) == 11 else None


def _position(gap: str, size: int) -> int:
    """Where the digits go that are said after `gap`: at the end unless it says otherwise."""
    if nth := _NTH.search(gap):
        return "一二三四五六七八九十".index(nth[1]) if nth[1] in "一二三四五六七八九十" else int(nth[1]) - 1
    if "中间" in gap:
        return 3
    return 0 if re.search(r"前[三四3-4]位|开头", gap) else 11 - size


def _mended(text: str, phone: Detail, run: Run) -> Detail | None:
    """A number that was a digit short, with its last group said again (「…三四五，哦不是，三四五六」)."""
    value = _digits(digit_groups(phone.text)[:-1]) + _digits(run)
    if not _CORRECTED.search(text, phone.end, run[0].start) or not _is_mobile(value):
        return None
    end = run[-1].end
    return replace(phone, value=value, text=text[phone.start : end], end=end, extra={})


def find_phones(text: str) -> list[Detail]:
    """Phones in the text. extra: `invalid` (wrong length), `tail` (only the last digits were said)."""
    heard = as_dictated(text)
    found = _phones(heard)
    if not found or any("invalid" in phone.extra for phone in found):
        again = _phones(with_last_thoughts(heard))
        found = again if any("invalid" not in phone.extra for phone in again) else found
    if all("invalid" in phone.extra for phone in found):
        found = _with_asides(heard) or found
    return [replace(phone, text=text[phone.start : phone.end]) for phone in found]


def _with_asides(text: str) -> list[Detail]:
    """Mobiles that were dictated with words between the groups."""
    runs = [run for run in loose_runs(text) if _is_mobile(_digits(run))]
    return [_detail(text, run, _digits(run)) for run in runs]


def _phones(text: str) -> list[Detail]:
    found: list[Detail] = []
    for run in digit_runs(text):
        phones = list(_in_run(text, run))
        remark = bool(found) and (not phones or "tail" in phones[0].extra)
        if remark and (amended := _amended(text, found[-1], run)):
            found[-1] = amended
        else:
            found += phones
    return meant(text, found)
