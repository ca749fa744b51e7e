"""The real product as a process: started, asked through its command line, stopped, killed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.engine import free_port
from hotline.settings import ROOT
from tests.end_to_end.http import Http, wait_for

START_SECONDS = 300  # the engine is there after 30 to 50 s on an idle machine
STOP_SECONDS = 30


@dataclass
class RunningHall:
    """`paotuan serve` over one data folder; after an end it can be started again."""

    data_dir: Path
    settings: dict[str, str] = field(default_factory=dict)  # PAOTUAN_* variables
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where browsers find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def http(self) -> Http:
        """A program without cookies that talks to it."""
        return Http(self.port)

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None

    def start(self, *, engine: bool = True) -> None:
        """Start it and wait until it answers; with the engine, until that answers too."""
        with self._printed_file.open("ab") as sink:
            self.process = subprocess.Popen(
                [*PAOTUAN, "serve", "--port", str(self.port), "--data-dir", str(self.data_dir)],
                cwd=ROOT, env=self._environment, stdout=sink, stderr=sink, start_new_session=True,
            )  # fmt: skip
        wait_for(lambda: self._answers("/readyz" if engine else "/healthz"), "the hall answers", START_SECONDS)

    def wait_for_engine(self) -> None:
        """Wait until the dialogue engine answers."""
        wait_for(lambda: self._answers("/readyz"), "the engine answers", START_SECONDS)

    def _answers(self, path: str) -> bool:
        assert self.is_running, f"the hall ended by itself:\n{self.printed[-3000:]}"
        with contextlib.suppress(OSError):
            return self.http("GET", path).status == 200
        return False

    def stop(self) -> None:
        """End it politely; after half a minute not so."""
        if self.process is None or not self.is_running:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """kill -9, as a power cut would do it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def kill_engine(self) -> None:
        """kill -9 of the dialogue engine alone."""
        os.kill(self.engine_pid, signal.SIGKILL)

    @property
    def engine_pid(self) -> int:
        """The process id of the engine that was started last."""
        return int(re.findall(r"engine: started as process (\d+)", self.log)[-1])

    @property
    def log(self) -> str:
        """The hall's log."""
        return (self.data_dir / "hall.log").read_text("utf-8")

    @property
    def printed(self) -> str:
        """What `serve` printed for whoever started it."""
        return self._printed_file.read_text("utf-8")

    @property
    def _printed_file(self) -> Path:
        return self.data_dir / "printed.txt"

    @property
    def one_time_password(self) -> str:
        """The administrator's password that the first `serve` printed."""
        return re.findall(r"一次性密码 (\S{12})（", self.printed)[0]

    def paotuan(self, *words: str) -> str:
        """What a verb of the command line prints."""
        done = subprocess.run(
            [*PAOTUAN, *words, "--data-dir", str(self.data_dir)],
            cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def order(self, number: str) -> dict[str, Any]:
        """`paotuan orders show NUMBER --json`."""
        return dict(json.loads(self.paotuan("orders", "show", number, "--json")))

    def orders(self) -> list[dict[str, Any]]:
        """`paotuan orders list --json`, newest first."""
        return list(json.loads(self.paotuan("orders", "list", "--limit", "1000", "--json")))

    @property
    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PAOTUAN_")}
        return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "120", **ANY_HOUR, **self.settings}


ANY_HOUR = {"PAOTUAN_OFFER_AT_NIGHT": "true"}  # the tests run on the real clock
PAOTUAN = [sys.executable, "-m", "hotline.cli"]
