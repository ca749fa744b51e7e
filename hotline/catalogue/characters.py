"""The view of characters: which wordings share single characters and pairs of them with an utterance.

It sees what sentence encoders blur: 停业 beside 歇业, a rare word, a number. Plain numpy: tf-idf over characters
and pairs, kept as postings, so that a look costs about a millisecond and nothing has to be kept on disk.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hotline.catalogue.encoders import Vectors
from hotline.catalogue.normalise import bare

COMMON = 1000  # a gram in more texts than this tells nothing: 的, 办
_PAIR = np.int64(1 << 21)  # above every code point
_GAP = "\n"  # stands between texts, and in no pair


class Characters:
    """Scores an utterance against all classes by shared characters.

    texts and owners are parallel, as in `View`; every class has a text.
    """

    def __init__(self, texts: Sequence[str], owners: NDArray[np.intp], classes: int) -> None:
        grams, which = _grams([bare(text) for text in texts])
        self._known, columns = np.unique(grams, return_inverse=True)
        cells, counts = np.unique(columns * len(texts) + which, return_counts=True)
        columns, rows = np.divmod(cells, len(texts))
        spread = np.bincount(columns, minlength=len(self._known))
        self._rarity = np.where(spread > COMMON, 0.0, np.log((1 + len(texts)) / (1 + spread)) + 1)
        told = self._rarity[columns] > 0
        columns, rows, counts = columns[told], rows[told], counts[told]
        weights: NDArray[np.float64] = (1 + np.log(counts)) * self._rarity[columns]
        self._texts = _Postings(columns, rows, weights, len(self._known), len(texts))
        cells, where = np.unique(columns * classes + owners[rows], return_inverse=True)
        columns, kinds = np.divmod(cells, classes)
        sums: NDArray[np.float64] = np.bincount(where, weights / self._texts.lengths[rows]).astype(np.float64)
        self._classes = _Postings(columns, kinds, sums, len(self._known), classes)
        self._starts = np.searchsorted(owners, np.arange(classes))

    def look(self, text: str) -> tuple[Vectors, Vectors]:
        """Likeness (0 to 1) to the wordings of each class taken together, and to its nearest wording."""
        grams, counts = np.unique(_grams([bare(text)])[0], return_counts=True)
        places = np.searchsorted(self._known, grams)
        known = places < len(self._known)
        known[known] = (self._known[places[known]] == grams[known]) & (self._rarity[places[known]] > 0)
        places, counts = places[known], counts[known]
        weights = (1 + np.log(counts)) * self._rarity[places]
        weights /= max(float(np.linalg.norm(weights)), 1e-9)
        nearest = np.maximum.reduceat(self._texts.scores(places, weights), self._starts)
        return self._classes.scores(places, weights), nearest


class _Postings:
    """A sparse matrix of unit rows, read by columns: where each gram stands, and with what weight."""

    def __init__(
        self, columns: NDArray[np.int64], rows: NDArray[np.int64], weights: NDArray[np.float64], width: int, height: int
    ) -> None:
        self.lengths = np.maximum(np.sqrt(np.bincount(rows, weights**2, minlength=height)), 1e-9)
        self._begins = np.searchsorted(columns, np.arange(width + 1))
        self._rows = rows.astype(np.int32)
        self._weights = (weights / self.lengths[rows]).astype(np.float32)
        self._height = height

    def scores(self, columns: NDArray[np.int64], weights: NDArray[np.float64]) -> Vectors:
        """The product with a query of these weights."""
        spans = list(zip(self._begins[columns].tolist(), self._begins[columns + 1].tolist(), strict=True))
        if not spans:
            return np.zeros(self._height, np.float32)
        rows = np.concatenate([self._rows[begin:end] for begin, end in spans])
        parts = np.concatenate(
            [self._weights[begin:end] * weight for (begin, end), weight in zip(spans, weights, strict=True)]
        )
        return np.bincount(rows, parts, minlength=self._height).astype(np.float32)


def _grams(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All characters and pairs of neighbours as numbers, and for each the text that it stands in."""
    codes = np.frombuffer(_GAP.join(texts).encode("utf-32-le"), np.uint32).astype(np.int64)
    gaps = codes == ord(_GAP)
    which = np.cumsum(gaps)
    paired = ~(gaps[:-1] | gaps[1:]) if len(codes) else gaps
    pairs = codes[:-1][paired] * _PAIR + codes[1:][paired]
    return np.concatenate([codes[~gaps], pairs]), np.concatenate([which[~gaps], which[:-1][paired]])
