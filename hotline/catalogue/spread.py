"""Whether a short word is said of many things: 档案, 证明, 投诉 stand in wordings of dozens of parent items.

Of such a word sentence encoders know one nearest wording and are sure of it; the citizen meant any of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

LONGEST = 4  # characters of a word that is looked for; longer ones say enough
MANY = 6  # parent items in whose wordings a word stands, from which it is said of many things
OWN = 0.4  # share of these wordings that one parent item must have to be meant all the same
ASK = "查"
_GAP = "\n"


class Spread:
    """Finds in which parents' wordings a word stands. texts and parents are parallel."""

    def __init__(self, texts: Sequence[str], parents: Sequence[str]) -> None:
        self._all = _GAP.join(texts)
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        self._parents = parents

    def is_said_of_many(self, word: str, parent: str) -> bool:
        """Whether the word is short, stands in wordings of many parents, and mostly in those of others.

        Of 查档案 the wordings are those with 档案 in which something is looked up (查).
        """
        if not 2 <= len(word) <= LONGEST:
            return False
        asked = len(word) > 2 and word.startswith(ASK)
        texts = self._texts_with(word[1:]) & self._texts_with(ASK) if asked else self._texts_with(word)
        found = Counter(self._parents[text] for text in texts)
        return len(found) >= MANY and found[parent] < OWN * found.total()

    def _texts_with(self, word: str) -> set[int]:
        texts, place = set(), self._all.find(word)
        while place >= 0:
            texts.add(bisect_right(self._starts, place) - 1)
            place = self._all.find(word, place + 1)
        return texts
