"""The desk: logging in, taking over and giving back, orders that need a hand, what viewers may not."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from hotline.store.schema import FollowUp
from hotline.vocabulary import OrderAction, OrderState
from tests.builders import request_for
from tests.pages.conftest import Open
from tests.pages.test_chat_page import say
from tests.site import Site
from tests.site_fixtures import PASSWORD

DeskPage = Callable[[str], Page]


def escalated(site: Site) -> str:
    def work(session: Session) -> str:
        order, _ = site.hall.orders.place(session, request_for())
        site.hall.orders.move(session, order, OrderAction.ESCALATE, actor="派单", reason="没有可派的跑手")
        return str(order.number)

    return site.change(work)


def test_a_wrong_password_is_told_and_after_five_the_account_rests(visitor: Open) -> None:
    page = visitor("/desk/login", 1280)
    page.locator("[name=login]").fill("li")
    for _ in range(5):
        page.locator("[name=password]").fill("falsch")
        with page.expect_response("**/desk/login"):
            page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert").first).to_have_text("用户名或密码不对。")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert").first).to_contain_text("试的次数太多了")


def test_a_one_time_password_has_to_be_changed_first(visitor: Open, site: Site) -> None:
    once = site.change(lambda s: site.hall.staff.reset_password(s, "li"))
    page = visitor("/desk/login", 1280)
    page.locator("[name=login]").fill("li")
    page.locator("[name=password]").fill(once)
    page.get_by_role("button", name="登录").click()
    page.locator("[name=new]").fill("wo-zi-ji-de-mi-ma")
    page.locator("[name=again]").fill("wo-zi-ji-de-mi")
    page.get_by_role("button", name="换密码并进入").click()
    expect(page.get_by_text("两次输入的新密码不一样。")).to_be_visible()
    page.locator("[name=again]").fill("wo-zi-ji-de-mi-ma")
    page.get_by_role("button", name="换密码并进入").click()
    page.wait_for_url("**/desk")
    expect(page.get_by_text("小李（热线人员）")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/desk/login")


def test_handoff_and_back(visitor: Open, desk_page: DeskPage, site: Site) -> None:
    citizen, desk = visitor("/"), desk_page("li")
    say(citizen, "转人工")
    desk.locator(".row", has_text="市民要求转人工").click()
    desk.get_by_role("button", name="接手", exact=True).click()
    desk.get_by_label("回复市民").fill("您好，我是小李。")
    desk.keyboard.press("Enter")
    expect(citizen.locator(".STAFF .text")).to_have_text("您好，我是小李。")
    asked = len(site.engine.asked)
    say(citizen, "我想问哈低保")
    expect(desk.locator(".talk")).to_contain_text("我想问哈低保")
    assert len(site.engine.asked) == asked  # the assistant was not even asked
    desk.get_by_role("button", name="交还助手").click()
    desk.get_by_label("说好了什么").fill("低保下午再问")
    desk.get_by_role("button", name="交还", exact=True).click()
    expect(citizen.locator(".NOTICE").last).to_contain_text("已经说好的：低保下午再问")
    expect(citizen.locator("#owner")).to_have_text("智能助手为您服务")
    say(citizen, "那好嘛")
    expect(citizen.locator(".ASSISTANT").last).to_contain_text("您说的是：那好嘛")


def test_of_two_members_of_staff_one_takes_over(visitor: Open, desk_page: DeskPage) -> None:
    citizen, first, second = visitor("/"), desk_page("li"), desk_page("zhang")
    say(citizen, "转人工")
    for desk in (first, second):
        desk.locator(".row", has_text="市民要求转人工").click()
        desk.get_by_role("button", name="接手", exact=True).wait_for()
    stale = second.evaluate("fetch('/desk/conversations/1').then(answer => answer.text())")
    second.route("**/desk/conversations/1", lambda route: route.fulfill(body=stale))  # sees nothing new
    first.get_by_role("button", name="接手", exact=True).click()
    first.get_by_label("回复市民").wait_for()
    second.get_by_role("button", name="接手", exact=True).click()
    expect(second.locator("#toast")).to_contain_text("已经由别的同事接手")
    expect(citizen.locator(".NOTICE")).to_have_count(1)


def test_a_half_written_reply_survives_news(visitor: Open, desk_page: DeskPage) -> None:
    citizen, desk = visitor("/"), desk_page("li")
    say(citizen, "转人工")
    desk.locator(".row", has_text="市民要求转人工").click()
    desk.get_by_role("button", name="接手", exact=True).click()
    reply = desk.get_by_label("回复市民")
    reply.type("我正在")
    say(citizen, "在不在")
    expect(desk.locator(".talk")).to_contain_text("在不在")
    expect(reply).to_be_focused()
    reply.type("写")
    expect(reply).to_have_value("我正在写")


def test_an_escalated_order_is_assigned_by_one_click(desk_page: DeskPage, site: Site) -> None:
    desk = desk_page("li")
    number = escalated(site)
    expect(desk.get_by_role("tab", name="订单")).to_contain_text("1")
    desk.get_by_role("tab", name="订单").click()
    row = desk.locator("#orders .row", has_text=number)
    expect(row).to_contain_text("138****1234")
    expect(row).not_to_contain_text("13800001234")
    row.click()
    expect(desk.locator("#orders .detail")).to_contain_text("138****1234")
    desk.get_by_role("button", name="显示电话").click()
    expect(desk.locator("#orders .detail")).to_contain_text("13800001234")
    expect(desk.locator(".suggested li").first).to_contain_text("同村")
    desk.get_by_role("button", name="派给他").first.click()
    expect(desk.locator("#orders .history")).to_contain_text("指定R0001")
    assert site.orders()[0].state is OrderState.ACCEPTED


def test_an_order_is_cancelled_with_a_reason(desk_page: DeskPage, site: Site) -> None:
    desk = desk_page("li")
    number = escalated(site)
    desk.goto(f"{site.address}/desk#orders/{number}")
    desk.reload()
    desk.get_by_role("button", name="取消订单…").click()
    desk.get_by_label("取消的原因").fill("市民说不办了")
    desk.locator("#sheet").get_by_role("button", name="取消订单").click()
    expect(desk.locator("#orders .history")).to_contain_text("市民说不办了")
    assert site.orders()[0].state is OrderState.CANCELLED


def test_orders_are_found_by_number(desk_page: DeskPage, site: Site) -> None:
    number = escalated(site)
    desk = desk_page("li")
    desk.get_by_role("tab", name="订单").click()
    expect(desk.get_by_label("查订单")).to_be_visible()
    desk.keyboard.press("/")
    expect(desk.get_by_label("查订单")).to_be_focused()
    desk.keyboard.type("99999")
    expect(desk.get_by_text("没有查到这样的订单。")).to_be_visible()
    desk.get_by_label("查订单").fill(number)
    expect(desk.locator("#orders .row")).to_have_count(1)


def test_complaints_are_listed_and_done(desk_page: DeskPage, site: Site) -> None:
    now = site.clock()
    site.change(lambda s: site.hall.follow_ups.keep(
        s, key="c1", kind="complaint", text="来晚了，打13800001234", due_at=now))  # fmt: skip
    desk = desk_page("li")
    desk.get_by_role("tab", name="投诉回访").click()
    expect(desk.locator(".case")).to_contain_text("138****1234")
    desk.get_by_role("button", name="详情").click()
    expect(desk.locator("#sheet")).not_to_contain_text("13800001234")  # a viewer over the shoulder sees no number
    desk.get_by_role("button", name="关闭").click()
    desk.get_by_role("button", name="已办结").click()
    expect(desk.get_by_text("没有要回访的。")).to_be_visible()
    assert site.change(lambda s: s.query(FollowUp).one().done_at) is not None


def test_runners_on_duty_are_counted_by_town(desk_page: DeskPage) -> None:
    desk = desk_page("li")
    desk.get_by_role("tab", name="派单").click()
    expect(desk.locator("tr", has_text="柳林镇")).to_contain_text("2 / 2")


def test_a_viewer_sees_but_cannot_act(visitor: Open, desk_page: DeskPage, site: Site) -> None:
    citizen, desk = visitor("/"), desk_page("kan")
    say(citizen, "转人工")
    desk.locator(".row", has_text="市民要求转人工").click()
    expect(desk.get_by_text("您的账号只能查看。")).to_be_visible()
    expect(desk.get_by_role("button", name="接手", exact=True)).to_have_count(0)
    number = escalated(site)
    desk.goto(f"{site.address}/desk#orders/{number}")
    expect(desk.locator("#orders .history")).to_be_visible()
    expect(desk.get_by_role("button", name="取消订单…")).to_have_count(0)


def test_the_desk_says_when_it_is_offline(desk_page: DeskPage) -> None:
    desk = desk_page("li")
    desk.context.set_offline(True)
    expect(desk.get_by_text("与大厅的连接断了")).to_be_visible()
    desk.context.set_offline(False)
    expect(desk.get_by_text("在线")).to_be_visible()
    expect(desk.locator("#offline")).to_be_hidden()


def test_a_view_that_was_not_read_is_read_again(desk_page: DeskPage) -> None:
    desk = desk_page("li")
    desk.route("**/papers.js", lambda route: route.abort())
    desk.get_by_role("tab", name="材料").click()
    expect(desk.locator("#toast")).to_contain_text("这一页没有读到")
    desk.unroute("**/papers.js")
    desk.context.set_offline(True)
    desk.context.set_offline(False)
    expect(desk.locator("#papers")).not_to_be_empty()


def test_news_while_a_view_is_loaded_draw_it_once_so_that_nothing_typed_is_lost(desk_page: DeskPage, site: Site) -> None:
    desk = desk_page("zhang")
    held: list[Route] = []
    read: list[str] = []
    desk.route("**/catalogue.js", lambda route: held.append(route))
    desk.on("request", lambda request: read.append(request.url) if request.url.endswith("/items/030001") else None)
    with desk.expect_request("**/catalogue.js"):
        desk.evaluate("location.hash = 'catalogue/030001'")
    orders = desk.locator("[data-count=attention]")
    escalated(site)
    expect(orders).to_have_text("1")  # the news came, and the view is still not there
    held[0].continue_()
    aliases = desk.get_by_label("老百姓的说法")
    aliases.fill("给新生的娃儿落个户")
    expect(aliases).to_have_value("给新生的娃儿落个户")
    assert len(read) == 1
