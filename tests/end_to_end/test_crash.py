"""Crashes: kill -9 of the engine and of the whole hall loses nothing and doubles nothing."""

from __future__ import annotations

import http.client
import itertools
import random
import re
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from hotline.settings import Settings
from tests.end_to_end.hall import RunningHall
from tests.end_to_end.http import Answer, wait_for
from tests.end_to_end.people import Citizen, RunnerAtWork, errand, offered_runner

ROUNDS = 3  # each with a start of the engine
AT_ONCE = 3  # citizens who confirm while it happens
OFFERS = Settings().offers_before_escalation
_phones = itertools.count(13800020000)


def ready_to_confirm(hall: RunningHall) -> tuple[Citizen, str]:
    """A citizen to whom the order was read back, and their phone."""
    citizen, phone = Citizen(hall.http), str(next(_phones))
    assert "对不对" in citizen.say(errand(phone))
    return citizen, phone


def confirm(citizen: Citizen) -> Answer | None:
    """Press the button, always with the same message id; None when the hall died before it answered."""
    with suppress(OSError, http.client.HTTPException):
        return citizen.send(id="confirm", payload=citizen.payload("对，下单"))
    return None


def confirm_while(crash: Callable[[], None], citizens: list[Citizen]) -> None:
    """All confirm at nearly the same time, and at a random moment it happens."""
    with ThreadPoolExecutor(len(citizens)) as pool:
        answers: list[Future[Answer | None]] = [pool.submit(confirm, citizen) for citizen in citizens]
        time.sleep(random.uniform(0, 1.5))
        crash()
        for answer in answers:
            answer.result()


def assert_ordered_once(hall: RunningHall, citizen: Citizen, phone: str) -> None:
    """The citizen was told one order, said everything once, and there is one order."""
    repeated = confirm(citizen)
    assert repeated is not None and repeated.status == 200
    told = citizen.hears("下好单了")["text"]
    said = [message["text"] for message in citizen.history() if message["sender"] == "CITIZEN"]
    assert len(said) == 2 and said[1] == "对，下单"
    assert "".join(citizen.transcript()).count("下好单了") == 1
    orders = [order for order in hall.orders() if order["phone"].endswith(phone[-4:])]
    assert [order["number"] for order in orders] == re.findall(r"订单号是(\d+)", told)
    assert [event["action"] for event in orders[0]["history"]].count("place") == 1


def is_alive(pid: int) -> bool:
    """Whether a process lives (and is not only waiting to be buried)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


# --- the engine


def test_while_the_engine_starts_again_the_chat_says_so_and_answers_later(mortal_hall: RunningHall) -> None:
    citizen = Citizen(mortal_hall.http)
    citizen.say("你好")
    mortal_hall.kill_engine()
    assert citizen.say("身份证掉了咋个补", message_id="while down") == ""
    assert "重新启动" in citizen.notice
    mortal_hall.wait_for_engine()
    citizen.hears("居民身份证", "公安专区")
    repeated = citizen.send(id="while down", text="身份证掉了咋个补").body["messages"]
    assert [message["text"] for message in repeated] == [message["text"] for message in citizen.history()[3:]]
    assert [message["sender"] for message in citizen.history()].count("CITIZEN") == 2
    assert "里找您拿材料" in citizen.say("要，喊跑手帮我办")  # it still knows what was talked about


def test_the_engine_dies_while_orders_are_confirmed(mortal_hall: RunningHall) -> None:
    citizens = [ready_to_confirm(mortal_hall) for _ in range(AT_ONCE)]
    confirm_while(mortal_hall.kill_engine, [citizen for citizen, _ in citizens])
    mortal_hall.wait_for_engine()
    for citizen, phone in citizens:
        assert_ordered_once(mortal_hall, citizen, phone)


# --- the whole hall


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_the_hall_dies_while_orders_are_confirmed(mortal_hall: RunningHall, attempt: int) -> None:
    citizens = [ready_to_confirm(mortal_hall) for _ in range(AT_ONCE)]
    engine = mortal_hall.engine_pid
    confirm_while(mortal_hall.kill, [citizen for citizen, _ in citizens])
    wait_for(lambda: not is_alive(engine), "the engine ends with its hall")
    mortal_hall.start()
    for citizen, phone in citizens:
        assert_ordered_once(mortal_hall, citizen, phone)


def test_between_two_offers_the_hall_dies_again_and_again(mortal_hall: RunningHall) -> None:
    citizen, _ = ready_to_confirm(mortal_hall)
    number = re.findall(r"订单号是(\d+)", citizen.press("对，下单"))[0]
    for _ in range(3):
        time.sleep(random.uniform(0, 4))
        mortal_hall.kill()
        mortal_hall.start(engine=False)  # offers need no dialogue
    wait_for(lambda: mortal_hall.order(number)["state"] == "ESCALATED", "the order comes to the desk")
    history = mortal_hall.order(number)["history"]
    steps = [event["action"] for event in history]
    assert steps == ["place", *["offer", "lapse"] * OFFERS, "escalate"]
    asked = [event["reason"].split("：")[0] for event in history if event["action"] == "offer"]
    assert len(set(asked)) == OFFERS  # nobody was asked twice
    citizen.hears(number, "已经转给工作人员")
    assert "".join(citizen.transcript()).count("还没有跑手接") == 1


def test_what_a_runner_accepted_before_the_crash_stays_accepted(mortal_hall: RunningHall) -> None:
    mortal_hall.stop()
    mortal_hall.settings["PAOTUAN_OFFER_SECONDS"] = "180"
    mortal_hall.start()
    citizen, _ = ready_to_confirm(mortal_hall)
    number = re.findall(r"订单号是(\d+)", citizen.press("对，下单"))[0]
    runner = RunnerAtWork(mortal_hall, offered_runner(mortal_hall, number))
    assert runner.accept().status == 200
    mortal_hall.kill()
    mortal_hall.start(engine=False)
    assert runner.step(number, "COLLECT").status == 200  # the personal link holds as well
    citizen.hears(number, "收走")
    assert mortal_hall.order(number)["state"] == "COLLECTED"
