"""Text messages: the same conversation in short, once each, and runners' answers."""

from __future__ import annotations

from itertools import count

import pytest

from hotline.store.schema import Conversation, ErrandOrder, Message, Offer
from hotline.vocabulary import OfferState, OrderState, Sender
from tests.builders import open_offer, request_for, runner
from tests.calls.conftest import Exchange
from tests.calls.line import VOICE, Document, post

SIDS = count(1)


async def text(exchange: Exchange, body: str, number: str = "+8613800001234", sid: str = "") -> str:
    form = {"MessageSid": sid or f"SM{next(SIDS)}", "From": number, "To": "+868271234567", "Body": body, "NumSegments": "1"}
    response = await post(exchange.client, "/webhooks/twilio/sms", form)
    assert response.status == 200
    return "".join(Document(await response.text()).root.itertext())


async def test_an_order_by_text_with_choices_by_number(exchange: Exchange) -> None:
    answer = await text(exchange, "娃儿要上户口，喊个人来")
    assert "回数字：1对，下单 2要改" in answer
    assert "下好了" in await text(exchange, "1")
    with exchange.hall.database.read() as session:
        assert session.query(ErrandOrder).count() == 1
        assert session.query(Conversation).one().channel == "sms"


async def test_the_same_message_twice_is_one(exchange: Exchange) -> None:
    first = await text(exchange, "娃儿要上户口", sid="SM0001")
    again = await text(exchange, "娃儿要上户口", sid="SM0001")
    assert first == again
    with exchange.hall.database.read() as session:
        assert session.query(Message).filter_by(sender=Sender.CITIZEN).count() == 1


async def test_a_number_keeps_its_conversation_and_another_has_its_own(exchange: Exchange) -> None:
    await text(exchange, "你好")
    await text(exchange, "上班没有")
    await text(exchange, "你好", "+8613800005678")
    exchange.clock.advance(days=8)
    await text(exchange, "又来了")
    with exchange.hall.database.read() as session:
        assert [c.contact for c in session.query(Conversation)] == ["13800001234", "13800005678", "13800001234"]


async def test_whatsapp_comes_through_the_same_door(exchange: Exchange) -> None:
    assert "您说的是：你好" in await text(exchange, "你好", "whatsapp:+8613800001234")


async def test_an_empty_text_is_said_so(exchange: Exchange) -> None:
    assert "您还没有说内容" in await text(exchange, "  ")


async def test_a_bad_signature_is_refused(exchange: Exchange) -> None:
    form = {"MessageSid": "SM1", "From": "+8613800001234", "Body": "你好"}
    response = await exchange.client.post("/webhooks/twilio/sms", data=form, headers={"X-Twilio-Signature": "x"})
    assert response.status == 403


def offered(exchange: Exchange) -> Offer:
    """An order held out to runner R1 of Liulin, whose number is 13900000001."""
    with exchange.hall.database.begin() as session:
        exchange.hall.runners.add(session, [runner("R1")])
        session.flush()
        order, _ = exchange.hall.orders.place(session, request_for())
        exchange.hall.dispatch.step(session)
        return open_offer(session, order)


def state(exchange: Exchange) -> OrderState:
    with exchange.hall.database.read() as session:
        return session.query(ErrandOrder).one().state


@pytest.mark.parametrize("word", ["1", "接单", "要得", "我接，马上去"])
async def test_a_runner_takes_an_offer_by_text(exchange: Exchange, word: str) -> None:
    offered(exchange)
    assert "接单成功" in await text(exchange, word, "+8613900000001")
    assert state(exchange) is OrderState.ACCEPTED
    assert "接单成功" in await text(exchange, word, "+8613900000001")  # again: the same


async def test_a_runner_declines_with_a_reason(exchange: Exchange) -> None:
    offer = offered(exchange)
    assert "派给别人" in await text(exchange, "2 在外地", "+8613900000001")
    with exchange.hall.database.read() as session:
        row = session.get_one(Offer, offer.id)
        assert (row.state, row.reason) == (OfferState.DECLINED, "在外地")


async def test_a_runner_with_something_else_to_say_is_a_citizen(exchange: Exchange) -> None:
    offered(exchange)
    assert "您说的是：我屋头老汉儿的低保" in await text(exchange, "我屋头老汉儿的低保", "+8613900000001")


async def test_a_runner_takes_an_offer_by_key(exchange: Exchange) -> None:
    offer = offered(exchange)
    form = {"CallSid": "CA50", "From": "+868271234567", "To": "+8613900000001", "AnsweredBy": "human"}
    heard = Document(await (await post(exchange.client, f"{VOICE}/offer?offer={offer.id}", form)).text())
    assert "柳林镇" in heard.says and "按1接单" in heard.says
    assert "出生" not in heard.says and "王" not in heard.says  # neither item nor name before acceptance
    again = await post(exchange.client, heard.action("Gather"), {**form, "Digits": "3"})
    assert "按1接单" in Document(await again.text()).says
    taken = await post(exchange.client, heard.action("Gather"), {**form, "Digits": "1"})
    assert "接单成功" in Document(await taken.text()).says
    assert state(exchange) is OrderState.ACCEPTED


async def test_too_late_is_told_honestly(exchange: Exchange) -> None:
    offer = offered(exchange)
    exchange.clock.advance(minutes=4)
    form = {"CallSid": "CA50", "From": "+868271234567", "Digits": "1"}
    heard = Document(await (await post(exchange.client, f"{VOICE}/offered?offer={offer.id}", form)).text())
    assert "已超时" in heard.says and heard.find("Hangup") is not None


async def test_an_answering_machine_takes_nothing(exchange: Exchange) -> None:
    offer = offered(exchange)
    form = {"CallSid": "CA50", "From": "+868271234567", "AnsweredBy": "machine_start"}
    heard = Document(await (await post(exchange.client, f"{VOICE}/offer?offer={offer.id}", form)).text())
    assert heard.says == "" and heard.find("Hangup") is not None
    assert state(exchange) is OrderState.OFFERED
