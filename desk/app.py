"""Every route of the desk and of the runner's page, in one list."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from desk import (
    audit,
    boards,
    callbacks,
    catalogue,
    handoffs,
    login,
    market_days,
    order_table,
    paper_work,
    people,
    proposals,
    runner,
    runner_pocket,
    runner_work,
    shell,
    staff,
    verification,
)
from hotline.errors import NotFound

PAGES = Path(__file__).parent / "pages"
TYPES = {
    ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}  # fmt: skip
ASSETS = {file.name: file for file in PAGES.iterdir() if file.suffix in TYPES}


def desk_routes() -> list[web.AbstractRouteDef]:
    """All routes of runners and staff.

    The three pages and their assets hold no data, so they need no login: cookies are
    `SameSite=Strict`, and a page reached by a link from elsewhere gets them only with what it
    fetches itself.
    """
    return [
        web.get("/static/desk/{name}", asset),
        web.get("/desk", desk_page),
        web.get("/desk/login", login_page),
        web.get("/runner", runner_page),
        *login.routes(),
        *staff.routes(),
        *handoffs.routes(),
        *callbacks.routes(),
        *audit.routes(),
        *boards.routes(),
        *order_table.routes(),
        *catalogue.routes(),
        *people.routes(),
        *market_days.routes(),
        *verification.routes(),
        *proposals.routes(),
        *paper_work.routes(),
        *runner_work.routes(),
        *runner_pocket.routes(),
        *shell.routes(),
        *runner.routes(),
    ]


async def asset(request: web.Request) -> web.StreamResponse:
    """A script, style or picture; browsers ask each time whether it changed, so upgrades show at once."""
    file = ASSETS.get(request.match_info["name"])
    if file is None:
        raise NotFound("没有这个文件。")
    return _file(file)


async def desk_page(request: web.Request) -> web.StreamResponse:
    """The desk of the staff."""
    return _file(PAGES / "desk.html")


async def login_page(request: web.Request) -> web.StreamResponse:
    """Where staff log in, and change a one-time password."""
    return _file(PAGES / "login.html")


async def runner_page(request: web.Request) -> web.StreamResponse:
    """The runner's page."""
    return _file(PAGES / "runner.html")


def _file(file: Path) -> web.FileResponse:
    headers = {"Cache-Control": "no-cache"}
    if file.suffix == ".webmanifest":  # which systems' own tables often miss
        headers["Content-Type"] = TYPES[file.suffix]
    return web.FileResponse(file, headers=headers)
