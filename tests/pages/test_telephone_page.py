"""演练电话: a whole call from the desk, by typing and by the keypad, and a person who is rung."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.desk.test_telephone import takes_calls
from tests.site import Site

DeskPage = Callable[[str], Page]


def test_a_call_from_the_ring_to_the_order(site: Site, desk_page: DeskPage) -> None:
    desk = desk_page("li")
    desk.get_by_role("tab", name="演练电话").click()
    view, said = desk.locator("#telephone"), desk.locator("#telephone .turns")
    expect(view.get_by_role("button", name="挂机")).to_be_disabled()
    view.get_by_role("button", name="拨打").click()
    expect(said).to_contain_text("我是机器人助手")
    view.get_by_label("您说").fill("娃儿要上户口")
    view.get_by_label("您说").press("Enter")
    expect(said).to_contain_text("按1，对，下单")
    view.get_by_role("group", name="按键").get_by_role("button", name="1", exact=True).click()
    expect(said).to_contain_text("订单号幺")
    view.get_by_role("button", name="挂机").click()
    expect(said).to_contain_text("电话挂了")
    expect(view.get_by_role("button", name="拨打")).to_be_enabled()
    assert [order.contact_phone for order in site.orders()] == ["13800001234"]


def test_the_person_who_is_rung_does_not_answer(site: Site, desk_page: DeskPage) -> None:
    site.change(takes_calls)
    desk = desk_page("li")
    desk.get_by_role("tab", name="演练电话").click()
    view = desk.locator("#telephone")
    view.get_by_role("button", name="拨打").click()
    expect(view.locator(".turns")).to_contain_text("机器人")
    view.get_by_role("button", name="0", exact=True).click()
    view.get_by_role("button", name="对方接起").click()
    expect(view.locator(".turns .other")).to_contain_text("尾号1234")
    view.get_by_role("button", name="对方按2转下一位").click()
    expect(view.locator(".turns")).to_contain_text("约了回电")


def test_who_only_looks_has_no_telephone(desk_page: DeskPage) -> None:
    expect(desk_page("kan").get_by_role("tab", name="演练电话")).to_have_count(0)
