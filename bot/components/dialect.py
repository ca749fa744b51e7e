"""Dialect words in standard Chinese, from the lexicon that the hall's item lookup uses as well."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "data" / "lexicon" / "dialect.tsv"


@cache
def _words(file: Path = FILE) -> tuple[re.Pattern[str], dict[str, str]]:
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    words = dict(line.split("\t", 1) for line in lines[1:])
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True)))), words


def standard(text: str) -> str:
    """The text with each dialect word replaced, the longest first."""
    pattern, words = _words()
    return pattern.sub(lambda found: words[found[0]], text)
