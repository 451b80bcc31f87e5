"""Variants of a model: one of its numbers is scaled, everything else stays the same to the bit.

Each function takes a compiled model and gives a new one; it shares what it does not change. Draws
have addresses (semantics 60 to 63), so a variant sees the luck of the model that it comes from: a
law that is scaled gives every draw times the factor, up to the rounding to whole ticks.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from svcsim.model.arrays import Model, Records
from svcsim.model.codes import Arrivals

SCALED = ("scale", "shift", "least", "most")
"""What of a piece of a law is in ticks."""


class Place(NamedTuple):
    """Where a row of laws is used: ``getattr(model, table)[record][field]``."""

    table: str
    record: int
    field: str
    classes: tuple[int, ...]
    """Classes whose law is meant."""


def laws_scaled(model: Model, factor: float, places: tuple[Place, ...]) -> Model:
    """Scale the laws that are used at some places, and nowhere else.

    Parameters
    ----------
    model
        A compiled scenario.
    factor
        Times which every duration that is drawn there lasts.
    places
        Where.

    Examples
    --------
    >>> from svcsim.model.build import build
    >>> from svcsim.scenario.load import load
    >>> model, _ = build(load("first_desk"))
    >>> op = int(np.flatnonzero(model.ops["code"] == 6)[0])
    >>> slower = laws_scaled(model, 1.5, (Place("ops", op, "b", (0,)),))
    >>> float(slower.pieces["scale"][-1] / model.pieces["scale"][0])
    1.5
    """
    distributions, pieces = [model.distributions], [model.pieces]
    rows = [tuple(row) for row in model.by_class.tolist()]
    known = {row: index for index, row in reversed(list(enumerate(rows)))}
    laws: dict[int, int] = {}

    def law(old: int) -> int:
        if old not in laws:
            record = model.distributions[old : old + 1].copy()
            own = model.pieces[record["first"][0] : record["first"][0] + record["n"][0]].copy()
            for field in SCALED:
                own[field] *= factor
            record["first"] = sum(map(len, pieces))
            laws[old] = sum(map(len, distributions))
            distributions.append(record)
            pieces.append(own)
        return laws[old]

    tables: dict[str, Records] = {}
    for table, record, field, classes in places:
        if table not in tables:
            tables[table] = getattr(model, table).copy()
        old = rows[int(tables[table][record][field])]
        new = tuple(law(one) if cls in classes and one >= 0 else one for cls, one in enumerate(old))
        if new not in known:
            known[new] = len(rows)
            rows.append(new)
        tables[table][record][field] = known[new]
    return _with(
        model,
        **tables,
        by_class=np.array(rows, np.int64),
        distributions=np.concatenate(distributions),
        pieces=np.concatenate(pieces),
    )


def replies_scaled(model: Model, factor: float, ask: int, places: tuple[Place, ...]) -> Model:
    """Scale the time in which those who are asked answer, and that until their delegate is."""
    scaled = laws_scaled(model, factor, places)
    asks = scaled.asks.copy()
    if asks[ask]["after"] > 0:
        asks[ask]["after"] = round(int(asks[ask]["after"]) * factor)
    return _with(scaled, asks=asks)


def demand_scaled(model: Model, factor: float, stream: int) -> Model:
    """Scale the rate at which items of a stream come.

    The items that come anyway stay who they are: more demand adds items of one more layer of the
    thinning (semantics 50), less demand leaves some of them out.
    """
    streams, rates = model.streams.copy(), model.rates.copy()
    record = streams[stream]
    own = rates[record["first_rate"] : record["first_rate"] + record["n_rates"]]
    own["level"] *= factor
    own["cumulative"] *= factor
    if record["arrivals"] == Arrivals.POISSON:
        record["layers"] = max(
            math.ceil(int(record["layers"]) * factor - 1e-9), int(record["layers"])
        )
    return _with(model, streams=streams, rates=rates)


def odds_scaled(model: Model, factor: float, branches: tuple[tuple[int, int], ...]) -> Model:
    """Scale the odds p / (1 - p) of a way of a branch; the others share what is left as before.

    Shares of 0 and 1 stay, and so do those of the last visit (semantics 13).
    """
    records, factors = model.branches.copy(), [model.factors]
    for branch, way in branches:
        record = records[branch]
        n = int(record["n"])
        first, size = int(record["shares"]), n * int(record["levels"]) * int(record["n_classes"])
        upto = model.factors[first : first + size].reshape(-1, n)
        shares = np.diff(upto, axis=1, prepend=0.0)
        old = shares[:, way]
        new = factor * old / (1 - old + factor * old)
        with np.errstate(divide="ignore", invalid="ignore"):
            others = np.where(old < 1, (1 - new) / (1 - old), 1.0)
        shares = shares * others[:, None]
        shares[:, way] = new
        scaled = np.where(upto >= 1.0, 1.0, np.minimum(np.cumsum(shares, axis=1), 1.0))
        scaled = np.where(((old <= 0) | (old >= 1))[:, None], upto, scaled)
        record["shares"] = sum(map(len, factors))
        factors.append(scaled.reshape(-1))
    return _with(model, branches=records, factors=np.concatenate(factors))


def people_added(model: Model, n: int, group: int) -> Model:
    """Let a group have so many people more; less than 0: fewer."""
    groups = model.groups.copy()
    groups[group]["people"] += n
    return _with(model, groups=groups)


def agenda_added(model: Model, n: int, gate: int) -> Model:
    """Let a sitting of a gate hear so many items more; less than 0: fewer."""
    gates = model.gates.copy()
    gates[gate]["agenda"] += n
    return _with(model, gates=gates)


def sittings_added(
    model: Model, gate: int, ticks: Iterable[int], deadlines: Mapping[int, tuple[int, ...]]
) -> Model:
    """Let a gate sit at some ticks more, each with its latest submission by class."""
    record = model.gates[gate]
    rows = [tuple(row) for row in model.by_class.tolist()]
    own = model.sittings[record["first"] : record["first"] + record["n"]]
    held = [(int(sitting["tick"]), int(sitting["deadline_row"])) for sitting in own]
    for tick in ticks:
        row = deadlines[tick]
        rows.append((*row, *[-1] * (model.by_class.shape[1] - len(row))))
        held.append((tick, len(rows) - 1))
    gates = model.gates.copy()
    gates[gate]["first"], gates[gate]["n"] = len(model.sittings), len(held)
    sittings = np.concatenate([model.sittings, np.array(sorted(held), model.sittings.dtype)])
    return _with(model, gates=gates, sittings=sittings, by_class=np.array(rows, np.int64))


def horizon_scaled(model: Model, factor: float) -> Model:
    """Scale warm-up, horizon and end of the run."""
    times = (model.warm_up, model.horizon, model.end)
    warm_up, horizon, end = (round(tick * factor) for tick in times)
    return _with(model, warm_up=warm_up, horizon=horizon, end=end)


def _with(model: Model, **parts: Any) -> Model:
    """Return a model with other parts."""
    return model._replace(**parts)
