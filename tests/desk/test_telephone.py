"""The telephone at the desk rings the hall as the line does, for those who may, while the hall is a demonstration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.store.calls import PhoneCall
from hotline.store.schema import Staff
from tests.site import Http, Site
from tests.site_fixtures import PASSWORD


def takes_calls(session: Session) -> None:
    """Zhang is rung for callers who want a person."""
    zhang = session.query(Staff).filter_by(login="zhang").one()
    zhang.phone, zhang.takes_calls = "13900000008", True


@pytest.fixture
def desk(site: Site) -> Http:
    """Xiao Li of the hotline."""
    http = site.http()
    http.log_in("li", PASSWORD)
    return http


def rings(desk: Http, number: str = "13800001234") -> dict[str, Any]:
    answer = desk("POST", "/desk/telephone", {"number": number})
    assert answer.status == 200, answer.body
    return answer.body


def does(desk: Http, call: str, act: str, text: str = "", **more: Any) -> Any:
    return desk("POST", f"/desk/telephone/{call}", {"act": act, "text": text, **more})


@pytest.mark.parametrize("relay", [False, True])
def test_an_order_by_words_and_keys(site: Site, desk: Http, relay: bool) -> None:
    site.hall.settings = replace(site.hall.settings, call_relay=relay)
    rung = rings(desk)
    assert "机器人" in rung["says"]
    assert "按1，对，下单" in does(desk, rung["call"], "say", "娃儿要上户口").body["says"]
    assert "订单号" in does(desk, rung["call"], "press", "1").body["says"]
    assert does(desk, rung["call"], "hang-up").body["over"] is True
    assert does(desk, rung["call"], "say", "还在不在").status == 404
    assert len(site.orders()) == 1
    with site.hall.database.read() as session:
        assert [(call.number, call.state.value) for call in session.query(PhoneCall)] == [("13800001234", "ENDED")]


def test_what_is_misheard_is_shown(desk: Http) -> None:
    rung = rings(desk, "")
    answer = does(desk, rung["call"], "say", "我想问一下你们上午几点钟开门", noise=1).body
    assert answer["heard"] != "我想问一下你们上午几点钟开门" and "您说的是" in answer["says"]


def test_a_person_is_rung_and_both_sides_are_played(site: Site, desk: Http) -> None:
    site.change(takes_calls)
    rung = rings(desk)
    assert does(desk, rung["call"], "press", "0").body["rings"].endswith("13900000008")
    assert "尾号1234" in does(desk, rung["call"], "answer").body["says"]
    assert does(desk, rung["call"], "key", "1").body["rings"] == "connected"
    assert does(desk, rung["call"], "done").body["over"] is True


@pytest.mark.parametrize(
    "body", [{"act": "say"}, {"act": "press", "text": "abc"}, {"act": "dance"}, {"act": "say", "text": "你好", "noise": 2}, {"act": 1}]
)
def test_what_makes_no_sense_is_said_so_and_the_call_stands(desk: Http, body: dict[str, Any]) -> None:
    rung = rings(desk)
    answer = desk("POST", f"/desk/telephone/{rung['call']}", body)
    assert answer.status == 400 and answer.body["error"]["message"].endswith("。")
    assert "您说的是：你好" in does(desk, rung["call"], "say", "你好").body["says"]


def test_a_call_belongs_to_who_made_it(site: Site, desk: Http) -> None:
    rung = rings(desk)
    other = site.http()
    other.log_in("zhang", PASSWORD)
    assert does(other, rung["call"], "say", "你好").status == 404


def test_a_confirmed_hall_has_no_rehearsals(site: Site, desk: Http) -> None:
    site.hall.profile = replace(site.hall.profile, confirmed=True)
    answer = desk("POST", "/desk/telephone", {"number": ""})
    assert answer.status == 403 and "真的电话" in answer.body["error"]["message"]


def test_a_bad_number_is_refused(desk: Http) -> None:
    assert desk("POST", "/desk/telephone", {"number": "12ab"}).status == 400
