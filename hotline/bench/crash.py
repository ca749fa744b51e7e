"""The crash campaign: processes are killed at every statement and at random moments, and everything is replayed.

Orders are created, offered in waves, accepted by everybody who was asked, and carried to the door by several
processes side by side on one database; each request is sent up to five times. What must come out is one order
for each key, one winner for each order, and each step once.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from multiprocessing.connection import wait
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.bench.mortal import Job, Mortal, do, dying_at
from hotline.hall import Hall
from hotline.store.outbox import Outgoing
from hotline.store.schema import ErrandOrder, Offer, OrderEvent, Runner
from hotline.vocabulary import OfferState, OrderAction, OrderState, RunnerKind, TeamLevel

PROCESSES = 3
BATCH = 800  # orders created before some of them are dispatched and carried
CARRIED = 40  # of a batch at most, or the runners would not do; the others are appointments, which wait
CARRIED_SHARE = 6  # of a small batch every so manieth
MOST_REPLAYS = 5
LIFE = 150  # reports at most between two kills at random; a process is hit at any point of its next job
MOMENT = 0.005  # seconds at most between a report and the kill: about as long as a job lasts
RUNNERS = 240  # enough for the waves of a whole batch
STEPS = (OrderAction.COLLECT, OrderAction.SUBMIT, OrderAction.COMPLETE, OrderAction.DELIVER)
ONCE = tuple(action.value for action in (OrderAction.PLACE, OrderAction.ACCEPT, *STEPS))  # of an order that is carried


@dataclass
class Toll:
    """What a campaign did, and what was found wrong."""

    creations: int = 0
    carried: int = 0  # of these: dispatched, accepted and brought to the door
    kills: int = 0
    replays: int = 0  # requests sent beyond the first of each
    statements: int = 0  # kills at a given statement, among `kills`
    lost: int = 0  # keys without an order, or whose order or history lacks a step that was made
    doubled: int = 0  # orders, steps of the history or messages beyond the first
    two_winners: int = 0  # orders that two runners accepted


def _ready(living: list[Mortal]) -> list[Mortal]:
    """Those who report or died, once there are any."""
    pipes = wait([mortal.pipe for mortal in living])
    return [mortal for mortal in living if mortal.pipe in pipes]


class Campaign:
    """Kills the processes of a hall over one database, which has to be empty."""

    def __init__(self, hall: Hall, seed: int = 1) -> None:
        self.hall = hall
        self.chance = random.Random(seed)
        self.toll = Toll()
        self.stopped = False  # from outside: the batch under way is the last
        self.carried: list[str] = []  # keys of the orders that have to be at the door in the end

    def run(self, creations: int, progress: Callable[[int], None] = lambda count: None) -> dict[str, Any]:
        """Make so many creations, unless stopped before, and count what survived; the figures as one object."""
        began = time.monotonic()
        self._runners()
        self._warm_up()
        self._at_every_statement()
        progress(self.toll.creations)
        while self.toll.creations < creations and not self.stopped:
            count = min(BATCH, creations - self.toll.creations)
            self._at_random(count)
            progress(count)
        gc.unfreeze()
        self._count_damage()
        found = asdict(self.toll) | {"seconds": round(time.monotonic() - began, 1)}
        return found | {"database": "sqlite" if self.hall.database.is_sqlite else "postgresql"}

    def _runners(self) -> None:
        """Runners of one town whose pages are open for as long as this lasts, so that waves go out."""
        later = self.hall.clock().replace(year=self.hall.clock().year + 1)
        with self.hall.database.begin() as session:
            for n in range(1, RUNNERS + 1):
                session.add(
                    Runner(
                        number=f"K{n:03d}", name=f"跑手{n}", phone=f"1390000{n:04d}", kind=RunnerKind.PART_TIME,
                        team=TeamLevel.TOWN, township="511903106", village="", zones=[], load_limit=10_000,
                        on_duty=True, hours="", seen_at=later,
                    )
                )  # fmt: skip

    def _warm_up(self) -> None:
        """Carry one order in this process, which is never killed: every fork of it has the statements built.

        Whatever is in memory by then is left alone by the collector, or each fork would have to copy it.
        """
        key = self._new_keys(1)[0]
        do(self.hall, Job("create", key))
        do(self.hall, Job("step"))
        do(self.hall, self._acceptances([key])[0])
        for action in STEPS:
            do(self.hall, Job("carry", key, action=action.value))
        self.carried.append(key)
        gc.collect()
        gc.freeze()

    def _new_keys(self, count: int) -> list[str]:
        keys = [_key(self.toll.creations + n) for n in range(count)]
        self.toll.creations += count
        return keys

    # --- at each statement

    def _at_every_statement(self) -> None:
        """Kill before the first, second, third … statement of each kind of request, until it gets through."""
        key = self._new_keys(1)[0]
        self.carried.append(key)
        self._until_it_lives(Job("create", key))
        self._until_it_lives(Job("step"))
        for job in self._acceptances([key])[:1]:
            self._until_it_lives(job)
        for action in STEPS:
            self._until_it_lives(Job("carry", key, action=action.value))

    def _until_it_lives(self, job: Job) -> None:
        statement = 1
        while self._do([[dying_at(job, statement)]], again=False):
            self.toll.statements += 1
            self.toll.replays += 1
            statement += 1
        self._do([[job], [job]])  # and once more by two at once
        self.toll.replays += 2

    # --- at random

    def _at_random(self, count: int) -> None:
        keys = self._new_keys(count)
        dispatched = keys[:: max(CARRIED_SHARE, count // CARRIED)]
        self.carried += dispatched
        self._replayed([Job("create", key, dispatched=key in dispatched) for key in keys])
        while self._waiting(dispatched):
            self._replayed([Job("step")] * PROCESSES)
        self._replayed(self._acceptances(dispatched))
        for action in STEPS:
            self._replayed([Job("carry", key, action=action.value) for key in dispatched])

    def _replayed(self, jobs: list[Job]) -> None:
        """Each job one to five times, dealt out to all processes by chance."""
        hands: list[list[Job]] = [[] for _ in range(PROCESSES)]
        for job in jobs:
            times = self.chance.randint(1, MOST_REPLAYS)
            self.toll.replays += times - 1
            for _ in range(times):
                self.chance.choice(hands).append(job)
        self._do(hands, kill=True)

    def _do(self, hands: Iterable[list[Job]], *, kill: bool = False, again: bool = True) -> int:
        """Have all jobs done by one process a hand, whoever dies meanwhile; the number of deaths.

        `again` replays what a dead process did not report; without it, that is left undone.
        """
        self.hall.database.close()  # no connection may be shared with a fork
        living = [Mortal(self.hall, jobs) for jobs in hands if jobs]
        deaths, left = 0, self.chance.randint(1, LIFE)
        while living:
            for mortal in _ready(living):
                left -= 1
                if mortal.reported() is None:
                    deaths += 1
                    if again and mortal.jobs:
                        self.toll.replays += 1  # the one that was under way; the rest was never begun
                        living.append(Mortal(self.hall, mortal.jobs))
                    mortal.jobs = []
                if not mortal.jobs:
                    living.remove(mortal)
                    mortal.bury()
            if kill and living and left <= 0:
                time.sleep(self.chance.uniform(0, MOMENT))
                self.chance.choice(living).kill()
                left = self.chance.randint(1, LIFE)
        self.toll.kills += deaths
        return deaths

    # --- what is in the database

    def _waiting(self, keys: list[str]) -> bool:
        """Whether an order waits for its first wave."""
        query = select(func.count()).where(ErrandOrder.key.in_(keys), ErrandOrder.state == OrderState.PLACED)
        with self.hall.database.read() as session:
            return bool(session.scalar(query))

    def _acceptances(self, keys: list[str]) -> list[Job]:
        """Everybody who was asked says yes."""
        query = (
            select(ErrandOrder.key, Offer.id, Offer.runner_id)
            .join(Offer.order)
            .where(ErrandOrder.key.in_(keys), Offer.state == OfferState.OPEN)
        )
        with self.hall.database.read() as session:
            return [Job("accept", key, offer, runner) for key, offer, runner in session.execute(query)]

    def _count_damage(self) -> None:
        """Compare what is in the database with what was asked for."""
        with self.hall.database.read() as session:
            self.toll.carried = len(self.carried)
            self.toll.lost += len(self._lost(session))
            self.toll.doubled += self._doubled_orders(session) + self._doubled_steps(session) + self._doubled_messages(session)
            winners = (
                select(Offer.order_id).where(Offer.state == OfferState.ACCEPTED)
                .group_by(Offer.order_id).having(func.count() > 1).subquery()
            )  # fmt: skip
            self.toll.two_winners += session.scalar(select(func.count()).select_from(winners)) or 0

    def _lost(self, session: Session) -> set[str]:
        """Keys without an order, or with one that did not get where it was carried, with every step in its history."""
        steps = (
            select(ErrandOrder.key, func.count(OrderEvent.action.distinct()))
            .join(OrderEvent, OrderEvent.order_id == ErrandOrder.id)
            .where(OrderEvent.action.in_(ONCE)).group_by(ErrandOrder.key)
        )  # fmt: skip
        made = {key: count for key, count in session.execute(steps)}
        delivered = set(session.scalars(select(ErrandOrder.key).where(ErrandOrder.state == OrderState.DELIVERED)))
        stuck = select(ErrandOrder.key).where(
            ErrandOrder.runner_id.is_not(None), ErrandOrder.state != OrderState.DELIVERED
        )
        placed = {_key(n) for n in range(self.toll.creations)} - made.keys()
        carried = {key for key in self.carried if made.get(key) != len(ONCE)} | (set(self.carried) - delivered)
        return placed | carried | set(session.scalars(stuck))

    def _doubled_orders(self, session: Session) -> int:
        orders = select(func.count() - func.count(ErrandOrder.key.distinct())).select_from(ErrandOrder)
        return session.scalar(orders) or 0

    def _doubled_steps(self, session: Session) -> int:
        steps = (
            select(func.count().label("times")).where(OrderEvent.action.in_(ONCE))
            .group_by(OrderEvent.order_id, OrderEvent.action).having(func.count() > 1).subquery()
        )  # fmt: skip
        return session.scalar(select(func.coalesce(func.sum(steps.c.times - 1), 0))) or 0

    def _doubled_messages(self, session: Session) -> int:
        told = (
            select(func.count().label("times")).select_from(Outgoing)
            .group_by(Outgoing.order_id, Outgoing.text).having(func.count() > 1).subquery()
        )  # fmt: skip
        return session.scalar(select(func.coalesce(func.sum(told.c.times - 1), 0))) or 0


def _key(number: int) -> str:
    return f"crash:{number}"
