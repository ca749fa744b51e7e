"""Papers, photos and letters over HTTP: by staff, by the runner who carries them, by nobody else."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from typing import Any

import pytest
from PIL import Image

from hotline.vocabulary import HelpKind
from tests.builders import request_for
from tests.site import Http, Site
from tests.site_fixtures import PASSWORD


@pytest.fixture
def desk(site: Site) -> Http:
    http = site.http()
    http.log_in("li", PASSWORD)
    return http


def runner(site: Site, number: str) -> Http:
    http = site.http()
    http.enter(site.change(lambda s: site.hall.runners.issue_link(s, number)))
    return http


def order_with(site: Site, number: str, **changes: Any) -> str:
    """An order in the hand of a runner."""

    def work(session: Any) -> str:
        order, _ = site.hall.orders.place(session, request_for(materials=["出生医学证明"], **changes))
        site.hall.dispatch.assign(session, order, site.hall.runners.get(session, number), actor="小李")
        return str(order.number)

    return site.change(work)


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 480), (240, 240, 240)).save(target, "JPEG")
    return target.getvalue()


def send(http: Http, path: str, data: bytes) -> int:
    """The status of a raw body."""
    headers = {**http.headers, "Content-Type": "image/jpeg"}
    request = urllib.request.Request(http.address + path, data, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_way_of_the_papers_is_seen_by_staff_and_printed(site: Site, desk: Http) -> None:
    number, own = order_with(site, "R0001"), runner(site, "R0001")
    counted = {"papers": [{"name": "出生医学证明"}, {"name": "<b>照片</b>", "original": False, "count": 2}]}
    assert own("POST", f"/runner/orders/{number}/COLLECT", counted).status == 200
    (paper,) = desk("GET", "/desk/papers").body["papers"]
    assert (paper["name"], paper["holder_name"], paper["order"]) == ("出生医学证明", "赵大勇（R0001）", number)
    assert own("GET", "/runner/papers").body["papers"] == [paper]
    page = desk("GET", f"/desk/orders/{number}/handovers/1")
    assert page.headers["Content-Type"].startswith("text/html")
    for words in ("材料交接单", "出生医学证明", "&lt;b&gt;照片", "赵大勇（R0001）", "演示系统，非官方服务", "全程免费"):
        assert words in page.body
    assert own("GET", f"/runner/orders/{number}/handovers/1").body == page.body
    assert desk("GET", f"/desk/orders/{number}/handovers/9").status == 404
    told = desk("GET", f"/desk/orders/{number}/papers").body
    assert (told["responsible"], told["legs"][0]["carrier"]) == ("赵大勇（R0001）", "赵大勇")


def test_what_the_window_said_is_kept_and_its_promise_printed(site: Site, desk: Http) -> None:
    number, own = order_with(site, "R0001"), runner(site, "R0001")
    own("POST", f"/runner/orders/{number}/COLLECT", {})
    own("POST", f"/runner/orders/{number}/SUBMIT", {"case_number": "EY-7", "promised": "2026-11-27"})
    step = {"reason": "缺户口簿", "missing": ["户口簿原件"], "due": "2026-11-26", "signed_by": "王建国"}
    assert own("POST", f"/runner/orders/{number}/ACCEPT_PROVISIONALLY", step).status == 200
    outcomes = desk("GET", f"/desk/orders/{number}/papers").body["outcomes"]
    assert [row["state"] for row in outcomes] == ["SUBMITTED", "PROVISIONAL"]
    assert outcomes[0]["promised_at"] == "2026-11-27T17:00:00+08:00"
    page = desk("GET", f"/desk/orders/{number}/promise").body
    assert "容缺受理承诺书" in page and "王建国" in page and "户口簿原件" in page
    assert desk.act(number, "deferred").status == 200
    assert desk.act(number, "deferred").status == 409


@pytest.mark.parametrize(
    "fault", [{"papers": "户口簿"}, {"papers": [{"name": ""}]}, {"papers": [{"name": "x", "count": "2"}]}, {"promised": "快了"}]
)
def test_a_faulty_step_changes_nothing(site: Site, fault: dict[str, Any]) -> None:
    number, own = order_with(site, "R0001"), runner(site, "R0001")
    answer = own("POST", f"/runner/orders/{number}/COLLECT", fault)
    assert answer.status == 400 and answer.body["error"]["message"].endswith("。")
    assert site.orders()[0].state.value == "ACCEPTED"


def test_a_letter_is_printed_signed_by_photo_and_revoked(site: Site, desk: Http) -> None:
    number, own = order_with(site, "R0001", help=HelpKind.ON_BEHALF), runner(site, "R0001")
    own("POST", f"/runner/orders/{number}/COLLECT", {})
    assert own("POST", f"/runner/orders/{number}/SUBMIT", {}).body["error"]["code"] == "letter_missing"
    assert desk.act(number, "letter", principal_id="1").status == 400
    drafted = desk.act(number, "letter", principal_id="11010519491231002X").body
    assert (drafted["state"], drafted["has_identities"]) == ("DRAFT", False)
    assert "11010519491231002X" in desk("GET", f"/desk/orders/{number}/letter").body
    assert "委托书" in own("GET", f"/runner/orders/{number}/letter").body
    assert send(own, f"/runner/orders/{number}/photos?purpose=LETTER", picture()) == 200
    assert own("POST", f"/runner/orders/{number}/SUBMIT", {}).status == 200
    assert desk.act(number, "letter/revoke", reason="自己办").status == 200
    (letter,) = desk("GET", f"/desk/orders/{number}/papers").body["letters"]
    assert (letter["state"], letter["reason"]) == ("REVOKED", "自己办")


def test_photos_larger_than_other_bodies_are_taken_and_no_others(site: Site, desk: Http) -> None:
    number, own = order_with(site, "R0001"), runner(site, "R0001")
    noise = Image.effect_noise((1600, 1200), 100)
    target = io.BytesIO()
    noise.save(target, "JPEG", quality=95)
    assert len(target.getvalue()) > 256 * 1024
    path = f"/runner/orders/{number}/photos?purpose=COLLECTION"
    assert send(own, path, target.getvalue()) == 200
    assert send(own, path, b"MZ no photo") == 400
    assert send(own, f"/runner/orders/{number}/photos?purpose=SECRET", picture()) == 400
    assert send(runner(site, "R0002"), path, picture()) == 404  # not in their hands
    (photo,) = desk("GET", f"/desk/orders/{number}/papers").body["photos"]
    request = urllib.request.Request(f"{site.address}/desk/photos/{photo['id']}", headers=desk.headers)
    with urllib.request.urlopen(request, timeout=20) as response:
        assert response.headers["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(response.read())).size == (1600, 1200)


def test_staff_take_the_case_on(site: Site, desk: Http) -> None:
    number = order_with(site, "R0001")
    desk.act(number, "responsible")
    assert desk("GET", f"/desk/orders/{number}/papers").body["responsible"] == "小李"


def test_another_runner_sees_nothing(site: Site) -> None:
    number, other = order_with(site, "R0001"), runner(site, "R0002")
    for path in ("papers", "handovers/1", "letter", "photos/1"):
        assert other("GET", f"/runner/orders/{number}/{path}").status == 404, path


def test_a_citizen_sends_a_photo_to_their_own_order_only(site: Site, desk: Http) -> None:
    citizen = site.http()
    mine, other = (citizen("POST", "/api/chat", {}).body["conversation_id"] for _ in range(2))
    talk = site.change(lambda s: site.hall.conversations.get(s, mine).id)
    number = order_with(site, "R0001", conversation_id=talk)
    assert send(citizen, f"/api/chat/{mine}/orders/{number}/photos", picture()) == 200
    assert send(citizen, f"/api/chat/{mine}/orders/{number}/photos", b"no photo") == 400
    assert send(citizen, f"/api/chat/{other}/orders/{number}/photos", picture()) == 404
    assert send(citizen, f"/api/chat/{'x' * 32}/orders/{number}/photos", picture()) == 404
    (photo,) = desk("GET", f"/desk/orders/{number}/papers").body["photos"]
    assert (photo["by"], photo["purpose"]) == ("市民", "PAPER")
