"""The view of characters: shared rare characters count, common ones and none at all do not."""

from __future__ import annotations

import numpy as np

from hotline.catalogue.characters import Characters

TEXTS = ["烟草证歇业", "烟草证停业", "给娃儿上户口", "上户口"]
VIEW = Characters(TEXTS, np.array([0, 1, 2, 2]), 3)


def test_the_same_words_are_the_nearest() -> None:
    together, nearest = VIEW.look("烟草证，歇业！")
    assert nearest.argmax() == together.argmax() == 0
    assert nearest[0] == np.float32(1)


def test_all_wordings_of_an_item_count_together() -> None:
    together, nearest = VIEW.look("娃儿户口")
    assert together.argmax() == nearest.argmax() == 2


def test_unknown_characters_are_like_nothing() -> None:
    for text in ("", "龘", "？？？"):
        together, nearest = VIEW.look(text)
        assert not together.any() and not nearest.any()
