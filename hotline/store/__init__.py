"""Where everything is kept: SQLite by default, PostgreSQL by a URL."""

from hotline.store import (  # tables beside the schema, known wherever the database is used
    calls,
    deadlines,
    desk,
    dispatching,
    drafts,
    outbox,
    outcomes,
    papers,
    photos,
    pocket,
    proposals,
    text_codes,
    texting,
    tickets,
    verification,
)
from hotline.store.database import Database

__all__ = [
    "Database",
    "calls",
    "deadlines",
    "desk",
    "dispatching",
    "drafts",
    "outbox",
    "outcomes",
    "papers",
    "photos",
    "pocket",
    "proposals",
    "texting",
    "text_codes",
    "tickets",
    "verification",
]
