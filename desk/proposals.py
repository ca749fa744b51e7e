"""Proposed aliases at the desk: what a citizen really meant, and the review of wordings learnt so."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL
from connectors.web_chat import json_body
from desk.acts import changed
from desk.login import WORKERS, Seat, seated, text_field
from desk.times import iso
from desk.verification import VERIFIERS
from hotline.errors import InvalidInput, NotFound
from hotline.hall import Hall
from hotline.proposals import LONGEST, OPEN
from hotline.store.proposals import AliasProposal
from hotline.vocabulary import ProposalState

log = logging.getLogger(__name__)
VIEWS = {"open": OPEN, "checking": (ProposalState.ACCEPTED,), "live": (ProposalState.LIVE,)}


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of learnt wordings. Correcting is for all but viewers, reviewing for those who verify."""
    a_number = r"{id:\d{1,15}}"
    return [
        web.post(f"/desk/conversations/{a_number}/item", correct),
        web.get("/desk/proposals", proposals),
        web.post(f"/desk/proposals/{a_number}/accept", accept),
        web.post(f"/desk/proposals/{a_number}/reject", reject),
    ]


@seated(WORKERS)
async def correct(request: web.Request, seat: Seat) -> web.Response:
    """Say which item a citizen's message meant: `{"message": id, "code": "030002"}`."""
    hall, row, body = request.app[HALL], int(request.match_info["id"]), await json_body(request)
    message, code = body.get("message"), text_field(body, "code", 24).strip()
    if not isinstance(message, int) or isinstance(message, bool) or not 0 < message < 10**15:
        raise InvalidInput("message 应当是消息的编号。")
    item = hall.catalogue.get(code)
    if item is None:
        raise NotFound("目录里没有这个编码。", item=code)
    kept = await changed(request, seat, lambda s: _json_of(hall, hall.proposals.corrected(s, row, message, item)))
    log.info("conversation %s: message %s means item %s, says %s", row, message, code, seat.login)
    return web.json_response({"proposal": kept})


@seated()
async def proposals(request: web.Request, seat: Seat) -> web.Response:
    """Wordings of a view: open, checking, live."""
    hall, view = request.app[HALL], request.query.get("view", "open")
    if view not in VIEWS:
        raise InvalidInput(f"view 应当是{'、'.join(VIEWS)}之一。")
    return web.json_response(await hall.read(lambda s: _list(hall, s, view)))


@seated(VERIFIERS)
async def accept(request: web.Request, seat: Seat) -> web.Response:
    """Take a wording, perhaps in other words; it goes live once it has passed the evaluation."""
    body = await json_body(request)
    text, forced = text_field(body, "text", LONGEST), body.get("force", False)
    if not isinstance(forced, bool):
        raise InvalidInput("force 应当是 true 或 false。")
    hall = request.app[HALL]
    return await _decide(
        request, seat, lambda s, row: hall.proposals.accept(s, row, by=seat.name, text=text, forced=forced)
    )


@seated(VERIFIERS)
async def reject(request: web.Request, seat: Seat) -> web.Response:
    """Leave a wording for good."""
    hall = request.app[HALL]
    return await _decide(request, seat, lambda s, row: hall.proposals.reject(s, row, by=seat.name))


async def _decide(request: web.Request, seat: Seat, work: Callable[[Session, int], AliasProposal]) -> web.Response:
    hall, row = request.app[HALL], int(request.match_info["id"])

    def change(session: Session) -> dict[str, Any]:
        work(session, row)
        return _list(hall, session, "open")

    return web.json_response(await changed(request, seat, change))


def _list(hall: Hall, session: Session, view: str) -> dict[str, Any]:
    found = hall.proposals.of_states(session, VIEWS[view])
    return {"proposals": [_json_of(hall, one) for one in found]}


def _json_of(hall: Hall, row: AliasProposal | None) -> dict[str, Any] | None:
    """A wording; None when there was nothing to learn from the message."""
    if row is None:
        return None
    item = hall.catalogue.get(row.item_code)
    return {
        "id": row.id,
        "text": row.text,
        "code": row.item_code,
        "item": item.title if item else "",
        "source": row.source.label,
        "times": row.times,
        "state": row.state.value,
        "state_label": row.state.label,
        "report": row.report,
        "version": row.version,
        "last_at": iso(row.last_at),
        "decided_by": row.decided_by,
    }
