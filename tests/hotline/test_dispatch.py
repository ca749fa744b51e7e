"""An order is offered to the best runner left, one at a time, until one takes it or the desk does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from hotline.dispatch import Dispatch
from hotline.errors import HandsFull, NotFound, OfferGone, TransitionRefused
from hotline.exclusions import note_interest
from hotline.explanations import KEPT, left_out, rounds_of, why_chosen, why_not_me
from hotline.follow_up import FollowUps
from hotline.orders import Orders
from hotline.settings import Settings
from hotline.store import Database
from hotline.store.schema import ErrandOrder, Message, Offer, Runner
from hotline.vocabulary import (
    ApplicantKind,
    Level,
    OfferState,
    OrderAction,
    OrderState,
    RunnerKind,
    Sender,
    TeamLevel,
)
from tests.builders import (
    DENGKE,
    LIULIN,
    MONDAY_TEN,
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
        assert other_hall.result(timeout=60) == []
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
    for notice, words in zip(told, words_of, strict=True):
        assert order.number in notice and words in notice


def test_a_step_that_is_undone_is_not_told(core: Core, database: Database) -> None:
    with database.begin() as session:
        order, token = ordered(core, session), session.info["token"]
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        core.orders.move(session, core.orders.get(session, order.number), A.CANCEL, actor="市民")
        raise ZeroDivisionError
    with database.begin() as session:
        assert core.conversations.after(session, core.conversations.get(session, token), 0) == []


# --- waves, preference and fairness


def wave(core: Core, session: Session, count: int, **changes: Any) -> tuple[ErrandOrder, list[Offer]]:
    """An order, and the offers of its first wave, with so many runners whose page is open."""
    session.add_all(runner(f"R{n:02}", seen_at=core.clock(), **changes) for n in range(count))
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    return order, session.query(Offer).filter_by(order_id=order.id).order_by(Offer.id).all()


@pytest.mark.parametrize(("present", "asked_at_once"), [(1, 1), (3, 1), (4, 2), (7, 3), (10, 5), (40, 5)])
def test_the_more_are_free_the_more_are_asked_at_once(
    core: Core, session: Session, present: int, asked_at_once: int
) -> None:
    _, offers = wave(core, session, present)
    assert len(offers) == asked_at_once


def test_the_first_yes_of_a_wave_wins_and_the_others_see_it_gone(core: Core, session: Session) -> None:
    order, offers = wave(core, session, 8)
    core.dispatch.accept(session, offers[2].id, offers[2].runner)
    session.expire_all()
    assert [offer.state.value for offer in offers] == ["WITHDRAWN", "WITHDRAWN", "ACCEPTED", "WITHDRAWN"]
    assert order.runner is offers[2].runner
    assert core.runners.desk_of(session, offers[0].runner).offers == []
    with pytest.raises(OfferGone):
        core.dispatch.accept(session, offers[0].id, offers[0].runner)


def test_a_no_of_one_leaves_the_order_with_the_rest_of_the_wave(core: Core, session: Session) -> None:
    order, offers = wave(core, session, 8)
    for offer in offers[:3]:
        core.dispatch.decline(session, offer.id, offer.runner, "在田头")
        assert order.state is S.OFFERED
    core.dispatch.accept(session, offers[3].id, offers[3].runner)
    assert [event.action for event in order.events] == ["place", "offer", "lapse", "lapse", "lapse", "accept"]


def test_when_nobody_answers_the_next_wave_goes_out_after_the_head_start(core: Core, session: Session) -> None:
    order, offers = wave(core, session, 8)
    core.clock.advance(seconds=29)
    assert core.dispatch.step(session) == []
    core.clock.advance(seconds=1)
    assert core.dispatch.step(session) == [order]
    states = [offer.state for offer in session.query(Offer)]
    assert states.count(OfferState.OPEN) > len(offers)  # the first ones still think


def test_whom_the_citizen_asked_for_is_asked_alone(core: Core, session: Session) -> None:
    known = runner("R9", DISTRICT)
    session.add_all([known, *(runner(f"V{n}", VILLAGE, seen_at=core.clock()) for n in range(6))])
    session.flush()
    order, _ = core.orders.place(session, request_for(wanted_runner_id=known.id))
    core.dispatch.step(session)
    assert open_offer(session, order).runner is known
    assert why_chosen(rounds_of(session, order)[0])[0]["reasons"][0] == "市民点名"


def test_whom_the_citizen_asked_for_may_live_in_another_town(core: Core, session: Session) -> None:
    known = runner("R9", township=DENGKE)
    session.add_all([known, runner("R1", VILLAGE)])
    session.flush()
    order, _ = core.orders.place(session, request_for(wanted_runner_id=known.id))
    core.dispatch.step(session)
    assert open_offer(session, order).runner is known


def test_an_enterprise_is_served_by_full_time_runners(core: Core, session: Session) -> None:
    full = runner("R2", DISTRICT, kind=RunnerKind.FULL_TIME)
    assert asked(core, session, runner("R1", VILLAGE), full, applicant_name="恩阳老街食品有限公司") == "R2"


@pytest.mark.parametrize(
    ("name", "kind", "first"),
    [
        ("老街豆腐坊", ApplicantKind.ENTERPRISE, "R2"),  # what the form or the item says goes before the name
        ("王小店", ApplicantKind.PERSON, "R1"),
        ("王小店", None, "R2"),
    ],
)
def test_who_applies_is_told_by_the_form_or_the_item_before_the_name(
    core: Core, session: Session, name: str, kind: ApplicantKind | None, first: str
) -> None:
    full = runner("R2", DISTRICT, kind=RunnerKind.FULL_TIME)
    assert asked(core, session, runner("R1", VILLAGE), full, applicant_name=name, applicant_kind=kind) == first


@pytest.mark.parametrize("order", [{"level": Level.PARK}, {"place_text": "恩阳区工业园区3号厂房"}])
def test_in_the_park_its_own_team_comes_first(core: Core, session: Session, order: dict[str, Any]) -> None:
    park, town = runner("R2", TeamLevel.PARK, township=""), runner("R1")
    placed, _ = core.orders.place(session, request_for(**order))
    session.add_all([park, town])
    session.flush()
    ranked = core.dispatch.candidates(session, placed)
    assert [(candidate.runner.number, candidate.reasons[0]) for candidate in ranked] == [("R2", "园区队"), ("R1", "同镇")]


def test_the_team_of_the_park_serves_nobody_else(core: Core, session: Session) -> None:
    session.add(runner("R2", TeamLevel.PARK))
    placed, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    assert placed.state is S.ESCALATED


def test_outside_the_weekly_hours_nobody_is_asked(core: Core, session: Session) -> None:
    sundays = runner("R1", VILLAGE, hours="周日 08:00-18:00", seen_at=core.clock())
    mondays = runner("R2", DISTRICT, hours="周一至周五 09:00-17:00")
    assert asked(core, session, sundays, mondays) == "R2"


def test_nobody_carries_the_own_case_or_that_of_the_own_house(core: Core, session: Session) -> None:
    same_phone = runner("R1", VILLAGE, phone="13800001234")
    same_name = runner("R2", VILLAGE, name="王秀英")
    assert asked(core, session, same_phone, same_name, runner("R3"), applicant_name="王秀英") == "R3"


def test_a_stated_relation_keeps_a_runner_away_from_that_phone(core: Core, session: Session) -> None:
    cousin = runner("R1", VILLAGE)
    session.add(cousin)
    session.flush()
    note_interest(session, cousin, "13800001234", "表哥", by="小李", at=core.clock())
    assert asked(core, session, runner("R2")) == "R2"


def test_who_was_complained_of_does_not_come_again(core: Core, session: Session) -> None:
    rude = runner("R1", VILLAGE)
    session.add(rude)
    session.flush()
    before = order_in(session, S.CLOSED, "web:before")
    before.runner = rude
    FollowUps(core.clock).keep(session, key="c1", kind="complaint", order_id=before.id, text="态度孬得很")
    assert asked(core, session, runner("R2")) == "R2"
    (order,) = session.query(ErrandOrder).filter_by(key="web:asked")
    assert left_out(rounds_of(session, order)[0]) == [{"reason": "这位市民投诉过", "runners": ["R1"]}]


def test_when_all_look_at_other_offers_the_order_waits_for_them(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    first, second = (core.orders.place(session, request_for(f"web:{n}"))[0] for n in range(2))
    core.dispatch.step(session)
    assert (first.state, second.state) == (S.OFFERED, S.PLACED)
    offer = open_offer(session, first)
    core.dispatch.accept(session, offer.id, offer.runner)
    core.clock.advance(seconds=10)
    core.dispatch.step(session)
    assert open_offer(session, second).runner.number == "R1"


def test_what_nobody_took_meanwhile_comes_to_the_desk_at_the_promised_time(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    orders = [core.orders.place(session, request_for(f"web:{n}"))[0] for n in range(2)]
    for _ in range(200):
        core.dispatch.step(session)
        core.clock.advance(seconds=10)
    assert [order.state for order in orders] == [S.ESCALATED, S.ESCALATED]


def test_an_appointment_far_away_is_offered_days_before_not_now(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    wish = core.clock() + timedelta(days=10)
    order, _ = core.orders.place(session, request_for(wish_from=wish, wish_to=wish + timedelta(hours=1)))
    core.dispatch.step(session)
    assert order.state is S.PLACED
    core.clock.advance(days=7)
    core.dispatch.step(session)
    assert order.state is S.OFFERED


def test_an_order_made_late_in_the_evening_is_offered_in_the_morning_and_says_so(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    core.clock.advance(hours=12)  # ten at night
    wish = MONDAY_TEN + timedelta(days=2)
    order, _ = core.orders.place(session, request_for(wish_from=wish, wish_to=wish + timedelta(hours=1)))
    core.dispatch.step(session)
    assert order.state is S.PLACED
    assert order.accept_by == MONDAY_TEN + timedelta(hours=22, minutes=30)  # half past eight
    core.clock.advance(hours=10)
    core.dispatch.step(session)
    assert order.state is S.OFFERED


def test_who_waits_for_tonight_is_helped_tonight(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    core.clock.advance(hours=12)
    wish = core.clock() + timedelta(minutes=40)
    order, _ = core.orders.place(session, request_for(wish_from=wish, wish_to=wish + timedelta(minutes=30)))
    core.dispatch.step(session)
    assert order.state is S.OFFERED


def test_an_order_that_waits_for_its_day_is_offered_at_once_when_the_day_becomes_today(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    wish, soon = core.clock() + timedelta(days=10), core.clock() + timedelta(hours=2)
    order, _ = core.orders.place(session, request_for(wish_from=wish, wish_to=wish + timedelta(hours=1)))
    core.changes.reschedule(session, order, actor="市民", reason="提前", wish_from=soon, wish_to=soon + timedelta(hours=1))
    core.dispatch.step(session)
    assert (order.state, order.accept_by) == (S.OFFERED, core.clock() + timedelta(minutes=30))


def test_who_waits_for_today_leaves_half_the_time_to_think(core: Core, session: Session) -> None:
    session.add(runner("R1"))
    wish = core.clock() + timedelta(hours=1)
    order, _ = core.orders.place(session, request_for(wish_from=wish, wish_to=wish + timedelta(hours=1)))
    core.dispatch.step(session)
    offer = open_offer(session, order)
    assert offer.expires_at - offer.offered_at == timedelta(seconds=90)


def test_another_place_is_dispatched_again(core: Core, session: Session) -> None:
    session.add_all([runner("R1"), runner("R2", township=DENGKE)])
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    core.orders.amend(session, order, actor="市民", reason="改地点", place_code=DENGKE, township="登科街道")
    assert order.state is S.PLACED
    core.dispatch.step(session)
    offer = open_offer(session, order)
    assert offer.runner.number == "R2"
    core.dispatch.accept(session, offer.id, offer.runner)
    core.orders.amend(session, order, actor="市民", reason="改地点", place_code=LIULIN, township="柳林镇")
    assert (order.state, order.runner_id) == (S.PLACED, None)


def test_full_hands_cannot_accept(core: Core, session: Session) -> None:
    session.add(runner("R1", load_limit=1))
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    offer = open_offer(session, order)
    order_in(session, S.COLLECTED, "web:by hand").runner_id = offer.runner_id
    session.flush()
    with pytest.raises(HandsFull):
        core.dispatch.accept(session, offer.id, offer.runner)
    assert order.state is S.OFFERED


def test_shares_follow_the_hours_on_duty(core: Core, session: Session) -> None:
    """Twice the hours, twice the offers; nobody with few hours is left out or asked too often."""
    since = core.clock() - timedelta(days=20)
    long = runner("R1", load_limit=999, hours="1-7 08:00-16:00", duty_since=since)
    short = runner("R2", load_limit=999, hours="1-7 08:00-12:00", duty_since=since)
    session.add_all([long, short])
    for n in range(60):
        order, _ = core.orders.place(session, request_for(f"web:{n}"))
        core.dispatch.step(session)
        offer = open_offer(session, order)
        core.dispatch.accept(session, offer.id, offer.runner)
        core.clock.advance(seconds=1)
    session.expire_all()
    assert abs(long.month_offers - 2 * short.month_offers) <= 3
    assert long.month_offers + short.month_offers == 60


def test_a_runner_learns_why_not_me(core: Core, session: Session) -> None:
    near, far, off = runner("R1", VILLAGE), runner("R2"), runner("R3", on_duty=False)
    session.add_all([near, far, off])
    core.orders.place(session, request_for())
    core.dispatch.step(session)
    session.flush()
    assert why_not_me(session, near)[0]["reasons"][:2] == ["派给了您", "同村"]
    assert why_not_me(session, far)[0]["reasons"][:2] == ["排在第2位，先问了前面的1位", "同镇"]
    assert why_not_me(session, off)[0]["reasons"] == ["不在岗"]


# --- one winner, and several halls


def test_one_winner_of_1224_who_accept_at_once(core: Core, database: Database) -> None:
    with database.begin() as session:
        session.add_all(runner(f"R{n:04}") for n in range(1224))
        order, _ = core.orders.place(session, request_for())
        considered = core.dispatch.consider(session, order)
        core.dispatch.offer_to(session, order, considered.ranked, considered)
    with database.read() as session:
        held = session.query(Offer.id, Offer.runner_id).all()
    assert len(held) == 1224

    def accept(offer_id: int, runner_id: int) -> str:
        try:
            with database.begin() as session:
                core.dispatch.accept(session, offer_id, session.get_one(Runner, runner_id))
            return "won"
        except OfferGone:
            with database.read() as session:
                return f"gone {len(core.runners.desk_of(session, session.get_one(Runner, runner_id)).offers)}"

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda row: accept(*row), held))
    assert answers.count("won") == 1
    assert answers.count("gone 0") == 1223  # told at once, and their page shows it no more
    with database.read() as session:
        assert session.query(Offer).filter_by(state=OfferState.ACCEPTED).count() == 1
        assert core.orders.get(session, order.number).state is S.ACCEPTED


def test_nobody_ever_holds_two_open_offers(core: Core, database: Database) -> None:
    with database.begin() as session:
        session.add(runner("R1"))
        orders = [core.orders.place(session, request_for(f"web:{n}"))[0] for n in range(2)]
        core.dispatch.step(session)
        (held,) = session.query(Offer)
    with pytest.raises(IntegrityError), database.begin() as session:
        session.add(Offer(order_id=orders[1].id, runner_id=held.runner_id, state=OfferState.OPEN,
                          offered_at=core.clock(), expires_at=core.clock()))  # fmt: skip


def test_a_hall_that_hangs_loses_its_claim_and_what_it_wanted_to_write(core: Core, postgresql: Database) -> None:
    """PostgreSQL ends the idle transaction; the other hall goes on; the late commit of the first is refused."""
    with postgresql.begin() as session:
        session.add(runner("R1"))
        order, _ = core.orders.place(session, request_for())
    with pytest.raises(DBAPIError), postgresql.begin() as hanging:
        hanging.execute(text("SET LOCAL idle_in_transaction_session_timeout = 200"))
        assert len(core.dispatch.step(hanging)) == 1
        with postgresql.begin() as session:
            assert core.dispatch.step(session) == []  # the claim is taken
        for _ in range(100):
            with postgresql.begin() as session:
                if core.dispatch.step(session):
                    break
            Event().wait(0.05)
        core.orders.move(hanging, hanging.get_one(ErrandOrder, order.id), A.ESCALATE, actor="派单")
    with postgresql.begin() as session:
        assert session.query(Offer).count() == 1
        assert core.orders.get(session, order.number).state is S.OFFERED


# --- every query of a step finds its rows by an index


INDEXES = {"order_dispatch", "order_accept_by", "order_load", "offer_deadline", "offer_order", "order_phone"}


def test_every_query_of_a_step_uses_its_index(core: Core, database: Database) -> None:
    with database.begin() as session:
        session.add_all([runner("R1"), runner("R2")])
        core.orders.place(session, request_for())
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT") and ("errand_order" in statement or "offer" in statement):
            seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.begin() as session:
        core.dispatch.step(session)
    event.remove(database.engine, "before_cursor_execute", note)
    with database.begin() as session:
        if not database.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))  # so small a table would be read whole
        plans = "\n".join(_plan(session, database, *query) for query in list(seen))
    assert len(seen) >= 6
    assert "SCAN errand_order\n" not in plans and "Seq Scan on errand_order" not in plans, plans
    assert "SCAN offer\n" not in plans and "Seq Scan on offer " not in plans, plans
    wanted = INDEXES if database.is_sqlite else INDEXES - {"order_load"}  # empty, any index of the state is as good
    assert {index for index in INDEXES if index in plans} >= wanted, plans


def _plan(session: Session, database: Database, statement: str, parameters: Any) -> str:
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    rows = session.connection().exec_driver_sql(explain + statement, parameters)
    return "\n".join(str(row[-1]) for row in rows) + "\n"
