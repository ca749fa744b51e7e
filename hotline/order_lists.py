"""Importing a list of orders: every fault named by its row, all or nothing, and twice is once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from hotline.errors import HotlineError, ListRefused
from hotline.intake import Intake
from hotline.order_forms import FIELDS, REQUIRED, OrderForms
from hotline.store.schema import ErrandOrder
from hotline.tables import Row, read_table

NUMBER = "序号"  # the list's own number of a row, if it has one
MOST_FAULTS = 50  # told at once


def read_list(file: Path) -> list[Row]:
    """The rows of a list of orders; raises InvalidInput or ListRefused."""
    rows = read_table(file)
    if not rows:
        raise ListRefused("名单里没有数据行。")
    missing = [FIELDS[name] for name in REQUIRED if FIELDS[name] not in rows[0][1]]
    if missing:
        raise ListRefused(f"名单缺少列：{'、'.join(missing)}。可以有的列：{'、'.join(FIELDS.values())}。")
    return rows


def import_list(
    session: Session, rows: list[Row], *, forms: OrderForms, intake: Intake, placed_by: str
) -> tuple[list[ErrandOrder], list[ErrandOrder]]:
    """Take every row in: (orders made, orders that an earlier import made).

    Raises ListRefused with one line for each faulty row; the caller's transaction is then undone.
    """
    made: list[ErrandOrder] = []
    known: list[ErrandOrder] = []
    faults, seen = [], dict[str, int]()
    for line, row in rows:
        key = key_of(row)
        if key in seen:
            faults.append(f"第{line}行：和第{seen[key]}行重复。")
            continue
        seen[key] = line
        try:
            order, is_new = _take(session, row, key, forms, intake, placed_by)
            (made if is_new else known).append(order)
        except HotlineError as fault:
            faults.append(f"第{line}行：{fault.wording}")
    if faults:
        more = f"\n还有{len(faults) - MOST_FAULTS}行有误。" if len(faults) > MOST_FAULTS else ""
        raise ListRefused("名单有误，没有导入任何一单：\n" + "\n".join(faults[:MOST_FAULTS]) + more)
    return made, known


def _take(
    session: Session, row: Mapping[str, str], key: str, forms: OrderForms, intake: Intake, placed_by: str
) -> tuple[ErrandOrder, bool]:
    known = session.query(ErrandOrder).filter_by(key=key).one_or_none()
    if known:  # before its time is checked, which may be over by now
        return known, False
    fields = {name: row.get(column, "") for name, column in FIELDS.items()}
    ticket = forms.ticket(fields)
    channel = "12345" if ticket else "import"
    request = forms.request(fields, key=key, channel=channel, placed_by=placed_by)
    return intake.take(session, request, ticket=ticket)


def key_of(row: Mapping[str, str]) -> str:
    """What makes a row the same order in every import: the number of 12345, else all that it says."""
    ticket = row.get(FIELDS["ticket"], "")
    if ticket:
        return ticket_key(ticket)
    said = "\n".join(f"{name}={row.get(name, '')}" for name in (NUMBER, *FIELDS.values()))
    return f"import:{hashlib.sha256(said.encode()).hexdigest()[:40]}"


def ticket_key(number: str) -> str:
    """The key of a case of 12345, by whichever way it comes."""
    return f"12345:{number}"
