"""What a runner does with an order in hand: one step at a time, and only with their own orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.errors import InvalidInput, NotFound
from hotline.orders import TRANSITIONS, Orders
from hotline.outcomes import TOLD, Outcomes, Said
from hotline.papers import STEPS, Papers, Sheet
from hotline.store.schema import ErrandOrder, OrderEvent, Runner
from hotline.vocabulary import OrderAction, OrderState

_S, _A = OrderState, OrderAction
NEXT: dict[OrderState, OrderAction] = {
    _S.ACCEPTED: _A.COLLECT,
    _S.COLLECTED: _A.SUBMIT,
    _S.SUPPLEMENT: _A.SUBMIT,
    _S.SUBMITTED: _A.COMPLETE,
    _S.PROVISIONAL: _A.COMPLETE,
    _S.COMPLETED: _A.DELIVER,
    _S.NOT_ACCEPTED: _A.DELIVER,
    _S.NOT_GRANTED: _A.DELIVER,
}
WITH_REASON = (
    _A.REQUIRE_SUPPLEMENT, _A.ACCEPT_PROVISIONALLY, _A.REFUSE_ACCEPTANCE, _A.REFUSE_GRANT, _A.RELEASE
)  # fmt: skip
BESIDE = [action.value for action in (_A.OVERSEE, _A.PHOTO, _A.LETTER, _A.HANDOVER)]  # written while a step stands
LONGEST_REASON = 200  # characters
LONGEST_CASE_NUMBER = 64  # characters
WORTH_TELLING = timedelta(minutes=2)  # a step that reached the hall so late says so in the history


@dataclass(frozen=True)
class Step:
    """What a runner says about an order."""

    action: OrderAction
    reason: str = ""  # required for the actions WITH_REASON; the citizen is told it
    case_number: str = ""  # 办件编号, when the window gave one with SUBMIT
    said: Said = field(default_factory=Said)  # what else the window said
    sheets: tuple[Sheet, ...] | None = None  # the papers that really change hands; None: all that there are
    ago: timedelta = timedelta(0)  # how long the phone kept it without a network

    def __post_init__(self) -> None:
        """Refuse what no runner can do, and bad news without a word."""
        if self.action not in WITH_REASON and self.action not in NEXT.values():
            raise InvalidInput("跑手页没有这个操作。", action=self.action.value)
        if self.action in WITH_REASON and not self.reason:
            raise InvalidInput(f"请写明{self.action.label}的原因，市民会看到。")
        if len(self.reason) > LONGEST_REASON:
            raise InvalidInput(f"原因太长了，请写在{LONGEST_REASON}字以内。")
        if len(self.case_number) > LONGEST_CASE_NUMBER:
            raise InvalidInput(f"办件编号太长了，最多{LONGEST_CASE_NUMBER}位。")

    @property
    def delay(self) -> str:
        """What the history says of a step that was made on the road without a network."""
        if self.ago < WORTH_TELLING:
            return ""
        return f"当时没有网，{int(self.ago.total_seconds() // 60)}分钟后才报上来"


def other_steps(state: OrderState) -> list[OrderAction]:
    """What may happen to an order in hand besides its next step."""
    return [action for action in WITH_REASON if state in TRANSITIONS[action][0]]


class Carrying:
    """Steps of runners, with the papers that change hands and the news that the window gave."""

    def __init__(self, orders: Orders, papers: Papers, outcomes: Outcomes) -> None:
        self.orders = orders
        self.papers = papers
        self.outcomes = outcomes

    def carry_on(self, session: Session, runner: Runner, number: str, step: Step) -> ErrandOrder:
        """Make a step with an order of this runner.

        The same step again, when nothing happened in between, changes nothing: a phone on the road
        sends twice when the first answer was lost. Raises NotFound for an order in other hands,
        TransitionRefused when the state does not allow the step, InvalidInput for papers that are not there.
        """
        order = self.orders.get(session, number, lock=True)
        if _is_repeated(session, order, runner, step):
            return order
        if order.runner_id != runner.id:
            raise NotFound("这一单不在您手上了，请刷新后再看。", number=number, runner=runner.number)
        before = order.case_number
        order.case_number = step.case_number or before
        words = self.outcomes.words(order, step.action, step.reason, step.said)
        if step.sheets is not None and step.action in STEPS:
            self.orders.check(order, step.action)  # before anything is counted
            self.papers.count(session, order, step.action, step.sheets)
        self.orders.move(session, order, step.action, actor=runner.number, reason=words or step.delay)
        if step.action in TOLD:
            self.outcomes.note(session, order, step.action, by=runner.number, reason=step.reason, said=step.said)
        if step.said.promised_at:
            self.papers.expect_from_window(session, order, step.said.promised_at)
        return order


def _is_repeated(session: Session, order: ErrandOrder, runner: Runner, step: Step) -> bool:
    query = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.action.not_in(BESIDE))
    event = session.scalar(query.order_by(OrderEvent.id.desc()).limit(1))
    return event is not None and (event.actor, event.action) == (runner.number, step.action.value)
