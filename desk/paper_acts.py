"""What staff write at the window: handover notes, and the 委托书 from its draft to its end."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL
from connectors.web_chat import json_body
from desk.acts import changed, order_for, refuse_stale
from desk.login import Seat, seated, text_field
from desk.order_work import form_key, on_order
from desk.paper_views import letter_as_json, papers_of_order
from desk.step_form import read_sheets
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.handing_over import Side
from hotline.order_forms import read_time
from hotline.permissions import Permission
from hotline.vocabulary import Holder

LONGEST_NAME = 64  # characters of who authorises


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of what staff write about papers."""
    order = "/desk/orders/{number}"
    return [
        web.post(f"{order}/handovers", hand_over),
        web.post(f"{order}/letter", draft_letter),
        web.post(f"{order}/letter/revoke", revoke_letter),
    ]


@seated(Permission.ORDERS)
async def hand_over(request: web.Request, seat: Seat) -> web.Response:
    """A handover beside the steps of an order; `id` is the form's own, so that a double click is one note."""
    hall, body = request.app[HALL], await json_body(request)
    sheets, key = read_sheets(body) or (), f"desk:{form_key(body)}"

    def work(session: Session) -> dict[str, Any]:
        order = order_for(request, session, seat)
        if hall.papers.known(session, key) is None:
            refuse_stale(hall, session, order, body)
            giver, taker = _side(hall, session, body, "from"), _side(hall, session, body, "to")
            hall.handing_over.write(
                session, order, key=key, giver=giver, taker=taker, sheets=sheets, actor=seat.name
            )
        return papers_of_order(hall, session, order)

    return web.json_response(await changed(request, seat, work))


def _side(hall: Hall, session: Session, body: dict[str, Any], name: str) -> Side:
    """Who gives or takes; `from_runner` and `to_runner` name a runner who does not carry the order."""
    number = text_field(body, f"{name}_runner", 12).strip()
    kind = _holder(text_field(body, name))
    return Side(kind, hall.runners.get(session, number) if number and kind is Holder.RUNNER else None)


def _holder(word: str) -> Holder:
    for holder in Holder:
        if word in (holder.value, holder.label):
            return holder
    raise InvalidInput(f"“{word[:20]}”应当是{'、'.join(holder.label for holder in Holder)}之一。")


@seated(Permission.ORDERS)
async def draft_letter(request: web.Request, seat: Seat) -> web.Response:
    """Write the 委托书 that the citizen will sign."""
    hall, body = request.app[HALL], await json_body(request)
    ends = text_field(body, "ends", 40).strip()
    values = {name: text_field(body, name, 400).strip() for name in ("principal_id", "agent_id", "scope")}
    values["principal"] = text_field(body, "principal", LONGEST_NAME).strip()
    ends_at = read_time(f"{ends} 23:59", "委托期限") if ends else None

    def work(session: Session) -> dict[str, Any]:
        order = order_for(request, session, seat)
        refuse_stale(hall, session, order, body)
        return letter_as_json(hall.letters.draft(session, order, ends_at=ends_at, actor=seat.name, **values))

    return web.json_response(await changed(request, seat, work))


@seated(Permission.ORDERS)
async def revoke_letter(request: web.Request, seat: Seat) -> web.Response:
    """The citizen takes the 委托书 back."""
    hall, body = request.app[HALL], await json_body(request)
    reason = text_field(body, "reason", 200).strip()
    return await on_order(
        request, seat, body, lambda s, order: hall.letters.revoke(s, order, actor=seat.name, reason=reason)
    )
