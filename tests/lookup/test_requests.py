"""Two requests in one utterance give two results; one matter told at length stays one."""

from __future__ import annotations

import pytest

from hotline.catalogue.clauses import requests_of
from hotline.catalogue.lookup import Lookup

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


def test_a_part_that_only_tells_is_no_request() -> None:
    assert requests_of("去年改了名字,也没人管,现在想改户口本") == ["也没人管,现在想改户口本"]


def test_endless_links_are_not_all_followed() -> None:
    assert len(requests_of("还要办证" * 100)) <= 4
