"""What staff do with orders: take one at the window, give it to a runner, move, reopen or cancel it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL
from connectors.web_chat import json_body
from desk.acts import changed, order_for, refuse_stale
from desk.login import Seat, seated, text_field
from desk.order_views import best_runners, order_detail
from desk.times import iso
from hotline.errors import AlreadyOrdered, InvalidInput
from hotline.hall import Hall
from hotline.order_forms import FIELDS, HALF_AN_HOUR, read_time
from hotline.order_lists import ticket_key
from hotline.permissions import Permission
from hotline.store.deadlines import Deadline
from hotline.store.outbox import Outgoing
from hotline.store.schema import ErrandOrder
from hotline.store.tickets import Ticket

LONGEST_REASON = 200  # characters
LONGEST_KEY = 64


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of orders at the desk that changes something, and what is overdue."""
    return [
        web.post("/desk/orders", take),
        web.get("/desk/orders/{number}/candidates", candidates),
        web.post("/desk/orders/{number}/assign", assign),
        web.post("/desk/orders/{number}/reassign", reassign),
        web.post("/desk/orders/{number}/interest", note_interest),
        web.post("/desk/orders/{number}/no-interest", take_interest_back),
        web.post("/desk/orders/{number}/reschedule", reschedule),
        web.post("/desk/orders/{number}/reopen", reopen),
        web.post("/desk/orders/{number}/cancel", cancel),
        web.post("/desk/orders/{number}/ticket", answer_ticket),
        web.get("/desk/oversight", oversight),
        web.get("/desk/tickets", tickets),
        web.get("/desk/outgoing", outgoing),
        web.post(r"/desk/outgoing/{id:\d{1,15}}/repeat", repeat_outgoing),
    ]


@seated(Permission.ORDERS)
async def take(request: web.Request, seat: Seat) -> web.Response:
    """An order at the window; `id` is the form's own, so that a double click is one order."""
    hall, body = request.app[HALL], await json_body(request)
    fields = {name: text_field(body, name).strip() for name in FIELDS}
    key, allow_double = form_key(body), body.get("allow_double") is True

    def work(session: Session) -> dict[str, Any]:
        ticket = hall.order_forms.ticket(fields)
        wanted = hall.order_forms.request(
            fields, key=ticket_key(ticket.number) if ticket else f"counter:{key}",
            channel="12345" if ticket else "counter", placed_by=seat.name, conversation_id=_conversation(body),
        )  # fmt: skip
        try:
            order, made = hall.intake.take(session, wanted, ticket=ticket, allow_double=allow_double)
        except AlreadyOrdered as error:  # its own wording is for the citizen
            number = error.details["number"]
            raise AlreadyOrdered(f"这位市民的同一件事已经有订单{number}在办。要改时间、地点，请打开那一单改。") from error
        session.flush()
        return {**order_detail(hall, session, str(order.number), seat.staff(session)), "made": made}

    return web.json_response(await changed(request, seat, work, made=lambda detail: str(detail["number"])))


def form_key(body: dict[str, Any]) -> str:
    """The form's own id; raises InvalidInput."""
    key = text_field(body, "id", LONGEST_KEY).strip()
    if len(key) < 8 or not key.isprintable():
        raise InvalidInput("表单缺少编号，请刷新页面再填。")
    return key


def _conversation(body: dict[str, Any]) -> int | None:
    number = body.get("conversation")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


@seated()
async def candidates(request: web.Request, seat: Seat) -> web.Response:
    """Who could carry the order, best first, with the reasons."""
    hall, number = request.app[HALL], request.match_info["number"]
    rows = await hall.read(lambda s: best_runners(hall, s, hall.orders.get(s, number)))
    return web.json_response({"candidates": rows})


@seated(Permission.ORDERS)
async def assign(request: web.Request, seat: Seat) -> web.Response:
    """Give the order to a runner by hand."""
    hall, body = request.app[HALL], await json_body(request)
    runner = _runner_number(body)
    return await on_order(
        request, seat, body,
        lambda s, order: hall.dispatch.assign(s, order, hall.runners.get(s, runner), actor=seat.name),
    )  # fmt: skip


@seated(Permission.ORDERS)
async def reassign(request: web.Request, seat: Seat) -> web.Response:
    """Give an order in hand to another runner, with a reason."""
    return await _with_runner(request, seat, request.app[HALL].changes.reassign)


@seated(Permission.ORDERS)
async def note_interest(request: web.Request, seat: Seat) -> web.Response:
    """利害关系回避: this runner is never again offered the orders of this citizen."""
    return await _with_runner(request, seat, request.app[HALL].changes.avoid)


@seated(Permission.ORDERS)
async def take_interest_back(request: web.Request, seat: Seat) -> web.Response:
    """The note was wrong: this runner may be asked again."""
    return await _with_runner(request, seat, request.app[HALL].changes.allow_again)


async def _with_runner(request: web.Request, seat: Seat, act: Callable[..., Any]) -> web.Response:
    """What names a runner and a reason."""
    runners, body = request.app[HALL].runners, await json_body(request)
    runner, reason = _runner_number(body), _reason(body)
    return await on_order(
        request, seat, body, lambda s, order: act(s, order, runners.get(s, runner), actor=seat.name, reason=reason)
    )


def _runner_number(body: dict[str, Any]) -> str:
    number = text_field(body, "runner", 12).strip()
    if not number:
        raise InvalidInput("请填跑手编号，例如 R0001。")
    return number


@seated(Permission.ORDERS)
async def reschedule(request: web.Request, seat: Seat) -> web.Response:
    """Another time or place, as the citizen wishes."""
    hall, body = request.app[HALL], await json_body(request)
    changes, reason = _changes(hall, body), _reason(body)
    return await on_order(
        request, seat, body,
        lambda s, order: hall.changes.reschedule(s, order, actor=seat.name, reason=reason, **changes),
    )  # fmt: skip


def _changes(hall: Hall, body: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if time := text_field(body, "time", 40).strip():
        start: datetime = read_time(time, FIELDS["time"])
        changes |= {"wish_from": start, "wish_to": start + HALF_AN_HOUR}
    if any(text_field(body, name).strip() for name in ("town", "village", "place")):
        fields = {name: text_field(body, name, 400).strip() for name in ("town", "village", "place")}
        town, code, words = hall.order_forms.read_place(fields)
        changes |= {"township": town, "place_code": code, "place_text": words}
    if not changes:
        raise InvalidInput("请填新的时间或地点。")
    return changes


@seated(Permission.ORDERS)
async def reopen(request: web.Request, seat: Seat) -> web.Response:
    """Begin anew what the citizen is not satisfied with, within ten days."""
    hall, body = request.app[HALL], await json_body(request)
    return await on_order(
        request, seat, body, lambda s, order: hall.changes.reopen(s, order, actor=seat.name, reason=_reason(body))
    )


@seated(Permission.ORDERS)
async def cancel(request: web.Request, seat: Seat) -> web.Response:
    """Cancel the order, with a reason that stays in its history."""
    hall, body = request.app[HALL], await json_body(request)
    return await on_order(
        request, seat, body, lambda s, order: hall.changes.cancel(s, order, actor=seat.name, reason=_reason(body))
    )


@seated(Permission.ORDERS)
async def answer_ticket(request: web.Request, seat: Seat) -> web.Response:
    """Keep what is told back to 12345."""
    hall, body = request.app[HALL], await json_body(request)
    text = text_field(body, "answer").strip()
    return await on_order(request, seat, body, lambda s, order: hall.tickets.answer(s, order, text, actor=seat.name))


@seated()
async def oversight(request: web.Request, seat: Seat) -> web.Response:
    """What is overdue, and who sees to it."""
    hall = request.app[HALL]
    return web.json_response(
        await hall.read(lambda s: {"overdue": [overdue_as_json(row) for row in hall.deadlines.overdue(s)]})
    )


def overdue_as_json(row: Deadline) -> dict[str, Any]:
    """A missed deadline as the desk shows it."""
    return {
        "order": row.order.number, "item": row.order.item_name, "kind": row.kind.value,
        "kind_label": row.kind.label, "due_at": iso(row.due_at), "oversight": row.oversight.value,
        "oversight_label": row.oversight.label, "post": row.post, "provisional": row.provisional,
    }  # fmt: skip


@seated()
async def tickets(request: web.Request, seat: Seat) -> web.Response:
    """Cases of 12345; `?open=1` those without an answer."""
    hall, open_only = request.app[HALL], request.query.get("open") == "1"
    rows = await hall.read(lambda s: [ticket_as_json(row) for row in hall.tickets.listed(s, open_only=open_only)])
    return web.json_response({"tickets": rows})


def ticket_as_json(row: Ticket) -> dict[str, Any]:
    """A case of 12345 with what goes back."""
    return {
        "ticket": row.number, "order": row.order.number, "state": row.order.state.value,
        "state_label": row.order.state.label, "due_at": iso(row.due_at), "received_at": iso(row.received_at),
        "answer": row.answer, "answered_at": iso(row.answered_at), "answered_by": row.answered_by,
    }  # fmt: skip


@seated()
async def outgoing(request: web.Request, seat: Seat) -> web.Response:
    """Messages that are not there yet, and why."""
    hall = request.app[HALL]
    rows = await hall.read(lambda s: [outgoing_as_json(hall, row) for row in hall.outbox.unsettled(s)])
    return web.json_response({"outgoing": rows})


def outgoing_as_json(hall: Hall, row: Outgoing) -> dict[str, Any]:
    """A message for the desk; the address masked."""
    return {
        "id": row.id, "means": row.means.label, "address": f"{row.address[:3]}****{row.address[-4:]}",
        "text": row.text, "state": row.state.value, "told": hall.outbox.wording(row), "attempts": row.attempts,
        "created_at": iso(row.created_at), "next_attempt_at": iso(row.next_attempt_at),
    }  # fmt: skip


@seated(Permission.ORDERS)
async def repeat_outgoing(request: web.Request, seat: Seat) -> web.Response:
    """Send again what failed, or what nobody knows of; a person decides that."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    return web.json_response(await changed(request, seat, lambda s: outgoing_as_json(hall, hall.outbox.repeat(s, row))))


def _reason(body: dict[str, Any]) -> str:
    return text_field(body, "reason", LONGEST_REASON).strip()


async def on_order(
    request: web.Request, seat: Seat, body: dict[str, Any], work: Callable[[Session, ErrandOrder], object]
) -> web.Response:
    """Do the work on the locked order, if `seen` is its newest step, and answer the order as it is then."""
    hall, number = request.app[HALL], request.match_info["number"]

    def change(session: Session) -> dict[str, Any]:
        order = order_for(request, session, seat)
        refuse_stale(hall, session, order, body)
        work(session, order)
        session.flush()
        session.expire_all()  # the history was longer than what is loaded
        return order_detail(hall, session, number, seat.staff(session))

    return web.json_response(await changed(request, seat, change))
