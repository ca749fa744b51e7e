"""What a runner brings in: errands met at a door or a market, and the visits of the week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from connectors.web_chat import json_body
from desk.login import text_field, with_link
from desk.order_work import form_key
from desk.runner_view import runner_state
from desk.times import iso
from hotline.clock import local
from hotline.order_forms import FIELDS, read_time
from hotline.store.tickets import Visit

RECENT = timedelta(days=28)  # visits shown
TYPED = [name for name in FIELDS if not name.startswith("ticket")]


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of what runners enter."""
    return [
        web.post("/runner/orders", bring),
        web.get("/runner/visits", visits),
        web.post("/runner/visits", log_visit),
    ]


@with_link
async def bring(request: web.Request, token: str) -> web.Response:
    """An errand that the runner met and carries; `id` is the form's own."""
    hall, body = request.app[HALL], await json_body(request)

    def work(session: Session) -> dict[str, Any]:
        runner = hall.runners.by_token(session, token)
        fields = {name: text_field(body, name).strip() for name in TYPED}
        fields["time"] = fields["time"] or local(hall.clock()).strftime("%Y-%m-%d %H:%M")  # the runner is there now
        key = f"runner:{runner.number}:{form_key(body)}"
        wanted = hall.order_forms.request(fields, key=key, channel="runner", placed_by=runner.number)
        order, made = hall.intake.take_from_runner(session, wanted, runner)
        session.flush()
        return {**runner_state(hall, session, runner), "made": made, "number": order.number}

    state = await hall.run(work)
    request.app[LIVE].wake()
    return web.json_response({**state, "now": iso(hall.clock())})


@with_link
async def visits(request: web.Request, token: str) -> web.Response:
    """The runner's visits of the last weeks."""
    hall = request.app[HALL]

    def work(session: Session) -> list[dict[str, Any]]:
        runner = hall.runners.by_token(session, token)
        return [_as_json(visit) for visit in hall.visits.of_runner(session, runner, since=hall.clock() - RECENT)]

    return web.json_response({"visits": await hall.read(work)})


@with_link
async def log_visit(request: web.Request, token: str) -> web.Response:
    """Log a visit; `id` is the form's own."""
    hall, body = request.app[HALL], await json_body(request)

    def work(session: Session) -> dict[str, Any]:
        runner = hall.runners.by_token(session, token)
        key, time = f"{runner.number}:{form_key(body)}", text_field(body, "time", 40).strip()
        place, people, notes = (text_field(body, name).strip() for name in ("place", "people", "notes"))
        at = read_time(time, "走访时间") if time else None
        visit = hall.visits.log(session, runner, key=key, place=place, people=people, notes=notes, at=at)
        return _as_json(visit)

    return web.json_response(await hall.run(work))


def _as_json(visit: Visit) -> dict[str, Any]:
    return {"at": iso(visit.at), "place": visit.place, "people": visit.people, "notes": visit.notes}
