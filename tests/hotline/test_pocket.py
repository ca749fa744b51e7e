"""A runner's phone and the core: an act is done once, whoever sends it twice, and a week goes both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hotline.duty import read_hours
from hotline.duty_week import set_hours, week_of, write_week
from hotline.errors import InvalidInput
from hotline.runner_acts import RunnerActs
from hotline.runner_talk import RunnerTalks
from hotline.store import Database
from hotline.store.schema import Runner
from tests.builders import Core, HandClock, at_once, runner, staff, texts

DAY = st.sampled_from([[], [("09:00", "17:00")], [("08:30", "12:00"), ("14:00", "18:00")]])


def test_an_act_sent_by_four_threads_at_once_is_done_once(database: Database, clock: HandClock) -> None:
    with database.begin() as session:
        session.add(runner("R0001"))
    acts = RunnerActs(clock)

    def act(session: Session) -> bool:
        someone = session.query(Runner).one()

        def do() -> None:
            someone.month_offers += 1

        return acts.once(session, someone, "act-0001", "test", do)

    assert sorted(map(str, at_once(database, 4, act))) == ["False", "False", "False", "True"]
    with database.read() as session:
        assert session.query(Runner).one().month_offers == 1


@pytest.mark.parametrize("act_id", ["", "short", "x" * 65, "act-\x00001"])
def test_an_act_without_a_usable_id_is_refused(session: Session, clock: HandClock, act_id: str) -> None:
    someone = runner("R0001")
    session.add(someone)
    session.flush()
    with pytest.raises(InvalidInput):
        RunnerActs(clock).once(session, someone, act_id, "test", lambda: None)


@given(st.lists(DAY, min_size=7, max_size=7))
def test_a_week_reads_back_as_it_was_written(week: list[list[tuple[str, str]]]) -> None:
    try:
        words = write_week(week)
    except InvalidInput as error:
        assert "太零碎" in error.wording
    else:
        assert week_of(words) == week


def test_days_alike_stand_together() -> None:
    week = [[("09:00", "17:00")]] * 5 + [[], [("18:00", "24:00")]]
    assert write_week(week) == "周一至周五 09:00-17:00；周日 18:00-24:00"


def test_other_hours_count_from_now_on(session: Session, clock: HandClock) -> None:
    someone = runner("R0001", duty_since=clock())
    session.add(someone)
    session.flush()
    clock.advance(hours=3)
    set_hours(session, someone, "周一 00:00-01:00", clock)
    assert (someone.month_seconds, read_hours(someone.hours)) == (3 * 3600, ((0, 60),))


def test_a_runner_who_asks_again_after_the_end_is_heard_again(session: Session, core: Core, clock: HandClock) -> None:
    someone = runner("R0001")
    session.add(someone)
    session.flush()
    talks = RunnerTalks(core.conversations, clock)
    first = talks.ask(session, someone, "words-1", "有人吗")
    second = talks.ask(session, someone, "words-2", "还有件事")
    assert first.conversation_id == second.conversation_id
    assert texts(talks.newest(session, someone)) == ["有人吗", "还有件事"]


def test_a_runner_is_told_of_the_desk_and_never_of_an_assistant(session: Session, clock: HandClock) -> None:
    core, someone, li, zhao = Core(clock), runner("R0001"), staff("li", "小李"), staff("zhao", "小赵")
    session.add_all([someone, li, zhao])
    session.flush()
    talk = RunnerTalks(core.conversations, clock).ask(session, someone, "words-1", "门锁了").conversation_id
    core.conversations.take_over(session, talk, li)
    core.queue.transfer(session, talk, li, to=zhao)
    core.conversations.take_over(session, talk, zhao)
    core.conversations.give_back(session, talk, zhao)
    core.conversations.hand_off(session, talk, "还有事")
    core.conversations.take_over(session, talk, li)
    core.conversations.close(session, talk, li)
    said = texts(RunnerTalks(core.conversations, clock).newest(session, someone))
    assert said == [
        "门锁了", "工作台小李在，请说。", "您问的已经转给工作人员小赵，请稍等，不用再说一遍。", "工作台小赵在，请说。",
        "这件事工作台处理完了。路上再有事，接着在这里说。", "工作台小李在，请说。", "工作台小李处理完了。路上再有事，接着在这里说。",
    ]  # fmt: skip
