"""A sheet: one table of figures, to be printed by the command line or written as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sheet:
    """A table with a title."""

    key: str  # its name in JSON
    title: str
    columns: list[str]
    rows: list[list[str]]
    figures: Any = field(default=None)  # the same for programs


def percent(part: float, whole: float) -> str:
    """97.5%, or a dash where there is nothing to count."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def share(part: float, whole: float) -> float | None:
    """The same as a number between 0 and 1."""
    return round(part / whole, 4) if whole else None
