"""Who is calling: every request of Twilio is signed with the account's token over the public address.

Source of the rule: Twilio's "Webhooks security"; computed by Twilio's own `RequestValidator`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from connectors.keys import HALL
from hotline.errors import Forbidden
from hotline.settings import Settings

log = logging.getLogger(__name__)

HEADER = "X-Twilio-Signature"
Handler = Callable[[web.Request, MultiDict[str]], Awaitable[web.StreamResponse]]


def public_address(settings: Settings, path_qs: str, *, scheme: str = "") -> str:
    """The address under which Twilio knows a path of ours; `scheme` wss for a WebSocket."""
    base = settings.address.rstrip("/")
    if scheme:
        base = scheme + base[base.index(":") :]
    return base + path_qs


def is_signed(settings: Settings, address: str, form: MultiDict[str], signature: str) -> bool:
    """Whether Twilio signed this address and form with our account's token."""
    if not settings.twilio_auth_token or not signature:
        return False
    validator = RequestValidator(settings.twilio_auth_token)
    return bool(validator.validate(address, form, signature))


def signed(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler that only Twilio reaches; it gets the form. Others are refused with 403 and logged."""

    async def check(request: web.Request) -> web.StreamResponse:
        settings = request.app[HALL].settings
        form: MultiDict[str] = MultiDict((key, str(value)) for key, value in (await request.post()).items())
        address = public_address(settings, request.path_qs)
        if not is_signed(settings, address, form, request.headers.get(HEADER, "")):
            log.warning("%s: bad or missing signature from %s", request.path, request.remote)
            raise Forbidden("签名不对。", path=request.path)
        return await handler(request, form)

    return check


def check_handshake(request: web.Request) -> None:
    """Refuse a WebSocket that Twilio did not open; it signs the wss address without a form."""
    settings = request.app[HALL].settings
    scheme = "wss" if settings.address.startswith("https") else "ws"
    address = public_address(settings, request.path_qs, scheme=scheme)
    if not is_signed(settings, address, MultiDict(), request.headers.get(HEADER, "")):
        log.warning("%s: bad or missing signature of a handshake from %s", request.path, request.remote)
        raise Forbidden("签名不对。", path=request.path)
