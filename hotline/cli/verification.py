"""`paotuan catalogue tasks`: what lead officers have to verify, and their answers."""

from __future__ import annotations

import getpass
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from hotline.catalogue.catalogue import row_of
from hotline.cli.options import AsJson, DataDir, open_hall
from hotline.clock import local
from hotline.errors import NotFound
from hotline.hall import Hall
from hotline.store.verification import Verification
from hotline.verified import answer_verification

app = typer.Typer(no_args_is_help=True, help="核实任务：没核实过的事项，由专区首席核实。")
console = Console()


@app.command("list")
def list_tasks(
    answered: Annotated[bool, typer.Option("--answered", help="看已经核实的。")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """列出核实任务，最急的在前。"""
    hall = open_hall(data_dir)
    with hall.database.read() as session:
        tasks = hall.verifications.answered_tasks(session) if answered else hall.verifications.open_tasks(session)
        rows = [_row(hall, session, task) for task in tasks]
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    table = Table()
    for column in ("编号", "编码", "事项", "首席", "期限", "等着的市民", "情况"):
        table.add_column(column)
    for row in rows:
        due = str(row["due_at"])[5:16].replace("T", " ")
        cells = (str(row["id"]), row["item"], row["name"], row["lead_officer"], due, str(row["waiting"]), row["state"])
        table.add_row(*(Text(str(cell)) for cell in cells))
    console.print(table)


def _row(hall: Hall, session: Session, task: Verification) -> dict[str, Any]:
    overdue = task.answered_at is None and task.due_at <= hall.clock()
    state = f"{task.answered_by}已核实" if task.answered_at else ("超期，已报主任" if overdue else "待核实")
    return {
        "id": task.id, "item": task.item_code, "name": task.item_name, "zone": task.zone,
        "lead_officer": hall.verifications.post(task.zone), "due_at": local(task.due_at).isoformat("T", "seconds"),
        "waiting": len(hall.verifications.askers(session, task)), "overdue": overdue, "state": state,
        "answer": task.answer,
    }  # fmt: skip


@app.command("show")
def show(task_id: int, data_dir: DataDir = None) -> None:
    """看目录里现在写的（没核实的）内容，照着核对。"""
    hall = open_hall(data_dir)
    with hall.database.read() as session:
        task = hall.verifications.get(session, task_id)
        asked = hall.verifications.questions_of(session, task)
    item = hall.catalogue.get(task.item_code)
    if item is None:
        raise NotFound("目录里已经没有这个事项了。")
    row, groups = row_of(item), hall.profile.zones[item.zone].windows
    console.print(Text(f"{item.code} {item.title}（{hall.verifications.post(task.zone)}）"))
    for label, name in (("材料", "materials"), ("费用", "fee"), ("窗口", "window_group"), ("承诺时限", "promised_days"), ("谁能办", "who_may_act"), ("常见问题", "questions")):
        value = "；".join(row[name]) if isinstance(row[name], list) else row[name]
        console.print(Text(f"  {label}：{'（没有写）' if value in (None, '') else value}"))
    if asked:
        console.print(Text(f"  市民在等答案的问题：{'；'.join(asked)}"))
    console.print(Text(f"  这个专区的窗口：{'、'.join(groups)}"))


@app.command("open")
def open_task(code: Annotated[str, typer.Argument(help="事项编码。")], data_dir: DataDir = None) -> None:
    """不等市民问，先请首席核实一项。"""
    hall = open_hall(data_dir)
    item = hall.catalogue.get(code)
    if item is None:
        raise NotFound(f"目录里没有编码{code}。")
    with hall.database.begin() as session:
        task = hall.verifications.ask(session, item)
        number = task.id if task else None
    console.print(f"核实任务 {number}。" if number else "不用核实：这一项已核实，或者大厅资料还没有确认（演示）。")


@app.command("answer")
def answer(
    task_id: int,
    fee: Annotated[str, typer.Option(help="费用，不收费就写“不收费”。")],
    window: Annotated[str, typer.Option(help="窗口，例如户籍；show 会列出这个专区的窗口。")],
    material: Annotated[list[str] | None, typer.Option(help="一样一个，例如 居民户口簿/原件；不要材料就不写。")] = None,
    days: Annotated[int | None, typer.Option(help="承诺几个工作日办结，0 是当场；不知道就不写。")] = None,
    who: Annotated[str, typer.Option(help="谁能办、谁能替谁办；不知道就不写。")] = "",
    question: Annotated[list[str] | None, typer.Option(help="一问一答一个，写成 问题｜答案；没写的问题留着，算没有答案。")] = None,
    by: Annotated[str | None, typer.Option("--by", help="谁核实的，默认是登录名。")] = None,
    data_dir: DataDir = None,
) -> None:
    """核实一项：目录马上换成新版本，等着的市民都会收到答复，可以用 undo 退回。"""
    hall = open_hall(data_dir)
    facts: dict[str, Any] = {"materials": material or [], "fee": fee, "window_group": window, "promised_days": days, "who_may_act": who}
    facts |= {"questions": question} if question else {}
    with hall.database.begin() as session:
        task = answer_verification(hall, session, task_id, facts, staff=None, by=by or getpass.getuser())
        told, number = len(hall.verifications.askers(session, task)), hall.versions.live_number(session)
    console.print(f"核实好了，目录现在是第 {number} 版，已答复 {told} 位市民。要退回：./paotuan catalogue undo")
