"""`paotuan bench`: how much a hall can take, and what survives when it is killed."""

from __future__ import annotations

import json
import logging
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from hotline.bench.crash import Campaign
from hotline.bench.orders import bench_orders
from hotline.bench.postgres import own_server
from hotline.bench.seeding import seed, seed_conversations
from hotline.cli.call_latency import calls
from hotline.cli.desk_timing import measure_desk
from hotline.cli.options import AsJson
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="压力测试和崩溃测试。")
app.command("calls")(calls)
console = Console()
OWN_POSTGRES = "postgresql"  # instead of a URL: one of our own, gone afterwards
DatabaseOption = Annotated[
    str | None, typer.Option(help="专给测试用的数据库的地址；只写 postgresql 就临时起一个；不写用临时的 SQLite。")
]


@contextmanager
def fresh_url(database: str | None) -> Iterator[str]:
    """The URL of an empty database: the given one, or one that is gone afterwards."""
    if database == OWN_POSTGRES:
        with own_server() as url:
            yield url
    elif database:
        yield database
    else:
        with tempfile.TemporaryDirectory(prefix="paotuan-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'paotuan.db'}"


@app.command("orders")
def orders(
    rate: Annotated[float, typer.Option(help="每秒下多少单。")] = 35.0,
    seconds: Annotated[float, typer.Option(help="持续多少秒。")] = 600.0,
    existing: Annotated[int, typer.Option(help="事先有多少旧订单。")] = 1_000_000,
    database: DatabaseOption = None,
    as_json: AsJson = False,
) -> None:
    """按固定速度下单，同时派单、接单，量每一单要多久。"""
    if rate <= 0 or seconds <= 0 or existing < 0:
        raise InvalidInput("速度和时间要大于0，旧订单不能少于0。")
    logging.disable(logging.INFO)
    with fresh_url(database) as url, tempfile.TemporaryDirectory() as folder:
        hall = Hall(read_settings(database_url=url, data_dir=Path(folder)))
        hall.database.migrate()
        with Progress(console=Console(stderr=True), disable=as_json) as bar:
            seeding = bar.add_task("旧订单", total=existing)
            seed(hall, existing, lambda count: bar.advance(seeding, count))
            sending = bar.add_task("下单", total=int(rate * seconds))
            found = bench_orders(hall, rate=rate, seconds=seconds, progress=lambda: bar.advance(sending))
        hall.close()
    _show(found, as_json)


@app.command("desk")
def desk(
    conversations: Annotated[int, typer.Option(help="事先有多少对话，每个八句话。")] = 10_000,
    orders: Annotated[int, typer.Option(help="事先有多少订单。")] = 100_000,
    runs: Annotated[int, typer.Option(help="打开几次。")] = 5,
    as_json: AsJson = False,
) -> None:
    """工作台打开要多久（要有 Chromium）：第一眼、各个列表，和一共多少脚本。"""
    if min(conversations, orders, runs) < 1:
        raise InvalidInput("对话、订单和次数都至少是1。")
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="paotuan-bench-") as folder:
        hall = Hall(read_settings(data_dir=Path(folder)))
        hall.database.migrate()
        with Progress(console=Console(stderr=True), disable=as_json) as bar:
            seeding = bar.add_task("旧数据", total=conversations + orders)
            messages = seed_conversations(hall, conversations, lambda count: bar.advance(seeding, count))
            seed(hall, orders, lambda count: bar.advance(seeding, count))
        found = measure_desk(hall, runs)
    _show({"conversations": conversations, "messages": messages, "orders": orders, **found}, as_json)


@app.command("crash")
def crash(
    creations: Annotated[int, typer.Option(help="一共下多少单；夜里可以跑 100000。")] = 300,
    seed_: Annotated[int, typer.Option("--seed", help="随机种子。")] = 1,
    database: DatabaseOption = None,
    as_json: AsJson = False,
) -> None:
    """在每条语句、在随机时刻杀掉进程，把请求重放，数丢了的、重了的和两个人都接到的。按 Ctrl-C 做完手上这一批就数。"""
    if creations < 1:
        raise InvalidInput("至少要下1单。")
    logging.disable(logging.INFO)
    with fresh_url(database) as url, tempfile.TemporaryDirectory() as folder:
        hall = Hall(read_settings(database_url=url, data_dir=Path(folder), offer_seconds=timedelta(hours=1)))
        hall.database.migrate()
        with Progress(console=Console(stderr=True), disable=as_json) as bar:
            task = bar.add_task("下单", total=creations)
            campaign = Campaign(hall, seed_)
            usual = signal.signal(signal.SIGINT, lambda *_: setattr(campaign, "stopped", True))
            found = campaign.run(creations, lambda count: bar.advance(task, count))
            signal.signal(signal.SIGINT, usual)
        hall.close()
    _show(found, as_json)
    if found["lost"] or found["doubled"] or found["two_winners"]:
        raise typer.Exit(1)


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    table = Table("指标", "数值")
    for key, value in found.items():
        table.add_row(key, str(value))
    console.print(table)
