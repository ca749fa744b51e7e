"""What the engine knows of Chinese speech: parsers in plain Python, and the graph components over them.

The parsers (`details` is their door) import neither rasa nor the hall, so both environments can run them.
`Detail` stands here, above all of them, so that no parser has to import its caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Detail:
    """One thing a citizen said that an order needs."""

    kind: str  # phone | time | place | name | company | order_number | amount
    value: str  # normalised; "" when it was said but cannot be resolved without asking
    text: str  # as spoken, without the commas that a recogniser puts inside a place
    start: int  # offset of the first character in the sentence
    end: int  # offset after the last one
    extra: dict[str, Any] = field(default_factory=dict)  # by kind; see each parser's docstring
