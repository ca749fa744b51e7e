"""What the citizen hears in a confirmed hall: what is generally needed, and by when the rest is verified."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.errands import PlaceOrder
from actions.guidance import AnswerItem
from actions.turn import HallAction
from hotline.hall import Hall
from hotline.profile import read_profile
from hotline.settings import Settings
from hotline.store import Database
from tests.builders import GUANZIGOU, HandClock
from tests.catalogue.little import BUNDLES, NEARBY, PROFILE, TinyEncoder, little

SLOTS: dict[str, Any] = {
    "item_code": "030002", "item_text": "娃儿要上户口", "applicant_name": "王", "contact_phone": "13800001234",
    "pickup_place": {"code": GUANZIGOU, "township": "柳林镇", "text": "柳林镇罐子沟村"}, "form_instance": "1",
    "pickup_time": {"from": "2026-11-24T10:00:00+08:00", "to": "2026-11-24T10:00:00+08:00", "text": "明天上午10点"},
}  # fmt: skip


@pytest.fixture
def hall(sqlite: Database, tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    """The small hall, confirmed by its administrator."""
    file = tmp_path / "hall.yml"
    file.write_text(yaml.safe_dump(PROFILE | {"confirmed": True}, allow_unicode=True, sort_keys=False), "utf-8")
    files = little(read_profile(file))
    hall = Hall(Settings(database_url=sqlite.url.render_as_string(), profile=file), clock, [TinyEncoder()])
    monkeypatch.setattr(hall, "read_files", lambda: files)
    monkeypatch.setattr("hotline.knowledge.open_lookup", lambda *_, **__: None)
    hall.bundles, hall.nearby = BUNDLES, NEARBY
    yield hall
    hall.close()


def say(hall: Hall, action: HallAction, text: str, **slots: Any) -> str:
    """What the assistant answers, in a new conversation."""
    with hall.database.begin() as session:
        token = hall.conversations.start(session, "web").token
    message = {"text": text, "intent": {"name": "ask_item_info"}, "entities": [], "metadata": {"message_id": "1"}}
    dispatcher = CollectingDispatcher()
    action._run(dispatcher, Tracker(token, slots, message, [], False, None, {}, None))
    return "".join(str(said.get("text") or said.get("response")) for said in dispatcher.messages)


def test_a_question_is_answered_with_what_is_general_and_the_rest_is_promised(hall: Hall) -> None:
    told = say(hall, AnswerItem(hall), "娃儿上户口咋个办", item_code="030002")
    assert told == (
        "您要办的是“出生登记（户口登记）”。在小市民之家公安专区办。我已经请公安首席核实，明天上午11点前在这里告诉您。"
        "要不要喊跑手帮您跑一趟？不要钱。"
    )
    with hall.database.read() as session:
        (task,) = hall.verifications.open_tasks(session)
        assert len(hall.verifications.askers(session, task)) == 1


def test_a_question_about_the_fee_alone_is_promised_too(hall: Hall) -> None:
    told = say(hall, AnswerItem(hall), "要好多钱", item_code="030002")
    assert told.startswith("“出生登记（户口登记）”：费用还没有核实，不能乱说。我已经请公安首席核实，")
    assert "费用：不收费。" in say(hall, AnswerItem(hall), "要好多钱", item_code="030003")  # confirmed


def test_who_orders_hears_that_nothing_is_collected_before(hall: Hall) -> None:
    told = say(hall, PlaceOrder(hall), "对", **SLOTS, confirmed=True)
    assert told.endswith("我已经请公安首席核实，明天上午11点前在这里告诉您。核实以前跑手不来收材料。")
    with hall.database.read() as session:
        (task,) = hall.verifications.open_tasks(session)
        assert len(hall.verifications.askers(session, task)) == 1
