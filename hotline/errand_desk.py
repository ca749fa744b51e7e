"""What the assistant does with orders for a citizen: read back, place, tell, change, cancel, rate."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from hotline.catalogue.catalogue import Catalogue
from hotline.clock import Clock, spoken_time
from hotline.conversations import Conversations
from hotline.errands import ErrandTaking, Said
from hotline.errors import NotFound, TooManyAttempts
from hotline.follow_up import FollowUps
from hotline.guidance import Guidance
from hotline.intake import Intake
from hotline.order_changes import OrderChanges
from hotline.orders import BEFORE_COLLECTION, OPEN, ErrandRequest, Orders
from hotline.store.schema import Conversation, ErrandOrder
from hotline.vocabulary import HelpKind, OrderState
from hotline.working_time import WorkingCalendar

GUESSES = 5  # failed look-ups of foreign orders within a WINDOW before they are refused
WINDOW = timedelta(minutes=10)
RECTIFY_DAYS = 15  # working days for 整改 after a bad rating


class Attempts:
    """Counts failures by key within a window, so that order numbers cannot be guessed.

    Whoever guesses is refused; an order that is guessed at only wants a better proof, so that
    nobody can lock its owner out.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._failures: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def check(self, key: str) -> None:
        """Raises TooManyAttempts after too many failures."""
        if self.are_many(key):
            raise TooManyAttempts(key=f"{key[:6]}…")  # a conversation's token is a key to it

    def are_many(self, key: str) -> bool:
        """Whether there were as many failures as are allowed."""
        failures = self._failures[key]
        while failures and failures[0] <= self.clock() - WINDOW:
            failures.popleft()
        return len(failures) >= GUESSES

    def failed(self, key: str) -> None:
        """One more failure."""
        self._failures[key].append(self.clock())


class ErrandDesk:
    """Orders as the assistant handles them in a conversation."""

    def __init__(
        self, *, orders: Orders, intake: Intake, changes: OrderChanges, conversations: Conversations, follow_ups: FollowUps,
        guidance: Guidance, taking: ErrandTaking, clock: Clock,
    ) -> None:  # fmt: skip
        self.orders = orders
        self.intake = intake
        self.changes = changes
        self.conversations = conversations
        self.follow_ups = follow_ups
        self.guidance = guidance
        self.catalogue: Catalogue = guidance.catalogue
        self.taking = taking
        self.clock = clock
        self.calendar = WorkingCalendar(guidance.profile)
        self.attempts = Attempts(clock)

    def read_back(self, session: Session, slots: dict[str, Any]) -> str:
        """The whole order in words, digits in groups; an open order for the same item is said first."""
        item = self.catalogue.get(slots.get("item_code"))
        code = item.code if item else None
        double = self.orders.open_of_phone(session, slots["contact_phone"], code) if code else None
        warning = f"您这个电话已经有同一件事的订单{double.number}（{double.state.label}），同一个人的同一件事不会下第二单。" if double else ""
        what = item.title if item else f"其他帮办：{(slots.get('item_text') or '')[:40]}"
        phone = grouped(slots["contact_phone"])
        return (
            f"{warning}跟您核对一下：办“{what}”，{slots['applicant_name']}，电话{phone}，"
            f"{slots['pickup_time']['text']}到{_where(slots['pickup_place'])}找您。{self.guidance.help_for(item)}"
            "时间要等跑手接单才算定下来。全程免费。对不对？"
        )

    def place(
        self, session: Session, slots: dict[str, Any], *, key: str, channel: str, conversation_id: int
    ) -> tuple[ErrandOrder, str]:
        """Make the order: (order, by when a runner will have accepted).

        Raises InvalidInput, and AlreadyOrdered when the citizen has an open order for the same.
        """
        item = self.catalogue.get(slots.get("item_code"))
        place, time = slots["pickup_place"], slots["pickup_time"]
        order, _ = self.intake.take(
            session,
            ErrandRequest(
                key=key,
                channel=channel,
                conversation_id=conversation_id,
                applicant_name=slots["applicant_name"],
                contact_phone=slots["contact_phone"],
                item_code=item.code if item else None,
                item_name=item.title if item else f"其他帮办：{(slots.get('item_text') or '')[:200]}",
                zone=item.zone if item else "",
                help=item.help if item else HelpKind.OTHER,
                place_code=place["code"],
                township=place["township"],
                place_text=place["text"],
                wish_from=datetime.fromisoformat(time["from"]),
                wish_to=datetime.fromisoformat(time["to"]) + timedelta(minutes=30),
                materials=[material.name for material in item.materials] if item else [],
                notes=slots.get("item_text") or "",
            ),
        )
        return order, spoken_time(order.accept_by, self.clock())

    def status(
        self, session: Session, conversation: Conversation, said: Said, known: str | None
    ) -> str | None:
        """The state of the order meant, or None when number and phone have to be asked for.

        `known` is the number that was said before, while the phone was still missing.

        Raises InvalidInput, NotFound or TooManyAttempts.
        """
        own = self.orders.of_conversation(session, conversation.id)
        number = _number(said) or (known if known and _last_four(said, known) else None)
        if number is None:
            return "\n".join(self.describe(order) for order in own[:3]) if own else None
        mine = next((order for order in own if order.number == number), None)
        if mine:
            return self.describe(mine)
        last_four = _last_four(said, number)
        if last_four is None:
            return None
        proof = _whole_phone(said) or last_four
        return self.describe(self.foreign(session, number, proof, who=conversation.token), own=False)

    def foreign(self, session: Session, number: str, proof: str, *, who: str) -> ErrandOrder:
        """An order for somebody who knows its number and its phone: the last four digits, or all of them.

        An order that was guessed at wants the whole phone number for a while: a new conversation for
        each guess does not help, and the owner still gets in. Raises TooManyAttempts for the guesser.
        """
        self.attempts.check(who)
        is_guessed_at = self.attempts.are_many(number)
        try:
            order = self.orders.get(session, number)
            if proof != order.contact_phone and (is_guessed_at or proof != order.contact_phone[-4:]):
                wanted = "完整的电话号码" if is_guessed_at else "电话后四位"
                raise NotFound(f"没有对得上的订单，请核对订单号和{wanted}。", number=number)
        except NotFound:
            self.attempts.failed(who)
            self.attempts.failed(number)
            raise
        return order

    def describe(self, order: ErrandOrder, *, own: bool = True) -> str:
        """An order's state and what happens next; place, name and door code only in its own conversation."""
        now = self.clock()
        parts = [f"订单{order.number}（{order.item_name}）：{order.state.label}。"]
        if own and order.runner and order.state in (OrderState.ACCEPTED, OrderState.COLLECTED):
            parts.append(f"跑手{order.runner.name}，")
        if order.state in (OrderState.PLACED, OrderState.OFFERED, OrderState.REOPENED):
            parts.append(f"{spoken_time(order.accept_by, now)}前还没人接，工作人员会打电话给您。")
        elif order.state is OrderState.ACCEPTED and own:
            parts.append(f"{spoken_time(order.wish_from, now)}到{order.place_text}，上门会说暗号{order.door_code}。")
        elif order.state is OrderState.COLLECTED:
            parts.append("材料已经收走，正送去窗口。")
        elif order.state is OrderState.ESCALATED:
            parts.append("工作人员会打电话跟您说安排。")
        if order.case_number:
            parts.append(f"窗口办件编号{order.case_number}。")
        return "".join(parts)

    def changeable(self, session: Session, conversation: Conversation, said: Said) -> ErrandOrder | None:
        """The order of this conversation that a change or cancellation means, or None."""
        number = _number(said)
        for order in self.orders.of_conversation(session, conversation.id):
            if order.state in OPEN and (number is None or order.number == number):
                return order
        return None

    def change(
        self, session: Session, conversation: Conversation, said: Said
    ) -> tuple[str, list[str], list[tuple[str, dict[str, Any]]]]:
        """Apply the details of a message: (order number, what changed in words, what has to be said)."""
        order = self.changeable(session, conversation, said)
        if order is None or order.number is None:
            raise NotFound("您在这里没有可以改的订单。要改别处下的单，请说“转人工”。")
        filled = self.taking.details_of(said)
        columns, words = _columns(filled.changes)
        if columns:
            locked = self.orders.get(session, order.number, lock=True)
            self.changes.reschedule(session, locked, actor="市民", reason="，".join(words), **columns)
        return order.number, words, filled.says

    def cancel(self, session: Session, conversation: Conversation, number: str | None) -> None:
        """Cancel an order of this conversation; raises NotFound or TransitionRefused."""
        mine = {order.number for order in self.orders.of_conversation(session, conversation.id)}
        if number not in mine:
            raise NotFound("没有查到您的这个订单。")
        order = self.orders.get(session, str(number), lock=True)
        if order.state not in BEFORE_COLLECTION:
            self.conversations.hand_off(session, conversation.id, f"要取消{number}，材料已取走")
        self.changes.cancel(session, order, actor="市民", reason="市民取消")

    def reopen(self, session: Session, conversation: Conversation, number: str | None, reason: str) -> ErrandOrder:
        """Open an order of this conversation again within ten days; raises NotFound or TransitionRefused."""
        own = self.orders.of_conversation(session, conversation.id)
        ended = [order for order in own if order.state in (OrderState.DELIVERED, OrderState.CLOSED)]
        found = next((order for order in ended if number in (None, order.number)), None)
        if found is None or found.number is None:
            raise NotFound("没有查到您已经送达的订单。")
        order = self.orders.get(session, found.number, lock=True)
        self.changes.reopen(session, order, actor="市民", reason=reason)
        return order

    def rate(self, session: Session, conversation: Conversation, *, stars: int, text: str, key: str) -> None:
        """Keep a rating for the newest order; a bad one is due for rectification in 15 working days."""
        orders = self.orders.of_conversation(session, conversation.id)
        due = self.calendar.add_days(self.clock(), RECTIFY_DAYS) if stars <= 2 else None
        self.follow_ups.keep(
            session, key=key, kind="rating", conversation_id=conversation.id,
            order_id=orders[0].id if orders else None, stars=stars, text=text, due_at=due,
        )  # fmt: skip

    def complain(self, session: Session, conversation: Conversation, *, text: str, key: str) -> None:
        """Keep a complaint word by word and bring it to the desk."""
        orders = self.orders.of_conversation(session, conversation.id)
        self.follow_ups.keep(
            session, key=key, kind="complaint", conversation_id=conversation.id,
            order_id=orders[0].id if orders else None, text=text, due_at=self.calendar.add_days(self.clock(), 1),
        )  # fmt: skip
        self.conversations.hand_off(session, conversation.id, f"投诉：{text[:60]}")


def grouped(phone: str) -> str:
    """13800001234 → 138 0000 1234."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if len(phone) == 11 else phone


def _where(place: dict[str, Any]) -> str:
    """The pickup place; when only the town is known, the runner rings for the rest."""
    vague = len(place["code"]) == 9 and not place.get("door")
    return str(place["text"]) + ("（具体位置跑手出发前打电话问您）" if vague else "")


def _number(said: Said) -> str | None:
    detail = said.first("order_number")
    return str(detail["value"]) if detail else None


def _last_four(said: Said, number: str) -> str | None:
    phone = said.first("phone")
    if phone and not phone.get("extra", {}).get("invalid"):
        return str(phone["value"])[-4:]
    found = [digits for digits in re.findall(r"(?<!\d)\d{4}(?!\d)", said.text) if digits != number]
    return found[-1] if found else None


def _whole_phone(said: Said) -> str | None:
    phone = said.first("phone")
    return str(phone["value"]) if phone and not phone.get("extra", {}).get("invalid") else None


def _columns(changes: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    columns: dict[str, Any] = {}
    words = []
    if changes.get("contact_phone"):
        columns["contact_phone"] = changes["contact_phone"]
        words.append(f"电话改成{grouped(changes['contact_phone'])}")
    if changes.get("pickup_time"):
        time = changes["pickup_time"]
        columns["wish_from"] = datetime.fromisoformat(time["from"])
        columns["wish_to"] = datetime.fromisoformat(time["to"]) + timedelta(minutes=30)
        words.append(f"时间改成{time['text']}")
    if changes.get("pickup_place"):
        place = changes["pickup_place"]
        columns |= {"place_code": place["code"], "township": place["township"], "place_text": place["text"]}
        words.append(f"地点改成{place['text']}")
    if changes.get("applicant_name"):
        columns["applicant_name"] = changes["applicant_name"]
        words.append(f"称呼改成{changes['applicant_name']}")
    return columns, words
