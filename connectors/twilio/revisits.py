"""Follow-up calls through Twilio: the question, and the key that answers it."""

from __future__ import annotations

from aiohttp import web
from multidict import MultiDict

from connectors.keys import HALL
from connectors.twilio import twiml
from connectors.twilio.signature import signed
from connectors.twilio.voice import keyed, rung


def revisit_routes() -> list[web.AbstractRouteDef]:
    """The addresses that Twilio calls."""
    return [web.post(f"{twiml.PATH}/revisit", revisit), web.post(f"{twiml.PATH}/revisited", revisited)]


@signed
async def revisit(request: web.Request, form: MultiDict[str]) -> web.Response:
    """A citizen was rung and answered; a machine is left alone."""
    return await rung(request, form, request.app[HALL].revisits, "order", "/revisited")


@signed
async def revisited(request: web.Request, form: MultiDict[str]) -> web.Response:
    """The citizen's key; silence ends the call."""
    silence = "不评也不要紧，感谢接听，再见。"
    return await keyed(request, form, request.app[HALL].revisits, "order", "/revisited", silence)
