"""Every row of the hand-written cases, and the promises that hold for all texts."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.components.details import Detail, find_details

CASES = Path(__file__).parent
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday, 农历十月十五
ALPHABET = (
    "一二三四五六七八九零十百千万0123456789两个双点半号月日下周明天后上午柳林镇凤山社区村，。 "
    "我叫姓王李电话单号块元不是对送到在的"
)


def _rows(name: str) -> list[dict[str, str]]:
    with (CASES / f"{name}_cases.tsv").open(encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def _case(name: str) -> pytest.MarkDecorator:
    rows = _rows(name)
    return pytest.mark.parametrize("row", rows, ids=[row["text"] for row in rows])


def _expected(row: dict[str, str]) -> list[str]:
    return [part.strip() for part in (row["expected"] or "").split("|") if part.strip()]


def _found(row: dict[str, str], *kinds: str) -> list[Detail]:
    return [detail for detail in find_details(row["text"], now=NOW) if detail.kind in kinds]


def _number(detail: Detail) -> str:
    return detail.value + (f"({detail.extra['invalid']})" if "invalid" in detail.extra else "")


@_case("phone")
def test_phone(row: dict[str, str]) -> None:
    assert [_number(detail) for detail in _found(row, "phone")] == _expected(row)


@_case("order_number")
def test_order_number(row: dict[str, str]) -> None:
    assert [_number(detail) for detail in _found(row, "order_number")] == _expected(row)


@_case("amount")
def test_amount(row: dict[str, str]) -> None:
    found = [d.value + ("~" if d.extra.get("approx") else "") for d in _found(row, "amount")]
    assert found == _expected(row)


@_case("name")
def test_name(row: dict[str, str]) -> None:
    assert [f"{d.kind}:{d.value}" for d in _found(row, "name", "company")] == _expected(row)


@_case("place")
def test_place(row: dict[str, str]) -> None:
    found = _found(row, "place")
    assert [f"{d.text}={d.value}" for d in found] == _expected(row)
    if row["door"]:
        assert found[-1].extra["door"] == row["door"]


@_case("time")
def test_time(row: dict[str, str]) -> None:
    found, expected = _found(row, "time"), _expected(row)
    assert [_time(d, with_end=">" in e) for d, e in zip(found, expected, strict=False)] == expected
    assert len(found) == len(expected)


@_case("sentence")
def test_sentence(row: dict[str, str]) -> None:
    assert [_as_spoken(detail) for detail in find_details(row["text"], now=NOW)] == _expected(row)


def _as_spoken(detail: Detail) -> str:
    spoken = detail.kind in ("time", "place", "amount")
    return f"{detail.kind}={detail.text if spoken else detail.value}"


def _time(detail: Detail, *, with_end: bool) -> str:
    end = ">" + detail.extra["end"][:16] if with_end else ""
    flags = "!" * detail.extra["past"] + "?" * detail.extra["provisional"]
    return f"{detail.text}={detail.value[:16]}{end}{flags}"


@settings(max_examples=300, deadline=None)
@given(st.text(st.one_of(st.sampled_from(ALPHABET), st.characters()), max_size=60))
def test_any_text_gives_ordered_details_that_stand_in_it(text: str) -> None:
    details = find_details(text, now=NOW)
    assert all(0 <= d.start < d.end <= len(text) for d in details)
    assert all(a.end <= b.start for a, b in pairwise(details))


@pytest.mark.parametrize(
    "piece", ["1", "一", "1 ", "双", "柳林镇", "明天上午", "月底", "一块", "我叫", "送到", "四川巴中"]
)
def test_the_cost_of_a_monotonous_text_does_not_grow_with_its_square(piece: str) -> None:
    """Counted in calls, as the time of a busy machine proves nothing: four times the text, eight times at the most."""

    def calls(length: int) -> int:
        text = (piece * length)[:length]
        find_details(text, now=NOW)  # what is read on first use is read
        counted = 0

        def count(_frame: object, event: str, _argument: object) -> None:
            nonlocal counted
            counted += event in ("call", "c_call")

        sys.setprofile(count)
        try:
            find_details(text, now=NOW)
        finally:
            sys.setprofile(None)
        return counted

    assert calls(4_000) < 8 * calls(1_000)
