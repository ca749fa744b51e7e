"""Texts for the ear: numbers as one says them, no links, no brackets, a choice as keys, three things at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_READ = 3  # things of a list that are read in one breath
KEYS = 9  # choices that have a key
_DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
_LINK = re.compile(r"(?:https?://|www\.)[\w./?=&%#:~+-]+", re.ASCII)
_GROUPED_PHONE = re.compile(r"(?<!\d)(1\d{2})[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[ -]?(\d{3,4})(\d{4})(?!\d)")
_AMOUNT = "元块万个人份米平户号岁天年月亩吨"
_LONG = re.compile(rf"(?<![\d.])\d{{4,}}(?![\d.]|[{_AMOUNT}])")
_YEAR = re.compile(r"(?<!\d)\d{4}(?=年)")
_SHORT_NUMBERS = re.compile(r"(?<!\d)(?:110|119|120|122|12\d{3}|96\d{3,4})(?!\d)")
_WINDOW = re.compile(r"(?<![A-Za-z])([A-Z])0(\d)(?!\d)")
_OPENING = str.maketrans({"（": "，", "(": "，", "【": "", "「": "", "“": "", "《": "", "[": ""})
_CLOSING = str.maketrans({"）": "，", ")": "，", "】": "。", "」": "", "”": "", "》": "", "]": ""})
_PAUSES = re.compile(r"[，。；：、！？…\s]*([。！？])[，。；：、\s]*|[，：；、\s]*([；])[，：；、\s]*|[，：、\s]*([，：、])[，：、\s]*")


def by_digit(digits: str) -> str:
    """13800001234 → 幺三八零零零零幺二三四."""
    return "".join(_DIGITS.get(c, c) for c in digits)


def in_groups(phone: str) -> str:
    """A mobile number as one says it: 幺三八，零零零零，幺二三四."""
    return _GROUPED_PHONE.sub(lambda found: "，".join(by_digit(g) for g in found.groups()), phone)


def speakable(text: str) -> str:
    """A text as it can be read aloud: the same facts, nothing that only eyes can use."""
    text = _LINK.sub("", text)
    text = text.replace("”“", "、").replace("」「", "、")
    text = text.translate(_OPENING).translate(_CLOSING)
    text = _GROUPED_PHONE.sub(lambda found: "，".join(by_digit(g) for g in found.groups()), text)
    text = _LANDLINE.sub(lambda found: "，".join(by_digit(g) for g in found.groups()), text)
    text = _SHORT_NUMBERS.sub(lambda found: by_digit(found[0]), text)
    text = _YEAR.sub(lambda found: by_digit(found[0]).replace("幺", "一"), text)
    text = _LONG.sub(lambda found: by_digit(found[0]), text)
    text = _WINDOW.sub(r"\1\2", text)
    text = re.sub(r"(\d{1,2}):(\d{2})", lambda f: f"{int(f[1])}点" + (f"{int(f[2])}分" if int(f[2]) else ""), text)
    text = text.replace("\n", "。")
    return _PAUSES.sub(lambda found: found[1] or found[2] or found[3], text).strip("，、；： ")


def choices(titles: Sequence[str]) -> str:
    """按1，对，下单；按2，有地方要改。 Words are accepted as well, so nobody has to find the keys."""
    if not titles:
        return ""
    keys = "；".join(f"按{key}，{speakable(title)}" for key, title in enumerate(titles[:KEYS], start=1))
    return f"{keys}。直接说也行。"


def in_breaths(text: str) -> tuple[str, list[str]]:
    """(what is read now, what is kept for 「继续」) of a text: a list of more than three things is cut.

    A list is a run of things between 「：」 and 「。」 separated by 「、」 or 「；」.
    """
    found = next(
        (m for m in re.finditer(r"：([^。：]+)。", text) if len(_things(m[1])) > MOST_READ), None
    )
    if found is None:
        return text, []
    things = _things(found[1])
    now, rest = things[:MOST_READ], things[MOST_READ:]
    said = f"{text[: found.start(1)]}{'、'.join(now)}，还有{len(rest)}样，要接着听，说“继续”。{text[found.end():]}"
    return said.replace("“", "").replace("”", ""), rest


def next_breath(rest: Sequence[str]) -> tuple[str, list[str]]:
    """The next things of a list that was cut, and what is left of it."""
    now, left = list(rest[:MOST_READ]), list(rest[MOST_READ:])
    more = f"，还有{len(left)}样，要接着听，说继续。" if left else "。就这些了。"
    return "、".join(now) + more, left


def _things(text: str) -> list[str]:
    return [thing.strip() for thing in re.split("[、；]", text) if thing.strip()]
