"""Plays a dialogue against the real assistant and says what went otherwise than written.

The stage is the hall with a clock that the dialogue turns; the engine is reached through `answer`, which
whoever wires the parts hands in, so that this module knows nothing of HTTP or of Rasa.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.attempts import Attempts
from hotline.clock import local
from hotline.errors import HotlineError
from hotline.evaluation.dialogues import Dialogue, Line, Mark, settings_in
from hotline.hall import Hall
from hotline.outbox import SECRET, Parcel
from hotline.store.outbox import Outgoing
from hotline.store.schema import Conversation, ErrandOrder, FollowUp, Message, Runner, Table
from hotline.vocabulary import ConversationState, Means, OrderAction, RunnerKind, Sender, TeamLevel

BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, ten in the morning in Sichuan
CODE = "【验证码】"  # in a citizen's words: the one that was just texted
_SPANS = {"天": "days", "小时": "hours", "分钟": "minutes"}


class StageClock:
    """A clock that only the dialogue moves."""

    def __init__(self, now: datetime = BEGIN) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class TextLine:
    """A line for text messages on which nothing leaves: what was to be sent is read from the outbox."""

    name = "stage"
    means = frozenset({Means.SMS})

    def send(self, parcel: Parcel) -> str:
        """It left."""
        return parcel.key

    def find(self, parcel: Parcel) -> str | None:
        """It had left."""
        return parcel.key


@dataclass
class Reply:
    """What the assistant said to one message."""

    texts: list[str]
    buttons: list[dict[str, str]]
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """Everything in one."""
        return "\n".join(self.texts)


@dataclass
class Played:
    """What became of a dialogue."""

    dialogue: Dialogue
    problems: list[str] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # of each turn

    @property
    def turns(self) -> int:
        """How often the citizen said something."""
        return len(self.seconds)

    def report(self) -> str:
        """The dialogue as it went, with what was wrong."""
        title = f"== {self.dialogue.title}（{self.dialogue.source}）"
        return "\n".join([title, *self.transcript, *(f"  !! {problem}" for problem in self.problems)])


class Stage:
    """One citizen at a time in a hall of their own; `answer` lets the assistant answer a conversation."""

    def __init__(self, hall: Hall, clock: StageClock, answer: Callable[[int], object]) -> None:
        self.hall = hall
        self.clock = clock
        self._answer = answer
        self.token = ""
        self.address = ""  # of the HTTP interface, where it is served
        self.engine_process: int | None = None  # its process id

    # --- what a citizen does

    def begin(self, channel: str = "web", caller: str = "") -> None:
        """A new citizen: nothing that was before is known."""
        self.clock.now = BEGIN
        with self.hall.database.begin() as session:
            for table in reversed(Table.metadata.sorted_tables):
                session.execute(delete(table))
            session.add(_runner())
        self.hall.errand_desk.attempts = Attempts(self.clock)
        self.open(channel, caller)

    def open(self, channel: str, caller: str = "") -> None:
        """The citizen begins another conversation."""
        with self.hall.database.begin() as session:
            conversation = self.hall.conversations.start(session, channel)
            conversation.contact = caller
            self.token = conversation.token

    def say(self, text: str, payload: str | None = None) -> Reply:
        """The assistant's answer to a message."""
        began = time.perf_counter()
        with self.hall.database.begin() as session:
            conversation = self.conversation(session)
            message, _ = self.hall.conversations.receive(
                session, conversation, uuid.uuid4().hex, text=text, payload=payload
            )
            conversation_id, message_id = conversation.id, message.id
        self._answer(conversation_id)
        seconds = time.perf_counter() - began
        with self.hall.database.read() as session:
            said = self.hall.conversations.answers_to(session, session.get_one(Message, message_id))
            return Reply([m.text for m in said], [b for m in said for b in m.buttons or []], seconds)

    def _with_code(self, text: str) -> str:
        """The words with the newest code that was texted; raises LookupError when there is none."""
        if CODE not in text:
            return text
        with self.hall.database.read() as session:
            texts = session.scalars(select(Outgoing.text).where(Outgoing.key.startswith(SECRET)).order_by(Outgoing.id))
            codes = [found[0] for sent in texts if (found := re.search(r"\d{6}", sent))]
        if not codes:
            raise LookupError("没有发过验证码。")
        return text.replace(CODE, codes[-1])

    def press(self, title: str) -> Reply:
        """The answer to a button on the screen; raises LookupError when there is none of that title."""
        with self.hall.database.read() as session:
            offered = self.hall.conversations.offered_buttons(session, self.conversation(session))
        payload = next((button["payload"] for button in offered if title in button["title"]), None)
        if payload is None:
            raise LookupError(f"没有按钮“{title}”，有的是：{'、'.join(b['title'] for b in offered) or '没有'}")
        return self.say("", payload)

    # --- what can be seen from outside

    def conversation(self, session: Session) -> Conversation:
        """The citizen's conversation."""
        return self.hall.conversations.get(session, self.token)

    def orders(self, session: Session) -> list[ErrandOrder]:
        """All orders there are, oldest first."""
        return list(session.scalars(select(ErrandOrder).order_by(ErrandOrder.id)))

    def waits_for_a_person(self, session: Session) -> bool:
        """Whether the conversation is in the desk's queue."""
        return self.conversation(session).state is ConversationState.WAITING

    # --- playing what is written

    def play(self, dialogue: Dialogue) -> Played:
        """Play a dialogue to its end or to the first line that cannot be played."""
        played, reply = Played(dialogue), Reply([], [])
        self.begin(dialogue.channel, dialogue.caller)
        self.hall.outbox.senders[:] = [TextLine()] if dialogue.has_texts else []
        for line in dialogue.lines:
            try:
                if line.mark in (Mark.SAYS, Mark.PRESSES):
                    played.transcript.append(f"{line.mark.value}：{line.text}")
                    reply = self.say(self._with_code(line.text)) if line.mark is Mark.SAYS else self.press(line.text)
                    played.seconds.append(reply.seconds)
                    played.transcript += [f"    助：{text}" for text in reply.texts]
                    if len(set(reply.texts)) < len(reply.texts):
                        played.problems.append(f"第{line.number}行：一句话说了两遍")
                else:
                    played.problems += [f"第{line.number}行：{fault}" for fault in self._check(line, reply)]
            except (LookupError, HotlineError, TimeoutError) as error:
                wording = error.wording if isinstance(error, HotlineError) else str(error)
                played.problems.append(f"第{line.number}行：{wording}")
                break
        return played

    def _check(self, line: Line, reply: Reply) -> list[str]:
        match line.mark:
            case Mark.HEARS:
                return [f"没说到“{word}”" for word in line.words if not _any_of(word, reply.text)]
            case Mark.NEVER:
                return [f"不该说“{word}”" for word in line.words if word in reply.text]
            case Mark.TIME:
                self.clock.now += _span(line.text)
            case Mark.MOVES:
                self.open(line.words[0], settings_in(line.text).get("来电", ""))
            case Mark.STEP:
                with self.hall.database.begin() as session:
                    self._advance(session, line.words)
            case _:
                with self.hall.database.read() as session:
                    return self._facts(session, line)
        return []

    def _facts(self, session: Session, line: Line) -> list[str]:
        orders = self.orders(session)
        if line.mark is Mark.ORDERS:
            return [] if len(orders) == int(line.text) else [f"有{len(orders)}个订单，应当是{line.text}个"]
        if line.mark is Mark.ORDER:
            return _differences(line, fields_of(orders[-1])) if orders else ["没有订单"]
        if line.mark is Mark.PERSON:
            waits, wanted = self.waits_for_a_person(session), line.text != "否"
            reason = self.conversation(session).reason
            if waits != wanted or (wanted and line.text not in reason):
                return [f"等人工：{'是' if waits else '否'}（{reason}），应当是：{line.text or '是'}"]
            return []
        if line.mark is Mark.FOLLOW_UP:
            kept = " ".join(f"{row.kind} {row.stars or ''} {row.text}" for row in session.scalars(select(FollowUp)))
        else:
            notices = select(Message.text).where(Message.sender == Sender.NOTICE)
            kept = " ".join(session.scalars(notices))
        return [f"没有“{word}”，只有“{kept}”" for word in line.words if not _any_of(word, kept)]

    def _advance(self, session: Session, actions: list[str]) -> None:
        order = self.orders(session)[-1]
        order.runner_id = session.scalars(select(Runner.id)).first()
        for label in actions:
            action = next(a for a in OrderAction if a.label == label)
            self.hall.orders.move(session, order, action, actor="R0001", reason="")


def fields_of(order: ErrandOrder) -> dict[str, str]:
    """An order as the lines of a dialogue speak of it."""
    return {
        "事项": f"{order.item_code or ''} {order.item_name}",
        "电话": order.contact_phone,
        "名": order.applicant_name,
        "镇": order.township,
        "地点": order.place_text,
        "时间": local(order.wish_from).strftime("%m-%dT%H:%M"),
        "状态": order.state.value,
        "帮": order.help.label,
        "渠道": order.channel,
        "替": order.for_whom,
        "联系": order.contact_name,
        "备注": order.notes,
    }


def _differences(line: Line, found: dict[str, Any]) -> list[str]:
    wrong = []
    for word in line.words:
        name, _, value = word.partition("=")
        has = found.get(name)
        fits = has is not None and (value == has if name == "名" else any(v in has for v in value.split("|")))
        if not fits:
            wrong.append(f"订单的{name}是“{has}”，应当是“{value}”")
    return wrong


def _any_of(word: str, text: str) -> bool:
    return any(choice in text for choice in word.split("|"))


def _span(text: str) -> timedelta:
    parts = re.findall(rf"(\d+)({'|'.join(_SPANS)})", text)
    return timedelta(**{_SPANS[unit]: int(count) for count, unit in parts})


def _runner() -> Runner:
    return Runner(
        number="R0001", name="赵大勇", phone="13900000001", kind=RunnerKind.FULL_TIME, team=TeamLevel.DISTRICT,
        zones=[], load_limit=9, on_duty=True,
    )  # fmt: skip
