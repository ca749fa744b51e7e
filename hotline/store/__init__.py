"""Where everything is kept: SQLite by default, PostgreSQL by a URL."""

from hotline.store.database import Database

__all__ = ["Database"]
