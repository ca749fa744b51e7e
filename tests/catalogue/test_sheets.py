"""Tables out and in: nothing is lost, and every fault has its file, row and reason."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.catalogue.catalogue import Catalogue, TypicalQuestion, read_catalogue
from hotline.catalogue.columns import COLUMNS
from hotline.catalogue.sheets import read_sheet, write_sheet
from hotline.errors import CatalogueFault
from hotline.profile import HallProfile, read_profile
from hotline.settings import ROOT
from tests.catalogue.little import little

KINDS = ("xlsx", "csv")
Edit = Callable[..., Path]


@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_out_comes_back(catalogue: Catalogue, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"目录.{kind}"
    assert write_sheet(file, catalogue, catalogue) == 4
    assert read_sheet(file, catalogue.profile).items == catalogue.items


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_catalogue_comes_back(tmp_path: Path, kind: str) -> None:
    whole = read_catalogue(read_profile(ROOT / "data" / "hall.yml"))
    write_sheet(tmp_path / f"目录.{kind}", whole, whole)
    assert read_sheet(tmp_path / f"目录.{kind}", whole.profile).items == whole.items


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text",
    ["=1+1", "'=1+1", "-5元", "@甲", "+86", "007", "1.50", "TRUE", "3.0", '他说"好"', "一,二", "'引", "#号"],
)
def test_a_cell_that_a_spreadsheet_would_change_comes_back(
    profile: HallProfile, catalogue: Catalogue, tmp_path: Path, kind: str, text: str
) -> None:
    odd = little(
        profile, replace(catalogue.items[2], fee=text, aliases=(text, "乙", "丙"), result=text, code="030003")
    )
    write_sheet(tmp_path / f"目录.{kind}", odd, odd)
    assert read_sheet(tmp_path / f"目录.{kind}", profile).items == odd.items


_WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="；;/"), min_size=1, max_size=12
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(aliases=st.lists(_WORDS, min_size=1, max_size=5), fee=_WORDS, days=st.none() | st.integers(0, 999))
def test_any_words_come_back(
    profile: HallProfile, catalogue: Catalogue, tmp_path: Path, aliases: list[str], fee: str, days: int | None
) -> None:
    item = replace(catalogue.items[0], aliases=tuple(aliases), fee=fee, legal_days=days)
    odd = little(profile, item)
    for kind in KINDS:
        write_sheet(tmp_path / f"目录.{kind}", odd, odd)
        assert read_sheet(tmp_path / f"目录.{kind}", profile).items == odd.items


def test_each_column_tells_its_keeper_what_to_do(catalogue: Catalogue, tmp_path: Path) -> None:
    write_sheet(tmp_path / "目录.xlsx", catalogue, catalogue)
    sheet = openpyxl.load_workbook(tmp_path / "目录.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.name for column in COLUMNS]
    assert all(cell.comment and cell.comment.text for cell in sheet[1])
    assert sheet["A2"].value == "030001"


def test_a_csv_begins_with_a_line_for_its_keeper(catalogue: Catalogue, tmp_path: Path) -> None:
    write_sheet(tmp_path / "目录.csv", catalogue, catalogue)
    assert (tmp_path / "目录.csv").read_text("utf-8-sig").startswith("# ")


# --- what a person types


@pytest.fixture
def edited(catalogue: Catalogue, tmp_path: Path) -> Edit:
    """Export the small catalogue as CSV and type something else into the row of 出生登记."""

    def edit(encoding: str = "utf-8-sig", **cells: str) -> Path:
        file = tmp_path / "目录.csv"
        write_sheet(file, catalogue, catalogue)
        with file.open(encoding="utf-8-sig", newline="") as source:
            rows = list(csv.reader(source))
        for name, text in cells.items():
            rows[3][rows[1].index(name)] = text
        with file.open("w", encoding=encoding, newline="") as target:
            csv.writer(target).writerows(rows)
        return file

    return edit


@pytest.mark.parametrize(
    ("column", "text", "field", "value"),
    [
        ("编码", "30002", "code", "030002"),
        ("法定办结时限", "20个工作日", "legal_days", 20),
        ("承诺办结时限", "即办", "promised_days", 0),
        ("到办事现场次数", "1次", "visits", 1),
        ("专区", "police", "zone", "police"),
        ("服务对象", "自然人", "audience", "个人"),
        ("服务对象", "自然人；法人", "audience", "都可"),
        ("常见说法", "甲\n乙；丙;丁；", "aliases", ("甲", "乙", "丙", "丁")),
        ("就近可办", "区、镇、村", "levels", ("district", "town", "village")),
        ("帮办方式", "", "help", "ASSIST"),
        ("主项名称", "", "parent", "出生登记"),
        ("谁能办、谁能代办", "爸爸或者妈妈", "who_may_act", "爸爸或者妈妈"),
        (
            "常见问题", "没结婚能上不｜能上。；满月了还来得及不\n跟妈妈姓得不 | 得行。", "questions",
            (
                TypicalQuestion("没结婚能上不", "能上。"), TypicalQuestion("满月了还来得及不"),
                TypicalQuestion("跟妈妈姓得不", "得行。"),
            ),
        ),
        ("已核实", "是", "confirmed", True),
    ],
)
def test_what_people_type_is_understood(
    edited: Edit, profile: HallProfile, column: str, text: str, field: str, value: object
) -> None:
    assert getattr(read_sheet(edited(**{column: text}), profile).items[1], field) == value


def test_a_table_that_excel_saved_in_chinese_encoding_is_read(
    edited: Edit, profile: HallProfile, catalogue: Catalogue
) -> None:
    assert read_sheet(edited("gb18030"), profile).items == catalogue.items


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("事项名称", "", "“事项名称”是空的"),
        ("编码", "", "“编码”是空的"),
        ("基本编码", "5.11E+11", "科学计数"),
        ("法定办结时限", "三天", "“法定办结时限”写的是“三天”，应当是数字"),
        ("法定办结时限", "-3", "应当是数字"),
        ("已核实", "大概", "应当是“是”或“否”"),
        ("专区", "天上专区", "大厅资料里没有这个专区，有：公安专区、民生专区"),
        ("帮办方式", "随便", "应当是帮办、代办"),
        ("就近可办", "月亮", "应当是区市民之家"),
    ],
)
def test_a_fault_has_its_file_row_and_reason(
    edited: Edit, profile: HallProfile, column: str, text: str, reason: str
) -> None:
    with pytest.raises(CatalogueFault) as fault:
        read_sheet(edited(**{column: text}), profile)
    line = fault.value.wording.splitlines()[1]
    assert line.startswith("目录.csv 第4行（") and reason in line


def test_all_faults_are_told_at_once(edited: Edit, profile: HallProfile) -> None:
    with pytest.raises(CatalogueFault) as fault:
        read_sheet(edited(专区="没有", 已核实="大概", 到办事现场次数="几次"), profile)
    assert len(fault.value.wording.splitlines()) == 4


def test_a_missing_and_an_unknown_column_are_named(edited: Edit, profile: HallProfile) -> None:
    file = edited()
    file.write_text(file.read_text("utf-8-sig").replace("常见说法,", "叫法,", 1), "utf-8-sig")
    with pytest.raises(CatalogueFault) as fault:
        read_sheet(file, profile)
    assert "第2行：缺少列：常见说法" in fault.value.wording and "不认识的列：叫法" in fault.value.wording


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("目录.xlsx", b"this is no workbook"), ("目录.xlsx", b""), ("目录.csv", b""), ("目录.csv", b"\xff\xfe\x00\xd8"),
        ("目录.csv", b"\x00\x01"), ("目录.csv", '编码,"事项'.encode()), ("目录.txt", b"x"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_in_words(
    tmp_path: Path, profile: HallProfile, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CatalogueFault) as fault:
        read_sheet(tmp_path / name, profile)
    assert name in fault.value.wording


def test_a_missing_file_and_a_wrong_ending_are_told(catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(CatalogueFault, match="catalogue_fault"):
        read_sheet(tmp_path / "没有.csv", catalogue.profile)
    with pytest.raises(CatalogueFault):
        write_sheet(tmp_path / "目录.doc", catalogue, catalogue)
    with pytest.raises(CatalogueFault):
        write_sheet(tmp_path / "没有的文件夹" / "目录.csv", catalogue, catalogue)
    assert not list(tmp_path.glob("*目录*"))
