"""Conversations as the desk sees them: a list with masked phones, and one with its transcript."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from connectors.web_chat import as_json
from desk.times import iso
from hotline.errors import InvalidInput, NotFound
from hotline.hall import Hall
from hotline.masking import mask_phones
from hotline.store.desk import DeskNote, Handoff
from hotline.store.schema import Conversation, ErrandOrder, Message, Staff
from hotline.vocabulary import ConversationState, Owner

VIEWS = ("waiting", "mine", "all", "closed")
LONGEST_LIST = 100  # conversations in a list
LONGEST_TRANSCRIPT = 400  # messages shown, the newest
SNIPPET = 80  # characters of the last message
CHANNELS = {
    "web": "网页", "cli": "终端", "phone": "电话", "sms": "短信", "wechat": "微信", "counter": "窗口",
    "import": "导入", "12345": "12345", "runner": "跑手",
}  # fmt: skip

_C = Conversation
_Rows = Select[Conversation, Message, str]


def conversation_list(session: Session, view: str, staff_id: int) -> list[dict[str, Any]]:
    """The conversations of a view, in the order in which they need somebody."""
    any_message = aliased(Message)
    newest = (
        select(func.max(any_message.id))
        .where(any_message.conversation_id == _C.id)
        .correlate(_C)
        .scalar_subquery()
    )
    query = (
        _of_view(select(_C, Message, Staff.name), view, staff_id)
        .select_from(_C)
        .join(Message, Message.id == newest)
        .outerjoin(Staff, Staff.id == _C.staff_id)
        .limit(LONGEST_LIST)
    )
    rows = session.execute(query).all()
    assigned = _assigned(session, [conversation.id for conversation, _, _ in rows])
    orders = _newest_orders(session, [conversation.id for conversation, _, _ in rows])
    return [
        {
            **_head(conversation, staff_name or ""),
            **assigned_to(assigned.get(conversation.id), staff_id),
            "last": {
                "sender": message.sender.value,
                "text": mask_phones(message.text)[:SNIPPET],
                "at": iso(message.created_at),
            },
            "order": _brief(orders[conversation.id]) if conversation.id in orders else None,
        }
        for conversation, message, staff_name in rows
    ]


def _assigned(session: Session, conversation_ids: list[int]) -> dict[int, tuple[int, str]]:
    """To whom those that wait are assigned: (id, name) by conversation."""
    query = select(Handoff.conversation_id, Staff.id, Staff.name).join(Staff, Staff.id == Handoff.assigned_id)
    waiting = query.where(Handoff.conversation_id.in_(conversation_ids), Handoff.ended_at.is_(None))
    return {conversation: (staff_id, name) for conversation, staff_id, name in session.execute(waiting)}


def assigned_to(found: tuple[int, str] | None, staff_id: int) -> dict[str, Any]:
    """Whom a waiting conversation is assigned to, and whether that is the one who looks."""
    return {"assigned": found[1] if found else "", "for_me": bool(found and found[0] == staff_id)}


def conversation_detail(hall: Hall, session: Session, conversation_id: int, staff_id: int) -> dict[str, Any]:
    """One conversation with its transcript and orders; raises NotFound."""
    conversation = session.get(_C, conversation_id)
    if conversation is None:
        raise NotFound("没有这个对话。", conversation=conversation_id)
    owner = session.get(Staff, conversation.staff_id) if conversation.staff_id else None
    newest = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.id.desc())
    messages = list(session.scalars(newest.limit(LONGEST_TRANSCRIPT)))[::-1]
    return {
        **_head(conversation, owner.name if owner else ""),
        **assigned_to(_assigned(session, [conversation_id]).get(conversation_id), staff_id),
        "epoch": conversation.epoch,
        "mine": conversation.owner is Owner.STAFF and conversation.staff_id == staff_id,
        "messages": [{**as_json(message), "text": mask_phones(message.text)} for message in messages],
        "notes": [{"author": note.author, "text": note.text, "at": iso(note.at)} for note in _notes(session, conversation_id)],
        "orders": [_brief(order) for order in hall.orders.of_conversation(session, conversation_id)],
    }


def _notes(session: Session, conversation_id: int) -> list[DeskNote]:
    query = select(DeskNote).where(DeskNote.conversation_id == conversation_id)
    return list(session.scalars(query.order_by(DeskNote.id)))


def _of_view(query: _Rows, view: str, staff_id: int) -> _Rows:
    if view == "waiting":
        return query.where(_C.state == ConversationState.WAITING).order_by(_C.waiting_since)
    if view == "mine":
        return query.where(_C.owner == Owner.STAFF, _C.staff_id == staff_id).order_by(_C.updated_at.desc())
    if view == "all":
        return query.where(_C.state != ConversationState.CLOSED).order_by(_C.updated_at.desc())
    if view == "closed":
        return query.where(_C.state == ConversationState.CLOSED).order_by(_C.updated_at.desc())
    raise InvalidInput(f"view 应当是{'、'.join(VIEWS)}之一。")


def _newest_orders(session: Session, conversation_ids: list[int]) -> dict[int | None, ErrandOrder]:
    query = (
        select(ErrandOrder).where(ErrandOrder.conversation_id.in_(conversation_ids)).order_by(ErrandOrder.id)
    )
    return {order.conversation_id: order for order in session.scalars(query)}


def _head(conversation: Conversation, staff_name: str) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "name": _name(conversation),
        "channel": CHANNELS.get(conversation.channel, conversation.channel),
        "owner": conversation.owner.value,
        "staff": staff_name,
        "state": conversation.state.value,
        "state_label": conversation.state.label,
        "reason": conversation.reason,
        "waiting_since": iso(conversation.waiting_since),
        "updated_at": iso(conversation.updated_at),
    }


def _name(conversation: Conversation) -> str:
    """What the citizen is called: the name and town that the assistant understood, else nothing."""
    understood = conversation.understood or {}
    place = understood.get("pickup_place") or {}
    return " · ".join(filter(None, (understood.get("applicant_name"), place.get("township"))))


def _brief(order: ErrandOrder) -> dict[str, Any]:
    return {
        "number": order.number, "item": order.item_name, "township": order.township,
        "citizen": order.applicant_name, "state": order.state.value, "state_label": order.state.label,
    }  # fmt: skip
