"""Papers on their way: each in one hand, each handover with its note, the window's included.

The steps of an order hand over by themselves what the giver holds; whoever counts the papers may
say instead what really changed hands. Copies stay at the window; originals come back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.deadlines import Deadlines
from hotline.errors import InvalidInput, NotFound
from hotline.store.papers import Handover, HandoverLine, Leg, Paper
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import DeadlineKind, Holder, Level, OrderAction, TeamLevel

_A, _H = OrderAction, Holder
LONGEST_NAME = 200  # characters of a paper's name
MOST_PAPERS = 60  # on one note
MOST_COUNT = 999
WINDOW = "窗口"
ON_THE_ROAD_DAYS = 1  # working days that a runner may keep an original
AT_THE_WINDOW_DAYS = 20  # working days after which an original at the window is asked for, without a promise
COPY = "复印件"
_LEVELS = {team: Level[team.name] for team in TeamLevel}
FORWARD = {_A.COLLECT: (_H.CITIZEN, _H.RUNNER), _A.SUBMIT: (_H.RUNNER, _H.WINDOW), _A.DELIVER: (_H.RUNNER, _H.CITIZEN)}
BACK = {
    _A.COMPLETE: (_H.WINDOW, _H.RUNNER), _A.REFUSE_ACCEPTANCE: (_H.WINDOW, _H.RUNNER),
    _A.REFUSE_GRANT: (_H.WINDOW, _H.RUNNER),
}  # fmt: skip
STEPS = FORWARD | BACK


@dataclass(frozen=True)
class Sheet:
    """A paper as somebody counts it."""

    name: str
    is_original: bool = True
    count: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be on a note."""
        if not self.name or len(self.name) > LONGEST_NAME:
            raise InvalidInput(f"请写明是什么材料，最多{LONGEST_NAME}个字。")
        if not 1 <= self.count <= MOST_COUNT:
            raise InvalidInput(f"“{self.name}”的份数应当在1到{MOST_COUNT}之间。")


@dataclass(frozen=True)
class Hand:
    """Somebody who holds papers."""

    kind: Holder
    name: str
    runner_id: int | None = None


Forms = Callable[[str | None], dict[str, str]]  # item code → form (原件, 复印件) by the paper's name


class Papers:
    """Who holds what."""

    def __init__(self, deadlines: Deadlines, clock: Clock, forms: Forms) -> None:
        self.deadlines = deadlines
        self.clock = clock
        self.forms = forms

    def order_moved(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """Hand over what a step hands over, unless it was counted already."""
        if action is _A.REASSIGN:
            self._relay(session, order)
        if action not in STEPS:
            return
        key = self._key(session, order, action, made=True)
        giver, taker = (self.hand(session, order, kind) for kind in STEPS[action])
        if self.known(session, key) is None:
            self._hand_all(session, order, key, giver, taker, only_originals=action in BACK)
        if action in (_A.COLLECT, *BACK):
            self._start_leg(session, order)
        elif action in (_A.SUBMIT, _A.DELIVER):
            self._end_leg(session, order, taker.name)

    def count(
        self, session: Session, order: ErrandOrder, action: OrderAction, sheets: Sequence[Sheet]
    ) -> Handover:
        """What really changes hands in the step that comes next; none at all is also an answer."""
        giver, taker = (self.hand(session, order, kind) for kind in STEPS[action])
        return self.hand_over(session, order, self.step_key(session, order, action), giver, taker, sheets)

    def hand_over(
        self, session: Session, order: ErrandOrder, key: str, giver: Hand, taker: Hand, sheets: Sequence[Sheet]
    ) -> Handover:
        """Write a handover of these papers once for its key; raises InvalidInput for what the giver does not hold.

        Citizen and window may bring out papers that nobody counted before; a runner may not.
        """
        if known := self.known(session, key):
            return known
        if len(sheets) > MOST_PAPERS:
            raise InvalidInput(f"一张交接单最多写{MOST_PAPERS}样材料。")
        held, papers = self.in_hand(session, order, giver), []
        for sheet in sheets:
            papers += self._taken(session, order, held, sheet, giver)
        return self._write(session, order, key, giver, taker, papers)

    def _taken(
        self, session: Session, order: ErrandOrder, held: list[Paper], sheet: Sheet, giver: Hand
    ) -> list[Paper]:
        """The papers that go, taken out of `held`; of several sheets some may stay."""
        same = [paper for paper in held if (paper.name, paper.is_original) == (sheet.name, sheet.is_original)]
        there, missing, taken = sum(paper.count for paper in same), sheet.count, []
        if giver.kind is _H.RUNNER and missing > there:
            only = f"在{giver.name}手上只有{there}份" if there else f"不在{giver.name}手上"
            raise InvalidInput(f"“{sheet.name}”{only}，请先核对。")
        for paper in same:
            if missing:
                held.remove(paper)
                taken.append(paper)
                held += self._left(session, paper, missing)
                missing -= paper.count
        if missing and taken:
            taken[-1].count += missing
        return taken or [self._new(order, sheet, giver)]

    def _left(self, session: Session, paper: Paper, wanted: int) -> list[Paper]:
        """What stays of a paper of which fewer sheets are wanted than there are."""
        if wanted >= paper.count:
            return []
        rest = Paper(
            order_id=paper.order_id, name=paper.name, is_original=paper.is_original, count=paper.count - wanted,
            holder=paper.holder, holder_name=paper.holder_name, runner_id=paper.runner_id, since=paper.since, until=paper.until,
        )  # fmt: skip
        session.add(rest)
        paper.count = wanted
        return [rest]

    def _new(self, order: ErrandOrder, sheet: Sheet, giver: Hand) -> Paper:
        return Paper(
            order_id=order.id, name=sheet.name, is_original=sheet.is_original, count=sheet.count,
            holder=giver.kind, holder_name=giver.name, since=self.clock(),
        )  # fmt: skip

    def _hand_all(
        self, session: Session, order: ErrandOrder, key: str, giver: Hand, taker: Hand, *, only_originals: bool
    ) -> None:
        papers = self.in_hand(session, order, giver)
        if giver.kind is _H.CITIZEN and not papers:
            papers = [self._new(order, sheet, giver) for sheet in self.expected(session, order)]
        papers = [paper for paper in papers if paper.is_original or not only_originals]
        if papers:
            self._write(session, order, key, giver, taker, papers)

    def expected(self, session: Session, order: ErrandOrder) -> list[Sheet]:
        """The papers that the item asks for and nobody counted yet."""
        forms, known = self.forms(order.item_code), {paper.name for paper in self.of_order(session, order)}
        names = dict.fromkeys(name[:LONGEST_NAME] for name in order.materials or [])
        return [Sheet(name, forms.get(name) != COPY) for name in names if name not in known]

    def _write(
        self, session: Session, order: ErrandOrder, key: str, giver: Hand, taker: Hand, papers: Sequence[Paper]
    ) -> Handover:
        now, until = self.clock(), self._until(session, order, taker)
        position = session.scalar(select(func.count()).where(Handover.order_id == order.id)) or 0
        note = Handover(
            order_id=order.id, position=position + 1, key=key, at=now, giver=giver.kind, giver_name=giver.name,
            taker=taker.kind, taker_name=taker.name, place=order.place_text if _H.CITIZEN in (giver.kind, taker.kind) else "",
        )  # fmt: skip
        session.add_all([note, *papers])
        session.flush()
        for paper in papers:
            paper.holder, paper.holder_name, paper.runner_id = taker.kind, taker.name, taker.runner_id
            paper.since, paper.until = now, until
            session.add(HandoverLine(handover_id=note.id, paper_id=paper.id, count=paper.count))
        session.flush()
        self._watch(session, order)
        return note

    def _until(self, session: Session, order: ErrandOrder, taker: Hand) -> datetime | None:
        if taker.kind is _H.CITIZEN:
            return None
        promised = self.deadlines.running(session, order, DeadlineKind.COMPLETE)
        if taker.kind is _H.WINDOW and promised:
            return promised[-1].due_at
        days = AT_THE_WINDOW_DAYS if taker.kind is _H.WINDOW else ON_THE_ROAD_DAYS
        return self.deadlines.calendar.add_days(self.clock(), days)

    def expect_from_window(self, session: Session, order: ErrandOrder, promised_at: datetime) -> None:
        """The window named its day: until then it keeps the originals."""
        for paper in self.held_by(session, order, _H.WINDOW):
            paper.until = promised_at
        self._watch(session, order)

    def _watch(self, session: Session, order: ErrandOrder) -> None:
        """Originals that are not home have a deadline, which is overseen like any other."""
        until = [paper.until for paper in self.of_order(session, order) if paper.is_original and paper.until]
        if until:
            self.deadlines.start(session, order, DeadlineKind.RETURN, max(until))
        else:
            self.deadlines.settle(session, order, DeadlineKind.RETURN)

    def _relay(self, session: Session, order: ErrandOrder) -> None:
        """Another runner goes on: what the first one has goes into the new hands."""
        taker, key = self.hand(session, order, _H.RUNNER), self._key(session, order, _A.REASSIGN, made=True)
        legs = self.legs(session, order)
        giver = self.hand(session, order, _H.RUNNER, session.get(Runner, legs[-1].runner_id) if legs else None)
        papers = self.in_hand(session, order, giver)
        if papers and not self.known(session, key):
            self._write(session, order, key, giver, taker, papers)
        if self._end_leg(session, order, "途中交接"):
            self._start_leg(session, order, "途中交接")

    def _start_leg(self, session: Session, order: ErrandOrder, begins: str = "") -> None:
        runner = session.get(Runner, order.runner_id) if order.runner_id else None
        if runner is None:
            return
        self._end_leg(session, order, "")
        at_window = any(paper.holder is _H.WINDOW for paper in self.of_order(session, order))
        start = begins or (order.handling_place or WINDOW if at_window else order.place_text)
        session.add(
            Leg(order_id=order.id, runner_id=runner.id, level=_LEVELS[runner.team], from_place=start, started_at=self.clock())
        )

    def _end_leg(self, session: Session, order: ErrandOrder, place: str) -> bool:
        query = select(Leg).where(Leg.order_id == order.id, Leg.ended_at.is_(None))
        legs = list(session.scalars(query))
        for leg in legs:
            leg.ended_at, leg.to_place = self.clock(), place
        return bool(legs)

    def hand(self, session: Session, order: ErrandOrder, kind: Holder, runner: Runner | None = None) -> Hand:
        """The hand of a kind that this order is in: its citizen, its runner (or another), its window."""
        if kind is _H.RUNNER:
            carrier = runner or (session.get(Runner, order.runner_id) if order.runner_id else None)
            return Hand(kind, f"{carrier.name}（{carrier.number}）" if carrier else "跑手", carrier.id if carrier else None)
        return Hand(kind, order.contact_name or order.applicant_name if kind is _H.CITIZEN else order.handling_place or WINDOW)

    def in_hand(self, session: Session, order: ErrandOrder, hand: Hand) -> list[Paper]:
        """Papers of an order in this hand: what another runner has is not in it."""
        return [paper for paper in self.held_by(session, order, hand.kind) if paper.runner_id == hand.runner_id]

    def known(self, session: Session, key: str) -> Handover | None:
        """The handover that was written for a step or a form."""
        return session.scalar(select(Handover).where(Handover.key == key))

    def step_key(self, session: Session, order: ErrandOrder, action: OrderAction) -> str:
        """The key of the handover that belongs to the step that comes next."""
        return self._key(session, order, action, made=False)

    def _key(self, session: Session, order: ErrandOrder, action: OrderAction, *, made: bool) -> str:
        session.flush()
        return f"order:{order.id}:{action.value}:{len(order.events) - made}"

    def of_order(self, session: Session, order: ErrandOrder) -> list[Paper]:
        """All papers of an order."""
        session.flush()
        return list(session.scalars(select(Paper).where(Paper.order_id == order.id).order_by(Paper.id)))

    def held_by(self, session: Session, order: ErrandOrder, kind: Holder) -> list[Paper]:
        """Papers of an order in the hands of a kind."""
        return [paper for paper in self.of_order(session, order) if paper.holder is kind]

    def abroad(self, session: Session, *, runner: Runner | None = None, limit: int = 500) -> list[Paper]:
        """Originals that are not home, or those in one runner's hands, the longest due first."""
        query = select(Paper).where(Paper.holder.in_((_H.RUNNER, _H.WINDOW)), Paper.is_original)
        if runner:
            query = query.where(Paper.runner_id == runner.id)
        return list(session.scalars(query.order_by(Paper.until, Paper.id).limit(limit)))

    def notes(self, session: Session, order: ErrandOrder) -> list[Handover]:
        """The handover notes of an order."""
        query = select(Handover).where(Handover.order_id == order.id)
        return list(session.scalars(query.order_by(Handover.position)))

    def note(self, session: Session, order: ErrandOrder, position: int) -> Handover:
        """One handover note; raises NotFound."""
        query = select(Handover).where(Handover.order_id == order.id, Handover.position == position)
        found = session.scalar(query)
        if found is None:
            raise NotFound("没有这张交接单。", number=order.number)
        return found

    def legs(self, session: Session, order: ErrandOrder) -> list[Leg]:
        """The legs of the way so far."""
        session.flush()
        return list(session.scalars(select(Leg).where(Leg.order_id == order.id).order_by(Leg.id)))
