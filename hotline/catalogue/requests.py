"""Into which requests an utterance falls.

At each border of `borders` both sides are looked at by the quick encoder and by characters. They are two requests
if two items of different parents explain them far better than any one does, if the whole has both in mind, and if
the words speak for it. What weighs how much was fitted as a logistic regression (`paotuan evaluate borders`) on 235
sentences with two requests and 2,268 with one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotline.catalogue.borders import Border, borders_of
from hotline.catalogue.encoders import Vectors
from hotline.catalogue.scoring import Glance, Scorer

REQUESTS = 4  # requests that are looked for in one utterance, at most
CONTEXT = 0.3  # how far a part is read in the light of the whole: 完了去公证 after 无犯罪证明
LEAST = -12.0  # a smaller log of a probability says no more than this
MOST = 15.0  # by how much two items explain better than one; more says no more

FIGURES = ("gain", "left_in_whole", "right_in_whole", "left_sure", "likeness")


@dataclass(frozen=True)
class BorderWeights:
    """A logistic rule: the log odds that a border parts two requests."""

    start: float = -1.37
    figures: tuple[float, ...] = (0.36, 0.28, 0.28, 0.48, 4.52)  # as FIGURES names them
    signs: tuple[float, ...] = (-1.34, -1.25, 3.25, 2.6, 2.5, 0.5, 1.82, 3.82)  # as borders.SIGNS names them
    threshold: float = 0.2  # log odds from which an utterance is parted
    reach: float = 5.5  # what the figures add hardly ever exceeds this


class Requests:
    """Finds the requests of an utterance; `parents` tells of each item to which parent item it belongs."""

    def __init__(self, scorer: Scorer, parents: Sequence[str], weights: BorderWeights | None = None) -> None:
        self.scorer = scorer
        self.weights = weights or BorderWeights()
        self.names, self.parents = np.unique(np.array(parents), return_inverse=True)

    def of(self, heard: str, most: int = REQUESTS) -> list[str]:
        """The parts that are requests of their own, in their order; the utterance itself if there is but one."""
        best = self._best(heard) if most > 1 else None
        if best is None:
            return [heard]
        left = self.of(best.left, most - 1)
        return left + self.of(best.right, most - len(left))

    def _best(self, heard: str) -> Border | None:
        """The border that parts two requests, if any does; only where the words give some hope is it looked at."""
        weights = self.weights
        told = {b: weights.start + float(np.dot(weights.signs, b.signs)) - weights.threshold for b in borders_of(heard)}
        hopeful = [border for border, odds in told.items() if odds + weights.reach >= 0]
        odds = [
            told[border] + float(np.dot(weights.figures, figures))
            for border, figures in zip(hopeful, self.measured(heard, hopeful), strict=True)
        ]
        return hopeful[int(np.argmax(odds))] if odds and max(odds) >= 0 else None

    def measured(self, heard: str, borders: Sequence[Border]) -> list[tuple[float, ...]]:
        """The figures of each border, in the order of FIGURES."""
        if not borders:
            return []
        texts = list(dict.fromkeys([heard, *(part for border in borders for part in (border.left, border.right))]))
        seen = dict(zip(texts, self.scorer.glance(texts), strict=True))
        return [self._figures(seen[border.left], seen[border.right], seen[heard]) for border in borders]

    def _figures(self, left: Glance, right: Glance, whole: Glance) -> tuple[float, ...]:
        items = len(self.parents)
        about = CONTEXT * whole.chances[:items]
        first, second = self._pair(left.chances[:items] + about, right.chances[:items] + about)
        one = float((left.chances + right.chances).max())
        gain = min(float(left.chances[first] + right.chances[second]) - one, MOST)
        sure = float(np.log(np.exp(np.sort(left.chances[:items])[-3:]).sum() + 1e-9))
        return gain, self._in(whole, first), self._in(whole, second), max(sure, LEAST / 2), float(left.row @ right.row)

    def _in(self, whole: Glance, item: int) -> float:
        """How much of the whole is about the parent of an item, as a log."""
        kin = self.parents == self.parents[item]
        return max(float(whole.chances[: len(kin)][kin].max()), LEAST)

    def _pair(self, left: Vectors, right: Vectors) -> tuple[int, int]:
        """The best item of each part, such that their parents differ."""
        first, second = int(left.argmax()), int(right.argmax())
        kin: NDArray[np.bool_] = self.parents == self.parents[first]
        if not kin[second]:
            return first, second
        other_first, other_second = int(np.where(kin, -np.inf, left).argmax()), int(np.where(kin, -np.inf, right).argmax())
        if left[other_first] + right[second] > left[first] + right[other_second]:
            return other_first, second
        return first, other_second
