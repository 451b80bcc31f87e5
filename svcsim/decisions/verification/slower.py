"""A model in which everything takes twice as long, and what becomes of its story.

Durations are drawn as real numbers and rounded to ticks, and twice a rounded number is not twice
the number, rounded. So the law is held against the model with its durations in whole seconds: each
of its distributions becomes `LEVELS` values, equally likely.
"""

from typing import Any

import numpy as np

from svcsim.decisions.verification.check import Check
from svcsim.decisions.verification.stories import difference
from svcsim.engines import compiled
from svcsim.model.arrays import NEVER, NONE, PIECE, TICKS_PER_SECOND, Model, Records
from svcsim.model.codes import Arrivals, Op
from svcsim.model.trajectory import Trajectory
from svcsim.world.quantiles import quantile

LEVELS = 32
TICKS = {
    "rates": "tick cumulative", "replay": "tick event", "pools": "reading switching ageing",
    "groups": "longest rest_after rest", "seizes": "longest", "asks": "after", "sittings": "tick",
    "triggers": "within cool_down every", "openings": "opens closes before",
}  # fmt: skip
"""Fields of the model that are ticks, beside the quantiles, the rows of `by_class`, and the end."""
TOLD = {
    "items": "arrived ended", "visits": "entered started finished",
    "rows": "begin end gate unavailability policy prioritisation",
    "presence": "begin end called setup", "tokens": "began ended",
    "attendance": "sitting begin end",
}  # fmt: skip
"""Fields of a story that are ticks."""


def twice_as_slow(
    law: tuple[str, str, str, str], model: Model, seed: int, replications: int
) -> Check:
    """Compare the story of a model in whole seconds with that of one that is twice as slow."""
    if why := _forbidden(model):
        return Check.without(*law, why)
    one = in_seconds(model)
    two = slower(one)
    wrong, rows = "", 0
    for replication in range(replications):
        told = compiled.simulate(one, seed, replication)
        found = difference(in_twice_the_time(told), compiled.simulate(two, seed, replication))
        wrong = wrong or (found and f"replication {replication}, {found} (doubled and slower)")
        rows += len(told.rows)
    return Check.of(*law, wrong, f"{rows:,} rows, durations in whole seconds")


def _forbidden(model: Model) -> str:
    """Return why times cannot be doubled to the tick; empty if they can."""
    if len(model.effects) or len(model.state_effects):
        return "effects multiply durations, which are then rounded"
    if (model.gates["score"] != NONE).any():
        return "what items are worth at gates is divided by an effort that is rounded"
    if len(model.backlog):
        return "what is left of work from before the start is rounded"
    if len(model.stairs):
        return "slower people take a time that is rounded"
    for stream in model.streams[model.streams["arrivals"] == Arrivals.RENEWAL]:
        first, n = int(stream["first_rate"]), int(stream["n_rates"])
        if (model.rates["level"][first : first + n] % 1 != 0).any() or stream["day_level"] >= 0:
            return "arrivals at intervals follow a profile, rounded"
    for step in model.steps[model.steps["n_repeat"] > 0]:
        factors = model.factors[step["repeat"] : step["repeat"] + step["n_repeat"]]
        if (abs(factors * 1e6 - np.rint(factors * 1e6)) > 1e-9).any():
            return "later visits take a share of the time that is rounded"
    return ""


def in_seconds(model: Model) -> Model:
    """Return a model with durations of whole seconds, and nobody away for part of a day.

    A part of a shift begins at a rounded tick.
    """
    levels = set(model.streams["day_level"].tolist())
    pieces: list[Records] = []
    distributions = model.distributions.copy()
    known = 0
    for d in range(len(distributions)):
        first, n = int(distributions["first"][d]), int(distributions["n"][d])
        mine = model.pieces[first : first + n]
        if d not in levels:
            us = (np.arange(LEVELS) + 0.5) / LEVELS
            mine = np.zeros(LEVELS, PIECE)
            values = [
                quantile(model.distributions, model.pieces, model.tables, d, float(u)) for u in us
            ]
            mine["upper"] = (np.arange(LEVELS) + 1) / LEVELS
            mine["shift"] = [_seconds(value) for value in values]
            mine["high"], mine["least"], mine["most"] = 1.0, -np.inf, np.inf
            distributions["zero"][d] = int((mine["shift"] == 0).all())
        distributions["first"][d], distributions["n"][d] = known, len(mine)
        known += len(mine)
        pieces.append(mine)
    groups = model.groups.copy()
    groups["day"] = 0.0
    together = np.concatenate([np.zeros(0, PIECE), *pieces])
    return model._replace(pieces=together, distributions=distributions, groups=groups)


def _seconds(ticks: float) -> float:
    """Return a duration in whole seconds, in ticks: at least one, if it is any."""
    seconds = max(1.0, float(np.rint(ticks / TICKS_PER_SECOND))) if ticks > 0 else 0.0
    return seconds * TICKS_PER_SECOND


def slower(model: Model) -> Model:
    """Return a model in which everything takes twice as long."""
    new: dict[str, Any] = {
        name: _doubled(getattr(model, name), fields) for name, fields in TICKS.items()
    }
    levels = set(model.streams["day_level"].tolist())
    pieces = model.pieces.copy()
    for d, (first, n) in enumerate(model.distributions[["first", "n"]].tolist()):
        if d not in levels:
            for field in ("shift", "scale", "least", "most"):
                pieces[field][first : first + n] *= 2
    rows = [model.by_class]
    added = len(model.by_class)

    def doubled(index: int) -> int:
        """A row of ticks may be one of something else too: the doubled one is a new row."""
        nonlocal added
        if index < 0:
            return index
        rows.append(_twice(model.by_class[index : index + 1]))
        added += 1
        return added - 1

    ops, streams, sittings = model.ops.copy(), model.streams.copy(), new["sittings"]
    for op in ops:
        if op["code"] == Op.SET:
            op["b"] = doubled(int(op["b"]))
        elif op["code"] == Op.ESCALATE:
            op["a"] = doubled(int(op["a"]))
        elif op["code"] in (Op.SEIZE, Op.MARK) and op["c"] > 0:
            op["c"] *= 2
    for stream in streams:
        stream["due_row"] = doubled(int(stream["due_row"]))
        stream["layer_rate"] /= 2
    for sitting in sittings:
        sitting["deadline_row"] = doubled(int(sitting["deadline_row"]))
    return model._replace(
        **new, pieces=pieces, ops=ops, streams=streams, by_class=np.concatenate(rows),
        warm_up=2 * model.warm_up, horizon=2 * model.horizon, end=2 * model.end,
    )  # fmt: skip


def in_twice_the_time(run: Trajectory) -> Trajectory:
    """Return a story with every tick doubled."""
    return run._replace(**{name: _doubled(getattr(run, name), f) for name, f in TOLD.items()})


def _doubled(table: Records, fields: str) -> Records:
    found = table.copy()
    for field in fields.split():
        found[field] = _twice(found[field])
    return found


def _twice(ticks: Any) -> Any:
    """Return ticks doubled, but for those that mean never, or nothing."""
    return np.where((ticks == NEVER) | (ticks == NONE), ticks, 2 * ticks)
