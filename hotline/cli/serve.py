"""`paotuan serve`: the hall and the engine, started together and stopped together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import logging.handlers
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import web
from rich.console import Console
from sqlalchemy import func, select

from connectors.engine import EngineProcess, free_port
from hotline.app import make_actions_app, make_app
from hotline.cli.engine_model import ensure_model, train_model
from hotline.cli.line import with_line
from hotline.cli.options import DataDir, note_address, settings_for
from hotline.errors import HotlineError
from hotline.hall import Hall
from hotline.runners import sample_roster
from hotline.store.schema import Runner

log = logging.getLogger(__name__)
console = Console()
SHUTDOWN_SECONDS = 2.0  # open event streams are cut after this


def train() -> None:
    """重新训练对话模型（数据没有变时 serve 不会重复训练）。"""
    console.print(f"训练好了：{train_model(console).name}")


def serve(
    port: Annotated[int | None, typer.Option(help="网页端口，默认 8080。")] = None,
    host: Annotated[str | None, typer.Option(help="监听地址，默认只在本机。")] = None,
    data_dir: DataDir = None,
) -> None:
    """启动大厅和对话引擎；按 Ctrl-C 停止。"""
    settings = with_line(settings_for(data_dir, port=port, host=host))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _log_to(settings.data_dir / "hall.log")
    hall = Hall(settings)
    hall.database.migrate()
    model = ensure_model(console)
    asyncio.run(_serve(hall, model))


def _log_to(file: Path) -> None:
    handler = logging.handlers.RotatingFileHandler(file, maxBytes=20_000_000, backupCount=3, encoding="utf-8")
    logging.basicConfig(
        level=logging.INFO, handlers=[handler], format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


async def _serve(hall: Hall, model: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running_hall(hall, model) as engine:
        _greet(hall)
        ready = asyncio.create_task(_tell_when_ready(engine))
        await stop.wait()
        ready.cancel()
        console.print("正在停止……")
    console.print("已停止。")


@contextlib.asynccontextmanager
async def running_hall(hall: Hall, model: Path) -> AsyncIterator[EngineProcess]:
    """The hall on its port, its actions on the loopback address, and the engine beside them."""
    actions_app, token = make_actions_app(hall)
    actions_port = free_port()
    engine = EngineProcess(
        model=model,
        data_dir=hall.settings.data_dir,
        actions_url=f"http://127.0.0.1:{actions_port}/actions/webhook",
        actions_token=token,
    )
    runners = [
        web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, auto_decompress=False)  # nobody has to compress
        for app in (make_app(hall, engine.client), actions_app)
    ]
    addresses = [(hall.settings.host, hall.settings.port), ("127.0.0.1", actions_port)]
    try:
        for runner, (host, port) in zip(runners, addresses, strict=True):
            await runner.setup()
            await web.TCPSite(runner, host, port).start()
        note_address(hall.settings)
        engine.start()
        warm = asyncio.create_task(asyncio.to_thread(lambda: hall.knowledge.warm()))
        yield engine
        await warm
    except OSError as error:
        raise HotlineError(f"端口 {hall.settings.port} 用不了：{error.strerror}。换一个：--port 8090。") from error
    finally:
        await engine.stop()
        for runner in runners:
            await runner.cleanup()
        hall.close()


def _greet(hall: Hall) -> None:
    address = hall.settings.address
    with hall.database.begin() as session:
        password = hall.staff.ensure_administrator(session)
        if not hall.profile.confirmed and not session.scalar(select(func.count()).select_from(Runner)):
            added, _ = hall.runners.add(session, sample_roster(hall.divisions))
            console.print(f"演示：生成了 {added} 名虚构的跑手。")
    if hall.profile.banner:
        console.print(f"[bold yellow]{hall.profile.banner}[/bold yellow]（资料在 data/hall.yml）")
    console.print(f"市民聊天  [bold]{address}/[/bold]")
    console.print(f"跑手页    [bold]{address}/runner[/bold]  （个人链接：./paotuan runners link 编号）")
    console.print(f"工作台    [bold]{address}/desk[/bold]")
    if password:
        console.print(f"工作台管理员 admin，一次性密码 [bold]{password}[/bold]（只显示这一次，登录后要改）")
    console.print("对话引擎正在启动，网页已经可以打开；按 Ctrl-C 停止。")


async def _tell_when_ready(engine: EngineProcess) -> None:
    while not await engine.client.is_ready():
        await asyncio.sleep(0.5)
    console.print("[green]对话引擎已就绪。[/green]")
