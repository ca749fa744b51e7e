"""`paotuan evaluate`: quality and speed, printed beside a baseline in the same run."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="评测。")


@app.command("lookup")
def lookup() -> None:
    """事项检索。"""
