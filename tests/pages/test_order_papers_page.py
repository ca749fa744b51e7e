"""Papers at the window: a handover note and a 委托书 are written, refused without a loss, printed, signed and revoked."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from hotline.vocabulary import HelpKind, OrderAction
from tests.builders import request_for
from tests.desk.test_paper_work import picture
from tests.pages.test_desk_page import DeskPage
from tests.pages.test_order_acts_page import show
from tests.site import Site


def in_hand(site: Site) -> str:
    """代办 that R0001 carries."""

    def work(session: Session) -> str:
        wanted = request_for("counter:1", channel="counter", help=HelpKind.ON_BEHALF, materials=["出生医学证明", "户口簿"])
        order, _ = site.hall.orders.place(session, wanted)
        site.hall.dispatch.assign(session, order, site.hall.runners.get(session, "R0001"), actor="小李")
        return str(order.number)

    return site.change(work)


def act(desk: Page, label: str) -> None:
    desk.locator("#orders .detail").get_by_role("button", name=f"{label}…").click()


def printed(desk: Page, label: str) -> Page:
    with desk.context.expect_page() as opened:
        desk.locator("#sheet").get_by_role("link", name=label).click()
    desk.locator("#sheet").get_by_role("button", name="关闭").click()
    return opened.value


def test_papers_brought_to_the_window_are_noted_and_printed(desk_page: DeskPage, site: Site) -> None:
    number, desk = in_hand(site), desk_page("li")
    show(desk, site, number)
    act(desk, "记材料交接")
    sheet = desk.locator("#sheet")
    expect(sheet.get_by_role("checkbox", name="出生医学证明")).to_be_checked()  # what the item asks for is there
    sheet.get_by_label("谁接收").select_option(label="窗口")
    sheet.get_by_role("checkbox", name="户口簿").uncheck()
    sheet.get_by_role("button", name="再加一样材料").click()
    expect(sheet.get_by_label("材料名称")).to_be_focused()
    desk.keyboard.type("结婚证")
    sheet.get_by_label("加的材料：份数").fill("2")
    site.change(lambda s: site.hall.changes.reassign(
        s, site.hall.orders.get(s, number, lock=True), site.hall.runners.get(s, "R0002"), actor="老张", reason="病了"))  # fmt: skip
    sheet.get_by_role("button", name="记材料交接").click()
    expect(sheet.get_by_role("alert")).to_have_text("别人刚改过：老张改派。页面已经更新，请核对后再办。")
    expect(sheet.get_by_label("材料名称")).to_have_value("结婚证")  # nothing typed is lost
    sheet.get_by_role("button", name="记材料交接").click()  # having seen it
    note = printed(desk, "打印材料交接单")
    for words in ("材料交接单", "出生医学证明", "结婚证", "窗口"):
        expect(note.locator("body")).to_contain_text(words)
    expect(note.locator("body")).not_to_contain_text("户口簿")
    expect(desk.locator("#orders .history")).to_contain_text("第1张：王交给窗口，出生医学证明、结婚证")
    expect(desk.locator("#orders .detail")).to_contain_text("结婚证（原件2份）")


def test_a_letter_is_written_printed_signed_by_photo_and_revoked(desk_page: DeskPage, site: Site) -> None:
    number, desk = in_hand(site), desk_page("li")
    show(desk, site, number)
    act(desk, "写委托书")
    sheet = desk.locator("#sheet")
    sheet.get_by_label("委托人（身份证或执照上的全名）").fill("王建国")
    sheet.get_by_label("委托人身份证号").fill("123")
    sheet.get_by_role("button", name="写委托书").click()
    expect(sheet.get_by_role("alert")).to_contain_text("请再核对一遍。")
    expect(sheet.get_by_label("委托人（身份证或执照上的全名）")).to_have_value("王建国")
    sheet.get_by_label("委托人身份证号").fill("")  # to be written in by hand
    sheet.get_by_role("button", name="写委托书").click()
    letter = printed(desk, "打印委托书")
    for words in ("王建国", "赵大勇", "出生登记"):
        expect(letter.locator("body")).to_contain_text(words)
    act(desk, "委托书已签字")
    sheet.get_by_label("照片").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"no photo"})
    sheet.get_by_role("button", name="委托书已签字").click()
    expect(sheet.get_by_role("alert")).to_contain_text("这不是照片")
    sheet.get_by_label("照片").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    sheet.get_by_role("button", name="委托书已签字").click()
    expect(desk.locator("#orders .history")).to_contain_text("委托书已签字")
    act(desk, "撤销委托书")
    sheet.get_by_label("撤销的原因").fill("市民要自己去办")
    sheet.get_by_role("button", name="撤销委托书").click()
    expect(desk.locator("#orders .history")).to_contain_text("委托书已撤销：市民要自己去办")
    expect(desk.get_by_role("button", name="撤销委托书…")).to_have_count(0)


def test_papers_go_from_one_carrier_to_the_next(desk_page: DeskPage, site: Site) -> None:
    number, desk = in_hand(site), desk_page("li")
    site.change(lambda s: site.hall.orders.move(s, site.hall.orders.get(s, number, lock=True), OrderAction.COLLECT, actor="R0001"))
    show(desk, site, number)
    act(desk, "记材料交接")
    sheet = desk.locator("#sheet")
    sheet.get_by_label("谁交出").select_option(label="跑手 赵大勇（R0001）")
    sheet.get_by_label("谁接收").select_option(label="另一名跑手（接着办这一单）")
    sheet.get_by_label("跑手编号").fill("R0002")
    sheet.get_by_role("button", name="记材料交接").click()
    expect(printed(desk, "打印材料交接单").locator("body")).to_contain_text("钱小兰（R0002）")
    expect(desk.locator("#orders .detail")).to_contain_text("钱小兰 R0002")
