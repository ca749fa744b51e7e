"""The clocks of an errand: accepted, collected, completed in time; and what ends by itself.

The offer's clock is the order's own `accept_by`; the others are deadline rows, begun and ended by
the steps of the order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hotline.deadlines import Deadlines
from hotline.orders import Orders
from hotline.store.deadlines import Deadline
from hotline.store.schema import ErrandOrder, OrderEvent
from hotline.vocabulary import DeadlineKind, OrderAction, OrderState

_A, _D = OrderAction, DeadlineKind
ENDING = (_A.COMPLETE, _A.REFUSE_ACCEPTANCE, _A.REFUSE_GRANT)  # the window has decided
OVER = (_A.CANCEL, _A.CLOSE)
ANEW = (_A.RELEASE, _A.ESCALATE, _A.REOPEN)
Promise = Callable[[str | None], tuple[int | None, bool]]  # item code → (working days, whether confirmed)


@dataclass(frozen=True)
class ServiceClock:
    """One clock of an order, for people and for figures."""

    label: str
    started_at: datetime
    due_at: datetime
    done_at: datetime | None
    met: bool | None  # None: it still runs, or it was dropped
    provisional: bool  # counted without a published calendar, or promised by nobody who confirmed it
    post: str  # who oversees it, if it is overdue


class ServiceLevels:
    """Begins and ends the deadlines of orders as they move."""

    def __init__(self, orders: Orders, deadlines: Deadlines, promise: Promise) -> None:
        self.orders = orders
        self.deadlines = deadlines
        self.promise = promise
        self.levels = deadlines.profile.service_levels
        deadlines.work[_D.CLOSE] = self._close

    def order_moved(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """Set the clocks as a step demands."""
        if action in (_A.ACCEPT, _A.ASSIGN):
            self.expect_collection(session, order)
        elif action is _A.AMEND and order.state is OrderState.ACCEPTED:
            self.expect_collection(session, order)  # perhaps for another time
        elif action is _A.COLLECT:
            self.deadlines.settle(session, order, _D.COLLECT)
        elif action is _A.SUBMIT:
            self._expect_completion(session, order)
        elif action in ENDING:
            self.deadlines.settle(session, order, _D.COMPLETE)
        elif action is _A.DELIVER:
            after = timedelta(days=self.levels.reopen_days)
            self.deadlines.start(session, order, _D.CLOSE, order.updated_at + after)
        if action in (*OVER, *ANEW):
            for kind in (_D.COLLECT, _D.COMPLETE, _D.CLOSE):
                self.deadlines.drop(session, order, kind)

    def expect_collection(self, session: Session, order: ErrandOrder) -> None:
        """The runner is at the door by the end of the agreed time and some minutes."""
        due = max(order.wish_to, order.updated_at) + timedelta(minutes=self.levels.collect_minutes)
        self.deadlines.start(session, order, _D.COLLECT, due)

    def may_collect(self, session: Session, order: ErrandOrder) -> None:
        """The papers are verified: from now on the runner is expected, who had to wait until then."""
        if order.state is OrderState.ACCEPTED:
            self.expect_collection(session, order)

    def _expect_completion(self, session: Session, order: ErrandOrder) -> None:
        if self.deadlines.running(session, order, _D.COMPLETE):
            return  # handed in again after 补正: the first promise stands until the window gives another
        days, is_confirmed = self.promise(order.item_code)
        due = self.deadlines.calendar.add_days(order.updated_at, self.levels.complete_days if days is None else days)
        self.deadlines.start(session, order, _D.COMPLETE, due, is_certain=days is not None and is_confirmed)

    def promised(self, session: Session, order: ErrandOrder, due_at: datetime) -> None:
        """The window named the day itself: that goes before every general promise."""
        self.deadlines.start(session, order, _D.COMPLETE, due_at)

    def _close(self, session: Session, row: Deadline) -> None:
        row.settled_at, row.met = self.deadlines.clock(), True
        if row.order.state is OrderState.DELIVERED:
            days = self.levels.reopen_days
            self.orders.move(session, row.order, _A.CLOSE, actor="系统", reason=f"送达后{days}天没有重新打开")

    def clocks(self, session: Session, order: ErrandOrder) -> list[ServiceClock]:
        """Every clock of an order, the offer's first."""
        kinds = (_D.COLLECT, _D.COMPLETE, _D.SUPPLEMENT, _D.DEFERRED, _D.TICKET)
        rows = [row for row in self.deadlines.of_order(session, order) if row.kind in kinds]
        return [self._offer_clock(order)] + [_clock(row) for row in rows]

    def _offer_clock(self, order: ErrandOrder) -> ServiceClock:
        taken = [event.at for event in order.events if event.action in (_A.ACCEPT.value, _A.ASSIGN.value)]
        calendar, begun = self.deadlines.calendar, _begun(order.events) or order.created_at
        due = calendar.add_hours(begun, timedelta(minutes=self.levels.accept_minutes))
        done = next((at for at in taken if at >= begun), None)
        met = done <= due if done else None
        return ServiceClock("接单", begun, due, done, met, calendar.is_provisional(begun, due), "")


def _begun(events: list[OrderEvent]) -> datetime | None:
    """When the order was looking for its runner first, or again after it was reopened."""
    starts = [event.at for event in events if event.action in (_A.PLACE.value, _A.REOPEN.value)]
    return starts[-1] if starts else None


def _clock(row: Deadline) -> ServiceClock:
    done = row.settled_at if row.met is not None else None
    return ServiceClock(row.kind.label, row.started_at, row.due_at, done, row.met, row.provisional, row.post)
