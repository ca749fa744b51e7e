"""Each paper is in one hand, each handover has its note, and originals come home in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.carrying import Step
from hotline.errors import InvalidInput
from hotline.papers import Hand, Sheet
from hotline.store import Database
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import DeadlineKind, Holder, Level, OrderAction, OrderState, TeamLevel
from tests.builders import Core, order_in, runner

A, S, H = OrderAction, OrderState, Holder


def carried(session: Session, **changes: Any) -> tuple[ErrandOrder, Runner]:
    order = order_in(session, S.ACCEPTED, materials=["出生医学证明", "户口簿"], **changes)
    someone = runner("R0001", TeamLevel.VILLAGE, name="赵大勇")
    session.add(someone)
    session.flush()
    order.runner_id = someone.id
    return order, someone


def step(core: Core, session: Session, order: ErrandOrder, who: Runner, action: OrderAction, **more: Any) -> None:
    core.carrying.carry_on(session, who, str(order.number), Step(action, **more))


def hands(core: Core, session: Session, order: ErrandOrder) -> dict[str, str]:
    return {
        f"{paper.name}{'' if paper.is_original else '（复印件）'}×{paper.count}": paper.holder_name
        for paper in core.papers.of_order(session, order)
    }


def test_papers_go_from_the_door_to_the_window_and_home(core: Core, session: Session) -> None:
    order, who = carried(session)
    step(core, session, order, who, A.COLLECT)
    assert hands(core, session, order) == {"出生医学证明×1": "赵大勇（R0001）", "户口簿（复印件）×1": "赵大勇（R0001）"}
    step(core, session, order, who, A.SUBMIT)
    assert set(hands(core, session, order).values()) == {"窗口"}
    step(core, session, order, who, A.COMPLETE)  # the copy stays in the window's file
    assert hands(core, session, order) == {"出生医学证明×1": "赵大勇（R0001）", "户口簿（复印件）×1": "窗口"}
    step(core, session, order, who, A.DELIVER)
    assert hands(core, session, order) == {"出生医学证明×1": "王", "户口簿（复印件）×1": "窗口"}
    notes = core.papers.notes(session, order)
    assert [(note.position, note.giver, note.taker, len(note.lines)) for note in notes] == [
        (1, H.CITIZEN, H.RUNNER, 2), (2, H.RUNNER, H.WINDOW, 2), (3, H.WINDOW, H.RUNNER, 1), (4, H.RUNNER, H.CITIZEN, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("team", list(TeamLevel))
def test_a_runner_of_every_team_collects(core: Core, session: Session, team: TeamLevel) -> None:
    order, who = carried(session)
    who.team = team
    step(core, session, order, who, A.COLLECT)
    assert [leg.level.name for leg in core.papers.legs(session, order)] == [team.name]


def test_what_was_really_counted_goes_on_the_note(core: Core, session: Session) -> None:
    order, who = carried(session)
    counted = (Sheet("出生医学证明"), Sheet("户口簿", count=1), Sheet("照片", False, 3))
    step(core, session, order, who, A.COLLECT, sheets=counted)
    assert set(hands(core, session, order)) == {"出生医学证明×1", "户口簿×1", "照片（复印件）×3"}
    step(core, session, order, who, A.SUBMIT, sheets=(Sheet("户口簿"), Sheet("照片", False, 2)))
    assert hands(core, session, order) == {
        "出生医学证明×1": "赵大勇（R0001）", "户口簿×1": "窗口", "照片（复印件）×2": "窗口", "照片（复印件）×1": "赵大勇（R0001）",
    }  # fmt: skip
    new = (Sheet("户口簿"), Sheet("居民身份证"))
    step(core, session, order, who, A.COMPLETE, sheets=new)  # the window gives the result out
    step(core, session, order, who, A.DELIVER)
    assert {name: hand for name, hand in hands(core, session, order).items() if hand == "王"} == {
        "出生医学证明×1": "王", "户口簿×1": "王", "居民身份证×1": "王", "照片（复印件）×1": "王",
    }  # fmt: skip


@pytest.mark.parametrize("sheets", [(Sheet("房产证"),), (Sheet("出生医学证明", count=2),)])
def test_nobody_hands_on_what_they_do_not_hold(core: Core, session: Session, sheets: tuple[Sheet, ...]) -> None:
    order, who = carried(session)
    step(core, session, order, who, A.COLLECT)
    with pytest.raises(InvalidInput):
        step(core, session, order, who, A.SUBMIT, sheets=sheets)
    assert order.state is S.COLLECTED
    assert set(hands(core, session, order).values()) == {"赵大勇（R0001）"}


@pytest.mark.parametrize(("name", "count"), [("", 1), ("字" * 201, 1), ("户口簿", 0), ("户口簿", 1000)])
def test_a_paper_has_a_name_and_a_number(name: str, count: int) -> None:
    with pytest.raises(InvalidInput):
        Sheet(name, count=count)


def test_no_papers_at_all_is_an_answer_too(core: Core, session: Session) -> None:
    order, who = carried(session)
    step(core, session, order, who, A.COLLECT, sheets=())
    assert hands(core, session, order) == {}
    assert [len(note.lines) for note in core.papers.notes(session, order)] == [0]


def test_the_same_step_sent_twice_writes_one_note(core: Core, session: Session) -> None:
    order, who = carried(session)
    for _ in range(2):
        step(core, session, order, who, A.COLLECT, sheets=(Sheet("户口簿"),))
    assert len(core.papers.notes(session, order)) == 1


def test_another_runner_takes_over_the_papers_with_a_note_and_a_leg(core: Core, session: Session) -> None:
    order, who = carried(session)
    step(core, session, order, who, A.COLLECT)
    other = runner("R0002", TeamLevel.DISTRICT, name="钱小兰")
    session.add(other)
    session.flush()
    core.clock.advance(hours=1)
    core.changes.reassign(session, order, other, actor="小李", reason="车坏了")
    assert set(hands(core, session, order).values()) == {"钱小兰（R0002）"}
    note = core.papers.notes(session, order)[-1]
    assert (note.giver_name, note.taker_name, len(note.lines)) == ("赵大勇（R0001）", "钱小兰（R0002）", 2)
    legs = core.papers.legs(session, order)
    assert [(leg.level, leg.from_place, leg.to_place) for leg in legs] == [
        (Level.VILLAGE, "柳林镇罐子沟村小卖部旁边", "途中交接"), (Level.DISTRICT, "途中交接", ""),
    ]  # fmt: skip
    step(core, session, order, other, A.SUBMIT)
    assert core.papers.legs(session, order)[-1].to_place == "窗口"


def test_who_holds_an_original_and_until_when_is_always_visible(core: Core, session: Session) -> None:
    order, who = carried(session)
    step(core, session, order, who, A.COLLECT)
    (paper,) = core.papers.abroad(session)
    assert (paper.name, paper.holder_name) == ("出生医学证明", "赵大勇（R0001）")
    assert paper.until == core.clock() + timedelta(days=1)
    assert core.papers.abroad(session, runner=who) == [paper]
    step(core, session, order, who, A.SUBMIT)
    assert paper.until == core.clock() + timedelta(days=3)  # the item's promise
    assert core.papers.abroad(session, runner=who) == []
    step(core, session, order, who, A.COMPLETE)
    step(core, session, order, who, A.DELIVER)
    assert core.papers.abroad(session) == []


def test_an_original_that_does_not_come_home_is_overseen(core: Core, session: Session) -> None:
    order, who = carried(session)
    step(core, session, order, who, A.COLLECT)
    core.clock.advance(days=1, hours=1)
    core.deadlines.step(session)
    assert "归还原件超过时限，交公安专区首席督办" in [event.reason for event in order.events]
    step(core, session, order, who, A.SUBMIT)
    step(core, session, order, who, A.COMPLETE)
    step(core, session, order, who, A.DELIVER)
    assert core.deadlines.running(session, order, DeadlineKind.RETURN) == []


def test_an_order_opened_again_takes_the_same_papers_again(core: Core, session: Session) -> None:
    order, who = carried(session)
    for action in (A.COLLECT, A.SUBMIT, A.COMPLETE, A.DELIVER):
        step(core, session, order, who, action)
    core.changes.reopen(session, order, actor="小李", reason="名字错了")
    order.runner_id = who.id
    core.orders.move(session, order, A.ASSIGN, actor="小李")
    step(core, session, order, who, A.COLLECT)
    originals = [paper for paper in core.papers.of_order(session, order) if paper.is_original]
    assert [(paper.name, paper.holder_name) for paper in originals] == [("出生医学证明", "赵大勇（R0001）")]


def test_a_handover_beside_the_steps_is_written_once(core: Core, database: Database) -> None:
    with database.begin() as session:
        order, who = carried(session)
        step(core, session, order, who, A.COLLECT)
        number = str(order.number)
    for _ in range(2):
        with database.begin() as session:
            order = core.orders.get(session, number, lock=True)
            giver = core.papers.hand(session, order, H.CITIZEN)
            taker = core.papers.hand(session, order, H.RUNNER)
            core.papers.hand_over(session, order, "desk:form-1", giver, taker, [Sheet("结婚证")])
    with database.read() as session:
        order = core.orders.get(session, number)
        assert [len(note.lines) for note in core.papers.notes(session, order)] == [2, 1]
        assert isinstance(giver, Hand)
