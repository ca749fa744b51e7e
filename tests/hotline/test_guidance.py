"""What a citizen is told about an item: all of it, or the one part asked for, and only what may be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from hotline.catalogue.catalogue import Catalogue, Item, TypicalQuestion, parse_item
from hotline.catalogue.nearby import Nearby, Offering
from hotline.divisions import read_divisions
from hotline.facets import Facet, facet_of
from hotline.guidance import Guidance
from hotline.profile import HallProfile, Place, Zone
from hotline.vocabulary import Level
from tests.builders import GUANZIGOU, LIULIN, HandClock

OTHER_VILLAGE = "511903106205"
DENGKE = "511903001"
PROFILE = HallProfile(
    name="某某区市民之家", district="某某区", runner_team="某某跑团", confirmed=False, departments=[],
    places=[
        Place("district", "某某区市民之家", "一号", "12345"), Place("park", "园区大厅", "二号", "12345"),
        Place("town", "柳林镇便民服务中心", "三号", "12345", LIULIN),
    ],
    zones={"police": Zone("police", "公安专区", "二楼", "公安专区首席", {"户籍": ["C01", "C02"]})},
    hours=[(time(9), time(12)), (time(14), time(17))], numbers={},
    extra_holidays=frozenset(), extra_workdays=frozenset(),
)  # fmt: skip
CONFIRMED = replace(PROFILE, confirmed=True)
BIRTH = parse_item(
    {
        "code": "030002", "name": "出生登记", "parent": "", "variant": "新办", "type": "公共服务",
        "zone": "police", "department": "区公安分局", "window_group": "户籍", "audience": "个人",
        "provenance": "compiled", "levels": ["district", "town", "village"], "promised_days": 0, "fee": "不收费",
        "materials": ["出生医学证明/原件", "结婚证/复印件/容缺"],
    }  # fmt: skip
)
CHECKED = replace(BIRTH, confirmed=True)


def offering(level: Level, place: str, **changes: Any) -> Offering:
    values = {"row": 5, "code": "030002", "name": "出生登记", "since": date(2026, 11, 1), "source": "公告"}
    return Offering(**{**values, "level": level, "place": place, "confirmed": False, **changes})


def guidance(item: Item = BIRTH, profile: HallProfile = PROFILE, *offerings: Offering) -> Guidance:
    return Guidance(Catalogue([item], profile), read_divisions(), Nearby(offerings), HandClock())


def test_the_full_notice_marks_what_nobody_confirmed() -> None:
    assert guidance().notice(BIRTH) == (
        "您要办的是“出生登记”。在某某区市民之家公安专区C01、C02号窗口办（区公安分局）（演示数据）。"
        "一般需要：出生医学证明、结婚证（复印件）（可以后补）（演示数据）。当场办结（演示数据）。费用：不收费（演示数据）。"
    )


def test_a_confirmed_hall_tells_of_an_unconfirmed_item_only_what_is_generally_needed() -> None:
    told = guidance(BIRTH, CONFIRMED).notice(BIRTH)
    assert told == (
        "您要办的是“出生登记”。在某某区市民之家公安专区办。一般需要：出生医学证明、结婚证（复印件）（可以后补）。"
    )


def test_a_confirmed_item_is_told_as_fact() -> None:
    told = guidance(CHECKED, CONFIRMED).notice(CHECKED)
    assert "需要：出生医学证明" in told and "一般" not in told and "演示" not in told
    assert "C01、C02号窗口" in told and "费用：不收费。" in told


# --- one part, if only one was asked for


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("材料", Facet.MATERIALS), ("费用呢", Facet.FEE), ("贵不贵哦", Facet.FEE), ("好多钱嘛", Facet.FEE), ("补个身份证好多钱", None),
        ("哪天拿得到证", Facet.TIME), ("好久", Facet.TIME), ("低保一个月好多钱", None), ("养老金好多钱一个月", None),
        ("上户口要好多钱", Facet.FEE),
        ("那个要不要收费", Facet.FEE),
        ("要好久才办得下来", Facet.TIME),
        ("几天能拿到", Facet.TIME),
        ("在几号窗口", Facet.PLACE),
        ("到哪里去办嘛", Facet.PLACE),
        ("要带些啥子", Facet.MATERIALS),
        ("需要什么材料", Facet.MATERIALS),
        ("娃儿上户口咋个办", None),
        ("到哪里办，要带啥子", None),  # two parts: everything
        ("要哪些材料嘛，好多钱", None),
        ("那行嘛，一共好多钱", Facet.FEE),
        ("残疾补贴批下来，一个月，好多钱嘛", None),
        ("低保一个月好多钱", None),  # not a fee
        ("我替我妈办得不", Facet.WHO), ("老汉儿走不动，我去要得不", Facet.WHO), ("能不能代办", Facet.WHO), ("要不要本人去", Facet.WHO),
        ("娃儿在外头打工，我帮他领得不", Facet.WHO), ("我儿子可以替我办吗", Facet.WHO), ("是不是非要两个人都来", Facet.WHO),
        ("哪个去办才行", Facet.WHO), ("两口子都要来吗", Facet.WHO), ("会计去办可不可以", Facet.WHO),
        ("你们能不能帮我办", None), ("帮我代办一下", None), ("你帮我去办行不", None), ("我自己去", None), ("明天上午来拿可以不", None),
        ("要不要我在屋头等", None),
        ("打算开个药店要办哪些证", None),
        ("吃低保要些啥子条件嘛", None),
        ("我" + "从外头打工转来" * 6 + "要带啥子材料", None),  # a story
    ],
)
def test_the_part_that_is_asked_for(text: str, facet: Facet | None) -> None:
    assert facet_of(text) is facet


def test_who_asks_for_one_part_gets_that_part() -> None:
    hall = guidance()
    assert hall.answer(BIRTH, "要好多钱") == "“出生登记”：费用：不收费（演示数据）。"
    assert hall.answer(BIRTH, "要好久才办得下来") == "“出生登记”：当场办结（演示数据）。"
    assert hall.answer(BIRTH, "在几号窗口").startswith("“出生登记”：在某某区市民之家公安专区C01、C02号窗口办")
    assert hall.answer(BIRTH, "需要什么材料").startswith("“出生登记”：一般需要：")
    assert hall.answer(BIRTH, "咋个办") == hall.answer(BIRTH, "") == hall.notice(BIRTH)


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    bare = replace(BIRTH, fee="", promised_days=None, materials=())
    for question in ("要好多钱", "要好久才办得下来", "需要什么材料"):
        assert "目录里没有写" in guidance(bare).answer(bare, question)
    assert guidance(BIRTH, CONFIRMED).answer(BIRTH, "要好多钱") == "“出生登记”：费用还没有核实，不能乱说。"


# --- who may act, and typical questions

ASKED = TypicalQuestion("没扯结婚证能上户口不", "能上，跟着妈妈或爸爸都可以。")
WITH_WHO = replace(BIRTH, who_may_act="父母一方来就行", questions=(ASKED,))


def test_who_may_act_stands_in_the_notice_as_what_is_general() -> None:
    assert "（演示数据）。谁能办：一般是父母一方来就行（演示数据）。一般需要：" in guidance(WITH_WHO).notice(WITH_WHO)
    assert "谁能办：一般是父母一方来就行。" in guidance(WITH_WHO, CONFIRMED).notice(WITH_WHO)
    checked = replace(WITH_WHO, confirmed=True)
    assert "谁能办：父母一方来就行。" in guidance(checked, CONFIRMED).notice(checked)
    assert "谁能办" not in guidance().notice(BIRTH)


def test_who_asks_whether_somebody_else_may_go_hears_that_and_what_the_runner_may_do() -> None:
    told = guidance(WITH_WHO).answer(WITH_WHO, "外婆带娃儿去办得不")
    assert told.startswith("“出生登记”，谁能办：一般是父母一方来就行（演示数据）。这件事是帮办：")
    unknown = guidance().answer(BIRTH, "能不能代办")
    assert unknown.startswith("“出生登记”，谁能替谁办目录里没有写，可以先打12345问") and "这件事是帮办" in unknown
    assert "谁能替谁办还没有核实，不能乱说。" in guidance(BIRTH, CONFIRMED).answer(BIRTH, "能不能代办")


def test_a_typical_question_is_quoted_with_its_answer() -> None:
    told = guidance(WITH_WHO).answer(WITH_WHO, "我们没领证", question=ASKED)
    assert told == "“出生登记”，您问“没扯结婚证能上户口不”：能上，跟着妈妈或爸爸都可以（演示数据）。"
    told = guidance(WITH_WHO, CONFIRMED).answer(WITH_WHO, "我们没领证", question=ASKED)
    assert told == "“出生登记”，您问“没扯结婚证能上户口不”：一般来说，能上，跟着妈妈或爸爸都可以。"
    checked = replace(WITH_WHO, confirmed=True)
    assert guidance(checked, CONFIRMED).reply(checked, ASKED).endswith("：能上，跟着妈妈或爸爸都可以。")


def test_a_question_that_nobody_has_answered_is_said_to_be_open() -> None:
    open_one = TypicalQuestion("落户以后能改名不")
    assert "目录里没有写" in guidance(WITH_WHO).reply(WITH_WHO, open_one)
    assert "还没有核实，不能乱说。" in guidance(WITH_WHO, CONFIRMED).reply(WITH_WHO, open_one)


# --- near the citizen


def test_the_village_goes_before_the_town() -> None:
    hall = guidance(BIRTH, PROFILE, offering(Level.TOWN, LIULIN), offering(Level.VILLAGE, GUANZIGOU))
    assert hall.where(BIRTH, GUANZIGOU).startswith("就近可以在柳林镇罐子沟村便民服务站办（演示数据）；也可以在")
    assert hall.where(BIRTH, OTHER_VILLAGE).startswith("就近可以在柳林镇便民服务中心办（演示数据）；也可以在")
    assert hall.where(BIRTH, LIULIN).startswith("就近可以在柳林镇便民服务中心办")


def test_a_town_that_is_not_in_the_table_is_not_promised() -> None:
    told = guidance(BIRTH, PROFILE, offering(Level.TOWN, LIULIN)).where(BIRTH, DENGKE)
    assert told.startswith("在某某区市民之家公安专区")
    assert told.endswith("登科街道能不能办还说不准，想就近办可以先打12345问一下。")
    only_here = replace(BIRTH, levels=(Level.DISTRICT,))
    assert "12345" not in guidance(only_here).where(only_here, DENGKE)
    assert "12345" not in guidance().where(BIRTH)  # nobody knows where the citizen lives


def test_a_place_counts_from_its_day_on() -> None:
    later = offering(Level.TOWN, LIULIN, since=date(2026, 11, 24))
    hall = guidance(BIRTH, PROFILE, later)
    assert "就近" not in hall.where(BIRTH, LIULIN).split("12345")[0].split("。")[0]
    clock = hall.clock
    assert isinstance(clock, HandClock)
    clock.advance(days=1)
    assert hall.where(BIRTH, LIULIN).startswith("就近可以在柳林镇便民服务中心办")


def test_a_confirmed_hall_promises_confirmed_places_only() -> None:
    guess, fact = offering(Level.TOWN, LIULIN), offering(Level.TOWN, LIULIN, confirmed=True)
    assert "便民服务中心" not in guidance(CHECKED, CONFIRMED, guess).where(CHECKED, LIULIN)
    assert guidance(CHECKED, CONFIRMED, fact).where(CHECKED, LIULIN).startswith("就近可以在柳林镇便民服务中心办；")


def test_a_company_may_go_to_the_park() -> None:
    company = replace(BIRTH, audience="企业", levels=(Level.DISTRICT, Level.PARK))
    hall = guidance(company, PROFILE, offering(Level.PARK, "园区"))
    assert hall.where(company).startswith("企业就近可以在园区大厅办（演示数据）；也可以在")
    assert "园区" not in guidance(company).where(company)
