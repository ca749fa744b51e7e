"""The clocks of an errand, and who sees to it when one runs out."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from hotline.clock import LOCAL
from hotline.errors import TransitionRefused
from hotline.store import Database
from hotline.store.schema import ErrandOrder
from hotline.vocabulary import DeadlineKind, OrderAction, OrderState, Oversight
from tests.builders import Core, at_once, order_in, request_for, runner

A, S, D = OrderAction, OrderState, DeadlineKind


def go(core: Core, session: Session, order: ErrandOrder, *actions: OrderAction) -> None:
    for action in actions:
        core.orders.move(session, order, action, actor="R0001", reason="因为")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def clocks(core: Core, session: Session, order: ErrandOrder) -> dict[str, tuple[datetime, bool | None]]:
    session.flush()
    return {clock.label: (clock.due_at, clock.met) for clock in core.service_levels.clocks(session, order)}


def test_the_three_clocks_of_an_errand_in_time(core: Core, session: Session) -> None:
    order, _ = core.orders.place(session, request_for())  # Monday at ten, for Tuesday at ten
    assert clocks(core, session, order) == {"接单": (at("2026-11-23T10:30"), None)}
    core.clock.advance(minutes=5)
    go(core, session, order, A.OFFER, A.ACCEPT)
    core.clock.advance(days=1)
    go(core, session, order, A.COLLECT)
    core.clock.advance(hours=1)
    go(core, session, order, A.SUBMIT)
    core.clock.advance(days=1)
    go(core, session, order, A.COMPLETE)
    assert clocks(core, session, order) == {
        "接单": (at("2026-11-23T10:30"), True),
        "上门取件": (at("2026-11-24T11:00"), True),
        "办结": (at("2026-11-27T11:05"), True),  # three working days after the window took it
    }


def test_an_order_of_the_evening_has_until_the_next_morning(core: Core, session: Session) -> None:
    core.clock.now = at("2026-11-23T21:00")
    order, _ = core.orders.place(session, request_for())
    assert clocks(core, session, order)["接单"][0] == at("2026-11-24T09:30")


def test_a_promise_past_the_published_calendar_is_marked(core: Core, session: Session) -> None:
    core.clock.now = at("2026-12-30T10:00")
    order = order_in(session, S.COLLECTED)
    go(core, session, order, A.SUBMIT)
    (row,) = core.deadlines.of_order(session, order)
    assert row.provisional


def test_an_errand_of_no_item_has_the_halls_own_time_and_it_is_marked(core: Core, session: Session) -> None:
    order = order_in(session, S.COLLECTED, item_code=None)
    go(core, session, order, A.SUBMIT)
    (row,) = core.deadlines.of_order(session, order)
    assert (row.due_at, row.provisional) == (at("2026-11-30T10:00"), True)


def test_the_papers_handed_in_again_keep_the_first_promise(core: Core, session: Session) -> None:
    order = order_in(session, S.COLLECTED)
    go(core, session, order, A.SUBMIT)
    first = clocks(core, session, order)["办结"]
    core.clock.advance(days=1)
    go(core, session, order, A.REQUIRE_SUPPLEMENT, A.SUBMIT)
    assert clocks(core, session, order)["办结"] == first


def test_a_missed_deadline_goes_to_the_lead_officer_and_then_to_the_director(core: Core, session: Session) -> None:
    order = order_in(session, S.OFFERED)
    go(core, session, order, A.ACCEPT)
    session.flush()
    assert core.deadlines.step(session) == 0
    core.clock.now = at("2026-11-24T11:00")
    assert core.deadlines.step(session) == 1
    (row,) = core.deadlines.overdue(session)
    assert (row.oversight, row.post) == (Oversight.LEAD_OFFICER, "公安专区首席")
    assert order.events[-1].reason == "上门取件超过时限，交公安专区首席督办"
    assert core.deadlines.step(session) == 0  # told once
    core.clock.now = at("2026-11-25T11:00")
    core.deadlines.step(session)
    assert (row.oversight, row.post, row.next_at) == (Oversight.DIRECTOR, "大厅主任", None)
    go(core, session, order, A.COLLECT)
    session.flush()
    assert core.deadlines.overdue(session) == []
    assert row.met is False


def test_who_gave_the_errand_back_is_not_waited_for(core: Core, session: Session) -> None:
    order = order_in(session, S.OFFERED)
    go(core, session, order, A.ACCEPT, A.RELEASE)
    core.clock.advance(days=3)
    assert core.deadlines.step(session) == 0
    assert clocks(core, session, order)["上门取件"][1] is None


def test_ten_days_after_the_delivery_the_order_is_closed(core: Core, session: Session) -> None:
    order = order_in(session, S.COMPLETED)
    go(core, session, order, A.DELIVER)
    session.flush()
    core.clock.advance(days=9, hours=23)
    assert core.deadlines.step(session) == 0
    core.clock.advance(hours=1)
    core.deadlines.step(session)
    assert order.state is S.CLOSED
    assert order.events[-1].reason == "送达后10天没有重新打开"


def test_an_order_opened_again_is_not_closed(core: Core, session: Session) -> None:
    order = order_in(session, S.COMPLETED)
    go(core, session, order, A.DELIVER, A.REOPEN)
    session.flush()
    core.clock.advance(days=30)
    core.deadlines.step(session)
    assert order.state is S.REOPENED


def test_several_halls_tell_the_lead_officer_once(core: Core, database: Database) -> None:
    with database.begin() as session:
        session.add(runner("R0001"))
        order = order_in(session, S.OFFERED)
        go(core, session, order, A.ACCEPT)
    core.clock.now = at("2026-11-24T11:00")
    results = at_once(database, 6, core.deadlines.step)
    assert [result for result in results if isinstance(result, Exception)] == []
    with database.read() as session:
        told = [event for event in session.get_one(ErrandOrder, order.id).events if event.action == A.OVERSEE]
        assert len(told) == 1


def test_a_step_that_falls_due_while_it_is_settled_is_not_made(core: Core, postgresql: Database) -> None:
    with postgresql.begin() as session:
        order = order_in(session, S.OFFERED)
        go(core, session, order, A.ACCEPT)
    core.clock.now = at("2026-11-24T11:00")
    with postgresql.begin() as theirs:
        go(core, theirs, core.orders.get(theirs, order.number, lock=True), A.COLLECT)
        theirs.flush()
        with postgresql.begin() as mine:
            assert core.deadlines.step(mine) == 0  # the order is in another hall's hand
    with postgresql.begin() as session:
        assert core.deadlines.step(session) == 0


def test_the_table_still_refuses(core: Core, session: Session) -> None:
    order = order_in(session, S.PLACED)
    with pytest.raises(TransitionRefused):
        go(core, session, order, A.COLLECT)
    assert core.deadlines.of_order(session, order) == []
