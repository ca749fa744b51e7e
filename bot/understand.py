"""Reads one utterance a line and prints what the trained model understands, one JSON object a line."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import warnings
from typing import Any

warnings.filterwarnings("ignore")
ANSWERS, sys.stdout = sys.stdout, sys.stderr  # the engine logs to standard output, which is for answers alone
logging.disable(logging.WARNING)

from rasa.core.agent import Agent  # noqa: E402  (its imports warn, so they come after the filter)


def as_json(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    """Intent, confidence, and each detail's value; `spoken` has the words as they were said."""
    entities, spoken, details = {}, {}, []
    for entity in parsed["entities"]:
        entities[entity["entity"]] = entity["value"] or entity["text"]
        spoken[entity["entity"]] = entity["text"]
        details.append({k: entity[k] for k in ("entity", "value", "text", "start", "end", "extra")})
    return {
        "intent": parsed["intent"]["name"],
        "confidence": round(parsed["intent"]["confidence"], 4),
        "entities": entities,
        "spoken": spoken,
        "details": details,
        "text": text,
    }


async def understand(model: str) -> None:
    """Parse standard input with the model of this file."""
    agent = Agent.load(model)
    for line in sys.stdin.read().splitlines():
        plain = "／" + line[1:] if line.startswith("/") else line
        parsed = await agent.parse_message(plain)
        ranking = [entry for entry in parsed.get("intent_ranking", []) if entry["name"] != "nlu_fallback"]
        if parsed["intent"]["name"] == "nlu_fallback" and ranking:
            parsed["intent"] = ranking[0]
        print(json.dumps(as_json(line, parsed), ensure_ascii=False), file=ANSWERS, flush=True)


if __name__ == "__main__":
    asyncio.run(understand(sys.argv[1]))
