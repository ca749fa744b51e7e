"""A telephone number that comes in pieces: who pauses in the middle of it is let go on.

Recognisers take a breath for the end. So a turn that ends inside a mobile number is held back and put in
front of the next one; only the whole number goes to the assistant, which also finds corrections in it.
"""

from __future__ import annotations

import re

GO_ON = "嗯，后面几位呢？"
NO_HURRY = "不急，您慢慢说，我等您。"
WHOLE = 11  # digits of a mobile number
SURELY = 7  # so many digits in a row are no age and no amount, whatever was asked
_DIGITS = {digit: str(place) for digits in ("零幺二三四五六七八九", "〇一两", "洞") for place, digit in enumerate(digits)}
_BREATH = re.compile(r"[\s，。、,.…—-]|嗯|呃|然后|后[面头]是|接到是|接着")
_RUN = re.compile(r"\d+$")
_BEGUN = re.compile(r"1[3-9]\d{1,8}")
_PHONE = re.compile("电话|手机|号码")
_CORRECTION = re.compile("不对|(?:说|记|搞|念|按)?错了|重新[说来]|重来|更正|是我记错")
_WAIT = re.compile("等[一哈下]|我[看找翻]|想[一哈下]|莫忙|慢点")


def begins_number(text: str, expects: str) -> bool:
    """Whether a turn breaks off inside a mobile number; `expects` is what the assistant had asked for."""
    run = _last_digits(text)
    if not _BEGUN.fullmatch(run):
        return False
    return expects == "contact_phone" or len(run) >= SURELY or _PHONE.search(text) is not None


def joined(held: str, text: str) -> str:
    """What was held back and what followed, as one utterance; without digits only what followed."""
    if not held or not _has_digits(text):
        return text
    if _CORRECTION.search(text) or len(_last_digits(text)) >= WHOLE:
        return f"{held}，{text}" if _CORRECTION.search(text) else text
    return held.rstrip("，。、,. ") + text


def only_waits(text: str) -> bool:
    """Whether the caller asks for a moment to look the rest up."""
    return not _has_digits(text) and _WAIT.search(text) is not None


def _plain(text: str) -> str:
    return "".join(_DIGITS.get(character, character) for character in _BREATH.sub("", text))


def _last_digits(text: str) -> str:
    found = _RUN.search(_plain(text))
    return found[0] if found else ""


def _has_digits(text: str) -> bool:
    return re.search(r"\d{2}|^\d$", _plain(text)) is not None  # the 一 of 等一下 is none
