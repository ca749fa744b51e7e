"""Reading a real roster from CSV or XLSX, with every fault named by its row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from hotline.divisions import Divisions
from hotline.duty import read_hours
from hotline.errors import InvalidInput, RosterRefused
from hotline.orders import check_phone
from hotline.store.schema import Runner
from hotline.tables import Row, read_table
from hotline.vocabulary import RunnerKind, TeamLevel

COLUMNS = ("编号", "姓名", "电话", "类别", "队伍", "镇（街道）", "村（社区）", "熟悉专区", "接单上限", "值班时间")
_REQUIRED = COLUMNS[:5]
_LONGEST = {"编号": 12, "姓名": 64}  # characters, as the database keeps them
LONGEST_HOURS = 200  # characters
W = TypeVar("W", RunnerKind, TeamLevel)


def read_roster(file: Path, divisions: Divisions, zones: Mapping[str, str]) -> list[Runner]:
    """Runners from a CSV (UTF-8 or GB18030) or XLSX file with the columns of COLUMNS.

    `zones` are the names of the zones by key: the sheet may say 公安专区, 公安 or police.
    Raises RosterRefused with one line for each faulty row; then nothing is imported.
    """
    rows = read_rows(file)
    if not rows:
        raise RosterRefused("名册里没有数据行。")
    missing = [column for column in _REQUIRED if column not in rows[0][1]]
    if missing:
        raise RosterRefused(f"名册缺少列：{'、'.join(missing)}。")
    runners, faults, numbers = [], [], set()
    for line, row in rows:
        try:
            runner = _runner(row, divisions, zones)
            if runner.number in numbers:
                raise InvalidInput(f"编号{runner.number}重复")
            numbers.add(runner.number)
            runners.append(runner)
        except InvalidInput as fault:
            faults.append(f"第{line}行：{fault.wording.rstrip('。')}。")
    if faults:
        raise RosterRefused("名册有误，没有导入任何一行：\n" + "\n".join(faults))
    return runners


def read_rows(file: Path) -> list[Row]:
    """The table of a roster; raises RosterRefused for a file that is none."""
    try:
        return read_table(file)
    except InvalidInput as error:
        raise RosterRefused(error.wording) from error


def _runner(row: dict[str, str], divisions: Divisions, zones: Mapping[str, str]) -> Runner:
    for column in _REQUIRED:
        if not row.get(column):
            raise InvalidInput(f"“{column}”是空的")
        if len(row[column]) > _LONGEST.get(column, len(row[column])):
            raise InvalidInput(f"“{column}”太长了，最多{_LONGEST[column]}个字")
    township, village = _place(row, divisions)
    return Runner(
        number=row["编号"].upper(),
        name=row["姓名"],
        phone=check_phone(row["电话"]),
        kind=_word(RunnerKind, row["类别"], "类别"),
        team=_word(TeamLevel, row["队伍"], "队伍"),
        township=township,
        village=village,
        zones=_zones(row.get("熟悉专区", ""), zones),
        load_limit=_limit(row.get("接单上限", "")),
        on_duty=True,
        hours=_hours(row.get("值班时间", "")),
    )


def _hours(text: str) -> str:
    """The weekly hours as written, once they can be read; empty for any hour."""
    if len(text) > LONGEST_HOURS:
        raise InvalidInput(f"“值班时间”太长了，最多{LONGEST_HOURS}个字")
    read_hours(text)
    return text


def _zones(text: str, zones: Mapping[str, str]) -> list[str]:
    """The keys of the zones that a cell names, in any of their spellings."""
    by_name = {spelling: key for key, name in zones.items() for spelling in (key, name, name.removesuffix("专区"))}
    named = re.split(r"[，、,;；\s]+", text.strip()) if text.strip() else []
    unknown = [name for name in named if name not in by_name]
    if unknown:
        raise InvalidInput(f"没有这个专区：{'、'.join(unknown)}，可以写：{'、'.join(zones.values())}")
    return list(dict.fromkeys(by_name[name] for name in named))


def _word(kind: type[W], label: str, column: str) -> W:
    for word in kind:
        if label in (word.label, word.value):
            return word
    raise InvalidInput(f"“{column}”写的是“{label}”，应当是{'、'.join(word.label for word in kind)}之一")


def _place(row: dict[str, str], divisions: Divisions) -> tuple[str, str]:
    town_name, village_name = row.get("镇（街道）", ""), row.get("村（社区）", "")
    if not town_name:
        return "", ""
    town = divisions.by_name(town_name)
    if town is None:
        raise InvalidInput(f"没有叫“{town_name}”的镇或街道")
    if not village_name:
        return town.code, ""
    for village in divisions.villages_of(town.code):
        if village_name in (village.name, village.short_name):
            return town.code, village.code
    raise InvalidInput(f"{town_name}没有叫“{village_name}”的村或社区")


def _limit(text: str) -> int:
    if not text:
        return 2
    try:
        limit = int(float(text))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"“接单上限”写的是“{text}”，应当是数字") from error
    if not 1 <= limit <= 20:
        raise InvalidInput("“接单上限”应当在1到20之间")
    return limit
