"""Text messages: the same conversation in short, choices by number. A number is a contact, not a person."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls.steps import Ask
from hotline.clock import Clock
from hotline.conversations import Conversations
from hotline.errors import ButtonNotOffered, InvalidInput
from hotline.store.schema import Conversation, Message
from hotline.vocabulary import ConversationState, Owner

log = logging.getLogger(__name__)

GOES_ON = timedelta(days=7)  # a text after a longer pause begins another conversation
LONGEST = 500  # characters of an answer; longer ones are cut at a sentence, since each 67 cost one message
LATE = "收到，正在查，稍后回您。"
WITH_STAFF = "收到，工作人员看到后回您。"


class Texting:
    """Takes texts and makes the answers."""

    def __init__(self, conversations: Conversations, clock: Clock) -> None:
        self.conversations = conversations
        self.clock = clock

    def receive(self, session: Session, provider_id: str, number: str, text: str) -> Ask | str:
        """Record a text once; what the assistant has to be asked, or the answer when there is nothing to ask."""
        conversation = self._conversation(session, number)
        known = session.scalar(
            select(Message).join(Conversation, Conversation.id == Message.conversation_id)
            .where(Conversation.contact == number, Message.client_id == provider_id)
        )  # fmt: skip
        if known:
            return Ask(known.conversation_id, known.id, 0)
        offered = self.conversations.offered_buttons(session, conversation)
        choice = text.strip(" 　.。、")
        payload = None
        if choice.isascii() and choice.isdigit() and 1 <= int(choice[:4]) <= len(offered):
            payload = offered[int(choice) - 1]["payload"]
        try:
            message, _ = self.conversations.receive(session, conversation, provider_id, text=text, payload=payload)
        except (InvalidInput, ButtonNotOffered) as error:
            return error.wording
        return Ask(conversation.id, message.id, 0)

    def _conversation(self, session: Session, number: str) -> Conversation:
        query = select(Conversation).where(
            Conversation.contact == number, Conversation.channel == "sms",
            Conversation.state != ConversationState.CLOSED, Conversation.updated_at > self.clock() - GOES_ON,
        )  # fmt: skip
        found = session.scalar(query.order_by(Conversation.id.desc()).limit(1)) if number else None
        if found is None:
            found = self.conversations.start(session, "sms")
            found.contact = number
        return found

    def answer(self, session: Session, ask: Ask) -> str:
        """What is texted back."""
        message = session.get_one(Message, ask.message_id)
        said = self.conversations.answers_to(session, message)
        if not said:
            owner = session.get_one(Conversation, ask.conversation_id).owner
            return WITH_STAFF if owner is Owner.STAFF else LATE
        buttons = [button["title"] for each in said for button in each.buttons or []]
        choices = " ".join(f"{key}{title}" for key, title in enumerate(buttons, start=1))
        return shortened("".join(each.text for each in said)) + (f"\n回数字：{choices}" if choices else "")


def shortened(text: str) -> str:
    """The text, cut behind its last whole sentence within LONGEST characters."""
    if len(text) <= LONGEST:
        return text
    cut = text[:LONGEST]
    end = max(cut.rfind(mark) for mark in "。！？")
    return cut[: end + 1] + "要听全的，请打跑团热线。"
