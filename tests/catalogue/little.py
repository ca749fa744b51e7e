"""A catalogue of a few items over a hall of two zones, and an encoder that needs no weights."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from hotline.catalogue.bundles import Bundle, Bundles, Step
from hotline.catalogue.catalogue import Catalogue, Item, parse_item
from hotline.catalogue.encoders import Vectors
from hotline.catalogue.index import unit
from hotline.catalogue.nearby import Nearby, Offering
from hotline.profile import HallProfile, read_profile
from hotline.vocabulary import Level
from tests.builders import GUANZIGOU, LIULIN

PROFILE: dict[str, Any] = {
    "name": "小市民之家", "district": "小区", "runner_team": "小跑团", "confirmed": False,
    "hours": ["09:00-12:00"], "numbers": {"政务服务便民热线": "12345"}, "departments": ["区公安分局", "区民政局"],
    "places": [{"level": "district", "name": "小市民之家", "address": "一号", "phone": "12345"}],
    "zones": {
        "police": {"name": "公安专区", "floor": "一楼", "lead_officer": "公安首席", "windows": {"户籍": ["C01"]}},
        "civil": {"name": "民生专区", "floor": "二楼", "lead_officer": "民生首席", "windows": {"婚姻": ["G01"]}},
    },
    "expected": {"items": 4},
}  # fmt: skip


class TinyEncoder:
    """Hashed pairs of characters: alike texts are near, and nothing has to be loaded."""

    name = "tiny-1"
    size = 128
    quick = True

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text."""
        self.encoded += texts
        rows = np.zeros((len(texts), self.size), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for part in (*text, *(text[i : i + 2] for i in range(len(text) - 1))):
                row[int.from_bytes(hashlib.md5(part.encode()).digest()[:4], "big") % self.size] += 1
        return unit(rows + 1e-6)


def little_profile(folder: Path) -> HallProfile:
    """The profile of the small hall, with its file hall.yml in the folder."""
    file = folder / "hall.yml"
    file.write_text(yaml.safe_dump(PROFILE, allow_unicode=True, sort_keys=False), "utf-8")
    return read_profile(file)


def row(code: str, name: str, *aliases: str, **changes: Any) -> dict[str, Any]:
    """The row of an item of the police."""
    values = {
        "code": code, "name": name, "variant": "新办", "type": "公共服务", "department": "区公安分局",
        "zone": "police", "window_group": "户籍", "audience": "个人", "help": "ASSIST", "provenance": "compiled",
        "aliases": list(aliases),
    }  # fmt: skip
    return values | changes


ROWS = (
    row("030001", "居民身份证丢失补领", "身份证掉了", "身份证搞落了", "补身份证", variant="补领"),
    row("030002", "出生登记", "给娃儿上户口", "新生儿落户", "娃儿的户口", parent="户口登记"),
    row(
        "030003", "死亡注销户口登记", "老汉儿走了销户口", "人没得了销户口", "下户口", variant="注销", parent="户口注销",
        help="IN_PERSON", base_code="511A0074300005", legal_days=20, promised_days=0, visits=1, fee="不收费",
        levels=["district", "town", "village"], assisted=True, confirmed=True, result="死亡注销证明",
        materials=["居民户口簿/原件", "死亡医学证明/复印件/容缺"], questions=["死亡证明搞掉了咋办｜找开证明的医院或村上补一份，再来销户。", "要好久"],
        who_may_act="户主、亲属或者村上的人，带本人身份证",
        provenance="official-name",
    ),
    row("070001", "结婚登记", "扯结婚证", "领结婚证", "两口子扯证", zone="civil", window_group="婚姻", department="区民政局"),
)  # fmt: skip
NEARBY = Nearby(
    Offering(5, "030003", "死亡注销户口登记", level, place, date(2026, 11, 1), "公告", confirmed=False)
    for level, place in ((Level.TOWN, LIULIN), (Level.VILLAGE, GUANZIGOU))
)
BUNDLES = Bundles([Bundle("newborn", "娃儿出生", ("生了娃儿",), (Step("030002", "上户口"),))])


def little(profile: HallProfile, *changes: Item) -> Catalogue:
    """The small catalogue, with some items put in the place of those of the same code."""
    other = {item.code: item for item in changes}
    return Catalogue([other.get(item.code, item) for item in map(parse_item, ROWS)], profile)


def with_aliases(catalogue: Catalogue, code: str, *aliases: str) -> Item:
    """An item with other aliases."""
    item = catalogue.get(code)
    assert item is not None
    return replace(item, aliases=aliases)
