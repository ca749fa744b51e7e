"""Follow-up: ratings (好差评) and complaints."""

from __future__ import annotations

import re

from rasa_sdk.events import EventType

from actions.fallback import told_referral
from actions.turn import HallAction, Turn, slots
from hotline.clock import spoken_time
from hotline.follow_up import RATINGS, stars_of


class Rate(HallAction):
    """The citizen rates the service, if they want to."""

    action_name = "action_rate"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Keep the grade; a bad one also opens a complaint."""
        given = next((d["value"] for d in turn.said.details if d["entity"] == "stars"), None)
        stars = int(str(given)) if re.fullmatch("[1-5]", str(given)) else stars_of(turn.said.text)
        if stars is None:
            turn.say("utter_ask_rating")
            return None
        turn.hall.errand_desk.rate(turn.session, turn.conversation, stars=stars, text=turn.said.text, key=turn.key)
        turn.say("utter_rated" if stars > 2 else "utter_rated_badly", rating=RATINGS[stars])
        return None


class Complain(HallAction):
    """The citizen complains: kept word by word, and a person sees to it."""

    action_name = "action_complain"

    def act(self, turn: Turn) -> list[EventType] | None:
        """Keep the complaint and put the conversation into the desk's queue."""
        if not told_referral(turn, danger_only=True):
            due = turn.hall.errand_desk.complain(turn.session, turn.conversation, text=turn.said.text, key=turn.key)
            turn.say("utter_complaint_kept", queue="", due=spoken_time(due, turn.hall.clock()))
        return slots(quiet=turn.said.message_id)
