"""Visits: when items were where, and which visit other records belong to."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import NEVER, NONE, Integers, Records
from svcsim.model.codes import REDIALLED, SENT_BACK, Kind

VISITS, REPEATS, STARTED, INCOMPLETE, BY_MACHINE, REDIALS = range(6)
N_COUNTS = 6
"""What is counted of the visits to a step: all; second and later ones that are rework; those that
people started, and what of these was sent back; those that a machine made; those given up, to be
tried again."""
CONTENTION = int(Kind.CONTENTION)


@jit
def last_finished(visits: Records, among: Records, n: int) -> Integers:
    """Return when each of n items last completed one of some steps, or NEVER."""
    ticks = np.full(n, NEVER, np.int64)
    for k in range(len(visits)):
        finished = visits[k]["finished"]
        if finished < NEVER and among[visits[k]["step"]]:
            item = visits[k]["item"]
            if ticks[item] == NEVER or ticks[item] < finished:
                ticks[item] = finished
    return ticks


@jit
def first_begun(visits: Records, among: Records, n: int, machines: bool) -> Integers:
    """Return when work on each of n items first began in some of the steps, or NEVER.

    With `machines`, what people did not start began when it was finished.
    """
    ticks = np.full(n, NEVER, np.int64)
    for k in range(len(visits)):
        began = visits[k]["started"]
        if machines and began >= NEVER:
            began = visits[k]["finished"]
        item = visits[k]["item"]
        if began < ticks[item] and among[visits[k]["step"]]:
            ticks[item] = began
    return ticks


@jit
def count_visits(
    visits: Records,
    cls: Integers,
    cohort: Records,
    redials: Integers,
    rework: Records,
    n_classes: int,
) -> tuple[Integers, Records]:
    """Count the visits of the cohort by step, class and what they were.

    Parameters
    ----------
    redials
        How often the item of each visit has redialled there before; empty: nobody has.
    rework
        By step: to come there again is rework.

    Returns
    -------
    The counts, (steps, classes, N_COUNTS), and which items were ever sent back, of the cohort or
    not.
    """
    counts = np.zeros((len(rework), n_classes, N_COUNTS), np.int64)
    returned = np.zeros(len(cls), np.bool_)
    for k in range(len(visits)):
        visit = visits[k]
        item, outcome = visit["item"], visit["outcome"]
        if outcome == SENT_BACK:
            returned[item] = True
        if not cohort[item]:
            continue
        step, c = visit["step"], cls[item]
        counts[step, c, VISITS] += 1
        nth = visit["visit"] - (redials[k] if len(redials) else 0)
        if nth > 1 and rework[step]:
            counts[step, c, REPEATS] += 1
        if visit["started"] < NEVER:
            counts[step, c, STARTED] += 1
            if outcome == SENT_BACK:
                counts[step, c, INCOMPLETE] += 1
        elif visit["finished"] < NEVER or outcome >= 0:
            counts[step, c, BY_MACHINE] += 1
        if outcome == REDIALLED:
            counts[step, c, REDIALS] += 1
    return counts, returned


@jit
def first_of(table: Records, n: int) -> Integers:
    """Return the position of the first record of each of n items in a table, and its length."""
    first = np.zeros(n + 1, np.int64)
    for k in range(len(table)):
        first[table[k]["item"] + 1] += 1
    for i in range(n):
        first[i + 1] += first[i]
    return first


@inlined
def _visit_of(
    visits: Records, first: Integers, item: int, step: int, visit: int, guess: int
) -> int:
    """Return the position of a visit, or -1; the visits of item i are those from first[i] on.

    It is searched for from a guess on: who asks in the order of the visits finds it at once.
    """
    low, high = first[item], first[item + 1]
    at = guess if low <= guess < high else low
    for _ in range(high - low):
        if visits[at]["step"] == step and visits[at]["visit"] == visit:
            return at
        at = at + 1 if at + 1 < high else low
    return NONE


@jit
def find_visits(
    item: Integers, step: Integers, visit: Integers, visits: Records, first: Integers
) -> Integers:
    """Return the position of each of many visits, or -1."""
    found = np.empty(len(item), np.int64)
    at = 0
    for k in range(len(item)):
        found[k] = _visit_of(visits, first, item[k], step[k], visit[k], at)
        at = found[k]
    return found


@jit
def redials_before(visits: Records, first: Integers) -> Integers:
    """Return how often the item of each visit has redialled there before."""
    found = np.zeros(len(visits), np.int64)
    for i in range(len(first) - 1):
        for k in range(first[i], first[i + 1]):
            if visits[k]["outcome"] == REDIALLED:
                for j in range(first[i], first[i + 1]):
                    if visits[j]["step"] == visits[k]["step"]:
                        found[j] += 1 if visits[j]["visit"] > visits[k]["visit"] else 0
    return found


@jit
def redials_of_rows(rows: Records, visits: Records, first: Integers, redials: Integers) -> Integers:
    """Return the same of the visit of each row, 0 outside of any."""
    found = np.zeros(len(rows), np.int64)
    at = 0
    for k in range(len(rows)):
        row = rows[k]
        if row["step"] >= 0:
            at = _visit_of(visits, first, row["item"], row["step"], row["visit"], at)
            if at >= 0:
                found[k] = redials[at]
    return found


@jit
def pools_of_visits(
    visits: Records, slices: Records, cls: Integers, choices: Integers, first: Integers
) -> Integers:
    """Return the pool that served each visit, or the first written (`Asked`).

    `choices` has the pools of each step and class, as `asked.askable` writes them.
    """
    width = choices.shape[2]
    pools = np.empty(len(visits), np.int64)
    for k in range(len(visits)):
        pools[k] = choices[visits[k]["step"], cls[visits[k]["item"]], 0]
    if width == 1:
        return pools
    choice = np.full(len(visits), width, np.int64)
    at = 0
    for k in range(len(slices)):
        one = slices[k]
        step, c = one["step"], cls[one["item"]]
        if choices[step, c, 1] < 0:
            continue
        at = _visit_of(visits, first, one["item"], step, one["visit"], at)
        for i in range(choice[at]):
            if choices[step, c, i] == one["pool"]:
                choice[at] = i
                pools[at] = one["pool"]
                break
    return pools


@jit
def pools_of_waits(
    rows: Records,
    visits: Records,
    cls: Integers,
    choices: Integers,
    first: Integers,
    pools: Integers,
) -> Integers:
    """Return the pool of the visit of each row that is a wait for people; -1 for the others."""
    found = np.empty(len(rows), np.int64)
    several = choices.shape[2] > 1
    at = 0
    for k in range(len(rows)):
        row = rows[k]
        step = row["step"]
        if row["kind"] != CONTENTION or step < 0:
            found[k] = NONE
            continue
        c = cls[row["item"]]
        found[k] = choices[step, c, 0]
        if several and choices[step, c, 1] >= 0:
            at = _visit_of(visits, first, row["item"], step, row["visit"], at)
            found[k] = pools[at]
    return found


@jit
def count_asking(
    visits: Records, pools: Integers, stream: Integers, cohort: Records, asking: Integers
) -> None:
    """Count the visits of the cohort that ask for people, by pool and stream, in `asking`."""
    for k in range(len(visits)):
        item = visits[k]["item"]
        if pools[k] >= 0 and cohort[item]:
            asking[pools[k], stream[item]] += 1


@jit
def count_parties(
    slices: Records,
    visits: Records,
    first: Integers,
    stream: Integers,
    cohort: Records,
    seen: Records,
    parties: Integers,
) -> None:
    """Count the visits of the cohort in which somebody of a pool took part, in `parties`.

    By pool and stream. `seen` has a bit for each visit and pool: it is counted already.
    """
    at = 0
    for k in range(len(slices)):
        item, pool = slices[k]["item"], slices[k]["pool"]
        if not cohort[item]:
            continue
        at = _visit_of(visits, first, item, slices[k]["step"], slices[k]["visit"], at)
        bit = np.uint8(1 << (pool & 7))
        if not seen[at, pool >> 3] & bit:
            seen[at, pool >> 3] |= bit
            parties[pool, stream[item]] += 1
