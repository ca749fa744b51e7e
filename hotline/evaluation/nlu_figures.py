"""How well the assistant understands: intents and details of a test set, and the sheets made of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.evaluation.cases import NluCase
from hotline.evaluation.detail_values import same_value, same_words
from hotline.evaluation.sheets import Sheet, percent, share

NOW = "2026-11-23T09:00+08:00"  # the clock of every evaluation, a Monday
DETAILS = {"phone": "电话", "time": "时间", "place": "地点", "name": "姓名"}  # the kinds that the sets mark
MOST_CONFUSED = 15

Parsed = dict[str, Any]  # a line of `paotuan understand --json`


@dataclass(frozen=True)
class Understood:
    """What the model made of one case."""

    case: NluCase
    intent: str
    details: dict[str, str]  # as NluCase.details
    values: dict[str, str] = field(default_factory=dict)  # normalised: phone digits, ISO time, code of the place

    @property
    def right(self) -> bool:
        """Whether the intent is the expected one."""
        return self.intent == self.case.intent

    @property
    def tolerable(self) -> bool:
        """Whether the intent is one of those that are present."""
        return self.right or self.intent in self.case.also


def understood(case: NluCase, parsed: Parsed) -> Understood:
    """One line of the model's output beside its case: phones by value, the others as spoken.

    A company that the set marks as the name is found as `company`.
    """
    company = parsed["spoken"].get("company", "")
    if company and same_words(company, case.details.get("name", "")):
        parsed = {**parsed, "spoken": {**parsed["spoken"], "name": company}, "entities": {**parsed["entities"], "name": company}}
    spoken = {kind: text for kind, text in parsed["spoken"].items() if kind in DETAILS}
    if "phone" in spoken:
        spoken["phone"] = str(parsed["entities"]["phone"])
    return Understood(case, parsed["intent"], spoken, {kind: str(value) for kind, value in parsed["entities"].items()})


def run_nlu(cases: Sequence[NluCase], parse: Callable[[list[str]], list[Parsed]]) -> list[Understood]:
    """All cases in one batch."""
    lines = parse([" ".join(case.text.split()) for case in cases])
    return [understood(case, line) for case, line in zip(cases, lines, strict=True)]


def intent_sheet(runs: dict[str, list[Understood]]) -> Sheet:
    """Accuracy strict and lenient, macro F1, and negated intents that were heard as meant."""
    rows, figures = [], {}
    for name, results in runs.items():
        right, tolerable = sum(r.right for r in results), sum(r.tolerable for r in results)
        negated = [r for r in results if r.case.negated]
        misheard = sum(r.intent in r.case.negated for r in negated)
        f1 = macro_f1(results)
        rows.append([
            name, str(len(results)), percent(right, len(results)), percent(tolerable, len(results)),
            f"{100 * f1:.1f}%", f"{misheard}/{len(negated)}",
        ])  # fmt: skip
        figures[name] = {
            "rows": len(results), "accuracy": share(right, len(results)), "lenient": share(tolerable, len(results)),
            "macro_f1": round(f1, 4), "negated_taken": misheard, "negated_rows": len(negated),
        }  # fmt: skip
    columns = ["模型", "句数", "意图准确率", "宽松（also 也算对）", "宏平均 F1", "把否定当肯定"]
    return Sheet("intents", "意图", columns, rows, figures)


def macro_f1(results: Sequence[Understood]) -> float:
    """The mean of the F1 of each expected intent."""
    values = [_f1(*_intent_counts(results, intent)) for intent in sorted({r.case.intent for r in results})]
    return sum(values) / len(values) if values else 0.0


def _intent_counts(results: Sequence[Understood], intent: str) -> tuple[int, int, int]:
    hits = sum(r.right and r.intent == intent for r in results)
    return hits, sum(r.intent == intent for r in results), sum(r.case.intent == intent for r in results)


def _f1(hits: int, found: int, wanted: int) -> float:
    return 2 * hits / (found + wanted) if found + wanted else 0.0


def by_intent_sheet(results: Sequence[Understood]) -> Sheet:
    """Precision, recall and F1 of each intent."""
    rows, figures = [], {}
    for intent in sorted({r.case.intent for r in results}):
        hits, found, wanted = _intent_counts(results, intent)
        f1 = _f1(hits, found, wanted)
        rows.append([intent, str(wanted), percent(hits, found), percent(hits, wanted), f"{100 * f1:.1f}%"])
        figures[intent] = {
            "rows": wanted,
            "precision": share(hits, found),
            "recall": share(hits, wanted),
            "f1": round(f1, 4),
        }
    return Sheet("by_intent", "各个意图", ["意图", "句数", "准确率", "召回率", "F1"], rows, figures)


def voice_sheet(runs: dict[str, list[Understood]]) -> Sheet:
    """Intent accuracy by voice."""
    groups: dict[str, dict[str, list[bool]]] = {name: defaultdict(list) for name in runs}
    for name, results in runs.items():
        for r in results:
            groups[name][r.case.voice or "—"].append(r.right)
    voices = sorted({voice for by_voice in groups.values() for voice in by_voice})
    first = next(iter(groups.values()), {})
    rows = [
        [voice, str(len(first[voice])), *(percent(sum(by[voice]), len(by[voice])) for by in groups.values())]
        for voice in voices
    ]
    figures = {name: {v: share(sum(marks), len(marks)) for v, marks in by.items()} for name, by in groups.items()}
    return Sheet("voices", "各种说话方式的意图准确率", ["说话方式", "句数", *runs], rows, figures)


def confusion_sheet(results: Sequence[Understood]) -> Sheet:
    """The most frequent confusions, with an example of each."""
    pairs = Counter((r.case.intent, r.intent) for r in results if not r.right)
    examples = {(r.case.intent, r.intent): r.case.text for r in reversed(results) if not r.right}
    chosen = pairs.most_common(MOST_CONFUSED)
    rows = [[wanted, found, str(number), examples[wanted, found]] for (wanted, found), number in chosen]
    figures = [{"expected": wanted, "found": found, "rows": number} for (wanted, found), number in chosen]
    return Sheet("confusions", "最常见的混淆", ["应当是", "听成了", "句数", "例句"], rows, figures)


def detail_sheet(results: Sequence[Understood]) -> Sheet:
    """Precision, recall and F1 of the details by kind."""
    rows, figures = [], {}
    totals = (0, 0, 0)
    for kind, label in DETAILS.items():
        counts = detail_counts(results, kind)
        totals = (totals[0] + counts[0], totals[1] + counts[1], totals[2] + counts[2])
        rows.append(_detail_row(f"{label} {kind}", *counts))
        figures[kind] = _detail_figures(*counts)
    rows.append(_detail_row("全部", *totals))
    figures["all"] = _detail_figures(*totals)
    return Sheet(
        "details", "细节（有标准值的按意思，其余电话按号码、别的按原话）", ["细节", "应有", "找到", "准确率", "召回率", "F1"], rows, figures
    )


def detail_voice_sheet(results: Sequence[Understood]) -> Sheet:
    """Precision, recall and F1 of all kinds together, by voice."""
    rows, figures = [], {}
    for voice in sorted({r.case.voice or "—" for r in results}):
        own = [r for r in results if (r.case.voice or "—") == voice]
        counts = [detail_counts(own, kind) for kind in DETAILS]
        hits, found, wanted = (sum(column) for column in zip(*counts, strict=True))
        rows.append(_detail_row(voice, hits, found, wanted))
        figures[voice] = _detail_figures(hits, found, wanted)
    columns = ["说话方式", "应有", "找到", "准确率", "召回率", "F1"]
    return Sheet("details_by_voice", "各种说话方式的细节", columns, rows, figures)


def detail_counts(results: Sequence[Understood], kind: str) -> tuple[int, int, int]:
    """How many were right, found and wanted."""
    hits = sum(kind in r.details and kind in r.case.details and _is_right(r, kind) for r in results)
    return hits, sum(kind in r.details for r in results), sum(kind in r.case.details for r in results)


def _is_right(result: Understood, kind: str) -> bool:
    """By what it means where the set says so, else by the words."""
    if kind in result.case.values:
        return same_value(result.case.values[kind], result.values.get(kind, ""))
    return same_words(result.details[kind], result.case.details[kind])


def _detail_row(label: str, hits: int, found: int, wanted: int) -> list[str]:
    f1 = percent(2 * hits, found + wanted)
    return [label, str(wanted), str(found), percent(hits, found), percent(hits, wanted), f1]


def _detail_figures(hits: int, found: int, wanted: int) -> dict[str, float | int | None]:
    return {
        "rows": wanted, "precision": share(hits, found), "recall": share(hits, wanted),
        "f1": share(2 * hits, found + wanted),
    }  # fmt: skip


def row_figures(results: Sequence[Understood]) -> list[dict[str, object]]:
    """Every row that is wrong in anything, for reading one by one."""
    return [
        {
            "text": r.case.text, "voice": r.case.voice, "expected": r.case.intent, "found": r.intent,
            "details_expected": r.case.details, "details_found": r.details,
        }
        for r in results
        if not r.right or any(detail_counts([r], kind) not in ((0, 0, 0), (1, 1, 1)) for kind in DETAILS)
    ]  # fmt: skip
