"""What leaves the hall through Twilio: texts and calls from the outbox. Nothing reaches any other host."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from connectors.twilio import twiml
from connectors.twilio.numbers import to_line
from hotline.calls.reaching import OFFER_KEY
from hotline.masked_calls import BRIDGE_KEY
from hotline.outbox import NotSent, Parcel, Refused
from hotline.reminders import REVISIT_KEY
from hotline.settings import Settings
from hotline.vocabulary import Means

log = logging.getLogger(__name__)

API_HOST = "api.twilio.com"
TIMEOUT = 15.0  # seconds
RING_SECONDS = 25
BUSY = 429  # too many requests: surely not sent, worth another try


class FixedHost(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client, to one configured address; a request for any other host is an error."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self.base = base.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        """Send a request that Twilio's library made."""
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname != API_HOST:
            raise ValueError(f"a request for {parts.hostname} may not leave the hall")
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, f"{self.base}{parts.path}{query}", *args, **more)


class TwilioSender:
    """Sends the outbox's texts and calls. Twilio knows no idempotency key, so an open fate stays open."""

    name = "twilio"
    means = frozenset({Means.SMS, Means.CALL})

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = Client(
            settings.twilio_account_sid, settings.twilio_auth_token, http_client=FixedHost(settings.twilio_api_url)
        )

    def send(self, parcel: Parcel) -> str:
        """Send it: Twilio's id. Raises NotSent or Refused when it surely did not leave."""
        try:
            sent = self._text(parcel) if parcel.means is Means.SMS else self._call(parcel)
        except TwilioRestException as error:
            if error.status == BUSY:
                raise NotSent(f"Twilio 忙（{error.code}）") from error
            if 400 <= error.status < 500:
                raise Refused(f"Twilio 不收（{error.code}）：{error.msg}") from error
            raise
        except (requests.exceptions.ConnectionError, requests.exceptions.ConnectTimeout) as error:
            raise NotSent("连不上 Twilio") from error
        return str(sent.sid)

    def find(self, parcel: Parcel) -> str | None:
        """Twilio cannot tell by a key; its later report names ours, see `messages.status`."""
        return None

    def _text(self, parcel: Parcel) -> Any:
        return self.client.messages.create(
            to=to_line(parcel.address), from_=self.settings.twilio_number, body=parcel.text,
            status_callback=self._report("/webhooks/twilio/sms/status", parcel.key),
        )  # fmt: skip

    def _call(self, parcel: Parcel) -> Any:
        return self.client.calls.create(
            to=to_line(parcel.address), from_=self.settings.twilio_number, url=self._document(parcel.key), method="POST",
            machine_detection="Enable", timeout=RING_SECONDS,
            status_callback=self._report("/webhooks/twilio/voice/sent", parcel.key),
            status_callback_method="POST",  # its event is `completed` unless others are asked for
        )  # fmt: skip

    def _document(self, key: str) -> str:
        """Where Twilio gets what is said; a key that a person repeated ends in +."""
        kind, _, number = key.rstrip("+").partition(":")
        if kind == OFFER_KEY.rstrip(":"):
            return twiml.address(self.settings, "/offer", offer=number)
        if kind == REVISIT_KEY.rstrip(":"):
            return twiml.address(self.settings, "/revisit", order=number)
        if kind == BRIDGE_KEY.rstrip(":"):
            return twiml.address(self.settings, "/bridge", key=key.rstrip("+"))
        return twiml.address(self.settings, "/tell", key=key)

    def _report(self, path: str, key: str) -> str:
        return f"{self.settings.address.rstrip('/')}{path}?key={quote(key, safe='')}"
