"""The queue for people: nobody waits while somebody fitting is free, and nothing said is lost."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hotline.conversations import Utterance
from hotline.errors import InvalidInput, NewWords, NotFound, TakenOver
from hotline.store import Database
from hotline.store.desk import FollowUpWork, Handoff
from hotline.store.schema import Conversation, Message, Staff
from hotline.store.verification import LeadOfficer
from hotline.vocabulary import ConversationState, HandoffEnd, OrderState, Owner, Role, Sender
from tests.builders import Core, HandClock, at_once, order_in, staff


class Hotline:
    """A morning at the hotline, as its people live it."""

    def __init__(self, core: Core, session: Session) -> None:
        self.core, self.session, self.queue = core, session, core.queue
        self.said = 0

    def arrives(self, login: str, role: Role = Role.HOTLINE, *, capacity: int = 1, free: bool = True) -> Staff:
        person = staff(login, login, role)
        self.session.add(person)
        self.session.flush()
        self.core.presences.seen(self.session, person)
        self.core.presences.switch(self.session, person, free=free and role is not Role.VIEWER, capacity=capacity)
        self.queue.switched(self.session, person)
        return person

    def leads(self, person: Staff, zone: str) -> None:
        self.session.merge(LeadOfficer(zone=zone, staff_id=person.id))
        self.session.flush()

    def looks(self, *people: Staff) -> None:
        """Their pages are open."""
        for person in people:
            self.core.presences.seen(self.session, person)

    def asks(self, *, channel: str = "web") -> Conversation:
        conversation = self.core.conversations.start(self.session, channel)
        self.core.conversations.hand_off(self.session, conversation.id, "要求人工")
        self.core.clock.advance(seconds=1)
        return conversation

    def says(self, conversation: Conversation, text: str = "在不在") -> Message:
        self.said += 1
        return self.core.conversations.receive(self.session, conversation, f"m{self.said}", text=text)[0]

    def takes(self, person: Staff, conversation: Conversation) -> None:
        self.core.conversations.take_over(self.session, conversation.id, person)

    def assigned(self, conversation: Conversation) -> int | None:
        row = self.queue.open_of(self.session, conversation.id)
        return row.assigned_id if row else None

    def passes(self, **by: float) -> None:
        self.core.clock.advance(**by)


@pytest.fixture
def hotline(core: Core, session: Session) -> Hotline:
    return Hotline(core, session)


def test_who_waits_is_given_at_once_to_who_is_free(hotline: Hotline) -> None:
    li = hotline.arrives("li")
    wang = hotline.asks()
    assert hotline.assigned(wang) == li.id
    assert wang.state is ConversationState.WAITING  # the assistant goes on until li accepts


def test_who_comes_gets_the_longest_waiting(hotline: Hotline) -> None:
    first, second = hotline.asks(), hotline.asks()
    li = hotline.arrives("li")
    assert [hotline.assigned(c) for c in (first, second)] == [li.id, None]
    hotline.takes(li, first)
    hotline.core.conversations.give_back(hotline.session, first.id, li)
    assert hotline.assigned(second) == li.id  # at the release, not at some timer


def test_the_least_loaded_is_asked_first(hotline: Hotline) -> None:
    li, zhao = hotline.arrives("li", capacity=3), hotline.arrives("zhao", capacity=3)
    hotline.takes(li, hotline.asks())
    assert hotline.assigned(hotline.asks()) == zhao.id


def test_an_idle_conversation_takes_up_nobodys_time(hotline: Hotline) -> None:
    li = hotline.arrives("li")
    hotline.takes(li, hotline.asks())
    waiting = hotline.asks()
    assert hotline.assigned(waiting) is None
    hotline.passes(minutes=31)
    hotline.looks(li)
    hotline.queue.step(hotline.session)
    assert hotline.assigned(waiting) == li.id


def test_busy_wins_over_an_open_page(hotline: Hotline) -> None:
    li = hotline.arrives("li")
    wang = hotline.asks()
    hotline.core.presences.switch(hotline.session, li, free=False)
    hotline.queue.switched(hotline.session, li)
    assert hotline.assigned(wang) is None
    hotline.core.presences.switch(hotline.session, li, free=True)
    hotline.queue.switched(hotline.session, li)
    assert hotline.assigned(wang) == li.id


def test_who_does_not_answer_is_not_there(hotline: Hotline) -> None:
    li, zhao = hotline.arrives("li"), hotline.arrives("zhao")
    wang = hotline.asks()
    hotline.passes(seconds=61)
    hotline.looks(li, zhao)
    hotline.queue.step(hotline.session)
    assert hotline.assigned(wang) == zhao.id
    presence = hotline.core.presences.of(hotline.session, li)
    assert (presence.free, presence.missed) == (False, True)


def test_whose_page_is_closed_loses_what_was_not_accepted(hotline: Hotline) -> None:
    li, zhao = hotline.arrives("li"), hotline.arrives("zhao")
    wang = hotline.asks()
    hotline.passes(seconds=31)
    hotline.looks(zhao)
    hotline.queue.step(hotline.session)
    assert hotline.assigned(wang) == zhao.id
    assert li.id != zhao.id


def test_what_one_puts_back_goes_to_the_next_and_not_to_the_same(hotline: Hotline) -> None:
    li = hotline.arrives("li")
    wang = hotline.asks()
    hotline.queue.put_back(hotline.session, wang.id, li)
    assert hotline.assigned(wang) is None
    assert hotline.assigned(hotline.asks()) == li.id
    zhao = hotline.arrives("zhao")
    assert hotline.assigned(wang) == zhao.id
    with pytest.raises(TakenOver):
        hotline.queue.put_back(hotline.session, wang.id, li)


def test_a_zones_case_is_for_who_knows_the_zone(hotline: Hotline) -> None:
    li, lead = hotline.arrives("li"), hotline.arrives("lead", Role.LEAD_OFFICER)
    hotline.core.presences.switch(hotline.session, li, free=True, zones=["social"])
    conversation = hotline.core.conversations.start(hotline.session, "web")
    order_in(hotline.session, OrderState.PLACED, conversation_id=conversation.id, zone="police")
    hotline.core.conversations.hand_off(hotline.session, conversation.id, "投诉")
    assert hotline.assigned(conversation) is None
    hotline.leads(lead, "police")
    hotline.queue.assign(hotline.session)
    assert hotline.assigned(conversation) == lead.id


def test_callers_are_rung_and_not_assigned(hotline: Hotline) -> None:
    hotline.arrives("li")
    assert hotline.assigned(hotline.asks(channel="phone")) is None


def test_a_transfer_waits_for_the_colleague_and_nobody_speaks_meanwhile(hotline: Hotline) -> None:
    li, zhao, third = hotline.arrives("li"), hotline.arrives("zhao"), hotline.arrives("third")
    wang = hotline.asks()
    hotline.takes(li, wang)
    hotline.queue.transfer(hotline.session, wang.id, li, to=zhao, note="要问低保，材料齐了")
    assert hotline.assigned(wang) == zhao.id and third.id != zhao.id
    said = hotline.says(wang)
    assert hotline.core.conversations.answer(hotline.session, said, [Utterance("答")], epoch=wang.epoch) == []
    with pytest.raises(TakenOver):
        hotline.core.conversations.reply(hotline.session, wang.id, li, "还有一句。")
    hotline.takes(zhao, wang)
    row = hotline.queue.open_of(hotline.session, wang.id)
    assert row and row.note == "要问低保，材料齐了" and row.taken_id == zhao.id
    ended = hotline.session.query(Handoff).filter_by(conversation_id=wang.id).order_by(Handoff.id).first()
    assert ended and ended.ended is HandoffEnd.PASSED_ON


def test_a_transfer_to_a_zone_goes_to_its_lead_officer(hotline: Hotline) -> None:
    li, lead = hotline.arrives("li"), hotline.arrives("lead", Role.LEAD_OFFICER)
    wang = hotline.asks()
    hotline.takes(li, wang)
    with pytest.raises(NotFound):
        hotline.queue.transfer(hotline.session, wang.id, li, zone="police")  # the post is vacant
    with pytest.raises(InvalidInput):
        hotline.queue.transfer(hotline.session, wang.id, li, zone="moon")
    hotline.leads(lead, "police")
    hotline.queue.transfer(hotline.session, wang.id, li, zone="police")
    assert hotline.assigned(wang) == lead.id


def test_when_the_wanted_colleague_does_not_come_anybody_may(hotline: Hotline) -> None:
    li, zhao = hotline.arrives("li"), hotline.arrives("zhao")
    wang = hotline.asks()
    hotline.takes(li, wang)
    hotline.core.presences.leave(hotline.session, zhao)
    hotline.queue.transfer(hotline.session, wang.id, li, to=zhao)
    assert hotline.assigned(wang) is None
    hotline.passes(minutes=2)
    hotline.looks(li)
    hotline.queue.step(hotline.session)
    assert hotline.assigned(wang) == li.id


def test_when_nobody_is_there_the_assistant_stands_in(hotline: Hotline) -> None:
    li, zhao = hotline.arrives("li"), hotline.arrives("zhao")
    wang = hotline.asks()
    hotline.takes(li, wang)
    hotline.queue.transfer(hotline.session, wang.id, li, to=zhao)
    said = hotline.says(wang)
    hotline.passes(minutes=5)
    hotline.queue.step(hotline.session)  # both pages are closed by now: zhao loses it
    hotline.queue.step(hotline.session)
    assert (wang.owner, wang.state) == (Owner.ASSISTANT, ConversationState.WAITING)
    assert [message.id for message in hotline.core.conversations.owed(hotline.session)] == [said.id]


def test_a_citizen_does_not_wait_for_somebody_who_left(hotline: Hotline) -> None:
    li = hotline.arrives("li")
    wang = hotline.asks()
    hotline.takes(li, wang)
    hotline.says(wang, "还在吗")
    zhao = hotline.arrives("zhao")
    hotline.passes(minutes=3)
    hotline.looks(zhao)
    hotline.queue.step(hotline.session)
    assert hotline.assigned(wang) == zhao.id
    hotline.takes(zhao, wang)
    assert wang.staff_id == zhao.id


def test_what_was_said_while_giving_back_is_left_to_the_assistant(hotline: Hotline) -> None:
    li = hotline.arrives("li")
    wang = hotline.asks()
    hotline.takes(li, wang)
    seen = hotline.says(wang, "好的")
    late = hotline.says(wang, "对了，还要问低保")
    with pytest.raises(NewWords):
        hotline.core.conversations.close(hotline.session, wang.id, li, seen=seen.id)
    settled = {"item_code": "030001"}
    hotline.core.conversations.give_back(hotline.session, wang.id, li, seen=seen.id, settled=settled)
    assert [message.id for message in hotline.core.conversations.owed(hotline.session)] == [late.id]
    assert wang.settled == settled
    hotline.core.conversations.answer(hotline.session, late, [Utterance("低保在这里办。", understood=settled)], epoch=wang.epoch)
    assert (wang.settled, wang.understood) == (None, settled)


def test_the_expected_wait_is_measured_and_not_guessed(hotline: Hotline) -> None:
    li = hotline.arrives("li")
    for _ in range(5):
        wang = hotline.asks()
        hotline.takes(li, wang)
        hotline.passes(seconds=479)
        place = hotline.queue.place_of(hotline.session, hotline.asks())
        hotline.looks(li)
        hotline.core.conversations.give_back(hotline.session, wang.id, li)
        assert place is not None and place.minutes is None
        waiting = hotline.session.query(Conversation).filter_by(state=ConversationState.WAITING).one()
        hotline.core.conversations.close(hotline.session, waiting.id, li)
    hotline.takes(li, hotline.asks())
    first, second = hotline.asks(), hotline.asks()
    places = [hotline.queue.place_of(hotline.session, c) for c in (first, second)]
    assert [(p.position, p.minutes) for p in places if p] == [(1, 8), (2, 16)]
    assert hotline.queue.words(places[1]) == "排在第2位，大约还要等16分钟"  # type: ignore[arg-type]


def test_out_of_hours_the_citizen_hears_when_somebody_comes(hotline: Hotline) -> None:
    hotline.passes(hours=10)
    place = hotline.queue.place_of(hotline.session, hotline.asks())
    assert place and hotline.queue.words(place) == "现在是下班时间，明天上午9点上班后第一时间联系您"


def test_a_number_left_is_a_callback_and_no_place_in_the_queue(hotline: Hotline) -> None:
    wang = hotline.asks()
    with pytest.raises(InvalidInput):
        hotline.queue.leave_number(hotline.session, wang.id, "138")
    row = hotline.queue.leave_number(hotline.session, wang.id, "138 0000 1234")
    assert hotline.queue.leave_number(hotline.session, wang.id, "13800001234").kind == "callback"
    hotline.session.flush()
    assert hotline.session.get_one(FollowUpWork, row.id).phone == "13800001234"
    assert wang.state is ConversationState.ACTIVE and hotline.queue.counts(hotline.session)["waiting"] == 0
    last = hotline.core.conversations.after(hotline.session, wang, 0)[-1].text
    assert last.startswith("电话记下了，今天上午10点半之前工作人员打138****1234找您")


def test_of_many_halls_each_assigns_once(core: Core, database: Database) -> None:
    with database.begin() as session:
        hotline = Hotline(core, session)
        waiting = [hotline.asks() for _ in range(6)]
        for n in range(3):
            person = staff(f"s{n}", f"小{n}")
            session.add(person)
            session.flush()
            core.presences.seen(session, person)
            core.presences.switch(session, person, free=True, capacity=1)
    at_once(database, 6, lambda s: core.queue.step(s))
    with database.begin() as session:
        rows = session.query(Handoff).order_by(Handoff.asked_at).all()
        assert sorted(row.assigned_id or 0 for row in rows[:3]) == [1, 2, 3]
        assert [row.assigned_id for row in rows[3:]] == [None] * 3 and len(waiting) == 6


# --- any morning

WHO, WHICH = st.integers(0, 2), st.integers(0, 3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("citizen"), WHICH), st.tuples(st.just("hand_off"), WHICH),
        st.tuples(st.just("engine"), WHICH, st.integers(0, 1)),
        st.tuples(st.just("accept"), WHO), st.tuples(st.just("take_over"), WHO, WHICH),
        st.tuples(st.just("put_back"), WHO), st.tuples(st.just("reply"), WHO, WHICH),
        st.tuples(st.just("give_back"), WHO, WHICH), st.tuples(st.just("transfer"), WHO, WHICH, WHO),
        st.tuples(st.just("close"), WHO, WHICH), st.tuples(st.just("switch"), WHO, st.booleans()),
        st.tuples(st.just("page"), WHO), st.tuples(st.just("time"), st.sampled_from([5, 20, 70, 200])),
    ),
    min_size=5, max_size=40,
)  # fmt: skip


class Morning:
    """Three members of staff and four citizens; after every step what must hold is checked."""

    def __init__(self, session: Session) -> None:
        self.core = Core(HandClock())
        self.session = session
        self.hotline = Hotline(self.core, session)
        self.people = [self.hotline.arrives(f"p{n}", capacity=1 + n % 2) for n in range(3)]
        self.chats = [self.core.conversations.start(session, "web") for _ in range(4)]
        self.questions: dict[int, list[tuple[Message, int]]] = {chat.id: [] for chat in self.chats}

    def citizen(self, which: int) -> None:
        chat = self.chats[which]
        self.questions[chat.id].append((self.hotline.says(chat), chat.epoch))

    def hand_off(self, which: int) -> None:
        self.core.conversations.hand_off(self.session, self.chats[which].id, "人工")

    def engine(self, which: int, newest: int) -> None:
        """The engine comes back with an answer, asked in the epoch of the question or in the present one."""
        chat = self.chats[which]
        if not self.questions[chat.id]:
            return
        message, epoch = self.questions[chat.id][-1]
        owner = chat.owner
        said = self.core.conversations.answer(
            self.session, message, [Utterance("答")], epoch=chat.epoch if newest else epoch
        )
        new = [m for m in said if m.created_at == self.core.clock() and m.answers_id == message.id]
        assert not new or owner is Owner.ASSISTANT or message.answered_at is not None

    def accept(self, who: int) -> None:
        for row in self.session.query(Handoff).filter_by(assigned_id=self.people[who].id, ended_at=None, taken_at=None):
            self.core.conversations.take_over(self.session, row.conversation_id, self.people[who])

    def take_over(self, who: int, which: int) -> None:
        self.try_to(self.core.conversations.take_over, which, self.people[who])

    def put_back(self, who: int) -> None:
        for row in self.session.query(Handoff).filter_by(assigned_id=self.people[who].id, ended_at=None, taken_at=None):
            self.core.queue.put_back(self.session, row.conversation_id, self.people[who])

    def reply(self, who: int, which: int) -> None:
        self.try_to(self.core.conversations.reply, which, self.people[who], "您好。")

    def give_back(self, who: int, which: int) -> None:
        self.try_to(self.core.conversations.give_back, which, self.people[who], seen=0)

    def transfer(self, who: int, which: int, to: int) -> None:
        if who != to:
            self.try_to(self.core.queue.transfer, which, self.people[who], to=self.people[to])

    def close(self, who: int, which: int) -> None:
        self.try_to(self.core.conversations.close, which, self.people[who], seen=0)

    def switch(self, who: int, free: bool) -> None:
        self.core.presences.switch(self.session, self.people[who], free=free)
        self.core.queue.switched(self.session, self.people[who])

    def page(self, who: int) -> None:
        self.hotline.looks(self.people[who])
        self.core.queue.assign(self.session)

    def time(self, seconds: int) -> None:
        self.core.clock.advance(seconds=seconds)
        self.core.queue.step(self.session)

    def try_to(self, work: Any, which: int, *arguments: Any, **more: Any) -> None:
        with contextlib.suppress(TakenOver, NewWords):
            work(self.session, self.chats[which].id, *arguments, **more)

    def check(self) -> None:
        self.nobody_waits_while_somebody_is_free()
        for chat in self.chats:
            self.nobody_is_talked_over(chat)
            self.nothing_is_lost(chat)

    def nobody_waits_while_somebody_is_free(self) -> None:
        free = self.core.presences.free(self.session)
        for row in self.core.queue.waiting(self.session):
            assert not any(chair.fits(row) for chair in free)

    def nobody_is_talked_over(self, chat: Conversation) -> None:
        """Between a takeover and its end the assistant says nothing."""
        speaks = True
        for message in self.core.conversations.after(self.session, chat, 0):
            if message.sender is Sender.NOTICE:
                speaks = any(word in message.text for word in ("交还给助手", "结束这次对话", "助手先陪着您"))
            assert speaks or message.sender is not Sender.ASSISTANT

    def nothing_is_lost(self, chat: Conversation) -> None:
        """What nobody answered is owed, and somebody is there who owes it: the assistant, an owner, or the queue."""
        owed = {message.id for message in self.core.conversations.owed_in(self.session, chat.id)}
        for message, _ in self.questions[chat.id]:
            if message.answered_at is None:
                assert message.id in owed
        if owed and chat.owner is Owner.STAFF and chat.staff_id is None:
            assert chat.state is ConversationState.WAITING
            assert self.core.queue.open_of(self.session, chat.id) is not None
        assert (chat.state is ConversationState.WAITING) == (chat.waiting_since is not None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_morning(shared: Database, steps: list[Any]) -> None:
    with shared.begin() as session:
        morning = Morning(session)
        for name, *arguments in steps:
            getattr(morning, name)(*arguments)
            session.flush()
            morning.check()
        session.rollback()
