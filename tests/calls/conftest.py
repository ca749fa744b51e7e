"""A hall with a telephone line, on SQLite, with an engine that follows a script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from hotline.app import make_app
from hotline.calls.hearing import Hearing
from hotline.catalogue.catalogue import read_catalogue
from hotline.conversations import Utterance
from hotline.divisions import read_divisions
from hotline.hall import Hall
from hotline.profile import read_profile
from hotline.settings import Settings
from hotline.store.schema import Conversation, Staff
from hotline.vocabulary import Role
from tests.builders import HandClock
from tests.calls.line import NUMBER, PUBLIC, TOKEN
from tests.site import ScriptedEngine


class TalkingEngine(ScriptedEngine):
    """Also asks for a telephone number and gives a long list."""

    def _answer(self, session: Any, conversation: str, message_id: str, text: str, payload: str | None) -> list[Utterance]:
        if "留电话" in text:
            return [Utterance("请说一下您的电话。", expects="contact_phone")]
        if "材料" in text:
            return [Utterance("一般需要：身份证、户口簿、结婚证、出生医学证明、申请表。5个工作日办结。")]
        return super()._answer(session, conversation, message_id, text, payload)


def add_staff(hall: Hall, login: str, phone: str, role: Role = Role.HOTLINE) -> Staff:
    """A member of staff who takes calls."""
    with hall.database.begin() as session:
        row = Staff(login=login, name=login, role=role, password_hash="-", failures=0, phone=phone, takes_calls=True)
        session.add(row)
        session.flush()
        return row


@dataclass
class Exchange:
    """The hall, its clock and engine, and a client that reaches it."""

    hall: Hall
    clock: HandClock
    engine: TalkingEngine
    client: TestClient[Any, Any]

    def staff(self, login: str, phone: str, role: Role = Role.HOTLINE) -> Staff:
        """A member of staff who takes calls."""
        return add_staff(self.hall, login, phone, role)

    def conversation(self) -> Conversation:
        """The newest conversation."""
        with self.hall.database.read() as session:
            return session.query(Conversation).order_by(Conversation.id.desc()).first()


@pytest.fixture
def settings(tmp_path: Path, migrated_sqlite: Path) -> Settings:
    copy(migrated_sqlite, tmp_path / "paotuan.db")
    return Settings(
        data_dir=tmp_path, public_url=PUBLIC, twilio_account_sid="AC" + "0" * 32, twilio_auth_token=TOKEN, twilio_number=NUMBER,
        twilio_api_url="http://127.0.0.1:9",  # nobody is there: nothing can leave
    )  # fmt: skip


@pytest.fixture(scope="session")
def hearing() -> Hearing:
    """Learned once for all tests: it takes seconds."""
    return Hearing(read_catalogue(read_profile(Settings().profile)), read_divisions())


@pytest.fixture
async def exchange(settings: Settings, clock: HandClock, hearing: Hearing) -> AsyncIterator[Exchange]:
    async for each in _exchange(settings, clock, hearing):
        yield each


@pytest.fixture
async def relay_exchange(settings: Settings, clock: HandClock, hearing: Hearing) -> AsyncIterator[Exchange]:
    """The same with ConversationRelay switched on."""
    async for each in _exchange(replace(settings, call_relay=True), clock, hearing):
        yield each


@pytest.fixture
async def recorded_exchange(settings: Settings, clock: HandClock, hearing: Hearing) -> AsyncIterator[Exchange]:
    """The same with recording switched on."""
    async for each in _exchange(replace(settings, record_calls=True), clock, hearing):
        yield each


async def _exchange(settings: Settings, clock: HandClock, hearing: Hearing) -> AsyncIterator[Exchange]:
    hall = Hall(settings, clock)
    hall.knowledge.hearing = hearing
    engine = TalkingEngine(hall)
    async with TestClient(TestServer(make_app(hall, engine))) as client:
        yield Exchange(hall, clock, engine, client)
    hall.close()
