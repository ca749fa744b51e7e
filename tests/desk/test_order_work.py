"""Orders at the window, from runners and for 12345, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.store.outbox import Outgoing
from tests.builders import request_for
from tests.site import Answer, Http, Site
from tests.site_fixtures import PASSWORD

TYPED = {
    "id": "form-0001", "applicant": "王建国", "phone": "13800001234", "item": "给老人送药", "help": "其他帮办",
    "town": "柳林镇", "village": "罐子沟村", "time": "2026-11-24 10:00",
}  # fmt: skip


@pytest.fixture
def desk(site: Site) -> Http:
    http = site.http()
    http.log_in("li", PASSWORD)
    return http


@pytest.fixture
def runner(site: Site) -> Http:
    http = site.http()
    http.enter(site.change(lambda s: site.hall.runners.issue_link(s, "R0001")))
    return http


def post(http: Http, path: str, **body: Any) -> Answer:
    return http("POST", path, body)


def test_an_order_is_taken_at_the_window_once(desk: Http, site: Site) -> None:
    first, again = post(desk, "/desk/orders", **TYPED), post(desk, "/desk/orders", **TYPED)
    assert (first.status, first.body["made"], again.body["made"]) == (200, True, False)
    assert first.body["number"] == again.body["number"]
    assert first.body["history"][0]["actor"] == "小李"
    assert len(site.orders()) == 1


@pytest.mark.parametrize("fault", [{"phone": "123"}, {"id": "x"}, {"town": "东京"}, {"time": "明天"}, {"applicant": 7}])
def test_what_is_typed_wrongly_is_told_and_makes_nothing(desk: Http, site: Site, fault: dict[str, Any]) -> None:
    answer = post(desk, "/desk/orders", **(TYPED | fault))
    assert answer.status == 400
    assert answer.body["error"]["message"].endswith("。")
    assert site.orders() == []


def test_a_case_of_12345_comes_in_and_goes_out(desk: Http) -> None:
    number = post(desk, "/desk/orders", **TYPED, ticket="SC1", ticket_due="2026-11-27").body["number"]
    (listed,) = desk("GET", "/desk/tickets?open=1").body["tickets"]
    assert (listed["ticket"], listed["order"], listed["due_at"]) == ("SC1", number, "2026-11-27T17:00:00+08:00")
    assert desk.act(number, "ticket", answer="已办结。").body["ticket"] == "SC1"
    assert desk("GET", "/desk/tickets?open=1").body["tickets"] == []
    (answered,) = desk("GET", "/desk/tickets").body["tickets"]
    assert (answered["answer"], answered["answered_by"]) == ("已办结。", "小李")


def test_a_runner_brings_an_errand_and_has_it_in_hand(runner: Http, site: Site) -> None:
    typed = {**TYPED, "help": "其他帮办"}
    first, again = post(runner, "/runner/orders", **typed), post(runner, "/runner/orders", **typed)
    assert [order["number"] for order in first.body["orders"]] == [first.body["number"]]
    assert (again.body["made"], len(site.orders())) == (False, 1)


def test_a_runner_logs_a_visit_once(runner: Http) -> None:
    for _ in range(2):
        assert post(runner, "/runner/visits", id="visit-0001", place="罐子沟村3组", people="张大爷").status == 200
    assert len(runner("GET", "/runner/visits").body["visits"]) == 1
    assert post(runner, "/runner/visits", id="visit-0002", place="").status == 400


def test_staff_move_reassign_and_reopen_an_order(desk: Http, site: Site) -> None:
    site.clock.advance(hours=0)
    order = site.change(lambda s: site.hall.orders.place(s, request_for("counter:9", channel="counter"))[0])
    assert desk.act(order.number, "assign", runner="R0001").body["runner"]["number"] == "R0001"
    assert desk.act(order.number, "reassign", runner="R0002").status == 400  # without a reason
    assert desk.act(order.number, "reassign", runner="R0002", reason="病了").body["runner"]["number"] == "R0002"
    moved = desk.act(order.number, "reschedule", time="2026-11-25 15:00", reason="市民改约").body
    assert moved["wish"] == "后天下午3点"
    told = site.change(lambda s: [row.text for row in s.query(Outgoing).filter_by(address="13800001234")])
    assert told[-1].startswith(f"订单{order.number}的安排改了，现在约在后天下午3点，到")
    assert [clock["label"] for clock in moved["clocks"]][:2] == ["接单", "上门取件"]
    assert desk.act(order.number, "reschedule", reason="x").status == 400
    assert desk.act(order.number, "reopen", reason="x").status == 409
    assert desk.act(order.number, "cancel", reason="不办了").body["state"] == "CANCELLED"


def test_what_could_not_be_sent_is_shown_with_its_reason(desk: Http, site: Site) -> None:
    site.change(lambda s: site.hall.orders.place(s, request_for("counter:9", channel="counter")))
    (row, *_) = desk("GET", "/desk/outgoing").body["outgoing"]
    assert (row["told"], row["address"]) == ("未发送（没有线路）", "138****1234")
    assert post(desk, f"/desk/outgoing/{row['id']}/repeat").status == 409


def test_what_is_overdue_is_shown_with_its_post(desk: Http, site: Site) -> None:
    order = site.change(lambda s: site.hall.orders.place(s, request_for("counter:9", channel="counter"))[0])
    desk.act(order.number, "assign", runner="R0001")
    site.clock.advance(days=1, hours=2)
    site.change(site.hall.deadlines.step)
    desk.log_in("li", PASSWORD)  # the login of yesterday is over
    (row,) = desk("GET", "/desk/oversight").body["overdue"]
    assert (row["order"], row["kind_label"], row["post"]) == (order.number, "上门取件", "公安专区首席")
