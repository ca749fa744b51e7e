"""What must not stand in a text message or be said to somebody who is not in the matter yet."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hotline.settings import ROOT

FILE = ROOT / "data" / "lexicon" / "sensitive.txt"
ELSEWHERE = "（内容不便写在短信里，请打热线问）"


@cache
def _words(file: Path = FILE) -> re.Pattern[str]:
    lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    return re.compile("|".join(re.escape(line) for line in lines if line and not line.startswith("#")))


def is_sensitive(text: str) -> bool:
    """Whether a text names something that shames a person when others read it."""
    return bool(_words().search(text))


def discreet(text: str) -> str:
    """The text, or where to ask when it should not be written."""
    return ELSEWHERE if is_sensitive(text) else text
