"""The lower bound: what somebody could reach who knows every answer before asking.

Each hour's errands are assigned together to runners who serve the town, are on duty and would say yes, so
that the sum of their answering times is least, nobody getting more than the load limit. Nothing else binds
the omniscient: no preference, no fairness, no orders from the hours before. So no way of dispatch is faster.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
from scipy.optimize import linear_sum_assignment

from hotline.simulation.world import Errand, World

IMPOSSIBLE = 1e9  # seconds: this runner cannot or will not


def lower_bound(world: World) -> dict[int, float]:
    """Seconds of waiting by errand; an errand that nobody would take is left out."""
    waits: dict[int, float] = {}
    errands = sorted(world.errands, key=lambda errand: errand.due)
    for _, group in groupby(errands, key=lambda errand: int(errand.due.timestamp() // 3600)):
        waits |= _assign(world, list(group))
    return waits


def _assign(world: World, errands: list[Errand]) -> dict[int, float]:
    costs = np.stack([_costs(world, errand) for errand in errands])
    slots = np.repeat(np.arange(len(world.roster)), [runner.load_limit for runner in world.roster])
    useful = slots[(costs[:, slots] < IMPOSSIBLE).any(axis=0)]
    if not len(useful):
        return {}
    rows, columns = linear_sum_assignment(costs[:, useful])
    found = zip(rows, costs[rows, useful[columns]], strict=True)
    return {errands[row].index: float(seconds) for row, seconds in found if seconds < IMPOSSIBLE}


def _costs(world: World, errand: Errand) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    seconds = world.seconds(errand, errand.due)
    may = world.serves(errand) & world.on_duty(errand.due) & world.willing(errand) & np.isfinite(seconds)
    return np.where(may, seconds, IMPOSSIBLE)
