"""Answers to the follow-up (回访): a grade by key or text, a person, or no such calls any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls.offers import OfferAnswer
from hotline.calls.speech import by_digit
from hotline.clock import Clock
from hotline.errors import NotFound
from hotline.follow_up import RATINGS, RECTIFY_DAYS, FollowUps
from hotline.opt_outs import OptOuts
from hotline.reminders import REVISIT_KEY, Reminders
from hotline.store.outbox import Outgoing
from hotline.store.schema import Conversation, ErrandOrder, Message
from hotline.vocabulary import Sender
from hotline.working_time import WorkingCalendar

ANSWERED_WITHIN = timedelta(days=7)  # a bare digit later than this is no grade
NO_MORE, PERSON = "9", "0"
CALL_BACK_WITHIN = timedelta(hours=2)  # of office hours
KEYS = "非常满意按5，满意按4，基本满意按3，不满意按2，非常不满意按1。要人给您回电按0，不想再接这种电话按9，重听按星号。"


class Revisits:
    """Takes what citizens answer when they are asked how it went."""

    def __init__(
        self, reminders: Reminders, follow_ups: FollowUps, opt_outs: OptOuts, calendar: WorkingCalendar, clock: Clock
    ) -> None:
        self.reminders = reminders
        self.follow_ups = follow_ups
        self.opt_outs = opt_outs
        self.calendar = calendar
        self.clock = clock

    def spoken(self, session: Session, order_id: int) -> str:
        """What the citizen hears who is rung; no item is named. Raises NotFound."""
        order, name = self._order(session, order_id), self.calendar.profile.name
        return f"您好，这里是{name}跑团热线，我是机器人，打个回访。订单{by_digit(order.number or '')}送到了，办得满不满意？{KEYS}"

    def key(self, session: Session, order_id: int, digits: str) -> OfferAnswer:
        """The key that was pressed; a key of no meaning is asked again. Raises NotFound."""
        order = self._order(session, order_id)
        if digits in ("1", "2", "3", "4", "5"):
            return OfferAnswer(self._rate(session, order, int(digits), "电话回访"))
        if digits == NO_MORE:
            self.opt_outs.add(session, order.contact_phone)
            return OfferAnswer("好的，以后不再打这种电话，办件进度照常通知。再见。")
        if digits == PERSON:
            due = self.calendar.add_hours(self.clock(), CALL_BACK_WITHIN)
            self.follow_ups.keep(
                session, key=f"{REVISIT_KEY}{order.id}:person", kind="callback", order_id=order.id, due_at=due,
                conversation_id=order.conversation_id, text="回访时要人回电",
            )  # fmt: skip
            return OfferAnswer("好的，工作人员会给您回电。再见。")
        return OfferAnswer(self.spoken(session, order_id), done=False)

    def text(self, session: Session, number: str, text: str) -> str | None:
        """What a bare grade is answered, when this number was asked for one; None for every other text."""
        digit = text.strip(" 　.。分星")
        order = self._asked(session, number) if number and digit in ("1", "2", "3", "4", "5") else None
        return self._rate(session, order, int(digit), "短信回访") if order else None

    def _asked(self, session: Session, number: str) -> ErrandOrder | None:
        """The order that this number was asked about last, if nothing else was offered to it since."""
        query = select(Outgoing).where(
            Outgoing.address == number, Outgoing.key.startswith(REVISIT_KEY),
            Outgoing.created_at > self.clock() - ANSWERED_WITHIN,
        )  # fmt: skip
        row = session.scalars(query.order_by(Outgoing.id.desc()).limit(1)).first()
        order = session.get(ErrandOrder, row.order_id) if row and row.order_id else None
        if row is None or order is None or self.reminders.is_rated(session, order):
            return None
        since = select(Message.buttons).join(Conversation, Conversation.id == Message.conversation_id).where(
            Conversation.contact == number, Conversation.channel == "sms",
            Message.sender == Sender.ASSISTANT, Message.created_at > row.created_at,
        )  # fmt: skip
        return None if any(session.scalars(since)) else order

    def _rate(self, session: Session, order: ErrandOrder, stars: int, how: str) -> str:
        due = self.calendar.add_days(self.clock(), RECTIFY_DAYS) if stars <= 2 else None
        self.follow_ups.keep(
            session, key=f"{REVISIT_KEY}{order.id}", kind="rating", conversation_id=order.conversation_id,
            order_id=order.id, stars=stars, text=how, due_at=due,
        )  # fmt: skip
        if stars <= 2:
            return f"对不住，没让您满意，{RATINGS[stars]}记下了。负责人{RECTIFY_DAYS}个工作日内整改并给您回话。"
        return f"谢谢您的评价，{RATINGS[stars]}，已经记下了。"

    def _order(self, session: Session, order_id: int) -> ErrandOrder:
        order = session.get(ErrandOrder, order_id)
        if order is None:
            raise NotFound(order=order_id)
        return order
