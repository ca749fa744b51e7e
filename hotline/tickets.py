"""Cases of 12345: in with their number and deadline, out with the answer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.deadlines import Deadlines
from hotline.errors import InvalidInput, NotFound
from hotline.orders import record
from hotline.store.schema import ErrandOrder
from hotline.store.tickets import Ticket
from hotline.vocabulary import DeadlineKind, OrderAction

LONGEST_ANSWER = 2000  # characters


class Tickets:
    """The cases that 12345 gave us."""

    def __init__(self, deadlines: Deadlines, clock: Clock) -> None:
        self.deadlines = deadlines
        self.clock = clock

    def of_order(self, session: Session, order: ErrandOrder) -> Ticket | None:
        """The case that an order came from."""
        return session.scalar(select(Ticket).where(Ticket.order_id == order.id))

    def answer(self, session: Session, order: ErrandOrder, text: str, *, actor: str) -> Ticket:
        """Keep what is told back to 12345; the case leaves with it. Raises NotFound, InvalidInput."""
        ticket = self.of_order(session, order)
        if ticket is None:
            raise NotFound("这一单不是 12345 转来的。", number=order.number)
        if not 0 < len(text) <= LONGEST_ANSWER:
            raise InvalidInput(f"请写明回复 12345 的内容，最多{LONGEST_ANSWER}字。")
        ticket.answer, ticket.answered_by, ticket.answered_at = text, actor, self.clock()
        self.deadlines.settle(session, order, DeadlineKind.TICKET)
        record(
            session, order, OrderAction.AMEND, actor=actor, at=self.clock(), from_state=order.state, reason="已答复12345",
        )  # fmt: skip
        return ticket

    def listed(self, session: Session, *, open_only: bool) -> list[Ticket]:
        """All cases, or those without an answer, the most urgent first."""
        query = select(Ticket).order_by(Ticket.due_at)
        return list(session.scalars(query.where(Ticket.answered_at.is_(None)) if open_only else query))
