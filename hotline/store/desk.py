"""The tables of the staff desk: who waits for whom, who is there, internal notes, and who saw and changed what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Key, Moment, Table, Word
from hotline.vocabulary import HandoffEnd

_OPEN = text("ended_at IS NULL")


class Handoff(Table):
    """One time that a conversation was with people: asked for, assigned, taken, ended. One is open at most."""

    __tablename__ = "handoff"
    __table_args__ = (
        Index("handoff_one_open", "conversation_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("handoff_queue", "asked_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("handoff_ended", "ended_at"),
        Index("handoff_thread", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    zone: Mapped[str] = mapped_column(String(24), default="")  # zone key that it is about, if known
    to_lead: Mapped[bool] = mapped_column(default=False)  # wanted: the zone's lead officer
    wanted_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # wanted: this colleague
    note: Mapped[str] = mapped_column(Text, default="")  # of who passed it on, for staff only
    asked_at: Mapped[datetime] = mapped_column(Moment)
    assigned_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    assigned_at: Mapped[datetime | None] = mapped_column(Moment)
    returned_by: Mapped[list[int]] = mapped_column(JSON, default=list)  # staff ids that gave it back to the queue
    taken_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended: Mapped[HandoffEnd | None] = mapped_column(Word(HandoffEnd))


class Presence(Table):
    """Whether a member of staff is at the desk: a lease from the open page, and the own switch, which wins."""

    __tablename__ = "presence"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    free: Mapped[bool] = mapped_column(default=True)  # 空闲; else 忙
    missed: Mapped[bool] = mapped_column(default=False)  # switched to 忙 because an assignment was not answered
    capacity: Mapped[int] = mapped_column(default=4)  # conversations at a time
    zones: Mapped[list[str]] = mapped_column(JSON, default=list)  # keys of zones taken care of; empty: all
    seen_at: Mapped[datetime | None] = mapped_column(Moment)  # the desk page was last open
    assigned_at: Mapped[datetime | None] = mapped_column(Moment)  # last assignment, for fairness


class DeskNote(Table):
    """What staff note for each other beside a conversation; the citizen never sees it."""

    __tablename__ = "desk_note"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    author: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class FollowUpWork(Table):
    """Who sees to a callback or complaint, whom to ring, and which attempts there were."""

    __tablename__ = "follow_up_work"

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(String(20), default="")  # that the citizen left; empty: the order's
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    attempts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # {"at", "by", "result"}


class AuditEntry(Table):
    """One look at something personal, or one change, by a member of staff."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_subject", "subject", "subject_id"), Index("audit_at", "at"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    act: Mapped[str] = mapped_column(String(40))  # saw_phone, or the last part of the route: take, assign
    subject: Mapped[str] = mapped_column(String(24))  # order, conversation, runner
    subject_id: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(String(200), default="")
