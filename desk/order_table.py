"""Orders as a board by state, as a table with filters, and as a file to take away."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import Any

from aiohttp import web
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from connectors.keys import HALL
from desk.login import Seat, seated
from desk.order_views import filtered, order_row
from hotline.clock import local
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.orders import OPEN
from hotline.permissions import Permission
from hotline.store.schema import ErrandOrder
from hotline.vocabulary import OrderState

PAGE = 100
COLUMN = 20  # orders shown of a state
MOST_EXPORTED = 20_000
BOARD = (OrderState.ESCALATED, *(state for state in OrderState if state in OPEN and state is not OrderState.ESCALATED))  # what waits for staff first
HEAD = ("订单号", "状态", "事项", "申请人", "电话", "镇（街道）", "地点", "上门时间", "专区", "帮办方式", "跑手", "办件编号", "下单时间", "来源")


def routes() -> list[web.AbstractRouteDef]:
    """The JSON and the files."""
    return [
        web.get("/desk/order-board", board),
        web.get("/desk/order-table", table),
        web.get("/desk/order-export.{kind:csv|xlsx}", export),
    ]


@seated()
async def board(request: web.Request, seat: Seat) -> web.Response:
    """Orders that are not over, by state."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: _board(hall, s)))


def _board(hall: Hall, session: Session) -> dict[str, Any]:
    counts = hall.orders.count_by_state(session)
    columns = []
    for state in (state for state in BOARD if counts.get(state)):
        query = select(ErrandOrder).where(ErrandOrder.state == state).options(joinedload(ErrandOrder.runner))
        rows = session.scalars(query.order_by(ErrandOrder.id.desc()).limit(COLUMN))
        columns.append({
            "state": state.value, "label": state.label, "count": counts[state], "orders": [order_row(hall, order) for order in rows]
        })  # fmt: skip
    return {"columns": columns}


@seated()
async def table(request: web.Request, seat: Seat) -> web.Response:
    """Orders of a state, zone and town that a search finds, newest first, a page at a time."""
    hall, query = request.app[HALL], _wanted(request)
    before = request.query.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise InvalidInput("before 应当是数字。")
    return web.json_response(await hall.read(lambda s: _table(hall, s, query, int(before) if before else None)))


def _wanted(request: web.Request) -> Select[ErrandOrder]:
    asked = request.query
    query = filtered(select(ErrandOrder), asked.get("state", ""), asked.get("q", "").strip()[:100])
    if zone := asked.get("zone", ""):
        query = query.where(ErrandOrder.zone == zone)
    if town := asked.get("town", ""):
        query = query.where(ErrandOrder.township == town)
    return query.options(joinedload(ErrandOrder.runner)).order_by(ErrandOrder.id.desc())


def _table(hall: Hall, session: Session, query: Select[ErrandOrder], before: int | None) -> dict[str, Any]:
    if before is not None:
        query = query.where(ErrandOrder.id < before)
    rows = list(session.scalars(query.limit(PAGE + 1)))
    return {
        "orders": [{**order_row(hall, order), "zone": _zone(hall, order)} for order in rows[:PAGE]],
        "more": rows[PAGE - 1].id if len(rows) > PAGE else None,
        "states": [[state.value, state.label] for state in OrderState],
        "zones": [[key, zone.name] for key, zone in hall.profile.zones.items()],
        "towns": [town.name for town in hall.divisions.townships],
    }


def _zone(hall: Hall, order: ErrandOrder) -> str:
    zone = hall.profile.zones.get(order.zone)
    return zone.name if zone else ""


@seated(Permission.EXPORT)
async def export(request: web.Request, seat: Seat) -> web.Response:
    """The table as a file with whole phone numbers, a lead officer's of the own zones: who took it is kept."""
    hall, query, kind = request.app[HALL], _wanted(request), request.match_info["kind"]

    def work(session: Session) -> list[list[str]]:
        zones = hall.staff.zones_of(session, seat.staff(session))
        own = query if zones is None else query.where(ErrandOrder.zone.in_([*zones, ""]))
        rows = [_line(hall, order) for order in session.scalars(own.limit(MOST_EXPORTED))]
        hall.audit.note(session, seat.staff_id, "export", "orders", f"{len(rows)}", request.query_string)
        return rows

    rows = await hall.run(work)
    body = await asyncio.to_thread(_csv if kind == "csv" else _xlsx, rows)
    name = f'attachment; filename="orders.{kind}"'
    return web.Response(body=body, content_type=_KINDS[kind], headers={"Content-Disposition": name, "Cache-Control": "no-store"})


_KINDS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def _line(hall: Hall, order: ErrandOrder) -> list[str]:
    runner = f"{order.runner.number} {order.runner.name}" if order.runner else ""
    return [
        _cell(value) for value in (
            order.number, order.state.label, order.item_name, order.applicant_name, order.contact_phone, order.township,
            order.place_text, f"{local(order.wish_from):%Y-%m-%d %H:%M}", _zone(hall, order), order.help.label, runner,
            order.case_number, f"{local(order.created_at):%Y-%m-%d %H:%M}", order.channel,
        )
    ]  # fmt: skip


def _cell(value: object) -> str:
    """What a citizen wrote must not become a formula in somebody's spreadsheet."""
    text = str(value or "")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(rows: list[list[str]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("订单")
    for row in [HEAD, *rows]:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
