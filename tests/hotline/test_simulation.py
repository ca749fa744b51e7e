"""The simulation: the same seed gives the same days, and the real dispatch code is fair and quick in them."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from hotline.cli.main import app
from hotline.divisions import read_divisions
from hotline.settings import Settings
from hotline.simulation.bound import lower_bound
from hotline.simulation.figures import as_json, figures, gini, share_evenly
from hotline.simulation.plot import draw
from hotline.simulation.policies import Anybody, NearestFirst
from hotline.simulation.run import Outcome, simulate
from hotline.simulation.world import World


@pytest.fixture(scope="module")
def world() -> World:
    """One day with some forty orders."""
    return World(read_divisions(), seed=3, days=1, orders_a_day=40, ahead=timedelta(days=3))


@pytest.fixture(scope="module")
def outcomes(world: World) -> dict[str, Outcome]:
    """That day with our way of dispatch and with nearest-first."""
    ways = {"ours": None, "nearest_first": NearestFirst()}
    return {name: simulate(world, Settings(), policy) for name, policy in ways.items()}


def test_nobody_is_faster_than_the_omniscient(world: World, outcomes: dict[str, Outcome]) -> None:
    bound = lower_bound(world)
    for outcome in outcomes.values():
        for course in outcome.courses:
            if course.errand.index in bound and course.accepted_at:
                assert course.waited is not None
                assert course.waited >= min(
                    world.seconds(course.errand, course.errand.due)[world.serves(course.errand)]
                )
        waited = sum(course.waited or 0 for course in outcome.courses if course.errand.index in bound)
        assert waited >= sum(bound.values())


def test_every_order_finds_a_runner_or_the_desk(world: World, outcomes: dict[str, Outcome]) -> None:
    for outcome in outcomes.values():
        assert len(outcome.courses) == len(world.errands)
        assert all(course.waited is not None for course in outcome.courses)
        assert all(bool(course.runner) == bool(course.accepted_at) for course in outcome.courses)


def test_who_takes_an_order_serves_its_town_works_and_is_well(world: World, outcomes: dict[str, Outcome]) -> None:
    for course in outcomes["ours"].courses:
        if course.runner:
            place = world.position[course.runner]
            assert world.serves(course.errand)[place]
            assert place not in world.calendar[0].sick
            assert world.on_duty(course.errand.due)[place]


def test_ours_is_quicker_and_fairer_than_nearest_first(world: World, outcomes: dict[str, Outcome]) -> None:
    bound = lower_bound(world)
    ours, nearest = (figures(name, world, outcome, bound) for name, outcome in outcomes.items())
    assert ours.wait_mean < nearest.wait_mean
    assert ours.gini_all < nearest.gini_all
    assert 0 < ours.gini_even <= ours.gini < ours.gini_even + 0.1  # with few orders chance alone is uneven
    told = as_json([ours, nearest], bound, world)
    assert {"wait_ratio_to_bound", "gini", "gini_nearest_first", "escalated_share"} <= set(told)
    json.dumps(told)


def test_a_seed_repeats_its_run(world: World, outcomes: dict[str, Outcome]) -> None:
    again = simulate(world, Settings(), None)
    assert again.offers == outcomes["ours"].offers
    assert [course.waited for course in again.courses] == [course.waited for course in outcomes["ours"].courses]
    same = World(read_divisions(), seed=3, days=1, orders_a_day=40, ahead=timedelta(days=3))
    assert [errand.at for errand in same.errands] == [errand.at for errand in world.errands]


def test_another_seed_is_another_day(world: World) -> None:
    other = World(read_divisions(), seed=4, days=1, orders_a_day=40, ahead=timedelta(days=3))
    assert [errand.at for errand in other.errands] != [errand.at for errand in world.errands]


def test_the_picture_is_a_png(world: World, outcomes: dict[str, Outcome], tmp_path: Path) -> None:
    draw(tmp_path / "day.png", world, outcomes, lower_bound(world))
    assert (tmp_path / "day.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("received", "hours", "value"),
    [([1, 1, 1], [8, 8, 8], 0), ([3, 0, 0], [8, 8, 8], 2 / 3), ([4, 2], [40, 20], 0), ([0, 0], [8, 8], 0), ([1, 0], [8, 0], 0)],
)
def test_gini_counts_offers_by_hours_on_duty(received: list[int], hours: list[float], value: float) -> None:
    assert gini(received, hours) == pytest.approx(value)


@pytest.mark.parametrize(
    ("count", "hours", "shares"),
    [(1, [40, 40, 40], [1, 0, 0]), (3, [40, 40, 40], [1, 1, 1]), (3, [40, 20], [2, 1]), (2, [0, 8], [0, 2]), (0, [8], [0])],
)
def test_offers_dealt_out_evenly_follow_the_hours_on_duty(count: int, hours: list[float], shares: list[int]) -> None:
    assert share_evenly(count, hours) == shares


def test_with_equal_hours_nobody_could_have_dealt_more_evenly() -> None:
    for count in range(7):
        every = [list(split) for split in product(range(count + 1), repeat=3) if sum(split) == count]
        assert gini(share_evenly(count, [40] * 3), [40] * 3) == min(gini(split, [40] * 3) for split in every)


def test_the_random_way_asks_one_who_may(world: World) -> None:
    outcome = simulate(world, Settings(), Anybody())
    assert sum(outcome.offers.values()) >= len(world.errands)


def test_the_verb_prints_one_object(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    done = CliRunner().invoke(app, ["simulate", "--days", "1", "--orders-per-day", "3", "--json", "--plot", str(tmp_path / "a.png")])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [way["name"] for way in told["ways"]] == ["ours", "first_free", "nearest_first", "random"]
    assert (tmp_path / "a.png").exists()
