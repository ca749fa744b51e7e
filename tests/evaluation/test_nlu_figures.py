"""The figures of the understanding, counted by hand on a handful of results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotline.evaluation import stock
from hotline.evaluation.cases import NluCase
from hotline.evaluation.detail_values import same_value, same_words
from hotline.evaluation.engine_speed import EngineSpeed, speed_sheet
from hotline.evaluation.nlu_figures import (
    Understood,
    by_intent_sheet,
    confusion_sheet,
    detail_counts,
    detail_sheet,
    detail_voice_sheet,
    intent_sheet,
    macro_f1,
    row_figures,
    run_nlu,
    voice_sheet,
)


def heard(expected: str, found: str, *, also: str = "", negated: str = "", voice: str = "plain") -> Understood:
    """A result without details."""
    case = NluCase("一句话", expected, {}, voice, frozenset(also.split()), frozenset(negated.split()))
    return Understood(case, found, {})


ROOT = Path(__file__).resolve().parents[2]
RESULTS = [
    heard("greet", "greet"),
    heard("greet", "thanks", voice="asr"),
    heard("cancel_order", "complain", also="complain"),
    heard("order_status", "cancel_order", negated="cancel_order"),
]


def test_strict_lenient_and_negated() -> None:
    figures = intent_sheet({"x": RESULTS}).figures["x"]
    assert (figures["accuracy"], figures["lenient"]) == (0.25, 0.5)
    assert (figures["negated_taken"], figures["negated_rows"]) == (1, 1)


def test_macro_f1_is_the_mean_over_expected_intents() -> None:
    assert abs(macro_f1(RESULTS) - (2 / 3) / 3) < 1e-9


def test_sheets_have_a_row_each() -> None:
    assert [row[0] for row in voice_sheet({"x": RESULTS}).rows] == ["asr", "plain"]
    assert len(confusion_sheet(RESULTS).rows) == 3
    assert [row[0] for row in by_intent_sheet(RESULTS).rows] == ["cancel_order", "greet", "order_status"]


def test_a_voice_that_only_one_run_has_breaks_nothing() -> None:
    assert voice_sheet({"x": RESULTS, "y": RESULTS[:1]}).rows[0][-1] == "—"


def test_details_are_compared_by_value_or_by_words() -> None:
    case = NluCase(
        "幺三八……，明天，上午在柳林",
        "inform",
        {"phone": "13800001234", "time": "明天上午"},
        "",
        frozenset(),
        frozenset(),
    )
    line: dict[str, Any] = {
        "intent": "inform",
        "entities": {"phone": "13800001234", "time": "2026-11-24T09:00+08:00", "place": "511903106", "amount": "3"},
        "spoken": {"phone": "幺三八", "time": "明天，上午", "place": "柳林", "amount": "三元"},
    }
    [result] = run_nlu([case], lambda lines: [line])
    assert result.details == {"phone": "13800001234", "time": "明天，上午", "place": "柳林"}
    assert detail_counts([result], "phone") == detail_counts([result], "time") == (1, 1, 1)
    assert detail_counts([result], "place") == (0, 1, 0)
    assert detail_sheet([result]).figures["all"] == {"rows": 2, "precision": 0.6667, "recall": 1.0, "f1": 0.8}
    assert len(row_figures([result])) == 1


def test_a_company_is_a_name_where_the_set_says_so() -> None:
    case = NluCase("宏盛建材，找李会计", "inform", {"name": "宏盛建材"}, "", frozenset(), frozenset())
    line = {"intent": "inform", "entities": {"name": "李会计"}, "spoken": {"name": "李会计", "company": "宏盛建材"}}
    [result] = run_nlu([case], lambda lines: [line])
    assert detail_counts([result], "name") == (1, 1, 1)
    [other] = run_nlu([replace(case, details={"name": "李会计"})], lambda lines: [line])
    assert detail_counts([other], "name") == (1, 1, 1)


def test_the_first_part_of_a_morning_is_dawn() -> None:
    wanted = {"date": "2026-11-24", "part": "dawn"}
    assert same_value(wanted, "2026-11-24T08:00:00+08:00")
    assert not same_value(wanted, "2026-11-24T10:00:00+08:00")


def test_a_landline_said_without_its_area_code_is_the_same_phone() -> None:
    assert same_value("3368012", "08273368012")
    assert not same_value("3368012", "08273368013")
    assert not same_value("13800001234", "082713800001234")


def test_an_utterance_of_two_lines_stays_one() -> None:
    case = NluCase("你好\n我要 办证", "greet", {}, "", frozenset(), frozenset())
    seen: list[str] = []

    def parse(lines: list[str]) -> list[dict[str, Any]]:
        seen.extend(lines)
        return [{"intent": "greet", "entities": {}, "spoken": {}} for _ in lines]

    assert run_nlu([case], parse)[0].right
    assert seen == ["你好 我要 办证"]


def test_only_spaces_and_marks_may_differ() -> None:
    assert same_words("花丛镇街上，我妹那个药店", "花丛镇街上我妹那个药店")
    assert not same_words("明天", "明天上午")


def test_nothing_to_measure_breaks_nothing() -> None:
    assert intent_sheet({"x": []}).rows[0][2] == "—"
    assert voice_sheet({"x": []}).rows == confusion_sheet([]).rows == []


def test_the_stock_pipeline_is_the_documented_one(tmp_path: Path) -> None:
    config, stories = stock.write_stock(tmp_path, skills=ROOT / "data" / "skills", epochs=7)
    written = yaml.safe_load(config.read_text("utf-8"))
    assert [part["name"] for part in written["pipeline"]] == [
        "JiebaTokenizer", "CountVectorsFeaturizer", "CountVectorsFeaturizer", "DIETClassifier",
    ]  # fmt: skip
    assert [part["name"] for part in written["policies"]] == ["RulePolicy", "TEDPolicy"]
    assert written["pipeline"][-1]["epochs"] == 7
    assert written["policies"][-1]["epochs"] == 100  # its stories are few
    told = yaml.safe_load(stories.read_text("utf-8"))["stories"]
    assert told and all("intent" in story["steps"][0] for story in told)


def test_a_model_is_trained_from_nothing_into_its_own_folder(tmp_path: Path) -> None:
    command = stock.training_command(
        Path("python"), config=Path("c.yml"), data=[Path("a"), Path("b")], domain=Path("d"), folder=tmp_path
    )
    assert command[command.index("--data") + 1 : command.index("--domain")] == ["a", "b"]
    assert "--force" in command and command[command.index("--out") + 1] == str(tmp_path)
    assert stock.model_in(tmp_path).parent == tmp_path


def test_details_are_counted_by_voice() -> None:
    case = NluCase("明天在柳林镇", "inform", {"place": "柳林镇", "time": "明天"}, "short", frozenset(), frozenset())
    figures = detail_voice_sheet([Understood(case, "inform", {"place": "柳林镇"})]).figures
    assert (figures["short"]["recall"], figures["short"]["precision"]) == (0.5, 1.0)


def test_the_slow_turns_are_the_95th_percentile() -> None:
    speed = EngineSpeed(training=None, ready=9.0, memory=600.0, turns=[float(n) for n in range(1, 101)], rate=20.0)
    assert (speed.median, round(speed.slow)) == (50.5, 96)
    rows = dict((row[0], row[1]) for row in speed_sheet({"本系统": speed}).rows)
    assert rows["训练（秒，从零开始）"] == "—"
    assert rows["启动到能回答（秒）"] == "9"


@pytest.mark.parametrize(
    ("wanted", "found", "right"),
    [
        ("2026-11-24T10:00+08:00", "2026-11-24T10:00:00+08:00", True),
        ("2026-11-24T10:00+08:00", "2026-11-24T09:00:00+08:00", False),
        ({"date": "2026-11-24"}, "2026-11-24T09:00:00+08:00", True),
        ({"date": "2026-11-24", "part": "afternoon"}, "2026-11-24T14:00:00+08:00", True),
        ({"date": "2026-11-24", "part": "afternoon"}, "2026-11-24T09:00:00+08:00", False),
        ({"clock": "08:30"}, "2026-11-25T08:30:00+08:00", True),
        ({"date": "2026-11-24"}, "", False),
        ("511903106204", "511903106204", True),
        ("王", "王", True),
    ],
)
def test_details_are_compared_by_what_they_mean(wanted: Any, found: str, right: bool) -> None:
    assert same_value(wanted, found) is right


def test_a_value_counts_before_the_words() -> None:
    case = NluCase("幺三八…", "inform", {"phone": "幺三八…"}, "asr", frozenset(), frozenset(), {"phone": "13800001234"})
    assert detail_counts([Understood(case, "inform", {"phone": "x"}, {"phone": "13800001234"})], "phone") == (1, 1, 1)
