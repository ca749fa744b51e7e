"""What the runner's page asks of the hall beside offers and steps: each act once, hours, the desk, the record."""

from __future__ import annotations

import pytest

from hotline.notice_words import RUNNERS
from hotline.store.schema import Conversation, OrderEvent, Staff
from hotline.vocabulary import ConversationState, OrderAction, OrderState
from tests.builders import request_for
from tests.site import Http, Site
from tests.site_fixtures import site

__all__ = ["site"]


@pytest.fixture
def phone(site: Site) -> Http:
    """The phone of R0001."""
    return enter(site, "R0001")


def enter(site: Site, number: str) -> Http:
    http = site.http()
    http.enter(site.change(lambda s: site.hall.runners.issue_link(s, number)))
    return http


def carried(site: Site, number: str = "R0001") -> str:
    """An order that this runner carries."""

    def work(session):  # type: ignore[no-untyped-def]
        order, _ = site.hall.orders.place(session, request_for(materials=["户口簿"]))
        site.hall.dispatch.assign(session, order, site.hall.runners.get(session, number), actor="小李")
        return order.number

    return str(site.change(work))


def steps(site: Site, action: OrderAction) -> list[OrderEvent]:
    return site.change(lambda s: s.query(OrderEvent).filter_by(action=action.value).all())


def test_a_step_that_comes_again_after_others_is_not_made_again(site: Site, phone: Http) -> None:
    path = f"/runner/orders/{carried(site)}"
    for action, act in (("COLLECT", "act-00001"), ("SUBMIT", "act-00002")):
        assert phone("POST", f"{path}/{action}", {"id": act}).status == 200
    phone("POST", f"{path}/REQUIRE_SUPPLEMENT", {"id": "act-00003", "reason": "缺签字"})
    again = phone("POST", f"{path}/SUBMIT", {"id": "act-00002", "waited": 600})
    assert again.status == 200
    assert again.body["orders"][0]["state"] == OrderState.SUPPLEMENT.value
    assert len(steps(site, OrderAction.SUBMIT)) == 1


def test_a_step_made_long_ago_says_so(site: Site, phone: Http) -> None:
    number = carried(site)
    phone("POST", f"/runner/orders/{number}/COLLECT", {"id": "act-00001", "waited": 900})
    assert [event.reason for event in steps(site, OrderAction.COLLECT)] == ["当时没有网，15分钟后才报上来"]


def test_a_refused_step_may_be_tried_again_under_its_id(site: Site, phone: Http) -> None:
    number = carried(site, "R0002")
    path, act = f"/runner/orders/{number}/COLLECT", {"id": "act-00001"}
    assert phone("POST", path, act).status == 404
    assert enter(site, "R0002")("POST", path, act).status == 200  # each phone counts its own


@pytest.mark.parametrize("waited", [-1, True, "900", 10**9])
def test_a_wait_that_cannot_be_is_no_wait(site: Site, phone: Http, waited: object) -> None:
    phone("POST", f"/runner/orders/{carried(site)}/COLLECT", {"id": "act-00001", "waited": waited})
    assert steps(site, OrderAction.COLLECT)[0].reason == ""


def test_a_question_goes_to_a_person_and_not_to_the_assistant(site: Site, phone: Http) -> None:
    number = carried(site)
    for _ in range(2):  # the answer got lost
        told = phone("POST", "/runner/talk", {"id": "words-0001", "text": "窗口关门了", "order": number}).body["talk"]
    assert [(said["sender"], said["text"]) for said in told["messages"]] == [("ME", f"（订单{number}）窗口关门了")]
    assert told["waiting"] is True
    talk = site.change(lambda s: s.query(Conversation).filter_by(channel=RUNNERS).one())
    assert (talk.state, talk.reason) == (ConversationState.WAITING, "跑手R0001赵大勇找工作台")
    assert site.change(lambda s: site.hall.conversations.owed(s)) == []

    def answer(session):  # type: ignore[no-untyped-def]
        li = session.get_one(Staff, 1)
        site.hall.conversations.take_over(session, talk.id, li)
        site.hall.conversations.reply(session, talk.id, li, "下午两点再去。")

    site.change(answer)
    told = phone("GET", "/runner/state").body["talk"]
    assert (told["messages"][-1]["author"], told["messages"][-1]["text"]) == ("小李", "下午两点再去。")
    assert enter(site, "R0002")("GET", "/runner/state").body["talk"]["messages"] == []


def test_an_empty_question_says_what_is_missing(phone: Http) -> None:
    answer = phone("POST", "/runner/talk", {"id": "words-0001", "text": "  "})
    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_input")


def test_hours_are_declared_and_read_back(phone: Http) -> None:
    week = [[["09:00", "12:00"], ["14:00", "17:00"]]] * 5 + [[["08:00", "10:30"]], []]
    told = phone("POST", "/runner/hours", {"week": week}).body
    assert told["words"] == "周一至周五 09:00-12:00；周一至周五 14:00-17:00；周六 08:00-10:30"
    assert phone("GET", "/runner/hours").body["week"] == week
    assert phone("POST", "/runner/hours", {"week": []}).body == {"week": [[]] * 7, "words": ""}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ([["17:00", "09:00"]], "结束要在开始之后"), ([["09:00", "12:00"], ["11:00", "13:00"]], "重叠"),
        ([["9点", "12点"]], "应当像"), ([["09:00"]], "读不出来"), ([], "一个时段也没有填"),
    ],
)  # fmt: skip
def test_faulty_hours_change_nothing(phone: Http, day: list[list[str]], words: str) -> None:
    answer = phone("POST", "/runner/hours", {"week": [day, [], [], [], [], [], []]})
    assert answer.status == 400
    assert words in answer.body["error"]["message"]
    assert phone("GET", "/runner/hours").body["words"] == ""


def test_the_record_names_no_citizen(site: Site, phone: Http) -> None:
    number = carried(site)
    for action in ("COLLECT", "SUBMIT", "COMPLETE", "DELIVER"):
        phone("POST", f"/runner/orders/{number}/{action}", {"id": f"act-{action}"})
    site.clock.advance(hours=2)
    record = phone("GET", "/runner/record").body
    assert record["month"] == {"offers": 0, "accepted": 0, "delivered": 1, "hours": 2.0}
    assert [(order["number"], order["state_label"]) for order in record["orders"]] == [(number, "已送达")]
    assert set(record["orders"][0]) == {"number", "item", "town", "state_label", "at", "stars"}
    assert enter(site, "R0002")("GET", "/runner/record").body["orders"] == []


def test_why_an_offer_came_to_one_and_not_to_the_other(site: Site, phone: Http) -> None:
    site.change(lambda s: site.hall.orders.place(s, request_for()))
    site.wait_for(lambda: site.orders()[0].state is OrderState.OFFERED, "offer")
    [mine] = phone("GET", "/runner/why").body["rounds"]
    [theirs] = enter(site, "R0002")("GET", "/runner/why").body["rounds"]
    assert (mine["asked"], mine["reasons"][0]) == (True, "派给了您")
    assert (theirs["asked"], theirs["reasons"][0]) == (False, "排在第2位，先问了前面的1位")


def test_an_errand_met_now_needs_no_time(site: Site, phone: Http) -> None:
    met = {"applicant": "李桂芳", "phone": "13800005678", "item": "修水管", "help": "其他帮办", "town": "柳林镇", "village": "", "place": "3组"}
    made = phone("POST", "/runner/orders", {**met, "id": "form-00001"})
    assert (made.status, made.body["made"]) == (200, True), made.body
    assert made.body["orders"][0]["item"] == "其他帮办：修水管"
    assert phone("POST", "/runner/orders", {**met, "id": "form-00001"}).body["made"] is False


def test_the_places_to_choose_from(phone: Http) -> None:
    told = phone("GET", "/runner/places?town=%E6%9F%B3%E6%9E%97%E9%95%87").body
    assert told["own"] == "柳林镇" and "罐子沟村" in told["villages"] and "登科街道" in told["towns"]
