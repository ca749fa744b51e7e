"""Work that only one hall may do at a time, on PostgreSQL; SQLite has one writer anyhow.

The claim ends with its transaction. A hall that hangs inside it loses its session after IDLE_SECONDS
(PostgreSQL ends sessions that idle in a transaction): then the claim lapses, another hall goes on, and
whatever the old one still wants to write is refused, since its transaction is gone.
"""

from __future__ import annotations

import zlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session

DISPATCH = 0x70616F01  # any number that is no other claim's
QUEUE = 0x70616F02


def claim(session: Session, work: int) -> bool:
    """Whether this transaction may do the work; False at once when another one does it."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(work))))


def take_turns(session: Session, wish: str) -> None:
    """Wait for whoever is at the same wish, and see what they wrote; others are not held up."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(func.pg_advisory_xact_lock(zlib.crc32(wish.encode()))))
