"""The catalogue at the desk: look at an item, edit it into a new version, see what it would change, go live, undo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL
from connectors.web_chat import json_body
from desk.acts import changed
from desk.login import Seat, seated, text_field
from desk.times import iso
from hotline.catalogue.blast import Blast, blast_radius
from hotline.catalogue.catalogue import Catalogue, Item, parse_item, row_of
from hotline.catalogue.changes import Difference, compare
from hotline.catalogue.check import check_catalogue
from hotline.catalogue.live import open_version
from hotline.errors import Forbidden, InvalidInput, NotFound, StaleView
from hotline.hall import Hall
from hotline.permissions import Permission
from hotline.vocabulary import Role

# The fields that are edited at the desk, with their labels; a list is one line each.
FIELDS = {
    "name": "名称", "department": "部门", "window_group": "窗口", "fee": "费用", "promised_days": "承诺几个工作日", "legal_days": "法定几个工作日",
    "visits": "到现场次数", "materials": "材料", "who_may_act": "谁能办、谁能代办", "questions": "常见问题，写成 问题｜答案", "aliases": "老百姓的说法",
}  # fmt: skip
LISTS = ("materials", "questions", "aliases")
NUMBERS = ("promised_days", "legal_days", "visits")
SHOWN = 40  # versions, changes and shifts shown


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of the catalogue."""
    version = r"/desk/catalogue/versions/{id:\d{1,9}}"
    return [
        web.get("/desk/catalogue", overview),
        web.get("/desk/catalogue/check", check),
        web.get("/desk/catalogue/items/{code}", item),
        web.post("/desk/catalogue/items/{code}/edit", edit),
        web.get(f"{version}/blast", blast),
        web.post(f"{version}/live", go_live),
        web.post("/desk/catalogue/undo", undo),
    ]


@seated()
async def overview(request: web.Request, seat: Seat) -> web.Response:
    """The versions, newest first, and how many items there are."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: _overview(hall, s)))


def _overview(hall: Hall, session: Session) -> dict[str, Any]:
    rows = [
        {"number": v.number, "live": v.live, "items": v.size, "by": v.made_by, "note": v.note, "at": iso(v.made_at)}
        for v in list(hall.versions.all(session))[:SHOWN]
    ]
    confirmed = sum(item.confirmed for item in hall.catalogue)
    return {
        "items": len(hall.catalogue), "confirmed": confirmed, "live": hall.versions.live_number(session),
        "ours": hall.knowledge.number, "versions": sorted(rows, key=lambda row: -row["number"]),
    }  # fmt: skip


@seated()
async def check(request: web.Request, seat: Seat) -> web.Response:
    """Every fault of the live catalogue, in words."""
    hall = request.app[HALL]
    faults = await asyncio.to_thread(check_catalogue, hall.catalogue, hall.bundles)
    return web.json_response({"faults": [str(fault) for fault in faults][:SHOWN]})


@seated()
async def item(request: web.Request, seat: Seat) -> web.Response:
    """One item as it is live, with the version that an edit starts from."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: _item(hall, s, request.match_info["code"])))


def _item(hall: Hall, session: Session, code: str) -> dict[str, Any]:
    found, number = _live(hall, session)[0].get(code), hall.versions.live_number(session)
    if found is None:
        raise NotFound("目录里没有这个事项。", item=code)
    row = row_of(found)
    zone = hall.profile.zones[found.zone]
    return {
        "code": code, "title": found.title, "zone": zone.name, "confirmed": found.confirmed, "base": number or 0,
        "help": found.help.label, "fields": [[name, label, row.get(name)] for name, label in FIELDS.items()],
        "window_groups": list(zone.windows), "notice": hall.guidance.notice(found),
    }  # fmt: skip


def _live(hall: Hall, session: Session) -> tuple[Catalogue, int | None]:
    number = hall.versions.live_number(session)
    return (hall.versions.read(session, number) if number else hall.read_files()), number


@seated(Permission.CATALOGUE)
async def edit(request: web.Request, seat: Seat) -> web.Response:
    """Keep a changed item in a new version, which is not live yet; `base` is the version that the page showed."""
    hall, code, body = request.app[HALL], request.match_info["code"], await json_body(request)
    fields, note = body.get("fields"), text_field(body, "note", 200)
    if not isinstance(fields, dict):
        raise InvalidInput("fields 应当是栏目和内容。")

    def work(session: Session) -> dict[str, Any]:
        live, number = _live(hall, session)
        if (number or 0) != body.get("base"):
            raise StaleView(item=code)
        changed = live.with_items([_edited(hall, session, seat, live.get(code), fields)])
        hall.versions.seed(session, live, by=seat.name) if number is None else None
        version, _ = hall.versions.add(session, changed, hall.bundles, by=seat.name, note=note or f"修改 {code}")
        return {"number": version.number, "difference": compare(live, changed).as_json()}

    return web.json_response(await changed(request, seat, work))


def _edited(hall: Hall, session: Session, seat: Seat, found: Item | None, fields: Mapping[str, Any]) -> Item:
    if found is None:
        raise NotFound("目录里没有这个事项。")
    if seat.role is Role.LEAD_OFFICER and not hall.staff.may_verify(session, seat.staff(session), found.zone):
        raise Forbidden("这一项不是您专区的。", login=seat.login)
    if unknown := set(fields) - set(FIELDS):
        raise InvalidInput(f"不认识的栏目：{'、'.join(sorted(unknown))}。")
    try:
        return parse_item({**row_of(found), **{name: _value(name, value) for name, value in fields.items()}})
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise InvalidInput(f"{error}。") from error


def _value(name: str, value: Any) -> Any:
    if name in LISTS:
        return [line.strip() for line in str(value).splitlines() if line.strip()]
    if name in NUMBERS:
        return int(value) if str(value).strip() else None
    return str(value).strip()


@seated(Permission.CATALOGUE)
async def blast(request: web.Request, seat: Seat) -> web.Response:
    """What a version would answer otherwise than the live one, among the wordings near to what changes."""
    hall, number = request.app[HALL], int(request.match_info["id"])
    return web.json_response(await asyncio.to_thread(_blast, hall, number))


def _blast(hall: Hall, number: int) -> dict[str, Any]:
    with hall.database.read() as session:
        candidate = hall.versions.read(session, number)
    lookup = open_version(candidate, hall.settings.data_dir / "cache", before=hall.lookup)
    return _told(blast_radius(hall.lookup, lookup, []))


def _told(report: Blast) -> dict[str, Any]:
    return {
        "difference": report.difference.as_json(), "tried": report.tried + report.wordings, "worse": report.worse,
        "shifts": [{"text": s.probe.text, "verdict": s.verdict} for s in report.shifts[:SHOWN]],
        "losses": [
            {"code": loss.code, "name": loss.name, "before": loss.before, "after": loss.after, "of": loss.of}
            for loss in report.losses[:SHOWN]
        ],
    }  # fmt: skip


@seated(Permission.CATALOGUE)
async def go_live(request: web.Request, seat: Seat) -> web.Response:
    """Make a version the live one; every hall follows within seconds. `was` is the live one that the page knew."""
    hall, number, body = request.app[HALL], int(request.match_info["id"]), await json_body(request)
    return await _switch(
        request, seat, body,
        lambda s: hall.versions.go_live(s, number, hall.read_files(), hall.bundles, by=seat.name),
    )  # fmt: skip


@seated(Permission.CATALOGUE)
async def undo(request: web.Request, seat: Seat) -> web.Response:
    """Back to what was live before; `was` as above, so that two who undo at once go one step back."""
    hall, body = request.app[HALL], await json_body(request)
    return await _switch(request, seat, body, lambda s: hall.versions.undo(s, by=seat.name))


async def _switch(
    request: web.Request, seat: Seat, body: dict[str, Any], work: Callable[[Session], object]
) -> web.Response:
    """Put another version live; raises StaleView, and Forbidden when it concerns zones that are not the own."""
    hall = request.app[HALL]

    def change(session: Session) -> dict[str, Any]:
        before, number = _live(hall, session)
        if (number or 0) != body.get("was"):
            raise StaleView("别的同事刚启用了另一版，这一版里没有他的改动。请重新打开那一项再改。", version=number)
        work(session)
        session.flush()
        _refuse_other_zones(hall, session, seat, compare(before, _live(hall, session)[0]))
        return _overview(hall, session)

    return web.json_response(await changed(request, seat, change))


def _refuse_other_zones(hall: Hall, session: Session, seat: Seat, difference: Difference) -> None:
    """A lead officer puts live, and takes back, what concerns the own zone only."""
    touched = [*difference.added, *difference.removed, *(item for one in difference.changed for item in (one.before, one.after))]
    staff = seat.staff(session)
    for zone in sorted({item.zone for item in touched}):
        if seat.role is Role.LEAD_OFFICER and not hall.staff.may_verify(session, staff, zone):
            raise Forbidden(f"这一步还会改{hall.profile.zones[zone].name}的事项，请那个专区的首席或管理员来办。", login=seat.login)
