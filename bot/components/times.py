"""Find when somebody wants something done, in the words of 巴中, and say which hours that means.

Stories are full of times that are nobody's appointment (「当了十二年兵」「星期六办不办公嘛」), so a time that
is past by its own words, or part of a question about opening hours, gives nothing.
extra: `precision` (minute, hour, half_day, day), `end` (ISO 8601), `past`, `provisional` (ask before relying
on it), `note`. A market day that no table knows has value "" and is provisional.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from . import Detail
from .dates import Day, integer, read_day
from .time_phrases import CLOSES, DAY_PARTS, MORNING, NOON, OPENS, REOPENS, Phrase, phrases

SHANGHAI = ZoneInfo("Asia/Shanghai")
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


def _on_clock(hour: int, part: str) -> int:
    """The hour of 24: by the part of the day, else the one at which people are about."""
    afternoon = DAY_PARTS.get(part, MORNING)[0] >= REOPENS
    if hour < 12 and (afternoon or (part and DAY_PARTS[part] == NOON and hour < 5)):
        return hour + 12
    return hour + 12 if not part and 1 <= hour <= 6 else hour


def _minute(said: str | None) -> int:
    words = {"半": 30, "一刻": 15, "三刻": 45, "整": 0, None: 0}
    return words[said] if said in words else integer((said or "").removesuffix("分").removeprefix("零"))


def _hours(phrase: Phrase) -> tuple[time, time, str] | None:
    """From, until and precision within a day, or None for a clock time that no clock shows."""
    clock = phrase.clock
    if not clock:
        start, end = DAY_PARTS.get(phrase.part, (OPENS, CLOSES))
        return start, end, "half_day" if phrase.part else "day"
    hour = _on_clock(integer(clock["hour"]) if clock["hour"] else 1, phrase.part)
    minute = _minute(clock["minute"])
    if hour > 23 or minute > 59:
        return None
    start = time(hour, minute)
    length = 30 if clock["minute"] else 60
    until = min(hour * 60 + minute + length, 24 * 60 - 1)
    if clock["until"]:
        last = _on_clock(integer(clock["until"]), phrase.part)
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
    for phrase in phrases(text):
        day = read_day(phrase.day, now.date(), said or text) if phrase.day else Day(now.date())
        if day and _is_appointment(text, phrase) and (detail := _detail(phrase, text, day, now)):
            found.append(detail)
    return found
