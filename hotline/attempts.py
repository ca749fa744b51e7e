"""Failures by key within a window, so that what is secret cannot be guessed."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

from hotline.clock import Clock
from hotline.errors import TooManyAttempts

GUESSES = 5  # failed guesses within a WINDOW before they are refused
WINDOW = timedelta(minutes=10)


class Attempts:
    """Counts failures by key within a window, so that order numbers cannot be guessed.

    Whoever guesses is refused; an order that is guessed at only wants a better proof, so that
    nobody can lock its owner out.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._failures: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def check(self, key: str) -> None:
        """Raises TooManyAttempts after too many failures."""
        if self.are_many(key):
            raise TooManyAttempts(key=f"{key[:6]}…")  # a conversation's token is a key to it

    def are_many(self, key: str) -> bool:
        """Whether there were as many failures as are allowed."""
        failures = self._failures[key]
        while failures and failures[0] <= self.clock() - WINDOW:
            failures.popleft()
        return len(failures) >= GUESSES

    def failed(self, key: str) -> None:
        """One more failure."""
        self._failures[key].append(self.clock())
