"""Who comes back another way proves by a code that the number is theirs; where no text can be sent, as before by number and name."""

from __future__ import annotations

import re

from rasa_sdk.events import EventType

from actions.turn import Pending, Turn, slots
from hotline.errand_desk import grouped
from hotline.errors import HotlineError
from hotline.saying import Said

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def whole_phone(said: Said) -> str | None:
    """A valid telephone number in a message."""
    phone = said.first("phone")
    return str(phone["value"]) if phone and not phone.get("extra", {}).get("invalid") else None


def code_in(said: Said) -> str | None:
    """Six digits, also with spaces between them."""
    found = _CODE.search(re.sub(r"(?<=\d)[\s-]+(?=\d)", "", said.text))
    return found[0] if found else None


def may_prove(turn: Turn) -> bool:
    """Whether a code would tell more than is known: no line vouches for a number here, and texts can be sent."""
    return not turn.conversation.contact and turn.hall.text_codes.can_reach("1")


def send_code(turn: Turn, phone: str) -> list[EventType]:
    """Text a code to the number, or say why not."""
    try:
        turn.hall.text_codes.send(turn.session, turn.conversation, phone)
    except HotlineError as error:
        turn.say("utter_order_failed", wording=error.wording)
        return slots(pending=Pending.NONE)
    turn.say("utter_code_sent", phone=grouped(phone))
    return slots(pending=Pending.TEXT_CODE)


def take_code(turn: Turn) -> list[EventType]:
    """The digits that were texted; a wrong one may be tried again, a new number gets a new code."""
    code, phone = code_in(turn.said), whole_phone(turn.said)
    if phone and not code:
        return send_code(turn, phone)
    try:
        is_right = turn.hall.text_codes.check(turn.session, turn.conversation, code or "")
    except HotlineError as error:
        turn.say("utter_order_failed", wording=error.wording)
        return slots(pending=Pending.NONE)
    if not is_right:
        turn.say("utter_code_wrong")
        return slots(pending=Pending.TEXT_CODE)
    return resume(turn)


def resume(turn: Turn) -> list[EventType]:
    """Go on with what was begun elsewhere, tell where the orders stand, or prove first who it is."""
    draft = turn.hall.drafts.found(turn.session, turn.conversation)
    if draft and turn.tracker.active_loop_name is None:
        turn.say("utter_offer_resume", item=turn.hall.errand_desk.what(draft))
        return slots(pending=Pending.RESUME)
    if may_prove(turn):
        turn.say("utter_ask_phone_for_code")
        return slots(pending=Pending.TEXT_CODE)
    unproven = turn.hall.errand_desk.has_unproven(turn.session, turn.conversation)
    turn.say("utter_ask_order_proof" if unproven else "utter_nothing_begun")
    return slots(pending=Pending.ORDER_ACCESS if unproven else Pending.NONE)
