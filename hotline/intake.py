"""Taking an order in: the same way for chat, phone, counter, lists, 12345 and runners.

An open order of the same citizen for the same item is shown, not doubled. Two halls that take the
same wish in the same moment take turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.deadlines import Deadlines
from hotline.errors import AlreadyOrdered, InvalidInput
from hotline.orders import OPEN, ErrandRequest, Orders, check_phone
from hotline.store.claims import take_turns
from hotline.store.schema import ErrandOrder, Runner
from hotline.store.tickets import Ticket
from hotline.vocabulary import DeadlineKind, HelpKind, OrderAction

LONGEST = {"applicant_name": 64, "contact_name": 64, "for_whom": 64, "place_text": 400, "notes": 4000}  # characters


@dataclass(frozen=True)
class TicketIn:
    """What 12345 sends with a case."""

    number: str  # theirs
    due_at: datetime  # by when they want an answer


class Intake:
    """The one door by which orders come in."""

    def __init__(self, orders: Orders, deadlines: Deadlines) -> None:
        self.orders = orders
        self.deadlines = deadlines

    def take(
        self, session: Session, request: ErrandRequest, *, ticket: TicketIn | None = None, allow_double: bool = False
    ) -> tuple[ErrandOrder, bool]:
        """Make the order of a request: (order, made now); the same key is the same order.

        Raises InvalidInput, and AlreadyOrdered unless a person wants a second order.
        """
        known = self.orders.find(session, request.key)
        if known:
            return known, False
        check_lengths(request)
        if not allow_double and (double := self.double_of(session, request)):
            raise AlreadyOrdered(double_wording(double), number=double.number)
        order = self.orders.make(session, request)
        if ticket:
            self._keep(session, order, ticket)
        if order.help is HelpKind.OTHER:
            self.orders.move(session, order, OrderAction.ESCALATE, actor="系统", reason="其他帮办，由工作人员安排")
        return order, True

    def take_from_runner(self, session: Session, request: ErrandRequest, runner: Runner) -> tuple[ErrandOrder, bool]:
        """An errand that a runner met at a door or a market: an order like others, and theirs to carry."""
        order, made = self.take(session, request)
        if made:
            order.runner_id = runner.id
            self.orders.move(session, order, OrderAction.ASSIGN, actor=runner.number, reason="跑手自己带来的单")
        return order, made

    def double_of(self, session: Session, request: ErrandRequest) -> ErrandOrder | None:
        """The open order of the same citizen for the same item; families share phones, so the name counts."""
        if request.item_code is None:
            return None
        phone = check_phone(request.contact_phone)
        take_turns(session, f"{phone}:{request.item_code}")
        query = select(ErrandOrder).where(
            ErrandOrder.contact_phone == phone,
            ErrandOrder.item_code == request.item_code,
            ErrandOrder.state.in_(OPEN),
        )
        rows = session.scalars(query.order_by(ErrandOrder.id.desc()))
        return next((order for order in rows if is_same_citizen(order, request)), None)

    def _keep(self, session: Session, order: ErrandOrder, ticket: TicketIn) -> None:
        now = self.orders.clock()
        session.add(Ticket(order_id=order.id, number=ticket.number, due_at=ticket.due_at, received_at=now))
        self.deadlines.start(session, order, DeadlineKind.TICKET, ticket.due_at)


def is_same_citizen(order: ErrandOrder, request: ErrandRequest) -> bool:
    """Whether the names can be one person's, for one beneficiary: 王 and 王建国 can, 王建国 and 李芳 cannot."""
    ours, theirs = sorted((order.applicant_name, request.applicant_name), key=len)
    return theirs.startswith(ours) and order.for_whom == request.for_whom


def double_wording(order: ErrandOrder) -> str:
    """What is told instead of a second order."""
    return (
        f"这件事您已经有订单{order.number}（{order.state.label}），没有再下第二单。要改时间、地点，直接说改成什么；"
        "确实要另办一份，请说“转人工”。"
    )


def check_lengths(request: ErrandRequest) -> None:
    """Raises InvalidInput for words that the database would not keep whole."""
    labels = {"applicant_name": "申请人", "contact_name": "联系人", "for_whom": "替谁办", "place_text": "地点", "notes": "备注"}
    for name, longest in LONGEST.items():
        if len(getattr(request, name)) > longest:
            raise InvalidInput(f"“{labels[name]}”太长了，最多{longest}个字。")

