"""Where near the citizen an item can really be done: the dated table of towns, villages and the park.

The catalogue says at which levels an item can be done at all; which town or village really offers it, and
since when, stands here row by row. What is not in the table is not promised.
"""

from __future__ import annotations

import csv
import io
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hotline.catalogue.catalogue import FOLDER, Catalogue, Item
from hotline.divisions import Divisions
from hotline.errors import CatalogueFault
from hotline.vocabulary import Level

log = logging.getLogger(__name__)
FILE = FOLDER / "nearby.csv"
COLUMNS = ("编码", "事项名称", "层级", "区划代码", "地点", "起始日期", "来源", "已核实")
PARK = "园区"  # in the column 区划代码, since a park is no division
LEVELS = {"村": Level.VILLAGE, "镇": Level.TOWN, "园区": Level.PARK}
_DIGITS = {Level.VILLAGE: 12, Level.TOWN: 9}
_TRUTHS = {"是": True, "否": False}


@dataclass(frozen=True)
class Offering:
    """One row: an item that one place offers."""

    row: int  # as a spreadsheet shows it
    code: str  # of the item
    name: str  # of the item, for the reader
    level: Level
    place: str  # division code, or PARK
    since: date  # from this day on
    source: str  # who says so
    confirmed: bool  # the hall stands for it


class Nearby:
    """The whole table."""

    def __init__(self, offerings: Iterable[Offering] = ()) -> None:
        self.offerings = list(offerings)
        self._at = {(one.code, one.place): one for one in self.offerings}

    def __len__(self) -> int:
        return len(self.offerings)

    def nearest(self, item: Item, place: str, day: date, *, confirmed_only: bool) -> Offering | None:
        """The citizen's village, else their town, if it offers the item on that day; `place` is a division."""
        if not place:
            return None
        for code in dict.fromkeys((place, place[:9])):
            if found := self._offered(item, code, day, confirmed_only):
                return found
        return None

    def in_park(self, item: Item, day: date, *, confirmed_only: bool) -> Offering | None:
        """The park's hall, if it offers the item on that day."""
        return self._offered(item, PARK, day, confirmed_only)

    def _offered(self, item: Item, place: str, day: date, confirmed_only: bool) -> Offering | None:
        found = self._at.get((item.code, place))
        if found is None or found.level not in item.levels or found.since > day:
            return None
        return found if found.confirmed or not confirmed_only else None


class NearbyFile(Nearby):
    """The table of a file, read again whenever the file is another; a faulty one changes nothing.

    Raises CatalogueFault if it is faulty from the start.
    """

    def __init__(self, divisions: Divisions, file: Path = FILE) -> None:
        self._divisions, self._file = divisions, file
        self._stamp = self._now()
        super().__init__(read_nearby(divisions, file).offerings)

    def _offered(self, item: Item, place: str, day: date, confirmed_only: bool) -> Offering | None:
        if (stamp := self._now()) != self._stamp:
            self._stamp = stamp
            self._read_again()
        return super()._offered(item, place, day, confirmed_only)

    def _read_again(self) -> None:
        try:
            table = read_nearby(self._divisions, self._file)
        except CatalogueFault as fault:
            log.error("%s is faulty, the table before stays: %s", self._file.name, fault)
            return
        self.offerings, self._at = table.offerings, table._at
        log.info("%s read again: %s rows", self._file.name, len(self))

    def _now(self) -> tuple[int, int]:
        """Another one whenever the file is; zeros where there is none."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_mtime_ns, found.st_size


def read_nearby(divisions: Divisions, file: Path = FILE) -> Nearby:
    """The table; without a file nothing near is promised. Raises CatalogueFault with every faulty row."""
    if not file.exists():
        return Nearby()
    offerings, faults = [], []
    for number, cells in _rows(file):
        try:
            offerings.append(_offering(number, cells, divisions))
        except ValueError as error:
            faults.append(f"{file.name} 第{number}行（{cells['事项名称'] or '没有名称'}）：{error}。")
    faults += _doubles(offerings, file)
    if faults:
        raise CatalogueFault("\n".join(faults))
    return Nearby(offerings)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogueFault(f"{file.name} 读不懂，请另存为 UTF-8 的 CSV：{error}。") from error
    head: list[str] | None = None
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line]
        if not any(cells) or cells[0].startswith("#"):
            continue
        if head is None:
            head = cells
            if missing := [column for column in COLUMNS if column not in head]:
                raise CatalogueFault(f"{file.name} 第{number}行：缺少列：{'、'.join(missing)}。")
            continue
        yield number, dict.fromkeys(head, "") | dict(zip(head, cells, strict=False))


def _offering(number: int, cells: dict[str, str], divisions: Divisions) -> Offering:
    if empty := [column for column in COLUMNS if not cells[column]]:
        raise ValueError(f"“{'”“'.join(empty)}”是空的")
    if cells["层级"] not in LEVELS:
        raise ValueError(f"层级“{cells['层级']}”不认识，应当是{'、'.join(LEVELS)}之一")
    if cells["已核实"] not in _TRUTHS:
        raise ValueError("“已核实”应当是“是”或“否”")
    level, place = LEVELS[cells["层级"]], cells["区划代码"]
    _check_place(level, place, cells["地点"], divisions)
    return Offering(
        number, cells["编码"], cells["事项名称"], level, place, _day(cells["起始日期"]), cells["来源"],
        _TRUTHS[cells["已核实"]],
    )  # fmt: skip


def _check_place(level: Level, place: str, name: str, divisions: Divisions) -> None:
    if level is Level.PARK:
        if place != PARK:
            raise ValueError(f"园区这一行的区划代码写“{PARK}”")
        return
    if len(place) != _DIGITS[level] or divisions.get(place) is None:
        raise ValueError(f"区划代码“{place}”在 data/lexicon/divisions.tsv 里不是{level.label.split('（')[0]}")
    if divisions.full_name(place) != name:
        raise ValueError(f"区划代码“{place}”是{divisions.full_name(place)}，不是“{name}”")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise ValueError(f"起始日期“{text}”应当写成 2026-11-23 这样") from error


def _doubles(offerings: Iterable[Offering], file: Path) -> list[str]:
    seen = Counter((one.code, one.place) for one in offerings)
    return [f"{file.name}：事项 {code} 在 {place} 写了{n}遍。" for (code, place), n in seen.items() if n > 1]


def check_nearby(nearby: Nearby, catalogue: Catalogue, file: Path = FILE) -> list[str]:
    """Where table and catalogue contradict each other, in Chinese: file, row and reason."""
    faults = []
    for one in nearby.offerings:
        item = catalogue.get(one.code)
        reasons = {
            f"编码 {one.code} 不在目录里": item is None,
            f"编码 {one.code} 在目录里是“{item.name if item else ''}”": bool(item and item.name != one.name),
            f"目录里没有写{one.level.label}能办": bool(item and one.level not in item.levels),
        }
        faults += [f"{file.name} 第{one.row}行（{one.name}）：{why}。" for why, wrong in reasons.items() if wrong]
    return faults + _nowhere(nearby, catalogue, file)


def _nowhere(nearby: Nearby, catalogue: Catalogue, file: Path) -> list[str]:
    """Items that the catalogue promises at a level at which no place offers them."""
    offered = {(one.code, one.level) for one in nearby.offerings}
    return [
        f"{file.name}：目录说“{item.name}”（{item.code}）{level.label}能办，表里却没有一个地方。"
        for item in catalogue
        for level in item.levels
        if level in LEVELS.values() and (item.code, level) not in offered
    ]
