"""Which team or resource a visit asked for people."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.followed import Followed
from svcsim.analysis.loops.visits import pools_of_visits, pools_of_waits
from svcsim.analysis.questions import Questions
from svcsim.analysis.visit_of import of_items
from svcsim.model.arrays import NONE, Integers, Model
from svcsim.model.codes import Op


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
        choices, first = run.questions.once(_choices), run.once(of_items)
        happened, classes = run.trajectory, run.items["cls"]
        visits = happened.visits
        of_visit = pools_of_visits(visits, happened.presence, classes, choices, first)
        of_row = pools_of_waits(happened.rows, visits, classes, choices, first, of_visit)
        return cls(of_visit, of_row)


def _choices(questions: Questions) -> NDArray[np.int64]:
    return askable(questions.model)
