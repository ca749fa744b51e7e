"""`paotuan staff`: accounts of the desk."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer
from rich.console import Console

from hotline.cli.options import DataDir, open_hall
from hotline.errors import InvalidInput
from hotline.vocabulary import Role

app = typer.Typer(no_args_is_help=True, help="工作台账号。")
console = Console()


@app.command("add")
def add(
    login: str,
    name: str,
    role: Annotated[str, typer.Option(help="ADMINISTRATOR LEAD_OFFICER HOTLINE COUNTER VIEWER")] = "HOTLINE",
    data_dir: DataDir = None,
) -> None:
    """新建账号，给一个一次性密码。"""
    if role not in Role.__members__:
        raise InvalidInput(f"没有“{role}”这种角色，可以用：{'、'.join(Role.__members__)}。")
    hall = open_hall(data_dir)
    password = secrets.token_urlsafe(9)
    with hall.database.begin() as session:
        hall.staff.add(session, login, name, Role(role), password, must_change=True)
    console.print(f"{login}（{name}，{Role(role).label}）一次性密码 {password}")


@app.command("reset")
def reset(login: str, data_dir: DataDir = None) -> None:
    """忘了密码：给一个新的一次性密码。"""
    hall = open_hall(data_dir)
    with hall.database.begin() as session:
        console.print(f"{login} 一次性密码 {hall.staff.reset_password(session, login)}")


@app.command("lead")
def lead(
    login: str, zone: Annotated[str, typer.Argument(help="专区，例如 police 或 公安专区。")], data_dir: DataDir = None
) -> None:
    """让一个账号担任专区首席：这个专区的核实任务归他。"""
    hall = open_hall(data_dir)
    key = next((key for key, one in hall.profile.zones.items() if zone in (key, one.name)), None)
    if key is None:
        raise InvalidInput(f"没有这个专区：{zone}。有：{'、'.join(hall.profile.zones)}。")
    with hall.database.begin() as session:
        staff = hall.staff.appoint(session, login, key)
    console.print(f"{staff.name}现在是{hall.profile.zones[key].lead_officer}。")
