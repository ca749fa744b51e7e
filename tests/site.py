"""The hall's real application on a port of its own, with an engine that follows a script.

The pages need an engine that answers at once and the same each time; conversations with the
trained model have tests of their own.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.engine import EngineClient, EngineUnavailable
from hotline.app import make_app
from hotline.conversations import Utterance
from hotline.hall import Hall
from hotline.store.schema import ErrandOrder
from tests.builders import HandClock, request_for

T = TypeVar("T")
CONFIRM = {"title": "对，下单", "payload": "/confirm"}
CHANGE = {"title": "要改", "payload": "/change"}


class ScriptedEngine(EngineClient):
    """Knows a handful of sentences, each of which does in the hall what the assistant would do."""

    def __init__(self, hall: Hall) -> None:
        super().__init__("http://127.0.0.1:1", "no secret")
        self.hall = hall
        self.is_up = True
        self.pause = 0.0  # seconds that an answer takes
        self.asked: list[str] = []
        self.settled: dict[str, Any] | None = None  # what came with the last question

    async def is_ready(self) -> bool:
        return self.is_up

    async def ask(
        self, *, conversation: str, message_id: str, channel: str, text: str, payload: str | None, now: datetime,
        settled: dict[str, Any] | None = None,
    ) -> list[Utterance]:  # fmt: skip
        if not self.is_up:
            raise EngineUnavailable("down")
        self.asked.append(text)
        self.settled = settled
        await asyncio.sleep(self.pause)
        return await self.hall.run(lambda s: self._answer(s, conversation, message_id, text, payload))

    def _answer(
        self, session: Session, conversation: str, message_id: str, text: str, payload: str | None
    ) -> list[Utterance]:
        found = self.hall.conversations.get(session, conversation)
        if payload == CONFIRM["payload"]:
            request = request_for(
                f"web:{message_id}", conversation_id=found.id, materials=["出生医学证明", "户口簿"]
            )
            order, _ = self.hall.orders.place(session, request)
            return [Utterance(f"下好了，订单号{order.number}。")]
        if text == "转人工":
            self.hall.conversations.hand_off(session, found.id, "市民要求转人工")
            return [Utterance("已经通知工作人员。")]
        if "上户口" in text:
            return [Utterance("办“出生登记”，对不对？", [CONFIRM, CHANGE])]
        return [Utterance(f"您说的是：{text}")]


@dataclass
class Site:
    """A running hall: its address, its parts, and the clock that moves it."""

    hall: Hall
    engine: ScriptedEngine
    clock: HandClock
    address: str = ""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def change(self, work: Callable[[Session], T]) -> T:
        """Do something in the hall's database; open pages see it a moment later."""
        with self.hall.database.begin() as session:
            return work(session)

    def orders(self) -> list[ErrandOrder]:
        """All orders, oldest first."""
        with self.hall.database.read() as session:
            return session.query(ErrandOrder).order_by(ErrandOrder.id).all()

    def wait_for(self, holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
        """Wait until something holds in the hall."""
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, f"never happened: {what}"
            time.sleep(0.05)

    def http(self) -> Http:
        """A program that talks to the hall."""
        return Http(self.address)

    @contextmanager
    def running(self) -> Iterator[Site]:
        """Serve from a thread of its own."""
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        runner = web.AppRunner(make_app(self.hall, self.engine), shutdown_timeout=0.2)
        try:
            asyncio.run_coroutine_threadsafe(self._start(runner), self._loop).result(30)
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(runner.cleanup(), self._loop).result(30)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(10)
            self.hall.close()

    async def _start(self, runner: web.AppRunner) -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Http:
    """Plain requests, with the cookies and headers that the test gives."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.headers: dict[str, str] = {}
        self._open = urllib.request.build_opener(_StayHere).open

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        sent = {
            "Content-Type": "application/json",
            **self.headers,
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        request = urllib.request.Request(self.address + path, data, sent, method=method)
        try:
            with self._open(request, timeout=60) as response:
                return self._answer(response.status, response.read(), response.headers)
        except urllib.error.HTTPError as error:
            return self._answer(error.code, error.read(), error.headers)

    def _answer(self, status: int, raw: bytes, headers: Any) -> Answer:
        kind = headers.get("Content-Type", "")
        body = json.loads(raw) if raw and kind.startswith("application/json") else raw.decode()
        return Answer(status, body, dict(headers.items()))

    def act(self, number: str, act: str, **body: Any) -> Answer:
        """Do something with an order at the desk, as a page does that has just loaded it."""
        seen = self("GET", f"/desk/orders/{number}").body["seen"]
        return self("POST", f"/desk/orders/{number}/{act}", {"seen": seen, **body})

    def log_in(self, login: str, password: str) -> Answer:
        """Log in at the desk; afterwards requests carry the session and its CSRF token."""
        answer = self(
            "POST", "/desk/login", {"login": login, "password": password}, X_Requested_With="paotuan"
        )
        if answer.status == 200:
            self.headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]
            self.headers["X-CSRF-Token"] = self("GET", "/desk/me").body["csrf"]
        return answer

    def enter(self, token: str) -> Answer:
        """Come in by a runner's personal link."""
        answer = self("GET", f"/runner/{token}")
        self.headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]
        self.headers["X-Requested-With"] = "paotuan"
        return answer
