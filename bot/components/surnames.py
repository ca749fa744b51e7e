"""The surnames and the characters of given names that the lexicon lists.

A rare surname is mostly an everyday word as well (都, 操, 花), so it counts only where a name was announced.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

LEXICON = Path(__file__).resolve().parents[2] / "data" / "lexicon"
NO_OTHER_WORD = (  # surnames that open no word with 老 and no title: 老粟, 漆专委
    "粟蔺庹逯亢褟褚扈鄢邬晏敖谌邢庞亓仇卞厉匡臧窦娄滕芮佘佟阚冉蹇谯荀虞裴阮尹戚禤郗郜邝邰詹缪祁聂栾隋雒漆岑覃瞿辜寇晁邵靳殷翟戎霍骆牟樊阙俞"
)

NO_TITLE_AFTER = "老大小女男总副班主车都和那水师要门公通同全从管查单帅"  # surnames that make a word with a title (老师傅, 班主任)


@cache
def surnames() -> frozenset[str]:
    """Surnames that are heard as such wherever a name may stand."""
    return _listed(LEXICON / "surnames.txt")


@cache
def rare_surnames() -> frozenset[str]:
    """Further ones, for places where a name was announced."""
    return _listed(LEXICON / "rare_surnames.txt")


@cache
def given_characters() -> frozenset[str]:
    """Characters that are common in given names."""
    return _listed(LEXICON / "given_names.txt")


def _listed(file: Path) -> frozenset[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def split(text: str, *, announced: bool = False) -> tuple[str, str]:
    """A surname that opens the text, and the rest; ("", text) without one."""
    for length in (2, 1):
        if len(text) >= length and (text[:length] in surnames() or (announced and text[:length] in rare_surnames())):
            return text[:length], text[length:]
    return "", text
