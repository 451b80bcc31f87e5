"""By how long items were later than a target promised; 0 for those in time.

An item that has not got there when the run ends counts with the time so far, as in lead times.
Those that gave up or were refused will never come, and have no lateness; that they were missed is
what `on_time` says.
"""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.lead_time import Spread
from svcsim.analysis.on_time import limits_of, measured, of_promises
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import scopes
from svcsim.analysis.sums import Sums
from svcsim.model.codes import Outcome


def _names(questions: Questions) -> Iterator[Key]:
    return of_promises(questions, "lateness", "mean", "h")


def _late(run: Followed) -> tuple[Spread, ...]:
    """Lateness in each scope of each promise."""
    found = []
    for promise, spent in zip(run.questions.promises, run.once(measured), strict=True):
        waits = spent.owed & (run.items["outcome"][spent.items] == Outcome.OPEN)
        counted = spent.there | waits
        items = spent.items[counted]
        late = np.maximum(spent.ticks[counted] - limits_of(run, promise, items), 0)
        cls = run.items["cls"][items]
        for scope in run.questions.once(scopes):
            if scope.stream == promise.stream:
                found.append(Spread.of(late if scope.cls < 0 else late[cls == scope.cls]))
    return tuple(found)


@named(_names, _late)
def lateness(sums: Sums) -> Iterator[Said]:
    """Time past the limit of each target, on its clock, by stream and class, in hours."""
    yield from (spread.said() for spread in sums.of(_late))
