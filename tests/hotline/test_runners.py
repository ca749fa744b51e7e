"""The runner team: the sample roster, personal links, and what a runner sees."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.divisions import read_divisions
from hotline.errors import LoginRequired, NotFound
from hotline.orders import check_phone
from hotline.runners import sample_roster
from hotline.settings import Settings
from hotline.store import Database
from hotline.store.schema import Runner
from hotline.vocabulary import OrderState, RunnerKind, TeamLevel
from tests.builders import Core, HandClock, open_offer, order_in, request_for, runner

S = OrderState


def test_the_sample_roster_has_20_and_1204_runners_over_the_real_places() -> None:
    divisions = read_divisions()
    roster = sample_roster(divisions)
    assert Counter(r.kind for r in roster) == {RunnerKind.FULL_TIME: 20, RunnerKind.PART_TIME: 1204}
    assert len({r.number for r in roster}) == len(roster) == len({r.phone for r in roster})
    assert {r.team for r in roster} == set(TeamLevel) - {TeamLevel.PARK}
    assert all(check_phone(r.phone) == r.phone for r in roster)
    assert {r.township for r in roster} == {"", *(town.code for town in divisions.townships)}
    assert {r.village for r in roster} == {"", *(village.code for village in divisions.villages)}
    assert all(r.village.startswith(r.township) for r in roster if r.village)


def test_the_sample_roster_is_the_same_every_time() -> None:
    first, second = (sample_roster(read_divisions()) for _ in range(2))
    assert [(r.number, r.name, r.village) for r in first] == [(r.number, r.name, r.village) for r in second]


def test_the_whole_sample_roster_fits_into_the_database(core: Core, database: Database) -> None:
    with database.begin() as session:
        assert core.runners.add(session, sample_roster(read_divisions())) == (1224, 0)
    with database.begin() as session:
        assert session.query(Runner).count() == 1224
        assert core.runners.get(session, "r0020").kind is RunnerKind.FULL_TIME


def test_a_second_import_brings_runners_up_to_date_and_keeps_their_day(core: Core, session: Session) -> None:
    core.runners.add(session, [runner("R1", name="张三")])
    core.runners.set_duty(session, core.runners.get(session, "R1"), on_duty=False)
    assert core.runners.add(session, [runner("R1", name="张三丰", load_limit=5), runner("R2")]) == (1, 1)
    changed = core.runners.get(session, "R1")
    assert (changed.name, changed.load_limit, changed.on_duty) == ("张三丰", 5, False)


def test_an_unknown_runner_is_not_found(core: Core, session: Session) -> None:
    with pytest.raises(NotFound) as refused:
        core.runners.get(session, "R9")
    assert refused.value.wording == "没有编号为R9的跑手。"


# --- the personal link


def test_a_link_opens_the_page_of_its_runner_only(core: Core, session: Session) -> None:
    session.add_all([runner("R1"), runner("R2")])
    first, second = (core.runners.issue_link(session, number) for number in ("R1", "R2"))
    assert core.runners.by_token(session, first).number == "R1"
    assert core.runners.by_token(session, second).number == "R2"
    for wrong in ("", first[:-1], first + "x", "' OR 1=1 --", "R1"):
        with pytest.raises(LoginRequired):
            core.runners.by_token(session, wrong)


def test_a_new_link_ends_the_old_one(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    old = core.runners.issue_link(session, "R1")
    new = core.runners.issue_link(session, "R1")
    with pytest.raises(LoginRequired):
        core.runners.by_token(session, old)
    assert core.runners.by_token(session, new).number == "R1"


def test_a_link_ends_after_its_days(session: Session) -> None:
    core = Core(HandClock(), Settings(link_days=30))
    session.add(runner("R1"))
    token = core.runners.issue_link(session, "R1")
    core.clock.advance(days=30, seconds=-1)
    assert core.runners.by_token(session, token)
    core.clock.advance(seconds=1)
    with pytest.raises(LoginRequired):
        core.runners.by_token(session, token)


def test_the_database_holds_no_token(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    token = core.runners.issue_link(session, "R1")
    assert token not in str(vars(core.runners.get(session, "R1")))


def test_a_runner_without_a_link_is_nobody(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    session.flush()
    with pytest.raises(LoginRequired):
        core.runners.by_token(session, "None")


# --- the runner's page


def test_a_runner_sees_the_open_offer_and_then_the_order_in_hand(core: Core, session: Session) -> None:
    me = runner("R1")
    session.add(me)
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    desk = core.runners.desk_of(session, me)
    assert ([offer.order for offer in desk.offers], desk.orders) == ([order], [])
    core.dispatch.accept(session, open_offer(session, order).id, me)
    desk = core.runners.desk_of(session, me)
    assert (desk.offers, desk.orders) == ([], [order])


def test_an_offer_past_its_deadline_is_not_shown(core: Core, session: Session) -> None:
    me = runner("R1")
    session.add(me)
    core.orders.place(session, request_for())
    core.dispatch.step(session)
    core.clock.advance(minutes=3)
    assert core.runners.desk_of(session, me).offers == []


@pytest.mark.parametrize("state", sorted(S), ids=lambda state: state.value)
def test_only_what_is_in_hand_is_shown(core: Core, session: Session, state: OrderState) -> None:
    me, other = runner("R1"), runner("R2")
    session.add_all([me, other])
    order = order_in(session, state)
    order.runner = me
    session.flush()
    in_hand = state not in (
        S.PLACED, S.OFFERED, S.REOPENED, S.ESCALATED, S.CANCELLED, S.DELIVERED, S.CLOSED
    )  # fmt: skip
    assert core.runners.desk_of(session, me).orders == ([order] if in_hand else [])
    assert core.runners.desk_of(session, other).orders == []


def test_an_open_page_counts_until_its_lease_is_over(session: Session) -> None:
    core = Core(HandClock(), Settings(presence_lease=timedelta(seconds=60)))
    me = runner("R1")
    session.add(me)
    order, _ = core.orders.place(session, request_for())
    core.runners.seen(session, me)
    session.flush()
    present = []
    for _ in range(3):
        (candidate,) = core.dispatch.candidates(session, order)
        present.append(candidate.runner.present)
        core.clock.advance(seconds=60)
    assert present == [True, True, False]
