"""Calls over ConversationRelay: the documented messages, in order and out of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSServerHandshakeError

from hotline.store.calls import CallTurn, PhoneCall
from hotline.store.schema import ErrandOrder
from tests.calls.conftest import Exchange
from tests.calls.line import PUBLIC, Document, Phone, post, sign

PATH = "/webhooks/twilio/relay"
WSS = PUBLIC.replace("https", "wss")


def setup(sid: str = "CA01", number: str = "+8613800001234") -> dict[str, Any]:
    """The first message of Twilio, field by field as documented."""
    return {
        "type": "setup", "sessionId": "VX" + "0" * 32, "accountSid": "AC" + "0" * 32, "parentCallSid": "",
        "callSid": sid, "from": number, "to": "+868271234567", "forwardedFrom": "", "callType": "PSTN",
        "callerName": "", "direction": "inbound", "callStatus": "RINGING", "customParameters": {},
    }  # fmt: skip


def prompt(text: str, *, last: bool = True) -> dict[str, Any]:
    return {"type": "prompt", "voicePrompt": text, "lang": "zh-CN", "last": last}


class Socket:
    """Twilio's end of the WebSocket."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, *messages: dict[str, Any]) -> None:
        for message in messages:
            await self.socket.send_str(json.dumps(message, ensure_ascii=False))

    async def hears(self) -> str:
        """What is spoken until the last token of a turn."""
        said = ""
        while True:
            message = json.loads(await self.socket.receive_str(timeout=60))
            assert message["type"] == "text", message
            said += message["token"]
            if message["last"]:
                return said


async def open_socket(exchange: Exchange, signature: str | None = None) -> Socket:
    headers = {"X-Twilio-Signature": signature if signature is not None else sign(PATH, {}, base=WSS)}
    return Socket(await exchange.client.ws_connect(PATH, headers=headers))


async def test_the_ring_is_handed_to_the_relay(relay_exchange: Exchange) -> None:
    heard = await Phone(relay_exchange.client).ring()
    relay = heard.find("ConversationRelay")
    assert relay.get("url") == f"{WSS}{PATH}" and relay.get("dtmfDetection") == "true"
    assert relay.get("interruptible") == "any" and relay.get("language") == "zh-CN"


async def test_an_order_by_voice_and_key(relay_exchange: Exchange) -> None:
    line = await open_socket(relay_exchange)
    await line.send(setup())
    assert "机器人" in await line.hears()
    await line.send(prompt("娃儿要", last=False), prompt("娃儿要上户口", last=True))
    assert "按1，对，下单" in await line.hears()
    assert relay_exchange.engine.asked == ["娃儿要上户口"]
    await line.send({"type": "dtmf", "digit": "1"})
    assert "订单号幺" in await line.hears()
    with relay_exchange.hall.database.read() as session:
        assert session.query(ErrandOrder).count() == 1


async def test_breaking_in_keeps_what_was_heard(relay_exchange: Exchange) -> None:
    line = await open_socket(relay_exchange)
    await line.send(setup())
    await line.hears()
    await line.send({"type": "interrupt", "utteranceUntilInterrupt": "您好，这里是", "durationUntilInterruptMs": "460"})
    await line.send(prompt("几点上班"))
    assert "几点上班" in await line.hears()
    with relay_exchange.hall.database.read() as session:
        assert session.query(CallTurn).filter_by(turn=0).one().heard_until == "您好，这里是"


async def test_eleven_keys_make_a_number_and_the_pound_key_ends_a_shorter_one(relay_exchange: Exchange) -> None:
    line = await open_socket(relay_exchange)
    await line.send(setup())
    await line.hears()
    await line.send(prompt("我要留电话"))
    await line.hears()
    await line.send(*({"type": "dtmf", "digit": digit} for digit in "13900001234"))
    assert "幺三九，零零零零，幺二三四" in await line.hears()
    await line.send(*({"type": "dtmf", "digit": digit} for digit in "10019#"))
    assert "幺零零幺九" in await line.hears()


async def test_zero_ends_the_relay_and_a_person_is_rung(relay_exchange: Exchange) -> None:
    relay_exchange.staff("li", "13900000001")
    line = await open_socket(relay_exchange)
    await line.send(setup())
    await line.hears()
    await line.send({"type": "dtmf", "digit": "0"})
    assert "给您转工作人员" in await line.hears()
    assert json.loads(await line.socket.receive_str(timeout=60))["type"] == "end"
    form = {"CallSid": "CA01", "From": "+8613800001234", "SessionStatus": "ended"}
    response = await post(relay_exchange.client, "/webhooks/twilio/voice/relayed", form)
    assert Document(await response.text()).find("Number").text == "+8613900000001"


async def test_silence_is_noticed(relay_exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.twilio.relay.CHARACTERS_A_SECOND", 10_000)
    monkeypatch.setattr("hotline.calls.listening._USUAL", (0, 1, 0))
    line = await open_socket(relay_exchange)
    await line.send(setup())
    await line.hears()
    assert "没听到您说话" in await line.hears()


async def test_what_cannot_be_read_is_ignored(relay_exchange: Exchange) -> None:
    line = await open_socket(relay_exchange)
    await line.send(prompt("还没有开始"))  # before setup
    for text in ("{", "[1]", '"prompt"', '{"type": "dance"}', '{"type": "prompt"}'):
        await line.socket.send_str(text)
    await line.send(setup(), setup("CA02"))
    assert "机器人" in await line.hears()
    await line.send({"type": "error", "description": "Invalid message received"}, prompt("几点上班"))
    assert "几点上班" in await line.hears()
    with relay_exchange.hall.database.read() as session:
        assert [call.provider_id for call in session.query(PhoneCall)] == ["CA01"]


async def test_a_sudden_close_loses_nothing_and_the_call_goes_on_by_gather(relay_exchange: Exchange) -> None:
    line = await open_socket(relay_exchange)
    await line.send(setup())
    await line.hears()
    await line.send(prompt("娃儿要上户口"))
    asked = await line.hears()
    await line.socket.close()
    form = {"CallSid": "CA01", "From": "+8613800001234", "SessionStatus": "failed"}
    response = await post(relay_exchange.client, "/webhooks/twilio/voice/relayed", form)
    phone = Phone(relay_exchange.client)
    phone.heard = Document(await response.text())
    assert phone.heard.says == asked
    assert "订单号" in (await phone.press("1")).says


async def test_fifty_calls_at_once(relay_exchange: Exchange) -> None:
    async def one(n: int) -> str:
        line = await open_socket(relay_exchange)
        await line.send(setup(f"CA{n:03d}", f"+8613800{n:06d}"))
        await line.hears()
        await line.send(prompt(f"我想问一下{n}号窗口在哪里"))
        said = await line.hears()
        await line.socket.close()
        return said

    said = await asyncio.gather(*(one(n) for n in range(50)))
    assert all(f"问一下{n}号" in each for n, each in enumerate(said))


@pytest.mark.parametrize("base", [PUBLIC, "wss://evil.example"])
async def test_a_handshake_without_the_right_signature_is_refused(relay_exchange: Exchange, base: str) -> None:
    for signature in ("", sign(PATH, {}, base=base), sign(PATH, {}, token="0" * 32, base=WSS)):
        with pytest.raises(WSServerHandshakeError, match="403"):
            await open_socket(relay_exchange, signature)


async def test_where_the_relay_is_off_there_is_no_socket(exchange: Exchange) -> None:
    with pytest.raises(WSServerHandshakeError, match="404"):
        await open_socket(exchange)
