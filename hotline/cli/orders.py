"""`paotuan orders`: errand orders, as tables and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from hotline.cli.options import AsJson, DataDir, open_hall
from hotline.clock import local
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.masking import mask_phones
from hotline.order_lists import import_list, read_list
from hotline.store.papers import Paper
from hotline.store.schema import ErrandOrder
from hotline.store.tickets import Ticket
from hotline.vocabulary import OrderState

app = typer.Typer(no_args_is_help=True, help="订单。")
console = Console()


@app.command("list")
def list_orders(
    state: Annotated[str | None, typer.Option(help="只看一种状态，例如 PLACED。")] = None,
    limit: Annotated[int, typer.Option(help="最多几单。")] = 50,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """列出订单，新的在前。"""
    if state is not None and state.upper() not in OrderState.__members__:
        raise InvalidInput(f"没有“{state}”这种状态，可以用：{'、'.join(OrderState.__members__)}。")
    hall = open_hall(data_dir)
    query = select(ErrandOrder).order_by(ErrandOrder.id.desc()).limit(limit)
    if state:
        query = query.where(ErrandOrder.state == OrderState(state.upper()))
    with hall.database.read() as session:
        orders = [order_as_json(hall, order) for order in session.scalars(query)]
    if as_json:
        print(json.dumps(orders, ensure_ascii=False))
        return
    table = Table()
    for column in ("订单号", "状态", "事项", "镇（街道）", "跑手", "下单时间"):
        table.add_column(column)
    for order in orders:
        table.add_row(
            order["number"], order["state_label"], order["item"]["name"], order["town"],
            order["runner"]["name"] if order["runner"] else "", order["created_at"][5:16].replace("T", " "),
        )  # fmt: skip
    console.print(table)


@app.command("show")
def show_order(number: str, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """看一单的详情和经过。"""
    hall = open_hall(data_dir)
    with hall.database.read() as session:
        order = order_as_json(hall, hall.orders.get(session, number))
    if as_json:
        print(json.dumps(order, ensure_ascii=False))
        return
    console.print(f"订单 [bold]{order['number']}[/bold]  {order['state_label']}")
    console.print(f"{order['item']['name']}（{order['zone']}，{order['help']}）")
    console.print(f"{order['applicant']}，{order['place']}，{order['wish_from'][5:16].replace('T', ' ')}")
    for event in order["history"]:
        console.print(f"  {event['at'][5:19].replace('T', ' ')}  {event['action_label']}  {event['actor']}  {event['reason']}")


@app.command("import")
def import_orders(file: Path, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """从 CSV 或 XLSX 导入订单（也收 12345 转来的单）；有一行不对就一单都不导入，重复导入不会重复下单。"""
    hall = open_hall(data_dir)
    rows = read_list(file)
    with hall.database.begin() as session:
        made, known = import_list(session, rows, forms=hall.order_forms, intake=hall.intake, placed_by="导入")
        numbers = [order.number for order in made]
    if as_json:
        print(json.dumps({"made": numbers, "known": [order.number for order in known]}))
        return
    console.print(f"新下 {len(made)} 单，已有 {len(known)} 单。" + (f"新单：{'、'.join(map(str, numbers[:20]))}" if numbers else ""))


@app.command("papers")
def list_papers(
    number: Annotated[str | None, typer.Argument(help="订单号；不写就列出所有还没归还的原件。")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """哪样材料在谁手上，到什么时候。"""
    hall = open_hall(data_dir)
    with hall.database.read() as session:
        found = hall.papers.of_order(session, hall.orders.get(session, number)) if number else hall.papers.abroad(session)
        papers = [_paper_as_json(paper) for paper in found]
    if as_json:
        print(json.dumps(papers, ensure_ascii=False))
        return
    table = Table()
    for column in ("订单号", "材料", "份数", "在谁手上", "到什么时候"):
        table.add_column(column)
    for paper in papers:
        kind = "原件" if paper["original"] else "复印件"
        table.add_row(
            paper["order"], f"{paper['name']}（{kind}）", str(paper["count"]), paper["holder_name"],
            (paper["until"] or "")[5:16].replace("T", " "),
        )  # fmt: skip
    console.print(table)


def _paper_as_json(paper: Paper) -> dict[str, Any]:
    return {
        "order": paper.order.number, "name": paper.name, "original": paper.is_original, "count": paper.count,
        "holder": paper.holder.value, "holder_name": paper.holder_name,
        "until": local(paper.until).isoformat() if paper.until else None,
    }  # fmt: skip


@app.command("tickets")
def list_tickets(
    every: Annotated[bool, typer.Option("--all", help="连已经回复的也列出来。")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """12345 转来的单：编号、期限、办得怎样、回复了什么。"""
    hall = open_hall(data_dir)
    with hall.database.read() as session:
        tickets = [_ticket_as_json(ticket) for ticket in hall.tickets.listed(session, open_only=not every)]
    if as_json:
        print(json.dumps(tickets, ensure_ascii=False))
        return
    table = Table()
    for column in ("12345编号", "期限", "订单号", "状态", "回复"):
        table.add_column(column)
    for ticket in tickets:
        table.add_row(ticket["ticket"], ticket["due_at"][5:16].replace("T", " "), ticket["order"], ticket["state_label"], ticket["answer"])
    console.print(table)


def _ticket_as_json(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": ticket.number, "order": ticket.order.number, "state": ticket.order.state.value,
        "state_label": ticket.order.state.label, "due_at": local(ticket.due_at).isoformat(), "answer": ticket.answer,
        "answered_at": local(ticket.answered_at).isoformat() if ticket.answered_at else None,
    }  # fmt: skip


def order_as_json(hall: Hall, order: ErrandOrder) -> dict[str, Any]:
    """An order as programs get it: item, zone, state, runner, town and history."""
    from hotline.vocabulary import OrderAction

    zone = hall.profile.zones.get(order.zone)
    return {
        "number": order.number,
        "state": order.state.value,
        "state_label": order.state.label,
        "item": {"code": order.item_code, "name": order.item_name},
        "zone": zone.name if zone else "",
        "help": order.help.label,
        "channel": order.channel,
        "applicant": order.applicant_name,
        "contact": order.contact_name,
        "for_whom": order.for_whom,
        "more_items": order.more_items or [],
        "level": order.level.label,
        "handling_place": order.handling_place,
        "materials": order.materials or [],
        "phone": mask_phones(order.contact_phone),
        "town": order.township,
        "place": order.place_text,
        "wish_from": local(order.wish_from).isoformat(),
        "wish_to": local(order.wish_to).isoformat(),
        "accept_by": local(order.accept_by).isoformat(),
        "runner": {"number": order.runner.number, "name": order.runner.name} if order.runner else None,
        "created_at": local(order.created_at).isoformat(),
        "history": [
            {
                "at": local(event.at).isoformat(),
                "actor": event.actor,
                "action": event.action,
                "action_label": OrderAction(event.action).label,
                "from": event.from_state,
                "to": event.to_state,
                "reason": event.reason,
            }
            for event in order.events
        ],
    }
