"""Which typical question is meant: counted over written lines, by the real lookup; wrong ones are the worse fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from hotline.catalogue.catalogue import Item, TypicalQuestion
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.typical_questions import LIKE, SURELY_LIKE, TypicalQuestions, is_question, questions_of
from hotline.vocabulary import Decision

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def typical(lookup: Lookup) -> TypicalQuestions:
    """The real lookup's view of typical questions."""
    return TypicalQuestions(lookup)


def with_questions(lookup: Lookup, code: str, *asked: str) -> Item:
    """The item of a code with these questions, each with an answer, whatever its keeper has written since."""
    item = lookup.catalogue.get(code)
    assert item is not None
    return replace(item, questions=tuple(TypicalQuestion(text, "是的。") for text in asked))


def counted(typical: TypicalQuestions, file: Path) -> Counter[str]:
    """How many lines are understood (right), taken for another question (wrong), missed, falsely answered, or left alone."""
    found: Counter[str] = Counter()
    for case in yaml.safe_load(file.read_text("utf-8")):
        item = with_questions(typical.lookup, case["item"], *case["asked"])
        for said, number in case["said"].items():
            result = typical.lookup.find(said)
            elsewhere = result.decision is Decision.COMMIT and result.candidates[0].code != item.code
            question = typical.asked(item, said, SURELY_LIKE if elsewhere else LIKE)
            got = case["asked"].index(question.question) + 1 if question else 0
            kinds = ("alone", "false") if number == 0 else ("missed", "wrong")
            found["right" if number == got > 0 else kinds[got > 0]] += 1
    return found


def test_two_of_three_are_understood_and_hardly_any_is_wrong(typical: TypicalQuestions) -> None:
    """When this was written: 103 of 156 right, none wrong, 3 of 89 others falsely answered."""
    found = counted(typical, FOLDER / "typical_questions.yml")
    assert found.total() == 245
    assert found["right"] >= 98 and found["wrong"] <= 1 and found["false"] <= 4, found


def test_so_it_is_where_nothing_was_chosen(typical: TypicalQuestions) -> None:
    """When this was written: 47 of 64 right, none wrong, 2 of 33 others falsely answered."""
    found = counted(typical, FOLDER / "typical_questions_held_out.yml")
    assert found.total() == 97
    assert found["right"] >= 44 and found["wrong"] <= 1 and found["false"] <= 3, found


def test_who_asks_for_the_item_itself_asks_no_typical_question(typical: TypicalQuestions) -> None:
    card = with_questions(typical.lookup, "030131", "补身份证要好久拿到")
    assert typical.asked(card, "身份证掉了咋个补") is None
    assert typical.asked(card, "补了的身份证要好久才拿得到") == card.questions[0]


@pytest.fixture
def encoded(lookup: Lookup, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The texts that the encoders are given from now on."""
    seen: set[str] = set()
    for view in lookup.views:
        encode = view.store.encoder.encode
        monkeypatch.setattr(view.store.encoder, "encode", lambda texts, encode=encode: seen.update(texts) or encode(texts))
    return seen


def test_the_catalogues_questions_are_never_encoded(lookup: Lookup, encoded: set[str]) -> None:
    """Their vectors are kept: who asks about an item first waits no longer than the next one."""
    typical = TypicalQuestions(lookup)
    typical.warm()
    assert not encoded
    items = [item for item in lookup.catalogue if item.questions]
    assert len(items) > 1_000
    for item in items[::50]:
        typical.asked(item, f"表哥喊我打听：{item.questions[0].question}")
    assert encoded and not encoded & {text for item in items for text in questions_of(item)}


def test_new_questions_are_encoded_before_anybody_asks(lookup: Lookup, encoded: set[str]) -> None:
    item = with_questions(lookup, "010001", "屋头自己的房子租不租得给合伙的人当经营场所", "头一年做生意要不要报税")
    typical = TypicalQuestions(lookup.over(lookup.catalogue.with_items([item])))
    typical.warm()
    assert set(questions_of(item)) <= encoded
    encoded.clear()
    assert typical.asked(item, "屋头自己的房子租得给合伙的当经营场所不") == item.questions[0]
    assert len(encoded) == 1


@pytest.mark.parametrize(
    "text", ["对头", "好嘛", "明天上午十点来", "我姓王", "柳林镇罐子沟村", "不是明天，后天", "帮我办个身份证", "就这样"]
)
def test_what_is_no_question_costs_nothing(typical: TypicalQuestions, text: str) -> None:
    assert not is_question(text) or len(text) < 4
