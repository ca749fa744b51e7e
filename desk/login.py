"""Who is at the desk: cookie sessions of staff with CSRF tokens, personal links of runners.

Handlers of staff are made by `seated`, those of runners by `with_link`: what is made by neither
needs no login, and a guard test lists those routes.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from connectors.web_chat import json_body
from desk.acts import KEPT
from hotline.errors import Forbidden, InvalidInput, LoginRequired, PasswordChangeRequired, WrongLogin
from hotline.hall import Hall
from hotline.permissions import PERMISSIONS, Permission, who_may
from hotline.store.schema import Staff
from hotline.vocabulary import Role

STAFF_COOKIE = "paotuan_desk"
RUNNER_COOKIE = "paotuan_runner"
OUR_PAGES = "paotuan"  # in X-Requested-With: no form and no foreign page can send it
READERS = frozenset(Role)
WORKERS = READERS - {Role.VIEWER}
UNRECORDED = frozenset({"/desk/logout", "/desk/password", "/desk/presence"})  # changes of nothing but oneself

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Seat:
    """A member of staff at the desk, as this request found them."""

    staff_id: int
    login: str
    name: str
    role: Role
    must_change: bool  # came with a one-time password
    csrf: str  # what changes have to carry in X-CSRF-Token
    token: str  # of the cookie

    @property
    def may_work(self) -> bool:
        """Whether this person may change anything."""
        return self.role in WORKERS

    def staff(self, session: Session) -> Staff:
        """The account, for the core."""
        return session.get_one(Staff, self.staff_id)


def routes() -> list[web.AbstractRouteDef]:
    """Coming in, going out, and who one is."""
    return [
        web.post("/desk/login", log_in),
        web.post("/desk/logout", log_out),
        web.post("/desk/password", change_password),
        web.get("/desk/me", me),
        web.get("/runner/{token:[A-Za-z0-9_-]{20,64}}", enter_by_link),
    ]


def seated(
    allowed: frozenset[Role] | Permission = READERS, *, new_password_first: bool = True
) -> Callable[[Callable[[web.Request, Seat], Awaitable[web.StreamResponse]]], Handler]:
    """Give the handler the member of staff; refuse everybody else, other roles, and forged changes.

    What changes something, or shows a number, has to be done by `acts.changed`, which keeps it in the audit log.
    """
    roles = who_may(allowed) if isinstance(allowed, Permission) else allowed

    def make(handler: Callable[[web.Request, Seat], Awaitable[web.StreamResponse]]) -> Handler:
        @wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            seat = await find_seat(request)
            if new_password_first and seat.must_change:
                raise PasswordChangeRequired(login=seat.login)
            if seat.role not in roles:
                raise Forbidden(login=seat.login, role=seat.role.value)
            if request.method == "GET":
                return await handler(request, seat)
            _check_csrf(request, seat)
            response = await handler(request, seat)
            if not request.get(KEPT) and request.path not in UNRECORDED:
                raise RuntimeError(f"{request.path}: not in the audit log")
            return response

        setattr(guarded, "roles", roles)  # noqa: B010  for the guard test
        return guarded

    return make


def with_link(handler: Callable[[web.Request, str], Awaitable[web.StreamResponse]]) -> Handler:
    """Give the handler the runner's token, which the core checks; refuse requests without one."""

    @wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        token = request.cookies.get(RUNNER_COOKIE, "")
        if not token:
            raise LoginRequired("请用您的个人链接进入跑手页；链接失效时请找跑团队长重新要一个。")
        if request.method != "GET":
            _check_our_page(request)
        return await handler(request, token)

    setattr(guarded, "roles", "runner")  # noqa: B010  for the guard test
    return guarded


async def find_seat(request: web.Request) -> Seat:
    """Who the cookie belongs to; raises LoginRequired."""
    hall, token = request.app[HALL], request.cookies.get(STAFF_COOKIE, "")
    if not token:
        raise LoginRequired()
    return await hall.read(lambda s: seat_of(hall, s, token))


def seat_of(hall: Hall, session: Session, token: str) -> Seat:
    """The member of staff of a token; raises LoginRequired."""
    row = hall.staff.by_token(session, token)
    staff = row.staff
    return Seat(staff.id, staff.login, staff.name, staff.role, staff.must_change, row.csrf, token)


async def log_in(request: web.Request) -> web.Response:
    """Open a session for a login and password; which of the two was wrong is not said."""
    _check_our_page(request)
    hall, body = request.app[HALL], await json_body(request)
    login, password = text_field(body, "login").strip(), text_field(body, "password")
    opened = await hall.run(lambda s: _open_session(hall, s, login, password))
    if opened is None:
        raise WrongLogin(login=login)
    token, must_change = opened
    response = web.json_response({"must_change": must_change})
    _set_cookie(response, hall, STAFF_COOKIE, token, path="/desk", hours=hall.settings.session_hours)
    return response


def _open_session(hall: Hall, session: Session, login: str, password: str) -> tuple[str, bool] | None:
    staff = hall.staff.login(session, login, password)
    if staff is None:
        return None  # not an exception: the failure is counted, and that has to be committed
    token, _ = hall.staff.open_session(session, staff)
    return token, staff.must_change


@seated(new_password_first=False)
async def log_out(request: web.Request, seat: Seat) -> web.Response:
    """End the session."""
    hall = request.app[HALL]
    await hall.run(lambda s: _leave(hall, s, seat))
    request.app[LIVE].wake()
    response = web.json_response({})
    response.del_cookie(STAFF_COOKIE, path="/desk")
    return response


def _leave(hall: Hall, session: Session, seat: Seat) -> None:
    staff = seat.staff(session)
    hall.staff.logout(session, seat.token)
    hall.presences.leave(session, staff)
    hall.queue.switched(session, staff)


@seated(new_password_first=False)
async def change_password(request: web.Request, seat: Seat) -> web.Response:
    """Replace the own password."""
    hall, body = request.app[HALL], await json_body(request)
    old, new = text_field(body, "old"), text_field(body, "new")
    if old == new:
        raise InvalidInput("新密码要和原来的不一样。")
    await hall.run(lambda s: hall.staff.change_password(s, seat.staff(s), old, new))
    return web.json_response({})


@seated(new_password_first=False)
async def me(request: web.Request, seat: Seat) -> web.Response:
    """Who is logged in, with the token that changes have to carry."""
    profile = request.app[HALL].profile
    return web.json_response(
        {
            "login": seat.login, "name": seat.name, "role": seat.role.value, "role_label": seat.role.label,
            "may_work": seat.may_work, "may": sorted(PERMISSIONS[seat.role]), "id": seat.staff_id, "must_change": seat.must_change, "csrf": seat.csrf,
            "hall": profile.name, "banner": profile.banner,
        }
    )  # fmt: skip


async def enter_by_link(request: web.Request) -> web.Response:
    """A runner's personal link: keep it as a cookie, and take it out of the address.

    The number in the fragment lets a phone that another runner used forget what it kept of them.
    """
    hall, token = request.app[HALL], request.match_info["token"]
    response = web.Response(status=303, headers={"Location": "/runner", "Cache-Control": "no-store"})
    try:
        number = await hall.read(lambda s: hall.runners.by_token(s, token).number)
    except LoginRequired:
        response.del_cookie(RUNNER_COOKIE, path="/runner")  # the page then says what to do
    else:
        response.headers["Location"] = f"/runner#{number}"
        _set_cookie(response, hall, RUNNER_COOKIE, token, path="/runner", hours=hall.settings.link_days * 24)
    return response


def _set_cookie(
    response: web.Response, hall: Hall, name: str, value: str, *, path: str, hours: float
) -> None:
    response.set_cookie(
        name, value, path=path, max_age=int(hours * 3600), httponly=True, samesite="Strict",
        secure=hall.settings.address.startswith("https:"),
    )  # fmt: skip


def _check_our_page(request: web.Request) -> None:
    if request.headers.get("X-Requested-With") != OUR_PAGES:
        raise Forbidden("请在页面上操作。")


def _check_csrf(request: web.Request, seat: Seat) -> None:
    if not hmac.compare_digest(request.headers.get("X-CSRF-Token", "").encode(), seat.csrf.encode()):
        raise Forbidden("页面已经过期，请刷新后再试。", login=seat.login)


def text_field(body: dict[str, Any], name: str, longest: int = 20_000) -> str:
    """A text of a JSON object, empty when missing; raises InvalidInput for anything else."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise InvalidInput(f"{name} 应当是文字。")
    if len(value) > longest:
        raise InvalidInput(f"{name} 太长了，最多{longest}字。")
    return value
