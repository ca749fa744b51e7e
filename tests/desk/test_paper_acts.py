"""Papers at the window: staff write handover notes and the 委托书, see first what was done, and leave a trace."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.vocabulary import HelpKind, OrderAction
from tests.desk.test_paper_work import order_with, picture, runner, send
from tests.site import Answer, Http, Site
from tests.site_fixtures import PASSWORD

SPECIMEN = "11010519491231002X"  # of GB 11643
FIRM = "91110000600037341L"  # of GB 32100


@pytest.fixture
def desk(site: Site) -> Http:
    http = site.http()
    http.log_in("li", PASSWORD)
    return http


def papers(desk: Http, number: str) -> dict[str, Any]:
    return dict(desk("GET", f"/desk/orders/{number}/papers").body)


def hand(desk: Http, number: str, giver: str, taker: str, *names: str, form: str = "form-0001", **more: Any) -> Answer:
    return desk.act(number, "handovers", **{"id": form, "from": giver, "to": taker, "papers": [{"name": name} for name in names], **more})


def hands(desk: Http, number: str) -> dict[str, list[str]]:
    """Who has what, as the form offers it."""
    return {row["name"]: [paper["name"] for paper in row["papers"]] for row in papers(desk, number)["hands"]}


def acts(site: Site) -> list[str]:
    http = site.http()
    http.log_in("zhang", PASSWORD)
    return [entry["act"] for entry in http("GET", "/desk/audit").body["entries"]]


# --- 材料交接单


def test_a_handover_at_the_window_is_written_once_seen_and_printed(site: Site, desk: Http) -> None:
    number = order_with(site, "R0001")
    assert hands(desk, number) == {"王": ["出生医学证明"], "赵大勇（R0001）": [], "窗口": []}
    seen = desk("GET", f"/desk/orders/{number}").body["seen"]
    form = {"id": "form-0001", "seen": seen, "from": "市民", "to": "窗口", "papers": [{"name": "出生医学证明"}, {"name": "房产证"}]}
    for _ in range(2):  # the first answer was lost
        answer = desk("POST", f"/desk/orders/{number}/handovers", form)
        assert [len(note["papers"]) for note in answer.body["handovers"]] == [2]
    assert hands(desk, number) == {"王": [], "赵大勇（R0001）": [], "窗口": ["出生医学证明", "房产证"]}
    newest = desk("GET", f"/desk/orders/{number}").body["history"][-1]
    assert (newest["actor"], newest["action"], newest["reason"]) == ("小李", "材料交接", "第1张：王交给窗口，出生医学证明、房产证")
    assert "房产证" in desk("GET", f"/desk/orders/{number}/handovers/1").body
    assert acts(site)[0] == "交接材料"


def test_what_the_citizen_brought_to_the_window_is_not_collected_a_second_time(site: Site, desk: Http) -> None:
    number, own = order_with(site, "R0001"), runner(site, "R0001")
    hand(desk, number, "市民", "窗口", "出生医学证明")
    assert own("POST", f"/runner/orders/{number}/COLLECT", {}).status == 200
    assert [paper["holder_label"] for paper in papers(desk, number)["papers"]] == ["窗口"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"from": "邻居"}, "“邻居”应当是市民、跑手、窗口之一。"),
        ({"to": "市民"}, "交出人和接收人是同一个，请改其中一个。"),
        ({"papers": []}, "请至少勾一样材料，或者写上材料名称。"),
        ({"papers": [{"name": ""}]}, "请写明是什么材料，最多200个字。"),
        ({"from": "跑手"}, "“房产证”不在赵大勇（R0001）手上，请先核对。"),
        ({"to": "跑手", "to_runner": "R9999"}, "没有编号为R9999的跑手。"),
        ({"id": "x"}, "表单缺少编号，请刷新页面再填。"),
    ],
)
def test_a_faulty_note_is_refused_and_leaves_nothing(site: Site, desk: Http, fault: dict[str, Any], words: str) -> None:
    number = order_with(site, "R0001")
    answer = hand(desk, number, "市民", "窗口", "房产证", **fault)
    assert answer.status in (400, 404) and answer.body["error"]["message"] == words
    told = papers(desk, number)
    assert (told["papers"], told["handovers"]) == ([], [])
    assert acts(site) == []


def test_what_the_runner_did_in_between_is_seen_first(site: Site, desk: Http) -> None:
    number, own = order_with(site, "R0001"), runner(site, "R0001")
    seen = desk("GET", f"/desk/orders/{number}").body["seen"]
    own("POST", f"/runner/orders/{number}/COLLECT", {})
    late = hand(desk, number, "市民", "窗口", "出生医学证明", seen=seen)
    assert (late.status, late.body["error"]["message"]) == (409, "别人刚改过：R0001取件。页面已经更新，请核对后再办。")
    assert hand(desk, number, "跑手", "窗口", "出生医学证明").status == 200


def test_a_step_that_a_phone_sends_again_after_a_note_at_the_desk_is_no_second_step(site: Site, desk: Http) -> None:
    number, own = order_with(site, "R0001"), runner(site, "R0001")
    own("POST", f"/runner/orders/{number}/COLLECT", {})
    hand(desk, number, "市民", "跑手", "房产证")
    assert own("POST", f"/runner/orders/{number}/COLLECT", {}).status == 200
    actions = [event["action"] for event in desk("GET", f"/desk/orders/{number}").body["history"]]
    assert actions[-2:] == ["取件", "材料交接"]


def test_a_carrier_hands_the_papers_and_the_errand_to_the_next(site: Site, desk: Http) -> None:
    number, first = order_with(site, "R0001"), runner(site, "R0001")
    first("POST", f"/runner/orders/{number}/COLLECT", {"papers": [{"name": "出生医学证明"}, {"name": "照片", "count": 3}]})
    counted = [{"name": "出生医学证明"}, {"name": "照片", "count": 2}]
    assert hand(desk, number, "跑手", "跑手", to_runner="R0002", papers=counted).status == 200
    order = desk("GET", f"/desk/orders/{number}").body
    assert order["runner"]["number"] == "R0002"
    assert [event["action"] for event in order["history"]][-2:] == ["改派", "材料交接"]
    assert hands(desk, number) == {
        "王": [], "钱小兰（R0002）": ["出生医学证明", "照片"], "赵大勇（R0001）": ["照片"], "窗口": [],
    }  # fmt: skip
    assert [(note["from"], note["to"], len(note["papers"])) for note in papers(desk, number)["handovers"]] == [
        ("王", "赵大勇（R0001）", 2), ("赵大勇（R0001）", "钱小兰（R0002）", 2),
    ]  # fmt: skip
    second = runner(site, "R0002")
    assert second("POST", f"/runner/orders/{number}/SUBMIT", {}).status == 200
    assert hands(desk, number)["赵大勇（R0001）"] == ["照片"]  # what stayed behind did not go to the window
    assert hand(desk, number, "跑手", "市民", "照片", form="form-0002", from_runner="R0001").status == 200
    assert hands(desk, number)["王"] == ["照片"]
    legs = [(leg["carrier"], leg["to"]) for leg in papers(desk, number)["legs"]]
    assert legs == [("赵大勇", "途中交接"), ("钱小兰", "窗口")]


def test_sheets_that_lie_apart_are_counted_together(site: Site, desk: Http) -> None:
    number = order_with(site, "R0001")
    for form in ("form-0001", "form-0002"):
        hand(desk, number, "市民", "窗口", form=form, papers=[{"name": "照片", "count": 2}])
    hand(desk, number, "窗口", "跑手", form="form-0003", papers=[{"name": "照片", "count": 3}])
    told = {row["name"]: [(paper["name"], paper["count"]) for paper in row["papers"]] for row in papers(desk, number)["hands"]}
    assert (told["窗口"], told["赵大勇（R0001）"]) == ([("照片", 1)], [("照片", 3)])


# --- 委托书


def on_behalf(site: Site) -> str:
    return order_with(site, "R0001", help=HelpKind.ON_BEHALF)


def test_a_letter_from_its_draft_to_its_end(site: Site, desk: Http) -> None:
    number = on_behalf(site)
    written = {"principal": "王建国", "principal_id": SPECIMEN, "scope": "只代交材料", "ends": "2026-12-31"}
    assert desk.act(number, "letter", **written).status == 200
    page = desk("GET", f"/desk/orders/{number}/letter").body
    for words in ("王建国", SPECIMEN, "赵大勇", "只代交材料", "2026年12月31日"):
        assert words in page
    seen = desk("GET", f"/desk/orders/{number}").body["seen"]
    assert send(desk, f"/desk/orders/{number}/photos?purpose=LETTER&seen={seen}", picture()) == 200
    assert desk("GET", f"/desk/orders/{number}").body["authorised"] is True
    assert desk.act(number, "letter/revoke").body["error"]["message"] == "请写明为什么撤销，例如：市民要自己去办。"
    told = desk.act(number, "letter/revoke", reason="市民要自己去办").body
    assert (told["authorised"], told["history"][-1]["reason"]) == (False, "委托书已撤销：市民要自己去办")
    (letter,) = papers(desk, number)["letters"]
    assert (letter["principal"], letter["state"], letter["reason"]) == ("王建国", "REVOKED", "市民要自己去办")
    assert acts(site) == ["撤销委托书", "存照片", "看了委托书", "写委托书"]


def test_a_firm_lets_a_runner_act_with_its_code_and_its_seal(site: Site, desk: Http) -> None:
    number = on_behalf(site)
    assert desk.act(number, "letter", principal="恩阳好又多副食店", principal_id=FIRM.lower()).status == 200
    page = desk("GET", f"/desk/orders/{number}/letter").body
    for words in ("恩阳好又多副食店", FIRM, "统一社会信用代码", "法定代表人", "盖章"):
        assert words in page
    desk.act(number, "letter", principal="王建国", principal_id=SPECIMEN)
    assert "盖章" not in desk("GET", f"/desk/orders/{number}/letter").body


def test_a_name_once_written_in_full_stays_when_the_letter_is_printed_anew(site: Site, desk: Http) -> None:
    number = on_behalf(site)
    desk.act(number, "letter", principal="王建国")
    desk.act(number, "letter", ends="2026-12-31")
    assert [letter["principal"] for letter in papers(desk, number)["letters"]] == ["王建国"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"principal_id": "123"}, "这不是身份证号码，也不是统一社会信用代码，请再核对一遍。"),
        ({"agent_id": FIRM}, "身份证号码不对，请再核对一遍。"),
        ({"ends": "2020-01-01"}, "委托期限应当在今天以后、一年以内。"),
        ({"ends": "明年"}, "委托期限"),
    ],
)
def test_a_faulty_letter_is_not_written(site: Site, desk: Http, fault: dict[str, str], words: str) -> None:
    number = on_behalf(site)
    answer = desk.act(number, "letter", **fault)
    assert answer.status == 400 and words in answer.body["error"]["message"]
    assert papers(desk, number)["letters"] == [] and acts(site) == []


def test_only_what_needs_a_letter_and_has_a_runner_is_offered_one(site: Site, desk: Http) -> None:
    assert desk("GET", f"/desk/orders/{on_behalf(site)}").body["may_authorise"] is True
    for changes in ({"key": "web:2"}, {"key": "web:3", "help": HelpKind.ON_BEHALF}):
        number = order_with(site, "R0002", **changes)
        if "help" in changes:
            site.change(lambda s, n=number: site.hall.orders.move(s, site.hall.orders.get(s, n), OrderAction.RELEASE, actor="R0002"))
        assert desk("GET", f"/desk/orders/{number}").body["may_authorise"] is False
        assert desk.act(number, "letter").status == 409


def test_a_signature_for_the_runner_of_before_does_not_bind_the_next(site: Site, desk: Http) -> None:
    number = on_behalf(site)
    desk.act(number, "letter")
    seen = desk("GET", f"/desk/orders/{number}").body["seen"]
    desk.act(number, "reassign", runner="R0002", reason="病了")
    path = f"/desk/orders/{number}/photos?purpose=LETTER"
    assert (send(desk, f"{path}&seen={seen}", picture()), send(desk, path, picture())) == (409, 400)
    assert [letter["state"] for letter in papers(desk, number)["letters"]] == ["DRAFT"]
    assert papers(desk, number)["photos"] == []
