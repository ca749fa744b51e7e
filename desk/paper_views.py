"""Papers, photos, letters and the window's answers as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy.orm import Session

from desk.times import iso
from hotline.hall import Hall
from hotline.store.outcomes import Outcome
from hotline.store.papers import Handover, Paper
from hotline.store.photos import Letter, Photo
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import Holder


def paper_as_json(paper: Paper) -> dict[str, Any]:
    """A paper and who holds it until when."""
    return {
        "name": paper.name, "original": paper.is_original, "count": paper.count, "holder": paper.holder.value,
        "holder_label": paper.holder.label, "holder_name": paper.holder_name, "since": iso(paper.since),
        "until": iso(paper.until), "order": paper.order.number,
    }  # fmt: skip


def handover_as_json(note: Handover) -> dict[str, Any]:
    """A handover note."""
    return {
        "position": note.position, "at": iso(note.at), "from": note.giver_name, "from_label": note.giver.label,
        "to": note.taker_name, "to_label": note.taker.label, "place": note.place,
        "papers": [
            {"name": line.paper.name, "original": line.paper.is_original, "count": line.count} for line in note.lines
        ],
    }  # fmt: skip


def outcome_as_json(row: Outcome) -> dict[str, Any]:
    """What the window said."""
    return {
        "state": row.state.value, "state_label": row.state.label, "at": iso(row.at), "by": row.by,
        "case_number": row.case_number, "promised_at": iso(row.promised_at), "papers": row.papers or [],
        "signed_by": row.signed_by, "due_at": iso(row.due_at), "settled_at": iso(row.settled_at),
        "reason": row.reason, "remedy": row.remedy,
    }  # fmt: skip


def photo_as_json(photo: Photo) -> dict[str, Any]:
    """A photo, without its picture."""
    return {
        "id": photo.id, "purpose": photo.purpose.value, "purpose_label": photo.purpose.label, "by": photo.by,
        "at": iso(photo.at),
    }  # fmt: skip


def letter_as_json(letter: Letter) -> dict[str, Any]:
    """A letter of authorisation; of the identity numbers only whether they are written."""
    return {
        "principal": letter.principal, "agent": letter.agent, "item": letter.item, "scope": letter.scope,
        "begins_at": iso(letter.begins_at), "ends_at": iso(letter.ends_at), "state": letter.state.value,
        "state_label": letter.state.label, "signed_at": iso(letter.signed_at), "revoked_at": iso(letter.revoked_at),
        "reason": letter.reason, "photo": letter.photo_id,
        "has_identities": bool(letter.principal_id and letter.agent_id),
    }  # fmt: skip


def papers_of_order(hall: Hall, session: Session, order: ErrandOrder) -> dict[str, Any]:
    """All that is known of the papers of an order and of its case."""
    legs = hall.papers.legs(session, order)
    return {
        "order": order.number,
        "papers": [paper_as_json(paper) for paper in hall.papers.of_order(session, order)],
        "hands": _hands(hall, session, order),
        "handovers": [handover_as_json(note) for note in hall.papers.notes(session, order)],
        "legs": [
            {
                "carrier": session.get_one(Runner, leg.runner_id).name, "level": leg.level.label,
                "from": leg.from_place, "to": leg.to_place, "started_at": iso(leg.started_at),
                "ended_at": iso(leg.ended_at),
            }
            for leg in legs
        ],
        "outcomes": [outcome_as_json(row) for row in hall.outcomes.of_order(session, order)],
        "responsible": hall.responsibilities.current(session, order),
        "responsibilities": [
            {"holder": row.holder, "since": iso(row.since), "until": iso(row.until), "reason": row.reason}
            for row in hall.responsibilities.of_order(session, order)
        ],
        "photos": [photo_as_json(photo) for photo in hall.photos.of_order(session, order)],
        "letters": [letter_as_json(letter) for letter in hall.letters.of_order(session, order)],
    }  # fmt: skip


def _hands(hall: Hall, session: Session, order: ErrandOrder) -> list[dict[str, Any]]:
    """Who can hand over, with what they have; the citizen also with what nobody counted yet."""
    held = hall.papers.held_by(session, order, Holder.RUNNER)
    numbers = dict.fromkeys(number for number in (order.runner_id, *(paper.runner_id for paper in held)) if number)
    carriers = [session.get_one(Runner, number) for number in numbers]
    sides = [(Holder.CITIZEN, None), *((Holder.RUNNER, runner) for runner in carriers), (Holder.WINDOW, None)]
    return [_hand(hall, session, order, kind, runner) for kind, runner in sides]


def _hand(hall: Hall, session: Session, order: ErrandOrder, kind: Holder, runner: Runner | None) -> dict[str, Any]:
    hand = hall.papers.hand(session, order, kind, runner)
    counts = Counter[tuple[str, bool]]()
    for paper in hall.papers.in_hand(session, order, hand):
        counts[paper.name, paper.is_original] += paper.count
    for sheet in hall.papers.expected(session, order) if kind is Holder.CITIZEN else ():
        counts[sheet.name, sheet.is_original] += sheet.count
    return {
        "kind": kind.value, "label": kind.label, "name": hand.name, "runner": runner.number if runner else "",
        "papers": [{"name": name, "original": original, "count": n} for (name, original), n in counts.items()],
    }  # fmt: skip
