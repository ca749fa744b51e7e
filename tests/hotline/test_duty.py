"""Weekly hours as a roster writes them: what they cover, and how many hours lie between two moments."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hotline.clock import LOCAL
from hotline.duty import read_hours, worked, works_at
from hotline.errors import InvalidInput

OFFICE = "周一至周五 09:00-17:00；周六 09:00-12:00"
MONDAY = datetime(2026, 11, 23, tzinfo=LOCAL)


def at(day: int, hour: float) -> datetime:
    """So many days after Monday the 23rd, at this hour in Sichuan."""
    return MONDAY + timedelta(days=day, hours=hour)


@pytest.mark.parametrize(
    ("day", "hour", "works"),
    [(0, 8.9, False), (0, 9, True), (4, 16.9, True), (4, 17, False), (5, 11, True), (5, 13, False), (6, 10, False)],
)
def test_hours_cover_their_days_and_end_on_time(day: int, hour: float, works: bool) -> None:
    assert works_at(OFFICE, at(day, hour)) is works


def test_without_hours_every_hour_counts() -> None:
    assert works_at("", at(6, 3))
    assert worked("", at(0, 0), at(1, 6)) == 30


def test_digits_and_ascii_marks_mean_the_same() -> None:
    assert read_hours("1-5 09:00-17:00;6 9:00-12:00") == read_hours(OFFICE)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (at(0, 0), at(1, 0), 8), (at(0, 10), at(0, 12.5), 2.5), (at(0, 16), at(1, 10), 2),
        (at(0, 0), at(7, 0), 43), (at(-7, 0), at(14, 0), 129), (at(5, 13), at(7, 9), 0), (at(1, 9), at(0, 9), 0),
    ],
)  # fmt: skip
def test_hours_of_duty_between_two_moments(since: datetime, until: datetime, hours: float) -> None:
    assert worked(OFFICE, since, until) == pytest.approx(hours)


@pytest.mark.parametrize("text", ["有空就行", "周一 9点到12点", "周五至周一 09:00-12:00", "一 12:00-09:00", "一 09:70-12:00"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_hours(text)
    assert "值班时间" in refused.value.wording
