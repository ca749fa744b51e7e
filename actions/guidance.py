"""Guidance: which item, where, with which papers."""

from __future__ import annotations

from rasa_sdk.events import EventType

from actions.fallback import Fallback, offer_other_errand, told_referral
from actions.turn import HallAction, Turn, apply, slots
from hotline.errands import OTHER_ERRAND
from hotline.vocabulary import Decision

WANTS_ERRAND = [{"title": "要，喊跑手帮我办", "payload": "/affirm"}, {"title": "先不用", "payload": "/deny"}]


class FindItem(HallAction):
    """Look up the item in the citizen's words."""

    action_name = "action_find_item"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Set the item, or the choices between which to ask."""
        result = turn.hall.lookup.find(turn.said.request, context=turn.slot("item_code"))
        codes = [candidate.code for candidate in result.candidates]
        found = {"item_text": turn.said.text, "pending": "none", "misunderstood": 0}
        if result.decision is Decision.COMMIT:
            return slots(lookup_decision="commit", item_code=codes[0], item_choices=None, **found)
        if result.decision is Decision.CLARIFY:
            return slots(lookup_decision="clarify", item_code=None, item_choices=codes, **found)
        found["misunderstood"] = turn.slot("misunderstood")
        choices = [OTHER_ERRAND] if result.other_errand else None
        return slots(lookup_decision="reject", item_code=None, item_choices=choices, **found)


class AnswerItem(HallAction):
    """Tell what has to be known about the item, and offer to run the errand."""

    action_name = "action_answer_item"

    def act(self, turn: Turn) -> list[EventType] | None:
        """The one-time full notice; inside an errand without the offer."""
        chosen = next((d["value"] for d in turn.said.details if d["entity"] == "code"), None)
        item = turn.hall.catalogue.get(chosen or turn.slot("item_code"))
        if item is None:
            turn.say("utter_which_item")
            return None
        asked = "" if chosen else turn.said.text  # a pressed button asks for everything
        notice = turn.hall.guidance.answer(item, asked, turn.place) + turn.verify(item)
        if turn.tracker.active_loop_name == "errand_form":
            turn.say("utter_item_notice", notice=notice)
            return None
        turn.say_text(f"{notice}要不要喊跑手帮您跑一趟？不要钱。", WANTS_ERRAND)
        return slots(item_code=item.code, item_choices=None, pending="errand")


class RejectItem(HallAction):
    """No item fits."""

    action_name = "action_reject_item"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Point to the right number, offer 其他帮办, or ask for other words."""
        if told_referral(turn):
            return slots(misunderstood=0)
        if turn.slot("item_choices") == [OTHER_ERRAND]:
            return offer_other_errand(turn)
        if turn.said.intent == "nlu_fallback" or (turn.slot("misunderstood") or 0) >= 1:
            return Fallback(self.hall).act(turn)
        turn.say("utter_reject_item")
        return slots(misunderstood=1)


class AnswerPlace(HallAction):
    """Where the hall or the item's window is, and when it is open."""

    action_name = "action_answer_place"

    def act(self, turn: Turn) -> list[EventType] | None:
        """The item's window if an item is talked about, and the hall's address and hours."""
        result = turn.hall.lookup.find(turn.said.request, context=turn.slot("item_code"))
        code = result.candidates[0].code if result.decision is Decision.COMMIT else turn.slot("item_code")
        item = turn.hall.catalogue.get(code)
        where = turn.hall.guidance.where(item, turn.place) + turn.verify(item) if item else ""
        turn.say("utter_item_notice", notice=(f"“{item.title}”" + where if item else "") + turn.hall.guidance.hall_address())
        return slots(item_code=code) if item else None


class AskGuidanceItem(HallAction):
    """Ask what tells the candidates apart."""

    action_name = "action_ask_guidance_form_item_code"

    def act(self, turn: Turn) -> list[EventType] | None:
        """The clarifying question with its buttons."""
        ask_item(turn)
        return None


def ask_item(turn: Turn) -> None:
    """Ask for the item: a clarifying question when there are choices, else an open one."""
    choices = turn.slot("item_choices") or []
    if choices == [OTHER_ERRAND]:
        turn.say("utter_reject_other_errand")
    elif choices:
        question, buttons = turn.hall.lookup.question(choices)
        turn.say_text(question, buttons)
    else:
        turn.say("utter_which_item")


class ValidateGuidance(HallAction):
    """Which of the offered items the citizen means."""

    action_name = "validate_guidance_form"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Take a choice, or look the new words up."""
        filled = turn.hall.errand_taking.choose(turn.slot("requested_slot"), turn.tracker.slots, turn.said)
        return apply(turn, filled)
