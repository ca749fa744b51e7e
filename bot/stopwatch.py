"""Times a model inside the engine: memory, and each turn of understanding and deciding, actions left out.

Reads one utterance a line from standard input, each the first of a conversation of its own, and prints one JSON
object. Works with any Rasa model, so ours and a stock one are measured alike.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
ANSWERS, sys.stdout = sys.stdout, sys.stderr  # the engine logs to standard output, which is for figures alone
logging.disable(logging.WARNING)

from rasa.core.agent import Agent  # noqa: E402  (its imports warn, so they come after the filter)
from rasa.shared.core.events import ActionExecuted, UserUttered  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

WARM_UP = 5  # turns before the watch counts


async def turn(agent: Agent, text: str, number: int) -> float:
    """Milliseconds to understand one utterance and to choose the next action."""
    tracker = DialogueStateTracker(str(number), agent.domain.slots)
    tracker.update(ActionExecuted("action_listen"))
    begun = time.perf_counter()
    parsed = await agent.parse_message(text)
    tracker.update(UserUttered(text, parsed["intent"], parsed["entities"], parsed))
    agent.predict_next_with_tracker(tracker)
    return 1000 * (time.perf_counter() - begun)


def peak_megabytes() -> float:
    """The largest resident memory of this process so far."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


async def measure(model: str) -> None:
    """Print the figures of a model."""
    agent = Agent.load(model)
    lines = sys.stdin.read().splitlines()
    for number, line in enumerate(lines[:WARM_UP]):
        await turn(agent, line, -number - 1)
    turns = [round(await turn(agent, line, number), 2) for number, line in enumerate(lines)]
    print(json.dumps({"memory_mb": round(peak_megabytes()), "turns_ms": turns}), file=ANSWERS, flush=True)


if __name__ == "__main__":
    asyncio.run(measure(sys.argv[1]))
