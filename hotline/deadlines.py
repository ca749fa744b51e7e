"""What is due when, and who sees to it when it is not done: 首席, then 主任.

One loop in every hall claims the rows that are due and does what belongs to their kind. A kind
without an action of its own is overseen: its lead officer is told at once, the director later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.orders import record
from hotline.profile import HallProfile
from hotline.store.deadlines import Deadline
from hotline.store.schema import ErrandOrder
from hotline.vocabulary import DeadlineKind, OrderAction, Oversight
from hotline.working_time import WorkingCalendar

BATCH = 50  # rows that one step claims
NO_ZONE = "热线值班首席"  # oversees an errand of no zone
Work = Callable[[Session, Deadline], datetime | None]


class Deadlines:
    """The deadlines of all orders."""

    def __init__(self, profile: HallProfile, clock: Clock) -> None:
        self.profile = profile
        self.clock = clock
        self.calendar = WorkingCalendar(profile)
        self.work: dict[DeadlineKind, Work] = {}  # what else than overseeing a kind gives rise to

    def start(
        self, session: Session, order: ErrandOrder, kind: DeadlineKind, due_at: datetime,
        *, subject_id: int | None = None, is_certain: bool = True,
    ) -> Deadline:  # fmt: skip
        """Begin a deadline; one of the same kind and subject that still runs is replaced."""
        self.drop(session, order, kind, subject_id=subject_id)
        now = self.clock()
        row = Deadline(
            order_id=order.id, kind=kind, subject_id=subject_id, started_at=now, due_at=due_at, next_at=due_at,
            provisional=not is_certain or self.calendar.is_provisional(now, due_at),
        )  # fmt: skip
        session.add(row)
        return row

    def settle(
        self, session: Session, order: ErrandOrder, kind: DeadlineKind, *, subject_id: int | None = None
    ) -> None:
        """What was due has happened; whether it was in time is kept."""
        for row in self.running(session, order, kind, subject_id):
            row.settled_at, row.next_at = self.clock(), None
            row.met = row.settled_at <= row.due_at

    def drop(
        self, session: Session, order: ErrandOrder, kind: DeadlineKind, *, subject_id: int | None = None
    ) -> None:
        """What was due is not wanted any more."""
        for row in self.running(session, order, kind, subject_id):
            row.settled_at, row.next_at = self.clock(), None

    def running(
        self, session: Session, order: ErrandOrder, kind: DeadlineKind, subject_id: int | None = None
    ) -> list[Deadline]:
        """The deadlines of a kind that are neither met nor dropped."""
        query = select(Deadline).where(
            Deadline.order_id == order.id, Deadline.kind == kind, Deadline.settled_at.is_(None)
        )
        if subject_id is not None:
            query = query.where(Deadline.subject_id == subject_id)
        return list(session.scalars(query))

    def of_order(self, session: Session, order: ErrandOrder) -> list[Deadline]:
        """All deadlines that an order ever had, in their order."""
        return list(session.scalars(select(Deadline).where(Deadline.order_id == order.id).order_by(Deadline.id)))

    def overdue(self, session: Session, limit: int = 200) -> list[Deadline]:
        """What is overseen now, the longest overdue first."""
        query = select(Deadline).where(
            Deadline.settled_at.is_(None), Deadline.oversight != Oversight.NOBODY
        )
        return list(session.scalars(query.order_by(Deadline.due_at).limit(limit)))

    def step(self, session: Session) -> int:
        """Do what is due now; how many rows were due."""
        now = self.clock()
        query = (  # locks the orders, as every step of theirs does: who holds the order moves its deadlines
            select(Deadline)
            .join(Deadline.order)
            .where(Deadline.next_at <= now)
            .order_by(Deadline.next_at)
            .limit(BATCH)
            .with_for_update(of=ErrandOrder, skip_locked=True)
        )
        rows = session.scalars(query).all()
        for row in rows:
            session.refresh(row)
            session.refresh(row.order)
            if row.next_at is not None and row.next_at <= now:  # nobody settled it before the lock was ours
                row.next_at = self.work.get(row.kind, self.oversee)(session, row)
        return len(rows)

    def oversee(self, session: Session, row: Deadline) -> datetime | None:
        """Bring what is overdue to the next post up; the time to look again."""
        order = row.order
        zone = self.profile.zones.get(order.zone)
        if row.oversight is Oversight.NOBODY:
            row.oversight, row.post = Oversight.LEAD_OFFICER, zone.lead_officer if zone else NO_ZONE
            again = self.calendar.add_days(self.clock(), self.profile.service_levels.director_days)
        else:
            row.oversight, row.post, again = Oversight.DIRECTOR, self.profile.director, None
        record(
            session, order, OrderAction.OVERSEE, actor="督办", at=self.clock(), from_state=order.state,
            reason=f"{row.kind.label}超过时限，交{row.post}督办",
        )  # fmt: skip
        return again
