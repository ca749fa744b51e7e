"""The desk at a glance: what waits, who is on duty where, what has to be called back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from desk.login import Seat
from desk.times import iso
from hotline.hall import Hall
from hotline.orders import CARRIED
from hotline.store.calls import CallForward, PhoneCall
from hotline.store.deadlines import Deadline
from hotline.store.desk import DeskNote, Handoff, Presence
from hotline.store.schema import Conversation, ErrandOrder, FollowUp, Message, Offer, OrderEvent, Runner
from hotline.store.verification import Verification
from hotline.vocabulary import ConversationState, ForwardState, OrderState, Oversight, Owner


def digest(hall: Hall, session: Session, seat: Seat) -> dict[str, Any]:
    """The counts beside the tabs, and a stamp that is another one whenever anything was changed."""
    counts = {
        "waiting": _count(session, Conversation.state == ConversationState.WAITING),
        "mine": _count(session, Conversation.owner == Owner.STAFF, Conversation.staff_id == seat.staff_id),
        "attention": _count(session, ErrandOrder.state == OrderState.ESCALATED),
        "follow_ups": _count(session, FollowUp.done_at.is_(None), FollowUp.due_at.is_not(None)),
        "verification": _count(session, Verification.answered_at.is_(None)),
        "overdue": _count(session, Deadline.settled_at.is_(None), Deadline.oversight != Oversight.NOBODY),
        "on_duty": _count(session, Runner.on_duty.is_(True)),
    }
    newest = [
        session.scalar(select(func.max(column)))
        for column in (Message.id, OrderEvent.id, Offer.id, DeskNote.id, Handoff.id)
    ]
    touched = [
        session.scalar(select(func.max(column)))
        for column in (Conversation.updated_at, Verification.opened_at, Verification.escalated_at, Verification.answered_at)
    ]
    return {"counts": counts, "stamp": [*newest, *map(iso, touched)], "mine": _for_me(session, seat)}


def _for_me(session: Session, seat: Seat) -> dict[str, Any]:
    """What was assigned to the one who looks, which call rings, and what the own switch says."""
    waiting = session.scalars(
        select(Handoff).where(Handoff.assigned_id == seat.staff_id, Handoff.ended_at.is_(None)).order_by(Handoff.asked_at)
    )
    ringing = session.execute(
        select(PhoneCall.conversation_id).join(CallForward, CallForward.call_id == PhoneCall.id)
        .where(CallForward.staff_id == seat.staff_id, CallForward.state == ForwardState.RINGING).limit(1)
    ).first()  # fmt: skip
    mine = session.get(Presence, seat.staff_id)
    return {
        "assigned": [{"id": row.conversation_id, "reason": row.reason, "assigned_at": iso(row.assigned_at)} for row in waiting],
        "ringing": ringing[0] if ringing else None,
        "free": bool(mine and mine.free), "missed": bool(mine and mine.missed),
    }  # fmt: skip


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0


def runners_by_town(hall: Hall, session: Session) -> dict[str, Any]:
    """How many runners each town has, on duty, with their page open, and with how much in hand."""
    since = hall.clock() - hall.settings.presence_lease
    present = case((Runner.on_duty & (Runner.seen_at >= since), 1), else_=0)
    query = select(
        Runner.township, func.count(), func.sum(case((Runner.on_duty, 1), else_=0)), func.sum(present)
    ).group_by(Runner.township)
    in_hand = _orders_by_town(session, ErrandOrder.state.in_(CARRIED))
    seeking = _orders_by_town(session, ErrandOrder.state.in_((OrderState.PLACED, OrderState.OFFERED)))
    towns = [
        {
            "code": code,
            "name": hall.divisions.full_name(code) or "全区（区级队）",
            "total": total,
            "on_duty": int(on_duty or 0),
            "present": int(online or 0),
            "in_hand": in_hand.get(code, 0),
            "seeking": seeking.get(code, 0),
        }
        for code, total, on_duty, online in session.execute(query.order_by(Runner.township))
    ]
    return {"towns": towns}


def _orders_by_town(session: Session, condition: ColumnElement[bool]) -> dict[str, int]:
    town = func.substr(ErrandOrder.place_code, 1, 9).label("town")
    rows = session.execute(select(town, func.count()).where(condition).group_by("town"))
    return {code: count for code, count in rows}
