"""`paotuan catalogue proposals`: wordings learnt from citizens and staff, reviewed and brought live."""

from __future__ import annotations

import getpass
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from hotline.alias_review import review as review_claimed
from hotline.catalogue.blast import Probe
from hotline.cli.options import AsJson, DataDir, open_hall
from hotline.errors import InvalidInput
from hotline.evaluation.cases import read_lookup_cases
from hotline.hall import Hall
from hotline.proposals import OPEN
from hotline.settings import ROOT
from hotline.store.proposals import AliasProposal
from hotline.vocabulary import ProposalState

app = typer.Typer(no_args_is_help=True, help="新说法：从市民的选择和工作人员的更正里学来的，人看过、评测过才启用。")
console = Console()
EVALUATION = ROOT / "tests" / "lookup" / "evaluation.tsv"
Numbers = Annotated[list[int], typer.Argument(help="新说法的编号，list 会列出。")]
Who = Annotated[str | None, typer.Option("--by", help="谁看的，默认是登录名。")]


@app.command("list")
def list_proposals(
    state: Annotated[str | None, typer.Option(help="只看一种：PROPOSED ACCEPTED LIVE REFUSED REJECTED。")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """列出等人看的新说法，说得多的在前。"""
    if state is not None and state.upper() not in ProposalState.__members__:
        raise InvalidInput(f"没有“{state}”这种，可以用：{'、'.join(ProposalState.__members__)}。")
    hall = open_hall(data_dir)
    states = (ProposalState(state.upper()),) if state else OPEN
    with hall.database.read() as session:
        rows = hall.proposals.of_states(session, states)
    if as_json:
        for row in rows:
            print(json.dumps(_json(hall, row), ensure_ascii=False))
        return
    table = Table()
    for column in ("编号", "说法", "事项", "次数", "来源", "情况"):
        table.add_column(column)
    for row in rows:
        one = _json(hall, row)
        table.add_row(*(Text(str(one[name])) for name in ("id", "text", "item", "times", "source", "state")))
    console.print(table)


def _json(hall: Hall, row: AliasProposal) -> dict[str, object]:
    item = hall.catalogue.get(row.item_code)
    return {
        "id": row.id, "text": row.text, "code": row.item_code, "item": item.title if item else "目录里没有了",
        "times": row.times, "source": row.source.label, "state": row.state.label, "report": row.report,
        "version": row.version,
    }  # fmt: skip


@app.command("accept")
def accept(
    numbers: Numbers,
    text: Annotated[str, typer.Option(help="改一下说法再用（只给一个编号时）。")] = "",
    force: Annotated[bool, typer.Option("--force", help="评测会变差也要用。")] = False,
    by: Who = None,
    data_dir: DataDir = None,
) -> None:
    """同意新说法：先检查、再评测，没有一句话丢了对的答案才启用；可以用 undo 退回。"""
    if text and len(numbers) > 1:
        raise InvalidInput("--text 一次只能改一条。")
    hall = open_hall(data_dir)
    with hall.database.begin() as session:
        for number in numbers:
            hall.proposals.accept(session, number, by=by or getpass.getuser(), text=text, forced=force)
    if not _review(hall):
        raise typer.Exit(1)


@app.command("reject")
def reject(numbers: Numbers, by: Who = None, data_dir: DataDir = None) -> None:
    """不采用，以后再有人这样说也不再提。"""
    hall = open_hall(data_dir)
    with hall.database.begin() as session:
        for number in numbers:
            hall.proposals.reject(session, number, by=by or getpass.getuser())
    console.print(f"{len(numbers)} 条不采用。")


@app.command("review")
def review(data_dir: DataDir = None) -> None:
    """评测工作台上已经同意的新说法（开着的大厅自己会做）。"""
    _review(open_hall(data_dir))


def _review(hall: Hall) -> bool:
    """Evaluate all that is accepted; whether everything went live."""
    with hall.database.begin() as session:
        claimed = hall.proposals.claim(session)
    if not claimed:
        return True
    cases = read_lookup_cases(EVALUATION)
    probes = [Probe(case.number, case.text, case.accepts if case.accept else None) for case in cases]
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("编码和评测", total=None)
        verdicts = review_claimed(hall, claimed, probes, lambda n: progress.advance(task, n))
    for verdict in verdicts:
        mark = "[green]✓[/green]" if verdict.version else "[red]✗[/red]"
        version = f"（第 {verdict.version} 版）" if verdict.version else ""
        console.print(mark, Text(f"{verdict.proposal.id} “{verdict.proposal.text}”：{verdict.report}{version}"))
    return all(verdict.version for verdict in verdicts)
