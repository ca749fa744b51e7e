"""News for open pages: a stream wakes when this hall changed something, or after a while anyhow.

The database is what counts; waking only makes it quick. So a page sees what another hall on the
same database did, only a little later.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket

from aiohttp import web

PATIENCE = 2.0  # seconds until a stream looks by itself
SILENCE_MS = 30_000  # a peer that acknowledges nothing for so long is gone


class Live:
    """Wakes everybody who waits for news."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def wake(self) -> None:
        """Something changed."""
        self._event.set()
        self._event = asyncio.Event()

    async def news(self) -> None:
        """Wait until something may have changed."""
        event = self._event
        try:
            await asyncio.wait_for(event.wait(), PATIENCE)
        except TimeoutError:
            return


LIVE = web.AppKey("live", Live)


async def open_stream(request: web.Request) -> web.StreamResponse:
    """The start of a server-sent event stream."""
    _notice_silence(request)
    stream = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await stream.prepare(request)
    await stream.write(b"retry: 2000\n\n")
    return stream


def _notice_silence(request: web.Request) -> None:
    """Let the kernel drop a phone that lost its signal; else writing succeeds for many minutes."""
    peer = request.transport.get_extra_info("socket") if request.transport else None
    if peer is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        with contextlib.suppress(OSError):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE_MS)
