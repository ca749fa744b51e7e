"""From a recorded message to a recorded answer: the engine is asked, one message at a time."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import replace

from sqlalchemy.orm import Session

from connectors.engine import EngineClient, EngineUnavailable
from connectors.live import Live
from hotline.catalogue.results import Referral
from hotline.conversations import UNDERSTOOD, Utterance
from hotline.danger import warning
from hotline.hall import Hall
from hotline.store.schema import Conversation, Message
from hotline.vocabulary import Owner

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0  # how often owed answers are tried again
TRIES = 3  # a message at which the engine fails so often, while it is alive, goes to a person


class Turns:
    """Answers messages through the engine; what cannot be answered now stays owed."""

    def __init__(self, hall: Hall, engine: EngineClient, live: Live) -> None:
        self.hall = hall
        self.engine = engine
        self.live = live
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._failures: defaultdict[int, int] = defaultdict(int)

    async def answer(self, conversation_id: int) -> bool:
        """Answer everything owed in a conversation, in order; False when the engine could not."""
        async with self._locks[conversation_id]:
            for message_id in await self.hall.read(lambda s: _owed(self.hall, s, conversation_id)):
                if not await self._answer_one(message_id):
                    return False
        return True

    async def _answer_one(self, message_id: int) -> bool:
        asked = await self.hall.read(lambda s: _question(s, message_id))
        if asked is None:
            return True
        message, conversation, epoch, is_first = asked
        if message.payload is None and (danger := await asyncio.to_thread(self.hall.danger.seen_in, message.text)):
            await self.hall.run(lambda s: self._warn(s, message.id, danger, epoch))
            self.live.wake()
            return True
        try:
            said = await self.engine.ask(
                conversation=conversation.token, message_id=f"{conversation.id}-{message.id}",
                channel=conversation.channel, text=message.text[:UNDERSTOOD], payload=message.payload,
                settled=conversation.settled,
                now=self.hall.clock(),
            )  # fmt: skip
        except EngineUnavailable as error:
            return await self._failed(message, error)
        if is_first and said and self.hall.profile.banner and conversation.channel != "phone":  # its greeting said so
            said = [replace(said[0], text=f"【{self.hall.profile.banner}】{said[0].text}"), *said[1:]]
        await self.hall.run(lambda s: self._store(s, message.id, said, epoch))
        self._failures.pop(message.id, None)
        self.live.wake()
        return True

    def _store(self, session: Session, message_id: int, said: list[Utterance], epoch: int) -> None:
        self.hall.conversations.answer(session, session.get_one(Message, message_id), said, epoch=epoch)

    def _warn(self, session: Session, message_id: int, danger: Referral, epoch: int) -> None:
        """Danger to life needs no dialogue: the number at once, and an alert at the desk."""
        message = session.get_one(Message, message_id)
        self.hall.conversations.hand_off(session, message.conversation_id, f"紧急：{message.text[:60]}")
        self.hall.conversations.answer(session, message, [Utterance(warning(danger))], epoch=epoch)

    async def _failed(self, message: Message, error: EngineUnavailable) -> bool:
        log.warning("message %s stays owed: %s", message.id, error)
        if await self.engine.is_ready():
            self._failures[message.id] += 1
            if self._failures[message.id] >= TRIES:
                await self.hall.run(lambda s: self._give_to_staff(s, message.id))
                self.live.wake()
                return True
        return False

    def _give_to_staff(self, session: Session, message_id: int) -> None:
        message = session.get_one(Message, message_id)
        epoch = session.get_one(Conversation, message.conversation_id).epoch
        apology = Utterance("这一步系统出了点问题，已经转给工作人员帮您看，您说的都记着的。")
        self.hall.conversations.hand_off(session, message.conversation_id, "助手出错")
        self.hall.conversations.answer(session, message, [apology], epoch=epoch)

    async def answer_owed_forever(self) -> None:
        """Try what is owed again, for as long as the hall runs."""
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                owed = await self.hall.read(lambda s: {m.conversation_id for m in self.hall.conversations.owed(s)})
                if owed and await self.engine.is_ready():
                    for conversation_id in owed:
                        await self.answer(conversation_id)
            except Exception:
                log.exception("answering owed messages failed, goes on")


def _owed(hall: Hall, session: Session, conversation_id: int) -> list[int]:
    conversation = session.get_one(Conversation, conversation_id)
    if conversation.owner is not Owner.ASSISTANT:
        return []
    return [message.id for message in hall.conversations.owed_in(session, conversation_id)]


def _question(session: Session, message_id: int) -> tuple[Message, Conversation, int, bool] | None:
    """The message, its conversation, the epoch in which it is asked, and whether it is the first."""
    message = session.get_one(Message, message_id)
    conversation = session.get_one(Conversation, message.conversation_id)
    if message.answered_at is not None or conversation.owner is not Owner.ASSISTANT:
        return None
    first = session.query(Message.id).filter_by(conversation_id=conversation.id).order_by(Message.id).first()
    return message, conversation, conversation.epoch, bool(first and first[0] == message.id)
