"""Whole calls, from the ring to the end, with the really trained assistant, over both of Twilio's transports."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import select

from connectors.twilio.rehearsal import Sound, Telephone
from hotline.cli.engine_model import ensure_model
from hotline.cli.rehearsal import Rehearsal, telephones
from hotline.evaluation.call_figures import PERSON, RIGHT, conducts, expected, judge, spoken_titles
from hotline.evaluation.callers import MOST_TURNS, Conduct, read_callers
from hotline.outbox import Parcel
from hotline.settings import ROOT
from hotline.store.calls import CallTurn, PhoneCall
from hotline.store.schema import Conversation, ErrandOrder, FollowUp, Offer
from hotline.vocabulary import Means, Owner, Role
from tests.builders import LIULIN, runner
from tests.calls.conftest import add_staff

NUMBERS = (f"1380000{n:04d}" for n in count(1))
PATIENCE = 60.0  # seconds for one turn on a busy machine
CALLERS = read_callers(ROOT / "tests" / "calls" / "callers.tsv")


@dataclass
class Line:
    """The hall with its telephone and its engine."""

    here: Rehearsal
    address: str
    callers: list[Caller] = field(default_factory=list)

    def rings(self, number: str = "") -> Caller:
        """Somebody dials the hotline."""
        caller = Caller(self, number or next(NUMBERS))
        self.callers.append(caller)
        caller.does(caller.phone.ring)
        return caller

    def find(self, query: Any) -> list[Any]:
        """Rows of the hall."""
        with self.here.hall.database.read() as session:
            return list(session.scalars(query))

    def wait_for(self, look: Callable[[], Any], what: str) -> Any:
        """What the hall does by itself, a moment later."""
        until = time.monotonic() + PATIENCE
        while not (found := look()):
            assert time.monotonic() < until, f"never happened: {what}"
            time.sleep(0.05)
        return found


class Caller:
    """A person on the telephone; what is heard last is in `hears`."""

    def __init__(self, line: Line, number: str) -> None:
        self.line, self.number, self.sound = line, number, Sound("")
        self.phone: Telephone = line.here.run(self._telephone())

    async def _telephone(self) -> Telephone:
        return Telephone(self.line.here.hall.settings, self.line.address, self.number)

    @property
    def hears(self) -> str:
        return self.sound.text

    def does(self, act: Callable[..., Any], *words: str) -> Any:
        self.line.here.clock.now += timedelta(seconds=5)  # talking takes time
        done = self.line.here.run(act(*words), PATIENCE)
        if isinstance(done, Sound):
            self.sound = done
        return done

    def says(self, text: str) -> str:
        self.does(self.phone.say, text)
        return self.hears

    def presses(self, digits: str) -> str:
        self.does(self.phone.press, digits)
        return self.hears

    def breaks_in(self, after: str, text: str) -> str:
        self.does(self.phone.break_in, after, text)
        return self.hears

    def is_silent(self) -> str:
        self.does(self.phone.be_silent)
        return self.hears

    def nobody_answers(self) -> str:
        self.does(self.phone.ringing_ends, "no-answer")
        return self.hears

    def hangs_up(self) -> None:
        self.line.here.run(self._close(), PATIENCE)

    async def _close(self) -> None:
        async with self.phone:
            await self.phone.hang_up()

    @property
    def conversation(self) -> Conversation:
        query = select(Conversation).join(PhoneCall, PhoneCall.conversation_id == Conversation.id)
        return self.line.find(query.where(PhoneCall.provider_id == self.phone.sid))[0]

    def orders(self) -> list[ErrandOrder]:
        return self.line.find(select(ErrandOrder).where(ErrandOrder.conversation_id == self.conversation.id))

    def callbacks(self) -> list[FollowUp]:
        return self.line.find(select(FollowUp).where(FollowUp.conversation_id == self.conversation.id))


@pytest.fixture(scope="module")
def exchange() -> Iterator[Line]:
    """One engine for all calls; two people of the hotline take calls."""
    with telephones(ensure_model(Console(stderr=True))) as (here, address):
        add_staff(here.hall, "li", "13900000001")
        add_staff(here.hall, "wang", "13900000002", Role.COUNTER)
        yield Line(here, address)


@pytest.fixture(params=["gather", "relay"])
def line(request: pytest.FixtureRequest, exchange: Line) -> Iterator[Line]:
    """The same over <Gather> and over ConversationRelay."""
    hall = exchange.here.hall
    hall.settings = replace(hall.settings, call_relay=request.param == "relay")
    yield exchange
    while exchange.callers:
        exchange.callers.pop().hangs_up()


def reaches_the_read_back(caller: Caller) -> None:
    """A newborn is registered: place, time, name."""
    assert "哪个镇" in caller.says("娃儿刚满月，要上户口，喊人来拿材料")
    assert "什么时候" in caller.says("柳林镇")
    assert "贵姓" in caller.says("明天下午三点")
    assert "跟您核对一下" in caller.says("姓王")


def test_an_errand_from_the_ring_to_the_order_number(line: Line) -> None:
    caller = line.rings()
    assert "机器人" in caller.hears and "按0转人工" in caller.hears
    reaches_the_read_back(caller)
    assert "出生登记" in caller.hears and "按1" in caller.hears
    assert "订单号是幺" in caller.says("对头")
    (order,) = caller.orders()
    assert (order.contact_phone, order.applicant_name, order.township, order.channel) == (caller.number, "王", "柳林镇", "phone")
    assert order.number and order.number not in caller.hears  # by digit, for the ear


def test_a_question_in_between_and_breaking_in(line: Line) -> None:
    caller = line.rings()
    assert "哪个镇" in caller.says("娃儿刚满月，要上户口，喊人来拿材料")
    heard = caller.breaks_in("好，办出生登记", "要带些啥子材料")
    assert "出生医学证明" in heard and "哪个镇" in heard  # answered, and back to what was asked
    if line.here.hall.settings.call_relay:
        turns = select(CallTurn.heard_until).join(PhoneCall, PhoneCall.id == CallTurn.call_id)
        assert "好，办出生登记" in line.find(turns.where(PhoneCall.provider_id == caller.phone.sid))
    assert "什么时候" in caller.says("柳林镇")


def test_a_number_is_dictated_with_a_pause_and_corrected(line: Line) -> None:
    caller = line.rings()
    reaches_the_read_back(caller)
    assert "后面几位" in caller.says("不对，换个电话，幺三九零零零零")
    assert "慢慢说" in caller.says("等一下，我看哈")
    assert "幺三九，零零零零，零六七八" in caller.says("零六七八")
    other = caller.number[:-4] + "9" + caller.number[-3:]
    said = caller.says(f"电话又不对，是幺三八零零，哦说错了，是{spoken(other)}")
    assert spoken(other[-4:]) in said and "零六七八" not in said
    caller.presses("1")
    assert [order.contact_phone for order in caller.orders()] == [other]


def test_silence_gets_help_and_at_last_a_person(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.twilio.relay.CHARACTERS_A_SECOND", 10_000)
    monkeypatch.setattr("hotline.calls.listening._USUAL", (0, 1, 0))
    caller = line.rings()
    heard = caller.hears
    for _ in range(3):
        if not caller.sound.rings:
            heard += caller.is_silent()
    assert re.search("没听到您说话.*也可以按0转人工.*给您转工作人员", heard)
    assert caller.sound.rings in ("+8613900000001", "+8613900000002")


def test_keys_only_where_there_is_a_choice(line: Line) -> None:
    caller = line.rings()
    assert "按1" in caller.says("给新生娃儿上户口")
    assert "哪个镇" in caller.presses("1")
    caller.says("柳林镇")
    caller.says("明天下午三点")
    caller.says("姓王")
    assert "没有这个键" in caller.presses("8")
    assert "订单号" in caller.presses("1")


def test_nobody_answers_a_forwarded_call_so_a_callback_is_kept(line: Line) -> None:
    caller = line.rings()
    caller.says("我要转人工")
    first = caller.sound.rings
    whisper = caller.does(caller.phone.other_side)
    assert f"尾号{caller.number[-4:]}" in whisper.replace("，", "")
    assert caller.does(caller.phone.other_side_presses, "2") is False
    caller.nobody_answers()
    assert {first, caller.sound.rings} == {"+8613900000001", "+8613900000002"}
    assert "约了回电" in caller.nobody_answers()
    (callback,) = caller.callbacks()
    assert callback.kind == "callback" and callback.due_at and callback.due_at > line.here.clock.now
    assert "哪个镇" in caller.says("那先帮我登记，娃儿要上户口，喊人来拿材料")  # not a dead line


def test_a_person_at_once_takes_the_call_with_the_conversation(line: Line) -> None:
    caller = line.rings()
    caller.presses("0")
    assert caller.sound.rings
    caller.does(caller.phone.other_side)
    assert caller.does(caller.phone.other_side_presses, "1") is True
    assert caller.conversation.owner is Owner.STAFF and caller.conversation.staff_id
    caller.does(caller.phone.ringing_ends, "completed")
    assert "再见" in caller.hears and caller.sound.over


class Outside:
    """Takes what leaves the hall."""

    name, means = "outside", frozenset({Means.CALL, Means.SMS})

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []

    def send(self, parcel: Parcel) -> str:
        self.parcels.append(parcel)
        return parcel.key

    def find(self, parcel: Parcel) -> str | None:
        return None


def test_a_runner_is_rung_and_takes_the_offer_by_key(line: Line) -> None:
    hall, outside, number = line.here.hall, Outside(), f"R9{line.here.hall.settings.call_relay:d}"
    with hall.database.begin() as session:
        hall.runners.add(session, [runner(number, name="赵大勇", phone="13900000009", township=LIULIN, load_limit=9)])
    hall.outbox.senders.append(outside)
    try:
        caller = line.rings()
        reaches_the_read_back(caller)
        caller.presses("1")
        (parcel,) = line.wait_for(lambda: [p for p in outside.parcels if p.means is Means.CALL], "the runner is rung")
        assert parcel.address == "13900000009" and "出生" not in parcel.text
        (offer,) = line.find(select(Offer).where(Offer.id == int(parcel.key.split(":")[1])))
        person = Caller(line, "")
        line.callers.append(person)
        person.does(person.phone.answer_offer, str(offer.id))
        assert "柳林镇" in person.hears and "王" not in person.hears and "按1接单" in person.hears
        assert "按1接单" in person.presses("3")
        assert "接单成功" in person.presses("1")
        (order,) = caller.orders()
        assert order.id == offer.order_id and order.runner_id
    finally:
        hall.outbox.senders.remove(outside)
        with hall.database.begin() as session:
            hall.runners.set_duty(session, hall.runners.get(session, number), on_duty=False)


@pytest.mark.parametrize("n", range(3))
def test_a_fifth_misheard_ends_in_the_right_order_or_a_person(line: Line, n: int) -> None:
    number = next(NUMBERS)
    (conduct,) = conducts([CALLERS[n]], 0.2, 7, spoken_titles(line.here.hall.catalogue), 1)
    caller = replace(conduct.caller, phone=f"139{number[3:]}" if conduct.caller.phone else "")
    outcome, why = talk(line, replace(conduct, caller=caller, own_number=number))
    assert outcome in (RIGHT, PERSON), why


def talk(line: Line, conduct: Conduct) -> tuple[str, str]:
    """A scripted caller's whole call: (what became of it, what is wrong)."""
    caller, hall = line.rings(conduct.own_number), line.here.hall
    for turn in range(1, MOST_TURNS + 1):
        words = conduct.next(caller.hears, expected(hall, caller.phone.sid) if turn > 1 else "")
        caller.presses(words.digits) if words.digits else caller.says(words.text)
        if caller.sound.rings or caller.orders() or caller.callbacks():
            break
    with hall.database.read() as session:
        return judge(session, hall, caller.phone.sid, conduct, rings=bool(caller.sound.rings))


def spoken(digits: str) -> str:
    """As one dictates it."""
    return "".join("零幺二三四五六七八九"[int(digit)] for digit in digits)
