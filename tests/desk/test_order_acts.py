"""Acts upon orders: nobody overwrites a colleague unseen, a lead officer keeps to the own zone, all of it is kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.store.desk import AuditEntry
from hotline.store.dispatching import Avoidance
from hotline.store.schema import Offer
from hotline.vocabulary import OfferState, OrderAction, OrderState, Role
from tests.builders import request_for
from tests.desk.test_access import NEEDS
from tests.site import Http, Site
from tests.site_fixtures import PASSWORD

ORDER_ACTS = [path.rsplit("10019/")[1] for method, path in NEEDS if method == "POST" and path.startswith("/desk/orders/10019/")]
UNSEEN = ("phone", "photos")  # what only adds, or only shows


def seat(site: Site, login: str) -> Http:
    http = site.http()
    http.log_in(login, PASSWORD)
    return http


def placed(site: Site, **changes: Any) -> str:
    return site.change(lambda s: str(site.hall.orders.place(s, request_for(**changes))[0].number))


def lead(site: Site, login: str, zone: str) -> Http:
    """The lead officer of a zone, logged in."""

    def work(session: Session) -> None:
        site.hall.staff.add(session, login, f"{login}首席", Role.LEAD_OFFICER, PASSWORD)
        site.hall.staff.appoint(session, login, zone)

    site.change(work)
    return seat(site, login)


# --- two browsers


def test_of_two_who_looked_at_the_same_order_the_second_is_told_what_the_first_did(site: Site) -> None:
    first, second, number = seat(site, "li"), seat(site, "zhang"), placed(site)
    seen = second("GET", f"/desk/orders/{number}").body["seen"]
    assert first.act(number, "assign", runner="R0001").status == 200
    late = second("POST", f"/desk/orders/{number}/cancel", {"seen": seen, "reason": "不办了"})
    assert (late.status, late.body["error"]["code"]) == (409, "stale_view")
    assert late.body["error"]["message"] == "别人刚改过：小李人工派单。页面已经更新，请核对后再办。"
    assert site.orders()[0].state is OrderState.ACCEPTED
    assert second.act(number, "cancel", reason="不办了").status == 200  # having seen it


@pytest.mark.parametrize("act", [act for act in ORDER_ACTS if act not in UNSEEN])
def test_no_act_goes_past_what_the_page_saw(site: Site, act: str) -> None:
    number, http = placed(site), seat(site, "li")
    body = {"id": "form-0001", "reason": "x", "runner": "R0001", "time": "2026-11-25 15:00", "answer": "x"}
    assert http("POST", f"/desk/orders/{number}/{act}", {**body, "seen": 0}).body["error"]["code"] == "stale_view"
    unsaid = http("POST", f"/desk/orders/{number}/{act}", body)
    assert (unsaid.status, unsaid.body["error"]["code"]) == (400, "invalid_input")


def test_an_offer_that_comes_and_goes_by_itself_is_no_change(site: Site) -> None:
    number, http = placed(site), seat(site, "li")
    seen = http("GET", f"/desk/orders/{number}").body["seen"]
    site.wait_for(lambda: site.orders()[0].state is OrderState.OFFERED, "an offer")
    assert http("POST", f"/desk/orders/{number}/assign", {"seen": seen, "runner": "R0002"}).status == 200


# --- zones


@pytest.mark.parametrize("act", ORDER_ACTS)
def test_a_lead_officer_does_nothing_to_the_orders_of_another_zone(site: Site, act: str) -> None:
    number, http = placed(site), lead(site, "gong", "medical")
    note = {"id": "form-0001", "from": "市民", "to": "窗口", "papers": [{"name": "房产证"}]}
    answer = http.act(number, act, reason="x", runner="R0001", time="2026-11-25 15:00", answer="x", **note)
    if act == "photos":  # its body is a picture, which is read first
        assert answer.status in (400, 403)
        return
    assert answer.status == 403, act
    assert answer.body["error"]["message"].startswith("这一单归公安")
    assert site.orders()[0].state in (OrderState.PLACED, OrderState.OFFERED)


def test_a_lead_officer_works_for_the_own_zone_and_for_what_has_none(site: Site) -> None:
    http = lead(site, "gong", "police")
    own, none = placed(site), placed(site, key="web:2", zone="", item_code=None)
    for number in (own, none):
        assert http("GET", f"/desk/orders/{number}").body["may_act"] is True
        assert http.act(number, "cancel", reason="市民不办了").status == 200


def test_a_lead_officer_without_a_post_has_no_zone(site: Site) -> None:
    site.change(lambda s: site.hall.staff.add(s, "gong", "公首席", Role.LEAD_OFFICER, PASSWORD))
    number, http = placed(site), seat(site, "gong")
    assert http.act(number, "cancel", reason="x").status == 403


def test_a_lead_officer_takes_away_the_orders_of_the_own_zone_only(site: Site) -> None:
    placed(site)
    placed(site, key="web:2", applicant_name="李四", zone="medical", item_code=None)
    table = lead(site, "gong", "medical")("GET", "/desk/order-export.csv").body
    assert "李四" in table and "王," not in table
    assert "王," in seat(site, "zhang")("GET", "/desk/order-export.csv").body


# --- kept with what was done


def test_what_cannot_be_kept_is_not_done(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    number, http = placed(site), seat(site, "li")

    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(site.hall.audit, "note", full)
    assert http.act(number, "cancel", reason="不办了").status == 500
    shown = http("POST", f"/desk/orders/{number}/phone", {})
    assert shown.status == 500 and "13800001234" not in str(shown.body)
    assert site.orders()[0].state in (OrderState.PLACED, OrderState.OFFERED)


def test_what_was_refused_is_not_kept(site: Site) -> None:
    number, http = placed(site), seat(site, "li")
    assert http.act(number, "cancel").status == 400
    assert site.change(lambda s: s.query(AuditEntry).count()) == 0


def test_a_new_order_is_kept_by_its_number(site: Site) -> None:
    typed = {
        "id": "form-0001", "applicant": "王建国", "phone": "13800001234", "item": "给老人送药", "help": "其他帮办",
        "town": "柳林镇", "time": "2026-11-24 10:00",
    }  # fmt: skip
    number = seat(site, "li")("POST", "/desk/orders", typed).body["number"]
    (kept,) = seat(site, "zhang")("GET", "/desk/audit").body["entries"]
    assert (kept["who"], kept["subject"], kept["subject_id"]) == ("小李", "orders", number)


# --- 利害关系回避


def asked_now(site: Site) -> set[str]:
    """The runners who think about an offer."""
    return site.change(lambda s: {offer.runner.number for offer in s.query(Offer).filter_by(state=OfferState.OPEN)})


def test_a_cousin_who_has_the_order_gives_it_up_for_good(site: Site) -> None:
    number, http = placed(site), seat(site, "li")
    http.act(number, "assign", runner="R0001")
    assert http.act(number, "interest", runner="R0001").status == 400  # without saying why
    told = http.act(number, "interest", runner="R0001", reason="申请人的表哥").body
    assert told["runner"] is None
    assert "赵大勇R0001回避：申请人的表哥" in [event["reason"] for event in told["history"]]
    site.wait_for(lambda: asked_now(site) == {"R0002"}, "only the other one is asked")
    assert site.change(lambda s: s.query(Avoidance).one().noted_by) == "小李"


def test_who_was_taken_for_a_cousin_by_mistake_is_asked_again(site: Site) -> None:
    number, http = placed(site), seat(site, "li")
    told = http.act(number, "interest", runner="R0001", reason="申请人的表哥").body
    assert told["avoided"] == [{"number": "R0001", "name": "赵大勇", "reason": "申请人的表哥", "by": "小李"}]
    assert http.act(number, "no-interest", runner="R0001").status == 400  # without saying why
    refused = http.act(number, "no-interest", runner="R0002", reason="认错了人")
    assert (refused.status, refused.body["error"]["message"]) == (404, "钱小兰R0002没有登记回避这位市民。")
    told = http.act(number, "no-interest", runner="R0001", reason="认错了人，是同名的").body
    assert told["avoided"] == [] and told["history"][-1]["reason"] == "赵大勇R0001不用回避：认错了人，是同名的"
    another = placed(site, key="web:4")
    site.wait_for(lambda: "R0001" in asked_now(site), f"R0001 is asked about {another} like everybody else")
    acts = [entry["act"] for entry in seat(site, "zhang")("GET", "/desk/audit").body["entries"]]
    assert acts[:2] == ["撤回回避", "利害关系回避"]


def test_a_cousin_who_is_asked_is_asked_no_more(site: Site) -> None:
    number, http = placed(site, key="web:3"), seat(site, "li")
    site.wait_for(lambda: bool(asked_now(site)), "an offer")
    asked = min(asked_now(site))
    assert http.act(number, "interest", runner=asked, reason="亲戚").status == 200
    states = site.change(lambda s: [o.state for o in s.query(Offer) if o.runner.number == asked])
    assert states == [OfferState.WITHDRAWN]
    site.wait_for(lambda: asked_now(site) == {"R0001", "R0002"} - {asked}, "the other one is asked")


def test_who_has_the_papers_keeps_them_until_somebody_else_is_named(site: Site) -> None:
    number, http = placed(site), seat(site, "li")
    http.act(number, "assign", runner="R0001")
    site.change(lambda s: site.hall.orders.move(
        s, site.hall.orders.get(s, number, lock=True), OrderAction.COLLECT, actor="R0001"))  # fmt: skip
    told = http.act(number, "interest", runner="R0001", reason="亲戚").body
    assert told["runner"]["number"] == "R0001"
    assert "请改派" in told["history"][-1]["reason"]
