"""核实: in a confirmed hall, what nobody confirmed is verified by the zone's lead officer before it is told.

A citizen's question, or an errand, opens one task for its item; everybody who asks meanwhile waits with them.
Until it is answered no paper is collected for the item.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.catalogue.catalogue import Catalogue, Item, TypicalQuestion
from hotline.clock import Clock, spoken_time
from hotline.conversations import Conversations
from hotline.discretion import discreet
from hotline.errors import NotFound, NotVerified
from hotline.guidance import Guidance
from hotline.notices import WITH_A_PAGE, means_for
from hotline.orders import BEFORE_COLLECTION, Orders
from hotline.outbox import Outbox
from hotline.profile import HallProfile
from hotline.store.schema import Conversation, ErrandOrder
from hotline.store.verification import Verification, VerificationAsker
from hotline.vocabulary import OrderAction
from hotline.working_time import WorkingCalendar

log = logging.getLogger(__name__)
BATCH = 50  # tasks that one step claims


class Verifications:
    """The tasks of all zones. `guidance` gives the answers of the live catalogue when they are needed."""

    def __init__(
        self, profile: HallProfile, clock: Clock, conversations: Conversations, orders: Orders,
        outbox: Outbox, *, guidance: Callable[[], Guidance], within: timedelta,
    ) -> None:  # fmt: skip
        self.profile = profile
        self.clock = clock
        self.conversations = conversations
        self.orders = orders
        self.outbox = outbox
        self.freed: list[Callable[[Session, ErrandOrder], None]] = []  # are told of orders that may go on
        self.guidance = guidance
        self.within = within
        self.calendar = WorkingCalendar(profile)

    @property
    def catalogue(self) -> Catalogue:
        """The live items."""
        return self.guidance().catalogue

    def needs(self, item: Item) -> bool:
        """Whether the hall may not stand for the item yet; the demonstration goes on with its samples."""
        return self.profile.confirmed and not item.confirmed

    # --- asking

    def ask(
        self, session: Session, item: Item, conversation_id: int | None = None, *, question: str = ""
    ) -> Verification | None:
        """Open the item's task or join the open one; None when there is nothing to verify.

        `question` is the typical question that was asked: its answer comes with the verified notice.
        """
        if not self.needs(item):
            return None
        task = self.open_of(session, item.code) or self._open(session, item)
        if conversation_id is not None:
            self._attach(session, task, conversation_id)
        if question and (asker := self._asker(session, task, conversation_id)):
            asker.questions = list(dict.fromkeys([*asker.questions, question]))
        return task

    def open_of(self, session: Session, item_code: str) -> Verification | None:
        """The open task of an item."""
        query = select(Verification).where(
            Verification.item_code == item_code, Verification.answered_at.is_(None)
        )
        return session.scalar(query)

    def _open(self, session: Session, item: Item) -> Verification:
        now = self.clock()
        task = Verification(
            item_code=item.code, item_name=item.title, zone=item.zone, opened_at=now,
            due_at=self.calendar.add_hours(now, self.within),
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(task)
                session.flush()
        except IntegrityError:  # somebody else asked at the same moment
            known = self.open_of(session, item.code)
            if known is None:
                raise
            return known
        log.info("verification %s: opened for item %s, due %s", task.id, item.code, task.due_at)
        return task

    def _attach(self, session: Session, task: Verification, conversation_id: int) -> None:
        if self._asker(session, task, conversation_id):
            return
        asker = VerificationAsker(
            verification_id=task.id, conversation_id=conversation_id, asked_at=self.clock()
        )
        try:
            with session.begin_nested():
                session.add(asker)
                session.flush()
        except IntegrityError:
            if self._asker(session, task, conversation_id) is None:
                raise

    def _asker(self, session: Session, task: Verification, conversation_id: int | None) -> VerificationAsker | None:
        query = select(VerificationAsker).where(
            VerificationAsker.verification_id == task.id, VerificationAsker.conversation_id == conversation_id
        )
        return session.scalar(query)

    def promise(self, task: Verification) -> str:
        """What a citizen who waits is told."""
        now = self.clock()
        if task.escalated_at or task.due_at <= now:
            return f"{self.post(task.zone)}正在核实，已经报主任催办，一核实好马上在这里告诉您。"
        return f"我已经请{self.post(task.zone)}核实，{spoken_time(task.due_at, now)}前在这里告诉您。"

    def post(self, zone: str) -> str:
        """公安专区首席."""
        known = self.profile.zones.get(zone)
        return known.lead_officer if known else "专区首席"

    # --- orders

    def order_moved(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """An errand for an unverified item opens its task; the citizen waits for the answer."""
        if action is OrderAction.PLACE and self.profile.confirmed and order.item_code:
            item = self.catalogue.get(order.item_code)
            if item:
                self.ask(session, item, order.conversation_id)

    def waiting_for(self, session: Session, order: ErrandOrder) -> Verification | None:
        """The open task before whose answer no paper of this order is collected."""
        if not self.profile.confirmed or not order.item_code or order.state not in BEFORE_COLLECTION:
            return None
        return self.open_of(session, order.item_code)

    def refuse_collection(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """Raises NotVerified when papers would be collected that nobody has verified."""
        if action is not OrderAction.COLLECT or not order.item_code or not self.profile.confirmed:
            return
        task = self.waiting_for(session, order)
        if task:
            raise NotVerified(self.hold_words(task), number=order.number, verification=task.id)
        item = self.catalogue.get(order.item_code)
        if item and self.needs(item) and not self._was_answered(session, item.code):
            raise NotVerified(number=order.number, item=item.code)

    def hold_words(self, task: Verification) -> str:
        """What a runner is told who would collect."""
        now = self.clock()
        when = "正在催办" if task.due_at <= now else f"{spoken_time(task.due_at, now)}前有结果"
        return f"“{task.item_name}”要哪些材料还没有核实，先不要去收。{self.post(task.zone)}{when}，核实好了这里会更新。"

    def _was_answered(self, session: Session, item_code: str) -> bool:
        """The hall's memory follows the live version some seconds later."""
        query = select(Verification.id).where(Verification.item_code == item_code).limit(1)
        return session.scalar(query) is not None

    # --- the tasks

    def get(self, session: Session, task_id: int, *, lock: bool = False) -> Verification:
        """A task; raises NotFound."""
        query = select(Verification).where(Verification.id == task_id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        task = session.scalar(query)
        if task is None:
            raise NotFound("没有这个核实任务，请刷新后再看。", verification=task_id)
        return task

    def open_tasks(self, session: Session) -> list[Verification]:
        """What has to be verified, the most urgent first."""
        query = select(Verification).where(Verification.answered_at.is_(None))
        return list(session.scalars(query.order_by(Verification.due_at, Verification.id)))

    def answered_tasks(self, session: Session, limit: int = 100) -> list[Verification]:
        """What was verified, the newest first."""
        query = select(Verification).where(Verification.answered_at.is_not(None))
        return list(session.scalars(query.order_by(Verification.answered_at.desc()).limit(limit)))

    def askers(self, session: Session, task: Verification) -> list[VerificationAsker]:
        """The conversations that wait for a task's answer, or waited."""
        query = select(VerificationAsker).where(VerificationAsker.verification_id == task.id)
        return list(session.scalars(query.order_by(VerificationAsker.id)))

    # --- what is due

    def step(self, session: Session) -> list[Verification]:
        """Close what an imported catalogue has confirmed, escalate what is overdue; returns what changed."""
        if not self.profile.confirmed:
            return []
        return self._settle(session) + self._escalate(session)

    def _settle(self, session: Session) -> list[Verification]:
        settled = []
        for waiting in self.open_tasks(session):
            item = self.catalogue.get(waiting.item_code)
            if item is None or self.needs(item):
                continue
            task = self.get(session, waiting.id, lock=True)
            if task.answered_at is None:
                self.close(session, task, item, self.guidance(), by="事项目录", answer=None)
                settled.append(task)
        return settled

    def _escalate(self, session: Session) -> list[Verification]:
        now = self.clock()
        query = (
            select(Verification)
            .where(Verification.answered_at.is_(None), Verification.escalated_at.is_(None), Verification.due_at <= now)
            .order_by(Verification.due_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        overdue = list(session.scalars(query))
        for task in overdue:
            task.escalated_at = now
            log.warning("verification %s: overdue, escalated from %s to the director", task.id, self.post(task.zone))
            for asker in self.askers(session, task):
                late = "还没有核实好，已经报给主任催办，一核实好马上告诉您。"
                text = f"您问的“{task.item_name}”{late}"
                self._tell(session, task, asker.conversation_id, text, outside=f"您问的事{late}", step="overdue")
        return overdue

    def close(
        self, session: Session, task: Verification, item: Item, guidance: Guidance,
        *, by: str, answer: dict[str, Any] | None,
    ) -> None:  # fmt: skip
        """The item is verified: everybody who waits is told, and orders get the verified papers."""
        task.answered_at, task.answered_by, task.answer = self.clock(), by[:64], answer
        log.info("verification %s: item %s verified by %s", task.id, item.code, by)
        freed = self._renew_orders(session, item, by)
        verified, notice = f"您问的事{self.post(task.zone)}核实好了。", guidance.notice(item)
        for asker in self.askers(session, task):
            numbers = "、".join(str(order.number) for order in freed if order.conversation_id == asker.conversation_id)
            ready = f"订单{numbers}可以收材料了，跑手照约好的时间来。" if numbers else ""
            told = notice + self._replies(item, asker, guidance)
            outside = verified + discreet(told) + ready
            self._tell(session, task, asker.conversation_id, verified + told + ready, outside=outside, step="answer")
            asker.told_at = task.answered_at

    def _replies(self, item: Item, asker: VerificationAsker, guidance: Guidance) -> str:
        """The answers to the typical questions of one who waits, as they are verified now."""
        now = {question.question: question for question in item.questions}
        return "".join(guidance.reply(item, now.get(text) or TypicalQuestion(text)) for text in asker.questions)

    def questions_of(self, session: Session, task: Verification) -> list[str]:
        """Which typical questions those who wait have asked, each once."""
        return list(dict.fromkeys(text for asker in self.askers(session, task) for text in asker.questions))

    def _tell(self, session: Session, task: Verification, conversation_id: int, text: str, *, outside: str, step: str) -> None:
        """In the conversation, and by text or call, with `outside`, to those who have no page open."""
        self.conversations.notify(session, conversation_id, text)
        conversation = session.get_one(Conversation, conversation_id)
        if conversation.contact and conversation.channel not in WITH_A_PAGE:
            self.outbox.add(
                session, key=f"verification:{task.id}:{step}:{conversation_id}", means=means_for(conversation.contact),
                address=conversation.contact, text=outside,
            )  # fmt: skip

    def _renew_orders(self, session: Session, item: Item, by: str) -> list[ErrandOrder]:
        """Give the verified papers to the orders whose papers nobody has collected yet."""
        query = select(ErrandOrder).where(
            ErrandOrder.item_code == item.code, ErrandOrder.state.in_(BEFORE_COLLECTION)
        )
        orders = list(session.scalars(query.order_by(ErrandOrder.id).with_for_update()))
        papers = [material.name for material in item.materials]
        for order in orders:
            self.orders.amend(session, order, actor=by, reason="材料已核实", materials=papers)
            for goes_on in self.freed:
                goes_on(session, order)
        return orders
