"""A hall that runs on an old release is upgraded: every row is still there, and work goes on where it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text

from hotline.store import Database
from hotline.store.schema import ErrandOrder, Offer
from hotline.vocabulary import OfferState, OrderAction, OrderState
from tests.builders import MONDAY_TEN, Core, request_for

NOW = MONDAY_TEN.replace(tzinfo=None)
SOON = NOW + timedelta(minutes=3)

# One row and more of each table of the first release, as it wrote them.
FIRST: list[tuple[str, dict[str, Any]]] = [
    ("staff", {"id": 1, "login": "li", "name": "小李", "role": "HOTLINE", "password_hash": "-", "must_change": False,
               "failures": 0, "locked_until": None}),
    ("staff_session", {"token_hash": "t", "staff_id": 1, "csrf": "c", "expires_at": SOON}),
    ("runner", {"id": 1, "number": "R0001", "name": "李明珍", "phone": "13900000001", "kind": "PART_TIME", "team": "TOWN",
                "township": "511903106", "village": "", "zones": '["police"]', "load_limit": 2, "on_duty": True,
                "seen_at": NOW, "offered_at": NOW, "link_hash": "h", "link_expires": SOON}),
    ("conversation", {"id": 1, "token": "tok", "channel": "web", "owner": "STAFF", "staff_id": 1, "epoch": 3,
                      "state": "ACTIVE", "reason": "", "waiting_since": None, "created_at": NOW, "updated_at": NOW}),
    ("message", {"id": 1, "conversation_id": 1, "client_id": "m1", "sender": "CITIZEN", "text": "上户口", "payload": None,
                 "buttons": "[]", "answers_id": None, "answered_at": NOW, "author": "", "created_at": NOW}),
    ("message", {"id": 2, "conversation_id": 1, "client_id": None, "sender": "ASSISTANT", "text": "好的。", "payload": None,
                 "buttons": "[]", "answers_id": 1, "answered_at": None, "author": "", "created_at": NOW}),
    *[("errand_order", {
        "id": n, "number": number, "key": f"web:{n}", "conversation_id": 1, "channel": "web", "applicant_name": "王",
        "contact_phone": "13800001234", "item_code": "030001", "item_name": "出生登记", "zone": "police", "help": "ASSIST",
        "place_code": "511903106", "township": "柳林镇", "place_text": "柳林镇", "wish_from": SOON, "wish_to": SOON,
        "materials": '["户口簿"]', "notes": "", "state": state, "runner_id": holder, "door_code": "4711", "case_number": "",
        "dispatch_at": NOW if state == "PLACED" else None, "accept_by": SOON, "offers_made": 1, "created_at": NOW,
        "updated_at": NOW,
    }) for n, number, state, holder in ((1, "10019", "ACCEPTED", 1), (2, "10023", "OFFERED", None), (3, "10031", "PLACED", None))],
    ("order_event", {"id": 1, "order_id": 1, "at": NOW, "actor": "市民", "action": "place", "from_state": "",
                     "to_state": "PLACED", "reason": "web"}),
    ("offer", {"id": 1, "order_id": 2, "runner_id": 1, "state": "OPEN", "offered_at": NOW, "expires_at": SOON,
               "answered_at": None, "reason": "", "ranking": '[{"runner": "R0001", "reasons": ["同镇"]}]'}),
    ("follow_up", {"id": 1, "key": "k", "kind": "complaint", "conversation_id": 1, "order_id": 1, "stars": None,
                   "text": "太慢", "created_at": NOW, "due_at": SOON, "done_at": None}),
]  # fmt: skip
SECOND: list[tuple[str, dict[str, Any]]] = [
    ("catalogue_version", {"number": 1, "digest": "d", "made_at": NOW, "made_by": "小李", "note": "", "live": True,
                           "size": 0, "items": "[]"}),
    ("catalogue_switch", {"id": 1, "number": 1, "before": None, "at": NOW, "by": "小李", "undone_at": None, "undone_by": ""}),
]  # fmt: skip
RELEASES = {"0001": FIRST, "0002": FIRST + SECOND}


def fill(database: Database, rows: list[tuple[str, dict[str, Any]]]) -> None:
    with database.engine.begin() as connection:
        for table, values in rows:
            columns, marks = ", ".join(f'"{name}"' for name in values), ", ".join(f":{name}" for name in values)
            connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), values)
        if not database.is_sqlite:  # ids were given by hand
            for table in {name for name, values in rows if "id" in values}:
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)"))


def kept(database: Database, rows: list[tuple[str, dict[str, Any]]]) -> dict[str, int]:
    with database.engine.begin() as connection:
        tables = {table for table, _ in rows}
        return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


@pytest.mark.parametrize("release", RELEASES)
def test_an_upgrade_keeps_every_row_and_the_work_goes_on(empty_url: str, core: Core, release: str) -> None:
    database = Database(empty_url)
    database.migrate(release)
    fill(database, RELEASES[release])
    before = kept(database, RELEASES[release])
    database.migrate()
    assert kept(database, RELEASES[release]) == before
    with database.begin() as session:
        accepted = core.orders.get(session, "10019", lock=True)
        assert (accepted.runner.number, accepted.door_code, accepted.materials) == ("R0001", "4711", ["户口簿"])
        assert (accepted.contact_name, accepted.for_whom, accepted.level.label) == ("", "", "区市民之家")
        core.orders.move(session, accepted, OrderAction.COLLECT, actor="R0001")
        new, _ = core.orders.place(session, request_for("web:new"))
    core.clock.advance(minutes=4)
    with database.begin() as session:
        core.dispatch.step(session)  # the offer that was open has lapsed by now
        states = {order.number: order.state for order in session.query(ErrandOrder)}
        assert states["10019"] is OrderState.COLLECTED
        assert session.query(Offer).filter_by(id=1).one().state is OfferState.EXPIRED
        assert {"10019", "10023", "10031", new.number} == set(states)
    database.close()


def test_references_hold_after_an_upgrade(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.db")
    database.migrate("0002")
    fill(database, RELEASES["0002"])
    database.migrate()
    with database.engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert "errand_order" in inspect(database.engine).get_table_names()
    database.close()
