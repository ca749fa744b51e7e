"""The classifier learns its classes, and after an edit moves only those that changed."""

from __future__ import annotations

import numpy as np

from hotline.catalogue.classifier import fit, refit
from hotline.catalogue.index import unit

CLASSES, EACH, SIZE = 12, 8, 32


def clouds(seed: int) -> np.ndarray:
    """A cloud of unit vectors for each class, the same for the same seed."""
    chance = np.random.default_rng(seed)
    centres = np.repeat(chance.standard_normal((CLASSES, SIZE)), EACH, axis=0)
    return unit((centres + 0.5 * chance.standard_normal(centres.shape)).astype(np.float32))


OWNERS = np.repeat(np.arange(CLASSES), EACH)


def test_each_vector_belongs_to_its_class() -> None:
    rows = clouds(1)
    classifier = fit(rows, OWNERS, CLASSES)
    assert (classifier.scores(classifier.centred(rows)).argmax(axis=1) == OWNERS).mean() > 0.95


def test_the_same_vectors_give_the_same_classifier() -> None:
    rows = clouds(1)
    assert np.array_equal(fit(rows, OWNERS, CLASSES).weights, fit(rows, OWNERS, CLASSES).weights)


def test_only_changed_classes_move_and_are_found() -> None:
    rows = clouds(1)
    before = fit(rows, OWNERS, CLASSES)
    rows[OWNERS == 5] = clouds(2)[OWNERS == 5]
    after = refit(rows, OWNERS, before, np.array([5]))
    others = np.arange(CLASSES) != 5
    assert np.array_equal(after.weights[others], before.weights[others])
    assert np.array_equal(after.centre, before.centre)
    found = after.scores(after.centred(rows)).argmax(axis=1)
    assert (found[OWNERS == 5] == 5).mean() > 0.8
    assert (found == OWNERS).mean() > 0.9
