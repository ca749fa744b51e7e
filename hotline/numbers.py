"""Order numbers that can be spoken: a running number with a Damm check digit at its end.

The check digit finds every single wrong digit and every swap of neighbours, the slips of
dictation. Source of the table: H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004.
"""

from __future__ import annotations

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
FIRST = 1000  # the first order is 1001 and a check digit: five digits


def order_number(order_id: int) -> str:
    """The number of the order with this row id."""
    digits = str(FIRST + order_id)
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The digit that makes the Damm sum zero."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def is_valid(number: str) -> bool:
    """Whether a number can be one of ours."""
    return number.isascii() and number.isdigit() and len(number) >= 5 and check_digit(number) == "0"
