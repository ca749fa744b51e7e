"""The hall profile: everything that is this hall and not another, read from `data/hall.yml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from hotline.clock import local
from hotline.errors import ProfileFault

DEMONSTRATION = "演示系统，非官方服务"
SAMPLE = "演示数据"


@dataclass(frozen=True)
class Zone:
    """A service zone of the hall."""

    key: str  # stable name in files: police
    name: str  # 公安专区
    floor: str  # where it is in the building
    lead_officer: str  # the post, never a person: 公安专区首席
    windows: dict[str, list[str]]  # window group → window numbers


@dataclass(frozen=True)
class Place:
    """A building where items can be handled."""

    level: str  # district, park, town
    name: str
    address: str
    phone: str
    division: str = ""  # township code


@dataclass(frozen=True)
class ServiceLevels:
    """Within what time each part of an errand is due; what the law or an item promises goes before."""

    accept_minutes: int = 30  # office minutes from the order to a runner who accepted
    collect_minutes: int = 30  # minutes after the end of the agreed time for the papers to be collected
    complete_days: int = 5  # working days from the window's receipt, when neither window nor item promised
    director_days: int = 1  # working days that a lead officer has before the director hears of it
    reopen_days: int = 10  # days after the delivery in which the citizen may have it opened again
    photo_days: int = 30  # days after the end of an order for which photos of papers are kept

    def __post_init__(self) -> None:
        """Refuse what no hall can mean."""
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if type(value) is not int or value < 0:
                raise ValueError(f"service_levels 的 {name} 应当是不小于 0 的整数，现在是 {value!r}")


@dataclass(frozen=True)
class HallProfile:
    """One hall: its name, zones, places, hours, numbers and expected counts."""

    name: str
    district: str
    runner_team: str
    confirmed: bool  # an administrator has confirmed this profile
    zones: dict[str, Zone]
    places: list[Place]
    departments: list[str]
    hours: list[tuple[time, time]]  # office hours of a working day
    extra_holidays: frozenset[date]
    extra_workdays: frozenset[date]
    numbers: dict[str, str]  # service telephone numbers by their purpose
    expected: dict[str, int] = field(default_factory=dict)
    service_levels: ServiceLevels = field(default_factory=ServiceLevels)
    director: str = "大厅主任"  # the post that oversees what a lead officer left overdue
    person_first: tuple[tuple[time, time], ...] = ()  # on working days a person answers the telephone first

    @property
    def banner(self) -> str:
        """What every page, first message and call says while the profile is unconfirmed."""
        return "" if self.confirmed else DEMONSTRATION

    def place_of(self, level: str, township_code: str = "") -> Place | None:
        """The building of a level; of the township for `town`."""
        for place in self.places:
            if place.level == level and (level != "town" or place.division == township_code):
                return place
        return None

    def is_workday(self, day: date) -> bool:
        """Working calendar with make-up days; past the published years: weekdays."""
        if day in self.extra_holidays:
            return False
        if day in self.extra_workdays:
            return True
        published = _published_workday(day)
        return day.weekday() < 5 if published is None else published

    def is_certain(self, day: date) -> bool:
        """Whether it is known if the day is a working day: published, or said in the profile."""
        return day in self.extra_holidays or day in self.extra_workdays or _published_workday(day) is not None

    def is_open(self, moment: datetime) -> bool:
        """Whether the hall's windows are open at this moment."""
        then = local(moment)
        return self.is_workday(then.date()) and any(
            start <= then.time() < end for start, end in self.hours
        )

    def person_answers_first(self, moment: datetime) -> bool:
        """Whether a telephone call goes to a person first now; else the assistant answers."""
        then = local(moment)
        return self.is_workday(then.date()) and any(start <= then.time() < end for start, end in self.person_first)

    def next_opening(self, moment: datetime) -> datetime:
        """The first moment from this one on at which the windows are open."""
        then = local(moment)
        for ahead in range(60):
            day = then.date() + timedelta(days=ahead)
            if not self.is_workday(day):
                continue
            for start, end in self.hours:
                opens, closes = (datetime.combine(day, edge, then.tzinfo) for edge in (start, end))
                if closes > then:
                    return max(opens, then)
        return then


def _published_workday(day: date) -> bool | None:
    """Whether the national calendar makes it a working day; None for a year not published yet."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def read_profile(file: Path) -> HallProfile:
    """The profile from its YAML file; raises ProfileFault naming what is wrong."""
    try:
        return _parse(yaml.safe_load(file.read_text("utf-8")))
    except FileNotFoundError as error:
        raise ProfileFault(f"找不到大厅资料文件：{file}。") from error
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise ProfileFault(f"大厅资料文件 {file.name} 有误：{error}。") from error


def _parse(data: dict[str, Any]) -> HallProfile:
    return HallProfile(
        name=data["name"],
        district=data["district"],
        runner_team=data["runner_team"],
        confirmed=_plain_truth(data["confirmed"]),
        zones={key: _zone(key, value) for key, value in data["zones"].items()},
        places=[Place(**place) for place in data["places"]],
        departments=list(data["departments"]),
        hours=[_span(span) for span in data["hours"]],
        extra_holidays=frozenset(data.get("extra_holidays") or ()),
        extra_workdays=frozenset(data.get("extra_workdays") or ()),
        numbers=dict(data["numbers"]),
        expected=dict(data.get("expected") or {}),
        service_levels=ServiceLevels(**(data.get("service_levels") or {})),
        director=data.get("director", "大厅主任"),
        person_first=tuple(_span(span) for span in data.get("person_first") or ()),
    )


def _plain_truth(value: object) -> bool:
    if not isinstance(value, bool):  # "false" in quotes would confirm
        raise ValueError(f"confirmed 只能写 true 或 false，不加引号，现在是 {value!r}")
    return value


def _zone(key: str, data: dict[str, Any]) -> Zone:
    windows = {group: [str(number) for number in numbers] for group, numbers in data["windows"].items()}
    return Zone(key, data["name"], data["floor"], data["lead_officer"], windows)


def _span(text: str) -> tuple[time, time]:
    start, end = text.split("-")
    return time.fromisoformat(start), time.fromisoformat(end)
