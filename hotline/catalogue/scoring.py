"""From an utterance to a probability for every item: readings, views, weights.

1. `normalise`: one script, fillers out, dialect in standard words. 2. `sound`: misheard characters put right;
where that changed something, the utterance is looked at in both readings. 3. `clauses`: what is denied is left
out, and a long story is looked at in parts, too, by the quick encoder. 4. Three views: two sentence encoders, each with a softmax over
items, over kinds of things that are no item and over life events, and with the likeness to the nearest wording; and shared characters.
5. Their weighted sum becomes a probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from hotline.catalogue.aftermath import is_over
from hotline.catalogue.bundles import Bundles
from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.clauses import clauses_of, without_denied
from hotline.catalogue.encoders import Vectors
from hotline.catalogue.index import VectorStore
from hotline.catalogue.normalise import plain, standard
from hotline.catalogue.prepared import Others, Prepared, texts_of
from hotline.catalogue.results import Scored
from hotline.catalogue.views import View

LONGEST = 400  # characters that are compared
QUICK_ALONE = 2.0  # how much more the quick encoder weighs where it stands in for the others


@dataclass(frozen=True)
class Glance:
    """What a text is about at first sight."""

    chances: Vectors  # log of the probability of each item, then of each kind that is no item
    row: Vectors  # as the quick encoder sees it


@dataclass(frozen=True)
class Weights:
    """How the views are weighed; chosen on held-out aliases, tests/lookup/evaluation.tsv and holdout.tsv."""

    softmax: tuple[float, ...] = (0.6, 0.4)  # of each encoder's softmax
    nearest: tuple[float, ...] = (5.0, 3.5)  # of each encoder's likeness to the nearest wording
    together: float = 5.0  # of the characters shared with all wordings of a class
    shared: float = 5.5  # of the characters shared with the nearest wording
    clauses: float = 0.25  # of the best clause in a long story
    doubt: float = 1.25  # added to all that is no item
    event: float = 1.0  # added to all life events: whoever tells of one is asked rather than sent away
    over: float = 2.5  # taken from what is dangerous where a disaster is told as past
    sharpness: float = 1.3  # of the softmax over the weighted sum: makes it keep its word


class Scorer:
    """All views over one version of the catalogue."""

    def __init__(
        self, catalogue: Catalogue, stores: Sequence[VectorStore], prepared: Prepared,
        others: Others, bundles: Bundles, *, folder: Path | None, weights: Weights | None = None,
    ) -> None:  # fmt: skip
        self.weights = weights or Weights()
        self.corrector, self.characters = prepared.corrector, prepared.characters
        self.items, self.events = len(catalogue), len(catalogue) + len(others)  # where what is no item begins, and events
        self.dangers = self.items + np.flatnonzero([referral.danger for referral, _ in others])
        self.texts = [text for item in catalogue for text in texts_of(item)]
        classes = [item.code for item in catalogue] + [referral.key for referral, _ in others]
        classes += [f"event:{bundle.key}" for bundle in bundles]
        files = [classifier_file(folder, store) if folder else None for store in stores]
        self.views = [
            View(store, prepared.heard, prepared.owners, classes, kept) for store, kept in zip(stores, files, strict=True)
        ]

    def readings(self, text: str) -> list[str]:
        """The utterance in standard words as it was probably said; and as it was written, if that differs."""
        written = plain(text)
        if len(written) > LONGEST:  # of an endless story the end, where people say what they want
            written = written[-LONGEST:]
        corrected = self.corrector.correct(written)
        return list(dict.fromkeys(standard(one) for one in (corrected, written)))

    def score(self, utterances: Sequence[Sequence[str]]) -> list[Scored]:
        """For each utterance, given by its readings, all probabilities; they are encoded together."""
        queries = [[clauses_of(without_denied(reading)) for reading in readings] for readings in utterances]
        wholes = dict.fromkeys(
            clauses[0] for readings in queries for n, clauses in enumerate(readings) if n == 0 or len(clauses) == 1
        )
        every = dict.fromkeys(clause for readings in queries for clauses in readings for clause in clauses)
        seen = []
        for view in self.views:
            texts = list(every if view.store.encoder.quick else wholes)
            seen.append(dict(zip(texts, view.see(texts), strict=True)))
        return [
            self._weigh(readings[0], [self._total(clauses, seen, parts[0][0]) for clauses in parts])
            for readings, parts in zip(utterances, queries, strict=True)
        ]

    def glance(self, texts: Sequence[str]) -> list[Glance]:
        """What texts are about at first sight: by characters and the quick encoder, which stands in for the others."""
        weights = self.weights
        view, softmax, nearest = next(
            seen for seen in zip(self.views, weights.softmax, weights.nearest, strict=False) if seen[0] is self._quick
        )
        rows = view.see(texts)
        logits, near, _ = view.look(rows)
        total = QUICK_ALONE * (softmax * logits + nearest * near)
        shared = [self.characters.look(text) for text in texts]
        total += np.stack([weights.together * together + weights.shared * each for together, each in shared])
        total[:, self.items : self.events] += weights.doubt
        odds = weights.sharpness * total[:, : self.events]
        most = odds.max(axis=1, keepdims=True)
        chances = odds - most - np.log(np.exp(odds - most).sum(axis=1, keepdims=True))
        return [Glance(*one) for one in zip(chances, rows, strict=True)]

    @cached_property
    def _quick(self) -> View:
        """The view of the quick encoder; where there is none, the last."""
        return next((view for view in self.views if view.store.encoder.quick), self.views[-1])

    def _total(self, clauses: Sequence[str], seen: Sequence[dict[str, Vectors]], whole: str) -> tuple[Vectors, Vectors]:
        """One row over all classes from one reading and its clauses; and the likeness to each text.

        An encoder that has not seen a clause says of it what it says of the whole.
        """
        weights, likeness = self.weights, None
        shared = [self.characters.look(clause) for clause in clauses]
        total = np.stack([weights.together * together + weights.shared * near for together, near in shared])
        for view, rows, softmax, nearest in zip(self.views, seen, weights.softmax, weights.nearest, strict=False):
            logits, near, like = view.look(np.stack([rows.get(clause, rows[whole]) for clause in clauses]))
            total += softmax * logits + nearest * near
            likeness = like if likeness is None else likeness
        assert likeness is not None
        if len(total) == 1:
            return total[0], likeness
        return (1 - weights.clauses) * total[0] + weights.clauses * total[1:].max(axis=0), likeness

    def _weigh(self, heard: str, readings: Sequence[tuple[Vectors, Vectors]]) -> Scored:
        """Of several readings each item gets the better one; what is no item is judged as it was probably said."""
        total = np.maximum.reduce([total for total, _ in readings])
        total[self.items : self.events] = readings[0][0][self.items : self.events] + self.weights.doubt
        total[self.events :] += self.weights.event
        if is_over(heard):
            total[self.dangers] -= self.weights.over
        chances = np.exp(self.weights.sharpness * (total - total.max()))
        chances /= max(float(chances[: self.events].sum()), 1e-9)
        items, others, bundles = np.split(chances, [self.items, self.events])
        return Scored(items, others, bundles, readings[0][1], heard)


def classifier_file(folder: Path, store: VectorStore) -> Path:
    """Where the classifier of an encoder is kept."""
    return folder / "vectors" / store.encoder.name / "classifier.npz"

