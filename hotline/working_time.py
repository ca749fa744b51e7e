"""Time as the hall counts it: working days of the national calendar with its make-up days, and office hours.

The national calendar is published a year ahead. What reaches past the published year is counted by
weekdays and called provisional, so that nobody takes such a date for certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from hotline.clock import LOCAL, local
from hotline.profile import HallProfile

LONGEST_WAY = 800  # days that a count looks ahead before it gives up: two years of holidays would be a fault


class WorkingCalendar:
    """Counts in the working days and office hours of one hall."""

    def __init__(self, profile: HallProfile) -> None:
        self.profile = profile

    def add_days(self, moment: datetime, days: int) -> datetime:
        """The same time of day so many working days later; none later: the moment itself."""
        then = moment
        while days > 0:
            then += timedelta(days=1)
            days -= self.profile.is_workday(local(then).date())
        return then

    def end_of_day(self, day: date) -> datetime:
        """When the windows close on a day, or would if it were a working day."""
        return datetime.combine(day, self.profile.hours[-1][1], LOCAL)

    def add_hours(self, moment: datetime, span: timedelta) -> datetime:
        """The moment at which the windows have been open for so long since then."""
        left = span
        for opens, closes in self._office_hours(moment):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise ValueError(f"no working time after {moment}")

    def is_provisional(self, since: datetime, until: datetime) -> bool:
        """Whether a day between the two is counted by weekdays, for want of a published calendar."""
        day, last = local(since).date(), local(until).date()
        while day <= last:
            if not self.profile.is_certain(day):
                return True
            day += timedelta(days=1)
        return False

    def _office_hours(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of the office hours from a moment on, span after span."""
        then = local(moment)
        for ahead in range(LONGEST_WAY):
            day = then.date() + timedelta(days=ahead)
            if not self.profile.is_workday(day):
                continue
            for start, end in self.profile.hours:
                opens, closes = (datetime.combine(day, edge, then.tzinfo) for edge in (start, end))
                if closes > then:
                    yield max(opens, then), closes
