"""The tables of the telephone: calls, what was said at each turn, and whom a call was forwarded to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.store.schema import Key, Moment, Runner, Staff, Table, Word
from hotline.vocabulary import CallPurpose, CallState, ForwardState


class PhoneCall(Table):
    """One telephone call, in or out."""

    __tablename__ = "phone_call"
    __table_args__ = (Index("phone_call_number", "number", "started_at"), Index("phone_call_state", "state"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)  # the line's own id: recorded once
    purpose: Mapped[CallPurpose] = mapped_column(Word(CallPurpose))
    number: Mapped[str] = mapped_column(String(20))  # of the other side: 13800001234; empty: withheld
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    state: Mapped[CallState] = mapped_column(Word(CallState), default=CallState.TALKING)
    turn: Mapped[int] = mapped_column(default=0)  # the last turn that was answered; 0 is the greeting
    troubles: Mapped[int] = mapped_column(default=0)  # silences, noise and wrong keys in a row
    slow: Mapped[bool] = mapped_column(default=False)  # speaks slowly and waits longer
    wanted_person: Mapped[bool] = mapped_column(default=False)  # asked for one: next time a person answers first
    rest: Mapped[list[str]] = mapped_column(JSON, default=list)  # what of a long answer was not read yet
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class CallTurn(Table):
    """One turn of a call: what was heard, and the step that answered it; a replay gets the same step."""

    __tablename__ = "call_turn"
    __table_args__ = (UniqueConstraint("call_id", "turn", name="call_turn_once"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("phone_call.id"))
    turn: Mapped[int]
    heard: Mapped[str] = mapped_column(Text, default="")
    step: Mapped[dict[str, Any]] = mapped_column(JSON)
    heard_until: Mapped[str | None] = mapped_column(Text)  # what the caller heard of it before breaking in
    at: Mapped[datetime] = mapped_column(Moment)


class CallForward(Table):
    """One person who was rung for a caller."""

    __tablename__ = "call_forward"
    __table_args__ = (UniqueConstraint("call_id", "attempt", name="call_forward_once"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("phone_call.id"))
    attempt: Mapped[int]  # 1 is the first person rung for this wish
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    runner_id: Mapped[int | None] = mapped_column(ForeignKey("runner.id"))
    number: Mapped[str] = mapped_column(String(20))
    state: Mapped[ForwardState] = mapped_column(Word(ForwardState), default=ForwardState.RINGING, index=True)
    at: Mapped[datetime] = mapped_column(Moment)

    call: Mapped[PhoneCall] = relationship()
    staff: Mapped[Staff | None] = relationship()
    runner: Mapped[Runner | None] = relationship()
