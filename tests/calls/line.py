"""A telephone line for tests: plays Twilio towards the hall, with real signatures, over the real application."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from aiohttp.test_utils import TestClient
from twilio.request_validator import RequestValidator

from tests.calls.twiml_table import check

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://hall.example"
NUMBER = "+868271234567"
VOICE = "/webhooks/twilio/voice"


def sign(path_qs: str, form: dict[str, str], token: str = TOKEN, base: str = PUBLIC) -> str:
    """What Twilio puts into X-Twilio-Signature."""
    return str(RequestValidator(token).compute_signature(base + path_qs, form))


async def post(client: TestClient[Any, Any], path_qs: str, form: dict[str, str], signature: str | None = None) -> Any:
    """A signed form of Twilio."""
    return await client.post(path_qs, data=form, headers={"X-Twilio-Signature": signature or sign(path_qs, form)})


@dataclass
class Document:
    """A TwiML document, read as a caller hears it."""

    xml: str
    root: ElementTree.Element = field(init=False)

    def __post_init__(self) -> None:
        self.root = ElementTree.fromstring(self.xml)
        check(self.root)

    @property
    def says(self) -> str:
        """Everything that is spoken."""
        return "".join("".join(say.itertext()) for say in self.root.iter("Say"))

    def find(self, verb: str) -> ElementTree.Element | None:
        """The first verb of a name, or None."""
        return next(self.root.iter(verb), None)

    def action(self, verb: str) -> str:
        """Where a verb sends its result: a path with its query."""
        element = self.find(verb)
        assert element is not None, self.xml
        address = element.get("action") or (element.text or "")
        return re.sub(r"^https://[^/]+", "", address)


class Phone:
    """A citizen's telephone: each method is what the person does, each returns what is heard."""

    def __init__(self, client: TestClient[Any, Any], number: str = "+8613800001234", sid: str = "CA01") -> None:
        self.client = client
        self.form = {"CallSid": sid, "From": number, "To": NUMBER, "AccountSid": "AC01", "Direction": "inbound"}
        self.heard = Document("<Response/>")

    async def _post(self, path_qs: str, **more: str) -> Document:
        response = await post(self.client, path_qs, {**self.form, **more})
        assert response.status == 200, await response.text()
        self.heard = Document(await response.text())
        return self.heard

    async def ring(self) -> Document:
        """Dial the hotline."""
        return await self._post(VOICE)

    async def say(self, text: str, confidence: str = "0.9") -> Document:
        """Speak, as the recogniser understands it."""
        return await self._post(self.heard.action("Gather"), SpeechResult=text, Confidence=confidence)

    async def press(self, digits: str) -> Document:
        """Keys."""
        return await self._post(self.heard.action("Gather"), Digits=digits)

    async def be_silent(self) -> Document:
        """Say nothing until the line gives up waiting."""
        return await self._post(self.heard.action("Gather"))

    async def wait(self) -> Document:
        """Follow a <Redirect>."""
        return await self._post(self.heard.action("Redirect"))

    async def dial_ends(self, status: str = "no-answer") -> Document:
        """The person who was rung did not answer, or hung up."""
        return await self._post(self.heard.action("Dial"), DialCallStatus=status)

    async def hang_up(self) -> None:
        """The line is down."""
        form = {**self.form, "CallStatus": "completed"}
        assert (await post(self.client, f"{VOICE}/status", form)).status == 204

    async def rung_person(self) -> str:
        """The person who was rung answers: what they hear; `press_there` answers."""
        number = self.heard.find("Number")
        assert number is not None, self.heard.xml
        self._whisper = re.sub(r"^https://[^/]+", "", number.get("url") or "")
        response = await post(self.client, self._whisper, {**self.form, "CallSid": "CA99"})
        self._there = Document(await response.text())
        return self._there.says

    async def press_there(self, digits: str) -> Document:
        """A key of the person who was rung."""
        form = {**self.form, "CallSid": "CA99", "Digits": digits}
        response = await post(self.client, self._there.action("Gather"), form)
        return Document(await response.text())
