"""A runner asks the desk: one conversation per runner, which goes to a person at once.

It is a conversation like a citizen's, so that queue, takeover and history at the desk hold for it too;
only the assistant owes it no answer.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.conversations import Conversations
from hotline.notice_words import RUNNERS
from hotline.store.pocket import RunnerTalk
from hotline.store.schema import Conversation, Message, Runner

SHOWN = 30  # newest messages on the runner's page


class RunnerTalks:
    """The runners' conversations with the desk."""

    def __init__(self, conversations: Conversations, clock: Clock) -> None:
        self.conversations = conversations
        self.clock = clock

    def of(self, session: Session, runner: Runner) -> Conversation | None:
        """The conversation of a runner who asked before."""
        row = session.get(RunnerTalk, runner.id)
        return session.get_one(Conversation, row.conversation_id) if row else None

    def ask(self, session: Session, runner: Runner, client_id: str, text: str, *, number: str = "") -> Message:
        """Say something to the desk, about an order or not; the same id is the same message. Raises InvalidInput."""
        conversation = self._open(session, runner)
        about = f"（订单{number}）" if number else ""
        message, new = self.conversations.receive(session, conversation, client_id, text=text and about + text)
        if new:
            message.answered_at = self.clock()
            self.conversations.hand_off(session, conversation.id, f"跑手{runner.number}{runner.name}找工作台")
        return message

    def _open(self, session: Session, runner: Runner) -> Conversation:
        session.execute(select(Runner.id).where(Runner.id == runner.id).with_for_update())
        found = self.of(session, runner)
        if found is None:
            found = self.conversations.start(session, RUNNERS)
            found.contact = runner.phone
            session.add(RunnerTalk(runner_id=runner.id, conversation_id=found.id))
            session.flush()
        return found

    def newest(self, session: Session, runner: Runner) -> list[Message]:
        """What was said last, in turn."""
        conversation = self.of(session, runner)
        if conversation is None:
            return []
        query = select(Message).where(Message.conversation_id == conversation.id)
        return list(session.scalars(query.order_by(Message.id.desc()).limit(SHOWN)))[::-1]
