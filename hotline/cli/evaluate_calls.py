"""`paotuan evaluate calls`: scripted callers over the call core and the trained assistant."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from connectors.calls import CallLine
from connectors.live import Live
from hotline.cli.engine_model import ensure_model
from hotline.cli.options import AsJson
from hotline.cli.rehearsal import Rehearsal, running
from hotline.evaluation.call_figures import CallFigures, PlayedCall, conducts, figures, play, spoken_titles
from hotline.evaluation.callers import Conduct, read_callers
from hotline.settings import ROOT

console = Console()
CALLERS = ROOT / "tests" / "calls" / "callers.tsv"
RATES = (0.0, 0.1, 0.2, 0.3)  # shares of misheard characters
CALL_SECONDS = 300.0  # a call that takes longer is broken


def calls(
    cer: Annotated[float | None, typer.Option(min=0, max=1, help="错字率；不写就 0、10%、20%、30% 都测。")] = None,
    wanted: Annotated[int, typer.Option("--calls", min=1, help="每种错字率打多少通。")] = 60,
    at_once: Annotated[int, typer.Option(min=1, help="同时打多少通。")] = 1,
    seed: int = 7,
    file: Annotated[Path | None, typer.Option("--set", help="打电话的人（TSV）；不写就用自带的。")] = None,
    show: Annotated[bool, typer.Option(help="把没办成的电话一句一句写出来。")] = False,
    as_json: AsJson = False,
) -> None:
    """电话：照剧本打来的人，多少通办成了对的单、转了人工、办错了，听错的字越来越多时怎样。"""
    callers = read_callers(file or CALLERS)
    rows: list[CallFigures] = []
    with running(ensure_model(Console(stderr=True))) as here:
        titles = spoken_titles(here.hall.catalogue)
        for rate in RATES if cer is None else (cer,):
            played = _play(here, conducts(callers, rate, seed, titles, wanted), at_once, f"错字 {rate:.0%}")
            rows.append(figures(rate, played))
            if show:
                _show(played)
    if as_json:
        for row in rows:
            print(json.dumps(row.as_json(), ensure_ascii=False))
    else:
        console.print(_table(rows, at_once))


def _play(here: Rehearsal, people: Sequence[Conduct], at_once: int, title: str) -> list[PlayedCall]:
    line = CallLine(here.hall, here.turns, Live())

    async def one(conduct: Conduct) -> PlayedCall:
        return await play(here.hall, line.begin, line.hear, conduct, uuid.uuid4().hex)

    async def some(group: Sequence[Conduct]) -> list[PlayedCall]:
        return list(await asyncio.gather(*map(one, group)))

    groups = [people[n : n + at_once] for n in range(0, len(people), at_once)]
    progress = track(groups, title, console=Console(stderr=True), transient=True)
    return [played for group in progress for played in here.run(some(group), CALL_SECONDS)]


def _show(played: Sequence[PlayedCall]) -> None:
    for call in played:
        if call.outcome != "right":
            console.print(f"\n[bold]{call.outcome} {escape(call.why)}[/bold]")
            console.print(escape("\n".join(call.transcript)))


def _table(rows: Sequence[CallFigures], at_once: int) -> Table:
    table = Table(title=f"电话（同时 {at_once} 通）")
    for column in ("错字", "通数", "办对", "转人工或约回电", "办错", "没有下文", "轮次", "办成一单说话", "回话毫秒", "第95百分位"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(
            f"{row.cer:.0%}", str(row.calls), *(f"{share:.1%}" for share in (row.right, row.person, row.wrong, row.dead)),
            f"{row.turns_median:.0f}", f"{row.seconds_median:.0f} 秒", f"{row.answer_ms_median:.0f}", f"{row.answer_ms_95:.0f}",
        )  # fmt: skip
    return table
