"""The administrative divisions that the hall serves: townships and their villages.

Facts come from `data/lexicon/divisions.tsv` (statistical codes: 9 digits a township, 12 a village).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hotline.settings import ROOT

FILE = ROOT / "data" / "lexicon" / "divisions.tsv"


@dataclass(frozen=True)
class Division:
    """A township (or subdistrict) or a village (or community)."""

    code: str  # 9 digits: township; 12 digits: village
    name: str  # 柳林镇, 凤山社区居民委员会
    township: str  # name of the township it lies in, or its own

    @property
    def is_township(self) -> bool:
        """Whether this is a township or subdistrict, not a village."""
        return len(self.code) == 9

    @property
    def short_name(self) -> str:
        """凤山社区 instead of 凤山社区居民委员会."""
        for suffix in ("居民委员会", "村民委员会"):
            if self.name.endswith(suffix):
                stem = self.name.removesuffix(suffix)
                if stem.endswith(("社区", "村")):
                    return stem
                return stem + ("村" if suffix == "村民委员会" else "社区")
        return self.name


class Divisions:
    """All divisions by code, and the villages of each township."""

    def __init__(self, divisions: list[Division]) -> None:
        self._by_code = {division.code: division for division in divisions}
        self.townships = [division for division in divisions if division.is_township]
        self.villages = [division for division in divisions if not division.is_township]

    def get(self, code: str) -> Division | None:
        """The division of a code, or None."""
        return self._by_code.get(code)

    def by_name(self, name: str) -> Division | None:
        """The township of an official name such as 柳林镇, or None."""
        return next((town for town in self.townships if town.name == name), None)

    def villages_of(self, township_code: str) -> list[Division]:
        """The villages and communities of one township."""
        return [village for village in self.villages if village.code[:9] == township_code]

    def full_name(self, code: str) -> str:
        """柳林镇罐子沟村, or an empty text for an unknown code."""
        division = self.get(code)
        if division is None:
            return ""
        if division.is_township:
            return division.name
        return division.township + division.short_name


@cache
def read_divisions(file: Path = FILE) -> Divisions:
    """Divisions from the lexicon file; lines that begin with `#` are for its keeper."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rows = list(csv.DictReader(lines, delimiter="\t"))
    townships = {row["code"]: row["name"] for row in rows if len(row["code"]) == 9}
    return Divisions(
        [
            Division(row["code"], row["name"], townships[row["code"][:9]])
            for row in rows
            if len(row["code"]) in (9, 12)
        ]
    )
