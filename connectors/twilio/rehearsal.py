"""A telephone without a line: plays Twilio towards the hall, with signed requests, over either transport.

For trying and measuring. What the caller would hear comes back as plain text; documents and messages
are read as Twilio reads them, and nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlsplit
from xml.etree import ElementTree

import aiohttp
from twilio.request_validator import RequestValidator

from connectors.twilio.numbers import to_line
from connectors.twilio.twiml import PATH
from hotline.settings import Settings

RELAY = "/webhooks/twilio/relay"
QUIET = 0.35  # seconds after which the relay is taken to have said everything


class LineError(Exception):
    """The hall refused or broke the call; the text is what it said."""


@dataclass(frozen=True)
class Sound:
    """What is heard after something was done."""

    text: str
    rings: str = ""  # number of the person who is rung now
    over: bool = False  # the line is down
    seconds: float = 0.0  # from the end of what we said to the first word back


class Telephone:
    """One call. `async with Telephone(…) as phone: print((await phone.ring()).text)`"""

    def __init__(self, settings: Settings, local: str, number: str, *, relay: bool = False) -> None:
        self.settings = settings
        self.local = local.rstrip("/")
        self.relay = relay
        self.sid = "CA" + secrets.token_hex(16)
        self.form = {
            "CallSid": self.sid, "AccountSid": settings.twilio_account_sid or "AC" + "0" * 32, "CallStatus": "in-progress",
            "From": to_line(number) if number else "anonymous", "To": settings.twilio_number, "Direction": "inbound",
        }  # fmt: skip
        self._http = aiohttp.ClientSession()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._document = ElementTree.Element("Response")
        self._whisper = ""

    async def __aenter__(self) -> Telephone:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the line without telling the hall."""
        if self._socket:
            await self._socket.close()
        await self._http.close()

    async def ring(self) -> Sound:
        """Dial the hotline."""
        sound = await self._post(PATH)
        if self._document.find("Connect") is None:
            return sound
        self.relay = True
        return await self._open_relay()

    async def answer_offer(self, offer_id: int) -> Sound:
        """Be the runner who is rung for an offer, and pick up."""
        return await self._post(f"{PATH}/offer?offer={offer_id}", AnsweredBy="human")

    async def say(self, text: str, confidence: float = 0.9) -> Sound:
        """Speak, as the recogniser writes it down."""
        if self._socket:
            return await self._send({"type": "prompt", "voicePrompt": text, "lang": "zh-CN", "last": True})
        return await self._post(self._action("Gather"), SpeechResult=text, Confidence=f"{confidence:.2f}")

    async def break_in(self, after: str, text: str) -> Sound:
        """Speak while the hotline still speaks, of which only `after` was heard."""
        if self._socket:
            interrupt = {"type": "interrupt", "utteranceUntilInterrupt": after, "durationUntilInterruptMs": "460"}
            await self._socket.send_str(json.dumps(interrupt, ensure_ascii=False))
        return await self.say(text)

    async def press(self, digits: str) -> Sound:
        """Keys."""
        if self._socket:
            keys = digits if digits.endswith("#") or len(digits) == 1 else digits + "#"
            return await self._send(*({"type": "dtmf", "digit": key} for key in keys))
        return await self._post(self._action("Gather"), Digits=digits.rstrip("#"))

    async def be_silent(self, patience: float = 60) -> Sound:
        """Say nothing until the hall notices (over the relay in real time, for so many seconds at the most)."""
        return await self._hear(patience) if self._socket else await self._post(self._action("Gather"))

    async def hang_up(self) -> None:
        """The line is down."""
        if self._socket:
            await self._socket.close()
        await self._request(f"{PATH}/status", CallStatus="completed")

    async def other_side(self) -> str:
        """What the person hears who is rung and picks up."""
        number = next(self._document.iter("Number"))
        root = ElementTree.fromstring(await self._request(_path(number.get("url", "")), CallSid="CA" + secrets.token_hex(16)))
        self._whisper = _path(next(root.iter("Gather")).get("action", ""))
        return _spoken(root)

    async def other_side_presses(self, digits: str) -> bool:
        """Their key; whether they are connected now."""
        root = ElementTree.fromstring(await self._request(self._whisper, Digits=digits))
        return root.find("Hangup") is None

    async def ringing_ends(self, status: str = "no-answer") -> Sound:
        """Nobody took it, or the talk with them is over."""
        return await self._post(self._action("Dial"), DialCallStatus=status)

    async def _open_relay(self) -> Sound:
        headers = {"X-Twilio-Signature": self._sign(RELAY, {}, websocket=True)}
        self._socket = await self._http.ws_connect(self.local + RELAY, headers=headers)
        setup = {"type": "setup", "callSid": self.sid, "from": self.form["From"], "to": self.form["To"], "direction": "inbound"}
        return await self._send(setup)

    async def _send(self, *messages: Mapping[str, object]) -> Sound:
        assert self._socket
        for message in messages:
            await self._socket.send_str(json.dumps(message, ensure_ascii=False))
        return await self._hear(patience=30)

    async def _hear(self, patience: float) -> Sound:
        """Everything until the last token of a turn; a turn that only waits is followed by another."""
        assert self._socket
        began, first, text, limit = _now(), 0.0, "", patience
        while True:
            try:
                message = await self._socket.receive(timeout=limit)
            except TimeoutError:
                if not text:
                    raise LineError("大厅没有出声。") from None
                return Sound(text, seconds=first)
            if message.type is not aiohttp.WSMsgType.TEXT:
                return Sound(text, over=True, seconds=first)
            data = json.loads(message.data)
            if data["type"] == "end":
                return await self._after_relay(text, first)
            first = first or _now() - began
            text += data.get("token", "")
            limit = patience if text == "请稍等。" or not data.get("last") else QUIET

    async def _after_relay(self, text: str, first: float) -> Sound:
        assert self._socket
        await self._socket.close()
        self._socket = None
        sound = await self._post(f"{PATH}/relayed", SessionStatus="ended")
        return Sound(text, sound.rings, sound.over, first)

    async def _post(self, path_qs: str, **more: str) -> Sound:
        began = _now()
        self._document = ElementTree.fromstring(await self._request(path_qs, **more))
        text, seconds = _spoken(self._document), _now() - began
        while (redirect := self._document.find("Redirect")) is not None:
            await asyncio.sleep(0.2)
            self._document = ElementTree.fromstring(await self._request(_path(redirect.text or "")))
            text += _spoken(self._document)
        number = next(self._document.iter("Number"), None)
        return Sound(text, (number.text or "") if number is not None else "", self._document.find("Hangup") is not None, seconds)

    async def _request(self, path_qs: str, **more: str) -> str:
        form = {**self.form, **more}
        headers = {"X-Twilio-Signature": self._sign(path_qs, form)}
        async with self._http.post(self.local + path_qs, data=form, headers=headers) as response:
            body = await response.text()
            if response.status >= 400:
                raise LineError(f"大厅答复 {response.status}：{body[:200]}")
            return body

    def _sign(self, path_qs: str, form: dict[str, str], *, websocket: bool = False) -> str:
        address = self.settings.address.rstrip("/") + path_qs
        if websocket:
            address = re.sub("^http", "ws", address)
        return str(RequestValidator(self.settings.twilio_auth_token).compute_signature(address, form))

    def _action(self, verb: str) -> str:
        element = self._document.find(verb)
        if element is None:
            raise LineError("这通电话现在不听您说话。")
        return _path(element.get("action", ""))


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _spoken(root: ElementTree.Element) -> str:
    return "".join("".join(say.itertext()) for say in root.iter("Say"))


def _now() -> float:
    return asyncio.get_running_loop().time()
