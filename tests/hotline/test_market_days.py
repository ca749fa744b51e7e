"""Market days: what staff write, what the assistant reads from it, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.components import almanac
from bot.components.details import find_details
from hotline import market_day_table
from hotline.cli import market_days as verbs
from hotline.clock import LOCAL
from hotline.divisions import read_divisions
from hotline.errors import InvalidInput, MarketDaysFault, NotFound, StaleView
from hotline.market_day_table import FILE, MarketDayTable
from hotline.market_days import NUMERALS, MarketDays, find_town, parse_days
from hotline.vocabulary import MarketCalendar

LUNAR, SOLAR = MarketCalendar
TOWNS = read_divisions()
LIULIN = find_town(TOWNS, "柳林")
HEADER = "# 由各镇便民服务中心核实后填写。\n# 没有核实的不要写。\n"
CALLED = "柳林镇便民服务中心，11月20日电话"


@pytest.fixture
def table(tmp_path: Path) -> MarketDayTable:
    return table_of(tmp_path, HEADER + "market_days: {}\n")


def table_of(folder: Path, text: str) -> MarketDayTable:
    file = folder / "market_days.yml"
    file.write_text(text, "utf-8")
    return MarketDayTable(TOWNS, file)


def days(said: str, calendar: MarketCalendar = LUNAR, *, confirmed: bool = True) -> MarketDays:
    return MarketDays(LIULIN, parse_days(said), calendar, CALLED, confirmed)


def test_the_table_of_the_repository_is_sound_and_claims_nothing() -> None:
    assert all(row.source for row in MarketDayTable(TOWNS).read().values() if row.confirmed)
    assert "不会猜" in FILE.read_text("utf-8")


@pytest.mark.parametrize(
    ("said", "digits", "told"),
    [
        ("逢三六九赶场天", (3, 6, 9), "逢三六九"), ("1,4,7", (1, 4, 7), "逢一四七"), ("258", (2, 5, 8), "逢二五八"),
        ("逢五逢十", (5, 0), "逢五逢十"), ("１０、５", (5, 0), "逢五逢十"), ("九 三 六", (3, 6, 9), "逢三六九"),
    ],
)  # fmt: skip
def test_days_as_people_write_them(said: str, digits: tuple[int, ...], told: str) -> None:
    assert parse_days(said) == digits
    assert days(said).days == told
    assert parse_days(told) == digits


@pytest.mark.parametrize("said", ["", "赶场天", "星期天", "逢三三六", "0", "20", "3.6", "初三", "1010"])
def test_days_that_mean_nothing_are_refused(said: str) -> None:
    with pytest.raises(InvalidInput):
        parse_days(said)


@pytest.mark.parametrize(
    ("said", "calendar", "today", "market"),
    [
        ("二五八", LUNAR, "2026-11-24", "2026-11-26"),  # 农历十月十六 → 十八
        ("二五八", LUNAR, "2026-11-26", "2026-11-26"),  # today is one
        ("二五八", SOLAR, "2026-11-24", "2026-11-25"),
        ("十", LUNAR, "2026-11-24", "2026-11-28"),  # 二十
        ("一", SOLAR, "2026-02-22", "2026-03-01"),  # over the end of the month
        ("十", SOLAR, "2026-01-31", "2026-02-10"),  # a month without a 30th
    ],
)
def test_the_next_market_day(said: str, calendar: MarketCalendar, today: str, market: str) -> None:
    assert days(said, calendar).next_from(date.fromisoformat(today)) == date.fromisoformat(market)


def test_every_day_has_a_market_day_ahead() -> None:
    """Each last digit comes round within the days that are looked at, over whole years of short months."""
    for ahead in range(800):
        today = date(2026, 1, 1) + timedelta(ahead)
        for row in (days(said, calendar) for said in NUMERALS for calendar in MarketCalendar):
            assert today <= row.next_from(today) <= today + timedelta(30)


def test_what_is_written_is_what_the_assistant_reads(table: MarketDayTable, monkeypatch: pytest.MonkeyPatch) -> None:
    table.replace(LIULIN, days("二五八"), was="")
    known = almanac.market_table(table.file)
    monkeypatch.setattr(almanac, "market_table", lambda: known)
    moment = datetime(2026, 11, 24, 10, tzinfo=LOCAL)
    (found,) = [one for one in find_details("柳林赶场天来拿", now=moment) if one.kind == "time"]
    assert found.value[:10] == str(days("二五八").next_from(moment.date())) == "2026-11-26"


@pytest.mark.parametrize("new", [days("二五八", SOLAR), days("二五八", confirmed=False)], ids=["solar", "unconfirmed"])
def test_what_the_assistant_could_get_wrong_is_kept_from_it(table: MarketDayTable, new: MarketDays) -> None:
    table.replace(LIULIN, new, was="")
    assert table.read() == {LIULIN.code: new}
    assert almanac.market_table(table.file) == {}


def test_the_header_stays_and_other_towns_too(table: MarketDayTable) -> None:
    table.replace(LIULIN, days("二五八"), was="")
    other = MarketDays(find_town(TOWNS, "511903101"), (1, 4, 7), SOLAR, "", confirmed=False)
    table.replace(other.town, other, was="")
    assert table.has_changed and table.file.read_text("utf-8").startswith(HEADER)
    assert set(table.read()) == {LIULIN.code, "511903101"}
    table.replace(LIULIN, None, was=days("二五八").stamp)
    assert set(table.read()) == {"511903101"}
    table.replace(other.town, None, was=other.stamp)
    assert table.file.read_text("utf-8") == HEADER + "market_days: {}\nheld_back: {}\n"
    assert [file.name for file in table.file.parent.iterdir()] == ["market_days.yml"]  # no drafts


def test_a_source_with_signs_of_the_format_comes_back_as_it_was(table: MarketDayTable) -> None:
    odd = MarketDays(LIULIN, (3, 6, 9), LUNAR, "镇上: {王主任, '电话'} # 11月20日", confirmed=True)
    table.replace(LIULIN, odd, was="")
    assert table.read()[LIULIN.code] == odd


def test_two_at_once_do_not_overwrite_each_other(table: MarketDayTable) -> None:
    table.replace(LIULIN, days("二五八"), was="")
    with pytest.raises(StaleView):
        table.replace(LIULIN, days("三六九"), was="")  # saw an empty row
    assert table.read()[LIULIN.code] == days("二五八")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("'999': {name: 柳林镇, digits: [3], source: 镇上}", "“999”：没有叫“999”的镇或街道"),
        ("'511903106': {name: 玉山镇, digits: [3], source: 镇上}", "name 应当是“柳林镇”"),
        ("'511903106': {name: 柳林镇, digits: [10], source: 镇上}", "逢十写 0"),
        ("'511903106': {name: 柳林镇, digits: [3, 3], source: 镇上}", "不能重复"),
        ("'511903106': {name: 柳林镇, digits: 三六九, source: 镇上}", "digits 应当是数字"),
        ("'511903106': {name: 柳林镇, digits: [], source: 镇上}", "至少一个"),
        ("'511903106': {name: 柳林镇, digits: [3, 6]}", "要写来源"),
        ("'511903106': {name: 柳林镇, digits: [3], source: 镇上, calendar: solar}", "没有 calendar 这一栏"),
        ("'511903106': 三六九", "应当写成 {name"),
        ("'511903106': {name: 柳林镇, digits: [3], source: 镇上}\n  柳林镇: {name: 柳林镇, digits: [3], source: 镇上}", "写了两遍"),
        ("'511903106': {name: 柳林镇, digits: [3], source: 镇上}\n  '511903106': {name: 柳林镇, digits: [6], source: 镇上}", "写了两遍"),
        ("'511903106': {name: 柳林镇, digits: [3", "读不出来"),
    ],
)
def test_faults_name_the_entry_and_the_reason(tmp_path: Path, entry: str, reason: str) -> None:
    table = table_of(tmp_path, f"{HEADER}market_days:\n  {entry}\n")
    with pytest.raises(MarketDaysFault) as fault:
        table.read()
    assert reason in fault.value.wording
    before = table.file.read_text("utf-8")
    with pytest.raises(MarketDaysFault):  # and nothing is written over what somebody has to mend
        table.replace(LIULIN, days("二五八"), was="")
    assert table.file.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("held_back:\n  柳林镇: {name: 柳林镇, digits: [3], calendar: 阴历}", "calendar 只能写"),
        ("held_back:\n  柳林镇: {name: 柳林镇, digits: [3], source: 镇上, confirmed: true}", "要写在 market_days 里"),
        ("held_back:\n  柳林镇: {name: 柳林镇, digits: [3], confirmed: 'true'}", "不加引号"),
        ("market: {}", "不认识的部分 market"),
        ("- 柳林镇", "应当是“名字: 内容”"),
    ],
)
def test_faults_of_the_held_back_and_of_the_whole(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(MarketDaysFault) as fault:
        table_of(tmp_path, text).read()
    assert reason in fault.value.wording


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = "market_days:\n  甲镇: {name: 甲镇, digits: [3]}\n  乙镇: {name: 乙镇, digits: [3]}"
    with pytest.raises(MarketDaysFault) as fault:
        table_of(tmp_path, text).read()
    assert "“甲镇”" in fault.value.wording and "“乙镇”" in fault.value.wording


def test_the_command_line_sets_lists_and_clears(table: MarketDayTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(market_day_table, "FILE", table.file)
    said = CliRunner().invoke(verbs.app, ["set", "柳林", "逢三六九", "--source", CALLED, "--confirmed"])
    assert said.exit_code == 0 and "重新启动系统以后" in said.output
    assert table.read()[LIULIN.code] == days("三六九")
    assert "农历逢三六九" in CliRunner().invoke(verbs.app, ["list"], env={"COLUMNS": "200"}).output
    assert "会问市民是哪天" in CliRunner().invoke(verbs.app, ["set", "柳林镇", "1,4,7", "--solar"]).output
    assert table.read()[LIULIN.code].calendar is SOLAR
    assert "清除了" in CliRunner().invoke(verbs.app, ["clear", LIULIN.code]).output
    assert table.read() == {}
    assert isinstance(CliRunner().invoke(verbs.app, ["set", "甲镇", "三"]).exception, NotFound)
