"""Rows: what items did and waited for."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.analysis.loops.ticks import UNIT, part_of, size_of, ticks_inside
from svcsim.model.arrays import NONE, Integers, Records
from svcsim.model.codes import Kind

WORK, CONTENTION = int(Kind.WORK), int(Kind.CONTENTION)
GATE, UNAVAILABILITY = int(Kind.GATE), int(Kind.UNAVAILABILITY)
POLICY, PRIORITISATION = int(Kind.POLICY), int(Kind.PRIORITISATION)
BLOCKING = tuple(int(kind) for kind in (Kind.GATE, Kind.EXTERNAL, Kind.DEPENDENCY, Kind.UNOWNED))
"""Kinds of waits for what the people of a stream do not work off."""
N_KINDS = len(Kind)
ASIDE, TO_VALUE, NOT_COUNTED = range(3)
"""Rows of the cohort beside the way to value and on it, and rows of other items."""
N_WAYS = 3


@jit
def sum_rows(
    rows: Records,
    to_value: Records,
    to_the_end: Records,
    number: Integers,
    redials: Integers,
    choices: Integers,
    pools: Integers,
    stream: Integers,
    cls: Integers,
    cohort: Records,
    pursued: Records,
    until: Integers,
    rework: Records,
    n_tokens: int,
    n_pools: int,
    n_streams: int,
    n_classes: int,
    first: int,
    last: int,
    shift: int,
    mask: int,
) -> tuple[
    Integers, Integers, Integers, Integers, Integers, Integers, Integers, Integers, int, float
]:  # fmt: skip
    """Add up what items did and waited for (`RowSums`).

    Parameters
    ----------
    to_value, to_the_end
        Whether a token is on the critical path to value, and to the end of its item, as `Paths.on`
        says it.
    number
        Position of a token in its table, as `Paths.number` says it.
    redials
        How often the item of each row has redialled there before; empty: nobody has.
    choices, pools
        The pool that each row waits for, if it waits for people (`asked.of_waits`); empty: the
        first that its step and class may ask, of `choices`.
    rework
        By step: to come there again is rework.

    Returns
    -------
    Fields of `RowSums`, and the bound.
    """
    n_steps = len(rework)
    ticks = np.zeros((n_steps + n_streams, n_classes, N_WAYS, N_KINDS), np.int64)
    repeated = np.zeros((n_steps + n_streams, n_classes), np.int64)
    queued = np.zeros(n_pools, np.int64)
    waits = np.zeros((n_pools, n_streams, N_KINDS), np.int64)
    there = np.zeros(len(stream), np.int64)
    lived = np.zeros(n_tokens, np.int64)
    inside = np.zeros(n_streams, np.int64)
    blocked = np.zeros((n_streams, N_KINDS), np.int64)
    wrong = 0
    bound = 0
    beyond = len(number) - 1
    for k in range(len(rows)):
        row = rows[k]
        item, step, kind = row["item"], row["step"], row["kind"]
        token, v, c = min(row["token"], beyond), stream[item], cls[item]
        length = row["end"] - row["begin"]
        place = step if step >= 0 else n_steps + v
        way = NOT_COUNTED
        on_path = row["begin"] < until[item] and to_value[token]
        if cohort[item]:
            way = TO_VALUE if on_path and pursued[item] else ASIDE
        parts = row["gate"] + row["unavailability"] + row["policy"] + row["prioritisation"]
        if length < 0 or parts > (length if kind == CONTENTION else 0):
            wrong += 1
        bound += size_of(length)
        within = part_of(ticks_inside(row["begin"], row["end"], first, last), shift, mask)
        lasted = part_of(length, shift, mask)
        if to_the_end[token]:
            there[item] += lasted
            inside[v] += within
        if number[token] >= 0:
            lived[number[token]] += lasted
        if on_path and (kind in BLOCKING or row["gate"] > 0):
            open_ = ticks_inside(row["begin"], min(row["end"], until[item]), first, last)
            if kind == CONTENTION:
                blocked[v, GATE] += part_of(_share(row["gate"], open_, length), shift, mask)
            else:
                blocked[v, kind] += part_of(open_, shift, mask)
        if kind == CONTENTION:
            pool = NONE
            if step >= 0:
                pool = pools[k] if len(pools) else choices[step, c, 0]
            if pool >= 0:
                queued[pool] += within
                if way != NOT_COUNTED:
                    _add_wait(waits[pool, v], row, lasted, shift, mask)
            _add_wait(ticks[place, c, way], row, lasted, shift, mask)
            bound += size_of(row["gate"]) + size_of(row["unavailability"])
            bound += size_of(row["policy"]) + size_of(row["prioritisation"])
        else:
            ticks[place, c, way, kind] += lasted
        if way == TO_VALUE:
            nth = row["visit"] - (redials[k] if len(redials) else 0)
            if nth > 1 and (step < 0 or rework[step]):
                repeated[place, c] += lasted
    size = UNIT * float(bound)
    return ticks, repeated, queued, waits, there, lived, inside, blocked, wrong, size


@inlined
def _share(gate: int, inside: int, length: int) -> int:
    """Return the ticks of `gate` in some ticks of a wait; of a wait in two parts, in proportion."""
    if inside == length:
        return gate
    return min(int(float(gate) * (float(inside) / float(length))), gate, inside)


@inlined
def _add_wait(sums: Integers, row: Records, lasted: int, shift: int, mask: int) -> None:
    """Add a wait for people to sums by kind; contention is what remains of it."""
    gate = part_of(row["gate"], shift, mask)
    unavailability = part_of(row["unavailability"], shift, mask)
    policy = part_of(row["policy"], shift, mask)
    prioritisation = part_of(row["prioritisation"], shift, mask)
    sums[GATE] += gate
    sums[UNAVAILABILITY] += unavailability
    sums[POLICY] += policy
    sums[PRIORITISATION] += prioritisation
    sums[CONTENTION] += lasted - gate - unavailability - policy - prioritisation


@jit
def work_at(rows: Records, among: Records, cohort: Records) -> Integers:
    """Return the rows of the cohort that are work in some steps, but for work of no length."""
    found = np.empty(len(rows), np.int64)
    n = 0
    for k in range(len(rows)):
        step = rows[k]["step"]
        if step >= 0 and among[step] and rows[k]["kind"] == WORK and cohort[rows[k]["item"]]:
            if rows[k]["end"] > rows[k]["begin"]:
                found[n] = k
                n += 1
    return found[:n].copy()
