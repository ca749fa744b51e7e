"""A view: one encoder's way of seeing utterances, with its kept vectors and its classifier."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.catalogue.encoders import Vectors
from hotline.catalogue.index import TEMPERATURE, Classifier, VectorStore, fit, text_key


class View:
    """Scores utterances against all classes: a softmax fitted on all texts, and the nearest text of each.

    texts and owners are parallel: `owners[i]` is the class of `texts[i]`, in rising order.
    """

    def __init__(
        self, store: VectorStore, texts: Sequence[str], owners: NDArray[np.intp], classes: Sequence[str], kept: Path
    ) -> None:
        self.store = store
        self.classes = list(classes)
        self.keys = [text_key(store.encoder, text) for text in texts]
        self.owners = owners
        self.starts = np.searchsorted(owners, np.arange(len(self.classes)))
        rows = store.get(texts)
        self.classifier = self._classifier(rows, kept)
        self.rows = self.classifier.centred(rows)

    def _classifier(self, rows: Vectors, file: Path) -> Classifier:
        """The kept classifier if it was fitted on these texts; else fitted now, from the kept one if there is."""
        start = None
        if file.exists():
            with np.load(file) as kept:
                names = kept["classes"].tolist()
                if kept["texts"] == self._digest() and names == self.classes:
                    return Classifier(kept["weights"].astype(np.float32), kept["centre"])
                known = {name: k for k, name in enumerate(names)}
                if len(known.keys() & set(self.classes)) > 0.9 * len(self.classes):
                    start = np.zeros((len(self.classes), rows.shape[1]), np.float32)
                    for row, name in enumerate(self.classes):
                        if name in known:
                            start[row] = kept["weights"][known[name]]
        return fit(rows, self.owners, len(self.classes), start=start)

    def _digest(self) -> int:
        """Changes when any text or owner changes."""
        mixed = 0
        for key, owner in zip(self.keys, self.owners.tolist(), strict=True):
            mixed = (mixed * 1_000_003 + key + owner) % (2**61 - 1)
        return mixed

    def save(self, file: Path) -> None:
        """Keep the classifier for the next start."""
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            file, weights=self.classifier.weights.astype(np.float16), centre=self.classifier.centre,
            classes=np.array(self.classes), texts=self._digest(),
        )  # fmt: skip

    def see(self, queries: Sequence[str]) -> Vectors:
        """One centred row a query; encoding many together is cheaper than one by one."""
        return self.classifier.centred(self.store.encoder.encode(queries))

    def look(self, rows: Vectors) -> tuple[Vectors, Vectors, Vectors]:
        """What rows that `see` made are like: (softmax logits, nearest text of each class, any text).

        The first two have one row a query and one column a class; the last has the greatest likeness of any
        query to each text.
        """
        likeness = rows @ self.rows.T
        nearest = np.maximum.reduceat(likeness, self.starts, axis=1)
        return TEMPERATURE * self.classifier.scores(rows), nearest, likeness.max(axis=0)
