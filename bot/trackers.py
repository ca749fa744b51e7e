"""Where the engine keeps its conversations: Rasa's own table, read and written once in a turn and without waiting.

SQLite writes ahead and leaves it to the system when that reaches the disk: after a power cut, and only then, the last
turns may be missing, and what was asked in them is asked again. Orders lie with the hall, not here.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event
from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool

Event.resolve_by_type = staticmethod(cache(Event.resolve_by_type))  # Rasa walks through all its classes for each event


class Trackers(SQLTrackerStore):
    """Rasa's store of conversations in a database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.engine.dialect.name == "sqlite":  # one connection: closing the last one would empty the log each time
            self.engine = create_engine(self.engine.url, poolclass=StaticPool, connect_args={"check_same_thread": False})
            event.listen(self.engine, "connect", _write_ahead)
            self.sessionmaker.configure(bind=self.engine)


def _write_ahead(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
