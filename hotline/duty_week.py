"""A runner's hours as a week of seven days, as a page shows and edits them; the roster keeps them as words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.duty import DAY, DAYS, read_hours
from hotline.errors import InvalidInput
from hotline.store.schema import Runner
from hotline.team import count_duty

LONGEST = 200  # characters that the roster keeps

Week = list[list[tuple[str, str]]]  # Monday first; spans of 09:00 to 17:00


def week_of(hours: str) -> Week:
    """The seven days of the roster's words; seven empty days when any hour will do."""
    week: Week = [[] for _ in DAYS]
    for begin, end in read_hours(hours):
        day = begin // DAY
        week[day].append((_clock(begin - day * DAY), _clock(end - day * DAY)))
    return week


def write_week(week: Sequence[Sequence[tuple[str, str]]]) -> str:
    """The roster's words of a week: days in a row that are alike stand together. Raises InvalidInput."""
    parts, first = [], 0
    while first < len(DAYS):
        last = first
        while last + 1 < len(DAYS) and week[last + 1] == week[first]:
            last += 1
        days = f"周{DAYS[first]}" + (f"至周{DAYS[last]}" if last > first else "")
        parts += [f"{days} {begin}-{end}" for begin, end in week[first]]
        first = last + 1
    text = "；".join(parts)
    if len(text) > LONGEST:
        raise InvalidInput("时段太零碎了，请合并几段再保存。")
    _check(read_hours(text))
    return text


def set_hours(session: Session, runner: Runner, hours: str, clock: Clock) -> None:
    """The runner's hours from now on; what was on duty until now counts by the hours before."""
    count_duty(runner, clock())
    runner.hours = hours


def _check(spans: Sequence[tuple[int, int]]) -> None:
    for (_, end), (begin, _) in zip(spans, spans[1:], strict=False):
        if begin < end:
            raise InvalidInput("同一天的两段时间重叠了，请改一下。")


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
