"""The desk's page of what has to be verified: one lead officer answers, and the citizen reads it."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from hotline.proposals import OPEN
from hotline.vocabulary import ProposalSource, Role
from tests.pages.conftest import Open
from tests.pages.test_desk_page import DeskPage
from tests.site import Site
from tests.site_fixtures import PASSWORD

CODE = "030002"


def test_a_lead_officer_verifies_and_the_citizen_is_told(visitor: Open, desk_page: DeskPage, site: Site) -> None:
    object.__setattr__(site.hall.profile, "confirmed", True)
    citizen = visitor("/")
    citizen.get_by_role("textbox").fill("交通罚款咋个缴")
    citizen.keyboard.press("Enter")
    expect(citizen.locator(".ASSISTANT").last).to_contain_text("交通罚款咋个缴")

    def ask(session: Session) -> None:
        site.hall.staff.add(session, "gong", "公首席", Role.LEAD_OFFICER, PASSWORD)
        item = site.hall.catalogue.get(CODE)
        assert item is not None
        site.hall.verifications.ask(session, item, 1)
        site.hall.proposals.keep(session, "电子眼照到了咋个缴", item, ProposalSource.CHOICE)

    site.change(ask)
    desk = desk_page("gong")
    desk.get_by_role("tab", name="核实").click()
    expect(desk.locator("#knowledge")).to_contain_text("1位市民在等")
    desk.get_by_role("button", name="核实").last.click()
    desk.get_by_role("textbox", name="材料").fill("居民身份证/原件\n\n处罚决定书/原件")
    desk.get_by_label("费用").fill("不收费")
    desk.get_by_role("button", name="核实无误，启用").click()
    expect(desk.locator("#knowledge")).to_contain_text("没有要核实的")  # a new version of all items is read
    expect(citizen.locator(".NOTICE").last).to_contain_text("需要：居民身份证、处罚决定书。")
    desk.get_by_role("button", name="不采用").click()
    expect(desk.locator("#knowledge")).to_contain_text("没有新说法")


def test_staff_point_out_what_a_message_meant(visitor: Open, desk_page: DeskPage, site: Site) -> None:
    citizen = visitor("/")
    citizen.get_by_role("textbox").fill("电子眼照到了咋个缴")
    citizen.keyboard.press("Enter")
    expect(citizen.locator(".ASSISTANT").last).to_contain_text("电子眼照到了咋个缴")
    site.hall.lookup.find("罚款")  # a hall that runs has loaded it long before
    desk = desk_page("li")
    desk.goto(desk.url.split("#")[0] + "#conversations/1")
    desk.get_by_role("button", name="指出事项").click()
    expect(desk.get_by_label("查事项").last).to_have_value("电子眼照到了咋个缴")  # looked up at once
    desk.get_by_label("查事项").last.fill("交通违法罚款")
    found = desk.locator(".found li", has_text="交通违法罚款缴纳").first
    found.get_by_role("button", name="市民说的就是这个").click()
    expect(desk.locator("#toast")).to_contain_text("记下了：“电子眼照到了咋个缴”")

    def kept(session: Session) -> list[str]:
        return [one.item_code for one in site.hall.proposals.of_states(session, OPEN)]

    assert site.change(kept) == [CODE]
