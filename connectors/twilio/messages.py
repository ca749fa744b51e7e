"""Text messages and WhatsApp through Twilio: one door for citizens and for runners' answers to offers."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from aiohttp import web
from multidict import MultiDict
from sqlalchemy.orm import Session
from twilio.twiml.messaging_response import MessagingResponse

from connectors.keys import HALL, LIVE, TURNS
from connectors.twilio.numbers import from_line
from connectors.twilio.reports import note
from connectors.twilio.signature import signed
from connectors.twilio.voice import xml
from hotline.calls.steps import Ask
from hotline.errors import InvalidInput
from hotline.hall import Hall

log = logging.getLogger(__name__)

DELIVERED = {"delivered", "read"}
FAILED = {"failed", "undelivered", "canceled"}
ANSWER_SECONDS = 10.0  # Twilio waits 15 for the document


def message_routes() -> list[web.AbstractRouteDef]:
    """The addresses that Twilio calls for messages."""
    return [web.post("/webhooks/twilio/sms", receive), web.post("/webhooks/twilio/sms/status", status)]


@signed
async def receive(request: web.Request, form: MultiDict[str]) -> web.Response:
    """A text comes in; the answer goes back in the document. The same message again gets the same answer."""
    hall, sid = request.app[HALL], form.get("MessageSid", "")
    if not sid.isalnum() or len(sid) > 64:
        raise InvalidInput("缺少 MessageSid。")
    number = from_line(form.get("From", ""))
    text = await _whole(request, sid, number, form.get("Body", ""))
    if text is None:
        return xml(str(MessagingResponse()))  # it is part of a message that another request answers
    taken = await hall.run(lambda s: _take(hall, s, sid, number, text))
    request.app[LIVE].wake()
    if isinstance(taken, str):
        return _reply(taken)
    try:
        await asyncio.wait_for(asyncio.shield(request.app[TURNS].answer(taken.conversation_id)), ANSWER_SECONDS)
    except TimeoutError:
        log.warning("message %s: the answer is late", sid)
    return _reply(await hall.read(lambda s: hall.texting.answer(s, taken)))


@signed
async def status(request: web.Request, form: MultiDict[str]) -> web.Response:
    """What became of a text that we sent. Reports come late, twice and out of order: only a final one counts."""
    state, sid = form.get("MessageStatus", ""), form.get("MessageSid", "")
    error = f"Twilio {state}（{form.get('ErrorCode', '')}）" if state in FAILED else ""
    if state in DELIVERED or error:
        await note(request, sid, delivered=not error, error=error)
    return web.Response(status=204)


async def _whole(request: web.Request, sid: str, number: str, text: str) -> str | None:
    """The message that this text completes, after a short wait when it looks cut; None: it went into another."""
    hall, live = request.app[HALL], request.app[LIVE]
    loop = asyncio.get_running_loop()
    until = loop.time() + await hall.run(lambda s: hall.text_parts.take(s, sid, number, text))
    while (left := until - loop.time()) > 0 and not await hall.read(lambda s: hall.text_parts.is_joined(s, sid)):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(live.news(), left)
    return await hall.run(lambda s: hall.text_parts.join(s, sid))


def _take(hall: Hall, session: Session, sid: str, number: str, text: str) -> Ask | str:
    offered = hall.offer_calls.text(session, number, text)
    answer = offered.text if offered else None
    answer = answer or hall.opt_outs.text(session, number, text) or hall.revisits.text(session, number, text)
    return answer or hall.texting.receive(session, sid, number, text)


def _reply(text: str) -> web.Response:
    response = MessagingResponse()
    response.message(text)
    return xml(str(response))
