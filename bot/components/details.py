"""The one door to the parsers: what a citizen's sentence tells of phone, time, place, name, order, amount.

The order of the parsers settles what a stretch of text is when two want it: whoever comes first takes it, and
the later ones see blanks there. A phone is the most certain, then an order number that was announced; a place
goes before a time (「三组12号」 is a door), a name too (「两点冯」), and an amount comes last of the numbers.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from itertools import pairwise

from . import Detail
from .addressed import find_people
from .amounts import find_amounts
from .companies import find_companies
from .dictation import CORRECTIONS
from .names import BLANK
from .order_numbers import find_order_numbers
from .phone import find_phones
from .places import find_places
from .times import find_times, preferred
from .whose_phone import by_urgency

__all__ = ["Detail", "by_weight", "find_details"]

CERTAIN_FIRST = (find_phones, find_order_numbers, find_companies, find_places, find_people)
_AT_ANY_VILLAGE = re.compile("村委会|居委会|活动室|村活动室|项目部|工地(?:大门口?)?|卫生[站室]|门卫室?|[一-龥]{0,2}门口|店里")
_TAKEN_BACK = re.compile(rf"{CORRECTIONS}|不了|算了|^[，,](?:哎|哦|嗯)?不[，,]$")
_DENIED_AFTER = re.compile(
    "(?:我们?)?(?:就|都|莫得空|没得空|没空)?(?:莫|不|别)(?:来|要|得行|行|送|拿|空|方便|得空)"
)
_DENIED = re.compile("(?:不是|不要|莫要|莫|别|不在)[^，,。；;！？!?]{0,3}$")


def find_details(text: str, *, now: datetime) -> list[Detail]:
    """Details as they stand in the text, without overlaps; 明天 is reckoned from `now` (aware)."""
    find_times_now = partial(find_times, now=now, said=text)
    found: list[Detail] = []
    rest = text
    for parse in (*CERTAIN_FIRST, find_times_now, find_amounts):
        found += [detail for detail in parse(rest) if BLANK not in rest[detail.start : detail.end]]
        rest = _blank(text, found)
    found.sort(key=lambda detail: detail.start)
    return _without_second_thoughts(text, found)


def by_weight(found: list[Detail], text: str) -> list[Detail]:
    """The same details for a reader that keeps the last of each kind: the time and the phone that are meant come last.

    A door of nowhere in particular (「我是插旗村的…来村委会收」) comes before the village that was named.
    """
    times = [detail for detail in found if detail.kind == "time"]
    places = sorted((d for d in found if d.kind == "place"), key=lambda place: not _AT_ANY_VILLAGE.fullmatch(place.text))
    phones = by_urgency([detail for detail in found if detail.kind == "phone"], text)
    others = [detail for detail in found if detail.kind not in ("phone", "time", "place")]
    return [*phones, *others, *places, *preferred(times, text)]


def _blank(text: str, found: list[Detail]) -> str:
    """The text with everything found so far made unreadable."""
    chars = list(text)
    for detail in found:
        chars[detail.start : detail.end] = BLANK * (detail.end - detail.start)
    return "".join(chars)


def _without_second_thoughts(text: str, found: list[Detail]) -> list[Detail]:
    """Drop what the speaker took back at once (「不是明天，是后天」, 「柳林镇，不对，花丛镇」)."""
    dropped = set()
    for kind in {detail.kind for detail in found}:
        same = [detail for detail in found if detail.kind == kind]
        for first, second in pairwise(same):
            if _second_denied(text, first, second):
                dropped.add(second.start)
            elif _replaced(text, first, second):
                dropped.add(first.start)
    return [detail for detail in found if detail.start not in dropped]


def _second_denied(text: str, first: Detail, second: Detail) -> bool:
    """Whether only the first is meant (「是下午六点不是上午六点」)."""
    if not re.fullmatch("[，, ]?不[是系]", text[first.end : second.start]) or re.match("[，, ]?(?:而?是|系)", text[second.end :]):
        return False
    return text[first.end : first.end + 1] == "不" or text[: first.start].endswith(("是", "系"))


def _replaced(text: str, first: Detail, second: Detail) -> bool:
    gap = text[first.end : second.start]
    if len(gap) > 16:
        return False
    if _DENIED_AFTER.match(gap):
        return True
    return bool(_TAKEN_BACK.search(gap) or _DENIED.search(text[max(0, first.start - 8) : first.start]))
