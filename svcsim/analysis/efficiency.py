"""How fast people work, as forecasts see it (18)."""

import numpy as np

from svcsim.analysis.groups import groups_of
from svcsim.analysis.load import length, needs, spans
from svcsim.model.arrays import NEVER, Integers, Model


def stairs_of(model: Model, group: int) -> Integers:
    """Return the staircase of a group, shape (n, 2): ticks, and permille from there on."""
    record = model.groups[group]
    first, n = int(record["first_stair"]), int(record["n_stairs"])
    if n <= 0:
        return np.array([[0, 1000]])
    own = model.stairs[first : first + n]
    return np.stack([own["tick"], own["efficiency"]], axis=1)


def is_steady(model: Model, pool: int) -> bool:
    """Say whether everybody of a pool always works at one efficiency."""
    return (
        len({permille for g in groups_of(model, pool) for _, permille in stairs_of(model, g)}) < 2
    )


def mean_efficiency(model: Model, pool: int) -> float:
    """Return the mean efficiency of a pool's people over the shifts of the window; 1: standard."""
    done = there = 0.0
    for g in groups_of(model, pool):
        people, open_ = (
            int(model.groups[g]["people"]),
            spans(model, int(model.groups[g]["calendar"])),
        )
        stairs = stairs_of(model, g)
        ends = [*stairs[1:, 0].tolist(), NEVER]
        for (begin, permille), end in zip(stairs.tolist(), ends, strict=True):
            first, last = max(begin, model.warm_up), min(end, model.horizon)
            ticks = max(people, 0) * length(open_, first, max(first, last))
            done, there = done + ticks * permille / 1000, there + ticks
    return done / there if there else 1.0


def pace(model: Model, seize: int) -> float:
    """Return how fast a request is worked on, at best: at the pace of the slowest of its pools."""
    if not len(model.stairs):
        return 1.0
    return max(
        min((mean_efficiency(model, p) for p in wanted if _works(model, p)), default=1.0)
        for wanted in needs(model, seize)
    )


def _works(model: Model, pool: int) -> bool:
    """Say whether a pool has people, who may be slow."""
    return any(model.groups[g]["n_stairs"] >= 0 for g in groups_of(model, pool))
