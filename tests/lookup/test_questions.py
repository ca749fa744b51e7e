"""The clarifying question names what tells the items apart."""

from __future__ import annotations

import json
from dataclasses import replace

from hotline.catalogue.catalogue import Item, parse_item
from hotline.catalogue.questions import NONE_OF_THESE, question_for

LICENCE: Item = parse_item({
    "code": "010001", "name": "小餐饮备案新办", "parent": "小餐饮备案", "variant": "新办", "type": "公共服务",
    "department": "区行政审批局", "zone": "business", "window_group": "食品", "audience": "都可",
    "provenance": "compiled",
})  # fmt: skip


def test_variants_of_one_item_are_asked_for_in_words() -> None:
    closing = replace(LICENCE, code="010002", name="小餐饮备案注销", variant="注销")
    question, _ = question_for([LICENCE, closing])
    assert question == "“小餐饮备案”，您是第一次新办，还是不要了注销？"


def test_a_person_or_a_company() -> None:
    one = replace(LICENCE, parent="甲", audience="个人")
    other = replace(LICENCE, code="010002", name="单位缴存登记", parent="乙", audience="企业")
    assert question_for([one, other])[0].startswith("您是个人办，还是公司（单位）办？")


def test_kinds_of_one_parent() -> None:
    other = replace(LICENCE, code="010002", name="小餐饮备案补发")
    assert question_for([LICENCE, other])[0] == "“小餐饮备案”里头有几种，您是哪一种？"


def test_unlike_items_are_named() -> None:
    others = [replace(LICENCE, code=f"01000{k}", name=name, parent=name) for k, name in enumerate("甲乙丙")]
    assert question_for(others)[0] == "您是要办“甲”、“乙”，还是“丙”？"


def test_every_item_has_a_button_and_the_last_is_none_of_these() -> None:
    other = replace(LICENCE, code="010002", name="小餐饮备案注销", variant="注销")
    _, buttons = question_for([LICENCE, other])
    assert [button["title"] for button in buttons] == ["小餐饮备案新办", "小餐饮备案注销", "都不是"]
    payloads = [json.loads(button["payload"].removeprefix("/choose_item")) for button in buttons]
    assert [payload["code"] for payload in payloads] == ["010001", "010002", NONE_OF_THESE]


def test_items_of_one_name_are_shown_with_their_parent() -> None:
    one, other = (replace(LICENCE, name="补领", parent=parent) for parent in ("居民身份证", "居住证"))
    _, buttons = question_for([one, other])
    assert [button["title"] for button in buttons[:2]] == ["补领（居民身份证）", "补领（居住证）"]
