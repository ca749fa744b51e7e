"""Errands: taking an order, its progress, change and cancellation."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.events import EventType

from actions import orders, proving
from actions.answers import YES, in_between, offer_next
from actions.guidance import answer_part, ask_item, ending_instead, question_first, tell_part
from actions.turn import HallAction, Pending, Turn, apply, go_on_with, slots
from hotline.corrections import KIN
from hotline.errand_people import speaker_of
from hotline.errors import InvalidInput

EMPTY: dict[str, Any] = {
    "item_code": None, "item_choices": None, "item_text": None, "pickup_time": None, "confirmed": None,
    "form_instance": None, "misunderstood": 0, "pending": Pending.NONE, "duplicate_meant": None, "for_whom": None, "contact_name": None,
}  # fmt: skip
_NAMES_ORDER = re.compile("单|取消|撤|退")
_NAMES_RUN = re.compile("单|取消|撤|跑|代办|取件|预约")


class ValidateErrand(HallAction):
    """Take from each message whatever it says about the errand."""

    action_name = "validate_errand_form"
    keeps_pending = True

    def act(self, turn: Turn) -> list[EventType] | None:
        """Fill slots in any order; corrections win; nothing understood is said so."""
        begins = turn.slot("form_instance") is None
        if turn.is_answered and not begins:
            return None
        if begins and (asked := question_first(turn)):
            return asked
        if not begins and (answered := in_between(turn)) is not None:
            return answered
        if turn.said.intent == "cancel_order" and turn.said.first("order_number"):
            return orders.ask_cancel(turn)  # another order, not the one in the making
        if not begins and tell_part(turn):
            return slots(misunderstood=0)
        filled = turn.hall.errand_taking.fill(turn.slot("requested_slot"), turn.tracker.slots, turn.said)
        if begins:
            said = turn.tracker.slots | filled.changes
            filled.changes = turn.hall.errand_desk.known(turn.session, turn.conversation, said) | filled.changes
            filled.changes.update(form_instance=turn.said.message_id, pending=Pending.NONE)
        elif filled.changes and turn.pending in (Pending.CANCEL_ORDER, Pending.DUPLICATE, Pending.ORDER_ACCESS):
            filled.changes["pending"] = Pending.NONE
        turn.hall.drafts.keep(turn.session, turn.conversation, turn.tracker.slots | filled.changes)
        return apply(turn, filled)


class Ask(HallAction):
    """Ask for one detail of the errand, unless the message already has all the answer it wants."""

    asks = ""
    asks_of_kin = False  # in other words when the errand is for a relative
    tells_item = True  # first what was understood, so that the citizen can object
    keeps_pending = True

    def act(self, turn: Turn) -> list[EventType] | None:
        """Ask, unless the answer to this message wants no question behind it."""
        if turn.slot("quiet") == turn.said.message_id:
            return None
        told = _tell_item(turn) if self.tells_item else []
        return [*told, *(self.ask(turn) or [])]

    def ask(self, turn: Turn) -> list[EventType] | None:
        """The question."""
        whom = turn.slot("for_whom")
        if self.asks_of_kin and whom in KIN:
            turn.say(f"utter_ask_{self.asks}_of_kin", whom=whom)
        else:
            turn.say(f"utter_ask_{self.asks}")
        return None


class AskItem(Ask):
    """Ask what the errand is about."""

    action_name = "action_ask_errand_form_item_code"
    asks = "item_code"
    tells_item = False

    def ask(self, turn: Turn) -> list[EventType] | None:
        """A clarifying question when there are choices."""
        ask_item(turn)
        return None


class AskPlace(Ask):
    """Ask where the runner finds the citizen."""

    action_name = "action_ask_errand_form_pickup_place"
    asks = "pickup_place"


class AskTime(Ask):
    """Ask when the runner shall come; a wish, until a runner has accepted."""

    action_name = "action_ask_errand_form_pickup_time"
    asks = "pickup_time"


class AskPhone(Ask):
    """Ask for the telephone number."""

    action_name = "action_ask_errand_form_contact_phone"
    asks = "contact_phone"
    asks_of_kin = True


class AskName(Ask):
    """Ask for the name."""

    action_name = "action_ask_errand_form_applicant_name"
    asks = "applicant_name"
    asks_of_kin = True


class AskConfirmed(Ask):
    """Read everything back before the order is made; an open order for the same is asked about first."""

    action_name = "action_ask_errand_form_confirmed"
    asks = "confirmed"
    tells_item = False

    def ask(self, turn: Turn) -> list[EventType] | None:
        """Every field, and the kind of help unless it was told before."""
        desk, known = turn.hall.errand_desk, turn.tracker.slots
        double = None if turn.slot("duplicate_meant") else desk.double(turn.session, turn.conversation, known)
        if double:
            turn.say("utter_ask_duplicate", **double)
            return slots(pending=Pending.DUPLICATE)
        told = list(turn.slot("told") or [])
        turn.say("utter_read_back", **desk.read_back(known, told))
        return slots(told=[*told, f"help:{turn.slot('item_code')}"])


def _tell_item(turn: Turn) -> list[EventType]:
    """What was understood, once in each errand, and the kind of help, once for each item."""
    code, told, whom = turn.slot("item_code"), list(turn.slot("told") or []), turn.slot("for_whom")
    item, taken = turn.hall.catalogue.get(code), f"taken:{code}:{turn.slot('form_instance')}"
    if item is None or taken == next((mark for mark in reversed(told) if mark.startswith("taken:")), None):
        return []
    help_words = "" if f"help:{code}" in told else turn.hall.guidance.help_for(item)
    turn.say("utter_item_taken", item=item.title, whom=f"替{whom}" if whom else "", help=help_words)
    return slots(told=[*told, taken, f"help:{code}"])


class PlaceOrder(HallAction):
    """The form is over: make the order, or leave it."""

    action_name = "action_place_order"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Exactly once for this conversation's form, and only after a yes."""
        if turn.slot("confirmed") is not True:
            turn.say("utter_errand_left")
            return self._settled(turn)
        try:
            order, accept_by = turn.hall.errand_desk.place(
                turn.session, turn.tracker.slots, key=f"{turn.key}:{turn.slot('form_instance')}",
                channel=turn.channel, conversation_id=turn.conversation.id,
            )  # fmt: skip
        except InvalidInput as error:  # the time has passed meanwhile: only that is asked again
            turn.say("utter_order_failed", wording=error.wording)
            return [*slots(pickup_time=None, confirmed=None), *go_on_with("errand_form")]
        turn.say("utter_order_placed", number=order.number, accept_by=accept_by)
        task = turn.hall.verifications.waiting_for(turn.session, order)
        if task:
            turn.say_text(f"{turn.hall.verifications.promise(task)}核实以前跑手不来收材料。")
        return [*self._settled(turn), *slots(order_number=order.number)]

    def _settled(self, turn: Turn) -> list[EventType]:
        turn.hall.drafts.forget(turn.session, turn.conversation)
        return [*slots(**EMPTY, applicant_name=speaker_of(turn.tracker.slots)), *offer_next(turn)]


class DropErrand(HallAction):
    """The citizen changes their mind before ordering."""

    action_name = "action_drop_errand"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Forget the errand in the making."""
        turn.hall.drafts.forget(turn.session, turn.conversation)
        turn.say("utter_errand_dropped")
        forgotten = slots(**EMPTY, pickup_place=None, contact_phone=None, applicant_name=None)
        return [*forgotten, *offer_next(turn)]


class OrderStatus(HallAction):
    """Where is my order?"""

    action_name = "action_order_status"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Own orders at once; any other by number and last four digits of its phone."""
        return _really_orders(turn) or answer_part(turn) or orders.tell_status(turn)


class ChangeOrder(HallAction):
    """Change time, place or phone of an order."""

    action_name = "action_change_order"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Apply the details of the message, or ask for them."""
        return _really_orders(turn) or answer_part(turn, only_questions=True) or orders.change(turn)


class CancelOrder(HallAction):
    """Cancel an order; asked back first."""

    action_name = "action_cancel_order"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Which order, and whether it is really meant; an offer that was just made is only declined."""
        if turn.pending in (Pending.ERRAND, Pending.NEXT_REQUEST) and not turn.said.first("order_number"):
            turn.say("utter_no_errand")
            return slots(pending=Pending.NONE, next_requests=None)
        if turn.pending is Pending.CANCEL_ORDER and turn.said.first("order_number") is None:
            return orders.confirm_cancel(turn)  # 确定取消
        if not turn.hall.errand_desk.own(turn.session, turn.conversation):
            if not _NAMES_RUN.search(turn.said.text) and (asked := ending_instead(turn)):
                return asked
            if not _NAMES_ORDER.search(turn.said.text):
                turn.say("utter_what_else")  # 不用了, to nobody's offer
                return None
        return _really_orders(turn) or orders.ask_cancel(turn)


class ReopenOrder(HallAction):
    """A delivered order was not done right."""

    action_name = "action_reopen_order"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Asked back first, since a runner comes again."""
        return orders.ask_reopen(turn)


class Resume(HallAction):
    """接着办: a yes to what was offered, else what was begun elsewhere."""

    action_name = "action_resume"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Inside an errand the next question follows."""
        if turn.tracker.active_loop_name:
            return None
        return YES[turn.pending](turn) if turn.pending in YES else proving.resume(turn)


def _really_orders(turn: Turn) -> list[EventType]:
    """Who has no order cannot ask for it: with a runner wanted and a matter named, this begins an errand."""
    said = turn.said
    if orders.proves(turn):
        return orders.tell_status(turn)
    if not said.wants_runner or not said.asks_something or said.first("order_number") or turn.tracker.active_loop_name:
        return []
    return [] if turn.hall.errand_desk.own(turn.session, turn.conversation) else go_on_with("errand_form")
