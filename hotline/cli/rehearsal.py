"""The real assistant without a running server: a hall of its own in a temporary folder, and the real engine."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar

from aiohttp import web

from connectors.engine import EngineProcess, free_port
from connectors.live import Live
from connectors.turns import Turns
from hotline.app import make_actions_app, make_app
from hotline.cli.line import REHEARSAL_NUMBER
from hotline.errors import HotlineError
from hotline.evaluation.stage import Stage, StageClock
from hotline.hall import Hall
from hotline.settings import Settings

T = TypeVar("T")
START_SECONDS = 180.0  # the engine is ready after 15 to 50
TURN_SECONDS = 30.0


@dataclass(frozen=True)
class Rehearsal:
    """A hall of its own with the trained engine behind it."""

    hall: Hall
    clock: StageClock
    engine: EngineProcess
    turns: Turns
    run: Callable[..., Any]  # run(coroutine, seconds=30) waits for what runs beside the engine's line


@contextmanager
def rehearsal(model: Path, *, serves_chat: bool = False) -> Iterator[Stage]:
    """A stage with the trained engine behind it, on request with the HTTP interface; ends and removes all afterwards."""
    with running(model) as here:
        stage = Stage(here.hall, here.clock, lambda conversation: here.run(here.turns.answer(conversation)))
        stage.engine_process = here.engine.pid
        if not serves_chat:
            yield stage
            return
        chat, stage.address = here.run(_serve(make_app(here.hall, here.engine.client)))
        try:
            yield stage
        finally:
            here.run(chat.cleanup())


@contextmanager
def telephones(model: Path, *, relay: bool = False) -> Iterator[tuple[Rehearsal, str]]:
    """The same with a telephone line on a port of its own: (all of it, the hall's address)."""
    line = Settings(twilio_auth_token=token_hex(16), twilio_number=REHEARSAL_NUMBER, call_relay=relay)
    with running(model, line) as here:
        app, address = here.run(_serve(make_app(here.hall, here.engine.client)), START_SECONDS)
        try:
            yield here, address
        finally:
            here.run(app.cleanup())


@contextmanager
def running(model: Path, settings: Settings | None = None) -> Iterator[Rehearsal]:
    """The hall in a temporary folder, its clock, and its line to the engine; ends and removes all afterwards."""
    with tempfile.TemporaryDirectory(prefix="paotuan-stage-") as folder, _loop() as loop:
        clock = StageClock()
        hall = Hall(replace(settings or Settings(), data_dir=Path(folder)), clock)
        hall.database.migrate()

        def run(work: Coroutine[Any, Any, T], seconds: float = TURN_SECONDS) -> T:
            return asyncio.run_coroutine_threadsafe(work, loop).result(seconds)

        runner, engine = run(_start(hall, model), START_SECONDS)
        try:
            yield Rehearsal(hall, clock, engine, Turns(hall, engine.client, Live()), run)
        finally:
            run(engine.stop())
            run(runner.cleanup())
            hall.close()


async def _serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, f"http://127.0.0.1:{port}"


async def _start(hall: Hall, model: Path) -> tuple[web.AppRunner, EngineProcess]:
    app, token = make_actions_app(hall)
    runner, address = await _serve(app)
    engine = EngineProcess(
        model=model, data_dir=hall.settings.data_dir,
        actions_url=f"{address}/actions/webhook", actions_token=token,
    )  # fmt: skip
    engine.start()
    await asyncio.to_thread(hall.knowledge.warm)
    waited = 0.0
    while not await engine.client.is_ready():
        await asyncio.sleep(0.5)
        waited += 0.5
        if waited > START_SECONDS - 10:
            await engine.stop()
            raise HotlineError("对话引擎没有启动成功，请看 ./paotuan doctor。")
    return runner, engine


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
