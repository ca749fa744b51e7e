"""Pages are tested in headless Chromium against a running hall."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.site import Site
from tests.site_fixtures import PASSWORD, site

__all__ = ["site"]

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
Open = Callable[..., Page]
PATIENCE_MS = 30_000  # a busy machine holds a page up for longer than a person would wait
expect.set_options(timeout=PATIENCE_MS)


def _chromium() -> str:
    found = os.environ.get("PAOTUAN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    missing = "没有 Chromium：apt-get install chromium fonts-noto-cjk，或用 PAOTUAN_CHROMIUM 指明它在哪里。"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)  # in CI nothing is skipped
    pytest.skip(missing)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = _chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens a page of the hall in a fresh browser; at the end no page may have had a fault in its script."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, width: int = 360, height: int = 740) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.extend([line.text] if "Content Security" in line.text else []))
        page.goto(site.address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def runner_page(visitor: Open, site: Site) -> Callable[[str], Page]:
    """The page of a runner, entered by the personal link."""
    return lambda number: visitor(
        f"/runner/{site.change(lambda s: site.hall.runners.issue_link(s, number))}", 390
    )


@pytest.fixture
def desk_page(visitor: Open) -> Callable[[str], Page]:
    """The desk of a member of staff, logged in."""

    def open_desk(login: str) -> Page:
        page = visitor("/desk", 1280, 800)
        page.wait_for_url("**/desk/login")
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/desk")
        page.get_by_text("在线").wait_for()
        return page

    return open_desk
