"""Checking the catalogue: every row, and the counts that the hall publishes."""

from __future__ import annotations

from collections import Counter

from hotline.catalogue.catalogue import Catalogue, Item
from hotline.vocabulary import Level

FEWEST_ALIASES = 3
VARIANTS = "新办 变更 延续 补领 换领 注销 备案 年检 查询 咨询 申领 缴费 提取 转移 停业 恢复 核定 其他".split()


def check_catalogue(catalogue: Catalogue) -> list[str]:
    """All faults in Chinese: file, item and reason; an empty list when there are none."""
    faults = [fault for item in catalogue for fault in _faults(catalogue, item)]
    faults += _doubles(catalogue)
    faults += _wrong_counts(catalogue)
    return faults


def _faults(catalogue: Catalogue, item: Item) -> list[str]:
    profile = catalogue.profile
    checks = [
        (bool(item.name.strip()), "没有名称"),
        (item.zone in profile.zones, f"专区“{item.zone}”不在大厅资料里"),
        (item.department in profile.departments, f"部门“{item.department}”不在大厅资料里"),
        (bool(catalogue.windows(item)), f"窗口组“{item.window_group}”不在大厅资料里"),
        (item.variant in VARIANTS, f"情形“{item.variant}”不认识"),
        (item.audience in ("个人", "企业", "都可"), f"服务对象“{item.audience}”应当是个人、企业或都可"),
        (item.provenance in ("official-name", "compiled"), f"来源“{item.provenance}”不认识"),
        (len(item.aliases) >= FEWEST_ALIASES, f"常见说法只有{len(item.aliases)}条，至少要{FEWEST_ALIASES}条"),
        (Level.VILLAGE not in item.levels or Level.TOWN in item.levels, "村里能办的，镇上也应当能办"),
    ]
    return [f"{item.zone} {item.code} {item.name}：{reason}。" for fine, reason in checks if not fine]


def _doubles(catalogue: Catalogue) -> list[str]:
    faults = []
    for label, values in (("编码", [i.code for i in catalogue]), ("名称", [i.name for i in catalogue])):
        faults += [f"{label}“{value}”重复了{n}次。" for value, n in Counter(values).items() if n > 1]
    owners: dict[str, Item] = {}
    for item in catalogue:
        for alias in item.aliases:
            other = owners.setdefault(alias, item)
            if other is not item:
                faults.append(f"说法“{alias}”同时写在“{other.name}”和“{item.name}”里。")
    return faults


def counts(catalogue: Catalogue) -> dict[str, tuple[str, int]]:
    """What the hall publishes about its catalogue: label and number."""
    items = catalogue.items
    zones = catalogue.profile.zones
    windows = {number for zone in zones.values() for numbers in zone.windows.values() for number in numbers}
    return {
        "items": ("事项", len(items)),
        "departments": ("部门", len({item.department for item in items})),
        "zones": ("专区", len({item.zone for item in items})),
        "windows_at_least": ("窗口", len(windows)),
        "assisted": ("帮办代办清单", sum(item.assisted for item in items)),
        "park": ("园区能办", sum(Level.PARK in item.levels for item in items)),
        "town": ("镇上能办", sum(Level.TOWN in item.levels for item in items)),
        "village": ("村里能办", sum(Level.VILLAGE in item.levels for item in items)),
        "aliases": ("常见说法", sum(len(item.aliases) for item in items)),
    }


def _wrong_counts(catalogue: Catalogue) -> list[str]:
    faults = []
    for name, (label, number) in counts(catalogue).items():
        expected = catalogue.profile.expected.get(name)
        if expected is None or number == expected or (name.endswith("at_least") and number >= expected):
            continue
        faults.append(f"{label}有{number}，大厅资料里写的是{expected}。")
    return faults
