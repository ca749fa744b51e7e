"""The staff desk: conversations, orders, runners on duty, and what has to be called back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from connectors.web_chat import json_body
from desk import order_work
from desk.conversation_views import conversation_detail, conversation_list
from desk.login import WORKERS, Seat, seat_of, seated, text_field
from desk.order_views import order_detail, order_list
from desk.overview import digest, follow_up_detail, follow_up_list, runners_by_town
from desk.stream import follow
from hotline.errors import InvalidInput

log = logging.getLogger(__name__)


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
        *order_work.routes(),
        web.get("/desk/runners", runners),
        web.get("/desk/follow-ups", follow_ups),
        web.get(f"/desk/follow-ups/{a_number}", follow_up),
        web.post(f"/desk/follow-ups/{a_number}/done", finish_follow_up),
    ]


@seated()
async def events(request: web.Request, seat: Seat) -> web.StreamResponse:
    """The counts beside the tabs, again after every change; the page then loads what it shows."""
    hall = request.app[HALL]

    async def look() -> dict[str, Any]:
        return await hall.read(lambda s: digest(hall, s, seat_of(hall, s, seat.token)))

    return await follow(request, look)


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


@seated(WORKERS)
async def take_over(request: web.Request, seat: Seat) -> web.Response:
    """Become the owner of a conversation."""
    hall = request.app[HALL]
    return await _in_conversation(
        request, seat, lambda s, row: hall.conversations.take_over(s, row, seat.staff(s))
    )


@seated(WORKERS)
async def reply(request: web.Request, seat: Seat) -> web.Response:
    """Say something to the citizen, as the owner."""
    hall, text = request.app[HALL], text_field(await json_body(request), "text")
    return await _in_conversation(
        request, seat, lambda s, row: hall.conversations.reply(s, row, seat.staff(s), text)
    )


@seated(WORKERS)
async def give_back(request: web.Request, seat: Seat) -> web.Response:
    """Give the conversation back to the assistant."""
    hall = request.app[HALL]
    return await _in_conversation(
        request, seat, lambda s, row: hall.conversations.give_back(s, row, seat.staff(s))
    )


@seated(WORKERS)
async def close(request: web.Request, seat: Seat) -> web.Response:
    """End a conversation; the citizen's next message opens it again."""
    hall = request.app[HALL]
    return await _in_conversation(
        request, seat, lambda s, row: hall.conversations.close(s, row, seat.staff(s))
    )


async def _in_conversation(
    request: web.Request, seat: Seat, work: Callable[[Session, int], object]
) -> web.Response:
    """Do the work and answer the conversation as it is then."""
    hall, row = request.app[HALL], int(request.match_info["id"])

    def change(session: Session) -> dict[str, Any]:
        work(session, row)
        return conversation_detail(hall, session, row, seat.staff_id)

    detail = await hall.run(change)
    request.app[LIVE].wake()
    return web.json_response(detail)


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
    """One order in full, with its phone number: who saw it is logged."""
    hall, number = request.app[HALL], request.match_info["number"]
    detail = await hall.read(lambda s: order_detail(hall, s, number))
    log.info("errand %s: seen by %s", number, seat.login)
    return web.json_response(detail)


@seated()
async def runners(request: web.Request, seat: Seat) -> web.Response:
    """Who is on duty, by town."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: runners_by_town(hall, s)))


@seated()
async def follow_ups(request: web.Request, seat: Seat) -> web.Response:
    """Open complaints and callbacks."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: follow_up_list(hall, s)))


@seated()
async def follow_up(request: web.Request, seat: Seat) -> web.Response:
    """One complaint or callback in full: who saw it is logged."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    detail = await hall.read(lambda s: follow_up_detail(hall, s, row))
    log.info("follow-up %s: seen by %s", row, seat.login)
    return web.json_response(detail)


@seated(WORKERS)
async def finish_follow_up(request: web.Request, seat: Seat) -> web.Response:
    """Mark a complaint or callback as done."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    await hall.run(lambda s: hall.follow_ups.finish(s, row))
    log.info("follow-up %s: finished by %s", row, seat.login)
    request.app[LIVE].wake()
    return web.json_response(await hall.read(lambda s: follow_up_list(hall, s)))
