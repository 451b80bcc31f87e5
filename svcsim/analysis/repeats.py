"""Which visits are repeated work: not those that the design repeats, nor redials."""

import numpy as np

from svcsim.analysis.followed import Followed, Mask
from svcsim.analysis.loops.visits import redials_before, redials_of_rows
from svcsim.analysis.questions import Questions
from svcsim.analysis.visit_of import of_items
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
    redials, happened = before(run), run.trajectory
    if not len(redials):
        return redials
    return redials_of_rows(happened.rows, happened.visits, run.once(of_items), redials)
