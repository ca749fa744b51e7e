"""The figures of the lookup, counted by hand on a handful of outcomes."""

from __future__ import annotations

import re
import sys
from dataclasses import replace

import pytest

from hotline.evaluation.baselines import CharacterTfIdf, LibraryMissing, WordsBM25, library
from hotline.evaluation.cases import LookupCase
from hotline.evaluation.lookup_figures import (
    Outcome,
    decision_sheet,
    noise_sheet,
    rank_of,
    rate_sheet,
    recall_sheet,
    reliability_sheet,
    run_noise,
    run_ranker,
    speed_sheet,
)
from hotline.vocabulary import Decision
from tests.lookup.test_questions import LICENCE

ITEMS = [replace(LICENCE, code=name, name=name, parent=name) for name in ("身份证补领", "结婚登记", "食品许可")]
DOCUMENTS = [["身份证补领", "身份证掉了"], ["结婚登记", "扯结婚证"], ["食品许可", "开馆子"]]


def case(text: str, kind: str, accept: str) -> LookupCase:
    """A case of the test."""
    return LookupCase("E1", text, kind, re.compile(accept) if accept else None)


LOST, WEDDING, PIZZA = (
    case("身份证掉了", "clear", "身份证"), case("扯结婚证", "variant", "结婚"), case("披萨", "none", ""),
)  # fmt: skip


def outcome(of: LookupCase, decision: Decision, *order: int, top: float = 0.9, seconds: float = 0.01) -> Outcome:
    """An outcome in which these items came in this order."""
    items = [ITEMS[k] for k in order]
    return Outcome(of, decision, items, top, rank_of(of, items), seconds, items[:3])


OUTCOMES = [
    outcome(LOST, Decision.COMMIT, 0, 1, 2, top=0.97),
    outcome(WEDDING, Decision.COMMIT, 2, 1, 0, top=0.9),
    outcome(WEDDING, Decision.CLARIFY, 0, 1, 2, top=0.5),
    outcome(WEDDING, Decision.REJECT, 1, 0, 2, top=0.1),
    outcome(PIZZA, Decision.REJECT, 2, 1, 0, top=0.05),
    outcome(PIZZA, Decision.COMMIT, 2, 1, 0, top=0.8),
]


def test_rates() -> None:
    assert rate_sheet(OUTCOMES).figures == {
        "commit_precision": 0.3333, "commit_coverage": 0.5, "reject_rate": 0.5, "false_reject_rate": 0.25,
    }  # fmt: skip


def test_decisions_by_kind() -> None:
    by_kind = {row.pop("kind"): row for row in decision_sheet(OUTCOMES).figures}
    assert by_kind["variant"] == {
        "rows": 3, "commit_right": 0, "commit_wrong": 1, "clarify": 1, "clarify_offers_right": 1, "reject": 1,
    }  # fmt: skip
    assert by_kind["none"]["commit_wrong"] == 1


def test_recall_leaves_out_what_is_no_item() -> None:
    cases = [o.case for o in OUTCOMES]
    sheet = recall_sheet(cases, {"x": [o.rank for o in OUTCOMES]})
    whole = sheet.figures[-1]
    assert (whole["rows"], whole["recall_at_1"], whole["recall_at_3"]) == (4, 0.5, 1.0)
    assert [len(row) for row in sheet.rows] == [len(sheet.columns)] * len(sheet.rows)


def test_reliability_counts_every_row_once() -> None:
    figures = reliability_sheet(OUTCOMES).figures
    assert sum(row["rows"] for row in figures) == len(OUTCOMES)
    assert figures[-1]["right"] == 1.0


def test_certainty_itself_has_a_bin() -> None:
    assert reliability_sheet([replace(OUTCOMES[0], top=1.0)]).figures[0]["rows"] == 1


def test_speed() -> None:
    figures = speed_sheet(OUTCOMES, 1.5, 400.0).figures
    assert figures == {"median_ms": 10.0, "p95_ms": 10.0, "load_seconds": 1.5, "peak_memory_mb": 400}


def test_empty_sets_give_dashes() -> None:
    assert rate_sheet([]).rows[0][2] == "—"
    assert recall_sheet([], {"x": []}).figures[-1]["recall_at_1"] is None
    assert reliability_sheet([]).rows == decision_sheet([]).rows == noise_sheet({}).rows == []
    assert speed_sheet([], 0.0, 0.0).rows


@pytest.mark.parametrize("ranker", [WordsBM25(DOCUMENTS), CharacterTfIdf(DOCUMENTS)], ids=["bm25", "tfidf"])
def test_baselines_find_by_words(ranker: WordsBM25 | CharacterTfIdf) -> None:
    ticks: list[None] = []
    assert run_ranker(ranker, ITEMS, [LOST, WEDDING, PIZZA], lambda: ticks.append(None)) == [1, 1, 0]
    assert len(ticks) == 3
    assert ranker.rank(["食品许可"], 1) == [[2]]
    assert sorted(ranker.rank(["食品许可"], 10)[0]) == [0, 1, 2]
    assert run_noise(ranker, ITEMS, [LOST], 0.0, lambda: None) == 1.0


def test_a_missing_library_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rank_bm25", None)
    with pytest.raises(LibraryMissing) as fault:
        library("rank_bm25", "rank-bm25")
    assert "请运行：uv pip install" in fault.value.wording and "rank-bm25" in fault.value.wording
