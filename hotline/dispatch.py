"""Dispatch: an order is offered to eligible runners, wave by wave, until a deadline kept as a row.

Every hall runs `step` in a loop. A step claims due rows inside one transaction, so that a crash
leaves them due, and another hall makes the step instead.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.duty import month_of
from hotline.errors import HandsFull, NotFound, OfferGone, TransitionRefused
from hotline.exclusions import read_exclusions
from hotline.explanations import make_round
from hotline.orders import CARRIED, Orders, record
from hotline.ranking import Candidate, Consideration, Preferred, consider
from hotline.settings import Settings
from hotline.store.claims import DISPATCH, claim
from hotline.store.schema import ErrandOrder, Offer, Runner
from hotline.team import Member, Team, read_team
from hotline.vocabulary import OfferState, OrderAction, OrderState

log = logging.getLogger(__name__)

BATCH = 12  # rows of a kind that one step claims: short transactions let new orders in between
WAITING = (OrderState.PLACED, OrderState.REOPENED)
SEEKING = (*WAITING, OrderState.OFFERED)
URGENT = timedelta(hours=2)  # a wish that begins so soon leaves half the time to think
TRY_AGAIN = timedelta(seconds=10)  # when everybody who could take an order looks at another one

# Statements of every answer, built once: building them anew takes longer than they run.
_HELD_OUT = (
    select(Offer).where(Offer.id == bindparam("offer"), Offer.runner_id == bindparam("runner"))
    .execution_options(populate_existing=True)
)  # fmt: skip
_LOCKED = (
    select(ErrandOrder).where(ErrandOrder.id == bindparam("order"))
    .with_for_update().execution_options(populate_existing=True)
)  # fmt: skip
_IN_HAND = select(func.count()).where(ErrandOrder.runner_id == bindparam("runner"), ErrandOrder.state.in_(CARRIED))
_WITHDRAW_OTHERS = (
    update(Offer)
    .where(Offer.order_id == bindparam("order"), Offer.state == OfferState.OPEN, Offer.id != bindparam("winner"))
    .values(state=OfferState.WITHDRAWN, answered_at=bindparam("now"))
)
# And those of every step, which each hall makes twice a second.
_EXPIRED = (  # locks the orders, as every answer does: two that lock in another order wait forever
    select(Offer)
    .join(Offer.order)
    .where(Offer.state == OfferState.OPEN, Offer.expires_at <= bindparam("now"))
    .order_by(Offer.expires_at)
    .limit(BATCH)
    .with_for_update(of=ErrandOrder, skip_locked=True)
)
_OVERDUE = (
    select(ErrandOrder)
    .where(ErrandOrder.state.in_(SEEKING), ErrandOrder.accept_by <= bindparam("now"))
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)
_DUE = (
    select(ErrandOrder)
    .where(ErrandOrder.state.in_(SEEKING), ErrandOrder.dispatch_at <= bindparam("now"))
    .order_by(ErrandOrder.dispatch_at)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)
_STILL_OPEN = select(Offer.id).where(Offer.order_id == bindparam("order"), Offer.state == OfferState.OPEN).limit(1)
_NEW_MONTH = (
    update(Runner)
    .where(Runner.id.in_(bindparam("runners", expanding=True)), Runner.month != bindparam("this_month"))
    .values(month=bindparam("this_month"), month_seconds=0, month_offers=0)
    .execution_options(synchronize_session=False)
)
_ONE_MORE = (
    update(Runner).where(Runner.id == bindparam("runner"))
    .values(offered_at=bindparam("now"), month_offers=Runner.month_offers + 1)
)  # fmt: skip


class Policy(Protocol):
    """Whom to ask now, of those who may take an order, best first."""

    @property
    def head_start(self) -> timedelta | None:
        """After which the next are asked as well, while the first still think; None: one after the other."""

    def wave(self, ranked: list[Candidate]) -> list[Candidate]:
        """At least one of `ranked`, which is not empty."""


class Dispatch:
    """Finds a runner for each waiting order."""

    def __init__(
        self, settings: Settings, clock: Clock, orders: Orders, policy: Policy | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.orders = orders
        self.policy: Policy = policy or Preferred(settings.wave_size, settings.wave_seconds)

    # --- steps that a hall makes by itself

    def step(self, session: Session) -> list[ErrandOrder]:
        """Make every step that is due now, at most BATCH of a kind; returns the orders that changed."""
        if not claim(session, DISPATCH):
            return []  # another hall is at it
        now = self.clock()
        changed = self._expire_offers(session, now)
        changed += self._escalate_overdue(session, now)
        changed += self._offer_waiting(session, now)
        return changed

    def has_more(self, changed: Sequence[ErrandOrder]) -> bool:
        """Whether a step that changed these orders may have left due ones over: then make the next at once."""
        return len(changed) >= BATCH

    def _expire_offers(self, session: Session, now: datetime) -> list[ErrandOrder]:
        changed = []
        for offer in session.scalars(_EXPIRED, {"now": now}).all():
            order = self._lock_order(session, offer.order_id)
            session.refresh(offer)
            if offer.state is not OfferState.OPEN:
                continue  # it was answered between the reading and the locking
            offer.state, offer.answered_at = OfferState.EXPIRED, now
            self._lapse(session, order, actor="派单", reason=f"{offer.runner.number}超时未答")
            changed.append(order)
        return changed

    def _escalate_overdue(self, session: Session, now: datetime) -> list[ErrandOrder]:
        changed = list(session.scalars(_OVERDUE, {"now": now}))
        for order in changed:
            self.orders.move(session, order, OrderAction.ESCALATE, actor="派单", reason="到约定时间仍无人接单")
        return changed

    def _offer_waiting(self, session: Session, now: datetime) -> list[ErrandOrder]:
        due = list(session.scalars(_DUE, {"now": now}))
        if due:
            self.offer_next(session, due)
        return due

    # --- offers

    def offer_next(self, session: Session, orders: Sequence[ErrandOrder]) -> None:
        """Offer each order to the best runners left, or escalate it to the desk, or try again soon."""
        team = self._team(session, orders)
        exclusions = read_exclusions(session, orders)
        asked: list[Member] = []
        for order in orders:
            considered = consider(order, team, exclusions[order.id])
            if considered.ranked and order.offers_made < self.settings.offers_before_escalation:
                asked += self._make_wave(session, order, considered)
            else:
                self._nobody(session, order, considered)
        self._count_offers(session, asked)

    def _team(self, session: Session, orders: Sequence[ErrandOrder]) -> Team:
        towns = {order.place_code[:9] for order in orders}
        wanted = {order.wanted_runner_id for order in orders if order.wanted_runner_id}
        return read_team(session, self.clock, self.settings, towns, wanted)

    def _make_wave(self, session: Session, order: ErrandOrder, considered: Consideration) -> list[Member]:
        asked = self.policy.wave(considered.ranked)
        self.offer_to(session, order, asked, considered)
        rest = [candidate for candidate in considered.ranked if candidate not in asked]
        head_start = None if asked[0].wanted else self.policy.head_start
        if head_start is not None and any(candidate.runner.present for candidate in rest):
            order.dispatch_at = self.clock() + head_start
        return [candidate.runner for candidate in asked]

    def offer_to(
        self, session: Session, order: ErrandOrder, asked: list[Candidate], considered: Consideration
    ) -> None:
        """Hold the order out to these runners at once; the first to accept has it."""
        now = self.clock()
        asking = make_round(order, asked, considered, now)
        expires_at = now + self._thinking_time(order, now)
        for candidate in asked:
            session.add(
                Offer(
                    order_id=order.id, runner_id=candidate.runner.id, state=OfferState.OPEN,
                    offered_at=now, expires_at=expires_at, asking=asking,
                )
            )  # fmt: skip
            candidate.runner.busy = True
        order.offers_made += 1
        first, others = asked[0], "".join(f"、{candidate.runner.number}" for candidate in asked[1:])
        reason = f"派给{first.runner.number}{others}：{'、'.join(first.reasons)}"
        self.orders.move(session, order, OrderAction.OFFER, actor="派单", reason=reason)

    def _thinking_time(self, order: ErrandOrder, now: datetime) -> timedelta:
        """How long runners may think: half as long when the citizen waits for today."""
        whole = self.settings.offer_seconds
        return whole / 2 if order.wish_from - now < URGENT else whole

    def _count_offers(self, session: Session, asked: list[Member]) -> None:
        """Write down who was asked, for the shares of this month; a new month begins with nothing."""
        session.flush()
        if not asked:
            return
        now = self.clock()
        runners = [member.id for member in asked]
        session.execute(_NEW_MONTH, {"runners": runners, "this_month": month_of(now)})
        session.connection().execute(_ONE_MORE, [{"runner": runner, "now": now} for runner in runners])

    def _nobody(self, session: Session, order: ErrandOrder, considered: Consideration) -> None:
        asked_enough = order.offers_made >= self.settings.offers_before_escalation
        if order.state is OrderState.OFFERED:  # those who were asked still think
            order.dispatch_at = None
        elif considered.may_come and not asked_enough:
            order.dispatch_at = self.clock() + TRY_AGAIN
        else:
            reason = f"已问过{order.offers_made}次跑手，无人接单" if asked_enough else "没有可派的跑手"
            self.orders.move(session, order, OrderAction.ESCALATE, actor="派单", reason=reason)

    # --- who may take an order

    def consider(self, session: Session, order: ErrandOrder) -> Consideration:
        """Everybody who may take the order, best first, and why the others may not."""
        session.flush()
        return consider(order, self._team(session, [order]), read_exclusions(session, [order])[order.id])

    def candidates(self, session: Session, order: ErrandOrder) -> list[Candidate]:
        """Every runner who may take the order, best first."""
        return self.consider(session, order).ranked

    # --- answers

    def accept(self, session: Session, offer_id: int, runner: Runner) -> ErrandOrder:
        """The runner takes the offer, and whoever else was asked is told that it is gone.

        Raises OfferGone when it is not open for this runner any more, HandsFull at the load limit.
        """
        offer, order = self._open_offer(session, offer_id, runner)
        self._check_load(session, runner)
        offer.state, offer.answered_at = OfferState.ACCEPTED, self.clock()
        session.execute(_WITHDRAW_OTHERS, {"order": order.id, "winner": offer.id, "now": offer.answered_at})
        order.runner_id = runner.id
        self.orders.move(session, order, OrderAction.ACCEPT, actor=runner.number)
        return order

    def decline(self, session: Session, offer_id: int, runner: Runner, reason: str) -> ErrandOrder:
        """The runner says no, with a reason; the next one is asked at once."""
        offer, order = self._open_offer(session, offer_id, runner)
        offer.state, offer.answered_at, offer.reason = OfferState.DECLINED, self.clock(), reason[:200]
        self._lapse(session, order, actor=runner.number, reason=reason or "拒单")
        if order.state in WAITING and claim(session, DISPATCH):
            self.offer_next(session, [order])  # else the hall that is at it does so in its next step
        return order

    def withdraw(self, session: Session, order: ErrandOrder, runner: Runner, *, reason: str) -> None:
        """Take back what this runner was asked, if they still think about it."""
        asked = select(Offer).filter_by(order_id=order.id, runner_id=runner.id, state=OfferState.OPEN)
        if offer := session.scalar(asked):
            offer.state, offer.answered_at = OfferState.WITHDRAWN, self.clock()
            self._lapse(session, order, actor="派单", reason=f"{runner.number}{reason}")

    def _lapse(self, session: Session, order: ErrandOrder, *, actor: str, reason: str) -> None:
        """One offer came to nothing; the order goes back when nobody else of the wave still thinks."""
        if order.state is not OrderState.OFFERED:
            return
        session.flush()
        if session.scalar(_STILL_OPEN, {"order": order.id}) is None:
            self.orders.move(session, order, OrderAction.LAPSE, actor=actor, reason=reason)
        else:
            record(
                session, order, OrderAction.LAPSE,
                actor=actor, at=self.clock(), from_state=order.state, reason=reason,
            )  # fmt: skip

    def assign(self, session: Session, order: ErrandOrder, runner: Runner, *, actor: str, reason: str = "") -> None:
        """A member of staff gives the order to a runner by hand, and may say why."""
        if order.state not in (*SEEKING, OrderState.ESCALATED):
            raise TransitionRefused(number=order.number, state=order.state.value)
        order.runner_id = runner.id
        told = f"指定{runner.number}：{reason}" if reason else f"指定{runner.number}"
        self.orders.move(session, order, OrderAction.ASSIGN, actor=actor, reason=told)

    def _check_load(self, session: Session, runner: Runner) -> None:
        """Count what is in hand again: by now it may be more than when the offer was made.

        No lock is needed: nobody holds two open offers, so nobody accepts two at once.
        """
        load = session.scalar(_IN_HAND, {"runner": runner.id}) or 0
        if load >= runner.load_limit:
            raise HandsFull(f"您手上已经有{load}单，先办完再接新的。", runner=runner.number, load=load)

    def _open_offer(self, session: Session, offer_id: int, runner: Runner) -> tuple[Offer, ErrandOrder]:
        offer = session.scalar(_HELD_OUT, {"offer": offer_id, "runner": runner.id})
        if offer is None:
            raise NotFound(offer=offer_id)
        self._check_open(offer)  # most who come too late need not queue for the lock
        order = self._lock_order(session, offer.order_id)
        session.refresh(offer)
        self._check_open(offer)
        return offer, order

    def _check_open(self, offer: Offer) -> None:
        if offer.state is not OfferState.OPEN or offer.expires_at <= self.clock():
            raise OfferGone(offer=offer.id, state=offer.state.value)

    def _lock_order(self, session: Session, order_id: int) -> ErrandOrder:
        """The order's row, locked: whoever holds it decides alone who wins."""
        return session.scalars(_LOCKED, {"order": order_id}).one()
