"""How much work comes, and how many people are there for it, in [warm_up, horizon)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from svcsim.analysis.chain import none_of
from svcsim.analysis.environments import LongRun
from svcsim.analysis.flow import Flow, Mask
from svcsim.analysis.moments import Moments
from svcsim.model.arrays import NONE, Floats, Integers, Model, Records
from svcsim.model.codes import WORKED, Arrivals, Op
from svcsim.world.calendars import open_ticks

if TYPE_CHECKING:
    from svcsim.analysis.quantities import Quantities


@dataclass(frozen=True, slots=True)
class Work:
    """The requests of one class at one instruction, on visits that take equally long."""

    flow: Flow
    op: int
    """The instruction that asks for people."""
    step: int
    seize: int
    distribution: int
    factor: float
    """What these visits make of the work drawn (`repeat_touch`)."""
    requests: float
    """Expected number in the window."""
    per_item: float
    """Expected number for each item."""
    mean: float
    """Mean work in ticks of one person, as fast as people work (18)."""
    second: float
    """Mean square of it."""

    @property
    def states(self) -> Mask:
        """States of the flow in which people are asked for: a mask."""
        return np.asarray(self.flow.ops == self.op)


def open_time(model: Model, calendar: int, begin: int | None = None) -> int:
    """Return the open ticks of a calendar in [`begin` or warm_up, horizon)."""
    first = model.warm_up if begin is None else begin
    return int(
        open_ticks(model.calendars, model.openings, calendar, model.horizon)
        - open_ticks(model.calendars, model.openings, calendar, first)
    )


Spans = Integers
"""Disjoint stretches of time in order, shape (n, 2): begin and end of each."""
Ways = tuple[tuple[tuple[int, int], ...], ...]
"""Alternatives: of each, who does the work, and how many of them."""


def spans(model: Model, calendar: int) -> Spans:
    """Return when a calendar is open in [0, end), stretches that touch joined."""
    if calendar < 0 or model.calendars[calendar]["always"]:
        return np.array([[0, model.end]])
    first, n = int(model.calendars[calendar]["first"]), int(model.calendars[calendar]["n"])
    part = model.openings[first : first + n]
    part = part[part["opens"] < model.end]
    opens, closes = part["opens"], np.minimum(part["closes"], model.end)
    apart = opens[1:] > closes[:-1]
    begin = opens[np.concatenate([[True], apart])] if len(part) else opens
    end = closes[np.concatenate([apart, [True]])] if len(part) else closes
    return np.stack([begin, end], axis=1)


def common(one: Spans, other: Spans) -> Spans:
    """Return the time that is in both."""
    edges = np.unique(np.concatenate([one.ravel(), other.ravel()]))
    if len(edges) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    parts = np.stack([edges[:-1], edges[1:]], axis=1)
    return np.asarray(parts[_covered(one, parts[:, 0]) & _covered(other, parts[:, 0])])


def _covered(some: Spans, ticks: Integers) -> Mask:
    at = np.searchsorted(some[:, 0], ticks, side="right") - 1
    inside = np.zeros(len(ticks), dtype=bool)
    inside[at >= 0] = ticks[at >= 0] < some[at[at >= 0], 1]
    return inside


def length(some: Spans, begin: int, end: int) -> int:
    """Return how much of some time lies in [`begin`, `end`)."""
    return int((np.clip(some[:, 1], begin, end) - np.clip(some[:, 0], begin, end)).sum())


def rate_steps(model: Model, stream: int, begin: int, end: int) -> tuple[Floats, Floats]:
    """Return the ticks in [begin, end] where the rate of a stream changes, and the levels between.

    There is one tick more than there are levels.
    """
    record = model.streams[stream]
    rates = model.rates[record["first_rate"] : record["first_rate"] + record["n_rates"]]
    edges = np.append(np.clip(rates["tick"], begin, end), end).astype(np.float64)
    return edges, rates["level"].astype(np.float64)


def arrivals(model: Model, moments: Moments, long_run: LongRun) -> Floats:
    """Return the expected items from outside, of each stream and class in the window.

    Shape (V, classes). Where an environment changes the rate, it is that of the long run.
    """
    begin, end = model.warm_up, model.horizon
    items = np.zeros((len(model.streams), model.by_class.shape[1]))
    for v, record in enumerate(model.streams):
        n = int(record["n_classes"])
        first = int(record["class_shares"])
        mix = np.diff(model.factors[first : first + n], prepend=0.0)
        if record["arrivals"] == Arrivals.INTERNAL:
            continue
        if record["arrivals"] == Arrivals.REPLAY:
            start, stop = record["first_replay"], record["first_replay"] + record["n_replay"]
            rows = model.replay[start:stop]
            if record["noticed"]:
                items[v, :n] = announced(model, v, moments) * mix
                continue
            rows = rows[(rows["tick"] >= begin) & (rows["tick"] < end)]
            items[v, :n] = np.bincount(rows["cls"][rows["cls"] >= 0], minlength=n)
            each = mean_count(model, int(record["batch"])) if record["batch"] >= 0 else 1.0
            items[v, :n] += np.count_nonzero(rows["cls"] < 0) * each * mix
            continue
        edges, levels = rate_steps(model, v, begin, end)
        total = float(np.diff(edges) @ levels) * long_run.mean(record["rate_slot"])
        if record["arrivals"] == Arrivals.POISSON:
            total *= float(record["layer_rate"])
        else:
            mean = moments.mean(int(record["gap"]))
            total = total / mean if mean else np.inf * total
        if record["batch"] >= 0:
            total *= mean_count(model, int(record["batch"]))
        items[v, :n] = total * mix
    return items


def announced(model: Model, stream: int, moments: Moments) -> Floats:
    """Return how many items of each class may be expected a notice before an event.

    By class, all of them being of that class: the chance that the notice of each event begins
    within the window, times the items that it has.
    """
    record = model.streams[stream]
    rows = model.replay[record["first_replay"] :][: record["n_replay"]]
    calendar = int(record["notice_calendar"])
    first, last = (
        open_ticks(model.calendars, model.openings, calendar, t)
        for t in (model.warm_up, model.horizon)
    )
    at = [open_ticks(model.calendars, model.openings, calendar, t) for t in rows["event"].tolist()]
    each = mean_count(model, int(record["batch"])) if record["batch"] >= 0 else 1.0
    laws = model.by_class[record["notice_row"], : record["n_classes"]].tolist()
    return np.array([
        each * sum(moments.share_above(law, t - last) - moments.share_above(law, t - first)
                   for t in at)
        for law in laws
    ])  # fmt: skip


def mean_count(model: Model, batch: int) -> float:
    """Return the mean of a distribution of whole numbers."""
    record = model.counts[batch]
    upto = model.factors[record["first"] : record["first"] + record["n"]]
    return float(record["offset"] + (1 - upto[:-1]).sum())


def works(
    model: Model,
    flows: Sequence[Sequence[Flow]],
    items: Floats,
    moments: Moments,
    long_run: LongRun,
    quantities: "Quantities",
    paces: Sequence[float] = (),
) -> list[Work]:
    """Return everything that is asked of people; `paces`: how fast each seize is worked on."""
    asked, several = [], instances(model)
    for v, classes in enumerate(flows):
        for c, flow in enumerate(classes):
            for op in np.unique(flow.ops[np.isin(flow.codes, WORKED)]).tolist():
                record = model.ops[op]
                seize, drawn = (int(model.by_class[record[row], c]) for row in ("a", "b"))
                entries = float(flow.entries[flow.ops == op].sum()) * several.get(op, 1.0)
                if seize < 0 or entries == 0:
                    continue
                pace = paces[seize] if paces else 1.0
                slot = int(model.steps[record["step"]]["touch_slot"])
                for share, factor in visit_factors(flow, op):
                    per_item = share * entries
                    requests = per_item * items[v, c] if items[v, c] else 0.0
                    mean = moments.mean(drawn) * factor / pace * long_run.mean(slot)
                    second = moments.second(drawn) * (factor / pace) ** 2 * long_run.square(slot)
                    times = quantities.of(drawn, v, c)
                    mean, second = mean * times.mean, second * times.second
                    asked.append(
                        Work(
                            flow, op, int(record["step"]), seize, drawn, factor, requests,
                            per_item, mean, second,
                        )
                    )  # fmt: skip
    return asked


def lessons_of(model: Model, step: int) -> Records:
    """Return what a step learns, which takes less the more often it has been done (74)."""
    mine = model.ops[(model.ops["step"] == step) & (model.ops["code"] == Op.WORK)]
    mine = mine[mine["a"] != NONE]
    first, n = (int(mine["a"][0]), int(mine["b"][0])) if len(mine) else (0, 0)
    return model.lessons[first : first + n]


def learns(model: Model, step: int) -> bool:
    """Say whether a step learns anything."""
    return len(lessons_of(model, step)) > 0


def instances(model: Model) -> dict[int, float]:
    """Return how many tokens at once perform an instruction, on average, where there are several.

    Those that are stopped when others are enough are counted as if they ran on.
    """
    found: dict[int, float] = {}
    for op in np.flatnonzero(model.ops["code"] == Op.INSTANCES).tolist():
        count = int(model.instances[model.ops[op]["a"]]["count"])
        inside = op + 1
        while model.ops[inside]["code"] != Op.JOIN:
            found[inside] = mean_count(model, count) / (1 - none_of(model, count))
            inside += 1
    return found


def visit_factors(flow: Flow, op: int) -> list[tuple[float, float]]:
    """Return the factors of the work that an instruction asks for, each with its share of it."""
    step = int(flow.model.ops[op]["step"])
    record = flow.model.steps[step]
    n, first = int(record["n_repeat"]), int(record["repeat"])
    if n == 0:
        return [(1.0, 1.0)]
    factors = [1.0, *flow.model.factors[first : first + n].tolist()]
    total = float(flow.entries[flow.ops == op].sum())
    if not np.isfinite(total):
        return [(1.0, factors[-1])]
    counts = flow.walk.requests(step, op, n)
    counts = [*counts, max(0.0, total - sum(counts))]
    return [
        (count / total, factor)
        for count, factor in zip(counts, factors, strict=True)
        if count > 1e-12 * total
    ]


_LAST: list[tuple[Model, dict[int, list[dict[int, int]]]]] = []
"""The model that was asked for last, and what its requests need."""


def needs(model: Model, seize: int) -> list[dict[int, int]]:
    """Return the alternatives of a request: how many people of which pools."""
    last = _LAST[0] if _LAST else None
    if last is None or last[0] is not model:
        last = model, {}
        _LAST[:] = [last]
    if seize not in last[1]:
        last[1][seize] = _needs(model, seize)
    return last[1][seize]


def _needs(model: Model, seize: int) -> list[dict[int, int]]:
    record = model.seizes[seize]
    found = []
    for k in range(int(record["first"]), int(record["first"] + record["n"])):
        first, n = int(model.alternatives[k]["first"]), int(model.alternatives[k]["n"])
        wanted: dict[int, int] = {}
        for need in model.needs[first : first + n]:
            wanted[int(need["pool"])] = wanted.get(int(need["pool"]), 0) + int(need["number"])
        found.append(wanted)
    return found


def offered(model: Model, asked: Sequence[Work], supply: Floats) -> Floats:
    """Return the person-ticks of work that each pool gets in the window."""
    works = [
        (needs(model, one.seize), float(one.requests) * float(one.mean) if one.mean else 0.0)
        for one in asked
    ]
    return spread(works, supply)


def spread(works: Sequence[tuple[list[dict[int, int]], float]], supply: Floats) -> Floats:
    """Return what of some work each of those who may do it gets, (supply,).

    Work that several can do is spread so that the busiest of these is as little busy as it can be:
    more than its people is then too much, however they share it out.

    Parameters
    ----------
    works
        Alternatives, how many people of whom each needs; and ticks.
    supply
        Person-ticks that each has.
    """
    fixed = np.zeros(len(supply))
    flexible: dict[Ways, float] = {}
    for alternatives, ticks in works:
        if len(alternatives) == 1:
            for pool, number in alternatives[0].items():
                fixed[pool] += number * ticks
        elif ticks:
            ways = tuple(tuple(way.items()) for way in alternatives)
            flexible[ways] = flexible.get(ways, 0.0) + ticks
    if not flexible:
        return fixed
    choices = {ways: [dict(way) for way in ways] for ways in flexible}
    split = {ways: np.full(len(ways), 1 / len(ways)) for ways in flexible}
    for _ in range(200):
        before = split.copy()
        for ways, ticks in flexible.items():
            rest = fixed.copy()
            for other, parts in split.items():
                if other != ways:
                    _add(rest, choices[other], parts * flexible[other])
            split[ways] = _spread(choices[ways], ticks, rest, supply)
        if all(np.array_equal(split[ways], before[ways]) for ways in split):
            break  # no further round could change a bit
    total = fixed.copy()
    for ways, parts in split.items():
        _add(total, choices[ways], parts * flexible[ways])
    return total


def _add(load: Floats, alternatives: Sequence[dict[int, int]], ticks: Floats) -> None:
    for wanted, part in zip(alternatives, ticks, strict=True):
        for pool, number in wanted.items():
            load[pool] += number * part


def _spread(
    alternatives: Sequence[dict[int, int]], ticks: float, rest: Floats, supply: Floats
) -> Floats:
    """Return the shares of `ticks` that make the highest utilisation of an alternative least."""
    shared = set.intersection(*(set(wanted) for wanted in alternatives))
    own = [
        [(p, k) for p, k in wanted.items() if p not in shared] or list(wanted.items())
        for wanted in alternatives
    ]

    def room(level: float) -> Floats:
        """Return how much each alternative takes until one of its pools is busy to `level`."""
        least = [
            min((level * supply[p] - rest[p]) / k if supply[p] else 0.0 for p, k in one)
            for one in own
        ]
        return np.asarray(np.maximum(0.0, np.array(least)))

    if any(all(np.isinf(supply[p]) for p, _ in one) for one in own) or not np.isfinite(ticks):
        free = np.array([float(all(np.isinf(supply[p]) for p, _ in one)) for one in own])
        free = free if free.any() else np.ones(len(own))
        return np.asarray(free / free.sum())
    if not any(all(supply[p] for p, _ in one) for one in own):
        return np.full(len(own), 1 / len(own))
    low, high = 0.0, 1.0
    while room(high).sum() < ticks:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if room(middle).sum() >= ticks else (middle, high)
    taken = room(high)
    return np.asarray(taken / taken.sum())
