"""What the lookup makes of the texts of a version before it can answer: standard words, corrector, characters.

It takes more than a second of CPU time, so it is kept in the cache under a digest of the texts and of our code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hotline.catalogue.bundles import Bundles
from hotline.catalogue.catalogue import Catalogue, Item
from hotline.catalogue.characters import Characters
from hotline.catalogue.normalise import DIALECT, plain, standard
from hotline.catalogue.remembered import remembered
from hotline.catalogue.results import Referral
from hotline.catalogue.sound import Corrector, open_words

FILE, WORDS = "prepared.pickle", "words.pickle"
Others = Sequence[tuple[Referral, list[str]]]


@dataclass(frozen=True)
class Prepared:
    """All by which utterances are compared, but for the vectors."""

    corrector: Corrector
    heard: list[str]  # the texts of all items, of all that is no item, of all life events; in standard words
    owners: NDArray[np.intp]  # the class of each
    characters: Characters


def texts_of(item: Item) -> list[str]:
    """The texts by which an item is found: its name, then its aliases."""
    return [item.name, *item.aliases]


def prepare(catalogue: Catalogue, others: Others, bundles: Bundles, cache: Path | None) -> Prepared:
    """What was kept in the cache for these texts, else made anew and kept."""
    told = [[bundle.title, *bundle.sayings] for bundle in bundles]
    groups = [texts_of(item) for item in catalogue] + [texts for _, texts in others] + told
    parents = [item.parent for item in catalogue]
    open_words(cache / WORDS if cache else None)
    file = cache / FILE if cache else None
    return remembered(file, _key(groups, parents), lambda: _prepare(groups, parents))


def _prepare(groups: Sequence[Sequence[str]], parents: Sequence[str]) -> Prepared:
    texts = [text for group in groups for text in group]
    heard = [standard(text) for text in texts]
    owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    # It has read what is no item, too, so that it leaves 点一个披萨 alone.
    corrector = Corrector(plain(text) for text in (*parents, *texts))
    return Prepared(corrector, heard, owners, Characters(heard, owners, len(groups)))


def _key(groups: Sequence[Sequence[str]], parents: Sequence[str]) -> str:
    """Changes with every text, with the dialect words and with the code that reads them."""
    sources = [file.read_bytes() for file in (DIALECT, *sorted(Path(__file__).parent.glob("*.py")))]
    texts = "\n".join("\t".join(group) for group in (*groups, parents)).encode()
    return hashlib.sha256(b"\0".join((texts, *sources))).hexdigest()
