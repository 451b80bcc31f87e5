"""By how long items were later than a target promised; 0 for those in time.

An item that has not got there when the run ends counts with the time so far, as in lead times.
Those that gave up or were refused will never come, and have no lateness; that they were missed is
what `on_time` says.
"""

from collections.abc import Iterator
from itertools import pairwise

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.lead_time import Spreads
from svcsim.analysis.on_time import judgements, of_promises
from svcsim.analysis.questions import Questions
from svcsim.analysis.sums import Sums


def _names(questions: Questions) -> Iterator[Key]:
    return of_promises(questions, "lateness", "mean", "h")


def _late(run: Followed) -> Spreads:
    """Lateness in each scope of each promise."""
    found = []
    for judged in run.once(judgements):
        found.append(judged.late)
        if len(judged.ends) > 1:
            found += [judged.late[begin:end] for begin, end in pairwise([0, *judged.ends.tolist()])]
    return Spreads.of(found)


@named(_names, _late)
def lateness(sums: Sums) -> Iterator[Said]:
    """Time past the limit of each target, on its clock, by stream and class, in hours."""
    yield from sums.of(_late).said()
