"""How evaluations show themselves: progress on the error stream, then tables or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hotline.evaluation.sheets import Sheet

console = Console()


def progress_bars() -> Progress:
    """Bars on the error stream, so that the output holds tables or JSON only."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def print_sheets(sheets: Sequence[Sheet], as_json: bool, *, rows: object) -> None:
    """The tables, or one JSON object with every figure and the single rows."""
    if as_json:
        print(json.dumps({sheet.key: sheet.figures for sheet in sheets} | {"rows": rows}, ensure_ascii=False))
        return
    for sheet in sheets:
        table = Table(title=sheet.title, title_justify="left")
        for number, column in enumerate(sheet.columns):
            table.add_column(column, justify="left" if number == 0 or sheet.key == "confusions" else "right")
        for row in sheet.rows:
            table.add_row(*row)
        console.print(table)
