"""`paotuan evaluate dialogue`: the written conversations, and how long a turn takes over HTTP."""

from __future__ import annotations

import json
import os
import time
import urllib.request
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from hotline.cli.engine_model import ensure_model
from hotline.cli.figures import print_sheets
from hotline.cli.options import AsJson
from hotline.cli.rehearsal import rehearsal
from hotline.evaluation.dialogue_figures import Running, goal_sheet, running_sheet, time_sheet
from hotline.evaluation.dialogues import Dialogue, Mark, read_dialogues
from hotline.settings import ROOT

DIALOGUES = ROOT / "tests" / "conversations"
AT_ONCE = 8  # citizens
WARM_UP = 5  # dialogues over HTTP that are not counted


def dialogue(
    path: Annotated[Path | None, typer.Option("--set", help="对话文件或文件夹；不写就用自带的。")] = None,
    over_http: Annotated[int, typer.Option("--http", help="拿这么多段对话从网页接口再走一遍，只量时间。")] = 60,
    as_json: AsJson = False,
) -> None:
    """对话：走不走得到头，要几轮，一轮要多久。"""
    dialogues = read_dialogues(path or DIALOGUES)
    model = ensure_model(Console(stderr=True))
    with rehearsal(model) as stage:
        played = [stage.play(one) for one in dialogues]
    times: dict[str, Sequence[float]] = {"大厅里（不经网络）": [s for one in played for s in one.seconds]}
    sheets = [goal_sheet(played)]
    if over_http:
        times["网页接口（HTTP）"], running = _served(model, dialogues[: over_http + WARM_UP])
        sheets.append(running_sheet(running))
    failed = [{"title": one.dialogue.title, "problems": one.problems} for one in played if one.problems]
    print_sheets([*sheets, time_sheet(times)], as_json, rows=failed)
    if not as_json:
        for one in played:
            if one.problems:
                Console().print(one.report(), markup=False)


def _served(model: Path, dialogues: Sequence[Dialogue]) -> tuple[list[float], Running]:
    """Seconds of each turn of one citizen after the other, then how many turns several carry together."""
    began = time.perf_counter()
    with rehearsal(model, serves_chat=True) as stage:
        ready = time.perf_counter() - began
        alone = http_turns(stage.address, dialogues)
        with ThreadPoolExecutor(AT_ONCE) as citizens:
            began = time.perf_counter()
            turns = sum(citizens.map(lambda one: len(http_turns(stage.address, [one], warm_up=0)), dialogues))
            rate = turns / (time.perf_counter() - began)
        return alone, Running(ready, _peak_mb(stage.engine_process), _peak_mb(os.getpid()), AT_ONCE, rate)


def _peak_mb(process: int | None) -> float:
    """The largest resident memory of a process so far (Linux)."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def http_turns(address: str, dialogues: Sequence[Dialogue], *, warm_up: int = WARM_UP) -> list[float]:
    """Seconds of each turn over HTTP, one citizen after the other; the first dialogues only warm up."""
    seconds: list[float] = []
    for number, one in enumerate(dialogues):
        token = _post(f"{address}/api/chat", {})["conversation_id"]
        for line in one.lines:
            if line.mark is Mark.SAYS:
                began = time.perf_counter()
                _post(f"{address}/api/chat/{token}/messages", {"id": uuid.uuid4().hex, "text": line.text})
                if number >= warm_up:
                    seconds.append(time.perf_counter() - began)
    return seconds


def _post(url: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.loads(response.read())
    return answer
