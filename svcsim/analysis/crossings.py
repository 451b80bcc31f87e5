"""Where work will change hands: handovers between activities, before a run."""

import numpy as np

from svcsim.analysis.predict import Prediction
from svcsim.model.arrays import NONE, Op
from svcsim.model.names import Names
from svcsim.scenario.hints import Handover


def handovers(prediction: Prediction, names: Names) -> list[Handover]:
    """Return every handover that an item can make, with how often it does, streams in order.

    Steps without an activity are passed over: the work is still with the one before.
    """
    model, found = prediction.model, []
    activity = model.steps["activity"].astype(np.int64)
    n = len(model.steps)
    for v, flows in enumerate(prediction.flows):
        total = np.zeros((n + 1, n + 1))
        for c, flow in enumerate(flows):
            share = prediction.mix[v, c]
            if share > 0:
                visits = (flow.codes == Op.ENTER) & (model.ops["a"][flow.ops] == 1)
                known = visits & (activity[flow.steps] != NONE)
                total += share * flow.walk.successions(np.where(known, flow.steps, -1), n)
        for i, j in zip(*np.nonzero(total[:n, :n]), strict=True):
            if activity[i] != activity[j]:
                found.append(
                    Handover(
                        names.streams[v], names.steps[i], names.steps[j],
                        names.activities[activity[i]], names.activities[activity[j]],
                        float(total[i, j]), bool(j < i and names.outcomes[i]),
                    )
                )  # fmt: skip
    return found


def activities_used(prediction: Prediction, names: Names) -> list[str]:
    """Return the activities of the steps that items get to, in the order of the reference."""
    model = prediction.model
    visited = sum(prediction.visits(v) for v in range(len(model.streams)))
    used = {int(a) for a in model.steps["activity"][np.asarray(visited) > 0]}
    return [name for i, name in enumerate(names.activities) if i in used]
