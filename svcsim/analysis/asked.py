"""Which team or resource a visit asked for people."""

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


def choices(questions: Questions) -> NDArray[np.int64]:
    """What `askable` says of the model."""
    return askable(questions.model)


def of_visits(run: Followed) -> Integers:
    """The pool that served each visit, or would have: the first written. -1: nobody is asked."""
    visits, served = run.trajectory.visits, run.trajectory.presence
    may_ask, first = run.questions.once(choices), run.once(of_items)
    return pools_of_visits(visits, served, run.items["cls"], may_ask, first)


def of_waits(run: Followed) -> Integers:
    """The same of the visit of each row that is a wait for people; -1 for the others."""
    rows, visits = run.trajectory.rows, run.trajectory.visits
    may_ask, first, pools = run.questions.once(choices), run.once(of_items), run.once(of_visits)
    return pools_of_waits(rows, visits, run.items["cls"], may_ask, first, pools)
