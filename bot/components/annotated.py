"""Reads the sentences in which people marked the details: data/details/*.tsv, by which the tagger learns.

Columns: text, entities (JSON by kind, the words as spoken), and others that only evaluations read. Lines that begin
with # are for the keeper.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

from .tagger import KINDS, Marked

FOLDER = Path(__file__).resolve().parents[2] / "data" / "details"
MARKS = frozenset(" ，,、。.！!？?；;：:·-")
LONGEST_GAP = 3  # characters between two pieces of one detail (双胜镇凤山社区，就小卖部那里)


def read_marked(folder: Path = FOLDER) -> list[Marked]:
    """All sentences; raises ValueError that names file, line and reason."""
    return [marked for file in sorted(folder.glob("*.tsv")) for marked in _read(file)]


def _read(file: Path) -> Iterator[Marked]:
    with file.open(encoding="utf-8", newline="") as lines:
        numbered = [(number, line) for number, line in enumerate(lines, start=1) if not line.startswith("#")]
    rows = csv.DictReader((line for _, line in numbered), delimiter="\t", quoting=csv.QUOTE_NONE)
    for (number, _), row in zip(numbered[1:], rows, strict=True):
        try:
            yield mark(" ".join(row["text"].split()), json.loads(row["entities"] or "{}"))
        except ValueError as error:
            raise ValueError(f"{file.name} 第{number}行：{error}") from error


def mark(text: str, entities: dict[str, str]) -> Marked:
    """The sentence with where its names, places and times stand; raises ValueError if one is not in it."""
    spans: list[tuple[str, int, int]] = []
    for kind in KINDS:
        if said := entities.get(kind):
            found = _where(text, said, first=kind == "place") or _pieces(text, said)
            spans += [(kind, *span) for span in found if all(span[1] <= start or end <= span[0] for _, start, end in spans)]
    return Marked(text, tuple(sorted(spans, key=lambda span: span[1])))


def _where(text: str, said: str, *, first: bool) -> list[tuple[int, int]]:
    """Where it was said in one breath: of several times the last, since people put right what they said before."""
    if found := [match.span() for match in re.finditer(re.escape(said), text)]:
        return found[:1] if first else found[-1:]
    joined = re.search(rf".{{0,{LONGEST_GAP}}}?".join(re.escape(char) for char in said if char not in MARKS), text)
    return [joined.span()] if joined else []


def _pieces(text: str, said: str) -> Iterator[tuple[int, int]]:
    """Where its pieces stand (「柳林镇来，七颗石村」); raises ValueError if one is not there."""
    position, rest = 0, said
    while rest := rest.lstrip("".join(MARKS)):
        length = next((size for size in range(len(rest), 1, -1) if rest[:size] in text[position:]), 0)
        if not length:
            raise ValueError(f"“{said}”不在原话里。")
        start = text.index(rest[:length], position)
        position, rest = start + length, rest[length:]
        yield start, position
