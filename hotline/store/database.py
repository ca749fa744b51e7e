"""Opening the database, and the one way to use it: `with database.begin() as session`."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from hotline.store.turns import Turns

LOCK_SECONDS = 30  # how long a writer waits for another one on SQLite
LOOK_AGAIN = 0.001  # seconds after which it looks again
IDLE_SECONDS = 30  # PostgreSQL ends a transaction in which a hall does nothing for so long, and frees its locks
MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """A database by URL; SQLite runs in WAL mode and takes its write lock at the start.

    `BEGIN IMMEDIATE` makes two writers wait for each other instead of failing half-way
    with "database is locked".
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = self._engine()
        self._writing = Turns()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    def _engine(self) -> Engine:
        if not self.is_sqlite:
            options = {"options": f"-c idle_in_transaction_session_timeout={IDLE_SECONDS * 1000}"}
            return create_engine(self.url, pool_size=10, max_overflow=20, pool_pre_ping=True, connect_args=options)
        engine = create_engine(self.url, connect_args={"timeout": LOCK_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session whose work is committed at the end, or undone by an exception."""
        with self._turn(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """On SQLite, wait for the other writers of this process in a queue.

        SQLite itself lets writers wait by trying again after ever longer pauses, so that under load some
        wait for seconds while others pass them.
        """
        waits = self.is_sqlite and self._writing.acquire(timeout=LOCK_SECONDS)
        try:
            yield
        finally:
            if waits:
                self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads: on SQLite it does not wait for writers."""
        with self._sessions() as session:
            session.connection(execution_options={"reads_only": True})
            yield session
            session.expunge_all()  # what was loaded stays readable after the session
            session.rollback()

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to a revision: `head`, or `base` for none."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.connect() as connection, self._rows_may_hang(connection), connection.begin():
            config.attributes["connection"] = connection
            run = command.downgrade if revision == "base" else command.upgrade
            run(config, revision)
            if self.is_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise RuntimeError(f"the migration to {revision} would lose what {lost} refers to")

    @contextmanager
    def _rows_may_hang(self, connection: Connection) -> Iterator[None]:
        """SQLite changes a table by making it anew: meanwhile other tables refer to one that is gone."""
        if not self.is_sqlite:
            yield
            return
        cursor = connection.connection.cursor()  # outside any transaction, where the switch has an effect
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            yield
        finally:
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions itself, see _begin_immediate
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    if connection.get_execution_options().get("reads_only"):
        connection.exec_driver_sql("BEGIN")
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        _take_write_lock(cursor)
    finally:
        cursor.execute(f"PRAGMA busy_timeout={LOCK_SECONDS * 1000}")
        cursor.close()


def _take_write_lock(cursor: Any) -> None:
    """Begin as soon as other processes let go.

    SQLite by itself would look again after ever longer pauses, up to a tenth of a second: a writer beside a
    busy hall waits many times longer than it works.
    """
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            cursor.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(LOOK_AGAIN)
