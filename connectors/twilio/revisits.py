"""Follow-up calls through Twilio: the question, and the key that answers it."""

from __future__ import annotations

import logging

from aiohttp import web
from multidict import MultiDict

from connectors.keys import HALL, LIVE
from connectors.twilio import twiml
from connectors.twilio.signature import signed
from connectors.twilio.voice import number, xml

log = logging.getLogger(__name__)


def revisit_routes() -> list[web.AbstractRouteDef]:
    """The addresses that Twilio calls."""
    return [web.post(f"{twiml.PATH}/revisit", revisit), web.post(f"{twiml.PATH}/revisited", revisited)]


@signed
async def revisit(request: web.Request, form: MultiDict[str]) -> web.Response:
    """A citizen was rung and answered; a machine is left alone."""
    hall, order_id = request.app[HALL], number(request.query.get("order", ""))
    if form.get("AnsweredBy", "human").startswith(("machine", "fax")):
        log.info("revisit of order %s: a machine answered", order_id)
        return xml(twiml.goodbye())
    text = await hall.read(lambda s: hall.revisits.spoken(s, order_id))
    return xml(twiml.keys(hall.settings, text, twiml.address(hall.settings, "/revisited", order=order_id)))


@signed
async def revisited(request: web.Request, form: MultiDict[str]) -> web.Response:
    """The citizen's key; silence ends the call."""
    hall, order_id = request.app[HALL], number(request.query.get("order", ""))
    if not form.get("Digits"):
        return xml(twiml.goodbye("不评也不要紧，感谢接听，再见。"))
    answer = await hall.run(lambda s: hall.revisits.key(s, order_id, form["Digits"]))
    request.app[LIVE].wake()
    if answer.done:
        return xml(twiml.goodbye(answer.text))
    return xml(twiml.keys(hall.settings, answer.text, twiml.address(hall.settings, "/revisited", order=order_id)))
