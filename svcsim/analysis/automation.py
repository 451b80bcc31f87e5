"""How much is done without hands, in the three figures that belong together (domain 2.3)."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.endings import done
from svcsim.analysis.followed import Followed, Mask, among_steps
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.lead_time import first_work
from svcsim.analysis.loops.visits import BY_MACHINE, INCOMPLETE, STARTED
from svcsim.analysis.questions import Questions
from svcsim.analysis.sums import Sums
from svcsim.analysis.tally import Counts, Tally
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR, Integers
from svcsim.model.codes import Kind, Op, Purpose

FIGURES = ("step", "case", "effort")


def _automated(questions: Questions) -> tuple[tuple[int, Integers], ...]:
    """Streams in which something is automatic, each with its steps."""
    model = questions.model
    ops, branches = model.ops, model.branches
    automatic = ops["code"] == Op.BRANCH
    automatic[automatic] = branches["purpose"][ops["a"][automatic]] == Purpose.AUTO
    streams = sorted(set(model.steps["stream"][ops["step"][automatic]].tolist()))
    return tuple((stream, np.flatnonzero(model.steps["stream"] == stream)) for stream in streams)


def _of_none(questions: Questions) -> Mask:
    """Steps at which nobody works."""
    ops = questions.model.ops
    return ~among_steps(questions.model, ops["step"][ops["code"] == Op.SEIZE])


def _names(questions: Questions) -> Iterator[Key]:
    for stream, _ in questions.once(_automated):
        for figure in FIGURES:
            yield Key("automation_coverage", figure, "1", questions.names.streams[stream])


def _finished(run: Followed) -> tuple[Integers, Integers]:
    """Number of items done without any work of people, and of all items done, by stream."""
    untouched = run.once(done) & (run.once(first_work) == NEVER)
    return run.count(untouched).sum(axis=1), run.count(run.once(done)).sum(axis=1)


@named(_names, Counts.of, Tally.of, _finished, anew=True)
def automation_coverage(sums: Sums) -> Iterator[Said]:
    """Automation coverage of the streams in which something is automatic.

    ``step``: executions of steps of work that a machine did, of all of them; what is only looked
    at, and sent back as incomplete, is not executed. ``case``: items done without any work of
    people, of all items done. ``effort``: touch avoided, of touch avoided and spent; what an
    automatic execution avoided is the mean touch of those by people at its step.
    """
    visits = sums.of(Counts.of).visits.sum(axis=1)
    visits[sums.questions.once(_of_none)] = 0
    touch = sums.of(Tally.of).all_the_time[:, :, Kind.WORK].sum(axis=1).astype(np.float64)
    untouched, finished = (number.tolist() for number in sums.of(_finished))
    for stream, here in sums.questions.once(_automated):
        of_here, spent = visits[here].T, touch[here]
        manual, machine = of_here[STARTED] - of_here[INCOMPLETE], of_here[BY_MACHINE]
        executed = sum(machine.tolist())
        yield Said(executed, executed + sum(manual.tolist()))
        yield Said(untouched[stream], finished[stream])
        mean = np.divide(spent, manual, out=np.zeros(len(here)), where=manual > 0)
        avoided = float((machine * mean).sum()) / TICKS_PER_HOUR
        yield Said(avoided, avoided + float(spent.sum()) / TICKS_PER_HOUR)
