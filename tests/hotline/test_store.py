"""The tables: migrations on both databases, times that compare alike, words that are known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Event, Timer

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError, StatementError

from hotline.store import Database
from hotline.store.database import LOCK_SECONDS
from hotline.store.schema import Conversation, ErrandOrder, Table
from hotline.vocabulary import OrderState
from tests.builders import MONDAY_TEN, Core, order_in, request_for, runner


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_migrations_go_up_down_and_up_again(empty_url: str, core: Core) -> None:
    database = Database(empty_url)
    wanted = set(Table.metadata.tables)
    database.migrate()
    assert tables(database) == wanted
    database.migrate("base")
    assert tables(database) == set()
    database.migrate()
    assert tables(database) == wanted
    with database.begin() as session:
        assert core.orders.place(session, request_for())[1]
    database.close()


def test_migrating_again_changes_nothing(database: Database, core: Core) -> None:
    with database.begin() as session:
        order, _ = core.orders.place(session, request_for())
    database.migrate()
    with database.begin() as session:
        assert core.orders.get(session, order.number).key == "web:1"


def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    sichuan = timezone(timedelta(hours=8))
    wish = datetime(2026, 11, 24, 10, 0, 0, 123456, sichuan)
    with database.begin() as session:
        order = order_in(session, OrderState.PLACED, wish_from=wish, wish_to=wish)
    with database.begin() as session:
        kept = session.get_one(ErrandOrder, order.id).wish_from
        assert kept == wish
        assert kept.utcoffset() == timedelta(0)
        assert session.query(ErrandOrder).filter(ErrandOrder.wish_from <= wish).count() == 1
        assert session.query(ErrandOrder).filter(ErrandOrder.wish_from < wish).count() == 0


def test_a_time_of_no_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive time"), database.begin() as session:
        order_in(session, OrderState.PLACED).wish_from = MONDAY_TEN.replace(tzinfo=None)


def test_a_word_outside_the_vocabulary_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="LOST"), database.begin() as session:
        session.add(runner("R1", kind="LOST"))


def test_a_word_comes_back_with_its_label(database: Database) -> None:
    with database.begin() as session:
        order = order_in(session, OrderState.SUBMITTED)
    with database.begin() as session:
        assert session.get_one(ErrandOrder, order.id).state is OrderState.SUBMITTED


def test_an_order_of_no_conversation_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.begin() as session:
        order_in(session, OrderState.PLACED, conversation_id=404)


def test_what_fails_half_way_leaves_nothing(database: Database, core: Core) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        core.conversations.start(session, "web")
        session.flush()
        raise ZeroDivisionError
    with database.begin() as session:
        assert session.query(Conversation).count() == 0


def test_a_reader_does_not_wait_for_a_writer(database: Database, core: Core) -> None:
    with database.begin() as writing:
        core.conversations.start(writing, "web")
        writing.flush()
        with database.read() as reading:
            assert reading.query(Conversation).count() == 0
    with database.read() as reading:
        assert reading.query(Conversation).count() == 1


def test_what_is_done_while_reading_is_not_kept(database: Database, core: Core) -> None:
    with database.read() as session:
        core.conversations.start(session, "web")
    with database.read() as session:
        assert session.query(Conversation).count() == 0


def test_two_writers_on_sqlite_take_turns(sqlite: Database, core: Core) -> None:
    """Without BEGIN IMMEDIATE both would read first, and the second to write would fail as locked."""
    first_has_read = Event()

    def write(wait: bool) -> int:
        with sqlite.begin() as session:
            count = session.query(Conversation).count()
            if wait:
                first_has_read.set()
            core.conversations.start(session, "web")
            return count

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(write, True)
        first_has_read.wait(timeout=60)
        second = pool.submit(write, False)
        assert (first.result(timeout=60), second.result(timeout=30)) == (0, 1)


def test_a_writer_waits_for_another_process_on_sqlite(sqlite: Database, core: Core) -> None:
    """Two openings of one file know nothing of each other's turns, like the hall and a command beside it."""
    command, is_in, may_end = Database(str(sqlite.url)), Event(), Event()

    def work_beside() -> None:
        with command.begin() as session:
            core.conversations.start(session, "web")
            is_in.set()
            may_end.wait(timeout=60)

    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(work_beside)
        assert is_in.wait(timeout=60)
        Timer(0.05, may_end.set).start()
        with sqlite.begin() as session:
            assert session.query(Conversation).count() == 1  # the first statement begins, and waits
            assert may_end.is_set()
            assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == LOCK_SECONDS * 1000
        beside.result(timeout=60)
    command.close()


def test_sqlite_keeps_its_file_where_it_is_told(sqlite: Database) -> None:
    with sqlite.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_folder_for_the_database_is_made(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/deep/down/paotuan.db")
    database.migrate()
    assert tables(database) == set(Table.metadata.tables)
    database.close()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_url_is_taken(scheme: str) -> None:
    database = Database(f"{scheme}://hall@localhost/paotuan")
    assert database.url.drivername == "postgresql+psycopg"
    assert not database.is_sqlite
