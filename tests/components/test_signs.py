"""Messages without a word."""

from __future__ import annotations

import pytest

from bot.components.signs import UNKNOWN, meant_by_signs


@pytest.mark.parametrize(
    ("text", "intent"),
    [("👌", "affirm"), ("👍👍👍", "affirm"), ("[OK]", "affirm"), ("🙏", "thanks"), ("[抱拳][抱拳]", "thanks"),
     ("❌", "deny"), ("？", "repeat"), ("？？？", "repeat"), ("👋", "goodbye"), ("😡😡", "complain")],
)  # fmt: skip
def test_a_sign_with_a_meaning_is_sure(text: str, intent: str) -> None:
    assert meant_by_signs(text) == (intent, True)


@pytest.mark.parametrize("text", ["🤷", "。。。", "…", "😂", "!!", "[捂脸]"])
def test_a_shrug_is_never_taken_for_a_yes(text: str) -> None:
    assert meant_by_signs(text) == (UNKNOWN, False)


@pytest.mark.parametrize("text", ["好👌", "1", "ok", "谢谢🙏", "[OK]下单嘛", "", "  "])
def test_words_are_for_the_classifier(text: str) -> None:
    assert meant_by_signs(text) is None
