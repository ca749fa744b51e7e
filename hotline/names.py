"""A name as the answer to 「请问您贵姓？」: 「陈」, 「我姓王」, 「叫李建国」.

The engine's parsers find names in any sentence and so want an introduction; here a name was asked for.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hotline.settings import ROOT

SURNAMES = ROOT / "data" / "lexicon" / "surnames.txt"

_ANSWER = re.compile(
    r"^(?:我)?(?:免贵)?(?:姓|叫|是|名字是|名字叫)?\s*((?:欧阳|司马|上官|诸葛|夏侯|[\u4e00-\u9fff])[\u4e00-\u9fff]{0,3}?)"
    r"(?:嘛|噻|哈|啊|呀|的|先生|女士|师傅|大爷|大娘|孃孃|老师)?[。.！!]?$"
)
_NO_NAME = re.compile(r"[不没啥咋怎哪什么多少吗呢要办]|谢谢|谢了|谢啦")


@cache
def surnames(file: Path = SURNAMES) -> dict[str, int]:
    """The surnames of the lexicon by their place in it, the common ones first; those of two characters too."""
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {surname: place for place, surname in enumerate(surname for line in lines for surname in line.split())}


def answered_name(text: str) -> str | None:
    """The name, if the text can be an answer to the question for it, else None."""
    found = _ANSWER.match(text.strip())
    return found[1] if found and not _NO_NAME.search(text) else None


def is_surely_a_name(text: str) -> bool:
    """Whether the answer begins with a known surname: then it is one, whatever act it looks like."""
    name = answered_name(text) or ""
    return name[:1] in surnames() or name[:2] in surnames()
