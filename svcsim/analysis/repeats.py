"""Which visits are repeated work: not those that the design repeats, nor redials."""

import numpy as np

from svcsim.analysis.followed import Followed, Mask
from svcsim.analysis.loops.visits import redials_before
from svcsim.analysis.questions import Questions
from svcsim.analysis.visit_of import of_items, visits_of
from svcsim.model.arrays import Integers
from svcsim.model.codes import REDIALLED, Op


def reworked(questions: Questions) -> Mask:
    """Steps to which it is rework to come again: they are not repeated by design (66)."""
    model = questions.model
    mask = np.ones(len(model.steps), bool)
    mask[model.ops["step"][model.ops["code"] == Op.REPEAT]] = False
    return mask


def before(run: Followed) -> Integers:
    """How often the item of each visit has redialled there before; empty if nobody ever has."""
    return run.once(_before)


def _before(run: Followed) -> Integers:
    visits = run.trajectory.visits
    if not (visits["outcome"] == REDIALLED).any():
        return np.zeros(0, np.int64)
    return redials_before(visits, run.once(of_items))


def before_rows(run: Followed) -> Integers:
    """The same of each row; empty if nobody ever has."""
    redials = before(run)
    if not len(redials):
        return redials
    at = visits_of(run, run.rows)
    found: Integers = np.where(at >= 0, redials[at], 0)
    return found
