"""The first words of a call: that a machine speaks, that 0 brings a person, and whether a person answers first."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.orders import OPEN
from hotline.profile import HallProfile
from hotline.store.calls import PhoneCall
from hotline.store.schema import ErrandOrder

REMEMBERED = timedelta(days=90)  # a number that wanted a person gets one first for so long


class Greeting:
    """How this hall answers the telephone."""

    def __init__(self, profile: HallProfile, clock: Clock, *, recorded: bool) -> None:
        self.profile = profile
        self.clock = clock
        self.recorded = recorded

    @property
    def words(self) -> str:
        """Who speaks, and how to reach a person."""
        demo = f"{self.profile.banner}。" if self.profile.banner else ""
        tape = "为了把事情办好，这通电话会录音。" if self.recorded else ""
        return f"您好，这里是{self.profile.name}跑团热线，{demo}我是机器人助手，随时按0转人工。{tape}"

    def open_order(self, session: Session, number: str) -> str:
        """A number is a contact, not a person: that there is an order is said, not for what."""
        query = select(ErrandOrder.id).where(ErrandOrder.contact_phone == number, ErrandOrder.state.in_(OPEN)).limit(1)
        if not number or session.scalar(query) is None:
            return ""
        return "您这个号码有一单正在办，要问这一单，请说订单号，或者申请人姓啥子。"

    def person_first(self, session: Session, call: PhoneCall) -> bool:
        """Whether this caller gets a person at once: by the hour, or because this number asked for one before."""
        if self.profile.person_answers_first(self.clock()):
            return True
        since = self.clock() - REMEMBERED
        query = select(PhoneCall.id).where(
            PhoneCall.number == call.number, PhoneCall.wanted_person, PhoneCall.started_at > since
        )
        return bool(call.number) and session.scalar(query.limit(1)) is not None
