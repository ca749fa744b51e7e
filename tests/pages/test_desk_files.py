"""What leaves the desk as a file, what comes in as one, and what is written into the hall's own files."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from hotline.settings import ROOT
from hotline.store.schema import Runner
from tests.builders import request_for
from tests.hotline.test_roster import COLUMNS, GOOD, NEAR, csv_file, xlsx_file
from tests.pages.test_desk_page import DeskPage
from tests.site import Site


def test_what_a_search_finds_is_taken_away_as_a_file(desk_page: DeskPage, site: Site, tmp_path: Path) -> None:
    site.change(lambda s: site.hall.orders.place(s, request_for(applicant_name="王秀英")))
    site.change(lambda s: site.hall.orders.place(s, request_for("web:2", applicant_name="=cmd()", contact_phone="13800009999")))
    desk = desk_page("zhang")
    desk.get_by_role("tab", name="看板表格").click()
    desk.get_by_role("button", name="表格").click()
    expect(desk.locator("#board tbody tr")).to_have_count(2)
    with desk.expect_download() as download:
        desk.get_by_role("button", name="XLSX").click()
    download.value.save_as(tmp_path / "orders.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "orders.xlsx").active
    assert sheet is not None
    head, *rows = sheet.iter_rows(values_only=True)
    assert {row[head.index("电话")] for row in rows} == {"13800001234", "13800009999"}
    assert "'=cmd()" in {row[head.index("申请人")] for row in rows}  # what a citizen wrote is no formula
    desk.get_by_label("查订单").last.fill("王秀英")
    expect(desk.locator("#board tbody tr")).to_have_count(1)
    with desk.expect_download() as download:
        desk.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "orders.csv")
    (only,) = csv.DictReader(io.StringIO((tmp_path / "orders.csv").read_text("utf-8-sig")))
    assert (only["申请人"], only["电话"]) == ("王秀英", "13800001234")
    desk.get_by_role("tab", name="操作记录").click()
    expect(desk.locator("#audit tbody tr").first).to_contain_text("导出")


@pytest.mark.parametrize("make", [csv_file, xlsx_file], ids=["csv", "xlsx"])
def test_a_roster_is_taken_whole(desk_page: DeskPage, site: Site, tmp_path: Path, make: object) -> None:
    desk = desk_page("zhang")
    desk.get_by_role("tab", name="跑手").click()
    desk.locator("#runners input[type=file]").set_input_files(make(tmp_path, GOOD, NEAR))  # type: ignore[operator]
    expect(desk.locator("#toast")).to_have_text("导入好了：新增0名，更新2名。")
    expect(desk.locator("#runners tbody")).to_contain_text("李明珍")
    assert site.change(lambda s: s.query(Runner).filter_by(number="R0002").one().name) == "李明珍"


def test_of_a_faulty_roster_nothing_is_taken_and_each_fault_is_shown(desk_page: DeskPage, site: Site, tmp_path: Path) -> None:
    wrong = tuple("123" if name == "电话" else value for name, value in zip(COLUMNS, NEAR, strict=True))
    desk = desk_page("zhang")
    desk.get_by_role("tab", name="跑手").click()
    desk.locator("#runners input[type=file]").set_input_files(csv_file(tmp_path, GOOD, wrong))
    expect(desk.locator("#sheet [role=alert]")).to_contain_text("没有导入任何一行")
    expect(desk.locator("#sheet li")).to_have_count(1)
    expect(desk.locator("#sheet li")).to_contain_text("第3行")
    desk.locator("#sheet").get_by_role("button", name="关闭").click()
    assert site.change(lambda s: s.query(Runner).filter_by(number="R0001").one().name) == "赵大勇"


def test_the_hall_profile_is_confirmed_in_its_file(desk_page: DeskPage, site: Site, tmp_path: Path) -> None:
    profile = tmp_path / "hall.yml"
    shutil.copy(ROOT / "data" / "hall.yml", profile)
    object.__setattr__(site.hall.settings, "profile", profile)
    first, second = desk_page("zhang"), desk_page("zhang")
    for desk in (first, second):
        desk.get_by_role("tab", name="大厅资料").click()
        desk.get_by_role("button", name="确认资料…").click()
    for box in first.locator("#sheet input[type=checkbox]").all():
        box.check()
    first.get_by_role("button", name="确定").click()
    expect(first.locator("#profile")).to_contain_text("文件里已经改成“已确认”，下次启动后生效。")
    assert "\nconfirmed: true" in profile.read_text("utf-8")
    for box in second.locator("#sheet input[type=checkbox]").all():  # this page shows what was before
        box.check()
    second.get_by_role("button", name="确定").click()
    expect(second.locator("#toast")).to_contain_text("别的同事刚刚改过")
    assert "\nconfirmed: true" in profile.read_text("utf-8")


def test_before_an_item_goes_live_its_blast_radius_is_shown(desk_page: DeskPage, site: Site) -> None:
    site.hall.lookup.find("上户口")  # a hall that runs has loaded it long before
    desk = desk_page("zhang")
    desk.goto(f"{site.address}/desk#catalogue/030001")
    desk.reload()
    aliases = desk.get_by_label("老百姓的说法")
    aliases.fill("\n".join(aliases.input_value().splitlines()[1:]) + "\n给新生的娃儿落个户")
    desk.get_by_role("button", name="存成新版本").click()
    expect(desk.locator("#toast")).to_contain_text("还没有启用")
    desk.locator("#catalogue form").get_by_role("button", name="看影响").click()
    desk.get_by_text("句的答案会变").wait_for(timeout=180_000)  # another lookup is built and asked
    live = site.hall.catalogue.get("030001")
    assert live is not None and "给新生的娃儿落个户" not in live.aliases
    desk.locator("#sheet").get_by_role("button", name="启用").click()
    expect(desk.locator("#toast")).to_contain_text("启用了")
    site.wait_for(lambda: "给新生的娃儿落个户" in site.hall.catalogue.get("030001").aliases, "live", 120)  # type: ignore[union-attr]


def test_all_scripts_of_the_desk_together_are_small(desk_page: DeskPage, site: Site) -> None:
    desk = desk_page("zhang")
    for tab in desk.get_by_role("tab").all():
        tab.click()
        expect(desk.locator(f"#{tab.get_attribute('aria-controls')} > *").first).to_be_attached()
    scripts = "performance.getEntriesByType('resource').filter(one => one.name.endsWith('.js'))"
    assert desk.evaluate(f"{scripts}.length") > 20
    assert desk.evaluate(f"{scripts}.reduce((sum, one) => sum + one.decodedBodySize, 0)") < 300_000
