"""Euler's sum: what all elasticities together must be, where no clock is fixed.

When every duration of a model, and its horizon, is twice as long, and every rate half as high, the
same happens at half the speed: every time of an item is twice as long. So the elasticities with
respect to all durations, less those with respect to all rates, plus that with respect to the length
of the run, are 1 together (Euler's theorem on homogeneous functions). It is an oracle that costs
two runs, and it holds for any discipline, priorities and loops.
"""

from collections.abc import Iterator

from svcsim.analysis.key import Key
from svcsim.model.arrays import NEVER, NONE, Model
from svcsim.model.codes import Arrivals, Op


def fixed_clocks(model: Model, key: Key) -> tuple[str, ...]:
    """Return what has a length of its own that no lever scales: then the sum is not known."""
    return tuple(dict.fromkeys(_fixed(model, key)))


def _fixed(model: Model, key: Key) -> Iterator[str]:
    if key.unit != "h":
        yield "the response is no time"
    if _calendars(model):
        yield "calendars"
    codes = set(model.ops["code"].tolist())
    for op, words in (
        (Op.PATIENCE, "patience"),
        (Op.GATE, "sittings of gates"),
        (Op.ESCALATE, "escalation"),
        (Op.EFFECT, "effects"),
    ):
        if op in codes:
            yield words
    if len(model.triggers):
        yield "triggers"
    if len(model.environments):
        yield "environments"
    setups = model.ops["c"][model.ops["code"] == Op.SEIZE]
    if (setups > 0).any() or any((model.pools[f] > 0).any() for f in ("reading", "switching")):
        yield "set-up"
    if len(model.spawns) and (model.spawns["wait_row"] != NONE).any():
        yield "children that come later"
    if (model.streams["due_row"] != NONE).any():
        yield "due dates"
    if (model.streams["n_rates"] > 1).any() or (model.streams["day_level"] != NONE).any():
        yield "demand that varies"
    if (model.streams["arrivals"] == Arrivals.REPLAY).any() or len(model.replay):
        yield "demand that is replayed"
    if len(model.backlog):
        yield "a backlog with ages"
    if (model.groups["rest_after"] != NEVER).any() or (model.groups["call_out"] != NONE).any():
        yield "people on call"


def _calendars(model: Model) -> bool:
    """Whether a calendar that closes is used."""
    delays = model.ops[(model.ops["code"] == Op.DELAY) | (model.ops["code"] == Op.HANDOVER)]
    used = {*model.groups["calendar"].tolist(), *model.seizes["window"].tolist()}
    used |= {*delays["b"].tolist(), *model.asks["calendar"].tolist()}
    if (model.groups["leave"] > 0).any() or (model.groups["day"] > 0).any():
        return True
    return any(calendar >= 0 and not model.calendars[calendar]["always"] for calendar in used)
