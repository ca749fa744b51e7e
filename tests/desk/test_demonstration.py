"""The demonstration fills an empty hall with something for every view, and no other hall."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.demonstration import fill
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.settings import Settings
from hotline.store.schema import Conversation, FollowUp
from hotline.vocabulary import ConversationState, OrderState
from tests.builders import HandClock


def test_the_demonstration_has_something_for_every_view(migrated_sqlite: Path, tmp_path: Path, clock: HandClock) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "paotuan.db")
    hall = Hall(replace(Settings(), data_dir=tmp_path), clock)
    fill(hall)
    with hall.database.read() as session:
        states = hall.orders.count_by_state(session)
        assert {OrderState.ESCALATED, OrderState.SUPPLEMENT, OrderState.DELIVERED, OrderState.CANCELLED} <= set(states)
        assert session.query(Conversation).filter_by(state=ConversationState.WAITING).count() == 3
        assert session.query(FollowUp).count() == 2
    with pytest.raises(InvalidInput):
        fill(hall)
    hall.close()
