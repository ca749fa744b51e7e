"""Errand orders: made exactly once, moved through one table, each step in the history."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import InvalidInput, NotFound, TransitionRefused
from hotline.numbers import is_valid, order_number
from hotline.quiet_hours import next_loud
from hotline.settings import Settings
from hotline.store.claims import take_turns
from hotline.store.schema import ErrandOrder, Offer, OrderEvent
from hotline.vocabulary import ApplicantKind, HelpKind, Level, OfferState, OrderAction, OrderState

log = logging.getLogger(__name__)

_S, _A = OrderState, OrderAction
_WAITING = {_S.PLACED, _S.REOPENED}
BEFORE_COLLECTION = {_S.PLACED, _S.OFFERED, _S.ACCEPTED, _S.ESCALATED, _S.REOPENED}
_AT_WINDOW = {_S.SUBMITTED, _S.PROVISIONAL, _S.SUPPLEMENT}

TRANSITIONS: dict[OrderAction, tuple[set[OrderState], OrderState]] = {
    _A.OFFER: (_WAITING | {_S.OFFERED}, _S.OFFERED),  # of an order that is offered: the next wave
    _A.LAPSE: ({_S.OFFERED}, _S.PLACED),
    _A.ACCEPT: ({_S.OFFERED}, _S.ACCEPTED),
    _A.ASSIGN: ({_S.PLACED, _S.OFFERED, _S.ESCALATED, _S.REOPENED}, _S.ACCEPTED),
    _A.RELEASE: ({_S.ACCEPTED}, _S.PLACED),
    _A.ESCALATE: ({_S.PLACED, _S.OFFERED, _S.ACCEPTED, _S.REOPENED}, _S.ESCALATED),
    _A.COLLECT: ({_S.ACCEPTED}, _S.COLLECTED),
    _A.SUBMIT: ({_S.COLLECTED, _S.SUPPLEMENT}, _S.SUBMITTED),
    _A.REQUIRE_SUPPLEMENT: ({_S.SUBMITTED}, _S.SUPPLEMENT),
    _A.ACCEPT_PROVISIONALLY: ({_S.SUBMITTED}, _S.PROVISIONAL),
    _A.COMPLETE: (_AT_WINDOW, _S.COMPLETED),
    _A.REFUSE_ACCEPTANCE: (_AT_WINDOW, _S.NOT_ACCEPTED),
    _A.REFUSE_GRANT: (_AT_WINDOW, _S.NOT_GRANTED),
    _A.DELIVER: ({_S.COMPLETED, _S.NOT_ACCEPTED, _S.NOT_GRANTED}, _S.DELIVERED),
    _A.CLOSE: ({_S.DELIVERED}, _S.CLOSED),
    _A.REOPEN: ({_S.DELIVERED, _S.CLOSED}, _S.REOPENED),
    _A.CANCEL: (BEFORE_COLLECTION, _S.CANCELLED),
}
_UNSEEN = (_A.OFFER.value, _A.LAPSE.value)
LONGEST_REASON = 400  # characters of a reason that the history keeps
ENDED = {_S.CLOSED, _S.CANCELLED, _S.DELIVERED}
OPEN = set(OrderState) - ENDED
_BY_KEY = select(ErrandOrder).where(ErrandOrder.key == bindparam("key"))
CARRIED = OPEN - _WAITING - {_S.OFFERED, _S.ESCALATED}  # a runner has it in hand


@dataclass(frozen=True)
class ErrandRequest:
    """What a citizen asked for, complete and confirmed, from whichever way in."""

    key: str  # channel, provider's message id and form instance; the same key is the same order
    channel: str  # web, phone, sms, counter
    applicant_name: str
    contact_phone: str  # digits
    item_code: str | None  # None: an errand that is no catalogue item
    item_name: str
    zone: str  # zone key
    help: HelpKind
    place_code: str  # division code, or empty
    township: str  # name, or empty
    place_text: str  # the pickup place as it is told to the runner
    wish_from: datetime  # the wish for the pickup
    wish_to: datetime
    materials: list[str] = field(default_factory=list)
    notes: str = ""
    conversation_id: int | None = None
    applicant_kind: ApplicantKind | None = None  # None: only the name tells
    contact_name: str = ""  # whom the phone belongs to, when not the applicant
    for_whom: str = ""  # 母亲, 邻居张大爷; empty: the applicant
    more_items: list[dict[str, str]] | None = None  # code and name of items done on the same way
    level: Level = Level.DISTRICT
    handling_place: str = ""  # the building where it is handled; empty: the district hall
    placed_by: str = "市民"  # who entered it: 市民, a member of staff, a runner's number
    wanted_runner_id: int | None = None  # whom the citizen asked for


def check_phone(phone: str) -> str:
    """The digits of a mainland mobile or landline number; raises InvalidInput otherwise."""
    digits = re.sub(r"[\s\-()（）]", "", phone)
    if re.fullmatch(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}", digits):
        return digits
    if re.fullmatch(r"1\d*", digits) and len(digits) != 11:
        raise InvalidInput(f"电话号码是{len(digits)}位，手机号应当是11位，请再说一遍。", phone_length=len(digits))
    raise InvalidInput("电话号码看起来不对，请再说一遍。", phone_length=len(digits))


def new_door_code(old: str = "") -> str:
    """Four digits that the runner says at the door, other ones than before."""
    while (code := f"{secrets.randbelow(10_000):04d}") == old:
        pass
    return code


class Orders:
    """The orders of the hall."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.guards: list[Callable[[Session, ErrandOrder, OrderAction], None]] = []  # may refuse a step
        self.observers: list[Callable[[Session, ErrandOrder, OrderAction], None]] = []  # are told of it

    def place(self, session: Session, request: ErrandRequest) -> tuple[ErrandOrder, bool]:
        """Make the order of this request, or find it when the key was used: (order, made now).

        Raises InvalidInput for a faulty phone number or a wish that lies in the past.
        """
        existing = self.find(session, request.key)
        if existing:
            return existing, False
        return self.make(session, request), True

    def find(self, session: Session, key: str) -> ErrandOrder | None:
        """The order of this key, if it was made; whoever else is about to make it waits or was waited for."""
        take_turns(session, key)
        return session.scalar(_BY_KEY, {"key": key})

    def make(self, session: Session, request: ErrandRequest) -> ErrandOrder:
        """The new order of a key for which `find` found none in this transaction; raises as `place` does."""
        now = self.clock()
        if request.wish_to <= now:
            raise InvalidInput("您说的时间已经过了，请另外说一个时间。")
        order = self._new_order(request, now)
        session.add(order)
        session.flush()
        order.number = order_number(order.id)
        record(session, order, OrderAction.PLACE, actor=request.placed_by, at=now, from_state="", reason=request.channel)
        self.tell(session, order, OrderAction.PLACE)
        return order

    def _new_order(self, request: ErrandRequest, now: datetime) -> ErrandOrder:
        values = {name: getattr(request, name) for name in request.__dataclass_fields__ if name != "placed_by"}
        values["contact_phone"] = check_phone(request.contact_phone)
        order = ErrandOrder(
            **values,
            state=OrderState.PLACED,
            door_code=new_door_code(),
            created_at=now,
            updated_at=now,
            events=[],
        )
        self._seek(order)
        return order

    def get(self, session: Session, number: str, *, lock: bool = False) -> ErrandOrder:
        """The order of a number; raises InvalidInput for an impossible number, NotFound for no order."""
        if not is_valid(number):
            raise InvalidInput("这个订单号不对，可能有一位听错了或打错了，请再核对一下。", number=number)
        query = select(ErrandOrder).where(ErrandOrder.number == number)
        if lock:  # what this session read before may be old by now
            query = query.with_for_update().execution_options(populate_existing=True)
        order = session.scalar(query)
        if order is None:
            raise NotFound("没有查到这个订单号，请核对后再试。", number=number)
        return order

    def move(
        self, session: Session, order: ErrandOrder, action: OrderAction, *, actor: str, reason: str = ""
    ) -> None:
        """Make one step of the table; raises TransitionRefused if the state does not allow it."""
        target = self.check(order, action)
        for refuse in self.guards:
            refuse(session, order, action)
        from_state, order.state = order.state, target
        order.updated_at = self.clock()
        self._set_deadlines(order, action)
        if from_state is OrderState.OFFERED and action not in (OrderAction.OFFER, OrderAction.ACCEPT):
            _withdraw_offers(session, order)
        record(session, order, action, actor=actor, at=order.updated_at, from_state=from_state, reason=reason)
        self.tell(session, order, action)

    def check(self, order: ErrandOrder, action: OrderAction) -> OrderState:
        """The state to which a step leads from here; raises TransitionRefused if there is none."""
        allowed, target = TRANSITIONS.get(action, (set(), order.state))
        if order.state not in allowed:
            raise TransitionRefused(
                f"订单{order.number}现在是“{order.state.label}”，不能{action.label}。",
                number=order.number, state=order.state.value, action=action.value,
            )  # fmt: skip
        return target

    def tell(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """Let everything that follows a step follow it, in its transaction."""
        for observe in self.observers:
            observe(session, order, action)

    def _set_deadlines(self, order: ErrandOrder, action: OrderAction) -> None:
        waiting = order.state in _WAITING
        order.dispatch_at = order.updated_at if waiting else None
        if action in (OrderAction.REOPEN, OrderAction.RELEASE):
            order.offers_made = 0
            self._seek(order)
        if action in (OrderAction.REOPEN, OrderAction.RELEASE, OrderAction.ESCALATE):
            order.runner_id = None
            order.door_code = new_door_code(order.door_code)  # who left the errand must not open the door

    def _seek(self, order: ErrandOrder) -> None:
        """Offer it not too long ahead, and not at night, unless somebody waits before the morning's offers are answered."""
        earliest = max(order.updated_at, order.wish_from - self.settings.offer_ahead)
        morning, within = next_loud(earliest), self.settings.accept_within
        is_awaited = order.updated_at <= order.wish_to and order.wish_from < morning + within
        order.dispatch_at = earliest if is_awaited or self.settings.offer_at_night else morning
        order.accept_by = order.dispatch_at + within

    def amend(
        self, session: Session, order: ErrandOrder, *, actor: str, reason: str, **changes: object
    ) -> None:
        """Change phone, place or time before the papers were collected."""
        if order.state not in BEFORE_COLLECTION:
            raise TransitionRefused(
                f"订单{order.number}的材料已经取走，不能再改，可以请工作人员帮忙。", number=order.number
            )
        moved = changes.get("place_code", order.place_code) != order.place_code
        for name, value in changes.items():
            setattr(order, name, value)
        order.updated_at = self.clock()
        record(
            session, order, OrderAction.AMEND,
            actor=actor, at=order.updated_at, from_state=order.state, reason=reason,
        )  # fmt: skip
        self.tell(session, order, OrderAction.AMEND)
        if "wish_from" in changes and order.state in _WAITING:
            self._seek(order)  # for another day, perhaps: neither too late nor too early
        if moved:
            self._dispatch_again(session, order)

    def _dispatch_again(self, session: Session, order: ErrandOrder) -> None:
        """The place is another one: whoever was asked or took the order lives elsewhere, so ask anew."""
        action = {_S.OFFERED: _A.LAPSE, _S.ACCEPTED: _A.RELEASE}.get(order.state)
        if action:
            self.move(session, order, action, actor="派单", reason="上门地点改了，重新派单")

    def newest_step(self, session: Session, order: ErrandOrder) -> OrderEvent | None:
        """The newest step that a person has to have seen: offers that come and go by themselves change nothing."""
        query = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.action.not_in(_UNSEEN))
        return session.scalar(query.order_by(OrderEvent.id.desc()).limit(1))

    def open_of_phone(self, session: Session, phone: str, item_code: str | None) -> ErrandOrder | None:
        """An open order of the same phone for the same item: a likely duplicate."""
        return session.scalar(
            select(ErrandOrder)
            .where(
                ErrandOrder.contact_phone == phone,
                ErrandOrder.item_code == item_code,
                ErrandOrder.state.in_(OPEN),
            )
            .order_by(ErrandOrder.id.desc())
            .limit(1)
        )

    def of_conversation(self, session: Session, conversation_id: int) -> list[ErrandOrder]:
        """The orders made in a conversation, newest first."""
        query = select(ErrandOrder).where(ErrandOrder.conversation_id == conversation_id)
        return list(session.scalars(query.order_by(ErrandOrder.id.desc())))

    def count_by_state(self, session: Session) -> dict[OrderState, int]:
        """How many orders stand in each state."""
        rows = session.execute(select(ErrandOrder.state, func.count()).group_by(ErrandOrder.state))
        return {state: count for state, count in rows}


def _withdraw_offers(session: Session, order: ErrandOrder) -> None:
    query = select(Offer).where(Offer.order_id == order.id, Offer.state == OfferState.OPEN)
    for offer in session.scalars(query):
        offer.state = OfferState.WITHDRAWN


def record(
    session: Session, order: ErrandOrder, action: OrderAction,
    *, actor: str, at: datetime, from_state: str, reason: str,
) -> None:  # fmt: skip
    """Write one step into the history and one line into the log."""
    event = OrderEvent(
        order_id=order.id, at=at, actor=actor, action=action.value,
        from_state=str(from_state), to_state=order.state.value, reason=reason[:LONGEST_REASON],
    )  # fmt: skip
    if "events" in order.__dict__:  # whoever has read the history sees this step too
        order.events.append(event)
    else:
        session.add(event)
    log.info("errand %s: %s -> %s -> %s", order.number, from_state or "-", action.value, order.state.value)
