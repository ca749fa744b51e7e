"""Errands: taking an order, its progress, change and cancellation."""

from __future__ import annotations

from rasa_sdk.events import EventType

from actions.guidance import ask_item
from actions.turn import HallAction, Turn, apply, slots
from hotline.errors import HotlineError

EMPTY = {
    "item_code": None, "item_choices": None, "item_text": None, "pickup_time": None, "confirmed": None,
    "form_instance": None, "misunderstood": 0, "pending": "none",
}  # fmt: skip


class ValidateErrand(HallAction):
    """Take from each message whatever it says about the errand."""

    action_name = "validate_errand_form"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Fill slots in any order; corrections win; nothing understood is said so."""
        filled = turn.hall.errand_taking.fill(turn.slot("requested_slot"), turn.tracker.slots, turn.said)
        if turn.slot("form_instance") is None:
            filled.changes.update(form_instance=turn.said.message_id, pending="none")
        return apply(turn, filled)


class AskItem(HallAction):
    """Ask what the errand is about."""

    action_name = "action_ask_errand_form_item_code"

    def act(self, turn: Turn) -> list[EventType] | None:
        """A clarifying question when there are choices."""
        ask_item(turn)
        return None


class AskPlace(HallAction):
    """Ask where the runner finds the citizen."""

    action_name = "action_ask_errand_form_pickup_place"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Say first what was understood, so that the citizen can object."""
        item = turn.hall.catalogue.get(turn.slot("item_code"))
        if item and turn.slot("requested_slot") != "pickup_place":
            turn.say("utter_item_notice", notice=f"好，给您记“{item.title}”。{turn.hall.guidance.help_for(item)}")
        turn.say("utter_ask_place")
        return None


class AskTime(HallAction):
    """Ask when the runner shall come."""

    action_name = "action_ask_errand_form_pickup_time"

    def act(self, turn: Turn) -> list[EventType] | None:
        """A wish, until a runner has accepted."""
        turn.say("utter_ask_time")
        return None


class AskConfirmed(HallAction):
    """Read everything back before the order is made."""

    action_name = "action_ask_errand_form_confirmed"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Every field, the kind of help, and an open order for the same item."""
        if turn.said.intent == "deny" and turn.slot("misunderstood") == 0 and not turn.said.details:
            return None  # utter_ask_correction was just said
        turn.say("utter_read_back", read_back=turn.hall.errand_desk.read_back(turn.session, turn.tracker.slots))
        return None


class PlaceOrder(HallAction):
    """Make the order."""

    action_name = "action_place_order"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Exactly once for this conversation's form."""
        try:
            order, accept_by = turn.hall.errand_desk.place(
                turn.session, turn.tracker.slots, key=f"{turn.key}:{turn.slot('form_instance')}",
                channel=turn.channel, conversation_id=turn.conversation.id,
            )  # fmt: skip
        except HotlineError as error:
            turn.say("utter_order_failed", wording=error.wording)
            return slots(**EMPTY)
        turn.say("utter_order_placed", number=order.number, accept_by=accept_by)
        task = turn.hall.verifications.waiting_for(turn.session, order)
        if task:
            turn.say_text(f"{turn.hall.verifications.promise(task)}核实以前跑手不来收材料。")
        return slots(**EMPTY, order_number=order.number)


class DropErrand(HallAction):
    """The citizen changes their mind before ordering."""

    action_name = "action_drop_errand"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Forget the errand in the making."""
        turn.say("utter_errand_dropped")
        return slots(**EMPTY, pickup_place=None, contact_phone=None, applicant_name=None)


class OrderStatus(HallAction):
    """Where is my order?"""

    action_name = "action_order_status"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Orders of this conversation at once; any other by number and last four digits of its phone."""
        try:
            status = turn.hall.errand_desk.status(turn.session, turn.conversation, turn.said, turn.slot("order_number"))
        except HotlineError as error:
            turn.say("utter_order_failed", wording=error.wording)
            return slots(pending="order_access")
        if status is None:
            turn.say("utter_ask_order_access")
            said = turn.said.first("order_number")
            return slots(pending="order_access", **({"order_number": said["value"]} if said else {}))
        turn.say("utter_order_status", status=status)
        return slots(pending="none")


class ChangeOrder(HallAction):
    """Change time, place or phone of an order."""

    action_name = "action_change_order"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Apply the details of the message, or ask for them."""
        try:
            number, changes, says = turn.hall.errand_desk.change(turn.session, turn.conversation, turn.said)
        except HotlineError as error:
            turn.say("utter_order_failed", wording=error.wording)
            return slots(pending="none")
        for response, values in says:
            turn.say(response, **values)
        if not changes:
            if not says:
                turn.say("utter_ask_change", number=number)
            return slots(pending="change_order", order_number=number)
        turn.say("utter_order_changed", number=number, changes="，".join(changes))
        return slots(pending="none", order_number=number)


class CancelOrder(HallAction):
    """Cancel an order; asked back first."""

    action_name = "action_cancel_order"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Which order, and whether it is really meant."""
        order = turn.hall.errand_desk.changeable(turn.session, turn.conversation, turn.said)
        if order is None:
            turn.say("utter_no_order")
            return slots(pending="order_access")
        turn.say("utter_ask_cancel", number=order.number, item=order.item_name)
        return slots(pending="cancel_order", order_number=order.number)


class ConfirmCancel(HallAction):
    """The citizen really wants to cancel."""

    action_name = "action_confirm_cancel"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Cancel it, unless the papers are already on their way."""
        try:
            turn.hall.errand_desk.cancel(turn.session, turn.conversation, turn.slot("order_number"))
        except HotlineError as error:
            turn.say("utter_order_failed", wording=error.wording)
            return slots(pending="none")
        turn.say("utter_order_cancelled", number=turn.slot("order_number"))
        return slots(pending="none")


class LeaveIt(HallAction):
    """The citizen says no to what was offered: an errand, or cancelling an order."""

    action_name = "action_leave_it"

    def act(self, turn: Turn) -> list[EventType] | None:
        """The offer is over: a later 「好」 must not take it up."""
        turn.say("utter_order_kept" if turn.slot("pending") == "cancel_order" else "utter_no_errand")
        return slots(pending="none")
