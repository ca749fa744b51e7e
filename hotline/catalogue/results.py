"""What the lookup answers: an item with its reasons, something that is no item, and the decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hotline.catalogue.bundles import Bundle
from hotline.catalogue.catalogue import Item
from hotline.catalogue.encoders import Vectors
from hotline.vocabulary import Decision

LEAST = 1e-20  # a probability that stands for none


@dataclass(frozen=True)
class Referral:
    """Something that is no service item, and who can help."""

    key: str
    title: str
    number: str = ""
    who: str = ""
    danger: bool = False
    other_errand: bool = False  # the runners could still take it


@dataclass(frozen=True)
class Candidate:
    """An item that an utterance may mean."""

    item: Item
    score: float  # probability
    evidence: str  # the wording that matched, and by which view
    zone: str
    window: str

    @property
    def code(self) -> str:
        """The item's code."""
        return self.item.code

    def as_json(self) -> dict[str, Any]:
        """As the HTTP interface gives it."""
        item = self.item
        return {
            "code": item.code,
            "name": item.name,
            "parent": item.parent,
            "zone": self.zone,
            "window": self.window,
            "department": item.department,
            "levels": [level.value for level in item.levels],
            "score": round(self.score, 4),
            "evidence": self.evidence,
        }


@dataclass(frozen=True)
class LookupResult:
    """What the lookup makes of an utterance."""

    decision: Decision
    candidates: list[Candidate]
    question: str = ""
    other_errand: bool = False
    referral: Referral | None = None
    heard: str = ""  # the utterance as it was compared
    further: list[LookupResult] = field(default_factory=list)  # of further requests in the same utterance
    bundle: Bundle | None = None  # the life event that is told, whose items are asked about

    @property
    def choices(self) -> list[str]:
        """Between what a question asks: codes of items, and last the key of the life event that they belong to."""
        return [candidate.code for candidate in self.candidates] + ([self.bundle.key] if self.bundle else [])

    def as_json(self) -> dict[str, Any]:
        """As the HTTP interface and the command line give it."""
        answer: dict[str, Any] = {
            "decision": self.decision.value,
            "question": self.question,
            "candidates": [candidate.as_json() for candidate in self.candidates],
            "further": [result.as_json() for result in self.further],
        }
        if self.bundle:
            items = [{"code": step.code, "why": step.why} for step in self.bundle.steps]
            answer["bundle"] = {"key": self.bundle.key, "title": self.bundle.title, "items": items}
        if self.decision is Decision.REJECT:
            answer["other_errand"] = self.other_errand
            if self.referral and self.referral.number:
                answer["referral"] = {"number": self.referral.number, "who": self.referral.who}
        return answer


@dataclass(frozen=True)
class Scored:
    """Probabilities of one utterance; items and what is no item together make 1."""

    items: Vectors  # probability of each item
    others: Vectors  # probability of each kind that is no item
    bundles: Vectors  # how likely each life event is, beside the items and on the same scale
    likeness: Vectors  # likeness to each text, by the first view
    heard: str

    def within(self, whole: Scored, share: float) -> Scored:
        """A part of an utterance, read to some share in the light of the whole."""
        parts = [
            np.asarray(mine * np.maximum(theirs, LEAST) ** share, np.float32)
            for mine, theirs in (
                (self.items, whole.items), (self.others, whole.others), (self.bundles, whole.bundles)
            )
        ]  # fmt: skip
        total = max(float(parts[0].sum() + parts[1].sum()), LEAST)
        items, others, bundles = (part / np.float32(total) for part in parts)
        return Scored(items, others, bundles, self.likeness, self.heard)
