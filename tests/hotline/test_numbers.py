"""Order numbers are spoken over the telephone: a slip of one digit is noticed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.numbers import check_digit, is_valid, order_number

IDS = st.integers(1, 5_000_000)


@given(IDS)
def test_every_number_is_valid_and_fits_its_column(order_id: int) -> None:
    number = order_number(order_id)
    assert is_valid(number)
    assert 5 <= len(number) <= 12


@given(st.sets(IDS, min_size=2, max_size=50))
def test_no_two_orders_share_a_number(ids: set[int]) -> None:
    assert len({order_number(order_id) for order_id in ids}) == len(ids)


@given(IDS, st.integers(0, 10), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(order_id: int, place: int, digit: str) -> None:
    number = order_number(order_id)
    place %= len(number)
    assume(number[place] != digit)
    assert not is_valid(number[:place] + digit + number[place + 1 :])


@given(IDS, st.integers(0, 10))
def test_two_swapped_neighbours_are_noticed(order_id: int, place: int) -> None:
    number = order_number(order_id)
    place %= len(number) - 1
    first, second = number[place : place + 2]
    assume(first != second)
    assert not is_valid(number[:place] + second + first + number[place + 2 :])


def test_the_check_digit_is_damms() -> None:
    assert check_digit("572") == "4"  # the example in Damm's work


@pytest.mark.parametrize(
    "number", ["", "0", "5724", "1001", "１００１０", "一零零一", "10 010", "-10010", "10010x"]
)
def test_what_is_no_number_of_ours_is_refused(number: str) -> None:
    assert not is_valid(number)


def test_the_first_order_has_five_digits() -> None:
    assert order_number(1)[:4] == "1001" and len(order_number(1)) == 5
