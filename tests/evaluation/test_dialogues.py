"""The format of written conversations."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.errors import InvalidInput
from hotline.evaluation.dialogue_figures import goal_sheet, quantile
from hotline.evaluation.dialogues import Mark, parse, read_dialogues
from hotline.evaluation.stage import Played

TEXT = """
# 说明
== 改电话  渠道=sms 来电=13800001234
人：电话错了
助：138 0000 1234 明天|后天
"""


def test_a_dialogue_reads_as_it_is_written() -> None:
    (dialogue,) = parse(TEXT, "x.txt")
    assert (dialogue.title, dialogue.channel, dialogue.caller) == ("改电话", "sms", "13800001234")
    assert [(line.mark, line.number) for line in dialogue.lines] == [(Mark.SAYS, 4), (Mark.HEARS, 5)]
    assert dialogue.lines[1].words == ["138 0000 1234", "明天|后天"]  # a number in groups is one word


def test_what_is_printed_can_be_played_again() -> None:
    (dialogue,) = parse(TEXT, "x.txt")
    (again,) = parse(str(dialogue), "x.txt")
    assert str(again) == str(dialogue)


@pytest.mark.parametrize("text", ["人：你好", "== 题目\n张三：你好", "== 题目\n你好"])
def test_what_cannot_be_read_is_told_with_its_line(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        list(parse(text, "x.txt"))
    assert "x.txt 第" in refused.value.wording


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        read_dialogues(tmp_path / "none.txt")
    with pytest.raises(InvalidInput):
        read_dialogues(tmp_path)


def test_figures_count_what_went_as_written() -> None:
    (dialogue,) = parse(TEXT, "x.txt:3")
    sheet = goal_sheet([Played(dialogue, seconds=[0.1, 0.2]), Played(dialogue, problems=["没说到"], seconds=[0.1])])
    assert sheet.figures == {"dialogues": 2, "reached": 0.5, "turns": 1.5}
    assert quantile([0.3, 0.1, 0.2], 0.5) == 200 and quantile([], 0.95) == 0
