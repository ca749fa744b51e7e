"""A real roster is taken whole or not at all, and each fault is told by its row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from hotline.divisions import Divisions, read_divisions
from hotline.errors import RosterRefused
from hotline.roster import COLUMNS, read_roster
from hotline.store import Database
from hotline.store.schema import Runner
from hotline.vocabulary import RunnerKind, TeamLevel
from tests.builders import GUANZIGOU, LIULIN, Core

ZONES = {"police": "公安专区", "tax": "税务专区"}
GOOD = ("R0001", "王建国", "13800001234", "专职", "区级", "", "", "", "6", "")
NEAR = ("R0002", "李明珍", "13800005678", "兼职", "村级", "柳林镇", "罐子沟村", "公安专区、税务专区", "", "")


@pytest.fixture
def divisions() -> Divisions:
    """The real towns and villages."""
    return read_divisions()


def csv_file(folder: Path, *rows: tuple[str, ...], encoding: str = "utf-8", head: Any = COLUMNS) -> Path:
    file = folder / "名册.csv"
    file.write_text("\n".join(",".join(row) for row in (head, *rows)), encoding)
    return file


def xlsx_file(folder: Path, *rows: tuple[Any, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in (COLUMNS, *rows):
        book.active.append(row)
    book.save(folder / "名册.xlsx")
    return folder / "名册.xlsx"


def refusal(file: Path, divisions: Divisions) -> str:
    with pytest.raises(RosterRefused) as refused:
        read_roster(file, divisions, ZONES)
    return refused.value.wording


def with_fault(**columns: str) -> tuple[str, ...]:
    """A good row but for these columns."""
    return tuple(columns.get(name, value) for name, value in zip(COLUMNS, NEAR, strict=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_each_encoding(tmp_path: Path, divisions: Divisions, encoding: str) -> None:
    district, near = read_roster(csv_file(tmp_path, GOOD, NEAR, encoding=encoding), divisions, ZONES)
    assert (district.number, district.name, district.phone) == ("R0001", "王建国", "13800001234")
    assert (district.kind, district.team) == (RunnerKind.FULL_TIME, TeamLevel.DISTRICT)
    assert (district.township, district.load_limit) == ("", 6)
    assert (near.township, near.village, near.team) == (LIULIN, GUANZIGOU, TeamLevel.VILLAGE)
    assert (near.zones, near.load_limit, near.on_duty) == (["police", "tax"], 2, True)


def test_an_excel_file_is_read_with_its_numbers(tmp_path: Path, divisions: Divisions) -> None:
    row = ("r0003", "张大勇", 13800001234, "兼职", "镇级", "柳林镇", None, None, 3)
    (read,) = read_roster(xlsx_file(tmp_path, row), divisions, ZONES)
    assert (read.number, read.phone, read.load_limit) == ("R0003", "13800001234", 3)
    assert (read.township, read.village) == (LIULIN, "")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"编号": ""}, "“编号”是空的"),
        ({"姓名": ""}, "“姓名”是空的"),
        ({"电话": "1380000567"}, "电话号码是10位，手机号应当是11位，请再说一遍"),
        ({"类别": "临时"}, "“类别”写的是“临时”，应当是专职、兼职之一"),
        ({"队伍": "省级"}, "“队伍”写的是“省级”，应当是区级、镇级、村级、园区之一"),
        ({"镇（街道）": "桃花镇"}, "没有叫“桃花镇”的镇或街道"),
        ({"村（社区）": "桃花村"}, "柳林镇没有叫“桃花村”的村或社区"),
        ({"熟悉专区": "公安专区，烟草专区"}, "没有这个专区：烟草专区，可以写：公安专区、税务专区"),
        ({"接单上限": "很多"}, "“接单上限”写的是“很多”，应当是数字"),
        ({"接单上限": "0"}, "“接单上限”应当在1到20之间"),
        ({"接单上限": "inf"}, "“接单上限”写的是“inf”，应当是数字"),
        ({"值班时间": "有空就行"}, "“值班时间”写的是“有空就行”，应当像“周一至周五 09:00-17:00；周六 09:00-12:00”"),
        ({"编号": "R" * 13}, "“编号”太长了，最多12个字"),
        ({"姓名": "王" * 65}, "“姓名”太长了，最多64个字"),
        ({"编号": "R0001"}, "编号R0001重复"),
    ],
)
def test_a_fault_is_told_with_its_row(
    tmp_path: Path, divisions: Divisions, fault: dict[str, str], told: str
) -> None:
    file = csv_file(tmp_path, GOOD, with_fault(**fault))
    assert refusal(file, divisions) == f"名册有误，没有导入任何一行：\n第3行：{told}。"


def test_all_faults_are_told_at_once(tmp_path: Path, divisions: Divisions) -> None:
    file = csv_file(tmp_path, with_fault(姓名=""), GOOD, with_fault(类别="临时"))
    assert [line[:3] for line in refusal(file, divisions).splitlines()[1:]] == ["第2行", "第4行"]


def test_rows_are_counted_as_a_spreadsheet_shows_them(tmp_path: Path, divisions: Divisions) -> None:
    bad = with_fault(姓名="")
    assert "第5行" in refusal(csv_file(tmp_path, GOOD, ("",), ("",), bad), divisions)
    assert "第5行" in refusal(xlsx_file(tmp_path, GOOD, (), (), bad), divisions)


@pytest.mark.parametrize("content", ["", ",".join(COLUMNS), "\n\n"])
def test_a_roster_without_rows_is_refused(tmp_path: Path, divisions: Divisions, content: str) -> None:
    (tmp_path / "名册.csv").write_text(content, "utf-8")
    assert refusal(tmp_path / "名册.csv", divisions) == "名册里没有数据行。"


def test_missing_columns_are_named(tmp_path: Path, divisions: Divisions) -> None:
    file = csv_file(tmp_path, ("R1", "王"), head=("编号", "姓名"))
    assert refusal(file, divisions) == "名册缺少列：电话、类别、队伍。"


def test_a_file_that_is_no_table_is_told_so(tmp_path: Path, divisions: Divisions) -> None:
    (tmp_path / "名册.xlsx").write_bytes(b"\x00\x01 no workbook")
    assert refusal(tmp_path / "名册.xlsx", divisions) == "这个文件读不出表格，请另存为 XLSX 或 CSV 再导入。"
    (tmp_path / "名册.csv").write_bytes(b"\xff\xfe\x00\x01\n\xd0\xcf")
    assert refusal(tmp_path / "名册.csv", divisions).startswith("名册缺少列：编号")


def test_a_short_row_lacks_its_cells_not_the_columns(tmp_path: Path, divisions: Divisions) -> None:
    file = csv_file(tmp_path, GOOD[:3], GOOD)
    assert refusal(file, divisions).endswith("第2行：“类别”是空的。")


def test_what_was_read_is_in_the_database_afterwards(
    tmp_path: Path, divisions: Divisions, core: Core, database: Database
) -> None:
    rows = read_roster(csv_file(tmp_path, GOOD, NEAR), divisions, ZONES)
    with database.begin() as session:
        assert core.runners.add(session, rows) == (2, 0)
    with database.begin() as session:
        assert [r.name for r in session.query(Runner).order_by(Runner.number)] == ["王建国", "李明珍"]


def test_nothing_of_a_faulty_roster_is_added(
    tmp_path: Path, divisions: Divisions, core: Core, session: Session
) -> None:
    file = csv_file(tmp_path, GOOD, with_fault(姓名=""))
    with pytest.raises(RosterRefused):
        core.runners.add(session, read_roster(file, divisions, ZONES))
    assert session.query(Runner).count() == 0


@pytest.mark.parametrize("cell", ["公安专区、税务专区", "公安 税务", "police;tax", "税务，公安专区，税务"])
def test_a_zone_is_known_by_its_chinese_name_with_or_without_its_ending(
    tmp_path: Path, divisions: Divisions, cell: str
) -> None:
    row = (*NEAR[:7], cell, "")
    (read,) = read_roster(csv_file(tmp_path, row), divisions, ZONES)
    assert sorted(read.zones) == ["police", "tax"]
