"""Sums of money as people say them, and the reading of spoken numbers for all parsers.

`cn2an` reads the numbers: it agreed with a hand-written reader on 23,000 of them, spoken tails (两百五) too.
It does not know 半, a bare 万 (万把块) or thousands in commas; `read_number` sees to these.
"""

from __future__ import annotations

import re
from decimal import Decimal

import cn2an  # type: ignore[import-untyped]

from . import Detail

SCALES = {"百": 100, "千": 1000, "万": 10_000}
WIDE = str.maketrans("０１２３４５６７８９．", "0123456789.")

NUMERAL = (  # bounded, so that a page of digits costs no more than a page of words
    r"(?<![0-9０-９零〇一二两三四五六七八九十百千万亿])(?:[0-9０-９]{1,12}(?:[,，][0-9]{3}(?![0-9]))*(?:[.．][0-9０-９]{1,4})?"
    "[十百千万亿]{0,3}[0-9一二三四五六七八九]?|[零〇一二两三四五六七八九十百千万亿]{1,16})"
)
ONES = "一二两三四五六七八九"
ROUGH = "多|几|来|把"  # 三百多块, 十来块, 百把块
THINGS = "地|牌|板|石|表|田|砖|木|布|肉|儿|铁|玻璃|招牌|匾|屏|宅|去|来|走|办|的|空"  # 一块地, 一块去
MONEY_WORDS = (
    "补贴|补助|工资|收费|收了?|罚款?了?|退款?我?|交了?|付了?|给了?|欠了?|花了?|差了?|赔了?|一共|总共|贷款?|"
    "借了?|"
    "押金|定金|费用?|要价|价钱|奖|领了?|发了?|报销了?|只要|要"
)
ENDINGS = r"(?=$|[\s，,。；;！!？?、…～~）)嘛哈吧哦了呢哟啊噻]|多?块|元)"

_UNIT = re.compile(
    rf"(?:[￥¥]\s?)?(?P<number>{NUMERAL})(?P<rough>{ROUGH})?"
    rf"(?P<scale>[万千百])?(?P<unit>块钱|块(?!{THINGS})|元(?!旦|宵|月|素|[一二三]次)|圆|毛钱?|"
    rf"角钱)(?P<tail>[一二两三四五六七八九\d半](?![点个百十号次]))?"
)
_SIGN = re.compile(rf"[￥¥]\s?(?P<number>{NUMERAL})(?P<scale>[万千])?")
_MYRIAD = re.compile(
    rf"(?P<number>{NUMERAL})(?:(?<=万)|(?<=万[1-9一二三四五六七八九]))(?P<rough>多)?{ENDINGS}"
)
_SPOKEN = re.compile(
    rf"(?P<number>[{ONES}][万千百][{ONES}]){ENDINGS}"
    rf"|(?:{MONEY_WORDS})(?P<owed>[{ONES}1-9][0-9{ONES}零十百千万]{{0,8}}(?:[百千万]|(?<=[百千万])[{ONES}]|"
    rf"(?<=十)(?=块|元))){ENDINGS}"
)
_NOT_MONEY = re.compile(r"几$|百分之$|第$|[单公]$|[A-Za-z0-9０-９.]$")


def read_number(text: str) -> Decimal | None:
    """The value of a number in digits, Chinese or both (3.5万, 两百五, 十二, 半), or None if it is none."""
    text = re.sub("[,，]", "", text.translate(WIDE))
    if text == "半":
        return Decimal("0.5")
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        return Decimal(text)
    try:
        return Decimal(str(cn2an.cn2an("一" + text if text[:1] in tuple("百千万亿") else text, "smart")))
    except ValueError:
        return None


def _value(match: re.Match[str]) -> Decimal | None:
    """Yuan of a match with a unit, its larger scale and its tail (三块五)."""
    parts = match.groupdict()
    number = read_number(parts["number"])
    if number is None:
        return None
    scale = SCALES.get(parts.get("scale") or "", 1)
    tail = read_number(parts.get("tail") or "零") or Decimal(0)
    if (parts.get("unit") or "").startswith(("毛", "角")):
        return (number * scale + tail / 10) / 10
    return number * scale + (tail if parts.get("tail") == "半" else tail / 10)


def _plain(value: Decimal) -> str:
    """Without an exponent or idle zeros."""
    return f"{value.normalize():f}"


def find_amounts(text: str) -> list[Detail]:
    """Sums of money. value: yuan; extra: `approx` when said roughly (三百多块)."""
    found: list[Detail] = []
    taken: set[int] = set()  # offsets within the sums found so far
    for pattern in (_UNIT, _SIGN, _MYRIAD, _SPOKEN):
        for match in pattern.finditer(text):
            if detail := _detail(text, match, taken):
                found.append(detail)
                taken.update(range(detail.start, detail.end))
    return sorted(found, key=lambda detail: detail.start)


def _detail(text: str, match: re.Match[str], taken: set[int]) -> Detail | None:
    """The amount of a match, unless it overlaps one found before or is none after all."""
    start, end = match.span("owed") if match.groupdict().get("owed") else match.span()
    if not taken.isdisjoint(range(start, end)):
        return None
    if _NOT_MONEY.search(text[max(0, start - 3) : start]):
        return None
    owed = match.groupdict().get("owed")
    value = read_number(owed) if owed else _value(match)
    if value is None or match.group() in ("一块", "1块"):
        return None
    rough = bool(match.groupdict().get("rough"))
    return Detail("amount", _plain(value), text[start:end], start, end, {"approx": True} if rough else {})
