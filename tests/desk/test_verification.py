"""核实 at the desk: who sees the tasks, who answers them, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.vocabulary import Role
from tests.site import Http, Site
from tests.site_fixtures import PASSWORD

CODE = "030002"
ANSWER: dict[str, Any] = {"materials": ["居民身份证/原件"], "fee": "不收费", "window_group": "交通违法", "promised_days": 0}


@pytest.fixture
def confirmed(site: Site) -> Iterator[Site]:
    """A hall whose administrator confirmed its profile, with two lead officers, and one question asked."""
    object.__setattr__(site.hall.profile, "confirmed", True)

    def work(session: Session) -> None:
        for login, name, zone in (("gong", "公首席", "police"), ("min", "民首席", "civil")):
            site.hall.staff.add(session, login, name, Role.LEAD_OFFICER, PASSWORD)
            site.hall.staff.appoint(session, login, zone)
        item = site.hall.catalogue.get(CODE)
        assert item is not None
        site.hall.verifications.ask(session, item, site.hall.conversations.start(session, "web").id)

    site.change(work)
    yield site


def seat(site: Site, login: str) -> Http:
    http = site.http()
    assert http.log_in(login, PASSWORD).status == 200
    return http


def test_everybody_at_the_desk_sees_the_tasks_and_whose_they_are(confirmed: Site) -> None:
    for login, mine in (("gong", True), ("min", False), ("zhang", True), ("li", False), ("kan", False)):
        (task,) = seat(confirmed, login)("GET", "/desk/verification").body["tasks"]
        assert (task["code"], task["mine"], task["waiting"], task["overdue"]) == (CODE, mine, 1, False), login
        assert task["lead_officer"] == "公安专区首席"


def test_a_task_shows_what_is_written_now_and_the_windows_to_choose_from(confirmed: Site) -> None:
    gong = seat(confirmed, "gong")
    (task,) = gong("GET", "/desk/verification").body["tasks"]
    detail = gong("GET", f"/desk/verification/{task['id']}").body
    item = confirmed.hall.catalogue.get(CODE)
    assert item is not None
    assert detail["now"]["window_group"] == item.window_group in detail["window_groups"]
    assert len(detail["now"]["materials"]) == len(item.materials)
    assert gong("GET", "/desk/verification/99").status == 404


def test_the_zones_lead_officer_answers_once(confirmed: Site) -> None:
    gong = seat(confirmed, "gong")
    (task,) = gong("GET", "/desk/verification").body["tasks"]
    path = f"/desk/verification/{task['id']}/answer"
    assert seat(confirmed, "min")("POST", path, ANSWER).body["error"]["message"] == "这一项由公安专区首席核实。"
    for login in ("li", "kan"):
        assert seat(confirmed, login)("POST", path, ANSWER).status == 403
    faulty = gong("POST", path, ANSWER | {"fee": ""})
    assert faulty.status == 400 and "请写明费用" in faulty.body["error"]["message"]
    assert gong("POST", path, ANSWER).body == {"tasks": []}
    assert gong("POST", path, ANSWER).body["error"]["code"] == "already_verified"
    (done,) = gong("GET", "/desk/verification?answered=1").body["tasks"]
    assert done["answered_by"] == "公首席"
    with confirmed.hall.database.read() as session:
        live = confirmed.hall.versions.live_number(session)
        assert live is not None
        item = confirmed.hall.versions.read(session, live).get(CODE)
        assert item is not None and item.confirmed and item.fee == "不收费"


def test_the_lead_officer_sees_what_citizens_asked_and_answers_it(confirmed: Site) -> None:
    asked = "没扯结婚证能上户口不"
    item = confirmed.hall.catalogue.get(CODE)
    assert item is not None
    ours = item.questions[0].question

    def work(session: Session) -> None:
        waiting = confirmed.hall.conversations.start(session, "web")
        confirmed.hall.verifications.ask(session, item, waiting.id, question=asked)

    confirmed.change(work)
    gong = seat(confirmed, "gong")
    (task,) = gong("GET", "/desk/verification").body["tasks"]
    detail = gong("GET", f"/desk/verification/{task['id']}").body
    assert detail["asked"] == [asked] and detail["now"]["questions"][0].startswith(f"{ours}｜")
    facts = ANSWER | {"who_may_act": "车主本人", "questions": [f"{asked}｜能上。"]}
    assert gong("POST", f"/desk/verification/{task['id']}/answer", facts).status == 200
    with confirmed.hall.database.read() as session:
        verified = confirmed.hall.versions.read(session, confirmed.hall.versions.live_number(session) or 0).get(CODE)
        assert verified is not None and verified.who_may_act == "车主本人"
        assert {question.question: question.answer for question in verified.questions} == {
            **{question.question: "" for question in item.questions}, asked: "能上。",
        }  # fmt: skip


def test_a_lead_officer_opens_a_task_beforehand(confirmed: Site) -> None:
    gong = seat(confirmed, "gong")
    opened = gong("POST", "/desk/verification", {"code": "030003"}).body["tasks"]
    assert [task["waiting"] for task in opened] == [1, 0]
    assert gong("POST", "/desk/verification", {"code": "999999"}).status == 404
    assert seat(confirmed, "li")("POST", "/desk/verification", {"code": "030003"}).status == 403


def test_an_overdue_task_is_seen_by_everybody(confirmed: Site) -> None:
    confirmed.clock.advance(days=2)
    confirmed.change(confirmed.hall.verifications.step)
    zhang = seat(confirmed, "zhang")
    (task,) = zhang("GET", "/desk/verification").body["tasks"]
    assert task["overdue"] and task["escalated_at"]
