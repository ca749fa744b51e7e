"""Who at the desk saw and changed what; phone numbers count as seen when they were asked for."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.store.desk import AuditEntry
from hotline.store.schema import Staff

log = logging.getLogger(__name__)
PAGE = 100


class Audit:
    """The record of what staff did."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def note(self, session: Session, staff_id: int, act: str, subject: str, subject_id: str, detail: str = "") -> None:
        """Keep one act."""
        session.add(
            AuditEntry(
                at=self.clock(), staff_id=staff_id, act=act[:40], subject=subject[:24], subject_id=subject_id[:64],
                detail=detail[:200],
            )
        )  # fmt: skip
        log.info("%s %s: %s by staff %s", subject, subject_id, act, staff_id)

    def newest(
        self, session: Session, *, before: int | None = None, subject: str = "", subject_id: str = ""
    ) -> list[tuple[AuditEntry, str]]:
        """Entries with the names of who did it, newest first, a page at a time."""
        query = select(AuditEntry, Staff.name).join(Staff, Staff.id == AuditEntry.staff_id)
        if before is not None:
            query = query.where(AuditEntry.id < before)
        if subject:
            query = query.where(AuditEntry.subject == subject)
        if subject_id:
            query = query.where(AuditEntry.subject_id == subject_id)
        rows = session.execute(query.order_by(AuditEntry.id.desc()).limit(PAGE))
        return [(entry, name) for entry, name in rows]
