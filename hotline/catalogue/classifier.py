"""The item classifier over vectors: a softmax, fitted with plain numpy.

After an edit only the rows of the classes that changed are fitted; all others stay as they are, so that answers
about other items do not move.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotline.catalogue.encoders import Vectors
from hotline.catalogue.index import unit

EPOCHS = 12
TEMPERATURE = 10.0  # of the softmax while it is fitted
NOISE = 1.0  # length of the random vector added to each example: keeps the classifier from learning by heart
RATE = 0.004
SMOOTHING = 0.05
BATCH, LEAST_STEPS = 512, 40  # examples of a step, at most; steps of an epoch, at least
NEIGHBOURS = 1500  # texts of other classes against which changed ones are fitted


@dataclass(frozen=True)
class Classifier:
    """A softmax over classes on centred unit vectors: logits = TEMPERATURE * (x - centre) @ weights.T."""

    weights: Vectors  # one row a class
    centre: NDArray[np.float32]

    def centred(self, rows: Vectors) -> Vectors:
        """Unit vectors around the centre of the catalogue."""
        return unit(rows - self.centre)

    def scores(self, rows: Vectors) -> Vectors:
        """One column a class, for rows that `centred` made."""
        return rows @ self.weights.T


def fit(rows: Vectors, owners: NDArray[np.intp], classes: int) -> Classifier:
    """Fit all classes by Adam, from their means.

    rows: one unit vector a text; owners: the class of each. Takes about 15 s for 21,000 texts and 1,900
    classes on one core. The same rows give the same classifier.
    """
    centre = rows.mean(axis=0)
    x = unit(rows - centre)
    weights = _means(x, owners, classes)
    _descend(x, owners, weights, np.arange(classes))
    return Classifier(weights, centre)


def refit(rows: Vectors, owners: NDArray[np.intp], before: Classifier, changed: NDArray[np.intp]) -> Classifier:
    """Fit only the changed classes, against their nearest neighbours among the texts of the others.

    The rows of `before.weights` are the classes; those of changed ones may hold anything.
    """
    x = before.centred(rows)
    weights = before.weights.copy()
    weights[changed] = _means(x, owners, len(weights))[changed]
    own = np.isin(owners, changed)
    near = (x @ x[own].T).max(axis=1, initial=-1.0)
    near[own] = 2.0  # all of their own
    chosen = np.sort(np.argsort(-near, kind="stable")[: int(own.sum()) + NEIGHBOURS])
    _descend(x[chosen], owners[chosen], weights, changed)
    return Classifier(weights, before.centre)


def _descend(x: Vectors, owners: NDArray[np.intp], weights: Vectors, moving: NDArray[np.intp]) -> None:
    """Improve the moving rows of the weights in place."""
    chance = np.random.default_rng(7)
    size = min(BATCH, max(1, len(x) // LEAST_STEPS))
    shape = (len(moving), weights.shape[1])
    first, second, step = np.zeros(shape, np.float32), np.zeros(shape, np.float32), 0
    for epoch in range(EPOCHS):
        order = chance.permutation(len(x))
        for begin in range(0, len(order), size):
            part = order[begin : begin + size]
            gradient = _gradient(x[part], owners[part], weights, moving, chance)
            step += 1
            first = 0.9 * first + 0.1 * gradient
            second = 0.999 * second + 0.001 * gradient * gradient
            pace = RATE * (1 - epoch / EPOCHS) / (1 - 0.9**step)
            weights[moving] -= pace * first / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)


def _means(x: Vectors, owners: NDArray[np.intp], classes: int) -> Vectors:
    weights = np.zeros((classes, x.shape[1]), np.float32)
    np.add.at(weights, owners, x)
    return unit(weights)


def _gradient(
    x: Vectors, owners: NDArray[np.intp], weights: Vectors, moving: NDArray[np.intp], chance: np.random.Generator
) -> Vectors:
    noisy = x + NOISE / np.sqrt(x.shape[1]) * chance.standard_normal(x.shape, dtype=np.float32)
    logits = TEMPERATURE * (noisy @ weights.T)
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    chances[np.arange(len(x)), owners] -= 1 - SMOOTHING
    chances -= SMOOTHING / len(weights)
    if len(moving) < len(weights):
        chances = chances[:, moving]
    return np.asarray(TEMPERATURE * (chances.T @ noisy) / len(x), dtype=np.float32)
