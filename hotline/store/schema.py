"""The tables. Times are stored as UTC; a deadline is a column of the row it belongs to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from hotline.vocabulary import (
    ApplicantKind,
    ConversationState,
    HelpKind,
    Level,
    OfferState,
    OrderState,
    Owner,
    Role,
    RunnerKind,
    Sender,
    TeamLevel,
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC without zone so that both databases compare alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: refuses naive times, since nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware again."""
        return value.replace(tzinfo=UTC) if value else None


class Word(TypeDecorator[Any]):
    """A word of the vocabulary, stored by its value, so that a new word needs no migration."""

    impl = String(24)
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To the database; refuses words that the vocabulary does not know."""
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """From the database."""
        return None if value is None else self.kind(value)


Key = BigInteger().with_variant(Integer(), "sqlite")


class Table(DeclarativeBase):
    """The base of all tables."""


class Conversation(Table):
    """One citizen's exchange with the hall, over one channel."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index("conversation_queue", "state", "waiting_since"),
        Index("conversation_of_staff", "staff_id", "updated_at"),
        Index("conversation_recent", "state", "updated_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)  # unguessable; knowing it is access
    channel: Mapped[str] = mapped_column(String(24))
    owner: Mapped[Owner] = mapped_column(Word(Owner), default=Owner.ASSISTANT)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    epoch: Mapped[int] = mapped_column(default=0)  # rises with each change of owner
    state: Mapped[ConversationState] = mapped_column(
        Word(ConversationState), default=ConversationState.ACTIVE
    )
    contact: Mapped[str] = mapped_column(String(20), default="", index=True)  # number that the line vouches for
    expects: Mapped[str] = mapped_column(String(32), default="")  # what the assistant asked for last: contact_phone
    understood: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # the assistant's slots after its last answer
    settled: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # slots that staff settled, for the assistant's next turn
    reason: Mapped[str] = mapped_column(String(200), default="")  # why it was handed off
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Message(Table):
    """One thing said in a conversation."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id", name="message_once"),
        Index("message_thread", "conversation_id", "id"),
        Index("message_answers", "answers_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    client_id: Mapped[str | None] = mapped_column(String(128))  # the channel's id of a citizen's message
    sender: Mapped[Sender] = mapped_column(Word(Sender))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[str | None] = mapped_column(Text)  # of a pressed button
    buttons: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))  # which message this answers
    answered_at: Mapped[datetime | None] = mapped_column(Moment)  # of a citizen's message; None: still owed
    author: Mapped[str] = mapped_column(String(64), default="")  # the member of staff
    created_at: Mapped[datetime] = mapped_column(Moment)


class ErrandOrder(Table):
    """An errand that a runner carries for a citizen."""

    __tablename__ = "errand_order"
    __table_args__ = (
        Index("order_dispatch", "state", "dispatch_at"),
        Index("order_accept_by", "state", "accept_by"),
        Index("order_phone", "contact_phone", "state"),
        Index("order_runner", "runner_id", "state"),
        Index("order_load", "state", "runner_id"),  # what is in hand, without reading what is long done
        Index("order_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str | None] = mapped_column(String(12), unique=True)  # speakable, last digit a check
    key: Mapped[str] = mapped_column(String(255), unique=True)  # channel, message and form: made once
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    channel: Mapped[str] = mapped_column(String(24))
    applicant_name: Mapped[str] = mapped_column(String(64))
    applicant_kind: Mapped[ApplicantKind | None] = mapped_column(Word(ApplicantKind))  # None: only the name tells
    contact_name: Mapped[str] = mapped_column(String(64), default="")  # empty: the applicant
    for_whom: Mapped[str] = mapped_column(String(64), default="")  # 母亲; empty: themselves
    contact_phone: Mapped[str] = mapped_column(String(20))
    item_code: Mapped[str | None] = mapped_column(String(24))  # None: an errand that is no item
    item_name: Mapped[str] = mapped_column(String(400))
    more_items: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)  # code, name; done on the same way
    zone: Mapped[str] = mapped_column(String(24), default="")
    help: Mapped[HelpKind] = mapped_column(Word(HelpKind))
    level: Mapped[Level] = mapped_column(Word(Level), default=Level.DISTRICT)
    handling_place: Mapped[str] = mapped_column(String(64), default="")  # where it is handled
    place_code: Mapped[str] = mapped_column(String(12), default="")  # division code, 9 or 12 digits
    township: Mapped[str] = mapped_column(String(32), default="")
    place_text: Mapped[str] = mapped_column(String(400))
    wish_from: Mapped[datetime] = mapped_column(Moment)
    wish_to: Mapped[datetime] = mapped_column(Moment)
    materials: Mapped[list[str]] = mapped_column(JSON, default=list)
    notes: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[OrderState] = mapped_column(Word(OrderState), default=OrderState.PLACED)
    runner_id: Mapped[int | None] = mapped_column(ForeignKey("runner.id"))
    wanted_runner_id: Mapped[int | None] = mapped_column(ForeignKey("runner.id"))  # whom the citizen asked for
    door_code: Mapped[str] = mapped_column(String(6))  # the runner says it at the door
    case_number: Mapped[str] = mapped_column(String(64), default="")  # the hall's 办件编号
    dispatch_at: Mapped[datetime | None] = mapped_column(Moment)  # when the next dispatch step is due
    accept_by: Mapped[datetime] = mapped_column(Moment)  # after this, staff ring the citizen
    offers_made: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    events: Mapped[list[OrderEvent]] = relationship(order_by="OrderEvent.id")
    runner: Mapped[Runner | None] = relationship(foreign_keys=[runner_id])


class OrderEvent(Table):
    """One step in an order's history: who, when, from where, why."""

    __tablename__ = "order_event"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[str] = mapped_column(String(24))
    to_state: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(String(400), default="")


class Runner(Table):
    """A member of the runner team."""

    __tablename__ = "runner"
    __table_args__ = (Index("runner_duty", "on_duty", "township"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(20))
    kind: Mapped[RunnerKind] = mapped_column(Word(RunnerKind))
    team: Mapped[TeamLevel] = mapped_column(Word(TeamLevel))
    township: Mapped[str] = mapped_column(String(9), default="")  # division code; empty: whole district
    village: Mapped[str] = mapped_column(String(12), default="")
    zones: Mapped[list[str]] = mapped_column(JSON, default=list)  # zones the runner knows well; empty: all
    load_limit: Mapped[int] = mapped_column(default=3)  # open orders at a time
    on_duty: Mapped[bool] = mapped_column(default=True)
    hours: Mapped[str] = mapped_column(String(200), default="")  # weekly, see hotline/duty.py; empty: any
    duty_since: Mapped[datetime | None] = mapped_column(Moment)  # when this duty began; None: unknown or off
    month: Mapped[int] = mapped_column(default=0)  # 202611: which month the two counts below are of
    month_seconds: Mapped[int] = mapped_column(default=0)  # on duty before duty_since
    month_offers: Mapped[int] = mapped_column(default=0)  # offers received
    seen_at: Mapped[datetime | None] = mapped_column(Moment)  # the runner's page was last open
    offered_at: Mapped[datetime | None] = mapped_column(Moment)  # last offer, for fairness
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the personal link
    link_expires: Mapped[datetime | None] = mapped_column(Moment)


_OPEN = text("state = 'OPEN'")


class Offer(Table):
    """An order held out to one runner until a deadline."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("offer_deadline", "state", "expires_at"),
        Index("offer_runner", "runner_id", "state"),
        Index("offer_order", "order_id", "state"),
        Index("offer_one_open", "runner_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"))
    runner_id: Mapped[int] = mapped_column(ForeignKey("runner.id"))
    state: Mapped[OfferState] = mapped_column(Word(OfferState), default=OfferState.OPEN)
    offered_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(200), default="")
    round_id: Mapped[int | None] = mapped_column(ForeignKey("offer_round.id"))  # why this runner

    order: Mapped[ErrandOrder] = relationship()
    runner: Mapped[Runner] = relationship()
    asking: Mapped[Any] = relationship("OfferRound")


class Staff(Table):
    """A member of staff who may sit at the desk."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[Role] = mapped_column(Word(Role))
    password_hash: Mapped[str] = mapped_column(String(255))
    must_change: Mapped[bool] = mapped_column(default=False)  # a one-time password was given out
    phone: Mapped[str] = mapped_column(String(20), default="")  # where calls are forwarded to; empty: none
    takes_calls: Mapped[bool] = mapped_column(default=False)  # says so at the desk, and takes it back there
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)


class StaffSession(Table):
    """A login at the desk."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(Moment)

    staff: Mapped[Staff] = relationship()


class FollowUp(Table):
    """What the citizen says afterwards: a rating or a complaint, and a booked callback."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("follow_up_open", "done_at", "due_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)  # the message it came from: kept once
    kind: Mapped[str] = mapped_column(String(16))  # rating, complaint, callback
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("errand_order.id"), index=True)
    stars: Mapped[int | None]  # 1 to 5, of a rating
    text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


_LIVE = text("live")


class CatalogueVersion(Table):
    """One version of the service items; at most one is live, and without one the files are."""

    __tablename__ = "catalogue_version"
    __table_args__ = (
        Index("catalogue_one_live", "live", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(24), unique=True)  # of the items: the same are kept once
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(200), default="")
    live: Mapped[bool] = mapped_column(default=False)
    size: Mapped[int]  # number of items, so that a list need not read them; 0: dropped to save room
    amends: Mapped[int | None]  # the version that this one was made from by itself; None: made by a person
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)  # rows as in the zone files


class CatalogueSwitch(Table):
    """One going live: what was live before, so that it can be undone, and who did it."""

    __tablename__ = "catalogue_switch"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[int] = mapped_column(ForeignKey("catalogue_version.number"))
    before: Mapped[int | None] = mapped_column(ForeignKey("catalogue_version.number"))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(64))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[str] = mapped_column(String(64), default="")
