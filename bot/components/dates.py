"""Say which day is meant by the words for it (下周三, 冬月初八, 三天后, 国庆后, 赶场天), reckoned from today."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import almanac
from .almanac import feast, months_on, next_lunar, next_moon, working_day
from .amounts import read_number
from .gazetteer import load_gazetteer
from .time_phrases import DAY_WORDS, GONE_DAYS

LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
SAID_ALONE = ("元旦", "清明", "端午", "中秋", "元宵", "立春", "立夏", "立秋", "立冬", "夏至", "冬至")  # 国庆 and 五一 are names and questions, too
VAGUE = ("几", "两")  # 过两天 is any day soon


@dataclass(frozen=True)
class Day:
    """What a spoken date means."""

    first: date | None  # None: a market day that nobody wrote down
    last: date | None = None  # for a stretch of days
    provisional: bool = False
    note: str = ""
    moment: datetime | None = None  # for 半个钟头后


def _on(day: date | None, *, provisional: bool = False) -> Day | None:
    return Day(day, None, provisional) if day else None


def integer(text: str) -> int:
    return int(read_number(text) or 0)


def _read_word(match: re.Match[str], today: date) -> Day | None:
    return Day(today + timedelta(DAY_WORDS[match["is_word"]]))


def _read_gone(match: re.Match[str], today: date) -> Day | None:
    """昨天, 大前天, 上周五, 上个月28号."""
    if said := match["gone_day"]:
        return Day(months_on(today, -1, integer(said)))
    if weekday := match["gone_weekday"]:
        return Day(today - timedelta(today.weekday() + 7 - "一二三四五六日".find(weekday.replace("天", "日"))))
    return Day(today - timedelta(GONE_DAYS[match["is_gone"][0]]))


def _read_weekday(match: re.Match[str], today: date) -> Day | None:
    """这周三 and 下周三 count from this week's Monday; a bare 周三 is the next one."""
    said, which = match["weekday"], match["which"] or ""
    index = 5 if said == "末" else "一二三四五六日".find(said.replace("天", "日"))
    index = int(said) - 1 if index < 0 else index
    monday = today - timedelta(today.weekday())
    day = monday + timedelta(index + 7 * which.count("下"))
    if not which and day < today:
        day += timedelta(7)
    if until := match["last_weekday"]:
        days = ("一二三四五六日".find(until.replace("天", "日")) - index) % 7
        return Day(day, day + timedelta(days) if days else None)
    return Day(day, day + timedelta(1), True) if said == "末" else Day(day)


def _read_week(match: re.Match[str], today: date) -> Day | None:
    """下周, or 这周内 from today on."""
    monday = today + timedelta(7 * match["next"].count("下") - today.weekday())
    friday = max(today, monday + timedelta(4))
    return Day(max(today, monday), friday, True)


def _read_full(match: re.Match[str], today: date) -> Day | None:
    """A date with its year, or as 11/27 or 12.3号; an earlier year is a birthday or a story."""
    try:
        if slashed := match["slash_m"]:
            day = date(today.year, int(slashed), int(match["slash_d"].rstrip("号日")))
            return Day(day if day >= today else months_on(day, 12, day.day))
        day = date(int(match["year"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return Day(day) if day.year >= today.year else None


def _lunar_day(text: str) -> int:
    return integer(text.removeprefix("初").replace("廿", "二十"))


def _read_lunar(match: re.Match[str], today: date) -> Day | None:
    month = LUNAR_MONTHS.get(match["lunar_month"]) or integer(match["lunar_month"])
    return _on(next_lunar(month, _lunar_day(match["lunar_day"]), today))


def _read_moon_month(match: re.Match[str], today: date) -> Day | None:
    """冬月间, 腊月: from its first day, or from today on."""
    last = next_lunar(LUNAR_MONTHS[match["moon_month"]], 30, today)
    return Day(max(today, last - timedelta(29)), last, True) if last else None


def _read_this_moon(match: re.Match[str], today: date) -> Day | None:
    """初八: of this lunar month or the next; ask, for 初一 is also a school year."""
    wanted = _lunar_day(match["moon_day"] or match["old_day"])
    found = next_moon(today, {wanted})
    return _on(found, provisional=True)


def _read_new_year(match: re.Match[str], today: date) -> Day | None:
    said = match["year_day"]
    eve = not said or said == "三十"
    return _on(next_lunar(12, 30, today) if eve else next_lunar(1, _lunar_day(said), today))


def _read_month_day(match: re.Match[str], today: date) -> Day | None:
    """This year's; next year's when it is more than a month gone. Without 号 it may be lunar: ask.

    十月二十 is lunar when the solar one is gone and the lunar one is near.
    """
    month, day = integer(match["month"]), integer(match["day"])
    moon = None if match["unit"] or match["day"].isdigit() else next_lunar(month, min(day, 30), today)
    if moon and moon - today < timedelta(60) and (month, day) < (today.month, today.day):
        return Day(moon, None, True)
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found >= today - timedelta(31):
            break
    arabic = match["day"].isdigit()
    return None if arabic and not match["unit"] else Day(found, None, not match["unit"])


def _read_month_part(match: re.Match[str], today: date) -> Day | None:
    whose, edge = match["whose"] or "", match["edge"]
    if edge is None:
        return Day(date(today.year, 12, 25), date(today.year, 12, 31), True)
    ahead = 1 if whose.startswith("下") else 0
    if named := read_number(whose or "零"):
        ahead = (int(named) - today.month) % 12
    first, last = (31, 31) if match["last_day"] else {"初": (1, 5), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}.get(edge, (25, 31))
    if not whose and months_on(today, 0, last) < today:
        ahead = 1
    return Day(max(months_on(today, ahead, first), today), months_on(today, ahead, last), not match["last_day"])


def _read_this_month(match: re.Match[str], today: date) -> Day | None:
    return _through(months_on(today, match["that"].count("下"), integer(match["that_day"])), match["that_until"])


def _read_nth(match: re.Match[str], today: date) -> Day | None:
    """十二月头一个星期一, 本月最后一个工作日."""
    month, nth, weekday = match["of_month"], match["nth"].strip("第个"), match["nth_weekday"]
    ahead = month.count("下") or (0 if month[0] in "这本" else (integer(month) - today.month) % 12)
    first = months_on(today, ahead)
    days = (first + timedelta(count) for count in range(monthrange(first.year, first.month)[1]))
    if weekday:
        index = "一二三四五六日".find(weekday.replace("天", "日"))
        fitting = [day for day in days if day.weekday() == index]
    else:
        fitting = [day for day in days if almanac.is_workday(day)]
    return Day(fitting[-1] if nth.startswith("最后") else fitting[integer(nth.replace("头", "").removesuffix("个") or "一") - 1])


def _read_day_only(match: re.Match[str], today: date) -> Day | None:
    """The next time a month has this day; 二十五六号 is either of two."""
    wanted = integer(match["only"])
    if not 1 <= wanted <= 31:
        return None
    days = (months_on(today, ahead, wanted) for ahead in range(3))
    day = next(day for day in days if day >= today and day.day == wanted)
    return Day(day, day + timedelta(1), True) if match["or_next"] else _through(day, match["only_until"])


def _through(first: date, until: str | None) -> Day:
    """八号, or 八号到十二号."""
    if not until:
        return Day(first)
    last = months_on(first, 0, integer(until))
    return Day(first, last if last >= first else months_on(first, 1, integer(until)))


def _read_after(match: re.Match[str], today: date) -> Day | None:
    """三天后, 过两天, 半个钟头后. A stretch without 过 or 后 is a duration and no appointment."""
    over, after, measure = match["over"], match["after"], match["measure"]
    count = read_number(match["count"].replace("几", "三") or "一")
    if count is None or (over == "隔" and after):
        return None
    vague = match["count"] in VAGUE and not after
    if "小时" in measure or "钟头" in measure or measure in ("分钟", "刻钟"):
        hours = count + (read_number("半") or 0 if measure.startswith(("半", "个半")) else 0)
        minutes = int(count) * {"分钟": 1, "刻钟": 15}[measure] if measure.endswith("钟") else int(hours * 60)
        return Day(today, moment=datetime.min + timedelta(minutes=minutes))
    if measure == "个月":
        first = today + timedelta(15) if match["count"] == "半" else months_on(today, int(count), today.day)
    else:
        between = 1 if over == "隔" and measure in ("天", "日") and match["count"] not in VAGUE else 0
        first = today + timedelta(int(count * (1 if measure in ("天", "日") else 7)) + between)
    return Day(first, first + timedelta(2) if vague else None, vague or measure == "个月")


def _read_soon(match: re.Match[str], today: date) -> Day | None:
    """等哈来拿: within the hour, to be asked about."""
    return Day(today, None, True, moment=datetime.min + timedelta(minutes=30))


def _read_holiday(match: re.Match[str], today: date) -> Day | None:
    """The feast itself, or the last working day before it or the first one after it."""
    side = match["side"] or ""
    if not (side or match["feast"] or match["name"] in SAID_ALONE):
        return None
    for year in range(today.year - 1, today.year + 2):
        day = feast(match["name"], year)
        if day is None:
            continue
        if side.startswith(("过", "之后", "以后", "后", "收", "完")):
            day = working_day(day, 1)
        elif side.endswith("天") and side[0] in "前头":  # 冬至前一天
            day -= timedelta(integer(side[1:-1]) or 1)
        elif "前" in side:
            day = working_day(day, -1)
        if day >= today:
            return Day(day, None, bool(side), side)
    return None


def _market_digits(match: re.Match[str], said: str) -> frozenset[int]:
    """Said outright (逢三六九), or those of a township named in the sentence."""
    if match["digits"]:
        return frozenset(integer(char) % 10 for char in match["digits"])
    named = _townships_in(said)
    return next((digits for name, digits in almanac.market_table().items() if name in named), frozenset())


def _townships_in(said: str) -> set[str]:
    """The townships that a sentence names in full or by a short name that people use: never 九 for 九镇."""
    names = load_gazetteer().written.items()
    return {division.name for name, found in names if name in said for division in found if division.is_township}


def _read_market(match: re.Match[str], today: date, said: str) -> Day:
    """The next market day, if its digits are said or known for the township that is."""
    digits = _market_digits(match, said)
    if match["cold"]:
        digits = frozenset(range(10)) - digits if digits else digits
    found = next_moon(today + timedelta(1 if match["eve"] else 0), digits, last_digit=True)
    found = found - timedelta(1) if found and match["eve"] else found
    return Day(found, provisional=True, note="赶场天，照农历推算" if found else "要问清楚是哪天赶场")


READERS: dict[str, Callable[[re.Match[str], date], Day | None]] = {
    "word": _read_word, "gone": _read_gone, "weekday": _read_weekday, "week": _read_week, "full": _read_full,
    "lunar": _read_lunar, "moon_month": _read_moon_month, "this_moon": _read_this_moon,
    "month_day": _read_month_day, "new_year": _read_new_year, "month_part": _read_month_part,
    "this_month": _read_this_month, "nth": _read_nth, "day_only": _read_day_only, "after": _read_after,
    "soon": _read_soon, "holiday": _read_holiday,
}  # fmt: skip


def read_day(match: re.Match[str], today: date, said: str) -> Day | None:
    if match["is_digits"] or match["is_market"]:
        return _read_market(match, today, said)
    kind = next(key for key in READERS if match[f"is_{key}"])
    return READERS[kind](match, today)
