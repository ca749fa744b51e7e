"""When nothing was understood: asked again once, then a person. Every skill may end here."""

from __future__ import annotations

from rasa_sdk.events import EventType

from actions import orders
from actions.turn import HallAction, Pending, Turn, slots
from hotline.errand_items import OTHER_ERRAND


class Fallback(HallAction):
    """Neither the intent nor an item is clear: asked again once, then a person."""

    action_name = "action_fallback"
    keeps_pending = True

    def act(self, turn: Turn) -> list[EventType] | None:
        """An order's number alone asks for its state; there is never a third refusal."""
        if orders.is_asked_for(turn):
            return orders.tell_status(turn)
        failures = (turn.slot("misunderstood") or 0) + 1
        if failures < 2:
            turn.say("utter_misunderstood")
            return slots(misunderstood=failures)
        return turn.hand_off(f"两次没听懂：{turn.said.text[:60]}")


def told_referral(turn: Turn, *, danger_only: bool = False) -> bool:
    """Point to who can help with something that is no item; danger to life comes first, with an alert."""
    referral = turn.hall.lookup.referral(turn.said.text)
    if referral is None or (danger_only and not referral.danger):
        return False
    if referral.danger:
        turn.hall.conversations.hand_off(turn.session, turn.conversation.id, f"紧急：{turn.said.text[:60]}")
        turn.say("utter_danger", number=referral.number)
    else:
        turn.say("utter_out_of_scope_number", number=referral.number, who=referral.who)
    return True


def offer_other_errand(turn: Turn) -> list[EventType]:
    """The team declines nothing: a reasonable errand that is no item can be noted down for the staff."""
    turn.say("utter_reject_other_errand")
    return slots(
        item_code=OTHER_ERRAND, item_choices=None, item_text=turn.said.request, pending=Pending.ERRAND, misunderstood=0
    )
