"""Live pages: what a page shows is sent again, as a server-sent event, whenever it changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from connectors.keys import HALL, LIVE
from connectors.live import open_stream
from hotline.clock import local
from hotline.errors import HotlineError


async def follow(request: web.Request, look: Callable[[], Awaitable[dict[str, Any]]]) -> web.StreamResponse:
    """Send what `look` sees as event `state` at once and after every change, until the page is closed.

    When `look` raises a HotlineError (the login ended), the page is told by event `over`.
    """
    clock, live = request.app[HALL].clock, request.app[LIVE]
    stream = await open_stream(request)
    last: dict[str, Any] | None = None
    with contextlib.suppress(ConnectionResetError, asyncio.CancelledError):
        while True:
            try:
                state = await look()
            except HotlineError as error:
                await _send(stream, "over", {"code": error.code, "message": error.wording})
                break
            if state != last:
                now = local(clock()).isoformat(timespec="milliseconds")
                await _send(stream, "state", {**state, "now": now})
                last = state
            else:
                await stream.write(b": still here\n\n")
            await live.news()
    return stream


async def _send(stream: web.StreamResponse, event: str, data: dict[str, Any]) -> None:
    await stream.write(f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
