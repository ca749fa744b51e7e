"""Prism: Twilio's own OpenAPI description as a server that refuses what the description does not allow."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from hotline.settings import ROOT

DESCRIPTION = Path(os.environ.get("TWILIO_OPENAPI", ROOT.parent / "shared" / "twilio" / "twilio_api_v2010.json"))
PROGRAM = shutil.which("prism") or str(ROOT / ".tools" / "prism" / "node_modules" / ".bin" / "prism")


def why_not() -> str:
    """Why Prism cannot run here; empty when it can."""
    if not DESCRIPTION.exists():
        return f"Twilio's description is not here ({DESCRIPTION.name}); set TWILIO_OPENAPI to it"
    if not Path(PROGRAM).exists():
        return "Prism is not installed: npm install --prefix .tools/prism @stoplight/prism-cli@5"
    return ""


class Prism:
    """The server, on a free port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.log = folder / "prism.log"
        self._process = subprocess.Popen(
            [PROGRAM, "mock", "--errors", "--port", str(port), "--host", "127.0.0.1", str(DESCRIPTION)],
            stdout=self.log.open("w"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._wait(port)

    def _wait(self, port: int) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(self.log.read_text())

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)
