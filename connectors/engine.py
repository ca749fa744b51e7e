"""The hall's line to the dialogue engine, and the engine's process."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import secrets
import signal
import socket
import time
from asyncio.subprocess import Process
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from hotline.conversations import Utterance
from hotline.settings import ROOT

log = logging.getLogger(__name__)

PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
TURN_SECONDS = 30.0  # a turn that takes longer has failed
STOP_SECONDS = 15.0
LONGEST_PAUSE = 30.0  # between two starts of an engine that keeps dying


_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def _end_with_the_hall() -> None:
    """Run in the engine's process before it starts: kill -9 of the hall leaves no engine behind (Linux)."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class EngineUnavailable(Exception):
    """The engine is starting, dead, or failed at this message; the message may be sent again."""


@dataclass
class EngineClient:
    """Asks the engine over loopback."""

    url: str  # http://127.0.0.1:port
    secret: str
    _session: aiohttp.ClientSession | None = field(default=None, repr=False)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TURN_SECONDS))
        return self._session

    async def is_ready(self) -> bool:
        """Whether the engine answers."""
        try:
            async with self._http().get(f"{self.url}/webhooks/hall/ready") as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def ask(
        self, *, conversation: str, message_id: str, channel: str, text: str, payload: str | None, now: datetime,
        settled: dict[str, Any] | None = None,
    ) -> list[Utterance]:  # fmt: skip
        """The assistant's answer to what was said at `now`, from what staff settled; raises EngineUnavailable."""
        body: dict[str, Any] = {
            "conversation": conversation, "id": message_id, "channel": channel, "text": text, "payload": payload,
            "settled": settled or {}, "metadata": {"now": now.isoformat()},
        }  # fmt: skip
        try:
            async with self._http().post(
                f"{self.url}/webhooks/hall/message", json=body, headers={"X-Secret": self.secret}
            ) as response:
                if response.status != 200:
                    raise EngineUnavailable(f"engine answered {response.status}: {(await response.text())[:300]}")
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise EngineUnavailable(str(error)) from error
        expects, understood = answer.get("expects", ""), answer.get("understood") or {}
        return [Utterance(message["text"], message["buttons"], expects, understood) for message in answer["messages"]]

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()


def free_port() -> int:
    """A port on the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class EngineProcess:
    """Runs the engine, and starts it again when it dies."""

    def __init__(self, *, model: Path, data_dir: Path, actions_url: str, actions_token: str) -> None:
        self.model = model
        self.data_dir = data_dir
        self.port = free_port()
        self.client = EngineClient(f"http://127.0.0.1:{self.port}", secrets.token_urlsafe(24))
        self._actions = (actions_url, actions_token)
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def _environment(self) -> dict[str, str]:
        url, token = self._actions
        (self.data_dir / "engine").mkdir(parents=True, exist_ok=True)
        return {
            **os.environ,
            "RASA_TELEMETRY_ENABLED": "false",
            "PAOTUAN_ENGINE_SECRET": self.client.secret,
            "PAOTUAN_ACTIONS_URL": url,
            "PAOTUAN_ACTIONS_TOKEN": token,
            "PAOTUAN_TRACKER_DB": str(self.data_dir / "engine" / "trackers.db"),
            "PYTHONPATH": str(ROOT),
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "SANIC_WORKERS": "1",
        }

    async def _spawn(self) -> Process:
        log_file = self.data_dir / "engine" / "engine.log"
        environment = self._environment()
        with log_file.open("ab") as sink:
            return await asyncio.create_subprocess_exec(
                str(PYTHON), "-m", "rasa", "run", "--model", str(self.model),
                "--interface", "127.0.0.1", "--port", str(self.port),
                "--credentials", str(ROOT / "bot" / "credentials.yml"),
                "--endpoints", str(ROOT / "bot" / "endpoints.yml"),
                cwd=ROOT, env=environment, stdout=sink, stderr=sink, start_new_session=True,
                preexec_fn=_end_with_the_hall,
            )  # fmt: skip

    def start(self) -> None:
        """Begin to keep the engine alive."""
        self._keeper = asyncio.create_task(self._keep_alive())

    async def _keep_alive(self) -> None:
        pause = 1.0
        while True:
            began = time.monotonic()
            self._process = await self._spawn()
            log.info("engine: started as process %s on port %s", self._process.pid, self.port)
            code = await self._process.wait()
            log.error("engine: process ended with code %s, starting it again", code)
            pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def stop(self) -> None:
        """End the engine: politely first, then not."""
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        process = self._process
        if process and process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        await self.client.close()
