"""The tables of what comes from elsewhere with a number of its own, and of runners' visits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.store.schema import ErrandOrder, Key, Moment, Runner, Table


class Ticket(Table):
    """A case of the service hotline 12345: it enters with their number and deadline, and leaves with them."""

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"), unique=True)
    number: Mapped[str] = mapped_column(String(64), unique=True)  # theirs
    due_at: Mapped[datetime] = mapped_column(Moment)  # theirs
    received_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(Text, default="")  # what is told back to 12345
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by: Mapped[str] = mapped_column(String(64), default="")

    order: Mapped[ErrandOrder] = relationship()


class Visit(Table):
    """A visit of a runner to a household or a market, as the weekly duty asks for."""

    __tablename__ = "visit"
    __table_args__ = (Index("visit_runner", "runner_id", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)  # of the phone that sent it: logged once
    runner_id: Mapped[int] = mapped_column(ForeignKey("runner.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(String(200))
    people: Mapped[str] = mapped_column(String(200), default="")  # whom they met
    notes: Mapped[str] = mapped_column(Text, default="")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("errand_order.id"))  # what came of it
    created_at: Mapped[datetime] = mapped_column(Moment)

    runner: Mapped[Runner] = relationship()
