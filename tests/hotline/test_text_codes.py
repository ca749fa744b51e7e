"""A code by text proves a number: once, for a few minutes and tries, and nobody learns who is known here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cipher import Cipher
from hotline.conversations import Conversations
from hotline.drafts import Drafts
from hotline.errors import TooManyAttempts
from hotline.evaluation.stage import TextLine
from hotline.outbox import HIDDEN, Outbox
from hotline.store import Database
from hotline.store.outbox import Outgoing
from hotline.store.schema import Conversation
from hotline.store.text_codes import TextCode
from hotline.text_codes import MOST_TEXTS, TRIES, TextCodes
from tests.builders import HandClock

MINE, STRANGERS = "13800001234", "13999999998"


@pytest.fixture
def codes(clock: HandClock, tmp_path: Path) -> TextCodes:
    return TextCodes(Outbox(clock, [TextLine()]), Cipher(tmp_path), clock)


@pytest.fixture
def chat(session: Session, clock: HandClock) -> Conversation:
    """A new chat of somebody who began an errand in another one."""
    conversations = Conversations(clock)
    Drafts(clock).keep(session, conversations.start(session, "web"), {"item_code": "030001", "contact_phone": MINE})
    return conversations.start(session, "web")


def texted(session: Session) -> list[str]:
    """The codes that were texted, oldest first."""
    return [re.findall(r"\d{6}", text)[0] for text in session.scalars(select(Outgoing.text).order_by(Outgoing.id))]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_proves_the_number_once(session: Session, codes: TextCodes, chat: Conversation) -> None:
    codes.send(session, chat, MINE)
    (code,) = texted(session)
    assert not codes.check(session, chat, wrong(code)) and chat.contact == ""
    assert codes.check(session, chat, code) and chat.contact == MINE
    assert not codes.check(session, chat, code)


def test_the_code_is_not_kept_as_it_is(session: Session, codes: TextCodes, chat: Conversation) -> None:
    codes.send(session, chat, MINE)
    row = session.scalars(select(TextCode)).one()
    assert texted(session)[0] not in row.code_hash and len(row.code_hash) == 64


def test_only_who_has_the_key_can_try_codes(
    session: Session, codes: TextCodes, chat: Conversation, tmp_path: Path
) -> None:
    """A million codes are soon tried over a stolen table: without the key file it tells nothing."""
    codes.send(session, chat, MINE)
    code, elsewhere = texted(session)[0], TextCodes(codes.outbox, Cipher(tmp_path / "elsewhere"), codes.clock)
    assert not elsewhere.check(session, chat, code)
    assert codes.check(session, chat, code)


def test_two_rows_with_one_code_do_not_look_alike(
    session: Session, codes: TextCodes, chat: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.text_codes.secrets.randbelow", lambda _: 1234)
    codes.send(session, chat, MINE)
    codes.send(session, chat, MINE)
    first, second = session.scalars(select(TextCode.code_hash))
    assert first != second and texted(session) == ["001234", "001234"]


def test_the_text_is_not_kept_once_it_left(database: Database, codes: TextCodes, clock: HandClock) -> None:
    with database.begin() as session:
        conversations = Conversations(clock)
        Drafts(clock).keep(session, conversations.start(session, "web"), {"item_code": "030001", "contact_phone": MINE})
        codes.send(session, conversations.start(session, "web"), MINE)
    codes.outbox.step(database)
    with database.read() as session:
        assert session.scalars(select(Outgoing.text)).all() == [HIDDEN]


def test_it_lapses(session: Session, codes: TextCodes, chat: Conversation, clock: HandClock) -> None:
    codes.send(session, chat, MINE)
    clock.advance(minutes=10)
    assert not codes.check(session, chat, texted(session)[0])


def test_after_five_tries_the_right_one_comes_too_late(session: Session, codes: TextCodes, chat: Conversation) -> None:
    codes.send(session, chat, MINE)
    (code,) = texted(session)
    for _ in range(TRIES):
        assert not codes.check(session, chat, wrong(code))
    with pytest.raises(TooManyAttempts):
        codes.check(session, chat, code)
    assert chat.contact == ""


def test_a_code_counts_only_where_it_was_asked_for(
    session: Session, codes: TextCodes, chat: Conversation, clock: HandClock
) -> None:
    codes.send(session, chat, MINE)
    other = Conversations(clock).start(session, "web")
    assert not codes.check(session, other, texted(session)[0])


def test_only_the_newest_code_counts(session: Session, codes: TextCodes, chat: Conversation) -> None:
    codes.send(session, chat, MINE)
    codes.send(session, chat, MINE)
    first, second = texted(session)
    if first != second:
        assert not codes.check(session, chat, first)
    assert codes.check(session, chat, second)


def test_strangers_are_not_texted(session: Session, codes: TextCodes, chat: Conversation) -> None:
    codes.send(session, chat, STRANGERS)
    assert texted(session) == [] and not codes.check(session, chat, "000000")


def test_nobody_is_texted_without_end(
    session: Session, codes: TextCodes, chat: Conversation, clock: HandClock
) -> None:
    conversations = Conversations(clock)
    for _ in range(MOST_TEXTS):  # each time from another chat
        codes.send(session, conversations.start(session, "web"), MINE)
    with pytest.raises(TooManyAttempts):
        codes.send(session, chat, MINE)
    clock.advance(hours=1)
    codes.send(session, chat, MINE)


def test_without_a_line_for_texts_nothing_is_offered(clock: HandClock, codes: TextCodes, tmp_path: Path) -> None:
    assert not TextCodes(Outbox(clock), Cipher(tmp_path), clock).can_reach(MINE)
    assert codes.can_reach(MINE) and not codes.can_reach("08273366123")
