"""Scripted callers: what a person on the telephone says next, given what was heard. Their words can be misheard.

A caller wants one errand, answers what is asked, listens to the read-back and says what is wrong in it, and
asks for a person after three failures. Keys are never misheard, so about half of the choices are made by key.
"""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from hotline.calls.speech import by_digit, speakable
from hotline.evaluation.noise import with_errors

MOST_TURNS = 25
MOST_CORRECTIONS = 4
SPEECH = 4.5  # characters a second, of both sides
_KEYS = re.compile(r"按(\d)，([^；。]+)")  # choices as they are read out


@dataclass(frozen=True)
class Caller:
    """One row of the callers' file."""

    opening: str  # the first sentence
    again: str  # the matter in plainer words
    accept: str  # regular expression over item name, a space, and parent name
    place: str  # as spoken
    code: str  # division code of the township
    time: str  # as spoken
    days: int  # from today
    name: str  # as spoken
    phone: str  # another number than the caller's own; empty: the own one

    def accepts(self, item: str) -> bool:
        """Whether an item (name, space, parent) is what the caller wants."""
        return re.search(self.accept, item) is not None

    def day(self, today: date) -> date:
        """The day on which the runner shall come."""
        return today + timedelta(days=self.days)


def read_callers(file: Path) -> list[Caller]:
    """The callers of a file; lines that begin with # are remarks."""
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [_caller(row) for row in csv.DictReader(lines, delimiter="\t")]


def _caller(row: dict[str, str]) -> Caller:
    return Caller(
        row["opening"], row["again"], row["accept"], row["place"], row["code"], row["time"], int(row["days"]),
        row["name"], row["phone"] or "",
    )  # fmt: skip


@dataclass
class Words:
    """What a caller does: speech as it was heard, or keys."""

    text: str = ""
    digits: str = ""
    meant: str = ""  # the speech before it was misheard


@dataclass
class Conduct:
    """One caller during one call."""

    caller: Caller
    own_number: str
    cer: float
    seed: int
    titles: dict[str, str]  # spoken title of an item → name, space, parent
    corrections: int = 0
    stated: int = 0  # how often the matter was said
    today: date = date(2026, 11, 23)
    _wrong: str = ""  # what was said to be wrong last
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.seed} {self.caller.opening}")

    @property
    def number(self) -> str:
        """The number that the order must have."""
        return self.caller.phone or self.own_number

    def next(self, heard: str, expects: str) -> Words:
        """What is done after hearing something; `expects` is what the assistant waits for."""
        offered = dict(_KEYS.findall(heard))
        if "核对" in heard:
            return self._check(heard)
        if "哪里不对" in heard and self._wrong:
            return self._correct(self._wrong)
        if offered:
            return self._choose(offered)
        answers = {
            "contact_phone": f"电话是{by_digit(self.number)}", "pickup_place": self.caller.place,
            "pickup_time": self.caller.time, "applicant_name": self.caller.name,
        }  # fmt: skip
        if expects in answers:
            return self._speak(answers[expects])
        return self._matter()

    def _matter(self) -> Words:
        self.stated += 1
        if self.stated > 4:
            return Words(digits="0", meant="0")
        return self._speak(self.caller.opening if self.stated == 1 else f"我要办{self.caller.again}，喊人来拿材料")

    def _choose(self, offered: dict[str, str]) -> Words:
        fitting = next((key for key, title in offered.items() if self._fits(title)), None)
        if fitting is None:  # 「要，喊跑手帮我办」, else none of them
            wanted = ("要，", "都不是", "对")
            fitting = next((key for word in wanted for key, title in offered.items() if title.startswith(word)), None)
        if fitting is None:
            return self._matter()
        if self._chance.random() < 0.5:
            return Words(digits=fitting, meant=fitting)
        title = offered[fitting]
        return self._speak(title if title in self.titles or "不是" in title else "要得，喊个人来帮我办")

    def _fits(self, title: str) -> bool:
        """Whether the title of a choice is the caller's matter; titles are heard, not read."""
        item = self.titles.get(title)
        return self.caller.accepts(item) if item else self.caller.accepts(title.replace("，", " ", 1))

    def _check(self, heard: str) -> Words:
        """Listen to the read-back: the first wrong thing is said, else 1 is pressed or 对头 is said."""
        wrong = self._first_wrong(heard)
        if wrong is None:
            return Words(digits="1", meant="1") if self._chance.random() < 0.5 else self._speak("对头，就这样")
        return self._correct(wrong)

    def _correct(self, wrong: str) -> Words:
        self.corrections, self._wrong = self.corrections + 1, wrong
        if self.corrections > MOST_CORRECTIONS:
            return Words(digits="0", meant="0")
        return self._speak(wrong)

    def _first_wrong(self, heard: str) -> str | None:
        named = max((title for title in self.titles if title in heard), key=len, default="")
        if not (named and self.caller.accepts(self.titles[named])):
            return f"不对，我要办的是{self.caller.again}"
        if speakable(f"{self.number[:3]} {self.number[3:7]} {self.number[7:]}") not in heard:
            return f"电话不对，是{by_digit(self.number)}"
        town = re.match(r".+?(?:镇|街道)", self.caller.place)
        if town and town[0] not in heard:
            return f"地方不对，是{self.caller.place}"
        day = self.caller.day(self.today)
        spoken = ["今天", "明天", "后天", f"{day.month}月{day.day}日"][min(self.caller.days, 3)]
        if not re.search(f"(?<!大){spoken}", heard):
            return f"时间不对，是{self.caller.time}"
        return None

    def _speak(self, text: str) -> Words:
        return Words(text=with_errors(text, self.cer, seed=self.seed) if self.cer else text, meant=text)


def seconds_of(heard: str, said: Words, pause: float) -> float:
    """How long a turn takes: our words, theirs, and the pause that ends them."""
    return (len(heard) + len(said.meant)) / SPEECH + (pause if said.text else 0.5 * len(said.digits))
