"""Taking an errand: what a citizen's message adds to the order in the making.

Works on plain values, so that it can be tested without the dialogue engine. The engine's form asks
for what is missing; `ErrandTaking.fill` says what a message changes and what has to be said about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.catalogue.lookup import Lookup
from hotline.catalogue.questions import NONE_OF_THESE
from hotline.catalogue.results import LookupResult
from hotline.clock import Clock, spoken_time
from hotline.divisions import Divisions
from hotline.errors import InvalidInput
from hotline.names import answered_name, is_surely_a_name
from hotline.orders import check_phone
from hotline.vocabulary import Decision

OTHER_ERRAND = "other"  # the item code of an errand that is no catalogue item
LONGEST_PLACE = 200  # characters of free words about a place that an order keeps
LONGEST_NAME = 64  # characters of a name or company that an order keeps

INTERRUPTIONS = {
    "handoff", "ask_zone_window", "order_status", "complain", "rate", "repeat", "greet", "goodbye",
    "thanks", "cancel_order", "out_of_scope",
}  # fmt: skip
_MASKED = {"phone", "place", "time", "name", "order_number"}
_LEFTOVERS = re.compile(r"(?:我?(?:的)?(?:电话|手机|号码|姓|叫|名字)(?:是|号)?|我是|来?我?在|的)?[，,。\s]*[，,][，,。\s]*")
_ORDINALS = {"一": 0, "1": 0, "二": 1, "2": 1, "两": 1, "三": 2, "3": 2}
_GONE = re.compile("昨[天日儿晚]|大?前[天日儿]|上+个?(?:周|星期|礼拜|月)|去年")  # days that are over


@dataclass(frozen=True)
class Said:
    """One message of a citizen as the engine understood it."""

    text: str
    intent: str
    details: list[dict[str, Any]] = field(default_factory=list)  # entity, value, text, extra
    message_id: str = ""

    @property
    def request(self) -> str:
        """The words without phone, place, time, name and number: what is wanted, not who and when."""
        text = self.text
        for detail in sorted(self.details, key=lambda d: -(d.get("start") or 0)):
            if detail["entity"] in _MASKED and detail.get("end"):
                text = text[: detail["start"]] + "，" + text[detail["end"] :]
        text = re.sub("[，。]{2,}", "，", _LEFTOVERS.sub("，", text)).strip("，。,. ")
        return text if len(text) >= 2 else self.text

    def first(self, kind: str) -> dict[str, Any] | None:
        """The last detail of a kind: a correction comes after what it corrects."""
        return next((d for d in reversed(self.details) if d["entity"] == kind), None)


@dataclass
class Filled:
    """What a message changed, and what has to be said about it: (response, values)."""

    changes: dict[str, Any] = field(default_factory=dict)
    says: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def say(self, response: str, **values: Any) -> None:
        """Add something to be said."""
        self.says.append((response, values))


def pick(text: str, choices: list[str]) -> str | None:
    """The choice that 「第二个」, 「2」 or 「头一个」 means, or None."""
    plain = re.sub(r"[\s，。！,.!嘛噻哈的]", "", text)
    if re.fullmatch(r"(头一个|头一样|上头那个|上面那个)", plain):
        index = 0
    elif re.fullmatch(r"(最后一个|最后那个|下头那个|末尾那个)", plain):
        index = len(choices) - 1
    else:
        found = re.fullmatch(r"(?:选|按|我选|就|就是)?第?([一二三两123])(?:个|样|种|条|项|号)?", plain)
        if not found:
            return None
        index = _ORDINALS[found[1]]
    return choices[index] if index < len(choices) else None


class ErrandTaking:
    """Understands what a message adds to an errand."""

    def __init__(self, lookup: Lookup, divisions: Divisions, clock: Clock) -> None:
        self.lookup = lookup
        self.divisions = divisions
        self.clock = clock

    def fill(self, requested: str | None, slots: dict[str, Any], said: Said) -> Filled:
        """What a message changes while an errand is taken; nothing at all means: let a rule answer."""
        filled = Filled()
        if self._interrupts(requested, slots, said):
            return filled
        self._details(said, filled)
        self._item(requested, slots, said, filled)
        if requested and requested not in filled.changes:
            self._requested(requested, slots, said, filled)
        if filled.changes and "confirmed" not in filled.changes and slots.get("confirmed") is not None:
            filled.changes["confirmed"] = None
        if requested and not filled.changes and not filled.says:
            return self._not_understood(slots)
        if filled.changes and not filled.says:
            filled.changes["misunderstood"] = 0
        return filled

    def details_of(self, said: Said) -> Filled:
        """Only the phone, name, place and time in a message."""
        filled = Filled()
        self._details(said, filled)
        return filled

    def choose(self, requested: str | None, slots: dict[str, Any], said: Said) -> Filled:
        """What a message says about which item is meant, while nothing else is asked."""
        filled = Filled()
        if requested and said.intent in INTERRUPTIONS | {"deny"}:
            return filled
        self._item("item_code", slots, said, filled)
        return filled if filled.changes or filled.says else self._not_understood(slots)

    def _interrupts(self, requested: str | None, slots: dict[str, Any], said: Said) -> bool:
        if requested is None:
            return False
        if said.intent == "handoff":
            return True
        kinds = {"contact_phone": "phone", "pickup_time": "time", "pickup_place": "place", "applicant_name": "name"}
        if said.first(kinds.get(requested, "")) or (
            requested == "applicant_name" and is_surely_a_name(said.text)
        ):
            return False
        if said.intent == "ask_item_info":
            return slots.get("item_code") is not None
        return said.intent in INTERRUPTIONS

    def _details(self, said: Said, filled: Filled) -> None:
        for kind, take in self._takers().items():
            detail = said.first(kind)
            if detail:
                take(detail, filled)

    def _takers(self) -> dict[str, Callable[[dict[str, Any], Filled], None]]:
        return {"phone": self._phone, "time": self._time, "place": self._place, "name": _name, "company": _name}

    def _phone(self, detail: dict[str, Any], filled: Filled) -> None:
        try:
            filled.changes["contact_phone"] = check_phone(detail["value"])
        except InvalidInput as error:
            filled.changes["contact_phone"] = None
            filled.say("utter_phone_invalid", wording=error.wording)

    def _time(self, detail: dict[str, Any], filled: Filled) -> None:
        start = datetime.fromisoformat(detail["value"])
        end = datetime.fromisoformat(detail.get("extra", {}).get("end") or detail["value"])
        now = self.clock()
        if max(start, end) <= now or detail.get("extra", {}).get("past"):
            filled.changes["pickup_time"] = None
            filled.say("utter_time_past", time=detail.get("text") or spoken_time(start, now))
            return
        filled.changes["pickup_time"] = {
            "from": start.isoformat(), "to": max(start, end).isoformat(), "text": spoken_time(start, now)
        }  # fmt: skip

    def _place(self, detail: dict[str, Any], filled: Filled) -> None:
        code = detail["value"] or ""
        extra = detail.get("extra", {})
        name, door = self.divisions.full_name(code), (extra.get("door") or "")[:LONGEST_PLACE]
        town = self.divisions.get(code[:9])
        filled.changes["pickup_place"] = {
            "code": code,
            "township": town.name if town else "",
            "text": (name + door) if name else detail.get("text", "")[:LONGEST_PLACE],
            "door": door,
        }

    def _item(self, requested: str | None, slots: dict[str, Any], said: Said, filled: Filled) -> None:
        code = slots.get("item_code")
        chosen = next((d["value"] for d in said.details if d["entity"] == "code"), None)
        if said.intent == "choose_item" and chosen:
            self._choose(chosen, filled)
        elif code is None:
            self._find(requested, slots, said, filled)
        elif requested == "confirmed" and not filled.changes and said.intent in ("request_errand", "ask_item_info", "change_order", "deny"):
            result = self.lookup.find(said.request)
            if result.decision is Decision.COMMIT and result.candidates[0].code != code:
                self._choose(result.candidates[0].code, filled)

    def _choose(self, code: str, filled: Filled) -> None:
        if code == NONE_OF_THESE:
            filled.changes.update(item_code=None, item_choices=None, item_text=None)
            filled.say("utter_which_item")
        else:
            filled.changes.update(item_code=code, item_choices=None)

    def _find(self, requested: str | None, slots: dict[str, Any], said: Said, filled: Filled) -> None:
        choices = slots.get("item_choices") or []
        code = pick(said.text, choices) if choices else None
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
        if said.intent in ("affirm", "inform", "greet") and requested != "item_code":
            return
        result = self.lookup.narrow(slots.get("item_text") or "", said.request, choices)
        self._take_result(requested, result, said, filled)

    def _take_result(self, requested: str | None, result: LookupResult, said: Said, filled: Filled) -> None:
        if result.decision is Decision.COMMIT:
            self._choose(result.candidates[0].code, filled)
            filled.changes["item_text"] = said.request
        elif result.decision is Decision.CLARIFY:
            codes = [candidate.code for candidate in result.candidates]
            filled.changes.update(item_choices=codes, item_text=said.request)
        elif result.other_errand:
            filled.changes.update(item_choices=[OTHER_ERRAND], item_text=said.request)
        elif requested == "item_code":
            filled.changes["item_choices"] = None
            filled.say("utter_reject_item")

    def _requested(self, requested: str, slots: dict[str, Any], said: Said, filled: Filled) -> None:
        if requested == "applicant_name":
            name = answered_name(said.text)
            if name and (is_surely_a_name(said.text) or said.intent not in ("affirm", "deny")):
                filled.changes["applicant_name"] = name
        elif requested == "pickup_place" and not filled.changes and said.intent not in ("affirm", "deny"):
            self._free_place(slots, said, filled)
        elif requested == "pickup_time" and (gone := _GONE.search(said.text)):
            filled.changes["pickup_time"] = None
            filled.say("utter_time_past", time=gone[0])
        elif requested == "confirmed" and not filled.changes:
            if said.intent == "affirm":
                filled.changes["confirmed"] = True
            elif said.intent in ("deny", "change_order"):
                filled.changes["confirmed"] = None
                filled.say("utter_ask_correction")

    def _free_place(self, slots: dict[str, Any], said: Said, filled: Filled) -> None:
        """Free words where a place was asked: the door in a known town, else kept after a second try."""
        if (slots.get("misunderstood") or 0) >= 1:
            filled.changes["pickup_place"] = {"code": "", "township": "", "text": said.text[:LONGEST_PLACE], "door": ""}
            return
        filled.changes["misunderstood"] = 1
        filled.say("utter_place_outside")

    def _not_understood(self, slots: dict[str, Any]) -> Filled:
        filled = Filled()
        failures = (slots.get("misunderstood") or 0) + 1
        filled.changes["misunderstood"] = failures
        if failures < 2:
            filled.say("utter_misunderstood")
        return filled


def _name(detail: dict[str, Any], filled: Filled) -> None:
    filled.changes["applicant_name"] = detail["value"][:LONGEST_NAME]
