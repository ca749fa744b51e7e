"""The tables of verification: what a lead officer has to verify, who waits for it, and who holds which post."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Key, Moment, Table

_OPEN = text("answered_at IS NULL")


class LeadOfficer(Table):
    """Who holds a zone's post of lead officer; a zone that is not here has nobody yet."""

    __tablename__ = "lead_officer"

    zone: Mapped[str] = mapped_column(String(24), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class Verification(Table):
    """One item that the zone's lead officer has to verify; an item has at most one open task."""

    __tablename__ = "verification"
    __table_args__ = (
        Index("verification_one_open", "item_code", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("verification_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_code: Mapped[str] = mapped_column(String(24))
    item_name: Mapped[str] = mapped_column(String(400))
    zone: Mapped[str] = mapped_column(String(24))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)  # in office hours
    escalated_at: Mapped[datetime | None] = mapped_column(Moment)  # overdue: the director was told
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by: Mapped[str] = mapped_column(String(64), default="")
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # the verified values; None: by an import


class VerificationAsker(Table):
    """A conversation that waits for the answer."""

    __tablename__ = "verification_asker"
    __table_args__ = (UniqueConstraint("verification_id", "conversation_id", name="asker_once"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    questions: Mapped[list[str]] = mapped_column(JSON, default=list)  # typical questions that were asked
    told_at: Mapped[datetime | None] = mapped_column(Moment)  # the answer
