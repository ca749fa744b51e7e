"""The runner's page: offers, orders in hand, duty; being open counts as presence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from connectors.web_chat import json_body
from desk.login import text_field, with_link
from desk.runner_view import runner_state
from desk.step_form import read_step
from desk.stream import follow
from desk.times import iso
from hotline.carrying import LONGEST_REASON
from hotline.errors import InvalidInput, OfferGone
from hotline.explanations import why_not_me
from hotline.hall import Hall
from hotline.runner_acts import LONGEST_ID
from hotline.store.schema import Offer, Runner
from hotline.vocabulary import OfferState, OrderAction

LONGEST_WAIT = 7 * 24 * 3600  # seconds that a phone may have kept an act
PRESENCE_EVERY = timedelta(seconds=20)  # a third of the presence lease


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of the runner's page."""
    return [
        web.get("/runner/state", state),
        web.get("/runner/events", events),
        web.get("/runner/why", why),
        web.post("/runner/duty", duty),
        web.post(r"/runner/offers/{offer_id:\d{1,15}}/accept", accept),
        web.post(r"/runner/offers/{offer_id:\d{1,15}}/decline", decline),
        web.post("/runner/orders/{number}/call", call),
        web.post("/runner/orders/{number}/{action}", step),
    ]


@with_link
async def state(request: web.Request, token: str) -> web.Response:
    """What the page shows now."""
    hall = request.app[HALL]
    return _with_now(hall, await hall.read(lambda s: _state(hall, s, token)))


@with_link
async def events(request: web.Request, token: str) -> web.StreamResponse:
    """What the page shows, again after every change; while it streams, the runner is present."""
    hall = request.app[HALL]
    seen: datetime | None = None

    async def look() -> dict[str, Any]:
        nonlocal seen
        if seen is None or hall.clock() - seen >= PRESENCE_EVERY:
            await hall.run(lambda s: hall.runners.seen(s, hall.runners.by_token(s, token)))
            seen = hall.clock()
        return await hall.read(lambda s: _state(hall, s, token))

    return await follow(request, look)


@with_link
async def why(request: web.Request, token: str) -> web.Response:
    """Whether this runner was asked in the newest rounds of the own town, and why not; no order is told."""
    hall = request.app[HALL]

    def work(session: Session) -> list[dict[str, Any]]:
        answers = why_not_me(session, hall.runners.by_token(session, token))
        return [{**answer, "at": iso(answer["at"])} for answer in answers]

    return web.json_response({"rounds": await hall.read(work)})


@with_link
async def duty(request: web.Request, token: str) -> web.Response:
    """On or off duty."""
    hall, body = request.app[HALL], await json_body(request)
    on_duty = body.get("on_duty")
    if not isinstance(on_duty, bool):
        raise InvalidInput("on_duty 应当是 true 或 false。")

    def work(session: Session) -> dict[str, Any]:
        runner = hall.runners.by_token(session, token)
        once(hall, session, runner, body, "duty", lambda: hall.runners.set_duty(session, runner, on_duty=on_duty))
        return runner_state(hall, session, runner)

    return await _answer(request, await hall.run(work))


@with_link
async def accept(request: web.Request, token: str) -> web.Response:
    """Take an offer; OfferGone says honestly when it is too late."""
    hall, offer_id, body = request.app[HALL], int(request.match_info["offer_id"]), await json_body(request)

    def work(session: Session) -> dict[str, Any]:
        runner = hall.runners.by_token(session, token)
        once(hall, session, runner, body, f"accept {offer_id}", lambda: _accept(hall, session, runner, offer_id))
        return runner_state(hall, session, runner)

    return await _answer(request, await hall.run(work))


@with_link
async def decline(request: web.Request, token: str) -> web.Response:
    """Say no to an offer, with a reason; the next runner is asked at once."""
    hall, offer_id = request.app[HALL], int(request.match_info["offer_id"])
    body = await json_body(request)
    reason = text_field(body, "reason", LONGEST_REASON).strip()

    def work(session: Session) -> dict[str, Any]:
        runner = hall.runners.by_token(session, token)
        refuse = partial(hall.dispatch.decline, session, offer_id, runner, reason)
        once(hall, session, runner, body, f"decline {offer_id}", refuse)
        return runner_state(hall, session, runner)

    return await _answer(request, await hall.run(work))


@with_link
async def step(request: web.Request, token: str) -> web.Response:
    """The next step of an order in hand."""
    hall, number, body = request.app[HALL], request.match_info["number"], await json_body(request)
    action = _action(request.match_info["action"])
    made = replace(read_step(action, body), ago=_ago(body))

    def work(session: Session) -> dict[str, Any]:
        runner = hall.runners.by_token(session, token)
        carry = partial(hall.carrying.carry_on, session, runner, number, made)
        once(hall, session, runner, body, f"{action.value} {number}", carry)
        return runner_state(hall, session, runner)

    return await _answer(request, await hall.run(work))


async def _answer(request: web.Request, state: dict[str, Any]) -> web.Response:
    request.app[LIVE].wake()
    return _with_now(request.app[HALL], state)


def _with_now(hall: Hall, state: dict[str, Any]) -> web.Response:
    """The state with the hall's time, since countdowns cannot trust the clock of a phone."""
    return web.json_response({**state, "now": iso(hall.clock())})


@with_link
async def call(request: web.Request, token: str) -> web.Response:
    """The hotline rings the runner and connects the citizen, whose number stays hidden."""
    hall, number = request.app[HALL], request.match_info["number"]
    await hall.run(lambda s: hall.masked_calls.request(s, hall.runners.by_token(s, token), number))
    return web.json_response({})


def _state(hall: Hall, session: Session, token: str) -> dict[str, Any]:
    return runner_state(hall, session, hall.runners.by_token(session, token))


def once(
    hall: Hall, session: Session, runner: Runner, body: dict[str, Any], what: str, do: Callable[[], object]
) -> None:
    """Do it once for the id that the phone gave the act; a program that gives none just does it."""
    act_id = text_field(body, "id", LONGEST_ID).strip()
    if act_id:
        hall.runner_acts.once(session, runner, act_id, what, do)
    else:
        do()


def _accept(hall: Hall, session: Session, runner: Runner, offer_id: int) -> None:
    """Accept; the second try of a phone that never got the first answer succeeds as well."""
    try:
        hall.dispatch.accept(session, offer_id, runner)
    except OfferGone:
        offer = session.get_one(Offer, offer_id)
        if offer.state is not OfferState.ACCEPTED or offer.order.runner_id != runner.id:
            raise


def _ago(body: dict[str, Any]) -> timedelta:
    """How many seconds the phone kept the act; what cannot be is taken as none."""
    seconds = body.get("waited", 0)
    fits = isinstance(seconds, int) and not isinstance(seconds, bool) and 0 <= seconds <= LONGEST_WAIT
    return timedelta(seconds=seconds if fits else 0)


def _action(text: str) -> OrderAction:
    for action in OrderAction:
        if action.value == text.lower():
            return action
    raise InvalidInput("没有这个操作。", action=text[:40])
