"""Reception: the way to a person, repeating, and what was not understood."""

from __future__ import annotations

from rasa_sdk.events import EventType

from actions.errands import OrderStatus
from actions.fallback import Fallback, offer_other_errand, told_referral
from actions.turn import HallAction, Turn, slots


class HandOff(HallAction):
    """The citizen wants a person."""

    action_name = "action_hand_off"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Put the conversation into the desk's queue."""
        turn.hand_off(f"要求人工：{turn.said.text[:60]}")
        return slots(misunderstood=0)


class Repeat(HallAction):
    """Say the last answer again."""

    action_name = "action_repeat"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Everything that was said to the message before this one."""
        said = last_answer(turn)
        for text, buttons in said:
            turn.say_text(text, buttons)
        if not said:
            turn.say("utter_nothing_to_repeat")
        return None


def last_answer(turn: Turn) -> list[tuple[str, list[dict[str, str]]]]:
    """Texts and buttons said between the last two messages of the citizen."""
    said: list[tuple[str, list[dict[str, str]]]] = []
    messages = 0
    for event in reversed(turn.tracker.events):
        if event["event"] == "user":
            messages += 1
            if messages == 2:
                break
        elif event["event"] == "bot" and messages == 1:
            said.insert(0, (event["text"], (event.get("data") or {}).get("buttons") or []))
    return said


class OutOfScope(HallAction):
    """What no hall does: a kind no, with the number that can help; a private errand goes to the staff."""

    action_name = "action_out_of_scope"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Danger to life first; then the right number; then 其他帮办; else a plain no."""
        if told_referral(turn):
            return None
        if turn.tracker.active_loop_name is None and turn.hall.lookup.find(turn.said.request).other_errand:
            return offer_other_errand(turn)
        turn.say("utter_out_of_scope")
        return None


class Inform(HallAction):
    """A phone, name, place or time that nobody asked for: kept for the errand to come."""

    action_name = "action_inform"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Keep what was understood; with an order number, tell its state; else see whether it names an item."""
        if turn.said.first("order_number"):
            return OrderStatus(self.hall).act(turn)
        filled = turn.hall.errand_taking.details_of(turn.said)
        for response, values in filled.says:
            turn.say(response, **values)
        if filled.changes:
            turn.say("utter_nothing_to_confirm")
            return slots(**filled.changes)
        return Fallback(self.hall).act(turn)
