"""What a runner may do with an order: the own one, in its order, and twice does nothing twice."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from hotline.carrying import NEXT, WITH_REASON, Step, other_steps
from hotline.errors import InvalidInput, NotFound, TransitionRefused
from hotline.orders import CARRIED, TRANSITIONS
from hotline.store.schema import ErrandOrder, OrderEvent, Runner
from hotline.vocabulary import OrderAction, OrderState
from tests.builders import Core, order_in, runner

A, S = OrderAction, OrderState


def carried(session: Session, state: OrderState = S.ACCEPTED) -> tuple[ErrandOrder, Runner]:
    order, someone = order_in(session, state), runner("R0001")
    session.add(someone)
    session.flush()
    order.runner_id = someone.id
    return order, someone


def step(
    session: Session, core: Core, order: ErrandOrder, who: Runner, action: OrderAction, **more: str
) -> None:
    core.carrying.carry_on(session, who, str(order.number), Step(action, **more))


def test_the_way_of_an_errand(session: Session, core: Core) -> None:
    order, who = carried(session)
    step(session, core, order, who, A.COLLECT)
    step(session, core, order, who, A.SUBMIT, case_number="EY-7")
    step(session, core, order, who, A.REQUIRE_SUPPLEMENT, reason="缺签字")
    step(session, core, order, who, A.SUBMIT)
    step(session, core, order, who, A.COMPLETE)
    step(session, core, order, who, A.DELIVER)
    assert (order.state, order.case_number) == (S.DELIVERED, "EY-7")


def test_the_same_step_sent_twice_counts_once(session: Session, core: Core) -> None:
    order, who = carried(session)
    for _ in range(2):
        step(session, core, order, who, A.COLLECT)
    assert session.query(OrderEvent).filter_by(order_id=order.id, action=A.COLLECT.value).count() == 1


def test_giving_back_twice_counts_once(session: Session, core: Core) -> None:
    order, who = carried(session)
    for _ in range(2):
        step(session, core, order, who, A.RELEASE, reason="车坏了")
    assert (order.state, order.runner_id) == (S.PLACED, None)


def test_another_runners_order_is_out_of_reach(session: Session, core: Core) -> None:
    order, _ = carried(session)
    other = runner("R0002")
    session.add(other)
    session.flush()
    with pytest.raises(NotFound):
        step(session, core, order, other, A.COLLECT)


def test_a_step_out_of_order_is_refused(session: Session, core: Core) -> None:
    order, who = carried(session)
    with pytest.raises(TransitionRefused):
        step(session, core, order, who, A.DELIVER)


@pytest.mark.parametrize("action", WITH_REASON)
def test_bad_news_needs_a_reason(action: OrderAction) -> None:
    with pytest.raises(InvalidInput):
        Step(action)


@pytest.mark.parametrize("action", set(A) - set(WITH_REASON) - set(NEXT.values()))
def test_what_is_not_the_runners_business_is_refused(action: OrderAction) -> None:
    with pytest.raises(InvalidInput):
        Step(action, reason="x")


def test_every_order_in_hand_has_a_next_step_that_the_table_allows() -> None:
    assert set(NEXT) == set(CARRIED)
    assert all(state in TRANSITIONS[action][0] for state, action in NEXT.items())
    assert other_steps(S.ACCEPTED) == [A.RELEASE]
