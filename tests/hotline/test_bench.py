"""The measurements measure, and the crash campaign finds nothing lost, doubled or won twice: short ones here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, func, select
from typer.testing import CliRunner

from hotline.bench.crash import Campaign
from hotline.bench.mortal import Job, do
from hotline.bench.orders import bench_orders
from hotline.bench.seeding import seed
from hotline.cli.main import app
from hotline.hall import Hall
from hotline.orders import OPEN
from hotline.settings import Settings
from hotline.store import Database
from hotline.store.schema import ErrandOrder, Offer, OrderEvent, Table
from hotline.vocabulary import OfferState


@pytest.fixture
def hall(database: Database, tmp_path: Path) -> Hall:
    """A hall over a fresh database of each kind."""
    url = database.url.render_as_string(hide_password=False)
    return Hall(Settings(database_url=url, data_dir=tmp_path))


def test_a_seeded_hall_goes_on_where_the_old_orders_end(hall: Hall) -> None:
    seed(hall, 300)
    with hall.database.begin() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (ErrandOrder, OrderEvent, Offer)]
        assert counts == [300, 900, 300]
    do(hall, Job("create", "bench:new"))
    with hall.database.read() as session:
        order = session.query(ErrandOrder).filter_by(key="bench:new").one()
        assert order.id == 301
        assert hall.orders.get(session, str(order.number)) is order
    hall.close()


def test_a_database_of_an_earlier_measurement_is_filled_up_and_its_open_orders_are_ended(hall: Hall) -> None:
    seed(hall, 100)
    do(hall, Job("create", "bench:left over"))
    do(hall, Job("step"))
    seed(hall, 30_000)
    with hall.database.begin() as session:
        assert session.scalar(select(func.count()).select_from(ErrandOrder)) == 30_000
        assert session.query(ErrandOrder).filter(ErrandOrder.state.in_(OPEN)).count() == 0
        assert session.query(Offer).filter_by(state=OfferState.OPEN).count() == 0
    with hall.database.engine.connect() as connection:  # the indexes that were dropped meanwhile
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    hall.close()


def test_orders_are_timed_dispatched_and_accepted_beside_each_other(hall: Hall) -> None:
    seed(hall, 500)
    found = bench_orders(hall, rate=10, seconds=1.5)
    assert (found["sent"], found["errors"], found["first_errors"]) == (15, 0, [])
    assert found["backlog_drained"] and found["first_offers"] == 15
    assert 0 < found["p50_ms"] <= found["p95_ms"]
    hall.close()


def test_nothing_is_lost_or_doubled_when_processes_are_killed(hall: Hall) -> None:
    toll = Campaign(hall, seed=5).run(40)
    assert toll["creations"] == 40 and toll["carried"] == 9 and toll["kills"] > 60 and toll["statements"] > 50
    assert (toll["lost"], toll["doubled"], toll["two_winners"]) == (0, 0, 0)
    hall.close()


def _lose(hall: Hall) -> None:
    with hall.database.begin() as session:
        for table in reversed(Table.metadata.sorted_tables):  # with whatever refers to the order
            if table.name == "errand_order" or any(key.column.table.name == "errand_order" for key in table.foreign_keys):
                session.execute(table.delete())


def _forget(hall: Hall) -> None:
    with hall.database.begin() as session:
        session.query(OrderEvent).delete()


def _strand(hall: Hall) -> None:
    with hall.database.begin() as session:
        session.query(ErrandOrder).one().runner_id = 1


def _double(hall: Hall) -> None:
    with hall.database.begin() as session:
        step = session.query(OrderEvent).first()
        assert step is not None
        session.add(OrderEvent(order_id=step.order_id, at=step.at, actor="", action=step.action, from_state="", to_state=""))


def _win_twice(hall: Hall) -> None:
    with hall.database.begin() as session:
        order, now = session.query(ErrandOrder).one(), hall.clock()
        for runner_id in (1, 2):
            session.add(Offer(order_id=order.id, runner_id=runner_id, state=OfferState.ACCEPTED, offered_at=now, expires_at=now))


@pytest.mark.parametrize(
    ("harm", "field"),
    [(_lose, "lost"), (_forget, "lost"), (_strand, "lost"), (_double, "doubled"), (_win_twice, "two_winners")],
)
def test_the_campaign_sees_what_goes_wrong(
    sqlite: Database, tmp_path: Path, harm: Callable[[Hall], None], field: str
) -> None:
    hall = Hall(Settings(database_url=str(sqlite.url), data_dir=tmp_path))
    campaign = Campaign(hall)
    campaign._runners()
    do(hall, Job("create", "crash:0", dispatched=False))
    campaign.toll.creations = 1
    harm(hall)
    campaign._count_damage()
    assert getattr(campaign.toll, field) == 1
    hall.close()


def test_no_query_of_an_order_walks_over_what_is_long_done(hall: Hall) -> None:
    """Among twenty thousand old orders, with the planner's statistics of them: creation, step, and acceptance."""
    seed(hall, 20_000)
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many and statement.lstrip().startswith(("SELECT", "UPDATE")) and "advisory" not in statement:
            seen.append((statement, parameters))

    event.listen(hall.database.engine, "before_cursor_execute", note)
    do(hall, Job("create", "bench:1"))
    do(hall, Job("step"))
    with hall.database.read() as session:
        offer = session.query(Offer).filter_by(state=OfferState.OPEN).first()
    assert offer is not None
    do(hall, Job("accept", offer=offer.id, runner=offer.runner_id))
    event.remove(hall.database.engine, "before_cursor_execute", note)
    assert len(seen) > 15
    explain = "EXPLAIN QUERY PLAN " if hall.database.is_sqlite else "EXPLAIN "
    with hall.database.engine.connect() as connection:
        plans = {query[0]: [str(row[-1]) for row in connection.exec_driver_sql(explain + query[0], query[1])] for query in seen}
    walked = re.compile(r"(SCAN|Seq Scan on) (errand_order|order_event|offer)\b")
    assert {query: plan for query, plan in plans.items() if any(map(walked.search, plan))} == {}
    hall.close()


def test_the_verb_prints_one_object() -> None:
    done = CliRunner().invoke(app, ["bench", "orders", "--rate", "10", "--seconds", "1", "--existing", "100", "--json"])
    assert done.exit_code == 0, done.output
    assert {"sent", "errors", "p50_ms", "p95_ms", "existing", "database"} <= set(json.loads(done.stdout))
