"""Find names by how a speaker describes their characters: 池老头，池塘的池; 车正明，车子的车; 夏侯，名字就一个单字，渊.

Who explains a character has it in his name, so one that is an everyday word otherwise counts here as a surname.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import Detail
from .names import NOT_GIVEN, full_name
from .sure_names import ENDS
from .surnames import given_characters, rare_surnames, surnames

_WORD = re.compile(r"(?P<word>[一-龥]{2,4})的(?P<char>[一-龥])(?![一-龥]*(?:镇|村|街道|社区))")  # 池塘的池
_GIVEN_APART = re.compile(
    r"(?:单名[一叫是]?个?|单一个|名字?(?:就|只)?[有是叫]?单?一?个?(?:单?字)?)[，, ]?(?:[一-龥]{1,3}的)?(?P<given>[一-龥])(?=$|[，,。])"
)
_TITLE = "大爷|大娘|大妈|大叔|大姐|大哥|爷爷|婆婆|嬢嬢|孃孃|老汉儿?|老头|老师|师傅|女士|先生|幺[爸妈叔婶]|[一二三四五六七八]?(?:爷|娘|孃|嬢)"


def described_names(text: str) -> Iterator[tuple[int, str]]:
    """Start and name of whoever has a described character for a surname."""
    for told in _WORD.finditer(text):
        char = told["char"]
        if char not in told["word"] or char not in surnames() | rare_surnames():
            continue
        for match in re.finditer(rf"(?:{char}(?:{_TITLE})|[小老]{char}(?![一-龥]家){ENDS}|{char}(?P<given>[一-龥]{{1,2}}))", text):
            apart = match.end() <= told.start("word") or match.start() >= told.end()
            whole = match["given"] is None or _whole(text, match, told)
            if apart and whole:
                yield match.start(), match[0]
                break


def _whole(text: str, match: re.Match[str], told: re.Match[str]) -> bool:
    """Whether the given name is made of such characters, and ends at a pause or where the description begins."""
    begins = told.start("word") <= match.end() + 1 and match.end() <= told.start("word")
    ends = begins or re.match(r"$|[\s，,。；;！？!?]|[在的要想住是]", text[match.end() :]) is not None
    return ends and full_name(match[0], announced=True) == match[0] and set(match["given"]) <= given_characters()


def joined(text: str, names: list[Detail]) -> list[Detail]:
    """The names, a surname alone completed by the given name that is told apart (嵇，单名一个川)."""
    return [_completed(text, name) if name.extra.get("surname_only") else name for name in names]


def _completed(text: str, name: Detail) -> Detail:
    given = _GIVEN_APART.search(text, name.end)
    if given is None or given["given"] in NOT_GIVEN:
        return name
    return Detail("name", name.value + given["given"], name.text, name.start, name.end, {})
