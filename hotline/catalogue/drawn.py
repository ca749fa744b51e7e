"""A scorer over drawn wordings, to see how the time grows with their number."""

from __future__ import annotations

from copy import copy

import numpy as np
from numpy.typing import NDArray

from hotline.catalogue.characters import Characters
from hotline.catalogue.index import unit
from hotline.catalogue.scoring import Scorer
from hotline.catalogue.views import View


def drawn_scorer(scorer: Scorer, count: int, *, seed: int = 7) -> Scorer:
    """The scorer over `count` drawn wordings: vectors of random direction, texts put together from real halves."""
    chance = np.random.default_rng(seed)
    classes = len(scorer.views[0].classes)
    owners = np.sort(np.concatenate([np.arange(classes), chance.integers(0, classes, max(count - classes, 0))]))
    drawn = copy(scorer)
    drawn.views = [_drawn_view(view, owners, chance) for view in scorer.views]
    first, second = (chance.integers(0, len(scorer.texts), len(owners)) for _ in range(2))
    halves = [(text[: len(text) // 2], text[len(text) // 2 :]) for text in scorer.texts]
    texts = [halves[a][0] + halves[b][1] for a, b in zip(first.tolist(), second.tolist(), strict=True)]
    drawn.characters = Characters(texts, owners, classes)
    return drawn


def _drawn_view(view: View, owners: NDArray[np.intp], chance: np.random.Generator) -> View:
    drawn = copy(view)
    drawn.owners = owners
    drawn.starts = np.searchsorted(owners, np.arange(len(view.classes)))
    drawn.rows = unit(chance.standard_normal((len(owners), view.rows.shape[1]), dtype=np.float32))
    return drawn
