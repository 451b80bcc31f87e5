"""What a model may do without: the kernel is compiled with all of it, and as `core` with none.

In a condition a `Feature` is a constant of the kernel that is compiled (see `_link`): the core has
no code for what only models with the feature need. Without numba every feature is there.
"""

from collections.abc import Callable

import numpy as np

from svcsim._jit import Feature
from svcsim.engines.compiled.shortcuts import odd_pools
from svcsim.model.arrays import NONE, Model
from svcsim.model.codes import Op

CORE, FULL = "core", "full"
VARIANTS = CORE, FULL
"""The kernels that are compiled, the smaller one first."""

HAS_APPROVALS = Feature("approvals on demand")
HAS_BACKLOG = Feature("a backlog")
HAS_CALLS = Feature("people on call")
HAS_CHANGES = Feature("effects, environments and families")
HAS_CHILDREN = Feature("children")
HAS_EFFICIENCY = Feature("efficiency")
HAS_ESCALATION = Feature("escalation")
HAS_GATES = Feature("gates")
HAS_LEARNING = Feature("learning")
HAS_LIMITS = Feature("limits")
HAS_NOTICES = Feature("notices")
HAS_ODD_POOLS = Feature("pools that are not plain")
HAS_PREEMPTION = Feature("preemption")
HAS_QUANTITIES = Feature("quantities")
HAS_RESERVATIONS = Feature("reservations")
HAS_SAME_PEOPLE = Feature("the same people for consecutive steps")
HAS_SCORES = Feature("scores at gates")
HAS_STRANDS = Feature("strands")
HAS_TEAMS = Feature("work of several teams")
HAS_UNLIMITED = Feature("unlimited teams")
HAS_WINDOWS = Feature("windows")


def _performs(model: Model, *ops: Op) -> bool:
    """Say whether a program has any of some instructions."""
    return bool(np.isin(model.ops["code"], ops).any())


USED: dict[Feature, Callable[[Model], bool]] = {
    HAS_APPROVALS: lambda model: _performs(model, Op.ASK),
    HAS_BACKLOG: lambda model: len(model.backlog) > 0,
    HAS_CALLS: lambda model: bool(
        (model.groups["call_out"] != NONE).any() or (model.groups["rests"] != NONE).any()
    ),
    HAS_CHANGES: lambda model: bool(
        len(model.effects) or len(model.triggers) or len(model.environments)
        or (model.streams["n_families"] > 0).any()
        or _performs(model, Op.MARK, Op.EFFECT)
    ),
    HAS_CHILDREN: lambda model: _performs(model, Op.SPAWN, Op.AWAIT),
    HAS_EFFICIENCY: lambda model: len(model.stairs) > 0,
    HAS_ESCALATION: lambda model: _performs(model, Op.ESCALATE, Op.ESCALATE_TO),
    HAS_GATES: lambda model: len(model.gates) > 0 or _performs(model, Op.GATE),
    HAS_LEARNING: lambda model: len(model.lessons) > 0,
    HAS_LIMITS: lambda model: len(model.limits) > 0 or _performs(model, Op.ADMIT, Op.RETIRE),
    HAS_NOTICES: lambda model: bool((model.streams["noticed"] == 1).any()),
    HAS_ODD_POOLS: odd_pools,
    HAS_PREEMPTION: lambda model: bool((model.by_class[model.streams["preempts_row"]] == 1).any()),
    HAS_QUANTITIES: lambda model: bool((model.streams["quantity_row"] != NONE).any()),
    HAS_RESERVATIONS: lambda model: bool((model.pools["reserved"] != 0).any()),
    HAS_SAME_PEOPLE: lambda model: _performs(model, Op.KEEP),
    HAS_SCORES: lambda model: bool((model.gates["score"] != NONE).any()),
    HAS_STRANDS: lambda model: bool(
        (model.streams["n_strands"] > 0).any()
        or _performs(model, Op.JOIN, Op.JUMP, Op.REPEAT, Op.INSTANCES)
    ),
    HAS_TEAMS: lambda model: bool(
        (model.alternatives["n"] > 1).any()
        or (model.seizes["quorum"] != 0).any()
        or (model.seizes["collect"] == 1).any()
    ),
    HAS_UNLIMITED: lambda model: bool((model.pools["unlimited"] == 1).any()),
    HAS_WINDOWS: lambda model: bool((model.seizes["window"] != NONE).any()),
}  # fmt: skip
"""Each feature, and whether a model uses it."""


def used_features(model: Model) -> list[str]:
    """Return the names of the features that a model uses: with none of them the core is enough."""
    return [feature.name for feature, is_used in USED.items() if is_used(model)]
