"""Runners and staff at the desk: search, links, duty hours, the roster's import, and accounts with their roles."""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
import tempfile
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from connectors.keys import HALL
from connectors.web_chat import json_body
from desk.acts import changed
from desk.login import Seat, seated, text_field
from desk.times import iso
from hotline.duty import read_hours
from hotline.errors import Forbidden, InvalidInput, NotFound, StaleView
from hotline.hall import Hall
from hotline.masking import mask_phones
from hotline.orders import CARRIED
from hotline.permissions import Permission
from hotline.roster import LONGEST_HOURS, read_roster
from hotline.store.schema import ErrandOrder, Runner, Staff
from hotline.store.verification import LeadOfficer
from hotline.team import count_duty
from hotline.vocabulary import Role

PAGE = 50  # runners in one answer
MOST_LOAD = 20


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of people."""
    return [
        web.get("/desk/people/runners", runners),
        web.post("/desk/runners/{number}/edit", edit_runner),
        web.post("/desk/runners/{number}/phone", runner_phone),
        web.post("/desk/runners/{number}/link", runner_link),
        web.post("/desk/runners/import", import_roster),
        web.get("/desk/staff", staff),
        web.post("/desk/staff", add_staff),
        web.post("/desk/staff/{login}/reset", reset_staff),
        web.post("/desk/staff/{login}/role", change_role),
    ]


@seated()
async def runners(request: web.Request, seat: Seat) -> web.Response:
    """Runners by number, name or town, a page at a time."""
    hall, text, after = request.app[HALL], request.query.get("q", "").strip()[:40], request.query.get("after", "")[:12]
    return web.json_response(await hall.read(lambda s: _runners(hall, s, text, after)))


def _runners(hall: Hall, session: Session, text: str, after: str) -> dict[str, Any]:
    query = select(Runner).where(Runner.number > after).order_by(Runner.number).limit(PAGE + 1)
    towns = [town.code for town in hall.divisions.townships if text and text in town.name]
    if text:
        query = query.where(or_(Runner.number.startswith(text.upper(), autoescape=True),
                                Runner.name.contains(text, autoescape=True), Runner.township.in_(towns)))  # fmt: skip
    rows = list(session.scalars(query))
    load = select(ErrandOrder.runner_id, func.count()).where(
        ErrandOrder.state.in_(CARRIED), ErrandOrder.runner_id.in_([row.id for row in rows])
    ).group_by(ErrandOrder.runner_id)  # fmt: skip
    loads = {runner_id: count for runner_id, count in session.execute(load)}
    return {
        "runners": [_runner(hall, row, loads.get(row.id, 0)) for row in rows[:PAGE]],
        "more": rows[PAGE - 1].number if len(rows) > PAGE else None,
    }


def _runner(hall: Hall, row: Runner, load: int) -> dict[str, Any]:
    return {
        "number": row.number, "name": row.name, "phone": mask_phones(row.phone), "kind": row.kind.label, "team": row.team.label,
        "town": hall.divisions.full_name(row.village or row.township) or "全区", "on_duty": row.on_duty, "hours": row.hours,
        "load": load, "load_limit": row.load_limit, "seen_at": iso(row.seen_at),
        "zones": [hall.profile.zones[key].name for key in row.zones or [] if key in hall.profile.zones],
    }  # fmt: skip


@seated(Permission.TEAM)
async def edit_runner(request: web.Request, seat: Seat) -> web.Response:
    """Duty hours, duty and load limit; `was` is what the page showed, so that nobody overwrites a colleague."""
    hall, number, body = request.app[HALL], request.match_info["number"], await json_body(request)
    hours, limit = text_field(body, "hours", LONGEST_HOURS).strip(), body.get("load_limit")
    read_hours(hours)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_LOAD:
        raise InvalidInput(f"接单上限应当在1到{MOST_LOAD}之间。")

    def work(session: Session) -> dict[str, Any]:
        row = hall.runners.get(session, number)
        if body.get("was") != [row.hours, row.load_limit, row.on_duty]:
            raise StaleView(runner=number)
        count_duty(row, hall.clock())  # by the hours that were in force
        row.hours, row.load_limit = hours, limit
        hall.runners.set_duty(session, row, on_duty=body.get("on_duty") is True)
        return _runner(hall, row, 0)

    return web.json_response(await changed(request, seat, work))


@seated(Permission.SEE_PHONE)
async def runner_phone(request: web.Request, seat: Seat) -> web.Response:
    """A runner's whole number; that it was seen is kept."""
    hall, number = request.app[HALL], request.match_info["number"]
    return web.json_response({"phone": await changed(request, seat, lambda s: hall.runners.get(s, number).phone)})


@seated(Permission.TEAM)
async def runner_link(request: web.Request, seat: Seat) -> web.Response:
    """A new personal link for a runner; the old one stops working."""
    hall, number = request.app[HALL], request.match_info["number"]
    token = await changed(request, seat, lambda s: hall.runners.issue_link(s, number))
    return web.json_response({"link": f"{hall.settings.address}/runner/{token}"})


@seated(Permission.TEAM)
async def import_roster(request: web.Request, seat: Seat) -> web.Response:
    """A roster as CSV or XLSX: all of it, or nothing with every fault told."""
    hall, body = request.app[HALL], await json_body(request)
    suffix = Path(text_field(body, "name", 200)).suffix.lower()
    try:
        raw = base64.b64decode(text_field(body, "data", 350_000), validate=True)
    except binascii.Error as error:
        raise InvalidInput("文件没有传完整，请再试一次。") from error
    found = await asyncio.to_thread(_read, hall, raw, suffix)
    added, renewed = await changed(request, seat, lambda s: hall.runners.add(s, found))
    return web.json_response({"added": added, "changed": renewed})


def _read(hall: Hall, raw: bytes, suffix: str) -> list[Runner]:
    if suffix not in (".csv", ".xlsx"):
        raise InvalidInput("请用 CSV 或 XLSX 表格。")
    zones = {key: zone.name for key, zone in hall.profile.zones.items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"roster{suffix}"
        file.write_bytes(raw)
        return read_roster(file, hall.divisions, zones)


@seated(Permission.PEOPLE)
async def staff(request: web.Request, seat: Seat) -> web.Response:
    """All accounts, with their roles and whether they are at the desk."""
    hall = request.app[HALL]
    return web.json_response(await hall.read(lambda s: _staff(hall, s)))


def _staff(hall: Hall, session: Session) -> dict[str, Any]:
    present = {chair.staff.id for chair in hall.presences.present(session)}
    posts: dict[int, list[str]] = {}
    for post in session.scalars(select(LeadOfficer)):
        posts.setdefault(post.staff_id, []).append(hall.profile.zones[post.zone].name if post.zone in hall.profile.zones else post.zone)
    rows = [
        {"login": one.login, "name": one.name, "role": one.role.value, "role_label": one.role.label, "present": one.id in present,
         "locked": bool(one.locked_until and one.locked_until > hall.clock()), "posts": posts.get(one.id, [])}
        for one in session.scalars(select(Staff).order_by(Staff.login))
    ]  # fmt: skip
    return {
        "staff": rows, "roles": [[role.value, role.label] for role in Role],
        "zones": [[key, zone.name] for key, zone in hall.profile.zones.items()],
    }


@seated(Permission.PEOPLE)
async def add_staff(request: web.Request, seat: Seat) -> web.Response:
    """A new account; its one-time password is shown once."""
    hall, body = request.app[HALL], await json_body(request)
    login, name, role = (text_field(body, key, 64).strip() for key in ("login", "name", "role"))
    if not login.isascii() or not login.isalnum() or not name:
        raise InvalidInput("登录名用字母和数字，姓名不能空。")

    def work(session: Session) -> dict[str, Any]:
        if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
            raise InvalidInput(f"已经有叫{login}的账号了。")
        password = secrets.token_urlsafe(9)
        hall.staff.add(session, login, name, _role(role), password, must_change=True)
        return {**_staff(hall, session), "password": password}

    return web.json_response(await changed(request, seat, work, made=lambda _: login))


def _role(text: str) -> Role:
    if text not in Role.__members__:
        raise InvalidInput("没有这种角色。")
    return Role(text)


@seated(Permission.PEOPLE)
async def reset_staff(request: web.Request, seat: Seat) -> web.Response:
    """A new one-time password; every login of the account ends."""
    hall, login = request.app[HALL], request.match_info["login"]
    return web.json_response({"password": await changed(request, seat, lambda s: hall.staff.reset_password(s, login))})


@seated(Permission.PEOPLE)
async def change_role(request: web.Request, seat: Seat) -> web.Response:
    """Another role, or the post of a zone's lead officer; `was` is the role that the page showed."""
    hall, login, body = request.app[HALL], request.match_info["login"], await json_body(request)
    role, zone = _role(text_field(body, "role", 24)), text_field(body, "zone", 24)
    if login == seat.login:
        raise Forbidden("不能改自己的角色，请另一位管理员来改。")

    def work(session: Session) -> dict[str, Any]:
        row = session.scalar(select(Staff).where(Staff.login == login).with_for_update())
        if row is None:
            raise NotFound(f"没有叫{login}的账号。")
        if row.role.value != body.get("was"):
            raise StaleView(login=login)
        row.role = role
        if zone:
            if zone not in hall.profile.zones:
                raise InvalidInput("没有这个专区。")
            hall.staff.appoint(session, login, zone)
        session.flush()
        return _staff(hall, session)

    return web.json_response(await changed(request, seat, work))
