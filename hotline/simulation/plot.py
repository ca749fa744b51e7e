"""The figures of a simulation as one picture."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from hotline.simulation.figures import distance, duty_hours
from hotline.simulation.run import Outcome
from hotline.simulation.world import World

LABELS = {"ours": "ours", "first_free": "first free", "nearest_first": "nearest first", "random": "random"}
PINYIN_FREE = "towns by their division code"  # no Chinese font can be relied on


def draw(file: Path, world: World, outcomes: dict[str, Outcome], bound: dict[int, float]) -> None:
    """Write a PNG: waiting, offers over the team, distance by town, and when orders came."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    picture, panels = pyplot.subplots(2, 2, figsize=(13, 9))
    _waiting(panels[0][0], outcomes, bound)
    _sharing(panels[0][1], world, outcomes)
    _distances(panels[1][0], world, outcomes)
    _demand(panels[1][1], world)
    picture.suptitle(f"{len(world.errands)} orders in {world.days} working days, seed {world.seed} (model)")
    picture.tight_layout()
    picture.savefig(file, dpi=110, format="png")
    pyplot.close(picture)


def _waiting(panel: Any, outcomes: dict[str, Outcome], bound: dict[int, float]) -> None:
    for name, outcome in outcomes.items():
        _steps(panel, [course.waited for course in outcome.courses if course.waited is not None], LABELS[name])
    _steps(panel, list(bound.values()), "omniscient bound", color="black", linestyle=":")
    panel.set(xscale="log", xlabel="seconds until somebody took care", ylabel="share of orders", title="Waiting")
    panel.legend()


def _steps(panel: Any, waits: list[float], label: str, **style: str) -> None:
    panel.step(np.sort(waits), np.arange(1, len(waits) + 1) / max(len(waits), 1), label=label, where="post", **style)


def _sharing(panel: Any, world: World, outcomes: dict[str, Outcome]) -> None:
    hours = duty_hours(world)
    for name, outcome in outcomes.items():
        rates = np.sort([outcome.offers.get(number, 0) / worked for number, worked in hours.items() if worked])
        panel.plot(np.linspace(0, 1, len(rates)), np.cumsum(rates) / max(rates.sum(), 1e-9), label=LABELS[name])
    panel.plot([0, 1], [0, 1], color="grey", linewidth=0.7)
    panel.set(xlabel="share of runners, least offered first", ylabel="share of offers an hour on duty",
              title="Offers over the whole team (Lorenz)")  # fmt: skip
    panel.legend()


def _distances(panel: Any, world: World, outcomes: dict[str, Outcome]) -> None:
    towns = [town.code for town in world.divisions.townships]
    for shift, (name, outcome) in enumerate(outcomes.items()):
        by_town: dict[str, list[float]] = defaultdict(list)
        for course in outcome.courses:
            if course.runner and course.errand.town:
                by_town[course.errand.town].append(distance(world, course))
        values = [mean(by_town[code]) if by_town[code] else 0.0 for code in towns]
        panel.bar(np.arange(len(towns)) + 0.2 * shift, values, width=0.2, label=LABELS[name])
    panel.set_xticks(np.arange(len(towns)) + 0.3, [code[6:] for code in towns], rotation=90)
    panel.set(xlabel=PINYIN_FREE, ylabel="modelled kilometres", title="Distance by town")
    panel.legend()


def _demand(panel: Any, world: World) -> None:
    hours = [(errand.at - errand.at.replace(hour=0, minute=0, second=0)).total_seconds() / 3600 for errand in world.errands]
    panel.hist(hours, bins=np.arange(8, 18.5, 0.5).tolist(), color="tab:grey")
    panel.set(xlabel="hour of the day", ylabel="orders", title="Demand")
