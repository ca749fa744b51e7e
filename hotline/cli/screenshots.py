"""`paotuan screenshots`: a picture of every main view, with demonstration data, in a headless browser."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from aiohttp import web
from rich.console import Console

from connectors.engine import EngineClient
from hotline.app import make_app
from hotline.demonstration import PASSWORD, busy_runner, fill
from hotline.errors import HotlineError
from hotline.hall import Hall
from hotline.settings import read_settings

console = Console()
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
VIEWS = (
    "conversations", "orders", "board", "follow-ups", "counter", "calls", "telephone", "dispatch", "runners", "knowledge", "oversight",
    "papers", "market-days", "catalogue", "figures", "people", "profile", "audit",
)  # fmt: skip
FIRST = {"conversations": "4", "orders": None, "catalogue": "030001"}  # what is open in a view
SMALL = {"width": 360, "height": 740}  # a small phone
POLL_MS, QUIET_POLLS = 60, 8  # a view is drawn when it asked nothing for so long


def screenshots(folder: Annotated[Path, typer.Argument(help="图片放到哪个文件夹。")]) -> None:
    """用演示数据给每个页面拍一张图（要有 Chromium）。"""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        hall = Hall(read_settings(data_dir=Path(data)))
        hall.database.migrate()
        fill(hall)
        asyncio.run(_shoot(hall, folder))
    console.print(f"拍好了：{folder}")


def browser_path() -> str:
    found = os.environ.get("PAOTUAN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise HotlineError("没有 Chromium：apt-get install chromium fonts-noto-cjk，或用 PAOTUAN_CHROMIUM 指明它在哪里。")
    return found


@asynccontextmanager
async def shown(hall: Hall) -> AsyncIterator[tuple[Any, str]]:
    """A headless browser beside the served hall, and the hall's address; the hall is closed afterwards."""
    from playwright.async_api import async_playwright

    runner = web.AppRunner(make_app(hall, EngineClient("http://127.0.0.1:1", "")), shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield browser, f"http://127.0.0.1:{runner.addresses[0][1]}"
        await browser.close()
    await runner.cleanup()
    hall.close()


async def _shoot(hall: Hall, folder: Path) -> None:
    async with shown(hall) as (browser, address):
        page = _watch(await browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN"))
        page.set_default_timeout(60_000)
        await _desk(page, address, folder)
        await _phones(hall, browser, page, address, folder)


def _watch(page: Any) -> Any:
    """Count what the page waits for; its live stream never ends."""
    page.waits_for = set()
    page.on("request", lambda one: one.resource_type != "eventsource" and page.waits_for.add(one))
    for end in ("requestfinished", "requestfailed"):
        page.on(end, lambda one: page.waits_for.discard(one))
    return page


async def _settled(page: Any) -> None:
    quiet = 0
    while quiet < QUIET_POLLS:
        await page.wait_for_timeout(POLL_MS)
        quiet = 0 if page.waits_for else quiet + 1


async def _desk(page: Any, address: str, folder: Path) -> None:
    await page.goto(f"{address}/desk/login")
    await page.screenshot(path=folder / "login.png")
    await page.locator("[name=login]").fill("admin")
    await page.locator("[name=password]").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.get_by_text("在线").wait_for()
    for view in VIEWS:
        await page.goto(f"{address}/desk#{view}/{FIRST[view]}" if FIRST.get(view) else f"{address}/desk#{view}")
        await _settled(page)
        if view == "orders":
            await page.locator("#orders .row", has_text="已递交窗口").first.click()
            await _settled(page)
        await page.screenshot(path=folder / f"{view}.png")


async def _phones(hall: Hall, browser: Any, desk: Any, address: str, folder: Path) -> None:
    """The chat, a runner's page with its tabs, and the desk, on a small phone."""
    await desk.set_viewport_size(SMALL)
    for view in ("conversations", "orders", "board", "dispatch"):
        await desk.goto(f"{address}/desk#{view}")
        await _settled(desk)
        await desk.screenshot(path=folder / f"{view}-phone.png")
    page = _watch(await browser.new_page(viewport=SMALL, locale="zh-CN"))
    page.set_default_timeout(60_000)
    await page.goto(f"{address}/")
    await _settled(page)
    await page.screenshot(path=folder / "chat.png")
    await page.goto(f"{address}/runner/{await hall.run(lambda s: hall.runners.issue_link(s, busy_runner(s)))}")
    for place, tab in enumerate(await page.locator("#tabs button").all(), 1):
        await tab.click()
        await _settled(page)
        await page.screenshot(path=folder / f"runner-{place}.png")
