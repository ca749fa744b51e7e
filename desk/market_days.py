"""Market days at the desk: what is kept of each town, changed with its source, used after the next start."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from connectors.keys import HALL
from connectors.web_chat import json_body
from desk.acts import changed
from desk.login import Seat, seated, text_field
from hotline.clock import local
from hotline.divisions import Division
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.market_days import MarketDays, find_town, parse_days
from hotline.permissions import Permission
from hotline.vocabulary import MarketCalendar


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of market days."""
    return [
        web.get("/desk/market-days", market_days),
        web.post("/desk/market-days/{code}", change),
        web.post("/desk/market-days/{code}/clear", clear),
    ]


@seated()
async def market_days(request: web.Request, seat: Seat) -> web.Response:
    """Every town with its market days and the next one."""
    return web.json_response(await asyncio.to_thread(_told, request.app[HALL]))


@seated(Permission.TEAM)
async def change(request: web.Request, seat: Seat) -> web.Response:
    """Write a town's market days; `was` is the stamp that the page showed. Raises StaleView, InvalidInput."""
    hall, body = request.app[HALL], await json_body(request)
    town = find_town(hall.divisions, request.match_info["code"])
    new = _wanted(town, body)
    was = text_field(body, "was")
    await changed(request, seat, lambda s: hall.market_days.replace(town, new, was=was))
    return web.json_response(await asyncio.to_thread(_told, hall))


@seated(Permission.TEAM)
async def clear(request: web.Request, seat: Seat) -> web.Response:
    """Take a town out of the table; `was` as above."""
    hall, body = request.app[HALL], await json_body(request)
    town = find_town(hall.divisions, request.match_info["code"])
    was = text_field(body, "was")
    await changed(request, seat, lambda s: hall.market_days.replace(town, None, was=was))
    return web.json_response(await asyncio.to_thread(_told, hall))


def _wanted(town: Division, body: dict[str, Any]) -> MarketDays:
    calendar, confirmed = text_field(body, "calendar"), body.get("confirmed", False)
    if calendar not in MarketCalendar.__members__ or not isinstance(confirmed, bool):
        raise InvalidInput("请选农历或阳历，核实过没有。")
    source = text_field(body, "source").strip()
    return MarketDays(town, parse_days(text_field(body, "days", 60)), MarketCalendar(calendar), source, confirmed)


def _told(hall: Hall) -> dict[str, Any]:
    kept, today = hall.market_days.read(), local(hall.clock()).date()
    rows = []
    for town in hall.divisions.townships:
        row = kept.get(town.code)
        rows.append({"code": town.code, "name": town.name, "was": ""} | ({} if row is None else {
            "days": row.days, "calendar": row.calendar, "calendar_label": row.calendar.label, "source": row.source,
            "confirmed": row.confirmed, "understood": row.is_understood, "next": str(row.next_from(today)),
            "was": row.stamp,
        }))  # fmt: skip
    calendars = [[calendar.value, calendar.label] for calendar in MarketCalendar]
    return {"towns": rows, "calendars": calendars, "changed": hall.market_days.has_changed}
