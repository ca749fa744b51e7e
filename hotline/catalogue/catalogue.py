"""The catalogue of service items, read from one YAML file a zone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from hotline.errors import CatalogueFault
from hotline.profile import HallProfile
from hotline.settings import ROOT
from hotline.vocabulary import HelpKind, Level

FOLDER = ROOT / "data" / "catalogue"
CACHE = ROOT / "var" / "cache"


@dataclass(frozen=True)
class Material:
    """A paper that the window asks for."""

    name: str  # 居民户口簿
    form: str = "原件"  # 原件, 复印件, 电子
    deferrable: bool = False  # 容缺: may follow later


@dataclass(frozen=True)
class Item:
    """A service item (办理项). What nobody confirmed carries `confirmed = False`."""

    code: str  # ours, stable: the zone's two digits and a running number
    name: str  # official name
    parent: str  # 主项; the name itself when there is none
    variant: str  # 新办, 变更, 延续, 补领, 注销 …
    type: str  # 行政许可, 公共服务 …
    department: str
    zone: str  # zone key
    window_group: str  # which of the zone's windows; a key of the profile's windows
    audience: str  # 个人, 企业, 都可
    help: HelpKind  # what help the law allows; unknown means ASSIST
    provenance: str  # official-name or compiled
    levels: tuple[Level, ...] = (Level.DISTRICT,)  # where it can be done
    assisted: bool = False  # on the assisted-service list
    confirmed: bool = False  # the hall stands for window, fee, limits and materials
    base_code: str = ""  # province-wide base code
    legal_days: int | None = None  # working days
    promised_days: int | None = None  # working days
    visits: int | None = None
    fee: str = ""  # empty: unknown
    materials: tuple[Material, ...] = ()
    result: str = ""
    questions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()  # natural ways of asking for it

    @property
    def title(self) -> str:
        """Name with its parent when that adds something: 补领（居民身份证）."""
        return self.name if self.parent in (self.name, "") else f"{self.name}（{self.parent}）"

    def as_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return asdict(self)


class Catalogue:
    """All items by code, in the files' order."""

    def __init__(self, items: list[Item], profile: HallProfile) -> None:
        self.items = items
        self.profile = profile
        self._by_code = {item.code: item for item in items}

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def get(self, code: str | None) -> Item | None:
        """The item of a code, or None."""
        return self._by_code.get(code) if code else None

    def windows(self, item: Item) -> list[str]:
        """The numbers of the windows that handle the item."""
        zone = self.profile.zones.get(item.zone)
        return zone.windows.get(item.window_group, []) if zone else []

    def zone_name(self, item: Item) -> str:
        """公安专区."""
        zone = self.profile.zones.get(item.zone)
        return zone.name if zone else item.zone


def read_catalogue(profile: HallProfile, folder: Path = FOLDER, cache: Path | None = CACHE) -> Catalogue:
    """The catalogue of all zone files. Parsing 1,864 items takes seconds, so the result is kept by hash.

    Raises CatalogueFault naming file, row and reason.
    """
    files = sorted(folder.glob("*.yml"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:24]
    kept = cache / f"catalogue-{digest}.json" if cache else None
    if kept and kept.exists():
        rows = json.loads(kept.read_text("utf-8"))
        return Catalogue([parse_item(row) for row in rows], profile)
    rows = [row for file in files for row in _rows(file)]
    items = [parse_item(row) for row in rows]
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob("catalogue-*.json"):
            old.unlink(missing_ok=True)
        draft = kept.with_suffix(".part")
        draft.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        draft.replace(kept)
    return Catalogue(items, profile)


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        data = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise CatalogueFault(f"{file.name} 读不懂：{error}") from error
    zone = data["zone"]
    rows = []
    for number, row in enumerate(data["items"], start=1):
        try:
            parse_item({**row, "zone": zone})
        except (KeyError, TypeError, ValueError) as error:
            raise CatalogueFault(f"{file.name} 第{number}项（{row.get('name', '没有名称')}）：{error}") from error
        rows.append({**row, "zone": zone})
    return rows


_FIELDS = {field.name for field in fields(Item)}


def parse_item(row: dict[str, Any]) -> Item:
    """An item from the keys of a file row; raises ValueError, KeyError or TypeError for faults."""
    unknown = set(row) - _FIELDS
    if unknown:
        raise ValueError(f"不认识的栏目：{'、'.join(sorted(unknown))}")
    values = dict(row)
    values.setdefault("parent", row["name"])
    values["help"] = HelpKind(row.get("help", HelpKind.ASSIST))
    values["levels"] = tuple(Level(level) for level in row.get("levels", ["district"]))
    values["materials"] = tuple(parse_material(text) for text in row.get("materials", []))
    for name in ("questions", "aliases"):
        values[name] = tuple(str(text) for text in row.get(name, []))
    return Item(**values)


def parse_material(text: str) -> Material:
    """居民户口簿/原件/容缺 → a material."""
    name, *rest = str(text).split("/")
    form = next((part for part in rest if part != "容缺"), "原件")
    return Material(name.strip(), form.strip(), "容缺" in rest)
