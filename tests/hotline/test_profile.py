"""The hall profile: hours with holidays, windows, and the banner until somebody confirms it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotline.clock import LOCAL
from hotline.errors import ProfileFault
from hotline.profile import HallProfile, read_profile
from hotline.settings import Settings

HALL: dict[str, Any] = {
    "name": "某某区市民之家", "district": "某某区", "runner_team": "某某跑团", "confirmed": False,
    "hours": ["09:00-12:00", "14:00-17:00"], "numbers": {"热线": "12345"}, "departments": ["区公安分局"],
    "zones": {
        "police": {
            "name": "公安专区", "floor": "二楼", "lead_officer": "公安专区首席",
            "windows": {"户籍": [21, 22]},
        },
    },
    "places": [
        {"level": "district", "name": "某某区市民之家", "address": "某某路1号", "phone": "12345"},
        {"level": "town", "name": "甲镇中心", "address": "甲镇", "phone": "1", "division": "100000001"},
        {"level": "town", "name": "乙镇中心", "address": "乙镇", "phone": "2", "division": "100000002"},
    ],
    "extra_holidays": [date(2026, 11, 30)], "extra_workdays": [date(2026, 11, 28)],
}  # fmt: skip

Make = Callable[..., HallProfile]


@pytest.fixture
def hall(tmp_path: Path) -> Make:
    """Makes a profile from HALL with changes; None removes a key."""

    def make(**changes: Any) -> HallProfile:
        data = {key: value for key, value in (HALL | changes).items() if value is not None}
        (tmp_path / "hall.yml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
        return read_profile(tmp_path / "hall.yml")

    return make


def at(day: str, clock: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LOCAL)


def test_our_own_profile_can_be_read_and_is_not_confirmed() -> None:
    profile = read_profile(Settings().profile)
    assert (profile.name, len(profile.zones)) == ("恩阳区市民之家", 10)
    assert len(profile.departments) == profile.expected["departments"] == 37
    windows = [w for zone in profile.zones.values() for group in zone.windows.values() for w in group]
    assert len(set(windows)) >= profile.expected["windows_at_least"]
    assert profile.banner == "演示系统，非官方服务"


def test_until_it_is_confirmed_every_page_says_so(hall: Make) -> None:
    assert hall().banner == "演示系统，非官方服务"
    assert hall(confirmed=True).banner == ""


@pytest.mark.parametrize("doubtful", ["false", "no", "否", 0, 1, []])
def test_only_a_plain_true_confirms(hall: Make, doubtful: object) -> None:
    with pytest.raises(ProfileFault):
        hall(confirmed=doubtful)


@pytest.mark.parametrize("key", ["name", "confirmed", "zones", "places", "hours", "numbers"])
def test_what_is_missing_is_named(hall: Make, key: str) -> None:
    with pytest.raises(ProfileFault) as refused:
        hall(**{key: None})
    assert key in refused.value.wording and "hall.yml" in refused.value.wording


@pytest.mark.parametrize(
    "fault",
    [
        {"hours": ["九点到十二点"]}, {"hours": ["25:00-26:00"]},
        {"zones": ["公安专区"]}, {"zones": {"police": {}}},
        {"places": [{"level": "town"}]}, {"places": [{"level": "town", "colour": "red"}]},
    ],
)  # fmt: skip
def test_a_fault_is_told_in_chinese(hall: Make, fault: dict[str, Any]) -> None:
    with pytest.raises(ProfileFault) as refused:
        hall(**fault)
    assert refused.value.wording.startswith("大厅资料文件 hall.yml 有误")


@pytest.mark.parametrize("content", ["", "- 一\n- 二\n", "name: [", "\t"])
def test_a_file_that_is_no_profile_is_told_so(tmp_path: Path, content: str) -> None:
    (tmp_path / "hall.yml").write_text(content, "utf-8")
    with pytest.raises(ProfileFault):
        read_profile(tmp_path / "hall.yml")
    with pytest.raises(ProfileFault, match="profile_fault") as refused:
        read_profile(tmp_path / "nowhere.yml")
    assert "找不到" in refused.value.wording


def test_a_window_number_is_a_text(hall: Make) -> None:
    assert hall().zones["police"].windows == {"户籍": ["21", "22"]}


def test_the_place_of_a_town_is_its_own(hall: Make) -> None:
    profile = hall()
    assert profile.place_of("district").address == "某某路1号"
    assert profile.place_of("town", "100000002").name == "乙镇中心"
    assert profile.place_of("town", "100000003") is None
    assert profile.place_of("park") is None


# --- hours


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-23", True),  # a Monday
        ("2026-11-29", False),  # a Sunday
        ("2026-11-28", True),  # a Saturday on which this hall works
        ("2026-11-30", False),  # a Monday on which this hall rests
        ("2026-10-01", False),  # the National Day
        ("2026-10-10", True),  # a Saturday made up for it
        ("2031-10-01", True),  # not published yet: a Wednesday
        ("2031-10-04", False),  # not published yet: a Saturday
    ],
)
def test_a_workday_follows_the_calendar_and_the_halls_own_days(hall: Make, day: str, works: bool) -> None:
    assert hall().is_workday(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("clock", "open_then"),
    [("08:59", False), ("09:00", True), ("11:59", True), ("12:00", False), ("14:00", True), ("17:00", False)],
)
def test_the_windows_are_open_in_office_hours(hall: Make, clock: str, open_then: bool) -> None:
    assert hall().is_open(at("2026-11-23", clock)) is open_then
    assert hall().is_open(at("2026-11-29", clock)) is False


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        (("2026-11-23", "10:00"), ("2026-11-23", "10:00")),  # it is open
        (("2026-11-23", "07:00"), ("2026-11-23", "09:00")),
        (("2026-11-23", "12:30"), ("2026-11-23", "14:00")),
        (("2026-11-23", "17:00"), ("2026-11-24", "09:00")),
        (("2026-11-28", "20:00"), ("2026-12-01", "09:00")),  # Sunday, then a Monday of rest
        (("2026-09-30", "18:00"), ("2026-10-08", "09:00")),  # the long holiday
    ],
)
def test_the_next_opening_skips_what_is_closed(
    hall: Make, now: tuple[str, str], opening: tuple[str, str]
) -> None:
    assert hall().next_opening(at(*now)) == at(*opening)
