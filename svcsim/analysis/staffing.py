"""How much time people were there: staffed with the leave of the replication, and paid without."""

import numpy as np

from svcsim._jit import jit
from svcsim.analysis.exact import total, within
from svcsim.analysis.questions import Questions
from svcsim.model.arrays import Integers, Model, Records
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


def _some_away(questions: Questions) -> tuple[Integers, Records, Integers]:
    """Groups of which not everybody is there in all shifts; their shifts, and where those end."""
    model = questions.model
    groups = [g for g, group in enumerate(model.groups) if not _all_come(group)]
    shifts = [_shifts(model, g) for g in groups]
    together = np.concatenate([model.openings[:0], *shifts])
    return (
        np.array(groups, np.int64),
        together,
        np.cumsum([len(one) for one in shifts], dtype=np.int64),
    )


def _all_come(group: Records) -> bool:
    """Say whether everybody of a group is there in all of its shifts."""
    return bool(group["people"] == UNLIMITED or (group["leave"] == 0 and group["day"] == 0))


def _shifts(model: Model, g: int) -> Records:
    """Return the shifts of a group that lie within [warm_up, horizon) in part."""
    calendar = model.calendars[model.groups[g]["calendar"]]
    shifts = model.openings[calendar["first"] : calendar["first"] + calendar["n"]]
    return shifts[(shifts["closes"] > model.warm_up) & (shifts["opens"] < model.horizon)]


def staffed_by_group(questions: Questions, seed: int, replication: int) -> list[int]:
    """Person-ticks in [warm_up, horizon) in which people of each group were there."""
    model, found = questions.model, list(questions.once(paid_by_group))
    groups, shifts, ends = questions.once(_some_away)
    if len(groups):
        key, window = run_key(seed, replication), (model.warm_up, model.horizon)
        present = _present_ticks(shifts, ends, model.groups, groups, *key, *window)
        for g, ticks in zip(groups.tolist(), present.tolist(), strict=True):
            found[g] = ticks
    return found


def staffed_ticks(model: Model, g: int, seed: int, replication: int) -> int:
    """Person-ticks in [warm_up, horizon) in which people of a group were there (semantics 16)."""
    first, last = model.warm_up, model.horizon
    if _all_come(model.groups[g]):
        return paid_ticks(model, g, first, last)
    shifts, key = _shifts(model, g), run_key(seed, replication)
    ends, groups = np.array([len(shifts)]), np.array([g])
    return int(_present_ticks(shifts, ends, model.groups, groups, *key, first, last)[0])


@jit
def _present_ticks(
    shifts: Records,
    ends: Integers,
    groups: Records,
    these: Integers,
    k0: int,
    k1: int,
    first: int,
    last: int,
) -> Integers:
    """Person-ticks of some groups in [first, last), shift by shift and person by person."""
    found = np.zeros(len(these), np.int64)
    k = 0
    for i in range(len(these)):
        group = groups[these[i]]
        people, day, leave = group["people"], group["day"], group["leave"]
        while k < ends[i]:
            opens, closes = shifts[k]["opens"], shifts[k]["closes"]
            shift = min(closes, last) - max(opens, first)
            for person in range(1, people + 1):
                date = shifts[k]["date"]
                if leave > 0 and uniform(k0, k1, person, date, group["tag"], 0, LEAVE, 0) < leave:
                    continue
                begin = max(block_start(opens, closes, person, people, day), first)
                end = min(block_end(opens, closes, person, people, day), last)
                found[i] += shift - max(end - begin, 0)
            k += 1
    return found
