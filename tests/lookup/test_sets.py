"""Every answer that a hold-out set accepts is an item of the catalogue: a regex that matches none measures nothing."""

from __future__ import annotations

import pytest

from hotline.catalogue.catalogue import Catalogue
from hotline.evaluation.cases import read_lookup_cases
from hotline.evaluation.two_requests import read_two_requests
from hotline.settings import ROOT

SETS = ROOT / "tests" / "lookup"


@pytest.fixture(scope="module")
def names(catalogue: Catalogue) -> list[str]:
    """Name and parent of each item, as the sets are compared with them."""
    return [f"{item.name.replace(' ', '')} {item.parent.replace(' ', '')}" for item in catalogue]


NUMBERS = ("second", "third", "fourth", "fifth", "sixth", "seventh")


@pytest.mark.parametrize("name", ["holdout.tsv", *(f"{number}_holdout.tsv" for number in NUMBERS)])
def test_each_accepted_answer_is_in_the_catalogue(name: str, names: list[str]) -> None:
    cases = [case for case in read_lookup_cases(SETS / name) if case.accept]
    assert cases
    assert [c.text for c in cases if c.accept and not any(map(c.accept.search, names))] == []


PAIR_SETS = ["two_requests.tsv", "more_two_requests.tsv", *(f"{number}_two_requests.tsv" for number in NUMBERS)]


@pytest.mark.parametrize("name", PAIR_SETS)
def test_both_answers_of_a_pair_are_in_the_catalogue_and_differ(name: str, names: list[str]) -> None:
    pairs = [(row.text, row.first, row.second) for row in read_two_requests(SETS / name) if row.second]
    assert pairs
    for text, first, second in pairs:
        assert any(map(first.search, names)) and any(map(second.search, names)), text
        assert first.pattern != second.pattern, text
