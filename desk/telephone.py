"""A telephone at the desk, for demonstrations: it rings this hall by the same signed requests as the line does.

Calls are kept in this process only; what is said in them is kept like that of any call. A hall whose
profile is confirmed has real callers and no rehearsals.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, web

from connectors.keys import HALL
from connectors.twilio.rehearsal import LineError, Sound, Telephone
from connectors.web_chat import json_body
from desk.acts import KEPT, changed
from desk.login import Seat, seated, text_field
from hotline.errors import Forbidden, InvalidInput, NotFound
from hotline.evaluation.noise import with_errors
from hotline.hall import Hall
from hotline.permissions import Permission

MOST_CALLS = 20  # at once, in this hall
IDLE = 600.0  # seconds after which a call that nobody talks in may be ended for another
SILENCE = 15.0  # seconds that the page waits for the hall to notice silence
A_CALL = r"{call:CA[0-9a-f]{32}}"
_NUMBER = re.compile(r"|\+?\d{5,15}")
_KEYS = re.compile(r"[0-9*#]{1,20}")


@dataclass
class Rehearsed:
    """One call of a member of staff."""

    phone: Telephone
    staff_id: int
    turns: int = 0  # each is misheard in another way
    used: float = field(default_factory=time.monotonic)


CALLS_HERE = web.AppKey("rehearsed_calls", dict[str, Rehearsed])


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of the telephone."""
    return [web.post("/desk/telephone", ring), web.post(f"/desk/telephone/{A_CALL}", act)]


async def keep_calls(app: web.Application) -> None:
    """Room for the calls of this process."""
    app[CALLS_HERE] = {}


async def end_calls(app: web.Application) -> None:
    """The hall stops: no connection stays open."""
    for call in app[CALLS_HERE].values():
        await call.phone.close()


@seated(Permission.REHEARSE)
async def ring(request: web.Request, seat: Seat) -> web.Response:
    """Dial the hotline from a number, empty for a withheld one: what is heard, and the call's id."""
    hall, calls = request.app[HALL], request.app[CALLS_HERE]
    number = text_field(await json_body(request), "number", 20).strip()
    _check(hall, number)
    for sid in [sid for sid, call in calls.items() if time.monotonic() - call.used > IDLE]:
        await calls.pop(sid).phone.close()
    if len(calls) >= MOST_CALLS:
        raise InvalidInput("现在演练的电话太多，请等别的同事挂了再打。")
    phone = Telephone(hall.settings, _own_address(request), number)
    calls[phone.sid] = call = Rehearsed(phone, seat.staff_id)
    try:
        heard = await _hear(call, "ring", "", 0.0)
    except InvalidInput:
        await calls.pop(phone.sid).phone.close()
        raise
    await changed(request, seat, lambda _: None, made=lambda _: phone.sid)
    return web.json_response({"call": phone.sid, **heard})


@seated(Permission.REHEARSE)
async def act(request: web.Request, seat: Seat) -> web.Response:
    """Do something in a call: say, press, silence, answer, key, unanswered, done, hang-up."""
    calls, sid, body = request.app[CALLS_HERE], request.match_info["call"], await json_body(request)
    call = calls.get(sid)
    if call is None or call.staff_id != seat.staff_id:
        raise NotFound("这通电话已经挂了，请重新拨打。")
    rate = body.get("noise", 0)
    if not isinstance(rate, int | float) or isinstance(rate, bool) or not 0 <= rate <= 1:
        raise InvalidInput("错字率应当在0到1之间。")
    request[KEPT] = True  # the turn is a row of the call
    heard = await _hear(call, text_field(body, "act", 20), text_field(body, "text", 500).strip(), float(rate))
    if heard["over"]:
        await calls.pop(sid).phone.close()
    return web.json_response(heard)


def _check(hall: Hall, number: str) -> None:
    if hall.profile.confirmed:
        raise Forbidden("大厅资料已经确认，演练电话关了，请用真的电话打。")
    if not hall.settings.twilio_auth_token:
        raise Forbidden("这个大厅没有电话线，不能演练。")
    if not _NUMBER.fullmatch(number):
        raise InvalidInput("来电号码只写数字，不写就是不显示号码。")


def _own_address(request: web.Request) -> str:
    """Where this hall listens, past every proxy."""
    host, port = request.get_extra_info("sockname")[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _hear(call: Rehearsed, act: str, text: str, noise: float) -> dict[str, Any]:
    call.used, call.turns = time.monotonic(), call.turns + 1
    heard = with_errors(text, noise, seed=call.turns) if noise and act == "say" else text
    try:
        sound = await _do(call.phone, act, heard)
    except LineError as error:
        raise InvalidInput(str(error)) from error
    except (ClientError, ConnectionError, TimeoutError) as error:
        raise InvalidInput("电话断了，请重新拨打。") from error
    return {"heard": heard, "says": sound.text, "rings": sound.rings, "over": sound.over}


async def _do(phone: Telephone, act: str, text: str) -> Sound:
    match act:
        case "ring":
            return await phone.ring()
        case "say" if text:
            return await phone.say(text)
        case "press" if _KEYS.fullmatch(text):
            return await phone.press(text)
        case "silence":
            return await phone.be_silent(SILENCE)
        case "answer":  # the person who is rung picks up and hears who calls
            return Sound(await phone.other_side(), rings="answered")
        case "key" if _KEYS.fullmatch(text):
            taken = await phone.other_side_presses(text)
            return Sound("", rings="connected") if taken else await phone.ringing_ends("no-answer")
        case "unanswered":
            return await phone.ringing_ends("no-answer")
        case "done":  # both have talked
            return await phone.ringing_ends("completed")
        case "hang-up":
            await phone.hang_up()
            return Sound("", over=True)
    raise InvalidInput("请写要说的话，或者按键（数字、*、#）。")
