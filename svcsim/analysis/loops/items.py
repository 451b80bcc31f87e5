"""Items: who belongs to the cohort, and what items count for."""

import numpy as np

from svcsim._jit import jit
from svcsim.analysis.loops.ticks import UNIT, part_of, size_of, ticks_inside
from svcsim.model.arrays import NEVER, Integers, Records
from svcsim.model.codes import Outcome

DONE, OPEN = int(Outcome.DONE), int(Outcome.OPEN)
IN_TIME, LATE = len(Outcome), len(Outcome) + 1
"""Endings with value, before the horizon and after it; the others are outcomes without value."""
N_ENDINGS = len(Outcome) + 2
COHORT, PURSUED, VALUED = range(N_ENDINGS, N_ENDINGS + 3)
N_COUNTS = N_ENDINGS + 3
"""What items are counted as: how those of the cohort ended, those of the cohort, those that are
pursued, and those of any that had their value in the window."""


@jit
def follow(
    items: Records, value: Integers, at_the_end: Records, first: int, last: int, end: int
) -> tuple[Records, Integers, Records]:
    """Say which items are of the cohort, until when each is followed, and which are pursued.

    Parameters
    ----------
    value
        When each completed its value point, or NEVER; of an item whose value is that it is done,
        when it was is written here.
    at_the_end
        By stream: whether an item has its value when it is done.
    first, last, end
        The window in which the cohort arrives, and the end of the run.
    """
    cohort = np.empty(len(items), np.bool_)
    pursued = np.empty(len(items), np.bool_)
    until = np.empty(len(items), np.int64)
    for k in range(len(items)):
        item = items[k]
        ended = item["ended"]
        if at_the_end[item["stream"]] and item["outcome"] == DONE:
            value[k] = ended
        valued = value[k] < NEVER
        cohort[k] = first <= item["arrived"] < last
        until[k] = value[k] if valued else min(ended, end)
        pursued[k] = cohort[k] and (valued or ended == NEVER)
    return cohort, until, pursued


@jit
def count_items(
    items: Records,
    value: Integers,
    cohort: Records,
    pursued: Records,
    n_streams: int,
    n_classes: int,
    first: int,
    last: int,
    end: int,
) -> tuple[Integers, int]:
    """Count items by stream, class and what they are.

    Returns
    -------
    The counts, (streams, classes, N_COUNTS), and how many items left at a wrong time or without an
    outcome, or have one and are there.
    """
    counts = np.zeros((n_streams, n_classes, N_COUNTS), np.int64)
    odd = 0
    for k in range(len(items)):
        item = items[k]
        ended, outcome, of_class = (
            item["ended"],
            item["outcome"],
            counts[item["stream"], item["cls"]],
        )
        if first <= value[k] < last:
            of_class[VALUED] += 1
        if pursued[k]:
            of_class[PURSUED] += 1
        if cohort[k]:
            of_class[COHORT] += 1
            if value[k] == NEVER:
                of_class[outcome] += 1
            else:
                of_class[IN_TIME if value[k] < last else LATE] += 1
        lawful = ended == NEVER or item["arrived"] <= ended < end
        if not lawful or (outcome == OPEN) != (ended == NEVER):
            odd += 1
    return counts, odd


@jit
def sum_items(
    items: Records,
    until: Integers,
    pursued: Records,
    n_streams: int,
    n_classes: int,
    first: int,
    last: int,
    shift: int,
    mask: int,
) -> tuple[Integers, int, float]:
    """Add up the ticks in [first, last) in which items are followed, and until when.

    Returns
    -------
    The former by stream and class, of all items; lead times of those that are pursued; the bound.
    """
    there = np.zeros((n_streams, n_classes), np.int64)
    lead = 0
    bound = 0
    for k in range(len(items)):
        item = items[k]
        within = ticks_inside(item["arrived"], until[k], first, last)
        there[item["stream"], item["cls"]] += part_of(within, shift, mask)
        bound += size_of(within)
        if pursued[k]:
            lead += part_of(until[k] - item["arrived"], shift, mask)
            bound += size_of(until[k] - item["arrived"])
    return there, lead, UNIT * float(bound)


@jit
def stays(
    items: Records, n_streams: int, first: int, last: int, end: int
) -> tuple[Integers, Integers, Integers, Integers]:
    """Return how long items were there until the `end`, and when, within [first, last).

    Returns
    -------
    Ticks, by item; when each came and went, no earlier than `first` and no later than `last`, by
    stream; and where each stream ends in these.
    """
    ends = np.zeros(n_streams + 1, np.int64)
    for k in range(len(items)):
        ends[items[k]["stream"] + 1] += 1
    for v in range(n_streams):
        ends[v + 1] += ends[v]
    ticks = np.empty(len(items), np.int64)
    came = np.empty(len(items), np.int64)
    went = np.empty(len(items), np.int64)
    for k in range(len(items)):
        item = items[k]
        arrived, gone = item["arrived"], min(item["ended"], end)
        at = ends[item["stream"]]
        ends[item["stream"]] += 1
        ticks[k] = gone - arrived
        came[at] = min(max(arrived, first), last)
        went[at] = min(max(gone, first), last)
    return ticks, came, went, ends[:n_streams]
