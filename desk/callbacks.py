"""Complaints and callbacks at the desk: who sees to each, by when, and which attempts there were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL
from connectors.web_chat import json_body
from desk.acts import changed
from desk.login import Seat, seated, text_field
from desk.times import iso
from hotline.callbacks import RESULTS
from hotline.errors import NotFound
from hotline.follow_up import RATINGS
from hotline.hall import Hall
from hotline.masking import mask_phones
from hotline.permissions import Permission
from hotline.store.desk import FollowUpWork
from hotline.store.schema import ErrandOrder, FollowUp, Staff

KINDS = {"rating": "评价", "complaint": "投诉", "callback": "回电"}
SNIPPET = 120  # characters of a follow-up in the list
A_NUMBER = r"{id:\d{1,15}}"


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of follow-ups."""
    one = f"/desk/follow-ups/{A_NUMBER}"
    return [
        web.get("/desk/follow-ups", follow_ups),
        web.get(one, follow_up),
        web.post(f"{one}/phone", show_phone),
        web.post(f"{one}/take", take),
        web.post(f"{one}/attempt", attempt),
        web.post(f"{one}/done", finish),
    ]


@seated()
async def follow_ups(request: web.Request, seat: Seat) -> web.Response:
    """Open complaints and callbacks, the most urgent first."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: _list(hall, s)))


@seated()
async def follow_up(request: web.Request, seat: Seat) -> web.Response:
    """One complaint or callback, its words whole and its number masked."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    return web.json_response(await hall.read(lambda s: _detail(hall, s, row)))


@seated(Permission.SEE_PHONE)
async def show_phone(request: web.Request, seat: Seat) -> web.Response:
    """The number to ring; that it was seen is kept."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    return web.json_response({"phone": await changed(request, seat, lambda s: hall.callbacks.phone_of(s, row))})


@seated(Permission.CALLBACKS)
async def take(request: web.Request, seat: Seat) -> web.Response:
    """See to it; `owner` is whom the page showed."""
    hall, row, owner = request.app[HALL], int(request.match_info["id"]), (await json_body(request)).get("owner")
    shown = owner if isinstance(owner, int) else None
    return await _then_list(request, seat, lambda s: hall.callbacks.take(s, row, seat.staff(s), owner=shown))


@seated(Permission.CALLBACKS)
async def attempt(request: web.Request, seat: Seat) -> web.Response:
    """One try to reach the citizen."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    result = text_field(await json_body(request), "result", 20)
    return await _then_list(request, seat, lambda s: hall.callbacks.attempt(s, row, seat.staff(s), result))


@seated(Permission.CALLBACKS)
async def finish(request: web.Request, seat: Seat) -> web.Response:
    """Mark a complaint or callback as done."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    return await _then_list(request, seat, lambda s: hall.follow_ups.finish(s, row))


async def _then_list(request: web.Request, seat: Seat, work: Callable[[Session], object]) -> web.Response:
    hall = request.app[HALL]

    def change(session: Session) -> dict[str, Any]:
        work(session)
        session.flush()
        return _list(hall, session)

    return web.json_response(await changed(request, seat, change))


def _list(hall: Hall, session: Session) -> dict[str, Any]:
    rows = hall.follow_ups.open(session)
    return {
        "follow_ups": [_as_json(hall, session, row, in_list=True) for row in rows],
        "results": [[key, label] for key, label in RESULTS.items()],
    }


def _detail(hall: Hall, session: Session, follow_up_id: int) -> dict[str, Any]:
    row = session.get(FollowUp, follow_up_id)
    if row is None:
        raise NotFound(follow_up=follow_up_id)
    return _as_json(hall, session, row, in_list=False)


def _as_json(hall: Hall, session: Session, row: FollowUp, *, in_list: bool) -> dict[str, Any]:
    order = session.get(ErrandOrder, row.order_id) if row.order_id else None
    work = session.get(FollowUpWork, row.id)
    owner = session.get(Staff, work.staff_id) if work and work.staff_id else None
    phone = (work.phone if work else "") or (order.contact_phone if order else "")
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_label": KINDS.get(row.kind, row.kind),
        "stars": row.stars,
        "stars_label": RATINGS.get(row.stars or 0, ""),
        "text": mask_phones(row.text)[:SNIPPET] if in_list else mask_phones(row.text),
        "citizen": order.applicant_name if order else "",
        "phone": mask_phones(phone),
        "order": order.number if order else None,
        "conversation": row.conversation_id,
        "owner": owner.id if owner else None,
        "owner_name": owner.name if owner else "",
        "attempts": [_attempt(one) for one in (work.attempts if work else [])],
        "created_at": iso(row.created_at),
        "due_at": iso(row.due_at),
        "overdue": bool(row.due_at and row.done_at is None and row.due_at < hall.clock()),
        "done_at": iso(row.done_at),
    }


def _attempt(one: dict[str, Any]) -> dict[str, Any]:
    return {"at": iso(datetime.fromisoformat(one["at"])), "by": one["by"], "result": RESULTS.get(one["result"], "")}
