"""Masked calls through Twilio: the runner is rung, a key rings the citizen, both see the hotline's number."""

from __future__ import annotations

import logging

from aiohttp import web
from multidict import MultiDict

from connectors.keys import HALL
from connectors.twilio import twiml
from connectors.twilio.signature import signed
from connectors.twilio.voice import xml
from hotline.errors import Forbidden

log = logging.getLogger(__name__)


def bridge_routes() -> list[web.AbstractRouteDef]:
    """The addresses that Twilio calls."""
    return [web.post(f"{twiml.PATH}/bridge", bridge), web.post(f"{twiml.PATH}/bridged", bridged)]


@signed
async def bridge(request: web.Request, form: MultiDict[str]) -> web.Response:
    """The runner was rung and answered; a machine is left alone."""
    hall, key = request.app[HALL], request.query.get("key", "")
    if form.get("AnsweredBy", "human").startswith(("machine", "fax")):
        return xml(twiml.goodbye())
    try:
        text = await hall.read(lambda s: hall.masked_calls.spoken(s, key))
    except Forbidden as error:
        return xml(twiml.goodbye(error.wording))
    return xml(twiml.keys(hall.settings, text, twiml.address(hall.settings, "/bridged", key=key)))


@signed
async def bridged(request: web.Request, form: MultiDict[str]) -> web.Response:
    """The runner's key: 1 rings the citizen, anything else ends the call."""
    hall, key = request.app[HALL], request.query.get("key", "")
    if form.get("Digits") != "1":
        return xml(twiml.goodbye("没有接通，要打请在跑手页上再点一次。"))
    try:
        citizen = await hall.read(lambda s: hall.masked_calls.number_of(s, key))
    except Forbidden as error:
        return xml(twiml.goodbye(error.wording))
    log.info("%s: the citizen is rung", key)
    return xml(twiml.connect(hall.settings, citizen))
