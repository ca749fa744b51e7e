"""What the lookup is compared with: three simple rankers over the same names and aliases.

All of them read texts and utterances as `standard` gives them (simplified, without fillers, dialect in plain
words), which favours them. Their libraries are for development only and are imported when first needed.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, Protocol

from hotline.catalogue.index import VectorStore
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.normalise import standard
from hotline.catalogue.prepared import texts_of
from hotline.errors import HotlineError


class LibraryMissing(HotlineError):
    """A library for development is not installed."""

    code = "library_missing"


def library(module: str, package: str) -> Any:
    """A module that only the evaluation needs; raises LibraryMissing with what to install."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise LibraryMissing(
            f"评测要用 {package}，还没有安装。请运行：uv pip install --python .venv/bin/python {package}"
        ) from None


class Ranker(Protocol):
    """Puts items in order for utterances."""

    name: str  # as the tables show it

    def rank(self, texts: Sequence[str], limit: int) -> list[list[int]]:
        """For each text the positions of the best items in the catalogue, best first; many together are cheaper."""
        ...


class WordsBM25:
    """BM25 over jieba words; one document an item, of its name and all its aliases."""

    name = "BM25（jieba 词）"

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._cut = library("jieba", "jieba").lcut
        self._index = library("rank_bm25", "rank-bm25").BM25Okapi([self._words(" ".join(texts)) for texts in documents])

    def _words(self, text: str) -> list[str]:
        return [word for word in self._cut(text) if word.strip()]

    def rank(self, texts: Sequence[str], limit: int) -> list[list[int]]:
        """Best items by BM25."""
        return [_best(self._index.get_scores(self._words(standard(text))))[:limit] for text in texts]


class CharacterTfIdf:
    """Cosine of character 1- to 3-grams to the nearest text of an item."""

    name = "字 1–3 元 TF-IDF"

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        vectorizer = library("sklearn.feature_extraction.text", "scikit-learn").TfidfVectorizer
        self._vectorizer = vectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
        self._owners = _owners(documents)
        self._rows = self._vectorizer.fit_transform([text for texts in documents for text in texts])

    def rank(self, texts: Sequence[str], limit: int) -> list[list[int]]:
        """Items of the nearest texts."""
        queries = self._vectorizer.transform([standard(text) for text in texts])
        return [_first_owners(_best(scores), self._owners, limit) for scores in (queries @ self._rows.T).toarray()]


class NearestText:
    """Cosine of one sentence encoder's vectors to the nearest text of an item, and nothing else."""

    def __init__(self, documents: Sequence[Sequence[str]], store: VectorStore) -> None:
        self.name = f"{store.encoder.name.split('-')[0]} 单用"
        self._encoder = store.encoder
        self._owners = _owners(documents)
        self._rows = store.get([text for texts in documents for text in texts])

    def rank(self, texts: Sequence[str], limit: int) -> list[list[int]]:
        """Items of the nearest texts."""
        queries = self._encoder.encode([standard(text) for text in texts])
        return [_first_owners(_best(scores), self._owners, limit) for scores in queries @ self._rows.T]


class OurLookup:
    """The hall's lookup as a ranker, whatever it decides."""

    name = "本系统"

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def rank(self, texts: Sequence[str], limit: int) -> list[list[int]]:
        """Items by probability."""
        scorer = self._lookup.scorer
        return [_best(scored.items)[:limit] for scored in scorer.score([scorer.readings(text) for text in texts])]


def make_baselines(lookup: Lookup) -> list[Ranker]:
    """All three over what our lookup was made from."""
    documents = [[standard(text) for text in texts_of(item)] for item in lookup.catalogue]
    return [WordsBM25(documents), CharacterTfIdf(documents), NearestText(documents, lookup.views[0].store)]


def _owners(documents: Sequence[Sequence[str]]) -> list[int]:
    return [owner for owner, texts in enumerate(documents) for _ in texts]


def _best(scores: Any) -> list[int]:
    """Positions by falling score; the earlier one first where they are equal."""
    order: list[int] = (-scores).argsort(kind="stable").tolist()
    return order


def _first_owners(order: Sequence[int], owners: Sequence[int], limit: int) -> list[int]:
    """The owners of the first texts, each once."""
    found: dict[int, None] = {}
    for text in order:
        found.setdefault(owners[text])
        if len(found) == limit:
            break
    return list(found)
