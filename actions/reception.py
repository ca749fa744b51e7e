"""Reception: small talk, the way to a person, repeating, pauses, starting over, and what no hall does."""

from __future__ import annotations

from rasa_sdk.events import EventType

from actions import orders
from actions.errands import EMPTY
from actions.fallback import offer_other_errand, told_referral
from actions.guidance import answer_part
from actions.turn import HallAction, Pending, Turn, go_on_with, slots


class SmallTalk(HallAction):
    """A greeting, thanks or goodbye; a question that was open is over, so that a polite word answers nothing."""

    action_name = "action_small_talk"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Inside an errand the next question follows; who comes back is asked whether to go on."""
        if turn.said.intent == "goodbye" and turn.tracker.active_loop_name:
            turn.say("utter_errand_waits")
            return slots(quiet=turn.said.message_id)
        draft = turn.hall.drafts.found(turn.session, turn.conversation) if turn.said.intent == "greet" else None
        if draft and not turn.tracker.active_loop_name:
            turn.say("utter_offer_resume", item=turn.hall.errand_desk.what(draft))
            return slots(pending=Pending.RESUME)
        turn.say(self._response(turn))
        return None

    def _response(self, turn: Turn) -> str:
        if turn.tracker.active_loop_name and turn.said.intent == "greet":
            return "utter_welcome_back"
        return f"utter_{turn.said.intent}" if turn.said.intent in ("greet", "thanks", "goodbye") else "utter_what_else"


class HandOff(HallAction):
    """The citizen wants a person."""

    action_name = "action_hand_off"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Put the conversation into the desk's queue; danger to life is told first."""
        if told_referral(turn, danger_only=True):
            return slots(quiet=turn.said.message_id)
        if turn.pending is Pending.ERRAND and turn.said.wants_runner:  # 喊个人来嘛: the runner that was just offered
            return [*slots(pending=Pending.NONE), *go_on_with("errand_form")]
        return turn.hand_off(f"要求人工：{turn.said.text[:60]}")


class Repeat(HallAction):
    """Say the last answer again."""

    action_name = "action_repeat"
    keeps_pending = True

    def act(self, turn: Turn) -> list[EventType] | None:
        """Everything that was said to the message before this one."""
        said = last_answer(turn)
        for text, buttons in said:
            turn.say_text(text, buttons)
        if not said:
            turn.say("utter_nothing_to_repeat")
        return slots(quiet=turn.said.message_id)


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


class Steer(HallAction):
    """Words that steer the conversation, outside an errand: wait, go back, start over, or no words at all."""

    action_name = "action_steer"
    keeps_pending = True

    def act(self, turn: Turn) -> list[EventType] | None:
        """A pause and silence change nothing; starting over forgets what was begun, never an order."""
        intent = turn.said.intent
        turn.say(f"utter_{intent}")
        if intent in ("start_over", "go_back"):
            return slots(**EMPTY, next_requests=None)
        return None


class OutOfScope(HallAction):
    """What no hall does: a kind no, with the number that can help; a private errand goes to the staff."""

    action_name = "action_out_of_scope"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Danger to life first; then the right number; then 其他帮办; else a plain no. Digits that were asked for are none."""
        if orders.is_asked_for(turn):
            return orders.tell_status(turn)
        if part := answer_part(turn):
            return part
        if told_referral(turn):
            return None
        if turn.tracker.active_loop_name is None and turn.hall.lookup.find(turn.said.request).other_errand:
            return offer_other_errand(turn)
        failures = (turn.slot("misunderstood") or 0) + 1
        if failures >= 2:  # a second no in a row: perhaps we are the ones who do not understand
            return turn.hand_off(f"两次说办不了：{turn.said.text[:60]}")
        turn.say("utter_out_of_scope")
        return slots(misunderstood=failures)
