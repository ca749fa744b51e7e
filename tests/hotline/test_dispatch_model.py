"""Several halls on one PostgreSQL, driven at random: no order has two winners, no runner two open offers.

Two halls share the database, each with a session that may stay open over several steps, as a slow hall's would.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from hotline.errors import HotlineError
from hotline.orders import TRANSITIONS
from hotline.settings import Settings
from hotline.store import Database
from hotline.store.schema import ErrandOrder, Offer, OrderEvent, Runner
from hotline.vocabulary import OfferState, OrderAction, OrderState
from tests.builders import DENGKE, GUANZIGOU, Core, HandClock, request_for, runner

CLEARED = "TRUNCATE errand_order, order_event, offer, offer_round, runner RESTART IDENTITY CASCADE"
RUNNERS = 6


class Halls(RuleBasedStateMachine):
    """What citizens, runners, staff and two halls do, in any order."""

    database: Database

    @initialize()
    def begin(self) -> None:
        """A town with six runners, half of them with their page open."""
        self.clock = HandClock()
        self.halls = [Core(self.clock, Settings(accept_within=timedelta(minutes=10))) for _ in range(2)]
        self.placed: set[str] = set()
        with self.database.begin() as session:
            session.execute(text(CLEARED))
            for n in range(RUNNERS):
                seen = self.clock() + timedelta(days=1) if n % 2 else None
                session.add(runner(f"R{n}", load_limit=2, seen_at=seen))

    hall = st.integers(0, 1)
    who = st.integers(1, RUNNERS)

    @rule(hall=hall, key=st.integers(0, 5))
    def place(self, hall: int, key: int) -> None:
        """A citizen orders; the same key again is the same order."""
        core, name = self.halls[hall], f"web:{key}"
        request = request_for(name, wish_from=self.clock() + timedelta(days=1), wish_to=self.clock() + timedelta(days=2))
        with self.database.begin() as session:
            _, made = core.orders.place(session, request)
        assert made == (name not in self.placed)
        self.placed.add(name)

    @rule(hall=hall)
    def step(self, hall: int) -> None:
        """A hall looks at what is due."""
        with self.database.begin() as session:
            self.halls[hall].dispatch.step(session)

    @rule(first=hall)
    def both_step(self, first: int) -> None:
        """The other hall looks while the first is in the middle of its step: it leaves all to the first."""
        with self.database.begin() as session:
            self.halls[first].dispatch.step(session)
            session.flush()
            with self.database.begin() as other:
                assert self.halls[1 - first].dispatch.step(other) == []

    @rule(hall=hall)
    def die(self, hall: int) -> None:
        """A hall is killed before it commits its step."""
        with pytest.raises(ZeroDivisionError), self.database.begin() as session:
            self.halls[hall].dispatch.step(session)
            session.flush()
            raise ZeroDivisionError

    @rule(hall=hall, who=who, yes=st.booleans())
    def answer(self, hall: int, who: int, yes: bool) -> None:
        """A runner answers the newest offer, open or long gone."""
        dispatch = self.halls[hall].dispatch
        with self.database.begin() as session:
            me = session.get_one(Runner, who)
            offer = session.query(Offer).filter_by(runner_id=who).order_by(Offer.id.desc()).first()
            if offer is None:
                return
            may = offer.state is OfferState.OPEN and offer.expires_at > self.clock()
            try:
                if yes:
                    dispatch.accept(session, offer.id, me)
                else:
                    dispatch.decline(session, offer.id, me, "忙")
            except HotlineError:
                assert yes or not may  # a no to an open offer is always taken
            else:
                assert may

    @rule(hall=hall, key=st.integers(0, 5), action=st.sampled_from(["RELEASE", "CANCEL", "COLLECT", "move"]))
    def happen(self, hall: int, key: int, action: str) -> None:
        """A runner gives back or collects, or a citizen cancels or gives another place."""
        core = self.halls[hall]
        with self.database.begin() as session:
            order = session.query(ErrandOrder).filter_by(key=f"web:{key}").with_for_update().first()
            if order is None:
                return
            try:
                if action == "move":
                    place = DENGKE if order.place_code == GUANZIGOU else GUANZIGOU
                    core.orders.amend(session, order, actor="市民", reason="改地点", place_code=place)
                else:
                    core.orders.move(session, order, OrderAction[action], actor="R1", reason="x")
            except HotlineError:
                return

    @rule(seconds=st.sampled_from([5, 31, 91, 181, 601]))
    def time_passes(self, seconds: int) -> None:
        """The clock of both halls goes on."""
        self.clock.advance(seconds=seconds)

    @rule(who=who)
    def duty(self, who: int) -> None:
        """A runner goes off duty, or comes back."""
        with self.database.begin() as session:
            me = session.get_one(Runner, who)
            self.halls[0].runners.set_duty(session, me, on_duty=not me.on_duty)

    @invariant()
    def nothing_is_lost_and_nothing_twice(self) -> None:
        """What holds at every moment."""
        if not hasattr(self, "placed"):
            return
        with self.database.read() as session:
            orders = session.query(ErrandOrder).all()
            assert {order.key for order in orders} == self.placed and len(orders) == len(self.placed)
            held = [offer.runner_id for offer in session.query(Offer).filter_by(state=OfferState.OPEN)]
            assert len(held) == len(set(held))
            for order in orders:
                self._check(order, session.query(Offer).filter_by(order_id=order.id).all())
                self._check_history(session.query(OrderEvent).filter_by(order_id=order.id).order_by(OrderEvent.id).all())

    def _check(self, order: ErrandOrder, offers: list[Offer]) -> None:
        still_open = [offer for offer in offers if offer.state is OfferState.OPEN]
        assert bool(still_open) == (order.state is OrderState.OFFERED)
        assert len(offers) == len({offer.runner_id for offer in offers})  # nobody is asked twice
        if order.state is OrderState.ACCEPTED:
            assert order.runner_id in {offer.runner_id for offer in offers if offer.state is OfferState.ACCEPTED}

    def _check_history(self, events: list[OrderEvent]) -> None:
        """Each step begins where the one before ended, and is one of the table."""
        assert [event.action for event in events].count("place") == 1
        for before, event in zip(events, events[1:], strict=False):
            assert event.from_state == before.to_state
            if event.action in TRANSITIONS and event.from_state != event.to_state:
                allowed, target = TRANSITIONS[OrderAction(event.action)]
                assert event.from_state in allowed and event.to_state == target


@pytest.fixture
def model(postgresql: Database) -> Iterator[type[Halls]]:
    """The machine over a fresh PostgreSQL database."""
    Halls.database = postgresql
    yield Halls


def test_two_halls_and_chance_break_nothing(model: type[Halls]) -> None:
    run_state_machine_as_test(
        model,
        settings=settings(max_examples=15, stateful_step_count=25, deadline=None, derandomize=True, database=None,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
