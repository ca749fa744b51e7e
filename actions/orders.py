"""Orders that exist: telling, changing and cancelling them, wherever in a conversation that comes up."""

from __future__ import annotations

import re

from rasa_sdk.events import EventType

from actions.proving import code_in, may_prove, send_code, take_code, whole_phone
from actions.turn import Pending, Turn, slots
from hotline.clock import spoken_time
from hotline.errors import HotlineError
from hotline.orders import LONGEST_REASON
from hotline.saying import Said

_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")


def is_order_access(said: Said) -> bool:
    """Whether a message can be the number of an order, or the last digits of its phone."""
    if said.first("order_number"):
        return True
    if any(said.first(kind) for kind in ("time", "place", "name")):
        return False
    return bool(said.first("phone") or _FOUR_DIGITS.search(said.text))


def proves(turn: Turn) -> bool:
    """Whether a message is the number to be proven, or the code that was texted to it, whatever the model made of it."""
    return turn.pending is Pending.TEXT_CODE and (code_in(turn.said) or whole_phone(turn.said)) is not None


def is_asked_for(turn: Turn) -> bool:
    """Whether a message is about an order, whatever the model made of it: its number, or digits that were asked for."""
    awaited = turn.pending is Pending.ORDER_ACCESS and is_order_access(turn.said)
    return awaited or proves(turn) or turn.said.first("order_number") is not None


def tell_status(turn: Turn) -> list[EventType]:
    """Orders of this citizen at once; any other by number and last four digits of its phone."""
    if proves(turn):
        return take_code(turn)
    said = turn.said.first("order_number")
    known = slots(order_number=said["value"]) if said else []
    try:
        status = turn.hall.errand_desk.status(turn.session, turn.conversation, turn.said, turn.slot("order_number"))
    except HotlineError as error:
        return [*_refused(turn, error), *known, *slots(pending=Pending.ORDER_ACCESS)]
    if status is None:
        phone = whole_phone(turn.said)
        if phone and not said and may_prove(turn):
            return send_code(turn, phone)
        return [*known, *_ask_whose(turn, "utter_ask_last_four" if said else "utter_ask_order_access")]
    turn.say("utter_order_status", status=status)
    return slots(pending=Pending.NONE, misunderstood=0)


def _ask_whose(turn: Turn, otherwise: str) -> list[EventType]:
    """This number has an order that needs a proof first; else say why there is none to be seen."""
    unproven = turn.hall.errand_desk.has_unproven(turn.session, turn.conversation)
    turn.say("utter_ask_order_proof" if unproven else otherwise)
    return slots(pending=Pending.ORDER_ACCESS)


def change(turn: Turn) -> list[EventType]:
    """Apply the details of the message to an order, or ask what is new."""
    try:
        number, changes, says = turn.hall.errand_desk.change(turn.session, turn.conversation, turn.said)
    except HotlineError as error:
        return [*_refused(turn, error), *slots(pending=Pending.NONE)]
    for response, values in says:
        turn.say(response, **values)
    if not changes:
        if not says:
            turn.say("utter_ask_change", number=number)
        return slots(pending=Pending.CHANGE_ORDER, order_number=number)
    turn.say("utter_order_changed", number=number, changes="，".join(changes))
    return slots(pending=Pending.NONE, order_number=number, misunderstood=0)


def ask_cancel(turn: Turn) -> list[EventType]:
    """Which order, and whether it is really meant."""
    order = turn.hall.errand_desk.changeable(turn.session, turn.conversation, turn.said)
    if order is None:
        return _ask_whose(turn, "utter_no_order")
    turn.say("utter_ask_cancel", number=order.number, item=order.item_name)
    return slots(pending=Pending.CANCEL_ORDER, order_number=order.number)


def confirm_cancel(turn: Turn) -> list[EventType]:
    """Cancel it, unless the papers are already on their way."""
    number = turn.slot("order_number")
    try:
        turn.hall.errand_desk.cancel(turn.session, turn.conversation, number)
    except HotlineError as error:
        return [*_refused(turn, error), *slots(pending=Pending.NONE)]
    turn.say("utter_order_cancelled", number=number)
    return slots(pending=Pending.NONE, misunderstood=0)


def ask_reopen(turn: Turn) -> list[EventType]:
    """Which delivered order was not done right, and whether it shall be done once more."""
    number = turn.said.first("order_number")
    order = turn.hall.errand_desk.reopenable(turn.session, turn.conversation, number["value"] if number else None)
    if order is None:
        return _ask_whose(turn, "utter_nothing_to_reopen")
    turn.say("utter_ask_reopen", number=order.number, item=order.item_name)
    return slots(pending=Pending.REOPEN, order_number=order.number)


def reopen(turn: Turn) -> list[EventType]:
    """Begin the delivered order anew, with the citizen's own words as the reason."""
    try:
        order = turn.hall.errand_desk.reopen(turn.session, turn.conversation, turn.slot("order_number"), _complained(turn))
    except HotlineError as error:
        return [*_refused(turn, error), *slots(pending=Pending.NONE)]
    accept_by = spoken_time(order.accept_by, turn.hall.clock())
    turn.say("utter_order_reopened", number=order.number, accept_by=accept_by)
    return slots(pending=Pending.NONE, misunderstood=0)


def _complained(turn: Turn) -> str:
    """The words with which it was asked to be done once more."""
    said = [event for event in turn.tracker.events if event["event"] == "user"]
    words = [event.get("text") or "" for event in said if (event.get("parse_data") or {}).get("intent", {}).get("name") == "reopen_order"]
    return (words[-1] if words else turn.said.text)[:LONGEST_REASON]


def _refused(turn: Turn, error: HotlineError) -> list[EventType]:
    """Say why not; a second refusal in a row leads to a person."""
    turn.say("utter_order_failed", wording=error.wording)
    failures = (turn.slot("misunderstood") or 0) + 1
    if failures >= 2:
        return turn.hand_off(f"两次没办成：{error.wording[:60]}")
    return slots(misunderstood=failures)
