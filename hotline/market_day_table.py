"""The file of market days that staff keep, and from which the assistant reads.

The engine reads the section `market_days` and counts by the lunar calendar. So what is confirmed and lunar
stands there; what nobody confirmed yet, or what goes by the solar calendar, stands in `held_back`, where
staff see it and the assistant, rather than guess, asks for the day.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from hotline.divisions import Division, Divisions
from hotline.errors import InvalidInput, MarketDaysFault, NotFound, StaleView
from hotline.market_days import MarketDays, find_town, in_order
from hotline.settings import ROOT
from hotline.vocabulary import MarketCalendar

log = logging.getLogger(__name__)

FILE = ROOT / "data" / "lexicon" / "market_days.yml"  # where the engine looks
UNDERSTOOD, HELD_BACK = "market_days", "held_back"  # the sections of the file
KNOWN = {
    UNDERSTOOD: {"name", "digits", "source"},
    HELD_BACK: {"name", "digits", "source", "calendar", "confirmed"},
}


class MarketDayTable:
    """The file of market days: checked whole when read, replaced whole when written."""

    def __init__(self, divisions: Divisions, file: Path | None = None) -> None:
        self.divisions = divisions
        self.file = file or FILE
        self._at_start = self._text()

    @property
    def has_changed(self) -> bool:
        """Whether the file is another one than when this hall was started, and its engine with it."""
        return self._text() != self._at_start

    def read(self) -> dict[str, MarketDays]:
        """What is kept, by the town's code; raises MarketDaysFault that names each faulty entry."""
        return read_entries(self._text(), self.divisions, self.file.name)

    def replace(self, town: Division, new: MarketDays | None, *, was: str) -> None:
        """Write a town's market days, or clear them; `was` is the stamp that was seen, empty for none.

        Raises StaleView when it is another one by now, MarketDaysFault when the file has faults, InvalidInput
        when it cannot be written.
        """
        with self._alone():
            kept = self.read()
            before = kept.pop(town.code, None)
            if was != (before.stamp if before else ""):
                raise StaleView(town=town.code)
            if new:
                kept[town.code] = new
            self._write(as_text(kept, comments(self._text())))
        log.info("market days of %s: %s -> %s", town.code, before and before.stamp, new and new.stamp)

    def _text(self) -> str:
        try:
            return self.file.read_text("utf-8") if self.file.exists() else ""
        except (OSError, UnicodeDecodeError):
            return "?"  # no mapping: told as a fault by whoever reads it

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else of this machine changes the file meanwhile: no other thread, no command line."""
        folder = os.open(self.file.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _write(self, text: str) -> None:
        """All of it or nothing, also if the machine stops in between."""
        try:
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self.file.parent, delete=False) as draft:
                draft.write(text)
                draft.flush()
                os.fsync(draft.fileno())
            shutil.copymode(self.file, draft.name) if self.file.exists() else os.chmod(draft.name, 0o644)
            os.replace(draft.name, self.file)
        except OSError as error:
            raise InvalidInput(f"{self.file.name}写不进去：{error.strerror}。什么都没有改。") from error


# --- the file: text to entries and back


def comments(text: str) -> list[str]:
    """The lines that tell the keeper what to edit, wherever they stand."""
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]


def as_text(kept: dict[str, MarketDays], header: list[str]) -> str:
    """The file: its header, then both sections, a line for each town."""
    lines = list(header)
    for section in (UNDERSTOOD, HELD_BACK):
        rows = [kept[code] for code in sorted(kept) if kept[code].is_understood == (section == UNDERSTOOD)]
        lines.append(f"{section}:" if rows else f"{section}: {{}}")
        lines += [f"  '{row.town.code}': {_row(row, section)}" for row in rows]
    return "\n".join(lines) + "\n"


def _row(row: MarketDays, section: str) -> str:
    fields = {
        "name": row.town.name, "digits": list(row.digits), "calendar": row.calendar.lower(),
        "confirmed": row.confirmed, "source": row.source,
    }  # fmt: skip
    said = {name: value for name, value in fields.items() if name in KNOWN[section]}
    return str(yaml.safe_dump(said, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1_000_000)).strip()


def read_entries(text: str, divisions: Divisions, name: str) -> dict[str, MarketDays]:
    """The entries of both sections by code; raises MarketDaysFault with every fault, entry and reason."""
    kept: dict[str, MarketDays] = {}
    faults: list[str] = []
    for section, key, row in _pairs(text, name):
        try:
            entry = _entry(section, key, row, divisions)
            if entry.town.code in kept:
                raise InvalidInput(f"{entry.town.name}写了两遍")
            kept[entry.town.code] = entry
        except (InvalidInput, NotFound) as fault:
            faults.append(f"“{key}”：{fault.wording.rstrip('。')}")
    if faults:
        raise MarketDaysFault(f"赶场天表 {name} 有误，请先改好。{'；'.join(faults)}。")
    return kept


def _pairs(text: str, name: str) -> list[tuple[str, str, Any]]:
    """Section, key and row of every entry; doubled keys both, which a plain reading would lose."""
    try:
        root = yaml.compose(text, yaml.SafeLoader)
        sections = _children(root) if root else []
        if unknown := [key for key, _ in sections if key not in KNOWN]:
            raise ValueError(f"有不认识的部分 {'、'.join(unknown)}")
        read = yaml.SafeLoader("").construct_document
        return [(section, key, read(node)) for section, nodes in sections for key, node in _children(nodes)]
    except (yaml.YAMLError, ValueError) as error:
        raise MarketDaysFault(f"赶场天表 {name} 读不出来，请照文件开头的写法改：{error}。") from error


def _children(node: yaml.Node) -> list[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.ScalarNode) and not node.value:
        return []  # nothing after the colon
    if not isinstance(node, yaml.MappingNode):
        raise ValueError(f"第{node.start_mark.line + 1}行应当是“名字: 内容”")
    return [(str(key.value), value) for key, value in node.value]


def _entry(section: str, key: str, row: Any, divisions: Divisions) -> MarketDays:
    """One row; raises InvalidInput or NotFound with the reason alone."""
    if not isinstance(row, dict):
        raise InvalidInput("应当写成 {name: 名称, digits: [3, 6, 9], source: 来源}")
    if unknown := set(map(str, row)) - KNOWN[section]:
        raise InvalidInput(f"{section} 里没有 {'、'.join(sorted(unknown))} 这一栏")
    town = find_town(divisions, key)
    if row.get("name") != town.name:
        raise InvalidInput(f"name 应当是“{town.name}”")
    digits, confirmed, source = row.get("digits"), row.get("confirmed", section == UNDERSTOOD), row.get("source", "")
    if not isinstance(digits, list) or not all(type(digit) is int for digit in digits):
        raise InvalidInput("digits 应当是数字，例如 [3, 6, 9]")
    if not isinstance(confirmed, bool):
        raise InvalidInput("confirmed 只能写 true 或 false，不加引号")
    if not isinstance(source, str):
        raise InvalidInput("source 应当是文字")
    entry = MarketDays(town, in_order(digits), _calendar(row.get("calendar", "lunar")), source.strip(), confirmed)
    if section == HELD_BACK and entry.is_understood:
        raise InvalidInput(f"农历而且核实过的，要写在 {UNDERSTOOD} 里")
    return entry


def _calendar(word: object) -> MarketCalendar:
    found = [calendar for calendar in MarketCalendar if calendar.lower() == word]
    if not found:
        raise InvalidInput("calendar 只能写 lunar（农历）或 solar（阳历）")
    return found[0]
