"""A runner's step as the page sends it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desk.login import text_field
from hotline.carrying import Step
from hotline.errors import InvalidInput
from hotline.order_forms import read_time
from hotline.outcomes import Said
from hotline.papers import Sheet
from hotline.vocabulary import OrderAction

END_OF_DAY = " 17:00"


def read_step(action: OrderAction, body: dict[str, Any]) -> Step:
    """The step in a JSON object; raises InvalidInput."""
    said = Said(
        case_number=text_field(body, "case_number").strip(),
        promised_at=_day(body, "promised", "承诺办结日期"),
        papers=tuple(_texts(body, "missing")),
        due_at=_day(body, "due", "补齐期限"),
        signed_by=text_field(body, "signed_by").strip(),
        remedy=text_field(body, "remedy").strip(),
    )
    return Step(action, text_field(body, "reason").strip(), said.case_number, said, read_sheets(body))


def read_sheets(body: dict[str, Any]) -> tuple[Sheet, ...] | None:
    """The counted papers, or None when nobody counted."""
    rows = body.get("papers")
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidInput("papers 应当是材料的列表。")
    return tuple(_sheet(row) for row in rows)


def _sheet(row: dict[str, Any]) -> Sheet:
    count, original = row.get("count", 1), row.get("original", True)
    if not isinstance(count, int) or isinstance(count, bool) or not isinstance(original, bool):
        raise InvalidInput("材料的份数应当是数字，original 应当是 true 或 false。")
    return Sheet(text_field(row, "name").strip(), original, count)


def _texts(body: dict[str, Any], name: str) -> list[str]:
    values = body.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidInput(f"{name} 应当是文字的列表。")
    return [value.strip() for value in values]


def _day(body: dict[str, Any], name: str, label: str) -> datetime | None:
    """A day, meant until the windows close, or a moment."""
    text = text_field(body, name, 40).strip()
    if not text:
        return None
    return read_time(text if ":" in text else text + END_OF_DAY, label)
