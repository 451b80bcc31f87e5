"""What a model may do without: the kernel is compiled with all of it, or with none of it.

A `Feature` in a condition is a constant of the kernel that is compiled (see `_link`): what only
models with the feature need is no part of the core. Without numba, every feature is there.
"""

from collections.abc import Callable

import numpy as np

from svcsim._jit import Feature
from svcsim.model.arrays import NONE, Model
from svcsim.model.codes import Arrivals, Op

Rule = Callable[[Model], bool]

HAS_STRANDS = Feature("strands")
HAS_CHILDREN = Feature("children")
HAS_GATES = Feature("gates")
HAS_APPROVALS = Feature("approvals")
HAS_LIMITS = Feature("limits")
HAS_CHANGES = Feature("changes")
HAS_TEAMS = Feature("teams")
HAS_PREEMPTION = Feature("preemption")
HAS_CALLS = Feature("calls")
HAS_WINDOWS = Feature("windows")
HAS_UNLIMITED = Feature("unlimited")
HAS_BACKLOG = Feature("backlog")
HAS_NOTICES = Feature("notices")
HAS_ESCALATION = Feature("escalation")
HAS_EFFICIENCY = Feature("efficiency")

USED: dict[Feature, Rule] = {
    HAS_STRANDS: lambda model: bool(len(model.strands) or len(model.instances)),
    HAS_CHILDREN: lambda model: bool(len(model.spawns)),
    HAS_GATES: lambda model: bool(len(model.gates)),
    HAS_APPROVALS: lambda model: bool(len(model.asks)),
    HAS_LIMITS: lambda model: bool(len(model.limits)),
    HAS_CHANGES: lambda model: bool(
        len(model.effects)
        or len(model.triggers)
        or len(model.environments)
        or model.streams["n_families"].any()
    ),
    HAS_TEAMS: lambda model: bool(
        (model.seizes["n"] > 1).any()
        or (model.seizes["quorum"] > 0).any()
        or (model.seizes["collect"] == 1).any()
        or (model.alternatives["n"] > 1).any()
        or (model.needs["number"] > 1).any()
    ),
    HAS_PREEMPTION: lambda model: bool((model.by_class[model.streams["preempts_row"]] == 1).any()),
    HAS_CALLS: lambda model: bool(
        (model.groups["call_out"] != NONE).any() or (model.groups["rests"] != NONE).any()
    ),
    HAS_WINDOWS: lambda model: bool((model.seizes["window"] != NONE).any()),
    HAS_UNLIMITED: lambda model: bool((model.pools["unlimited"] == 1).any()),
    HAS_BACKLOG: lambda model: bool(len(model.backlog)),
    HAS_NOTICES: lambda model: bool((model.streams["noticed"] == 1).any()),
    HAS_EFFICIENCY: lambda model: bool(len(model.stairs)),
    HAS_ESCALATION: lambda model: bool(np.isin(model.ops["code"], [Op.ESCALATE]).any()),
}
"""Each feature, and whether a model uses it."""


def features(model: Model) -> list[str]:
    """Return the names of the features that a model uses."""
    return [feature.name for feature, used in USED.items() if used(model)]
