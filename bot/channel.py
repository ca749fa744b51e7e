"""The engine's one door: the hall sends a message with its id and gets the assistant's answer.

Unlike Rasa's REST channel it (1) answers a repeated message id from the tracker instead of acting
twice, (2) passes the channel's name on, so that responses written for `phone` or `sms` are chosen,
(3) reads a text never as `/intent`, only a button's payload, and (4) fails with 502 and keeps
nothing when a custom action fails, so that the hall can send the message again.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.action_line import ActionFailed, ActionLine

SECRET = os.environ.get("PAOTUAN_ENGINE_SECRET", "")
UNDERSTOOD = (  # slots that staff see beside a conversation, and may settle
    "item_code", "item_choices", "item_text", "contact_phone", "applicant_name", "pickup_place", "pickup_time",
)  # fmt: skip
WARM_UP = "你好，娃儿上户口咋个办"  # parsed once before the engine counts as ready


class ChannelOutput(CollectingOutputChannel):
    """Collects what is said, under the name of the channel the citizen uses."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self._channel = channel

    def name(self) -> str:  # type: ignore[override]
        """The channel for which responses are chosen: web, phone, sms."""
        return self._channel


class HallChannel(InputChannel):
    """`POST /webhooks/hall/message` and `GET /webhooks/hall/ready`."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in credentials.yml and in the route."""
        return "hall"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Nothing to configure: the secret comes from the environment."""
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes."""
        hook = Blueprint("hall_webhook")

        @hook.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            agent: Agent = request.app.ctx.agent
            if not agent.is_ready():
                return response.json({"ready": False}, status=503)
            if not getattr(request.app.ctx, "warm", False):
                await agent.parse_message(WARM_UP)
                request.app.ctx.warm = True
            return response.json({"ready": True, "model": agent.processor.model_filename})

        @hook.route("/message", methods=["POST"])
        async def message(request: Request) -> HTTPResponse:
            if not hmac.compare_digest(request.headers.get("X-Secret", ""), SECRET):
                return response.json({"error": "forbidden"}, status=403)
            return await _take(request.app.ctx.agent, request.json)

        return hook


async def _take(agent: Agent, body: dict[str, Any]) -> HTTPResponse:
    if agent.action_endpoint is not None:
        agent.action_endpoint.__class__ = ActionLine  # the one that Rasa read from endpoints.yml
    try:
        async with agent.lock_store.lock(body["conversation"]):
            return response.json(await _answer(agent, body))
    except ActionFailed as failure:
        return response.json({"error": "action_failed", "details": str(failure)}, status=502)


async def _answer(agent: Agent, body: dict[str, Any]) -> dict[str, Any]:
    """One turn, as Rasa's processor makes it, over a tracker that is read once and saved once, when all went well."""
    processor, output = agent.processor, ChannelOutput(body["channel"])
    message = UserMessage(
        body.get("payload") or _plain(body["text"]),
        output,
        body["conversation"],
        input_channel=body["channel"],
        message_id=body["id"],
        metadata={**body.get("metadata", {}), "message_id": body["id"], "channel": body["channel"]},
    )
    tracker = await processor.fetch_tracker_and_update_session(message.sender_id, output, message.metadata)
    said_before = _answered(tracker, body["id"])
    if said_before is not None:
        return {"messages": said_before, **_known(tracker), "repeated": True}
    for name, value in (body.get("settled") or {}).items():
        if name in UNDERSTOOD:  # what a person settled with the citizen is known
            tracker.update(SlotSet(name, value), processor.domain)
    await processor._handle_message_with_tracker(message, tracker)
    tracker = await processor.run_action_extract_slots(output, tracker)
    await processor._run_prediction_loop(output, tracker)
    await processor.save_tracker(tracker)
    return {"messages": _utterances(output.messages), **_known(tracker)}


def _known(tracker: DialogueStateTracker) -> dict[str, Any]:
    """What the assistant asked for last (the form's slot, or what is pending; empty: nothing), and what it understood."""
    pending = tracker.get_slot("pending")
    expects = str(tracker.get_slot("requested_slot") or (pending if pending != "none" else "") or "")
    understood = {name: value for name in UNDERSTOOD if (value := tracker.get_slot(name))}
    return {"expects": expects, "understood": understood}


def _answered(tracker: DialogueStateTracker, message_id: str) -> list[dict[str, Any]] | None:
    """What was said to a message that was handled before, or None."""
    said: list[dict[str, Any]] | None = None
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if said is not None:
                break
            if event.message_id == message_id:
                said = []
        elif isinstance(event, BotUttered) and said is not None:
            said.append({"text": event.text, "buttons": (event.data or {}).get("buttons")})
    return None if said is None else _utterances(said)


def _plain(text: str) -> str:
    """A typed text can never be a command: a leading slash becomes a full-width one."""
    return "／" + text.lstrip()[1:] if text.lstrip().startswith("/") else text


def _utterances(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was said in a turn, each thing once: an action and the form after it may ask for the same."""
    every = [_utterance(one) for one in said]
    return [one for number, one in enumerate(every) if one not in every[:number]]


def _utterance(said: dict[str, Any]) -> dict[str, Any]:
    buttons = [{"title": b["title"], "payload": b["payload"]} for b in said.get("buttons") or []]
    return {"text": said.get("text") or "", "buttons": buttons}
