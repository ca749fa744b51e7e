"""Handoff with two and three browsers: queue, assignment, transfer, notes, callbacks, out of hours."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from hotline.store.desk import DeskNote, FollowUpWork
from hotline.vocabulary import Role
from tests.pages.conftest import Open
from tests.pages.test_chat_page import say
from tests.site import Site
from tests.site_fixtures import PASSWORD

DeskPage = Callable[[str], Page]


def set_free(desk: Page, *, capacity: int = 4) -> None:
    desk.locator("#presence").click()
    desk.get_by_label("同时最多接待几个").fill(str(capacity))
    desk.get_by_role("button", name="设为空闲").click()
    expect(desk.locator("#presence")).to_have_text("空闲")


def set_busy(desk: Page) -> None:
    desk.locator("#presence").click()
    desk.get_by_role("button", name="设为忙").click()
    expect(desk.locator("#presence")).to_have_text("忙")


def test_who_is_free_is_given_who_waits_and_may_put_back(visitor: Open, desk_page: DeskPage) -> None:
    citizen, first, second = visitor("/"), desk_page("li"), desk_page("zhang")
    say(citizen, "转人工")
    expect(citizen.locator("#waiting")).to_contain_text("排在第1位")
    expect(first.locator("#given")).to_contain_text("派给您")
    first.get_by_role("button", name="退回").click()
    expect(first.locator("#given")).to_be_hidden()
    set_free(second)
    expect(second.locator("#given")).to_contain_text("市民要求转人工")
    second.keyboard.press("Alt+a")
    second.get_by_label("回复市民").fill("您好，我是老张。")
    second.keyboard.press("Enter")
    expect(citizen.locator(".STAFF .text")).to_have_text("您好，我是老张。")
    expect(citizen.locator("#waiting")).to_be_hidden()


def test_a_conversation_is_passed_on_with_a_note(visitor: Open, desk_page: DeskPage, site: Site) -> None:
    citizen, first, second = visitor("/"), desk_page("li"), desk_page("zhang")
    set_free(second)
    set_busy(second)  # whoever is busy gets nothing, but may be wanted
    say(citizen, "转人工")
    first.get_by_role("button", name="接手（Alt+A）").click()
    first.get_by_role("button", name="转交").click()
    first.get_by_label("转给").select_option(label="老张（管理员，忙）")
    first.get_by_label("交代一下").fill("要问低保，材料齐了")
    first.locator("#sheet").get_by_role("button", name="转交", exact=True).click()
    expect(citizen.locator(".NOTICE").last).to_contain_text("正在把您转给工作人员老张")
    asked = len(site.engine.asked)
    say(citizen, "好的")
    second.locator(".row", has_text="小李转给工作人员老张").click()
    expect(second.locator(".noted")).to_contain_text("要问低保，材料齐了")
    second.get_by_role("button", name="接手", exact=True).click()
    second.get_by_label("回复市民").fill("我是老张，材料我看到了。")
    second.keyboard.press("Enter")
    expect(citizen.locator(".STAFF .text")).to_have_text("我是老张，材料我看到了。")
    assert len(site.engine.asked) == asked  # the assistant was silent between the two
    expect(citizen.locator("body")).not_to_contain_text("要问低保，材料齐了")


def test_a_conversation_is_passed_on_to_the_lead_officer_of_a_zone(visitor: Open, desk_page: DeskPage, site: Site) -> None:
    def officers(session: Session) -> None:
        for login, name, zone in (("gong", "公首席", "police"), ("yi", "医首席", "medical")):
            site.hall.staff.add(session, login, name, Role.LEAD_OFFICER, PASSWORD)
            site.hall.staff.appoint(session, login, zone)

    site.change(officers)
    citizen, first, other, lead = visitor("/"), desk_page("li"), desk_page("yi"), desk_page("gong")
    for desk in (other, lead):
        set_free(desk)
        set_busy(desk)
    say(citizen, "转人工")
    first.get_by_role("button", name="接手（Alt+A）").click()
    set_busy(first)
    first.get_by_role("button", name="转交").click()
    first.get_by_label("转给").select_option(value="zone:police")
    first.get_by_label("交代一下").fill("户口本有涂改")
    first.locator("#sheet").get_by_role("button", name="转交", exact=True).click()
    expect(citizen.locator(".NOTICE").last).to_contain_text("正在把您转给")
    set_free(other)  # of another zone: it is not for her
    set_free(lead)
    expect(lead.locator("#given")).to_contain_text("派给您")
    expect(other.locator("#given")).to_be_hidden()
    lead.keyboard.press("Alt+a")
    expect(lead.locator(".noted")).to_contain_text("户口本有涂改")
    lead.get_by_label("回复市民").fill("我是公安专区首席，这个可以办。")
    lead.keyboard.press("Enter")
    expect(citizen.locator(".STAFF .text")).to_have_text("我是公安专区首席，这个可以办。")


def test_beside_the_chat_an_item_is_found_settled_and_given_back(visitor: Open, desk_page: DeskPage, site: Site) -> None:
    site.hall.lookup.find("身份证")  # a hall that runs has loaded it long before
    citizen, desk = visitor("/"), desk_page("li")
    say(citizen, "转人工")
    desk.get_by_role("button", name="接手（Alt+A）").click()
    say(citizen, "身份证掉了要重新办一个")
    desk.get_by_role("button", name="查事项").click()
    desk.get_by_label("查事项").last.fill("居民身份证")
    first = desk.locator(".found li").first
    expect(first).to_contain_text("身份证")
    first.get_by_role("button", name="填进回复").click()
    expect(desk.get_by_label("回复市民")).to_have_value(re.compile("您要办的是"))
    first.get_by_role("button", name="市民说的就是这个").click()
    expect(desk.locator("#toast")).to_contain_text("记下了")
    desk.get_by_role("button", name="情况").click()
    desk.get_by_label("内部备注").fill("老人家，慢慢说")
    desk.get_by_role("button", name="记下备注").click()
    expect(desk.locator(".talk .NOTE")).to_contain_text("老人家，慢慢说")
    desk.get_by_role("button", name="交还助手").click()
    desk.get_by_role("button", name="交还", exact=True).click()
    expect(citizen.locator("#owner")).to_have_text("智能助手为您服务")
    say(citizen, "那帮我下单")
    site.wait_for(lambda: "那帮我下单" in site.engine.asked, "the assistant is asked")
    assert site.engine.settled and site.engine.settled["item_code"]  # it goes on from what was settled
    expect(citizen.locator("body")).not_to_contain_text("老人家")
    assert site.change(lambda s: s.query(DeskNote).count()) >= 1


def test_a_number_is_left_rather_than_waiting(visitor: Open, desk_page: DeskPage, site: Site) -> None:
    desk = desk_page("li")
    set_busy(desk)
    citizen = visitor("/")
    say(citizen, "转人工")
    citizen.get_by_role("button", name="留个电话，打给我").click()
    citizen.get_by_label("您的电话").fill("1380000")
    citizen.get_by_role("button", name="打给我", exact=True).click()
    expect(citizen.locator("#callback-fault")).to_contain_text("手机号应当是11位")
    citizen.get_by_label("您的电话").fill("13800001234")
    citizen.get_by_role("button", name="打给我", exact=True).click()
    expect(citizen.locator(".NOTICE").last).to_contain_text("138****1234")
    expect(citizen.locator("#waiting")).to_be_hidden()
    desk.get_by_role("tab", name="投诉回访").click()
    desk.get_by_role("button", name="我来办").click()
    expect(desk.locator(".case")).to_contain_text("小李在办")
    desk.get_by_role("button", name="详情").click()
    desk.get_by_role("button", name="显示电话").click()
    expect(desk.locator("#sheet")).to_contain_text("13800001234")
    desk.get_by_role("button", name="没人接").click()
    expect(desk.locator(".case")).to_contain_text("打过1次")
    assert len(site.change(lambda s: s.query(FollowUpWork).one().attempts)) == 1


def test_out_of_hours_the_citizen_hears_what_happens_next(visitor: Open, desk_page: DeskPage, site: Site) -> None:
    site.clock.advance(hours=10)
    citizen = visitor("/")
    say(citizen, "转人工")
    expect(citizen.locator("#waiting")).to_contain_text("现在是下班时间，明天上午9点上班后第一时间联系您")
    desk = desk_page("li")  # in the evening somebody looks after all
    expect(desk.locator("#given")).to_contain_text("派给您")
