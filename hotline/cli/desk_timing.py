"""How long until a member of staff sees the desk, in a real browser on loopback."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

from hotline.cli.screenshots import shown
from hotline.hall import Hall
from hotline.vocabulary import Role

LOGIN, PASSWORD = "measure", "only-for-measuring"
LISTS = (
    "conversations?view=waiting", "conversations?view=all", "conversations/250", "orders", "order-board", "order-table",
    "orders?q=王", "dispatch", "figures", "follow-ups", "oversight", "people/runners",
)  # fmt: skip
STOOD = """
const look = () => document.querySelector("#conversations .row") ? (window.stood = performance.now()) : requestAnimationFrame(look);
look();
"""
SCRIPTS = """() => performance.getEntriesByType("resource").filter((one) => one.name.endsWith(".js"))
  .reduce((sum, one) => sum + one.decodedBodySize, 0)"""


def measure_desk(hall: Hall, runs: int) -> dict[str, Any]:
    """Milliseconds of the first view and of each list, and the kilobytes of script of all views; closes the hall."""
    with hall.database.begin() as session:
        hall.staff.add(session, LOGIN, "测量", Role.ADMINISTRATOR, PASSWORD)
    return asyncio.run(_measure(hall, runs))


async def _measure(hall: Hall, runs: int) -> dict[str, Any]:
    async with shown(hall) as (browser, address):
        cookies = await _log_in(browser, address)
        views = [await _first_view(browser, address, cookies) for _ in range(runs)]
        page = await _page(browser, cookies)
        await page.goto(f"{address}/desk")
        lists = {name: await _list(page, f"/desk/{name}", runs) for name in LISTS}
        kilobytes = await _all_scripts(page)
    return {
        "first_view_ms": round(statistics.median(views)), "first_view_worst_ms": round(max(views)),
        "lists_ms": lists, "script_kb": kilobytes,
    }  # fmt: skip


async def _log_in(browser: Any, address: str) -> Any:
    page = await browser.new_page()
    await page.goto(f"{address}/desk/login")
    await page.locator("[name=login]").fill(LOGIN)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.get_by_text("在线").wait_for()
    cookies = await page.context.cookies()
    await page.context.close()
    return cookies


async def _page(browser: Any, cookies: Any) -> Any:
    """A page of a browser that has nothing in its cache."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(60_000)
    await context.add_cookies(cookies)
    return await context.new_page()


async def _first_view(browser: Any, address: str, cookies: Any) -> float:
    """Milliseconds from the address to the list of who waits."""
    page = await _page(browser, cookies)
    await page.add_init_script(STOOD)
    await page.goto(f"{address}/desk")
    await page.locator("#conversations .row").first.wait_for()
    stood = await page.evaluate("window.stood")
    await page.context.close()
    return float(stood)


async def _list(page: Any, path: str, runs: int) -> int:
    took = []
    for _ in range(runs):
        begun = time.perf_counter()
        status = await page.evaluate("path => fetch(path).then((answer) => answer.text().then(() => answer.status))", path)
        took.append(time.perf_counter() - begun)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
    return round(statistics.median(took) * 1000)


async def _all_scripts(page: Any) -> int:
    """Kilobytes of script after every view was opened."""
    for tab in await page.get_by_role("tab").all():
        await tab.click()
        await page.locator(f"#{await tab.get_attribute('aria-controls')} > *").first.wait_for(state="attached")
    return round(float(await page.evaluate(SCRIPTS)) / 1000)
