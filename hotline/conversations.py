"""Conversations: what was said, who owns them, and that the assistant never talks over a person.

Who owns a conversation, and in which epoch, is settled in hotline/ownership.py; an answer of the
assistant is stored only if the epoch in which the question was asked still holds, in the transaction
that stores it.
"""

from __future__ import annotations

import logging
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.errors import ButtonNotOffered, InvalidInput, NotFound
from hotline.ownership import Ownership
from hotline.store.schema import Conversation, Message, Staff
from hotline.vocabulary import ConversationState, Owner, Sender

log = logging.getLogger(__name__)

LONGEST_MESSAGE = 20_000  # characters; more is refused
UNDERSTOOD = 1_000  # characters of a message that the assistant reads


@dataclass(frozen=True)
class Utterance:
    """One thing that the assistant says."""

    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)  # {"title", "payload"}
    expects: str = ""  # what the assistant waits for now: contact_phone, confirmed
    understood: dict[str, Any] = field(default_factory=dict)  # what it knows of the errand now, by slot


def clean_text(text: str) -> str:
    """The text without control and invisible characters; raises InvalidInput if nothing is left."""
    kept = "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    kept = re.sub(r"\n{3,}", "\n\n", kept).strip()
    if not kept:
        raise InvalidInput("您还没有说内容，请打字告诉我您要办什么事。")
    if len(kept) > LONGEST_MESSAGE:
        raise InvalidInput(f"您这段话太长了（超过{LONGEST_MESSAGE}字），请分几次发。", length=len(kept))
    return kept


class Conversations(Ownership):
    """All conversations of the hall."""

    def start(self, session: Session, channel: str) -> Conversation:
        """Begin a conversation; its token is the only key to it."""
        now = self.clock()
        conversation = Conversation(
            token=secrets.token_urlsafe(24), channel=channel, owner=Owner.ASSISTANT, epoch=0,
            state=ConversationState.ACTIVE, created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(conversation)
        session.flush()
        return conversation

    def get(self, session: Session, token: str, *, lock: bool = False) -> Conversation:
        """The conversation of a token; raises NotFound."""
        query = select(Conversation).where(Conversation.token == token)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        found = session.scalar(query) if token.isprintable() else None  # a NUL is an error in PostgreSQL
        if found is None:
            raise NotFound("没有这个对话，请重新打开聊天页。")
        return found

    def receive(
        self, session: Session, conversation: Conversation, client_id: str, *, text: str = "", payload: str | None = None
    ) -> tuple[Message, bool]:
        """Record what the citizen sent: (message, new). The same id again is the first message, unchanged.

        Raises InvalidInput for empty text or id, ButtonNotOffered for a button not on the screen.
        """
        if not client_id or len(client_id) > 128 or not client_id.isprintable():
            raise InvalidInput("消息缺少编号。", client_id=client_id[:20])
        known = self.known(session, conversation.id, client_id)
        if known:
            return known, False
        if payload is None:
            text = clean_text(text)
            payload = self._numbered(session, conversation, text)
        else:
            text = self._title_of(session, conversation, payload)
        self._queue_up(session, conversation.id)
        message = Message(
            conversation_id=conversation.id, client_id=client_id, sender=Sender.CITIZEN,
            text=text, payload=payload, buttons=[], created_at=self.clock(),
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(message)
                session.flush()
        except IntegrityError:
            known = self.known(session, conversation.id, client_id)
            if known is None:
                raise
            return known, False
        if conversation.state is ConversationState.CLOSED:
            conversation.state = ConversationState.ACTIVE  # whoever writes again is heard again
        self._touch(conversation)
        return message, True

    def _queue_up(self, session: Session, conversation_id: int) -> None:
        """Ids of one conversation are drawn and committed in the same order, so that no page skips a message.

        Whoever says something holds the conversation's row; PostgreSQL would else let a later id be seen first.
        """
        session.execute(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update())

    def known(self, session: Session, conversation_id: int | None, client_id: str) -> Message | None:
        """The message that came with this id before, or None."""
        return session.scalar(
            select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
        )

    def _title_of(self, session: Session, conversation: Conversation, payload: str) -> str:
        for button in self.offered_buttons(session, conversation):
            if button["payload"] == payload:
                return button["title"]
        raise ButtonNotOffered(conversation=conversation.id)

    def _numbered(self, session: Session, conversation: Conversation, text: str) -> str | None:
        """What the button does whose number was typed instead of pressing it, or None."""
        if len(text) != 1 or not text.isascii() or not text.isdigit():
            return None
        offered = self.offered_buttons(session, conversation)
        return offered[int(text) - 1]["payload"] if 1 <= int(text) <= len(offered) else None

    def offered_buttons(self, session: Session, conversation: Conversation) -> list[dict[str, str]]:
        """The buttons on the citizen's screen: those said since the citizen's last message."""
        last = (
            select(Message.id)
            .where(Message.conversation_id == conversation.id, Message.sender == Sender.CITIZEN)
            .order_by(Message.id.desc())
            .limit(1)
        )
        since = session.scalar(last) or 0
        query = select(Message.buttons).where(Message.conversation_id == conversation.id, Message.id > since)
        return [button for buttons in session.scalars(query) for button in buttons or []]

    def answer(
        self, session: Session, message: Message, utterances: Sequence[Utterance], *, epoch: int
    ) -> list[Message]:
        """Store the assistant's answer, unless a person took over since `epoch`: then nothing is said."""
        conversation = self._locked(session, message.conversation_id)
        session.refresh(message)
        if message.answered_at is not None:
            return self.answers_to(session, message)
        if conversation.owner is not Owner.ASSISTANT or conversation.epoch != epoch:
            log.info("conversation %s: answer dropped, epoch %s is over", conversation.id, epoch)
            return []
        said = [
            self._say(session, conversation, Sender.ASSISTANT, u.text, buttons=u.buttons, answers_id=message.id)
            for u in utterances
        ]
        message.answered_at = self.clock()
        conversation.expects = utterances[-1].expects if utterances else ""
        if utterances:
            conversation.understood, conversation.settled = utterances[-1].understood or None, None
        return said

    def answers_to(self, session: Session, message: Message) -> list[Message]:
        """What was said in answer to a message."""
        return list(session.scalars(select(Message).where(Message.answers_id == message.id).order_by(Message.id)))

    def notify(self, session: Session, conversation_id: int, text: str) -> Message:
        """Tell the citizen a fact, whoever owns the conversation: 跑手已接单."""
        conversation = self._locked(session, conversation_id)
        return self._say(session, conversation, Sender.NOTICE, text)

    def owed(self, session: Session, limit: int = 100) -> list[Message]:
        """Messages that the assistant still owes an answer, oldest first."""
        return list(
            session.scalars(
                select(Message)
                .join(Conversation, Conversation.id == Message.conversation_id)
                .where(
                    Message.sender == Sender.CITIZEN,
                    Message.answered_at.is_(None),
                    Conversation.owner == Owner.ASSISTANT,
                )
                .order_by(Message.id)
                .limit(limit)
            )
        )

    def said_by_citizen(self, session: Session, conversation_id: int) -> list[Message]:
        """What the citizen said in a conversation, oldest first."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.sender == Sender.CITIZEN)
        return list(session.scalars(query.order_by(Message.id)))

    def after(self, session: Session, conversation: Conversation, message_id: int) -> list[Message]:
        """Everything said after a message, for the page and its events."""
        query = select(Message).where(Message.conversation_id == conversation.id, Message.id > message_id)
        return list(session.scalars(query.order_by(Message.id)))

    def reply(self, session: Session, conversation_id: int, staff: Staff, text: str) -> Message:
        """A member of staff says something; raises TakenOver unless they own the conversation."""
        conversation = self.owned(session, conversation_id, staff)
        for message in self.owed_in(session, conversation.id):
            message.answered_at = self.clock()
        return self._say(session, conversation, Sender.STAFF, clean_text(text), author=staff.name)
