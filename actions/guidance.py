"""Guidance: which item, where, with which papers."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.events import EventType

from actions.fallback import Fallback, offer_other_errand, told_referral
from actions.orders import is_asked_for, tell_status
from actions.turn import HallAction, Pending, Turn, apply, go_on_with, slots
from hotline.catalogue.acts import is_ending
from hotline.catalogue.catalogue import Item
from hotline.catalogue.results import LookupResult
from hotline.catalogue.typical_questions import LIKE, SURELY_LIKE, is_question
from hotline.corrections import instead
from hotline.errand_items import OTHER_ERRAND, waiting_request
from hotline.errands import is_it_free
from hotline.facets import Facet, facet_of
from hotline.vocabulary import Decision

ELSEWHERE = {"handoff", "complain", "rate", "cancel_order"}  # what they ask for is no part of a notice
LIKELY = 0.5  # probability from which the place of an item is told, though its kind is not clear yet
WANTS_ERRAND = [{"title": "要，喊跑手帮我办", "payload": "/affirm"}, {"title": "先不用", "payload": "/deny"}]
HOURS = re.compile("几点|上班|下班|开门|关门|开不开|营业|周末|星期|礼拜|中午|节假日|好久开|办公")
WHERE = re.compile("哪|窗口|地方|地址|位置|咋个走|怎么走|[楼层]|专区")


class FindItem(HallAction):
    """Look up the item in the citizen's words."""

    action_name = "action_find_item"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Set the item, or the choices between which to ask."""
        if turn.pending in (Pending.ORDER_ACCESS, Pending.TEXT_CODE) and is_asked_for(turn):
            return [*tell_status(turn), *go_on_with("action_listen")]
        if turn.said.wants_runner:  # who tells where to ring and when to come orders, however it is put
            return go_on_with("errand_form")
        wanted = instead(turn.said.request)
        result = turn.hall.lookup.find(wanted or turn.said.request, context=None if wanted else turn.slot("item_code"))
        codes = [candidate.code for candidate in result.candidates]
        if result.decision is Decision.COMMIT and surely_asked(turn, codes[0]):
            return slots(lookup_decision="commit", item_choices=None, misunderstood=0, pending=Pending.NONE)
        found = _found(turn, result)
        if result.decision is Decision.COMMIT:
            return slots(lookup_decision="commit", item_code=codes[0], item_choices=None, **found)
        if result.decision is Decision.CLARIFY:
            return slots(lookup_decision="clarify", item_code=None, item_choices=result.choices, **found)
        found["misunderstood"] = turn.slot("misunderstood")
        choices = [OTHER_ERRAND] if result.other_errand else None
        return slots(lookup_decision="reject", item_code=None, item_choices=choices, **found)


def _found(turn: Turn, result: LookupResult) -> dict[str, Any]:
    """The slots that change whatever was found: the words for it, and what else was asked for."""
    is_same = result.decision is Decision.COMMIT and result.candidates[0].code == turn.slot("item_code")
    words = (turn.slot("item_text") if is_same else None) or turn.said.text  # 要好多钱 asks on, and names nothing
    found_more = [waiting_request(more.heard, more, asked=True) for more in result.further]
    return {"item_text": words, "pending": Pending.NONE, "misunderstood": 0, "next_requests": found_more or None}


def ending_instead(turn: Turn) -> list[EventType]:
    """「烟证也不要了」 sounds like a cancellation; who has no order means the item that ends the matter. Else nothing."""
    result = turn.hall.lookup.find(turn.said.request)
    item = result.candidates[0].item
    if result.decision is not Decision.COMMIT or not is_ending(item):
        return []
    return [*slots(item_code=item.code, item_choices=None, **_found(turn, result)), *go_on_with("action_answer_item")]


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
        if turn.tracker.active_loop_name == "errand_form" and not chosen:
            item = self._asked_about(turn, item) or item
        notice = self._everything(turn, item) if chosen else self._asked(turn, item)
        if turn.tracker.active_loop_name == "errand_form":  # a question in between changes nothing
            turn.say("utter_item_notice", notice=notice)
            return None
        only_sounded = turn.said.intent in ("request_errand", "cancel_order")
        listens = go_on_with("action_listen") if only_sounded and not chosen else []
        return [*offer_runner(turn, item, notice), *listens]  # no rule goes on after what only sounded like that

    def _everything(self, turn: Turn, item: Item) -> str:
        """A pressed button asks for everything."""
        guidance, is_short = turn.hall.guidance, turn.channel == "sms"
        return guidance.answer(item, "", turn.place, is_short=is_short) + turn.verify(item)

    def _asked(self, turn: Turn, item: Item) -> str:
        """What was asked; who names the item in the same breath gets the notice, too, after the answer."""
        guidance, text, is_short = turn.hall.guidance, turn.said.text, turn.channel == "sms"
        question = turn.hall.typical_questions.asked(item, text)
        told = guidance.answer(item, text, turn.place, is_short=is_short, question=question)
        if question and turn.slot("item_text") == text and facet_of(text) is None:
            told += guidance.answer(item, "", turn.place, is_short=is_short)
        return told + turn.verify(item, question)

    def _asked_about(self, turn: Turn, own: Item) -> Item | None:
        """Another item that is clearly named in the question; the errand keeps its own."""
        result = turn.hall.lookup.find(turn.said.request)
        if result.decision is not Decision.COMMIT or surely_asked(turn, result.candidates[0].code):
            return None
        return result.candidates[0].item


def surely_asked(turn: Turn, code: str) -> bool:
    """Whether the words, though the lookup takes them for the item of this code, surely ask about the one talked about."""
    item = turn.hall.catalogue.get(turn.slot("item_code"))
    if item is None or item.code == code:
        return False
    return turn.hall.typical_questions.asked(item, turn.said.text, SURELY_LIKE) is not None


def part_of(turn: Turn, *, only_questions: bool = False) -> str:
    """What is asked about the item talked about, whatever the model made of it, or empty.

    A typical question, who may act, or, unless `only_questions`, another part of the notice. What sounded like a change
    of an order (补了新的，旧的又找到了还用得不) is only taken for a question that is surely asked.
    """
    item, said = turn.hall.catalogue.get(turn.slot("item_code")), turn.said
    if item is None or said.details or said.intent in ELSEWHERE or is_it_free(said.text):
        return ""
    changes = said.intent == "change_order"
    like, facet = (SURELY_LIKE, None) if changes else (LIKE, facet_of(said.text))
    question = None if said.wants_runner else turn.hall.typical_questions.asked(item, said.text, like)
    if not question and (facet is None or (only_questions and facet is not Facet.WHO)):
        return ""
    return turn.hall.guidance.answer(item, said.text, turn.place, question=question) + turn.verify(item, question)


def question_first(turn: Turn) -> list[EventType]:
    """「我替我妈办得不」 sounds like an order, but is a question: it is answered before an errand begins. Else nothing."""
    said, is_who = turn.said, facet_of(turn.said.text) is Facet.WHO
    if said.wants_runner or said.details or not (is_who or is_question(said.text)):
        return []
    result = turn.hall.lookup.find(said.request, context=turn.slot("item_code"))
    if result.decision is not Decision.COMMIT:
        return []
    own = turn.hall.catalogue.get(turn.slot("item_code"))
    found = result.candidates[0].item
    item = own if own and surely_asked(turn, found.code) else found
    if not is_who and not turn.hall.typical_questions.asked(item, said.text):
        return []
    words = turn.slot("item_text") if item is own else said.text
    return [*slots(item_code=item.code, item_text=words, item_choices=None, requested_slot=None), *go_on_with("action_answer_item")]


def tell_part(turn: Turn) -> bool:
    """In mid-form: tell the one part that is asked for; whether there was one."""
    part = part_of(turn)
    if part:
        turn.say("utter_item_notice", notice=part)
    return bool(part)


def answer_part(turn: Turn, *, only_questions: bool = False) -> list[EventType]:
    """Outside an errand: the part that is asked for, with the offer to run it; nothing if none is, or an order is meant."""
    if turn.hall.errand_desk.own(turn.session, turn.conversation):
        return []
    item, part = turn.hall.catalogue.get(turn.slot("item_code")), part_of(turn, only_questions=only_questions)
    return offer_runner(turn, item, part) if item and part else []


def offer_runner(turn: Turn, item: Item, notice: str) -> list[EventType]:
    """What was asked for, the offer to run the errand, and what else was kept for afterwards."""
    turn.say_text(f"{notice}要不要喊跑手帮您跑一趟？不要钱。", WANTS_ERRAND)
    for request in turn.slot("next_requests") or []:
        if request.get("code") != item.code:
            turn.say("utter_next_kept", request=request["title"])
    return slots(item_code=item.code, item_choices=None, pending=Pending.ERRAND, misunderstood=0)


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
        """The item's window if an item is talked about, and the hall's address and hours; 哪个去办 asks for something else."""
        if not turn.tracker.active_loop_name and (part := answer_part(turn, only_questions=True)):
            return part
        result = turn.hall.lookup.find(turn.said.request, context=turn.slot("item_code"))
        named = result.decision is Decision.COMMIT or (result.decision is Decision.CLARIFY and result.candidates[0].score >= LIKELY)
        code = result.candidates[0].code if named else turn.slot("item_code")
        only_hours = HOURS.search(turn.said.text) and not WHERE.search(turn.said.text)
        item = None if only_hours else turn.hall.catalogue.get(code)
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
        if turn.slot("requested_slot") is None:
            return None  # the words that led to the question do not answer it
        filled = turn.hall.errand_taking.choose(turn.slot("requested_slot"), turn.tracker.slots, turn.said)
        return apply(turn, filled)
