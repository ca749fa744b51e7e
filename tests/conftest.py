"""Fixtures: a clock that the test moves, and fresh databases, SQLite and a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hotline.settings import Settings
from hotline.store import Database
from tests.builders import Core, HandClock
from tests.postgres import CannotStart, PostgresServer


@pytest.fixture
def clock() -> HandClock:
    """Monday, ten in the morning, until the test moves it."""
    return HandClock()


@pytest.fixture
def core(clock: HandClock) -> Core:
    """Orders, dispatch, conversations, runners and staff on the test's clock."""
    return Core(clock, Settings())


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run."""
    try:
        server = PostgresServer()
    except CannotStart as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))  # in CI nothing is skipped
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "paotuan.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> str:
    """The name of a PostgreSQL database with all tables, to be copied."""
    name = postgres.create()
    _migrate(postgres.url(name))
    return name


def _migrate(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'paotuan.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database with all tables."""
    shutil.copy(migrated_sqlite, tmp_path / "paotuan.db")
    database = Database(f"sqlite:///{tmp_path / 'paotuan.db'}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def shared(migrated_sqlite: Path) -> Iterator[Database]:
    """One SQLite database for all tests that undo what they did."""
    database = Database(f"sqlite:///{migrated_sqlite.with_name('shared.db')}")
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def session(shared: Database) -> Iterator[Session]:
    """A transaction that is undone afterwards, for what is the same on every database."""
    with shared.begin() as session:
        yield session
        session.rollback()


@pytest.fixture
def postgresql(postgres: PostgresServer, migrated_postgres: str) -> Iterator[Database]:
    """A fresh PostgreSQL database with all tables."""
    name = postgres.create(template=migrated_postgres)
    database = Database(postgres.url(name))
    yield database
    database.close()
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database with all tables, once of each kind."""
    return request.getfixturevalue(request.param)
