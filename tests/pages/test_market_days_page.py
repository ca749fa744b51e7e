"""The view 赶场天: filled in by an administrator, told honestly, never over a colleague's change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hotline.market_day_table import MarketDayTable
from tests.site import Site

DeskPage = Callable[[str], Page]


@pytest.fixture(autouse=True)
def table(site: Site, tmp_path: Path) -> None:
    (tmp_path / "market_days.yml").write_text("market_days: {}\n", "utf-8")
    site.hall.market_days = MarketDayTable(site.hall.divisions, tmp_path / "market_days.yml")


def opened(desk: Page) -> Page:
    desk.get_by_role("tab", name="赶场天").click()
    expect(desk.locator("#market-days tbody tr")).to_have_count(18)
    return desk


def test_two_fill_in_the_same_town(desk_page: DeskPage) -> None:
    first, second = opened(desk_page("zhang")), opened(desk_page("zhang"))
    second.get_by_role("button", name="柳林镇：填").click()
    second.get_by_label("哪些天").fill("三六九")
    first.get_by_role("button", name="柳林镇：填").click()
    first.get_by_label("哪些天").fill("星期天")
    first.get_by_role("button", name="保存").click()
    expect(first.locator("#toast")).to_contain_text("请写成“逢三六九”")
    expect(first.get_by_label("哪些天")).to_have_value("星期天")  # what was typed stays
    first.get_by_label("哪些天").fill("二五八")
    first.get_by_label("来源").fill("柳林镇便民服务中心，11月20日电话")
    first.get_by_label("镇上核实过").check()
    first.get_by_role("button", name="保存").click()
    row = first.locator("#market-days tbody tr", has_text="柳林镇")
    for words in ("农历逢二五八", "核实过", "听得懂"):
        expect(row).to_contain_text(words)
    expect(first.locator("#market-days")).to_contain_text("助手现在用的还是改之前的")
    second.get_by_role("button", name="保存").click()
    expect(second.locator("#toast")).to_contain_text("别的同事刚刚改过")
    expect(second.get_by_label("哪些天")).to_have_value("逢二五八")  # theirs, to look at
    second.get_by_role("button", name="清除").click()
    expect(second.locator("#market-days tbody tr", has_text="柳林镇")).to_contain_text("没有填")


def test_who_may_not_change_sees_no_button(desk_page: DeskPage) -> None:
    desk = opened(desk_page("kan"))
    expect(desk.locator("#market-days button")).to_have_count(0)
    expect(desk.locator("#market-days tbody tr").first).to_contain_text("会问是哪天")
