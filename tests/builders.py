"""Small makers of what the tests talk about: a request, a runner, staff, and a clock to turn."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from hotline.carrying import Carrying
from hotline.conversations import Conversations
from hotline.deadlines import Deadlines
from hotline.dispatch import Dispatch
from hotline.follow_up import FollowUps
from hotline.intake import Intake
from hotline.notices import Notices
from hotline.order_changes import OrderChanges
from hotline.orders import ErrandRequest, Orders
from hotline.outbox import Outbox
from hotline.outcomes import Outcomes, Responsibilities
from hotline.papers import Papers
from hotline.presence import Presences
from hotline.profile import read_profile
from hotline.queue import Queue
from hotline.runners import Runners
from hotline.service_levels import ServiceLevels
from hotline.settings import ROOT, Settings
from hotline.staff import StaffAccounts
from hotline.store import Database
from hotline.store.schema import ErrandOrder, Message, Offer, Runner, Staff
from hotline.vocabulary import HelpKind, OfferState, OrderState, Role, RunnerKind, TeamLevel

T = TypeVar("T")
MONDAY_TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning in Sichuan, a working day
LIULIN, GUANZIGOU = "511903106", "511903106204"  # 柳林镇, 柳林镇罐子沟村
DENGKE = "511903001"  # 登科街道
PROFILE = read_profile(ROOT / "data" / "hall.yml")


class HandClock:
    """A clock that only the test moves."""

    def __init__(self, now: datetime = MONDAY_TEN) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Let time pass: `clock.advance(minutes=3)`."""
        self.now += timedelta(**by)


@dataclass
class Core:
    """The parts of the hall that need no catalogue, wired as `Hall` wires them."""

    clock: HandClock
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        self.conversations = Conversations(self.clock)
        self.orders = Orders(self.settings, self.clock)
        self.dispatch = Dispatch(self.settings, self.clock, self.orders)
        self.runners = Runners(self.settings, self.clock)
        self.staff = StaffAccounts(self.settings, self.clock)
        self.follow_ups = FollowUps(self.clock)
        self.presences = Presences(self.clock)
        self.queue = Queue(self.conversations, self.presences, self.follow_ups, PROFILE, self.clock)
        self.outbox = Outbox(self.clock)
        self.deadlines = Deadlines(PROFILE, self.clock)
        self.service_levels = ServiceLevels(self.orders, self.deadlines, lambda code: (3, True) if code else (None, False))
        self.intake = Intake(self.orders, self.deadlines)
        self.notices = Notices(self.conversations, self.clock, self.outbox)
        self.changes = OrderChanges(self.orders, self.dispatch, self.outbox, self.notices, reopen_days=10)
        self.orders.observers += [
            self.notices.order_moved, self.service_levels.order_moved,
        ]  # fmt: skip
        self.papers = Papers(self.deadlines, self.clock, lambda code: {"户口簿": "复印件"})
        self.outcomes = Outcomes(self.service_levels, self.deadlines, self.clock)
        self.responsibilities = Responsibilities(self.clock)
        self.carrying = Carrying(self.orders, self.papers, self.outcomes)
        self.orders.observers += [self.papers.order_moved, self.responsibilities.order_moved]


def request_for(key: str = "web:1", **changes: Any) -> ErrandRequest:
    """Mrs Wang of Guanzigou village wants her newborn registered, tomorrow at ten."""
    values: dict[str, Any] = {
        "key": key, "channel": "web", "applicant_name": "王", "contact_phone": "13800001234",
        "item_code": "030001", "item_name": "出生登记", "zone": "police", "help": HelpKind.ASSIST,
        "place_code": GUANZIGOU, "township": "柳林镇", "place_text": "柳林镇罐子沟村小卖部旁边",
        "wish_from": MONDAY_TEN + timedelta(days=1), "wish_to": MONDAY_TEN + timedelta(days=1, minutes=30),
    }  # fmt: skip
    return ErrandRequest(**(values | changes))


def runner(number: str, team: TeamLevel = TeamLevel.TOWN, **changes: Any) -> Runner:
    """A runner of Liulin town; of Guanzigou when the team is a village's, of nowhere when the district's."""
    township = "" if team is TeamLevel.DISTRICT else LIULIN
    village = GUANZIGOU if team is TeamLevel.VILLAGE else ""
    values: dict[str, Any] = {
        "number": number, "name": f"跑手{number}", "phone": "13900000001", "kind": RunnerKind.PART_TIME,
        "team": team, "township": township, "village": village, "zones": [], "load_limit": 2, "on_duty": True,
        "hours": "",
    }  # fmt: skip
    return Runner(**(values | changes))


def staff(login: str = "li", name: str = "小李", role: Role = Role.HOTLINE) -> Staff:
    """A member of staff who never logs in here."""
    return Staff(login=login, name=name, role=role, password_hash="-", failures=0)


def order_in(session: Session, state: OrderState, key: str = "web:1", **changes: Any) -> ErrandOrder:
    """An order put straight into a state, past the table."""
    clock = HandClock()
    order, _ = Orders(Settings(), clock).place(session, request_for(key, **changes))
    order.state = state
    session.flush()
    return order


def open_offer(session: Session, order: ErrandOrder) -> Offer:
    """The one offer of an order that waits for an answer."""
    session.flush()
    return session.query(Offer).filter_by(order_id=order.id, state=OfferState.OPEN).one()


def texts(messages: list[Message]) -> list[str]:
    """What was said."""
    return [message.text for message in messages]


def at_once(database: Database, count: int, work: Callable[[Session], T]) -> list[T | Exception]:
    """Do the same work in so many threads and transactions, begun together; errors are results."""
    together = Barrier(count)

    def one(_: int) -> T | Exception:
        together.wait(timeout=60)
        try:
            with database.begin() as session:
                return work(session)
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
