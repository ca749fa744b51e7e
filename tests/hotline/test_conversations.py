"""Whoever owns the conversation speaks; nothing a citizen says is lost; nothing is said twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hotline.conversations import LONGEST_MESSAGE, Utterance, clean_text
from hotline.errors import ButtonNotOffered, InvalidInput, NotFound, TakenOver
from hotline.store import Database
from hotline.store.schema import Conversation, Message, Staff
from hotline.vocabulary import ConversationState, Owner, Sender
from tests.builders import Core, HandClock, at_once, staff, texts

YES_NO = [{"title": "对，下单", "payload": "/affirm"}, {"title": "不办了", "payload": "/deny"}]


class Chat:
    """One conversation as its people live it."""

    def __init__(self, core: Core, session: Session) -> None:
        self.conversations = core.conversations
        self.session = session
        self.conversation = core.conversations.start(session, "web")
        self._sent = 0

    def citizen(self, text: str = "", **sent: Any) -> Message:
        """The citizen says something, or presses a button: `payload=`."""
        self._sent += 1
        sent.setdefault("client_id", f"m{self._sent}")
        return self.conversations.receive(self.session, self.conversation, text=text, **sent)[0]

    def assistant(self, to: Message, *said: str, epoch: int | None = None, **more: Any) -> list[Message]:
        """The assistant answers, by default in the present epoch."""
        epoch = self.conversation.epoch if epoch is None else epoch
        return self.conversations.answer(
            self.session, to, [Utterance(text, **more) for text in said], epoch=epoch
        )

    def take_over(self, who: Staff) -> Conversation:
        return self.conversations.take_over(self.session, self.conversation.id, who)

    def reply(self, who: Staff, text: str) -> Message:
        return self.conversations.reply(self.session, self.conversation.id, who, text)

    def give_back(self, who: Staff) -> Conversation:
        return self.conversations.give_back(self.session, self.conversation.id, who)

    def close(self, who: Staff) -> Conversation:
        return self.conversations.close(self.session, self.conversation.id, who)

    @property
    def thread(self) -> list[str]:
        """Everything said so far: 市民：要上户口."""
        said = self.conversations.after(self.session, self.conversation, 0)
        return [f"{message.sender.label}：{message.text}" for message in said]


@pytest.fixture
def chat(core: Core, session: Session) -> Chat:
    """A conversation that has just begun."""
    return Chat(core, session)


@pytest.fixture
def li(session: Session) -> Staff:
    """A member of staff."""
    return _hired(session, staff("li", "小李"))


@pytest.fixture
def zhao(session: Session) -> Staff:
    """A colleague of hers."""
    return _hired(session, staff("zhao", "小赵"))


def _hired(session: Session, person: Staff) -> Staff:
    session.add(person)
    session.flush()
    return person


# --- saying and answering


def test_a_question_and_its_answer(chat: Chat) -> None:
    question = chat.citizen("娃儿要上户口")
    answer = chat.assistant(question, "好，给您记“出生登记”。", "跑手到哪里找您？")
    assert chat.thread == ["市民：娃儿要上户口", "助手：好，给您记“出生登记”。", "助手：跑手到哪里找您？"]
    assert chat.conversations.answers_to(chat.session, question) == answer
    assert question.answered_at is not None


def test_a_token_is_long_unique_and_the_only_key(core: Core, session: Session) -> None:
    tokens = {core.conversations.start(session, "web").token for _ in range(50)}
    assert len(tokens) == 50 and min(map(len, tokens)) >= 32
    for token in tokens:
        assert core.conversations.get(session, token).token == token


@pytest.mark.parametrize("token", ["", "1", "' OR 1=1 --", "没有", "a\x00b", "x" * 500])
def test_a_wrong_token_opens_nothing(core: Core, database: Database, token: str) -> None:
    with database.begin() as session:
        core.conversations.start(session, "web")
        with pytest.raises(NotFound):
            core.conversations.get(session, token)


def test_the_same_message_id_again_is_the_first_message_with_its_answer(chat: Chat) -> None:
    first = chat.citizen("要上户口", client_id="abc")
    chat.assistant(first, "好的。")
    again, new = chat.conversations.receive(chat.session, chat.conversation, "abc", text="要注销户口")
    assert (again, new) == (first, False)
    assert texts(chat.assistant(again, "又一个回答。")) == ["好的。"]
    assert chat.thread == ["市民：要上户口", "助手：好的。"]


def test_the_same_message_id_sent_twenty_times_at_once_is_one_message(core: Core, database: Database) -> None:
    with database.begin() as session:
        token = core.conversations.start(session, "web").token

    def send(session: Session) -> tuple[int, bool]:
        conversation = core.conversations.get(session, token)
        message, new = core.conversations.receive(session, conversation, "abc", text="要上户口")
        return message.id, new

    sent = at_once(database, 20, send)
    assert sorted(new for _, new in sent) == [False] * 19 + [True]
    assert len({message_id for message_id, _ in sent}) == 1


def test_two_conversations_may_use_the_same_message_id(core: Core, session: Session) -> None:
    first, second = Chat(core, session), Chat(core, session)
    assert first.citizen("一", client_id="1") is not second.citizen("二", client_id="1")
    assert (first.thread, second.thread) == (["市民：一"], ["市民：二"])


@pytest.mark.parametrize("client_id", ["", "x" * 129, "a\x00b", "\ud800"])
def test_a_message_needs_a_usable_id(core: Core, database: Database, client_id: str) -> None:
    with database.begin() as session, pytest.raises(InvalidInput):
        Chat(core, session).citizen("要上户口", client_id=client_id)


def test_two_answers_at_once_are_one(core: Core, database: Database) -> None:
    with database.begin() as session:
        message = Chat(core, session).citizen("要上户口")

    def answer(session: Session) -> list[str]:
        asked = session.get_one(Message, message.id)
        return texts(core.conversations.answer(session, asked, [Utterance("好的。")], epoch=0))

    assert at_once(database, 8, answer) == [["好的。"]] * 8
    with database.begin() as session:
        assert session.query(Message).filter_by(sender=Sender.ASSISTANT).count() == 1


def test_what_the_assistant_owes_stays_until_it_is_answered(core: Core, session: Session) -> None:
    one, other = Chat(core, session), Chat(core, session)
    first, second, third = one.citizen("一"), other.citizen("二"), one.citizen("三")
    assert core.conversations.owed(session) == [first, second, third]
    assert core.conversations.owed(session, limit=1) == [first]
    one.assistant(first, "好的。")
    assert core.conversations.owed(session) == [second, third]
    assert core.conversations.owed_in(session, one.conversation.id) == [third]


def test_silence_is_an_answer_too(chat: Chat) -> None:
    chat.assistant(chat.citizen("嗯"))
    assert chat.conversations.owed(chat.session) == []


def test_the_page_asks_for_what_came_after(chat: Chat) -> None:
    question = chat.citizen("要上户口")
    chat.assistant(question, "好的。")
    seen = chat.conversations.after(chat.session, chat.conversation, question.id)
    assert texts(seen) == ["好的。"]
    assert chat.conversations.after(chat.session, chat.conversation, seen[-1].id) == []


# --- buttons


def test_an_offered_button_is_taken_by_its_title(chat: Chat) -> None:
    chat.assistant(chat.citizen("要上户口"), "对不对？", buttons=YES_NO)
    pressed = chat.citizen(payload="/affirm")
    assert (pressed.text, pressed.payload) == ("对，下单", "/affirm")


def test_a_button_that_was_not_offered_is_refused(chat: Chat) -> None:
    chat.assistant(chat.citizen("要上户口"), "对不对？", buttons=YES_NO)
    for payload in ("/cancel_order", "/restart", "", "/affirm "):
        with pytest.raises(ButtonNotOffered):
            chat.citizen(payload=payload)
    assert chat.thread[-1] == "助手：对不对？"


def test_a_button_of_the_question_before_is_out_of_date(chat: Chat) -> None:
    chat.assistant(chat.citizen("要上户口"), "对不对？", buttons=YES_NO)
    chat.assistant(chat.citizen("等哈，改成后天"), "好。")
    with pytest.raises(ButtonNotOffered):
        chat.citizen(payload="/affirm")


def test_a_button_is_pressed_once_but_may_be_sent_twice(chat: Chat) -> None:
    chat.assistant(chat.citizen("要上户口"), "对不对？", buttons=YES_NO)
    pressed = chat.citizen(payload="/affirm", client_id="tap")
    assert chat.citizen(payload="/affirm", client_id="tap") is pressed
    with pytest.raises(ButtonNotOffered):
        chat.citizen(payload="/affirm", client_id="second tap")


def test_a_notice_in_between_leaves_the_buttons(chat: Chat) -> None:
    chat.assistant(chat.citizen("要上户口"), "对不对？", buttons=YES_NO)
    chat.conversations.notify(chat.session, chat.conversation.id, "跑手已接单。")
    assert chat.citizen(payload="/deny").text == "不办了"


def test_a_text_that_looks_like_a_command_stays_a_text(chat: Chat) -> None:
    said = chat.citizen("/affirm")
    assert (said.text, said.payload) == ("/affirm", None)


# --- odd messages


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n", "\x00\x07\x1b", "\u200b\u200d\ufeff", "\ud800"])
def test_a_message_without_content_is_told_so(chat: Chat, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        chat.citizen(text)
    assert refused.value.wording == "您还没有说内容，请打字告诉我您要办什么事。"
    assert chat.thread == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  要上户口 \n", "要上户口"),
        ("要\x00上\x1b[31m户\u202e口", "要上[31m户口"),
        ("🙂", "🙂"),
        ("娃儿👶满月🎉", "娃儿👶满月🎉"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE message; --", "'; DROP TABLE message; --"),
        ("100%\n\n\n\n{text}\t\\n", "100%\n\n{text}\t\\n"),
        ("上" * 10_000, "上" * 10_000),
    ],
)
def test_an_odd_message_is_kept_literally(core: Core, database: Database, text: str, kept: str) -> None:
    with database.begin() as session:
        message = Chat(core, session).citizen(text)
    with database.begin() as session:
        assert session.get_one(Message, message.id).text == kept


def test_the_longest_message_is_taken_and_one_character_more_refused() -> None:
    assert len(clean_text("上" * LONGEST_MESSAGE)) == LONGEST_MESSAGE
    with pytest.raises(InvalidInput, match="invalid_input") as refused:
        clean_text("上" * (LONGEST_MESSAGE + 1))
    assert "请分几次发" in refused.value.wording


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    try:
        kept = clean_text(text)
    except InvalidInput:
        return
    assert clean_text(kept) == kept
    kept.encode()  # can be stored
    assert not set(kept) & {chr(code) for code in range(32) if chr(code) not in "\n\t"}


# --- handing over to a person


def test_waiting_for_a_person_the_assistant_goes_on(chat: Chat) -> None:
    chat.conversations.hand_off(chat.session, chat.conversation.id, "要求人工：喊个人来")
    assert chat.conversation.state is ConversationState.WAITING
    chat.assistant(chat.citizen("那要带啥子"), "带身份证。")
    assert chat.thread[-1] == "助手：带身份证。"


def test_the_queue_counts_who_waits_longer(core: Core, session: Session) -> None:
    chats = [Chat(core, session) for _ in range(3)]
    for chat in chats:
        core.conversations.hand_off(session, chat.conversation.id, "人工")
        core.clock.advance(minutes=1)
    core.conversations.hand_off(session, chats[0].conversation.id, "还是人工")  # keeps the place in the queue
    assert [core.conversations.waiting_before(session, chat.conversation) for chat in chats] == [0, 1, 2]
    assert chats[0].conversation.reason == "人工"
    assert core.conversations.waiting_before(session, Chat(core, session).conversation) == 0


def test_after_the_takeover_the_assistant_is_silent(chat: Chat, li: Staff) -> None:
    question, epoch = chat.citizen("要上户口"), chat.conversation.epoch
    chat.conversations.hand_off(chat.session, chat.conversation.id, "人工")
    chat.take_over(li)
    assert chat.assistant(question, "好的。", epoch=epoch) == []
    chat.reply(li, "您好，我是小李。")
    assert chat.thread == [
        "市民：要上户口", "通知：工作人员小李已接入，下面由我为您服务。", "工作人员：您好，我是小李。",
    ]  # fmt: skip
    assert (chat.conversation.state, chat.conversation.waiting_since) == (ConversationState.ACTIVE, None)


def test_an_answer_to_a_question_from_before_the_person_never_comes(chat: Chat, li: Staff) -> None:
    question, epoch = chat.citizen("要上户口"), chat.conversation.epoch
    chat.take_over(li)
    chat.give_back(li)
    assert chat.assistant(question, "好的。", epoch=epoch) == []
    assert chat.assistant(question, "好的。") == []  # the person has seen it
    assert chat.conversations.owed(chat.session) == []


def test_what_the_citizen_says_to_the_person_is_not_answered_by_the_assistant(chat: Chat, li: Staff) -> None:
    chat.take_over(li)
    said = chat.citizen("您好")
    assert chat.assistant(said, "好的。") == []
    assert chat.thread[-1] == "市民：您好"


def test_an_answer_from_an_epoch_that_is_over_is_dropped(chat: Chat, li: Staff) -> None:
    before = chat.conversation.epoch
    chat.take_over(li)
    chat.give_back(li)
    said = chat.citizen("还要办社保")
    assert chat.assistant(said, "好的。", epoch=before) == []
    assert texts(chat.assistant(said, "好的。")) == ["好的。"]


def test_given_back_the_assistant_answers_what_comes_then(chat: Chat, li: Staff) -> None:
    chat.take_over(li)
    chat.citizen("谢谢")
    assert chat.conversations.owed(chat.session) == []
    chat.give_back(li)
    chat.assistant(chat.citizen("还要办社保"), "好的。")
    assert chat.thread[-3:] == [
        "通知：工作人员已把对话交还给助手，您可以接着问。", "市民：还要办社保", "助手：好的。",
    ]  # fmt: skip


def test_colleagues_do_not_talk_over_each_other(chat: Chat, li: Staff, zhao: Staff) -> None:
    chat.take_over(li)
    epoch = chat.conversation.epoch
    assert chat.take_over(li).epoch == epoch  # pressing twice is no second takeover
    for refused in (chat.take_over, chat.give_back, lambda who: chat.reply(who, "您好。")):
        with pytest.raises(TakenOver):
            refused(zhao)
    chat.give_back(li)
    with pytest.raises(TakenOver):
        chat.reply(li, "还有一句。")
    assert chat.take_over(zhao).staff_id == zhao.id


def test_a_closed_conversation_is_over_until_the_citizen_writes_again(chat: Chat, li: Staff, zhao: Staff) -> None:
    chat.conversations.hand_off(chat.session, chat.conversation.id, "人工")
    chat.take_over(li)
    chat.citizen("谢谢")
    with pytest.raises(TakenOver):
        chat.close(zhao)
    chat.close(li)
    assert chat.conversation.state is ConversationState.CLOSED
    assert chat.conversations.owed(chat.session) == []
    chat.close(zhao)  # twice is once
    assert chat.thread[-1] == "通知：工作人员小李已结束这次对话。还有事直接打字，随时都在。"
    chat.assistant(chat.citizen("还要办社保"), "好的。")
    assert chat.conversation.state is ConversationState.ACTIVE
    assert chat.thread[-1] == "助手：好的。"


def test_staff_say_nothing_empty(chat: Chat, li: Staff) -> None:
    chat.take_over(li)
    with pytest.raises(InvalidInput):
        chat.reply(li, "\x00 ")


def test_an_owned_conversation_does_not_go_back_to_the_queue(chat: Chat, li: Staff) -> None:
    chat.take_over(li)
    chat.conversations.hand_off(chat.session, chat.conversation.id, "人工")
    assert chat.conversation.state is ConversationState.ACTIVE


def test_a_request_for_a_person_sees_that_one_has_just_come(core: Core, postgresql: Database) -> None:
    with postgresql.begin() as session:
        token = core.conversations.start(session, "web").token
        session.add(staff())
    with postgresql.begin() as mine, postgresql.begin() as theirs:
        seen = core.conversations.get(mine, token)  # nobody owns it yet
        core.conversations.take_over(theirs, seen.id, theirs.query(Staff).one())
        theirs.commit()
        core.conversations.hand_off(mine, seen.id, "人工")
        assert (seen.owner, seen.state) == (Owner.STAFF, ConversationState.ACTIVE)


def test_a_fact_is_told_whoever_owns_the_conversation(chat: Chat, li: Staff) -> None:
    chat.take_over(li)
    chat.conversations.notify(chat.session, chat.conversation.id, "跑手已接单。")
    assert chat.thread[-1] == "通知：跑手已接单。"


def test_of_many_colleagues_one_takes_over(core: Core, database: Database) -> None:
    with database.begin() as session:
        conversation = core.conversations.start(session, "web")
        people = [staff(f"s{n}", f"小{n}") for n in range(8)]
        session.add_all(people)
    waiting = iter([person.id for person in people])

    def take(session: Session) -> int | None:
        person = session.get_one(Staff, next(waiting))
        return core.conversations.take_over(session, conversation.id, person).staff_id

    taken = at_once(database, 8, take)
    assert sum(isinstance(result, TakenOver) for result in taken) == 7
    with database.begin() as session:
        kept = session.get_one(Conversation, conversation.id)
        assert kept.epoch == 1 and kept.staff_id in taken


def test_takeover_and_answer_at_once_never_leave_the_assistant_behind_the_person(
    core: Core, database: Database
) -> None:
    for _ in range(6):
        with database.begin() as session:
            chat = Chat(core, session)
            questions, token = [chat.citizen(f"问题{n}") for n in range(5)], chat.conversation.token
            person = staff(f"li{chat.conversation.id}")
            session.add(person)
        jobs = iter([None, *questions])

        def work(session: Session, jobs: Any = jobs, chat: Chat = chat, person: Staff = person) -> None:
            question = next(jobs)
            if question is None:
                core.conversations.take_over(session, chat.conversation.id, session.get_one(Staff, person.id))
            else:
                asked = session.get_one(Message, question.id)
                core.conversations.answer(session, asked, [Utterance("好的。")], epoch=0)

        assert at_once(database, 6, work) == [None] * 6
        with database.begin() as session:
            thread = core.conversations.after(session, core.conversations.get(session, token), 0)
            (takeover,) = [message.id for message in thread if message.sender is Sender.NOTICE]
            assert [m for m in thread if m.sender is Sender.ASSISTANT and m.id > takeover] == []
            assert core.conversations.owed_in(session, chat.conversation.id) == []


# --- any interleaving

STEPS = st.lists(
    st.one_of(
        st.just(("citizen",)),
        # the engine comes back: with which message, and from how many epochs ago
        st.tuples(st.just("answer"), st.integers(0, 9), st.integers(0, 2)),
        st.just(("hand_off",)),
        st.tuples(st.just("take_over"), st.integers(0, 1)),
        st.tuples(st.just("reply"), st.integers(0, 1)),
        st.tuples(st.just("give_back"), st.integers(0, 1)),
        st.tuples(st.just("close"), st.integers(0, 1)),
    ),
    min_size=3,
    max_size=30,
)


class Model:
    """What must hold, kept beside the real thing while the steps are made."""

    def __init__(self, session: Session) -> None:
        self.chat = Chat(Core(HandClock()), session)
        self.people = [_hired(session, staff(f"s{n}", f"小{n}")) for n in range(2)]
        self.owner: Staff | None = None
        self.epoch = 0
        self.sent: list[Message] = []
        self.awaiting: set[int] = set()  # ids of messages nobody has dealt with

    def citizen(self) -> None:
        message = self.chat.citizen(f"第{len(self.sent)}句")
        self.sent.append(message)
        self.awaiting.add(message.id)

    def answer(self, which: int, epochs_ago: int) -> None:
        if not self.sent:
            return
        message, epoch = self.sent[-1 - which % len(self.sent)], self.epoch - epochs_ago
        may_speak = self.owner is None and epoch == self.epoch and message.id in self.awaiting
        before = self.spoken()
        self.chat.assistant(message, "答", epoch=epoch)
        assert self.spoken() - before == may_speak
        if may_speak:
            self.awaiting.discard(message.id)

    def hand_off(self) -> None:
        self.chat.conversations.hand_off(self.chat.session, self.chat.conversation.id, "人工")

    def take_over(self, who: int) -> None:
        person = self.people[who]
        if self.owner not in (None, person):
            return self.refused(self.chat.take_over, person)
        self.chat.take_over(person)
        if self.owner is None:
            self.change_owner(person)

    def reply(self, who: int) -> None:
        person = self.people[who]
        if self.owner is not person:
            return self.refused(self.chat.reply, person, "您好。")
        self.chat.reply(person, "您好。")
        self.awaiting.clear()

    def give_back(self, who: int) -> None:
        person = self.people[who]
        if self.owner is not person:
            return self.refused(self.chat.give_back, person)
        self.chat.give_back(person)
        self.change_owner(None)

    def close(self, who: int) -> None:
        person = self.people[who]
        if self.owner not in (None, person):
            return self.refused(self.chat.close, person)
        was_closed = self.chat.conversation.state is ConversationState.CLOSED
        self.chat.close(person)
        assert self.chat.conversation.state is ConversationState.CLOSED
        if not was_closed:
            self.change_owner(None)

    def change_owner(self, owner: Staff | None) -> None:
        self.owner, self.epoch = owner, self.epoch + 1
        self.awaiting.clear()

    def refused(self, work: Any, *arguments: Any) -> None:
        with pytest.raises(TakenOver):
            work(*arguments)

    def spoken(self) -> int:
        return sum(line.startswith("助手：") for line in self.chat.thread)

    def check(self) -> None:
        conversation = self.chat.conversation
        assert conversation.epoch == self.epoch
        assert conversation.owner is (Owner.ASSISTANT if self.owner is None else Owner.STAFF)
        assert conversation.staff_id == (self.owner.id if self.owner else None)
        heard = [line for line in self.chat.thread if line.startswith("市民：")]
        assert heard == [f"市民：第{n}句" for n in range(len(self.sent))]
        owed = self.chat.conversations.owed_in(self.chat.session, conversation.id)
        assert {message.id for message in owed} == self.awaiting


@given(STEPS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_of_events_the_assistant_never_talks_over_a_person_and_nothing_is_lost(
    shared: Database, steps: list[tuple[Any, ...]]
) -> None:
    with shared.begin() as session:
        model = Model(session)
        for name, *arguments in steps:
            getattr(model, name)(*arguments)
            model.check()
        session.rollback()


def test_a_later_message_is_never_seen_before_an_earlier_one(core: Core, postgresql: Database) -> None:
    """A page that resumes after the newest id it saw would skip an id that was committed later."""
    with postgresql.begin() as session:
        token = core.conversations.start(session, "web").token

    def say(session: Session, name: str) -> int:
        conversation = core.conversations.get(session, token)
        return core.conversations.receive(session, conversation, name, text=name)[0].id

    def other() -> int:
        with postgresql.begin() as session:
            return say(session, "second")

    with ThreadPoolExecutor(1) as pool:
        with postgresql.begin() as session:
            first = say(session, "first")
            second = pool.submit(other)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
        assert second.result(timeout=60) > first
