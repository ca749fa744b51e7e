"""`paotuan call`: a telephone in the terminal, over a hall that runs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy import select

from connectors.twilio.rehearsal import LineError, Sound, Telephone
from hotline.cli.line import with_line
from hotline.cli.options import DataDir, open_hall, running_address, settings_for
from hotline.errors import InvalidInput
from hotline.evaluation.noise import with_errors
from hotline.settings import Settings
from hotline.store.schema import Offer, Runner
from hotline.vocabulary import OfferState

console = Console()
HELP = "打字就是说话，数字、*、# 就是按键，空行是不出声，“挂”是挂机。"


def call(
    number: Annotated[str, typer.Option(help="您的电话号码；写“隐藏”就不显示号码。")] = "13800001234",
    cer: Annotated[float, typer.Option(min=0, max=1, help="说的话里有多少字会听错（0 到 1）。")] = 0.0,
    as_runner: Annotated[str | None, typer.Option("--as-runner", help="当跑手：写跑手编号，接最近派给他的单。")] = None,
    data_dir: DataDir = None,
) -> None:
    """在终端里打电话：按签名请求演电话线，大厅怎么说就显示什么（传输方式由 PAOTUAN_CALL_RELAY 定）。"""
    plain = settings_for(data_dir)
    address = running_address(replace(plain, public_url=""))  # the hall itself; what is signed is its public address
    settings = with_line(replace(plain, public_url=plain.public_url or address))
    try:
        if as_runner:
            asyncio.run(_runner(settings, address, _open_offer(data_dir, as_runner)))
        else:
            asyncio.run(_citizen(settings, address, "" if number == "隐藏" else number, cer))
    except aiohttp.ClientConnectionError:
        console.print(f"[red]{address} 没有大厅在运行，请先在另一个窗口执行 ./paotuan serve。[/red]")
        raise typer.Exit(1) from None
    except LineError as error:
        console.print(f"[red]{escape(str(error))}[/red]")
        raise typer.Exit(1) from None


async def _citizen(settings: Settings, address: str, number: str, cer: float) -> None:
    console.print(f"[dim]{HELP}[/dim]")
    async with Telephone(settings, address, number) as phone:
        sound = await phone.ring()
        while True:
            _show(sound)
            if sound.rings:
                sound = await _forward(phone, sound.rings)
            elif sound.over:
                break
            else:
                said = await _ask("您：")
                if said is None or said in ("挂", "挂机"):
                    break
                sound = await _do(phone, said, cer)
        await phone.hang_up()
    console.print("[dim]已挂机。[/dim]")


async def _do(phone: Telephone, said: str, cer: float) -> Sound:
    if not said:
        return await phone.be_silent()
    if all(c in "0123456789*#" for c in said):
        return await phone.press(said)
    heard = with_errors(said, cer) if cer else said
    if heard != said:
        console.print(f"[dim]听成：{escape(heard)}[/dim]")
    return await phone.say(heard)


async def _forward(phone: Telephone, number: str) -> Sound:
    """Play the person who is rung, too."""
    console.print(f"[yellow]正在呼叫 {number}[/yellow]")
    picks_up = await _ask("对方接不接电话？（回车接，n 不接）")
    if picks_up == "":
        console.print(f"[magenta]对方听到：[/magenta]{escape(await phone.other_side())}")
        if await phone.other_side_presses(await _ask("对方按键：") or ""):
            await _ask("已接通，说完按回车：")
            return await phone.ringing_ends("completed")
    return await phone.ringing_ends("no-answer")


async def _runner(settings: Settings, address: str, offer_id: int) -> None:
    async with Telephone(settings, address, "") as phone:
        sound = await phone.answer_offer(offer_id)
        _show(sound)
        while not sound.over:
            sound = await phone.press(await _ask("按键：") or "")
            _show(sound)


def _open_offer(data_dir: Path | None, number: str) -> int:
    hall = open_hall(data_dir)
    query = select(Offer.id).join(Runner, Runner.id == Offer.runner_id)
    query = query.where(Runner.number == number.upper(), Offer.state == OfferState.OPEN).order_by(Offer.id.desc())
    with hall.database.read() as session:
        offer_id = session.scalar(query.limit(1))
    if offer_id is None:
        raise InvalidInput(f"{number}现在没有等答复的派单。")
    return offer_id


async def _ask(prompt: str) -> str | None:
    try:
        return (await asyncio.to_thread(console.input, f"[bold]{prompt}[/bold]")).strip()
    except EOFError:
        return None


def _show(sound: Sound) -> None:
    if sound.text:
        console.print(f"[bold green]热线：[/bold green]{escape(sound.text)}")
