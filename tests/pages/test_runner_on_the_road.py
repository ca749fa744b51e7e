"""The runner's page where the network comes and goes: what waits, what counts once, what came too late."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Error, Page, Route, expect
from sqlalchemy.orm import Session

from desk import shell
from hotline.store.papers import Handover
from hotline.store.photos import Photo
from hotline.store.schema import OrderEvent, Runner, Staff
from hotline.vocabulary import OrderAction, OrderState
from tests.builders import MONDAY_TEN, request_for
from tests.pages.conftest import Open
from tests.pages.test_runner_page import confirm, offer_to, place
from tests.site import Site

RunnerPage = Callable[[str], Page]


@pytest.fixture
def phone(runner_page: RunnerPage) -> Page:
    """The phone of R0001, with the page kept on it."""
    page = runner_page("R0001")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page


def carried(site: Site, key: str = "web:1", **changes: object) -> str:
    """An order that R0001 carries."""

    def work(session: Session) -> str:
        order, _ = site.hall.orders.place(session, request_for(key, materials=["户口簿"], **changes))
        site.hall.dispatch.assign(session, order, site.hall.runners.get(session, "R0001"), actor="小李")
        return str(order.number)

    return site.change(work)


def actions(site: Site) -> list[str]:
    return site.change(lambda s: [event.action for event in s.query(OrderEvent).order_by(OrderEvent.id)])


def network(page: Page, *, there: bool) -> None:
    page.context.set_offline(not there)


def test_an_accept_without_a_network_counts_when_it_returns_in_time(phone: Page, site: Site) -> None:
    place(site)
    expect(phone.locator(".offer")).to_be_visible()
    network(phone, there=False)
    phone.get_by_role("button", name="接单", exact=True).click()
    expect(phone.locator(".offer")).to_contain_text("倒计时结束前连上网就算接到")
    expect(phone.locator("#offline")).to_contain_text("有1步还没有报上去")
    assert site.orders()[0].state is OrderState.OFFERED
    network(phone, there=True)
    expect(phone.locator(".order")).to_contain_text("13800001234")
    expect(phone.locator("#offline")).to_be_hidden()
    assert site.orders()[0].runner_id == 1


def test_an_accept_that_came_too_late_is_told_and_stays_to_be_read(phone: Page, site: Site) -> None:
    place(site)
    expect(phone.locator(".offer")).to_be_visible()
    network(phone, there=False)
    phone.get_by_role("button", name="接单", exact=True).click()
    expect(phone.locator(".offer")).to_contain_text("已点接单")
    site.clock.advance(seconds=site.hall.settings.offer_seconds.total_seconds() + 1)
    offer_to(site, "R0002")
    network(phone, there=True)
    told = phone.locator("#notices")
    expect(told).to_contain_text("接柳林镇的单没有办成：这一单已经由别人接走或已超时")
    phone.reload()
    expect(told).to_contain_text("已超时")
    told.get_by_role("button", name="知道了").click()
    expect(told).to_be_empty()
    assert site.orders()[0].runner_id is None


def test_steps_without_a_network_survive_a_reload_and_are_made_once(phone: Page, site: Site) -> None:
    number = carried(site)
    order = phone.locator(f"[data-order='{number}']")
    expect(order).to_be_visible()
    network(phone, there=False)
    order.get_by_role("button", name="取件").click()
    confirm(phone)
    order.get_by_role("button", name="递交窗口").click()
    phone.get_by_label("办件编号").fill("EY-2026-7")
    confirm(phone)
    expect(order).to_contain_text("有2步还没有报上去")
    phone.reload()  # the page itself is kept on the phone
    expect(order).to_contain_text("EY-2026-7")
    expect(order.get_by_role("button", name="办结")).to_be_visible()
    assert site.orders()[0].state is OrderState.ACCEPTED
    network(phone, there=True)
    site.wait_for(lambda: site.orders()[0].state is OrderState.SUBMITTED, "both steps")
    expect(phone.locator("#offline")).to_be_hidden()
    assert actions(site)[-2:] == ["collect", "submit"]
    assert site.orders()[0].case_number == "EY-2026-7"


def test_a_lost_answer_does_not_make_a_step_twice(phone: Page, site: Site) -> None:
    number = carried(site)
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(json.loads(route.request.post_data or "{}")["id"])
        if len(lost) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    phone.route("**/COLLECT", lose)
    phone.locator(f"[data-order='{number}']").get_by_role("button", name="取件").click()
    confirm(phone)
    expect(phone.locator("#toast")).to_contain_text("记下了")
    assert len(lost) == 2 and lost[0] == lost[1]
    assert actions(site).count("collect") == 1


def test_a_refused_step_takes_those_behind_it_along(phone: Page, site: Site) -> None:
    number = carried(site)
    order = phone.locator(f"[data-order='{number}']")
    expect(order).to_be_visible()
    network(phone, there=False)
    for name in ("取件", "递交窗口"):
        order.get_by_role("button", name=name).click()
        confirm(phone)
    expect(order).to_contain_text("有2步")

    def cancel(session: Session) -> None:
        site.hall.orders.move(session, site.hall.orders.get(session, number), OrderAction.CANCEL, actor="市民")

    site.change(cancel)
    network(phone, there=True)
    expect(phone.locator("#notices")).to_contain_text(f"后面的订单{number}的“递交窗口”也没有报上去")
    expect(phone.get_by_text("手上没有单")).to_be_visible()


def test_the_way_goes_from_stop_to_stop(phone: Page, site: Site) -> None:
    site.change(lambda s: setattr(s.get_one(Runner, 1), "load_limit", 6))
    soon = {"wish_from": MONDAY_TEN.replace(hour=4), "wish_to": MONDAY_TEN.replace(hour=5)}
    later = {"wish_from": MONDAY_TEN.replace(hour=6), "wish_to": MONDAY_TEN.replace(hour=7)}
    tomorrow = carried(site, "web:1")
    carried(site, "web:2", township="登科街道", **later)
    carried(site, "web:3", **soon)
    carried(site, "web:4", township="登科街道", **later)
    at_window = carried(site, "web:5", **later)
    site.change(lambda s: setattr(site.hall.orders.get(s, at_window), "state", OrderState.COLLECTED))
    stops = phone.locator(".stop")
    expect(stops).to_have_text(["第1站柳林镇", "第2站登科街道2单", f"第3站{site.hall.profile.name}窗口", "以后柳林镇"])
    assert phone.locator(".order").last.get_attribute("data-order") == tomorrow


def test_the_desk_is_asked_about_an_order_and_answers(phone: Page, site: Site) -> None:
    number = carried(site)
    phone.locator(f"[data-order='{number}']").get_by_role("button", name="问工作台").click()
    phone.get_by_label("要问的话").fill("窗口说系统坏了")
    phone.get_by_role("button", name="发送").click()
    talk = phone.locator("#talk")
    expect(talk).to_contain_text(f"（订单{number}）窗口说系统坏了")
    expect(talk).to_contain_text("已经转给工作人员")
    phone.get_by_role("button", name="我的", exact=True).click()

    def answer(session: Session) -> None:
        talk, li = site.hall.runner_talks.of(session, session.get_one(Runner, 1)), session.get_one(Staff, 1)
        assert talk is not None
        site.hall.conversations.take_over(session, talk.id, li)
        site.hall.conversations.reply(session, talk.id, li, "下午两点再去。")

    site.change(answer)
    expect(phone.locator("[data-tab=talk] .badge")).to_have_text("1")
    phone.locator("[data-tab=talk]").click()
    expect(talk).to_contain_text("下午两点再去。")
    expect(phone.locator("[data-tab=talk] .badge")).to_be_hidden()


def test_an_errand_met_on_the_road_and_a_visit(phone: Page, site: Site) -> None:
    phone.get_by_role("button", name="登记").click()
    form = phone.locator("#bring")
    form.get_by_label("镇（街道）").select_option("柳林镇")
    form.get_by_label("要办什么事").fill("修水管")
    form.get_by_label("市民姓名").fill("李桂芳")
    form.get_by_label("电话").fill("1380000")
    form.get_by_role("button", name="记成我的单").click()
    expect(phone.locator("#notices")).to_contain_text("手机号应当是11位")
    expect(form.get_by_label("市民姓名")).to_have_value("李桂芳")  # nothing typed is lost
    form.get_by_label("电话").fill("13800005678")
    form.get_by_role("button", name="记成我的单").click()
    expect(phone.locator(".order")).to_contain_text("其他帮办：修水管")
    assert site.orders()[0].runner_id == 1

    phone.get_by_role("button", name="登记").click()
    network(phone, there=False)
    phone.get_by_label("走访了哪里").fill("罐子沟村3组")
    phone.get_by_role("button", name="记一次走访").click()
    expect(phone.locator("#visits")).to_contain_text("还没有报上去")
    network(phone, there=True)
    expect(phone.locator("#visits .row")).to_have_text(re.compile("罐子沟村3组(11/23 )?10:00"))  # the browser has today's date


def test_duty_hours_and_why_no_offer_came(phone: Page, site: Site) -> None:
    phone.get_by_role("button", name="我的", exact=True).click()
    phone.get_by_role("button", name="周一至周五 9点到17点").click()
    monday = phone.locator("[data-day=周一]")
    monday.get_by_label("从").select_option("14:00")
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator("#toast")).to_contain_text("周一 14:00-17:00；周二至周五 09:00-17:00")
    place(site)  # Monday, ten o'clock
    offer_to(site, "R0002")
    phone.get_by_role("button", name="单子").click()
    phone.get_by_role("button", name="我的", exact=True).click()
    expect(phone.locator("#why")).to_contain_text("不在值班时间")


def test_the_page_installs_and_keeps_no_data_in_its_shell(phone: Page, site: Site) -> None:
    carried(site)
    expect(phone.locator(".order")).to_be_visible()
    link = phone.locator("link[rel=manifest]").get_attribute("href")
    manifest = phone.request.get(site.address + str(link))
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    told = manifest.json()
    assert (told["start_url"], told["display"]) == ("/runner", "standalone")
    for icon in told["icons"]:
        picture = phone.request.get(site.address + icon["src"])
        assert picture.ok, icon
        if icon["type"] == "image/png":
            assert "x".join(map(str, Image.open(BytesIO(picture.body())).size)) == icon["sizes"]
    kept = phone.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(c => c.keys()))))"
        ".then(lists => lists.flat().map(request => new URL(request.url).pathname))"
    )
    assert {"/runner", "/static/desk/runner.js", "/static/desk/common.js"} <= set(kept)
    assert all(path == "/runner" or path.startswith("/static/") for path in kept)


def test_all_scripts_together_are_small(visitor: Open, site: Site) -> None:
    page = visitor("/runner", 390)
    page.get_by_text("请用您的个人链接").wait_for()
    sizes = page.evaluate(
        "Promise.all(performance.getEntriesByType('resource').filter(one => one.name.endsWith('.js'))"
        ".map(one => fetch(one.name).then(a => a.text()).then(t => t.length)))"
    )
    assert len(sizes) > 8 and sum(sizes) < 80_000


def test_papers_are_counted_noted_and_photographed(phone: Page, site: Site, tmp_path: Path) -> None:
    number = carried(site, "web:1")
    site.change(lambda s: setattr(site.hall.orders.get(s, number), "materials", ["户口簿", "结婚证"]))
    order = phone.locator(f"[data-order='{number}']")
    expect(order).to_contain_text("结婚证")
    picture = tmp_path / "large.png"
    Image.effect_noise((3000, 2000), 60).save(picture)
    order.get_by_role("button", name="拍照").click()
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="取件凭证").click()
    chooser.value.set_files(picture)
    site.wait_for(lambda: site.change(lambda s: s.query(Photo).count()) == 1, "photo")
    kept = site.change(lambda s: site.hall.photos.show(s, s.query(Photo).one().id, viewer="test"))
    assert Image.open(BytesIO(kept)).size == (1600, 1067)

    order.get_by_role("button", name="取件").click()
    phone.get_by_role("checkbox", name="结婚证").uncheck()
    phone.get_by_role("button", name="户口簿：原件还是复印件").click()
    phone.get_by_label("还收了别的").fill("一寸照片")
    confirm(phone)
    expect(order).to_contain_text("递交窗口")
    site.wait_for(lambda: site.orders()[0].state is OrderState.COLLECTED, "collected")
    [note] = site.change(lambda s: site.hall.papers.notes(s, site.hall.orders.get(s, number)) and s.query(Handover).all())
    assert sorted(
        site.change(lambda s: [(line.paper.name, line.paper.is_original) for line in s.get_one(Handover, note.id).lines])
    ) == [("一寸照片", True), ("户口簿", False)]
    order.get_by_text("交接单和照片").click()
    expect(order.get_by_role("link", name="材料交接单 第1张")).to_be_visible()
    expect(order.get_by_role("link", name="取件凭证")).to_be_visible()


def test_an_offer_rings_and_rings_again_before_it_ends(visitor: Open, site: Site) -> None:
    page = visitor("/runner", 390)
    page.context.add_init_script(
        "window.tones = 0; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (at) { window.tones += 1; return start.call(this, at); };"
    )
    page.goto(f"{site.address}/runner/{site.change(lambda s: site.hall.runners.issue_link(s, 'R0001'))}")
    expect(page.locator("#sound")).to_be_visible()
    page.get_by_text("暂时没有新派单").click()  # phones allow sound after a tap only
    expect(page.locator("#sound")).to_be_hidden()
    place(site)
    expect(page.locator(".offer")).to_be_visible()
    site.wait_for(lambda: page.evaluate("window.tones") == 4, "a ring")
    page.evaluate(
        "import('/static/desk/runner_app.js').then(({ app }) => (app.offset += 155_000))"  # 25 seconds before the end
    )
    site.wait_for(lambda: page.evaluate("window.tones") == 8, "the second ring")


def test_a_phone_forgets_the_runner_before(phone: Page, site: Site) -> None:
    carried(site)
    expect(phone.locator(".order")).to_contain_text("13800001234")
    phone.goto(f"{site.address}/runner/{site.change(lambda s: site.hall.runners.issue_link(s, 'R0002'))}")
    expect(phone.locator("#name")).to_contain_text("R0002")
    assert phone.url.endswith("/runner")
    expect(phone.get_by_text("手上没有单")).to_be_visible()
    kept = phone.evaluate("import('/static/desk/runner_store.js').then(({ kept }) => kept('last'))")
    assert kept["state"]["runner"]["number"] == "R0002" and kept["state"]["orders"] == []
    network(phone, there=False)
    phone.reload()
    expect(phone.locator("#name")).to_contain_text("R0002")


def test_an_upgrade_replaces_the_page_on_the_phone(phone: Page, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = json.loads(shell.shell())
    assert phone.evaluate("caches.keys()") == [f"runner-{before['version']}"]
    monkeypatch.setattr(shell, "shell", lambda: json.dumps({**before, "version": "upgraded"}))
    phone.reload()
    site.wait_for(lambda: names(phone) == ["runner-upgraded"], "the new shell")
    expect(phone.locator("#name")).to_contain_text("R0001")


def names(page: Page) -> list[str]:
    """The caches on the phone; none while the page reloads itself."""
    try:
        return list(page.evaluate("caches.keys()"))
    except Error:
        return []
