"""What a citizen says afterwards is kept once, and what is owed comes first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.errors import NotFound
from hotline.follow_up import RATINGS, FollowUps, stars_of
from tests.builders import HandClock


@pytest.fixture
def follow_ups(clock: HandClock) -> FollowUps:
    return FollowUps(clock)


def test_the_same_message_is_kept_once(follow_ups: FollowUps, session: Session) -> None:
    first, kept = follow_ups.keep(session, key="web:1", kind="complaint", text="等了一上午")
    again, kept_again = follow_ups.keep(session, key="web:1", kind="complaint", text="别的话")
    assert (kept, kept_again, again) == (True, False, first)
    assert first.text == "等了一上午"


def test_the_most_urgent_comes_first_and_what_is_done_goes(
    follow_ups: FollowUps, session: Session, clock: HandClock
) -> None:
    later, _ = follow_ups.keep(session, key="1", kind="rating", stars=1, due_at=clock() + timedelta(days=15))
    soon, _ = follow_ups.keep(session, key="2", kind="complaint", due_at=clock() + timedelta(days=1))
    follow_ups.keep(session, key="3", kind="rating", stars=5)  # nobody has to do anything about it
    assert follow_ups.open(session) == [soon, later]
    done = follow_ups.finish(session, soon.id).done_at
    clock.advance(days=1)
    assert follow_ups.finish(session, soon.id).done_at == done  # done once
    assert follow_ups.open(session) == [later]
    with pytest.raises(NotFound):
        follow_ups.finish(session, later.id + 1_000)


@pytest.mark.parametrize("stars", RATINGS)
def test_each_grade_is_understood_by_its_own_name(stars: int) -> None:
    assert stars_of(RATINGS[stars]) == stars


@pytest.mark.parametrize(
    ("said", "stars"),
    [
        ("巴适得很", 5), ("给五星好评", 5), ("还可以嘛", 4), ("4分", 4), ("将就", 3), ("一般般", 3),
        ("不咋样", 2), ("差评！", 1), ("打一分", 1), ("你好", None), ("", None),
    ],
)  # fmt: skip
def test_a_grade_in_words(said: str, stars: int | None) -> None:
    assert stars_of(said) == stars
