"""The table of errands in the making, so that a citizen can go on later and over another channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Key, Moment, Table


class ErrandDraft(Table):
    """What was said so far about an errand that is not ordered yet; at most one in a conversation."""

    __tablename__ = "errand_draft"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), unique=True)
    phone: Mapped[str] = mapped_column(String(20), default="", index=True)  # by which it is found again
    details: Mapped[dict[str, Any]] = mapped_column(JSON)  # the filled slots
    updated_at: Mapped[datetime] = mapped_column(Moment)
