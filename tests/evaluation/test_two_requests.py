"""How pairs of requests are counted: both found, in either order, and one matter left whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from hotline.catalogue.results import Candidate, LookupResult
from hotline.evaluation.two_requests import read_two_requests, two_requests_sheet
from hotline.vocabulary import Decision
from tests.evaluation.test_lookup_figures import ITEMS, OUTCOMES

ROWS = (
    "text\taccept_first\taccept_second\tnotes\n"
    "补身份证，顺便结婚\t身份证\t结婚\t\n结婚，再补身份证\t结婚\t身份证\t\n结婚，办食品证\t结婚\t食品\t\n补身份证\t身份证\t\t一件\n"
)


def answer(*items: int) -> LookupResult:
    """A result with the others as further ones."""
    first, *more = (
        LookupResult(Decision.COMMIT, [Candidate(ITEMS[k], 0.9, "", "", "")]) for k in items
    )  # fmt: skip
    return replace(first, further=more)


class Heard:
    """A lookup that finds 身份证补领 and 结婚登记, in this order, and never 食品许可."""

    def find(self, text: str) -> LookupResult:
        """Each word that it knows is a request."""
        return answer(*[k for k, word in enumerate(("身份证", "结婚")) if word in text])


def test_pairs_count_in_either_order(tmp_path: Path) -> None:
    file = tmp_path / "two.tsv"
    file.write_text(ROWS, "utf-8")
    heard: Any = Heard()
    rows = read_two_requests(file)
    assert [row.second is None for row in rows] == [False, False, False, True]
    figures = two_requests_sheet(heard, rows, [*OUTCOMES[:2], replace(OUTCOMES[2], further=1)], lambda: None).figures
    assert figures == {"split": 0.6667, "both_right": 0.6667, "first_right": 1.0, "one_split": 0.25}
