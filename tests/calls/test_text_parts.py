"""Texts in parts, twice and out of order are one message."""

from __future__ import annotations

import asyncio

import pytest

from hotline.store.schema import Message
from hotline.store.texting import TextPart
from hotline.text_parts import looks_cut, mark_of
from hotline.vocabulary import Sender
from tests.calls.conftest import Exchange
from tests.calls.test_messages import text

LONG = "我屋头老汉儿今年七十三了，原来在广东打工，户口一直在柳林镇罐子沟村，现在身份证掉了，腿脚又不方便，想问一下能不能喊个人来屋头帮他把"
REST = "身份证补起，要准备些啥子。"
PATIENCE = 60.0


@pytest.mark.parametrize(
    ("said", "is_cut"), [(LONG, True), (LONG + "。", False), ("上户口，", True), ("上户口", False), ("1", False), ("", False)]
)
def test_what_looks_cut(said: str, is_cut: bool) -> None:
    assert looks_cut(said) is is_cut


@pytest.mark.parametrize(
    ("said", "mark"), [("(1/2)我要", (1, 2)), ("2/3 上户口", (2, 3)), ("我要（1/2）", (1, 2)), ("3/2 怪", None), ("我要1/2个", None)]
)
def test_how_parts_are_marked(said: str, mark: tuple[int, int] | None) -> None:
    assert mark_of(said) == mark


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is given up while a test runs."""
    monkeypatch.setattr("hotline.text_parts.WAIT", PATIENCE)


def said(exchange: Exchange) -> list[str]:
    with exchange.hall.database.read() as session:
        return [message.text for message in session.query(Message).filter_by(sender=Sender.CITIZEN).order_by(Message.id)]


async def waits(exchange: Exchange, count: int) -> None:
    """Until so many parts are here."""
    async with asyncio.timeout(PATIENCE):
        while True:
            with exchange.hall.database.read() as session:
                if session.query(TextPart).count() >= count:
                    return
            await asyncio.sleep(0.01)


async def test_a_cut_text_and_its_rest_are_one(exchange: Exchange, patient: None) -> None:
    first = asyncio.create_task(text(exchange, LONG, sid="SM1"))
    await waits(exchange, 1)
    assert "您说的是" in await text(exchange, REST, sid="SM2")
    assert await first == ""  # one answer, to the last part
    assert said(exchange) == [LONG + REST]
    assert await text(exchange, LONG, sid="SM1") == ""  # twice, late
    assert "您说的是" in await text(exchange, REST, sid="SM2")
    assert said(exchange) == [LONG + REST]


async def test_marked_parts_out_of_order(exchange: Exchange, patient: None) -> None:
    early = []
    for number, part in enumerate(("(3/3)上户口", "(1/3)我屋头"), start=1):
        early.append(asyncio.create_task(text(exchange, part, sid=f"SM{number}")))
        await waits(exchange, number)
    assert "对，下单" in await text(exchange, "(2/3)娃儿要", sid="SM3")
    assert await asyncio.gather(*early) == ["", ""]
    assert said(exchange) == ["我屋头娃儿要上户口"]


async def test_another_number_is_another_message(exchange: Exchange, patient: None) -> None:
    first = asyncio.create_task(text(exchange, LONG, sid="SM1"))
    await waits(exchange, 1)
    await text(exchange, "上班没有", "+8613800005678", sid="SM2")
    assert said(exchange) == ["上班没有"]
    await text(exchange, REST, sid="SM3")
    assert await first == "" and said(exchange) == ["上班没有", LONG + REST]


async def test_what_only_looked_cut_is_answered_after_the_wait(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.text_parts.WAIT", 0.05)
    assert "您说的是" in await text(exchange, LONG, sid="SM1")
    assert said(exchange) == [LONG]
