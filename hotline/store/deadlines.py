"""The table of what is due when: a row beside the order, in the transaction that made it due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.store.schema import ErrandOrder, Key, Moment, Table, Word
from hotline.vocabulary import DeadlineKind, Oversight


class Deadline(Table):
    """Something that has to have happened by a moment; the loop looks at it again at `next_at`."""

    __tablename__ = "deadline"
    __table_args__ = (Index("deadline_next", "next_at"), Index("deadline_order", "order_id", "kind"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"))
    kind: Mapped[DeadlineKind] = mapped_column(Word(DeadlineKind))
    subject_id: Mapped[int | None] = mapped_column(Key)  # the photo or paper it is about, if not the whole order
    started_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    provisional: Mapped[bool] = mapped_column(default=False)  # counted without a published calendar
    next_at: Mapped[datetime | None] = mapped_column(Moment)  # when the loop looks again; None: nothing more
    oversight: Mapped[Oversight] = mapped_column(Word(Oversight), default=Oversight.NOBODY)
    post: Mapped[str] = mapped_column(String(64), default="")  # who oversees it now: 公安专区首席
    settled_at: Mapped[datetime | None] = mapped_column(Moment)  # it happened, or is not wanted any more
    met: Mapped[bool | None]  # whether it happened in time; None: open, or not wanted any more

    order: Mapped[ErrandOrder] = relationship()
