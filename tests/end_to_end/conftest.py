"""The real product as processes: one hall with its engine for the whole session, and one that may be killed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from rich.console import Console

from hotline.cli.engine_model import ensure_model
from tests.end_to_end.hall import RunningHall
from tests.end_to_end.http import Http
from tests.end_to_end.people import Citizen, Desk

PASSWORD = "zi-ji-xuan-de-mi-ma"
_strangers = itertools.count(2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Crashes come last, so that the session's hall is started once."""
    items.sort(key=lambda item: item.path.name == "test_crash.py")


@pytest.fixture(scope="session")
def model() -> None:
    """The model for the present data, trained now if there is none."""
    ensure_model(Console(stderr=True))


@pytest.fixture(scope="session")
def session_hall(model: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    """The hall of the session, not started yet."""
    hall = RunningHall(tmp_path_factory.mktemp("hall"))
    yield hall
    hall.stop()


@pytest.fixture
def running_hall(session_hall: RunningHall) -> RunningHall:
    """`paotuan serve`, ready to talk."""
    if not session_hall.is_running:
        session_hall.start()
    return session_hall


@pytest.fixture(scope="module")
def mortal_hall(session_hall: RunningHall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    """A hall that a test may kill, in which an offer lapses after three seconds."""
    session_hall.stop()  # never two at a time: an engine fills a small machine
    hall = RunningHall(tmp_path_factory.mktemp("mortal"), {"PAOTUAN_OFFER_SECONDS": "3"})
    hall.start()
    yield hall
    hall.stop()


@pytest.fixture
def citizen(running_hall: RunningHall) -> Citizen:
    """A citizen who opens the chat."""
    return Citizen(running_hall.http)


@pytest.fixture
def stranger(running_hall: RunningHall) -> Http:
    """Somebody at an address of their own, whose failed guesses hinder nobody else."""
    return Http(running_hall.port, from_address=f"127.0.0.{next(_strangers)}")


@pytest.fixture(scope="session")
def log_in_at_desk() -> Callable[[RunningHall], Desk]:
    """Logs the administrator in; the first time with the one-time password, which is replaced."""
    changed: set[int] = set()

    def log_in(hall: RunningHall) -> Desk:
        desk = Desk(hall.http)
        if hall.port not in changed:
            once = hall.one_time_password
            assert desk.log_in("admin", once).body == {"must_change": True}
            assert desk.http("POST", "/desk/password", {"old": once, "new": PASSWORD}).status == 200
            changed.add(hall.port)
        assert desk.log_in("admin", PASSWORD).body == {"must_change": False}
        return desk

    return log_in


@pytest.fixture
def desk(running_hall: RunningHall, log_in_at_desk: Callable[[RunningHall], Desk]) -> Desk:
    """The administrator at the desk."""
    return log_in_at_desk(running_hall)
