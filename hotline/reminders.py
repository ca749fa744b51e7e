"""Reminders before an appointment and follow-ups (回访) after the delivery: deadline rows, once each, never at night.

A reminder leaves the evening before; for an appointment made later than that, in its morning. The follow-up
asks the next day how it went, unless the citizen has rated already: by a call where the errand came by
telephone or the number is a landline, else by text. Both go through the outbox, and not to who said no.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import LOCAL, Clock, local, spoken_time
from hotline.conversations import Conversations
from hotline.deadlines import Deadlines
from hotline.notices import means_for
from hotline.opt_outs import OptOuts
from hotline.outbox import Outbox
from hotline.quiet_hours import is_loud, next_loud
from hotline.store.deadlines import Deadline
from hotline.store.schema import ErrandOrder, FollowUp, Runner
from hotline.vocabulary import DeadlineKind, Means, OrderAction, OrderState

_A, _D = OrderAction, DeadlineKind
EVENING, MORNING = time(19), time(8)
AHEAD = timedelta(hours=2)  # a reminder later than this before the appointment helps nobody
ASKED_AT = time(10)  # on the day after the delivery
REVISIT_KEY = "revisit:"
PROMISED = (_A.ACCEPT, _A.ASSIGN, _A.REASSIGN, _A.AMEND)
NOT_AWAITED = (_A.COLLECT, _A.RELEASE, _A.ESCALATE, _A.CANCEL)
NOT_OVER = (_A.REOPEN, _A.CANCEL, _A.CLOSE)
REMINDER = (
    "提醒您：{time}跑手{runner}来{place}收订单{number}的材料，暗号{code}，请先备齐。要改时间，说一声就行。"
)
NO_MORE = "不想再收提醒，回“退订”。"
QUESTION = "订单{number}送到了，办得满不满意？回数字：5非常满意 4满意 3基本满意 2不满意 1非常不满意。不评也不要紧，不想再收，回“退订”。"


class Reminders:
    """Begins, drops and carries out what is told without being asked."""

    def __init__(
        self, deadlines: Deadlines, conversations: Conversations, outbox: Outbox, opt_outs: OptOuts, clock: Clock
    ) -> None:
        self.deadlines = deadlines
        self.conversations = conversations
        self.outbox = outbox
        self.opt_outs = opt_outs
        self.clock = clock
        deadlines.work[_D.REMIND] = self._remind
        deadlines.work[_D.REVISIT] = self._revisit

    def order_moved(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """Set what is due as a step demands."""
        if action in NOT_AWAITED:
            self.deadlines.drop(session, order, _D.REMIND)
        if action in NOT_OVER:
            self.deadlines.drop(session, order, _D.REVISIT)
        if action in PROMISED and order.state is OrderState.ACCEPTED:
            self.deadlines.drop(session, order, _D.REMIND)
            due = reminder_at(order.wish_from, self.clock())
            if due:
                self.deadlines.start(session, order, _D.REMIND, due)
        if action is _A.DELIVER:
            next_day = local(self.clock()).date() + timedelta(days=1)
            self.deadlines.start(session, order, _D.REVISIT, datetime.combine(next_day, ASKED_AT, LOCAL))

    def _remind(self, session: Session, row: Deadline) -> datetime | None:
        order, now = row.order, self.clock()
        if not is_loud(now) and next_loud(now) <= order.wish_from - AHEAD:
            return next_loud(now)  # the hall was down in the evening
        row.settled_at = now
        if order.state is OrderState.ACCEPTED and is_loud(now) and now < order.wish_from:
            runner = session.get(Runner, order.runner_id) if order.runner_id else None
            text = REMINDER.format(
                time=spoken_time(order.wish_from, now), runner=runner.name if runner else "", place=order.place_text,
                number=order.number, code=order.door_code,
            )  # fmt: skip
            key = f"remind:{order.id}:{order.wish_from:%m%d%H%M}"
            if order.conversation_id:
                self.conversations.notify(session, order.conversation_id, text)
            row.met = self._tell(session, order, key, means_for(order.contact_phone), text + NO_MORE)
        return None

    def _revisit(self, session: Session, row: Deadline) -> datetime | None:
        order, now = row.order, self.clock()
        if not is_loud(now):
            return next_loud(now)
        row.settled_at = now
        if not self.is_rated(session, order):
            means = Means.CALL if order.channel == "phone" else means_for(order.contact_phone)
            row.met = self._tell(session, order, f"{REVISIT_KEY}{order.id}", means, QUESTION.format(number=order.number))
        return None

    def _tell(self, session: Session, order: ErrandOrder, key: str, means: Means, text: str) -> bool:
        """Whether it was written to be sent; who said no is left alone."""
        if self.opt_outs.has(session, order.contact_phone):
            return False
        self.outbox.add(session, key=key, means=means, address=order.contact_phone, text=text, order_id=order.id)
        return True

    def is_rated(self, session: Session, order: ErrandOrder) -> bool:
        """Whether the citizen has said how it went."""
        query = select(FollowUp.id).where(FollowUp.order_id == order.id, FollowUp.kind == "rating")
        return session.scalar(query.limit(1)) is not None


def reminder_at(wish_from: datetime, now: datetime) -> datetime | None:
    """When to remind of an appointment that is agreed now; None when it is too close."""
    day = local(wish_from).date()
    for due in (datetime.combine(day - timedelta(days=1), EVENING, LOCAL), datetime.combine(day, MORNING, LOCAL)):
        if now < due <= wish_from - AHEAD:
            return due
    return None
