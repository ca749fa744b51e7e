"""Runners' visits to households and markets, logged once each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import InvalidInput
from hotline.store.schema import Runner
from hotline.store.tickets import Visit

LONGEST = {"place": 200, "people": 200, "notes": 2000}  # characters


class Visits:
    """The log of visits."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def log(
        self, session: Session, runner: Runner, *, key: str, place: str, people: str = "", notes: str = "",
        at: datetime | None = None, order_id: int | None = None,
    ) -> Visit:  # fmt: skip
        """Log a visit; the same key is the same visit. Raises InvalidInput."""
        known = session.scalar(select(Visit).where(Visit.key == key))
        if known:
            return known
        now = self.clock()
        if not place:
            raise InvalidInput("请写明走访了哪里。")
        for name, text in (("place", place), ("people", people), ("notes", notes)):
            if len(text) > LONGEST[name]:
                raise InvalidInput(f"写得太长了，最多{LONGEST[name]}字。")
        if at and at > now:
            raise InvalidInput("走访的时间还没有到。")
        visit = Visit(
            key=key, runner_id=runner.id, at=at or now, place=place, people=people, notes=notes,
            order_id=order_id, created_at=now,
        )  # fmt: skip
        session.add(visit)
        session.flush()
        return visit

    def of_runner(self, session: Session, runner: Runner, *, since: datetime) -> list[Visit]:
        """A runner's visits since a moment, the newest first."""
        query = select(Visit).where(Visit.runner_id == runner.id, Visit.at >= since)
        return list(session.scalars(query.order_by(Visit.at.desc())))
