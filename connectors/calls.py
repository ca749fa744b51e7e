"""The call line: what any telephone transport calls, from a ring to the end, with the assistant in between."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

from connectors.live import Live
from connectors.turns import Turns
from hotline.calls.steps import Ask, Heard, Step
from hotline.hall import Hall

log = logging.getLogger(__name__)

ANSWER_SECONDS = 6.0  # then the caller hears 「请稍等」; a line gives up at 15


class CallLine:
    """Begins calls, answers turns, forwards and ends; every method may be called again with the same arguments."""

    def __init__(self, hall: Hall, turns: Turns, live: Live) -> None:
        self.hall = hall
        self.turns = turns
        self.live = live

    async def begin(self, provider_id: str, number: str) -> Step:
        """A citizen rings."""
        step = await self.hall.run(lambda s: self.hall.calls.begin(s, provider_id, number))
        self.live.wake()
        return step

    async def hear(self, provider_id: str, turn: int, heard: Heard, *, patience: float = ANSWER_SECONDS) -> Step:
        """A turn of the caller; a step that waits means: call again with the same turn in a moment."""
        calls = self.hall.calls
        decided = await self.hall.run(lambda s: calls.hear(s, provider_id, turn, heard))
        self.live.wake()
        if isinstance(decided, Step):
            return decided
        answered = await self._answer(decided, patience)
        return await self.hall.run(lambda s: calls.answered(s, provider_id, decided, heard, answered=answered))

    async def _answer(self, ask: Ask, patience: float) -> bool | None:
        try:
            return await asyncio.wait_for(asyncio.shield(self.turns.answer(ask.conversation_id)), patience)
        except TimeoutError:
            return None

    async def not_taken(self, provider_id: str, turn: int) -> Step:
        """The ringing of a person ended, one way or the other."""
        step = await self.hall.run(lambda s: self.hall.calls.not_taken(s, provider_id, turn))
        self.live.wake()
        return step

    async def interrupted(self, provider_id: str, turn: int, until: str) -> None:
        """The caller broke in after `until`."""
        await self.hall.run(lambda s: self.hall.calls.interrupted(s, provider_id, turn, until))

    async def newest_step(self, provider_id: str) -> Step:
        """Where the call stands."""
        return await self.hall.read(lambda s: self.hall.calls.newest_step(s, provider_id))

    async def whisper(self, forward_id: int) -> str:
        """What the person who is rung hears first."""
        return await self.hall.run(lambda s: self.hall.calls.forwarding.whisper(s, forward_id))

    async def answer_forward(self, forward_id: int, digits: str) -> bool:
        """The key of the person who was rung: whether they take the call."""
        forwarding = self.hall.calls.forwarding
        if digits != "1":
            await self.hall.run(lambda s: forwarding.pass_on(s, forward_id))
            return False
        taken = await self.hall.run(lambda s: forwarding.take(s, forward_id))
        self.live.wake()
        return taken

    async def ended(self, provider_id: str) -> None:
        """The line is down."""
        await self.hall.run(lambda s: self.hall.calls.ended(s, provider_id))
        self.live.wake()


CALLS = web.AppKey("calls", CallLine)
