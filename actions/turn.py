"""What an action sees of one turn, and the base of all actions."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from hotline.catalogue.catalogue import Item, TypicalQuestion
from hotline.clock import spoken_time
from hotline.errand_desk import grouped
from hotline.hall import Hall
from hotline.saying import Filled, Said
from hotline.store.schema import Conversation
from hotline.vocabulary import ConversationState, ProposalSource

_SILENT = {"action_extract_slots", "action_listen", "errand_form", "guidance_form"}  # say nothing by themselves


class Pending(StrEnum):
    """What the assistant has just offered or asked outside a form, and the next message may answer."""

    NONE = "none"
    ERRAND = "errand"  # shall a runner carry it?
    NEXT_REQUEST = "next_request"  # shall the second thing be done now?
    DUPLICATE = "duplicate"  # a second order for the same?
    RESUME = "resume"  # go on with what was begun elsewhere?
    ORDER_ACCESS = "order_access"  # number and phone of an order
    CHANGE_ORDER = "change_order"  # what is new
    CANCEL_ORDER = "cancel_order"  # really?
    CALLBACK = "callback"  # where staff shall ring
    TEXT_CODE = "text_code"  # a number to be proven, or the code that was texted to it
    REOPEN = "reopen"  # shall a delivered order be done once more?


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

    def verify(self, item: Item, question: TypicalQuestion | None = None) -> str:
        """Have the lead officer asked, if nobody stands for the item yet: what the citizen is promised, or empty."""
        asked = question.question if question else ""
        task = self.hall.verifications.ask(self.session, item, self.conversation.id, question=asked)
        return self.hall.verifications.promise(task) if task else ""

    def learn(self, code: str | None) -> None:
        """Propose the words that were asked about as an alias, when one of the offered items was chosen."""
        words, item = self.slot("item_text"), self.hall.catalogue.get(code)
        choices = self.slot("item_choices") or []
        if any(self.hall.bundles.get(choice) for choice in choices):
            return  # who tells of a life event does not name the item that is done first
        if item and words and code in choices:
            details = self._details_of(words)
            self.hall.proposals.keep(self.session, words, item, ProposalSource.CHOICE, details=details)

    def _details_of(self, text: str) -> list[dict[str, Any]]:
        """What the engine found in an earlier message of the citizen."""
        for event in reversed(self.tracker.events):
            if event["event"] == "user" and event.get("text") == text:
                return list((event.get("parse_data") or {}).get("entities") or [])
        return []

    @property
    def is_answered(self) -> bool:
        """Whether another action has already answered this message: a form that goes on takes nothing more from it."""
        for event in reversed(self.tracker.events):
            if event["event"] == "user":
                return False
            if event["event"] == "action" and event["name"] not in _SILENT:
                return True
        return False

    def slot(self, name: str) -> Any:
        """The value of a slot."""
        return self.tracker.get_slot(name)

    @property
    def pending(self) -> Pending:
        """What was offered or asked last."""
        return Pending(self.slot("pending") or Pending.NONE)

    def say(self, response: str, **values: Any) -> None:
        """Say a response of the domain."""
        self._dispatcher.utter_message(response=response, **values)

    def say_text(self, text: str, buttons: list[dict[str, str]] | None = None) -> None:
        """Say a text made by the core, with buttons."""
        self._dispatcher.utter_message(text=text, buttons=buttons)

    def hand_off(self, reason: str) -> list[EventType]:
        """Ask for a person, or book a callback while the hall is closed, and tell what happens next."""
        conversation = self.conversation
        again = conversation.state is ConversationState.WAITING
        waiting = self.hall.conversations.hand_off(self.session, conversation.id, reason)
        place = self.hall.queue.place_of(self.session, waiting)
        if place is not None and not place.is_open:
            return self._hand_off_closed()
        queue = f"，您{self.hall.queue.words(place)}" if place else ""
        self.say("utter_still_waiting" if again else "utter_handed_off", queue=queue)
        return slots(misunderstood=0, quiet=self.said.message_id)

    def _hand_off_closed(self) -> list[EventType]:
        phone = self.slot("contact_phone") or self.conversation.contact
        if phone:
            self.book_callback(phone)
            return slots(misunderstood=0, quiet=self.said.message_id)
        now = self.hall.clock()
        opening = spoken_time(self.hall.profile.next_opening(now), now)
        self.say("utter_handed_off_closed", opening=opening)
        return slots(misunderstood=0, quiet=self.said.message_id, pending=Pending.CALLBACK)

    def book_callback(self, phone: str) -> None:
        """Note where staff shall ring, and say until when they do."""
        row = self.hall.queue.leave_number(self.session, self.conversation.id, phone, tells=False)
        until = spoken_time(row.due_at or row.created_at, self.hall.clock())
        self.say("utter_callback_booked", phone=grouped(phone), until=until)


class HallAction(Action):
    """An action that works synchronously over the hall, in a thread and one transaction."""

    action_name = ""
    keeps_pending = False  # else a question that this message did not answer is over

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
            turn = Turn(self.hall, session, dispatcher, tracker)
            events = self.act(turn) or []
            if self.keeps_pending or turn.pending is Pending.NONE or sets(events, "pending"):
                return events
            return [*events, *slots(pending=Pending.NONE)]

    def act(self, turn: Turn) -> list[EventType] | None:
        """What the action does; returns slot changes."""
        raise NotImplementedError


def slots(**values: Any) -> list[EventType]:
    """Slot changes."""
    return [SlotSet(name, value) for name, value in values.items()]


def sets(events: list[EventType], name: str) -> bool:
    """Whether these events change a slot."""
    return any(event.get("event") == "slot" and event.get("name") == name for event in events)


def go_on_with(action: str) -> list[EventType]:
    """Let the engine run this action or form next."""
    return [FollowupAction(action)]


def apply(turn: Turn, filled: Filled) -> list[EventType]:
    """Say what a form's message gave rise to, hand off after a second failure, and change the slots."""
    turn.learn(filled.changes.get("item_code"))
    for response, values in filled.says:
        turn.say(response, **values)
    handed: list[EventType] = []
    if (filled.changes.get("misunderstood") or 0) >= 2:
        filled.changes["misunderstood"] = 0
        handed = turn.hand_off(f"两次没听懂：{turn.said.text[:60]}")
    return [*slots(**filled.changes), *handed]
