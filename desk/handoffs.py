"""Conversations with people: presence, passing on, the card, notes, the item lookup and proposed answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from connectors.web_chat import json_body
from desk.acts import changed
from desk.card_views import card, find_items, suggestion
from desk.login import Seat, seated, text_field
from hotline.canned import read_canned
from hotline.conversations import clean_text
from hotline.errors import InvalidInput, NotFound
from hotline.hall import Hall
from hotline.history import phones_of
from hotline.orders import check_phone
from hotline.permissions import Permission
from hotline.presence import RECEIVING
from hotline.store.desk import DeskNote, Presence
from hotline.store.schema import Conversation, Staff
from hotline.vocabulary import Role

LONGEST_NOTE = 2_000  # characters
A_NUMBER = r"{id:\d{1,15}}"


def routes() -> list[web.AbstractRouteDef]:
    """The JSON beside a conversation."""
    one = f"/desk/conversations/{A_NUMBER}"
    return [
        web.get("/desk/presence", presence),
        web.post("/desk/presence", switch),
        web.get("/desk/canned", canned),
        web.get("/desk/lookup", look_up),
        web.get("/desk/places", places),
        web.get(f"{one}/card", show_card),
        web.get(f"{one}/suggestion", show_suggestion),
        web.post(f"{one}/put-back", put_back),
        web.post(f"{one}/transfer", transfer),
        web.post(f"{one}/notes", add_note),
        web.post(f"{one}/settle", settle_item),
        web.post(f"{one}/phone", show_phone),
    ]


@seated()
async def presence(request: web.Request, seat: Seat) -> web.Response:
    """The own switch, and which colleagues and zones a conversation can be passed on to."""
    hall = request.app[HALL]
    return web.json_response(await hall.run(lambda s: presence_of(hall, s, seat)))


@seated(Permission.TALK)
async def switch(request: web.Request, seat: Seat) -> web.Response:
    """忙 or 空闲, how many at a time, which zones, and whether calls are taken."""
    hall, body = request.app[HALL], await json_body(request)

    def work(session: Session) -> dict[str, Any]:
        staff = seat.staff(session)
        _switch_calls(staff, body)
        hall.presences.switch(
            session, staff, free=body.get("free") is True, capacity=_capacity(body), zones=_zones(hall, body)
        )
        hall.queue.switched(session, staff)
        return presence_of(hall, session, seat)

    answer = await hall.run(work)
    request.app[LIVE].wake()
    return web.json_response(answer)


def _switch_calls(staff: Staff, body: dict[str, Any]) -> None:
    if "phone" in body:
        phone = text_field(body, "phone", 20).strip()
        staff.phone = check_phone(phone) if phone else ""
    if "takes_calls" in body:
        staff.takes_calls = body["takes_calls"] is True
    if staff.takes_calls and not staff.phone:
        raise InvalidInput("要接转来的电话，请先填您的电话号码。")


def _capacity(body: dict[str, Any]) -> int | None:
    value = body.get("capacity")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _zones(hall: Hall, body: dict[str, Any]) -> list[str] | None:
    zones = body.get("zones")
    if zones is None:
        return None
    if not isinstance(zones, list) or not set(map(str, zones)) <= set(hall.profile.zones):
        raise InvalidInput("没有这个专区。")
    return [str(zone) for zone in zones]


def presence_of(hall: Hall, session: Session, seat: Seat) -> dict[str, Any]:
    """The own switch and the colleagues."""
    staff = seat.staff(session)
    mine = hall.presences.of(session, staff)
    loads = {chair.staff.id: chair.load for chair in hall.presences.present(session)}
    query = select(Staff, Presence).join(Presence, Presence.staff_id == Staff.id, isouter=True)
    others = session.execute(query.where(Staff.id != seat.staff_id, Staff.role != Role.VIEWER).order_by(Staff.name))
    return {
        "free": mine.free, "missed": mine.missed, "capacity": mine.capacity, "zones": mine.zones or [],
        "receives": staff.role in RECEIVING, "phone": staff.phone, "takes_calls": staff.takes_calls,
        "load": loads.get(seat.staff_id, 0),
        "all_zones": [[key, zone.name] for key, zone in hall.profile.zones.items()],
        "colleagues": [
            {"id": other.id, "name": other.name, "role": other.role.label, "load": loads.get(other.id, 0),
             "present": hall.presences.is_present(row), "free": bool(row and row.free)}
            for other, row in others
        ],
    }  # fmt: skip


@seated()
async def canned(request: web.Request, seat: Seat) -> web.Response:
    """The canned answers; a clerk edits their file, so it is read each time."""
    return web.json_response({"answers": [asdict(answer) for answer in await asyncio.to_thread(read_canned)]})


@seated()
async def look_up(request: web.Request, seat: Seat) -> web.Response:
    """Items by words, each with its full notice."""
    hall, text = request.app[HALL], request.query.get("q", "").strip()[:200]
    found = await asyncio.to_thread(find_items, hall, text) if text else []
    return web.json_response({"items": found})


@seated()
async def places(request: web.Request, seat: Seat) -> web.Response:
    """Towns with their villages, for forms."""
    divisions = request.app[HALL].divisions
    towns = [
        {"name": town.name, "code": town.code, "villages": [v.name for v in divisions.villages if v.code[:9] == town.code]}
        for town in divisions.townships
    ]
    return web.json_response({"towns": towns})


@seated()
async def show_card(request: web.Request, seat: Seat) -> web.Response:
    """The handoff card."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    return web.json_response(await hall.read(lambda s: card(hall, s, row)))


@seated(Permission.TALK)
async def show_suggestion(request: web.Request, seat: Seat) -> web.Response:
    """What the assistant would say now; nothing is sent."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    return web.json_response(await hall.read(lambda s: suggestion(hall, s, row)))


@seated(Permission.TALK)
async def put_back(request: web.Request, seat: Seat) -> web.Response:
    """Do not accept what was assigned; the next one is asked."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    return await _then_card(request, seat, lambda s: hall.queue.put_back(s, row, seat.staff(s)))


@seated(Permission.TALK)
async def transfer(request: web.Request, seat: Seat) -> web.Response:
    """Pass an own conversation on to a colleague or to a zone's lead officer."""
    hall, row, body = request.app[HALL], int(request.match_info["id"]), await json_body(request)
    zone, note, to = text_field(body, "zone", 24), text_field(body, "note", LONGEST_NOTE), body.get("to")

    def work(session: Session) -> None:
        colleague = session.get(Staff, to) if isinstance(to, int) and not isinstance(to, bool) else None
        hall.queue.transfer(session, row, seat.staff(session), to=colleague, zone="" if colleague else zone, note=note)

    return await _then_card(request, seat, work)


@seated(Permission.TALK)
async def add_note(request: web.Request, seat: Seat) -> web.Response:
    """Note something for colleagues; the citizen never sees it."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    text = clean_text(text_field(await json_body(request), "text", LONGEST_NOTE))

    def work(session: Session) -> None:
        if session.get(Conversation, row) is None:
            raise NotFound(conversation=row)
        session.add(DeskNote(conversation_id=row, author=seat.name, text=text, at=hall.clock()))

    return await _then_card(request, seat, work)


@seated(Permission.TALK)
async def settle_item(request: web.Request, seat: Seat) -> web.Response:
    """Say which item it is about: the card and the assistant know it from now on."""
    hall, row, body = request.app[HALL], int(request.match_info["id"]), await json_body(request)
    item = hall.catalogue.get(text_field(body, "code", 24))
    if item is None:
        raise NotFound("目录里没有这个事项。")

    def work(session: Session) -> None:
        conversation = hall.conversations.owned(session, row, seat.staff(session))
        settled = {"item_code": item.code, "item_choices": None}
        conversation.settled = {**(conversation.settled or {}), **settled}
        conversation.understood = {**(conversation.understood or {}), **settled}

    return await _then_card(request, seat, work)


@seated(Permission.SEE_PHONE)
async def show_phone(request: web.Request, seat: Seat) -> web.Response:
    """The whole numbers of a conversation; that they were seen is kept."""
    row = int(request.match_info["id"])

    def work(session: Session) -> list[str]:
        conversation = session.get(Conversation, row)
        if conversation is None:
            raise NotFound(conversation=row)
        return phones_of(session, conversation)

    return web.json_response({"phones": await changed(request, seat, work)})


async def _then_card(request: web.Request, seat: Seat, work: Callable[[Session], object]) -> web.Response:
    hall, row = request.app[HALL], int(request.match_info["id"])

    def change(session: Session) -> dict[str, Any]:
        work(session)
        session.flush()
        return card(hall, session, row)

    return web.json_response(await changed(request, seat, change))
