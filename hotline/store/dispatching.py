"""The tables of dispatch beside offers: what each round of asking considered, and who must not meet whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Key, Moment, Table


class OfferRound(Table):
    """One asking: who was offered an order at once, and who else was considered with which reason.

    Numbers of runners and short codes only, so that a round of a whole town stays under three kilobytes.
    """

    __tablename__ = "offer_round"
    __table_args__ = (Index("offer_round_town", "town", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    town: Mapped[str] = mapped_column(String(9), default="")  # division code, empty: not known
    asked: Mapped[list[str]] = mapped_column(JSON)  # runners' numbers
    considered: Mapped[dict[str, Any]] = mapped_column(JSON)  # see hotline/explanations.py


class Avoidance(Table):
    """A runner who must not get the orders of one phone: a relation that was stated, or other interest."""

    __tablename__ = "avoidance"

    contact_phone: Mapped[str] = mapped_column(String(20), primary_key=True)
    runner_id: Mapped[int] = mapped_column(ForeignKey("runner.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    noted_by: Mapped[str] = mapped_column(String(64))
    noted_at: Mapped[datetime] = mapped_column(Moment)
