"""The calendar as 巴中 uses it: months, the lunar year, feasts with their days off, market days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
import yaml
from lunardate import LunarDate  # type: ignore[import-untyped]

MARKET_DAYS_FILE = Path(__file__).resolve().parents[2] / "data" / "lexicon" / "market_days.yml"
HOLIDAYS: dict[str, tuple[str, int, int, int]] = {  # calendar, month, day, days off where no table says
    "元旦": ("solar", 1, 1, 1), "春节": ("lunar", 1, 1, 7), "过年": ("lunar", 1, 1, 7),
    "元宵": ("lunar", 1, 15, 0), "清明": ("solar", 4, 5, 1), "五一": ("solar", 5, 1, 5),
    "劳动": ("solar", 5, 1, 5), "端午": ("lunar", 5, 5, 1), "中秋": ("lunar", 8, 15, 1),
    "重阳": ("lunar", 9, 9, 0), "国庆": ("solar", 10, 1, 7),
    "腊八": ("lunar", 12, 8, 0), "小年": ("lunar", 12, 23, 0), "平安夜": ("solar", 12, 24, 0), "圣诞": ("solar", 12, 25, 0),
}  # fmt: skip
SOLAR_TERMS = ("立春", "惊蛰", "春分", "谷雨", "立夏", "芒种", "夏至", "立秋", "处暑", "秋分", "霜降", "立冬", "冬至", "小寒", "大寒")
WEATHER_TERMS = ("雨水", "小满", "小暑", "大暑", "白露", "寒露", "小雪", "大雪")  # weather or names, too: only with 那天


def months_on(day: date, months: int, wanted: int = 1) -> date:
    """The `wanted`th of the month so many months on, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(wanted, monthrange(year, month + 1)[1]))


def lunar(year: int, month: int, day: int) -> date | None:
    """The solar date, or the day before next month when a month has no 30th."""
    for wanted in (day, day - 1):
        try:
            return date.fromisoformat(str(LunarDate(year, month, wanted).to_solar_date()))
        except ValueError:
            continue
    return None


def next_lunar(month: int, day: int, today: date) -> date | None:
    """The next time this lunar date comes round."""
    dates = (lunar(year, month, day) for year in range(today.year - 1, today.year + 2))
    return next((found for found in dates if found and found >= today), None)


def next_moon(today: date, wanted: Container[int], *, last_digit: bool = False) -> date | None:
    """The next day whose day of the lunar month (or its last digit) is wanted."""
    for day in (today + timedelta(count) for count in range(31)):
        moon = LunarDate.from_solar_date(day.year, day.month, day.day).day
        if (moon % 10 if last_digit else moon) in wanted:
            return day
    return None


def is_workday(day: date) -> bool:
    """By the State Council's table as far as it reaches, else by the weekday and the usual days off."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        feasts = ((feast(name, day.year), HOLIDAYS[name][3]) for name in HOLIDAYS)
        return day.weekday() < 5 and not any(
            start and start - timedelta(off // 7 * (start.month < 4)) <= day < start + timedelta(off)
            for start, off in feasts  # the days off of 春节 begin on its eve
        )


def feast(name: str, year: int) -> date | None:
    """The day of a feast, or of a solar term, in a year."""
    if name not in HOLIDAYS:
        terms = chinese_calendar.get_solar_terms(date(year, 1, 1), date(year, 12, 31))
        return next((day for day, term in terms if term == name), None)
    kind, month, of_month, _ = HOLIDAYS[name]
    return date(year, month, of_month) if kind == "solar" else lunar(year, month, of_month)


def working_day(day: date, step: int) -> date:
    """The nearest working day after (step 1) or before (-1) this one."""
    day += timedelta(step)
    while not is_workday(day):
        day += timedelta(step)
    return day


@cache
def market_table(path: Path = MARKET_DAYS_FILE) -> dict[str, frozenset[int]]:
    """Last digits of the lunar days on which a township (by name) holds its market."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["market_days"]
    return {row["name"]: frozenset(row["digits"]) for row in rows.values()}
