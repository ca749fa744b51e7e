"""Seeing to callbacks and complaints: who does it, which attempts there were, and when it is done."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import InvalidInput, NotFound, StaleView
from hotline.store.desk import FollowUpWork
from hotline.store.schema import ErrandOrder, FollowUp, Staff

RESULTS = {"reached": "打通了", "no_answer": "没人接", "busy": "占线", "wrong_number": "号码不对"}


class Callbacks:
    """The work on follow-ups."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def work_on(self, session: Session, follow_up_id: int) -> tuple[FollowUp, FollowUpWork]:
        """A follow-up and what was done about it, locked; raises NotFound."""
        query = select(FollowUp).where(FollowUp.id == follow_up_id).with_for_update()
        row = session.scalar(query)
        if row is None:
            raise NotFound(follow_up=follow_up_id)
        work = session.get(FollowUpWork, follow_up_id)
        if work is None:
            work = FollowUpWork(follow_up_id=follow_up_id, phone="", attempts=[])
            session.add(work)
            session.flush()
        return row, work

    def take(self, session: Session, follow_up_id: int, staff: Staff, *, owner: int | None) -> FollowUpWork:
        """See to it from now on; raises StaleView when it is not `owner`'s (an id or None) any more."""
        _, work = self.work_on(session, follow_up_id)
        if work.staff_id not in (owner, staff.id):
            raise StaleView(follow_up=follow_up_id)
        work.staff_id = staff.id
        return work

    def attempt(self, session: Session, follow_up_id: int, staff: Staff, result: str) -> FollowUpWork:
        """One try to reach the citizen; raises InvalidInput for another word than those of RESULTS."""
        if result not in RESULTS:
            raise InvalidInput(f"结果应当是{'、'.join(RESULTS.values())}之一。")
        row, work = self.work_on(session, follow_up_id)
        if row.done_at is not None:
            raise StaleView("这一件刚刚已经办结了。", follow_up=follow_up_id)
        work.staff_id = work.staff_id or staff.id
        work.attempts = [*(work.attempts or []), {"at": self.clock().isoformat(), "by": staff.name, "result": result}]
        return work

    def phone_of(self, session: Session, follow_up_id: int) -> str:
        """Whom to ring: the number that was left, else the order's."""
        row, work = self.work_on(session, follow_up_id)
        order = session.get(ErrandOrder, row.order_id) if row.order_id else None
        return work.phone or (order.contact_phone if order else "")
