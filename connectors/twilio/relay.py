"""Calls over ConversationRelay: Twilio's recogniser and voice on one side of a WebSocket, text on ours.

Messages and their fields are Twilio's ("Getting and sending WebSocket messages"). What cannot be read is
logged and ignored; a socket that closes suddenly leaves the call where it was, and `/relayed` goes on.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from aiohttp import WSMsgType, web

from connectors.calls import CALLS, CallLine
from connectors.keys import HALL
from connectors.twilio.numbers import from_line
from connectors.twilio.signature import check_handshake
from hotline.calls.desk import PERSON_KEY, REPEAT_KEY
from hotline.calls.steps import Heard, Step
from hotline.errors import HotlineError

log = logging.getLogger(__name__)

CHARACTERS_A_SECOND = 4.5  # of a Chinese voice; tells when silence begins
KEY_PAUSE = 3.0  # seconds after the last key until keys count as complete
LARGEST_MESSAGE = 64 * 1024


def relay_routes() -> list[web.AbstractRouteDef]:
    """The WebSocket's address."""
    return [web.get("/webhooks/twilio/relay", open_relay)]


async def open_relay(request: web.Request) -> web.WebSocketResponse:
    """One call over one socket."""
    if not request.app[HALL].settings.call_relay:
        raise web.HTTPNotFound()
    check_handshake(request)
    socket = web.WebSocketResponse(max_msg_size=LARGEST_MESSAGE, heartbeat=30)
    await socket.prepare(request)
    await RelayedCall(socket, request.app[CALLS]).run()
    return socket


class RelayedCall:
    """One call: collects what the caller says and keys, in order, and speaks the steps."""

    def __init__(self, socket: web.WebSocketResponse, calls: CallLine) -> None:
        self.socket = socket
        self.calls = calls
        self.call_id = ""
        self.step = Step()
        self._words = ""  # of a sentence that is not complete
        self._keys = ""
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._silence: asyncio.TimerHandle | None = None
        self._complete: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Until the socket closes."""
        worker: asyncio.Task[None] | None = None
        try:
            async for message in self.socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                data = _read(message.data)
                if data.get("type") == "setup" and worker is None:
                    self.call_id = str(data.get("callSid", ""))
                    worker = asyncio.create_task(self._talk(str(data.get("from", ""))))
                elif worker is None:
                    log.warning("relay: %r before setup", data.get("type"))
                else:
                    await self._take(data)
        finally:
            self._stop_timers()
            if worker:
                worker.cancel()
                await asyncio.gather(worker, return_exceptions=True)

    async def _take(self, data: dict[str, Any]) -> None:
        kind = data.get("type")
        if kind == "prompt":
            self._prompt(str(data.get("voicePrompt", "")), last=bool(data.get("last", True)))
        elif kind == "dtmf":
            self._key(str(data.get("digit", ""))[:1])
        elif kind == "interrupt":
            await self.calls.interrupted(self.call_id, self.step.turn, str(data.get("utteranceUntilInterrupt", "")))
            self._await_silence(0)
        elif kind == "error":
            log.error("relay: call %s: %s", self.call_id, data.get("description"))
        elif kind != "setup":
            log.warning("relay: call %s: unknown message %r", self.call_id, kind)

    def _prompt(self, words: str, *, last: bool) -> None:
        """Partial answers may grow (each repeats the one before) or follow each other: both make one sentence."""
        self._stop_timers()
        self._words = words if words.startswith(self._words) else self._words + words
        if last:
            text, self._words = self._words, ""
            self._heard.put_nowait(Heard(text))

    def _key(self, key: str) -> None:
        self._stop_timers()
        if key in (PERSON_KEY, REPEAT_KEY) and not self._keys:
            self._heard.put_nowait(Heard(digits=key))
            return
        if key != "#":
            self._keys += key
        wanted = self.step.listen.digits if self.step.listen else 0
        if key == "#" or (wanted and len(self._keys) >= wanted):
            self._keys_complete()
        else:
            self._complete = asyncio.get_running_loop().call_later(KEY_PAUSE, self._keys_complete)

    def _keys_complete(self) -> None:
        digits, self._keys = self._keys, ""
        if digits:
            self._heard.put_nowait(Heard(digits=digits))

    async def _talk(self, caller: str) -> None:
        try:
            await self._speak(await self.calls.begin(self.call_id, from_line(caller)))
            while not self.socket.closed:
                heard = await self._heard.get()
                step = await self.calls.hear(self.call_id, self.step.turn + 1, heard)
                while step.wait:
                    await self._say(step)
                    step = await self.calls.hear(self.call_id, step.turn, heard)
                await self._speak(step)
        except HotlineError as error:
            log.error("relay: call %s: %s", self.call_id, error)
            await self._send(type="end")
        except ConnectionResetError:
            log.info("relay: call %s: socket is gone", self.call_id)

    async def _speak(self, step: Step) -> None:
        self.step = step
        await self._say(step)
        if step.listen:
            spoken = sum(map(len, step.says)) / CHARACTERS_A_SECOND
            self._await_silence(spoken)
        else:
            await self._send(type="end", handoffData=json.dumps({"reason": "ring" if step.ring else "done"}))

    async def _say(self, step: Step) -> None:
        says = [text for text in step.says if text]
        for place, text in enumerate(says, start=1):
            await self._send(type="text", token=text, last=place == len(says))

    async def _send(self, **message: Any) -> None:
        if not self.socket.closed:
            await self.socket.send_str(json.dumps(message, ensure_ascii=False))

    def _await_silence(self, spoken: float) -> None:
        self._stop_timers()
        if self.step.listen:
            after = spoken + self.step.listen.begin_seconds
            self._silence = asyncio.get_running_loop().call_later(after, self._heard.put_nowait, Heard())

    def _stop_timers(self) -> None:
        for timer in (self._silence, self._complete):
            if timer:
                timer.cancel()
        self._silence = self._complete = None


def _read(text: str) -> dict[str, Any]:
    """A message of Twilio; an empty one when it is no JSON object."""
    try:
        data = json.loads(text)
    except ValueError:
        log.warning("relay: a message that is no JSON: %.80s", text)
        return {}
    return data if isinstance(data, dict) else {}
