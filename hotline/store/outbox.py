"""The table of what the hall still has to tell somebody outside, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Key, Moment, Table, Word
from hotline.vocabulary import Means, OutgoingState


class Outgoing(Table):
    """One text message, call or push, written in the transaction of what it tells about."""

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("outgoing_due", "state", "next_attempt_at"),
        Index("outgoing_provider", "provider", "provider_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)  # the provider's idempotency key, too
    means: Mapped[Means] = mapped_column(Word(Means))
    address: Mapped[str] = mapped_column(String(64))  # digits of a phone, or a push address
    text: Mapped[str] = mapped_column(Text)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("errand_order.id"), index=True)
    state: Mapped[OutgoingState] = mapped_column(Word(OutgoingState), default=OutgoingState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)  # rises with each claim: what an older claim notes is void
    next_attempt_at: Mapped[datetime | None] = mapped_column(Moment)  # None: nothing more is to be done
    provider: Mapped[str] = mapped_column(String(32), default="")
    provider_id: Mapped[str] = mapped_column(String(64), default="")  # the provider's own id of it
    error: Mapped[str] = mapped_column(String(400), default="")  # why it is not there yet, for staff
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
