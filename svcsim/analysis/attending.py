"""How much time gates take of those who attend their sittings (semantics 38)."""

from collections.abc import Iterator, Sequence

import numpy as np

from svcsim.analysis.flow import Flow
from svcsim.analysis.load import visit_factors
from svcsim.analysis.moments import Moments
from svcsim.model.arrays import Floats, Model
from svcsim.model.codes import Op


def hearings(flow: Flow, moments: Moments) -> Iterator[tuple[int, int, float]]:
    """Yield the gates of a flow, their steps, and the ticks that an item takes of each person.

    An item that is deferred is heard again.
    """
    model = flow.model
    for op in np.unique(flow.ops[flow.codes == Op.GATE]).tolist():
        gate = int(model.ops[op]["a"])
        if model.gates[gate]["n_seats"] == 0:
            continue
        row = int(model.gates[gate]["touch_row"])
        states = flow.ops == op
        times = float(flow.entries[states] @ flow.walk.hearings[states])
        mean = moments.mean(int(model.by_class[row, flow.cls]))
        mean *= sum(share * factor for share, factor in visit_factors(flow, op))
        yield gate, int(model.ops[op]["step"]), times * mean if mean else 0.0


def members(model: Model, gate: int) -> dict[int, float]:
    """Return how many people of each pool attend a gate, absence taken off."""
    record = model.gates[gate]
    first, n = int(record["first_seat"]), int(record["n_seats"])
    found = {}
    for seat in model.seats[first : first + n]:
        own = model.groups[(model.groups["pool"] == seat["pool"]) & (model.groups["on_call"] == 0)]
        there = float((own["people"] * (1 - own["leave"]) * (1 - own["day"])).sum())
        number = float(seat["number"])
        found[int(seat["pool"])] = there if number < 0 else min(number, there)
    return found


def attended(
    model: Model, paths: Sequence[Sequence[Flow]], items: Floats, moments: Moments
) -> Floats:
    """Return the person-ticks that the sittings take of each pool in the window."""
    load = np.zeros(len(model.pools))
    for v, classes in enumerate(paths):
        for c, flow in enumerate(classes):
            for gate, _, ticks in hearings(flow, moments):
                for pool, number in members(model, gate).items():
                    load[pool] += items[v, c] * ticks * number if items[v, c] and ticks else 0.0
    return load
