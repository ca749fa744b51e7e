"""The tables of text messages: parts that wait for the rest, and numbers that want no reminders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Key, Moment, Table


class TextPart(Table):
    """One text as it came; several may be one message."""

    __tablename__ = "text_part"
    __table_args__ = (Index("text_part_waiting", "number", "joined_by"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)  # the line's own id: recorded once
    number: Mapped[str] = mapped_column(String(20))  # of the sender
    text: Mapped[str] = mapped_column(Text)
    joined_by: Mapped[str] = mapped_column(String(64), default="")  # the part that completed the message; empty: waits
    at: Mapped[datetime] = mapped_column(Moment)


class OptOut(Table):
    """A number that wants neither reminders nor follow-up calls."""

    __tablename__ = "opt_out"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
