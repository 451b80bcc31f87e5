"""Incoming quality: how often what came in was complete and accurate (%C&A, Martin, Osterling)."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Sum
from svcsim.model.arrays import NEVER, SENT_BACK, Op, Outcome, Purpose


def complete_and_accurate(run: Followed) -> Iterator[Sum]:
    """%C&A of each step that looks at what comes in, and rolled over all of them.

    ``share``: visits in which work could begin, of all visits in which somebody looked. ``rolled``:
    items done of which nothing was ever sent back as incomplete, of all items done.
    """
    model, names = run.questions.model, run.questions.names
    ops = model.ops
    looks = ops["code"] == Op.BRANCH
    looks[looks] = model.branches["purpose"][ops["a"][looks]] == Purpose.INCOMPLETE
    steps = sorted(set(ops["step"][looks].tolist()))
    visits = run.visits
    ours = run.cohort[visits["item"]] & (visits["started"] < NEVER)
    bad = visits["outcome"] == SENT_BACK
    for step in steps:
        here = ours & (visits["step"] == step)
        seen, wrong = int(np.count_nonzero(here)), int(np.count_nonzero(here & bad))
        stream = names.streams[int(model.steps["stream"][step])]
        key = Key("complete_and_accurate", "share", "1", stream, step=names.steps[step])
        yield Sum(key, seen - wrong, seen)
    returned = np.zeros(len(run.arrived), bool)
    returned[visits["item"][bad]] = True
    done = run.items["outcome"] == Outcome.DONE
    checked = {int(model.steps["stream"][step]) for step in steps}
    for scope in run.scopes:
        if scope.stream in checked:
            items = scope.cohort[done[scope.cohort]]
            where = (scope.stream_name, scope.cls_name)
            clean = int(np.count_nonzero(~returned[items]))
            yield Sum(Key("complete_and_accurate", "rolled", "1", *where), clean, len(items))
