"""When telephones may ring and texts that nobody asked for may be sent: from eight to eight."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from hotline.clock import LOCAL, local

LOUD = (time(8), time(20))


def is_loud(moment: datetime) -> bool:
    """Whether a telephone may ring now."""
    begin, end = LOUD
    return begin <= local(moment).time() < end


def next_loud(moment: datetime) -> datetime:
    """This moment, or the next at which a telephone may ring."""
    if is_loud(moment):
        return moment
    then = local(moment)
    day = then.date() + timedelta(days=then.time() >= LOUD[1])
    return datetime.combine(day, LOUD[0], LOCAL)
