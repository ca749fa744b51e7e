"""What is measured of a simulated way of dispatch, and beside what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import timedelta
from statistics import mean
from typing import Any

import numpy as np

from hotline.duty import worked
from hotline.simulation.run import Course, Outcome
from hotline.simulation.world import KILOMETRES, World


@dataclass(frozen=True)
class Figures:
    """The figures of one way of dispatch. Times in seconds, distances in modelled kilometres."""

    name: str
    wait_mean: float  # until a runner accepted or the desk took over
    wait_median: float
    wait_p95: float
    wait_ratio_to_bound: float  # mean over the errands that somebody would take
    accepted_share: float
    escalated_share: float
    offers_per_order: float
    declines_per_order: float
    unanswered_per_order: float
    too_late_per_order: float  # yes, but a colleague was faster
    distance_mean: float
    gini: float  # among equals: offers an hour on duty, within each team
    gini_even: float  # the same if each team's offers had been dealt out as evenly as whole offers allow
    gini_all: float  # over the whole roster
    gini_accepted: float  # among equals: orders carried an hour on duty
    widest_gap: int  # most offers of a runner less the least, among equals with the same hours
    without_offer: int  # runners on duty for at least forty hours in a team that had offers, and got none


def figures(name: str, world: World, outcome: Outcome, bound: dict[int, float]) -> Figures:
    """Measure one outcome."""
    courses = [course for course in outcome.courses if course.waited is not None]
    waits = [course.waited or 0.0 for course in courses]
    bounded = [course for course in courses if course.errand.index in bound]
    carried: dict[str, int] = defaultdict(int)
    for course in courses:
        carried[course.runner] += 1
    hours, teams = duty_hours(world), _teams(world)
    even = _dealt_evenly(teams, outcome.offers, hours)
    count = len(outcome.courses) or 1
    return Figures(
        name, mean(waits), float(np.median(waits)), float(np.percentile(waits, 95)),
        mean(course.waited or 0.0 for course in bounded) / mean(bound[course.errand.index] for course in bounded),
        sum(course.accepted_at is not None for course in courses) / count,
        sum(course.escalated_at is not None for course in courses) / count,
        sum(outcome.offers.values()) / count,
        sum(course.declines for course in courses) / count,
        sum(course.silent for course in courses) / count,
        sum(course.too_late for course in courses) / count,
        mean([distance(world, course) for course in courses if course.runner] or [0.0]),
        _gini_among_equals(teams, outcome.offers, hours),
        _gini_among_equals(teams, even, hours),
        gini([outcome.offers.get(number, 0) for number in hours], list(hours.values())),
        _gini_among_equals(teams, carried, hours),
        _widest_gap(world, teams, outcome.offers, hours),
        _without_offer(teams, outcome.offers, hours),
    )  # fmt: skip


def gini(received: list[int], hours: list[float]) -> float:
    """0 when everybody gets the same for an hour on duty, 1 when one gets all. Hours are the weights."""
    got, weight = np.array(received, float), np.array(hours, float)
    got, weight = got[weight > 0], weight[weight > 0]
    if not got.sum():
        return 0.0
    order = np.argsort(got / weight)
    people = np.concatenate([[0], np.cumsum(weight[order]) / weight.sum()])
    offers = np.concatenate([[0], np.cumsum(got[order]) / got.sum()])
    return float(1 - np.sum(np.diff(people) * (offers[1:] + offers[:-1])))


def share_evenly(count: int, hours: list[float]) -> list[int]:
    """So many offers in whole numbers, as near to the hours on duty as can be (Sainte-Laguë)."""
    weight, got = np.array(hours, float), np.zeros(len(hours), int)
    for _ in range(count):
        got[np.argmin(np.divide(got + 0.5, weight, out=np.full(len(hours), np.inf), where=weight > 0))] += 1
    return [int(offers) for offers in got]


def _dealt_evenly(teams: dict[Any, list[str]], received: dict[str, int], hours: dict[str, float]) -> dict[str, int]:
    """Each team's offers by runner, had they been shared evenly, whoever was there at the time."""
    dealt: dict[str, int] = {}
    for numbers in teams.values():
        shares = share_evenly(sum(received.get(number, 0) for number in numbers), [hours[number] for number in numbers])
        dealt |= dict(zip(numbers, shares, strict=True))
    return dealt


def _gini_among_equals(teams: dict[Any, list[str]], received: dict[str, int], hours: dict[str, float]) -> float:
    """The mean over all teams, each counted by the offers that it had to share."""
    values, weights = [], []
    for numbers in teams.values():
        got = [received.get(number, 0) for number in numbers]
        if len(numbers) > 1 and sum(got) > 0:
            values.append(gini(got, [hours[number] for number in numbers]))
            weights.append(sum(got))
    return float(np.average(values, weights=weights)) if values else 0.0


def _widest_gap(
    world: World, teams: dict[Any, list[str]], received: dict[str, int], hours: dict[str, float]
) -> int:
    widest = 0
    for numbers in teams.values():
        alike: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number in numbers:
            runner = world.roster[world.position[number]]
            alike[runner.hours, round(hours[number])].append(received.get(number, 0))
        widest = max([widest, *(max(got) - min(got) for got in alike.values())])
    return widest


def _without_offer(teams: dict[Any, list[str]], received: dict[str, int], hours: dict[str, float]) -> int:
    asked = [team for team in teams.values() if any(number in received for number in team)]
    return len([number for team in asked for number in team if hours[number] >= 40 and number not in received])


def _teams(world: World) -> dict[Any, list[str]]:
    """The runners' numbers by team: equals have the same kind, level, town and village."""
    teams: dict[Any, list[str]] = defaultdict(list)
    for runner in world.roster:
        teams[runner.kind, runner.team, runner.township, runner.village].append(runner.number)
    return teams


def duty_hours(world: World) -> dict[str, float]:
    """Hours on duty of each runner in all days, without sick days."""
    hours = dict.fromkeys((runner.number for runner in world.roster), 0.0)
    for day in world.calendar:
        for place, runner in enumerate(world.roster):
            if place not in day.sick:
                hours[runner.number] += worked(runner.hours, day.date, day.date + timedelta(days=1))
    return hours


def distance(world: World, course: Course) -> float:
    """Modelled kilometres of the runner who took the errand."""
    near = int(world.nearness(course.errand.village)[world.position[course.runner]])
    return list(KILOMETRES.values())[near]


def as_json(ways: list[Figures], bound: dict[int, float], world: World) -> dict[str, Any]:
    """The one object of `--json`: our figures, nearest-first's Gini, and every way in full."""
    ours = ways[0]
    nearest = next(way for way in ways if way.name == "nearest_first")
    return {
        "wait_ratio_to_bound": round(ours.wait_ratio_to_bound, 3),
        "gini": round(ours.gini, 3),
        "gini_even": round(ours.gini_even, 3),
        "gini_nearest_first": round(nearest.gini, 3),
        "escalated_share": round(ours.escalated_share, 4),
        "seed": world.seed, "days": world.days, "orders_per_day": world.orders_a_day,
        "orders": len(world.errands),
        "bound_wait_mean": round(mean(bound.values()), 1) if bound else None,
        "ways": [{key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(way).items()} for way in ways],
    }  # fmt: skip
