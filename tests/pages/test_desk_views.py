"""The desk's further views: an order at the window, dispatch, the catalogue live and undone, what roles may not."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from hotline.vocabulary import OrderState, Role
from tests.pages.test_desk_page import escalated
from tests.site import Site
from tests.site_fixtures import PASSWORD

DeskPage = Callable[[str], Page]


def test_an_order_is_taken_at_the_window_by_keyboard(desk_page: DeskPage, site: Site) -> None:
    desk = desk_page("li")
    desk.keyboard.press("Alt+5")
    expect(desk.get_by_label("办什么事")).to_be_focused()
    desk.keyboard.type("出生登记")
    desk.locator("#counter .choices button").first.wait_for()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("申请人")).to_be_focused()
    for words in ("王秀英", "13800001234", "柳林镇", "", "", "小卖部旁边"):
        desk.keyboard.type(words)
        desk.keyboard.press("Tab")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#counter .two")).to_contain_text("请把订单号和暗号告诉市民")
    (order,) = site.orders()
    assert (order.applicant_name, order.township, order.channel) == ("王秀英", "柳林镇", "counter")


def test_a_faulty_form_keeps_what_was_typed(desk_page: DeskPage, site: Site) -> None:
    desk = desk_page("li")
    desk.get_by_role("tab", name="窗口下单").click()
    desk.get_by_label("办什么事").fill("给老人送药")
    desk.get_by_label("帮办方式").select_option("其他帮办")
    desk.get_by_label("申请人").fill("王秀英")
    desk.get_by_role("textbox", name="电话").fill("138")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#toast")).to_contain_text("跑手不知道去哪里")
    expect(desk.get_by_label("申请人")).to_have_value("王秀英")
    assert site.orders() == []


def test_an_escalated_order_is_assigned_among_the_towns(desk_page: DeskPage, site: Site) -> None:
    number = escalated(site)
    desk = desk_page("li")
    desk.get_by_role("tab", name="派单").click()
    card = desk.locator("#dispatch article", has_text=number)
    expect(card).to_contain_text("没有可派的跑手")
    expect(card.locator(".suggested li").first).to_contain_text("同村")
    card.get_by_role("button", name="派给他").first.click()
    expect(desk.locator("#dispatch")).to_contain_text("没有要安排的。")
    assert site.orders()[0].state is OrderState.ACCEPTED


def test_an_item_is_edited_put_live_and_undone(desk_page: DeskPage, site: Site) -> None:
    desk, other = desk_page("zhang"), desk_page("zhang")
    for page in (desk, other):
        page.goto(f"{site.address}/desk#catalogue/030001")
        page.reload()
        page.get_by_label("费用").wait_for()
    desk.get_by_label("费用").fill("工本费10元")
    desk.get_by_label("改了什么").fill("加上工本费")
    desk.get_by_role("button", name="存成新版本").click()
    expect(desk.locator("#toast")).to_contain_text("还没有启用")
    desk.locator("#catalogue form").get_by_role("button", name="启用").click()
    expect(desk.locator("#toast")).to_contain_text("启用了")
    site.wait_for(lambda: site.hall.catalogue.get("030001").fee == "工本费10元", "live", 60)  # type: ignore[union-attr]
    other.get_by_label("费用").fill("不收费")  # this page shows what was before
    other.get_by_role("button", name="存成新版本").click()
    expect(other.locator("#toast")).to_contain_text("别的同事刚刚改过")
    desk.get_by_role("button", name="‹ 版本").click()
    desk.get_by_role("button", name="退回上一版").click()
    expect(desk.locator("#toast")).to_contain_text("退回上一版了")
    site.wait_for(lambda: site.hall.catalogue.get("030001").fee != "工本费10元", "undone", 60)  # type: ignore[union-attr]


def test_a_role_sees_what_it_may_and_no_more(desk_page: DeskPage, site: Site) -> None:
    site.change(lambda s: site.hall.staff.add(s, "he", "小何", Role.COUNTER, PASSWORD))
    counter, viewer = desk_page("he"), desk_page("kan")
    expect(counter.get_by_role("tab", name="窗口下单")).to_be_visible()
    for page in (counter, viewer):
        for name in ("账号", "操作记录"):
            expect(page.get_by_role("tab", name=name)).to_have_count(0)
    expect(viewer.get_by_role("tab", name="窗口下单")).to_have_count(0)
    expect(viewer.locator("#presence")).to_be_hidden()
    number = escalated(site)
    viewer.goto(f"{site.address}/desk#orders/{number}")
    expect(viewer.locator("#orders .detail")).to_contain_text("138****1234")
    expect(viewer.get_by_role("button", name="显示电话")).to_have_count(0)


def test_an_account_is_made_and_what_was_done_is_kept(desk_page: DeskPage, site: Site) -> None:
    desk = desk_page("zhang")
    desk.get_by_role("tab", name="账号").click()
    desk.get_by_role("button", name="新建账号…").click()
    desk.get_by_label("登录名").fill("chen")
    desk.get_by_label("姓名").fill("小陈")
    desk.get_by_role("button", name="新建", exact=True).click()
    expect(desk.locator("#sheet")).to_contain_text("chen的一次性密码")  # the hash is made to be slow
    desk.get_by_role("button", name="关闭").click()
    expect(desk.locator("#people tbody")).to_contain_text("小陈")
    desk.get_by_role("tab", name="操作记录").click()
    expect(desk.locator("#audit tbody tr").first).to_contain_text("账号")
