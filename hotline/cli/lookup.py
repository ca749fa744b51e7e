"""`paotuan lookup`: the item lookup without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hotline.catalogue.results import LookupResult
from hotline.cli.options import AsJson, DataDir, open_hall
from hotline.errors import InvalidInput


def lookup(
    text: Annotated[str | None, typer.Argument(help="老百姓的原话。")] = None,
    batch: Annotated[Path | None, typer.Option(help="文件，每行一句。")] = None,
    limit: Annotated[int, typer.Option(help="最多列几个事项。")] = 3,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """查一句话说的是哪个事项。"""
    if (text is None) == (batch is None):
        raise InvalidInput("请给一句话，或用 --batch 给一个文件。")
    if batch is not None and not batch.exists():
        raise InvalidInput(f"找不到文件：{batch}。")
    lines = _lines(batch) if batch else [text or ""]
    hall = open_hall(data_dir)
    for line, result in zip(lines, hall.lookup.find_all(lines, limit=limit), strict=True):
        if as_json:
            print(json.dumps(result.as_json(), ensure_ascii=False), flush=True)
        else:
            _show(line, result)


def _lines(file: Path) -> list[str]:
    """The lines of a text file, in UTF-8 or GB18030; only a line break ends one."""
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _show(line: str, result: LookupResult) -> None:
    table = Table(title=f"{line} → {result.decision.label}", title_justify="left")
    for column in ("可能", "事项", "专区", "窗口", "依据"):
        table.add_column(column)
    for c in result.candidates:
        table.add_row(f"{c.score:.0%}", c.item.title, c.zone, c.window, c.evidence)
    console = Console()
    console.print(table)
    if result.question:
        console.print(result.question)
    if result.referral and result.referral.number:
        console.print(f"这件事请打 {result.referral.number}（{result.referral.who}）。")
    for further in result.further:
        _show(f"还有一件：{further.heard}", further)
