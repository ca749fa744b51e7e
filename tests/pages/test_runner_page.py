"""The runner's page: offers without names, every step to the end, and an honest word when it is too late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from hotline.store.schema import Offer, Runner
from hotline.vocabulary import OfferState, OrderState
from tests.builders import request_for
from tests.pages.conftest import Open
from tests.site import Site

RunnerPage = Callable[[str], Page]


def place(site: Site, **changes: Any) -> str:
    order, _ = site.change(
        lambda s: site.hall.orders.place(s, request_for(materials=["户口簿", "结婚证"], **changes))
    )
    assert order.number
    return order.number


def offer_to(site: Site, number: str) -> None:
    site.wait_for(lambda: site.orders()[0].state is OrderState.OFFERED, f"offer of {number}")


def confirm(page: Page, words: str = "确定") -> None:
    page.locator("#sheet").get_by_role("button", name=words).click()


def test_an_errand_from_the_offer_to_the_door(runner_page: RunnerPage, site: Site) -> None:
    page = runner_page("R0001")
    assert page.url.endswith("/runner")
    number = place(site)
    offer = page.locator(".offer")
    expect(offer).to_contain_text("柳林镇")
    assert not any(word in page.content() for word in ("13800001234", "出生登记", "罐子沟村小卖部", "户口簿"))

    offer.get_by_role("button", name="接单", exact=True).click()
    order = page.locator(f"[data-order='{number}']")
    for word in ("出生登记", "13800001234", "小卖部", "结婚证", site.orders()[0].door_code):
        expect(order).to_contain_text(word)
    order.get_by_role("button", name="取件").click()
    confirm(page)
    order.get_by_role("button", name="递交窗口").click()
    page.get_by_label("办件编号").fill("EY-2026-7")
    confirm(page)
    expect(order).to_contain_text("EY-2026-7")
    order.get_by_role("button", name="办结").click()
    confirm(page)
    order.get_by_role("button", name="送达").click()
    confirm(page)
    expect(page.get_by_text("手上没有单")).to_be_visible()
    assert site.orders()[0].state is OrderState.DELIVERED


def test_too_late_is_said_honestly(runner_page: RunnerPage, site: Site) -> None:
    page = runner_page("R0001")
    number = place(site)
    expect(page.locator(".offer")).to_be_visible()
    stale = page.evaluate("fetch('/runner/state').then(answer => answer.text())")
    page.route("**/runner/events", lambda route: route.abort())
    page.route("**/runner/state", lambda route: route.fulfill(body=stale))  # poor reception: sees nothing new
    page.reload()

    def give_to_another(session: Session) -> None:
        order, other = site.hall.orders.get(session, number), site.hall.runners.get(session, "R0002")
        site.hall.dispatch.assign(session, order, other, actor="小李")

    site.change(give_to_another)
    page.get_by_role("button", name="接单", exact=True).click()
    expect(page.locator("#toast")).to_contain_text("已经由别人接走或已超时")
    assert site.orders()[0].runner_id == 2


def test_a_declined_offer_goes_to_the_next_runner(runner_page: RunnerPage, site: Site) -> None:
    first, second = runner_page("R0001"), runner_page("R0002")
    place(site)
    first.get_by_role("button", name="不接").click()
    first.get_by_role("button", name="路太远").click()
    confirm(first, "不接这一单")
    expect(first.locator(".offer")).to_have_count(0)
    expect(second.locator(".offer")).to_be_visible()
    declined = site.change(lambda s: s.query(Offer).filter_by(state=OfferState.DECLINED).one().reason)
    assert declined == "路太远"


def test_the_countdown_ends_with_the_offer(runner_page: RunnerPage, site: Site) -> None:
    page = runner_page("R0001")
    place(site)
    expect(page.locator(".seconds")).to_contain_text("2:5")
    site.clock.advance(seconds=site.hall.settings.offer_seconds.total_seconds() + 1)
    expect(page.locator(".offer")).to_have_count(0)


def test_the_window_wants_more_papers(runner_page: RunnerPage, site: Site) -> None:
    page = runner_page("R0001")
    number = place(site)
    page.get_by_role("button", name="接单", exact=True).click()
    order = page.locator(f"[data-order='{number}']")
    for step in ("取件", "递交窗口"):
        order.get_by_role("button", name=step).click()
        confirm(page)
    order.get_by_role("button", name="遇到别的情况").click()
    page.locator("#sheet").get_by_role("button", name="补正").click()
    confirm(page, "确定补正")  # without a reason nothing is sent
    assert site.orders()[0].state is OrderState.SUBMITTED
    page.get_by_role("button", name="缺签字").click()
    confirm(page, "确定补正")
    expect(order).to_contain_text("窗口要求补正材料")
    expect(order.get_by_role("button", name="递交窗口")).to_be_visible()


def test_an_order_given_back_is_offered_to_another(runner_page: RunnerPage, site: Site) -> None:
    page = runner_page("R0001")
    place(site)
    page.get_by_role("button", name="接单", exact=True).click()
    page.get_by_role("button", name="遇到别的情况").click()
    page.locator("#sheet").get_by_role("button", name="退回改派").click()
    page.get_by_role("button", name="车坏了").click()
    confirm(page, "确定退回改派")
    expect(page.get_by_text("手上没有单")).to_be_visible()
    second = runner_page("R0002")
    expect(second.locator(".offer")).to_be_visible()


def test_off_duty_no_offer_comes(runner_page: RunnerPage, site: Site) -> None:
    page = runner_page("R0001")
    page.get_by_role("switch").click()
    expect(page.get_by_text("您在休息")).to_be_visible()
    site.wait_for(lambda: not site.change(lambda s: site.hall.runners.get(s, "R0001").on_duty), "off duty")
    place(site)
    offer_to(site, "R0002")
    assert site.change(lambda s: s.query(Offer).one().runner_id) == 2


def test_an_open_page_is_presence(runner_page: RunnerPage, site: Site) -> None:
    runner_page("R0001")
    site.wait_for(lambda: site.change(lambda s: s.get_one(Runner, 1).seen_at) is not None, "presence")
    assert site.change(lambda s: s.get_one(Runner, 2).seen_at) is None


def test_without_a_valid_link_the_page_says_what_to_do(visitor: Open) -> None:
    for path in ("/runner", "/runner/" + "x" * 32):
        page = visitor(path, 390)
        expect(page.get_by_text("请用您的个人链接进入跑手页")).to_be_visible()
        expect(page.get_by_role("switch")).to_be_hidden()
