"""Which of an item's typical questions a citizen asks, in whatever words.

Compared are the few questions of the item that is talked about, never the whole catalogue: by the mean likeness
under the lookup's encoders, whose vectors of these questions are made when an item first comes up, and kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from hotline.catalogue.catalogue import Item, TypicalQuestion
from hotline.catalogue.encoders import Vectors
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.normalise import standard
from hotline.facets import facet_of

# Chosen on tests/hotline/typical_questions.yml; docs/benchmarks.md says what comes of it.
LIKE = 0.48  # mean likeness from which one of the questions is meant
SURELY_LIKE = 0.65  # the same, when the lookup takes the words for another item
SHORTEST, LONGEST = 4, 60  # characters; who tells a story needs the whole answer
KEPT = 500  # items whose vectors are kept
_ASKS = re.compile(
    r"[?？吗么呢]|[不没嘛啊哦嘞]$|没得$|咋|怎|啥|什么|哪|几|好[多久]|多[少久长大]|(\S{1,2})不\1|有没[有得]|得不|得[成到]"
)


class TypicalQuestions:
    """The typical questions of one version's items, as its lookup hears them."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._kept: dict[str, list[Vectors]] = {}  # by item: for each view one row a question

    def asked(self, item: Item, text: str, least: float = LIKE) -> TypicalQuestion | None:
        """The question of the item that is meant, if one is at least so alike; None for all other words.

        Who asks for one part of the notice (「要好久」) means that, unless a typical question asks for the same part.
        """
        if not item.questions or not SHORTEST <= len(text) <= LONGEST or not is_question(text):
            return None
        likeness = self._likeness(item, text)
        best = int(likeness.argmax())
        question = item.questions[best]
        if likeness[best] < least or facet_of(text) not in (None, facet_of(question.question)):
            return None
        return question

    def _likeness(self, item: Item, text: str) -> Vectors:
        rows = [view.see([standard(text)])[0] for view in self.lookup.views]
        found = [known @ row for known, row in zip(self._rows(item), rows, strict=True)]
        return np.asarray(np.mean(found, axis=0), dtype=np.float32)

    def _rows(self, item: Item) -> Sequence[Vectors]:
        if item.code not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            heard = [standard(question.question) for question in item.questions]
            self._kept[item.code] = [view.see(heard) for view in self.lookup.views]
        return self._kept[item.code]


def is_question(text: str) -> bool:
    """Whether it sounds like a question at all; a name, a place or a yes is not worth comparing."""
    return bool(_ASKS.search(text.strip("。！!，, ")))
