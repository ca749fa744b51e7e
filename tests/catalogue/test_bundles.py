"""Life events: the shipped ones are whole, and a fault in the file is told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.catalogue.bundles import FILE, read_bundles
from hotline.catalogue.catalogue import read_catalogue
from hotline.catalogue.check import check_catalogue
from hotline.errors import CatalogueFault
from hotline.profile import read_profile
from hotline.settings import ROOT


def test_the_shipped_bundles_are_whole() -> None:
    bundles = read_bundles()
    assert len(bundles) >= 25
    assert all(len(bundle.sayings) >= 8 and len(bundle.steps) >= 3 for bundle in bundles)
    assert check_catalogue(read_catalogue(read_profile(ROOT / "data" / "hall.yml")), bundles) == []


def test_a_bundle_is_found_by_key_and_by_item() -> None:
    bundles = read_bundles()
    newborn = bundles.get("newborn")
    assert newborn and newborn.title == "娃儿出生" and newborn.codes[0] == "060001"
    assert newborn in bundles.with_item("030046")
    assert bundles.get("nothing") is bundles.get(None) is None
    assert bundles.with_item("999999") == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("bundles: [", "读不懂"),
        ("nothing: 1", "读不懂"),
        ("bundles:\n- {key: a, title: 甲, sayings: [乙]}", "第1件事：缺少 items"),
        ("bundles:\n- {key: a, title: 甲, sayings: [乙], items: [030001]}", "应当写成“编码 为什么要办”"),
        ("bundles:\n- just words", "第1件事"),
    ],
)
def test_a_fault_in_the_file_is_told(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "bundles.yml").write_text(text, "utf-8")
    with pytest.raises(CatalogueFault) as fault:
        read_bundles(tmp_path / "bundles.yml")
    assert "bundles.yml" in fault.value.wording and reason in fault.value.wording


def test_a_doubled_saying_step_or_key_is_a_fault(tmp_path: Path) -> None:
    twice = FILE.read_text("utf-8") + (
        "- key: newborn\n  title: 又一个\n  sayings: [要结婚了要办些啥]\n"
        "  items: [030001 甲, 030001 乙, 999999 丙]\n"
    )
    (tmp_path / "bundles.yml").write_text(twice, "utf-8")
    catalogue = read_catalogue(read_profile(ROOT / "data" / "hall.yml"))
    faults = "\n".join(check_catalogue(catalogue, read_bundles(tmp_path / "bundles.yml")))
    for part in (
        "“要结婚了要办些啥”写了两遍",
        "030001 写了两遍",
        "999999 不在目录里",
        "key “newborn”写了两遍",
    ):
        assert part in faults
