"""What people say becomes what the lookup compares."""

from __future__ import annotations

import pytest

from hotline.catalogue.normalise import bare, plain, standard


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("  身份证  ", "身份证"),
        ("身份證補領", "身份证补领"),
        ("ＥＴＣ办理", "etc办理"),
        ("嗯，身份证掉了", "身份证掉了"),
        ("请问一下身份证掉了咋办", "请问一下身份证掉了咋办"),
        ("请问，身份证掉了咋办呢？", "身份证掉了咋办"),
        ("身份证掉了嘛", "身份证掉了"),
        ("妹儿，我要办低保哈", "我要办低保"),
    ],
)
def test_plain(said: str, expected: str) -> None:
    assert plain(said) == expected


@pytest.mark.parametrize("said", ["", "。。。", "嗯", "啊"])
def test_nothing_left_is_not_an_error(said: str) -> None:
    assert isinstance(plain(said), str)
    assert isinstance(standard(said), str)


def test_a_question_of_how_much_keeps_its_last_word() -> None:
    assert plain("问一哈").endswith("一哈")


@pytest.mark.parametrize(("said", "expected"), [("屋头停电了", "家里"), ("啥子时候办", "什么"), ("要好多钱", "多少")])
def test_dialect_becomes_standard(said: str, expected: str) -> None:
    assert expected in standard(said)


def test_standard_words_stay() -> None:
    assert standard("身份证丢失补领") == "身份证丢失补领"


@pytest.mark.parametrize("said", ["嗯，我屋头老汉儿走了嘛", "身份證掉了咋個補", "要好多钱喃"])
def test_twice_is_the_same_as_once(said: str) -> None:
    assert standard(standard(said)) == standard(said)


def test_bare_has_no_marks() -> None:
    assert bare("身份证（补领），“急”！ a-1") == "身份证补领急a1"
