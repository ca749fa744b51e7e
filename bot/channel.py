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
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

SECRET = os.environ.get("PAOTUAN_ENGINE_SECRET", "")
UNDERSTOOD = (  # slots that staff see beside a conversation, and may settle
    "item_code", "item_choices", "item_text", "contact_phone", "applicant_name", "pickup_place", "pickup_time",
)  # fmt: skip
WARM_UP = "你好，娃儿上户口咋个办"  # parsed once before the engine counts as ready


class ActionFailed(BaseException):
    """A custom action failed.

    Not an `Exception`: Rasa's processor swallows those and goes on as if the action had run.
    """


class StrictEndpoint(EndpointConfig):
    """The action endpoint; a failed call ends the turn."""

    async def request(self, *args: Any, **kwargs: Any) -> Any | None:
        """Call the action server; raises ActionFailed instead of being ignored."""
        try:
            return await super().request(*args, **kwargs)
        except ClientResponseError as error:
            if error.status == 400:  # the action itself rejects to run: Rasa knows what to do
                raise
            raise ActionFailed(str(error)) from error
        except Exception as error:
            raise ActionFailed(str(error)) from error


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
            return await _take(request.app.ctx.agent, request.json, on_new_message)

        return hook


async def _take(
    agent: Agent, body: dict[str, Any], on_new_message: Callable[[UserMessage], Awaitable[Any]]
) -> HTTPResponse:
    said_before = await _answered(agent, body["conversation"], body["id"])
    if said_before is not None:
        known = await _known(agent, body["conversation"])
        return response.json({"messages": said_before, **known, "repeated": True})
    if agent.action_endpoint is not None:
        agent.action_endpoint.__class__ = StrictEndpoint  # the one that Rasa read from endpoints.yml
    await _settle(agent, body["conversation"], body.get("settled") or {})
    output = ChannelOutput(body["channel"])
    message = UserMessage(
        body.get("payload") or _plain(body["text"]),
        output,
        body["conversation"],
        input_channel=body["channel"],
        message_id=body["id"],
        metadata={**body.get("metadata", {}), "message_id": body["id"], "channel": body["channel"]},
    )
    try:
        await on_new_message(message)
    except ActionFailed as failure:
        return response.json({"error": "action_failed", "details": str(failure)}, status=502)
    known = await _known(agent, body["conversation"])
    return response.json({"messages": [_utterance(said) for said in output.messages], **known})


async def _settle(agent: Agent, conversation: str, settled: dict[str, Any]) -> None:
    """Take what a person settled with the citizen as known; doing it again changes nothing."""
    slots = {name: value for name, value in settled.items() if name in UNDERSTOOD}
    if not slots or agent.processor is None:
        return
    async with agent.lock_store.lock(conversation):
        tracker = await agent.processor.fetch_tracker_with_initial_session(conversation)
        for name, value in slots.items():
            tracker.update(SlotSet(name, value), agent.processor.domain)
        await agent.processor.save_tracker(tracker)


async def _known(agent: Agent, conversation: str) -> dict[str, Any]:
    """What the assistant asked for last (the form's slot, or what is pending; empty: nothing), and what it understood."""
    tracker = await agent.tracker_store.retrieve(conversation)
    if tracker is None:
        return {"expects": "", "understood": {}}
    pending = tracker.get_slot("pending")
    expects = str(tracker.get_slot("requested_slot") or (pending if pending != "none" else "") or "")
    understood = {name: value for name in UNDERSTOOD if (value := tracker.get_slot(name))}
    return {"expects": expects, "understood": understood}


async def _answered(agent: Agent, conversation: str, message_id: str) -> list[dict[str, Any]] | None:
    """What was said to a message that was handled before, or None."""
    tracker = await agent.tracker_store.retrieve(conversation)
    if tracker is None:
        return None
    said: list[dict[str, Any]] | None = None
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if said is not None:
                break
            if event.message_id == message_id:
                said = []
        elif isinstance(event, BotUttered) and said is not None:
            said.append(_utterance({"text": event.text, "buttons": (event.data or {}).get("buttons")}))
    return said


def _plain(text: str) -> str:
    """A typed text can never be a command: a leading slash becomes a full-width one."""
    return "／" + text.lstrip()[1:] if text.lstrip().startswith("/") else text


def _utterance(said: dict[str, Any]) -> dict[str, Any]:
    buttons = [{"title": b["title"], "payload": b["payload"]} for b in said.get("buttons") or []]
    return {"text": said.get("text") or "", "buttons": buttons}
