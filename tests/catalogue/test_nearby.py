"""The dated table of places: read from the clerk's file, every fault with its row, and held against the catalogue."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from hotline.catalogue.catalogue import Catalogue, read_catalogue
from hotline.catalogue.nearby import COLUMNS, FILE, Nearby, NearbyFile, check_nearby, read_nearby
from hotline.divisions import read_divisions
from hotline.errors import CatalogueFault
from hotline.profile import read_profile
from hotline.settings import Settings
from hotline.vocabulary import Level

PILOT = {"柳林镇", "下八庙镇", "明阳镇", "玉山镇", "文治街道"}
GOOD = "030003,死亡注销户口登记,镇,511903106,柳林镇,2026-11-23,公告,否"
VILLAGE = "030003,死亡注销户口登记,村,511903106204,柳林镇罐子沟村,2026/11/23,公告,是"


def table(folder: Path, *rows: str, head: str = ",".join(COLUMNS)) -> Path:
    file = folder / "nearby.csv"
    file.write_text("\n".join(["# 说明，写给改表的人", head, *rows]), "utf-8-sig")
    return file


def read(folder: Path, *rows: str) -> Nearby:
    return read_nearby(read_divisions(), table(folder, *rows))


def test_a_good_table_fits_the_catalogue(tmp_path: Path, catalogue: Catalogue) -> None:
    nearby = read(tmp_path, GOOD, "", VILLAGE)
    assert [(one.level, one.place, one.confirmed, one.row) for one in nearby.offerings] == [
        (Level.TOWN, "511903106", False, 3),
        (Level.VILLAGE, "511903106204", True, 5),
    ]
    assert check_nearby(nearby, catalogue) == []


def test_without_a_file_nothing_is_promised(tmp_path: Path) -> None:
    assert len(read_nearby(read_divisions(), tmp_path / "none.csv")) == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("030003,死亡注销户口登记,乡,511903106,柳林镇,2026-11-23,公告,否", "层级“乡”不认识，应当是村、镇、园区之一"),
        ("030003,死亡注销户口登记,镇,511903999,柳林镇,2026-11-23,公告,否", "区划代码“511903999”"),
        ("030003,死亡注销户口登记,村,511903106,柳林镇,2026-11-23,公告,否", "区划代码“511903106”"),
        ("030003,死亡注销户口登记,镇,511903106,花丛镇,2026-11-23,公告,否", "是柳林镇，不是“花丛镇”"),
        ("030003,死亡注销户口登记,园区,511903106,柳林镇,2026-11-23,公告,否", "写“园区”"),
        ("030003,死亡注销户口登记,镇,511903106,柳林镇,十一月,公告,否", "应当写成 2026-11-23 这样"),
        ("030003,死亡注销户口登记,镇,511903106,柳林镇,2026-11-23,,否", "“来源”是空的"),
        ("030003,死亡注销户口登记,镇,511903106,柳林镇,2026-11-23,公告,大概", "应当是“是”或“否”"),
    ],
)
def test_a_faulty_row_is_told_with_file_row_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    with pytest.raises(CatalogueFault) as fault:
        read(tmp_path, GOOD, row)
    assert fault.value.wording.startswith("nearby.csv 第4行（死亡注销户口登记）：")
    assert reason in fault.value.wording


def test_a_row_twice_a_missing_column_and_another_encoding_are_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueFault) as twice:
        read(tmp_path, GOOD, GOOD)
    assert "写了2遍" in twice.value.wording
    with pytest.raises(CatalogueFault) as missing:
        read_nearby(read_divisions(), table(tmp_path, GOOD, head=",".join(COLUMNS[:-1])))
    assert "缺少列：已核实" in missing.value.wording
    (tmp_path / "nearby.csv").write_bytes("编码,事项名称".encode("gb18030"))
    with pytest.raises(CatalogueFault) as encoding:
        read_nearby(read_divisions(), tmp_path / "nearby.csv")
    assert "UTF-8" in encoding.value.wording


def test_what_contradicts_the_catalogue_is_told(tmp_path: Path, catalogue: Catalogue) -> None:
    faults = check_nearby(
        read(tmp_path, GOOD, GOOD.replace("030003", "030099"), GOOD.replace("030003,死亡注销户口登记", "030002,出生证")),
        catalogue,
    )
    text = "\n".join(faults)
    assert "第4行（死亡注销户口登记）：编码 030099 不在目录里" in text
    assert "第5行（出生证）：编码 030002 在目录里是“出生登记”" in text
    assert "第5行（出生证）：目录里没有写镇（街道）便民服务中心能办" in text
    assert "“死亡注销户口登记”（030003）村（社区）便民服务站能办，表里却没有一个地方" in text


def test_the_shipped_table_names_the_pilot_only_and_confirms_nothing() -> None:
    divisions = read_divisions()
    nearby = read_nearby(divisions)
    assert check_nearby(nearby, read_catalogue(read_profile(Settings().profile))) == []
    places = {one.place: one for one in nearby.offerings}
    by_level = Counter(one.level for one in places.values())
    assert by_level == {Level.TOWN: 5, Level.VILLAGE: 50, Level.PARK: 1}
    assert {divisions.full_name(place[:9]) for place in places if place != "园区"} == PILOT
    assert not any(one.confirmed for one in nearby.offerings)
    assert FILE.read_text("utf-8-sig").startswith("#")


def test_a_change_of_the_file_is_followed_and_a_broken_one_is_not(tmp_path: Path, catalogue: Catalogue) -> None:
    item = catalogue.get("030003")
    assert item is not None
    nearby = NearbyFile(read_divisions(), table(tmp_path, GOOD))

    def at(place: str) -> bool:
        return nearby.nearest(item, place, date(2026, 12, 1), confirmed_only=False) is not None

    assert at("511903106") and not at("511903105")
    table(tmp_path, GOOD, GOOD.replace("511903106,柳林镇", "511903105,花丛镇"))
    assert at("511903105")
    table(tmp_path, GOOD, GOOD.replace("511903106,柳林镇", "511903999,某某镇"))
    assert at("511903105"), "the table before stays"
    table(tmp_path, GOOD)
    assert at("511903106") and not at("511903105")
