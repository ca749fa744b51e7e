"""Every route of the desk and of the runner's page, in one list."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from connectors.static import assets, send_file
from desk import (
    audit,
    boards,
    callbacks,
    catalogue,
    handoffs,
    login,
    market_days,
    order_table,
    paper_acts,
    paper_work,
    people,
    proposals,
    runner,
    runner_pocket,
    runner_work,
    shell,
    staff,
    telephone,
    verification,
)

PAGES = Path(__file__).parent / "pages"


def desk_routes() -> list[web.AbstractRouteDef]:
    """All routes of runners and staff.

    The three pages and their assets hold no data, so they need no login: cookies are
    `SameSite=Strict`, and a page reached by a link from elsewhere gets them only with what it
    fetches itself.
    """
    return [
        assets("/static/desk", PAGES),
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
        *paper_acts.routes(),
        *paper_work.routes(),
        *runner_work.routes(),
        *runner_pocket.routes(),
        *shell.routes(),
        *telephone.routes(),
        *runner.routes(),
    ]


async def desk_page(request: web.Request) -> web.StreamResponse:
    """The desk of the staff."""
    return send_file(PAGES / "desk.html")


async def login_page(request: web.Request) -> web.StreamResponse:
    """Where staff log in, and change a one-time password."""
    return send_file(PAGES / "login.html")


async def runner_page(request: web.Request) -> web.StreamResponse:
    """The runner's page."""
    return send_file(PAGES / "runner.html")
