"""The catalogue that ships is sound, and a broken one is told of with item and reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hotline.catalogue.catalogue import Catalogue, Item, parse_item, parse_material, read_catalogue
from hotline.catalogue.check import check_catalogue, counts
from hotline.catalogue.not_items import read_not_items
from hotline.errors import CatalogueFault
from hotline.profile import HallProfile
from hotline.vocabulary import Level


def test_the_shipped_catalogue_has_no_fault(catalogue: Catalogue) -> None:
    assert check_catalogue(catalogue) == []


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("items", 1864),
        ("departments", 37),
        ("zones", 10),
        ("assisted", 59),
        ("park", 329),
        ("town", 95),
        ("village", 28),
    ],
)
def test_the_counts_of_the_hall_profile(catalogue: Catalogue, name: str, number: int) -> None:
    assert counts(catalogue)[name][1] == number == catalogue.profile.expected[name]


def test_there_are_more_than_ninety_windows(catalogue: Catalogue) -> None:
    assert counts(catalogue)["windows_at_least"][1] > 90


def test_every_item_has_at_least_eight_aliases(catalogue: Catalogue) -> None:
    assert [item.name for item in catalogue if len(item.aliases) < 8] == []


def faults_of(catalogue: Catalogue, **changes: object) -> str:
    """What the check says when the first item is changed so."""
    changed = replace(catalogue.items[0], **changes)  # type: ignore[arg-type]
    return "\n".join(check_catalogue(Catalogue([changed, *catalogue.items[1:]], catalogue.profile)))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, "没有名称"),
        ({"zone": "moon"}, "专区“moon”不在大厅资料里"),
        ({"department": "月球局"}, "部门“月球局”不在大厅资料里"),
        ({"window_group": "月球"}, "窗口组“月球”不在大厅资料里"),
        ({"variant": "飞"}, "情形“飞”不认识"),
        ({"audience": "狗"}, "服务对象“狗”应当是个人、企业或都可"),
        ({"provenance": "梦"}, "来源“梦”不认识"),
        ({"aliases": ("甲",)}, "常见说法只有1条"),
        ({"levels": (Level.DISTRICT, Level.VILLAGE)}, "村里能办的，镇上也应当能办"),
    ],
)
def test_faults_name_item_and_reason(catalogue: Catalogue, changes: dict[str, object], reason: str) -> None:
    told = next(line for line in faults_of(catalogue, **changes).splitlines() if reason in line)
    assert catalogue.items[0].code in told


def test_doubles_are_named(catalogue: Catalogue) -> None:
    second = catalogue.items[1]
    assert f"编码“{second.code}”重复了2次" in faults_of(catalogue, code=second.code)
    assert f"名称“{second.name}”重复了2次" in faults_of(catalogue, name=second.name)
    aliases = (*catalogue.items[0].aliases, second.aliases[0])
    assert f"说法“{second.aliases[0]}”同时写在" in faults_of(catalogue, aliases=aliases)


def test_a_missing_item_is_noticed(catalogue: Catalogue) -> None:
    faults = check_catalogue(Catalogue(catalogue.items[1:], catalogue.profile))
    assert "事项有1863，大厅资料里写的是1864。" in faults


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("zone: tax\nitems:\n  - {name: 甲, colour: red}\n", "colour"),
        ("zone: tax\nitems:\n  - {name: 甲}\n", "第1项（甲）"),
        ("zone: [\n", "读不懂"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, profile: HallProfile, text: str, reason: str) -> None:
    (tmp_path / "02_tax.yml").write_text(text, "utf-8")
    with pytest.raises(CatalogueFault) as fault:
        read_catalogue(profile, tmp_path, cache=None)
    assert "02_tax.yml" in fault.value.wording and reason in fault.value.wording


def test_materials() -> None:
    material = parse_material("居民户口簿/复印件/容缺")
    assert (material.name, material.form, material.deferrable) == ("居民户口簿", "复印件", True)
    assert parse_material("申请表").form == "原件"


def test_the_cache_gives_the_same_items(tmp_path: Path, profile: HallProfile, catalogue: Catalogue) -> None:
    for _ in range(2):
        assert read_catalogue(profile, cache=tmp_path).items == catalogue.items
    assert len(list(tmp_path.iterdir())) == 1


def test_an_unknown_level_is_refused(catalogue: Catalogue) -> None:
    item = catalogue.items[0]
    kept = ("code", "name", "variant", "type", "department", "zone", "window_group", "audience", "provenance")
    row = {name: getattr(item, name) for name in kept} | {"levels": ["moon"]}
    with pytest.raises(ValueError, match="moon"):
        parse_item(row)


def test_no_example_of_what_is_no_item_is_also_an_alias(catalogue: Catalogue) -> None:
    aliases = {alias for item in catalogue for alias in item.aliases}
    assert [e for _, examples in read_not_items() for e in examples if e in aliases] == []


def test_titles_show_the_parent_when_it_adds_something(catalogue: Catalogue) -> None:
    item: Item = replace(catalogue.items[0], name="补领", parent="居民身份证")
    assert item.title == "补领（居民身份证）"
    assert replace(item, parent="补领").title == "补领"
