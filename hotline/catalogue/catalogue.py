"""The catalogue of service items, read from one YAML file a zone."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

from hotline.catalogue.remembered import remembered
from hotline.errors import CatalogueFault
from hotline.profile import HallProfile
from hotline.settings import ROOT
from hotline.vocabulary import ApplicantKind, HelpKind, Level

FOLDER = ROOT / "data" / "catalogue"
ZONE_FILES = "[0-9]*.yml"  # bundles.yml stands beside them
CACHE = ROOT / "var" / "cache"


@dataclass(frozen=True)
class Material:
    """A paper that the window asks for."""

    name: str  # 居民户口簿
    form: str = "原件"  # 原件, 复印件, 电子
    deferrable: bool = False  # 容缺: may follow later


@dataclass(frozen=True)
class TypicalQuestion:
    """What citizens ask about an item beside place, time, cost and papers. No wording of the lookup."""

    question: str  # 外地违章能在恩阳处理不
    answer: str = ""  # as a clerk says it on the telephone; empty: nobody has answered it yet


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
    who_may_act: str = ""  # who may act for whom: 不满16岁由监护人申请; empty: unknown
    questions: tuple[TypicalQuestion, ...] = ()
    aliases: tuple[str, ...] = ()  # natural ways of asking for it

    @property
    def title(self) -> str:
        """Name with its parent when that adds something: 补领（居民身份证）."""
        return self.name if self.parent in (self.name, "") else f"{self.name}（{self.parent}）"

    @property
    def applicant_kind(self) -> ApplicantKind | None:
        """Who can apply for it; None: persons and enterprises."""
        return next((kind for kind in ApplicantKind if kind.label == self.audience), None)

    def as_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return asdict(self)


class Catalogue:
    """All items by code, in the files' order.

    `places` says for each item where it is written (03_police.yml 第17项), for the wording of faults.
    """

    def __init__(self, items: list[Item], profile: HallProfile, places: Sequence[str] = ()) -> None:
        self.items = items
        self.profile = profile
        self.places = list(places) or [f"{item.zone} {item.code}" for item in items]
        self._by_code = {item.code: item for item in items}

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def get(self, code: str | None) -> Item | None:
        """The item of a code, or None."""
        return self._by_code.get(code) if code else None

    def with_items(self, items: Sequence[Item]) -> Catalogue:
        """The catalogue with these items in the place of those of their codes."""
        new = {item.code: item for item in items}
        return Catalogue([new.get(item.code, item) for item in self.items], self.profile, self.places)

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

    Raises CatalogueFault with file, row and reason of every faulty row.
    """
    files = sorted(folder.glob(ZONE_FILES))
    if not files:
        raise CatalogueFault(f"{folder} 里没有目录文件（例如 03_police.yml）。")
    raw = [file.read_bytes() for file in files]
    digest = hashlib.sha256(b"".join((*raw, Path(__file__).read_bytes()))).hexdigest()

    def parsed() -> tuple[list[Item], list[str]]:
        rows = _all_rows(files)
        return [parse_item(row) for row in rows], _places(files, raw, rows)

    items, places = remembered(cache / "catalogue.pickle" if cache else None, digest, parsed)
    return Catalogue(items, profile, places)


def _places(files: Sequence[Path], raw: Sequence[bytes], rows: Sequence[dict[str, Any]]) -> list[str]:
    """For each row its file and its number in there: 03_police.yml 第17项."""
    names = {}
    for file, text in zip(files, raw, strict=True):
        if found := re.search(rb"^zone: *['\"]?(\w+)", text, re.MULTILINE):
            names[found[1].decode()] = file.name
    seen: Counter[str] = Counter()
    places = []
    for row in rows:
        seen[row["zone"]] += 1
        places.append(f"{names.get(row['zone'], row['zone'])} 第{seen[row['zone']]}项")
    return places


def _all_rows(files: Sequence[Path]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    for file in files:
        for number, row in enumerate(_rows(file), start=1):
            try:
                parse_item(row)
                rows.append(row)
            except ValueError as error:
                faults.append(f"{file.name} 第{number}项（{row.get('name', '没有名称')}）：{error}。")
    if faults:
        raise CatalogueFault("\n".join(faults))
    return rows


def _rows(file: Path) -> list[dict[str, Any]]:
    """The rows of a zone file, each with its zone."""
    try:
        data = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogueFault(f"{file.name} 读不懂：{error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("zone"), str):
        raise CatalogueFault(f"{file.name} 缺少 zone: 那一行。")
    rows = data.get("items")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CatalogueFault(f"{file.name} 的 items: 下面应当是一项一项的事项。")
    return [{**row, "zone": data["zone"]} for row in rows]


_LISTS = ("materials", "levels", "questions", "aliases")
_TRUTHS = ("assisted", "confirmed")
_NUMBERS = ("legal_days", "promised_days", "visits")
_FIELDS = {field.name for field in fields(Item)}
_REQUIRED = [f.name for f in fields(Item) if f.default is MISSING and f.name not in ("parent", "help")]
_TEXTS = sorted(_FIELDS - {*_LISTS, *_TRUTHS, *_NUMBERS, "help"})


def parse_item(row: dict[str, Any]) -> Item:
    """An item from the keys of a file row; raises ValueError with the reason in Chinese."""
    _check_shapes(row)
    values = dict(row)
    values["parent"] = row.get("parent") or row["name"]
    values["help"] = _word(HelpKind, row.get("help", HelpKind.ASSIST), "帮办方式")
    values["levels"] = tuple(_word(Level, level, "就近可办") for level in row.get("levels") or ["district"])
    values["materials"] = tuple(parse_material(text) for text in row.get("materials") or [])
    values["questions"] = tuple(parse_question(text) for text in row.get("questions") or [])
    values["aliases"] = tuple(str(text) for text in row.get("aliases") or [])
    return Item(**values)


def _check_shapes(row: dict[str, Any]) -> None:
    if unknown := set(row) - _FIELDS:
        raise ValueError(f"不认识的栏目：{'、'.join(sorted(map(str, unknown)))}")
    if missing := [name for name in _REQUIRED if row.get(name) in (None, "")]:
        raise ValueError(f"缺少{'、'.join(missing)}")
    for name in _TEXTS:
        if not isinstance(row.get(name, ""), str):
            raise ValueError(f"{name} 应当是文字，数字请加引号，现在是 {row[name]!r}")
    for name in _LISTS:
        if not isinstance(row.get(name) or [], list):
            raise ValueError(f"{name} 应当一行一条，现在是 {row[name]!r}")
    for name in _TRUTHS:
        if not isinstance(row.get(name, False), bool):
            raise ValueError(f"{name} 只能写 true 或 false，现在是 {row[name]!r}")
    for name in _NUMBERS:
        number = row.get(name)
        if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 0):
            raise ValueError(f"{name} 应当是数字，现在是 {number!r}")


W = TypeVar("W", HelpKind, Level)


def _word(kind: type[W], value: Any, label: str) -> W:
    try:
        return kind(value)
    except ValueError as error:
        raise ValueError(f"{label}“{value}”不认识，应当是{'、'.join(kind)}之一") from error


def parse_material(text: str) -> Material:
    """居民户口簿/原件/容缺 → a material."""
    name, *rest = str(text).split("/")
    form = next((part for part in rest if part != "容缺"), "原件")
    return Material(name.strip(), form.strip(), "容缺" in rest)


def material_text(material: Material) -> str:
    """The inverse of `parse_material`."""
    return "/".join([material.name, material.form, *(["容缺"] if material.deferrable else [])])


def parse_question(text: str) -> TypicalQuestion:
    """外地违章能在恩阳处理不｜可以，… → a typical question; without ｜ it has no answer yet."""
    question, _, answer = str(text).replace("|", "｜").partition("｜")
    return TypicalQuestion(question.strip(), answer.strip())


def question_text(question: TypicalQuestion) -> str:
    """The inverse of `parse_question`."""
    return f"{question.question}｜{question.answer}" if question.answer else question.question


def row_of(item: Item) -> dict[str, Any]:
    """The keys of a file row, zone included: the inverse of `parse_item`."""
    return vars(item) | {  # not asdict: it copies every text, and a version has 1,864 rows
        "help": item.help.value,
        "levels": [level.value for level in item.levels],
        "materials": [material_text(material) for material in item.materials],
        "questions": [question_text(question) for question in item.questions],
        "aliases": list(item.aliases),
    }


def digest_of(items: Sequence[Item]) -> str:
    """Tells two catalogues apart: the same for the same items in the same order."""
    text = json.dumps([row_of(item) for item in items], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
