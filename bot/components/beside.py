"""Find names by what they stand beside: 我杭素清在住院, 范建国 before a place, 袁芳 at the very end.

A recogniser writes no commas, and who is in a hurry says no 叫; so a sure name counts where a speaker names
himself, at either end of what he says, before a phone or a place, and behind what somebody is (居民, 由, 代表).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .names import BLANK
from .sure_names import ONE_CHARACTER, sure_name
from .surnames import ALSO_WORDS, FREQUENT, RARE, surnames

_FEW_WORDS = FREQUENT + "袁董肖雷龙方何余钟沈卢傅" + RARE.replace("代", "")  # surnames of two characters that are seldom a word
_KNOWN = "".join(set(ONE_CHARACTER) - set("养司来方全常经师应向公山国万代"))  # and those that open no common word
_OPENS = rf"(?:^|(?<=[\s，,。；;？?！!：:{BLANK}]))(?:[嗯呃哦额喂诶]|那个|就是|你好)*"
_MYSELF = re.compile("(?<![给帮找喊叫替让])我(?:本人|就?是)?(?=[一-龥]{2})")
_BEFORE_DETAIL = re.compile(rf"(?=(?P<name>[一-龥]{{2,3}})[，, ]?{BLANK}{{3}})")
_OPENING = re.compile(rf"{_OPENS}(?=[一-龥]{{3}})")
_FIRST = re.compile("^[一-龥]{2}(?=[，,][一-龥])")  # 付梅，推到下周五
_WHOSE = re.compile(rf"{_OPENS}(?:帮|给|替)?(?=[一-龥]{{2,3}}的[一-龥]{{2}})")
_LAST = re.compile(rf"(?:{BLANK}[，,。 ]*|[，,。]|时间)(?P<name>[一-龥]{{2,3}})[。]?$")
_WHO = re.compile("(?:居民|村民|住户|用户|低保户|五保户|病人|老人|残疾人|学生|由|教练员|资料员|代表|乙方|甲方|转人[工公]|员工|店长|理事长|安环员|安全员|经办|法人|女婿|儿媳妇?|媳妇|老公|老婆|女儿|儿子|爱人|丈夫|妻子|幺女|幺儿|弟弟|哥哥|妹妹|姐姐|舅舅|侄女|侄儿|兄弟|[收取交]件的是|对头|[喊叫]做)(?:叫|是)?(?=[一-龥]{2})")
_SURNAME = re.compile(
    rf"(?:联系|经理|主任|会计|老板|老师|负责人|联系人)(?P<role>[{FREQUENT}{RARE}])(?=[，,]打?{BLANK}{{7}})|我本人(?P<own>(?!来)[{ONE_CHARACTER}])(?=$|[，,。])|(?:^|(?<=[，,。]))(?P<read>[一-龥])[，, ](?=就?读[一-龥])"
    rf"|{BLANK}[，,](?P<last>[{FREQUENT}{RARE}尤袁沈卢傅])[。]?$"
)
_DOES = rf"$|[，,。{BLANK}]|[在拿接开来收等签替]|的[一-龥]{{2}}"  # what goes on behind the name of a relative


def _two(text: str, end: str = "$|[，,。]", known: str = _FEW_WORDS) -> str:
    """The name of two characters that opens the text."""
    name = sure_name(text[:2], two=True, known=known)
    return name if name and re.match(end, text[2:]) else ""


def _found(text: str) -> Iterator[tuple[int, str]]:
    """Start and name of each."""
    known = FREQUENT + ALSO_WORDS + RARE
    for match in _MYSELF.finditer(text):
        rest = text[match.end() : match.end() + 8]
        yield match.end(), sure_name(rest, known=_KNOWN) or sure_name(rest[:3], known=FREQUENT) or _two(rest, f"$|[，,。{BLANK}]|[去在来要等]|早就" + ("" if match[0].endswith("是") else "|的[一-龥]{2}"))
    for match in _BEFORE_DETAIL.finditer(text):
        name = match["name"]
        yield match.start(), _two(name) if len(name) == 2 else sure_name(name, known=FREQUENT)
    for match in _OPENING.finditer(text):
        if text[match.end()] in FREQUENT:
            yield match.end(), sure_name(text[match.end() : match.end() + 3])
    for match in _FIRST.finditer(text):
        yield match.start(), _two(match[0])
    for match in _WHOSE.finditer(text):
        rest = text[match.end() : match.end() + 6]
        yield match.end(), sure_name(rest, known=known) or _two(rest, "的")
    for match in _LAST.finditer(text):
        yield match.start("name"), _two(match["name"]) if len(match["name"]) == 2 else sure_name(match["name"], known=known)
    for match in _WHO.finditer(text):
        rest = text[match.end() : match.end() + 8]
        yield match.end(), sure_name(rest, known=_KNOWN) or sure_name(rest[:3], known=known) or _two(rest, _DOES, known=_KNOWN)


def names_beside(text: str) -> Iterator[tuple[int, str]]:
    """Start and name of whoever is named without a word for it."""
    return ((start, name) for start, name in _found(text) if name)


def surnames_beside(text: str) -> Iterator[tuple[int, str]]:
    """Start of a surname that stands alone, and the surname: 我本人付; 单，读善; 渔溪镇金山村，尤."""
    for match in _SURNAME.finditer(text):
        group = match.lastgroup or "own"
        if match[group] in surnames():
            yield match.start(group), match[group]
