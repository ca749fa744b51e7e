"""Every way in makes the same order: typed at the window, from a list, from 12345, by a runner."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy.orm import Session

from hotline.catalogue.catalogue import Catalogue, parse_item
from hotline.clock import LOCAL
from hotline.divisions import read_divisions
from hotline.errors import (
    AlreadyOrdered,
    HotlineError,
    InvalidInput,
    ListRefused,
    NotFound,
    TransitionRefused,
)
from hotline.order_forms import FIELDS, OrderForms, read_time
from hotline.order_lists import import_list, read_list
from hotline.store import Database
from hotline.store.deadlines import Deadline
from hotline.store.schema import ErrandOrder
from hotline.tickets import Tickets
from hotline.visits import Visits
from hotline.vocabulary import ApplicantKind, DeadlineKind, HelpKind, Level, OrderAction, OrderState
from tests.builders import GUANZIGOU, PROFILE, Core, at_once, order_in, request_for, runner

S, A = OrderState, OrderAction


def item(code: str, name: str, **more: object) -> object:
    return parse_item(
        {
            "code": code, "name": name, "parent": "", "variant": "新办", "type": "公共服务", "zone": "police",
            "department": "区公安分局", "window_group": "户籍", "audience": "个人", "provenance": "compiled", **more,
        }
    )  # fmt: skip


CATALOGUE = Catalogue(
    [
        item("030001", "出生登记", materials=["出生医学证明/原件", "居民户口簿/复印件"]),  # type: ignore[list-item]
        item("030002", "死亡登记", help="ON_BEHALF"),  # type: ignore[list-item]
        item("030003", "居住证", levels=["district", "town"], confirmed=True),  # type: ignore[list-item]
        item("030004", "开证明"),  # type: ignore[list-item]
        item("030005", "开证明", variant="变更"),  # type: ignore[list-item]
        item("030006", "老字号", audience="都可"),  # type: ignore[list-item]
    ],
    PROFILE,
)
TYPED = {
    "applicant": "王建国", "phone": "138 0000 1234", "item": "出生登记", "town": "柳林镇", "village": "罐子沟村",
    "place": "小卖部旁边", "time": "2026-11-24 10:00",
}  # fmt: skip


@dataclass
class Desk:
    """Forms and intake over one transaction."""

    core: Core
    session: Session

    def __post_init__(self) -> None:
        self.forms = OrderForms(lambda: CATALOGUE, read_divisions(), PROFILE, self.core.clock)
        self.tickets = Tickets(self.core.deadlines, self.core.clock)

    def type(self, key: str = "counter:1", **fields: str) -> ErrandOrder:
        typed = TYPED | fields
        request = self.forms.request(typed, key=key, channel="counter", placed_by="小李")
        return self.core.intake.take(self.session, request, ticket=self.forms.ticket(typed))[0]

    def load(self, file: Path) -> tuple[list[ErrandOrder], list[ErrandOrder]]:
        return import_list(
            self.session, read_list(file), forms=self.forms, intake=self.core.intake, placed_by="导入"
        )


@pytest.fixture
def desk(core: Core, session: Session) -> Desk:
    return Desk(core, session)


# --- typed at the window


def test_what_is_typed_at_the_window_is_an_order_like_one_from_the_chat(desk: Desk) -> None:
    order = desk.type(contact="李芳（女儿）", for_whom="母亲", more_items="居住证", notes="腿脚不便")
    assert (order.applicant_name, order.contact_name, order.contact_phone) == ("王建国", "李芳（女儿）", "13800001234")
    assert (order.item_code, order.zone, order.help, order.for_whom) == ("030001", "police", HelpKind.ASSIST, "母亲")
    assert order.more_items == [{"code": "030003", "name": "居住证"}]
    assert (order.place_code, order.place_text) == (GUANZIGOU, "柳林镇罐子沟村小卖部旁边")
    assert order.materials == ["出生医学证明", "居民户口簿"]
    assert order.wish_from == datetime(2026, 11, 24, 10, tzinfo=LOCAL)
    assert (order.level, order.handling_place) == (Level.DISTRICT, "恩阳区市民之家")
    assert (order.events[0].actor, order.events[0].reason) == ("小李", "counter")


def test_whether_an_enterprise_applies_is_typed_or_follows_from_the_item(desk: Desk) -> None:
    assert desk.type().applicant_kind is ApplicantKind.PERSON  # whom the item is for
    typed = desk.type("counter:2", applicant_kind="企业", phone="13800000002")
    assert typed.applicant_kind is ApplicantKind.ENTERPRISE
    for_both = desk.type("counter:3", item="老字号", phone="13800000003")
    assert for_both.applicant_kind is None


def test_the_town_is_chosen_only_where_somebody_stands_for_it(desk: Desk) -> None:
    assert desk.type(item="居住证").level is Level.TOWN
    assert desk.type("counter:2", item="居住证", level="区市民之家", phone="13800000002").level is Level.DISTRICT


def test_the_same_form_sent_twice_is_one_order(desk: Desk) -> None:
    assert desk.type() is desk.type()


@pytest.mark.parametrize(
    ("fields", "wording"),
    [
        ({"applicant": " "}, "“申请人”是空的。"),
        ({"phone": "1380000123"}, "电话号码是10位，手机号应当是11位，请再说一遍。"),
        ({"item": "上天"}, "目录里没有“上天”这个事项；不是目录里的事，“帮办方式”请写“其他帮办”。"),
        ({"item": "开证明"}, "叫“开证明”的事项有2个，请写编码：030004、030005。"),
        ({"help": "代办"}, "“出生登记”的帮办方式是帮办，不能写成代办。"),
        ({"help": "包办"}, "“帮办方式”写的是“包办”，应当是帮办、代办、上门、本人到场、其他帮办之一。"),
        ({"town": "东京"}, "没有叫“东京”的镇或街道。"),
        ({"village": "外村"}, "柳林镇没有叫“外村”的村或社区。"),
        ({"town": "", "village": "", "place": ""}, "“镇（街道）”和“详细地点”都是空的，跑手不知道去哪里。"),
        ({"time": "明天"}, "“上门时间”写的是“明天”，应当像 2026-11-24 10:00 这样写。"),
        ({"time": "2026-02-30 10:00"}, "“上门时间”写的是“2026-02-30 10:00”，应当像 2026-11-24 10:00 这样写。"),
        ({"time": "2026-11-20 10:00"}, "“上门时间”已经过了。"),
        ({"more_items": "上天"}, "“其他事项”里的“上天”目录里没有。"),
        ({"level": "省"}, "“办理层级”写的是“省”，应当是区市民之家、园区大厅、镇（街道）便民服务中心、村（社区）便民服务站之一。"),
        ({"ticket": "T1"}, "“12345编号”和“办结期限”要一起填。"),
        ({"applicant": "王" * 65}, "“申请人”太长了，最多64个字。"),
        ({"applicant_kind": "神仙"}, "“申请人类别”写的是“神仙”，应当是个人、企业之一。"),
        ({"notes": "长" * 4001}, "“备注”太长了，最多4000个字。"),
    ],
)
def test_every_fault_is_told_by_its_column_and_makes_no_order(desk: Desk, fields: dict[str, str], wording: str) -> None:
    with pytest.raises(HotlineError) as refused:
        desk.type(**fields)
    assert refused.value.wording == wording
    assert desk.session.query(ErrandOrder).count() == 0


@pytest.mark.parametrize("text", ["2026-11-24 10:00", "2026/11/24 10:00:00", "2026年11月24日10点", "2026.11.24 10:00"])
def test_a_time_is_written_in_many_ways(text: str) -> None:
    assert read_time(text, "上门时间") == datetime(2026, 11, 24, 10, tzinfo=LOCAL)


def test_an_errand_that_is_no_item_goes_to_the_desk(desk: Desk) -> None:
    order = desk.type(item="给老人送药", help="其他帮办")
    assert (order.state, order.item_name, order.item_code) == (S.ESCALATED, "其他帮办：给老人送药", None)


# --- no double


def test_a_second_order_for_the_same_is_shown_and_made_only_when_staff_insist(desk: Desk) -> None:
    first = desk.type()
    with pytest.raises(AlreadyOrdered) as refused:
        desk.type("counter:2", applicant="王")
    assert first.number in refused.value.wording
    assert desk.type("counter:3", for_whom="孙子") is not first  # another child of the family
    request = desk.forms.request(TYPED, key="counter:4", channel="counter", placed_by="小李")
    order, made = desk.core.intake.take(desk.session, request, allow_double=True)
    assert made and order is not first


def test_two_halls_take_the_same_wish_at_once_and_one_order_comes_of_it(core: Core, database: Database) -> None:
    keys = iter([f"web:{n}" for n in range(8)])
    results = at_once(database, 8, lambda session: core.intake.take(session, request_for(next(keys))))
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] == [AlreadyOrdered] * 7
    with database.read() as session:
        assert session.query(ErrandOrder).count() == 1


# --- lists and 12345

Write = Callable[[list[dict[str, str]]], Path]
ROW = {FIELDS[name]: value for name, value in TYPED.items()}


@pytest.fixture(params=["utf-8-sig", "gb18030", "xlsx"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Write:
    def to_file(rows: list[dict[str, str]]) -> Path:
        columns = list(dict.fromkeys(name for row in rows for name in row))
        lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
        if request.param == "xlsx":
            file = tmp_path / "list.xlsx"
            book = openpyxl.Workbook()
            for line in lines:
                book.worksheets[0].append(line)
            book.save(file)
            return file
        file = tmp_path / "list.csv"
        with file.open("w", encoding=request.param, newline="") as target:
            csv.writer(target).writerows(lines)
        return file

    return to_file


def test_a_list_makes_an_order_of_each_row_and_twice_is_once(desk: Desk, write: Write) -> None:
    rows = [ROW, ROW | {"申请人": "李芳", "电话": "13800005678", "事项": "030003"}]
    made, known = desk.load(write(rows))
    assert ([order.applicant_name for order in made], known) == (["王建国", "李芳"], [])
    desk.core.clock.advance(days=3)  # their time is over, they are still known
    again, known = desk.load(write(rows))
    assert (again, known) == ([], made)


def test_one_faulty_row_and_nothing_is_imported(core: Core, database: Database, write: Write) -> None:
    rows = [ROW, ROW | {"电话": "123"}, ROW | {"事项": "上天", "电话": "13800005678"}, ROW, ROW | {"申请人": "王"}]
    with pytest.raises(ListRefused) as refused, database.begin() as session:
        Desk(core, session).load(write(rows))
    told = refused.value.wording.splitlines()
    assert told[0] == "名单有误，没有导入任何一单："
    assert told[1].startswith("第3行：电话号码是3位")
    assert told[2].startswith("第4行：目录里没有“上天”")
    assert told[3] == "第5行：和第2行重复。"
    assert told[4].startswith("第6行：这件事您已经有订单")
    with database.read() as session:
        assert session.query(ErrandOrder).count() == 0


def test_a_list_without_its_columns_or_rows_is_refused(desk: Desk, write: Write, tmp_path: Path) -> None:
    with pytest.raises(ListRefused, match="list_refused") as refused:
        desk.load(write([{"申请人": "王"}]))
    assert refused.value.wording.startswith("名单缺少列：电话、事项、上门时间。")
    with pytest.raises(InvalidInput):
        desk.load(tmp_path / "nowhere.csv")
    (tmp_path / "broken.xlsx").write_bytes(b"no table")
    with pytest.raises(InvalidInput):
        desk.load(tmp_path / "broken.xlsx")


def test_a_case_of_12345_enters_and_leaves_with_its_number_and_deadline(desk: Desk, write: Write) -> None:
    row = ROW | {"12345编号": "SC20261123001", "办结期限": "2026-11-27"}
    ((order,), _) = desk.load(write([row]))
    assert (order.channel, order.key) == ("12345", "12345:SC20261123001")
    ticket = desk.tickets.of_order(desk.session, order)
    assert ticket and ticket.due_at == datetime(2026, 11, 27, 17, tzinfo=LOCAL)
    (row_due,) = desk.session.query(Deadline).filter_by(kind=DeadlineKind.TICKET)
    assert row_due.due_at == ticket.due_at
    with pytest.raises(InvalidInput):
        desk.tickets.answer(desk.session, order, "", actor="小李")
    desk.tickets.answer(desk.session, order, "已上门收取材料，办结。", actor="小李")
    assert row_due.met is True
    assert desk.tickets.listed(desk.session, open_only=True) == []
    assert [ticket.number for ticket in desk.tickets.listed(desk.session, open_only=False)] == ["SC20261123001"]
    with pytest.raises(NotFound):
        desk.tickets.answer(desk.session, order_in(desk.session, S.PLACED, "x"), "好", actor="小李")


# --- runners


def test_an_errand_met_on_the_road_is_carried_by_who_met_it(desk: Desk) -> None:
    someone = runner("R0001")
    desk.session.add(someone)
    desk.session.flush()
    request = request_for("runner:1", channel="runner", placed_by="R0001")
    for _ in range(2):  # the phone sent it twice
        order, _ = desk.core.intake.take_from_runner(desk.session, request, someone)
    assert (order.state, order.runner_id) == (S.ACCEPTED, someone.id)
    assert [(event.actor, event.action) for event in order.events] == [("R0001", "place"), ("R0001", "assign")]


def test_a_visit_is_logged_once(core: Core, session: Session) -> None:
    visits, someone = Visits(core.clock), runner("R0001")
    session.add(someone)
    session.flush()
    for _ in range(2):
        visits.log(session, someone, key="v1", place="罐子沟村3组", people="张大爷家", notes="医保卡要换")
    with pytest.raises(InvalidInput):
        visits.log(session, someone, key="v2", place="")
    with pytest.raises(InvalidInput):
        visits.log(session, someone, key="v3", place="村口", at=core.clock() + timedelta(hours=1))
    (visit,) = visits.of_runner(session, someone, since=core.clock() - timedelta(days=7))
    assert visit.people == "张大爷家"


# --- changes of an order that runs


def carried(desk: Desk, state: OrderState = S.ACCEPTED) -> ErrandOrder:
    desk.session.add_all([runner("R0001", name="赵大勇"), runner("R0002", name="钱小兰", phone="13900000002")])
    desk.session.flush()
    order = order_in(desk.session, state, channel="phone")
    order.runner_id = desk.core.runners.get(desk.session, "R0001").id
    desk.session.flush()
    return order


def test_another_time_is_told_to_the_runner_and_moves_the_clock(desk: Desk) -> None:
    order = carried(desk)
    desk.core.service_levels.expect_collection(desk.session, order)
    later = order.wish_from + timedelta(days=1)
    desk.core.changes.reschedule(
        desk.session, order, actor="市民", reason="时间改了", wish_from=later, wish_to=later + timedelta(minutes=30)
    )
    told = [row for row in desk.core.outbox.unsettled(desk.session) if row.address == "13900000001"]
    assert [row.text for row in told] == [
        f"订单{order.number}有改动，现在约在后天上午10点。详情看跑手页；去不了就在页面上退回改派。"
    ]
    (row,) = desk.core.deadlines.running(desk.session, order, DeadlineKind.COLLECT)
    assert row.due_at == later + timedelta(hours=1)
    with pytest.raises(InvalidInput):
        past = desk.core.clock() - timedelta(days=1)
        desk.core.changes.reschedule(desk.session, order, actor="市民", reason="", wish_from=past, wish_to=past)


@pytest.mark.parametrize("state", [S.ACCEPTED, S.COLLECTED, S.SUBMITTED, S.SUPPLEMENT, S.COMPLETED])
def test_another_runner_goes_on_where_the_first_one_was(desk: Desk, state: OrderState) -> None:
    order, before = carried(desk, state), ""
    before = order.door_code
    new = desk.core.runners.get(desk.session, "R0002")
    with pytest.raises(InvalidInput):
        desk.core.changes.reassign(desk.session, order, new, actor="小李", reason="")
    desk.core.changes.reassign(desk.session, order, new, actor="小李", reason="生病了")
    assert (order.state, order.runner.name) == (state, "钱小兰")
    assert order.door_code != before
    assert (order.events[-1].action, order.events[-1].reason) == ("reassign", "R0001改成R0002：生病了")
    told = desk.core.outbox.unsettled(desk.session)[-1].text
    assert "现在是钱小兰" in told and (order.door_code in told) is (state is S.ACCEPTED)
    with pytest.raises(InvalidInput):
        desk.core.changes.reassign(desk.session, order, new, actor="小李", reason="再来")


def test_an_order_that_waits_is_simply_assigned(desk: Desk) -> None:
    order = carried(desk, S.ESCALATED)
    order.runner_id = None
    desk.core.changes.reassign(
        desk.session, order, desk.core.runners.get(desk.session, "R0002"), actor="小李", reason=""
    )
    assert (order.state, order.events[-1].action) == (S.ACCEPTED, "assign")


def test_after_ten_days_a_new_order_is_wanted(desk: Desk) -> None:
    order = carried(desk, S.COMPLETED)
    desk.core.orders.move(desk.session, order, A.DELIVER, actor="R0001")
    with pytest.raises(InvalidInput):
        desk.core.changes.reopen(desk.session, order, actor="小李", reason="")
    desk.core.clock.advance(days=10)
    with pytest.raises(TransitionRefused) as refused:
        desk.core.changes.reopen(desk.session, order, actor="小李", reason="名字错了")
    assert "超过10天" in refused.value.wording
    desk.core.clock.advance(seconds=-1)
    desk.core.changes.reopen(desk.session, order, actor="小李", reason="名字错了")
    assert (order.state, order.runner_id) == (S.REOPENED, None)
