"""What staff do with an order at the desk, by keyboard; of two who do it at once the second is told."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from hotline.store.dispatching import Avoidance
from hotline.vocabulary import OrderAction, OrderState
from tests.builders import request_for
from tests.pages.test_desk_page import DeskPage
from tests.site import Site

_A = OrderAction


def carried(site: Site, *steps: OrderAction) -> str:
    """An order of R0001 that made these steps."""

    def work(session: Session) -> str:
        order, _ = site.hall.orders.place(session, request_for("counter:1", channel="counter"))
        site.hall.dispatch.assign(session, order, site.hall.runners.get(session, "R0001"), actor="小李")
        for step in steps:
            site.hall.orders.move(session, order, step, actor="R0001")
        return str(order.number)

    return site.change(work)


def show(desk: Page, site: Site, number: str) -> None:
    desk.goto(f"{site.address}/desk#orders/{number}")
    desk.reload()
    expect(desk.locator("#orders .detail h2")).to_contain_text(number)


def test_an_order_gets_another_time_and_another_runner_by_keyboard(desk_page: DeskPage, site: Site) -> None:
    number, desk = carried(site), desk_page("li")
    show(desk, site, number)
    desk.keyboard.press("t")
    expect(desk.get_by_label("新时间")).to_be_focused()
    desk.keyboard.type("昨天")
    desk.get_by_label("原因").fill("市民改约")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#sheet [role=alert]")).to_be_visible()  # nothing typed is lost
    expect(desk.get_by_label("原因")).to_have_value("市民改约")
    desk.get_by_label("新时间").fill("2026-11-25 15:00")
    desk.keyboard.press("Enter")
    expect(desk.locator("#orders .history")).to_contain_text("市民改约")
    assert site.orders()[0].wish_from == datetime(2026, 11, 25, 7, tzinfo=UTC)
    desk.keyboard.press("p")
    desk.locator("#sheet .suggested li", has_text="钱小兰").get_by_role("button", name="选他").click()
    desk.get_by_label("原因").fill("原来的跑手病了")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#orders .history")).to_contain_text("R0001改成R0002：原来的跑手病了")


def test_of_two_browsers_the_slower_is_told_and_sees_what_is_now(desk_page: DeskPage, site: Site) -> None:
    number, first, second = carried(site), desk_page("li"), desk_page("zhang")
    for desk in (first, second):
        show(desk, site, number)
    second.keyboard.press("x")
    second.get_by_label("取消的原因").fill("市民说不办了")
    first.keyboard.press("t")
    first.get_by_label("新时间").fill("2026-11-25 15:00")
    first.get_by_label("原因").fill("市民改约")
    first.keyboard.press("Enter")
    first.keyboard.press("Control+Enter")
    expect(first.locator("#orders .history")).to_contain_text("市民改约")
    second.locator("#sheet").get_by_role("button", name="取消订单").click()
    expect(second.locator("#sheet [role=alert]")).to_have_text("别人刚改过：小李修改。页面已经更新，请核对后再办。")
    expect(second.locator("#orders .history")).to_contain_text("市民改约")  # behind the sheet
    expect(second.get_by_label("取消的原因")).to_have_value("市民说不办了")
    assert site.orders()[0].state is OrderState.ACCEPTED
    second.locator("#sheet").get_by_role("button", name="取消订单").click()  # having seen it
    expect(second.locator("#orders .history")).to_contain_text("市民说不办了")
    assert site.orders()[0].state is OrderState.CANCELLED


def test_a_relative_is_kept_away_for_good(desk_page: DeskPage, site: Site) -> None:
    number, desk = carried(site), desk_page("li")
    show(desk, site, number)
    desk.keyboard.press("h")
    desk.get_by_label("跑手编号（").fill("赵大勇")
    expect(desk.locator("#act-runners option[value=R0001]").first).to_be_attached()
    desk.get_by_label("跑手编号（").fill("R0001")
    desk.get_by_label("什么关系").fill("申请人的表哥")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#orders .history")).to_contain_text("赵大勇R0001回避：申请人的表哥")
    assert site.change(lambda s: s.query(Avoidance).count()) == 1
    assert site.orders()[0].runner_id is None


def test_what_was_delivered_is_done_again_within_ten_days(desk_page: DeskPage, site: Site) -> None:
    number = carried(site, _A.COLLECT, _A.SUBMIT, _A.COMPLETE, _A.DELIVER)
    desk = desk_page("li")
    show(desk, site, number)
    expect(desk.get_by_role("button", name="取消订单…")).to_have_count(0)
    desk.keyboard.press("c")
    desk.get_by_label("哪里没有办好").fill("名字写错了")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#orders .history")).to_contain_text("名字写错了")
    assert site.orders()[0].state in (OrderState.REOPENED, OrderState.OFFERED, OrderState.ESCALATED)


def test_a_second_order_for_the_same_is_made_only_when_it_is_meant(desk_page: DeskPage, site: Site) -> None:
    carried(site)
    desk = desk_page("li")
    desk.get_by_role("tab", name="窗口下单").click()
    for label, words in (("办什么事", "030001"), ("申请人", "王秀英"), ("电话", "13800001234"), ("镇（街道）", "柳林镇")):
        desk.get_by_label(label, exact=False).first.fill(words)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#sheet")).to_contain_text("已经有订单")
    assert len(site.orders()) == 1
    desk.get_by_role("button", name="还是再下一单").click()
    expect(desk.locator("#counter .two")).to_contain_text("请把订单号和暗号告诉市民")
    assert len(site.orders()) == 2
