"""What the window says, and who answers for the case: 办件编号, 补正, 容缺受理, 不予受理, 不予许可, done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock, spoken_time
from hotline.deadlines import NO_ZONE, Deadlines
from hotline.errors import InvalidInput, TransitionRefused
from hotline.orders import record
from hotline.service_levels import ServiceLevels
from hotline.store.outcomes import Outcome, Responsibility
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import DeadlineKind, OrderAction, OrderState

_A, _S, _D = OrderAction, OrderState, DeadlineKind
# Administrative review within 60 days (行政复议法 2023, art. 20), suit within six months (行政诉讼法, art. 46).
REMEDY = "不服的，可以自知道之日起60日内申请行政复议，或者6个月内向人民法院起诉；也可以补齐条件后重新申请"
DECIDED = (_A.COMPLETE, _A.REFUSE_ACCEPTANCE, _A.REFUSE_GRANT)
TOLD = {_A.SUBMIT, _A.REQUIRE_SUPPLEMENT, _A.ACCEPT_PROVISIONALLY, *DECIDED}
DAYS_FOR_PAPERS = 5  # working days for 补正 and 容缺 papers, when the window names no day
LONGEST_REMEDY = 300  # characters
MOST_PAPERS = 40


@dataclass(frozen=True)
class Said:
    """What the window said beside the state; every field may be empty."""

    case_number: str = ""  # 办件编号
    promised_at: datetime | None = None  # by when the window decides
    papers: tuple[str, ...] = field(default=())  # of 补正 and 容缺: the one full list
    due_at: datetime | None = None  # of 补正 and 容缺
    signed_by: str = ""  # of 容缺: who signed the promise
    remedy: str = ""  # of a refusal

    def __post_init__(self) -> None:
        """Refuse what would not be kept whole."""
        if len(self.remedy) > LONGEST_REMEDY:
            raise InvalidInput(f"救济途径太长了，请写在{LONGEST_REMEDY}字以内。")
        if len(self.papers) > MOST_PAPERS or any(not 0 < len(name) <= 200 for name in self.papers):
            raise InvalidInput(f"补正清单最多{MOST_PAPERS}样，每样200字以内。")
        if len(self.signed_by) > 64:
            raise InvalidInput("承诺人的名字太长了，最多64个字。")


class Outcomes:
    """The window's answers to each order."""

    def __init__(self, service_levels: ServiceLevels, deadlines: Deadlines, clock: Clock) -> None:
        self.service_levels = service_levels
        self.deadlines = deadlines
        self.clock = clock

    def words(self, order: ErrandOrder, action: OrderAction, reason: str, said: Said) -> str:
        """The whole news in words, as the history keeps it and the citizen is told it; raises InvalidInput."""
        now = self.clock()
        for moment in (said.promised_at, said.due_at):
            if moment is not None and moment <= now:
                raise InvalidInput("期限已经过了，请核对日期。")
        if action is _A.SUBMIT:
            return f"窗口承诺{spoken_day(said.promised_at, now)}前办结" if said.promised_at else reason
        if action in (_A.REQUIRE_SUPPLEMENT, _A.ACCEPT_PROVISIONALLY):
            listed = "、".join(said.papers) or reason
            return f"{listed}（{spoken_day(self._due(said), now)}前）"
        if action in (_A.REFUSE_ACCEPTANCE, _A.REFUSE_GRANT):
            return f"{reason.rstrip('。')}。{said.remedy or REMEDY}"
        return reason

    def _due(self, said: Said) -> datetime:
        return said.due_at or self.deadlines.calendar.add_days(self.clock(), DAYS_FOR_PAPERS)

    def note(
        self, session: Session, order: ErrandOrder, action: OrderAction, *, by: str, reason: str, said: Said
    ) -> Outcome:
        """Keep what the window said, with the deadlines that follow from it."""
        wants_papers = action in (_A.REQUIRE_SUPPLEMENT, _A.ACCEPT_PROVISIONALLY)
        is_refusal = action in (_A.REFUSE_ACCEPTANCE, _A.REFUSE_GRANT)
        row = Outcome(
            order_id=order.id, state=order.state, at=self.clock(), by=by, case_number=order.case_number,
            promised_at=said.promised_at, papers=list(said.papers or ([reason] if wants_papers else [])),
            signed_by=(said.signed_by or order.applicant_name) if action is _A.ACCEPT_PROVISIONALLY else "",
            due_at=self._due(said) if wants_papers else None, reason=reason if is_refusal else "",
            remedy=(said.remedy or REMEDY) if is_refusal else "",
        )  # fmt: skip
        self._set_clocks(session, order, action, row)
        session.add(row)
        session.flush()
        return row

    def _set_clocks(self, session: Session, order: ErrandOrder, action: OrderAction, row: Outcome) -> None:
        if action is _A.SUBMIT:
            self._settle(session, order, _S.SUPPLEMENT, _D.SUPPLEMENT)
            if row.promised_at:
                self.service_levels.promised(session, order, row.promised_at)
        elif action in DECIDED:
            self._settle(session, order, _S.PROVISIONAL, _D.DEFERRED)
            self._settle(session, order, _S.SUPPLEMENT, _D.SUPPLEMENT)
        elif row.due_at:
            is_supplement = action is _A.REQUIRE_SUPPLEMENT
            if is_supplement and any(old.state is _S.SUPPLEMENT for old in self.of_order(session, order)):
                self._told_in_parts(session, order)
            self.deadlines.start(session, order, _D.SUPPLEMENT if is_supplement else _D.DEFERRED, row.due_at)

    def _told_in_parts(self, session: Session, order: ErrandOrder) -> None:
        """A second 补正 breaks the rule of the one full list: the lead officer hears of it."""
        zone = self.deadlines.profile.zones.get(order.zone)
        record(
            session, order, _A.OVERSEE, actor="督办", at=self.clock(), from_state=order.state,
            reason=f"窗口第二次要求补正，没有一次性告知，交{zone.lead_officer if zone else NO_ZONE}督办",
        )  # fmt: skip

    def _settle(self, session: Session, order: ErrandOrder, state: OrderState, kind: DeadlineKind) -> None:
        for row in self.of_order(session, order):
            if row.state is state and row.settled_at is None:
                row.settled_at = self.clock()
        self.deadlines.settle(session, order, kind)

    def papers_brought(self, session: Session, order: ErrandOrder, *, actor: str) -> None:
        """The papers that 容缺 left for later are there; raises TransitionRefused if none are owed."""
        if not self.deadlines.running(session, order, _D.DEFERRED):
            raise TransitionRefused("这一单没有等着补交的材料。", number=order.number)
        self._settle(session, order, _S.PROVISIONAL, _D.DEFERRED)
        record(
            session, order, _A.AMEND, actor=actor, at=self.clock(), from_state=order.state, reason="容缺材料已补交",
        )  # fmt: skip

    def of_order(self, session: Session, order: ErrandOrder) -> list[Outcome]:
        """Everything that the window said, in its order."""
        session.flush()
        return list(session.scalars(select(Outcome).where(Outcome.order_id == order.id).order_by(Outcome.id)))


class Responsibilities:
    """Who answers for each case."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def order_moved(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """Whoever took it in answers for it, then the runner who accepted it, then again the desk."""
        if action is _A.PLACE:
            taken_by = order.events[-1].actor
            self._begin(session, order, NO_ZONE if taken_by == "市民" else taken_by, "首问")
        elif action in (_A.ACCEPT, _A.ASSIGN, _A.REASSIGN) and order.runner_id:
            runner = session.get_one(Runner, order.runner_id)
            self._pass(session, order, f"{runner.name}（{runner.number}）", action.label)
        elif action in (_A.RELEASE, _A.ESCALATE, _A.REOPEN):
            self._pass(session, order, NO_ZONE, action.label)

    def accept(self, session: Session, order: ErrandOrder, holder: str, reason: str = "接手负责") -> None:
        """Somebody says that from now on they answer for the case."""
        self._pass(session, order, holder, reason)
        record(
            session, order, _A.AMEND, actor=holder, at=self.clock(), from_state=order.state, reason=f"{reason}（首问责任人）",
        )  # fmt: skip

    def current(self, session: Session, order: ErrandOrder) -> str:
        """Who answers for the case now."""
        rows = self.of_order(session, order)
        return rows[-1].holder if rows else NO_ZONE

    def of_order(self, session: Session, order: ErrandOrder) -> list[Responsibility]:
        """Everybody who answered for the case, in their order."""
        session.flush()
        query = select(Responsibility).where(Responsibility.order_id == order.id)
        return list(session.scalars(query.order_by(Responsibility.id)))

    def _pass(self, session: Session, order: ErrandOrder, holder: str, reason: str) -> None:
        now, rows = self.clock(), self.of_order(session, order)
        if rows and rows[-1].holder == holder and rows[-1].until is None:
            return
        for row in rows:
            row.until = row.until or now
        self._begin(session, order, holder, reason)

    def _begin(self, session: Session, order: ErrandOrder, holder: str, reason: str) -> None:
        session.add(Responsibility(order_id=order.id, holder=holder[:64], since=self.clock(), reason=reason[:200]))


def spoken_day(moment: datetime | None, now: datetime) -> str:
    """明天, 11月27日（星期五）."""
    if moment is None:
        return ""
    words = spoken_time(moment, now)
    cut = min((words.find(half) for half in ("凌晨", "上午", "中午", "下午", "晚上") if half in words), default=len(words))
    return words[:cut]
