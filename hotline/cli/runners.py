"""`paotuan runners`: the roster and the runners' personal links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from hotline.cli.options import AsJson, DataDir, open_hall, running_address
from hotline.errors import InvalidInput
from hotline.roster import COLUMNS, read_roster
from hotline.runners import sample_roster
from hotline.store.schema import Offer, Runner
from hotline.vocabulary import OfferState

app = typer.Typer(no_args_is_help=True, help="跑手。")
console = Console()


@app.command("sample")
def sample(data_dir: DataDir = None) -> None:
    """生成演示名册：20 名专职、1204 名兼职的虚构跑手。"""
    hall = open_hall(data_dir)
    with hall.database.begin() as session:
        added, changed = hall.runners.add(session, sample_roster(hall.divisions))
    console.print(f"新增 {added} 名，更新 {changed} 名。")


@app.command("import")
def import_roster(file: Path, data_dir: DataDir = None) -> None:
    """从 CSV 或 XLSX 导入名册；有一行不对就一行都不导入。"""
    if not file.exists():
        raise InvalidInput(f"找不到文件：{file}。列名应当是：{'、'.join(COLUMNS)}。")
    hall = open_hall(data_dir)
    runners = read_roster(file, hall.divisions, {key: zone.name for key, zone in hall.profile.zones.items()})
    with hall.database.begin() as session:
        added, changed = hall.runners.add(session, runners)
    console.print(f"新增 {added} 名，更新 {changed} 名。")


@app.command("link")
def link(
    number: Annotated[str | None, typer.Argument(help="跑手编号，例如 R0001；不写就给手上有新派单的跑手。")] = None,
    data_dir: DataDir = None,
) -> None:
    """给跑手一个新的个人链接；旧链接随即失效。"""
    hall = open_hall(data_dir)
    with hall.database.begin() as session:
        if number is None:
            query = select(Runner.number).join(Offer, Offer.runner_id == Runner.id)
            number = session.scalar(query.where(Offer.state == OfferState.OPEN).order_by(Offer.id.desc()).limit(1))
            if number is None:
                raise InvalidInput(
                    f"现在没有派出去等答复的单，请写跑手编号，例如 R0001。约在以后的单提前{hall.settings.offer_ahead.days}天才派；晚上八点到早上八点，"
                    "不是当晚就要的单不派（启动时设 PAOTUAN_OFFER_AT_NIGHT=true 就派）。"
                )
        token = hall.runners.issue_link(session, number)
        name = hall.runners.get(session, number).name
    console.print(f"{number} {name}")
    print(f"{running_address(hall.settings)}/runner/{token}")


@app.command("list")
def list_runners(
    town: Annotated[str | None, typer.Option(help="只看一个镇（街道）。")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """列出跑手。"""
    hall = open_hall(data_dir)
    query = select(Runner).order_by(Runner.number)
    if town:
        division = hall.divisions.by_name(town)
        if division is None:
            raise InvalidInput(f"没有叫“{town}”的镇或街道。")
        query = query.where(Runner.township == division.code)
    with hall.database.read() as session:
        runners = list(session.scalars(query))
    if as_json:
        for runner in runners:
            place = hall.divisions.full_name(runner.village or runner.township)
            row = {"number": runner.number, "name": runner.name, "kind": runner.kind.value, "team": runner.team.value, "place": place, "on_duty": runner.on_duty}
            print(json.dumps(row, ensure_ascii=False))
        return
    table = Table(title=f"{len(runners)} 名跑手")
    for column in ("编号", "姓名", "类别", "队伍", "地方", "值班"):
        table.add_column(column)
    for runner in runners[:200]:
        place = hall.divisions.full_name(runner.village or runner.township) or "全区"
        table.add_row(runner.number, runner.name, runner.kind.label, runner.team.label, place, "是" if runner.on_duty else "否")
    console.print(table)
