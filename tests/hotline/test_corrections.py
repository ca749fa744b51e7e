"""How people take something back, add something, or speak for somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.corrections import adds, corrects, for_whom, instead, joined_times
from hotline.saying import Said

TOMORROW_TEN = {"from": "2026-11-24T10:00:00+08:00", "to": "2026-11-24T10:00:00+08:00"}


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("不是上户口，是补身份证", "补身份证"), ("不办身份证了，办娃儿上户口", "娃儿上户口"), ("改成补身份证", "补身份证"),
        ("说错了，是补身份证", "补身份证"), ("身份证掉了咋个补", None), ("明天上午十点", None),
    ],
)  # fmt: skip
def test_what_shall_hold_instead(text: str, new: str | None) -> None:
    assert instead(text) == new


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("帮我妈办老年证", "母亲"), ("替老汉儿跑一趟", "父亲"), ("给我婆婆办高龄津贴", "奶奶"), ("我们公司要变更法人", "公司"),
        ("我老汉的身份证掉了", "父亲"), ("身份证掉了咋个补", None), ("我要办娃儿上户口", None), ("帮我办个身份证", None),
        ("我在婆家", None),
    ],
)  # fmt: skip
def test_for_whom_somebody_speaks(text: str, whom: str | None) -> None:
    assert for_whom(text) == whom


def test_taking_back_and_adding() -> None:
    assert corrects("电话说错了") and corrects("不是明天，后天") and not corrects("明天上午")
    assert adds("对了，还要补个身份证") and not adds("补个身份证")


@pytest.mark.parametrize(
    ("new", "words", "joined"),
    [
        ("2026-11-25T09:00:00+08:00", "后天", "2026-11-25T10:00:00+08:00"),
        ("2026-11-23T15:00:00+08:00", "下午三点", "2026-11-24T15:00:00+08:00"),
        ("2026-11-25T15:00:00+08:00", "后天下午三点", None),
    ],
    ids=["only the day", "only the hour", "both"],
)
def test_a_correction_keeps_the_other_half(new: str, words: str, joined: str | None) -> None:
    found = joined_times(TOMORROW_TEN, {"from": new, "to": new}, words)
    assert (found[0].isoformat() if found else None) == joined


def detail(kind: str, text: str, said: str) -> dict[str, Any]:
    return {"entity": kind, "value": text, "text": text, "start": said.index(text), "end": said.index(text) + len(text)}


@pytest.mark.parametrize(
    ("said", "details", "request_"),
    [
        ("身份证掉了，喊个人来帮我跑", {}, "身份证掉了"),
        ("喊个人来拿", {}, "喊个人来拿"),
        ("娃儿上户口，喊个人来拿，柳林镇，我电话13800001234，不对，13900005678", {"柳林镇": "place", "13800001234": "phone", "13900005678": "phone"}, "娃儿上户口"),
    ],
)
def test_only_the_words_that_name_a_matter_are_looked_up(said: str, details: dict[str, str], request_: str) -> None:
    found = [detail(kind, text, said) for text, kind in details.items()]
    assert Said(said, "request_errand", found).request == request_


def test_who_tells_where_to_ring_and_when_orders() -> None:
    text = "娃儿上户口，柳林镇，13800001234"
    assert Said(text, "inform", [detail("phone", "13800001234", text), detail("place", "柳林镇", text)]).wants_runner
    assert Said("身份证掉了，喊个人来拿", "inform").wants_runner
    assert not Said("身份证掉了咋个补", "ask_item_info").wants_runner
    assert not Said("喊个人来说", "handoff").wants_runner


@pytest.mark.parametrize("yes", ["对", "对头", "要得", "是的", "没错", "没得问题", "可以", "嗯", "行嘛", "/affirm", "好的，下单"])
def test_a_clear_yes(yes: str) -> None:
    assert Said(yes, "affirm").is_clear_yes


@pytest.mark.parametrize("no", ["哎呀", "😊", "不对", "等哈", "不要", "啊"])
def test_what_makes_no_order(no: str) -> None:
    assert not Said(no, "affirm").is_clear_yes
