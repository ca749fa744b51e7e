"""`paotuan catalogue`: checking, listing and counting the service items."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from hotline.catalogue.bundles import Bundle
from hotline.catalogue.catalogue import Item
from hotline.catalogue.check import check_catalogue, counts
from hotline.catalogue.keep import keep_vectors
from hotline.catalogue.lookup import open_lookup
from hotline.catalogue.nearby import check_nearby
from hotline.cli import proposals, verification
from hotline.cli.catalogue_versions import register
from hotline.cli.options import AsJson, DataDir, open_hall
from hotline.errors import NotFound
from hotline.hall import Hall

app = typer.Typer(no_args_is_help=True, help="事项目录。")
register(app)
app.add_typer(verification.app, name="tasks")
app.add_typer(proposals.app, name="proposals")
console = Console()


@app.command("check")
def check(data_dir: DataDir = None) -> None:
    """检查目录：哪个文件、哪一项、什么问题。"""
    hall = open_hall(data_dir)
    faults = check_catalogue(hall.catalogue, hall.bundles)
    faults += check_nearby(hall.nearby, hall.catalogue)
    for fault in faults:
        console.print("[red]✗[/red]", Text(fault))
    if faults:
        raise typer.Exit(1)
    fine = (
        f"{len(hall.catalogue)} 项、{len(hall.bundles)} 件“一件事”、就近可办 {len(hall.nearby)} 行都没有问题，"
        "各项数目与大厅资料一致。"
    )
    console.print(f"[green]✓[/green] {fine}")


@app.command("list")
def list_items(
    zone: Annotated[str | None, typer.Option(help="只看一个专区，例如 police。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象。")] = False,
    data_dir: DataDir = None,
) -> None:
    """列出事项。"""
    hall = open_hall(data_dir)
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
    hall = open_hall(data_dir)
    table = Table()
    for column in ("数目", "实际", "应有"):
        table.add_column(column)
    for name, (label, number) in counts(hall.catalogue).items():
        table.add_row(label, str(number), str(hall.profile.expected.get(name, "")))
    console.print(table)


@app.command("encode")
def encode(data_dir: DataDir = None) -> None:
    """给改过的说法重新编码，写进 data/catalogue/vectors（随目录一起提交）。"""
    hall = open_hall(data_dir)
    with Progress(console=console) as progress:
        progress.add_task("编码和拟合", total=None)
        lookup = open_lookup(hall.catalogue, fresh=True)
        keep_vectors(lookup)
    console.print(f"写好了：{len(lookup.views[0].keys)} 条说法。")


@app.command("bundles")
def bundles(
    key: Annotated[str | None, typer.Argument(help="只看一件事，例如 newborn。")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """列出“一件事一次办”：每件事要办哪些事项，按什么顺序。"""
    hall = open_hall(data_dir)
    if key and hall.bundles.get(key) is None:
        raise NotFound(f"没有这件事：{key}。有：{'、'.join(bundle.key for bundle in hall.bundles)}。")
    for bundle in hall.bundles:
        if key not in (None, bundle.key):
            continue
        if as_json:
            print(json.dumps(asdict(bundle), ensure_ascii=False))
        else:
            _show_bundle(hall, bundle)


def _show_bundle(hall: Hall, bundle: Bundle) -> None:
    table = Table(title=f"{bundle.title}（{bundle.key}）", title_justify="left")
    for column in ("编码", "事项", "专区", "为什么"):
        table.add_column(column)
    for step in bundle.steps:
        item = hall.catalogue.get(step.code)
        title, zone = (item.title, hall.catalogue.zone_name(item)) if item else ("目录里没有", "")
        table.add_row(step.code, title, zone, step.why)
    console.print(table)
    console.print(f"说法：{'；'.join(bundle.sayings)}\n")
