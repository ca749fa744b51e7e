"""What the parsers promise beyond single sentences: check digits, calendars, and their data files."""

from __future__ import annotations

import csv
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components import almanac
from bot.components.amounts import read_number
from bot.components.details import Detail, by_weight, find_details
from bot.components.gazetteer import DIVISIONS_FILE, load_gazetteer
from bot.components.order_numbers import is_valid, make_check_digit
from bot.components.sounds import syllable

SHANGHAI = ZoneInfo("Asia/Shanghai")
BODY = st.text("0123456789", min_size=4, max_size=8)


def _time(text: str, now: datetime) -> Detail:
    (found,) = [detail for detail in find_details(text, now=now) if detail.kind == "time"]
    return found


def test_the_check_digit_is_that_of_damms_own_example() -> None:
    assert make_check_digit("572") == "4"


@given(BODY, st.data())
def test_one_wrong_digit_is_noticed(body: str, data: st.DataObject) -> None:
    number = body + make_check_digit(body)
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from("0123456789".replace(number[place], "")))
    assert is_valid(number)
    assert not is_valid(number[:place] + wrong + number[place + 1 :])


@given(BODY)
def test_two_swapped_digits_are_noticed(body: str) -> None:
    number = body + make_check_digit(body)
    for index, (first, second) in enumerate(pairwise(number)):
        if first != second:
            assert not is_valid(number[:index] + second + first + number[index + 2 :])


@pytest.mark.parametrize("number", ["", "1234", "0123456789", "１００１９", "10o19"])
def test_what_is_no_order_number_at_all(number: str) -> None:
    assert not is_valid(number)


@pytest.mark.parametrize(
    ("now", "text", "value"),
    [
        ("2026-11-29T20:00", "明天", "2026-11-30T09:00"),  # Sunday evening
        ("2026-11-29T20:00", "下周一", "2026-11-30T09:00"),
        ("2026-11-29T20:00", "这周三", "2026-11-25T09:00"),  # gone, and flagged
        ("2026-12-31T09:00", "后天", "2027-01-02T09:00"),
        ("2026-12-31T09:00", "月底", "2026-12-31T09:00"),
        ("2026-12-31T09:00", "5号", "2027-01-05T09:00"),
        ("2026-12-31T09:00", "下月31号", "2027-01-31T09:00"),
        ("2027-01-31T09:00", "一个月后", "2027-02-28T09:00"),
        ("2026-09-28T09:00", "国庆后", "2026-10-08T09:00"),  # by the State Council's table
        ("2026-09-28T09:00", "国庆前", "2026-09-30T09:00"),
        ("2026-11-23T23:50", "半个钟头后", "2026-11-24T00:20"),
    ],
)
def test_around_the_turn_of_days_months_and_years(now: str, text: str, value: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    assert _time(text, moment).value[:16] == value


def test_now_may_come_in_another_zone() -> None:
    utc = datetime(2026, 11, 23, 17, 0, tzinfo=ZoneInfo("UTC"))  # the 24th, 01:00, in 巴中
    assert _time("明天", utc).value == "2026-11-25T09:00:00+08:00"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("柳林赶场天来拿", "2026-11-26"),  # 农历十月十八
        ("九镇赶场天来拿", "2026-11-27"),  # 十九
        ("九镇场上赶场天来拿", "2026-11-27"),
        ("登科街道赶场天来拿", "2026-11-25"),  # 十七
        ("登科这边赶场天来拿", "2026-11-25"),
        ("赶场天来拿，一共九样材料", ""),  # nine papers are no township
        ("赶场天九点来柳林拿", "2026-11-26"),  # nor is nine in the morning
    ],
)
def test_a_market_day_follows_the_table_of_its_township(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, day: str
) -> None:
    table = tmp_path / "market_days.yml"
    rows = {"511903119": ("九镇", [9]), "511903106": ("柳林镇", [2, 5, 8]), "511903001": ("登科街道", [7])}
    lines = [f"  '{code}': {{name: {name}, digits: {digits}}}\n" for code, (name, digits) in rows.items()]
    table.write_text("market_days:\n" + "".join(lines), encoding="utf-8")
    known = almanac.market_table(table)
    monkeypatch.setattr(almanac, "market_table", lambda: known)
    found = _time(said, datetime(2026, 11, 24, 10, tzinfo=SHANGHAI))  # 农历十月十六
    assert ((found.value or "")[:10], found.extra["provisional"]) == (day, True)


def test_the_market_table_names_known_townships() -> None:
    names = {division.name for division in load_gazetteer().codes.values() if division.is_township}
    for name, digits in almanac.market_table().items():
        assert name in names
        assert digits <= set(range(10))


def test_every_division_has_a_sound_row() -> None:
    with DIVISIONS_FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))
    codes = [row["code"] for row in rows]
    assert len(set(codes)) == len(codes)
    for row in rows:
        assert len(row["code"]) == {"township": 9, "village": 12}[row["level"]], row
        assert row["parent"] in codes or row["parent"] == "511903", row
        assert row["name"] and row["official"], row


def test_every_village_is_found_by_its_full_name_in_its_township() -> None:
    gazetteer, now = load_gazetteer(), datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
    for village in gazetteer.codes.values():
        if not village.is_township:
            spoken = gazetteer.codes[village.parent].name + village.name
            (place,) = find_details(f"送到{spoken}", now=now)
            assert (place.value, place.text) == (village.code, spoken)


@pytest.mark.parametrize("pair", ["花法", "胡福", "丛虫", "生森", "牛流", "灵林", "正赠"])
def test_sounds_that_bazhong_does_not_keep_apart(pair: str) -> None:
    assert syllable(pair[0]) == syllable(pair[1])


@pytest.mark.parametrize(
    ("said", "value"),
    [("两百五", 250), ("两万三", 23000), ("3万5", 35000), ("十二", 12), ("廿三", 23), ("万", 10000)],
)
def test_numbers_as_they_are_said(said: str, value: int) -> None:
    assert read_number(said) == value


def test_what_is_no_number() -> None:
    assert read_number("好多") is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("改到周五嘛，我周四赶场", "周五"),
        ("你们周三来拿嘛，周五要用", "周三"),
        ("周六早上来？哦不，礼拜天早上，我只有周末在屋", "礼拜天早上"),
        ("明天上午来，或者后天下午", "后天下午"),
        ("十二点一刻哈，先头说的十一点我赶不拢", "十二点一刻"),
        ("隔天来嘛，今天莫来", "隔天"),
        ("改在周三下午放学后，周三有公开课", "周三下午放学后"),
    ],
)
def test_of_several_times_the_one_that_is_meant_comes_last(text: str, meant: str) -> None:
    now = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
    times = [d for d in by_weight(find_details(text, now=now), text) if d.kind == "time"]
    assert len(times) > 1
    assert times[-1].text == meant


@pytest.mark.parametrize(
    "said",
    [
        "我的13800001234，我老公15900005678",
        "座机08273361234，手机13800001234",
        "先打13800001234，没人接再打15900005678",
        "15900005678是我娃儿的，13800001234是我自己的",
        "两个号，15900005678和13800001234，打后头那个",
    ],
)
def test_of_two_good_numbers_the_one_to_ring_first_comes_last(said: str) -> None:
    """As the slot keeps the last."""
    found = find_details(said, now=datetime(2026, 11, 23, 10, tzinfo=SHANGHAI))
    phones = [detail.value for detail in by_weight(found, said) if detail.kind == "phone"]
    assert (len(phones), phones[-1]) == (2, "13800001234")
