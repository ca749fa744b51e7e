"""`paotuan market-days`: on which days the towns hold their markets."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hotline.clock import local, system_clock
from hotline.divisions import read_divisions
from hotline.market_day_table import MarketDayTable
from hotline.market_days import MarketDays, find_town, parse_days
from hotline.vocabulary import MarketCalendar

app = typer.Typer(no_args_is_help=True, help="各镇街的赶场天。")
console = Console()
AFTER_RESTART = "重新启动系统以后，助手才用得上。"
Town = Annotated[str, typer.Argument(help="镇街名称或区划代码，例如 柳林。")]


@app.command("list")
def list_days() -> None:
    """列出各镇街的赶场天和下一场。"""
    market_days = MarketDayTable(read_divisions())
    kept, today = market_days.read(), local(system_clock()).date()
    table = Table(title=f"赶场天：{len(kept)} 个镇填了")
    for column in ("代码", "镇街", "赶场天", "下一场", "核实", "来源"):
        table.add_column(column)
    for town in market_days.divisions.townships:
        row = kept.get(town.code)
        cells = _cells(row, str(row.next_from(today))) if row else ("没有填",)
        table.add_row(town.code, town.name, *cells)
    console.print(table)


def _cells(row: MarketDays, upcoming: str) -> tuple[str, ...]:
    return f"{row.calendar.label}{row.days}", upcoming, "核实过" if row.confirmed else "没有核实", row.source


@app.command("set")
def set_days(
    town: Town,
    days: Annotated[str, typer.Argument(help="逢三六九，或 3,6,9；逢十写 十 或 10。")],
    lunar: Annotated[bool, typer.Option("--lunar/--solar", help="按农历还是阳历。")] = True,
    source: Annotated[str, typer.Option(help="向谁、哪天核实的。")] = "",
    confirmed: Annotated[bool, typer.Option("--confirmed", help="镇上核实过；不写就是没有核实，助手不用。")] = False,
) -> None:
    """填写或修改一个镇街的赶场天。"""
    table = MarketDayTable(read_divisions())
    found = find_town(table.divisions, town)
    calendar = MarketCalendar.LUNAR if lunar else MarketCalendar.SOLAR
    new = MarketDays(found, parse_days(days), calendar, source.strip(), confirmed)
    before = table.read().get(found.code)
    table.replace(found, new, was=before.stamp if before else "")
    upcoming = new.next_from(local(system_clock()).date())
    console.print(f"{found.name}：{calendar.label}{new.days}，下一场推算是 {upcoming}。{_use(new)}")


def _use(new: MarketDays) -> str:
    if new.is_understood:
        return AFTER_RESTART
    why = "没有核实" if not new.confirmed else "按阳历"
    return f"{why}的，助手不用，会问市民是哪天。"


@app.command("clear")
def clear(town: Town) -> None:
    """清除一个镇街的赶场天。"""
    table = MarketDayTable(read_divisions())
    found = find_town(table.divisions, town)
    before = table.read().get(found.code)
    if before is None:
        console.print(f"{found.name}本来就没有填。")
        return
    table.replace(found, None, was=before.stamp)
    console.print(f"{found.name}的赶场天清除了。{AFTER_RESTART}")
