"""Find when somebody wants something done, in the words of 巴中, and say which hours that means.

extra: `precision` (minute, hour, half_day, day), `end` (ISO 8601), `past`, `told` (of what an order or visit was:
昨天下的单; it answers no question), `provisional` (ask before relying on it), `note`. A market day that no table knows has value "" and is provisional.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from . import Detail
from .almanac import months_on
from .appointments import clause, is_appointment, tells_of_an_order
from .dates import Day, integer, read_day
from .sounds import with_time_words
from .time_phrases import CLOSES, DAY_PARTS, MORNING, NIGHT, NOON, OPENS, REOPENS, Phrase, phrases

SHANGHAI = ZoneInfo("Asia/Shanghai")
_MOVED = re.compile("(?:[改挪推换调延]|提前|推迟)(?:到|成|为|至|在)?(?:那个|嗯)?$")
_FORMER = re.compile("哪个[说喊]的?要?改?[成到]?$|(?:先头?|之前|原来|原先|本来|早先|上次|开始|原本|起先)[^，,。]{0,3}(?:[说约定讲填写]|是)(?:好|定)?的?(?:是|到|在)?$|^(?:你们?)?说的(?:是)?$")
_GIVES_WAY = re.compile("打过?去问|打电话去?[问催]|(?:[、和]?[今明后]天)?(?:我们?)?[都就]?(?:莫|不|别|不要|不用)再?(?:来|去)(?![^，,。]*[吗嘛？?])|[^，,。]{0,3}(?:赶不[拢上到]|来不了|来不[及赢])|我[^，,。]{0,2}(?:到$|就?坐|就?守)")
_THEN = re.compile("(?:完|过后|以后|之后|回来|转来|拢)了?$")  # 明天吃完酒，下午来
_REASON = re.compile("[^，,。]{0,4}(?:要用|要交|要走|到期|过期|截止|开学|停电|赶场|报名|停水)")
_ANOTHER_DAY = re.compile("(?<!差)不|[莫没别。；;！？!?]|今天|那天")
_SHORT_OF = {"五分": 5, "十分": 10, "一刻": 15, "两刻": 30, "三刻": 45}  # 差五分四点
_ANSWERS = re.compile("(?:那|就|是|在|约){0,3} [嘛吧哈哦噻呀啊。！!]*")  # a blank stands for the time
FILLERS = re.compile("[，,]?(?:嗯|呃|啊|那个)")  # between the parts of a time


def _on_clock(hour: int, part: str) -> int:
    """The hour of 24: by the part of the day, else the one at which people are about."""
    if DAY_PARTS.get(part) == NIGHT:
        return hour % 12 + 12 if 7 < hour < 12 else hour % 12
    afternoon = DAY_PARTS.get(part, MORNING)[0] >= REOPENS
    if hour < 12 and (afternoon or (part and DAY_PARTS[part] == NOON and hour < 5)):
        return hour + 12
    return hour + 12 if not part and 1 <= hour <= 6 else hour


def _minute(said: str | None) -> int:
    """Minutes past the hour; less than nothing for 十点差五分."""
    words = {"半": 30, "一刻": 15, "三刻": 45, "整": 0, "": 0}
    short, plain = (said or "").startswith(("差", "欠")), (said or "").lstrip("过差欠")
    minutes = words[plain] if plain in words else integer(plain.removesuffix("分").removeprefix("零"))
    return -minutes if short else minutes


def _hours(phrase: Phrase) -> tuple[time, time, str] | None:
    """From, until and precision within a day, or None for a clock time that no clock shows."""
    clock = phrase.clock
    if not clock:
        start, end = DAY_PARTS.get(phrase.part, (OPENS, CLOSES))
        if (start, end) == NOON and phrase.bound.startswith(("过", "之后", "以后", "后")):
            start, end = REOPENS, CLOSES  # 晌午过
        return start, end, "half_day" if phrase.part else "day"
    hour = _on_clock(integer(clock["hour"]) if clock["hour"] else 1, phrase.part)
    past = _minute(clock["minute"]) - _SHORT_OF.get(clock["short"] or "", 0)
    hour, minute = divmod(hour * 60 + past, 60) if past < 60 else (24, 0)
    if not 0 <= hour <= 23:
        return None
    start = time(hour, minute)
    to_the_minute = bool(clock["minute"] or clock["short"])
    length = 30 if to_the_minute else 60
    until = min(hour * 60 + minute + length, 24 * 60 - 1)
    if clock["until"]:
        last = _on_clock(integer(clock["until"]), phrase.part)
        until = min(last * 60 + _minute(clock["until_minute"]), 24 * 60 - 1)
    return start, time(until // 60, until % 60), "minute" if to_the_minute else "hour"


def _told(phrase: Phrase, text: str, day: Day, now: datetime) -> list[Detail]:
    """The phrase as a time that is gone; nothing if it is still to come."""
    day = _gone_by(phrase, day, now.date())
    detail = _detail(phrase, text, day, now, carried=True)
    gone = detail is not None and detail.value[:10] <= now.date().isoformat()
    return [replace(detail, extra={**detail.extra, "past": True, "told": True})] if detail and gone else []


def _gone_by(phrase: Phrase, day: Day, today: date) -> Day:
    """The last such weekday or day of the month, where the next one was read."""
    if day.first is None or day.first <= today or phrase.day is None:
        return day
    if phrase.day["weekday"] and not phrase.day["which"]:
        return replace(day, first=day.first - timedelta(7), last=None)
    return replace(day, first=months_on(day.first, -1, day.first.day), last=None) if phrase.day["only"] else day


def _wanted(phrase: Phrase, text: str, day: Day, now: datetime, *, carried: bool) -> list[Detail]:
    detail = _detail(phrase, text, day, now, carried=carried)
    return [detail] if detail else []


def _detail(phrase: Phrase, text: str, day: Day, now: datetime, *, carried: bool) -> Detail | None:
    """The phrase as a detail with its hours; `carried`: its day was said before."""
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
    elif phrase.day is None and not carried and end <= now:
        start, end = start + timedelta(1), end + timedelta(1)
        provisional, note = True, "今天这个时候已经过了，算明天"
    facts = {"precision": precision, "end": end.isoformat(), "past": end <= now}
    return _made(phrase, text, start.isoformat(), **facts, provisional=provisional, note=note)


def _made(phrase: Phrase, text: str, value: str, **extra: Any) -> Detail:
    spoken = FILLERS.sub("", text[phrase.start : phrase.end])
    return Detail("time", value, spoken, phrase.start, phrase.end, extra)


def find_times(text: str, *, now: datetime, said: str = "") -> list[Detail]:
    """Times at which something is wanted, reckoned from `now` (aware).

    `said` is the sentence before other parsers blanked their finds: it names the township of a market day.
    """
    now = now.astimezone(SHANGHAI)
    found: list[Detail] = []
    heard, named = with_time_words(text), None
    for phrase in phrases(heard):
        day = read_day(phrase.day, now.date(), said or text) if phrase.day else _said_before(heard, named, phrase)
        day = day or (None if phrase.day else Day(now.date()))
        told = not _is_all(heard, phrase) if phrase.is_gone else not is_appointment(heard, phrase)
        wanted = day is not None and not told
        if day and (wanted or tells_of_an_order(heard, phrase)):
            found += _told(phrase, text, day, now) if told else _wanted(phrase, text, day, now, carried=named is not None)
        if phrase.day or named is None:
            holds = wanted or _THEN.search(clause(heard, phrase.start, phrase.end)[1])
            named = (phrase, day) if phrase.day and day and holds and day.first and not day.moment else None
    return found


def _is_all(text: str, phrase: Phrase) -> bool:
    """Whether nothing else is said: 那就昨天下午嘛 answers when, though it is too late for that."""
    return _ANSWERS.fullmatch(text[: phrase.start] + " " + text[phrase.end :]) is not None


def _said_before(text: str, named: tuple[Phrase, Day] | None, phrase: Phrase) -> Day | None:
    """The day for an hour that follows it in the same breath (「明天来嘛，下午三点」)."""
    if named is None or named[1].last:
        return None
    gap = text[named[0].end : phrase.start]
    return named[1] if len(gap) <= 14 and not _ANOTHER_DAY.search(gap) else None


def preferred(times: list[Detail], text: str) -> list[Detail]:
    """The times with the one that is meant last.

    A market day that no table knows, a past one, a stretch of days beside an hour, and a reason (「周五要用」) give way; what something was moved to
    (「改到周五」) goes before all, what was agreed before (「先头说的十一点」) or will not do (「今天莫来」) behind; else the later one is the newer thought.
    """
    moved = {time.value[:10] for time in times if _is_moved_to(text, time)}
    return sorted(times, key=lambda time: _weight(time, *clause(text, time.start, time.end), moved))


def _is_moved_to(text: str, time: Detail) -> bool:
    return _MOVED.search(clause(text, time.start, time.end)[0]) is not None


def _weight(time: Detail, before: str, after: str, moved: set[str]) -> tuple[bool, ...]:
    """How much it counts; an hour of a day that something was moved to counts as that day does (改周四，周四晚上六点半)."""
    holds = not (_FORMER.search(before) or _GIVES_WAY.match(after))
    one_day = time.value[:10] == time.extra["end"][:10]
    moved_to = _MOVED.search(before) is not None or (time.value[:10] in moved and time.extra["precision"] != "day")
    return bool(time.value), not time.extra["past"], holds, moved_to, one_day, not _REASON.match(after)
