"""The tables of what the window said, and of who answers for a case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Key, Moment, Table, Word
from hotline.vocabulary import OrderState


class Outcome(Table):
    """What the window said about a case: received, 补正, 容缺, refused, granted."""

    __tablename__ = "outcome"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"), index=True)
    state: Mapped[OrderState] = mapped_column(Word(OrderState))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(64))  # who brought the news
    case_number: Mapped[str] = mapped_column(String(64), default="")  # 办件编号
    promised_at: Mapped[datetime | None] = mapped_column(Moment)  # of a receipt: by when the window decides
    papers: Mapped[list[str]] = mapped_column(JSON, default=list)  # of 补正 and 容缺: the one full list
    signed_by: Mapped[str] = mapped_column(String(64), default="")  # of 容缺: who signed the promise
    due_at: Mapped[datetime | None] = mapped_column(Moment)  # of 补正 and 容缺: by when the papers are there
    settled_at: Mapped[datetime | None] = mapped_column(Moment)  # of 补正 and 容缺: when they were
    reason: Mapped[str] = mapped_column(Text, default="")  # of a refusal
    remedy: Mapped[str] = mapped_column(Text, default="")  # of a refusal: what the citizen can do


class Responsibility(Table):
    """Who answered for a case from when to when: 首问责任人, until another accepted it."""

    __tablename__ = "responsibility"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"), index=True)
    holder: Mapped[str] = mapped_column(String(64))  # a name, a runner's number and name, or a post
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(200), default="")
