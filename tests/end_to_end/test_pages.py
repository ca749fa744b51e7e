"""The whole errand in browsers, with the real engine: the citizen's phone, the runner's phone, the desk's screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.end_to_end.conftest import PASSWORD
from tests.end_to_end.hall import RunningHall
from tests.end_to_end.http import wait_for
from tests.end_to_end.people import NUMBER, Desk, errand, offered_runner, personal_link
from tests.pages.conftest import FLAGS, _chromium

PATIENCE_MS = 90_000  # the engine shares two cores with the browser
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for these tests."""
    path = _chromium()  # skips, or fails in CI, where there is none
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, running_hall: RunningHall) -> Iterator[Open]:
    """Opens a page of the hall in a fresh browser; no page may have a fault in its script."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, width: int = 360, height: int = 740) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(running_hall.address + path)
        return page

    expect.set_options(timeout=PATIENCE_MS)
    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def say(page: Page, words: str) -> None:
    """Type and send."""
    page.get_by_label("您要说的话").fill(words)
    page.keyboard.press("Enter")


def thread(page: Page) -> list[str]:
    """What the citizen sees, line by line."""
    return page.locator("#thread .text").all_text_contents()


def placed(page: Page) -> str:
    """Press 「对，下单」 and read the order's number."""
    page.get_by_role("button", name="对，下单").click()
    answer = page.locator(".ASSISTANT", has_text="下好单了")
    expect(answer).to_have_count(1)
    found = NUMBER.search(answer.inner_text())
    assert found
    return found[1]


def make_step(page: Page, order: str, step: str, case_number: str = "") -> None:
    """The runner presses the next step of an order and confirms it."""
    page.locator(f"[data-order='{order}']").get_by_role("button", name=step).click()
    if case_number:
        page.get_by_label("办件编号").fill(case_number)
    page.locator("#sheet").get_by_role("button", name="确定").click()


def test_the_whole_errand_from_phone_to_phone(running_hall: RunningHall, opened: Open) -> None:
    citizen = opened("/")
    expect(citizen.get_by_text("演示系统，非官方服务").first).to_be_visible()
    say(citizen, errand("13800004321"))
    expect(citizen.locator(".ASSISTANT")).to_contain_text("出生登记")
    expect(citizen.locator(".ASSISTANT")).to_contain_text("帮办")
    assert citizen.evaluate("document.documentElement.scrollWidth") <= 360
    number = placed(citizen)

    link = personal_link(running_hall, offered_runner(running_hall, number))
    assert link.startswith(running_hall.address)
    runner = opened(link.removeprefix(running_hall.address), 390, 800)
    assert runner.url == f"{running_hall.address}/runner"
    expect(runner.locator(".offer")).to_contain_text("柳林镇")
    expect(runner.locator("main").first).not_to_contain_text("13800004321")
    runner.get_by_role("button", name="接单", exact=True).click()
    order = runner.locator(f"[data-order='{number}']")
    expect(order).to_contain_text("13800004321")
    code = order.locator(".code b").inner_text()

    # The citizen hears it without touching anything, also after the page was loaded again.
    accepted = citizen.locator(".NOTICE", has_text="已接单")
    expect(accepted).to_contain_text(f"暗号{code}")
    name = runner.locator("#name").inner_text().split()[0]
    expect(accepted).to_contain_text(f"跑手{name}")
    before = thread(citizen)
    citizen.reload()
    expect(citizen.locator(".NOTICE", has_text="已接单")).to_have_count(1)
    assert thread(citizen) == before

    for step, case_number, told in (
        ("取件", "", "收走"), ("递交窗口", "EY-2026-7", "办件编号EY-2026-7"), ("办结", "", "已经办好"), ("送达", "", "已送达"),
    ):  # fmt: skip
        make_step(runner, number, step, case_number)
        expect(citizen.locator(".NOTICE").last).to_contain_text(told)
    expect(runner.locator(f"[data-order='{number}']")).to_have_count(0)
    assert running_hall.order(number)["state"] == "DELIVERED"


def test_without_a_connection_nothing_is_lost(running_hall: RunningHall, opened: Open) -> None:
    citizen = opened("/")
    say(citizen, errand("13800004322"))
    number = placed(citizen)
    runner_number = offered_runner(running_hall, number)

    citizen.context.set_offline(True)  # the citizen walks into the valley; meanwhile a runner accepts
    say(citizen, "我的订单到哪了")
    expect(citizen.locator(".CITIZEN.pending")).to_have_count(1)
    runner = opened(personal_link(running_hall, runner_number).removeprefix(running_hall.address), 390)
    runner.locator(".offer").get_by_role("button", name="接单", exact=True).click()
    runner.locator(f"[data-order='{number}']").wait_for()

    citizen.context.set_offline(False)
    expect(citizen.locator(".NOTICE", has_text="已接单")).to_have_count(1)
    expect(citizen.locator(".CITIZEN.pending")).to_have_count(0)
    expect(citizen.locator(".ASSISTANT").last).to_contain_text(f"订单{number}")
    assert thread(citizen).count("我的订单到哪了") == 1


def test_the_desk_takes_over_and_gives_back(running_hall: RunningHall, opened: Open, desk: Desk) -> None:
    citizen = opened("/")
    say(citizen, "转人工，我有件麻烦事想当面说")
    expect(citizen.locator(".ASSISTANT")).to_have_count(1)

    staff = opened("/desk", 1280, 800)
    staff.wait_for_url("**/desk/login")
    staff.locator("[name=login]").fill("admin")
    staff.locator("[name=password]").fill(PASSWORD)
    staff.get_by_role("button", name="登录").click()
    staff.wait_for_url("**/desk")
    staff.locator(".row", has_text="我有件麻烦事").click()
    staff.get_by_role("button", name="接手").click()
    staff.get_by_label("回复市民").fill("您好，我是工作人员，您请说。")
    staff.keyboard.press("Enter")
    expect(citizen.locator(".STAFF .text")).to_have_text("您好，我是工作人员，您请说。")
    expect(citizen.locator("#owner")).to_have_text("工作人员正在为您服务")

    say(citizen, "身份证掉了咋个补")
    expect(staff.locator(".talk")).to_contain_text("身份证掉了咋个补")
    expect(citizen.locator(".ASSISTANT")).to_have_count(1)  # the assistant does not talk over a person
    staff.get_by_role("button", name="交还助手").click()
    staff.get_by_role("button", name="交还", exact=True).click()
    expect(citizen.locator("#owner")).to_have_text("智能助手为您服务")
    say(citizen, "营业执照要注销")
    expect(citizen.locator(".ASSISTANT")).to_have_count(2)


def test_the_desk_follows_an_order(running_hall: RunningHall, opened: Open, desk: Desk) -> None:
    citizen = opened("/")
    say(citizen, errand("13800004323"))
    number = placed(citizen)
    wait_for(lambda: desk.http("GET", f"/desk/orders/{number}").body["state"] == "OFFERED", "an offer")
    staff = opened("/desk", 1280, 800)
    staff.locator("[name=login]").fill("admin")
    staff.locator("[name=password]").fill(PASSWORD)
    staff.get_by_role("button", name="登录").click()
    staff.get_by_role("tab", name="订单").click()
    row = staff.locator("#orders .row", has_text=number)
    expect(row).to_contain_text("138****4323")
    row.click()
    expect(staff.locator("#orders .history")).to_contain_text(re.compile("派给R[0-9]{4}"))
