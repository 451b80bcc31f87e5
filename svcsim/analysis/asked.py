"""Which team or resource a visit asked for people."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.followed import Columns, Followed
from svcsim.analysis.visit_of import VisitIndex
from svcsim.model.arrays import NONE, Integers, Kind, Model, Op


def askable(model: Model) -> NDArray[np.int64]:
    """Pools in whose queue a step may wait, shape (steps, classes, n), first written first.

    Rows are filled up with -1. A request for several pools at once waits in the pool that is
    written first (semantics 21).
    """
    found: dict[tuple[int, int], list[int]] = {}
    for op in model.ops[model.ops["code"] == Op.SEIZE]:
        for cls, seize in enumerate(model.by_class[op["a"]].tolist()):
            pools = found.setdefault((int(op["step"]), cls), [])
            first, n = model.seizes[seize].tolist()[:2] if seize != NONE else (0, 0)
            for alternative in model.alternatives[first : first + n]:
                pool = int(model.needs["pool"][alternative["first"]])
                if pool not in pools:
                    pools.append(pool)
    width = max((len(pools) for pools in found.values()), default=1)
    table = np.full((len(model.steps), model.by_class.shape[1], max(width, 1)), NONE, np.int64)
    for (step, cls), pools in found.items():
        table[step, cls, : len(pools)] = pools
    return table


@dataclass(frozen=True, slots=True)
class Asked:
    """The pool that served each visit, or would have: the first written. -1: nobody is asked."""

    of_visit: Integers
    of_row: Integers
    """Of rows that are waits for people; -1 for the others."""

    @classmethod
    def of(cls, run: Followed) -> Self:
        """Find the pools of one replication."""
        choices = askable(run.questions.model)
        waiting = run.rows["kind"] == Kind.CONTENTION
        of_visit = _first(run, run.visits, choices)
        of_row = np.where(waiting, _first(run, run.rows, choices), NONE)
        may_choose = (choices[:, :, 1:] != NONE).any(axis=(1, 2))
        if not may_choose.any():
            return cls(of_visit, of_row)
        index = VisitIndex(run)
        choice = _served(run, choices, index)
        known = choice < choices.shape[2]
        item, step = run.visits["item"][known], run.visits["step"][known]
        of_visit[known] = choices[step, run.items["cls"][item], choice[known]]
        rows = np.flatnonzero(waiting & may_choose[run.rows["step"]])
        of_row[rows] = of_visit[index.find(run.rows, rows)]
        return cls(of_visit, of_row)


def _first(run: Followed, table: Columns, choices: NDArray[np.int64]) -> Integers:
    """The first written pool."""
    step = table["step"]
    first = choices[step, run.items["cls"][table["item"]], 0]
    pools: Integers = np.where(step >= 0, first, NONE)
    return pools


def _served(run: Followed, choices: NDArray[np.int64], index: VisitIndex) -> Integers:
    """Which of its choices served each visit; the number of choices where none did."""
    slices = run.presence
    open_to = np.flatnonzero((choices[:, :, 1:] != NONE).any(axis=(1, 2))[slices["step"]])
    offered = choices[slices["step"][open_to], run.items["cls"][slices["item"][open_to]]]
    match = offered == slices["pool"][open_to, None]
    served = match.any(axis=1)
    at = index.find(slices, open_to[served])
    choice = np.full(len(run.visits), choices.shape[2], np.int64)
    np.minimum.at(choice, at, match.argmax(axis=1)[served])
    return choice
