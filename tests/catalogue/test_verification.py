"""核实 in a confirmed hall: asked once, answered once, told to everybody, and no paper collected before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.orm import Session

from hotline.carrying import Step
from hotline.catalogue.catalogue import Catalogue, Item, TypicalQuestion
from hotline.clock import LOCAL
from hotline.errors import AlreadyVerified, CatalogueFault, Forbidden, InvalidInput, NotVerified
from hotline.hall import Hall
from hotline.profile import read_profile
from hotline.settings import Settings
from hotline.store import Database
from hotline.store.outbox import Outgoing
from hotline.store.schema import Conversation, ErrandOrder, Runner, Staff
from hotline.store.verification import Verification
from hotline.verified import answer_verification, verified_item
from hotline.vocabulary import DeadlineKind, Means, OrderAction, OrderState, Role
from tests.builders import HandClock, at_once, request_for, runner, staff, texts
from tests.catalogue.little import BUNDLES, NEARBY, PROFILE, TinyEncoder, little

ANSWER: dict[str, Any] = {
    "materials": ["出生医学证明/原件", "居民户口簿/原件", "结婚证/复印件/容缺"], "fee": "不收费", "window_group": "户籍",
    "promised_days": 0,
}  # fmt: skip
BIRTH = "030002"


@pytest.fixture
def hall(
    database: Database, tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hall]:
    """The small hall, confirmed by its administrator; only one of its items is confirmed."""
    file = tmp_path / "hall.yml"
    file.write_text(yaml.safe_dump(PROFILE | {"confirmed": True}, allow_unicode=True, sort_keys=False), "utf-8")
    files = little(read_profile(file))
    url = database.url.render_as_string(hide_password=False)
    hall = Hall(Settings(data_dir=tmp_path, database_url=url, profile=file), clock, [TinyEncoder()])
    monkeypatch.setattr(hall, "read_files", lambda: files)
    hall.bundles, hall.nearby = BUNDLES, NEARBY
    yield hall
    hall.close()


def item(hall: Hall, code: str = BIRTH) -> Item:
    found = hall.catalogue.get(code)
    assert found is not None
    return found


def citizen_asks(hall: Hall, session: Session, code: str = BIRTH) -> Conversation:
    conversation = hall.conversations.start(session, "web")
    hall.verifications.ask(session, item(hall, code), conversation.id)
    return conversation


def answer(hall: Hall, session: Session, answer: dict[str, Any] = ANSWER, who: Staff | None = None) -> Verification:
    (task,) = hall.verifications.open_tasks(session)
    return answer_verification(hall, session, task.id, answer, staff=who, by=who.name if who else "管理员")


def heard(hall: Hall, session: Session, conversation: Conversation) -> list[str]:
    return texts(hall.conversations.after(session, conversation, 0))


def order_of(hall: Hall, session: Session, **changes: Any) -> ErrandOrder:
    """An errand for the birth registration, accepted by a runner."""
    who = runner("R1")
    session.add(who)
    conversation = hall.conversations.start(session, "web")
    request = request_for(item_code=BIRTH, conversation_id=conversation.id, materials=["猜的材料"], **changes)
    order, _ = hall.orders.place(session, request)
    session.flush()
    hall.dispatch.assign(session, order, who, actor="小李")
    return order


def collect(hall: Hall, session: Session, order: ErrandOrder) -> None:
    who = session.get_one(Runner, order.runner_id)
    hall.carrying.carry_on(session, who, str(order.number), Step(OrderAction.COLLECT))


# --- asking


def test_many_questions_about_one_item_are_one_task(hall: Hall) -> None:
    with hall.database.begin() as session:
        first, second = citizen_asks(hall, session), citizen_asks(hall, session)
        hall.verifications.ask(session, item(hall), first.id)  # asks again
        (task,) = hall.verifications.open_tasks(session)
        waiting = [asker.conversation_id for asker in hall.verifications.askers(session, task)]
        assert waiting == [first.id, second.id]
        assert (task.item_name, task.zone) == ("出生登记（户口登记）", "police")


def test_the_task_is_due_in_office_hours(hall: Hall, clock: HandClock) -> None:
    assert hall.settings.verify_within == timedelta(hours=4)
    with hall.database.begin() as session:  # Monday at ten, open from nine to twelve: two hours, and two on Tuesday
        citizen_asks(hall, session)
        (task,) = hall.verifications.open_tasks(session)
        assert task.due_at == datetime(2026, 11, 24, 11, tzinfo=LOCAL)
        assert hall.verifications.promise(task) == "我已经请公安首席核实，明天上午11点前在这里告诉您。"


def test_what_is_confirmed_needs_no_task_and_the_demonstration_none_at_all(hall: Hall) -> None:
    with hall.database.begin() as session:
        citizen_asks(hall, session, "030003")
        assert hall.verifications.open_tasks(session) == []
        object.__setattr__(hall.profile, "confirmed", False)
        citizen_asks(hall, session)
        order = order_of(hall, session)
        collect(hall, session, order)
        assert hall.verifications.open_tasks(session) == []


def test_questions_at_the_same_moment_are_one_task(hall: Hall) -> None:
    assert hall.catalogue
    results = at_once(hall.database, 6, lambda session: citizen_asks(hall, session).id)
    assert all(isinstance(one, int) for one in results)
    with hall.database.read() as session:
        (task,) = hall.verifications.open_tasks(session)
        assert len(hall.verifications.askers(session, task)) == 6


# --- answering


def test_the_answer_reaches_everybody_who_waits_and_confirms_the_item(hall: Hall) -> None:
    with hall.database.begin() as session:
        waiting = [citizen_asks(hall, session), citizen_asks(hall, session)]
        answer(hall, session)
        for conversation in waiting:
            assert heard(hall, session, conversation) == [
                "您问的事公安首席核实好了。您要办的是“出生登记（户口登记）”。在小市民之家公安专区C01号窗口办（区公安分局）。"
                "需要：出生医学证明、居民户口簿、结婚证（复印件）（可以后补）。当场办结。费用：不收费。"
            ]
        assert hall.verifications.open_tasks(session) == []
        assert [one.answered_by for one in hall.verifications.answered_tasks(session)] == ["管理员"]
    assert hall.switch_version()
    assert item(hall).confirmed and item(hall).fee == "不收费"
    with hall.database.begin() as session:
        citizen_asks(hall, session)
        assert hall.verifications.open_tasks(session) == []


def test_the_new_version_can_be_undone_and_then_is_asked_about_again(hall: Hall) -> None:
    with hall.database.begin() as session:
        citizen_asks(hall, session)
        answer(hall, session)
    assert hall.switch_version()
    with hall.database.begin() as session:
        assert hall.versions.undo(session, by="小李").note == "目录文件"
    assert hall.switch_version() and not item(hall).confirmed
    with hall.database.begin() as session:
        citizen_asks(hall, session)
        answer(hall, session)  # the same answer: the same version, live again
    assert hall.switch_version() and item(hall).confirmed


def test_two_answers_are_both_in_the_live_version(hall: Hall) -> None:
    with hall.database.begin() as session:
        citizen_asks(hall, session)
        answer(hall, session)
    with hall.database.begin() as session:  # the hall still remembers the version before
        citizen_asks(hall, session, "070001")
        answer(hall, session, ANSWER | {"window_group": "婚姻"})
    assert hall.switch_version()
    assert [one.code for one in hall.catalogue if one.confirmed] == ["030002", "030003", "070001"]


def test_what_the_answer_leaves_out_is_unknown_not_guessed(catalogue: Catalogue) -> None:
    guessed = catalogue.get("030003")
    assert guessed and guessed.legal_days == 20
    verified = verified_item(guessed, {"materials": [], "fee": "工本费10元", "window_group": "户籍"})
    assert (verified.materials, verified.legal_days, verified.promised_days, verified.visits) == ((), None, None, None)
    assert verified.confirmed and verified.aliases == guessed.aliases and verified.help is guessed.help


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fee": ""}, "请写明费用"),
        ({"materials": None}, "请写明材料"),
        ({"materials": "户口簿"}, "一行一条"),
        ({"promised_days": "五天"}, "应当是数字"),
        ({"help": "FLY"}, "帮办方式"),
        ({"aliases": ["上户"]}, "不认识的栏目：aliases"),
    ],
)
def test_a_faulty_answer_is_told_and_changes_nothing(
    catalogue: Catalogue, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidInput) as fault:
        verified_item(catalogue.items[1], ANSWER | change)
    assert words in fault.value.wording


def test_an_answer_that_the_catalogue_check_refuses_leaves_the_task_open(hall: Hall) -> None:
    with hall.database.begin() as session:
        waiting = citizen_asks(hall, session)
    with pytest.raises(CatalogueFault) as fault, hall.database.begin() as session:
        answer(hall, session, ANSWER | {"window_group": "没有这一组"})
    assert "窗口组“没有这一组”" in fault.value.wording
    with hall.database.begin() as session:
        assert len(hall.verifications.open_tasks(session)) == 1 and heard(hall, session, waiting) == []
        assert hall.versions.live_number(session) is None


def test_of_two_answers_one_counts(hall: Hall) -> None:
    with hall.database.begin() as session:
        waiting = citizen_asks(hall, session)
        (task,) = hall.verifications.open_tasks(session)
    results = at_once(
        hall.database, 2,
        lambda session: answer_verification(hall, session, task.id, ANSWER, staff=None, by="管理员").id,
    )  # fmt: skip
    assert sorted(type(one).__name__ for one in results) == ["AlreadyVerified", "int"]
    assert any(isinstance(one, AlreadyVerified) for one in results)
    with hall.database.read() as session:
        assert len(heard(hall, session, waiting)) == 1


def test_the_zones_own_lead_officer_answers(hall: Hall) -> None:
    with hall.database.begin() as session:
        own = staff("gong", "公首席", Role.LEAD_OFFICER)
        other, desk = staff("min", "民首席", Role.LEAD_OFFICER), staff()
        session.add_all([own, other, desk])
        session.flush()
        assert hall.staff.may_verify(session, other, "police")  # the post is vacant
        hall.staff.appoint(session, "gong", "police")
        citizen_asks(hall, session)
        for stranger in (other, desk):
            with pytest.raises(Forbidden) as refusal:
                answer(hall, session, who=stranger)
            assert refusal.value.wording == "这一项由公安首席核实。"
        assert answer(hall, session, who=own).answered_by == "公首席"
        with pytest.raises(InvalidInput):
            hall.staff.appoint(session, "li", "police")


def test_an_import_that_confirms_the_item_settles_the_task(hall: Hall) -> None:
    with hall.database.begin() as session:
        waiting = citizen_asks(hall, session)
        assert hall.verifications.step(session) == []
        confirmed = verified_item(item(hall), ANSWER)
        hall.versions.amend(session, hall.read_files(), BUNDLES, [confirmed], by="小李", note="官方目录")
    assert hall.switch_version()
    with hall.database.begin() as session:
        assert [task.answered_by for task in hall.verifications.step(session)] == ["事项目录"]
        assert len(heard(hall, session, waiting)) == 1 and hall.verifications.step(session) == []


# --- typical questions


def test_what_was_asked_is_answered_with_the_verified_words_and_kept(hall: Hall) -> None:
    asked = "没扯结婚证能上户口不"
    with hall.database.begin() as session:
        waiting, other = hall.conversations.start(session, "web"), citizen_asks(hall, session)
        for _ in range(2):
            hall.verifications.ask(session, item(hall), waiting.id, question=asked)
        (task,) = hall.verifications.open_tasks(session)
        assert hall.verifications.questions_of(session, task) == [asked]
        answer(hall, session, ANSWER | {"who_may_act": "父母一方来就行", "questions": [f"{asked}｜能上，跟哪个都可以。"]})
        (told,) = heard(hall, session, waiting)
        assert "谁能办：父母一方来就行。需要：" in told
        assert told.endswith(f"“出生登记（户口登记）”，您问“{asked}”：能上，跟哪个都可以。")
        assert asked not in heard(hall, session, other)[0]
    assert hall.switch_version()
    assert item(hall).questions == (TypicalQuestion(asked, "能上，跟哪个都可以。"),)


def test_what_the_lead_officer_leaves_out_is_no_fact(catalogue: Catalogue) -> None:
    guessed = replace(catalogue.items[1], who_may_act="猜的", questions=(TypicalQuestion("跟妈妈姓得不", "猜的。"),))
    verified = verified_item(guessed, ANSWER)
    assert verified.who_may_act == "" and verified.questions == (TypicalQuestion("跟妈妈姓得不"),)
    more = verified_item(guessed, ANSWER | {"questions": ["要排队不｜不排。"]})
    assert more.questions == (TypicalQuestion("跟妈妈姓得不"), TypicalQuestion("要排队不", "不排。"))


def test_who_asked_what_nobody_could_say_hears_that(hall: Hall) -> None:
    with hall.database.begin() as session:
        waiting = hall.conversations.start(session, "web")
        hall.verifications.ask(session, item(hall), waiting.id, question="落户以后能改名不")
        answer(hall, session)
        assert "您问“落户以后能改名不”：目录里没有写，可以先打12345问" in heard(hall, session, waiting)[0]


# --- overdue


def test_an_overdue_task_goes_to_the_director_once(hall: Hall, clock: HandClock) -> None:
    with hall.database.begin() as session:
        waiting = citizen_asks(hall, session)
    clock.advance(hours=24)  # Tuesday at ten
    with hall.database.begin() as session:
        assert hall.verifications.step(session) == []
    clock.advance(hours=1)
    with hall.database.begin() as session:
        (task,) = hall.verifications.step(session)
        assert task.escalated_at == clock() and hall.verifications.step(session) == []
        assert heard(hall, session, waiting) == [
            "您问的“出生登记（户口登记）”还没有核实好，已经报给主任催办，一核实好马上告诉您。"
        ]
        assert "已经报主任催办" in hall.verifications.promise(task)


def test_two_halls_escalate_a_task_once(hall: Hall, clock: HandClock) -> None:
    with hall.database.begin() as session:
        waiting = citizen_asks(hall, session)
    clock.advance(days=2)
    results = at_once(hall.database, 2, lambda session: len(hall.verifications.step(session)))
    assert sorted(one for one in results if isinstance(one, int)) == [0, 1]
    with hall.database.read() as session:
        assert len(heard(hall, session, waiting)) == 1


# --- errands


def test_no_paper_is_collected_before_the_answer_and_the_errand_goes_on_after_it(hall: Hall) -> None:
    with hall.database.begin() as session:
        order = order_of(hall, session)
        (task,) = hall.verifications.open_tasks(session)
        with pytest.raises(NotVerified) as refusal:
            collect(hall, session, order)
        assert refusal.value.wording == (
            "“出生登记（户口登记）”要哪些材料还没有核实，先不要去收。公安首席明天上午11点前有结果，核实好了这里会更新。"
        )
        assert order.state is OrderState.ACCEPTED
    with hall.database.begin() as session:
        answer(hall, session)
    with hall.database.begin() as session:  # at once, before the hall's memory follows
        order = hall.orders.get(session, str(order.number))
        assert order.materials == ["出生医学证明", "居民户口簿", "结婚证"]
        assert order.events[-1].reason == "材料已核实"
        conversation = session.get_one(Conversation, order.conversation_id)
        assert heard(hall, session, conversation)[-1].endswith(f"订单{order.number}可以收材料了，跑手照约好的时间来。")
        collect(hall, session, order)
        assert order.state is OrderState.COLLECTED and task.id


def test_an_order_from_before_the_hall_was_confirmed_waits_too(hall: Hall) -> None:
    with hall.database.begin() as session:
        object.__setattr__(hall.profile, "confirmed", False)
        order = order_of(hall, session)
        object.__setattr__(hall.profile, "confirmed", True)
        with pytest.raises(NotVerified) as refusal:
            collect(hall, session, order)
        assert "请联系工作台" in refusal.value.wording
        citizen_asks(hall, session)  # or the desk opens the task
        answer(hall, session)
        collect(hall, session, order)


def test_an_errand_that_is_no_item_waits_for_nothing(hall: Hall) -> None:
    with hall.database.begin() as session:
        who = runner("R1")
        session.add(who)
        order, _ = hall.orders.place(session, request_for(item_code=None))
        hall.dispatch.assign(session, order, who, actor="小李")
        session.flush()
        collect(hall, session, order)
        assert order.state is OrderState.COLLECTED


def test_who_asked_by_telephone_is_told_by_text(hall: Hall) -> None:
    with hall.database.begin() as session:
        caller = hall.conversations.start(session, "phone")
        caller.contact = "13800001234"
        hall.verifications.ask(session, item(hall), caller.id)
        task = answer(hall, session)
        (sent,) = session.query(Outgoing).all()
        assert (sent.address, sent.means, sent.key) == (
            "13800001234", Means.SMS, f"verification:{task.id}:answer:{caller.id}",
        )  # fmt: skip
        assert sent.text == "您问的事公安首席核实好了。（内容不便写在短信里，请打热线问）"  # 出生 is nobody else's business
        assert "居民户口簿" in heard(hall, session, caller)[-1]


def test_the_runner_is_expected_only_from_the_answer_on(hall: Hall, clock: HandClock) -> None:
    with hall.database.begin() as session:
        order = order_of(hall, session)
        clock.advance(days=2)
        answer(hall, session)
        (running,) = hall.deadlines.running(session, order, DeadlineKind.COLLECT)
        assert running.due_at > clock()
