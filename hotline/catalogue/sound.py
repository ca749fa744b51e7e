"""Sound as a corrector: what speech recognition misheard is put right by the catalogue's own language.

Sichuan speech merges n/l, h/f, zh/z, ch/c, sh/s, in/ing and en/eng, and tones fool recognisers. So each
character may be replaced by another of the same merged sound, if the sentence then reads much more like
what people say about service items: a small language model over characters, learned from names and aliases,
is the judge (Viterbi over pairs and triples of characters).
"""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import jieba
import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin

from hotline.catalogue.remembered import remembered

jieba.setLogLevel(logging.WARNING)  # it tells of its dictionary at every start
_START = "\x02"
_SHIFT = 1 << 21  # above every code point: three characters are one number of 63 bits
KEPT = 500_000  # reckoned probabilities that are kept
BEAMS = 12  # readings that are followed at a time
CANDIDATES = 12  # characters of one sound that are tried
COST = 5.5  # log-probability that one replacement must gain
KNOWN_COST = 4.0  # more, if the character stands in a word that everybody knows
ALONE_COST = 1.0  # more, if it is a very common character that stands alone
VERY_COMMON = 2000  # a single character with this frequency is a word by itself: 点, 想, 她
ACTS = frozenset("办补换领销迁退停转缴交查改报过")  # say what is to be done: 补 must not become 不
COMMON = 30  # a word of jieba's dictionary with this frequency is one that everybody knows


@lru_cache(maxsize=20_000)
def merged_sound(character: str) -> str:
    """The sound of a character after the Sichuan merges, without tone; the character itself if it has none."""
    return merge(str(lazy_pinyin(character, style=Style.NORMAL)[0]))


def merge(syllable: str) -> str:
    """zheng → zen, ning → lin, hui → fei, hu → fu."""
    for full, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(full):
            syllable = short + syllable[2:]
            break
    if syllable.startswith("n") and len(syllable) > 1:
        syllable = "l" + syllable[1:]
    if syllable.startswith("hu") and syllable not in ("hua", "huai", "huang", "huan"):
        syllable = {"hu": "fu", "hui": "fei", "hun": "fen", "huo": "ho"}.get(syllable, syllable)
    for nasal in ("ing", "eng"):
        if syllable.endswith(nasal):
            return syllable[:-1]
    return syllable


class Corrector:
    """A trigram model over characters, and the correction of a sentence by it."""

    def __init__(self, texts: Iterable[str]) -> None:
        said = np.frombuffer("".join(_START * 2 + text for text in texts).encode("utf-32-le"), np.uint32).astype(np.int64)
        self._ones, self._twos, self._threes = (_counted(said, length) for length in (1, 2, 3))
        self._kept: dict[str, float] = {}
        self._total = sum(self._ones.values())
        self._by_sound: defaultdict[str, list[str]] = defaultdict(list)
        for code, count in sorted(self._ones.items(), key=lambda entry: -entry[1]):
            if count >= 3 and "\u4e00" <= (character := chr(code)) <= "\u9fff":
                self._by_sound[merged_sound(character)].append(character)

    def _log_p(self, a: str, b: str, c: str) -> float:
        """Log-probability of c after a and b, interpolated; kept, since a sentence asks for the same ones often."""
        known = self._kept.get(a + b + c)
        if known is None:
            if len(self._kept) > KEPT:
                self._kept.clear()
            known = self._kept[a + b + c] = self._reckon(a, b, c)
        return known

    def _reckon(self, a: str, b: str, c: str) -> float:
        first, second, third = ord(a), ord(b), ord(c)
        one = (self._ones.get(third, 0) + 0.1) / (self._total + 500)
        pair = first * _SHIFT + second
        context_two, context_three = self._ones.get(second, 0), self._twos.get(pair, 0)
        if b == _START:
            context_two = self._total // 12
        two = (self._twos.get(second * _SHIFT + third, 0) + 4 * one) / (context_two + 4)
        three = (self._threes.get(pair * _SHIFT + third, 0) + 2 * two) / (context_three + 2)
        return math.log(three)

    def correct(self, text: str) -> str:
        """The sentence as it was probably said; unchanged where that is not much likelier."""
        settled = _settled(text)
        choices = [self._choices(text, i, settled[i]) for i in range(len(text))]
        beams: dict[tuple[str, str], tuple[float, str]] = {(_START, _START): (0.0, "")}
        for options in choices:
            grown: dict[tuple[str, str], tuple[float, str]] = {}
            for (a, b), (score, said) in beams.items():
                for c, cost in options:
                    new = score + self._log_p(a, b, c) - cost
                    if (b, c) not in grown or grown[(b, c)][0] < new:
                        grown[(b, c)] = (new, said + c)
            best = sorted(grown.items(), key=lambda entry: -entry[1][0])[:BEAMS]
            beams = dict(best)
        return max(beams.values())[1]

    def _choices(self, text: str, i: int, settled: float) -> list[tuple[str, float]]:
        character = text[i]
        options = [(character, 0.0)]
        if character not in ACTS and "\u4e00" <= character <= "\u9fff":
            cost = COST + settled
            for other in self._by_sound.get(merged_sound(character), [])[:CANDIDATES]:
                if other != character:
                    options.append((other, cost))
        return options


def _counted(said: NDArray[np.int64], length: int) -> dict[int, int]:
    """How often each sequence of characters was said, by its number; none ends in the mark of a beginning."""
    codes = said[: len(said) - length + 1]
    for step in range(1, length):
        codes = codes * _SHIFT + said[step : len(said) - length + 1 + step]
    ends = said[length - 1 :]
    found, counts = np.unique(codes[ends != ord(_START)], return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def open_words(file: Path | None) -> None:
    """Open jieba's dictionary from a file of ours, in a quarter of a second; by itself it takes a whole one."""
    words = jieba.dt
    if not words.initialized:
        words.FREQ, words.total = remembered(file, f"jieba {jieba.__version__}", _read_words)
        words.initialized = True


def _read_words() -> tuple[dict[str, int], int]:
    jieba.initialize()
    return jieba.dt.FREQ, jieba.dt.total


def _settled(text: str) -> list[float]:
    """For each character, how much it resists: as part of a common word, or as a very common one by itself."""
    settled: list[float] = []
    for word in jieba.cut(text, HMM=False):
        frequency = jieba.dt.FREQ.get(word) or 0
        if len(word) > 1:
            settled += [KNOWN_COST if frequency >= COMMON else 0.0] * len(word)
        else:
            settled.append(ALONE_COST if frequency >= VERY_COMMON else 0.0)
    return settled
