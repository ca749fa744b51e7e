"""What a runner's page shows: before accepting only town, time and load, afterwards all that is needed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from desk.times import iso
from hotline.carrying import NEXT, other_steps
from hotline.clock import spoken_time
from hotline.hall import Hall
from hotline.orders import TRANSITIONS
from hotline.store.schema import ErrandOrder, Message, Offer, Runner
from hotline.vocabulary import ConversationState, OrderState, Sender


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
            "hours": runner.hours,
            "load": len(desk.orders),
            "load_limit": runner.load_limit,
        },
        "offers": [_offer(hall, offer) for offer in desk.offers],
        "orders": [_order(hall, session, order) for order in desk.orders],
        "flow": FLOW,
        "talk": talk(hall, session, runner),
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
        "phone": "" if hall.masked_calls.has_line else order.contact_phone,  # then the hotline connects them
        "township": order.township,
        "place": order.place_text,
        "wish": spoken_time(order.wish_from, hall.clock()),
        "wish_from": iso(order.wish_from),
        "window": order.handling_place or hall.profile.name,
        "materials": order.materials or [],
        "notes": order.notes,
        "hold": hall.verifications.hold_words(task) if task else "",
        "door_code": order.door_code if order.state is OrderState.ACCEPTED else "",
        "case_number": order.case_number,
        **FLOW[order.state.value],
    }


def _flow(state: OrderState) -> dict[str, Any]:
    return {
        "next": NEXT[state].value.upper(),
        "others": [
            {"action": action.value.upper(), "label": action.label, "leads_to": TRANSITIONS[action][1].value}
            for action in other_steps(state)
        ],
        "leads_to": TRANSITIONS[NEXT[state]][1].value,
        "state_label": state.label,
    }


# What may follow each state, so that a phone without a network can go on.
FLOW = {state.value: _flow(state) for state in NEXT}


def talk(hall: Hall, session: Session, runner: Runner) -> dict[str, Any]:
    """The runner's talk with the desk."""
    conversation = hall.runner_talks.of(session, runner)
    waits = conversation is not None and conversation.state is ConversationState.WAITING
    return {
        "waiting": waits,
        "open": hall.profile.is_open(hall.clock()),
        "messages": [_said(message) for message in hall.runner_talks.newest(session, runner)],
    }


def _said(message: Message) -> dict[str, Any]:
    mine = message.sender is Sender.CITIZEN
    return {
        "id": message.id, "client_id": message.client_id if mine else "", "sender": "ME" if mine else message.sender.value,
        "author": message.author, "text": message.text, "at": iso(message.created_at),
    }  # fmt: skip
