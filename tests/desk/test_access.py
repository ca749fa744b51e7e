"""Who may do what: every route of the desk needs a login, changes need the token, viewers only look."""

from __future__ import annotations

import pytest

from desk.app import desk_routes
from hotline.permissions import PERMISSIONS, Permission
from hotline.vocabulary import Role
from tests.builders import request_for
from tests.site import Site
from tests.site_fixtures import PASSWORD

OPEN = {
    "/static/desk/{name}", "/desk", "/desk/login", "/runner", "/static/desk/runner/worker.js",  # pages without data
    "/runner/{token:[A-Za-z0-9_-]{20,64}}",  # the personal link is the login
}  # fmt: skip


def filled(path: str) -> str:
    """A path with something for its variables."""
    for variable, value in (
        (r"{id:\d{1,15}}", "1"), (r"{offer_id:\d{1,15}}", "1"), ("{number}", "10019"),
        ("{action}", "COLLECT"), (r"{position:\d{1,4}}", "1"),
        (r"{id:\d{1,9}}", "1"), ("{code}", "030001"), ("{login}", "li"), (r"{call:CA[0-9a-f]{32}}", "CA" + "0" * 32), ("{kind:csv|xlsx}", "csv"),
    ):  # fmt: skip
        path = path.replace(variable, value)
    return path


ROUTES = [(route.method, filled(route.path)) for route in desk_routes() if route.path not in OPEN]  # type: ignore[attr-defined]
STAFF_POSTS = [path for method, path in ROUTES if method == "POST" and path.startswith("/desk")]
RUNNER_POSTS = [path for method, path in ROUTES if method == "POST" and path.startswith("/runner")]


# Which permission each change of staff needs; reading needs SEE unless it stands here, too.
NEEDS: dict[tuple[str, str], Permission | None] = {
    ("POST", "/desk/logout"): None, ("POST", "/desk/password"): None,  # everybody, for oneself
    ("POST", "/desk/presence"): Permission.TALK,
    **{("POST", f"/desk/conversations/1/{act}"): Permission.TALK
       for act in ("take", "reply", "give-back", "close", "put-back", "transfer", "notes", "settle", "item")},
    ("GET", "/desk/conversations/1/suggestion"): Permission.TALK,
    **{("POST", path): Permission.SEE_PHONE
       for path in ("/desk/conversations/1/phone", "/desk/orders/10019/phone", "/desk/follow-ups/1/phone")},
    ("POST", "/desk/orders"): Permission.ORDERS,
    **{("POST", f"/desk/orders/10019/{act}"): Permission.ORDERS
       for act in ("assign", "reassign", "interest", "no-interest", "reschedule", "reopen", "cancel", "ticket", "handovers", "deferred",
                   "responsible", "letter", "letter/revoke", "photos")},
    ("GET", "/desk/orders/10019/letter"): Permission.ORDERS,  # with both identities
    ("GET", "/desk/photos/1"): Permission.ORDERS,
    ("POST", "/desk/outgoing/1/repeat"): Permission.ORDERS,
    **{("POST", f"/desk/follow-ups/1/{act}"): Permission.CALLBACKS for act in ("take", "attempt", "done")},
    ("POST", "/desk/verification"): Permission.VERIFY,
    ("POST", "/desk/verification/1/answer"): Permission.VERIFY,
    ("POST", "/desk/proposals/1/accept"): Permission.VERIFY,
    ("POST", "/desk/proposals/1/reject"): Permission.VERIFY,
    ("GET", "/desk/audit"): Permission.AUDIT,
    ("GET", "/desk/order-export.csv"): Permission.EXPORT,
    ("POST", "/desk/catalogue/items/030001/edit"): Permission.CATALOGUE,
    ("GET", "/desk/catalogue/versions/1/blast"): Permission.CATALOGUE,
    ("POST", "/desk/catalogue/versions/1/live"): Permission.CATALOGUE,
    ("POST", "/desk/catalogue/undo"): Permission.CATALOGUE,
    **{("POST", f"/desk/runners/{act}"): Permission.TEAM for act in ("10019/edit", "10019/link", "import")},
    ("POST", "/desk/market-days/030001"): Permission.TEAM,
    ("POST", "/desk/market-days/030001/clear"): Permission.TEAM,
    ("POST", "/desk/runners/10019/phone"): Permission.SEE_PHONE,
    ("GET", "/desk/staff"): Permission.PEOPLE,
    **{("POST", f"/desk/staff{act}"): Permission.PEOPLE for act in ("", "/li/reset", "/li/role")},
    ("POST", "/desk/profile/confirm"): Permission.PROFILE,
    ("POST", "/desk/telephone"): Permission.REHEARSE,
    ("POST", "/desk/telephone/CA" + "0" * 32): Permission.REHEARSE,
}  # fmt: skip
STAFF_ROUTES = [
    route for route in desk_routes()
    if route.path.startswith("/desk") and route.path not in OPEN and route.handler.__name__ != "log_in"  # type: ignore[attr-defined]
]  # fmt: skip


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", STAFF_ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_each_role_may_what_the_table_says(route: object, role: Role) -> None:
    key = (route.method, filled(route.path))  # type: ignore[attr-defined]
    assert key in NEEDS or route.method == "GET", "a change that the table does not know"  # type: ignore[attr-defined]
    needed = NEEDS.get(key, Permission.SEE)
    may = needed is None or needed in PERMISSIONS[role]
    assert (role in route.handler.roles) == may  # type: ignore[attr-defined]


def test_the_table_knows_no_other_routes() -> None:
    known = {(route.method, filled(route.path)) for route in STAFF_ROUTES}  # type: ignore[attr-defined]
    assert set(NEEDS) <= known


def test_what_was_done_and_seen_is_kept(site: Site) -> None:
    number = site.change(lambda s: site.hall.orders.place(s, request_for())[0].number)
    http, boss = site.http(), site.http()
    http.log_in("li", PASSWORD)
    boss.log_in("zhang", PASSWORD)
    assert "13800001234" not in str(http("GET", f"/desk/orders/{number}").body)
    assert http("POST", f"/desk/orders/{number}/phone", {}).body["phone"] == "13800001234"
    assert http.act(number, "cancel", reason="不办了").status == 200
    kept = boss("GET", "/desk/audit?subject=orders").body["entries"]
    assert [(entry["who"], entry["act"], entry["subject_id"]) for entry in kept] == [
        ("小李", "取消", number), ("小李", "看了电话", number),
    ]  # fmt: skip
    assert http("GET", "/desk/audit").status == 403


def test_the_guard_sees_the_routes() -> None:
    assert ("GET", "/desk/orders/10019") in ROUTES and ("POST", "/runner/duty") in ROUTES
    assert all("{" not in path for _, path in ROUTES)


def test_every_route_needs_a_login(site: Site) -> None:
    http = site.http()
    for method, path in ROUTES:
        answer = http(method, path, {} if method == "POST" else None, X_Requested_With="paotuan")
        assert answer.status == 401, path
        assert answer.body["error"]["code"] == "login_required"


def test_a_made_up_cookie_opens_nothing(site: Site) -> None:
    http = site.http()
    http.headers["Cookie"] = "paotuan_desk=made-up; paotuan_runner=made-up"
    for method, path in ROUTES:
        if path.endswith("/events") and path.startswith("/runner"):
            continue  # the stream tells it by its event `over`
        answer = http(
            method, path, {"on_duty": True} if method == "POST" else None, X_Requested_With="paotuan"
        )
        assert answer.status == 401, path


def test_a_change_needs_the_token_of_the_page(site: Site) -> None:
    http = site.http()
    http.log_in("li", PASSWORD)
    http.headers["X-CSRF-Token"] = "guessed"
    for path in STAFF_POSTS:
        assert http("POST", path, {}).status == 403, path


def test_a_runners_change_needs_the_header_of_the_page(site: Site) -> None:
    http = site.http()
    http.enter(site.change(lambda s: site.hall.runners.issue_link(s, "R0001")))
    del http.headers["X-Requested-With"]
    for path in RUNNER_POSTS:
        assert http("POST", path, {}).status == 403, path


def test_a_viewer_changes_nothing(site: Site) -> None:
    http = site.http()
    http.log_in("kan", PASSWORD)
    for path in STAFF_POSTS:
        if path not in ("/desk/logout", "/desk/password"):
            assert http("POST", path, {"text": "x", "runner": "R0001", "reason": "x"}).status == 403, path
    assert http("GET", "/desk/orders").status == 200


def test_a_one_time_password_opens_only_its_change(site: Site) -> None:
    http = site.http()
    http.log_in("li", site.change(lambda s: site.hall.staff.reset_password(s, "li")))
    assert http("GET", "/desk/orders").body["error"]["code"] == "password_change_required"
    assert http("GET", "/desk/me").body["must_change"] is True


def test_after_logging_out_the_cookie_is_dead(site: Site) -> None:
    http = site.http()
    http.log_in("li", PASSWORD)
    assert http("POST", "/desk/logout", {}).status == 200
    assert http("GET", "/desk/me").status == 401


def test_cookies_are_out_of_reach_of_scripts_and_foreign_pages(site: Site) -> None:
    token = site.change(lambda s: site.hall.runners.issue_link(s, "R0001"))
    for answer in (site.http().enter(token), site.http().log_in("li", PASSWORD)):
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert site.http()("GET", f"/runner/{token}").headers["Location"] == "/runner#R0001"


@pytest.mark.parametrize(
    "body", [{"login": 1, "password": "x"}, {"login": "li"}, {}, {"login": "nobody", "password": "x"}]
)
def test_a_faulty_login_gets_a_clear_answer(site: Site, body: dict[str, object]) -> None:
    answer = site.http()("POST", "/desk/login", body, X_Requested_With="paotuan")
    assert answer.status in (400, 401)
    assert answer.body["error"]["message"].endswith("。")


def test_a_login_from_a_foreign_page_is_refused(site: Site) -> None:
    assert site.http()("POST", "/desk/login", {"login": "li", "password": PASSWORD}).status == 403
