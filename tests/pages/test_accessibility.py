"""Every page with the demonstration's data, looked over by axe: contrast, names, roles, the keyboard's reach."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Request, expect
from sqlalchemy.orm import Session

from hotline.cli.screenshots import VIEWS
from hotline.demonstration import PASSWORD, busy_runner, fill
from hotline.hall import Hall
from hotline.settings import Settings
from hotline.store.schema import ErrandOrder, Offer, Runner
from hotline.vocabulary import OfferState, OrderState
from tests.builders import HandClock
from tests.pages.conftest import Open
from tests.site import ScriptedEngine, Site

BARRIERS = ("serious", "critical")  # the impacts that keep somebody out
POLL_MS, QUIET_POLLS = 50, 3  # a page is at rest when it asked nothing for so long


@pytest.fixture(scope="module")
def site(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One hall for this file, with the people, orders and conversations of the demonstration."""
    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copy(migrated_sqlite, folder / "paotuan.db")
    clock = HandClock()
    hall = Hall(replace(Settings(), data_dir=folder), clock)
    fill(hall)
    with Site(hall, ScriptedEngine(hall), clock).running() as running:
        yield running


class Inspection:
    """Looks over a page as often as it is told to, and keeps what would keep somebody out."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.looks = 0
        self._asked: set[Request] = set()
        page.emulate_media(reduced_motion="reduce")  # half-faded words have too little contrast
        page.on("request", self._began)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _began(self, request: Request) -> None:
        if request.resource_type != "eventsource":  # the live stream never ends
            self._asked.add(request)

    def _ended(self, request: Request) -> None:
        self._asked.discard(request)

    def look(self, what: str) -> None:
        """Let axe see the page once it has what it asked for."""
        self._rest()
        self.looks += 1
        for fault in Axe().run(self.page).response["violations"]:
            if fault["impact"] in BARRIERS:
                places = (" ".join(node["target"]) for node in fault["nodes"])
                self.found += [f"{what}: {fault['id']}: {place}" for place in places]

    def _rest(self) -> None:
        quiet = 0
        while quiet < QUIET_POLLS:
            self.page.wait_for_timeout(POLL_MS)
            quiet = 0 if self._asked else quiet + 1

    def passed(self) -> None:
        """Nothing grave was found; else it is told by page, rule and selector."""
        assert self.looks and not self.found, "\n" + "\n".join(self.found)


def test_axe_tells_what_it_finds(visitor: Open) -> None:
    page = visitor("/")
    inspection = Inspection(page)
    page.evaluate("document.querySelector('label[for=text]').remove(); text.placeholder = ''")
    inspection.look("chat")
    assert "chat: label: #text" in inspection.found


def test_the_chat_keeps_nobody_out(visitor: Open) -> None:
    page = visitor("/")
    inspection = Inspection(page)
    expect(page.get_by_text("演示系统，非官方服务").first).to_be_visible()
    inspection.look("chat at first")
    page.get_by_label("您要说的话").fill("娃儿要上户口")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="对，下单")).to_be_enabled()
    inspection.look("chat with choices")
    page.get_by_label("您要说的话").fill("转人工")
    page.keyboard.press("Enter")
    expect(page.locator("#waiting")).to_be_visible()
    inspection.look("chat while waiting")
    page.get_by_role("button", name="留个电话，打给我").click()
    inspection.look("chat, leaving a number")
    inspection.passed()


def test_the_desk_keeps_nobody_out(visitor: Open) -> None:
    page = visitor("/desk/login", 1440, 900)
    inspection = Inspection(page)
    inspection.look("login")
    page.locator("[name=login]").fill("admin")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("在线").wait_for()
    views = {tab.get_attribute("aria-controls") or "": tab for tab in page.get_by_role("tab").all()}
    assert set(VIEWS) <= set(views)
    for name, tab in views.items():
        tab.click()
        expect(page.locator(f"#{name} > *").first).to_be_attached()
        inspection.look(name)
        open_first(page.locator(f"#{name}"), inspection, name)
    page.get_by_role("button", name="?").click()
    inspection.look("the keys")
    inspection.passed()


def test_nothing_is_wider_than_a_small_phone(visitor: Open, site: Site) -> None:
    number = site.change(busy_runner)
    runner = visitor(f"/runner/{site.change(lambda s: site.hall.runners.issue_link(s, number))}", 360)
    expect(runner.locator(".order").first).to_be_visible()
    wide = [f"runner {tab.inner_text()}" for tab in runner.locator("#tabs button").all() if is_too_wide(runner, tab)]
    desk = visitor("/desk/login", 360)
    desk.locator("[name=login]").fill("admin")
    desk.locator("[name=password]").fill(PASSWORD)
    desk.get_by_role("button", name="登录").click()
    desk.wait_for_url("**/desk")
    expect(desk.get_by_role("tab").first).to_be_visible()
    wide += [f"desk {tab.inner_text()}" for tab in desk.get_by_role("tab").all() if is_too_wide(desk, tab)]
    assert wide == []


def is_too_wide(page: Page, tab: Locator) -> bool:
    """Whether a tab makes the page scroll sideways."""
    tab.click()
    page.wait_for_timeout(QUIET_POLLS * POLL_MS)
    panel = tab.get_attribute("aria-controls")
    if panel:
        expect(page.locator(f"#{panel} > *").first).to_be_attached()
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth"))


def open_first(panel: Locator, inspection: Inspection, name: str) -> None:
    """What a view shows of one conversation, order, runner or item."""
    row = panel.locator(".row:visible, tr[data-open]:visible").first
    if not row.count():
        return
    row.click()
    inspection.look(f"{name}, opened")
    sheet = inspection.page.locator("#sheet[open]")
    if sheet.count():
        inspection.page.keyboard.press("Escape")
        expect(sheet).to_have_count(0)


def test_the_runners_page_keeps_nobody_out(visitor: Open, site: Site) -> None:
    site.wait_for(lambda: asked_and_busy(site)[0] is not None, "an offer")
    for who, number in zip(("asked", "busy"), asked_and_busy(site), strict=True):
        page = visitor(f"/runner/{site.change(lambda s, n=number: site.hall.runners.issue_link(s, n))}", 390)
        inspection = Inspection(page)
        expect(page.locator(".offer" if who == "asked" else ".order").first).to_be_visible()
        for tab in page.locator("#tabs button").all():
            tab.click()
            inspection.look(f"runner, {who}, {tab.inner_text()}")
        inspection.passed()


def asked_and_busy(site: Site) -> tuple[str | None, str | None]:
    """The numbers of a runner with an open offer, and of one who has papers of an order."""

    def both(session: Session) -> tuple[str | None, str | None]:
        runners = session.query(Runner.number)
        asked = runners.join(Offer, Offer.runner_id == Runner.id).filter(Offer.state == OfferState.OPEN)
        busy = runners.join(ErrandOrder, ErrandOrder.runner_id == Runner.id)
        busy = busy.filter(ErrandOrder.state == OrderState.COLLECTED)
        return asked.limit(1).scalar(), busy.limit(1).scalar()

    return site.change(both)
