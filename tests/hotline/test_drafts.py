"""Errands in the making: found again by whoever proves that the number is theirs, and by nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.conversations import Conversations
from hotline.drafts import Drafts
from hotline.store.schema import Conversation
from tests.builders import HandClock

BEGUN: dict[str, Any] = {
    "item_code": "030001", "contact_phone": "13800001234", "pickup_place": {"text": "柳林镇"}, "pending": "none",
}  # fmt: skip


@pytest.fixture
def drafts(clock: HandClock) -> Drafts:
    return Drafts(clock)


def conversation(session: Session, clock: HandClock, contact: str = "") -> Conversation:
    begun = Conversations(clock).start(session, "sms" if contact else "web")
    begun.contact = contact
    return begun


def test_the_same_number_goes_on_elsewhere(session: Session, clock: HandClock, drafts: Drafts) -> None:
    drafts.keep(session, conversation(session, clock), BEGUN)
    texting = conversation(session, clock, "13800001234")
    found = drafts.take(session, texting)
    assert found == {name: BEGUN[name] for name in ("item_code", "contact_phone", "pickup_place")}
    assert drafts.found(session, texting) is None  # it is over there


def test_a_stranger_or_a_chat_without_proof_finds_nothing(session: Session, clock: HandClock, drafts: Drafts) -> None:
    drafts.keep(session, conversation(session, clock), BEGUN)
    assert drafts.found(session, conversation(session, clock, "13999999999")) is None
    assert drafts.found(session, conversation(session, clock)) is None


def test_what_is_ordered_dropped_or_old_is_not_offered(session: Session, clock: HandClock, drafts: Drafts) -> None:
    chat, texting = conversation(session, clock), conversation(session, clock, "13800001234")
    drafts.keep(session, chat, BEGUN)
    drafts.forget(session, chat)
    assert drafts.found(session, texting) is None
    drafts.keep(session, chat, BEGUN)
    clock.advance(days=8)
    assert drafts.found(session, texting) is None


def test_nothing_is_kept_before_there_is_an_item_and_a_number(
    session: Session, clock: HandClock, drafts: Drafts
) -> None:
    drafts.keep(session, conversation(session, clock), BEGUN | {"contact_phone": None})
    assert drafts.found(session, conversation(session, clock, "13800001234")) is None


def test_a_draft_grows(session: Session, clock: HandClock, drafts: Drafts) -> None:
    chat = conversation(session, clock)
    drafts.keep(session, chat, BEGUN)
    drafts.keep(session, chat, BEGUN | {"applicant_name": "王"})
    found = drafts.found(session, conversation(session, clock, "13800001234"))
    assert found and found["applicant_name"] == "王"
