"""`paotuan understand`: what the trained model makes of utterances, without a running server."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from connectors.engine import PYTHON
from hotline.cli.engine_model import engine_environment, ensure_model
from hotline.errors import InvalidInput
from hotline.settings import ROOT


def understand(
    text: Annotated[str | None, typer.Argument(help="老百姓的原话。")] = None,
    batch: Annotated[Path | None, typer.Option(help="文件，每行一句。")] = None,
    now: Annotated[str | None, typer.Option(help="把现在当成哪一刻，例如 2026-11-23T09:00+08:00。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON（也是默认）。")] = True,
) -> None:
    """看对话模型怎样理解一句话：意图和细节。"""
    if (text is None) == (batch is None):
        raise InvalidInput("请给一句话，或用 --batch 给一个文件。")
    if batch is not None and not batch.exists():
        raise InvalidInput(f"找不到文件：{batch}。")
    lines = batch.read_text("utf-8") if batch else (text or "").replace("\n", " ")
    environment = engine_environment() | ({"PAOTUAN_NOW": now} if now else {})
    model = ensure_model(Console(stderr=True))
    done = subprocess.run(
        [str(PYTHON), "-m", "bot.understand", str(model)],
        input=lines, text=True, cwd=ROOT, env=environment, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise InvalidInput("对话引擎没有运行成功：\n" + done.stderr[-2000:])
