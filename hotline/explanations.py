"""Why this runner, and why not that one: what every round of asking considered, kept and told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.ranking import Candidate, Consideration, reasons_of
from hotline.store.dispatching import OfferRound
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import Verdict

KEPT = 60  # candidates kept with their rows; of the others only that they stood behind
RECENT = 200  # rounds of a town that a runner's question looks through


def make_round(
    order: ErrandOrder, asked: list[Candidate], considered: Consideration, now: datetime
) -> OfferRound:
    """What is kept of one asking."""
    out = {verdict.value: numbers for verdict, numbers in considered.out.items()}
    behind = [candidate.runner.number for candidate in considered.ranked[KEPT:]]
    return OfferRound(
        order_id=order.id, at=now, town=order.place_code[:9],
        asked=[candidate.runner.number for candidate in asked],
        considered={
            "ranked": [candidate.as_row() for candidate in considered.ranked[:KEPT]],
            "out": out | ({Verdict.LATER.value: behind} if behind else {}),
        },
    )  # fmt: skip


def why_chosen(found: OfferRound | None) -> list[dict[str, Any]]:
    """The candidates of a round, best first, each with reasons: the desk's 「为什么派给他」."""
    if found and "told" in found.considered:  # kept in words, before there were rounds
        told: list[dict[str, Any]] = found.considered["told"]
        return told
    rows = found.considered.get("ranked", []) if found else []
    return [{"runner": row[0], "reasons": reasons_of(row)} for row in rows]


def left_out(found: OfferRound | None) -> list[dict[str, Any]]:
    """Who was not asked in a round, by reason."""
    out = found.considered.get("out", {}) if found else {}
    return [{"reason": Verdict(code).label, "runners": numbers} for code, numbers in out.items()]


def rounds_of(session: Session, order: ErrandOrder) -> list[OfferRound]:
    """Every asking about an order, in turn."""
    query = select(OfferRound).where(OfferRound.order_id == order.id).order_by(OfferRound.id)
    return list(session.scalars(query))


def why_not_me(session: Session, runner: Runner, limit: int = 20) -> list[dict[str, Any]]:
    """The newest rounds in which this runner was considered, with what came of it; no order is told."""
    query = select(OfferRound).order_by(OfferRound.id.desc()).limit(RECENT)
    if runner.township:
        query = query.where(OfferRound.town == runner.township)
    answers = _answers(runner.number, session.scalars(query))
    return [answer for answer, _ in zip(answers, range(limit), strict=False)]


def _answers(number: str, rounds: Iterator[OfferRound] | Any) -> Iterator[dict[str, Any]]:
    for found in rounds:
        told = _answer(number, found)
        if told:
            yield {"at": found.at, "asked": number in found.asked, "reasons": told}


def _answer(number: str, found: OfferRound) -> list[str]:
    rows = found.considered.get("ranked", [])
    for place, row in enumerate(rows, start=1):
        if row[0] == number:
            stands = "派给了您" if number in found.asked else f"排在第{place}位，先问了前面的{len(found.asked)}位"
            return [stands, *reasons_of(row)]
    return [
        Verdict(code).label for code, numbers in found.considered.get("out", {}).items() if number in numbers
    ]
