"""What a runner's page shows: before accepting only town, time and load, afterwards all that is needed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from desk.times import iso
from hotline.carrying import NEXT, other_steps
from hotline.clock import spoken_time
from hotline.hall import Hall
from hotline.store.schema import ErrandOrder, Offer, Runner
from hotline.vocabulary import OrderState


def runner_state(hall: Hall, session: Session, runner: Runner) -> dict[str, Any]:
    """All that the page shows."""
    desk = hall.runners.desk_of(session, runner)
    return {
        "runner": {
            "number": runner.number,
            "name": runner.name,
            "kind": runner.kind.label,
            "place": hall.divisions.full_name(runner.village or runner.township) or "全区",
            "on_duty": runner.on_duty,
            "load": len(desk.orders),
            "load_limit": runner.load_limit,
        },
        "offers": [_offer(hall, offer) for offer in desk.offers],
        "orders": [_order(hall, session, order) for order in desk.orders],
        "hall": hall.profile.name,
        "banner": hall.profile.banner,
    }


def _offer(hall: Hall, offer: Offer) -> dict[str, Any]:
    order = offer.order
    return {
        "id": offer.id,
        "town": order.township or "全区",
        "wish": spoken_time(order.wish_from, hall.clock()),
        "papers": len(order.materials or []),
        "offered_at": iso(offer.offered_at),
        "expires_at": iso(offer.expires_at),
    }


def _order(hall: Hall, session: Session, order: ErrandOrder) -> dict[str, Any]:
    step = NEXT[order.state]
    task = hall.verifications.waiting_for(session, order)
    return {
        "number": order.number,
        "item": order.item_name,
        "help": order.help.value,
        "help_label": order.help.label,
        "state": order.state.value,
        "state_label": order.state.label,
        "citizen": order.applicant_name,
        "contact": order.contact_name,
        "for_whom": order.for_whom,
        "more_items": order.more_items or [],
        "level": order.level.label,
        "handling_place": order.handling_place,
        "phone": order.contact_phone,
        "township": order.township,
        "place": order.place_text,
        "wish": spoken_time(order.wish_from, hall.clock()),
        "materials": order.materials or [],
        "notes": order.notes,
        "hold": hall.verifications.hold_words(task) if task else "",
        "door_code": order.door_code if order.state is OrderState.ACCEPTED else "",
        "case_number": order.case_number,
        "next": step.value.upper(),
        "others": [
            {"action": action.value.upper(), "label": action.label} for action in other_steps(order.state)
        ],
    }
