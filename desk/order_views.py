"""Orders as the desk sees them: a list with masked phones, and one with its history and offers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from desk.conversation_views import CHANNELS
from desk.times import iso
from hotline.clock import spoken_time
from hotline.errors import InvalidInput
from hotline.exclusions import interests_of
from hotline.explanations import left_out, why_chosen
from hotline.hall import Hall
from hotline.masking import mask_phones
from hotline.orders import BEFORE_COLLECTION, CARRIED, ENDED, TRANSITIONS
from hotline.service_levels import ServiceClock
from hotline.store.dispatching import OfferRound
from hotline.store.schema import ErrandOrder, Offer, OrderEvent, Staff
from hotline.vocabulary import DeadlineKind, HelpKind, OrderAction, OrderState

PAGE = 60  # orders in one answer
SHOWN = 12  # candidates shown with an offer
SUGGESTED = 6  # runners proposed for an order by hand
GROUPS: dict[str, set[OrderState]] = {
    "attention": {OrderState.ESCALATED},
    "seeking": {OrderState.PLACED, OrderState.OFFERED, OrderState.REOPENED},
    "carried": set(CARRIED),
    "ended": set(ENDED),
}
_LABELS = {"attention": "要安排", "seeking": "找跑手", "carried": "办理中", "ended": "已结束"}


def order_list(
    hall: Hall, session: Session, *, state: str, search: str, before: int | None
) -> dict[str, Any]:
    """Orders of a state or group of states, newest first; `before` is where the page before ended."""
    query = filtered(select(ErrandOrder), state, search).options(joinedload(ErrandOrder.runner))
    if before is not None:
        query = query.where(ErrandOrder.id < before)
    rows = list(session.scalars(query.order_by(ErrandOrder.id.desc()).limit(PAGE + 1)))
    return {
        "orders": [order_row(hall, order) for order in rows[:PAGE]],
        "more": rows[PAGE - 1].id if len(rows) > PAGE else None,
        **_counts(hall, session),
    }


def order_detail(hall: Hall, session: Session, number: str, staff: Staff) -> dict[str, Any]:
    """One order with everything that is known, for who looks; raises InvalidInput or NotFound."""
    order = hall.orders.get(session, number)
    offers = (
        select(Offer).where(Offer.order_id == order.id).order_by(Offer.id).options(joinedload(Offer.runner))
    )
    return {
        **order_row(hall, order),
        "seen": newest.id if (newest := hall.orders.newest_step(session, order)) else None,
        "may_act": hall.staff.may_act(session, staff, order.zone),
        "contact": order.contact_name,
        "for_whom": order.for_whom,
        "more_items": order.more_items or [],
        "level": order.level.label,
        "handling_place": order.handling_place,
        "clocks": [_clock(clock) for clock in hall.service_levels.clocks(session, order)],
        "ticket": ticket.number if (ticket := hall.tickets.of_order(session, order)) else "",
        "help": order.help.label,
        "zone": zone.name if (zone := hall.profile.zones.get(order.zone)) else "",
        "place": order.place_text,
        "materials": order.materials or [],
        "notes": order.notes,
        "case_number": order.case_number,
        "door_code": order.door_code,
        "channel": order.channel,
        "conversation": order.conversation_id,
        "runner_phone": mask_phones(order.runner.phone) if order.runner else "",
        "history": [_event(event) for event in order.events],
        "offers": [_offer(session, offer) for offer in session.scalars(offers)],
        "avoided": [
            {"number": runner.number, "name": runner.name, "reason": note.reason, "by": note.noted_by}
            for note, runner in interests_of(session, order.contact_phone)
        ],
        "responsible": hall.responsibilities.current(session, order),
        "owes_papers": bool(hall.deadlines.running(session, order, DeadlineKind.DEFERRED)),
        "may_assign": order.state in TRANSITIONS[OrderAction.ASSIGN][0],
        "may_reassign": order.state in CARRIED,
        "may_amend": order.state in BEFORE_COLLECTION,
        "may_reopen": order.state in TRANSITIONS[OrderAction.REOPEN][0],
        "may_authorise": order.help is HelpKind.ON_BEHALF and order.runner is not None and order.state not in ENDED,
        "authorised": hall.letters.valid(session, order) is not None,
        "may_cancel": order.state in TRANSITIONS[OrderAction.CANCEL][0],
        "suggested": _suggested(hall, session, order),
    }


def filtered(query: Select[ErrandOrder], state: str, search: str) -> Select[ErrandOrder]:
    """Orders of a state or group of states that a search finds; raises InvalidInput."""
    return _search(_filter(query, state), search)


def _filter(query: Select[ErrandOrder], state: str) -> Select[ErrandOrder]:
    if not state:
        return query
    wanted = GROUPS.get(state) or {word for word in OrderState if word.value == state}
    if not wanted:
        raise InvalidInput("没有这种订单状态。", state=state[:40])
    return query.where(ErrandOrder.state.in_(wanted))


def _search(query: Select[ErrandOrder], text: str) -> Select[ErrandOrder]:
    if not text:
        return query
    if text.isascii() and text.isdigit():
        return query.where(ErrandOrder.number.startswith(text, autoescape=True))
    words = (ErrandOrder.applicant_name, ErrandOrder.item_name, ErrandOrder.place_text)
    return query.where(or_(*(word.contains(text, autoescape=True) for word in words)))


def _counts(hall: Hall, session: Session) -> dict[str, Any]:
    by_state = hall.orders.count_by_state(session)
    groups = [
        {"key": key, "label": _LABELS[key], "count": sum(by_state.get(state, 0) for state in states)}
        for key, states in GROUPS.items()
    ]
    states = [
        {"key": state.value, "label": state.label, "count": by_state[state]}
        for state in OrderState
        if state in by_state
    ]
    return {"groups": groups, "states": states}


def order_row(hall: Hall, order: ErrandOrder) -> dict[str, Any]:
    """An order in a list, its phone masked."""
    return {
        "number": order.number,
        "state": order.state.value,
        "state_label": order.state.label,
        "item": order.item_name,
        "citizen": order.applicant_name,
        "phone": mask_phones(order.contact_phone),
        "township": order.township,
        "wish": spoken_time(order.wish_from, hall.clock()),
        "runner": {"number": order.runner.number, "name": order.runner.name} if order.runner else None,
        "created_at": iso(order.created_at),
        "updated_at": iso(order.updated_at),
        "accept_by": iso(order.accept_by),
    }


def _event(event: OrderEvent) -> dict[str, Any]:
    labels = {action.value: action.label for action in OrderAction}
    return {
        "at": iso(event.at),
        "actor": event.actor,
        "action": labels.get(event.action, event.action),
        "to": event.to_state,
        "reason": CHANNELS.get(event.reason, event.reason),  # of placing: the channel
    }


def _offer(session: Session, offer: Offer) -> dict[str, Any]:
    asking = session.get(OfferRound, offer.round_id) if offer.round_id else None
    return {
        "runner": offer.runner.number,
        "name": offer.runner.name,
        "state": offer.state.value,
        "state_label": offer.state.label,
        "offered_at": iso(offer.offered_at),
        "expires_at": iso(offer.expires_at),
        "answered_at": iso(offer.answered_at),
        "reason": offer.reason,
        "ranking": why_chosen(asking)[:SHOWN],
        "left_out": left_out(asking),
    }


def _clock(clock: ServiceClock) -> dict[str, Any]:
    return {
        "label": clock.label, "due_at": iso(clock.due_at), "done_at": iso(clock.done_at), "met": clock.met,
        "provisional": clock.provisional, "post": clock.post,
    }  # fmt: skip


def _suggested(hall: Hall, session: Session, order: ErrandOrder) -> list[dict[str, Any]]:
    """The best runners who were not asked yet, for an order that staff have to assign."""
    return best_runners(hall, session, order) if order.state is OrderState.ESCALATED else []


def best_runners(hall: Hall, session: Session, order: ErrandOrder) -> list[dict[str, Any]]:
    """The best runners who were not asked yet, with the reasons."""
    ranked = [c for c in hall.dispatch.candidates(session, order) if c.runner.id != order.runner_id]
    return [{"number": c.runner.number, "name": c.runner.name, "reasons": c.reasons} for c in ranked[:SUGGESTED]]
