"""Which team or resource a visit asked for people."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.followed import Columns, Followed
from svcsim.analysis.visit_of import visit_of
from svcsim.model.arrays import NONE, Integers, Model, Op


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

    @classmethod
    def of(cls, run: Followed) -> Self:
        """Find the pools of one replication."""
        choices = askable(run.questions.model)
        of_visit, of_row = _first(run, run.visits, choices), _first(run, run.rows, choices)
        if (choices[:, :, 1:] == NONE).all():
            return cls(of_visit, of_row)
        choice = _served(run, choices)
        known = choice < choices.shape[2]
        item, step = run.visits["item"][known], run.visits["step"][known]
        of_visit[known] = choices[step, run.items["cls"][item], choice[known]]
        at = visit_of(run, run.rows)
        return cls(of_visit, np.where(at == NONE, of_row, of_visit[at]))


def _first(run: Followed, table: Columns, choices: NDArray[np.int64]) -> Integers:
    """The first written pool."""
    step = table["step"]
    first = choices[step, run.items["cls"][table["item"]], 0]
    pools: Integers = np.where(step >= 0, first, NONE)
    return pools


def _served(run: Followed, choices: NDArray[np.int64]) -> Integers:
    """Which of its choices served each visit; the number of choices where none did."""
    slices = run.presence
    offered = choices[slices["step"], run.items["cls"][slices["item"]]]
    match = offered == slices["pool"][:, None]
    served = match.any(axis=1)
    at = visit_of(run, slices)
    choice = np.full(len(run.visits), choices.shape[2], np.int64)
    np.minimum.at(choice, at[served], match.argmax(axis=1)[served])
    return choice
