"""Who owns a conversation: the assistant, one member of staff, or the desk while it is passed on.

The owner has an epoch, which rises with every change; what the assistant says is stored only if the
epoch in which it was asked still holds. The desk owns a conversation (owner STAFF, nobody by name)
between two members of staff: the assistant is silent then, and what the citizen says stays owed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import NewWords, NotFound, TakenOver
from hotline.notice_words import notice
from hotline.store.schema import Conversation, Message, Staff
from hotline.vocabulary import ConversationState, HandoffEnd, Owner, Sender

log = logging.getLogger(__name__)


class Ownership:
    """Takes conversations over, passes them on, and gives them back, one owner at a time."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.waits: list[Callable[[Session, Conversation], None]] = []  # are told that one waits for a person
        self.taken: list[Callable[[Session, Conversation, Staff], None]] = []  # … that a person has it
        self.left: list[Callable[[Session, Conversation, HandoffEnd], None]] = []  # … that people have it no more

    def hand_off(self, session: Session, conversation_id: int, reason: str) -> Conversation:
        """Ask for a person; the assistant goes on answering until one takes over."""
        conversation = self._locked(session, conversation_id)
        if conversation.owner is Owner.ASSISTANT and conversation.state is not ConversationState.WAITING:
            self._wait(session, conversation, reason)
        return conversation

    def release(self, session: Session, conversation_id: int, reason: str, words: str) -> Conversation:
        """Put a conversation that staff own back into the queue, and tell the citizen so; nobody speaks until then.

        Who releases it ends the handoff before.
        """
        conversation = self._locked(session, conversation_id)
        if conversation.owner is Owner.STAFF:
            self._change_owner(conversation, Owner.STAFF, None)
            self._say(session, conversation, Sender.NOTICE, words)
            self._wait(session, conversation, reason)
        return conversation

    def stand_in(self, session: Session, conversation_id: int, words: str) -> Conversation:
        """Nobody came: the assistant speaks again, and the citizen keeps the place in the queue."""
        conversation = self._locked(session, conversation_id)
        if conversation.owner is Owner.STAFF and conversation.staff_id is None:
            self._change_owner(conversation, Owner.ASSISTANT, None)
            self._say(session, conversation, Sender.NOTICE, words)
        return conversation

    def withdraw(self, session: Session, conversation_id: int, ended: HandoffEnd) -> Conversation:
        """The citizen waits no more; the assistant goes on."""
        conversation = self._locked(session, conversation_id)
        if conversation.state is ConversationState.WAITING:
            if conversation.owner is Owner.STAFF:
                self._change_owner(conversation, Owner.ASSISTANT, None)
            conversation.state, conversation.waiting_since = ConversationState.ACTIVE, None
            self._touch(conversation)
            self._tell_left(session, conversation, ended)
        return conversation

    def take_over(self, session: Session, conversation_id: int, staff: Staff) -> Conversation:
        """A member of staff becomes the owner; raises TakenOver if a colleague was faster."""
        conversation = self._locked(session, conversation_id)
        if conversation.owner is Owner.STAFF and conversation.staff_id not in (None, staff.id):
            raise TakenOver(conversation=conversation_id)
        if conversation.staff_id is None:
            self._change_owner(conversation, Owner.STAFF, staff.id)
            conversation.state, conversation.waiting_since = ConversationState.ACTIVE, None
            for message in self.owed_in(session, conversation.id):
                message.answered_at = self.clock()  # the person answers now
            self._say(session, conversation, Sender.NOTICE, notice(conversation, "taken", name=staff.name))
            for tell in self.taken:
                tell(session, conversation, staff)
        return conversation

    def owned(self, session: Session, conversation_id: int, staff: Staff) -> Conversation:
        """The conversation, locked; raises TakenOver unless this member of staff owns it."""
        conversation = self._locked(session, conversation_id)
        if conversation.owner is not Owner.STAFF or conversation.staff_id != staff.id:
            raise TakenOver(conversation=conversation_id)
        return conversation

    def give_back(
        self, session: Session, conversation_id: int, staff: Staff,
        *, seen: int | None = None, settled: dict[str, Any] | None = None, words: str = "",
    ) -> Conversation:  # fmt: skip
        """The owner gives the conversation back to the assistant; raises TakenOver if it is not theirs.

        What the citizen said after the message `seen` is left to the assistant; `settled` are slots
        from which the assistant goes on, `words` tell the citizen what was settled.
        """
        conversation = self.owned(session, conversation_id, staff)
        self._deal_with_owed(session, conversation, seen)
        self._change_owner(conversation, Owner.ASSISTANT, None)
        conversation.reason = ""
        if settled:
            conversation.settled = {**(conversation.settled or {}), **settled}
        self._say(session, conversation, Sender.NOTICE, notice(conversation, "given_back", words=words))
        self._tell_left(session, conversation, HandoffEnd.GIVEN_BACK)
        return conversation

    def close(
        self, session: Session, conversation_id: int, staff: Staff, *, seen: int | None = None
    ) -> Conversation:
        """End a conversation that nobody else owns; the citizen's next message opens it again, with the assistant.

        Raises TakenOver while a colleague owns it, NewWords when the citizen spoke after the message `seen`.
        """
        conversation = self._locked(session, conversation_id)
        if conversation.state is ConversationState.CLOSED:
            return conversation
        if conversation.owner is Owner.STAFF and conversation.staff_id not in (None, staff.id):
            raise TakenOver(conversation=conversation_id)
        if seen is not None and any(message.id > seen for message in self.owed_in(session, conversation.id)):
            raise NewWords(conversation=conversation_id)
        self._deal_with_owed(session, conversation, None)
        self._change_owner(conversation, Owner.ASSISTANT, None)
        conversation.state, conversation.waiting_since, conversation.reason = ConversationState.CLOSED, None, ""
        self._say(session, conversation, Sender.NOTICE, notice(conversation, "closed", name=staff.name))
        self._tell_left(session, conversation, HandoffEnd.CLOSED)
        return conversation

    def waiting_before(self, session: Session, conversation: Conversation) -> int:
        """How many conversations wait longer for a person."""
        if conversation.waiting_since is None:
            return 0
        query = select(func.count()).select_from(Conversation).where(
            Conversation.state == ConversationState.WAITING,
            Conversation.waiting_since < conversation.waiting_since,
        )  # fmt: skip
        return session.scalar(query) or 0

    def owed_in(self, session: Session, conversation_id: int) -> list[Message]:
        """Messages of one conversation without an answer, oldest first."""
        query = select(Message).where(
            Message.conversation_id == conversation_id,
            Message.sender == Sender.CITIZEN,
            Message.answered_at.is_(None),
        )
        return list(session.scalars(query.order_by(Message.id)))

    def _wait(self, session: Session, conversation: Conversation, reason: str) -> None:
        conversation.state, conversation.waiting_since = ConversationState.WAITING, self.clock()
        conversation.reason = reason[:200]
        self._touch(conversation)
        log.info("conversation %s: waits for a person: %s", conversation.id, reason)
        for tell in self.waits:
            tell(session, conversation)

    def _tell_left(self, session: Session, conversation: Conversation, ended: HandoffEnd) -> None:
        for tell in self.left:
            tell(session, conversation, ended)

    def _deal_with_owed(self, session: Session, conversation: Conversation, seen: int | None) -> None:
        for message in self.owed_in(session, conversation.id):
            if seen is None or message.id <= seen:
                message.answered_at = self.clock()

    def _locked(self, session: Session, conversation_id: int) -> Conversation:
        query = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
        found = session.scalar(query.execution_options(populate_existing=True))
        if found is None:
            raise NotFound(conversation=conversation_id)
        return found

    def _change_owner(self, conversation: Conversation, owner: Owner, staff_id: int | None) -> None:
        conversation.owner, conversation.staff_id = owner, staff_id
        conversation.epoch += 1
        self._touch(conversation)
        log.info("conversation %s: epoch %s owned by %s", conversation.id, conversation.epoch, owner.value)

    def _say(self, session: Session, conversation: Conversation, sender: Sender, text: str, **more: Any) -> Message:
        message = Message(
            conversation_id=conversation.id, sender=sender, text=text, created_at=self.clock(),
            buttons=more.pop("buttons", None) or [], **more,
        )  # fmt: skip
        session.add(message)
        session.flush()
        self._touch(conversation)
        return message

    def _touch(self, conversation: Conversation) -> None:
        conversation.updated_at = self.clock()
