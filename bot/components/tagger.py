"""Where details stand that no rule foresees: a linear-chain CRF over characters, learned from marked sentences.

The parsers know what a time or a village means, and miss whoever says where and when in words of their own (板房二楼那个办公室,
喂了猪过后, 我是管红霞想看看进度). The tagger sees names, places and times by what stands around them and misses others,
so both are asked (`together`). It imports neither rasa nor the hall, as the parsers do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jieba
import pycrfsuite

from .gazetteer import load_gazetteer
from .surnames import surnames

jieba.setLogLevel(logging.WARNING)  # it tells of its dictionary at every start

KINDS = ("name", "place", "time")
OUTSIDE = "O"
FEW, MANY = 3, 4  # characters on either side: in pairs, and alone
LONGEST = 6  # characters of a name of a place
PARAMETERS = {  # chosen on six hands, each learned from the others
    "c1": 0.08, "c2": 0.05, "max_iterations": 60, "feature.possible_transitions": True, "feature.minfreq": 2,
}  # fmt: skip
CLASSES = {
    **dict.fromkeys("点号月日周天早晚午晌夜时刻前后年节期", "T"),
    **dict.fromkeys("村镇社区街道路号栋楼单元组巷坝湾梁沟桥场院厂店铺馆园校门", "U"),
    **dict.fromkeys("0123456789零一二三四五六七八九十两半", "N"),
    **dict.fromkeys("，,。.！!？?；;：: 、", "P"),
}


@dataclass(frozen=True)
class Span:
    """Where a detail stands."""

    kind: str  # one of KINDS; firms count as names
    start: int  # offset of the first character
    end: int  # offset after the last one
    sure: float  # probability of its least certain character


@dataclass(frozen=True)
class Marked:
    """A sentence in which somebody marked the details."""

    text: str
    spans: tuple[tuple[str, int, int], ...]  # kind, start, end; without overlaps


class Tagger:
    """What was learned."""

    def __init__(self, file: Path) -> None:
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open(str(file))
        self._labels = frozenset(self._tagger.labels())

    def spans(self, text: str) -> list[Span]:
        """The details of a sentence in their order; of each kind there may be several."""
        if not text:
            return []
        self._tagger.set(features(text))
        return [Span(kind, start, end, self._sure(kind, start, end)) for kind, start, end in _joined(self._tagger.tag())]

    def _sure(self, kind: str, start: int, end: int) -> float:
        """The probability that each of these characters belongs to this kind, of the least certain."""
        labels = self._labels & {f"B-{kind}", f"I-{kind}"}
        return min(sum(self._tagger.marginal(label, k) for label in labels) for k in range(start, end))


def train(sentences: Iterable[Marked], file: Path) -> None:
    """Learn from marked sentences, and write what was learned."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.select("lbfgs")
    trainer.set_params(PARAMETERS)
    for sentence in sentences:
        if sentence.text:
            trainer.append(features(sentence.text), _labels_of(sentence))
    trainer.train(str(file))


def _labels_of(sentence: Marked) -> list[str]:
    labels = [OUTSIDE] * len(sentence.text)
    for kind, start, end in sentence.spans:
        labels[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return labels


def _joined(labels: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of each run of labels that belong together."""
    begun, kind = 0, ""
    for place, label in enumerate([*labels, OUTSIDE]):
        mark, _, this = label.partition("-")
        if kind and (this != kind or mark == "B"):
            yield kind, begun, place
            kind = ""
        if this and not kind:
            begun, kind = place, this


def features(text: str) -> list[list[str]]:
    """For each character what stands around it: characters, what kinds they are of, names of places, words."""
    padded = "^" * MANY + text + "$" * MANY
    kinds = "".join(CLASSES.get(char, "s" if char in surnames() else "o") for char in padded)
    named, words = "^" + _in_names(text) + "$", [*_in_words(text), "$"]
    return [
        [
            "always",
            *(f"{k}={padded[i + k]}" for k in range(2 * MANY + 1)),
            *(f"2:{k}={padded[i + k : i + k + 2]}" for k in range(MANY - FEW, MANY + FEW)),
            f"kinds={kinds[i + MANY - 2 : i + MANY + 3]}",
            f"named={named[i : i + 3]}",
            f"words={words[i]}{words[i + 1]}",
        ]
        for i in range(len(text))
    ]


def _in_words(text: str) -> Iterator[str]:
    """For each character how long its word is, at most 4, and whether it begins it."""
    for word in jieba.cut(text, HMM=False):
        length = min(len(word), 4)
        yield from (f"{length}b", *[f"{length}i"] * (len(word) - 1))


def _in_names(text: str) -> str:
    """For each character whether it belongs to the name of a township or village."""
    inside = bytearray(b"-" * len(text))
    names = load_gazetteer().written
    for start in range(len(text) - 1):
        for end in range(start + 2, min(start + LONGEST, len(text)) + 1):
            if text[start:end] in names:
                inside[start:end] = b"+" * (end - start)
    return inside.decode()
