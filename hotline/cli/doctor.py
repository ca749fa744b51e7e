"""`paotuan doctor`: is everything there that the hall needs?"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

import typer
from rich.console import Console

from connectors.engine import PYTHON
from hotline.cli.engine_model import model_file
from hotline.cli.options import DataDir, settings_for
from hotline.errors import HotlineError
from hotline.hall import Hall
from hotline.settings import Settings

console = Console()


def doctor(data_dir: DataDir = None) -> None:
    """检查安装，用中文说出哪里不对、怎么办。"""
    settings = settings_for(data_dir)
    checks: list[tuple[str, Callable[[Settings], str]]] = [
        ("Python", _python),
        ("对话引擎", _engine),
        ("对话模型", _model),
        ("磁盘", _disk),
        ("大厅资料", lambda s: Hall(s).profile.name),
        ("赶场天", _market_days),
        ("事项目录", _catalogue),
        ("事项检索", _lookup),
        ("数据库", _database),
    ]
    failed = 0
    for name, check in checks:
        try:
            console.print(f"[green]✓[/green] {name}：{check(settings)}")
        except (HotlineError, OSError, RuntimeError) as error:
            failed += 1
            wording = error.wording if isinstance(error, HotlineError) else str(error)
            console.print(f"[red]✗[/red] {name}：{wording}")
    if failed:
        raise typer.Exit(1)


def _python(settings: Settings) -> str:
    if sys.version_info[:2] != (3, 11):
        raise RuntimeError(f"需要 Python 3.11，现在是 {sys.version.split()[0]}。")
    return sys.version.split()[0]


def _engine(settings: Settings) -> str:
    if not PYTHON.exists():
        raise RuntimeError("还没有安装，运行 ./paotuan serve 会自动安装。")
    return "已安装"


def _model(settings: Settings) -> str:
    file = model_file()
    return "已训练" if file.exists() else "还没有训练，第一次 serve 会自动训练（一两分钟）"


def _disk(settings: Settings) -> str:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free / 2**30
    if free < 1:
        raise RuntimeError(f"只剩 {free:.1f} GB，请清理出至少 1 GB。")
    return f"剩余 {free:.0f} GB"


def _market_days(settings: Settings) -> str:
    table = Hall(settings).market_days.read()
    return f"填了 {len(table)} 个镇，助手听得懂 {sum(kept.is_understood for kept in table.values())} 个"


def _catalogue(settings: Settings) -> str:
    hall = Hall(settings)
    return f"{len(hall.catalogue)} 项"


def _lookup(settings: Settings) -> str:
    found = Hall(settings).lookup.find("身份证掉了咋个补").candidates[0]
    return f"“身份证掉了咋个补” → {found.item.name}"


def _database(settings: Settings) -> str:
    hall = Hall(settings)
    hall.database.migrate()
    return hall.database.url.render_as_string(hide_password=True)
