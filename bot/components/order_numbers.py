"""Order numbers: five to nine digits whose last one is a Damm check digit, and how callers say them.

Damm's method (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004) notices every single wrong digit and
every swap of two neighbours, which are the slips of people who read a number aloud. A number with a wrong
check digit is still reported when it was clearly meant, with `extra["invalid"]`, so that the form can ask.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from . import Detail
from .dictation import CORRECTIONS, Run, digit_runs

SHORTEST, LONGEST = 5, 9
_QUASIGROUP = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip

ORDER_WORDS = (
    r"[那这]一?单|我的单|单号|单子号码?|订单(?:编?号码?)?|工单(?:编?号码?)?|跑腿单|跑单|单子(?:编?号码?)?"
)
OTHER_NUMBERS = (
    "办件|受理|验证码|邮编|邮政编码|密码|身份证|卡号|证号|编码|尾号|电话|手机|座机|区号|车牌|房号|门牌"
)
QUERY_VERBS = "查询|查一下|查一哈|查哈|查下|查|取消|催一下|催一哈|催哈|催|撤销|退掉|看一下|看哈"
COLOURLESS = (
    "对头|对的|是的|可以|要的|喂|你好|嗯+|呃+|哦|噢|啊|好|好的|要得|行|是|就是|我的是|我的|那个|这个|号|的|"
    "哈|嘛|吧|哟|呢|没错|对|麻烦"
)

_INTRO = re.compile(rf"(?:{ORDER_WORDS})[^0-9，,。；;！？!?]{{0,6}}[：:，,]?\s*$")
_OTHER = re.compile(rf"(?:{OTHER_NUMBERS})[^0-9，,。；;！？!?]{{0,5}}[：:，,]?\s*$")
_VERB = re.compile(rf"(?:{QUERY_VERBS})[，,\s]*$")
_AFTER = re.compile(r"\s*(?:号?这?那?个?一?(?:订单|单子|单)(?!元|位|独)|号单|给?我?(?:取消|撤销|撤了|退了))")
_AND = re.compile(rf"[，,、\s]*(?:和|跟|、|还有|以及|哦|噢|啊|{CORRECTIONS})[，,、\s是]*")
_COLOURLESS = re.compile(
    rf"(?:{COLOURLESS}|{CORRECTIONS}|[零〇幺一二两三四五六七八九０-９0-9]|[\s，,。.、！!？?：:…~])*"
)


def _interim(digits: str) -> int:
    """Damm's interim digit after all digits; 0 for a number that ends in its check digit."""
    interim = 0
    for digit in digits:
        interim = int(_QUASIGROUP[interim][int(digit)])
    return interim


def make_check_digit(digits: str) -> str:
    """The digit to append to `digits` (ASCII digits only)."""
    return str(_interim(digits))


def is_valid(number: str) -> bool:
    """Whether `number` has the length of an order number and the right check digit."""
    return (
        number.isascii() and number.isdigit() and SHORTEST <= len(number) <= LONGEST and _interim(number) == 0
    )


def _why_invalid(number: str) -> str:
    if not SHORTEST <= len(number) <= LONGEST:
        return "位数不对"
    return "" if is_valid(number) else "校验位不对"


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether the citizen said the number and nothing else that matters."""
    return all(_COLOURLESS.fullmatch(part) for part in (text[:start], text[end:]))


def _is_date(digits: str) -> bool:
    """Whether eight digits read as a date of our time (20261201)."""
    if len(digits) != 8 or not digits.startswith(("19", "20")):
        return False
    try:
        return bool(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        return False


def _detail(text: str, run: Run, *, follows: bool) -> Detail | None:
    """The order number of a run of digits, if its surroundings say that it is one."""
    digits, start, end = "".join(g.digits for g in run), run[0].start, run[-1].end
    before = text[max(0, start - 20) : start]
    if _OTHER.search(before) or re.search(r"[A-Za-z.．￥¥]$", before):
        return None
    announced = _INTRO.search(before) is not None or follows
    meant = announced or _VERB.search(before) is not None or _AFTER.match(text, end) is not None
    reason = _why_invalid(digits)
    if _is_alone(text, start, end) and SHORTEST <= len(digits) <= LONGEST and not _is_date(digits):
        announced = True
    if not (announced or (meant and not reason)) or not 3 <= len(digits) <= LONGEST + 3:
        return None
    return Detail("order_number", digits, text[start:end], start, end, {"invalid": reason} if reason else {})


def _numbers_of(run: Run) -> list[Run]:
    """A run as one number, or group by group when each group is an order number (10024、10035)."""
    return [[group] for group in run] if all(is_valid(group.digits) for group in run) else [run]


def find_order_numbers(text: str) -> list[Detail]:
    """Order numbers in a text whose phones have been blanked out. extra: `invalid`, a reason in Chinese."""
    found: list[Detail] = []
    for run in (part for whole in digit_runs(text) for part in _numbers_of(whole)):
        follows = bool(found) and _AND.fullmatch(text, found[-1].end, run[0].start) is not None
        if detail := _detail(text, run, follows=follows):
            found.append(detail)
    corrected = re.compile(CORRECTIONS)
    kept = [a for a, b in pairwise(found) if not corrected.search(text, a.end, b.start)]
    return kept + found[-1:]
