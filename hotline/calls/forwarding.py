"""Whom to ring for a caller who wants a person, one after the other, and what is left when nobody answers."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.clock import Clock, spoken_time
from hotline.conversations import Conversations
from hotline.errors import NotFound, TakenOver
from hotline.follow_up import FollowUps
from hotline.orders import CARRIED
from hotline.profile import HallProfile
from hotline.store.calls import CallForward, PhoneCall
from hotline.store.schema import Conversation, ErrandOrder, Runner, Staff
from hotline.vocabulary import CallState, ForwardState, Owner, Role

log = logging.getLogger(__name__)

MOST_RUNG = 3  # people rung for one wish before a callback is booked
SAME_WISH = timedelta(minutes=3)  # who did not answer is not rung again so soon
CALL_BACK_WITHIN = timedelta(minutes=30)  # of office hours
_ROLES = (Role.HOTLINE, Role.LEAD_OFFICER, Role.COUNTER, Role.ADMINISTRATOR)  # in this order


class Forwarding:
    """Rings staff and runners for callers."""

    def __init__(
        self, conversations: Conversations, follow_ups: FollowUps, profile: HallProfile, clock: Clock
    ) -> None:
        self.conversations = conversations
        self.follow_ups = follow_ups
        self.profile = profile
        self.clock = clock

    def ring_next(self, session: Session, call: PhoneCall, *, to_runner: bool = False) -> CallForward | None:
        """The next person to ring, or None when nobody is left (or the hall is closed)."""
        every = list(session.scalars(select(CallForward).where(CallForward.call_id == call.id)))
        for row in every:
            if row.state is ForwardState.RINGING:
                row.state = ForwardState.PASSED
        rung = [row for row in every if row.at > self.clock() - SAME_WISH]
        if len(rung) >= MOST_RUNG:
            return None
        runner = self._runner_of(session, call) if to_runner and not rung else None
        staff = None if runner else self._free_staff(session, call, {row.staff_id for row in rung})
        number = runner.phone if runner else staff.phone if staff else ""
        if not number:
            return None
        row = CallForward(
            call_id=call.id, attempt=len(every) + 1, staff_id=staff.id if staff else None,
            runner_id=runner.id if runner else None, number=number, state=ForwardState.RINGING, at=self.clock(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        call.state = CallState.FORWARDING
        log.info("call %s: rings %s", call.id, f"staff {staff.login}" if staff else "runner")
        return row

    def _free_staff(self, session: Session, call: PhoneCall, rung: set[int | None]) -> Staff | None:
        if not self.profile.is_open(self.clock()):
            return None
        busy = select(CallForward.staff_id).join(PhoneCall).where(
            CallForward.staff_id.is_not(None), PhoneCall.state.in_((CallState.FORWARDING, CallState.FORWARDED)),
            CallForward.state.in_((ForwardState.RINGING, ForwardState.TAKEN)), PhoneCall.id != call.id,
        )  # fmt: skip
        free = session.scalars(
            select(Staff).where(Staff.takes_calls, Staff.phone != "", Staff.id.not_in(busy))
        ).all()
        conversation = session.get_one(Conversation, call.conversation_id) if call.conversation_id else None
        owner = conversation.staff_id if conversation else None
        fit = [staff for staff in free if staff.id not in rung and staff.role in _ROLES]
        last_rung = {
            staff_id: at for staff_id, at in session.execute(
                select(CallForward.staff_id, func.max(CallForward.at)).group_by(CallForward.staff_id)
            )
        }  # fmt: skip
        fit.sort(key=lambda s: (s.id != owner, _ROLES.index(s.role), str(last_rung.get(s.id, "")), s.id))
        return fit[0] if fit else None

    def _runner_of(self, session: Session, call: PhoneCall) -> Runner | None:
        """The runner who carries an order of this number now."""
        query = select(ErrandOrder).where(ErrandOrder.contact_phone == call.number, ErrandOrder.state.in_(CARRIED))
        order = session.scalars(query.order_by(ErrandOrder.id.desc()).limit(1)).first() if call.number else None
        return session.get(Runner, order.runner_id) if order and order.runner_id else None

    def whisper(self, session: Session, forward_id: int) -> str:
        """What the person who was rung hears before pressing a key; raises NotFound."""
        row = self._row(session, forward_id)
        conversation = session.get(Conversation, row.call.conversation_id) if row.call.conversation_id else None
        why = conversation.reason if conversation and conversation.reason else "想找人说话"
        tail = f"，号码尾号{row.call.number[-4:]}" if row.call.number else ""
        return f"跑团热线转来一位市民{tail}，{why}。按1接听，按2转给下一位。"

    def take(self, session: Session, forward_id: int) -> bool:
        """The person pressed 1: they have the call and the conversation. False when it went on meanwhile."""
        row = self._row(session, forward_id, lock=True)
        if row.state is ForwardState.TAKEN:
            return True
        if row.state is not ForwardState.RINGING or row.call.state is not CallState.FORWARDING:
            return False
        row.state, row.call.state = ForwardState.TAKEN, CallState.FORWARDED
        if row.staff and row.call.conversation_id:
            try:
                self.conversations.take_over(session, row.call.conversation_id, row.staff)
            except TakenOver:
                log.info("call %s: a colleague has the conversation, the voice goes to %s", row.call_id, row.staff.login)
        log.info("call %s: taken", row.call_id)
        return True

    def pass_on(self, session: Session, forward_id: int) -> None:
        """The person pressed another key, or nothing."""
        row = self._row(session, forward_id, lock=True)
        if row.state is ForwardState.RINGING:
            row.state = ForwardState.PASSED

    def was_taken(self, session: Session, call: PhoneCall) -> bool:
        """Whether somebody talked to the caller."""
        taken = select(CallForward.id).where(CallForward.call_id == call.id, CallForward.state == ForwardState.TAKEN)
        return session.scalar(taken.limit(1)) is not None

    def book_callback(self, session: Session, call: PhoneCall, why: str) -> str:
        """A callback that staff keep, once a call, due in office hours: what the caller is told of it."""
        now = self.clock()
        due = self.profile.next_opening(now) + CALL_BACK_WITHIN
        row, _ = self.follow_ups.keep(
            session, key=f"call:{call.provider_id}", kind="callback", conversation_id=call.conversation_id,
            text=f"电话{call.number or '没有显示号码'}：{why}"[:4000], due_at=due,
        )  # fmt: skip
        if call.conversation_id:
            conversation = session.get_one(Conversation, call.conversation_id)
            if conversation.owner is Owner.ASSISTANT:
                self.conversations.hand_off(session, call.conversation_id, "电话里没接通人，约了回电")
        number = f"打您这个尾号{call.number[-4:]}的电话" if call.number else "请您留个电话，我们"
        closed = "" if self.profile.is_open(now) else "现在是下班时间。"
        before = f"{closed}这会儿没有人能接，我给您约了回电，{spoken_time(row.due_at or due, now)}之前"
        return f"{before}{number}回过来。您也可以接着跟我说，我先帮您记下。"

    def _row(self, session: Session, forward_id: int, *, lock: bool = False) -> CallForward:
        query = select(CallForward).where(CallForward.id == forward_id)
        row = session.scalar(query.with_for_update() if lock else query)
        if row is None:
            raise NotFound(forward=forward_id)
        return row
