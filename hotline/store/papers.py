"""The tables of the papers on their way: who carries each leg, who holds each paper, every handover."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.store.schema import ErrandOrder, Key, Moment, Table, Word
from hotline.vocabulary import Holder, Level


class Leg(Table):
    """A part of the way: one carrier, from one hand to the next."""

    __tablename__ = "leg"
    __table_args__ = (Index("leg_order", "order_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"))
    runner_id: Mapped[int] = mapped_column(ForeignKey("runner.id"))
    level: Mapped[Level] = mapped_column(Word(Level))  # of the carrier's team: village, town, district
    from_place: Mapped[str] = mapped_column(String(400))
    to_place: Mapped[str] = mapped_column(String(400), default="")
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Paper(Table):
    """One paper of an order, in exactly one hand."""

    __tablename__ = "paper"
    __table_args__ = (Index("paper_order", "order_id"), Index("paper_holder", "holder", "is_original"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"))
    name: Mapped[str] = mapped_column(String(200))
    is_original: Mapped[bool] = mapped_column(default=True)
    count: Mapped[int] = mapped_column(default=1)
    holder: Mapped[Holder] = mapped_column(Word(Holder))
    holder_name: Mapped[str] = mapped_column(String(64))  # the person or window
    runner_id: Mapped[int | None] = mapped_column(ForeignKey("runner.id"), index=True)  # if a runner holds it
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)  # when it has to be in the next hand; None: it is home

    order: Mapped[ErrandOrder] = relationship()


class Handover(Table):
    """A 材料交接单: papers went from one hand to another."""

    __tablename__ = "handover"
    __table_args__ = (UniqueConstraint("order_id", "position", name="handover_position"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"))
    position: Mapped[int]  # 1 is the order's first
    key: Mapped[str] = mapped_column(String(128), unique=True)  # of the step or form: written once
    at: Mapped[datetime] = mapped_column(Moment)
    giver: Mapped[Holder] = mapped_column(Word(Holder))
    giver_name: Mapped[str] = mapped_column(String(64))
    taker: Mapped[Holder] = mapped_column(Word(Holder))
    taker_name: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(400), default="")

    order: Mapped[ErrandOrder] = relationship()
    lines: Mapped[list[HandoverLine]] = relationship(order_by="HandoverLine.id")


class HandoverLine(Table):
    """One paper on a handover note."""

    __tablename__ = "handover_line"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    count: Mapped[int]

    paper: Mapped[Paper] = relationship()
