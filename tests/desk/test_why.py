"""Why this runner, and why not me: what dispatch considered, at the desk and on the runner's page."""

from __future__ import annotations

from tests.builders import request_for
from tests.site import Http, Site
from tests.site_fixtures import PASSWORD


def offered(site: Site) -> str:
    """The number of an order of Guanzigou village, offered."""
    number = site.change(lambda s: site.hall.orders.place(s, request_for())[0].number)
    site.change(lambda s: len(site.hall.dispatch.step(s)))
    return str(number)


def test_the_desk_sees_who_was_considered_and_why_the_others_were_not_asked(site: Site) -> None:
    site.change(lambda s: site.hall.runners.set_duty(s, site.hall.runners.get(s, "R0002"), on_duty=False))
    number = offered(site)
    desk: Http = site.http()
    desk.log_in("li", PASSWORD)
    (offer,) = desk("GET", f"/desk/orders/{number}").body["offers"]
    assert offer["ranking"][0]["runner"] == "R0001"
    assert offer["ranking"][0]["reasons"][:2] == ["同村", "兼职"]
    assert offer["left_out"] == [{"reason": "不在岗", "runners": ["R0002"]}]


def test_a_runner_learns_why_not_me_and_nothing_of_the_order(site: Site) -> None:
    number = offered(site)
    other = site.http()
    other.enter(site.change(lambda s: site.hall.runners.issue_link(s, "R0002")))
    answer = other("GET", "/runner/why")
    (told,) = answer.body["rounds"]
    assert (told["asked"], told["reasons"][:2]) == (False, ["排在第2位，先问了前面的1位", "同镇"])
    assert number not in str(answer.body) and "出生" not in str(answer.body)


def test_without_a_link_nobody_learns_anything(site: Site) -> None:
    assert site.http()("GET", "/runner/why").status == 401
