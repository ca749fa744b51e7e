"""What a runner has done: finished orders without the citizens' names, and this month's counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.duty import month_begins, month_of, worked
from hotline.orders import ENDED
from hotline.store.schema import ErrandOrder, FollowUp, Offer, OrderEvent, Runner
from hotline.vocabulary import OfferState, OrderAction

SHOWN = 50  # newest orders


@dataclass(frozen=True)
class Month:
    """A runner's month so far."""

    offers: int  # offers received
    accepted: int  # orders accepted
    delivered: int  # orders brought home
    hours: float  # on duty


def month_so_far(session: Session, runner: Runner, clock: Clock) -> Month:
    """This month's counts of a runner."""
    now = clock()
    month = month_of(now)
    begins, this_month = month_begins(month), runner.month == month
    seconds = runner.month_seconds if this_month else 0
    if runner.on_duty and runner.duty_since:
        seconds += round(worked(runner.hours, max(runner.duty_since, begins), now) * 3600)
    return Month(
        offers=runner.month_offers if this_month else 0,
        accepted=_accepted(session, runner, begins),
        delivered=_delivered(session, runner, begins),
        hours=seconds / 3600,
    )


def _accepted(session: Session, runner: Runner, since: datetime) -> int:
    query = select(func.count()).where(
        Offer.runner_id == runner.id, Offer.state == OfferState.ACCEPTED, Offer.answered_at >= since
    )
    return session.scalar(query) or 0


def _delivered(session: Session, runner: Runner, since: datetime) -> int:
    query = (
        select(func.count(ErrandOrder.id.distinct()))
        .join(OrderEvent, OrderEvent.order_id == ErrandOrder.id)
        .where(
            ErrandOrder.runner_id == runner.id, ErrandOrder.updated_at >= since,
            OrderEvent.action == OrderAction.DELIVER.value, OrderEvent.at >= since,
        )
    )  # fmt: skip
    return session.scalar(query) or 0


def finished(session: Session, runner: Runner) -> list[tuple[ErrandOrder, int | None]]:
    """The runner's finished orders with the stars that citizens gave, the newest first."""
    query = (
        select(ErrandOrder)
        .where(ErrandOrder.runner_id == runner.id, ErrandOrder.state.in_(ENDED))
        .order_by(ErrandOrder.updated_at.desc(), ErrandOrder.id.desc())
        .limit(SHOWN)
    )
    orders = list(session.scalars(query))
    rated = select(FollowUp.order_id, FollowUp.stars).where(
        FollowUp.order_id.in_([order.id for order in orders]), FollowUp.stars.is_not(None)
    )
    stars = {order_id: given for order_id, given in session.execute(rated.order_by(FollowUp.id))}
    return [(order, stars.get(order.id)) for order in orders]
