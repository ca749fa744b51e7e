"""The staff desk: conversations, orders, runners on duty, and what has to be called back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from connectors.web_chat import json_body
from desk import order_work
from desk.acts import changed, order_for
from desk.conversation_views import conversation_detail, conversation_list
from desk.login import Seat, seat_of, seated, text_field
from desk.order_views import order_detail, order_list
from desk.overview import digest, runners_by_town
from desk.stream import follow
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.orders import check_phone
from hotline.permissions import Permission
from hotline.presence import LEASE
from hotline.store.desk import DeskNote

log = logging.getLogger(__name__)
TOUCH_EVERY = LEASE / 3  # how often an open page says that it is open


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of the desk. Reading is for every role, changing for all but viewers."""
    a_number = r"{id:\d{1,15}}"
    return [
        web.get("/desk/events", events),
        web.get("/desk/conversations", conversations),
        web.get(f"/desk/conversations/{a_number}", conversation),
        web.post(f"/desk/conversations/{a_number}/take", take_over),
        web.post(f"/desk/conversations/{a_number}/reply", reply),
        web.post(f"/desk/conversations/{a_number}/give-back", give_back),
        web.post(f"/desk/conversations/{a_number}/close", close),
        web.get("/desk/orders", orders),
        web.get("/desk/orders/{number}", order),
        web.post("/desk/orders/{number}/phone", order_phone),
        *order_work.routes(),
        web.get("/desk/runners", runners),
    ]


@seated()
async def events(request: web.Request, seat: Seat) -> web.StreamResponse:
    """The counts beside the tabs, again after every change; the page then loads what it shows."""
    hall = request.app[HALL]

    seen: datetime | None = None

    async def look() -> dict[str, Any]:
        nonlocal seen
        if seen is None or hall.clock() - seen >= TOUCH_EVERY:
            seen = hall.clock()
            if await hall.run(lambda s: _touch(hall, s, seat)):
                request.app[LIVE].wake()
        return await hall.read(lambda s: digest(hall, s, seat_of(hall, s, seat.token)))

    return await follow(request, look)


def _touch(hall: Hall, session: Session, seat: Seat) -> bool:
    """The page is open: a lease. Whoever just came is given who waits."""
    staff = seat_of(hall, session, seat.token)
    return hall.presences.seen(session, staff.staff(session)) and hall.queue.assign(session) > 0


@seated()
async def conversations(request: web.Request, seat: Seat) -> web.Response:
    """The conversations of a view: waiting, mine, all, closed."""
    view = request.query.get("view", "waiting")
    rows = await request.app[HALL].read(lambda s: conversation_list(s, view, seat.staff_id))
    return web.json_response({"conversations": rows})


@seated()
async def conversation(request: web.Request, seat: Seat) -> web.Response:
    """One conversation with its transcript."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    return web.json_response(await hall.read(lambda s: conversation_detail(hall, s, row, seat.staff_id)))


@seated(Permission.TALK)
async def take_over(request: web.Request, seat: Seat) -> web.Response:
    """Become the owner of a conversation."""
    hall = request.app[HALL]
    return await _in_conversation(
        request, seat, lambda s, row: hall.conversations.take_over(s, row, seat.staff(s))
    )


@seated(Permission.TALK)
async def reply(request: web.Request, seat: Seat) -> web.Response:
    """Say something to the citizen, as the owner."""
    hall, text = request.app[HALL], text_field(await json_body(request), "text")
    return await _in_conversation(
        request, seat, lambda s, row: hall.conversations.reply(s, row, seat.staff(s), text)
    )


@seated(Permission.TALK)
async def give_back(request: web.Request, seat: Seat) -> web.Response:
    """Give the conversation back to the assistant, which goes on from the note and what was settled."""
    hall, body = request.app[HALL], await json_body(request)
    note, told = text_field(body, "note", 2_000).strip(), text_field(body, "told", 400).strip()
    words = f"已经说好的：{told.rstrip('。')}。" if told else ""

    def work(session: Session, row: int) -> None:
        conversation = hall.conversations.give_back(
            session, row, seat.staff(session), seen=seen_of(body), words=words, settled=_settled(hall, body)
        )
        if note or told:
            text = "交还助手：" + "；".join(filter(None, (note, told)))
            session.add(DeskNote(conversation_id=conversation.id, author=seat.name, text=text, at=hall.clock()))

    return await _in_conversation(request, seat, work)


def _settled(hall: Hall, body: dict[str, Any]) -> dict[str, Any]:
    """The slots that staff settled, of those that the assistant knows."""
    item = hall.catalogue.get(text_field(body, "code", 24))
    settled: dict[str, Any] = {"item_code": item.code, "item_choices": None} if item else {}
    if name := text_field(body, "applicant", 64).strip():
        settled["applicant_name"] = name
    if phone := text_field(body, "phone", 20).strip():
        settled["contact_phone"] = check_phone(phone)
    return settled


def seen_of(body: dict[str, Any]) -> int | None:
    """The newest message that the page showed, if it says so."""
    seen = body.get("seen")
    return seen if isinstance(seen, int) and not isinstance(seen, bool) else None


@seated(Permission.TALK)
async def close(request: web.Request, seat: Seat) -> web.Response:
    """End a conversation; the citizen's next message opens it again."""
    hall, seen = request.app[HALL], seen_of(await json_body(request))
    return await _in_conversation(
        request, seat, lambda s, row: hall.conversations.close(s, row, seat.staff(s), seen=seen)
    )


async def _in_conversation(
    request: web.Request, seat: Seat, work: Callable[[Session, int], object]
) -> web.Response:
    """Do the work and answer the conversation as it is then."""
    hall, row = request.app[HALL], int(request.match_info["id"])

    def change(session: Session) -> dict[str, Any]:
        work(session, row)
        return conversation_detail(hall, session, row, seat.staff_id)

    return web.json_response(await changed(request, seat, change))


@seated()
async def orders(request: web.Request, seat: Seat) -> web.Response:
    """Orders of a state, or those that a search finds."""
    hall, query = request.app[HALL], request.query
    before = query.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise InvalidInput("before 应当是数字。")
    state, search = query.get("state", ""), query.get("q", "").strip()[:100]
    page = int(before) if before else None
    return web.json_response(
        await hall.read(lambda s: order_list(hall, s, state=state, search=search, before=page))
    )


@seated()
async def order(request: web.Request, seat: Seat) -> web.Response:
    """One order in full, its phone numbers masked."""
    hall, number = request.app[HALL], request.match_info["number"]
    return web.json_response(await hall.read(lambda s: order_detail(hall, s, number, seat.staff(s))))


@seated(Permission.SEE_PHONE)
async def order_phone(request: web.Request, seat: Seat) -> web.Response:
    """The whole numbers of an order; that they were seen is kept."""

    def work(session: Session) -> dict[str, str]:
        found = order_for(request, session, seat, lock=False)
        return {"phone": found.contact_phone, "runner_phone": found.runner.phone if found.runner else ""}

    return web.json_response(await changed(request, seat, work))


@seated()
async def runners(request: web.Request, seat: Seat) -> web.Response:
    """Who is on duty, by town."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: runners_by_town(hall, s)))
