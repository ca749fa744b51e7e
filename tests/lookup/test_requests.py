"""Two requests in one utterance give two results; one matter told at length stays one."""

from __future__ import annotations

import pytest

from hotline.catalogue.borders import BORDERS, SIGNS, Border, borders_of
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.requests import REQUESTS

TWO = [
    ("娃儿上户口，顺便把我的身份证也补了", "出生登记", "居民身份证丢失补领"),
    ("娃儿上户口顺便把我身份证补了", "出生登记", "居民身份证丢失补领"),
    ("社保卡掉了要补办，再帮我妈办个老年优待证", "社会保障卡", "老年人优待证"),
    ("身份证掉了补一个，驾驶证也掉了要补", "居民身份证丢失补领", "驾驶证遗失补证"),
    ("身份证和社保卡都掉了，两样都要补", "居民身份证丢失补领", "社会保障卡"),
    ("交水费和电费", "水费缴纳", "电费缴纳"),
    ("新车要上牌，购置税还没交", "机动车注册登记", "车辆购置税申报"),
    ("护照要办，港澳通行证也要办", "护照", "往来港澳通行证首次"),
    ("第一个是驾照到期换证，第二个是给车子年检", "驾驶证有效期满换证", "机动车检验"),
]

ONE = [
    "身份证掉了咋个补",
    "公积金贷款不是全部还清，手头有点余钱，先还五万",
    "去年改了名字，房产证上还是老名字",
    "房子是我婚前买的，现在想把婆娘的名字也写上去",
    "修高速占了我们社的田土，听说失了地的人可以买养老保险还有补贴，村上说不清楚",
    "我妈身份证掉了，她也记不到在哪里掉的，今天又要坐车，想补一个",
    "点个外卖，顺便买包烟",
    "小超市只卖袋装零食和矿泉水，不现做",
    "前头申请离婚还在那三十天里头，现在和好了不想离了",
    "过年村头要放大型烟花，要申请不",
    "补社保卡要不要带身份证和户口本",
    "我和我婆娘想扯结婚证",
]


@pytest.mark.parametrize(("text", "first", "second"), TWO)
def test_two_requests_give_two_results(lookup: Lookup, text: str, first: str, second: str) -> None:
    result = lookup.find(text)
    assert first in result.candidates[0].item.name
    assert [second in further.candidates[0].item.name for further in result.further] == [True]
    assert result.as_json()["further"][0]["candidates"][0]["code"] == result.further[0].candidates[0].code


@pytest.mark.parametrize("text", ONE)
def test_one_matter_stays_one(lookup: Lookup, text: str) -> None:
    result = lookup.find(text)
    assert result.further == []
    assert result.as_json()["further"] == []


def test_what_is_heard_of_each_request_is_its_own_part(lookup: Lookup) -> None:
    result = lookup.find("娃儿上户口，顺便把我的身份证也补了")
    assert [further.heard for further in result.further] == ["把我的身份证也补了"]


CONTEXT = [
    ("娃儿要上户口，还有他的医保也要参起", "新生儿参加城乡居民基本医疗保险"),
    ("先给我开个无犯罪证明，完了去公证处公证一下，出国用", "无犯罪记录公证"),
]


@pytest.mark.parametrize(("text", "second"), CONTEXT)
def test_a_part_is_read_in_the_light_of_the_whole(lookup: Lookup, text: str, second: str) -> None:
    """「他的医保」 is that of a newborn, and what is certified is the record just asked for."""
    assert [further.candidates[0].item.name.startswith(second) for further in lookup.find(text).further] == [True]


def test_three_requests_give_three_results(lookup: Lookup) -> None:
    result = lookup.find("身份证掉了要补，顺便给我妈办个老年证，另外车子该年检了")
    found = [one.candidates[0].item.name for one in (result, *result.further)]
    assert ["身份证丢失补领" in found[0], "老年人优待证" in found[1], "机动车检验" in found[2]] == [True] * 3


def test_what_is_nothing_for_the_hall_does_not_fall_apart(lookup: Lookup) -> None:
    assert lookup.find("旧房子想重新装修一下，帮我推荐个靠谱的装修队").further == []


def test_endless_links_are_not_all_followed(lookup: Lookup) -> None:
    assert len(borders_of("还要办证" * 100)) == BORDERS
    assert len(lookup.requests.of("还要办证" * 100)) <= REQUESTS


PLACES = [
    ("交水费和电费", [("交水费", "交电费")]),
    ("身份证和社保卡都掉了", [("身份证都掉了", "社保卡都掉了")]),
    ("护照没办过要办港澳通行证也没有", [("护照没办过要办", "港澳通行证也没有")]),
    ("签注用完了,还想去澳门", [("签注用完了", "去澳门")]),
    ("公司注销前,税务那头先要清了", []),
    ("我和他结婚", []),
    ("补社保卡要不要带身份证和户口本", []),
    ("身份证掉了咋个补", []),
]


@pytest.mark.parametrize(("said", "places"), PLACES)
def test_borders_and_what_stands_on_both_sides(said: str, places: list[tuple[str, str]]) -> None:
    assert [(border.left, border.right) for border in borders_of(said)] == places


def test_words_that_part_or_bind_are_seen_as_signs() -> None:
    assert _signs(borders_of("先办个证明,再帮我妈办张卡")[0]) == {"two_clauses", "again", "both_ask", "first"}
    assert _signs(borders_of("证掉了,另外车也该审了")[0]) == {"two_clauses", "link", "also"}


def _signs(border: Border) -> set[str]:
    return {name for name, sign in zip(SIGNS[1:], border.signs[1:], strict=True) if sign}
