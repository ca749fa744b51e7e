"""The test sets that ship can be read, and a broken row is told of with file, line and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.components.annotated import mark
from hotline.errors import InvalidInput
from hotline.evaluation.cases import KINDS, NluCase, read_lookup_cases, read_nlu_cases, table_of
from hotline.evaluation.detail_values import PARTS
from hotline.settings import ROOT
from tests.lookup.test_questions import LICENCE

LOOKUP = ROOT / "tests" / "lookup" / "evaluation.tsv"
NLU = ROOT / "tests" / "nlu" / "evaluation.tsv"
NUMBERS = ("second", "third", "fourth", "fifth", "sixth", "seventh")
LOOKUPS_BY_OTHERS = [LOOKUP.with_name(f"{number}_holdout.tsv") for number in NUMBERS]
NLU_BY_OTHERS = [
    *(NLU.with_name(f"{name}.tsv") for name in ("holdout", "eighth_holdout", "ninth_holdout", "tenth_holdout")),
    *(ROOT / "data" / "details" / f"{name}.tsv" for name in ("read", "marked")),
]
INTENTS = {
    "request_errand", "ask_item_info", "ask_zone_window", "order_status", "cancel_order", "change_order", "handoff",
    "rate", "complain", "greet", "goodbye", "affirm", "deny", "thanks", "inform", "repeat", "out_of_scope",
}  # fmt: skip  # those that the hidden set names


def test_the_lookup_set_that_ships() -> None:
    cases = read_lookup_cases(LOOKUP)
    assert len(cases) >= 600
    assert {case.kind for case in cases} == set(KINDS)
    assert len({case.text for case in cases}) == len(cases)
    assert len({case.number for case in cases}) == len(cases)


def test_the_understanding_set_that_ships() -> None:
    cases = read_nlu_cases(NLU)
    assert len(cases) >= 800
    assert {kind for case in cases for kind in case.details} == {"phone", "time", "place", "name"}


@pytest.mark.parametrize("file", LOOKUPS_BY_OTHERS)
def test_the_lookup_sets_by_other_hands(file: Path) -> None:
    cases = read_lookup_cases(file)
    assert len(cases) >= 260
    assert {case.kind for case in cases} == set(KINDS)
    assert len({case.text for case in cases}) == len(cases)
    assert len({case.number for case in cases}) == len(cases)


@pytest.mark.parametrize("file", NLU_BY_OTHERS)
def test_the_understanding_sets_by_other_hands(file: Path) -> None:
    cases = read_nlu_cases(file)
    assert len(cases) >= 420
    assert {case.intent for case in cases} == INTENTS
    assert len({case.text for case in cases}) == len(cases)
    for kind, least in {"phone": 50, "time": 70, "place": 70, "name": 60}.items():
        assert sum(kind in case.details for case in cases) >= least


@pytest.mark.parametrize("file", NLU_BY_OTHERS)
def test_what_an_understanding_set_by_another_hand_marks_is_said_and_means_something(file: Path) -> None:
    with (ROOT / "data" / "lexicon" / "divisions.tsv").open(encoding="utf-8", newline="") as lines:
        codes = {row["code"] for row in table_of(lines)[1]}
    for case in read_nlu_cases(file):
        assert case.also | case.negated <= INTENTS, case.text
        assert mark(" ".join(case.text.split()), case.details), case.text  # raises ValueError for words that were not said
        assert set(case.values) <= set(case.details), case.text
        assert case.values.get("phone") == case.details.get("phone"), case.text
        assert case.values.get("place") in codes | {None}, case.text
        assert _is_a_time(case), case.text


def _is_a_time(case: NluCase) -> bool:
    """Whether the wanted time is one that can be compared: ISO 8601, or a date or clock with a part of the day."""
    wanted = case.values.get("time", {})
    if not isinstance(wanted, Mapping):
        return datetime.fromisoformat(wanted).utcoffset() is not None
    if "date" in wanted:
        date.fromisoformat(wanted["date"])
    if "clock" in wanted:
        datetime.strptime(wanted["clock"], "%H:%M")
    return set(wanted) <= {"date", "clock", "part"} and wanted.get("part", "noon") in PARTS


def test_comments_may_head_a_set_and_lines_are_still_counted_rightly(tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    file.write_text("# 谁写的\n# 怎样用\nid\ttext\tkind\taccept\n1\t#1 号窗口\tnone\t\n2\t开馆子\tclear\t\n", "utf-8")
    with pytest.raises(InvalidInput) as fault:
        read_lookup_cases(file)
    assert "第5行：none 的 accept 要空着" in fault.value.wording


def test_accept_is_searched_in_name_and_parent(tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    file.write_text("id\ttext\tkind\taccept\n1\t开馆子\tclear\t^小餐饮备案.* 小餐饮备案$\n2\t披萨\tnone\t\n", "utf-8")
    clear, none = read_lookup_cases(file)
    assert clear.accepts(replace(LICENCE, name="小餐饮备案 新办"))
    assert not clear.accepts(replace(LICENCE, parent="食品经营许可"))
    assert not none.accepts(LICENCE)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1\t开馆子\tstrange\t甲", "第2行：类别“strange”不认识"),
        ("1\t开馆子\tclear\t", "第2行：none 的 accept 要空着"),
        ("1\t披萨\tnone\t甲", "第2行：none 的 accept 要空着"),
        ("1\t开馆子\tclear\t(", "第2行：accept 不是正则表达式"),
        ("1\t \tclear\t甲", "第2行：列数不对，或没有原话"),
        ("1\t开馆子", "第2行：列数不对，或没有原话"),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, row: str, reason: str) -> None:
    file = tmp_path / "set.tsv"
    file.write_text(f"id\ttext\tkind\taccept\n{row}\n", "utf-8")
    with pytest.raises(InvalidInput) as fault:
        read_lookup_cases(file)
    assert str(file) in fault.value.wording and reason in fault.value.wording


def test_a_missing_file_or_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as fault:
        read_lookup_cases(tmp_path / "nothing.tsv")
    assert "找不到评测集" in fault.value.wording
    (tmp_path / "set.tsv").write_text("text\tintent_expected\n", "utf-8")
    with pytest.raises(InvalidInput) as fault:
        read_nlu_cases(tmp_path / "set.tsv")
    assert "缺少这些列：entities" in fault.value.wording


def test_notes_name_further_and_negated_intents(tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    row = '太慢了不办了\tcancel_order\t{"phone": "139"}\tangry\t急；also:complain;negated:deny'
    file.write_text(f"text\tintent_expected\tentities\tvoice\tnotes\n{row}\n", "utf-8")
    [case] = read_nlu_cases(file)
    assert (case.also, case.negated, case.details) == ({"complain"}, {"deny"}, {"phone": "139"})


def test_entities_that_are_no_object_are_named(tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    file.write_text("text\tintent_expected\tentities\n早\tgreet\t[1]\n", "utf-8")
    with pytest.raises(InvalidInput) as fault:
        read_nlu_cases(file)
    assert "第2行：entities 不是 JSON 对象" in fault.value.wording


def test_a_note_may_stand_above_the_head(tmp_path: Path) -> None:
    file = tmp_path / "set.tsv"
    file.write_text("# 谁写的\nid\ttext\tkind\taccept\n1\t店不开了\tclear\t注销\n2\t点外卖\tnone\t点\n", "utf-8")
    with pytest.raises(InvalidInput) as fault:
        read_lookup_cases(file)
    assert "第4行" in fault.value.wording
