"""The handoff card: everything a member of staff has to know before the first word."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.callbacks import KINDS
from desk.conversation_views import CHANNELS
from desk.times import iso
from hotline.errors import NotFound
from hotline.hall import Hall
from hotline.history import history_of
from hotline.masking import mask_phones
from hotline.store.calls import CallForward, CallTurn, PhoneCall
from hotline.store.desk import DeskNote, Handoff
from hotline.store.schema import Conversation, Message, Staff
from hotline.suggested_answer import LAST_WORDS, Suggestion, suggest
from hotline.vocabulary import Sender

WORDS = {"applicant_name": "申请人", "pickup_time": "时间", "pickup_place": "地点", "item_text": "原话"}
SNIPPET = 60


def card(hall: Hall, session: Session, conversation_id: int) -> dict[str, Any]:
    """The card of a conversation; phones are masked. Raises NotFound."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("没有这个对话。", conversation=conversation_id)
    understood = conversation.understood or {}
    found = history_of(session, conversation)
    place = hall.queue.place_of(session, conversation)
    return {
        "id": conversation.id,
        "channel": CHANNELS.get(conversation.channel, conversation.channel),
        "who": _who(understood, found.orders),
        "town": (understood.get("pickup_place") or {}).get("township") or next((o.township for o in found.orders), ""),
        "phone": mask_phones(found.phones[0]) if found.phones else "",
        "reason": conversation.reason,
        "waiting_since": iso(conversation.waiting_since),
        "place": hall.queue.words(place) if place else "",
        "item": _item(hall, understood.get("item_code")),
        "choices": [item for code in understood.get("item_choices") or [] if (item := _item(hall, code))],
        "understood": _told(understood),
        "form": order_form(hall, understood),
        "handoffs": [_handoff(hall, session, row) for row in _handoffs(session, conversation_id)],
        "notes": [{"author": n.author, "text": n.text, "at": iso(n.at)} for n in notes_of(session, conversation_id)],
        "history": _history(found),
        "calls": calls_of(session, conversation_id),
    }


def _who(understood: dict[str, Any], orders: list[Any]) -> str:
    return understood.get("applicant_name") or next((order.applicant_name for order in orders), "")


def _item(hall: Hall, code: str | None) -> dict[str, str] | None:
    item = hall.catalogue.get(code) if code else None
    return {"code": item.code, "name": item.title, "zone": hall.catalogue.zone_name(item)} if item else None


def _told(understood: dict[str, Any]) -> list[list[str]]:
    """What was understood, as names and words."""
    rows = []
    for name, label in WORDS.items():
        value = understood.get(name)
        if value:
            rows.append([label, value.get("text", "") if isinstance(value, dict) else str(value)])
    return rows


def order_form(hall: Hall, understood: dict[str, Any]) -> dict[str, str]:
    """The order form prefilled with what was understood: the fields of an order at the window."""
    item = hall.catalogue.get(understood.get("item_code") or "")
    place, time = understood.get("pickup_place") or {}, understood.get("pickup_time") or {}
    village = hall.divisions.get(place["code"]) if len(place.get("code", "")) == 12 else None
    return {
        "applicant": understood.get("applicant_name") or "",
        "phone": understood.get("contact_phone") or "",
        "item": item.title if item else understood.get("item_text") or "",
        "code": item.code if item else "",
        "town": place.get("township", ""),
        "village": village.name if village else "",
        "place": place.get("door") or ("" if place.get("code") else place.get("text", "")),
        "time": time.get("from", "")[:16].replace("T", " "),
    }


def _handoffs(session: Session, conversation_id: int) -> list[Handoff]:
    query = select(Handoff).where(Handoff.conversation_id == conversation_id)
    return list(session.scalars(query.order_by(Handoff.id.desc()).limit(5)))


def _handoff(hall: Hall, session: Session, row: Handoff) -> dict[str, Any]:
    taken = session.get(Staff, row.taken_id) if row.taken_id else None
    zone = hall.profile.zones.get(row.zone)
    return {
        "reason": row.reason, "zone": zone.name if zone else "", "note": row.note, "asked_at": iso(row.asked_at),
        "taken_at": iso(row.taken_at), "taken_by": taken.name if taken else "", "ended_at": iso(row.ended_at),
        "ended": row.ended.label if row.ended else "", "returned": len(row.returned_by or []),
    }  # fmt: skip


def notes_of(session: Session, conversation_id: int) -> list[DeskNote]:
    """The internal notes of a conversation, oldest first."""
    return list(session.scalars(select(DeskNote).where(DeskNote.conversation_id == conversation_id).order_by(DeskNote.id)))


def _history(found: Any) -> dict[str, Any]:
    return {
        "orders": [
            {"number": o.number, "item": o.item_name, "state": o.state.value, "state_label": o.state.label,
             "channel": CHANNELS.get(o.channel, o.channel), "at": iso(o.created_at)}
            for o in found.orders
        ],
        "conversations": [
            {"id": c.id, "channel": CHANNELS.get(c.channel, c.channel), "state_label": c.state.label, "at": iso(c.updated_at)}
            for c in found.conversations
        ],
        "follow_ups": [
            {"kind": KINDS.get(f.kind, f.kind), "text": mask_phones(f.text)[:SNIPPET], "at": iso(f.created_at), "done": bool(f.done_at)}
            for f in found.follow_ups
        ],
    }  # fmt: skip


def calls_of(session: Session, conversation_id: int) -> list[dict[str, Any]]:
    """The telephone calls of a conversation with what was heard and whom it rang."""
    rows = session.scalars(select(PhoneCall).where(PhoneCall.conversation_id == conversation_id).order_by(PhoneCall.id))
    return [call_as_json(session, call) for call in rows]


def call_as_json(session: Session, call: PhoneCall) -> dict[str, Any]:
    """One call: its turns, and the people rung."""
    turns = session.scalars(select(CallTurn).where(CallTurn.call_id == call.id).order_by(CallTurn.turn))
    rung = session.scalars(select(CallForward).where(CallForward.call_id == call.id).order_by(CallForward.attempt))
    return {
        "id": call.id, "number": mask_phones(call.number), "purpose": call.purpose.label, "state": call.state.value,
        "state_label": call.state.label, "conversation": call.conversation_id,
        "started_at": iso(call.started_at), "ended_at": iso(call.ended_at),
        "turns": [
            {"heard": mask_phones(t.heard), "says": t.step.get("says", []), "until": t.heard_until, "at": iso(t.at)} for t in turns
        ],
        "forwards": [
            {"who": f.staff.name if f.staff else f.runner.name if f.runner else "", "state_label": f.state.label, "at": iso(f.at)}
            for f in rung
        ],
    }  # fmt: skip


def suggestion(hall: Hall, session: Session, conversation_id: int) -> dict[str, Any]:
    """What the assistant would say now, asked without being sent. Raises NotFound."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound(conversation=conversation_id)
    said = select(Message.id, Message.text).where(
        Message.conversation_id == conversation_id, Message.sender == Sender.CITIZEN
    )
    newest = [(row[0], row[1]) for row in session.execute(said.order_by(Message.id.desc()).limit(LAST_WORDS))]
    understood = conversation.understood or {}
    knowledge = hall.knowledge
    answer = suggest(
        knowledge.lookup, knowledge.guidance, newest, item_code=understood.get("item_code") or "",
        place=(understood.get("pickup_place") or {}).get("code", ""),
    )  # fmt: skip
    return _suggestion(answer)


def _suggestion(answer: Suggestion) -> dict[str, Any]:
    return {
        "text": answer.text, "heard": mask_phones(answer.heard), "message": answer.message_id,
        "candidates": [{"code": c.code, "name": c.item.title, "zone": c.zone, "score": round(c.score, 3)} for c in answer.candidates],
    }  # fmt: skip


def find_items(hall: Hall, text: str) -> list[dict[str, Any]]:
    """The item lookup beside the chat, each with its full notice for the reply box."""
    knowledge = hall.knowledge
    found = knowledge.lookup.find(text, limit=8).candidates
    exact = [item for item in knowledge.catalogue.items if text and text in item.title][:8] if len(text) >= 2 else []
    items = list({item.code: item for item in [*exact, *(c.item for c in found)]}.values())[:10]
    return [
        {"code": item.code, "name": item.title, "zone": knowledge.catalogue.zone_name(item), "confirmed": item.confirmed,
         "notice": knowledge.guidance.notice(item)}
        for item in items
    ]  # fmt: skip
