"""How much time people were there: staffed with the leave of the replication, and paid without."""

import numpy as np

from svcsim._jit import jit
from svcsim.analysis.exact import total, within
from svcsim.analysis.questions import Questions
from svcsim.model.arrays import Model, Records
from svcsim.model.codes import UNLIMITED, Purpose
from svcsim.world.draws import run_key, uniform
from svcsim.world.staffing import block_end, block_start

LEAVE = int(Purpose.LEAVE)


def paid_ticks(model: Model, g: int, first: int, last: int) -> int:
    """Person-ticks of a group's shifts in [first, last), leave and absence included.

    0 for an unlimited pool.
    """
    group = model.groups[g]
    people = int(group["people"])
    if people == UNLIMITED:
        return 0
    calendar = model.calendars[group["calendar"]] if group["calendar"] >= 0 else None
    if calendar is None or calendar["always"]:
        return people * (last - first)
    shifts = model.openings[calendar["first"] : calendar["first"] + calendar["n"]]
    return people * total(within(shifts["opens"], shifts["closes"], first, last))


def paid_by_group(questions: Questions) -> tuple[int, ...]:
    """Person-ticks of the shifts of each group in [warm_up, horizon)."""
    model = questions.model
    groups = range(len(model.groups))
    return tuple(paid_ticks(model, g, model.warm_up, model.horizon) for g in groups)


def nobody_is_away(group: Records) -> bool:
    """Say whether everybody of a group is there in all of its shifts."""
    return bool(group["people"] == UNLIMITED or (group["leave"] == 0 and group["day"] == 0))


def staffed_ticks(model: Model, g: int, seed: int, replication: int) -> int:
    """Person-ticks in [warm_up, horizon) in which people of a group were there (semantics 16)."""
    first, last = model.warm_up, model.horizon
    group = model.groups[g]
    if nobody_is_away(group):
        return paid_ticks(model, g, first, last)
    k0, k1 = run_key(seed, replication)
    calendar = model.calendars[group["calendar"]]
    shifts = model.openings[calendar["first"] : calendar["first"] + calendar["n"]]
    shifts = shifts[(shifts["closes"] > first) & (shifts["opens"] < last)]
    return int(_present_ticks(shifts, model.groups, g, k0, k1, first, last))


@jit
def _present_ticks(
    shifts: Records, groups: Records, g: int, k0: int, k1: int, first: int, last: int
) -> int:
    """Person-ticks of group g in [first, last), shift by shift and person by person."""
    people, day, leave = groups[g]["people"], groups[g]["day"], groups[g]["leave"]
    ticks = np.int64(0)
    for k in range(len(shifts)):
        opens, closes = shifts[k]["opens"], shifts[k]["closes"]
        shift = min(closes, last) - max(opens, first)
        for person in range(1, people + 1):
            date = shifts[k]["date"]
            if leave > 0 and uniform(k0, k1, person, date, groups[g]["tag"], 0, LEAVE, 0) < leave:
                continue
            begin = max(block_start(opens, closes, person, people, day), first)
            end = min(block_end(opens, closes, person, people, day), last)
            ticks += shift - max(end - begin, 0)
    return int(ticks)
