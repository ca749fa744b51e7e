"""Turns: a lock that whoever waits longest gets next."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """One thread at a time, in the order in which they came.

    `threading.Lock` wakes a waiter only after it is free again, so that a thread which works in a loop takes it
    anew, time after time, before anybody else runs. Here it is handed over.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()  # each locked until it is its waiter's turn

    def acquire(self, timeout: float) -> bool:
        """Wait for one's turn; False after so many seconds without it."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        return ticket.acquire(timeout=timeout) or self._gave_up(ticket)

    def _gave_up(self, ticket: threading.Lock) -> bool:
        """Leave the queue; True if the turn came in the last moment."""
        with self._guard:
            if ticket not in self._waiting:
                return True
            self._waiting.remove(ticket)
            return False

    def release(self) -> None:
        """Hand the turn to whoever waits longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
