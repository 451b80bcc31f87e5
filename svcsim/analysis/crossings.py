"""Where work will change hands: handovers between activities, before a run."""

import numpy as np

from svcsim.analysis.flow import Flow
from svcsim.analysis.predict import Prediction
from svcsim.model.arrays import NONE, Floats, Integers
from svcsim.model.codes import Op, Purpose
from svcsim.model.names import Names
from svcsim.scenario.hints import Handover


def handovers(prediction: Prediction, names: Names) -> list[Handover]:
    """Return every handover that an item can make, with how often it does, streams in order.

    Steps without an activity are passed over: the work is still with the one before.
    """
    model, found = prediction.model, []
    activity = model.steps["activity"].astype(np.int64)
    sends_back = np.array([len(outcomes) > 0 for outcomes in names.outcomes])
    looks = np.flatnonzero(model.ops["code"] == Op.BRANCH)
    looks = looks[model.branches["purpose"][model.ops["a"][looks]] == Purpose.INCOMPLETE]
    sends_back[model.ops["step"][looks]] = True
    for v, flows in enumerate(prediction.flows):
        shares = prediction.mix[v]
        total = sum(
            (
                shares[c] * successions(flow, activity)
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
                        float(total[i, j]), bool(j < i and sends_back[i]),
                    )
                )  # fmt: skip
    return found


def successions(flow: Flow, activity: Integers) -> Floats:
    """Return how often, per item, step j comes next after step i, of steps with an activity.

    Where a strand begins, that is after the last step of each strand that it waits for, or of the
    one from which a way led to it.
    """
    model, n = flow.model, len(flow.model.steps)
    visits = (flow.codes == Op.ENTER) & (model.ops["a"][flow.ops] == 1)
    labels = np.where(visits & (activity[flow.steps] != NONE), flow.steps, -1)
    record = model.streams[flow.stream]
    first, m = int(record["first_strand"]), int(record["n_strands"])
    if m == 0:
        return flow.walk.successions(labels, n)[:n, :n]
    strands, way = model.strands[first : first + m], model.ops["a"][flow.ops]
    into = np.zeros((m, n))
    for strand, start in enumerate(strands["start"].tolist()):
        here = flow.ops == start
        into[strand, labels[here & (labels >= 0)]] = 1.0  # it begins with a visit, at once
        labels = np.where(here & (labels < 0), n + strand, labels)
    labels = np.where((flow.codes == Op.JOIN) & (labels < 0), n + m + way, labels)
    forward = np.unique(way[flow.codes == Op.JUMP])
    forward = forward[model.jumps["back"][forward] == 0]
    for k, jump in enumerate(forward):
        labels = np.where((flow.codes == Op.JUMP) & (way == jump), n + 2 * m + k, labels)
    counts = flow.walk.successions(labels, n + 2 * m + len(forward))
    begun = np.maximum(counts[n : n + m].sum(axis=1, keepdims=True), 1e-300)
    into += counts[n : n + m, :n] / begun
    out_of, sent_on = counts[:n, n + m : n + 2 * m].copy(), counts[:n, n + 2 * m : -1]
    total = counts[:n, :n] + counts[:n, n : n + m] @ into
    total += sent_on @ into[model.jumps["to"][forward]]
    for strand in range(m):
        skips = counts[n + strand, n + m + strand] / begun[strand]
        for other in range(m):
            if int(strands["before"][strand]) >> other & 1:
                total += np.outer(out_of[:, other], into[strand])
                out_of[:, strand] += out_of[:, other] * skips  # who passes it by has that work
    return total


def activities_used(prediction: Prediction, names: Names) -> list[str]:
    """Return the activities of the steps that items get to, in the order of the reference."""
    model = prediction.model
    visited = sum(prediction.visits(v) for v in range(len(model.streams)))
    used = {int(a) for a in model.steps["activity"][np.asarray(visited) > 0]}
    return [name for i, name in enumerate(names.activities) if i in used]
