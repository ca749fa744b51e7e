"""The wiring: one aiohttp application for citizens, runners and staff, and one for the engine's actions."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from actions import make_executor
from connectors.calls import CALLS, CallLine
from connectors.engine import EngineClient
from connectors.keys import ENGINE, HALL, LIVE, TURNS
from connectors.live import Live
from connectors.photos import photo_routes
from connectors.turns import Turns
from connectors.twilio.bridges import bridge_routes
from connectors.twilio.messages import message_routes
from connectors.twilio.relay import relay_routes
from connectors.twilio.rest import TwilioSender
from connectors.twilio.revisits import revisit_routes
from connectors.twilio.voice import voice_routes
from connectors.web_chat import chat_routes
from desk.app import desk_routes
from desk.telephone import end_calls, keep_calls
from hotline.errors import HotlineError
from hotline.hall import Hall
from hotline.review_process import review_accepted_forever

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LARGEST_BODY = 256 * 1024
DISPATCH_SECONDS = 0.5  # how often due dispatch steps are looked for
DEADLINE_SECONDS = 5.0  # how often missed deadlines are looked for
QUEUE_SECONDS = 1.0  # how often the queue for people is looked at
OUTBOX_SECONDS = 1.0  # how often something to send is looked for
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_app(hall: Hall, engine: EngineClient) -> web.Application:
    """The application that faces the network."""
    app = web.Application(middlewares=[errors_as_json], client_max_size=LARGEST_BODY)
    app[HALL], app[ENGINE], app[LIVE] = hall, engine, Live()
    app[TURNS] = Turns(hall, engine, app[LIVE])
    app.add_routes(chat_routes())
    app.add_routes(photo_routes())
    app.add_routes(desk_routes())
    if hall.settings.twilio_auth_token:
        app[CALLS] = CallLine(hall, app[TURNS], app[LIVE])
        if hall.settings.twilio_account_sid:
            hall.outbox.senders.append(TwilioSender(hall.settings))
        app.add_routes([*voice_routes(), *revisit_routes(), *bridge_routes(), *relay_routes(), *message_routes()])
    app.on_response_prepare.append(_add_security_headers)
    app.on_startup.append(keep_calls)
    app.on_shutdown.append(end_calls)
    app.cleanup_ctx.append(_background)
    return app


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Our errors with code and Chinese wording; anything else is logged and told without detail."""
    try:
        return await handler(request)
    except HotlineError as error:
        log.info("%s %s: %s", request.method, _route(request), error)
        return _error(error.code, error.wording, error.status)
    except web.HTTPRequestEntityTooLarge:
        return _error("too_large", "内容太大了，请分几次发。", 413)
    except web.HTTPNotFound:
        return _error("not_found", "没有这个页面。", 404)
    except web.RequestPayloadError:
        return _error("unreadable", "发来的内容读不出来。", 400)
    except web.HTTPMethodNotAllowed:
        return _error("method_not_allowed", "这个地址不能这样用。", 405)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("%s %s failed", request.method, _route(request))
        return _error("internal", "系统出了点问题，请稍后再试。", 500)


def _route(request: web.Request) -> str:
    """The address without what fills it: tokens are keys and stay out of the log."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown address"


def _error(code: str, message: str, status: int) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


async def _add_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(SECURITY_HEADERS)


async def _background(app: web.Application) -> AsyncIterator[None]:
    tasks = [
        asyncio.create_task(app[TURNS].answer_owed_forever()),
        asyncio.create_task(_dispatch_forever(app[HALL], app[LIVE])),
        asyncio.create_task(_keep_deadlines(app[HALL], app[LIVE])),
        asyncio.create_task(_keep_queue(app[HALL], app[LIVE])),
        asyncio.create_task(_empty_outbox(app[HALL])),
        asyncio.create_task(app[HALL].follow_live_version()),
        asyncio.create_task(review_accepted_forever(app[HALL])),
    ]
    yield
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _dispatch_forever(hall: Hall, live: Live) -> None:
    while True:
        pause = DISPATCH_SECONDS
        try:
            changed = await hall.run(hall.dispatch.step)
            if changed:
                live.wake()
            if hall.dispatch.has_more(changed):
                pause = 0.0
        except Exception:
            log.exception("dispatch step failed, goes on")
        await asyncio.sleep(pause)


async def _keep_deadlines(hall: Hall, live: Live) -> None:
    while True:
        try:
            if await hall.run(hall.deadlines.step):
                live.wake()
            if await hall.run(hall.verifications.step):
                live.wake()
        except Exception:
            log.exception("deadline step failed, goes on")
        await asyncio.sleep(DEADLINE_SECONDS)


async def _keep_queue(hall: Hall, live: Live) -> None:
    while True:
        try:
            if await hall.run(hall.queue.step):
                live.wake()
        except Exception:
            log.exception("queue step failed, goes on")
        await asyncio.sleep(QUEUE_SECONDS)


async def _empty_outbox(hall: Hall) -> None:
    while True:
        try:
            await asyncio.to_thread(hall.outbox.step, hall.database)
        except Exception:
            log.exception("outbox step failed, goes on")
        await asyncio.sleep(OUTBOX_SECONDS)


def make_actions_app(hall: Hall, token: str | None = None) -> tuple[web.Application, str]:
    """The engine's action server, for the loopback address only: (application, its secret)."""
    token = token or secrets.token_urlsafe(24)
    executor = make_executor(hall)

    async def webhook(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.query.get("token", ""), token):
            return web.json_response({"error": "forbidden"}, status=403)
        result = await executor.run(await request.json())
        return web.json_response(result.model_dump() if result else {"events": [], "responses": []})

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/actions/webhook", webhook)
    return app, token
