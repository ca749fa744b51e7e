"""Working days and office hours, with holidays, make-up days, and what lies past the published calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.clock import LOCAL, local
from hotline.profile import HallProfile, ServiceLevels, read_profile
from hotline.settings import ROOT
from hotline.working_time import WorkingCalendar

PROFILE = read_profile(ROOT / "data" / "hall.yml")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def calendar(**changes: object) -> WorkingCalendar:
    return WorkingCalendar(replace(PROFILE, **changes))


@pytest.mark.parametrize(
    ("since", "days", "until"),
    [
        ("2026-11-23T10:00", 1, "2026-11-24T10:00"),
        ("2026-11-27T10:00", 1, "2026-11-30T10:00"),  # over a weekend
        ("2026-09-30T10:00", 1, "2026-10-08T10:00"),  # over the National Day
        ("2026-10-09T10:00", 1, "2026-10-10T10:00"),  # a Saturday that is worked for it
        ("2026-11-28T10:00", 1, "2026-11-30T10:00"),  # begun on a Saturday
        ("2026-11-23T10:00", 0, "2026-11-23T10:00"),
    ],
)
def test_working_days_skip_holidays_and_keep_make_up_days(since: str, days: int, until: str) -> None:
    assert calendar().add_days(at(since), days) == at(until)


@pytest.mark.parametrize(
    ("since", "minutes", "until"),
    [
        ("2026-11-23T10:00", 30, "2026-11-23T10:30"),
        ("2026-11-23T11:45", 30, "2026-11-23T14:15"),  # over the noon break
        ("2026-11-23T16:50", 30, "2026-11-24T09:20"),  # over the night
        ("2026-11-27T21:00", 30, "2026-11-30T09:30"),  # a Friday evening
        ("2026-11-23T09:00", 360, "2026-11-23T17:00"),  # a whole day
    ],
)
def test_office_minutes_run_while_the_windows_are_open(since: str, minutes: int, until: str) -> None:
    assert calendar().add_hours(at(since), timedelta(minutes=minutes)) == at(until)


def test_past_the_published_year_weekdays_count_and_are_called_provisional() -> None:
    end_of_year, january = at("2026-12-30T10:00"), at("2027-01-04T10:00")
    assert calendar().add_days(end_of_year, 2) == at("2027-01-01T10:00")  # a Friday; no holiday is known
    assert calendar().is_provisional(end_of_year, january)
    assert not calendar().is_provisional(at("2026-12-01T10:00"), at("2026-12-31T10:00"))


def test_the_hall_profile_goes_before_the_calendar_and_makes_it_certain() -> None:
    own = calendar(extra_holidays=frozenset({date(2027, 1, 1)}), extra_workdays=frozenset({date(2027, 1, 2)}))
    assert own.add_days(at("2026-12-31T10:00"), 1) == at("2027-01-02T10:00")
    assert not own.is_provisional(at("2026-12-31T10:00"), at("2027-01-02T10:00"))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)), st.integers(0, 40), st.integers(0, 5_000))
def test_a_longer_span_never_ends_earlier_and_always_in_working_time(
    naive: datetime, days: int, minutes: int
) -> None:
    since, own = naive.replace(tzinfo=LOCAL), calendar()
    assert own.add_days(since, days) <= own.add_days(since, days + 1)
    until = own.add_hours(since, timedelta(minutes=minutes))
    assert since <= until <= own.add_hours(since, timedelta(minutes=minutes + 1))
    spans = [(start, end) for start, end in PROFILE.hours]
    assert any(start <= local(until).time() <= end for start, end in spans)
    assert own.profile.is_workday(local(until).date())


def test_the_profile_names_its_service_levels() -> None:
    assert isinstance(PROFILE, HallProfile)
    assert PROFILE.service_levels.reopen_days == 10
    with pytest.raises(ValueError, match="reopen_days"):
        ServiceLevels(reopen_days=-1)
