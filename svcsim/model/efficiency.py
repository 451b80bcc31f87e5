"""Efficiency of people becomes staircases (semantics 3, 18)."""

import numpy as np

from svcsim.model.arrays import NONE, STAIR, Records
from svcsim.model.groups import Groups
from svcsim.scenario.efficiency import Efficiency
from svcsim.scenario.group import Group
from svcsim.scenario.team import Team

STAIRS = 8
"""Stairs in which efficiency changes, from when a group comes."""


def stair_records(groups: Groups, records: Records) -> Records:
    """Return STAIR, and note the stretch of each group.

    Who is as fast as the standard for ever has none; things slow nobody down.
    """
    found: list[tuple[int, int]] = []
    for one, record in zip(groups.all, records, strict=True):
        team = groups.parts[one.pool]
        if not isinstance(team, Team) or one.part is None:
            record["n_stairs"] = NONE
            continue
        group = one.part if isinstance(one.part, Group) else None
        efficiency = group.efficiency if group is not None else team.efficiency
        start = group.start.ticks if group is not None and group.start is not None else 0
        own = staircase(efficiency, start) if efficiency is not None else []
        if any(permille != 1000 for _, permille in own):
            record["first_stair"], record["n_stairs"] = len(found), len(own)
            found += own
    return np.array(found, STAIR) if found else np.zeros(0, STAIR)


def staircase(efficiency: Efficiency, start: int) -> list[tuple[int, int]]:
    """Return (tick, permille) of each stair, the first at tick 0.

    >>> half = Efficiency.model_validate("50%")
    >>> staircase(half, 7)
    [(0, 500)]
    """
    first = [(0, efficiency.at(0, STAIRS))]
    if efficiency.over is None:
        return first
    over = efficiency.over.ticks
    ticks = [start + (2 * k * over + STAIRS) // (2 * STAIRS) for k in range(1, STAIRS + 1)]
    return first + [(tick, efficiency.at(k + 1, STAIRS)) for k, tick in enumerate(ticks)]
