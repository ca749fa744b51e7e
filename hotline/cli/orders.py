"""`paotuan orders`: errand orders, as tables and as JSON."""

from __future__ import annotations

import json
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
from hotline.store.schema import ErrandOrder
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
