"""Rest after long calls: how much time it takes from the shifts of a group (19)."""

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.model.arrays import Model, Records
from svcsim.model.codes import Purpose
from svcsim.world.draws import run_key, uniform
from svcsim.world.staffing import block_end, block_start

LEAVE = int(Purpose.LEAVE)


def rests(model: Model, presence: Records, g: int) -> list[tuple[int, int]]:
    """Return begin and end of every rest that takes a person from group g, by those who rest."""
    found = []
    for other in np.flatnonzero(model.groups["rests"] == g).tolist():
        after, rest = int(model.groups[other]["rest_after"]), int(model.groups[other]["rest"])
        mine = presence.take(np.flatnonzero(presence["group"] == other))
        for person in np.unique(mine["person"]).tolist():
            spells: list[list[int]] = []
            until: list[tuple[int, int]] = []
            slices = mine[mine["person"] == person][["begin", "end"]]
            for begin, end in sorted(slices.tolist()):
                if spells and spells[-1][1] == begin:
                    spells[-1][1] = end
                else:
                    spells.append([begin, end])
                if end - spells[-1][0] > after:
                    if until and until[-1][1] >= end:
                        until[-1] = (until[-1][0], end + rest)
                    else:
                        until.append((end, end + rest))
            found += until
    return found


def resting_ticks(run: Followed, g: int, first: int, last: int) -> int:
    """Return the person-ticks that rests take from the shifts of group g in [first, last).

    Of k who rest at once, the k people with the highest numbers are not there.
    """
    model = run.questions.model
    edges = [
        edge
        for begin, end in rests(model, run.trajectory.presence, g)
        for edge in ((begin, 1), (end, -1))
    ]
    total, resting, since = 0, 0, 0
    for tick, change in sorted(edges):
        for number in range(min(resting, int(model.groups[g]["people"]))):
            person = int(model.groups[g]["people"]) - number
            total += _there(run, g, person, max(since, first), min(tick, last))
        resting, since = resting + change, tick
    return total


def _there(run: Followed, g: int, person: int, first: int, last: int) -> int:
    """Return the ticks of [first, last) in which a person would be there but for the rest."""
    model, group = run.questions.model, run.questions.model.groups[g]
    if first >= last:
        return 0
    calendar = model.calendars[group["calendar"]]
    if calendar["always"]:
        return last - first
    k0, k1 = run_key(run.seed, run.replication)
    shifts = model.openings[calendar["first"] : calendar["first"] + calendar["n"]]
    total = 0
    for shift in shifts[(shifts["closes"] > first) & (shifts["opens"] < last)]:
        opens, closes, date = int(shift["opens"]), int(shift["closes"]), int(shift["date"])
        u = uniform(k0, k1, person, date % 2**32, int(group["tag"]), 0, LEAVE, 0)
        if group["leave"] > 0 and u < group["leave"]:
            continue
        people, day = int(group["people"]), float(group["day"])
        begin = max(block_start(opens, closes, person, people, day), first)
        end = min(block_end(opens, closes, person, people, day), last)
        total += min(closes, last) - max(opens, first) - max(end - begin, 0)
    return total
