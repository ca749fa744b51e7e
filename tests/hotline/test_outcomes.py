"""What the window says is kept, told and followed up; somebody answers for each case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.carrying import Step
from hotline.clock import LOCAL
from hotline.errors import InvalidInput, TransitionRefused
from hotline.outcomes import REMEDY, Said
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import DeadlineKind, OrderAction, OrderState
from tests.builders import Core, order_in, request_for, runner, texts

A, S, D = OrderAction, OrderState, DeadlineKind
FRIDAY = datetime(2026, 11, 27, 17, tzinfo=LOCAL)


class Case:
    """An order with a conversation, in a runner's hand."""

    def __init__(self, core: Core, session: Session, state: OrderState = S.COLLECTED) -> None:
        self.core, self.session = core, session
        self.conversation = core.conversations.start(session, "web")
        self.order: ErrandOrder = order_in(session, state, conversation_id=self.conversation.id)
        self.runner: Runner = runner("R0001", name="赵大勇")
        session.add(self.runner)
        session.flush()
        self.order.runner_id = self.runner.id

    def step(self, action: OrderAction, reason: str = "", case_number: str = "", **said: Any) -> None:
        made = Step(action, reason, case_number, Said(**said))
        self.core.carrying.carry_on(self.session, self.runner, str(self.order.number), made)

    @property
    def heard(self) -> str:
        """What the citizen was told last."""
        return texts(self.core.conversations.after(self.session, self.conversation, 0))[-1]

    def running(self, kind: DeadlineKind) -> list[datetime]:
        return [row.due_at for row in self.core.deadlines.running(self.session, self.order, kind)]


@pytest.fixture
def case(core: Core, session: Session) -> Case:
    return Case(core, session)


def test_the_receipt_has_a_number_and_a_promised_day(case: Case) -> None:
    case.step(A.SUBMIT, case_number="EY-7", promised_at=FRIDAY)
    (outcome,) = case.core.outcomes.of_order(case.session, case.order)
    assert (outcome.state, outcome.case_number, outcome.promised_at) == (S.SUBMITTED, "EY-7", FRIDAY)
    assert case.running(D.COMPLETE) == [FRIDAY]
    assert case.heard == (
        f"订单{case.order.number}的材料已经递到窗口，办件编号EY-7。窗口承诺11月27日（星期五）前办结，办好了告诉您。"
    )


def test_without_a_promise_the_citizen_is_told_no_day(case: Case) -> None:
    case.step(A.SUBMIT)
    assert case.heard == f"订单{case.order.number}的材料已经递到窗口，办件编号（窗口稍后给）。办好了告诉您。"


def test_what_is_missing_is_one_full_list_with_a_day(case: Case) -> None:
    case.step(A.SUBMIT)
    case.step(A.REQUIRE_SUPPLEMENT, "缺材料", papers=("身份证复印件", "签字"), due_at=FRIDAY)
    assert "窗口一次性说清了还要补的材料：身份证复印件、签字（11月27日（星期五）前）" in case.heard
    assert case.running(D.SUPPLEMENT) == [FRIDAY]
    case.step(A.SUBMIT)
    assert case.running(D.SUPPLEMENT) == []
    supplement = case.core.outcomes.of_order(case.session, case.order)[1]
    assert (supplement.papers, supplement.settled_at) == (["身份证复印件", "签字"], case.core.clock())


def test_a_second_list_is_reported_to_the_lead_officer(case: Case) -> None:
    case.step(A.SUBMIT)
    case.step(A.REQUIRE_SUPPLEMENT, "身份证复印件")
    case.step(A.SUBMIT)
    case.step(A.REQUIRE_SUPPLEMENT, "户口簿")
    assert case.order.events[-1].reason == "窗口第二次要求补正，没有一次性告知，交公安专区首席督办"
    case.step(A.REQUIRE_SUPPLEMENT, "户口簿")  # the phone sent it twice
    assert len(case.core.outcomes.of_order(case.session, case.order)) == 4


def test_provisional_acceptance_has_a_signed_promise_and_a_deadline(case: Case) -> None:
    case.step(A.SUBMIT)
    case.step(A.ACCEPT_PROVISIONALLY, "户口簿原件", signed_by="王建国", due_at=FRIDAY)
    row = case.core.outcomes.of_order(case.session, case.order)[-1]
    assert (row.signed_by, row.papers, row.due_at) == ("王建国", ["户口簿原件"], FRIDAY)
    assert case.running(D.DEFERRED) == [FRIDAY]
    case.core.outcomes.papers_brought(case.session, case.order, actor="小李")
    assert case.running(D.DEFERRED) == []
    with pytest.raises(TransitionRefused):
        case.core.outcomes.papers_brought(case.session, case.order, actor="小李")
    case.step(A.COMPLETE)
    assert case.order.state is S.COMPLETED


def test_a_promise_that_is_not_kept_is_overseen(case: Case) -> None:
    case.step(A.SUBMIT)
    case.step(A.ACCEPT_PROVISIONALLY, "户口簿原件")
    case.core.clock.advance(days=8)
    case.core.deadlines.step(case.session)
    assert "容缺材料补交超过时限，交公安专区首席督办" in [event.reason for event in case.order.events]


@pytest.mark.parametrize(
    ("action", "words"), [(A.REFUSE_ACCEPTANCE, "窗口没有受理"), (A.REFUSE_GRANT, "没有批准")]
)
def test_a_refusal_is_told_with_its_reason_and_what_can_be_done(case: Case, action: OrderAction, words: str) -> None:
    case.step(A.SUBMIT)
    case.step(action, "户籍不在本区")
    assert case.heard.startswith(f"订单{case.order.number}{words}：户籍不在本区。不服的，可以自知道之日起60日内申请行政复议")
    row = case.core.outcomes.of_order(case.session, case.order)[-1]
    assert (row.reason, row.remedy) == ("户籍不在本区", REMEDY)
    assert case.running(D.COMPLETE) == []


def test_a_remedy_of_the_windows_own_is_told_instead(case: Case) -> None:
    case.step(A.SUBMIT)
    case.step(A.REFUSE_GRANT, "材料不实", remedy="可以向区行政审批局申诉")
    assert "材料不实。可以向区行政审批局申诉" in case.heard


@pytest.mark.parametrize("said", [{"promised_at": FRIDAY}, {"due_at": FRIDAY}])
def test_a_day_that_is_over_is_refused(case: Case, said: dict[str, Any]) -> None:
    case.core.clock.advance(days=30)
    with pytest.raises(InvalidInput):
        case.step(A.SUBMIT, **said)
    assert case.order.state is S.COLLECTED


@pytest.mark.parametrize("said", [{"remedy": "长" * 301}, {"papers": ("",)}, {"papers": ("纸",) * 41}, {"signed_by": "王" * 65}])
def test_what_would_not_be_kept_whole_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Said(**said)


# --- 首问责任人


def test_whoever_took_it_in_answers_for_it_until_another_accepts(core: Core, session: Session) -> None:
    order, _ = core.orders.place(session, request_for("counter:1", channel="counter", placed_by="小李"))
    assert core.responsibilities.current(session, order) == "小李"
    someone = runner("R0001", name="赵大勇")
    session.add(someone)
    session.flush()
    core.dispatch.assign(session, order, someone, actor="小李")
    assert core.responsibilities.current(session, order) == "赵大勇（R0001）"
    core.clock.advance(minutes=5)
    core.responsibilities.accept(session, order, "老张")
    core.responsibilities.accept(session, order, "老张")
    rows = core.responsibilities.of_order(session, order)
    assert [row.holder for row in rows] == ["小李", "赵大勇（R0001）", "老张"]
    assert [row.until is None for row in rows] == [False, False, True]


def test_an_errand_from_the_chat_has_somebody_from_the_first_moment(core: Core, session: Session) -> None:
    order, _ = core.orders.place(session, request_for())
    assert core.responsibilities.current(session, order) == "热线值班首席"
