"""The rest of the runner's page: asking the desk, duty hours, what was done, and what a form needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from connectors.web_chat import json_body
from desk.login import text_field, with_link
from desk.runner_view import runner_state
from desk.times import iso
from hotline.duty_week import Week, set_hours, week_of, write_week
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.numbers import is_valid
from hotline.runner_record import finished, month_so_far
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import HelpKind

LONGEST_QUESTION = 1000  # characters
ITEMS = 6  # items found for words


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of what is not an offer or an order in hand."""
    return [
        web.post("/runner/talk", ask),
        web.get("/runner/hours", hours),
        web.post("/runner/hours", declare_hours),
        web.get("/runner/record", record),
        web.get("/runner/items", items),
        web.get("/runner/places", places),
    ]


@with_link
async def ask(request: web.Request, token: str) -> web.Response:
    """A message to the desk; `id` is the phone's, `order` the order that it is about."""
    hall, body = request.app[HALL], await json_body(request)
    text, client_id = text_field(body, "text", LONGEST_QUESTION), text_field(body, "id", 64)
    number = text_field(body, "order", 12).strip()
    if number and not is_valid(number):
        raise InvalidInput("订单号不对，请从列表里选。")

    def work(session: Session) -> dict[str, Any]:
        runner = hall.runners.by_token(session, token)
        hall.runner_talks.ask(session, runner, client_id, text, number=number)
        return runner_state(hall, session, runner)

    state = await hall.run(work)
    request.app[LIVE].wake()
    return web.json_response({**state, "now": iso(hall.clock())})


@with_link
async def hours(request: web.Request, token: str) -> web.Response:
    """The runner's week; seven empty days mean any hour."""
    return await _read(request, token, lambda hall, session, runner: _week(runner))


@with_link
async def declare_hours(request: web.Request, token: str) -> web.Response:
    """The hours in which the runner wants offers; `week` has seven days of spans, or is empty for any hour."""
    hall, body = request.app[HALL], await json_body(request)

    def work(session: Session) -> dict[str, Any]:
        runner, week = hall.runners.by_token(session, token), _read_week(body.get("week"))
        set_hours(session, runner, write_week(week) if week else "", hall.clock)
        return _week(runner)

    told = await hall.run(work)
    request.app[LIVE].wake()
    return web.json_response(told)


@with_link
async def record(request: web.Request, token: str) -> web.Response:
    """This month's counts and the finished orders."""
    return await _read(request, token, _record)


@with_link
async def items(request: web.Request, token: str) -> web.Response:
    """The service items that words mean, for an errand met on the road."""
    words = request.query.get("q", "").strip()[:100]

    def look(hall: Hall, session: Session, runner: Runner) -> dict[str, Any]:
        found = hall.lookup.find(words, limit=ITEMS).candidates if words else []
        return {
            "items": [
                {"code": c.code, "title": c.item.title, "zone": c.zone, "in_person": c.item.help is HelpKind.IN_PERSON}
                for c in found
            ]
        }

    return await _read(request, token, look)


@with_link
async def places(request: web.Request, token: str) -> web.Response:
    """The towns, and the villages of one: `?town=柳林镇`."""
    town = request.query.get("town", "")

    def look(hall: Hall, session: Session, runner: Runner) -> dict[str, Any]:
        found, own = hall.divisions.by_name(town), hall.divisions.get(runner.township)
        return {
            "towns": [division.name for division in hall.divisions.townships],
            "own": own.name if own else "",
            "villages": [v.short_name for v in hall.divisions.villages_of(found.code)] if found else [],
        }

    return await _read(request, token, look)


async def _read(
    request: web.Request, token: str, look: Callable[[Hall, Session, Runner], dict[str, Any]]
) -> web.Response:
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: look(hall, s, hall.runners.by_token(s, token))))


def _week(runner: Runner) -> dict[str, Any]:
    return {"week": week_of(runner.hours), "words": runner.hours}


def _record(hall: Hall, session: Session, runner: Runner) -> dict[str, Any]:
    month = month_so_far(session, runner, hall.clock)
    return {
        "month": {
            "offers": month.offers, "accepted": month.accepted, "delivered": month.delivered,
            "hours": round(month.hours, 1),
        },
        "orders": [_finished(order, stars) for order, stars in finished(session, runner)],
    }  # fmt: skip


def _finished(order: ErrandOrder, stars: int | None) -> dict[str, Any]:
    """Without name, phone and place: the errand is over."""
    return {
        "number": order.number, "item": order.item_name, "town": order.township, "state_label": order.state.label,
        "at": iso(order.updated_at), "stars": stars,
    }  # fmt: skip


def _read_week(value: Any) -> Week:
    """Seven days of [begin, end] as texts, or nothing; raises InvalidInput."""
    if value == []:
        return []
    days: list[Any] = value if isinstance(value, list) and len(value) == 7 else [None]
    if not all(isinstance(day, list) and all(_is_span(span) for span in day) for day in days):
        raise InvalidInput("值班时间读不出来，请刷新页面再填。")
    if not any(days):
        raise InvalidInput("一个时段也没有填。想休息请点右上角的开关；什么时间都行请点“任何时间都行”。")
    return [[(span[0], span[1]) for span in sorted(day)] for day in days]


def _is_span(span: Any) -> bool:
    return isinstance(span, list) and len(span) == 2 and all(isinstance(time, str) and time for time in span)
