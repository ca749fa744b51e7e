"""Life events as service bundles (一件事一次办): which items belong together, in which order, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hotline.catalogue.catalogue import FOLDER, Catalogue
from hotline.errors import CatalogueFault

FILE = FOLDER / "bundles.yml"


@dataclass(frozen=True)
class Step:
    """One item of a bundle."""

    code: str  # of the item
    why: str  # when or for what it is needed, in a few words that a citizen may read


@dataclass(frozen=True)
class Bundle:
    """A life event with the items that it brings, in the order in which they are done."""

    key: str  # stable English name: newborn
    title: str  # 娃儿出生
    sayings: tuple[str, ...]  # natural ways of saying it
    steps: tuple[Step, ...]

    @property
    def codes(self) -> list[str]:
        """The codes of the items, in order."""
        return [step.code for step in self.steps]


class Bundles:
    """All bundles, found by their key or by an item in them."""

    def __init__(self, bundles: list[Bundle]) -> None:
        self._bundles = bundles
        self._by_key = {bundle.key: bundle for bundle in bundles}

    def __len__(self) -> int:
        return len(self._bundles)

    def __iter__(self) -> Iterator[Bundle]:
        return iter(self._bundles)

    def get(self, key: str | None) -> Bundle | None:
        """The bundle of a key, or None."""
        return self._by_key.get(key) if key else None

    def of(self, catalogue: Catalogue) -> Bundles:
        """Those of which the catalogue has an item: another hall numbers its items otherwise."""
        return Bundles([one for one in self._bundles if any(catalogue.get(code) for code in one.codes)])

    def at(self, place: int) -> Bundle:
        """The bundle at a place of the file, from 0."""
        return self._bundles[place]

    def with_item(self, code: str) -> list[Bundle]:
        """The bundles in which an item stands, in the file's order."""
        return [bundle for bundle in self._bundles if code in bundle.codes]


def read_bundles(file: Path = FILE) -> Bundles:
    """The bundles of the file; raises CatalogueFault naming each faulty bundle and the reason."""
    if not file.exists():
        return Bundles([])
    try:
        rows = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)["bundles"]
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise CatalogueFault(f"{file.name} 读不懂：{error}") from error
    bundles, faults = [], []
    for number, row in enumerate(rows or [], start=1):
        try:
            bundles.append(_bundle(row))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            faults.append(f"{file.name} 第{number}件事：{error}。")
    if faults:
        raise CatalogueFault("\n".join(faults))
    return Bundles(bundles)


def _bundle(row: dict[str, Any]) -> Bundle:
    for name in ("key", "title", "sayings", "items"):
        if not row.get(name):
            raise ValueError(f"缺少 {name}")
    steps = []
    for step in row["items"]:
        code, _, why = str(step).partition(" ")
        if not why.strip():
            raise ValueError(f"“{step}”应当写成“编码 为什么要办”")
        steps.append(Step(code, why.strip()))
    return Bundle(row["key"], row["title"], tuple(str(text) for text in row["sayings"]), tuple(steps))
