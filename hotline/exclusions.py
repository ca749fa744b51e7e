"""Who must never get an order: those already asked, with an interest in the case, or complained of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.errors import NotFound
from hotline.ranking import Exclusions
from hotline.store.dispatching import Avoidance
from hotline.store.schema import ErrandOrder, FollowUp, Offer, Runner

BAD_STARS = 2  # a rating of so many stars or fewer counts as a complaint


def read_exclusions(session: Session, orders: Sequence[ErrandOrder]) -> dict[int, Exclusions]:
    """What excludes runners from each of these orders, by order id."""
    phones = {order.contact_phone for order in orders}
    asked = _grouped(session, select(Offer.order_id, Offer.runner_id).where(Offer.order_id.in_([o.id for o in orders])))
    interested = _grouped(
        session, select(Avoidance.contact_phone, Avoidance.runner_id).where(Avoidance.contact_phone.in_(phones))
    )
    complained = _grouped(
        session,
        select(ErrandOrder.contact_phone, ErrandOrder.runner_id)
        .join(FollowUp, FollowUp.order_id == ErrandOrder.id)
        .where(
            ErrandOrder.contact_phone.in_(phones), ErrandOrder.runner_id.is_not(None),
            or_(FollowUp.kind == "complaint", FollowUp.stars <= BAD_STARS),
        ),
    )  # fmt: skip
    return {
        order.id: Exclusions(asked[order.id], interested[order.contact_phone], complained[order.contact_phone])
        for order in orders
    }


def _grouped(session: Session, query: Any) -> dict[Any, frozenset[int]]:
    rows: Iterable[Any] = session.execute(query)
    found: dict[Any, frozenset[int]] = defaultdict(frozenset)
    for key, runner_id in rows:
        found[key] |= {runner_id}
    return found


def note_interest(
    session: Session, runner: Runner, phone: str, reason: str, *, by: str, at: datetime
) -> Avoidance:
    """Never again offer this runner the orders of this phone: a stated relation, or other interest."""
    row = session.merge(
        Avoidance(contact_phone=phone, runner_id=runner.id, reason=reason[:200], noted_by=by, noted_at=at)
    )
    session.flush()
    return row


def forget_interest(session: Session, runner: Runner, phone: str) -> None:
    """Take a note back that was wrong; raises NotFound when there is none."""
    row = session.get(Avoidance, (phone, runner.id))
    if row is None:
        raise NotFound(f"{runner.name}{runner.number}没有登记回避这位市民。", runner=runner.number)
    session.delete(row)


def interests_of(session: Session, phone: str) -> list[tuple[Avoidance, Runner]]:
    """Who must not get the orders of this phone, with the note that says why."""
    query = select(Avoidance, Runner).join(Runner, Runner.id == Avoidance.runner_id)
    rows = session.execute(query.where(Avoidance.contact_phone == phone).order_by(Avoidance.noted_at))
    return [(note, runner) for note, runner in rows]
