"""The desk at a glance: what waits, who is on duty where, what has to be called back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from desk.login import Seat
from desk.times import iso
from hotline.errors import NotFound
from hotline.follow_up import RATINGS
from hotline.hall import Hall
from hotline.masking import mask_phones
from hotline.orders import CARRIED
from hotline.store.schema import Conversation, ErrandOrder, FollowUp, Message, Offer, OrderEvent, Runner
from hotline.store.verification import Verification
from hotline.vocabulary import ConversationState, OrderState, Owner

KINDS = {"rating": "评价", "complaint": "投诉", "callback": "回电"}
SNIPPET = 120  # characters of a follow-up in the list


def digest(hall: Hall, session: Session, seat: Seat) -> dict[str, Any]:
    """The counts beside the tabs, and a stamp that is another one whenever anything was changed."""
    counts = {
        "waiting": _count(session, Conversation.state == ConversationState.WAITING),
        "mine": _count(session, Conversation.owner == Owner.STAFF, Conversation.staff_id == seat.staff_id),
        "attention": _count(session, ErrandOrder.state == OrderState.ESCALATED),
        "follow_ups": _count(session, FollowUp.done_at.is_(None), FollowUp.due_at.is_not(None)),
        "verification": _count(session, Verification.answered_at.is_(None)),
        "on_duty": _count(session, Runner.on_duty.is_(True)),
    }
    newest = [session.scalar(select(func.max(column))) for column in (Message.id, OrderEvent.id, Offer.id)]
    touched = [
        session.scalar(select(func.max(column)))
        for column in (Conversation.updated_at, Verification.opened_at, Verification.escalated_at, Verification.answered_at)
    ]
    return {"counts": counts, "stamp": [*newest, *map(iso, touched)]}


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


def follow_up_list(hall: Hall, session: Session) -> dict[str, Any]:
    """What has to be called back or put right, the most urgent first; phones masked."""
    rows = hall.follow_ups.open(session)
    return {"follow_ups": [_follow_up(hall, session, row, in_list=True) for row in rows]}


def follow_up_detail(hall: Hall, session: Session, follow_up_id: int) -> dict[str, Any]:
    """One follow-up in full; raises NotFound."""
    row = session.get(FollowUp, follow_up_id)
    if row is None:
        raise NotFound(follow_up=follow_up_id)
    return _follow_up(hall, session, row, in_list=False)


def _follow_up(hall: Hall, session: Session, row: FollowUp, *, in_list: bool) -> dict[str, Any]:
    order = session.get(ErrandOrder, row.order_id) if row.order_id else None
    phone = order.contact_phone if order else ""
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_label": KINDS.get(row.kind, row.kind),
        "stars": row.stars,
        "stars_label": RATINGS.get(row.stars or 0, ""),
        "text": mask_phones(row.text)[:SNIPPET] if in_list else row.text,
        "citizen": order.applicant_name if order else "",
        "phone": mask_phones(phone) if in_list else phone,
        "order": order.number if order else None,
        "conversation": row.conversation_id,
        "created_at": iso(row.created_at),
        "due_at": iso(row.due_at),
        "overdue": bool(row.due_at and row.done_at is None and row.due_at < hall.clock()),
        "done_at": iso(row.done_at),
    }
