"""Whether a detail was understood: compared by what it means where a set says so, else by the words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

_DROPPED = re.compile(r"[\s，,、。.！!？?；;：:·-]+")
_LANDLINE = re.compile(r"[2-8]\d{6}")
AREA_CODE = "0827"
PARTS = {"dawn": range(9), "morning": range(12), "noon": range(12, 14), "afternoon": range(14, 17), "evening": range(17, 24)}


def same_words(one: str, other: str) -> bool:
    """Equal but for spaces and marks."""
    return _DROPPED.sub("", one) == _DROPPED.sub("", other)


def same_value(wanted: Any, found: str) -> bool:
    """Whether a normalised detail is the wanted one.

    A time may be wanted as ISO 8601 to the minute, or as a mapping: `date`, with `part` (a key of PARTS), or
    `clock` (HH:MM) on any day.
    """
    if isinstance(wanted, Mapping):
        return _is_time(wanted, found)
    if re.match(r"\d{4}-\d\d-\d\dT", str(wanted)):
        return str(wanted)[:16] == found[:16]
    if _LANDLINE.fullmatch(str(wanted)):
        return found in (wanted, AREA_CODE + str(wanted))  # said within the district, dialled with the area code
    return same_words(str(wanted), found)


def _is_time(wanted: Mapping[str, str], found: str) -> bool:
    try:
        begins = datetime.fromisoformat(found)
    except ValueError:
        return False
    return (
        wanted.get("date", found[:10]) == found[:10]
        and wanted.get("clock", found[11:16]) == found[11:16]
        and ("part" not in wanted or begins.hour in PARTS[wanted["part"]])
    )
