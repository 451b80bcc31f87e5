"""Overruns: work that was not over when its window closed (semantics 40)."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.clocks import Clock, elapsed
from svcsim.analysis.followed import Followed, among_steps
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.rows import work_at
from svcsim.analysis.questions import Questions
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import NONE, Integers
from svcsim.model.codes import Op


def _windows(questions: Questions) -> tuple[tuple[int, Clock], ...]:
    """Steps with a window, and when it is open."""
    model = questions.model
    found: dict[int, Clock] = {}
    for op in model.ops[model.ops["code"] == Op.SEIZE]:
        seizes = model.by_class[op["a"]]
        window = int(model.seizes["window"][seizes[seizes != NONE]].max(initial=NONE))
        if window != NONE:
            first, n, always = model.calendars[window].tolist()
            openings = None if always else model.openings[first : first + n]
            found[int(op["step"])] = Clock(questions.names.steps[op["step"]], openings)
    return tuple(sorted(found.items(), key=lambda one: one[0]))


def _names(questions: Questions) -> Iterator[Key]:
    names, stream = questions.names, questions.model.steps["stream"]
    for step, _ in questions.once(_windows):
        where = names.streams[int(stream[step])]
        yield Key("overrun", "share", "1", where, step=names.steps[step])


def _counted(run: Followed) -> Integers:
    """Visits of the cohort to each step that ran over, and in which work was done, (steps, 2)."""
    windows = run.questions.once(_windows)
    among = among_steps(run.questions.model, (step for step, _ in windows))
    rows = run.trajectory.rows
    work = rows[work_at(rows, among, run.cohort)]
    begin, end, steps = work["begin"], work["end"], work["step"]
    fresh = np.ones(len(work), bool)
    for name in ("item", "token", "step", "visit"):
        fresh[1:] &= work[name][1:] == work[name][:-1]
    fresh[1:] = ~fresh[1:]
    number, of_visit = np.cumsum(fresh) - 1, steps[fresh]
    over = np.zeros(len(of_visit), bool)
    for step, window in windows:
        mine = np.flatnonzero(steps == step)
        outside = elapsed(window, begin[mine], end[mine]) < end[mine] - begin[mine]
        over[number[mine[outside]]] = True
    found = [np.bincount(of, minlength=len(among)) for of in (of_visit[over], of_visit)]
    return np.stack(found, axis=1)


@named(_names, _counted)
def overrun(sums: Sums) -> Iterator[Said]:
    """Visits whose work went on outside the window, of those with work, at steps with a window."""
    counts = sums.of(_counted).tolist()
    for step, _ in sums.questions.once(_windows):
        yield Said(*counts[step])
