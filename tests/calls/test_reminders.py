"""Reminders the evening before and follow-ups the day after: once each, never at night, not to who said no."""

from __future__ import annotations

from datetime import datetime

import pytest

from hotline.clock import LOCAL
from hotline.quiet_hours import next_loud
from hotline.reminders import reminder_at
from hotline.store.outbox import Outgoing
from hotline.store.schema import ErrandOrder, FollowUp
from hotline.vocabulary import Means, OrderAction, OrderState
from tests.builders import open_offer, request_for, runner
from tests.calls.conftest import Exchange
from tests.calls.line import VOICE, Document, post
from tests.calls.test_messages import text

A = OrderAction
RUNG = {"CallSid": "CA60", "From": "+868271234567", "To": "+8613800001234", "AnsweredBy": "human"}


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("wish", "now", "due"),
    [
        ("2026-11-25T10:00", "2026-11-23T10:00", "2026-11-24T19:00"),  # the evening before
        ("2026-11-24T15:00", "2026-11-23T20:30", "2026-11-24T08:00"),  # agreed after that: in the morning
        ("2026-11-24T09:00", "2026-11-23T20:30", None),  # too close to be of use
        ("2026-11-23T15:00", "2026-11-23T10:00", None),  # agreed for today
    ],
)
def test_when_an_appointment_is_reminded_of(wish: str, now: str, due: str | None) -> None:
    assert reminder_at(at(wish), at(now)) == (at(due) if due else None)


@pytest.mark.parametrize(
    ("now", "then"),
    [("2026-11-23T21:00", "2026-11-24T08:00"), ("2026-11-23T06:00", "2026-11-23T08:00"), ("2026-11-23T12:00", "2026-11-23T12:00")],
)
def test_quiet_hours_end_at_eight(now: str, then: str) -> None:
    assert next_loud(at(now)) == at(then)


def accepted(exchange: Exchange, **changes: object) -> int:
    """An order for Tuesday at ten that R1 has accepted: its row id."""
    with exchange.hall.database.begin() as session:
        exchange.hall.runners.add(session, [runner("R1", name="赵大勇")])
        session.flush()
        order, _ = exchange.hall.orders.place(session, request_for(channel="sms", **changes))
        exchange.hall.dispatch.step(session)
        offer = open_offer(session, order)
        exchange.hall.dispatch.accept(session, offer.id, offer.runner)
        return order.id


def moves(exchange: Exchange, order_id: int, *actions: OrderAction) -> None:
    with exchange.hall.database.begin() as session:
        for action in actions:
            order = session.get_one(ErrandOrder, order_id)
            exchange.hall.orders.move(session, order, action, actor="R0001", reason="")


def sent(exchange: Exchange, kind: str) -> list[Outgoing]:
    """What is written to be sent once the deadlines have been looked at."""
    with exchange.hall.database.begin() as session:
        exchange.hall.deadlines.step(session)
        return session.query(Outgoing).filter(Outgoing.key.startswith(kind)).order_by(Outgoing.id).all()


async def test_a_reminder_the_evening_before_and_only_one(exchange: Exchange) -> None:
    accepted(exchange)
    assert sent(exchange, "remind") == []
    exchange.clock.now = at("2026-11-23T19:01")
    (row,) = sent(exchange, "remind")
    assert "明天上午10点" in row.text and "赵大勇" in row.text and "出生" not in row.text
    assert (row.means, row.address) == (Means.SMS, "13800001234")
    exchange.clock.advance(hours=1)
    assert len(sent(exchange, "remind")) == 1


async def test_another_time_moves_it_and_collected_papers_end_it(exchange: Exchange) -> None:
    order_id = accepted(exchange)
    with exchange.hall.database.begin() as session:
        order = session.get_one(ErrandOrder, order_id)
        later = at("2026-11-26T10:00")
        exchange.hall.changes.reschedule(session, order, wish_from=later, wish_to=later, actor="市民", reason="改时间")
    exchange.clock.now = at("2026-11-23T19:01")
    assert sent(exchange, "remind") == []
    moves(exchange, order_id, A.COLLECT)
    exchange.clock.now = at("2026-11-25T19:01")
    assert sent(exchange, "remind") == []


async def test_a_hall_that_was_down_does_not_ring_at_night(exchange: Exchange) -> None:
    accepted(exchange, wish_from=at("2026-11-24T15:00"), wish_to=at("2026-11-24T15:30"))
    exchange.clock.now = at("2026-11-23T22:00")
    assert sent(exchange, "remind") == []
    exchange.clock.now = at("2026-11-24T08:01")
    assert len(sent(exchange, "remind")) == 1


def delivered(exchange: Exchange, **changes: object) -> int:
    """An order that was delivered today; the clock stands at ten past ten the next day."""
    order_id = accepted(exchange, **changes)
    with exchange.hall.database.begin() as session:
        order = session.get_one(ErrandOrder, order_id)
        order.state = OrderState.COMPLETED
    moves(exchange, order_id, A.DELIVER)
    exchange.clock.now = at("2026-11-24T10:10")
    return order_id


def ratings(exchange: Exchange) -> list[tuple[int | None, bool]]:
    with exchange.hall.database.read() as session:
        return [(row.stars, row.due_at is not None) for row in session.query(FollowUp).filter_by(kind="rating")]


async def test_a_grade_by_text(exchange: Exchange) -> None:
    delivered(exchange)
    (row,) = sent(exchange, "revisit")
    assert "回数字" in row.text and row.means is Means.SMS
    assert "非常满意" in await text(exchange, "5")
    assert ratings(exchange) == [(5, False)]
    assert "您说的是：5" in await text(exchange, "5")  # asked once, answered once


async def test_a_grade_by_key_and_a_bad_one_is_due(exchange: Exchange) -> None:
    order_id = delivered(exchange, contact_phone="0827-3360000")
    (row,) = sent(exchange, "revisit")
    assert row.means is Means.CALL
    heard = Document(await (await post(exchange.client, f"{VOICE}/revisit?order={order_id}", RUNG)).text())
    assert "满意按4" in heard.says and "出生" not in heard.says
    again = Document(await (await post(exchange.client, heard.action("Gather"), {**RUNG, "Digits": "*"})).text())
    assert "满意按4" in again.says
    for _ in range(2):  # a callback that comes twice
        done = Document(await (await post(exchange.client, heard.action("Gather"), {**RUNG, "Digits": "2"})).text())
        assert "15个工作日内整改" in done.says and done.find("Hangup") is not None
    assert ratings(exchange) == [(2, True)]


async def test_who_came_by_telephone_is_rung_and_may_say_never_again(exchange: Exchange) -> None:
    order_id = delivered(exchange)
    with exchange.hall.database.begin() as session:
        session.get_one(ErrandOrder, order_id).channel = "phone"
    (row,) = sent(exchange, "revisit")
    assert row.means is Means.CALL
    silent = Document(await (await post(exchange.client, f"{VOICE}/revisited?order={order_id}", RUNG)).text())
    assert "不评也不要紧" in silent.says
    await post(exchange.client, f"{VOICE}/revisited?order={order_id}", {**RUNG, "Digits": "9"})
    with exchange.hall.database.read() as session:
        assert exchange.hall.opt_outs.has(session, "13800001234")


async def test_a_person_is_wanted(exchange: Exchange) -> None:
    order_id = delivered(exchange)
    answer = await post(exchange.client, f"{VOICE}/revisited?order={order_id}", {**RUNG, "Digits": "0"})
    assert "给您回电" in Document(await answer.text()).says
    with exchange.hall.database.read() as session:
        assert [row.kind for row in exchange.hall.follow_ups.open(session)] == ["callback"]


async def test_a_machine_is_left_alone(exchange: Exchange) -> None:
    order_id = delivered(exchange)
    answer = await post(exchange.client, f"{VOICE}/revisit?order={order_id}", {**RUNG, "AnsweredBy": "machine_start"})
    assert Document(await answer.text()).says == ""


async def test_who_has_rated_is_not_asked(exchange: Exchange) -> None:
    order_id = delivered(exchange)
    with exchange.hall.database.begin() as session:
        exchange.hall.follow_ups.keep(session, key="chat", kind="rating", order_id=order_id, stars=4)
    assert sent(exchange, "revisit") == []


async def test_who_said_no_is_left_alone_until_it_is_taken_back(exchange: Exchange) -> None:
    order_id = delivered(exchange)
    assert "不再" in await text(exchange, "退订。")
    assert sent(exchange, "revisit") == []
    assert "照常提醒" in await text(exchange, "恢复提醒")
    restart(exchange, order_id)
    assert len(sent(exchange, "revisit")) == 1


def restart(exchange: Exchange, order_id: int) -> None:
    """Delivered once more, after it was opened again."""
    with exchange.hall.database.begin() as session:
        order: ErrandOrder = session.get_one(ErrandOrder, order_id)
        exchange.hall.reminders.order_moved(session, order, A.DELIVER)
    exchange.clock.advance(days=1)


async def test_a_digit_for_a_choice_is_no_grade(exchange: Exchange) -> None:
    delivered(exchange)
    assert len(sent(exchange, "revisit")) == 1
    exchange.clock.advance(minutes=1)
    await text(exchange, "娃儿要上户口，喊个人来")  # offers choices of its own
    assert "下好了" in await text(exchange, "1")
    assert ratings(exchange) == []


def test_a_cancelled_order_is_not_reminded_of(exchange: Exchange) -> None:
    order_id = accepted(exchange)
    moves(exchange, order_id, A.CANCEL)
    exchange.clock.now = at("2026-11-23T19:01")
    assert sent(exchange, "remind") == []
