"""A hall with years behind it: a roster, and as many finished orders as wanted, inserted in bulk."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update

from hotline.hall import Hall
from hotline.numbers import order_number
from hotline.orders import OPEN
from hotline.runners import sample_roster
from hotline.store import Database
from hotline.store.schema import ErrandOrder, Offer, Runner, Table
from hotline.vocabulary import OfferState, OrderState

CHUNK = 20_000  # rows of one statement
ENDINGS = ("CLOSED",) * 96 + ("DELIVERED",) * 2 + ("CANCELLED",) * 2  # of a hundred old orders
ZONES = ("police", "social_security", "health", "civil", "property", "utilities", "business", "rural")
Row = tuple[Any, ...]


def seed(hall: Hall, existing: int, progress: Callable[[int], None] = lambda count: None) -> None:
    """Fill a database up to so many old orders with history and offers, and a roster if it has none.

    A database that an earlier measurement left behind is used again: what is still open there is ended.
    """
    _end_what_is_open(hall)
    with hall.database.begin() as session:
        if session.scalar(select(Runner.id).limit(1)) is None:
            hall.runners.add(session, sample_roster(hall.divisions))
    with hall.database.read() as session:
        runners = list(session.scalars(select(Runner.id)))
        last = session.scalar(select(func.max(ErrandOrder.id))) or 0
    with _indexes_made_afterwards(hall.database, existing - last):
        for start in range(last + 1, existing + 1, CHUNK):
            ids = range(start, min(start + CHUNK, existing + 1))
            _insert(hall.database, "errand_order", _ORDER, _orders(hall, ids, runners))
            _insert(hall.database, "order_event", _EVENT, _events(hall, ids))
            _insert(hall.database, "offer", _OFFER, _offers(hall, ids, runners))
            progress(len(ids))
    _finish(hall.database)


def _end_what_is_open(hall: Hall) -> None:
    with hall.database.begin() as session:
        orders = update(ErrandOrder).where(ErrandOrder.state.in_(OPEN)).values(state=OrderState.CLOSED, dispatch_at=None)
        offers = update(Offer).where(Offer.state == OfferState.OPEN).values(state=OfferState.WITHDRAWN)
        for statement in (orders, offers):
            session.execute(statement.execution_options(synchronize_session=False))


@contextmanager
def _indexes_made_afterwards(database: Database, count: int) -> Iterator[None]:
    """Many rows are in much sooner when the indexes are built over all of them at the end."""
    tables = [Table.metadata.tables[name] for name in ("errand_order", "order_event", "offer")]
    indexes = [index for table in tables for index in table.indexes] if count > CHUNK else []
    with database.engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    yield
    with database.engine.begin() as connection:
        for index in indexes:
            index.create(connection)


_ORDER = (
    "id", "number", "key", "channel", "applicant_name", "contact_phone", "item_code", "item_name", "zone", "help",
    "place_code", "township", "place_text", "wish_from", "wish_to", "materials", "notes", "state", "runner_id",
    "door_code", "case_number", "accept_by", "offers_made", "created_at", "updated_at",
)  # fmt: skip
_EVENT = ("order_id", "at", "actor", "action", "from_state", "to_state", "reason")
_OFFER = ("order_id", "runner_id", "state", "offered_at", "expires_at", "answered_at", "reason")


def _orders(hall: Hall, ids: Sequence[int], runners: list[int]) -> Iterator[Row]:
    villages, now, chance = hall.divisions.villages, hall.clock(), random.Random(ids[0])
    for order_id in ids:
        village, at = chance.choice(villages), _text(now - timedelta(minutes=10 * order_id))
        yield (
            order_id, order_number(order_id), f"old:{order_id}", "web", "王", f"137{order_id:08d}", None, "旧事项",
            chance.choice(ZONES), "ASSIST", village.code, village.township, village.name, at, at, "[]", "",
            chance.choice(ENDINGS), chance.choice(runners), "0000", "", at, 1, at, at,
        )  # fmt: skip


def _events(hall: Hall, ids: Sequence[int]) -> Iterator[Row]:
    at = _text(hall.clock())
    for order_id in ids:
        yield (order_id, at, "市民", "place", "", "PLACED", "web")
        yield (order_id, at, "R0001", "deliver", "COMPLETED", "DELIVERED", "")
        yield (order_id, at, "系统", "close", "DELIVERED", "CLOSED", "")


def _offers(hall: Hall, ids: Sequence[int], runners: list[int]) -> Iterator[Row]:
    at = _text(hall.clock())
    for order_id in ids:
        yield (order_id, runners[order_id % len(runners)], "ACCEPTED", at, at, at, "")


def seed_conversations(hall: Hall, count: int, progress: Callable[[int], None] = lambda count: None) -> int:
    """Fill an empty database with conversations: few wait, some run, the others are over. Returns the messages."""
    for start in range(1, count + 1, CHUNK):
        ids = range(start, min(start + CHUNK, count + 1))
        _insert(hall.database, "conversation", _CONVERSATION, _conversations(hall, ids))
        _insert(hall.database, "message", _MESSAGE, _messages(hall, ids))
        progress(len(ids))
    return count * len(_SAID)


_CONVERSATION = ("id", "token", "channel", "owner", "epoch", "state", "reason", "waiting_since", "created_at", "updated_at")
_MESSAGE = ("conversation_id", "client_id", "sender", "text", "buttons", "answered_at", "created_at")
_SAID = (
    ("CITIZEN", "娃儿刚满月要上户口，屋头没得空去"), ("ASSISTANT", "办“出生登记”，要不要喊跑手来拿材料？"),
    ("CITIZEN", "要得，明天上午十点"), ("ASSISTANT", "请问在哪个镇、哪个村？"), ("CITIZEN", "柳林镇罐子沟村"),
    ("ASSISTANT", "跟您核对一下，对不对？"), ("CITIZEN", "对头"), ("ASSISTANT", "下好单了。"),
)  # fmt: skip


def _conversations(hall: Hall, ids: Sequence[int]) -> Iterator[Row]:
    now = hall.clock()
    for number in ids:
        at = _text(now - timedelta(minutes=number))
        state = "WAITING" if number % 250 == 0 else "ACTIVE" if number % 20 == 0 else "CLOSED"
        waiting = (at, "市民要求转人工") if state == "WAITING" else (None, "")
        yield (number, f"old-{number}", "web", "ASSISTANT", 0, state, waiting[1], waiting[0], at, at)


def _messages(hall: Hall, ids: Sequence[int]) -> Iterator[Row]:
    at = _text(hall.clock())
    for number in ids:
        for place, (sender, words) in enumerate(_SAID):
            yield (number, f"old-{place}", sender, words, "[]", at, at)


def _text(moment: datetime) -> str:
    return str(moment.replace(tzinfo=None).isoformat(" ", "microseconds"))


def _insert(database: Database, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Rows past the ORM: COPY on PostgreSQL, one prepared statement on SQLite. Missing columns get defaults."""
    more = _defaults(table, columns)
    names = ", ".join([*columns, *more])
    tail = tuple(more.values())
    with database.engine.begin() as connection:
        driver: Any = connection.connection.cursor()
        if database.is_sqlite:
            marks = ", ".join("?" * (len(columns) + len(more)))
            driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", (row + tail for row in rows))
            return
        with driver.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row + tail)


def _defaults(table: str, given: Sequence[str]) -> dict[str, Any]:
    """Plain defaults of the columns that are not given and must not be empty."""
    columns = Table.metadata.tables[table].columns
    missing = [column for column in columns if column.name not in given and column.default is not None]
    values = {column.name: column.default.arg for column in missing if column.default.is_scalar}  # type: ignore[union-attr]
    return {name: value for name, value in values.items()}


def _finish(database: Database) -> None:
    """Let the counters go on behind the given ids, and let the planner know how much there is."""
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence('errand_order', 'id'), max(id)) FROM errand_order")
            )
        connection.execute(text("ANALYZE"))
