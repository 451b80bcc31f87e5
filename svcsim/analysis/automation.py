"""How much is done without hands, in the three figures that belong together (domain 2.3)."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.exact import grouped
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Sum
from svcsim.model.arrays import NEVER, SENT_BACK, TICKS_PER_HOUR, Kind, Op, Outcome, Purpose


def automation_coverage(run: Followed) -> Iterator[Sum]:
    """Automation coverage of the streams in which something is automatic.

    ``step``: executions of steps of work that a machine did, of all of them; what is only looked
    at, and sent back as incomplete, is not executed. ``case``: items done without any work of
    people, of all items done. ``effort``: touch avoided, of touch avoided and spent; what an
    automatic execution avoided is the mean touch of those by people at its step.
    """
    model, names = run.questions.model, run.questions.names
    ops, branches = model.ops, model.branches
    automatic = ops["code"] == Op.BRANCH
    automatic[automatic] = branches["purpose"][ops["a"][automatic]] == Purpose.AUTO
    streams = set(model.steps["stream"][ops["step"][automatic]].tolist())
    if not streams:
        return
    of_work = np.zeros(len(model.steps), bool)
    of_work[ops["step"][ops["code"] == Op.SEIZE]] = True
    visits, step, n = run.visits, run.visits["step"], len(model.steps)
    ours = run.cohort[visits["item"]] & of_work[step]
    begun, outcome = visits["started"] < NEVER, visits["outcome"]
    by_people = ours & begun & (outcome != SENT_BACK)
    by_machine = ours & ~begun & ((visits["finished"] < NEVER) | (outcome >= 0))
    manual = np.bincount(step[by_people], minlength=n)
    machine = np.bincount(step[by_machine], minlength=n)
    work = run.cohort[run.rows["item"]] & (run.rows["kind"] == Kind.WORK)
    length = np.where(work, run.rows["end"] - run.rows["begin"], 0)
    touch = grouped(np.maximum(run.rows["step"], 0), n, length).astype(np.float64)
    touched = np.zeros(len(run.arrived), bool)
    touched[visits["item"][visits["started"] < NEVER]] = True
    done = run.items["outcome"] == Outcome.DONE
    for scope in run.scopes:
        if scope.cls >= 0 or scope.stream not in streams:
            continue
        here = np.flatnonzero(model.steps["stream"] == scope.stream)
        people, machines = manual[here].sum(), machine[here].sum()
        stream = names.streams[scope.stream]
        yield Sum(_key("step", stream), int(machines), int(machines + people))
        finished = scope.cohort[done[scope.cohort]]
        untouched = np.count_nonzero(~touched[finished])
        yield Sum(_key("case", stream), int(untouched), len(finished))
        spent = touch[here]
        mean = np.divide(spent, manual[here], out=np.zeros(len(here)), where=manual[here] > 0)
        avoided = float((machine[here] * mean).sum()) / TICKS_PER_HOUR
        yield Sum(_key("effort", stream), avoided, avoided + float(spent.sum()) / TICKS_PER_HOUR)


def _key(figure: str, stream: str) -> Key:
    return Key("automation_coverage", figure, "1", stream)
