"""Wordings learnt at the desk: what a message really meant, and who may take or leave it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.proposals import Proposals
from hotline.vocabulary import Role
from tests.site import Http, Site
from tests.site_fixtures import PASSWORD

CODE = "030002"
SAID = "我姓王，电子眼把我照到了咋个缴钱"


@pytest.fixture
def said(site: Site, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A citizen's message, and a lead officer; nothing is evaluated in the background."""
    monkeypatch.setattr(Proposals, "has_due", lambda *_: False)

    def work(session: Session) -> dict[str, Any]:
        site.hall.staff.add(session, "gong", "公首席", Role.LEAD_OFFICER, PASSWORD)
        conversation = site.hall.conversations.start(session, "web")
        message, _ = site.hall.conversations.receive(session, conversation, "1", text=SAID)
        return {"path": f"/desk/conversations/{conversation.id}/item", "message": message.id}

    return site.change(work)


def seat(site: Site, login: str) -> Http:
    http = site.http()
    assert http.log_in(login, PASSWORD).status == 200
    return http


def correct(http: Http, said: dict[str, Any], **changes: Any) -> Any:
    return http("POST", said["path"], {"message": said["message"], "code": CODE} | changes)


def test_staff_say_what_a_message_meant_and_a_lead_officer_takes_it(site: Site, said: dict[str, Any]) -> None:
    kept = correct(seat(site, "li"), said).body["proposal"]
    assert (kept["text"], kept["code"], kept["source"]) == ("电子眼把我照到了咋个缴钱", CODE, "工作人员指出的")
    gong = seat(site, "gong")
    assert [one["id"] for one in gong("GET", "/desk/proposals").body["proposals"]] == [kept["id"]]
    path = f"/desk/proposals/{kept['id']}"
    for login in ("li", "kan"):
        assert seat(site, login)("POST", f"{path}/accept", {}).status == 403
    assert gong("POST", f"{path}/accept", {"force": "yes"}).status == 400
    assert gong("POST", f"{path}/accept", {"text": "电子眼照到了咋个缴"}).body == {"proposals": []}
    (waiting,) = gong("GET", "/desk/proposals?view=checking").body["proposals"]
    assert (waiting["text"], waiting["state_label"]) == ("电子眼照到了咋个缴", "已同意，等评测")
    assert gong("POST", f"{path}/reject", {}).body["error"]["code"] == "transition_refused"


def test_a_lead_officer_leaves_a_wording(site: Site, said: dict[str, Any]) -> None:
    kept = correct(seat(site, "li"), said).body["proposal"]
    gong = seat(site, "gong")
    assert gong("POST", f"/desk/proposals/{kept['id']}/reject", {}).body == {"proposals": []}
    assert gong("POST", "/desk/proposals/99/reject", {}).status == 404


def test_faulty_corrections_are_told(site: Site, said: dict[str, Any]) -> None:
    li = seat(site, "li")
    assert correct(li, said, message="1").status == 400
    assert correct(li, said, message=999).status == 404
    assert correct(li, said, code="999999").status == 404
    assert li("GET", "/desk/proposals?view=x").status == 400
    assert correct(seat(site, "kan"), said).status == 403


def test_an_item_is_found_by_a_part_of_its_name_or_wordings(site: Site) -> None:
    li = seat(site, "li")
    found = li("GET", "/desk/lookup?q=%E5%87%BA%E7%94%9F%E7%99%BB%E8%AE%B0").body["items"]  # 出生登记
    assert found and "出生登记" in found[0]["name"] and len(found) <= 10
    assert li("GET", "/desk/lookup?q=").body == {"items": []}
