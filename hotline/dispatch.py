"""Dispatch: an order is offered to one eligible runner at a time, until a deadline kept as a row.

Every hall runs `step` in a loop. A step claims due rows inside one transaction, so that a crash
leaves them due, and another hall makes the step instead.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import NotFound, OfferGone, TransitionRefused
from hotline.orders import CARRIED, Orders
from hotline.settings import Settings
from hotline.store.schema import ErrandOrder, Offer, Runner
from hotline.vocabulary import OfferState, OrderAction, OrderState, TeamLevel

log = logging.getLogger(__name__)

KEPT_IN_RANKING = 8  # so many of the considered runners are kept with an offer, for 「为什么派给他」
BATCH = 50  # rows that one step claims


@dataclass(frozen=True)
class Candidate:
    """A runner considered for an order, with the reasons of the rank."""

    runner: Runner
    nearness: int  # 0 same village, 1 same town, 2 district team, 3 elsewhere
    present: bool  # the runner's page is open now
    load: int  # orders in hand
    reasons: list[str]

    @property
    def rank(self) -> tuple[Any, ...]:
        """Smaller comes first: nearness, presence, zone, load, then who waited longest."""
        last = self.runner.offered_at
        waited = last.timestamp() if last else 0.0
        return (self.nearness, not self.present, self.load, waited, self.runner.id)

    def as_json(self) -> dict[str, Any]:
        """What is kept of the consideration."""
        return {"runner": self.runner.number, "reasons": self.reasons}


class Dispatch:
    """Finds a runner for each waiting order."""

    def __init__(self, settings: Settings, clock: Clock, orders: Orders) -> None:
        self.settings = settings
        self.clock = clock
        self.orders = orders

    def step(self, session: Session) -> list[ErrandOrder]:
        """Make every step that is due now; returns the orders that changed."""
        now = self.clock()
        changed = self._expire_offers(session, now)
        changed += self._escalate_overdue(session, now)
        changed += self._offer_waiting(session, now)
        return changed

    def _expire_offers(self, session: Session, now: datetime) -> list[ErrandOrder]:
        query = (  # locks the orders, as every answer does: two that lock in another order wait forever
            select(Offer)
            .join(Offer.order)
            .where(Offer.state == OfferState.OPEN, Offer.expires_at <= now)
            .order_by(Offer.expires_at)
            .limit(BATCH)
            .with_for_update(of=ErrandOrder, skip_locked=True)
        )
        changed = []
        for offer in session.scalars(query).all():
            order = self._lock_order(session, offer.order_id)
            session.refresh(offer)
            if offer.state is not OfferState.OPEN:
                continue  # it was answered between the reading and the locking
            offer.state, offer.answered_at = OfferState.EXPIRED, now
            if order.state is OrderState.OFFERED:
                self.orders.move(session, order, OrderAction.LAPSE, actor="派单", reason=f"{offer.runner.number}超时未答")
                changed.append(order)
        return changed

    def _escalate_overdue(self, session: Session, now: datetime) -> list[ErrandOrder]:
        waiting = (OrderState.PLACED, OrderState.OFFERED, OrderState.REOPENED)
        query = (
            select(ErrandOrder)
            .where(ErrandOrder.state.in_(waiting), ErrandOrder.accept_by <= now)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        changed = list(session.scalars(query))
        for order in changed:
            self.orders.move(session, order, OrderAction.ESCALATE, actor="派单", reason="到约定时间仍无人接单")
        return changed

    def _offer_waiting(self, session: Session, now: datetime) -> list[ErrandOrder]:
        waiting = (OrderState.PLACED, OrderState.REOPENED)
        query = (
            select(ErrandOrder)
            .where(ErrandOrder.state.in_(waiting), ErrandOrder.dispatch_at <= now)
            .order_by(ErrandOrder.dispatch_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        changed = list(session.scalars(query))
        for order in changed:
            self.offer_next(session, order)
        return changed

    def offer_next(self, session: Session, order: ErrandOrder) -> Offer | None:
        """Offer the order to the best runner left, or escalate it to the desk."""
        ranked = sorted(self.candidates(session, order), key=lambda candidate: candidate.rank)
        if not ranked or order.offers_made >= self.settings.offers_before_escalation:
            reason = "没有可派的跑手" if not ranked else f"已问过{order.offers_made}名跑手，无人接单"
            self.orders.move(session, order, OrderAction.ESCALATE, actor="派单", reason=reason)
            return None
        best, now = ranked[0], self.clock()
        offer = Offer(
            order_id=order.id,
            runner_id=best.runner.id,
            state=OfferState.OPEN,
            offered_at=now,
            expires_at=now + self.settings.offer_seconds,
            ranking=[candidate.as_json() for candidate in ranked[:KEPT_IN_RANKING]],
        )
        best.runner.offered_at = now
        order.offers_made += 1
        self.orders.move(
            session, order, OrderAction.OFFER,
            actor="派单", reason=f"派给{best.runner.number}：{'、'.join(best.reasons)}",
        )  # fmt: skip
        session.add(offer)
        session.flush()
        return offer

    def candidates(self, session: Session, order: ErrandOrder) -> list[Candidate]:
        """Every runner who may take the order, with reasons; nearest teams only, if there are any."""
        asked = select(Offer.runner_id).where(Offer.order_id == order.id)
        in_hand = (
            select(ErrandOrder.runner_id, func.count().label("load"))
            .where(ErrandOrder.state.in_(CARRIED), ErrandOrder.runner_id.is_not(None))
            .group_by(ErrandOrder.runner_id)
            .subquery()
        )
        offers = select(Offer.runner_id).where(Offer.state == OfferState.OPEN)
        town = order.place_code[:9]
        load = func.coalesce(in_hand.c.load, 0)
        query = (
            select(Runner, load)
            .outerjoin(in_hand, in_hand.c.runner_id == Runner.id)
            .where(
                Runner.on_duty,
                Runner.id.not_in(asked),
                Runner.id.not_in(offers),
                load < Runner.load_limit,
                or_(Runner.township == "", Runner.township == town),
            )
        )
        return [self._candidate(runner, order, int(load)) for runner, load in session.execute(query)]

    def _candidate(self, runner: Runner, order: ErrandOrder, load: int) -> Candidate:
        now = self.clock()
        if runner.village and runner.village == order.place_code:
            nearness, near = 0, "同村"
        elif runner.township and runner.township == order.place_code[:9]:
            nearness, near = 1, "同镇"
        elif runner.team is TeamLevel.DISTRICT:
            nearness, near = 2, "区级队"
        else:
            nearness, near = 3, "外镇"
        present = bool(runner.seen_at and now - runner.seen_at <= self.settings.presence_lease)
        if runner.zones and order.zone not in runner.zones:
            nearness += 1
        reasons = [near, runner.kind.label, "在线" if present else "值班", f"手上{load}单"]
        if runner.zones:
            reasons.append("熟悉本专区" if order.zone in runner.zones else "不熟本专区")
        return Candidate(runner, nearness, present, load, reasons)

    def accept(self, session: Session, offer_id: int, runner: Runner) -> ErrandOrder:
        """The runner takes the offer; raises OfferGone when it is not open for this runner any more."""
        offer, order = self._open_offer(session, offer_id, runner)
        offer.state, offer.answered_at = OfferState.ACCEPTED, self.clock()
        order.runner_id = runner.id
        self.orders.move(session, order, OrderAction.ACCEPT, actor=runner.number)
        return order

    def decline(self, session: Session, offer_id: int, runner: Runner, reason: str) -> ErrandOrder:
        """The runner says no, with a reason; the next one is asked at once."""
        offer, order = self._open_offer(session, offer_id, runner)
        offer.state, offer.answered_at, offer.reason = OfferState.DECLINED, self.clock(), reason[:200]
        self.orders.move(session, order, OrderAction.LAPSE, actor=runner.number, reason=reason or "拒单")
        self.offer_next(session, order)
        return order

    def assign(self, session: Session, order: ErrandOrder, runner: Runner, *, actor: str) -> None:
        """A member of staff gives the order to a runner by hand."""
        if order.state not in (OrderState.PLACED, OrderState.OFFERED, OrderState.ESCALATED, OrderState.REOPENED):
            raise TransitionRefused(number=order.number, state=order.state.value)
        order.runner_id = runner.id
        self.orders.move(session, order, OrderAction.ASSIGN, actor=actor, reason=f"指定{runner.number}")

    def _open_offer(self, session: Session, offer_id: int, runner: Runner) -> tuple[Offer, ErrandOrder]:
        offer = session.scalar(select(Offer).where(Offer.id == offer_id, Offer.runner_id == runner.id))
        if offer is None:
            raise NotFound(offer=offer_id)
        order = self._lock_order(session, offer.order_id)
        session.refresh(offer)
        if offer.state is not OfferState.OPEN or offer.expires_at <= self.clock():
            raise OfferGone(offer=offer_id, state=offer.state.value)
        return offer, order

    def _lock_order(self, session: Session, order_id: int) -> ErrandOrder:
        """The order's row, locked: whoever holds it decides alone who wins."""
        query = select(ErrandOrder).where(ErrandOrder.id == order_id).with_for_update()
        return session.scalars(query.execution_options(populate_existing=True)).one()


