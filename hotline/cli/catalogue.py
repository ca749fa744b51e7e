"""`paotuan catalogue`: checking, listing and counting the service items."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from hotline.catalogue.catalogue import Item
from hotline.catalogue.check import check_catalogue, counts
from hotline.catalogue.keep import keep_vectors
from hotline.cli.options import DataDir, settings_for
from hotline.hall import Hall

app = typer.Typer(no_args_is_help=True, help="事项目录。")
console = Console()


@app.command("check")
def check(data_dir: DataDir = None) -> None:
    """检查目录：哪个文件、哪一项、什么问题。"""
    hall = Hall(settings_for(data_dir))
    faults = check_catalogue(hall.catalogue)
    for fault in faults:
        console.print(f"[red]✗[/red] {fault}")
    if faults:
        raise typer.Exit(1)
    console.print(f"[green]✓[/green] {len(hall.catalogue)} 项都没有问题，各项数目与大厅资料一致。")


@app.command("list")
def list_items(
    zone: Annotated[str | None, typer.Option(help="只看一个专区，例如 police。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象。")] = False,
    data_dir: DataDir = None,
) -> None:
    """列出事项。"""
    hall = Hall(settings_for(data_dir))
    items = [item for item in hall.catalogue if zone in (None, item.zone)]
    if as_json:
        for item in items:
            print(json.dumps(_row(hall, item), ensure_ascii=False))
        return
    table = Table(title=f"{len(items)} 项")
    for column in ("编码", "事项", "专区", "窗口", "部门"):
        table.add_column(column)
    for item in items:
        windows = "、".join(hall.catalogue.windows(item))
        table.add_row(item.code, item.title, hall.catalogue.zone_name(item), windows, item.department)
    console.print(table)


def _row(hall: Hall, item: Item) -> dict[str, object]:
    return {
        "code": item.code,
        "name": item.name,
        "parent": item.parent,
        "variant": item.variant,
        "zone": hall.catalogue.zone_name(item),
        "window": "、".join(hall.catalogue.windows(item)),
        "department": item.department,
        "levels": [level.value for level in item.levels],
        "assisted": item.assisted,
        "aliases": list(item.aliases),
    }


@app.command("stats")
def stats(data_dir: DataDir = None) -> None:
    """各项数目，和大厅资料里应有的数目。"""
    hall = Hall(settings_for(data_dir))
    table = Table()
    for column in ("数目", "实际", "应有"):
        table.add_column(column)
    for name, (label, number) in counts(hall.catalogue).items():
        table.add_row(label, str(number), str(hall.profile.expected.get(name, "")))
    console.print(table)


@app.command("encode")
def encode(data_dir: DataDir = None) -> None:
    """给改过的说法重新编码，写进 data/catalogue/vectors（随目录一起提交）。"""
    hall = Hall(settings_for(data_dir))
    with Progress(console=console) as progress:
        progress.add_task("编码和拟合", total=None)
        keep_vectors(hall.lookup)
    console.print(f"写好了：{len(hall.lookup.views[0].keys)} 条说法。")
