"""Writers of one process take turns in the order in which they came."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from hotline.store.turns import Turns

PATIENCE = 60.0  # seconds


def _wait_for_queue(turns: Turns, length: int) -> None:
    until = time.monotonic() + PATIENCE
    while len(turns._waiting) < length:
        assert time.monotonic() < until, "nobody came to wait"
        time.sleep(0.001)


def test_who_works_in_a_loop_lets_those_who_wait_go_first() -> None:
    turns, order = Turns(), []

    def work(name: str) -> None:
        turns.acquire(PATIENCE)
        order.append(name)
        turns.release()

    assert turns.acquire(PATIENCE)
    with ThreadPoolExecutor(2) as pool:
        pool.submit(work, "creation")
        _wait_for_queue(turns, 1)
        pool.submit(work, "acceptance")
        _wait_for_queue(turns, 2)
        turns.release()
        work("the loop again")
    assert order == ["creation", "acceptance", "the loop again"]


def test_who_gives_up_leaves_the_queue_and_holds_nobody_up() -> None:
    turns = Turns()
    assert turns.acquire(PATIENCE)
    assert not turns.acquire(0.01)
    turns.release()
    assert turns.acquire(0.01)
    assert not turns.acquire(0.01)  # it is taken again
