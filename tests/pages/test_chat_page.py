"""The citizen's chat page: talking, buttons, reloading, and a connection that comes and goes."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from hotline.store.schema import Message, Staff
from hotline.vocabulary import Sender
from tests.pages.conftest import Open
from tests.site import Site


def say(page: Page, words: str) -> None:
    page.get_by_label("您要说的话").fill(words)
    page.keyboard.press("Enter")


def heard(site: Site, words: str) -> int:
    """How often the hall has this message of a citizen."""
    return site.change(lambda s: s.query(Message).filter_by(text=words, sender=Sender.CITIZEN).count())


def thread(page: Page) -> list[str]:
    return page.locator("#thread .text").all_text_contents()


def test_a_citizen_speaks_and_is_answered(visitor: Open) -> None:
    page = visitor("/")
    expect(page.get_by_text("演示系统，非官方服务").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("恩阳区市民之家")
    say(page, "你好")
    expect(page.locator(".ASSISTANT .text")).to_have_text("【演示系统，非官方服务】您说的是：你好")
    expect(page.locator(".CITIZEN")).to_have_count(1)
    expect(page.locator("#typing")).to_be_hidden()


def test_only_the_newest_buttons_can_be_pressed(visitor: Open, site: Site) -> None:
    page = visitor("/")
    say(page, "娃儿要上户口")
    page.get_by_role("button", name="要改").click()
    expect(page.locator(".ASSISTANT")).to_have_count(2)
    expect(page.get_by_role("button", name="对，下单")).to_be_disabled()
    say(page, "还是上户口")
    page.get_by_role("button", name="对，下单", disabled=False).click()
    expect(page.locator("#thread").get_by_text(re.compile("下好了，订单号"))).to_be_visible()
    assert len(site.orders()) == 1


def test_a_starter_only_sends_its_words(visitor: Open, site: Site) -> None:
    page = visitor("/")
    page.get_by_role("button", name="查订单").click()
    expect(page.locator(".ASSISTANT")).to_have_count(1)
    assert site.engine.asked == ["我想查一下我的订单"]


def test_html_is_shown_as_text(visitor: Open) -> None:
    page = visitor("/")
    say(page, "<img src=x onerror=alert(1)><b>粗</b>")
    expect(page.locator(".ASSISTANT .text")).to_contain_text("<img src=x onerror=alert(1)><b>粗</b>")
    assert page.locator("#thread img, #thread b").count() == 0


def test_reloading_shows_what_was_said_and_a_new_conversation_does_not(visitor: Open) -> None:
    page = visitor("/")
    say(page, "娃儿要上户口")
    expect(page.get_by_role("button", name="对，下单")).to_be_enabled()
    before = thread(page)
    page.reload()
    expect(page.get_by_role("button", name="对，下单")).to_be_enabled()
    assert thread(page) == before
    page.get_by_role("button", name="新对话").click()
    page.get_by_role("button", name="开始新对话").click()
    expect(page.locator("#thread li")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="您好，要办什么事？")).to_be_visible()


def test_what_is_said_without_a_connection_arrives_once(visitor: Open, site: Site) -> None:
    page = visitor("/")
    say(page, "你好")
    expect(page.locator(".ASSISTANT")).to_have_count(1)
    page.context.set_offline(True)
    say(page, "路上没信号")
    expect(page.get_by_text("网络断了，正在重连，您发的话不会丢")).to_be_visible()
    expect(page.locator(".CITIZEN.pending")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".ASSISTANT")).to_have_count(2)
    expect(page.locator(".CITIZEN.pending")).to_have_count(0)
    expect(page.locator("#connection")).to_be_hidden()
    assert heard(site, "路上没信号") == 1
    assert [text.split("：")[-1] for text in thread(page)] == ["你好", "你好", "路上没信号", "路上没信号"]


def test_a_lost_answer_is_asked_for_again_with_the_same_id(visitor: Open, site: Site) -> None:
    page = visitor("/")
    lost: list[Route] = []

    def lose_first(route: Route) -> None:
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route)
        route.fetch()  # the hall has it
        return route.abort()  # the phone does not know

    page.route("**/messages", lose_first)
    say(page, "只说一次")
    expect(page.locator(".CITIZEN:not(.pending)")).to_have_count(1)
    expect(page.locator(".ASSISTANT")).to_have_count(1)
    assert lost and heard(site, "只说一次") == 1


def test_unsent_words_survive_a_reload(visitor: Open, site: Site) -> None:
    page = visitor("/")
    say(page, "你好")
    expect(page.locator(".ASSISTANT")).to_have_count(1)
    page.route("**/api/chat/*/messages", lambda route: route.abort())
    say(page, "还没发出去")
    expect(page.locator(".CITIZEN.pending")).to_have_count(1)
    page.unroute_all()
    page.reload()
    expect(page.locator(".ASSISTANT")).to_have_count(2)
    assert heard(site, "还没发出去") == 1


def test_a_dead_engine_is_told_and_the_answer_comes_later(visitor: Open, site: Site) -> None:
    site.engine.is_up = False
    page = visitor("/")
    say(page, "有人在吗")
    expect(page.get_by_text("助手正在重新启动")).to_be_visible()
    site.engine.is_up = True
    expect(page.locator(".ASSISTANT")).to_have_count(1)


def test_staff_are_heard_at_once_and_named(visitor: Open, site: Site) -> None:
    page = visitor("/")
    page.get_by_role("button", name="转人工").click()
    expect(page.locator(".ASSISTANT")).to_have_count(1)

    def take_over(session: Session) -> None:
        li = session.query(Staff).filter_by(login="li").one()
        site.hall.conversations.take_over(session, 1, li)
        site.hall.conversations.reply(session, 1, li, "您好，请讲。")

    site.change(take_over)
    expect(page.locator(".STAFF .text")).to_have_text("您好，请讲。")
    expect(page.locator(".STAFF .who")).to_contain_text("小李")
    expect(page.locator("#owner")).to_have_text("工作人员正在为您服务")


def test_too_long_is_said_before_sending(visitor: Open) -> None:
    page = visitor("/")
    field = page.get_by_label("您要说的话")
    field.fill("长" * 950)
    expect(page.locator("#length")).to_have_text("还可以写50字。")
    field.fill("长" * 1001)
    expect(page.locator("#length")).to_contain_text("请分几次发")
    expect(page.get_by_role("button", name="发送")).to_be_disabled()
    page.keyboard.press("Enter")
    expect(page.locator("#thread li")).to_have_count(0)


def test_large_type_is_kept_and_fits_a_small_phone(visitor: Open) -> None:
    page = visitor("/")
    page.get_by_role("button", name="大字").click()
    say(page, "娃儿要上户口")
    expect(page.get_by_role("button", name="对，下单")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("parseFloat(getComputedStyle(document.getElementById('text')).fontSize)") >= 20
