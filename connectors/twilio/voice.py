"""Calls over TwiML: Twilio asks with a form, we answer with a document."""

from __future__ import annotations

import logging
from typing import Protocol

from aiohttp import web
from multidict import MultiDict
from sqlalchemy.orm import Session

from connectors.calls import CALLS
from connectors.keys import HALL, LIVE
from connectors.twilio import twiml
from connectors.twilio.numbers import from_line
from connectors.twilio.reports import note
from connectors.twilio.signature import signed
from hotline.calls.offers import OfferAnswer
from hotline.calls.speech import speakable
from hotline.calls.steps import Heard, Step
from hotline.errors import InvalidInput, NotFound
from hotline.settings import Settings

log = logging.getLogger(__name__)

OVER = {"completed", "busy", "failed", "no-answer", "canceled"}  # states after which a call is no more
SORRY = "系统出了点问题，请稍后再打，或者打幺二三四五。"


def voice_routes() -> list[web.AbstractRouteDef]:
    """The addresses that Twilio calls for voice."""
    return [
        web.post(twiml.PATH, ring),
        web.post(f"{twiml.PATH}/heard", heard),
        web.post(f"{twiml.PATH}/forwarded", forwarded),
        web.post(f"{twiml.PATH}/relayed", relayed),
        web.post(f"{twiml.PATH}/whisper", whisper),
        web.post(f"{twiml.PATH}/whispered", whispered),
        web.post(f"{twiml.PATH}/offer", offer),
        web.post(f"{twiml.PATH}/offered", offered),
        web.post(f"{twiml.PATH}/tell", tell),
        web.post(f"{twiml.PATH}/sent", sent),
        web.post(f"{twiml.PATH}/status", status),
    ]


def xml(text: str) -> web.Response:
    """A TwiML answer."""
    return web.Response(text=text, content_type="text/xml")


@signed
async def ring(request: web.Request, form: MultiDict[str]) -> web.Response:
    """A citizen rings."""
    settings = _settings(request)
    if settings.call_relay:
        return xml(twiml.relay(settings))
    return _answer(request, await request.app[CALLS].begin(call_id(form), from_line(form.get("From", ""))))


@signed
async def heard(request: web.Request, form: MultiDict[str]) -> web.Response:
    """A turn of the caller: speech, keys or silence. After a wait Twilio asks for the same turn again."""
    calls, turn = request.app[CALLS], number(request.query.get("turn", ""))
    heard_now = Heard(form.get("SpeechResult", ""), form.get("Digits", ""), _confidence(form.get("Confidence")))
    return _answer(request, await calls.hear(call_id(form), turn, heard_now))


@signed
async def forwarded(request: web.Request, form: MultiDict[str]) -> web.Response:
    """The ringing of a person is over."""
    turn = number(request.query.get("turn", ""))
    return _answer(request, await request.app[CALLS].not_taken(call_id(form), turn))


@signed
async def relayed(request: web.Request, form: MultiDict[str]) -> web.Response:
    """The relay ended: ring the person it handed over to, go on by <Gather> if it broke, or hang up."""
    return _answer(request, await request.app[CALLS].newest_step(call_id(form)))


@signed
async def whisper(request: web.Request, form: MultiDict[str]) -> web.Response:
    """The person who was rung answered: who and what, and the keys."""
    forward_id = number(request.query.get("forward", ""))
    text = await request.app[CALLS].whisper(forward_id)
    return xml(twiml.keys(_settings(request), text, twiml.address(_settings(request), "/whispered", forward=forward_id)))


@signed
async def whispered(request: web.Request, form: MultiDict[str]) -> web.Response:
    """The key of the person who was rung: 1 connects, anything else ends this leg only."""
    forward_id = number(request.query.get("forward", ""))
    taken = await request.app[CALLS].answer_forward(forward_id, form.get("Digits", ""))
    return xml(twiml.nothing() if taken else twiml.goodbye())


@signed
async def offer(request: web.Request, form: MultiDict[str]) -> web.Response:
    """A runner was rung for an offer and answered; a machine is left alone, the offer keeps its deadline."""
    return await rung(request, form, request.app[HALL].offer_calls, "offer", "/offered")


@signed
async def offered(request: web.Request, form: MultiDict[str]) -> web.Response:
    """The runner's key: 1 接单, 2 拒单, anything else reads it again, silence ends the call."""
    silence = "没有按键，请在跑手页上答复，或者回短信。"
    return await keyed(request, form, request.app[HALL].offer_calls, "offer", "/offered", silence)


class KeyedCalls(Protocol):
    """What rings somebody with a question that a key answers."""

    def spoken(self, session: Session, subject: int, /) -> str:
        """The question; raises NotFound."""

    def key(self, session: Session, subject: int, digits: str, /) -> OfferAnswer:
        """What a key brings; raises NotFound."""


async def rung(request: web.Request, form: MultiDict[str], calls: KeyedCalls, subject: str, then: str) -> web.Response:
    """Somebody answered: ask for a key, which goes to the path `then`; a machine is left alone."""
    hall, about = request.app[HALL], number(request.query.get(subject, ""))
    if form.get("AnsweredBy", "human").startswith(("machine", "fax")):
        log.info("%s %s: a machine answered", subject, about)
        return xml(twiml.goodbye())
    text = await hall.read(lambda s: calls.spoken(s, about))
    return xml(twiml.keys(hall.settings, text, twiml.address(hall.settings, then, **{subject: about})))


async def keyed(
    request: web.Request, form: MultiDict[str], calls: KeyedCalls, subject: str, then: str, silence: str
) -> web.Response:
    """The key that was pressed; without one the call ends with `silence`."""
    hall, about = request.app[HALL], number(request.query.get(subject, ""))
    if not form.get("Digits"):
        return xml(twiml.goodbye(silence))
    answer = await hall.run(lambda s: calls.key(s, about, form["Digits"]))
    request.app[LIVE].wake()
    if answer.done:
        return xml(twiml.goodbye(answer.text))
    return xml(twiml.keys(hall.settings, answer.text, twiml.address(hall.settings, then, **{subject: about})))


@signed
async def tell(request: web.Request, form: MultiDict[str]) -> web.Response:
    """A notice is read to somebody with a landline, twice, since nobody can look it up afterwards."""
    hall, key = request.app[HALL], request.query.get("key", "")
    text = await hall.read(lambda s: hall.outbox.text_of(s, key))
    return xml(twiml.goodbye(speakable(f"这里是{hall.profile.name}跑团热线。{text}再说一遍：{text}")))


@signed
async def sent(request: web.Request, form: MultiDict[str]) -> web.Response:
    """A call that we made is over: answered by a person, by a machine, or not at all."""
    state, machine = form.get("CallStatus", ""), form.get("AnsweredBy", "").startswith(("machine", "fax"))
    error = "" if state == "completed" and not machine else f"Twilio {state}" + ("（语音信箱）" if machine else "")
    if state in OVER:
        await note(request, call_id(form), delivered=not error, error=error)
    return web.Response(status=204)


@signed
async def status(request: web.Request, form: MultiDict[str]) -> web.Response:
    """How a call stands now."""
    if form.get("CallStatus") in OVER:
        await request.app[CALLS].ended(call_id(form))
    return web.Response(status=204)


def call_id(form: MultiDict[str]) -> str:
    """Twilio's id of the call; raises InvalidInput."""
    sid = form.get("CallSid", "")
    if not sid.isalnum() or len(sid) > 64:
        raise InvalidInput("缺少 CallSid。")
    return sid


def number(text: str) -> int:
    """A number of ours in an address; raises NotFound."""
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise NotFound(number=text[:20])
    return int(text)


def _confidence(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _settings(request: web.Request) -> Settings:
    return request.app[HALL].settings


def _answer(request: web.Request, step: Step) -> web.Response:
    return xml(twiml.document(_settings(request), step))
