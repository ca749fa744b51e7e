"""Find when somebody wants something done, in the words of 巴中, and say which hours that means.

Stories are full of times that are nobody's appointment (「当了十二年兵」「星期六办不办公嘛」), so a time that
is past by its own words, or part of a question about opening hours, gives nothing.
extra: `precision` (minute, hour, half_day, day), `end` (ISO 8601), `past`, `provisional` (ask before relying
on it), `note`. A market day that no table knows has value "" and is provisional.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]
import yaml
from lunardate import LunarDate  # type: ignore[import-untyped]

from . import Detail
from .amounts import read_number

SHANGHAI = ZoneInfo("Asia/Shanghai")
MARKET_DAYS_FILE = Path(__file__).resolve().parents[2] / "data" / "lexicon" / "market_days.yml"
OPENS, MIDDAY, REOPENS, CLOSES = time(9), time(12), time(14), time(17)

DAY_WORDS = {
    **dict.fromkeys(("今天", "今日", "今儿个", "今儿", "今"), 0),
    **dict.fromkeys(("明天", "明日", "明儿个", "明儿", "明"), 1),
    **dict.fromkeys(("后天", "后日", "后儿个", "后儿"), 2),
    **dict.fromkeys(("大后天", "大后儿", "外后天", "外后儿", "万后天"), 3),
}
EARLY, MORNING, NOON = (time(8), time(10)), (OPENS, MIDDAY), (MIDDAY, REOPENS)
AFTERNOON, DUSK, EVENING = (REOPENS, CLOSES), (CLOSES, time(19)), (time(19), time(21))
DAY_PARTS = {
    **dict.fromkeys(["一大早", "一早", "大清早", "清早八早", "清早", "清晨", "一早上", "天亮"], EARLY),
    **dict.fromkeys(["早上", "早晨", "上午", "上半天", "早半天", "前半天", "吃了早饭"], MORNING),
    **dict.fromkeys(["早饭后", "早"], MORNING),
    **dict.fromkeys(["中午", "正午", "晌午", "响午", "吃晌午", "当晌午"], NOON),
    **dict.fromkeys(["吃了晌午", "吃过晌午", "晌午过后", "晌午后"], AFTERNOON),
    **dict.fromkeys(["下午", "下半天", "后半天", "下晌", "吃了午饭", "午饭后"], AFTERNOON),
    **dict.fromkeys(["天擦黑", "擦黑", "傍晚", "麻麻黑", "天黑", "打麻子眼"], DUSK),
    **dict.fromkeys(["晚上", "晚黑", "夜头", "夜晚", "吃了夜饭", "吃了晚饭", "晚"], EVENING),
}
HOLIDAYS: dict[str, tuple[str, int, int, int]] = {  # calendar, month, day, days off where no table says
    "元旦": ("solar", 1, 1, 1), "春节": ("lunar", 1, 1, 7), "过年": ("lunar", 1, 1, 7),
    "元宵": ("lunar", 1, 15, 0), "清明": ("solar", 4, 5, 1), "五一": ("solar", 5, 1, 5),
    "劳动": ("solar", 5, 1, 5), "端午": ("lunar", 5, 5, 1), "中秋": ("lunar", 8, 15, 1),
    "重阳": ("lunar", 9, 9, 0), "国庆": ("solar", 10, 1, 7),
}  # fmt: skip
LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
VAGUE = ("几", "两")  # 过两天 is any day soon
NEVER = (  # said of the past or of every day: whatever follows is no appointment
    "昨[天日儿晚]|大?前[天日儿]|前几天|前两天|那天|头天|有天|[每天]天|平[时常]|平素|一般|去年|前年|往年|"
    "自从|从小|"
    "每个?(?:周|星期|礼拜|月|年)|上+个?(?:周|星期|礼拜)[一二三四五六日天末]?|上个?月"
)
OPENING_QUESTION = re.compile(
    "办不办|上不上班|开不开|放不放假|营不营业|几点|好久[开上下关]|有没得人|有没有人|天气|"
    "(?:办公|上班|开门|营业|值班|放假|休息|有人|关门|下班)[^，。]{0,3}?(?:不|没|吗|嘛|么|呢|$)"
)
ALREADY_HAPPENED = re.compile(
    "^[^，,。；;！？!?]{0,6}?(?:[来去办跑交打问等买领走到喊叫说送拿](?:了|过)(?!再|就|后|来|去)|"
    "[来去办交买领生开打](?:的|到的)(?:$|[，,。])|就(?:来了|在等|等起)|没得人|白跑)"
)
SOMETHING_ELSE = re.compile(
    "^(?:我|我们)?(?:都|就)?(?:[不没]得?空|不方便|不得行)|^(?:就要|才要|就|要|才|该)?(?:考试|结婚|出嫁|满[0-9一二三四五六七八九十月]|到期|过期|截止|开学|上学|"
    "生娃|生孩|生日|出院|住院|手术|动手术|中考|高考|走?到?广东|好多钱|的天)"
)
WANTED = re.compile("[来送拿取接收派办到等约]|得空|有空|得闲|在屋|方便|可以|得行|要得")

_NUM = r"(?:\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_HOUR = r"(?:\d{1,2}|二?十[一二三四]?|[一二两三四五六七八九])"
_MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
_WEEK = "(?:周|星期|礼拜)"
_LUNAR_DAY = "(?:初[一二三四五六七八九十]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?)"
_NO_HOUSE = "(?![窗楼门栋院线厅柜台令文机单地井房铺仓库商人桌馆店公桥订])"
DATES = {  # how a day is said; the key names the function that reads it
    "word": "大后[天儿]|[外万]后[天儿]|(?<![以先])[今明后](?:天|日|儿个|儿)(?![性气])"
    "|(?<![说表证声文透])[今明](?=[早晚](?!点|饭)|[上下中]午|晌午)",
    "weekday": r"(?<![个一二两三四五六七八九十几半每\d])(?P<which>这个?|本|下下个?|下个?)?"
    rf"{_WEEK}(?P<weekday>[一二三四五六日天末1-6])(?![到至次])",
    "week": rf"(?P<next>下下个?|下个?){_WEEK}(?:内|里头|头)?(?![到至])",
    "full": r"(?<!\d)(?P<year>\d{4})[-/年](?P<m>\d{1,2})[-/月](?P<d>\d{1,2})[日号]?(?!\d)",
    "lunar": rf"(?:农历|阴历|老历)?(?P<lunar_month>[正冬腊]|(?<=历){_MONTH}|{_MONTH}(?=月初))月"
    rf"(?P<lunar_day>{_LUNAR_DAY})(?![号日天个几多])",
    "this_moon": "(?<![月年当最])(?P<moon_day>初[一二三四五六七八九十])(?=[上下早晚来去送拿那，,。]|$)",
    "month_day": rf"(?:今年)?(?<![\d年])(?P<month>{_MONTH})月(?:份)?(?P<day>{_NUM})(?P<unit>[号日])?"
    r"(?![个天年月点\d])",
    "new_year": "(?:大年|年)(?P<year_day>三十|初[一二三四五六七八九十])|除夕",
    "month_part": rf"(?P<whose>下个?|这个?|本|{_MONTH})?月"
    "(?P<edge>底|末|初(?![一二三四五六七八九十])|中旬|尾)|年(?:底|尾|末)",
    "this_month": rf"(?P<that>下个?|这个?|本)月(?P<that_day>{_NUM})[号日]",
    "day_only": r"(?<![路街巷段组社村幢栋座室字第院镇乡\d.#月几一二三四五六七八九十-])"
    rf"(?P<only>{_NUM})[号日]{_NO_HOUSE}",
    "after": rf"(?P<over>再?过|隔)?(?P<count>{_NUM}|几|半)"
    rf"(?P<measure>天|个?{_WEEK}|个月|个半?(?:小时|钟头)|半?(?:小时|钟头)|分钟)(?P<after>过后|之后|以后|后)?",
    "holiday": r"(?<![王李张刘陈杨赵黄周吴一二三四五六七八九零\d])(?P<name>元旦|春节|过年|元宵|清明|五一|"
    "劳动(?=节)|端午|中秋|重阳(?=节)|国庆)(?P<feast>节)?(?:放?大?假)?"
    "(?P<side>之?前|以前|过后|之后|以后|后|收假|完了?|那天|当天)?",
    "digits": "逢(?P<digits>[一二三四五六七八九十]{2,4})(?:的?(?:赶场|逢场)天?|那天|天)?",
    "market": "(?:下一?个|这个)?(?:赶场|逢场|当场)(?:天|那一?天)|下一?场(?=来|去|再|赶)",
}
_DATE = "|".join(f"(?P<is_{key}>{pattern})" for key, pattern in DATES.items())
_NAMES = "|".join(sorted((name for name in DAY_PARTS if len(name) > 1), key=len, reverse=True))
_PART = f"(?P<part>{_NAMES}|(?<=[今明])[早晚])(?:一早|一大早)?(?!点)"
_CLOCK = (
    rf"(?<![\d.第百几有])(?P<hour>{_HOUR})(?:点钟?|[:：](?=\d\d))"
    r"(?P<minute>半|一刻|三刻|整|[0-5]?\d分?|[二三四五]?十[一二三四五六七八九]?分?|零?[一二三四五六七八九]分|"
    r"零[一二三四五六七八九])?钟?(?![一二三四五六七八九要意建问原材好不水心击评道冯]|左右(?=都|为))"
    rf"(?:[到至~—-](?:[上下中]午|晚上)?(?P<until>{_HOUR})[点:：](?P<until_minute>半|\d\d)?钟?)?|"
    rf"(?P<about_one>(?<!一)点把钟)(?!头)"
)
_BOUND = re.compile(
    "(?P<before>之前|以前|(?:放假|收假)?前(?![后头面台]))|过后|之后|以后|后(?![头面天儿])|前后|左右|样子|"
    "多钟?|过|下头"
)
_OPENINGS = (  # every first character of a time: to look for these alone halves the work on long texts
    r"\d昨前那头有每天平一般去往自从上今明后大外万下这个本周星礼农阴老正冬腊十二三四五六七八九两廿初年除月再过隔几半"
    "元春清劳端中重国逢赶当点" + "".join(sorted({name[0] for name in DAY_PARTS}))
)
_START = re.compile(
    f"(?=[{_OPENINGS}])(?:(?P<never>{NEVER})|{_DATE}|(?<![一半整两三几大白]){_PART}|{_CLOCK})"
)
_NEXT_PART, _NEXT_CLOCK, _NEXT_DATE = (
    re.compile(rf"[的，,\s]{{0,2}}(?:{piece})") for piece in (_PART, _CLOCK, _DATE)
)


@dataclass(frozen=True)
class Phrase:
    """The parts of one spoken time."""

    start: int
    end: int
    day: re.Match[str] | None  # which day
    part: str  # which part of the day, "" if unsaid
    clock: re.Match[str] | None  # which hour
    bound: str  # 之前, 左右, …


@dataclass(frozen=True)
class Day:
    """What a spoken date means."""

    first: date | None  # None: a market day that nobody wrote down
    last: date | None = None  # for a stretch of days
    provisional: bool = False
    note: str = ""
    moment: datetime | None = None  # for 半个钟头后


def _phrases(text: str) -> Iterator[Phrase]:
    """Times as they follow each other; those said of the past are passed over whole."""
    position = 0
    while start := _START.search(text, position):
        never = start["never"]
        phrase = _phrase(text, start, _NEXT_DATE.match(text, start.end()) if never else start)
        position = max(phrase.end, start.end(), position + 1)
        if not never:
            yield phrase


def _phrase(text: str, start: re.Match[str], first: re.Match[str] | None) -> Phrase:
    """Part of the day, hour and bound as they follow the first piece."""
    groups = first.groupdict() if first else {}
    clock = first if groups.get("hour") or groups.get("about_one") else None
    part = first if groups.get("part") else None
    day = first if not clock and not part else None
    end = (first or start).end()
    if not clock:
        part = part or _NEXT_PART.match(text, end)
        end = part.end() if part else end
        clock = _NEXT_CLOCK.match(text, end)
    end = clock.end() if clock else end
    bound = _BOUND.match(text, end)
    end = bound.end() if bound else end
    return Phrase(start.start(), end, day, part["part"] if part else "", clock, bound[0] if bound else "")


def _integer(text: str) -> int:
    return int(read_number(text) or 0)


def _months_on(day: date, months: int, wanted: int = 1) -> date:
    """The `wanted`th of the month so many months on, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(wanted, monthrange(year, month + 1)[1]))


def _read_word(match: re.Match[str], today: date) -> Day | None:
    return Day(today + timedelta(DAY_WORDS[match["is_word"]]))


def _read_weekday(match: re.Match[str], today: date) -> Day | None:
    """这周三 and 下周三 count from this week's Monday; a bare 周三 is the next one."""
    said, which = match["weekday"], match["which"] or ""
    index = 5 if said == "末" else "一二三四五六日".find(said.replace("天", "日"))
    index = int(said) - 1 if index < 0 else index
    monday = today - timedelta(today.weekday())
    day = monday + timedelta(index + 7 * which.count("下"))
    if not which and day < today:
        day += timedelta(7)
    return Day(day, day + timedelta(1), True) if said == "末" else Day(day)


def _read_week(match: re.Match[str], today: date) -> Day | None:
    monday = today + timedelta(7 * match["next"].count("下") - today.weekday())
    return Day(monday, monday + timedelta(4), True)


def _read_full(match: re.Match[str], today: date) -> Day | None:
    """A date with its year; an earlier year is a birthday or a story."""
    try:
        day = date(int(match["year"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return Day(day) if day.year >= today.year else None


def _lunar(year: int, month: int, day: int) -> date | None:
    """The solar date, or the day before next month when a month has no 30th."""
    for wanted in (day, day - 1):
        try:
            return date.fromisoformat(str(LunarDate(year, month, wanted).to_solar_date()))
        except ValueError:
            continue
    return None


def _next_lunar(month: int, day: int, today: date) -> Day | None:
    """The next time this lunar date comes round."""
    dates = (_lunar(year, month, day) for year in range(today.year - 1, today.year + 2))
    return next((Day(found) for found in dates if found and found >= today), None)


def _lunar_day(text: str) -> int:
    return _integer(text.removeprefix("初").replace("廿", "二十"))


def _read_lunar(match: re.Match[str], today: date) -> Day | None:
    month = LUNAR_MONTHS.get(match["lunar_month"]) or _integer(match["lunar_month"])
    return _next_lunar(month, _lunar_day(match["lunar_day"]), today)


def _read_this_moon(match: re.Match[str], today: date) -> Day | None:
    """初八: of this lunar month or the next; ask, for 初一 is also a school year."""
    wanted = _lunar_day(match["moon_day"])
    found = _next_moon(today, {wanted})
    return Day(found, None, True) if found else None


def _next_moon(today: date, wanted: Container[int], *, last_digit: bool = False) -> date | None:
    """The next day whose day of the lunar month (or its last digit) is wanted."""
    for day in (today + timedelta(count) for count in range(31)):
        moon = LunarDate.from_solar_date(day.year, day.month, day.day).day
        if (moon % 10 if last_digit else moon) in wanted:
            return day
    return None


def _read_new_year(match: re.Match[str], today: date) -> Day | None:
    said = match["year_day"]
    return _next_lunar(1, _lunar_day(said), today) if said and said != "三十" else _next_lunar(12, 30, today)


def _read_month_day(match: re.Match[str], today: date) -> Day | None:
    """This year's; next year's when it is more than a month gone. Without 号 it may be lunar: ask."""
    month, day = _integer(match["month"]), _integer(match["day"])
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
    first, last = {"初": (1, 5), "中旬": (11, 20)}.get(edge, (25, 31))
    if not whose and _months_on(today, 0, last) < today:
        ahead = 1
    return Day(max(_months_on(today, ahead, first), today), _months_on(today, ahead, last), True)


def _read_this_month(match: re.Match[str], today: date) -> Day | None:
    return Day(_months_on(today, match["that"].count("下"), _integer(match["that_day"])))


def _read_day_only(match: re.Match[str], today: date) -> Day | None:
    """The next time a month has this day."""
    wanted = _integer(match["only"])
    if not 1 <= wanted <= 31:
        return None
    days = (_months_on(today, ahead, wanted) for ahead in range(3))
    return next(Day(day) for day in days if day >= today and day.day == wanted)


def _read_after(match: re.Match[str], today: date) -> Day | None:
    """三天后, 过两天, 半个钟头后. A stretch without 过 or 后 is a duration and no appointment."""
    over, after, measure = match["over"], match["after"], match["measure"]
    count = read_number(match["count"].replace("几", "三"))
    if not (over or after) or count is None or (over == "隔" and after):
        return None
    vague = match["count"] in VAGUE and not after
    if "小时" in measure or "钟头" in measure or measure == "分钟":
        hours = count + (read_number("半") or 0 if measure.startswith(("半", "个半")) else 0)
        minutes = int(count) if measure == "分钟" else int(hours * 60)
        return Day(today, moment=datetime.min + timedelta(minutes=minutes))
    if measure == "个月":
        first = today + timedelta(15) if match["count"] == "半" else _months_on(today, int(count), today.day)
    else:
        first = today + timedelta(int(count * (7 if measure != "天" else 1)))
    return Day(first, first + timedelta(2) if vague else None, vague or measure == "个月")


def _is_workday(day: date) -> bool:
    """By the State Council's table as far as it reaches, else by the weekday and the usual days off."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        feasts = ((_feast(name, day.year), HOLIDAYS[name][3]) for name in HOLIDAYS)
        return day.weekday() < 5 and not any(
            start and start - timedelta(off // 7 * (start.month < 4)) <= day < start + timedelta(off)
            for start, off in feasts  # the days off of 春节 begin on its eve
        )


def _feast(name: str, year: int) -> date | None:
    kind, month, of_month, _ = HOLIDAYS[name]
    return date(year, month, of_month) if kind == "solar" else _lunar(year, month, of_month)


def _working_day(day: date, step: int) -> date:
    """The nearest working day after (step 1) or before (-1) this one."""
    day += timedelta(step)
    while not _is_workday(day):
        day += timedelta(step)
    return day


def _read_holiday(match: re.Match[str], today: date) -> Day | None:
    """The feast itself, or the last working day before it or the first one after it."""
    side = match["side"] or ""
    if not (side or match["feast"] or match["name"] in ("元旦", "清明", "端午", "中秋", "元宵")):
        return None  # 国庆 and 五一 alone are names and questions
    for year in range(today.year - 1, today.year + 2):
        day = _feast(match["name"], year)
        if day is None:
            continue
        if side.startswith(("过", "之后", "以后", "后", "收", "完")):
            day = _working_day(day, 1)
        elif "前" in side:
            day = _working_day(day, -1)
        if day >= today:
            return Day(day, None, bool(side), side)
    return None


@cache
def market_table(path: Path = MARKET_DAYS_FILE) -> dict[str, frozenset[int]]:
    """Last digits of the lunar days on which a township (by name) holds its market."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["market_days"]
    return {row["name"]: frozenset(row["digits"]) for row in rows.values()}


def _market_digits(match: re.Match[str], said: str) -> frozenset[int]:
    """Said outright (逢三六九), or those of a township named in the sentence."""
    if match["digits"]:
        return frozenset(_integer(char) % 10 for char in match["digits"])
    for name, digits in market_table().items():
        if name.removesuffix("镇") in said:
            return digits
    return frozenset()


def _read_market(match: re.Match[str], today: date, said: str) -> Day:
    """The next market day, if its digits are said or known for the township that is."""
    found = _next_moon(today, _market_digits(match, said), last_digit=True)
    return Day(found, provisional=True, note="赶场天，照农历推算" if found else "要问清楚是哪天赶场")


READERS: dict[str, Callable[[re.Match[str], date], Day | None]] = {
    "word": _read_word, "weekday": _read_weekday, "week": _read_week, "full": _read_full,
    "lunar": _read_lunar, "this_moon": _read_this_moon,
    "month_day": _read_month_day, "new_year": _read_new_year, "month_part": _read_month_part,
    "this_month": _read_this_month, "day_only": _read_day_only, "after": _read_after,
    "holiday": _read_holiday,
}  # fmt: skip


def _read_day(match: re.Match[str], today: date, said: str) -> Day | None:
    if match["is_digits"] or match["is_market"]:
        return _read_market(match, today, said)
    kind = next(key for key in READERS if match[f"is_{key}"])
    return READERS[kind](match, today)


def _on_clock(hour: int, part: str) -> int:
    """The hour of 24: by the part of the day, else the one at which people are about."""
    afternoon = DAY_PARTS.get(part, MORNING)[0] >= REOPENS
    if hour < 12 and (afternoon or (part and DAY_PARTS[part] == NOON and hour < 5)):
        return hour + 12
    return hour + 12 if not part and 1 <= hour <= 6 else hour


def _minute(said: str | None) -> int:
    words = {"半": 30, "一刻": 15, "三刻": 45, "整": 0, None: 0}
    return words[said] if said in words else _integer((said or "").removesuffix("分").removeprefix("零"))


def _hours(phrase: Phrase) -> tuple[time, time, str] | None:
    """From, until and precision within a day, or None for a clock time that no clock shows."""
    clock = phrase.clock
    if not clock:
        start, end = DAY_PARTS.get(phrase.part, (OPENS, CLOSES))
        return start, end, "half_day" if phrase.part else "day"
    hour = _on_clock(_integer(clock["hour"]) if clock["hour"] else 1, phrase.part)
    minute = _minute(clock["minute"])
    if hour > 23 or minute > 59:
        return None
    start = time(hour, minute)
    length = 30 if clock["minute"] else 60
    until = min(hour * 60 + minute + length, 24 * 60 - 1)
    if clock["until"]:
        last = _on_clock(_integer(clock["until"]), phrase.part)
        until = min(last * 60 + _minute(clock["until_minute"]), 24 * 60 - 1)
    return start, time(until // 60, until % 60), "minute" if clock["minute"] else "hour"


def _clause(text: str, phrase: Phrase) -> tuple[str, str]:
    """What stands before and after the phrase up to the next punctuation."""
    before = re.split("[，,。；;！？!?\n]", text[max(0, phrase.start - 40) : phrase.start])[-1]
    return before, re.split("[，,。；;！？!?\n]", text[phrase.end : phrase.end + 40])[0]


def _is_appointment(text: str, phrase: Phrase) -> bool:
    """Whether the phrase can be a wish for the future, by the clause it stands in."""
    before, after = _clause(text, phrase)
    if OPENING_QUESTION.search(after) or OPENING_QUESTION.search(before + after):
        return False
    sure = phrase.day is not None and bool(re.match("[明后大外万下]", phrase.day[0]))
    if not sure and ALREADY_HAPPENED.match(after) or SOMETHING_ELSE.match(after):
        return False
    if re.search("从$|[每隔满]$|生于|出生|那年", before):
        return False
    if phrase.clock and phrase.clock[0] == "一点" and not (phrase.day or phrase.part or phrase.bound):
        return False  # 快一点, 便宜一点
    alone = len(before) + len(after) <= 4
    return phrase.day is not None or alone or WANTED.search(after) is not None or "送" in before


def _detail(phrase: Phrase, text: str, day: Day, now: datetime) -> Detail | None:
    """The phrase as a detail with its hours."""
    hours = _hours(phrase)
    if hours is None:
        return None
    start_time, end_time, precision = hours
    if day.first is None:
        return _made(phrase, text, "", precision="day", end="", past=False, provisional=True, note=day.note)
    start = datetime.combine(day.first, start_time, SHANGHAI)
    end = datetime.combine(day.last or day.first, end_time, SHANGHAI)
    note = day.note or phrase.bound
    provisional = day.provisional or phrase.bound in ("左右", "样子", "前后", "下头")
    if day.moment:
        start = now.replace(second=0, microsecond=0) + (day.moment - datetime.min)
        end, precision = start + timedelta(minutes=30), "minute"
    elif phrase.day is None and end <= now:
        start, end = start + timedelta(1), end + timedelta(1)
        provisional, note = True, "今天这个时候已经过了，算明天"
    facts = {"precision": precision, "end": end.isoformat(), "past": end <= now}
    return _made(phrase, text, start.isoformat(), **facts, provisional=provisional, note=note)


def _made(phrase: Phrase, text: str, value: str, **extra: Any) -> Detail:
    return Detail("time", value, text[phrase.start : phrase.end], phrase.start, phrase.end, extra)


def find_times(text: str, *, now: datetime, said: str = "") -> list[Detail]:
    """Times at which something is wanted, reckoned from `now` (aware).

    `said` is the sentence before other parsers blanked their finds: it names the township of a market day.
    """
    now = now.astimezone(SHANGHAI)
    found = []
    for phrase in _phrases(text):
        day = _read_day(phrase.day, now.date(), said or text) if phrase.day else Day(now.date())
        if day and _is_appointment(text, phrase) and (detail := _detail(phrase, text, day, now)):
            found.append(detail)
    return found
