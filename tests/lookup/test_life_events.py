"""A life event that is told, in whatever words, is never simply refused: its items are asked about."""

from __future__ import annotations

import pytest

from hotline.catalogue.bundles import read_bundles
from hotline.catalogue.lookup import Lookup
from hotline.vocabulary import Decision

TOLD = [
    ("屋头刚刚添了个孙女，一大堆手续不晓得咋个跑", "newborn"),
    ("我们家老爷子今早上没了，后面该做些什么", "bereavement"),
    ("耍朋友几年了，打算国庆把婚结了，要跑哪些", "marriage"),
    ("幺儿考起了成都的大学，走之前屋头要办些啥", "college"),
    ("修铁路要占我们院子，房子也要拆，人往哪去", "land_taken"),
    ("老妈瘫在床上，几姊妹都在外头，哪个照看嘛", "elder_care"),
    ("打了二十年工，今年不出去了，想在屋头做点啥", "return_home"),
    ("父母都不在了，娃儿跟到我们老两口，吃饭读书咋办", "orphans"),
    ("昨晚下暴雨把房子冲垮了，一家老小没得落脚的地方", "disaster"),
    ("租了个门面准备卖串串，从头到尾要办啥", "restaurant"),
]


@pytest.mark.parametrize(("text", "key"), TOLD)
def test_a_life_event_is_asked_about(lookup: Lookup, text: str, key: str) -> None:
    result = lookup.find(text)
    assert result.decision is Decision.CLARIFY
    assert result.bundle is not None and result.bundle.key == key
    assert set(result.choices[:-1]) & set(result.bundle.codes)
    assert result.choices[-1] == key  # so that the question can be put again


def test_the_question_names_the_event_and_offers_three_items(lookup: Lookup) -> None:
    result = lookup.find("老汉儿昨晚上过世了，后头要办些啥子")
    question, buttons = lookup.question(result.choices)
    assert question == result.question
    assert question.startswith("“老人过世”一般要办15样，先办") and question.endswith("办完一样再给您说下一样。")
    assert len(buttons) == 4 and buttons[-1]["title"] == "都不是"


def test_the_answer_holds_all_items_of_the_event_in_order(lookup: Lookup) -> None:
    result = lookup.find("老汉儿昨晚上过世了，后头要办些啥子")
    told = result.as_json()["bundle"]
    assert told["title"] == "老人过世"
    assert result.bundle is not None and [step["code"] for step in told["items"]] == result.bundle.codes


@pytest.mark.parametrize("text", ["老汉儿走了，户口在哪里销", "结婚证掉了补一本", "娃儿的社保卡咋个办", "二手房过户"])
def test_one_matter_within_an_event_is_no_event(lookup: Lookup, text: str) -> None:
    assert lookup.find(text).bundle is None


def test_each_event_has_enough_sayings_and_knows_its_own(lookup: Lookup) -> None:
    bundles = read_bundles()
    assert len(bundles) >= 50
    assert [bundle.key for bundle in bundles if len(bundle.sayings) < 11] == []
    lost = [one.title for one in bundles if lookup.find(one.title + "要办哪些手续").decision is Decision.REJECT]
    assert lost == []
