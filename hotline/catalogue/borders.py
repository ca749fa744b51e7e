"""Where an utterance might fall into two requests, and by what signs: commas, linking words, things that 和 joins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BORDERS = 6  # places of an utterance that are looked at, at most
SHORTEST_REQUEST = 3  # characters: 交契税
CLAUSES = 6  # clauses from which more make no difference

_ENDS = "[,，。.!！?？;；:：\\s]+"
_STOPS = re.compile(_ENDS)
_TRIMMED = ",，。.!！?？;；:：、 "
_LINK = re.compile(
    r"顺便|顺带|顺路|顺手|捎带|搭到|另外|还有(?:就是)?|再一个|再就是|同时|以及|并且|外加|其次|对了|然后|接着|还要|还想|还得|也要|也想"
    r"|第[二三四](?:[个件是]|来)|一个是|二个是|[二三]是|[一二三]来|(?<![做办弄搞交用吃])完了"
)
_PUNCTUATED = re.compile(f"{_ENDS}(?P<link>{_LINK.pattern})?")
# In one clause: 交水费和电费, 身份证跟社保卡都掉了; not 我和他, nor what is brought along.
_JOINT = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})(?<![我你他她们])(?:和(?!好|解|平)|跟(?!到|倒)|与|、|还有)"
    r"(?![我你他她])(?=[\u4e00-\u9fff]{2})"
)
_BROUGHT = re.compile(r"带|拿|材料|[要用]些?啥|需要|凭|复印|关系|公婆|父母|孩子他")
_ACT_FIRST = re.compile(r"^(?:我?[要想]|把)*(?:[办交补领换打查]|申请)个?")
_ACT_LAST = re.compile(r"(?:都|一起|两样|全部?)(?=.*[办交补领换打查掉丢到没烂要申]).*$")
# Without a comma: before the thing that 也 speaks of, where an act has ended (护照没办过要办|港澳通行证也没有).
_UNPUNCTUATED = re.compile(r"(?<=[了过要办补交领换销报缴员请续])(?=[^也还又都了过要办]{2,6}(?:也|还|又|今年|都|找不))")
_ALSO = re.compile(r"也|又")
_AGAIN = re.compile(r"^再|再[把给帮办去]|还[要想得有]")
_TOGETHER = re.compile(r"一起|一道|一路|两[样个件]|都|一并")
_ASKS = re.compile(r"想|要|[把帮给]|咋|怎么|能不能|可不可|问|查|申请|办|补|领|[换改变销交取报](?!了)")
_WHEN = re.compile(r"(?:[之以]?[前后]|时候?|的话)$")  # 公司注销前, 离了以后: tells when, and asks for nothing
_FIRST = re.compile(r"^(?:我们?)?(?:要|想)?先")


@dataclass(frozen=True)
class Border:
    """A place where an utterance may fall into two requests."""

    left: str
    right: str
    signs: tuple[float, ...]  # what speaks for or against it, in the order of SIGNS


SIGNS = ("clauses", "two_clauses", "link", "also", "again", "together", "both_ask", "first")


def borders_of(heard: str) -> list[Border]:
    """The borders of an utterance, those with a linking word first; none in a plain short one."""
    text = heard.strip(_TRIMMED)
    clauses = len([clause for clause in _STOPS.split(text) if clause])
    found: dict[tuple[str, str], Border] = {}
    for left, right, link in _divided(text):
        left, right = left.strip(_TRIMMED), right.strip(_TRIMMED)
        if min(len(left), len(right)) >= SHORTEST_REQUEST and not _WHEN.search(left):
            signs = _signs(left, right, clauses, link=link)
            found.setdefault((left, right), Border(left, right, signs))
    return sorted(found.values(), key=lambda border: -border.signs[SIGNS.index("link")])[:BORDERS]


def _divided(text: str) -> Iterator[tuple[str, str, bool]]:
    """Left and right of each place, and whether a linking word stands there."""
    for stop in _PUNCTUATED.finditer(text):
        yield text[: stop.start()], text[stop.end() :], bool(stop["link"])
    for link in _LINK.finditer(text):
        yield text[: link.start()], text[link.end() :], True
    yield from _joined(text)
    if not _STOPS.search(text):
        for gap in _UNPUNCTUATED.finditer(text):
            yield text[: gap.start()], text[gap.start() :], False


def _joined(text: str) -> Iterator[tuple[str, str, bool]]:
    """Two things that are wanted together, each with the act that is said of both."""
    for joint in () if _BROUGHT.search(text) else _JOINT.finditer(text):
        left, right = text[: joint.start()], text[joint.end() :]
        first, last = _ACT_FIRST.match(left), _ACT_LAST.search(right)
        if first and not _ACT_FIRST.match(right):
            right = first[0] + right
        yield left + (last[0] if last else ""), right, False


def _signs(left: str, right: str, clauses: int, *, link: bool) -> tuple[float, ...]:
    before, after = _STOPS.split(left)[-1], _STOPS.split(right)[0]
    signs = (
        min(clauses, CLAUSES), clauses <= 2, link, _ALSO.search(after), _AGAIN.search(after),
        _TOGETHER.search(right), _ASKS.search(before) and _ASKS.search(after), _FIRST.match(left),
    )  # fmt: skip
    return tuple(float(sign) if isinstance(sign, int) else float(bool(sign)) for sign in signs)
