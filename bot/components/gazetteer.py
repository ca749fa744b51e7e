"""The townships and villages of 恩阳区, and the stretches of a sentence that name one, by writing or by sound.

A recogniser writes 花从镇 for 花丛镇 and drops characters (桅杆村 for 桅杆垭村). A name is believed by its merged
sounds alone when 镇 or 村 stands behind it and one character is right; after a township, whose few villages are
known, the nearest of them is believed with one syllable amiss.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from .sounds import distance, syllable

DIVISIONS_FILE = Path(__file__).resolve().parents[2] / "data" / "lexicon" / "divisions.tsv"
TOWN_SOUNDS = "镇正阵振政"  # what a recogniser writes for 镇
COMMON_WORDS = "在来去到的"  # are meant as they are written
_STREET = re.compile("大道|[东西南北中]?路(?!口)")
SUFFIXES = ("街道办", "街道", "办事处", "镇", "乡", "场", "社区", "居委会", "村委会", "村")


@dataclass(frozen=True)
class Division:
    """A township or a village."""

    code: str  # 9 or 12 digits
    name: str  # as said in full: 柳林镇, 凤山社区
    official: str
    parent: str  # code

    @property
    def is_township(self) -> bool:
        """Whether it is a township or subdistrict."""
        return len(self.code) == 9


@dataclass(frozen=True)
class Hit:
    """A stretch of text that may name a division."""

    start: int
    end: int
    divisions: tuple[Division, ...]
    bare: bool  # without 镇, 村 or the like
    weak: bool = False  # heard by sound alone: believed only when a village of it follows


@dataclass(frozen=True)
class Gazetteer:
    """The names of all divisions, by writing and by sound."""

    written: dict[str, tuple[Division, ...]]
    sounds: dict[tuple[str, ...], tuple[str, ...]]  # sound → names that have it
    codes: dict[str, Division]
    openings: frozenset[tuple[str, ...]]  # sounds of the first two syllables
    villages: dict[str, tuple[Division, ...]]  # by the code of their township


@cache
def load_gazetteer(path: Path = DIVISIONS_FILE) -> Gazetteer:
    """Read the divisions; lines that begin with # are for their keeper."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))
    written: dict[str, list[Division]] = defaultdict(list)
    sounds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    codes: dict[str, Division] = {}
    for row in rows:
        division = Division(row["code"], row["name"], row["official"], row["parent"])
        codes[division.code] = division
        for name in dict.fromkeys([row["name"], *filter(None, row["short_names"].split("|"))]):
            written[name].append(division)
            sounds[tuple(map(syllable, name))].append(name)
    return Gazetteer(
        {name: tuple(found) for name, found in written.items()},
        {sound: tuple(dict.fromkeys(names)) for sound, names in sounds.items()},
        codes,
        frozenset(sound[:2] for sound in sounds),
        {code: tuple(d for d in codes.values() if d.parent == code) for code in codes if len(code) == 9},
    )


def _suffix(name: str) -> str:
    return next((suffix for suffix in SUFFIXES if name.endswith(suffix) and len(name) > len(suffix)), "")


@cache
def _base(name: str) -> tuple[str, ...]:
    """The sounds of a name without 镇, 村 or 社区."""
    return tuple(map(syllable, name.removesuffix(_suffix(name))))


def find_hits(text: str) -> Iterator[Hit]:
    """Names of divisions, longest first at each place, without overlaps; townships before villages."""
    gazetteer, position = load_gazetteer(), 0
    sound = [syllable(char) for char in text]
    while position < len(text) - 1:
        hit = None
        if tuple(sound[position : position + 2]) in gazetteer.openings:
            hit = _hit_at(text, sound, position, gazetteer)
        hit = hit or _misheard_township(text, position)
        if hit and hit.bare and (later := _written_across(text, hit)):
            hit = later
        if hit:
            yield hit
        position = hit.end if hit else position + 1


def _written_across(text: str, bare: Hit) -> Hit | None:
    """A name in full that begins within a bare one and goes beyond it: 来龙门村 is 龙门村, not 来龙."""
    written = load_gazetteer().written
    for start in range(bare.start + 1, bare.end):
        for end in range(min(len(text), start + 6), bare.end, -1):
            if (divisions := written.get(text[start:end])) and _suffix(text[start:end]):
                return _make_hit(text, start, end, divisions)
    return None


def _hit_at(text: str, sound: list[str], start: int, gazetteer: Gazetteer) -> Hit | None:
    """The longest name written here, else the longest that sounds so."""
    for end in range(min(len(text), start + 9), start + 1, -1):
        if text[end - 1 : end + 1] in ("场上", "场镇", "场口"):
            continue  # 茶坝场上 is 茶坝 and a door
        if divisions := gazetteer.written.get(text[start:end]):
            return _make_hit(text, start, end, divisions)
        names = gazetteer.sounds.get(tuple(sound[start:end]), ())
        hit = _heard(text, start, end, names, gazetteer) or _heard_bare(text, start, end, names, gazetteer)
        if hit and not (hit.bare and _town_with_village(text, start)):
            return hit
    return None


def _town_with_village(text: str, start: int) -> bool:
    """Whether a township of two characters is written here, and a village of it follows: 登科石马 is not 登科寺."""
    written = load_gazetteer().written.get(text[start : start + 2], ())
    return any(d.is_township and village_after(text, start + 2, d) for d in written)


def _heard(text: str, start: int, end: int, names: tuple[str, ...], gazetteer: Gazetteer) -> Hit | None:
    """A hit by sound: it must keep 镇, 村 or 社区, or else the whole name before a misheard one."""
    said = text[start:end]
    names = tuple(name for name in names if _sounds_well(said, name))
    if not names:
        return None
    divisions = tuple(dict.fromkeys(d for name in names for d in gazetteer.written[name]))
    towns = any(d.is_township for d in divisions)
    weak = len(said) == 2 or not (
        said[-1] == "镇" and towns or any(set(said[:-1]) & set(n[:-1]) for n in names)
    )
    return Hit(start, end, divisions, bare=False, weak=weak)


def _heard_bare(text: str, start: int, end: int, names: tuple[str, ...], gazetteer: Gazetteer) -> Hit | None:
    """三会溪 for 三汇溪: a name without 镇 or 村 that sounds right with one character amiss."""
    said = text[start:end]
    amiss = {name: [b for a, b in zip(name, said, strict=True) if a != b] for name in names if len(name) == len(said)}
    near = [name for name, chars in amiss.items() if len(chars) == 1 and chars[0] not in COMMON_WORDS]
    divisions = tuple(dict.fromkeys(d for name in near for d in gazetteer.written[name] if name != d.name))
    if len(said) == 2:
        divisions = tuple(d for d in divisions if d.is_township)
    return Hit(start, end, divisions, bare=True) if len(divisions) == 1 else None


def _sounds_well(said: str, name: str) -> bool:
    suffix = _suffix(name)
    return bool(suffix) and (said.endswith(suffix) or said[: -len(suffix)] == name[: -len(suffix)])


def _make_hit(text: str, start: int, end: int, divisions: tuple[Division, ...]) -> Hit:
    said = text[start:end]
    exact = tuple(d for d in divisions if d.name == said)
    shortened = any(d.name != said and d.name.startswith(said) for d in divisions)
    bare = said != "九镇" and (shortened or not _suffix(said))
    return Hit(start, end, exact or divisions, bare)


def _misheard_township(text: str, start: int) -> Hit | None:
    """下八面镇: a township with one syllable half amiss, before 镇."""
    for size in (3, 2):
        end = start + size + 1
        if end <= len(text) and text[end - 1] in TOWN_SOUNDS:
            said = tuple(map(syllable, text[start : end - 1]))
            near = [
                d for d in _townships() if len(_base(d.name)) == size and distance(said, _base(d.name)) <= 0.5
            ]
            if len(near) == 1:
                return Hit(start, end, (near[0],), bare=False, weak=text[end - 1] != "镇")
    return None


@cache
def _townships() -> tuple[Division, ...]:
    return tuple(d for d in load_gazetteer().codes.values() if d.is_township)


def village_after(text: str, start: int, township: Division) -> Hit | None:
    """The village of this township that is named at `start`, also with a syllable amiss or 村 for 社区."""
    gap = re.match("(?:[街该阶接皆][道到])?(?:[，,、 的嗯呃额啊]|那个|这个)*", text[start : start + 8])
    begin = start + (gap.end() if gap else 0)
    found = _village_in(text[begin : begin + 9], township.code)
    if not found or (found.bare and _STREET.match(text, begin + found.end)):
        return None  # 文治街道义阳大道: a street may cross several communities
    return replace(found, start=begin, end=begin + found.end)


@lru_cache(4096)
def _village_in(chunk: str, township: str) -> Hit | None:
    """The village of a township that the chunk begins with."""
    sound = [syllable(char) for char in chunk]
    written = _hit_at(chunk, sound, 0, load_gazetteer())
    own = tuple(d for d in written.divisions if d.parent == township) if written else ()
    if written and own and not written.weak:
        return Hit(0, written.end, own, written.bare)
    near = []
    for village in load_gazetteer().villages[township]:
        base = _base(village.name)
        for size in range(max(min(2, len(base)), len(base) - 1), len(base) + 2):
            tail = _village_ends(chunk, size)
            same = sound[:size] == list(base) and set(chunk[:size]) & set(village.name)
            if tail or same:
                near.append((distance(sound[:size], base), size + tail, village))
    near = [found for found in near if found[0] <= {1: 0, 2: 0.5}.get(len(_base(found[2].name)), 1)]
    best = sorted(near, key=lambda found: found[0])[:2]
    if not best or (len(best) == 2 and best[0][0] == best[1][0] and best[0][2] != best[1][2]):
        return None
    return Hit(0, best[0][1], (best[0][2],), bare=False)


def _village_ends(text: str, at: int) -> int:
    """The length of 村 or 社区 there, also misheard; 0 without."""
    if text[at : at + 1] in tuple("村春寸"):
        return 1
    return 2 if tuple(map(syllable, text[at : at + 2])) == ("se", "qu") else 0
