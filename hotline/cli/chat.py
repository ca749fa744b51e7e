"""`paotuan chat`: the same conversation as on the chat page, in a terminal."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Annotated, Any

import aiohttp
import typer
from rich.console import Console
from rich.markup import escape

from hotline.cli.options import DataDir, running_address, settings_for

console = Console()


def chat(
    url: Annotated[str | None, typer.Option(help="大厅的地址，默认本机正在运行的大厅。")] = None,
    data_dir: DataDir = None,
) -> None:
    """在终端里和助手说话；按按钮就打它前面的数字，空行或 Ctrl-D 退出。"""
    address = url or running_address(settings_for(data_dir))
    try:
        asyncio.run(_chat(address.rstrip("/")))
    except aiohttp.ClientConnectionError:
        console.print(f"[red]{address} 没有大厅在运行，请先在另一个窗口执行 ./paotuan serve。[/red]")
        raise typer.Exit(1) from None
    except (EOFError, KeyboardInterrupt):
        console.print()


async def _chat(address: str) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{address}/api/chat") as response:
            started = await response.json()
        url = f"{address}/api/chat/{started['conversation_id']}"
        if started.get("banner"):
            console.print(f"[yellow]{started['banner']}[/yellow]")
        shown: set[int] = set()
        listener = asyncio.create_task(_listen(http, url, shown))
        buttons: list[dict[str, str]] = []
        while text := (await asyncio.to_thread(console.input, "[bold]您：[/bold]")).strip():
            body: dict[str, Any] = {"id": uuid.uuid4().hex, "text": text}
            if text.isdigit() and 1 <= int(text) <= len(buttons):
                body = {"id": body["id"], "payload": buttons[int(text) - 1]["payload"]}
            async with http.post(f"{url}/messages", json=body) as response:
                answer = await response.json()
            if "error" in answer:
                console.print(f"[red]{escape(answer['error']['message'])}[/red]")
                continue
            buttons = []
            for message in answer["messages"]:
                shown.add(message["seq"])
                buttons = _show(message) or buttons
            if answer.get("notice"):
                console.print(f"[yellow]{escape(answer['notice'])}[/yellow]")
        listener.cancel()


async def _listen(http: aiohttp.ClientSession, url: str, shown: set[int]) -> None:
    """Print what comes by itself: notices, staff, answers that were owed."""
    timeout = aiohttp.ClientTimeout(total=None)
    async with http.get(f"{url}/events", timeout=timeout) as stream:
        async for line in stream.content:
            if not line.startswith(b"data: "):
                continue
            message = json.loads(line[6:])
            await asyncio.sleep(0.3)  # an answer to our own message is printed by whoever asked
            if message["sender"] != "CITIZEN" and message["seq"] not in shown:
                shown.add(message["seq"])
                console.print()
                _show(message)


def _show(message: dict[str, Any]) -> list[dict[str, str]]:
    who = {"STAFF": message.get("author") or "工作人员", "NOTICE": "通知"}.get(message.get("sender", ""), "助手")
    console.print(f"[bold green]{escape(who)}：[/bold green]{escape(message['text'])}")
    for number, button in enumerate(message["buttons"], start=1):
        console.print(f"   [cyan]{number}[/cyan] {escape(button['title'])}")
    buttons: list[dict[str, str]] = message["buttons"]
    return buttons
