"""What was probably said, from what the recogniser wrote: the language that people speak to the assistant judges.

The same corrector as in front of the item lookup, learned here from whole conversations: the utterances that the
dialogue model is trained on, the items' wordings, places and times. On the hand-written set of utterances with
20% of the characters misheard it leaves 9% (measured with the noise of `evaluate calls`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.sound import Corrector, merged_sound
from hotline.divisions import Divisions
from hotline.names import surnames
from hotline.settings import ROOT

SAID = ROOT / "data" / "skills"  # *_nlu.yml: what people say, one utterance a line
MISHEARD = "misheard_nlu.yml"  # there, as a recogniser writes it: nothing to correct by
OFTEN = 3  # how much more what is said in conversations counts than the wordings of items
_UTTERANCE = re.compile(r"\s+- (?!intent:)(.+)")
_DAYS = (
    "今天", "明天", "后天", "大后天", "明早", "今晚", "下周一", "下周二", "下周三", "下周四", "下周五", "这周五", "星期六",
    "星期天", "礼拜一", "礼拜五",
)  # fmt: skip
_PARTS = ("上午", "下午", "中午", "早上", "晚上", "晌午", "")
_HOURS = ("", *(f"{hour}点{half}" for hour in "八九十两三四五" for half in ("", "半")), "十一点", "十一点半")
_SPOKEN_DIGITS = "零幺二三四五六七八九"
_NAME = re.compile(r"(?:我?(?:姓|叫)|免贵姓?)?.{1,3}")


class Hearing:
    """Corrects what was heard on the telephone."""

    def __init__(self, catalogue: Catalogue, divisions: Divisions, folder: Path = SAID) -> None:
        places = [place.short_name for place in divisions.villages] + [town.name for town in divisions.townships] * OFTEN
        times = ["".join(parts) for parts in product(_DAYS, _PARTS, _HOURS)]
        aliases = (alias for item in catalogue for alias in item.aliases)
        self._corrector = Corrector([*list(_utterances(folder)) * OFTEN, *places * OFTEN, *times, *aliases])
        self._surnames = _first_by_sound(surname for surname in surnames() if len(surname) == 1)
        self._digits = _first_by_sound(_SPOKEN_DIGITS)

    def as_said(self, text: str, expects: str = "") -> str:
        """The sentence as it was probably said; `expects` is what the assistant had asked for."""
        text = self._numbers(text)
        if expects == "applicant_name" and _NAME.fullmatch(text.strip("。，, ")):
            return self._name(text.strip("。，, "))
        return self._corrector.correct(text)

    def _numbers(self, text: str) -> str:
        """Seven or more characters that all sound like digits are a number."""
        heard = "".join(self._digits.get(merged_sound(c), " ") if "\u4e00" <= c <= "\u9fff" else " " for c in text)
        for run in re.finditer(r"\S{7,}", heard):
            text = text[: run.start()] + run[0] + text[run.end() :]
        return text

    def _name(self, text: str) -> str:
        """型苏 → 姓苏: the first syllable says that a name follows, the next one is a surname."""
        sounds = [merged_sound(c) for c in text]
        if len(text) < 2 or sounds[0] != "xin":
            return text
        surname = text[1] if text[1] in surnames() else self._surnames.get(sounds[1], text[1])
        return f"姓{surname}{text[2:]}"


def _utterances(folder: Path) -> Iterator[str]:
    for file in sorted(file for file in folder.glob("*_nlu.yml") if file.name != MISHEARD):
        for line in file.read_text("utf-8").splitlines():
            found = _UTTERANCE.fullmatch(line)
            if found:
                yield found[1].strip()


def _first_by_sound(characters: Iterable[str]) -> dict[str, str]:
    """The first character of each sound: 四 before 十, 吴 before 伍."""
    found: dict[str, str] = {}
    for character in characters:
        found.setdefault(merged_sound(character), character)
    return found
