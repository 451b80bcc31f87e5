"""What a model says before it runs, so that the kernel need not look at all of it each time."""

import numpy as np
from numpy.typing import NDArray

from svcsim.engines.compiled.records import POOL_STATE
from svcsim.model.arrays import NONE, Floats, Integers, Model, Records
from svcsim.model.codes import Discipline, ShiftEnd
from svcsim.world.quantiles import expected


def know_pools(model: Model, pool: Records) -> None:
    """Fill in what never changes of the pools (see `records.POOL_STATE`)."""
    groups = model.groups
    pool["general"] = _each_group(model, groups["streams"] == NONE)
    pauses = model.pools["shift_end"] == ShiftEnd.PAUSE
    pool["owned"] = ~_each_group(model, groups["own"] == 0) & pauses
    pool["apart"] = _each_group(model, groups["n_pools"] == 1)
    pool["timely"] = model.pools["shift_end"] != ShiftEnd.NO_LATE_START
    for k in np.flatnonzero(model.seizes["quorum"] > 0):
        teams = model.alternatives[model.seizes["first"][k] :][: model.seizes["n"][k]]
        for team in teams:
            pool["late"][model.needs["pool"][team["first"] :][: team["n"]]] = 1
    pool["lonely"] = 1
    for seize in model.seizes[lone_seizes(model) == 0]:
        teams = model.alternatives[seize["first"] :][: seize["n"]]
        pool["lonely"][model.needs["pool"][teams["first"]]] = 0
    pool["plain"] = _plain(model, pool)
    pool["order"] = len(model.limits) + model.cells["order"][model.pools["cell"]]


def odd_pools(model: Model) -> bool:
    """Say whether a model has pools that are not plain."""
    pool = np.zeros(len(model.pools), POOL_STATE)
    know_pools(model, pool)
    return not pool["plain"].all()


def simple_seizes(model: Model, pool: Records) -> Integers:
    """Return the pool of each seize that is simple (see `State.simple`), and -1 for the others."""
    seizes, alternatives = model.seizes, model.alternatives[model.seizes["first"]]
    needs = model.needs[alternatives["first"]]
    one = (seizes["n"] == 1) & (alternatives["n"] == 1) & (needs["number"] == 1)
    one &= (seizes["quorum"] <= 0) & (seizes["collect"] == 0) & (seizes["window"] == NONE)
    one &= (pool["apart"][needs["pool"]] == 1) & (pool["late"][needs["pool"]] == 0)
    one &= model.pools["unlimited"][needs["pool"]] == 0
    one &= model.pools["reserved"][needs["pool"]] == 0
    return np.where(one, needs["pool"], NONE)


def lone_seizes(model: Model) -> Integers:
    """Return 1 for each seize that asks one pool alone, at any time, and 0 for the others."""
    seizes = model.seizes
    alone = (seizes["n"] == 1) & (model.alternatives["n"][seizes["first"]] == 1)
    found: Integers = (alone & (seizes["window"] == NONE)).astype(np.int64)
    return found


def expected_work(model: Model) -> Floats:
    """Return what is expected of each distribution (22); nothing if nobody chooses by it."""
    if not (model.pools["discipline"] == Discipline.SHORTEST).any():
        return np.zeros(0)
    tables = model.distributions, model.pieces, model.tables
    return np.array([expected(*tables, law) for law in range(len(model.distributions))])


def _each_group(model: Model, holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pools for all of whose groups something holds."""
    return np.array(
        [
            holds[model.pool_groups[pool["first"] :][: pool["n_groups"]]].all()
            for pool in model.pools
        ],
        bool,
    )


def _plain(model: Model, pool: Records) -> NDArray[np.bool_]:
    """Return which pools are plain (see `records.POOL_STATE`)."""
    pools, seizes, alternatives = model.pools, model.seizes, model.alternatives
    plain: NDArray[np.bool_] = (pool["general"] & pool["apart"] & pool["timely"]) == 1
    plain &= pool["owned"] == 0
    plain &= (model.cells["n"][pools["cell"]] == 1) & (pools["n_groups"] == 1)
    plain &= pools["discipline"] == Discipline.FIFO
    plain &= (pools["unlimited"] == 0) & (pools["reserved"] == 0)
    for seize in seizes[simple_seizes(model, pool) == NONE]:
        for team in alternatives[seize["first"] :][: seize["n"]]:
            plain[model.needs["pool"][team["first"] :][: team["n"]]] = False
    return plain
