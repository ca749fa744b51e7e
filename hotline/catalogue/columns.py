"""The columns of a catalogue table: the provincial platform's names, and how a cell is written and read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.catalogue.catalogue import Catalogue, Item, row_of
from hotline.profile import HallProfile
from hotline.vocabulary import HelpKind, Labelled, Level

_SEPARATORS = re.compile(r"[；;\n\r]+")
_DAYS = re.compile(r"(\d{1,4})(?:\.0)?\s*(?:个)?(?:工作日|日|天|次)?$")
_TRUTHS = {"是": True, "否": False, "": False, "true": True, "false": False, "1": True, "0": False}
_AUDIENCES = {
    "自然人": "个人", "法人": "企业", "自然人；法人": "都可", "自然人;法人": "都可", "自然人、法人": "都可",
    "自然人,法人": "都可",
}  # fmt: skip
_PROVENANCES = {"official-name": "官方名称", "compiled": "整理"}
_SHORT_LEVELS = {
    "区": Level.DISTRICT, "县": Level.DISTRICT, "园区": Level.PARK, "镇": Level.TOWN, "村": Level.VILLAGE,
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its name in the table, the item's field, and what the keeper is told about it."""

    name: str
    field: str
    advice: str
    required: bool = False


COLUMNS = (
    Column("编码", "code", "不改、不重用；新事项接着本专区最后一个往下编。按文字填，留开头的 0。", True),
    Column("事项名称", "name", "官方名称，不能和别的事项重名。", True),
    Column("主项名称", "parent", "没有主项就空着。"),
    Column("办理项情形", "variant", "新办、变更、延续、补领、注销……不清楚写“其他”。", True),
    Column("基本编码", "base_code", "全省统一的基本编码，没有就空着。按文字填。"),
    Column("事项类型", "type", "行政许可、行政确认、公共服务……", True),
    Column("实施主体", "department", "部门名称，要和大厅资料里的一样。", True),
    Column("专区", "zone", "专区名称，例如公安专区。", True),
    Column("窗口组", "window_group", "大厅资料里这个专区的窗口组，例如户籍。", True),
    Column("服务对象", "audience", "个人、企业或都可（也认自然人、法人）。", True),
    Column("帮办方式", "help", "帮办、代办、上门、本人到场；不清楚写帮办。"),
    Column("法定办结时限", "legal_days", "工作日的天数，当场办结写 0，不知道就空着。"),
    Column("承诺办结时限", "promised_days", "工作日的天数，当场办结写 0，不知道就空着。"),
    Column("到办事现场次数", "visits", "次数，不知道就空着。"),
    Column("收费标准", "fee", "不收费就写“不收费”，不知道就空着。"),
    Column("申请材料", "materials", "用；或换行隔开；写成 名称/原件、名称/复印件、名称/原件/容缺。"),
    Column("审批结果名称", "result", "办好了拿到什么。"),
    Column("就近可办", "levels", "能办的地方，用；隔开：区、园区、镇、村；空着就是只在区里办。"),
    Column("谁能办、谁能代办", "who_may_act", "一句话，最多60个字，例如“不满16岁由监护人申请，大人本人到场”；不清楚就空着。"),
    Column("帮办代办清单", "assisted", "在清单上写是，不在写否。"),
    Column("常见问题", "questions", "写成 问题｜答案，用；或换行隔开；还没有答案的只写问题。答案里不用分号。"),
    Column("常见说法", "aliases", "老百姓的说法，用；或换行隔开，至少八条，不能和别的事项重复。"),
    Column("来源", "provenance", "官方名称，或整理。", True),
    Column("已核实", "confirmed", "大厅核实过窗口、材料、时限、费用才写是。"),
)
LISTS = ("materials", "questions", "aliases")


def cells_of(catalogue: Catalogue, item: Item) -> list[str]:
    """The cells of an item's row, all as text, in the order of COLUMNS."""
    row = row_of(item)
    row["zone"] = catalogue.zone_name(item)
    row["help"] = item.help.label
    row["levels"] = "；".join(level.label for level in item.levels)
    row["provenance"] = _PROVENANCES.get(item.provenance, item.provenance)
    row["parent"] = "" if item.parent == item.name else item.parent
    return [_text(row[column.field]) for column in COLUMNS]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "；".join(value) if isinstance(value, list) else str(value)


def row_from(cells: Mapping[str, str], profile: HallProfile) -> tuple[dict[str, Any], list[str]]:
    """(the keys of a file row, the faults in Chinese) of a table's row by column names."""
    row: dict[str, Any] = {}
    faults = []
    for column in COLUMNS:
        text = cells.get(column.name, "").strip()
        if column.required and not text:
            faults.append(f"“{column.name}”是空的")
            continue
        try:
            row[column.field] = _READERS.get(column.field, _same)(text, profile)
        except ValueError as error:
            faults.append(f"“{column.name}”写的是“{text}”，{error}")
    return row, faults


def _same(text: str, profile: HallProfile) -> str:
    return text


def _code(text: str, profile: HallProfile) -> str:
    """Spreadsheets drop the 0 in front of a code of six digits when they open a CSV."""
    return "0" + text if len(text) == 5 and text.isdigit() else _exact(text, profile)


def _exact(text: str, profile: HallProfile) -> str:
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        raise ValueError("表格软件把它改成了科学计数，请把这一列设成文字再填")
    return text


def _number(text: str, profile: HallProfile) -> int | None:
    if not text:
        return None
    if text in ("即办", "当场办结", "当场", "即办件"):
        return 0
    found = _DAYS.fullmatch(text)
    if not found:
        raise ValueError("应当是数字")
    return int(found[1])


def _truth(text: str, profile: HallProfile) -> bool:
    if text.lower() not in _TRUTHS:
        raise ValueError("应当是“是”或“否”")
    return _TRUTHS[text.lower()]


def _list(text: str, profile: HallProfile) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def _zone(text: str, profile: HallProfile) -> str:
    for key, zone in profile.zones.items():
        if text in (key, zone.name):
            return key
    raise ValueError(f"大厅资料里没有这个专区，有：{'、'.join(zone.name for zone in profile.zones.values())}")


def _help(text: str, profile: HallProfile) -> str:
    return _word(HelpKind, text or HelpKind.ASSIST.label).value


def _levels(text: str, profile: HallProfile) -> list[str]:
    words = re.split(r"[；;\n\r、，,]+", text or Level.DISTRICT.label)
    return [_SHORT_LEVELS[w].value if w in _SHORT_LEVELS else _word(Level, w).value for w in words if w]


def _word(kind: type[Labelled], text: str) -> Labelled:
    for word in kind:
        if text in (word.label, word.value):
            return word
    raise ValueError(f"应当是{'、'.join(word.label for word in kind)}之一")


def _audience(text: str, profile: HallProfile) -> str:
    return _AUDIENCES.get(text, text)


def _provenance(text: str, profile: HallProfile) -> str:
    return next((word for word, label in _PROVENANCES.items() if text in (word, label)), text)


_READERS: dict[str, Callable[[str, HallProfile], Any]] = {
    "code": _code, "base_code": _exact, "zone": _zone, "help": _help, "levels": _levels,
    "audience": _audience, "provenance": _provenance,
    **dict.fromkeys(("legal_days", "promised_days", "visits"), _number),
    **dict.fromkeys(("assisted", "confirmed"), _truth),
    **dict.fromkeys(LISTS, _list),
}  # fmt: skip
