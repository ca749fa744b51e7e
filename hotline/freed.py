"""A citizen's wording freed of what is about the person: name, number, address, order, time.

The engine's details say where they stand; what it overlooks is caught by plain patterns, so that a wording
can be kept and shown to reviewers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from hotline.divisions import read_divisions

PERSONAL = {"phone", "place", "time", "name", "company", "order_number", "amount", "stars", "code"}
GONE = "＊"  # stands where something was taken out, until the text is tidied
_PATTERNS = (
    r"\d[\d\s\-]{2,}\d(?:[xX])?",  # phones, identity cards, order and case numbers
    r"[零〇一二三四五六七八九幺两拐洞勾]{5,}",
    r"\d{1,2}[点:：]\d{0,2}分?半?|[一二三四五六七八九十两]{1,3}点(?:半|钟|[一二三四五六七八九十]+分)?",
    r"(?:\d{2,4}年)?\d{1,2}月\d{1,2}[日号]|[一二三四五六七八九十]{1,3}月[初一二三四五六七八九十]{1,3}[日号]?",
    r"大?[前后昨今明][天日儿晚早]|(?:上|下|这)?个?(?:星期|礼拜|周)[一二三四五六日天末]|[上下中]午|晚上|早上",
    r"(?:我|免贵|本人)?(?:姓[\u4e00-\u9fff]|(?:名字|我|他|她|娃儿|老汉儿|妈|爸|名)(?:叫|是)[\u4e00-\u9fff]{2,3}(?=[，,。\s]|$))",
    r"[\u4e00-\u9fff]{0,2}\d+(?:号|栋|单元|楼|组|室|幢)",
    r"[\w.]+@[\w.]+",
)
_PERSON = re.compile("|".join(_PATTERNS))
_AROUND = re.compile(
    rf"(?:我们?|俺|本人|我屋头)?(?:的)?(?:电话|手机|号码|联系方式|名字|订单号?|单号|编号|身份证号码?|地址)?(?:就?是|在|住在?|叫|来自|[:：])*"
    rf"(?:{GONE}[\s，,。、]*)+(?:的人?(?=[，,。\s]|$)|人(?=[，,。\s]|$)|号)?"
)


@cache
def _places() -> re.Pattern[str]:
    """The names of all towns and villages, the longest first."""
    names = {name for one in _divisions() for name in (one.name, one.short_name)}
    return re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))


def _divisions() -> list[Any]:
    divisions = read_divisions()
    return [*divisions.townships, *divisions.villages]


def freed(text: str, details: Iterable[Mapping[str, Any]] = (), known: Iterable[str] = ()) -> str:
    """The wording without anything personal; perhaps nothing is left.

    `details` are the engine's (entity, start, end); `known` are texts known to be personal, such as the name
    on the citizen's order.
    """
    chars = list(text)
    for detail in details:
        if detail.get("entity") in PERSONAL and detail.get("end"):
            start, end = int(detail.get("start") or 0), int(detail["end"])
            chars[start:end] = GONE * (min(end, len(chars)) - start)
    left = "".join(chars)
    for word in known:
        left = left.replace(word, GONE) if len(word) > 1 else left
    left = _PERSON.sub(GONE, _places().sub(GONE, left))
    left = _AROUND.sub("，", left).replace(GONE, "，")
    return re.sub(r"[\s，,。、；;！!]+", "，", left).strip("，？?：: ").removeprefix("的")
