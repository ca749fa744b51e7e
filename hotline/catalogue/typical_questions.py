"""Which of an item's typical questions a citizen asks, in whatever words.

Compared are the few questions of the item that is talked about, never the whole catalogue: by the mean likeness
under the lookup's encoders, whose vectors of all these questions are kept with those of the catalogue. Words
that are more like a way of asking for the item itself (「身份证掉了咋个补」) want the notice, and no answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from hotline.catalogue.catalogue import Item, TypicalQuestion
from hotline.catalogue.encoders import Vectors
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.normalise import standard
from hotline.facets import Facet, facet_of

# Chosen on tests/lookup/typical_questions.yml; docs/benchmarks.md says what comes of it.
LIKE = 0.34  # mean likeness from which one of the questions is meant
SURELY_LIKE = 0.6  # the same, when the words are taken for something else: another item, or who may act
SHORTEST, LONGEST = 4, 60  # characters; who tells a story needs the whole answer
_ASKS = re.compile(
    r"[?？吗么呢]|[不没嘛啊哦嘞]$|没得$|咋|怎|啥|什么|哪|几|好[多久]|多[少久长大]|(\S{1,2})不\1|有没[有得]|得不|得[成到]"
)


class TypicalQuestions:
    """The typical questions of one version's items, as its lookup hears them."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup

    def warm(self) -> None:
        """Encode the questions that are new or changed, so that no citizen waits for it."""
        questions = [text for item in self.lookup.catalogue for text in questions_of(item)]
        for view in self.lookup.views:
            view.store.get(questions)

    def asked(self, item: Item, text: str, least: float = LIKE) -> TypicalQuestion | None:
        """The question of the item that is meant, if one is at least so alike; None for all other words.

        Who asks for one part of the notice (「要好久」) means that, unless an answered typical question asks for the same
        part; and of who may act any that is surely meant tells more.
        """
        if not item.questions or not SHORTEST <= len(text) <= LONGEST or not is_question(text):
            return None
        facet = facet_of(text)
        if facet not in (None, Facet.WHO) and facet not in [facet_of(one.question) for one in item.questions if one.answer]:
            return None
        rows = [view.see([standard(text)])[0] for view in self.lookup.views]
        likeness = _likeness(self._rows(item), rows)
        best = int(likeness.argmax())
        question = item.questions[best]
        if facet and (not question.answer or facet not in (facet_of(question.question), Facet.WHO)):
            return None
        if facet is Facet.WHO and facet_of(question.question) is not facet:
            least = max(least, SURELY_LIKE)
        itself = float(_likeness(self.lookup.wordings(item), rows).max())
        return question if likeness[best] >= max(least, itself) else None

    def _rows(self, item: Item) -> list[Vectors]:
        """For each view one row a question."""
        return [view.kept(questions_of(item)) for view in self.lookup.views]


def questions_of(item: Item) -> list[str]:
    """The item's typical questions as they are compared."""
    return [standard(question.question) for question in item.questions]


def _likeness(known: Sequence[Vectors], rows: Sequence[Vectors]) -> Vectors:
    """The mean over the views, for each known text."""
    return np.asarray(np.mean([one @ row for one, row in zip(known, rows, strict=True)], axis=0), dtype=np.float32)


def is_question(text: str) -> bool:
    """Whether it sounds like a question at all; a name, a place or a yes is not worth comparing."""
    return bool(_ASKS.search(text.strip("。！!，, ")))
