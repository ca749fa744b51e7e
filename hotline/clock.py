"""The one clock: times are aware, kept in UTC and shown in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
HALVES = (("凌晨", 6), ("上午", 12), ("中午", 13), ("下午", 18), ("晚上", 24))  # parts of a day and when they end

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on a wall clock in Sichuan."""
    return moment.astimezone(LOCAL)


def spoken_time(moment: datetime, now: datetime) -> str:
    """A moment as one would say it: 明天上午10点, 11月26日（星期四）下午2点半."""
    then, today = local(moment), local(now).date()
    days = (then.date() - today).days
    day = {0: "今天", 1: "明天", 2: "后天"}.get(days)
    if day is None:
        day = f"{then.month}月{then.day}日（星期{WEEKDAYS[then.weekday()]}）"
    half = next(name for name, until in HALVES if then.hour < until)
    hour = then.hour if then.hour <= 12 else then.hour - 12
    minute = {0: "", 30: "半"}.get(then.minute, f"{then.minute:02d}分")
    return f"{day}{half}{hour}点{minute}"
