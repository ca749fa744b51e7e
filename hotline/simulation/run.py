"""One way of dispatch through all days: the hall's own orders, runners and dispatch on a simulated clock."""

from __future__ import annotations

import heapq
import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from hotline.dispatch import Dispatch, Policy
from hotline.errors import OfferGone
from hotline.orders import Orders
from hotline.runners import Runners
from hotline.settings import Settings
from hotline.simulation.world import SLOT, Errand, World
from hotline.store import Database
from hotline.store.schema import ErrandOrder, Offer, Runner, Table
from hotline.vocabulary import OfferState, OrderAction, OrderState

TICK = timedelta(seconds=0.25)  # the hall looks every half second: on average so late
NEXT_STEP = timedelta(seconds=0.35)  # when more is due than one step makes: at 35 first offers a second, as measured
CARRYING = (OrderAction.COLLECT, OrderAction.SUBMIT, OrderAction.COMPLETE, OrderAction.DELIVER)


@dataclass
class Course:
    """What became of one errand."""

    errand: Errand
    accepted_at: datetime | None = None
    escalated_at: datetime | None = None
    runner: str = ""  # who took it
    declines: int = 0
    silent: int = 0  # offers that ended unanswered
    too_late: int = 0  # yes, but somebody else was faster

    @property
    def waited(self) -> float | None:
        """Seconds until somebody took care: a runner, or the desk."""
        end = self.accepted_at or self.escalated_at
        return (end - self.errand.due).total_seconds() if end else None


@dataclass
class Outcome:
    """All that one way of dispatch did."""

    courses: list[Course]
    offers: dict[str, int] = field(default_factory=dict)  # by runner's number
    steps: int = 0


class SimulatedClock:
    """A clock that the simulation moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Simulation:
    """The events of all days in their order; each happens in a transaction of its own."""

    def __init__(self, world: World, settings: Settings, policy: Policy | None, session: Session) -> None:
        self.world, self.session = world, session
        self.clock = SimulatedClock(world.calendar[0].date)
        self.orders = Orders(settings, self.clock)
        self.runners = Runners(settings, self.clock)
        self.dispatch = Dispatch(settings, self.clock, self.orders, policy)
        self.lease = settings.presence_lease
        self.courses: dict[int, Course] = {}  # by order id
        self.outcome = Outcome([])
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._running = itertools.count()
        self._slot = -1
        self._ticks: set[datetime] = set()

    def run(self, progress: Callable[[], None]) -> Outcome:
        """Let all days pass; calls `progress` for each errand placed."""
        self.runners.add(self.session, [_copy(runner) for runner in self.world.roster])
        self.session.commit()
        ids = self.session.execute(select(Runner.id, Runner.number))
        self.ids = {self.world.position[number]: runner_id for runner_id, number in ids}
        for day in self.world.calendar:
            self._at(day.date, lambda day=day: self._morning(day.sick))  # type: ignore[misc]
        for errand in self.world.errands:
            self._at(errand.at, lambda errand=errand: self._place(errand, progress))  # type: ignore[misc]
        while self._events:
            self.clock.now, _, happen = heapq.heappop(self._events)
            happen()
            self.session.commit()
        for number in self.session.scalars(select(Runner.number).join(Offer, Offer.runner_id == Runner.id)):
            self.outcome.offers[number] = self.outcome.offers.get(number, 0) + 1
        return self.outcome

    def _at(self, moment: datetime, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._running), happen))

    def _morning(self, sick: frozenset[int]) -> None:
        """The ill go off duty, those who are well again come back."""
        for place, runner in enumerate(self.session.scalars(select(Runner).order_by(Runner.id))):
            if runner.on_duty == (place in sick):
                self.runners.set_duty(self.session, runner, on_duty=place not in sick)

    def _place(self, errand: Errand, progress: Callable[[], None]) -> None:
        order, _ = self.orders.place(self.session, errand.request)
        self.session.flush()
        self.courses[order.id] = course = Course(errand)
        self.outcome.courses.append(course)
        self._watch(order)
        progress()

    def _watch(self, order: ErrandOrder) -> None:
        for due in (order.dispatch_at, order.accept_by):
            if due is not None:
                self._tick_at(max(due, self.clock.now) + TICK)

    def _tick_at(self, moment: datetime) -> None:
        if moment not in self._ticks:
            self._ticks.add(moment)
            self._at(moment, self._tick)

    def _tick(self) -> None:
        self._ticks.discard(self.clock.now)
        self._open_and_close_pages()
        self.outcome.steps += 1
        changed = self.dispatch.step(self.session)
        for order in changed:
            self._follow(order)
        if self.dispatch.has_more(changed):
            self._tick_at(self.clock.now + NEXT_STEP)

    def _open_and_close_pages(self) -> None:
        slot = int(self.clock.now.timestamp() // SLOT.total_seconds())
        if slot == self._slot:
            return
        self._slot = slot
        ends = datetime.fromtimestamp((slot + 1) * SLOT.total_seconds(), self.clock.now.tzinfo) - self.lease
        present = self.world.is_present(self.clock.now)
        rows = [{"key": self.ids[place], "ends": ends} for place in np.flatnonzero(present).tolist()]
        one = update(Runner).where(Runner.id == bindparam("key")).values(seen_at=bindparam("ends"))
        self.session.connection().execute(one, rows)

    def _follow(self, order: ErrandOrder) -> None:
        """After a step: what those who were asked now will answer, and when to look again."""
        course = self.courses[order.id]
        if order.state is OrderState.ESCALATED:
            course.escalated_at = course.escalated_at or self.clock.now
            return
        self._watch(order)
        query = select(Offer, Runner).join(Offer.runner).where(
            Offer.order_id == order.id, Offer.state == OfferState.OPEN, Offer.offered_at == self.clock.now
        )  # fmt: skip
        for offer, runner in self.session.execute(query).all():
            self._expect(course, offer, runner)

    def _expect(self, course: Course, offer: Offer, runner: Runner) -> None:
        answer = self.world.answer(course.errand, runner, self.clock.now)
        at = self.clock.now + timedelta(seconds=min(answer.seconds, 1e6))
        self._tick_at(offer.expires_at + TICK)
        if at >= offer.expires_at:
            course.silent += 1
        else:
            self._at(at, lambda: self._answer(course, offer.id, runner.id, answer.yes))

    def _answer(self, course: Course, offer_id: int, runner_id: int, yes: bool) -> None:
        runner = self.session.get_one(Runner, runner_id)
        try:
            if yes:
                order = self.dispatch.accept(self.session, offer_id, runner)
                self._accepted(course, order, runner)
            else:
                order = self.dispatch.decline(self.session, offer_id, runner, "不方便")
                course.declines += 1
                self._follow(order)
        except OfferGone:
            course.too_late += 1

    def _accepted(self, course: Course, order: ErrandOrder, runner: Runner) -> None:
        course.accepted_at, course.runner = self.clock.now, runner.number
        self._at(max(self.clock.now, order.wish_from) + course.errand.carry, lambda: self._deliver(order.id))

    def _deliver(self, order_id: int) -> None:
        order = self.session.get_one(ErrandOrder, order_id)
        for action in CARRYING:
            self.orders.move(self.session, order, action, actor=order.runner.number if order.runner else "")


def simulate(
    world: World, settings: Settings, policy: Policy | None, progress: Callable[[], None] = lambda: None
) -> Outcome:
    """Run all days with one way of dispatch (None: the hall's own) on an SQLite file of its own."""
    with tempfile.TemporaryDirectory(prefix="paotuan-simulation-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'simulation.db'}")
        Table.metadata.create_all(database.engine)
        with Session(database.engine, expire_on_commit=False) as session:
            outcome = Simulation(world, settings, policy, session).run(progress)
        database.close()
    return outcome


def _copy(runner: Runner) -> Runner:
    names: tuple[Any, ...] = ("number", "name", "phone", "kind", "team", "township", "village", "zones", "load_limit", "hours")
    return Runner(on_duty=True, **{name: getattr(runner, name) for name in names})
