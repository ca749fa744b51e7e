"""`paotuan bench calls`: from the end of a caller's sentence to the first word back, over both transports.

The hall and the engine run as they do in `serve`; the callers are another process, which plays Twilio with
signed requests. A caller listens, thinks and speaks between two sentences: that pause decides how many
sentences of so many calls meet, so it is an option and stands beside the figures.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from connectors.engine import EngineClient
from connectors.twilio.rehearsal import Telephone
from hotline.cli.engine_model import ensure_model
from hotline.cli.options import AsJson
from hotline.cli.rehearsal import Rehearsal, telephones
from hotline.errors import InvalidInput
from hotline.settings import Settings

SENTENCES = ("娃儿刚满月，要上户口，喊人来拿材料", "柳林镇", "明天下午三点", "姓王", "对头")  # one order
FEWEST_TURNS = 20  # a single caller rings again until so many sentences were said
AIM_MS = 150.0  # the 95th percentile with ten calls
LATE = "请稍等"  # said when the answer is not there yet: no answer


@dataclass(frozen=True)
class Load:
    """How the callers of one measurement behave."""

    at_once: int
    again: int  # calls of each
    pause: float  # seconds between two sentences of a caller, on average
    seed: int


@dataclass(frozen=True)
class LatencyRow:
    """One line of the table; milliseconds."""

    transport: str
    at_once: int
    turns: int
    median: float
    p95: float
    slowest: float
    engine_median: float  # of this, what the engine took
    engine_p95: float
    late: int  # sentences of which the first word was 请稍等


def calls(
    at_once: Annotated[str, typer.Option(help="同时几通，用逗号隔开。")] = "1,10,50",
    pause: Annotated[float, typer.Option(min=0, help="打电话的人两句话之间平均隔多少秒（听、想、说）。")] = 8.0,
    seed: int = 7,
    as_json: AsJson = False,
) -> None:
    """电话：从市民说完一句，到热线说出第一个字，要多少毫秒；两种线路，同时1、10、50通。"""
    loads = [_load(word, pause, seed) for word in at_once.split(",")]
    rows: list[LatencyRow] = []
    with telephones(ensure_model(Console(stderr=True))) as (here, address):
        measured = [(relay, load) for relay in (False, True) for load in loads]
        for relay, load in track(measured, "电话", console=Console(stderr=True), transient=True):
            rows.append(_measure(here, address, load, relay=relay))
    if as_json:
        for row in rows:
            print(json.dumps(asdict(row), ensure_ascii=False))
    else:
        Console().print(_table(rows, pause))


def _load(word: str, pause: float, seed: int) -> Load:
    if not word.strip().isdigit() or not 1 <= int(word) <= 200:
        raise InvalidInput("同时几通应当是1到200，例如 1,10,50。")
    count = int(word)
    again = max(1, FEWEST_TURNS // (len(SENTENCES) * count))
    return Load(count, again, pause if count > 1 else min(pause, 1.0), seed)  # nobody meets a single caller


def _measure(here: Rehearsal, address: str, load: Load, *, relay: bool) -> LatencyRow:
    here.hall.settings = replace(here.hall.settings, call_relay=relay)
    context = multiprocessing.get_context("spawn")
    with timed(here.engine.client) as engine, ProcessPoolExecutor(1, mp_context=context) as pool:
        turns = pool.submit(ring_all, here.hall.settings, address, load).result()
    heard, asked = sorted(ms for ms, _ in turns), sorted(engine)
    return LatencyRow(
        "ConversationRelay" if relay else "Gather", load.at_once, len(heard), statistics.median(heard), _p95(heard),
        heard[-1], statistics.median(asked), _p95(asked), sum(late for _, late in turns),
    )  # fmt: skip


def ring_all(settings: Settings, address: str, load: Load) -> list[tuple[float, bool]]:
    """All callers of a measurement, in a process of their own: (milliseconds, late) of each sentence."""
    return asyncio.run(_ring_all(settings, address, load))


async def _ring_all(settings: Settings, address: str, load: Load) -> list[tuple[float, bool]]:
    callers = (_caller(settings, address, load, number) for number in range(load.at_once))
    return [turn for turns in await asyncio.gather(*callers) for turn in turns]


async def _caller(settings: Settings, address: str, load: Load, number: int) -> list[tuple[float, bool]]:
    chance, turns = random.Random(f"{load.seed} {number}"), []
    for call in range(load.again):
        await asyncio.sleep(chance.random() * load.pause)
        kind = 2 * load.at_once + settings.call_relay
        async with Telephone(settings, address, f"139{kind:03d}{number:03d}{call:02d}") as phone:
            await phone.ring()
            for sentence in SENTENCES:
                await asyncio.sleep(load.pause * (0.5 + chance.random()))
                sound = await phone.say(sentence)
                turns.append((1000 * sound.seconds, sound.text.startswith(LATE)))
            await phone.hang_up()
    return turns


@contextmanager
def timed(client: EngineClient) -> Iterator[list[float]]:
    """Milliseconds of each question to the engine."""
    taken: list[float] = []
    ask = client.ask

    async def timed_ask(**question: Any) -> Any:
        began = time.perf_counter()
        try:
            return await ask(**question)
        finally:
            taken.append(1000 * (time.perf_counter() - began))

    client.ask = timed_ask  # type: ignore[method-assign]
    try:
        yield taken
    finally:
        client.ask = ask  # type: ignore[method-assign]


def _p95(ordered: list[float]) -> float:
    return ordered[int(0.95 * (len(ordered) - 1))]


def _table(rows: list[LatencyRow], pause: float) -> Table:
    table = Table(title=f"说完到第一个字，毫秒（每人两句之间平均 {pause:g} 秒；目标：10通时第95百分位 {AIM_MS:.0f}）")
    for column in ("线路", "同时", "句数", "中位", "第95", "最慢", "引擎中位", "引擎第95", "先说请稍等"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(
            row.transport, str(row.at_once), str(row.turns), f"{row.median:.0f}", f"{row.p95:.0f}", f"{row.slowest:.0f}",
            f"{row.engine_median:.0f}", f"{row.engine_p95:.0f}", str(row.late),
        )  # fmt: skip
    return table
