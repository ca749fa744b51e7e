"""An order is offered to the best runner left, one at a time, until one takes it or the desk does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.dispatch import Dispatch
from hotline.errors import NotFound, OfferGone, TransitionRefused
from hotline.explanations import KEPT, left_out, rounds_of, why_chosen
from hotline.orders import Orders
from hotline.settings import Settings
from hotline.store import Database
from hotline.store.schema import ErrandOrder, Message, Offer, Runner
from hotline.vocabulary import OfferState, OrderAction, OrderState, Sender, TeamLevel
from tests.builders import (
    DENGKE,
    LIULIN,
    Core,
    HandClock,
    at_once,
    open_offer,
    order_in,
    request_for,
    runner,
)

S, A = OrderState, OrderAction
VILLAGE, TOWN, DISTRICT = TeamLevel.VILLAGE, TeamLevel.TOWN, TeamLevel.DISTRICT


def asked(core: Core, session: Session, *runners: Runner, **wish: Any) -> str | None:
    """Who of these is asked first to carry a new order."""
    session.add_all(runners)
    order, _ = core.orders.place(session, request_for("web:asked", **wish))
    core.dispatch.step(session)
    return None if order.state is S.ESCALATED else rounds_of(session, order)[0].asked[0]


# --- who is asked first


def test_the_same_village_comes_before_the_town_and_the_town_before_the_district(
    core: Core, session: Session
) -> None:
    team = [runner("R1", DISTRICT), runner("R2", TOWN), runner("R3", VILLAGE)]
    order, _ = core.orders.place(session, request_for())
    session.add_all(team)
    session.flush()
    ranked = core.dispatch.candidates(session, order)
    assert [candidate.runner.number for candidate in ranked] == ["R3", "R2", "R1"]
    assert [candidate.reasons[0] for candidate in ranked] == ["同村", "同镇", "区级队"]


def test_another_town_is_never_asked(core: Core, session: Session) -> None:
    assert asked(core, session, runner("R1", township=DENGKE), runner("R2", DISTRICT)) == "R2"


def test_without_a_known_place_the_district_team_is_asked(core: Core, session: Session) -> None:
    assert asked(core, session, runner("R1"), runner("R2", DISTRICT), place_code="", township="") == "R2"


def test_the_neighbour_village_counts_as_the_town(core: Core, session: Session) -> None:
    neighbour = runner("R1", VILLAGE, village=f"{LIULIN}001")
    assert asked(core, session, neighbour, runner("R2", VILLAGE)) == "R2"


def test_whose_page_is_open_comes_first(core: Core, session: Session) -> None:
    away = runner("R1", seen_at=core.clock() - timedelta(seconds=61))
    assert asked(core, session, away, runner("R2", seen_at=core.clock() - timedelta(seconds=60))) == "R2"


def test_nearness_counts_more_than_an_open_page(core: Core, session: Session) -> None:
    assert asked(core, session, runner("R1", seen_at=core.clock()), runner("R2", VILLAGE)) == "R2"


def test_whose_hands_are_emptier_comes_first(core: Core, session: Session) -> None:
    busy = runner("R1")
    session.add(busy)
    session.flush()
    order_in(session, S.COLLECTED, "web:in hand").runner_id = busy.id
    assert asked(core, session, runner("R2")) == "R2"


def test_an_open_page_counts_more_than_empty_hands(core: Core, session: Session) -> None:
    busy = runner("R1", seen_at=core.clock())
    session.add(busy)
    session.flush()
    order_in(session, S.COLLECTED, "web:in hand").runner_id = busy.id
    assert asked(core, session, runner("R2")) == "R1"


def test_who_waited_longest_comes_first(core: Core, session: Session) -> None:
    just_asked = runner("R1", offered_at=core.clock() - timedelta(hours=1))
    assert asked(core, session, just_asked, runner("R2", offered_at=core.clock() - timedelta(days=2))) == "R2"


def test_who_was_never_asked_waited_longest(core: Core, session: Session) -> None:
    long_ago = runner("R1", offered_at=core.clock() - timedelta(days=2))
    assert asked(core, session, long_ago, runner("R2")) == "R2"


def test_orders_go_round_the_whole_team(core: Core, session: Session) -> None:
    session.add_all(runner(f"R{n}", load_limit=9) for n in range(4))
    for n in range(8):
        order, _ = core.orders.place(session, request_for(f"web:{n}"))
        core.dispatch.step(session)
        offer = open_offer(session, order)
        core.dispatch.accept(session, offer.id, offer.runner)
        core.clock.advance(seconds=20)
    carried = [order.runner.number for order in session.query(ErrandOrder)]
    assert carried == ["R0", "R1", "R2", "R3"] * 2


def test_who_does_not_know_the_zone_stands_one_step_behind(core: Core, session: Session) -> None:
    stranger = runner("R1", zones=["tax"], seen_at=core.clock())
    assert asked(core, session, stranger, runner("R2", zones=["police"])) == "R2"


def test_off_duty_is_never_asked_even_with_the_page_open(core: Core, session: Session) -> None:
    assert asked(core, session, runner("R1", VILLAGE, on_duty=False, seen_at=core.clock())) is None


def test_full_hands_are_never_asked(core: Core, session: Session) -> None:
    full = runner("R1", VILLAGE, load_limit=1)
    session.add(full)
    session.flush()
    order_in(session, S.SUBMITTED, "web:in hand").runner_id = full.id
    assert asked(core, session, runner("R2")) == "R2"


def test_a_delivered_order_is_no_load(core: Core, session: Session) -> None:
    free = runner("R1", load_limit=1)
    session.add(free)
    session.flush()
    order_in(session, S.DELIVERED, "web:done").runner_id = free.id
    assert asked(core, session) == "R1"


def test_one_runner_is_asked_about_one_order_at_a_time(core: Core, session: Session) -> None:
    session.add_all([runner("R1", VILLAGE), runner("R2", DISTRICT)])
    orders = [core.orders.place(session, request_for(f"web:{n}"))[0] for n in range(2)]
    core.dispatch.step(session)
    assert [open_offer(session, order).runner.number for order in orders] == ["R1", "R2"]


def test_an_offer_keeps_why_it_went_to_this_runner(core: Core, session: Session) -> None:
    session.add_all(runner(f"R{n:02}") for n in range(KEPT + 4))
    session.add(runner("R99", on_duty=False))
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    (asking,) = rounds_of(session, order)
    assert open_offer(session, order).round_id == asking.id
    ranking = why_chosen(asking)
    assert len(ranking) == KEPT
    assert ranking[0] == {
        "runner": "R00", "reasons": ["同镇", "兼职", "值班", "手上0单", "本月派过0次（值班0小时）"]
    }  # fmt: skip
    assert left_out(asking) == [
        {"reason": "不在岗", "runners": ["R99"]},
        {"reason": "排在后面", "runners": [f"R{n}" for n in range(KEPT, KEPT + 4)]},
    ]


# --- one after the other


def test_nobody_answers_so_the_next_is_asked_and_at_last_the_desk(core: Core, database: Database) -> None:
    with database.begin() as session:
        session.add_all(runner(f"R{n}") for n in range(3))
        order, _ = core.orders.place(session, request_for())
    for name in ("R0", "R1", "R2"):
        with database.begin() as session:
            core.dispatch.step(session)
            assert open_offer(session, order).runner.number == name
        core.clock.advance(minutes=3)
    with database.begin() as session:
        (changed, _) = core.dispatch.step(session)
        assert (changed.state, changed.events[-1].reason) == (S.ESCALATED, "没有可派的跑手")
        assert {offer.state for offer in session.query(Offer)} == {OfferState.EXPIRED}


def test_before_its_deadline_an_offer_stays(core: Core, session: Session) -> None:
    session.add_all([runner("R0"), runner("R1")])
    order, _ = core.orders.place(session, request_for())
    assert core.dispatch.step(session) == [order]
    core.clock.advance(seconds=179)
    assert core.dispatch.step(session) == []
    assert open_offer(session, order).runner.number == "R0"


def test_after_so_many_offers_the_desk_takes_over(session: Session) -> None:
    clock = HandClock()
    core = Core(clock, Settings(offers_before_escalation=2))
    session.add_all(runner(f"R{n}") for n in range(5))
    order, _ = core.orders.place(session, request_for())
    for _ in range(3):
        core.dispatch.step(session)
        clock.advance(minutes=3)
    assert (order.state, order.offers_made) == (S.ESCALATED, 2)
    assert order.events[-1].reason == "已问过2次跑手，无人接单"


def test_at_the_promised_time_the_desk_takes_over_even_from_an_open_offer(session: Session) -> None:
    clock = HandClock()
    core = Core(clock, Settings(offer_seconds=timedelta(hours=1), accept_within=timedelta(minutes=30)))
    session.add_all([runner("R0"), runner("R1")])
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    offer = open_offer(session, order)
    clock.advance(minutes=30)
    core.dispatch.step(session)
    assert (order.state, offer.state) == (S.ESCALATED, OfferState.WITHDRAWN)
    with pytest.raises(OfferGone):
        core.dispatch.accept(session, offer.id, offer.runner)


def test_who_declined_is_never_asked_again(core: Core, session: Session) -> None:
    first, second = runner("R1", VILLAGE), runner("R2")
    session.add_all([first, second])
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    core.dispatch.decline(session, open_offer(session, order).id, first, "在田头")
    assert open_offer(session, order).runner is second
    core.dispatch.decline(session, open_offer(session, order).id, second, "")
    assert order.state is S.ESCALATED
    assert [event.reason for event in order.events if event.action == A.LAPSE] == ["在田头", "拒单"]


def test_a_long_story_with_a_refusal_is_cut(core: Core, database: Database) -> None:
    with database.begin() as session:
        session.add(runner("R1"))
        order, _ = core.orders.place(session, request_for())
        core.dispatch.step(session)
        offer = open_offer(session, order)
        core.dispatch.decline(session, offer.id, offer.runner, "远" * 1_000)
    with database.begin() as session:
        assert session.get_one(Offer, offer.id).reason == "远" * 200


def test_who_gives_an_order_back_is_not_asked_again(core: Core, session: Session) -> None:
    first, second = runner("R1", VILLAGE), runner("R2")
    session.add_all([first, second])
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    core.dispatch.accept(session, open_offer(session, order).id, first)
    core.orders.move(session, order, A.RELEASE, actor="R1", reason="摩托坏了")
    core.dispatch.step(session)
    assert open_offer(session, order).runner is second


# --- the answer


def test_one_winner_of_twenty_taps(core: Core, database: Database) -> None:
    with database.begin() as session:
        session.add(runner("R1"))
        order, _ = core.orders.place(session, request_for())
        core.dispatch.step(session)
        offer = open_offer(session, order)
    taps = at_once(
        database, 20, lambda s: core.dispatch.accept(s, offer.id, s.query(Runner).one()).state
    )
    assert taps.count(S.ACCEPTED) == 1
    assert sum(isinstance(tap, OfferGone) for tap in taps) == 19
    with database.begin() as session:
        order = core.orders.get(session, order.number)
        assert [event.action for event in order.events] == ["place", "offer", "accept"]
        assert order.runner.number == "R1"


def test_yes_and_no_at_once_have_one_winner(core: Core, database: Database) -> None:
    with database.begin() as session:
        session.add_all([runner("R1"), runner("R2")])
        order, _ = core.orders.place(session, request_for())
        core.dispatch.step(session)
        offer = open_offer(session, order)
    moves = iter(
        [
            lambda s: core.dispatch.accept(s, offer.id, s.get_one(Runner, offer.runner_id)),
            lambda s: core.dispatch.decline(s, offer.id, s.get_one(Runner, offer.runner_id), "忙"),
        ]
        * 4
    )
    answers = at_once(database, 8, lambda session: next(moves)(session))
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert all(isinstance(answer, OfferGone) for answer in answers if isinstance(answer, Exception))


def test_two_halls_step_at_once_and_make_one_offer(core: Core, database: Database) -> None:
    with database.begin() as session:
        session.add_all(runner(f"R{n}") for n in range(8))
        core.orders.place(session, request_for())
    steps = at_once(database, 6, lambda session: len(core.dispatch.step(session)))
    assert sorted(steps) == [0, 0, 0, 0, 0, 1]
    with database.begin() as session:
        assert session.query(Offer).count() == 1


def test_an_expired_offer_is_gone_even_before_the_next_step(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    offer = open_offer(session, order)
    core.clock.advance(seconds=180)
    with pytest.raises(OfferGone):
        core.dispatch.accept(session, offer.id, offer.runner)
    with pytest.raises(OfferGone):
        core.dispatch.decline(session, offer.id, offer.runner, "")


def test_an_offer_is_nobody_elses(core: Core, session: Session) -> None:
    asked_one, other = runner("R1", VILLAGE), runner("R2")
    session.add_all([asked_one, other])
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    for answer in (core.dispatch.accept, lambda *who: core.dispatch.decline(*who, "")):
        with pytest.raises(NotFound):
            answer(session, open_offer(session, order).id, other)
    assert order.state is S.OFFERED


def test_the_last_moments_yes_wins_over_the_clock_of_another_hall(core: Core, database: Database) -> None:
    """The runner's transaction is open when the deadline passes; the step lets it finish."""
    with database.begin() as session:
        session.add(runner("R1"))
        order, _ = core.orders.place(session, request_for())
        core.dispatch.step(session)
        offer = open_offer(session, order)

    def step() -> list[ErrandOrder]:
        with database.begin() as session:
            return core.dispatch.step(session)

    with ThreadPoolExecutor(1) as pool:
        with database.begin() as session:
            core.dispatch.accept(session, offer.id, session.query(Runner).one())
            core.clock.advance(seconds=181)
            other_hall = pool.submit(step)
            wait_for([other_hall], timeout=0.5)  # on SQLite it waits for this transaction
        assert other_hall.result(timeout=10) == []
    with database.begin() as session:
        assert core.orders.get(session, order.number).state is S.ACCEPTED
        assert session.get_one(Offer, offer.id).state is OfferState.ACCEPTED


# --- by hand, and after a crash


@pytest.mark.parametrize("state", [S.PLACED, S.OFFERED, S.ESCALATED, S.REOPENED])
def test_staff_give_an_order_to_a_runner_by_hand(core: Core, session: Session, state: OrderState) -> None:
    carrier = runner("R1", on_duty=False)
    session.add(carrier)
    order = order_in(session, state)
    core.dispatch.assign(session, order, carrier, actor="小李")
    session.flush()
    assert (order.state, order.runner) == (S.ACCEPTED, carrier)
    assert (order.events[-1].actor, order.events[-1].reason) == ("小李", "指定R1")


def test_assigning_by_hand_withdraws_the_offer(core: Core, session: Session) -> None:
    asked_one, chosen = runner("R1", VILLAGE), runner("R2")
    session.add_all([asked_one, chosen])
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    offer = open_offer(session, order)
    core.dispatch.assign(session, order, chosen, actor="小李")
    with pytest.raises(OfferGone):
        core.dispatch.accept(session, offer.id, asked_one)
    assert order.runner_id == chosen.id


def test_an_order_on_its_way_is_not_assigned_again(core: Core, session: Session) -> None:
    first, second = runner("R1"), runner("R2")
    session.add_all([first, second])
    order = order_in(session, S.COLLECTED)
    order.runner = first
    with pytest.raises(TransitionRefused):
        core.dispatch.assign(session, order, second, actor="小李")
    assert order.runner is first


def test_a_hall_that_died_leaves_its_deadlines_to_the_next(
    core: Core, clock: HandClock, database: Database
) -> None:
    with database.begin() as session:
        session.add_all([runner("R1", VILLAGE), runner("R2")])
        order, _ = core.orders.place(session, request_for())
    with pytest.raises(KeyboardInterrupt), database.begin() as session:
        core.dispatch.step(session)
        raise KeyboardInterrupt  # killed in the middle of the step
    for name in ("R1", "R2"):
        settings = Settings()  # a new process knows nothing but the rows
        reborn = Dispatch(settings, clock, Orders(settings, clock))
        with database.begin() as session:
            reborn.step(session)
            assert open_offer(session, order).runner.number == name
        clock.advance(minutes=3)
    with database.begin() as session:
        assert [offer.state for offer in session.query(Offer).order_by(Offer.id)] == [
            OfferState.EXPIRED, OfferState.OPEN,
        ]  # fmt: skip


# --- what the citizen hears


def heard(core: Core, session: Session) -> list[Message]:
    conversation = core.conversations.get(session, session.info["token"])
    return core.conversations.after(session, conversation, 0)


def ordered(core: Core, session: Session) -> ErrandOrder:
    conversation = core.conversations.start(session, "web")
    session.info["token"] = conversation.token
    order, _ = core.orders.place(session, request_for(conversation_id=conversation.id))
    return order


def test_the_citizen_hears_who_comes_when_and_the_code(core: Core, session: Session) -> None:
    session.add(runner("R1", name="张大勇"))
    order = ordered(core, session)
    core.dispatch.step(session)
    assert heard(core, session) == []  # an offer is not yet a promise
    offer = open_offer(session, order)
    core.dispatch.accept(session, offer.id, offer.runner)
    (notice,) = heard(core, session)
    assert notice.sender is Sender.NOTICE
    assert notice.text == (
        f"跑手张大勇已接单（订单{order.number}），明天上午10点到柳林镇罐子沟村小卖部旁边找您。"
        f"上门时他会说暗号{order.door_code}，对上了再把材料交给他。"
    )


def test_the_citizen_hears_that_staff_will_ring(core: Core, session: Session) -> None:
    order = ordered(core, session)
    core.dispatch.step(session)
    (notice,) = heard(core, session)
    assert notice.text == f"订单{order.number}还没有跑手接，已经转给工作人员，会打电话跟您说怎么安排。"


def test_every_step_of_the_way_is_told_with_its_own_reason(core: Core, session: Session) -> None:
    carrier = runner("R1", name="张大勇")
    session.add(carrier)
    order = ordered(core, session)
    core.dispatch.assign(session, order, carrier, actor="小李")
    core.orders.move(session, order, A.COLLECT, actor="R1")
    order.case_number = "恩阳办2026第8号"
    core.orders.move(session, order, A.SUBMIT, actor="R1")
    core.orders.move(session, order, A.REQUIRE_SUPPLEMENT, actor="R1", reason="缺户口簿复印件")
    core.orders.move(session, order, A.SUBMIT, actor="R1")
    core.orders.move(session, order, A.REFUSE_ACCEPTANCE, actor="R1", reason="不属于本区")
    core.orders.move(session, order, A.DELIVER, actor="R1")
    told = [message.text for message in heard(core, session)]
    assert len(told) == 7
    words_of = ["张大勇", "收走", "恩阳办2026第8号", "缺户口簿复印件", "递到窗口", "不属于本区", "已送达"]
    for text, words in zip(told, words_of, strict=True):
        assert order.number in text and words in text


def test_a_step_that_is_undone_is_not_told(core: Core, database: Database) -> None:
    with database.begin() as session:
        order, token = ordered(core, session), session.info["token"]
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        core.orders.move(session, core.orders.get(session, order.number), A.CANCEL, actor="市民")
        raise ZeroDivisionError
    with database.begin() as session:
        assert core.conversations.after(session, core.conversations.get(session, token), 0) == []
