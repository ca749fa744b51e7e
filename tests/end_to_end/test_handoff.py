"""A conversation goes to a person and back, and the assistant goes on from what was settled."""

from __future__ import annotations

from collections.abc import Callable

from tests.end_to_end.hall import RunningHall
from tests.end_to_end.people import Citizen, Desk


def test_the_assistant_goes_on_from_what_staff_settled(
    running_hall: RunningHall, citizen: Citizen, log_in_at_desk: Callable[[RunningHall], Desk]
) -> None:
    desk = log_in_at_desk(running_hall)
    citizen.say("转人工")
    waiting = desk.http("GET", "/desk/conversations?view=waiting").body["conversations"][-1]["id"]
    assert desk.http("POST", f"/desk/conversations/{waiting}/take", {}).status == 200
    assert citizen.say("屋头添了个娃儿，要去派出所办那个") == ""  # the assistant is silent
    birth = desk.http("GET", "/desk/lookup?q=%E5%87%BA%E7%94%9F%E7%99%BB%E8%AE%B0").body["items"][0]
    settled = {"code": birth["code"], "applicant": "王", "phone": "13800001299", "told": f"办{birth['name']}"}
    assert desk.http("POST", f"/desk/conversations/{waiting}/give-back", settled).status == 200
    read_back = citizen.say("喊个跑手，明天上午十点到柳林镇来拿材料")
    assert birth["name"].split("（")[0] in read_back and "138 0000 1299" in read_back  # neither was asked again
    card = desk.http("GET", f"/desk/conversations/{waiting}/card").body
    assert card["item"]["code"] == birth["code"] and card["town"] == "柳林镇"
