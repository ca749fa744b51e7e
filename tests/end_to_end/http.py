"""Plain HTTP for tests: one request, one answer, and streams of server-sent events."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 120.0  # seconds for one answer: an engine on a busy machine is slow, and 30 s are its own limit


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any  # the JSON, or the text of anything else
    headers: http.client.HTTPMessage

    @property
    def error(self) -> str:
        """The wording for people of a refusal."""
        return str(self.body["error"]["message"])


@dataclass
class Http:
    """A program that talks to the hall and keeps its cookies."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)  # sent with every request
    from_address: str = "127.0.0.1"  # on Linux all of 127.0.0.0/8 is this machine: every test can be somebody else

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request; bytes go as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        with closing(self._connect()) as connection:
            connection.request(method, path, data, self._headers(headers))
            response = connection.getresponse()
            raw = response.read().decode()
        if cookie := response.getheader("Set-Cookie"):
            self.headers["Cookie"] = cookie.split(";")[0]
        is_json = response.getheader("Content-Type", "").startswith("application/json")
        return Answer(response.status, json.loads(raw) if is_json else raw, response.headers)

    def events(self, path: str, seconds: float = PATIENCE, **headers: str) -> Iterator[dict[str, Any]]:
        """The data of a stream's events, each with its `event_id` and `event_name`, until the time is up."""
        until = time.monotonic() + seconds
        with closing(self._connect()) as connection:
            connection.request("GET", path, headers=self._headers(headers))
            response = connection.getresponse()
            assert response.status == 200, response.read().decode()
            event: dict[str, str] = {}
            while time.monotonic() < until and (line := response.readline().decode()):
                name, _, value = line.rstrip("\n").partition(": ")
                if name in ("id", "event", "data"):
                    event[name] = value
                elif not line.strip() and "data" in event:
                    yield {**json.loads(event.pop("data")), "event_id": event.get("id"), "event_name": event.get("event")}

    def _connect(self) -> http.client.HTTPConnection:
        here = (self.from_address, 0)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE, source_address=here)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Content-Type": "application/json", **self.headers, **named}


def wait_for(holds: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until something holds, and return it."""
    until = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < until, f"never happened: {what}"
        time.sleep(0.2)
    return found
