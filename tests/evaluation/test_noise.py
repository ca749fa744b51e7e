"""The noise: as much as asked for, like-sounding, and the same every time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotline.catalogue.sound import merged_sound
from hotline.evaluation.noise import ADDED, common_characters, with_errors

TEXT = "我的身份证前天在场上遭摸了要补一个今天搞得到不" * 20


def test_without_errors_nothing_changes() -> None:
    assert with_errors(TEXT, 0.0) == TEXT


def test_the_same_arguments_give_the_same_errors() -> None:
    assert with_errors(TEXT, 0.2) == with_errors(TEXT, 0.2)
    assert with_errors(TEXT, 0.2, seed=1) != with_errors(TEXT, 0.2, seed=2)


def test_about_so_many_characters_are_misheard() -> None:
    text = "证" * 3000
    for rate in (0.05, 0.1, 0.2, 0.3):
        gone = 1 - with_errors(text, rate).count("证") / len(text)
        assert abs(gone - rate * (1 - ADDED)) < 0.02  # where a filler was added, the character stays


def test_replacements_sound_alike() -> None:
    text = "证" * 400
    others = {character for character in with_errors(text, 0.5) if merged_sound(character) == merged_sound("证")}
    assert len(others) > 5


def test_letters_and_digits_stay() -> None:
    assert with_errors("abc 123，", 1.0) == "abc 123，"


@given(st.text(max_size=40), st.floats(0, 1))
def test_something_is_always_left(text: str, rate: float) -> None:
    assert bool(with_errors(text, rate)) == bool(text)


def test_the_common_characters_are_those_of_level_one() -> None:
    characters = common_characters()
    assert len(characters) == len(set(characters)) == 3755
    assert (characters[0], characters[-1]) == ("啊", "座")
