"""Errands in the making: kept as they grow, found again by whoever proves that the number is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.store.drafts import ErrandDraft
from hotline.store.schema import Conversation

KEPT = timedelta(days=7)  # after which an unfinished errand is no longer offered
DETAILS = (
    "item_code", "item_text", "for_whom", "pickup_place", "pickup_time", "contact_phone", "applicant_name", "contact_name",
)  # fmt: skip


class Drafts:
    """What citizens said about errands that are not ordered yet.

    A draft belongs to the conversation in which it grows. Another conversation sees it only when its line
    vouches for the very number that the draft holds, so nobody finds a stranger's.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def keep(self, session: Session, conversation: Conversation, slots: dict[str, Any]) -> None:
        """Keep what is known now; nothing is kept before an item and a number are."""
        details = {name: slots[name] for name in DETAILS if slots.get(name) is not None}
        if "item_code" not in details or "contact_phone" not in details:
            return
        draft = self._of(session, conversation)
        if draft is None:
            draft = ErrandDraft(conversation_id=conversation.id)
            session.add(draft)
        draft.phone, draft.details, draft.updated_at = details["contact_phone"], details, self.clock()

    def forget(self, session: Session, conversation: Conversation) -> None:
        """The errand was ordered or dropped."""
        session.execute(delete(ErrandDraft).where(ErrandDraft.conversation_id == conversation.id))

    def found(self, session: Session, conversation: Conversation) -> dict[str, Any] | None:
        """What the same citizen began in another conversation, the newest, or None."""
        draft = self._elsewhere(session, conversation)
        return dict(draft.details) if draft else None

    def take(self, session: Session, conversation: Conversation) -> dict[str, Any]:
        """The same, and it is over there."""
        draft = self._elsewhere(session, conversation)
        if draft is None:
            return {}
        details = dict(draft.details)
        session.delete(draft)
        return details

    def _of(self, session: Session, conversation: Conversation) -> ErrandDraft | None:
        return session.scalar(select(ErrandDraft).where(ErrandDraft.conversation_id == conversation.id))

    def _elsewhere(self, session: Session, conversation: Conversation) -> ErrandDraft | None:
        if not conversation.contact:
            return None
        return session.scalar(
            select(ErrandDraft)
            .where(
                ErrandDraft.phone == conversation.contact,
                ErrandDraft.conversation_id != conversation.id,
                ErrandDraft.updated_at >= self.clock() - KEPT,
            )
            .order_by(ErrandDraft.updated_at.desc())
            .limit(1)
        )
