"""核实 at the desk: what lead officers have to verify, the item as it is written now, and the answer."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL
from connectors.web_chat import json_body
from desk.acts import changed
from desk.login import Seat, seated, text_field
from desk.times import iso
from hotline.catalogue.catalogue import row_of
from hotline.errors import NotFound
from hotline.hall import Hall
from hotline.store.verification import Verification
from hotline.verified import OPTIONAL, REQUIRED, answer_verification
from hotline.vocabulary import Role

VERIFIERS = frozenset({Role.ADMINISTRATOR, Role.LEAD_OFFICER})
SHOWN = (*REQUIRED, *OPTIONAL, "questions", "result", "help")  # of the item, to be checked one by one


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of verification. Reading is for every role, answering for lead officers and administrators."""
    return [
        web.get("/desk/verification", tasks),
        web.post("/desk/verification", open_task),
        web.get(r"/desk/verification/{id:\d{1,15}}", task),
        web.post(r"/desk/verification/{id:\d{1,15}}/answer", answer),
    ]


@seated()
async def tasks(request: web.Request, seat: Seat) -> web.Response:
    """Open tasks, the most urgent first; `?answered=1` those that are done."""
    hall, answered = request.app[HALL], request.query.get("answered") == "1"
    return web.json_response(await hall.read(lambda s: _list(hall, s, seat, answered=answered)))


@seated()
async def task(request: web.Request, seat: Seat) -> web.Response:
    """One task with what the catalogue says now."""
    hall, row = request.app[HALL], int(request.match_info["id"])
    return web.json_response(await hall.read(lambda s: _detail(hall, s, seat, row)))


@seated(VERIFIERS)
async def open_task(request: web.Request, seat: Seat) -> web.Response:
    """Have an item of this code verified before anybody asks."""
    hall, code = request.app[HALL], text_field(await json_body(request), "code", 24).strip()

    def work(session: Session) -> dict[str, Any]:
        item = hall.catalogue.get(code)
        if item is None:
            raise NotFound("目录里没有这个编码。", item=code)
        hall.verifications.ask(session, item)
        return _list(hall, session, seat, answered=False)

    return web.json_response(await changed(request, seat, work, made=lambda _: code))


@seated(VERIFIERS)
async def answer(request: web.Request, seat: Seat) -> web.Response:
    """The verified values: the catalogue has a new live version, and everybody who waits is told."""
    hall, row, body = request.app[HALL], int(request.match_info["id"]), await json_body(request)

    def work(session: Session) -> dict[str, Any]:
        answer_verification(hall, session, row, body, staff=seat.staff(session), by=seat.name)
        return _list(hall, session, seat, answered=False)

    return web.json_response(await changed(request, seat, work))


def _list(hall: Hall, session: Session, seat: Seat, *, answered: bool) -> dict[str, Any]:
    found = hall.verifications.answered_tasks(session) if answered else hall.verifications.open_tasks(session)
    return {"tasks": [_row(hall, session, seat, one) for one in found]}


def _row(hall: Hall, session: Session, seat: Seat, task: Verification) -> dict[str, Any]:
    zone = hall.profile.zones.get(task.zone)
    return {
        "id": task.id,
        "code": task.item_code,
        "item": task.item_name,
        "zone": zone.name if zone else task.zone,
        "lead_officer": hall.verifications.post(task.zone),
        "mine": hall.staff.may_verify(session, seat.staff(session), task.zone),
        "waiting": len(hall.verifications.askers(session, task)),
        "opened_at": iso(task.opened_at),
        "due_at": iso(task.due_at),
        "overdue": task.answered_at is None and task.due_at <= hall.clock(),
        "escalated_at": iso(task.escalated_at),
        "answered_at": iso(task.answered_at),
        "answered_by": task.answered_by,
    }


def _detail(hall: Hall, session: Session, seat: Seat, task_id: int) -> dict[str, Any]:
    task = hall.verifications.get(session, task_id)
    item = hall.catalogue.get(task.item_code)
    written = row_of(item) if item else {}
    zone = hall.profile.zones.get(task.zone)
    return {
        **_row(hall, session, seat, task),
        "now": {name: written.get(name) for name in SHOWN},
        "answer": task.answer,
        "asked": hall.verifications.questions_of(session, task),
        "window_groups": zone.windows if zone else {},
    }
