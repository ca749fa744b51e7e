"""A runner rings the citizen of an order in hand through the hotline; neither sees the other's number."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.twilio.rest import TwilioSender
from hotline.errors import Forbidden
from hotline.store.outbox import Outgoing
from hotline.store.schema import ErrandOrder
from hotline.vocabulary import Means, OrderAction
from tests.builders import runner
from tests.calls.conftest import Exchange
from tests.calls.line import VOICE, Document, post
from tests.calls.test_reminders import accepted, moves

CITIZEN = "13800001234"
RUNG = {"CallSid": "CA70", "From": "+868271234567", "To": "+8613900000001", "AnsweredBy": "human"}


@pytest.fixture
def carried(exchange: Exchange) -> int:
    """An order that R1 has accepted; nothing is sent for real."""
    return accepted(exchange)


def asks(exchange: Exchange, order_id: int, number: str = "R1") -> list[Outgoing]:
    """The runner presses the button; what is written to be sent then."""
    with exchange.hall.database.begin() as session:
        order, person = session.get_one(ErrandOrder, order_id), exchange.hall.runners.get(session, number)
        exchange.hall.masked_calls.request(session, person, order.number or "")
        return session.query(Outgoing).filter(Outgoing.key.startswith("bridge:")).all()


async def line(exchange: Exchange, path: str, key: str, **more: str) -> Document:
    response = await post(exchange.client, f"{VOICE}/{path}?key={key}", {**RUNG, **more})
    return Document(await response.text())


async def test_the_runner_is_rung_and_a_key_rings_the_citizen(exchange: Exchange, carried: int) -> None:
    asks(exchange, carried)
    (row,) = asks(exchange, carried)  # twice in a minute is once
    assert (row.means, row.address) == (Means.CALL, "13900000001") and CITIZEN not in row.text
    heard = await line(exchange, "bridge", row.key)
    assert "按1接通订单幺零零幺九" in heard.says and CITIZEN[-4:] not in heard.xml
    connected = await line(exchange, "bridged", row.key, Digits="1")
    dial = connected.find("Dial")
    assert dial is not None and dial.get("callerId") == "+868271234567" and dial.get("record") is None
    assert connected.find("Number").text == f"+86{CITIZEN}"


async def test_without_the_key_nobody_is_rung(exchange: Exchange, carried: int) -> None:
    (row,) = asks(exchange, carried)
    assert (await line(exchange, "bridged", row.key)).find("Dial") is None
    assert (await line(exchange, "bridge", row.key, AnsweredBy="machine_start")).says == ""


async def test_an_order_that_is_gone_meanwhile_connects_nobody(exchange: Exchange, carried: int) -> None:
    (row,) = asks(exchange, carried)
    moves(exchange, carried, OrderAction.CANCEL)
    for path in ("bridge", "bridged"):
        heard = await line(exchange, path, row.key, Digits="1")
        assert "不在您手上" in heard.says and heard.find("Dial") is None


def test_another_runner_may_not(exchange: Exchange, carried: int) -> None:
    with exchange.hall.database.begin() as session:
        exchange.hall.runners.add(session, [runner("R2", phone="13900000002")])
    with pytest.raises(Forbidden, match="forbidden"):
        asks(exchange, carried, "R2")


@pytest.mark.parametrize("key", ["bridge:", "bridge:1:2", "bridge:x:y:z", "offer-call:1"])
async def test_a_made_up_key_is_not_found(exchange: Exchange, carried: int, key: str) -> None:
    response = await post(exchange.client, f"{VOICE}/bridge?key={key}", RUNG)
    assert response.status == 404


def test_the_line_is_sent_to_the_right_document(exchange: Exchange) -> None:
    urls: list[str] = []
    sender: Any = TwilioSender(exchange.hall.settings)
    for key in ("bridge:1:2:11231000+", "revisit:7", "offer-call:3", "order:1:step:2"):
        urls.append(sender._document(key).split("/voice/")[1])
    assert urls == ["bridge?key=bridge%3A1%3A2%3A11231000", "revisit?order=7", "offer?offer=3", "tell?key=order%3A1%3Astep%3A2"]
