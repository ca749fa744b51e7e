"""The few sentences that steer the conversation, and the many that only look like it."""

from __future__ import annotations

import pytest

from bot.components.command_words import command_in


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("等哈", "pause"), ("等一下，我找找身份证", "pause"), ("稍等", "pause"), ("莫慌，我拿个笔", "pause"),
        ("重来", "start_over"), ("从头来", "start_over"), ("前头说的都不算", "start_over"),
        ("上一步", "go_back"), ("退回去", "go_back"), ("返回", "go_back"),
        ("接着办", "resume"), ("接着办上回的", "resume"), ("上回说到一半，接着办", "resume"), ("材料", "ask_item_info"),
        ("上回那个单子没办好，重新给我办", "reopen_order"), ("你们上次拿回来的证名字打错了，要返工哦", "reopen_order"),
        ("那一单没办成，再给我办一遍嘛", "reopen_order"), ("人工", "handoff"), ("转人工。", "handoff"), ("？", "repeat"), ("👍", "silence"), ("……", "silence"),
    ],
)  # fmt: skip
def test_a_command_is_told_for_certain(text: str, command: str) -> None:
    assert command_in(text) == command


@pytest.mark.parametrize(
    "text",
    ["等下，电话错了", "等明天来", "等会儿再说", "重新说一遍", "再说一遍", "好", "1", "回去拿户口本", "上回那个单子办好没得", "身份证没办好，咋办", "重新办个身份证", "材料要哪些", "身份证掉了", "人工授精咋报销", "0827"],
)
def test_whatever_says_more_is_left_to_the_classifier(text: str) -> None:
    assert command_in(text) is None


def test_an_endless_text_costs_no_time() -> None:
    assert command_in("等" * 20_000) is None
