"""What an action sees of one turn, and the base of all actions."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from hotline.catalogue.catalogue import Item
from hotline.clock import spoken_time
from hotline.errands import Filled, Said
from hotline.hall import Hall
from hotline.store.schema import Conversation
from hotline.vocabulary import ProposalSource


class Turn:
    """One message of a citizen, the slots, and a way to answer."""

    def __init__(self, hall: Hall, session: Session, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.hall = hall
        self.session = session
        self.tracker = tracker
        self._dispatcher = dispatcher
        latest = tracker.latest_message
        self.metadata: dict[str, Any] = latest.get("metadata") or {}
        self.said = Said(
            text=latest.get("text") or "",
            intent=(latest.get("intent") or {}).get("name") or "",
            details=latest.get("entities") or [],
            message_id=self.metadata.get("message_id", ""),
        )

    @property
    def conversation(self) -> Conversation:
        """The hall's record of this conversation."""
        return self.hall.conversations.get(self.session, self.tracker.sender_id)

    @property
    def channel(self) -> str:
        """web, phone, sms."""
        return str(self.metadata.get("channel", "web"))

    @property
    def key(self) -> str:
        """What makes an effect of this message happen once."""
        return f"{self.channel}:{self.tracker.sender_id}:{self.said.message_id}"

    @property
    def place(self) -> str:
        """The code of the citizen's town or village, as just said or as known; else empty."""
        said = self.said.first("place")
        return str((said or {}).get("value") or (self.slot("pickup_place") or {}).get("code", ""))

    def verify(self, item: Item) -> str:
        """Have the lead officer asked, if nobody stands for the item yet: what the citizen is promised, or empty."""
        task = self.hall.verifications.ask(self.session, item, self.conversation.id)
        return self.hall.verifications.promise(task) if task else ""

    def learn(self, code: str | None) -> None:
        """Propose the words that were asked about as an alias, when one of the offered items was chosen."""
        words, item = self.slot("item_text"), self.hall.catalogue.get(code)
        if item and words and code in (self.slot("item_choices") or []):
            details = self._details_of(words)
            self.hall.proposals.keep(self.session, words, item, ProposalSource.CHOICE, details=details)

    def _details_of(self, text: str) -> list[dict[str, Any]]:
        """What the engine found in an earlier message of the citizen."""
        for event in reversed(self.tracker.events):
            if event["event"] == "user" and event.get("text") == text:
                return list((event.get("parse_data") or {}).get("entities") or [])
        return []

    def slot(self, name: str) -> Any:
        """The value of a slot."""
        return self.tracker.get_slot(name)

    def say(self, response: str, **values: Any) -> None:
        """Say a response of the domain."""
        self._dispatcher.utter_message(response=response, **values)

    def say_text(self, text: str, buttons: list[dict[str, str]] | None = None) -> None:
        """Say a text made by the core, with buttons."""
        self._dispatcher.utter_message(text=text, buttons=buttons)

    def hand_off(self, reason: str) -> None:
        """Ask for a person and tell the citizen what happens next."""
        waiting = self.hall.conversations.hand_off(self.session, self.conversation.id, reason)
        place = self.hall.queue.place_of(self.session, waiting)
        if place is None or place.is_open:
            self.say("utter_handed_off", queue=f"，您{self.hall.queue.words(place)}" if place else "")
        else:
            now = self.hall.clock()
            self.say("utter_handed_off_closed", opening=spoken_time(self.hall.profile.next_opening(now), now))


class HallAction(Action):
    """An action that works synchronously over the hall, in a thread and one transaction."""

    action_name = ""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall

    def name(self) -> str:
        """The name that the domain knows."""
        return self.action_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Run `act` in a thread with a session that is committed at the end."""
        return await asyncio.to_thread(self._run, dispatcher, tracker)

    def _run(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        with self.hall.database.begin() as session:
            return self.act(Turn(self.hall, session, dispatcher, tracker)) or []

    def act(self, turn: Turn) -> list[EventType] | None:
        """What the action does; returns slot changes."""
        raise NotImplementedError


def slots(**values: Any) -> list[EventType]:
    """Slot changes."""
    return [SlotSet(name, value) for name, value in values.items()]


def apply(turn: Turn, filled: Filled) -> list[EventType]:
    """Say what a form's message gave rise to, hand off after a second failure, and change the slots."""
    turn.learn(filled.changes.get("item_code"))
    for response, values in filled.says:
        turn.say(response, **values)
    if (filled.changes.get("misunderstood") or 0) >= 2:
        filled.changes["misunderstood"] = 0
        turn.hand_off("两次没听懂")
    return slots(**filled.changes)
