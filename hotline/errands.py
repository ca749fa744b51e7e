"""Taking an errand: what a citizen's message adds to the order in the making.

Works on plain values, so that it can be tested without the dialogue engine. The engine's form asks
for what is missing; `ErrandTaking.fill` says what a message changes and what has to be said about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hotline.catalogue.lookup import Lookup
from hotline.clock import Clock, local, spoken_time
from hotline.corrections import corrects, for_whom, joined_times
from hotline.divisions import Divisions
from hotline.errand_items import ItemTaking
from hotline.errand_people import LONGEST_NAME, take_names, told_whom
from hotline.errors import InvalidInput
from hotline.names import answered_name, is_surely_a_name
from hotline.orders import check_phone
from hotline.profile import HallProfile
from hotline.saying import Filled, Said

LONGEST_PLACE = 200  # characters of free words about a place that an order keeps
SOONEST = timedelta(hours=2)  # until a runner can be there when any time will do

FIELDS = ("item_code", "pickup_place", "pickup_time", "contact_phone", "applicant_name")  # in the order of asking
INTERRUPTIONS = {
    "handoff", "ask_zone_window", "order_status", "complain", "rate", "repeat", "greet", "goodbye",
    "thanks", "cancel_order", "out_of_scope", "reopen_order", "resume",
}  # fmt: skip
MISTAKABLE = {"order_status", "out_of_scope", "rate", "ask_zone_window", "greet", "thanks"}
_QUESTION = re.compile("[?？吗呢么]|啥|哪|几点|什么|怎么|咋|好多|给我|讲|你是|你们?好")
_IS_IT_FREE = re.compile("(?:真的?|跑腿|跑手|跑一趟|你们|到底|是不是|真).{0,6}(?:不要钱|收不收|要不要钱|收钱|要钱|免费|收费)")
STEERING = {"pause", "go_back", "start_over", "silence"}
_ANY_TIME = re.compile("随便|都可以|都得行|都行|都有空|哪天都|啥子时候都|什么时候都|看你们|你们(?:定|看|安排)|尽快|越快越好|马上|最快|早点来|现在就")
_GONE = re.compile("昨[天日儿晚]|大?前[天日儿]|上+个?(?:周|星期|礼拜|月)|去年")  # days that are over


class ErrandTaking:
    """Understands what a message adds to an errand."""

    def __init__(
        self, lookup: Lookup, divisions: Divisions, clock: Clock, profile: HallProfile | None = None
    ) -> None:
        self.items = ItemTaking(lookup)
        self.profile = profile
        self.divisions = divisions
        self.clock = clock

    def fill(self, requested: str | None, slots: dict[str, Any], said: Said) -> Filled:
        """What a message changes while an errand is taken; nothing at all means: let a rule answer."""
        if requested and said.intent in STEERING:
            return self._steer(requested, slots, said)
        if requested and is_it_free(said.text):
            return Filled({"misunderstood": 0}, [("utter_free", {})])
        filled = Filled()
        if requested and self.items.other(slots, said, filled):
            self._details(requested, said, filled, slots)
            return filled
        if self._interrupts(requested, slots, said):
            return filled
        self._details(requested, said, filled, slots)
        self.items.take(requested, slots, said, filled)
        if requested and requested not in filled.changes:
            self._requested(requested, slots, said, filled)
        if filled.changes and "confirmed" not in filled.changes and slots.get("confirmed") is not None:
            filled.changes["confirmed"] = None
        if requested and not filled.changes and not filled.says:
            return self._not_understood(slots)
        if filled.changes and not filled.says:
            filled.changes["misunderstood"] = 0
        return filled

    def _steer(self, requested: str, slots: dict[str, Any], said: Said) -> Filled:
        """Wait, go back, start over, or no words: the errand stays unless the citizen wants it otherwise."""
        filled = Filled()
        if said.intent == "silence":
            failures = (slots.get("misunderstood") or 0) + 1
            filled.changes["misunderstood"] = failures
            if failures < 2:
                filled.say("utter_silence")
            return filled
        filled.changes["misunderstood"] = 0
        if said.intent == "start_over":
            filled.changes.update(dict.fromkeys((*FIELDS, "item_choices", "item_text", "for_whom", "contact_name", "confirmed")))
        elif said.intent == "go_back":
            before = [name for name in _before(requested) if slots.get(name) is not None]
            filled.changes.update(dict.fromkeys(before[-1:]), confirmed=None)
            if before[-1:] == ["item_code"]:
                filled.changes.update(item_choices=None, item_text=None)
        else:
            filled.changes["quiet"] = said.message_id
        filled.say(f"utter_{said.intent}")
        return filled

    def details_of(self, said: Said) -> Filled:
        """Only the phone, name, place and time in a message."""
        filled = Filled()
        self._details(None, said, filled, {})
        return filled

    def choose(self, requested: str | None, slots: dict[str, Any], said: Said) -> Filled:
        """What a message says about which item is meant, while nothing else is asked."""
        filled = Filled()
        if requested and said.intent in INTERRUPTIONS | {"deny"}:
            return filled
        self.items.take("item_code", slots, said, filled)
        calls_a_runner = requested and said.intent == "request_errand"  # for what is still to be chosen: no choice, but no riddle
        return filled if filled.changes or filled.says or calls_a_runner else self._not_understood(slots)

    def _interrupts(self, requested: str | None, slots: dict[str, Any], said: Said) -> bool:
        if requested is None or (requested == "confirmed" and said.is_surely_yes):
            return False  # what was asked settles the reading
        if said.intent == "handoff" or (said.first("order_number") and said.intent in INTERRUPTIONS | {"change_order"}):
            return True
        kinds = {"contact_phone": "phone", "pickup_time": "time", "pickup_place": "place", "applicant_name": "name"}
        if said.first(kinds.get(requested, "")) or (
            requested == "applicant_name" and is_surely_a_name(said.text)
        ):
            return False
        if requested == "pickup_time" and _GONE.fullmatch(said.text.strip("。，！,.! 的嘛")):
            return False  # 昨天: an answer, though no time to come
        if said.intent == "ask_item_info":
            return slots.get("item_code") is not None
        if said.intent in MISTAKABLE and self._is_answer(requested, said):
            return False
        return said.intent in INTERRUPTIONS

    def _is_answer(self, requested: str, said: Said) -> bool:
        """Whether what sounds like another matter answers the question: a detail, or a place in free words."""
        if any(said.first(kind) for kind in ("phone", "phone_tail", "time", "place", "name")):
            return requested == "confirmed" or said.corrects
        return requested == "pickup_place" and said.intent == "out_of_scope" and not _QUESTION.search(said.text)

    def _details(self, requested: str | None, said: Said, filled: Filled, slots: dict[str, Any]) -> None:
        for kind, take in self._takers().items():
            detail = said.first(kind)
            if detail:
                take(detail, filled)
        if tail := said.first("phone_tail"):
            self._phone_end(requested, slots, tail, filled)
        if (whom := for_whom(said.text)) and not slots.get("for_whom"):
            told_whom(whom, slots, filled)
        take_names(requested, slots, said, filled)
        if filled.changes.get("pickup_time"):
            self._join_time(slots.get("pickup_time"), said, filled)

    def _takers(self) -> dict[str, Callable[[dict[str, Any], Filled], None]]:
        return {"phone": self._phone, "time": self._time, "place": self._place}

    def _phone(self, detail: dict[str, Any], filled: Filled) -> None:
        try:
            filled.changes["contact_phone"] = check_phone(detail["value"])
        except InvalidInput as error:
            filled.changes["contact_phone"] = None
            filled.say("utter_phone_invalid", wording=error.wording)

    def _phone_end(self, requested: str | None, slots: dict[str, Any], tail: dict[str, Any], filled: Filled) -> None:
        """The last digits said again (「最后四位是6018」) are put right in the number that is known."""
        if known := slots.get("contact_phone"):
            filled.changes["contact_phone"] = known[: -len(tail["value"])] + tail["value"]
        elif requested == "contact_phone":
            self._phone(tail, filled)

    def _time(self, detail: dict[str, Any], filled: Filled) -> None:
        start = datetime.fromisoformat(detail["value"])
        end = datetime.fromisoformat(detail.get("extra", {}).get("end") or detail["value"])
        now = self.clock()
        if max(start, end) <= now or detail.get("extra", {}).get("past"):
            filled.changes["pickup_time"] = None
            filled.say("utter_time_past", time=detail.get("text") or spoken_time(start, now))
            return
        filled.changes["pickup_time"] = self._span(start, max(start, end))

    def _span(self, start: datetime, end: datetime) -> dict[str, str]:
        return {"from": start.isoformat(), "to": end.isoformat(), "text": spoken_time(start, self.clock())}

    def _join_time(self, before: dict[str, str] | None, said: Said, filled: Filled) -> None:
        """A correction of the day keeps the hour, and the other way round."""
        detail = said.first("time")
        words = (detail or {}).get("text") or ""
        joined = joined_times(before, filled.changes["pickup_time"], words) if corrects(said.text) else None
        if joined and joined[1] > self.clock():
            filled.changes["pickup_time"] = self._span(*joined)

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

    def _requested(self, requested: str, slots: dict[str, Any], said: Said, filled: Filled) -> None:
        if requested == "applicant_name":
            name = answered_name(said.text)
            if name and (is_surely_a_name(said.text) or said.intent not in ("affirm", "deny")):
                filled.changes["applicant_name"] = name[:LONGEST_NAME]
        elif requested == "pickup_place" and not filled.changes and said.intent not in ("affirm", "deny"):
            self._free_place(slots, said, filled)
        elif requested == "pickup_time" and not filled.changes and _ANY_TIME.search(said.text):
            filled.changes["pickup_time"] = self._soonest()
        elif requested == "pickup_time" and (gone := _GONE.search(said.text)):
            filled.changes["pickup_time"] = None
            filled.say("utter_time_past", time=gone[0])
        elif requested == "confirmed" and not filled.changes:
            if said.is_surely_yes or (said.intent == "affirm" and said.is_clear_yes):
                filled.changes["confirmed"] = True
            elif said.intent in ("deny", "change_order"):
                filled.changes.update(confirmed=None, quiet=said.message_id)  # nothing is read back behind it
                filled.say("utter_ask_correction")

    def _free_place(self, slots: dict[str, Any], said: Said, filled: Filled) -> None:
        """Free words where a place was asked: the door in a known town, else kept after a second try."""
        if not re.search("[\u4e00-\u9fff]", said.text):
            return  # digits alone are no place
        if (slots.get("misunderstood") or 0) >= 1:
            filled.changes["pickup_place"] = {"code": "", "township": "", "text": said.text[:LONGEST_PLACE], "door": ""}
            return
        filled.changes["misunderstood"] = 1
        filled.say("utter_place_outside")

    def _soonest(self) -> dict[str, str]:
        """The next office hours that leave a runner two hours to come."""
        start = self.profile.next_opening(self.clock() + SOONEST) if self.profile else local(self.clock() + SOONEST)
        start = local(start).replace(minute=0, second=0, microsecond=0) + timedelta(hours=bool(local(start).minute))
        return self._span(start, start + timedelta(hours=1))

    def _not_understood(self, slots: dict[str, Any]) -> Filled:
        filled = Filled()
        failures = (slots.get("misunderstood") or 0) + 1
        filled.changes["misunderstood"] = failures
        if failures < 2:
            filled.say("utter_misunderstood")
        return filled


def is_it_free(text: str) -> bool:
    """Whether somebody asks if the runner costs anything; what the window takes is another question."""
    return bool(_IS_IT_FREE.search(text))


def _before(requested: str) -> tuple[str, ...]:
    """The details that are asked for before this one."""
    return FIELDS[: FIELDS.index(requested)] if requested in FIELDS else FIELDS
