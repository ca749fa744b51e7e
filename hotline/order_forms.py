"""An order as somebody types it: at the window, in a list, or on a runner's phone.

The fields are texts under one name each; every fault is told in the words of the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.catalogue.catalogue import Catalogue, Item
from hotline.clock import LOCAL, Clock
from hotline.divisions import Divisions
from hotline.errors import InvalidInput
from hotline.intake import TicketIn
from hotline.orders import ErrandRequest, check_phone
from hotline.profile import HallProfile
from hotline.vocabulary import ApplicantKind, HelpKind, Level
from hotline.working_time import WorkingCalendar

FIELDS = {  # our name → the column of a list
    "applicant": "申请人", "applicant_kind": "申请人类别", "phone": "电话", "contact": "联系人", "for_whom": "替谁办", "item": "事项",
    "more_items": "其他事项", "help": "帮办方式", "town": "镇（街道）", "village": "村（社区）", "place": "详细地点",
    "time": "上门时间", "level": "办理层级", "materials": "材料", "notes": "备注", "ticket": "12345编号", "ticket_due": "办结期限",
}  # fmt: skip
REQUIRED = ("applicant", "phone", "item", "time")
HALF_AN_HOUR = timedelta(minutes=30)
LONGEST_ITEM = 200  # characters of an errand that is no item
_SEPARATORS = re.compile(r"[、；;\n]+")
_TIME = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*(?:(\d{1,2})[:：点时](\d{1,2})?(?::\d{2})?分?)?")


@dataclass(frozen=True)
class OrderForms:
    """Turns typed fields into a request, over the live catalogue."""

    catalogue: Callable[[], Catalogue]
    divisions: Divisions
    profile: HallProfile
    clock: Clock

    def request(
        self, fields: Mapping[str, str], *, key: str, channel: str, placed_by: str, conversation_id: int | None = None
    ) -> ErrandRequest:
        """The order of the fields; raises InvalidInput naming the column."""
        fields = {name: str(value).strip() for name, value in fields.items()}
        for name in REQUIRED:
            if not fields.get(name):
                raise InvalidInput(f"“{FIELDS[name]}”是空的。")
        item, help_kind = self._item(fields)
        town, place_code, place_text = self.read_place(fields)
        start = read_time(fields["time"], "上门时间")
        if start + HALF_AN_HOUR <= self.clock():
            raise InvalidInput("“上门时间”已经过了。")
        level = self._level(fields.get("level", ""), item, place_code)
        return ErrandRequest(
            key=key, channel=channel, placed_by=placed_by, conversation_id=conversation_id,
            applicant_name=fields["applicant"], applicant_kind=_applicant_kind(fields.get("applicant_kind", ""), item),
            contact_name=fields.get("contact", ""),
            contact_phone=check_phone(fields["phone"]), for_whom=_beneficiary(fields.get("for_whom", "")),
            item_code=item.code if item else None,
            item_name=item.title if item else f"其他帮办：{fields['item'][:LONGEST_ITEM]}",
            more_items=self._more(fields.get("more_items", "")), zone=item.zone if item else "", help=help_kind,
            level=level, handling_place=self._building(level, place_code),
            township=town, place_code=place_code, place_text=place_text,
            wish_from=start, wish_to=start + HALF_AN_HOUR,
            materials=_names(fields.get("materials", "")) or [m.name for m in (item.materials if item else ())],
            notes=fields.get("notes", ""),
        )  # fmt: skip

    def ticket(self, fields: Mapping[str, str]) -> TicketIn | None:
        """The case of 12345 that the fields belong to; raises InvalidInput."""
        number, due = str(fields.get("ticket", "")).strip(), str(fields.get("ticket_due", "")).strip()
        if not number and not due:
            return None
        if not number or not due:
            raise InvalidInput("“12345编号”和“办结期限”要一起填。")
        if len(number) > 64 or not number.isprintable():
            raise InvalidInput("“12345编号”太长了，最多64个字。")
        end = WorkingCalendar(self.profile).end_of_day
        has_time = re.search(r"[:：点时]", due)
        return TicketIn(number, read_time(due, "办结期限") if has_time else end(read_time(f"{due} 0:00", "办结期限").date()))

    def find_item(self, text: str) -> Item | None:
        """The item of a code, an official name or a title."""
        catalogue = self.catalogue()
        found = catalogue.get(text)
        if found:
            return found
        named = [item for item in catalogue if text in (item.title, item.name)]
        if len(named) > 1:
            raise InvalidInput(f"叫“{text}”的事项有{len(named)}个，请写编码：{'、'.join(item.code for item in named[:6])}。")
        return named[0] if named else None

    def _item(self, fields: Mapping[str, str]) -> tuple[Item | None, HelpKind]:
        text, wanted = fields["item"], _help(fields.get("help", ""))
        item = None if wanted is HelpKind.OTHER else self.find_item(text)
        if item is None and wanted is not HelpKind.OTHER:
            raise InvalidInput(f"目录里没有“{text}”这个事项；不是目录里的事，“帮办方式”请写“其他帮办”。")
        if item and wanted not in (None, item.help, HelpKind.ASSIST):
            raise InvalidInput(f"“{item.name}”的帮办方式是{item.help.label}，不能写成{wanted.label if wanted else ''}。")
        return item, wanted or (item.help if item else HelpKind.OTHER)

    def _more(self, text: str) -> list[dict[str, str]] | None:
        more = []
        for name in _names(text):
            item = self.find_item(name)
            if item is None:
                raise InvalidInput(f"“其他事项”里的“{name}”目录里没有。")
            more.append({"code": item.code, "name": item.title})
        return more or None

    def read_place(self, fields: Mapping[str, str]) -> tuple[str, str, str]:
        """(township, division code, words for the runner) of town, village and place; raises InvalidInput."""
        town_name, village_name, door = (fields.get(name, "") for name in ("town", "village", "place"))
        if not town_name and not door:
            raise InvalidInput("“镇（街道）”和“详细地点”都是空的，跑手不知道去哪里。")
        if not town_name:
            return "", "", door
        town = self.divisions.by_name(town_name)
        if town is None:
            raise InvalidInput(f"没有叫“{town_name}”的镇或街道。")
        if not village_name:
            return town.name, town.code, town.name + door
        for village in self.divisions.villages_of(town.code):
            if village_name in (village.name, village.short_name):
                return town.name, village.code, self.divisions.full_name(village.code) + door
        raise InvalidInput(f"{town_name}没有叫“{village_name}”的村或社区。")

    def _level(self, text: str, item: Item | None, place_code: str) -> Level:
        """What was typed; else the nearest place that the hall stands for; else the district hall."""
        for level in Level:
            if text and text in (level.label, level.value):
                return level
        if text:
            raise InvalidInput(f"“办理层级”写的是“{text}”，应当是{'、'.join(level.label for level in Level)}之一。")
        return nearest_level(item, self.profile, place_code)

    def _building(self, level: Level, place_code: str) -> str:
        place = self.profile.place_of(level.value, place_code[:9])
        return place.name if place else ""


def nearest_level(item: Item | None, profile: HallProfile, place_code: str) -> Level:
    """The town, if somebody confirmed that the item can be done there and there is a place; else the district."""
    if item and item.confirmed and Level.TOWN in item.levels and profile.place_of("town", place_code[:9]):
        return Level.TOWN
    return Level.DISTRICT


def read_time(text: str, column: str) -> datetime:
    """2026-11-24 10:00, 2026/11/24 10点, 2026年11月24日10:00 in Sichuan; raises InvalidInput."""
    found = _TIME.fullmatch(text.strip())
    try:
        if found is None or found[4] is None:
            raise ValueError(text)
        year, month, day, hour, minute = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, tzinfo=LOCAL)
    except ValueError as error:
        raise InvalidInput(f"“{column}”写的是“{text[:40]}”，应当像 2026-11-24 10:00 这样写。") from error


def _help(text: str) -> HelpKind | None:
    for kind in HelpKind:
        if text and text in (kind.label, kind.value):
            return kind
    if text:
        raise InvalidInput(f"“帮办方式”写的是“{text[:20]}”，应当是{'、'.join(kind.label for kind in HelpKind)}之一。")
    return None


def _applicant_kind(text: str, item: Item | None) -> ApplicantKind | None:
    """What was typed, else whom the item is for; raises InvalidInput."""
    for kind in ApplicantKind:
        if text and text in (kind.label, kind.value):
            return kind
    if text:
        raise InvalidInput(f"“申请人类别”写的是“{text[:20]}”，应当是{'、'.join(kind.label for kind in ApplicantKind)}之一。")
    return item.applicant_kind if item else None


def _beneficiary(text: str) -> str:
    return "" if text in ("本人", "自己") else text


def _names(text: str) -> list[str]:
    return [name.strip() for name in _SEPARATORS.split(text) if name.strip()]
