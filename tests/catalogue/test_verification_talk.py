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
from hotline.catalogue.catalogue import TypicalQuestion
from hotline.catalogue.typical_questions import TypicalQuestions
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


def test_a_typical_question_waits_for_its_own_answer(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = TypicalQuestion("没扯结婚证能上户口不")
    monkeypatch.setattr(TypicalQuestions, "asked", lambda *_: asked)
    told = say(hall, AnswerItem(hall), "我们两个还没领证，上得到不", item_code="030002", item_text="娃儿上户口")
    assert told.startswith(
        "“出生登记（户口登记）”，您问“没扯结婚证能上户口不”：还没有核实，不能乱说。我已经请公安首席核实，明天上午11点前在这里告诉您。"
    )
    with hall.database.read() as session:
        (task,) = hall.verifications.open_tasks(session)
        assert hall.verifications.questions_of(session, task) == ["没扯结婚证能上户口不"]


def test_who_names_the_item_in_the_same_breath_gets_the_notice_too(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = TypicalQuestion("死亡证明搞掉了咋办", "找医院补一份。")
    monkeypatch.setattr(TypicalQuestions, "asked", lambda *_: asked)
    text = "老汉儿走了要销户口，死亡证明搞落了咋个办"
    told = say(hall, AnswerItem(hall), text, item_code="030003", item_text=text)
    assert told.index("您问“死亡证明搞掉了咋办”：找医院补一份。") < told.index("您要办的是“死亡注销户口登记（户口注销）”")
    assert "您要办的是" not in say(hall, AnswerItem(hall), text, item_code="030003", item_text="销户口")


def test_who_orders_hears_that_nothing_is_collected_before(hall: Hall) -> None:
    told = say(hall, PlaceOrder(hall), "对", **SLOTS, confirmed=True)
    assert told.endswith("我已经请公安首席核实，明天上午11点前在这里告诉您。核实以前跑手不来收材料。")
    with hall.database.read() as session:
        (task,) = hall.verifications.open_tasks(session)
        assert len(hall.verifications.askers(session, task)) == 1
