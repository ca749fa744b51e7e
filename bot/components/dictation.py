"""Digits as people dictate them: in groups, with doublings, pauses, asides and second thoughts about a group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .sounds import with_digits

SPOKEN_DIGITS = {
    **{char: str(index) for index, char in enumerate("零一二三四五六七八九")},
    **{char: str(index) for index, char in enumerate("０１２３４５６７８９")},
    **{char: str(index + 1) for index, char in enumerate("壹贰叁肆伍陆柒捌玖")},
    "〇": "0", "洞": "0", "圈": "0", "o": "0", "O": "0", "Ｏ": "0", "ｏ": "0", "幺": "1", "么": "1", "妖": "1", "腰": "1", "两": "2", "拐": "7", "勾": "9",
}  # fmt: skip
TIMES_SAID = {"一个": 1, "双": 2, "一对": 2, "两个": 2, "二个": 2, "三个": 3, "四个": 4, "五个": 5, "六个": 6, "七个": 7, "八个": 8}
FILLERS = (
    "再加上?一?个|再来(?!个)|加个|再来个|再|然后是|然后|后头是|后面是|后头|后面|接到是|接到|接着|再是|这个|那个|就是|横杠|空格|杠|嗯+|呃+|额|啊|哦|"
    "噢|是"
)
MEASURES = "个点天号月日年块元万千百十岁张份次趟楼栋组社周分秒斤亩口人家道米户位"  # what a count counts
CORRECTIONS = "少[说念报]?了?一[个位]|漏[说念报]?了?一[个位]|不对|不是|(?:说|记|搞|念|弄|打|报)错了?|[说记搞念弄报看写][反拐]了|(?<!没)错了|[哦噢啊]不|(?<=，)不(?=，)|更正|改成|改为|应该是|重新说"

_DIGIT = "[0-9０-９" + "".join(c for c in SPOKEN_DIGITS if c not in "０１２３４５６７８９oOｏＯ圈") + "]"
_OH = r"(?<=[0-9０-９oOｏＯ])[oOｏＯ]|[oOｏＯ](?=[0-9])"
_REPEAT = rf"(?P<times>双|一对|[一两二三四五六七八2-8]个)(?P<what>{_DIGIT}|[oO圈])"
_PIECE = re.compile(rf"{_REPEAT}|(?P<digit>{_DIGIT}|{_OH})")
_PAUSE = re.compile(rf"(?:[\s\-—–－·•.．、，,。…~～_()（）]|{FILLERS}){{1,6}}")
_ONCE = re.compile("[下哈些样起直般定会]")
_END = re.compile("后[头面]")
_COUNTED = re.compile(rf"[{MEASURES}]")
_DENIED_DIGITS = re.compile(rf"(?<={_DIGIT}{{2}})[，,]?不[是系]{_DIGIT}{{2,8}}(?!{_DIGIT}|[，, ]?(?:而?是|应该是))")
_NOT_THESE = re.compile(rf"不是{_DIGIT}{{1,8}}(?=[，, ]?(?:而?是|应该是){_DIGIT})")
_SAID_AGAIN = re.compile(
    rf"(?P<wrong>{_DIGIT}{{2,8}})[\s，,]*(?:嗯|呃)?(?:{CORRECTIONS})[\s，,是]*(?P<right>{_DIGIT}{{2,8}})(?!{_DIGIT})"
)
_BREAKS = re.compile(rf"{CORRECTIONS}|[。；;？?！!元块月日楼栋组卡单]|身份证|号(?!码)|尾号")


@dataclass(frozen=True)
class DigitGroup:
    """Digits said in one breath."""

    digits: str
    start: int
    end: int


Run = list[DigitGroup]  # groups with nothing but pauses and fillers between them


def _pieces(text: str) -> Iterator[DigitGroup]:
    """Each spoken digit or doubling, with the digits it stands for."""
    for match in _PIECE.finditer(text):
        if match["what"]:
            times = match["times"]
            count = TIMES_SAID.get(times) or int(times[0])
            digits = _as_digit(match["what"]) * count
        else:
            digits = _as_digit(match["digit"])
        yield DigitGroup(digits, match.start(), match.end())


def _as_digit(char: str) -> str:
    return SPOKEN_DIGITS.get(char, char)


def digit_groups(text: str) -> list[DigitGroup]:
    """Digits that stand side by side, as one group each."""
    found: list[list[DigitGroup]] = []
    for piece in _pieces(text):
        if found and found[-1][-1].end == piece.start:
            found[-1].append(piece)
        else:
            found.append([piece])
    joined = (DigitGroup("".join(p.digits for p in g), g[0].start, g[-1].end) for g in found)
    return [group for group in joined if not _is_count(text, group)]


def _is_count(text: str, group: DigitGroup) -> bool:
    """Whether a short group counts something (两个人, 3号) and dictates nothing."""
    if group.digits == "1" and text[group.start] == "一" and _ONCE.match(text, group.end):
        return True
    return len(group.digits) <= 4 and _COUNTED.match(text, group.end) is not None


def digit_runs(text: str) -> list[Run]:
    """Groups that only pauses and fillers keep apart; what follows eleven digits as their end is a remark on them."""
    runs: list[Run] = []
    for group in digit_groups(text):
        gap = text[runs[-1][-1].end : group.start] if runs else ""
        if runs and _PAUSE.fullmatch(gap) and not (_END.search(gap) and _size(runs[-1]) == 11):
            runs[-1].append(group)
        else:
            runs.append([group])
    return runs


def _size(run: Run) -> int:
    """How many digits it has; of a long one only that they are more than eleven."""
    return sum(len(group.digits) for group in run[:12])


def as_dictated(text: str) -> str:
    """The text, as long as before, with misheard digits put right, and denied ones gone."""
    return _NOT_THESE.sub(_but, _DENIED_DIGITS.sub(_blank, with_digits(text)))


def with_last_thoughts(text: str) -> str:
    """The text, as long as before, without groups that were said again at once (「一二三四，哦不，一二三五」)."""
    return _SAID_AGAIN.sub(_second_only, text)


def loose_runs(text: str) -> list[Run]:
    """Groups that begin like a mobile, with asides between them (「幺三八，写好没得，零零…」), up to eleven digits."""
    runs: list[Run] = []
    for group in digit_groups(text):
        gap = text[runs[-1][-1].end : group.start] if runs else ""
        if runs and (_PAUSE.fullmatch(gap) or (_is_unfinished(runs[-1]) and _is_aside(gap, group))):
            runs[-1].append(group)
        else:
            runs.append([group])
    return [run for run in runs if any(not _PAUSE.fullmatch(text, a.end, b.start) for a, b in pairwise(run))]


def _is_unfinished(run: Run) -> bool:
    return re.match("1[3-9][0-9]", run[0].digits) is not None and _size(run) < 11


def _is_aside(gap: str, following: DigitGroup) -> bool:
    """Whether the words only interrupt a dictation; a lone 一 in them is likelier a word (等一下) than a digit."""
    lone = len(following.digits) == 1 and not gap.endswith("个")
    return len(gap) <= 10 and not lone and _BREAKS.search(gap) is None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _but(match: re.Match[str]) -> str:
    """「不是四三」 before 「是三四」: a correction without digits."""
    return "不对" + " " * (len(match[0]) - 2)


def _second_only(match: re.Match[str]) -> str:
    """Only the second stays of a group that was said twice."""
    if len(match["wrong"]) != len(match["right"]):
        return match[0]
    return "嗯" * (len(match[0]) - len(match["right"])) + match["right"]
