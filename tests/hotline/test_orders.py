"""An order is made exactly once, moves through one table, and its history tells all of it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from hotline.errors import InvalidInput, NotFound, TransitionRefused
from hotline.numbers import is_valid, order_number
from hotline.orders import CARRIED, ENDED, OPEN, TRANSITIONS, Orders, check_phone, new_door_code
from hotline.settings import Settings
from hotline.store import Database
from hotline.store.schema import ErrandOrder
from hotline.vocabulary import OfferState, OrderAction, OrderState
from tests.builders import Core, HandClock, at_once, open_offer, order_in, request_for, runner

S, A = OrderState, OrderAction

# The table as the hall wants it, written down a second time: from → {action: to}.
WANTED: dict[OrderState, dict[OrderAction, OrderState]] = {
    S.PLACED: {A.OFFER: S.OFFERED, A.ASSIGN: S.ACCEPTED, A.ESCALATE: S.ESCALATED, A.CANCEL: S.CANCELLED},
    S.OFFERED: {
        A.OFFER: S.OFFERED, A.LAPSE: S.PLACED, A.ACCEPT: S.ACCEPTED, A.ASSIGN: S.ACCEPTED, A.ESCALATE: S.ESCALATED,
        A.CANCEL: S.CANCELLED,
    },
    S.ACCEPTED: {
        A.COLLECT: S.COLLECTED, A.RELEASE: S.PLACED, A.ESCALATE: S.ESCALATED, A.CANCEL: S.CANCELLED,
    },
    S.COLLECTED: {A.SUBMIT: S.SUBMITTED},
    S.SUBMITTED: {
        A.REQUIRE_SUPPLEMENT: S.SUPPLEMENT, A.ACCEPT_PROVISIONALLY: S.PROVISIONAL, A.COMPLETE: S.COMPLETED,
        A.REFUSE_ACCEPTANCE: S.NOT_ACCEPTED, A.REFUSE_GRANT: S.NOT_GRANTED,
    },
    S.SUPPLEMENT: {
        A.SUBMIT: S.SUBMITTED, A.COMPLETE: S.COMPLETED, A.REFUSE_ACCEPTANCE: S.NOT_ACCEPTED,
        A.REFUSE_GRANT: S.NOT_GRANTED,
    },
    S.PROVISIONAL: {
        A.COMPLETE: S.COMPLETED, A.REFUSE_ACCEPTANCE: S.NOT_ACCEPTED, A.REFUSE_GRANT: S.NOT_GRANTED,
    },
    S.COMPLETED: {A.DELIVER: S.DELIVERED},
    S.NOT_ACCEPTED: {A.DELIVER: S.DELIVERED},
    S.NOT_GRANTED: {A.DELIVER: S.DELIVERED},
    S.DELIVERED: {A.CLOSE: S.CLOSED, A.REOPEN: S.REOPENED},
    S.CLOSED: {A.REOPEN: S.REOPENED},
    S.CANCELLED: {},
    S.ESCALATED: {A.ASSIGN: S.ACCEPTED, A.CANCEL: S.CANCELLED},
    S.REOPENED: {A.OFFER: S.OFFERED, A.ASSIGN: S.ACCEPTED, A.ESCALATE: S.ESCALATED, A.CANCEL: S.CANCELLED},
}  # fmt: skip
ALLOWED = {(state, action): to for state, steps in WANTED.items() for action, to in steps.items()}
REFUSED = sorted(set(product(S, A)) - set(ALLOWED))


@pytest.mark.parametrize(("state", "action"), ALLOWED, ids=lambda word: word.value)
def test_an_allowed_step_is_made_and_written_down(
    core: Core, session: Session, state: OrderState, action: OrderAction
) -> None:
    order = order_in(session, state)
    core.clock.advance(minutes=1)
    core.orders.move(session, order, action, actor="R0001", reason="因为")
    step = order.events[-1]
    assert order.state is ALLOWED[state, action]
    assert (step.from_state, step.action, step.to_state) == (state, action, order.state)
    assert (step.actor, step.reason, step.at) == ("R0001", "因为", core.clock())


@pytest.mark.parametrize(("state", "action"), REFUSED, ids=lambda word: word.value)
def test_any_other_step_is_refused_and_changes_nothing(
    core: Core, session: Session, state: OrderState, action: OrderAction
) -> None:
    order = order_in(session, state)
    with pytest.raises(TransitionRefused) as refused:
        core.orders.move(session, order, action, actor="R0001")
    assert state.label in refused.value.wording
    assert order.state is state
    assert [event.action for event in order.events] == ["place"]


def test_every_state_is_open_or_ended_and_an_ended_one_is_in_nobodys_hand() -> None:
    assert set(S) == OPEN | ENDED
    assert not CARRIED & ENDED
    assert {to for _, to in TRANSITIONS.values()} | {S.PLACED} == set(S)  # each state can be reached


def test_the_history_tells_all_from_the_sentence_to_the_delivery(core: Core, session: Session) -> None:
    order, _ = core.orders.place(session, request_for())
    way = [A.OFFER, A.ACCEPT, A.COLLECT, A.SUBMIT, A.REQUIRE_SUPPLEMENT, A.SUBMIT, A.COMPLETE, A.DELIVER]
    for action in way:
        core.clock.advance(minutes=10)
        core.orders.move(session, order, action, actor="R0001")
    assert [event.action for event in order.events] == [A.PLACE, *way]
    states = [event.to_state for event in order.events]
    assert [event.from_state for event in order.events] == ["", *states[:-1]]
    times = [event.at for event in order.events]
    assert times == sorted(set(times))


def test_the_history_is_complete_even_when_it_was_read_before(core: Core, session: Session) -> None:
    order, _ = core.orders.place(session, request_for())
    assert len(order.events) == 1
    core.orders.move(session, order, A.CANCEL, actor="市民", reason="不办了")
    assert [event.reason for event in order.events] == ["web", "不办了"]


def test_a_long_reason_is_cut_and_no_reason_to_fail(core: Core, database: Database) -> None:
    with database.begin() as session:
        order, _ = core.orders.place(session, request_for())
        core.orders.move(session, order, A.CANCEL, actor="市民", reason="远" * 1_000)
    with database.begin() as session:
        assert session.get_one(ErrandOrder, order.id).events[-1].reason == "远" * 400


# --- exactly once


def test_the_same_key_twice_is_one_order(core: Core, database: Database) -> None:
    with database.begin() as session:
        first, made = core.orders.place(session, request_for("web:7:1"))
    with database.begin() as session:
        second, made_again = core.orders.place(session, request_for("web:7:1", applicant_name="李"))
        assert (made, made_again) == (True, False)
        assert (second.number, second.applicant_name) == (first.number, "王")
        assert session.query(ErrandOrder).count() == 1


def test_the_same_key_is_still_that_order_when_its_time_is_over(core: Core, session: Session) -> None:
    order, _ = core.orders.place(session, request_for("web:7:1"))
    core.clock.advance(days=7)
    assert core.orders.place(session, request_for("web:7:1")) == (order, False)


def test_twenty_halls_place_the_same_errand_at_once(core: Core, database: Database) -> None:
    placed = at_once(database, 20, lambda session: core.orders.place(session, request_for("web:7:1")))
    assert [result for result in placed if isinstance(result, Exception)] == []
    assert sorted(made for _, made in placed) == [False] * 19 + [True]
    with database.begin() as session:
        (order,) = session.query(ErrandOrder)
        assert {order.number} == {found.number for found, _ in placed}
        assert [event.action for event in order.events] == ["place"]


def test_what_is_undone_leaves_no_order(core: Core, database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        core.orders.place(session, request_for())
        raise ZeroDivisionError
    with database.begin() as session:
        assert session.query(ErrandOrder).count() == 0
        assert core.orders.place(session, request_for())[1]


# --- what is asked for


def test_the_number_is_valid_short_and_spoken_digit_by_digit(core: Core, session: Session) -> None:
    numbers = [core.orders.place(session, request_for(f"web:{n}"))[0].number for n in range(30)]
    assert len(set(numbers)) == 30
    assert all(is_valid(number) and len(number) == 5 for number in numbers)


def test_every_order_has_a_code_for_the_door(core: Core, session: Session) -> None:
    codes = [core.orders.place(session, request_for(f"web:{n}"))[0].door_code for n in range(20)]
    assert all(len(code) == 4 and code.isdigit() for code in codes)
    assert len(set(codes)) > 10


def test_a_wish_in_the_past_is_refused(core: Core, session: Session) -> None:
    past = core.clock() - timedelta(minutes=1)
    with pytest.raises(InvalidInput, match="invalid_input") as refused:
        core.orders.place(session, request_for(wish_from=past, wish_to=past))
    assert refused.value.wording == "您说的时间已经过了，请另外说一个时间。"


def test_a_wish_that_has_begun_is_still_in_time(core: Core, session: Session) -> None:
    now = core.clock()
    request = request_for(wish_from=now - timedelta(minutes=5), wish_to=now + timedelta(minutes=25))
    assert core.orders.place(session, request)[1]


@pytest.mark.parametrize("phone", ["13800001234", "138 0000-1234", "0827-3361234", "（0827）3361234"])
def test_a_phone_number_is_kept_as_digits(phone: str) -> None:
    assert check_phone(phone) in ("13800001234", "08273361234")


@pytest.mark.parametrize(
    ("phone", "wording"),
    [
        ("1380000123", "电话号码是10位，手机号应当是11位，请再说一遍。"),
        ("138000012345", "电话号码是12位，手机号应当是11位，请再说一遍。"),
        ("12800001234", "电话号码看起来不对，请再说一遍。"),
        ("", "电话号码看起来不对，请再说一遍。"),
        ("一三八", "电话号码看起来不对，请再说一遍。"),
        ("13800001234'; DROP TABLE runner", "电话号码看起来不对，请再说一遍。"),
    ],
)
def test_a_faulty_phone_is_told_and_no_order_is_made(
    core: Core, session: Session, phone: str, wording: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        core.orders.place(session, request_for(contact_phone=phone))
    assert refused.value.wording == wording
    assert session.query(ErrandOrder).count() == 0


def test_after_a_faulty_phone_the_same_key_still_makes_the_order(core: Core, database: Database) -> None:
    with database.begin() as session:
        with pytest.raises(InvalidInput):
            core.orders.place(session, request_for(contact_phone="1380000123"))
        assert core.orders.place(session, request_for())[1]


@pytest.mark.parametrize("words", ["<b>王</b>", "'); DROP TABLE errand_order;--", "王🙂", "{place}%s"])
def test_odd_words_are_kept_as_they_are(core: Core, database: Database, words: str) -> None:
    with database.begin() as session:
        order, _ = core.orders.place(session, request_for(applicant_name=words, place_text=words))
    with database.begin() as session:
        kept = core.orders.get(session, order.number)
        assert (kept.applicant_name, kept.place_text) == (words, words)


# --- finding it again


def test_a_number_nobody_has_is_not_found_and_a_misheard_one_is_told(core: Core, session: Session) -> None:
    order, _ = core.orders.place(session, request_for())
    assert core.orders.get(session, order.number) is order
    with pytest.raises(NotFound):
        core.orders.get(session, order_number(order.id + 500))
    misheard = order.number[:-1] + str((int(order.number[-1]) + 1) % 10)
    with pytest.raises(InvalidInput) as refused:
        core.orders.get(session, misheard)
    assert "听错" in refused.value.wording


def test_the_same_phone_and_item_is_noticed_while_the_first_is_open(core: Core, session: Session) -> None:
    first, _ = core.orders.place(session, request_for("web:1"))
    assert core.orders.open_of_phone(session, "13800001234", "030001") is first
    assert core.orders.open_of_phone(session, "13800001234", "030002") is None
    assert core.orders.open_of_phone(session, "13800009999", "030001") is None
    core.orders.move(session, first, A.CANCEL, actor="市民")
    assert core.orders.open_of_phone(session, "13800001234", "030001") is None


def test_orders_are_counted_by_state(core: Core, session: Session) -> None:
    for n, state in enumerate([S.PLACED, S.PLACED, S.CLOSED]):
        order_in(session, state, f"web:{n}")
    assert core.orders.count_by_state(session) == {S.PLACED: 2, S.CLOSED: 1}


# --- changes


@pytest.mark.parametrize("state", sorted(S), ids=lambda state: state.value)
def test_the_wish_may_change_until_the_papers_are_collected(
    core: Core, session: Session, state: OrderState
) -> None:
    order = order_in(session, state)
    if state in (S.PLACED, S.OFFERED, S.ACCEPTED, S.ESCALATED, S.REOPENED):
        core.orders.amend(session, order, actor="市民", reason="电话改了", contact_phone="13900005678")
        assert order.contact_phone == "13900005678"
        assert (order.events[-1].action, order.events[-1].to_state) == ("amend", state)
    else:
        with pytest.raises(TransitionRefused):
            core.orders.amend(session, order, actor="市民", reason="", contact_phone="13900005678")
        assert order.contact_phone == "13800001234"


def test_cancelling_withdraws_the_offer(core: Core, session: Session) -> None:
    session.add(runner("R0001"))
    order, _ = core.orders.place(session, request_for())
    core.dispatch.step(session)
    offer = open_offer(session, order)
    core.orders.move(session, order, A.CANCEL, actor="市民")
    assert offer.state is OfferState.WITHDRAWN
    assert order.dispatch_at is None


@pytest.mark.parametrize(("state", "action"), [(S.ACCEPTED, A.RELEASE), (S.CLOSED, A.REOPEN)])
def test_an_order_that_starts_anew_has_no_runner_and_a_new_deadline(
    session: Session, state: OrderState, action: OrderAction
) -> None:
    clock = HandClock()
    clock.advance(hours=5)
    orders = Orders(Settings(accept_within=timedelta(minutes=20)), clock)
    carrier = runner("R0001")
    session.add(carrier)
    order = order_in(session, state)
    order.runner, order.offers_made = carrier, 8
    session.flush()
    orders.move(session, order, action, actor="小李")
    assert (order.runner_id, order.offers_made) == (None, 0)
    assert (order.dispatch_at, order.accept_by) == (clock(), clock() + timedelta(minutes=20))


@pytest.mark.parametrize(("state", "action"), [(S.ACCEPTED, A.RELEASE), (S.ACCEPTED, A.ESCALATE), (S.CLOSED, A.REOPEN)])
def test_who_left_the_errand_does_not_know_the_code_for_the_door(
    core: Core, session: Session, state: OrderState, action: OrderAction
) -> None:
    order, carrier = order_in(session, state), runner("R0001")
    session.add(carrier)
    session.flush()
    order.runner_id, known = carrier.id, order.door_code
    core.orders.move(session, order, action, actor="小李")
    assert order.runner_id is None
    assert order.door_code != known and len(order.door_code) == 4


def test_a_new_code_is_never_the_old_one() -> None:
    assert all(new_door_code("0042") != "0042" for _ in range(30_000))


def test_a_cancellation_sees_what_another_hall_has_just_done(core: Core, postgresql: Database) -> None:
    """On SQLite it cannot happen: a transaction that writes holds the lock from its beginning."""
    with postgresql.begin() as session:
        order_in(session, S.ACCEPTED)
    with postgresql.begin() as mine, postgresql.begin() as theirs:
        seen = mine.query(ErrandOrder).one()  # the citizen's page still shows it as accepted
        core.orders.move(theirs, theirs.query(ErrandOrder).one(), A.COLLECT, actor="R0001")
        theirs.commit()
        with pytest.raises(TransitionRefused):
            core.orders.move(mine, core.orders.get(mine, seen.number, lock=True), A.CANCEL, actor="市民")
