"""Dispatch, telephone calls, today's figures and the hall's profile at a glance."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from connectors.keys import HALL
from connectors.web_chat import json_body
from desk.acts import changed
from desk.card_views import call_as_json
from desk.login import Seat, seated
from desk.overview import runners_by_town
from desk.times import iso
from hotline.clock import local, spoken_time
from hotline.errors import InvalidInput, NotFound, StaleView
from hotline.hall import Hall
from hotline.masking import mask_phones
from hotline.permissions import Permission
from hotline.store.calls import PhoneCall
from hotline.store.desk import Handoff
from hotline.store.schema import Conversation, ErrandOrder, FollowUp, Offer, OrderEvent, Staff
from hotline.vocabulary import OfferState, OrderState

MOST = 60  # rows of a list
SUGGESTED = 3  # runners shown with an escalated order
ESCALATED_SHOWN = 8
MINUTE = 60.0  # seconds


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of these views."""
    return [
        web.get("/desk/dispatch", dispatch),
        web.get("/desk/calls", calls),
        web.get(r"/desk/calls/{id:\d{1,15}}", call),
        web.get("/desk/figures", figures),
        web.get("/desk/profile", profile),
        web.post("/desk/profile/confirm", confirm),
    ]


@seated()
async def dispatch(request: web.Request, seat: Seat) -> web.Response:
    """Towns with who is on duty, offers that run, and escalated orders with the best runners."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: _dispatch(hall, s, seat.staff(s))))


def _dispatch(hall: Hall, session: Session, staff: Staff) -> dict[str, Any]:
    offers = select(Offer).where(Offer.state == OfferState.OPEN).order_by(Offer.expires_at).limit(MOST)
    escalated = select(ErrandOrder).where(ErrandOrder.state == OrderState.ESCALATED).order_by(ErrandOrder.updated_at)
    return {
        **runners_by_town(hall, session),
        "offers": [
            {"order": o.order.number, "item": o.order.item_name, "town": o.order.township, "runner": o.runner.number,
             "name": o.runner.name, "expires_at": iso(o.expires_at), "round": o.order.offers_made}
            for o in session.scalars(offers.options(joinedload(Offer.order), joinedload(Offer.runner)))
        ],
        "escalated": [_escalated(hall, session, order, staff) for order in session.scalars(escalated.limit(ESCALATED_SHOWN))],
    }  # fmt: skip


def _escalated(hall: Hall, session: Session, order: ErrandOrder, staff: Staff) -> dict[str, Any]:
    newest = hall.orders.newest_step(session, order)
    return {
        "seen": newest.id if newest else None, "may_act": hall.staff.may_act(session, staff, order.zone),
        "number": order.number, "item": order.item_name, "town": order.township, "citizen": order.applicant_name,
        "wish": spoken_time(order.wish_from, hall.clock()), "why": order.events[-1].reason if order.events else "",
        "candidates": [
            {"number": c.runner.number, "name": c.runner.name, "reasons": c.reasons}
            for c in hall.dispatch.candidates(session, order)[:SUGGESTED]
        ],
    }  # fmt: skip


@seated()
async def calls(request: web.Request, seat: Seat) -> web.Response:
    """The newest telephone calls."""
    hall = request.app[HALL]

    def work(session: Session) -> list[dict[str, Any]]:
        rows = session.scalars(select(PhoneCall).order_by(PhoneCall.id.desc()).limit(MOST))
        return [
            {"id": c.id, "number": mask_phones(c.number), "purpose": c.purpose.label, "state": c.state.value, "turns": c.turn,
             "state_label": c.state.label, "conversation": c.conversation_id, "at": iso(c.started_at), "ended_at": iso(c.ended_at)}
            for c in rows
        ]  # fmt: skip

    return web.json_response({"calls": await hall.read(work)})


@seated()
async def call(request: web.Request, seat: Seat) -> web.Response:
    """One call with its transcript and the people rung."""
    hall, row = request.app[HALL], int(request.match_info["id"])

    def work(session: Session) -> dict[str, Any]:
        found = session.get(PhoneCall, row)
        if found is None:
            raise NotFound("没有这通电话。", call=row)
        return call_as_json(session, found)

    return web.json_response(await hall.read(work))


@seated()
async def figures(request: web.Request, seat: Seat) -> web.Response:
    """Today's figures."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: _figures(hall, s)))


def _figures(hall: Hall, session: Session) -> dict[str, Any]:
    today = local(hall.clock()).replace(hour=0, minute=0, second=0, microsecond=0)
    waits = session.execute(
        select(Handoff.asked_at, Handoff.taken_at).where(Handoff.taken_at >= today)
    ).all()  # fmt: skip
    waited = sorted((taken - asked).total_seconds() for asked, taken in waits if taken and asked)
    accepted = session.execute(
        select(ErrandOrder.created_at, func.min(OrderEvent.at)).join(OrderEvent, OrderEvent.order_id == ErrandOrder.id)
        .where(ErrandOrder.created_at >= today, OrderEvent.action.in_(("accept", "assign"))).group_by(ErrandOrder.id)
    ).all()  # fmt: skip
    took = sorted((at - created).total_seconds() for created, at in accepted if at)
    states = hall.orders.count_by_state(session)
    return {
        "day": iso(today),
        "figures": [
            ["新对话", _since(session, Conversation.created_at, today), ""],
            ["转人工", _since(session, Handoff.asked_at, today), ""],
            ["等人工（中位）", _minutes(waited), ""],
            ["新订单", _since(session, ErrandOrder.created_at, today), ""],
            ["接单用时（中位）", _minutes(took), ""],
            ["送达", _events(session, "deliver", today), ""],
            ["要安排", states.get(OrderState.ESCALATED, 0), "bad" if states.get(OrderState.ESCALATED) else ""],
            ["评价", _since(session, FollowUp.created_at, today, FollowUp.kind == "rating"), ""],
            ["投诉", _since(session, FollowUp.created_at, today, FollowUp.kind == "complaint"), ""],
            ["来电", _since(session, PhoneCall.started_at, today), ""],
        ],
        "states": [[state.label, states[state]] for state in OrderState if state in states],
    }


def _since(session: Session, column: Any, moment: datetime, *conditions: Any) -> int:
    return session.scalar(select(func.count()).where(column >= moment, column < moment + timedelta(days=1), *conditions)) or 0


def _events(session: Session, action: str, today: datetime) -> int:
    orders = select(ErrandOrder.id).where(ErrandOrder.updated_at >= today)
    query = select(func.count()).select_from(OrderEvent).where(
        OrderEvent.order_id.in_(orders), OrderEvent.action == action, OrderEvent.at >= today
    )  # fmt: skip
    return session.scalar(query) or 0


def _minutes(seconds: list[float]) -> str:
    if not seconds:
        return "还没有"
    middle = seconds[len(seconds) // 2]
    return f"{middle / 60:.1f}分钟" if middle >= MINUTE else "不到1分钟"


@seated()
async def profile(request: web.Request, seat: Seat) -> web.Response:
    """The hall's profile as it is in force, and what an administrator has to have looked at before confirming it."""
    return web.json_response(_profile(request.app[HALL]))


def _profile(hall: Hall) -> dict[str, Any]:
    now = hall.profile
    return {
        "name": now.name, "district": now.district, "runner_team": now.runner_team, "confirmed": now.confirmed,
        "hours": [f"{start:%H:%M}–{end:%H:%M}" for start, end in now.hours], "numbers": now.numbers, "director": now.director,
        "places": [[place.name, place.address, place.phone] for place in now.places],
        "zones": [[z.name, z.floor, z.lead_officer, sum(len(w) for w in z.windows.values())] for z in now.zones.values()],
        "departments": len(now.departments), "file": hall.settings.profile.name,
        "in_file": _confirmed_in_file(hall.settings.profile), "unconfirmed_items": sum(not item.confirmed for item in hall.catalogue),
    }  # fmt: skip


def _confirmed_in_file(file: Path) -> bool:
    data = yaml.safe_load(file.read_text("utf-8"))
    return data.get("confirmed") is True


@seated(Permission.PROFILE)
async def confirm(request: web.Request, seat: Seat) -> web.Response:
    """Confirm the profile, or take that back: written into its file, in force from the next start.

    `was` is what the page showed. Raises StaleView, and InvalidInput when the file cannot be written.
    """
    hall, body = request.app[HALL], await json_body(request)
    wanted, was = body.get("confirmed") is True, body.get("was")
    await changed(request, seat, lambda s: _write_confirmed(hall.settings.profile, wanted=wanted, was=was))
    return web.json_response(_profile(hall))


def _write_confirmed(file: Path, *, wanted: bool, was: object) -> None:
    if was != _confirmed_in_file(file):
        raise StaleView()
    old, new = (f"\nconfirmed: {str(value).lower()}" for value in (not wanted, wanted))
    text = file.read_text("utf-8")
    if text.count(old) != 1:
        raise InvalidInput(f"{file.name}里没有找到 confirmed 这一行，请手工修改。")
    try:
        file.write_text(text.replace(old, new), "utf-8")
    except OSError as error:
        raise InvalidInput(f"{file.name}写不进去：{error.strerror}。请手工修改。") from error
