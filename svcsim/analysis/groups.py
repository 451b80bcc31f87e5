"""Groups of people as measures and forecasts see them: who serves a pool, and when (14)."""

import numpy as np

from svcsim.analysis.load import Spans, common, length, open_time, spans
from svcsim.model.arrays import NONE, Floats, Model


def groups_of(model: Model, pool: int) -> list[int]:
    """Return the groups that serve a pool."""
    first, n = int(model.pools[pool]["first"]), int(model.pools[pool]["n_groups"])
    found: list[int] = model.pool_groups[first : first + n].tolist()
    return found


def shifts_of(model: Model, pool: int) -> list[int]:
    """Return those of them who come for their shifts, and are not on call."""
    return [g for g in groups_of(model, pool) if model.groups[g]["on_call"] == 0]


def on_call_of(model: Model, pool: int) -> list[int]:
    """Return those of them who are on call: none or one group."""
    return [g for g in groups_of(model, pool) if model.groups[g]["on_call"]]


def alone(model: Model, pool: int) -> bool:
    """Say whether one group serves a pool."""
    return bool(model.pools[pool]["n_groups"] == 1)


def sharing(model: Model, pool: int) -> bool:
    """Say whether people of a pool serve others, or those of others serve it."""
    return bool((model.groups["n_pools"][groups_of(model, pool)] > 1).any())


def clock_of(model: Model, pool: int) -> int:
    """Return the calendar of a pool; the wall clock where it has several groups."""
    return int(model.groups[model.pools[pool]["group"]]["calendar"]) if alone(model, pool) else NONE


def own_of(model: Model, pool: int) -> list[int]:
    """Return the groups of a pool's own people who come for their shifts."""
    return [g for g in shifts_of(model, pool) if model.groups[g]["pool"] == pool]


def serving(model: Model, pool: int) -> set[int]:
    """Return the pools that people of a pool's own serve."""
    found: set[int] = set()
    for g in own_of(model, pool):
        first, n = int(model.groups[g]["first"]), int(model.groups[g]["n_pools"])
        found |= set(model.group_pools[first : first + n].tolist())
    return found


def linked(model: Model, pool: int) -> frozenset[int]:
    """Return the pools that have a group in common with a pool, itself among them."""
    found = {pool}
    for g in groups_of(model, pool):
        first, n = int(model.groups[g]["first"]), int(model.groups[g]["n_pools"])
        found |= set(model.group_pools[first : first + n].tolist())
    return frozenset(found)


def people_of(model: Model, pool: int) -> int:
    """Return how many people a pool has of its own, those on call aside; -1: unlimited."""
    if model.pools[pool]["unlimited"]:
        return -1
    return int(model.groups["people"][own_of(model, pool)].sum())


def when_there(model: Model, pool: int) -> Spans:
    """Return when anybody of a pool is there."""
    found = np.zeros((0, 2), np.int64)
    for g in groups_of(model, pool):
        if model.groups[g]["people"] != 0:
            found = _either(found, spans(model, int(model.groups[g]["calendar"])))
    return found


def _either(one: Spans, other: Spans) -> Spans:
    """Return the time that is in one or the other."""
    both = np.concatenate([one, other])
    both = both[np.argsort(both[:, 0], kind="stable")]
    if len(both) < 2:
        return both
    ends = np.maximum.accumulate(both[:, 1])
    apart = np.flatnonzero(both[1:, 0] > ends[:-1])
    begins = both[np.concatenate([[0], apart + 1]), 0]
    return np.stack([begins, ends[np.concatenate([apart, [len(both) - 1]])]], axis=1)


def present(model: Model, g: int) -> float:
    """Return the ticks of the window in which one person of a group is expected to be there."""
    group = model.groups[g]
    away = (1 - float(group["leave"])) * (1 - float(group["day"]))
    return open_time(model, int(group["calendar"])) * away


def present_in(model: Model, pool: int, window: int) -> float:
    """Return the person-ticks of a pool that are expected in a window of steps."""
    first, last = model.warm_up, model.horizon
    total = 0.0
    for g in groups_of(model, pool):
        group = model.groups[g]
        both = common(spans(model, window), spans(model, int(group["calendar"])))
        away = (1 - float(group["leave"])) * (1 - float(group["day"]))
        total += int(group["people"]) * length(both, first, last) * away
    return total


def supply(model: Model, groups: list[int]) -> Floats:
    """Return the expected person-ticks of some groups in the window, one by one."""
    found = []
    for g in groups:
        people = float(model.groups[g]["people"]) if model.groups[g]["people"] >= 0 else np.inf
        there = present(model, g)
        found.append(people * there if people and there else 0.0)
    return np.array(found)
