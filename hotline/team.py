"""The runner team as one step of dispatch sees it: read once, then used for every order of the step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.duty import month_begins, month_of, worked, works_at
from hotline.orders import CARRIED
from hotline.settings import Settings
from hotline.store.schema import ErrandOrder, Offer, Runner
from hotline.vocabulary import Level, OfferState, RunnerKind, TeamLevel

NEW_HOURS = 8.0  # hours on duty that everybody is credited with, so that the first hour decides nothing
PARK = "园区"  # in the words of a place


@dataclass(slots=True)
class Member:
    """A runner, with what decides about the next offer."""

    id: int
    number: str
    name: str
    phone: str
    kind: RunnerKind
    team: TeamLevel
    township: str
    village: str
    zones: list[str]
    load_limit: int
    on_duty: bool
    in_hours: bool  # the weekly hours cover this moment
    present: bool  # the runner's page is open now
    offered_at: datetime | None
    offers: int  # received this month
    hours: float  # on duty this month
    load: int  # orders in hand
    busy: bool  # holds an open offer

    @property
    def share(self) -> float:
        """What the next offer would make of this month's offers an hour on duty: the smallest is due.

        Each offer is one seat of an apportionment by Sainte-Laguë, with hours on duty as the votes:
        the only divisor rule that favours neither those with few hours nor those with many.
        """
        return (self.offers + 0.5) / (self.hours + NEW_HOURS)


@dataclass
class Team:
    """The members by their town; those of the whole district under the empty code, those of the park apart."""

    by_town: dict[str, list[Member]] = field(default_factory=lambda: defaultdict(list))
    of_park: list[Member] = field(default_factory=list)
    by_id: dict[int, Member] = field(default_factory=dict)

    def of(self, order: ErrandOrder) -> list[Member]:
        """Who serves the order's place: the town's own runners and the district's, and in the park its team first."""
        town = order.place_code[:9]
        members = [*self.by_town.get(town, []), *self.by_town.get("", [])] if town else self.by_town.get("", [])
        return [*self.of_park, *members] if is_in_park(order) else members

    def add(self, member: Member) -> None:
        """Take a member in."""
        (self.of_park if member.team is TeamLevel.PARK else self.by_town[member.township]).append(member)
        self.by_id[member.id] = member


def is_in_park(order: ErrandOrder) -> bool:
    """Whether the order is handled in the park's hall or picked up in the park: the park's team serves no others."""
    return order.level is Level.PARK or PARK in order.place_text


_COLUMNS = (
    Runner.id, Runner.number, Runner.name, Runner.phone, Runner.kind, Runner.team, Runner.township,
    Runner.village, Runner.zones, Runner.load_limit, Runner.on_duty, Runner.hours, Runner.seen_at,
    Runner.offered_at, Runner.month, Runner.month_seconds, Runner.month_offers, Runner.duty_since,
    exists().where(Offer.runner_id == Runner.id, Offer.state == OfferState.OPEN).label("busy"),
)  # fmt: skip


def read_team(
    session: Session, clock: Clock, settings: Settings, towns: Collection[str], wanted: Collection[int] = ()
) -> Team:
    """Those who serve these towns or the park, and the runners asked for by id, as they stand now."""
    now = clock()
    # Counted here: to group by runner SQLite would walk an index over every order that ever was.
    loads = Counter(session.scalars(select(ErrandOrder.runner_id).where(ErrandOrder.state.in_(CARRIED))))
    serving = Runner.township.in_({*towns, ""}) | Runner.id.in_(wanted) | (Runner.team == TeamLevel.PARK)
    query = select(*_COLUMNS).where(serving)
    team, moment = Team(), _Moment(now, settings)
    for row in session.execute(query.order_by(Runner.id)):
        team.add(moment.member(row, loads[row.id]))
    return team


class _Moment:
    """What is the same for every runner whom one step looks at."""

    def __init__(self, now: datetime, settings: Settings) -> None:
        self.now = now
        self.month = month_of(now)
        self.seen_since = now - settings.presence_lease
        self.works = cache(lambda hours: works_at(hours, now))  # most of a thousand runners share a few hours

    def member(self, row: Any, load: int) -> Member:
        """A row of _COLUMNS as dispatch sees it."""
        present = row.seen_at is not None and row.seen_at >= self.seen_since
        this_month = row.month == self.month
        return Member(
            row.id, row.number, row.name, row.phone, row.kind, row.team, row.township, row.village, row.zones or [],
            row.load_limit, row.on_duty, self.works(row.hours), present, row.offered_at,
            row.month_offers if this_month else 0,
            (row.month_seconds / 3600 if this_month else 0.0) + _since(row, self.now, self.month), load, row.busy,
        )  # fmt: skip


def _since(row: Any, now: datetime, month: int) -> float:
    """Hours of the duty that lasts, within this month."""
    if not row.on_duty or row.duty_since is None:
        return 0.0
    return worked(row.hours, max(row.duty_since, month_begins(month)), now)


def count_duty(runner: Runner, now: datetime) -> None:
    """Bring this month's duty up to now: called when duty begins, ends, or its hours change."""
    month = month_of(now)
    if runner.month != month:
        runner.month, runner.month_seconds, runner.month_offers = month, 0, 0
    runner.month_seconds += int(_since(runner, now, month) * 3600)
    runner.duty_since = now if runner.on_duty else None
