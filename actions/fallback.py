"""When nothing was understood: asked again once, then a person. Every skill may end here."""

from __future__ import annotations

from rasa_sdk.events import EventType

from actions.turn import HallAction, Turn, slots


class Fallback(HallAction):
    """Neither the intent nor an item is clear: asked again once, then a person."""

    action_name = "action_fallback"

    def act(self, turn: Turn) -> list[EventType] | None:
        """There is never a third refusal."""
        failures = (turn.slot("misunderstood") or 0) + 1
        if failures < 2:
            turn.say("utter_misunderstood")
            return slots(misunderstood=failures)
        turn.hand_off(f"两次没听懂：{turn.said.text[:60]}")
        return slots(misunderstood=0)
