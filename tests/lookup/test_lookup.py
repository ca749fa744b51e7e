"""The lookup as citizens meet it: what they say, and which item, question or no they get."""

from __future__ import annotations

import re

import pytest

from hotline.catalogue.clauses import CLAUSES, LONG, clauses_of
from hotline.catalogue.lookup import Lookup
from hotline.vocabulary import Decision

# What is said, and what the name of the first item must hold.
SAID = [
    ("身份证掉了咋个补", "居民身份证丢失补领"),
    ("店不开了，营业执照要注销", "注销"),
    ("娃儿刚生，上户口", "出生登记"),
    ("老汉儿走了，丧葬费在哪领", "丧葬|遗属"),
    ("驾照到期了要换", "驾驶证"),
    ("开个面馆，食品证咋个办", "食品"),
    ("社保卡搞落了", "社会保障卡"),
    ("想取公积金还房贷", "公积金"),
    ("我媽八十歲了，高齡補貼怎麼領", "高龄"),
    ("我们想领结婚证", "婚姻登记|结婚登记"),
    ("两口子说好离婚，来打离婚证", "离婚登记"),
    ("护照首次办理", "护照"),
    ("从来没去过香港，想办个通行证", "港澳"),
    ("流动人口办居住证", "居住证"),
    ("残疾证怎么办", "残疾人证"),
    ("失业了，失业金怎么领", "失业保险金"),
    ("房子过户给儿子", "不动产|转移登记|赠与"),
    ("我爸在成都住院，医保异地就医备案", "异地"),
    ("屋头恼火得很，想吃低保", "最低生活保障"),
    ("农村修房子，宅基地咋个批", "宅基地"),
    ("个体户想注销", "个体工商户注销"),
    ("食品经营许可正到期了要延期", "食品.*许可.*延续"),
    ("电动车上牌", "电动自行车"),
    ("公司要开发票，第一次领", "发票"),
    ("砍自家山上几根树子要不要办证", "采伐"),
    ("屋头停电了", "电"),
    ("办个老年证", "老年"),
    ("嗯，那个，我想问一下哈，身份证到期了换新的要好久", "居民身份证.*换领"),
]

NO_ITEM = [
    "点个外卖", "今晚足球哪个赢了", "帮我算个命", "今天股票涨没涨", "唱首歌来听", "彩票中奖号码是多少", "红烧肉怎么做",
    # 点 sounds like 电, and 披萨 like 批啥: the corrector must leave them alone.
    "给我点一个披萨", "我想点一份火锅",
]  # fmt: skip

REFERRED = [
    ("我们楼上着火了，快来人", "119"),
    ("我老汉儿突然倒地喊不答应", "120"),
    ("有人拿刀在打人", "110"),
]

OTHER_ERRANDS = ["帮我去菜鸟驿站拿个快递送到屋头", "帮我到药店买盒感冒药送上来"]


@pytest.mark.parametrize(("text", "expected"), SAID)
def test_the_item_is_the_first(lookup: Lookup, text: str, expected: str) -> None:
    result = lookup.find(text)
    first = result.candidates[0].item
    assert re.search(expected, f"{first.name} {first.parent}"), [c.item.title for c in result.candidates]
    assert result.decision is not Decision.REJECT


@pytest.mark.parametrize("text", NO_ITEM)
def test_what_no_hall_does_is_rejected(lookup: Lookup, text: str) -> None:
    assert lookup.find(text).decision is Decision.REJECT


@pytest.mark.parametrize(("text", "number"), REFERRED)
def test_danger_is_sent_to_the_right_number(lookup: Lookup, text: str, number: str) -> None:
    result = lookup.find(text)
    assert result.decision is Decision.REJECT
    assert result.referral is not None and result.referral.danger
    assert result.as_json()["referral"]["number"] == number
    referral = lookup.referral(text)
    assert referral is not None and referral.number == number


@pytest.mark.parametrize("text", OTHER_ERRANDS)
def test_a_private_errand_is_offered_to_staff(lookup: Lookup, text: str) -> None:
    result = lookup.find(text)
    assert result.decision is Decision.REJECT
    assert result.other_errand
    assert result.as_json()["other_errand"] is True


@pytest.mark.parametrize("text", ["身份证", "户口的事情", "社保", "驾照"])
def test_a_vague_request_is_asked_about(lookup: Lookup, text: str) -> None:
    result = lookup.find(text)
    assert result.decision is Decision.CLARIFY
    assert 2 <= len(result.candidates) <= 3
    assert result.question.endswith(("？", "："))
    question, buttons = lookup.question([candidate.code for candidate in result.candidates])
    assert question == result.question
    assert len(buttons) == len(result.candidates) + 1
    assert buttons[-1]["title"] == "都不是"


def test_loss_and_first_issue_are_told_apart(lookup: Lookup) -> None:
    lost = lookup.find("不是要办新的，是旧的身份证丢了").candidates[0].item
    first = lookup.find("娃儿十六岁了第一次办身份证").candidates[0].item
    assert lost.name != first.name
    assert "丢失" in lost.name or lost.variant == "补领"


DENIED = [
    ("残疾证不是到期，是洗衣服洗没了", "残疾人证挂失补办"),
    ("老了守不动店了，不是停几个月，烟证彻底不要了", "歇业"),
    ("护照耍丢了，不是过期", "护照"),
]


@pytest.mark.parametrize(("text", "expected"), DENIED)
def test_what_is_denied_is_not_what_is_meant(lookup: Lookup, text: str, expected: str) -> None:
    assert expected in lookup.find(text).candidates[0].item.name


def test_the_opposite_act_is_never_taken_at_once(lookup: Lookup) -> None:
    result = lookup.find("婆婆过世了，房子上写的她的居住权要去掉")
    first = result.candidates[0].item.name
    assert result.decision is not Decision.COMMIT or "注销" in first


def test_a_good_sentence_survives_the_corrector(lookup: Lookup) -> None:
    assert lookup.scorer.readings("老娘过世了，她的医保卡咋个办")[-1].startswith("老娘")


def test_the_request_is_found_in_a_long_story(lookup: Lookup) -> None:
    story = (
        "我跟你说嘛，我从早上五点就起来坐车，路上堵了两个钟头，娃儿还在屋头哭，"
        "我就是想问哈，我的身份证前天在场上遭摸了，要补一个，今天搞得到不"
    )
    assert "居民身份证丢失补领" in [candidate.item.name for candidate in lookup.find(story).candidates]


def test_the_answer_says_why(lookup: Lookup) -> None:
    for candidate in lookup.find("身份证掉了咋个补").candidates:
        said = re.search("“(.+)”", candidate.evidence)
        assert said is not None
        assert said[1] in (candidate.item.name, *candidate.item.aliases)
        assert candidate.zone and candidate.window


def test_probabilities_are_in_order_and_below_one(lookup: Lookup) -> None:
    scores = [candidate.score for candidate in lookup.find("办证", limit=10).candidates]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= sum(scores) <= 1.0001


def test_the_same_question_gets_the_same_answer(lookup: Lookup) -> None:
    first, second = (lookup.find("店不开了，营业执照要注销").as_json() for _ in range(2))
    assert first == second


def test_the_item_talked_about_is_kept(lookup: Lookup) -> None:
    code = lookup.find("身份证掉了咋个补").candidates[0].code
    result = lookup.find("要好多钱", context=code)
    assert result.decision is Decision.COMMIT
    assert result.candidates[0].code == code


def test_a_choice_in_words_settles_it(lookup: Lookup) -> None:
    choices = ["居民身份证丢失补领", "居民身份证损坏换领"]
    codes = [item.code for item in lookup.catalogue if item.name in choices]
    assert len(codes) == 2
    result = lookup.narrow("身份证", "掉了，要补一个", codes)
    assert result.candidates[0].item.name == "居民身份证丢失补领"


@pytest.mark.parametrize("text", ["", " ", "。", "？？？", "嗯", "😀", "\u200b", "a", "1", "……", "-" * 50])
def test_next_to_nothing_breaks_nothing(lookup: Lookup, text: str) -> None:
    assert lookup.find(text).decision is not Decision.COMMIT


@pytest.mark.parametrize("text", ["身份证掉了" * 2000, "abc " * 2500])
def test_ten_thousand_characters_break_nothing(lookup: Lookup, text: str) -> None:
    assert lookup.find(text).candidates


def test_a_short_utterance_is_one_clause() -> None:
    assert clauses_of("身份证掉了，要补") == ["身份证掉了，要补"]


def test_a_long_story_is_looked_at_in_parts_but_not_in_too_many() -> None:
    story = "，".join(["我今天早上坐车来的"] * 40)
    assert len(story) > LONG
    parts = clauses_of(story)
    assert parts[0] == story
    assert len(parts) == CLAUSES + 1


TALKATIVE = "给我老汉办高龄津贴，喊个人来拿材料，我老汉叫，我电话"


def test_who_asks_for_a_runner_is_asked_what_for_and_not_refused(lookup: Lookup) -> None:
    assert lookup.find(TALKATIVE).decision is Decision.REJECT
    asked = lookup.find(TALKATIVE, is_wanted=True)
    assert asked.decision is Decision.CLARIFY
    assert any("高龄津贴" in candidate.item.name for candidate in asked.candidates)
    assert lookup.find("帮我去菜鸟驿站拿个快递送到屋头", is_wanted=True).other_errand


def test_a_noise_chooses_nothing(lookup: Lookup) -> None:
    choices = lookup.find("营业执照").choices
    assert lookup.narrow("营业执照", "阿巴阿巴", choices).decision is not Decision.COMMIT
    assert lookup.narrow("营业执照", "搞丢了的那种", choices).decision is Decision.COMMIT
