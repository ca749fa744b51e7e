"""Which item an errand is about: found, chosen, changed in mid-form, and further ones kept for afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotline.catalogue.lookup import Lookup
from hotline.catalogue.questions import NONE_OF_THESE
from hotline.catalogue.results import LookupResult
from hotline.corrections import adds, instead
from hotline.saying import Filled, Said, pick
from hotline.vocabulary import Decision

SHORTEST = 5  # characters of a clause that may name an item by itself
OTHER_ERRAND = "other"  # the item code of an errand that is no catalogue item


class ItemTaking:
    """Understands what a message says about the item of an errand."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup

    def take(self, requested: str | None, slots: dict[str, Any], said: Said, filled: Filled) -> None:
        code = slots.get("item_code")
        chosen = next((d["value"] for d in said.details if d["entity"] == "code"), None)
        if said.intent == "choose_item" and chosen:
            self._choose(chosen, filled)
        elif code is None:
            self._find(requested, slots, said, filled)
        elif requested is None and said.intent != "affirm" and said.asks_something:
            self._begin_with_other(code, slots, said, filled)
        elif requested == "confirmed" and not filled.changes and said.intent in ("request_errand", "ask_item_info", "change_order", "deny"):
            result = self.lookup.find(said.request)
            if result.decision is Decision.COMMIT and result.candidates[0].code != code:
                self._choose(result.candidates[0].code, filled)

    def _begin_with_other(self, code: str, slots: dict[str, Any], said: Said, filled: Filled) -> None:
        """An errand begins while another item was talked about: what is clearly named now counts."""
        result = self.lookup.find(said.request)
        if result.decision is Decision.COMMIT and result.candidates[0].code != code:
            self._take_result(None, result, said, filled, [])
        for further in result.further:
            self._wait(waiting_request(further.heard, further), slots | filled.changes, filled)

    def _choose(self, code: str, filled: Filled) -> None:
        if code == NONE_OF_THESE:
            filled.changes.update(item_code=None, item_choices=None, item_text=None)
            filled.say("utter_which_item")
        else:
            filled.changes.update(item_code=code, item_choices=None)

    def _find(self, requested: str | None, slots: dict[str, Any], said: Said, filled: Filled) -> None:
        choices = slots.get("item_choices") or []
        offered = [choice for choice in choices if self.lookup.bundles.get(choice) is None]  # no life event's key
        code = pick(said.text, offered) if choices else None
        if choices == [OTHER_ERRAND]:
            if said.intent == "affirm":
                code = OTHER_ERRAND
            elif said.intent == "deny":
                code = NONE_OF_THESE
        if choices and code is None and said.intent == "deny":
            code = NONE_OF_THESE
        if code:
            self._choose(code, filled)
            return
        if not choices and said.only_calls:
            return
        is_told = said.asks_something and (requested == "item_code" or said.wants_runner)
        if said.intent in ("affirm", "inform", "greet") and not is_told:
            return
        if said.details and not said.wants_runner and (choices or said.intent in ("deny", "change_order")):
            return  # another detail is told or corrected, no item named
        is_wanted = said.intent == "request_errand"
        words = instead(said.request) or said.request
        result = self.lookup.narrow(slots.get("item_text") or "", words, choices, is_wanted=is_wanted)
        if is_wanted and not choices and result.decision is Decision.REJECT:
            result = self._in_a_clause(words) or result
        for further in result.further:
            self._wait(waiting_request(further.heard, further), slots | filled.changes, filled)
        self._take_result(requested, result, said, filled, choices)

    def _in_a_clause(self, words: str) -> LookupResult | None:
        """What is named in one clause, where all the others tell of who is where, and why he cannot leave."""
        clauses = [clause for clause in words.split("，") if len(clause) >= SHORTEST]
        found = self.lookup.find_all(clauses) if len(clauses) > 1 else ()
        return next((result for result in found if result.decision is not Decision.REJECT), None)

    def _take_result(
        self, requested: str | None, result: LookupResult, said: Said, filled: Filled, choices: Sequence[str]
    ) -> None:
        if result.decision is Decision.COMMIT:
            self._choose(result.candidates[0].code, filled)
            filled.changes["item_text"] = said.request
        elif result.decision is Decision.CLARIFY:
            filled.changes.update(item_choices=result.choices, item_text=said.request)
        elif result.other_errand:
            filled.changes.update(item_choices=[OTHER_ERRAND], item_text=said.request)
        elif requested == "item_code" and not choices:
            filled.say("utter_reject_item")

    def other(self, slots: dict[str, Any], said: Said, filled: Filled) -> bool:
        """In mid-form another item is named: instead of the first, or to be done after it."""
        code = slots.get("item_code")
        if code is None or not said.asks_something or said.intent in ("choose_item", "handoff", "complain", "rate", "order_status"):
            return False
        if adds(said.text) and said.intent in ("request_errand", "ask_item_info", "inform"):
            return self._keep_for_later(code, slots, said, filled)
        new = instead(said.request)
        if new is None and not (said.intent == "request_errand" and not said.details):
            return False
        result = self.lookup.find(new or said.request)
        if result.decision is not Decision.COMMIT or result.candidates[0].code == code:
            return False
        self._choose(result.candidates[0].code, filled)
        filled.changes.update(item_text=new or said.request, confirmed=None, misunderstood=0)
        return True

    def _keep_for_later(self, code: str, slots: dict[str, Any], said: Said, filled: Filled) -> bool:
        result = self.lookup.find(said.request)
        is_question = said.intent == "ask_item_info"  # 还要带啥子
        if result.decision is Decision.REJECT or (is_question and result.decision is not Decision.COMMIT):
            return False
        if code in [candidate.code for candidate in result.candidates]:
            return False
        self._wait(waiting_request(said.request, result), slots, filled)
        return True

    def _wait(self, request: dict[str, Any], slots: dict[str, Any], filled: Filled) -> None:
        """A further request is told to be kept, once."""
        waiting = list(slots.get("next_requests") or [])
        if request["title"] not in [known["title"] for known in waiting]:
            filled.changes.update(next_requests=[*waiting, request])
            filled.say("utter_next_kept", request=request["title"])
        filled.changes["misunderstood"] = 0


def waiting_request(text: str, result: LookupResult, *, asked: bool = False) -> dict[str, Any]:
    """A further thing that was wanted, or only asked about, kept until the first is settled."""
    sure = result.decision is Decision.COMMIT
    return {
        "text": text,
        "title": result.candidates[0].item.title if sure else text,
        "code": result.candidates[0].code if sure else None,
        "choices": None if sure else result.choices,
        "asked": asked,
    }
