"""How fast and how large an engine is with a model: ready, memory, a turn, and turns a second over HTTP."""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hotline.errors import InvalidInput
from hotline.evaluation.sheets import Sheet

AT_ONCE = 4  # citizens who talk at the same time over HTTP
PATIENCE = 300.0  # seconds for an engine to get ready


@dataclass(frozen=True)
class EngineSpeed:
    """The figures of one model."""

    training: float | None  # seconds from nothing; None when the model was there
    ready: float  # seconds from the start of the process to the first understood sentence
    memory: float  # megabytes at most, of one process that understands and decides
    turns: list[float]  # milliseconds each
    rate: float  # understood sentences a second over HTTP

    @property
    def median(self) -> float:
        """Milliseconds."""
        return statistics.median(self.turns)

    @property
    def slow(self) -> float:
        """The 95th percentile, in milliseconds."""
        return statistics.quantiles(self.turns, n=20)[-1]


def measure_speed(
    python: Path,
    model: Path,
    texts: Sequence[str],
    *,
    root: Path,
    environment: Mapping[str, str],
    training: float | None,
) -> EngineSpeed:
    """Time a model twice: alone in a process, and as Rasa's server; raises InvalidInput when it does not run."""
    lines = [" ".join(text.split()) for text in texts]
    done = subprocess.run(
        [str(python), "-m", "bot.stopwatch", str(model)], cwd=root, env=environment, text=True,
        input="\n".join(lines), capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise InvalidInput("对话引擎没有运行成功：" + done.stderr[-500:])
    figures = json.loads(done.stdout)
    ready, rate = _over_http(python, model, lines, root, environment)
    return EngineSpeed(training, ready, figures["memory_mb"], figures["turns_ms"], rate)


def _over_http(
    python: Path, model: Path, lines: Sequence[str], root: Path, environment: Mapping[str, str]
) -> tuple[float, float]:
    """Seconds to ready and sentences a second, of `rasa run` on a free port of this machine."""
    port = _free_port()
    begun = time.perf_counter()
    command = [
        str(python), "-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "--model", str(model),
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(port, begun)
            ready = time.perf_counter() - begun
            with ThreadPoolExecutor(AT_ONCE) as citizens:
                begun = time.perf_counter()
                list(citizens.map(lambda line: _parse(port, line), lines))
            return ready, len(lines) / (time.perf_counter() - begun)
        finally:
            server.terminate()


def _wait(port: int, begun: float) -> None:
    """Until a sentence is understood; a model that is still loading answers with an error."""
    while time.perf_counter() - begun < PATIENCE:
        try:
            return _parse(port, "你好")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise InvalidInput("对话引擎没有在五分钟内就绪。")


def _parse(port: int, text: str) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/model/parse",
        json.dumps({"text": text}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def speed_sheet(runs: Mapping[str, EngineSpeed]) -> Sheet:
    """The figures of each model side by side."""
    rows = [
        [
            "训练（秒，从零开始）",
            *("—" if r.training is None else f"{r.training:.0f}" for r in runs.values()),
        ],
        ["启动到能回答（秒）", *(f"{r.ready:.0f}" for r in runs.values())],
        ["内存峰值（MB）", *(f"{r.memory:.0f}" for r in runs.values())],
        ["一轮：听懂并决定，中位数（毫秒）", *(f"{r.median:.1f}" for r in runs.values())],
        ["一轮，第 95 百分位（毫秒）", *(f"{r.slow:.1f}" for r in runs.values())],
        [f"HTTP 每秒听懂几句（{AT_ONCE} 人同时）", *(f"{r.rate:.1f}" for r in runs.values())],
    ]
    figures = {
        name: {
            "training_s": r.training, "ready_s": round(r.ready, 1), "memory_mb": r.memory,
            "median_ms": round(r.median, 1), "p95_ms": round(r.slow, 1), "http_per_s": round(r.rate, 1),
        }
        for name, r in runs.items()
    }  # fmt: skip
    return Sheet("speed", "快慢和大小（动作不算）", ["指标", *runs], rows, figures)
