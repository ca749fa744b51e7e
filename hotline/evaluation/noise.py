"""Errors as speech recognition makes them of Sichuan speech: like-sounding characters, lost and added ones.

The characters to confuse with are the 3,755 common ones of GB 2312, level 1, so the noise knows nothing of
the catalogue's language, on which the corrector was trained.
"""

from __future__ import annotations

import random
from collections import defaultdict
from functools import cache

from hotline.catalogue.sound import merged_sound

LOST, ADDED = 0.1, 0.1  # shares of all errors; the rest are like-sounding characters
FILLERS = ("嗯", "呃", "啊", "那个", "就是", "嘛", "哦")


def with_errors(text: str, rate: float, *, seed: int = 7) -> str:
    """The text with about `rate` of its Chinese characters misheard; the same for the same arguments."""
    chance = random.Random(f"{seed} {rate} {text}")
    heard = "".join(_misheard(character, chance) if _hit(character, rate, chance) else character for character in text)
    return heard or text


def _hit(character: str, rate: float, chance: random.Random) -> bool:
    return "\u4e00" <= character <= "\u9fff" and chance.random() < rate


def _misheard(character: str, chance: random.Random) -> str:
    draw = chance.random()
    if draw < LOST:
        return ""
    if draw < LOST + ADDED:
        return character + chance.choice(FILLERS)
    alike = [other for other in _by_sound().get(merged_sound(character), ()) if other != character]
    return chance.choice(alike) if alike else ""


@cache
def _by_sound() -> dict[str, tuple[str, ...]]:
    """Common characters by their sound after the Sichuan merges."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for character in common_characters():
        found[merged_sound(character)].append(character)
    return {sound: tuple(characters) for sound, characters in found.items()}


def common_characters() -> list[str]:
    """GB 2312, level 1: rows 16 to 55, where the last row ends five places early."""
    codes = [bytes((row, place)) for row in range(0xB0, 0xD8) for place in range(0xA1, 0xFF)]
    return [code.decode("gb2312") for code in codes if code < b"\xd7\xfa"]
