"""When a runner works: weekly hours as the roster writes them, 「周一至周五 09:00-17:00；周六 09:00-12:00」.

No hours mean any hour. Sichuan keeps one offset from UTC all year, so that local minutes are plain sums.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

from hotline.clock import LOCAL
from hotline.errors import InvalidInput

DAYS = "一二三四五六日"
DAY, WEEK = 24 * 60, 7 * 24 * 60  # minutes
_MONDAY = int(datetime(1970, 1, 5, tzinfo=LOCAL).timestamp() // 60)  # a Monday at midnight in Sichuan
_PART = re.compile(
    r"(?:周|星期|每周)?([一二三四五六日天1-7])(?:[至到—-](?:周|星期)?([一二三四五六日天1-7]))?\s*"
    r"(\d{1,2})[:：](\d\d)\s*[至到—-]\s*(\d{1,2})[:：](\d\d)"
)

Spans = tuple[tuple[int, int], ...]  # minutes of the week, begin and end


@cache
def read_hours(text: str) -> Spans:
    """The spans of a week in minutes since Monday's midnight; raises InvalidInput for what cannot be read."""
    spans: list[tuple[int, int]] = []
    for part in filter(None, re.split(r"[;；,，、]\s*", text.strip())):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise InvalidInput(f"“值班时间”写的是“{part}”，应当像“周一至周五 09:00-17:00；周六 09:00-12:00”")
        spans += _spans(*found.groups())
    return tuple(sorted(spans))


def _spans(first: str, last: str | None, *clock: str) -> list[tuple[int, int]]:
    begin, end = _day(first), _day(last or first)
    from_hour, from_minute, to_hour, to_minute = map(int, clock)
    opens, closes = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if not (begin <= end and opens < closes <= DAY and from_minute < 60 and to_minute < 60):
        raise InvalidInput("“值班时间”里结束要在开始之后，时间要在00:00到24:00之间")
    return [(day * DAY + opens, day * DAY + closes) for day in range(begin, end + 1)]


def _day(word: str) -> int:
    return int(word) - 1 if word.isdigit() else DAYS.index("日" if word == "天" else word)


def works_at(hours: str, moment: datetime) -> bool:
    """Whether these hours cover the moment."""
    if not hours:
        return True
    minute = (int(moment.timestamp() // 60) - _MONDAY) % WEEK
    return any(begin <= minute < end for begin, end in read_hours(hours))


def worked(hours: str, since: datetime, until: datetime) -> float:
    """Hours of duty between two moments that these weekly hours cover."""
    if until <= since:
        return 0.0
    if not hours:
        return (until - since).total_seconds() / 3600
    begin, end = (moment.timestamp() / 60 - _MONDAY for moment in (since, until))
    return (_before(hours, end) - _before(hours, begin)) / 60


def _before(hours: str, minute: float) -> float:
    """Minutes of duty from the first Monday to this minute."""
    spans = read_hours(hours)
    weeks, rest = divmod(minute, WEEK)
    return weeks * _length(spans) + sum(min(rest, end) - begin for begin, end in spans if begin < rest)


@cache
def _length(spans: Spans) -> int:
    return sum(end - begin for begin, end in spans)


def month_of(moment: datetime) -> int:
    """202611 for a moment of November 2026 in Sichuan."""
    then = moment.astimezone(LOCAL)
    return then.year * 100 + then.month


@cache
def month_begins(month: int) -> datetime:
    """The first moment of a month such as 202611."""
    return datetime(month // 100, month % 100, 1, tzinfo=LOCAL).astimezone(UTC)
