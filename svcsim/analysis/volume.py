"""Whether a replication fits into memory."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.children import with_children
from svcsim.analysis.facts import Facts, Finding, number
from svcsim.analysis.load import arrivals
from svcsim.errors import Problem
from svcsim.model.codes import Op

MOST = 5e7
"""Visits to steps that are let into a replication; each takes about a kilobyte."""


def too_many_items(facts: Facts) -> Iterator[Finding]:
    """Count the items of a replication, from its start to its end, and their visits to steps."""
    model, names = facts.model, facts.questions.names
    whole = model._replace(warm_up=0, horizon=model.end)
    outside = arrivals(whole, facts.prediction.moments, facts.prediction.long_run)
    items = with_children(model, facts.prediction.flows, outside)
    visits = np.zeros(len(names.streams))
    for flow in facts.flows:
        counted = flow.entries[(flow.codes == Op.ENTER) & np.isfinite(flow.entries)]
        visits[flow.stream] += items[flow.stream, flow.cls] * max(1.0, float(counted.sum()))
    if not visits.sum() > MOST or np.isinf(visits).any():  # children without end: told elsewhere
        return
    worst = int(visits.argmax())
    yield Problem(
        "too-many-items",
        f"streams.{names.streams[worst]}.demand",
        f"{number(items[worst].sum())} items come in a replication, and all items together go to "
        f"{number(visits.sum())} steps",
        f"at most {number(MOST)} fit into memory: lower the demand, or shorten the horizon and the "
        "run_out",
    )
