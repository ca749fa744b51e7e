"""What the assistant does with orders for a citizen: read back, place, tell, change, cancel, rate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.attempts import Attempts
from hotline.calls.speech import by_digit
from hotline.catalogue.catalogue import Catalogue
from hotline.clock import Clock, spoken_time
from hotline.conversations import Conversations
from hotline.errand_people import names_of, people_in_words
from hotline.errand_request import OTHER, request_from
from hotline.errands import ErrandTaking
from hotline.errors import NotFound
from hotline.follow_up import RECTIFY_DAYS, FollowUps
from hotline.guidance import Guidance
from hotline.intake import Intake
from hotline.order_changes import OrderChanges
from hotline.orders import BEFORE_COLLECTION, OPEN, ErrandRequest, Orders
from hotline.saying import Said
from hotline.store.schema import Conversation, ErrandOrder
from hotline.vocabulary import OrderState
from hotline.working_time import WorkingCalendar


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

    def what(self, slots: dict[str, Any]) -> str:
        """What the errand is about, in words."""
        item = self.catalogue.get(slots.get("item_code"))
        return item.title if item else OTHER.format((slots.get("item_text") or "")[:40])

    def known(self, session: Session, conversation: Conversation, slots: dict[str, Any]) -> dict[str, Any]:
        """What need not be asked: the number that the line vouches for, and name and place of the last order.

        Everything is still read back before the order is made.
        """
        found: dict[str, Any] = {}
        if conversation.contact and not slots.get("contact_phone"):
            found["contact_phone"] = conversation.contact
        last = next(iter(self._of_number(session, conversation)), None)
        phone = slots.get("contact_phone") or conversation.contact
        if last is None or last.contact_phone != phone:
            return found
        if not slots.get("applicant_name") and not slots.get("contact_name"):
            found |= names_of(last, slots.get("for_whom"))
        if not slots.get("pickup_place"):
            found["pickup_place"] = {
                "code": last.place_code, "township": last.township, "text": last.place_text, "door": last.place_text,
            }  # fmt: skip
        return found

    def double(
        self, session: Session, conversation: Conversation, slots: dict[str, Any]
    ) -> dict[str, str] | None:
        """An open order of the same citizen for the same item; its number only for whose it is."""
        request = self._request(slots, key="", channel=conversation.channel, conversation_id=conversation.id)
        found = self.intake.double_of(session, request)
        if found is None:
            return None
        mine = found.id in {order.id for order in self.own(session, conversation)}
        state = found.state.label
        return {"item": request.item_name, "order": f"订单{found.number}，{state}" if mine else state}

    def _request(self, slots: dict[str, Any], **more: Any) -> ErrandRequest:
        return request_from(slots, self.catalogue.get(slots.get("item_code")), **more)

    def read_back(self, slots: dict[str, Any], told: Sequence[str] = ()) -> dict[str, str]:
        """The whole order in words, digits in groups; the kind of help unless it was told."""
        item = self.catalogue.get(slots.get("item_code"))
        whom = slots.get("for_whom")
        return {
            "what": f"替{whom}办“{self.what(slots)}”" if whom else f"办“{self.what(slots)}”",
            "name": people_in_words(slots),
            "phone": grouped(slots["contact_phone"]),
            "time": slots["pickup_time"]["text"],
            "place": _where(slots["pickup_place"]),
            "help": "" if f"help:{slots.get('item_code')}" in told else self.guidance.help_for(item),
        }

    def own(self, session: Session, conversation: Conversation) -> list[ErrandOrder]:
        """The orders of this citizen, newest first: made here, or of the line's number and proven.

        A number is a contact, not a person, since families share phones: who rings from it hears of its orders
        after having said the order's number or the applicant's name.
        """
        orders = self._of_number(session, conversation)
        if all(order.conversation_id == conversation.id for order in orders):
            return orders
        said = [message.text for message in self.conversations.said_by_citizen(session, conversation.id)]
        return [o for o in orders if o.conversation_id == conversation.id or any(_proves(text, o) for text in said)]

    def has_unproven(self, session: Session, conversation: Conversation) -> bool:
        """Whether the line's number has an order that was not proven yet."""
        return len(self._of_number(session, conversation)) > len(self.own(session, conversation))

    def _of_number(self, session: Session, conversation: Conversation) -> list[ErrandOrder]:
        made_here = ErrandOrder.conversation_id == conversation.id
        theirs = or_(made_here, ErrandOrder.contact_phone == conversation.contact) if conversation.contact else made_here
        return list(session.scalars(select(ErrandOrder).where(theirs).order_by(ErrandOrder.id.desc())))

    def place(
        self, session: Session, slots: dict[str, Any], *, key: str, channel: str, conversation_id: int
    ) -> tuple[ErrandOrder, str]:
        """Make the order: (order, by when a runner will have accepted).

        Raises InvalidInput, and AlreadyOrdered when the citizen has an open order for the same.
        """
        request = self._request(slots, key=key, channel=channel, conversation_id=conversation_id)
        order, _ = self.intake.take(session, request, allow_double=bool(slots.get("duplicate_meant")))
        return order, spoken_time(order.accept_by, self.clock())

    def status(
        self, session: Session, conversation: Conversation, said: Said, known: str | None
    ) -> str | None:
        """The state of the order meant, or None when number and phone have to be asked for.

        `known` is the number that was said before, while the phone was still missing.

        Raises InvalidInput, NotFound or TooManyAttempts.
        """
        own = self.own(session, conversation)
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
        for order in self.own(session, conversation):
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
        mine = {order.number for order in self.own(session, conversation)}
        if number not in mine:
            raise NotFound("没有查到您的这个订单。")
        order = self.orders.get(session, str(number), lock=True)
        if order.state not in BEFORE_COLLECTION:
            self.conversations.hand_off(session, conversation.id, f"要取消{number}，材料已取走")
        self.changes.cancel(session, order, actor="市民", reason="市民取消")

    def reopen(self, session: Session, conversation: Conversation, number: str | None, reason: str) -> ErrandOrder:
        """Open an order of this conversation again within ten days; raises NotFound or TransitionRefused."""
        found = self.reopenable(session, conversation, number)
        if found is None or found.number is None:
            raise NotFound("没有查到您已经送达的订单。")
        order = self.orders.get(session, found.number, lock=True)
        self.changes.reopen(session, order, actor="市民", reason=reason)
        return order

    def reopenable(self, session: Session, conversation: Conversation, number: str | None) -> ErrandOrder | None:
        """The newest delivered order of the citizen, or the one of this number."""
        ended = [o for o in self.own(session, conversation) if o.state in (OrderState.DELIVERED, OrderState.CLOSED)]
        return next((order for order in ended if number in (None, order.number)), None)

    def rate(self, session: Session, conversation: Conversation, *, stars: int, text: str, key: str) -> None:
        """Keep a rating for the newest order; a bad one is due for rectification in 15 working days."""
        orders = self.own(session, conversation)
        due = self.calendar.add_days(self.clock(), RECTIFY_DAYS) if stars <= 2 else None
        self.follow_ups.keep(
            session, key=key, kind="rating", conversation_id=conversation.id,
            order_id=orders[0].id if orders else None, stars=stars, text=text, due_at=due,
        )  # fmt: skip

    def complain(self, session: Session, conversation: Conversation, *, text: str, key: str) -> datetime:
        """Keep a complaint word by word and bring it to the desk; returns until when it is answered."""
        orders = self.own(session, conversation)
        row, _ = self.follow_ups.keep(
            session, key=key, kind="complaint", conversation_id=conversation.id,
            order_id=orders[0].id if orders else None, text=text, due_at=self.calendar.add_days(self.clock(), 1),
        )  # fmt: skip
        self.conversations.hand_off(session, conversation.id, f"投诉：{text[:60]}")
        return row.due_at or row.created_at


def grouped(phone: str) -> str:
    """13800001234 → 138 0000 1234."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if len(phone) == 11 else phone


def _where(place: dict[str, Any]) -> str:
    """The pickup place; when only the town is known, the runner rings for the rest."""
    vague = len(place["code"]) == 9 and not place.get("door")
    return str(place["text"]) + ("（具体位置跑手出发前打电话问您）" if vague else "")


def _proves(text: str, order: ErrandOrder) -> bool:
    """Whether a message says the order's number, by digit too, or the applicant's name."""
    number, name = order.number or "-", re.escape(order.applicant_name)
    if number in text or by_digit(number) in text:
        return True
    return re.search(rf"(?:姓|叫|我是|名字是?|^){name}(?:[，。,.！!\s]|$|先生|女士|的)", text.strip()) is not None


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
