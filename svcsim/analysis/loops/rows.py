"""Rows: what items did and waited for."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import Integers, Records
from svcsim.model.codes import Kind

WORK, SETUP, CONTENTION = int(Kind.WORK), int(Kind.SETUP), int(Kind.CONTENTION)
GATE, UNAVAILABILITY = int(Kind.GATE), int(Kind.UNAVAILABILITY)
POLICY, PRIORITISATION = int(Kind.POLICY), int(Kind.PRIORITISATION)
N_KINDS = len(Kind)


@inlined
def _part(ticks: int, shift: int, mask: int) -> int:
    return (ticks >> shift) & mask


@inlined
def _inside(begin: int, end: int, first: int, last: int) -> int:
    """Return the ticks of [begin, end) that lie in [first, last)."""
    return max(min(end, last) - max(begin, first), 0)


@jit
def sum_rows(
    rows: Records,
    on_path: Records,
    redials: Integers,
    stream: Integers,
    cls: Integers,
    cohort: Records,
    pursued: Records,
    until: Integers,
    rework: Records,
    n_streams: int,
    n_classes: int,
    shift: int,
    mask: int,
) -> tuple[Integers, Integers, float]:
    """Add up what the cohort did and waited for, by place and class (`Tally`).

    Parameters
    ----------
    on_path
        Whether a token is on the critical path to value, as `Paths.on` says it.
    redials
        How often the item of each row has redialled there before; empty: nobody has.
    rework
        By step: to come there again is rework.

    Returns
    -------
    Ticks by place, class, whether they lie on the way to value, and kind; ticks of rework on the
    way to value, by place and class; the bound.
    """
    n_steps = len(rework)
    ticks = np.zeros((n_steps + n_streams, n_classes, 2, N_KINDS), np.int64)
    again = np.zeros((n_steps + n_streams, n_classes), np.int64)
    bound = 0.0
    beyond = len(on_path) - 1
    for k in range(len(rows)):
        row = rows[k]
        item = row["item"]
        if not cohort[item]:
            continue
        step, kind, length = row["step"], row["kind"], row["end"] - row["begin"]
        place = step if step >= 0 else n_steps + stream[item]
        to_value = (
            pursued[item] and row["begin"] < until[item] and on_path[min(row["token"], beyond)]
        )
        c, way = cls[item], 1 if to_value else 0
        ticks[place, c, way, kind] += _part(length, shift, mask)
        bound += abs(float(length))
        if kind == CONTENTION and length > 0:
            gate = _part(row["gate"], shift, mask)
            unavailability = _part(row["unavailability"], shift, mask)
            policy = _part(row["policy"], shift, mask)
            prioritisation = _part(row["prioritisation"], shift, mask)
            ticks[place, c, way, GATE] += gate
            ticks[place, c, way, UNAVAILABILITY] += unavailability
            ticks[place, c, way, POLICY] += policy
            ticks[place, c, way, PRIORITISATION] += prioritisation
            ticks[place, c, way, CONTENTION] -= gate + unavailability + policy + prioritisation
            bound += _magnitude(row)
        nth = row["visit"] - (redials[k] if len(redials) else 0)
        if to_value and nth > 1 and (step < 0 or rework[step]):
            again[place, c] += _part(length, shift, mask)
    return ticks, again, bound


@inlined
def _magnitude(row: Records) -> float:
    """Return a bound of the parts of a wait for people."""
    return (
        abs(float(row["gate"]))
        + abs(float(row["unavailability"]))
        + abs(float(row["policy"]))
        + abs(float(row["prioritisation"]))
    )


@jit
def sum_waits(
    rows: Records,
    pools: Integers,
    stream: Integers,
    cohort: Records,
    n_pools: int,
    n_streams: int,
    first: int,
    last: int,
    shift: int,
    mask: int,
) -> tuple[Integers, Integers, float]:
    """Add up waits for the people of pools.

    Returns
    -------
    Ticks in [first, last) of all items, by pool; ticks of the cohort whenever, by pool, stream and
    kind; the bound.
    """
    queued = np.zeros(n_pools, np.int64)
    waits = np.zeros((n_pools, n_streams, N_KINDS), np.int64)
    bound = 0.0
    for k in range(len(rows)):
        pool = pools[k]
        if pool < 0:
            continue
        row = rows[k]
        length = row["end"] - row["begin"]
        bound += abs(float(length))
        queued[pool] += _part(_inside(row["begin"], row["end"], first, last), shift, mask)
        if cohort[row["item"]]:
            v = stream[row["item"]]
            gate = _part(row["gate"], shift, mask)
            unavailability = _part(row["unavailability"], shift, mask)
            policy = _part(row["policy"], shift, mask)
            prioritisation = _part(row["prioritisation"], shift, mask)
            rest = _part(length, shift, mask) - gate - unavailability - policy - prioritisation
            waits[pool, v, CONTENTION] += rest
            waits[pool, v, GATE] += gate
            waits[pool, v, UNAVAILABILITY] += unavailability
            waits[pool, v, POLICY] += policy
            waits[pool, v, PRIORITISATION] += prioritisation
            bound += _magnitude(row)
    return queued, waits, bound


@jit
def account(
    rows: Records,
    to_the_end: Records,
    number: Integers,
    stream: Integers,
    cls: Integers,
    n_tokens: int,
    n_streams: int,
    n_steps: int,
    n_classes: int,
    first: int,
    last: int,
    shift: int,
    mask: int,
) -> tuple[Integers, Integers, Integers, Integers, int, float]:
    """Add up the rows that identities speak about.

    Parameters
    ----------
    to_the_end
        Whether a token is on the way to the end of its item, as `Paths.on` says it.
    number
        Position of a token in its table, as `Paths.number` says it.

    Returns
    -------
    Ticks to the end, by item; all ticks, by token; ticks to the end in [first, last), by stream;
    work and set-up, by step and class; how many rows are shorter than nothing, or than the parts of
    them that are told apart; the bound.
    """
    there = np.zeros(len(stream), np.int64)
    lived = np.zeros(n_tokens, np.int64)
    inside = np.zeros(n_streams, np.int64)
    work = np.zeros((n_steps, n_classes), np.int64)
    wrong = 0
    bound = 0.0
    beyond = len(number) - 1
    for k in range(len(rows)):
        row = rows[k]
        item, kind = row["item"], row["kind"]
        length = row["end"] - row["begin"]
        bound += abs(float(length))
        parts = row["gate"] + row["unavailability"] + row["policy"] + row["prioritisation"]
        if length < 0 or parts > (length if kind == CONTENTION else 0):
            wrong += 1
        length = _part(length, shift, mask)
        if to_the_end[min(row["token"], beyond)]:
            there[item] += length
            within = _inside(row["begin"], row["end"], first, last)
            inside[stream[item]] += _part(within, shift, mask)
        token = number[min(row["token"], beyond)]
        if token >= 0:
            lived[token] += length
        if kind == WORK or kind == SETUP:
            work[row["step"], cls[item]] += length
    return there, lived, inside, work, wrong, bound
