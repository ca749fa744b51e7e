"""The whole documents that Twilio gets, word by word: `documents/` holds what each of them has to be.

Only the hints are shortened here, which are up to 500 words of the catalogue.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from hotline.store.schema import Offer
from tests.builders import open_offer, request_for, runner
from tests.calls.conftest import Exchange
from tests.calls.line import VOICE, Document, Phone, post

DOCUMENTS = Path(__file__).parent / "documents"
RUNG = {"CallSid": "CA50", "From": "+868271234567", "To": "+8613900000001", "AnsweredBy": "human"}


@pytest.fixture(autouse=True)
def few_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.calls.listening.Listening._hints", lambda *_: ("对头", "转人工"))


def same(sent: str, name: str) -> None:
    """A document is the one of the file, whatever its line breaks."""
    wanted = (DOCUMENTS / f"{name}.xml").read_text("utf-8")
    assert ElementTree.canonicalize(sent, strip_text=True) == ElementTree.canonicalize(wanted, strip_text=True)


async def test_a_call_with_a_choice_and_a_slow_repetition(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    same((await phone.ring()).xml, "greeting")
    same((await phone.say("娃儿要上户口")).xml, "choice")
    same((await phone.say("说慢点嘛")).xml, "choice_slowly")


async def test_a_forwarded_call_that_nobody_takes(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    phone = Phone(exchange.client)
    await phone.ring()
    same((await phone.press("0")).xml, "forward")
    await phone.rung_person()
    same(phone._there.xml, "whisper")
    same((await phone.press_there("2")).xml, "let_go")
    same((await phone.dial_ends()).xml, "callback")


async def test_a_forwarded_call_that_somebody_takes(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    phone = Phone(exchange.client)
    await phone.ring()
    await phone.press("0")
    await phone.rung_person()
    same((await phone.press_there("1")).xml, "connected")
    same((await phone.dial_ends("completed")).xml, "goodbye")


async def test_a_runner_hears_an_offer(exchange: Exchange) -> None:
    with exchange.hall.database.begin() as session:
        exchange.hall.runners.add(session, [runner("R1")])
        session.flush()
        order, _ = exchange.hall.orders.place(session, request_for())
        exchange.hall.dispatch.step(session)
        offer = open_offer(session, order)
    same(await _rung(exchange, offer), "offer")


async def _rung(exchange: Exchange, offer: Offer) -> str:
    response = await post(exchange.client, f"{VOICE}/offer?offer={offer.id}", RUNG)
    return Document(await response.text()).xml


async def test_a_call_is_handed_to_the_relay(relay_exchange: Exchange) -> None:
    same((await Phone(relay_exchange.client).ring()).xml, "relay")


async def test_a_text_is_answered(exchange: Exchange) -> None:
    form = {"MessageSid": "SM1", "From": "+8613800001234", "To": "+868271234567", "Body": "娃儿要上户口"}
    response = await post(exchange.client, "/webhooks/twilio/sms", form)
    same(await response.text(), "text_message")


async def test_a_late_answer(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.calls.CallLine.hear.__kwdefaults__", {"patience": 0.05})
    exchange.engine.pause = 60
    phone = Phone(exchange.client)
    await phone.ring()
    same((await phone.say("你们几点上班")).xml, "wait")


def test_every_file_is_compared() -> None:
    source = Path(__file__).read_text("utf-8")
    assert [file.stem for file in DOCUMENTS.glob("*.xml") if f'"{file.stem}"' not in source] == []
