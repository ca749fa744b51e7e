"""Signatures as Twilio publishes them, and behind a proxy that changes the address."""

from __future__ import annotations

import pytest
from multidict import MultiDict

from connectors.twilio.signature import is_signed
from hotline.settings import Settings
from tests.calls.conftest import Exchange
from tests.calls.line import VOICE, sign

ADDRESS = "https://mycompany.com/myapp.php?foo=1&bar=2"
CALL = {
    "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309", "To": "+18005551212",
}  # fmt: skip
PUBLISHED = [  # "Webhooks security" in Twilio's documentation, and the vector of its libraries for repeated fields
    (MultiDict(CALL), "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    (
        MultiDict([("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]),
        "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
    ),
]


@pytest.mark.parametrize(("form", "signature"), PUBLISHED, ids=["documented", "a field repeated"])
def test_published_vectors(form: MultiDict[str], signature: str) -> None:
    settings = Settings(twilio_auth_token="12345")
    assert is_signed(settings, ADDRESS, form, signature)
    assert not is_signed(settings, ADDRESS + "&x=1", form, signature)
    tampered = form.copy()
    tampered.add("Digits", "9")
    assert not is_signed(settings, ADDRESS, tampered, signature)


async def test_behind_a_proxy_the_public_address_counts(exchange: Exchange) -> None:
    form = {"CallSid": "CA01", "From": "+8613800001234"}
    inside = {"Host": "10.0.0.7:8080", "X-Forwarded-Proto": "http"}
    as_seen_inside = sign(VOICE, form, base="http://10.0.0.7:8080")
    for signature, status in ((sign(VOICE, form), 200), (as_seen_inside, 403)):
        answer = await exchange.client.post(VOICE, data=form, headers={**inside, "X-Twilio-Signature": signature})
        assert answer.status == status
