"""Who may do what: every route of the desk needs a login, changes need the token, viewers only look."""

from __future__ import annotations

import pytest

from desk.app import desk_routes
from tests.site import Site
from tests.site_fixtures import PASSWORD

OPEN = {
    "/static/desk/{name}", "/desk", "/desk/login", "/runner",  # pages without data
    "/runner/{token:[A-Za-z0-9_-]{20,64}}",  # the personal link is the login
}  # fmt: skip


def filled(path: str) -> str:
    """A path with something for its variables."""
    for variable, value in (
        (r"{id:\d{1,15}}", "1"), (r"{offer_id:\d{1,15}}", "1"), ("{number}", "10019"),
        ("{action}", "COLLECT"),
    ):  # fmt: skip
        path = path.replace(variable, value)
    return path


ROUTES = [(route.method, filled(route.path)) for route in desk_routes() if route.path not in OPEN]  # type: ignore[attr-defined]
STAFF_POSTS = [path for method, path in ROUTES if method == "POST" and path.startswith("/desk")]
RUNNER_POSTS = [path for method, path in ROUTES if method == "POST" and path.startswith("/runner")]


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
    assert site.http()("GET", f"/runner/{token}").headers["Location"] == "/runner"


@pytest.mark.parametrize(
    "body", [{"login": 1, "password": "x"}, {"login": "li"}, {}, {"login": "nobody", "password": "x"}]
)
def test_a_faulty_login_gets_a_clear_answer(site: Site, body: dict[str, object]) -> None:
    answer = site.http()("POST", "/desk/login", body, X_Requested_With="paotuan")
    assert answer.status in (400, 401)
    assert answer.body["error"]["message"].endswith("。")


def test_a_login_from_a_foreign_page_is_refused(site: Site) -> None:
    assert site.http()("POST", "/desk/login", {"login": "li", "password": PASSWORD}).status == 403
