"""Options that every verb shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotline.hall import Hall
from hotline.settings import Settings, read_settings

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="数据文件夹，默认 var。")]
ADDRESS = "address"  # a file in the data folder
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def settings_for(data_dir: Path | None, **overrides: object) -> Settings:
    """Settings from the environment, with what was said on the command line."""
    return read_settings(data_dir=data_dir.resolve() if data_dir else None, **overrides)


def open_hall(data_dir: Path | None) -> Hall:
    """The hall over its database, brought up to date."""
    hall = Hall(settings_for(data_dir))
    hall.database.migrate()
    return hall


def note_address(settings: Settings) -> None:
    """`serve` leaves its address in the data folder, so that other verbs find it without a --port."""
    (settings.data_dir / ADDRESS).write_text(settings.address, "utf-8")


def running_address(settings: Settings) -> str:
    """Where the hall over this data folder was started last."""
    noted = settings.data_dir / ADDRESS
    return noted.read_text("utf-8") if noted.exists() and not settings.public_url else settings.address
