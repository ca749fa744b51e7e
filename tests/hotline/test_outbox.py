"""What leaves the hall: written with its cause, tried again when it surely did not leave, never sent twice."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.errors import NotFound, TransitionRefused
from hotline.outbox import LEASE, MOST_ATTEMPTS, NO_LINE, NotSent, Outbox, Parcel, Refused
from hotline.store import Database
from hotline.store.outbox import Outgoing
from hotline.vocabulary import Means, OutgoingState
from tests.builders import Core, HandClock, request_for

S = OutgoingState
PHONE = "13800001234"


class Died(BaseException):
    """The hall's process ends in the middle."""


@dataclass
class Line:
    """A provider that does as the test says, and knows what reached the person."""

    can_tell: bool = True  # whether it can be asked for a key
    faults: list[BaseException | None] = field(default_factory=list)  # of the next sends, None for none
    dies: list[str] = field(default_factory=list)  # "before" or "after" the message left, for the next sends
    arrived: list[str] = field(default_factory=list)
    name: str = "line"
    means: frozenset[Means] = frozenset({Means.SMS})

    def send(self, parcel: Parcel) -> str:
        fault = self.faults.pop(0) if self.faults else None
        death = self.dies.pop(0) if self.dies else ""
        if death == "before":
            raise Died
        if fault:
            raise fault
        self.arrived.append(parcel.key)
        if death == "after":
            raise Died
        return f"id-{parcel.key}"

    def find(self, parcel: Parcel) -> str | None:
        if not self.can_tell:
            return None
        if parcel.key not in self.arrived:
            raise NotSent("线路没有收到")
        return f"id-{parcel.key}"


def write(database: Database, outbox: Outbox, key: str = "k", **more: object) -> int:
    with database.begin() as session:
        return outbox.add(session, key=key, means=Means.SMS, address=PHONE, text="您好。", **more).id  # type: ignore[arg-type]


def row(database: Database) -> Outgoing:
    with database.read() as session:
        return session.query(Outgoing).one()


def test_it_leaves_after_the_commit_and_once(database: Database, clock: HandClock) -> None:
    line = Line()
    outbox = Outbox(clock, [line])
    write(database, outbox)
    write(database, outbox)  # the same key is the same message
    for _ in range(3):
        outbox.step(database)
    assert line.arrived == ["k"]
    assert (row(database).state, row(database).provider_id, row(database).sent_at) == (S.SENT, "id-k", clock())


def test_what_is_undone_is_never_sent(database: Database, clock: HandClock) -> None:
    line = Line()
    outbox = Outbox(clock, [line])
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        outbox.add(session, key="k", means=Means.SMS, address=PHONE, text="您好。")
        raise ZeroDivisionError
    outbox.step(database)
    assert line.arrived == []


def test_without_a_line_it_waits_and_says_so(database: Database, clock: HandClock) -> None:
    outbox = Outbox(clock)
    write(database, outbox)
    assert outbox.step(database) == 0
    with database.read() as session:
        (waiting,) = outbox.unsettled(session)
        assert outbox.wording(waiting) == NO_LINE == "未发送（没有线路）"
    line = Line()
    outbox.senders.append(line)  # a line was installed
    outbox.step(database)
    assert line.arrived == ["k"]


def test_a_line_for_texts_does_not_ring(database: Database, clock: HandClock) -> None:
    line = Line()
    outbox = Outbox(clock, [line])
    with database.begin() as session:
        outbox.add(session, key="c", means=Means.CALL, address="08273361234", text="您好。")
    outbox.step(database)
    assert line.arrived == [] and row(database).state is S.QUEUED


def test_a_sure_failure_is_tried_again_with_longer_and_longer_pauses(database: Database, clock: HandClock) -> None:
    line = Line(faults=[NotSent("线路忙")] * 3)
    outbox = Outbox(clock, [line])
    write(database, outbox)
    pauses = []
    for _ in range(3):
        outbox.step(database)
        assert row(database).error == "线路忙"
        pauses.append((row(database).next_attempt_at - clock()).total_seconds())
        outbox.step(database)  # too early: nothing
        clock.now = row(database).next_attempt_at
    assert pauses == [30, 60, 120]
    outbox.step(database)
    assert (line.arrived, row(database).state, row(database).error) == (["k"], S.SENT, "")


def test_at_last_it_is_given_up_and_staff_may_send_it_again(database: Database, clock: HandClock) -> None:
    line = Line(faults=[NotSent("线路忙")] * MOST_ATTEMPTS)
    outbox = Outbox(clock, [line])
    row_id = write(database, outbox)
    for _ in range(MOST_ATTEMPTS):
        outbox.step(database)
        clock.advance(hours=1)
    assert (row(database).state, row(database).next_attempt_at) == (S.FAILED, None)
    with database.begin() as session:
        outbox.repeat(session, row_id)
    outbox.step(database)
    assert (row(database).state, len(line.arrived)) == (S.SENT, 1)
    with database.begin() as session, pytest.raises(TransitionRefused):
        outbox.repeat(session, row_id)
    with database.begin() as session, pytest.raises(NotFound):
        outbox.repeat(session, 404)


def test_a_number_that_does_not_exist_is_not_tried_again(database: Database, clock: HandClock) -> None:
    outbox = Outbox(clock, [Line(faults=[Refused("空号")])])
    write(database, outbox)
    outbox.step(database)
    clock.advance(days=1)
    assert outbox.step(database) == 0
    assert (row(database).state, row(database).error) == (S.FAILED, "空号")


def test_when_nobody_knows_whether_it_left_it_is_not_sent_again(database: Database, clock: HandClock) -> None:
    line = Line(faults=[TimeoutError("secret")])
    outbox = Outbox(clock, [line])
    write(database, outbox)
    outbox.step(database)
    clock.advance(days=1)
    assert outbox.step(database) == 0
    assert row(database).state is S.UNKNOWN
    assert "secret" not in row(database).error


@pytest.mark.parametrize(
    ("death", "can_tell", "state", "arrived"),
    [
        ("after", True, S.SENT, 1),  # the provider knows it: nothing is sent again
        ("before", True, S.SENT, 1),  # the provider surely does not: it is sent
        ("after", False, S.UNKNOWN, 1),  # nobody knows: at most once goes before at least once
        ("before", False, S.UNKNOWN, 0),
    ],
)
def test_a_hall_that_dies_while_sending_leaves_a_lease_that_another_settles(
    database: Database, clock: HandClock, death: str, can_tell: bool, state: OutgoingState, arrived: int
) -> None:
    line = Line(dies=[death], can_tell=can_tell)
    outbox = Outbox(clock, [line])
    write(database, outbox)
    with pytest.raises(Died):
        outbox.step(database)
    assert outbox.step(database) == 0  # its lease still runs
    clock.advance(seconds=LEASE.total_seconds())
    outbox.step(database)
    clock.advance(hours=1)
    outbox.step(database)
    assert (row(database).state, len(line.arrived)) == (state, arrived)


def test_a_hall_that_comes_back_too_late_changes_nothing(database: Database, clock: HandClock) -> None:
    """The first hall hangs in sending past its lease; what it notes then is fenced off."""
    line = Line()
    slow, other = Outbox(clock, [line]), Outbox(clock, [line])
    row_id = write(database, slow)
    with database.begin() as session:
        ((_, attempt, parcel, _),) = slow._claim(session)
    line.send(parcel)
    clock.advance(seconds=LEASE.total_seconds())
    other.step(database)
    assert row(database).state is S.SENT
    with database.begin() as session:
        slow._note(session, row_id, attempt, S.QUEUED, "", "线路忙")
    assert (row(database).state, line.arrived) == (S.SENT, ["k"])


def test_ten_halls_send_forty_messages_once_each(database: Database, clock: HandClock) -> None:
    line = Line()
    for n in range(40):
        write(database, Outbox(clock), f"k{n}")
    together = Barrier(10)

    def hall(_: int) -> None:
        outbox = Outbox(clock, [line])
        together.wait(timeout=60)
        while outbox.step(database):
            pass

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(hall, range(10)))
    assert sorted(line.arrived) == sorted(f"k{n}" for n in range(40))


def test_the_providers_report_comes_late_or_twice(database: Database, clock: HandClock) -> None:
    outbox = Outbox(clock, [Line()])
    write(database, outbox)
    outbox.step(database)
    with database.begin() as session:
        assert outbox.report(session, provider="line", provider_id="id-k", delivered=True)
        assert outbox.report(session, provider="line", provider_id="id-k", delivered=False, error="迟到的回执")
        assert not outbox.report(session, provider="line", provider_id="made-up", delivered=True)
    assert row(database).state is S.DELIVERED


def test_what_shall_wait_for_the_morning_waits(database: Database, clock: HandClock) -> None:
    line = Line()
    outbox = Outbox(clock, [line])
    clock.advance(hours=8)
    morning = clock()
    clock.advance(hours=-8)
    write(database, outbox, not_before=morning)
    outbox.step(database)
    assert line.arrived == []
    clock.now = morning
    outbox.step(database)
    assert line.arrived == ["k"]


EVENTS = st.lists(
    st.sampled_from(["fine", "busy", "hangs", "dies before", "dies after", "hour", "lease"]), max_size=25
)


@given(EVENTS, st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_no_person_gets_it_twice(sqlite: Database, events: list[str], can_tell: bool) -> None:
    clock, line = HandClock(), Line(can_tell=can_tell)
    outbox = Outbox(clock, [line])
    with sqlite.begin() as session:
        session.query(Outgoing).delete()
    write(sqlite, outbox)
    for event in events:
        line.faults = [NotSent("忙")] if event == "busy" else [TimeoutError()] if event == "hangs" else []
        line.dies = [event.split()[1]] if event.startswith("dies") else []
        clock.advance(seconds={"hour": 3600, "lease": LEASE.total_seconds()}.get(event, 1))
        with contextlib.suppress(Died):
            outbox.step(sqlite)
        assert len(line.arrived) <= 1
        assert row(sqlite).state is not S.SENT or line.arrived == ["k"]


# --- who is told by text message


def test_a_citizen_who_rang_is_told_each_step_by_text_and_the_hall_says_there_is_no_line(
    core: Core, database: Database
) -> None:
    with database.begin() as session:
        order, _ = core.orders.place(session, request_for("phone:1", channel="phone"))
    with database.read() as session:
        (placed,) = core.outbox.unsettled(session)
        assert placed.text.startswith(f"您的事记下了，订单号{order.number}，全程免费。")
        assert (placed.address, placed.means, placed.order_id) == (PHONE, Means.SMS, order.id)


def test_a_citizen_in_the_chat_gets_no_text(core: Core, database: Database) -> None:
    with database.begin() as session:
        core.orders.place(session, request_for())
    with database.read() as session:
        assert core.outbox.unsettled(session) == []


def test_a_landline_is_rung(core: Core, database: Database) -> None:
    with database.begin() as session:
        core.orders.place(session, request_for("counter:1", channel="counter", contact_phone="0827-3361234"))
    assert (row(database).means, row(database).address) == (Means.CALL, "08273361234")
