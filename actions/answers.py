"""A yes, a no, or a bare detail: what it answers is what the assistant has just asked. Every skill's questions end here."""

from __future__ import annotations

from collections.abc import Callable

from rasa_sdk.events import EventType

from actions import orders
from actions.fallback import Fallback
from actions.guidance import answer_part, offer_runner
from actions.turn import HallAction, Pending, Turn, apply, go_on_with, slots

Answer = Callable[[Turn], list[EventType]]


class Affirm(HallAction):
    """The citizen says yes."""

    action_name = "action_affirm"

    def act(self, turn: Turn) -> list[EventType] | None:
        """To what was just offered; to nothing: what shall it be?"""
        return answer_part(turn) or YES.get(turn.pending, _yes_to_nothing)(turn)


class Deny(HallAction):
    """The citizen says no."""

    action_name = "action_deny"

    def act(self, turn: Turn) -> list[EventType] | None:
        """To what was just offered; with a new detail it corrects the order that was just made."""
        if orders.proves(turn):
            return orders.tell_status(turn)
        if part := answer_part(turn, only_questions=True):
            return part
        if turn.pending not in NO and turn.said.details and turn.slot("order_number"):
            return orders.change(turn)
        return NO.get(turn.pending, _no_to_nothing)(turn)


class Inform(HallAction):
    """A phone, name, place or time on its own."""

    action_name = "action_inform"

    def act(self, turn: Turn) -> list[EventType] | None:
        """The answer to what was asked; else kept for the errand to come, or a correction of the last order."""
        if part := answer_part(turn):
            return part
        if turn.pending in DETAIL:
            return DETAIL[turn.pending](turn)
        if turn.said.first("order_number"):
            return orders.tell_status(turn)
        if turn.said.wants_runner and turn.said.asks_something:
            return _begin_errand(turn)
        if turn.said.corrects and turn.slot("order_number") and turn.said.details:
            return orders.change(turn)
        filled = turn.hall.errand_taking.details_of(turn.said)
        if not filled.changes and not filled.says:
            return Fallback(self.hall).act(turn)
        if filled.changes and not filled.says:
            filled.say("utter_noted")
        return apply(turn, filled)


def in_between(turn: Turn) -> list[EventType] | None:
    """The answer to a question that came up while an errand is taken, or None if the message is none."""
    said, pending = turn.said, turn.pending
    is_phone_asked = turn.slot("requested_slot") == "contact_phone" and said.first("phone")
    if pending is Pending.ORDER_ACCESS and orders.is_order_access(said) and not is_phone_asked and not said.corrects:
        return orders.tell_status(turn)
    if pending is Pending.TEXT_CODE and orders.is_asked_for(turn) and not is_phone_asked:
        return orders.tell_status(turn)
    if pending in (Pending.CANCEL_ORDER, Pending.DUPLICATE, Pending.REOPEN) and said.intent in ("affirm", "deny"):
        return (YES if said.intent == "affirm" else NO)[pending](turn)
    if pending is Pending.CALLBACK and said.first("phone"):
        return _call_here(turn)
    return None


def _begin_errand(turn: Turn) -> list[EventType]:
    return [*slots(pending=Pending.NONE), *go_on_with("errand_form")]


def _begin_next(turn: Turn) -> list[EventType]:
    """The next thing that was wanted becomes the errand to be taken, or is answered if it was a question."""
    first, *rest = turn.slot("next_requests") or [{}]
    begin = slots(
        item_code=first.get("code"), item_choices=first.get("choices"), item_text=first.get("text"),
        next_requests=rest or None, pending=Pending.NONE, form_instance=None, confirmed=None,
    )  # fmt: skip
    item = turn.hall.catalogue.get(first.get("code"))
    if first.get("asked") and item:
        notice = turn.hall.guidance.notice(item, turn.place) + turn.verify(item)
        return [*begin, *offer_runner(turn, item, notice)]
    return [*begin, *go_on_with("errand_form")]


def _order_twice(turn: Turn) -> list[EventType]:
    return slots(duplicate_meant=True, pending=Pending.NONE)


def _no_second_order(turn: Turn) -> list[EventType]:
    """End the form: what happens to the errand in the making is settled by `action_place_order`."""
    return slots(requested_slot=None, confirmed=False, pending=Pending.NONE)


def _resume(turn: Turn) -> list[EventType]:
    draft = turn.hall.drafts.take(turn.session, turn.conversation)
    return [*slots(**draft, pending=Pending.NONE), *go_on_with("errand_form")]


def _forget_draft(turn: Turn) -> list[EventType]:
    turn.hall.drafts.take(turn.session, turn.conversation)
    turn.say("utter_what_else")
    return slots(pending=Pending.NONE)


def _call_here(turn: Turn) -> list[EventType]:
    """The number for a booked callback; kept for an errand, too."""
    filled = turn.hall.errand_taking.details_of(turn.said)
    if filled.changes.get("contact_phone"):
        turn.book_callback(filled.changes["contact_phone"])
        return [*slots(**filled.changes, pending=Pending.NONE, quiet=turn.said.message_id)]
    if not filled.says:
        filled.say("utter_ask_contact_phone")
    return [*apply(turn, filled), *slots(pending=Pending.CALLBACK)]


def _yes_to_nothing(turn: Turn) -> list[EventType]:
    turn.say("utter_nothing_to_confirm")
    return []


def _no_to_nothing(turn: Turn) -> list[EventType]:
    turn.say("utter_what_else")
    return []


def _leave_errand(turn: Turn) -> list[EventType]:
    if turn.slot("next_requests"):
        return offer_next(turn)
    turn.say("utter_no_errand")
    return slots(pending=Pending.NONE)


def _leave_next(turn: Turn) -> list[EventType]:
    turn.say("utter_what_else")
    return slots(pending=Pending.NONE, next_requests=None)


def _keep_order(turn: Turn) -> list[EventType]:
    turn.say("utter_order_kept", number=turn.slot("order_number"))
    return slots(pending=Pending.NONE)


def offer_next(turn: Turn) -> list[EventType]:
    """The first thing is settled: offer the next, if one was kept."""
    waiting = turn.slot("next_requests")
    if not waiting:
        return []
    turn.say("utter_offer_next", request=waiting[0]["title"])
    return slots(pending=Pending.NEXT_REQUEST)


YES: dict[Pending, Answer] = {
    Pending.ERRAND: _begin_errand,
    Pending.NEXT_REQUEST: _begin_next,
    Pending.DUPLICATE: _order_twice,
    Pending.RESUME: _resume,
    Pending.CANCEL_ORDER: orders.confirm_cancel,
    Pending.CALLBACK: _call_here,
    Pending.REOPEN: orders.reopen,
    Pending.TEXT_CODE: orders.tell_status,
}
NO: dict[Pending, Answer] = {
    Pending.ERRAND: _leave_errand,
    Pending.NEXT_REQUEST: _leave_next,
    Pending.DUPLICATE: _no_second_order,
    Pending.RESUME: _forget_draft,
    Pending.CANCEL_ORDER: _keep_order,
    Pending.REOPEN: _leave_errand,
}
DETAIL: dict[Pending, Answer] = {
    Pending.ERRAND: _begin_errand,
    Pending.ORDER_ACCESS: orders.tell_status,
    Pending.CHANGE_ORDER: orders.change,
    Pending.TEXT_CODE: orders.tell_status,
    Pending.CALLBACK: _call_here,
}
