"""Citizen, runner and desk at once: from the first sentence to 「已送达」."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.pages.conftest import Open
from tests.pages.test_chat_page import say
from tests.pages.test_runner_page import confirm
from tests.site import Site


def test_the_citizen_follows_the_errand_in_the_chat(
    visitor: Open, runner_page: Callable[[str], Page], desk_page: Callable[[str], Page], site: Site
) -> None:
    citizen, runner, desk = visitor("/"), runner_page("R0001"), desk_page("li")
    say(citizen, "我是柳林镇的，娃儿刚满月要上户口")
    citizen.get_by_role("button", name="对，下单").click()
    runner.get_by_role("button", name="接单", exact=True).click()
    order = site.orders()[0]
    expect(citizen.locator(".NOTICE").first).to_contain_text("跑手赵大勇已接单")
    expect(citizen.locator(".NOTICE").first).to_contain_text(f"暗号{order.door_code}")
    for step, told in (
        ("取件", "已经由跑手赵大勇收走"),
        ("递交窗口", "已经递到窗口"),
        ("办结", "已经办好"),
        ("送达", "已送达"),
    ):
        runner.get_by_role("button", name=step).click()
        confirm(runner)
        expect(citizen.locator(".NOTICE").last).to_contain_text(told)
    desk.get_by_role("tab", name="订单").click()
    expect(desk.locator("#orders .row", has_text=str(order.number))).to_contain_text("已送达")
