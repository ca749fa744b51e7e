"""The table of one-time codes that were texted to somebody who says that a telephone number is theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Key, Moment, Table


class TextCode(Table):
    """One code: it counts for one conversation, a few minutes and a few tries."""

    __tablename__ = "text_code"
    __table_args__ = (Index("text_code_phone", "phone", "sent_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    phone: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[str] = mapped_column(String(128), default="")  # keyed; empty: nothing was sent, so nothing fits
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
