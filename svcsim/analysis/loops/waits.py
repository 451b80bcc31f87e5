"""Waits that stop clocks."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import Integers, Records
from svcsim.model.codes import Kind

RUNNING = tuple(
    int(kind) for kind in (Kind.WORK, Kind.SETUP, Kind.AUTOMATIC, Kind.CONTENTION, Kind.LIMIT)
)
"""Kinds of rows during which a clock never stands: work, and waits for people or places."""


@jit
def waits_at(rows: Records, among: Records) -> Integers:
    """Return the rows that are waits in some steps, but for people and places."""
    found = np.empty(len(rows), np.int64)
    n = 0
    for k in range(len(rows)):
        kind, step = rows[k]["kind"], rows[k]["step"]
        if step >= 0 and among[step] and kind not in RUNNING:
            found[n] = k
            n += 1
    return found[:n].copy()


@jit
def standing(
    rows: Records, waits: Integers, tokens: Records, first_token: Integers, end: int
) -> tuple[Integers, Integers, Integers]:
    """Return when every token of an item that lives is in one of some waits: item, begin, end.

    Parameters
    ----------
    waits
        The rows that are such waits.
    first_token
        Position of the first token of each item in the table, and the number of tokens.
    end
        Of the run.
    """
    most = 0
    a = 0
    for b in range(1, len(waits) + 1):
        item = rows[waits[a]]["item"]
        if b == len(waits) or rows[waits[b]]["item"] != item:
            most += 2 * (b - a + first_token[item + 1] - first_token[item])
            a = b
    found = np.empty((3, most), np.int64)
    edges = np.empty(most, np.int64)
    n = 0
    a = 0
    for b in range(1, len(waits) + 1):
        item = rows[waits[a]]["item"]
        if b < len(waits) and rows[waits[b]]["item"] == item:
            continue
        low, high = first_token[item], first_token[item + 1]
        if low == high:
            for k in range(a, b):
                found[0, n] = item
                found[1, n] = rows[waits[k]]["begin"]
                found[2, n] = rows[waits[k]]["end"]
                n += 1
        else:
            m = 0
            for k in range(a, b):
                m = _insert(edges, m, rows[waits[k]]["begin"])
                m = _insert(edges, m, rows[waits[k]]["end"])
            for k in range(low, high):
                m = _insert(edges, m, tokens[k]["began"])
                m = _insert(edges, m, min(tokens[k]["ended"], end))
            for i in range(m - 1):
                running = 0
                living = 0
                for k in range(low, high):
                    if tokens[k]["began"] <= edges[i] < min(tokens[k]["ended"], end):
                        living += 1
                for k in range(a, b):
                    if rows[waits[k]]["begin"] <= edges[i] < rows[waits[k]]["end"]:
                        running -= 1
                if living > 0 and living + running == 0:
                    found[0, n] = item
                    found[1, n] = edges[i]
                    found[2, n] = edges[i + 1]
                    n += 1
        a = b
    return found[0, :n].copy(), found[1, :n].copy(), found[2, :n].copy()


@inlined
def _insert(edges: Integers, n: int, tick: int) -> int:
    """Insert a tick into n that ascend, unless it is there; return how many there are then."""
    at = n
    while at > 0 and edges[at - 1] > tick:
        at -= 1
    if at > 0 and edges[at - 1] == tick:
        return n
    for k in range(n, at, -1):
        edges[k] = edges[k - 1]
    edges[at] = tick
    return n + 1
