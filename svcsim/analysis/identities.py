"""What must hold exactly in every replication, in integers (methods 3.10)."""

import numpy as np

from svcsim.analysis.exact import grouped, integral, total, within
from svcsim.analysis.followed import Followed
from svcsim.analysis.tally import PARTS, Tally
from svcsim.model.arrays import NEVER, Kind, Outcome

IDENTITIES = ("lead_time", "little", "flow")
"""Names of what is checked."""


def identities(run: Followed, tally: Tally) -> dict[str, bool]:
    """Say which identities hold in a replication; all do, unless svcsim has a bug.

    ``lead_time``
        For every item, what it did and waited for adds up to the time it was there; over the
        cohort, touch and waits by cause add up to the lead times.
    ``little``
        By stream, by queue and by pool: the time integral of the number there, walked from event
        to event over [warm_up, horizon), is the sum of the times spent there.
    ``flow``
        Who arrived has left or is still there.
    """
    return {"lead_time": _lead_time(run, tally), "little": _little(run), "flow": _flow(run)}


def _lead_time(run: Followed, tally: Tally) -> bool:
    rows, items = run.trajectory.rows, run.trajectory.items
    length = rows["end"] - rows["begin"]
    there = np.minimum(items["ended"], run.questions.model.end) - run.arrived
    in_parts = sum(rows[column] for column in PARTS)
    plain = rows["kind"] != Kind.CONTENTION
    return bool(
        (grouped(rows["item"], len(items), length) == there).all()
        and (length >= 0).all()
        and (np.where(plain, in_parts == 0, in_parts <= length)).all()
        and int(tally.until_value.sum()) == total(run.elapsed[run.pursued])
    )


def _little(run: Followed) -> bool:
    model, rows, slices = run.questions.model, run.trajectory.rows, run.trajectory.presence
    window = model.warm_up, model.horizon
    queued = rows[rows["kind"] == Kind.CONTENTION]
    stays = [
        (run.trajectory.items["stream"], len(model.streams), run.arrived, run.until),
        (queued["step"], len(model.steps), queued["begin"], queued["end"]),
        (slices["pool"], len(model.pools), slices["begin"], slices["end"]),
    ]
    for where, n, begin, end in stays:
        first, last = np.clip(begin, *window), np.clip(end, *window)
        spent = grouped(where, n, within(begin, end, *window))
        for place in range(n):
            here = where == place
            if integral(first[here], last[here]) != int(spent[place]):
                return False
    return True


def _flow(run: Followed) -> bool:
    items = run.trajectory.items
    still_there = items["ended"] == NEVER
    model = run.questions.model
    return bool(
        ((items["outcome"] == Outcome.OPEN) == still_there).all()
        and ((items["ended"] < model.end) | still_there).all()
        and (items["ended"] >= items["arrived"]).all()
    )
