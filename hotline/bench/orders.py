"""How many orders a second a hall takes and dispatches, and how long each creation lasts.

Creations come at a fixed rate, whether the hall keeps up or not, and are timed from the moment at which they
should have begun, so that a hall that lags cannot hide it. Beside them the hall's own dispatch loop runs, and
runners accept what they are offered. What they accept is put down as delivered in bulk once a second: it stands
for the hours of carrying, which are not measured here, and frees their hands for the next order.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from hotline.errors import HotlineError
from hotline.hall import Hall
from hotline.orders import ErrandRequest
from hotline.store.schema import ErrandOrder, Offer, Runner
from hotline.vocabulary import HelpKind, OfferState, OrderState

WORKERS = 8  # creations that may run side by side
LOOK = 0.5  # seconds between two looks of the dispatch loop, as in the hall
ANSWERS = 1.0  # seconds between two rounds of the runners' answers
DRAIN = 120.0  # seconds at most until every order had its first offer


@dataclass
class Tally:
    """What was counted during a run."""

    sent: int = 0  # creations
    latencies: list[float] = field(default_factory=list)  # seconds of those that were made
    errors: list[str] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)  # seconds of each dispatch step that did something


def bench_orders(
    hall: Hall, *, rate: float, seconds: float, progress: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Run the measurement against a seeded hall; the figures as one object."""
    tally, over = Tally(), threading.Event()
    with hall.database.read() as session:
        before = session.scalar(select(func.max(ErrandOrder.id))) or 0
    len(hall.catalogue)  # read now, as a hall does at its start
    idle, used = _idle_step(hall), time.process_time()
    beside = [threading.Thread(target=work, args=(hall, tally, over)) for work in (_dispatch, _answer)]
    for thread in beside:
        thread.start()
    began = time.monotonic()
    _create(hall, tally, rate, int(rate * seconds), progress)
    ended = time.monotonic()
    drained = _drain(hall, before)
    over.set()
    for thread in beside:
        thread.join()
    return _figures(hall, tally, before, ended - began, drained) | {
        "idle_step_ms": round(idle * 1000, 2),
        "cpu_ms_per_order": round((time.process_time() - used) / tally.sent * 1000, 1),  # of this process, all three
    }


def _idle_step(hall: Hall) -> float:
    """The time of a step that finds nothing due, among all that is long done: the middle of eleven."""
    times = []
    for _ in range(11):
        began = time.perf_counter()
        with hall.database.begin() as session:
            hall.dispatch.step(session)
        times.append(time.perf_counter() - began)
    return sorted(times)[5]


def _create(hall: Hall, tally: Tally, rate: float, count: int, progress: Callable[[], None]) -> None:
    chance, began = random.Random(7), time.monotonic()

    def create(number: int, due: float, request: ErrandRequest) -> None:
        try:
            with hall.database.begin() as session:
                hall.intake.take(session, request)
            tally.latencies.append(time.monotonic() - due)
        except Exception as error:
            tally.errors.append(repr(error)[:200])
        progress()

    with ThreadPoolExecutor(WORKERS) as pool:
        for number in range(count):
            due = began + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            tally.sent += 1
            pool.submit(create, number, due, _request(hall, chance, number))


def _request(hall: Hall, chance: random.Random, number: int) -> ErrandRequest:
    village, wish = chance.choice(hall.divisions.villages), hall.clock() + timedelta(minutes=10)
    item = chance.choice(hall.catalogue.items)
    return ErrandRequest(
        key=f"bench:{time.time_ns()}:{number}", channel="web", applicant_name="王", contact_phone=f"138{number:08d}",
        item_code=item.code, item_name=item.title, zone=item.zone, help=HelpKind.ASSIST, place_code=village.code,
        township=village.township, place_text=village.name, wish_from=wish, wish_to=wish + timedelta(minutes=30),
        materials=["居民身份证"], notes="",
    )  # fmt: skip


def _dispatch(hall: Hall, tally: Tally, over: threading.Event) -> None:
    """The hall's dispatch loop."""
    while not over.is_set():
        began = time.monotonic()
        try:
            with hall.database.begin() as session:
                changed = hall.dispatch.step(session)
        except Exception as error:
            tally.errors.append(f"step: {error!r}"[:200])
            changed = []
        if changed:
            tally.steps.append(time.monotonic() - began)
        if not hall.dispatch.has_more(changed):
            over.wait(LOOK)


def _answer(hall: Hall, tally: Tally, over: threading.Event) -> None:
    """The runners: each accepts what is held out, and has it delivered a moment later."""
    while not over.wait(ANSWERS):
        with hall.database.read() as session:
            query = select(Offer.id, Offer.runner_id).where(Offer.state == OfferState.OPEN)
            held = session.execute(query).all()
        for offer_id, runner_id in held:
            _accept(hall, tally, offer_id, runner_id)
        with hall.database.begin() as session:
            session.execute(
                update(ErrandOrder)
                .where(ErrandOrder.state == OrderState.ACCEPTED)
                .values(state=OrderState.DELIVERED)
                .execution_options(synchronize_session=False)
            )


def _accept(hall: Hall, tally: Tally, offer_id: int, runner_id: int) -> None:
    try:
        with suppress(HotlineError), hall.database.begin() as session:
            hall.dispatch.accept(session, offer_id, session.get_one(Runner, runner_id))
    except Exception as error:
        tally.errors.append(f"accept: {error!r}"[:200])


def _drain(hall: Hall, before: int) -> float | None:
    """Seconds until every new order had its first offer or came to the desk; None: not within DRAIN."""
    began = time.monotonic()
    waiting = select(func.count()).where(
        ErrandOrder.state == OrderState.PLACED, ErrandOrder.offers_made == 0, ErrandOrder.id > before
    )
    while time.monotonic() - began < DRAIN:
        with hall.database.read() as session:
            if not session.scalar(waiting):
                return time.monotonic() - began
        time.sleep(0.2)
    return None


def _figures(
    hall: Hall, tally: Tally, before: int, lasted: float, drained: float | None
) -> dict[str, Any]:
    first = select(Offer.order_id, func.min(Offer.offered_at).label("at")).where(Offer.order_id > before)
    firsts = first.group_by(Offer.order_id).subquery()
    with hall.database.read() as session:
        query = select(firsts.c.at, ErrandOrder.created_at).join(ErrandOrder, ErrandOrder.id == firsts.c.order_id)
        waits = sorted((at - created).total_seconds() for at, created in session.execute(query))
        escalated = session.scalar(
            select(func.count()).where(ErrandOrder.id > before, ErrandOrder.state == OrderState.ESCALATED)
        )
    return {
        "sent": tally.sent, "errors": len(tally.errors),
        "p50_ms": _percentile(tally.latencies, 0.5), "p95_ms": _percentile(tally.latencies, 0.95),
        "p99_ms": _percentile(tally.latencies, 0.99), "existing": before,
        "database": "sqlite" if hall.database.is_sqlite else "postgresql",
        "created_per_s": round(len(tally.latencies) / lasted, 1),
        "first_offers": len(waits), "first_offers_per_s": round(len(waits) / (lasted + (drained or DRAIN)), 1),
        "first_offer_p95_s": round(waits[int(len(waits) * 0.95)], 2) if waits else None,
        "backlog_drained": drained is not None, "drained_s": round(drained, 1) if drained is not None else None,
        "escalated": escalated, "step_p95_ms": _percentile(tally.steps, 0.95),
        "first_errors": tally.errors[:3],
    }  # fmt: skip


def _percentile(seconds: list[float], share: float) -> float | None:
    ordered = sorted(seconds)
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1) if ordered else None
