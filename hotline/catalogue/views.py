"""A view: one encoder's way of seeing utterances, with its kept vectors and its classifier."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.catalogue.classifier import TEMPERATURE, Classifier, fit, refit
from hotline.catalogue.encoders import Vectors
from hotline.catalogue.index import VectorStore, text_keys

REMEMBERED = 200  # utterances whose rows are kept, some 2 kB each
MOST_CHANGED = 0.25  # share of classes up to which the others stay as they are


class View:
    """Scores utterances against all classes: a softmax fitted on all texts, and the nearest text of each.

    texts and owners are parallel: `owners[i]` is the class of `texts[i]`, in rising order.
    """

    def __init__(
        self, store: VectorStore, texts: Sequence[str], owners: NDArray[np.intp], classes: Sequence[str],
        kept: Path | None,
    ) -> None:  # fmt: skip
        self.store = store
        self.classes = list(classes)
        keys = text_keys(store.encoder, texts)
        self.keys = keys.tolist()
        self.owners = owners
        self.starts = np.searchsorted(owners, np.arange(len(self.classes)))
        rows = store.get(texts, keys=keys)
        self.classifier = self._classifier(rows, kept)
        self.rows = self.classifier.centred(rows)
        self._lately: dict[str, Vectors] = {}  # replaced and never changed, since several threads read it

    def _classifier(self, rows: Vectors, file: Path | None) -> Classifier:
        """The kept classifier, with those classes fitted whose texts are others; fitted anew if most are."""
        if file is None or not file.exists():
            return fit(rows, self.owners, len(self.classes))
        with np.load(file) as kept:
            if "digests" not in kept:  # of an earlier release
                return fit(rows, self.owners, len(self.classes))
            names, digests = kept["classes"].tolist(), kept["digests"].tolist()
            weights, centre = kept["weights"].astype(np.float32), kept["centre"]
        known = {pair: place for place, pair in enumerate(zip(names, digests, strict=True))}
        places = [known.get(pair) for pair in zip(self.classes, self._digests(), strict=True)]
        changed = np.array([k for k, place in enumerate(places) if place is None], dtype=np.intp)
        if len(changed) > MOST_CHANGED * len(places):
            return fit(rows, self.owners, len(self.classes))
        before = Classifier(weights[[place or 0 for place in places]], centre)
        return refit(rows, self.owners, before, changed) if len(changed) else before

    def _digests(self) -> list[int]:
        """One number a class, which changes when any of its texts does."""
        digests = [0] * len(self.classes)
        for key, owner in zip(self.keys, self.owners.tolist(), strict=True):
            digests[owner] = (digests[owner] * 1_000_003 + key) % (2**61 - 1)
        return digests

    def save(self, file: Path) -> None:
        """Keep the classifier for the next start."""
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            file, weights=self.classifier.weights.astype(np.float16), centre=self.classifier.centre,
            classes=np.array(self.classes), digests=np.array(self._digests(), np.int64),
        )  # fmt: skip

    def see(self, queries: Sequence[str]) -> Vectors:
        """One centred row a query; encoding many together is cheaper than one by one.

        What was seen lately is not encoded again: in one turn several parts of the hall look at the same words.
        """
        known = {query: self._lately[query] for query in queries if query in self._lately}
        if missing := [query for query in dict.fromkeys(queries) if query not in known]:
            known |= zip(missing, self.classifier.centred(self.store.encoder.encode(missing)), strict=True)
            self._lately = known if len(self._lately) > REMEMBERED else self._lately | known
        return np.stack([known[query] for query in queries])

    def kept(self, texts: Sequence[str]) -> Vectors:
        """One centred row a text, as `see` makes them, of texts whose vectors are kept."""
        return self.classifier.centred(self.store.get(texts))

    def look(self, rows: Vectors) -> tuple[Vectors, Vectors, Vectors]:
        """What rows that `see` made are like: (softmax logits, nearest text of each class, any text).

        The first two have one row a query and one column a class; the last has the greatest likeness of any
        query to each text.
        """
        likeness = rows @ self.rows.T
        nearest = np.maximum.reduceat(likeness, self.starts, axis=1)
        return TEMPERATURE * self.classifier.scores(rows), nearest, likeness.max(axis=0)
