"""Whatever happens to an errand, in any order: only allowed steps, a whole history, one hand for each original,
a citizen who is told of each step, and somebody who answers for the case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hotline.carrying import NEXT, Step, other_steps
from hotline.errors import HotlineError, InvalidInput, TransitionRefused
from hotline.notices import _TEXTS
from hotline.orders import BEFORE_COLLECTION, CARRIED, TRANSITIONS
from hotline.store import Database
from hotline.store.deadlines import Deadline
from hotline.store.schema import ErrandOrder, Message, Offer, Runner
from hotline.vocabulary import DeadlineKind, Holder, OfferState, OrderAction, OrderState, Sender
from tests.builders import Core, HandClock, request_for, runner

A, S = OrderAction, OrderState
STAY = {A.AMEND, A.REASSIGN, A.OVERSEE}  # steps that leave the state as it is
ORIGINALS = {"出生医学证明", "结婚证"}


class Errand(RuleBasedStateMachine):
    """One order with three runners, a member of staff, a citizen, and time."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.core = Core(HandClock())
        self.transaction = database.begin()
        self.session = self.transaction.__enter__()
        runners = [runner(f"R{n}", load_limit=9, name=f"跑手{n}") for n in (1, 2, 3)]
        self.session.add_all(runners)
        talk = self.core.conversations.start(self.session, "web")
        request = request_for(conversation_id=talk.id, materials=[*ORIGINALS, "户口簿"])
        self.order: ErrandOrder = self.core.orders.place(self.session, request)[0]
        self.session.flush()
        self.runners: list[Runner] = runners
        self.known_codes: dict[int, set[str]] = {}  # codes that runners who left have seen

    def teardown(self) -> None:
        self.session.rollback()
        self.transaction.__exit__(None, None, None)

    def tried(self, work: Any, *arguments: Any, **more: Any) -> None:
        """Do it, or be refused; a refusal must change nothing."""
        before = (self.order.state, self.order.runner_id, len(self.order.events))
        try:
            work(*arguments, **more)
        except HotlineError:
            assert (self.order.state, self.order.runner_id, len(self.order.events)) == before
        self.session.flush()

    def remember(self) -> None:
        """The runner who has it now has seen its code."""
        if self.order.state is S.ACCEPTED and self.order.runner_id:
            self.known_codes.setdefault(self.order.runner_id, set()).add(self.order.door_code)

    # --- what happens

    @initialize(far=st.integers(0, 6))
    def begin(self, far: int) -> None:
        """Some errands are already on their way."""
        if far:
            self.assign(0)
        for _ in range(far - 1):
            if self.order.state in CARRIED:
                self.carry(NEXT[self.order.state], twice=False)

    @rule(minutes=st.sampled_from([1, 10, 300, 1440, 15 * 1440]))
    def time_passes(self, minutes: int) -> None:
        self.core.clock.advance(minutes=minutes)

    @rule()
    def dispatch(self) -> None:
        self.core.dispatch.step(self.session)
        self.session.flush()

    @rule()
    def deadlines(self) -> None:
        self.core.deadlines.step(self.session)
        self.session.flush()

    @rule(accepts=st.booleans())
    def answer(self, accepts: bool) -> None:
        offer = self.session.query(Offer).filter_by(order_id=self.order.id, state=OfferState.OPEN).first()
        if offer and accepts:
            self.tried(self.core.dispatch.accept, self.session, offer.id, offer.runner)
        elif offer:
            self.tried(self.core.dispatch.decline, self.session, offer.id, offer.runner, "忙")
        self.remember()

    @rule(who=st.integers(0, 2))
    def assign(self, who: int) -> None:
        self.tried(self.core.dispatch.assign, self.session, self.order, self.runners[who], actor="小李")
        self.remember()

    @rule(who=st.integers(0, 2))
    def reassign(self, who: int) -> None:
        change = self.core.changes.reassign
        self.tried(change, self.session, self.order, self.runners[who], actor="小李", reason="病了")
        self.remember()

    @precondition(lambda self: self.order.state in CARRIED)
    @rule(twice=st.booleans())
    def next_step(self, twice: bool) -> None:
        self.carry(NEXT[self.order.state], twice)

    @precondition(lambda self: self.order.state in CARRIED and other_steps(self.order.state))
    @rule(data=st.data(), twice=st.booleans())
    def other_step(self, data: st.DataObject, twice: bool) -> None:
        self.carry(data.draw(st.sampled_from(other_steps(self.order.state))), twice)

    def carry(self, action: OrderAction, twice: bool) -> None:
        """The runner makes a step, perhaps with a phone that sends it twice."""
        carrier = self.session.get_one(Runner, self.order.runner_id)
        for _ in range(1 + twice):
            step = Step(action, reason="因为")
            self.tried(self.core.carrying.carry_on, self.session, carrier, str(self.order.number), step)

    @rule(who=st.integers(0, 2), action=st.sampled_from([A.COLLECT, A.SUBMIT, A.DELIVER]))
    def a_strangers_step(self, who: int, action: OrderAction) -> None:
        stranger = self.runners[who]
        if stranger.id != self.order.runner_id:
            self.tried(self.core.carrying.carry_on, self.session, stranger, str(self.order.number), Step(action))

    @precondition(lambda self: self.order.state in BEFORE_COLLECTION)
    @rule(hours=st.integers(-5, 50))
    def another_time(self, hours: int) -> None:
        start = self.core.clock()
        wish = {"wish_from": start + timedelta(hours=hours), "wish_to": start + timedelta(hours=hours, minutes=30)}
        change = self.core.changes.reschedule
        self.tried(change, self.session, self.order, actor="市民", reason="改时间", **wish)

    @rule(really=st.sampled_from([False] * 9 + [True]))  # it ends the errand: seldom
    def cancel(self, really: bool) -> None:
        if really:
            self.tried(self.core.changes.cancel, self.session, self.order, actor="市民", reason="不办了")

    @rule()
    def reopen(self) -> None:
        delivered = [event.at for event in self.order.events if event.action == A.DELIVER.value]
        late = bool(delivered) and (self.core.clock() - delivered[-1]).days >= 10
        may = self.order.state in (S.DELIVERED, S.CLOSED) and not late
        try:
            self.core.changes.reopen(self.session, self.order, actor="市民", reason="名字错了")
            assert may
        except (TransitionRefused, InvalidInput):
            assert not may
        self.session.flush()

    # --- what always holds

    @invariant()
    def only_allowed_steps_in_a_whole_history(self) -> None:
        events, state = self.order.events, ""
        for event in events:
            assert event.from_state == state
            action = A(event.action)
            if action in STAY:
                assert event.to_state == event.from_state
            elif action is not A.PLACE:
                allowed, target = TRANSITIONS[action]
                # declining one offer of several, and the next wave of offers, leave it offered
                assert S(event.from_state) in allowed
                assert event.to_state == target or (action is A.LAPSE and event.to_state == S.OFFERED)
            state = event.to_state
        assert state == self.order.state
        assert [event.at for event in events] == sorted(event.at for event in events)

    @invariant()
    def each_original_is_in_one_hand(self) -> None:
        papers = self.core.papers.of_order(self.session, self.order)
        for name in ORIGINALS:
            assert sum(paper.count for paper in papers if paper.name == name and paper.is_original) in (0, 1)
        for paper in papers:
            assert (paper.runner_id is not None) == (paper.holder is Holder.RUNNER)
            assert (paper.until is None) == (paper.holder is Holder.CITIZEN)
            if paper.holder is Holder.RUNNER:
                assert paper.runner_id == self.order.runner_id  # nobody else has them
        if self.order.state in (S.DELIVERED, S.CLOSED):
            assert self.core.papers.abroad(self.session) == []

    @invariant()
    def the_citizen_was_told_of_each_step(self) -> None:
        told = self.session.query(Message).filter_by(sender=Sender.NOTICE, conversation_id=self.order.conversation_id)
        assert told.count() == sum(A(event.action) in _TEXTS for event in self.order.events)

    @invariant()
    def somebody_answers_for_the_case(self) -> None:
        rows = self.core.responsibilities.of_order(self.session, self.order)
        assert [row.until is None for row in rows] == [False] * (len(rows) - 1) + [True]

    @invariant()
    def an_order_in_hand_has_a_runner_and_one_that_waits_has_none(self) -> None:
        if self.order.state in CARRIED:
            assert self.order.runner_id is not None
        elif self.order.state in (S.PLACED, S.OFFERED, S.ESCALATED, S.REOPENED):
            assert self.order.runner_id is None
        open_offers = self.session.query(Offer).filter_by(order_id=self.order.id, state=OfferState.OPEN).count()
        assert (open_offers > 0) == (self.order.state is S.OFFERED)

    @invariant()
    def whoever_left_the_errand_does_not_know_its_code(self) -> None:
        if self.order.state is S.ACCEPTED:
            # four digits may come again by chance after several changes; never the one just given up
            for runner_id, codes in self.known_codes.items():
                if runner_id != self.order.runner_id and self.order.door_code in codes:
                    assert len(codes) > 1

    @invariant()
    def no_clock_runs_twice(self) -> None:
        running = self.session.query(Deadline).filter(Deadline.order_id == self.order.id, Deadline.settled_at.is_(None))
        kinds = [row.kind for row in running]
        assert len(kinds) == len(set(kinds))
        if self.order.state is not S.ACCEPTED:
            assert DeadlineKind.COLLECT not in kinds


def test_in_any_order_of_events_every_promise_about_an_errand_holds(shared: Database) -> None:
    run_state_machine_as_test(
        lambda: Errand(shared),
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip
