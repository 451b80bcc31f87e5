"""Where work will change hands: handovers between activities, before a run."""

import numpy as np

from svcsim.analysis.flow import Flow
from svcsim.analysis.predict import Prediction
from svcsim.model.arrays import NONE, Floats, Integers, Op
from svcsim.model.names import Names
from svcsim.scenario.hints import Handover


def handovers(prediction: Prediction, names: Names) -> list[Handover]:
    """Return every handover that an item can make, with how often it does, streams in order.

    Steps without an activity are passed over: the work is still with the one before.
    """
    model, found = prediction.model, []
    activity = model.steps["activity"].astype(np.int64)
    for v, flows in enumerate(prediction.flows):
        shares = prediction.mix[v]
        total = sum(
            (
                shares[c] * _successions(flow, activity)
                for c, flow in enumerate(flows)
                if shares[c] > 0
            ),
            np.zeros((len(model.steps), len(model.steps))),
        )
        for i, j in zip(*np.nonzero(total), strict=True):
            if activity[i] != activity[j]:
                found.append(
                    Handover(
                        names.streams[v], names.steps[i], names.steps[j],
                        names.activities[activity[i]], names.activities[activity[j]],
                        float(total[i, j]), bool(j < i and names.outcomes[i]),
                    )
                )  # fmt: skip
    return found


def _successions(flow: Flow, activity: Integers) -> Floats:
    """Return how often, per item, step j comes next after step i, of steps with an activity.

    Where a strand begins, that is after the last step of each strand that it waits for.
    """
    model, n = flow.model, len(flow.model.steps)
    visits = (flow.codes == Op.ENTER) & (model.ops["a"][flow.ops] == 1)
    labels = np.where(visits & (activity[flow.steps] != NONE), flow.steps, -1)
    record = model.streams[flow.stream]
    first, m = int(record["first_strand"]), int(record["n_strands"])
    if m == 0:
        return flow.walk.successions(labels, n)[:n, :n]
    strands = model.strands[first : first + m]
    for strand, start in enumerate(strands["start"].tolist()):
        labels = np.where(flow.ops == start, n + strand, labels)
    joins = flow.codes == Op.JOIN
    labels = np.where(joins & (labels < 0), n + m + model.ops["a"][flow.ops], labels)
    counts = flow.walk.successions(labels, n + 2 * m)
    begins, ends = slice(n, n + m), slice(n + m, n + 2 * m)
    total = counts[:n, :n].copy()
    out_of, into = counts[:n, ends].copy(), counts[begins, :n]
    begun = np.maximum(counts[begins].sum(axis=1, keepdims=True), 1e-300)
    for strand in range(m):
        for other in range(m):
            if int(strands["before"][strand]) >> other & 1:
                total += np.outer(out_of[:, other], into[strand] / begun[strand])
        if m > 1:  # who passes a strand by has the work of those before it
            skips = counts[n + strand, n + m + strand] / begun[strand]
            for other in range(m):
                if int(strands["before"][strand]) >> other & 1:
                    out_of[:, strand] += out_of[:, other] * skips
    return total


def activities_used(prediction: Prediction, names: Names) -> list[str]:
    """Return the activities of the steps that items get to, in the order of the reference."""
    model = prediction.model
    visited = sum(prediction.visits(v) for v in range(len(model.streams)))
    used = {int(a) for a in model.steps["activity"][np.asarray(visited) > 0]}
    return [name for i, name in enumerate(names.activities) if i in used]
