"""All verbs of the command line."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from hotline.cli import (
    bench,
    call,
    catalogue,
    chat,
    converse,
    doctor,
    evaluate,
    evaluate_dialogue,
    lookup,
    market_days,
    orders,
    runners,
    screenshots,
    serve,
    simulate,
    staff,
    understand,
)
from hotline.errors import HotlineError

console = Console()


class FriendlyGroup(typer.core.TyperGroup):
    """Tells our errors in one Chinese line instead of a stack trace."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run a verb."""
        try:
            return super().invoke(ctx)
        except HotlineError as error:
            Console(stderr=True).print(f"[red]{error.wording}[/red]")
            sys.exit(1)


app = typer.Typer(cls=FriendlyGroup, no_args_is_help=True, add_completion=False, help="市民之家跑团热线。")
app.command("serve")(serve.serve)
app.command("train")(serve.train)
app.command("chat")(chat.chat)
app.command("call")(call.call)
app.command("lookup")(lookup.lookup)
app.command("understand")(understand.understand)
app.command("screenshots")(screenshots.screenshots)
app.command("converse")(converse.converse)
app.command("doctor")(doctor.doctor)
app.command("simulate")(simulate.simulate)
app.add_typer(orders.app, name="orders")
app.add_typer(runners.app, name="runners")
app.add_typer(staff.app, name="staff")
app.add_typer(market_days.app, name="market-days")
app.add_typer(catalogue.app, name="catalogue")
evaluate.app.command("dialogue")(evaluate_dialogue.dialogue)
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(bench.app, name="bench")
