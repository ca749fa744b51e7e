"""The dialogue learns: the words that were asked about, and the item that the citizen then chose."""

from __future__ import annotations

from typing import Any
from weakref import ref

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.turn import Turn, apply
from hotline.errands import Filled
from hotline.hall import Hall
from hotline.settings import Settings
from hotline.store import Database
from hotline.store.proposals import AliasProposal
from tests.builders import HandClock

ASKED = "欧阳建国的违章条子咋个去缴"
NAME = {"entity": "name", "start": 0, "end": 4, "value": "欧阳建国"}


def turn(hall: Hall, session: Session, **slots: Any) -> Turn:
    events = [
        {"event": "user", "text": ASKED, "parse_data": {"entities": [NAME]}},
        {"event": "user", "text": "第二个", "parse_data": {"entities": []}},
    ]
    message = {"text": "第二个", "intent": {"name": "choose_item"}, "entities": []}
    tracker = Tracker("token", slots, message, events, False, None, {}, None)
    return Turn(hall, session, CollectingDispatcher(), tracker)


def test_a_choice_proposes_the_words_that_were_asked_about(sqlite: Database, clock: HandClock) -> None:
    hall = Hall(Settings(database_url=sqlite.url.render_as_string()), clock)
    slots = {"item_text": ASKED, "item_choices": ["030001", "030002"]}
    with hall.database.begin() as session:
        apply(turn(hall, session, **slots), Filled({"item_code": "030002", "item_choices": None}))
        apply(turn(hall, session, **slots), Filled({"item_code": "030009"}))  # found by other words
        apply(turn(hall, session, **slots), Filled({"misunderstood": 1}))
        apply(turn(hall, session, item_text=ASKED), Filled({"item_code": "030002"}))  # nothing was asked
        (row,) = session.query(AliasProposal).all()
        assert (row.text, row.item_code, row.times) == ("违章条子咋个去缴", "030002", 1)
    hall.close()


def test_a_closed_hall_gives_its_lookup_back_at_once(sqlite: Database, clock: HandClock) -> None:
    hall = Hall(Settings(database_url=sqlite.url.render_as_string()), clock)
    lookup = ref(hall.lookup)
    hall.close()
    assert lookup() is None  # not when the collector next comes by: it holds some hundred megabytes
