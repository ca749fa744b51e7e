"""Checking: each fault says where it stands and what is wrong, and files are parsed strictly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotline.catalogue.catalogue import (
    Catalogue,
    TypicalQuestion,
    digest_of,
    parse_item,
    read_catalogue,
    row_of,
)
from hotline.catalogue.check import check_catalogue, refuse_faults
from hotline.errors import CatalogueFault
from hotline.profile import HallProfile, read_profile
from hotline.settings import ROOT
from hotline.vocabulary import HelpKind
from tests.catalogue.little import ROWS, little, row


def write_zone(folder: Path, rows: list[Any], name: str = "03_police.yml") -> None:
    data = {"zone": "police", "items": rows}
    (folder / name).write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")


def test_the_small_catalogue_has_no_fault(catalogue: Catalogue) -> None:
    assert check_catalogue(catalogue) == []


def test_every_item_of_the_shipped_catalogue_survives_its_row() -> None:
    whole = read_catalogue(read_profile(ROOT / "data" / "hall.yml"))
    assert [parse_item(row_of(item)) for item in whole] == whole.items
    assert digest_of(whole.items) != digest_of(whole.items[::-1])
    assert whole.places[0] == "01_business.yml 第1项"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"department": "区没有局"}, "部门“区没有局”不在大厅资料里"),
        ({"window_group": "没有"}, "窗口组“没有”不在大厅资料里"),
        ({"variant": "乱写"}, "情形“乱写”不认识"),
        ({"audience": "大家"}, "服务对象“大家”应当是"),
        ({"provenance": "guess"}, "来源“guess”不认识"),
        ({"aliases": ("甲", "乙")}, "只有2条"),
        ({"aliases": ("甲", "甲", "乙")}, "写了两遍"),
        ({"aliases": ("甲；乙", "丙", "丁")}, "不能有分号"),
        ({"aliases": ("甲", "", "丁")}, "有一条是空的"),
        ({"fee": "十元\x07"}, "看不见的符号"),
        ({"who_may_act": "本人 "}, "前后有空格"),
        ({"who_may_act": "本人" * 31}, "谁能办“本人"),
        ({"who_may_act": "本人到场，不能代办", "help": HelpKind.ON_BEHALF}, "帮办方式写的是代办"),
        ({"questions": (TypicalQuestion("丢了咋办", "补办；要钱"),)}, "常见问题“补办；要钱”里面不能有分号"),
        ({"questions": (TypicalQuestion("", "可以。"),)}, "常见问题里有一条是空的"),
        ({"questions": (TypicalQuestion("丢了咋办", "补办｜挂失"),)}, "一条只写一问一答"),
        ({"questions": (TypicalQuestion("丢了咋办", "补" * 161),)}, "太长了，最多160个字"),
        ({"questions": (TypicalQuestion("丢了咋办", "补办。"), TypicalQuestion("丢了咋办"))}, "“丢了咋办”写了两遍"),
        ({"name": " 名称"}, "前后有空格"),
    ],
)
def test_a_fault_says_where_and_why(
    profile: HallProfile, catalogue: Catalogue, changes: dict[str, Any], reason: str
) -> None:
    faults = check_catalogue(little(profile, replace(catalogue.items[0], **changes)))
    assert [fault for fault in faults if fault.startswith("police 030001（") and reason in fault]


def test_doubles_name_both_places(profile: HallProfile, catalogue: Catalogue) -> None:
    first, second, *rest = catalogue.items
    twice = Catalogue([first, replace(second, code=first.code, aliases=first.aliases), *rest], profile)
    faults = "\n".join(check_catalogue(twice))
    assert "编码“030001”重复了2次" in faults and "说法“身份证掉了”同时写在" in faults


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"confirmed": "false"}, "confirmed 只能写 true 或 false"),
        ({"legal_days": "20"}, "legal_days 应当是数字"),
        ({"legal_days": True}, "legal_days 应当是数字"),
        ({"aliases": "只有一条"}, "aliases 应当一行一条"),
        ({"code": 30001}, "code 应当是文字"),
        ({"help": "MAYBE"}, "帮办方式“MAYBE”不认识"),
        ({"levels": ["moon"]}, "就近可办“moon”不认识"),
        ({"variant": None}, "缺少variant"),
        ({"colour": "red"}, "不认识的栏目：colour"),
    ],
)
def test_a_faulty_row_of_a_file_is_named(
    tmp_path: Path, profile: HallProfile, changes: dict[str, Any], reason: str
) -> None:
    write_zone(tmp_path, [ROWS[1], row("030001", "身份证", "甲", "乙", "丙") | changes])
    with pytest.raises(CatalogueFault) as fault:
        read_catalogue(profile, tmp_path, cache=None)
    assert fault.value.wording.startswith("03_police.yml 第2项（身份证）：") and reason in fault.value.wording


@pytest.mark.parametrize(
    "text", ["zone: police\nitems: [", "items: []", "zone: police", "zone: police\nitems: [1]", "- 1"]
)
def test_a_file_that_is_no_catalogue_is_named(tmp_path: Path, profile: HallProfile, text: str) -> None:
    (tmp_path / "03_police.yml").write_text(text, "utf-8")
    with pytest.raises(CatalogueFault) as fault:
        read_catalogue(profile, tmp_path, cache=None)
    assert "03_police.yml" in fault.value.wording


def test_an_empty_folder_is_no_catalogue(tmp_path: Path, profile: HallProfile) -> None:
    with pytest.raises(CatalogueFault):
        read_catalogue(profile, tmp_path, cache=None)


def test_the_kept_rows_give_the_same_items(tmp_path: Path, profile: HallProfile) -> None:
    write_zone(tmp_path, list(ROWS[:3]))
    first = read_catalogue(profile, tmp_path, cache=tmp_path / "cache")
    again = read_catalogue(profile, tmp_path, cache=tmp_path / "cache")
    assert first.items == again.items and first.places == again.places


def test_many_faults_are_told_in_part() -> None:
    with pytest.raises(CatalogueFault) as fault:
        refuse_faults([f"第{n}处。" for n in range(300)], most=3)
    assert len(fault.value.wording.splitlines()) == 5 and "还有297处" in fault.value.wording
