"""Market days (赶场天): on which days of the month a town holds its market, and when the next one is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from lunardate import LunarDate  # type: ignore[import-untyped]

from hotline.divisions import Division, Divisions
from hotline.errors import InvalidInput, NotFound
from hotline.vocabulary import MarketCalendar

NUMERALS = "十一二三四五六七八九"  # by last digit
LONGEST_SOURCE = 100  # characters
DAYS_AHEAD = 31  # days: every last digit that a month has comes round in them


@dataclass(frozen=True)
class MarketDays:
    """On which days one town holds its market."""

    town: Division
    digits: tuple[int, ...]  # last digits of the days of the month, 0 for 逢十, as 1 2 … 9 0
    calendar: MarketCalendar
    source: str  # who said so, and when
    confirmed: bool  # somebody of the town stands for it

    def __post_init__(self) -> None:
        """Refuse what no town can mean; raises InvalidInput."""
        if not self.digits or len(set(self.digits)) != len(self.digits) or not set(self.digits) <= set(range(10)):
            raise InvalidInput("尾数要写 1 到 9（逢十写 0），至少一个，不能重复。")
        if len(self.source) > LONGEST_SOURCE or not self.source.isprintable():
            raise InvalidInput(f"来源写成一行，最多{LONGEST_SOURCE}字。")
        if self.confirmed and not self.source:
            raise InvalidInput("核实过的要写来源：向谁、哪天核实的。")

    @property
    def days(self) -> str:
        """逢三六九, or 逢五逢十 where 五十 could be misread."""
        return "逢" + ("逢" if 0 in self.digits else "").join(NUMERALS[digit] for digit in self.digits)

    @property
    def is_understood(self) -> bool:
        """Whether the assistant makes a date of it."""
        return self.confirmed and self.calendar is MarketCalendar.LUNAR

    @property
    def stamp(self) -> str:
        """Another one whenever anything of it is."""
        return f"{self.days} {self.calendar} {self.confirmed} {self.source}"

    def next_from(self, day: date) -> date:
        """The next market day, this day included; the 31st by its last digit, and 逢十 not in a month of 29."""
        ahead = (day + timedelta(count) for count in range(DAYS_AHEAD))
        return next(then for then in ahead if self._day_of_month(then) % 10 in self.digits)

    def _day_of_month(self, day: date) -> int:
        if self.calendar is MarketCalendar.SOLAR:
            return day.day
        return int(LunarDate.from_solar_date(day.year, day.month, day.day).day)


def parse_days(text: str) -> tuple[int, ...]:
    """Last digits from 「逢三六九」「二五八」「5、10」「1 4 7」; raises InvalidInput."""
    bare = re.sub(r"赶?场[天期]?|[逢、,，。;；/\s]", "", unicodedata.normalize("NFKC", text))
    numbers = re.findall(rf"10|[1-9{NUMERALS}]", bare)
    if not numbers or "".join(numbers) != bare:
        raise InvalidInput(f"看不懂“{text}”，请写成“逢三六九”或“3,6,9”，逢十写“十”或“10”。")
    digits = [NUMERALS.index(number) if number in NUMERALS else int(number) % 10 for number in numbers]
    if len(set(digits)) != len(digits):
        raise InvalidInput(f"“{text}”里有写了两遍的日子。")
    return in_order(digits)


def in_order(digits: list[int]) -> tuple[int, ...]:
    """As one says them: 逢十 last."""
    return tuple(sorted(digits, key=lambda digit: (digit - 1) % 10))


def find_town(divisions: Divisions, words: str) -> Division:
    """A town by its code, its name or its name without 镇 or 街道; raises NotFound."""
    wanted = words.strip()
    for town in divisions.townships:
        if wanted in (town.code, town.name, town.name.removesuffix("镇"), town.name.removesuffix("街道")):
            return town
    raise NotFound(f"没有叫“{words}”的镇或街道。")
