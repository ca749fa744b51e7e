"""What counts as a name when a name was asked for."""

from __future__ import annotations

import pytest

from hotline.names import answered_name, is_surely_a_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("陈", "陈"), ("张", "张"), ("姓何", "何"), ("我姓王嘛", "王"), ("免贵姓苟", "苟"), ("叫李建国", "李建国"),
        ("杨幺婶", "杨幺婶"), ("欧阳", "欧阳"), ("我是刘师傅。", "刘"),
    ],
)  # fmt: skip
def test_a_name_is_taken_whatever_act_it_looks_like(text: str, name: str) -> None:
    assert answered_name(text) == name
    assert is_surely_a_name(text)


@pytest.mark.parametrize("text", ["对", "好", "嗯", "是", "可以", "得行", "对头", "好的", "谢谢", "再见", "你好", "下单", "🤷", ""])
def test_yes_thanks_and_hello_are_no_names(text: str) -> None:
    assert not is_surely_a_name(text)


@pytest.mark.parametrize("text", ["要得", "不要", "没得", "啥子", "咋个办", "多少钱", "我不想说"])
def test_refusals_and_questions_are_no_answers(text: str) -> None:
    assert answered_name(text) is None
