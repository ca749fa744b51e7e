"""Two requests in one sentence: are both found, and does one matter stay one?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotline.catalogue.lookup import Lookup
from hotline.catalogue.results import LookupResult
from hotline.evaluation.cases import table_of
from hotline.evaluation.lookup_figures import Outcome
from hotline.evaluation.sheets import Sheet, percent, share

SHOWN = 3  # items of a request that is asked about


@dataclass(frozen=True)
class TwoRequests:
    """A sentence and which items are right for its two requests; None where it holds only one, or none is known."""

    text: str
    first: re.Pattern[str] | None
    second: re.Pattern[str] | None


def read_two_requests(file: Path) -> list[TwoRequests]:
    """Rows of a TSV file with text, accept_first and accept_second; lines of comments (#) may head it."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(table_of(lines)[1])
    return [
        TwoRequests(
            row["text"], re.compile(row["accept_first"]),
            re.compile(row["accept_second"]) if row["accept_second"] else None,
        )
        for row in rows
    ]  # fmt: skip


def two_requests_sheet(
    lookup: Lookup, rows: Sequence[TwoRequests], others: Sequence[Outcome], advance: Callable[[], object]
) -> Sheet:
    """How many pairs are found, in either order, and how many other utterances fall apart by mistake."""
    both = split = found = 0
    pairs = [row for row in rows if row.second is not None]
    for row in pairs:
        results = _results(lookup.find(row.text))
        split += len(results) > 1
        found += any(_accepts(row.first, one) for one in results)
        both += both_right(row, results)
        advance()
    apart = sum(outcome.further > 0 for outcome in others)
    for row in rows:
        if row.second is None:
            apart += bool(lookup.find(row.text).further)
            advance()
    single = len(others) + len(rows) - len(pairs)
    measured = [
        ("split", "两件事，分成了两件", split, len(pairs)), ("both_right", "两件事都对", both, len(pairs)),
        ("first_right", "第一件事对", found, len(pairs)), ("one_split", "一件事，错分成两件", apart, single),
    ]  # fmt: skip
    table = [[label, f"{part}/{whole}", percent(part, whole)] for _, label, part, whole in measured]
    figures = {key: share(part, whole) for key, _, part, whole in measured}
    return Sheet("two_requests", "一句话说两件事", ["指标", "句数", "比率"], table, figures)


def _results(result: LookupResult) -> list[LookupResult]:
    return [result, *result.further]


def both_right(row: TwoRequests, results: Sequence[LookupResult]) -> bool:
    """Whether different results hold the two right items."""
    first = {k for k, one in enumerate(results) if _accepts(row.first, one)}
    second = {k for k, one in enumerate(results) if _accepts(row.second, one)}
    return bool(first and second and len(first | second) > 1)


def _accepts(pattern: re.Pattern[str] | None, result: LookupResult) -> bool:
    shown = (candidate.item for candidate in result.candidates[:SHOWN])
    return pattern is not None and any(pattern.search(f"{i.name.replace(' ', '')} {i.parent.replace(' ', '')}") for i in shown)
