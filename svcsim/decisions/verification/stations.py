"""Teams to which nothing is tied but a queue, and what theory says of them for sure."""

import numpy as np

from svcsim.decisions.verification.check import Check
from svcsim.engines import compiled
from svcsim.model.arrays import NONE, Integers, Model, Records
from svcsim.model.codes import WORKED, Discipline, Interruption, Op, ShiftEnd
from svcsim.model.trajectory import Trajectory

Law = tuple[str, str, str, str]
TIED = (Op.ADMIT, Op.PATIENCE, Op.ESCALATE, Op.ESCALATE_TO, Op.INSTANCES, Op.KEEP)
"""What makes the work of a step depend on more than when its item comes."""


def stations(model: Model) -> dict[int, list[int]]:
    """Return the steps of each pool whose work depends on nothing but when its items come.

    One group does it, at full speed, for one item at a time and alone; what is interrupted goes
    on where it was, and no item is taken away.
    """
    if len(model.effects) or len(model.triggers):
        return {}
    found: dict[int, list[int]] = {p: [] for p in range(len(model.pools)) if _plain(model, p)}
    tied = set(model.ops["step"][np.isin(model.ops["code"], TIED)].tolist())
    cancels = model.streams["n_strands"] > 0
    taken = set(np.flatnonzero(cancels).tolist())
    if cancels.any() and len(model.spawns):
        taken |= set(model.spawns["stream"].tolist())  # with the token that waits for them
    for op in model.ops[np.isin(model.ops["code"], WORKED)]:
        stream, step = int(model.steps["stream"][op["step"]]), int(op["step"])
        for s in set(model.by_class[op["a"], : model.streams["n_classes"][stream]].tolist()):
            pools, alone = _asked(model, s)
            if alone and op["c"] <= 0 and step not in tied and stream not in taken:
                if pools[0] in found and step not in found[pools[0]]:
                    found[pools[0]].append(step)
            else:
                for pool in pools:
                    found.pop(pool, None)
    return {pool: steps for pool, steps in found.items() if steps}


def _plain(model: Model, p: int) -> bool:
    """Say whether a pool is one group of people, who are there by their calendar."""
    pool = model.pools[p]
    group = model.groups[pool["group"]]
    return bool(
        not pool["unlimited"] and pool["n_groups"] == 1 and group["n_pools"] == 1
        and group["people"] > 0 and not group["on_call"] and group["n_stairs"] <= 0
        and pool["shift_end"] in (ShiftEnd.PAUSE, ShiftEnd.HAND_OVER)
        and not pool["reading"] and not pool["switching"] and not pool["reserved"]
        and p not in model.seats["pool"]
    )  # fmt: skip


def _asked(model: Model, s: int) -> tuple[list[int], bool]:
    """Return the pools of a request, and whether it is for one person of one of them."""
    seize = model.seizes[s]
    ways = model.alternatives[seize["first"] : seize["first"] + seize["n"]]
    needs = [need for way in ways for need in model.needs[way["first"] : way["first"] + way["n"]]]
    alone = (
        len(needs) == 1 and needs[0]["number"] == 1 and seize["window"] == NONE
        and seize["interruption"] != Interruption.RESTART
    )  # fmt: skip
    return [int(need["pool"]) for need in needs], bool(alone)


def other_order(law: Law, model: Model, seed: int, runs: list[Trajectory]) -> Check:
    """Serve the last who came first: a person who is alone works at the same times."""
    there = {
        pool: steps for pool, steps in stations(model).items()
        if model.groups["people"][model.pools["group"][pool]] == 1
    }  # fmt: skip
    wrong, spells = "", 0
    for pool, steps in there.items():
        pools = model.pools.copy()
        lifo = pools["discipline"][pool] == Discipline.LIFO
        pools["discipline"][pool] = Discipline.FIFO if lifo else Discipline.LIFO
        for n, one in enumerate(runs):
            other = compiled.simulate(model._replace(pools=pools), seed, n)
            if _same_come(steps, one, other):
                a, b = _busy(one, pool), _busy(other, pool)
                wrong = wrong or _unequal(f"replication {n}, presence of pool {pool}", a, b)
                spells += len(a)
    return _said(
        law,
        there,
        wrong,
        spells,
        "spells of work",
        "no team of one person has nothing but plain work",
    )


def one_more(law: Law, model: Model, seed: int, runs: list[Trajectory]) -> Check:
    """Add a person to a team with one queue: the first, second, third ... start is no later."""
    there = {pool: steps for pool, steps in stations(model).items() if _in_turn(model, pool, steps)}
    wrong, starts = "", 0
    for pool, steps in there.items():
        groups = model.groups.copy()
        groups["people"][model.pools["group"][pool]] += 1
        for n, few in enumerate(runs):
            many = compiled.simulate(model._replace(groups=groups), seed, n)
            if _same_come(steps, few, many):
                a, b = (np.sort(_visits(steps, run)["started"]) for run in (few, many))
                late = np.flatnonzero(b > a)
                if len(late) and not wrong:
                    k = int(late[0])
                    wrong = f"replication {n}, pool {pool}: start {k} is at {a[k]}, then at {b[k]}"
                starts += len(a)
    return _said(law, there, wrong, starts, "starts", "no team has nothing but plain work, in turn")


def _in_turn(model: Model, pool: int, steps: list[int]) -> bool:
    """Say whether everybody of a pool is there at once, and whoever came first is first."""
    group = model.groups[model.pools["group"][pool]]
    if group["leave"] or group["day"] or model.pools["discipline"][pool] != Discipline.FIFO:
        return False
    streams = sorted({int(model.steps["stream"][step]) for step in steps})
    ranks = {
        rank for v in streams for rank in
        model.by_class[model.streams["rank_row"][v], : model.streams["n_classes"][v]].tolist()
    }  # fmt: skip
    sets = (model.ops["code"] == Op.SET) & (model.ops["a"] != NONE)
    theirs = np.isin(model.steps["stream"][model.ops["step"]], streams)
    inherit = np.isin(model.spawns["stream"], streams) & (model.spawns["inherit_rank"] == 1)
    return len(ranks) == 1 and not (sets & theirs).any() and not inherit.any()


def _said(
    law: Law, there: dict[int, list[int]], wrong: str, n: int, what: str, without: str
) -> Check:
    if not there:
        return Check.without(*law, without)
    if not wrong and not n:
        return Check.without(*law, "who comes to such a team depends on it")
    return Check.of(*law, wrong, f"{n:,} {what}")


def _visits(steps: list[int], run: Trajectory) -> Records:
    return run.visits[np.isin(run.visits["step"], steps)]


def _same_come(steps: list[int], one: Trajectory, other: Trajectory) -> bool:
    """Say whether the same items come to some steps, at the same times."""
    a, b = _came(steps, one), _came(steps, other)
    return a.shape == b.shape and bool((a == b).all())


def _came(steps: list[int], run: Trajectory) -> Integers:
    visits = _visits(steps, run)
    items = run.items[visits["item"]]
    columns = [
        *(items[name] for name in ("stream", "hi", "lo", "member")),
        *(visits[name] for name in ("step", "visit", "entered")),
    ]
    return np.stack(columns)[:, np.lexsort(columns)]


def _busy(run: Trajectory, pool: int) -> Integers:
    """Return when a person who is alone was at work, (spells, 2)."""
    mine = run.presence[(run.presence["pool"] == pool)]
    mine = np.sort(mine[mine["end"] > mine["begin"]], order=("begin", "end"))
    breaks = mine["begin"][1:] != mine["end"][:-1]
    first, last = np.append(True, breaks)[: len(mine)], np.append(breaks, True)[: len(mine)]
    return np.stack([mine["begin"][first], mine["end"][last]], axis=1)


def _unequal(where: str, a: Integers, b: Integers) -> str:
    n = min(len(a), len(b))
    different = np.flatnonzero((a[:n] != b[:n]).any(axis=1))
    if len(different):
        k = int(different[0])
        return f"{where}, spell {k}: {a[k].tolist()} and {b[k].tolist()} (in turn and last first)"
    return "" if len(a) == len(b) else f"{where}: there are {len(a)} and {len(b)} spells"
