"""Many replications of one scenario as columns, and means of them with control variates.

A replication gives one number for each question, and controls: numbers whose mean is 0 because a
gap, a work, a class or a way is drawn without regard to the past. ``(gap - mean) * state before``
is one, summed over the window; the state at the start of the window less the state at its end is
another; so is the number that Poisson arrivals find, less the average number there. Taking away
what they explain takes away the luck of the draw [Lavenberg, Welch 1981; Henderson, Glynn 2002], so
that an error of 1 % shows in a fiftieth of the items. What the engine makes of its draws stays: a
control has a mean of 0 however late, or in whatever order, an engine does the work. That the draws
themselves are right is what the means of the controls say.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from svcsim.engines.compiled import Worker
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR, Model
from svcsim.model.build import build
from svcsim.model.codes import Kind
from svcsim.model.names import Names
from svcsim.scenario.load import load

NOTHING = 1e-6
"""A control that varies less than this, in hours, is a constant but for rounding."""
NEAR = 40_000
"""Visits of the replications that are looked at together."""
POISSON = 1.0
"""Squared coefficient of variation of Poisson demand's gaps."""


class Running:
    """Sum of values that come with the events of a replication."""

    def __init__(self, at, values, span, replications):
        """`at` are the ticks of the events, on a line with `span` ticks for each replication."""
        order = np.argsort(at, kind="stable")
        self.at, self.span = at[order], span
        self.sums = np.concatenate([[0.0], np.cumsum(values[order])])
        self.first = np.searchsorted(self.at, np.arange(replications) * span)

    def events_and_sum(self, t):
        """Return the number of events before each tick t, and the sum of their values."""
        n, first = np.searchsorted(self.at, t), self.first[t // self.span]
        return n - first, self.sums[n] - self.sums[first]

    def before(self, t):
        """Return the sum before each tick t."""
        return self.events_and_sum(t)[1]


class Area(Running):
    """Sum of the hours from a tick of each event to t."""

    def __init__(self, at, since, span, replications):
        """Events count from `at` on, and hours from `since` on."""
        super().__init__(at, since % span / TICKS_PER_HOUR, span, replications)

    def before(self, t):
        """Return the sum before each tick t."""
        n, begun = self.events_and_sum(t)
        return n * (t % self.span / TICKS_PER_HOUR) - begun


ITEM = ["stream", "cls", "outcome", "arrived", "ended"]
VISIT = ["item", "step", "visit", "entered", "started"]
ROW = ["item", "step", "visit", "kind", "begin", "end"]
"""What is kept of a trajectory."""


def _columns(parts, *names):
    """Return fields of tables that follow each other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


class Sample:
    """Replications of a scenario, one after the other on one line of ticks.

    Columns of items, of visits (``v_``) and of stretches of work (``w_``). Work and waits are in
    hours, times in ticks; `here` are items, `v_here` visits that begin in the window between the
    warm-up and the horizon.
    """

    def __init__(self, model: Model, names: Names, worker: Worker, numbers: range, seed: int):
        self.model, self.seed, self.numbers = model, seed, numbers
        self.replications = len(numbers)
        self.lo, self.hi = model.warm_up, model.horizon
        self.hours = (self.hi - self.lo) / TICKS_PER_HOUR
        self.end = model.end
        self.span = model.end + TICKS_PER_HOUR
        items, visits, rows = [], [], []
        for number in numbers:
            story = worker.simulate(seed, number)
            items.append({name: story.items[name].copy() for name in ITEM})
            visits.append({name: story.visits[name].copy() for name in VISIT})
            rows.append({name: story.rows[name].copy() for name in ROW})
        self._items(items, names)
        del items
        self._visits(visits, rows, len(names.steps))

    @classmethod
    def parts(
        cls, path: Path, changes: Sequence[str], replications: int, seed: int
    ) -> "Iterator[Sample]":
        """Replications 0, 1, ... of a scenario, so many at once that a processor has them near."""
        model, names = build(load(path, set=changes))
        worker = Worker(model)
        size = max(1, NEAR // max(1, len(worker.simulate(seed, 0).visits)))
        for first in range(0, replications, size):
            numbers = range(first, min(first + size, replications))
            yield cls(model, names, worker, numbers, seed)

    def _items(self, parts, names):
        items = _columns(parts, *ITEM)
        sizes = [len(part["stream"]) for part in parts]
        self.before = np.concatenate([[0], np.cumsum(sizes)])
        self.rep = np.repeat(np.arange(self.replications), sizes)
        offset = self.rep * self.span
        classes = np.concatenate([[0], np.cumsum([len(each) for each in names.classes])])
        self.kind = classes[items["stream"]] + items["cls"]
        self.outcome = items["outcome"]
        self.arrived = items["arrived"] + offset
        self.open = items["ended"] >= self.end
        self.left = np.minimum(items["ended"], self.end) + offset
        self.here = self.in_window(self.arrived)

    def _visits(self, parts, row_parts, n_steps):
        visits = _columns(parts, *VISIT)
        rows = _columns(row_parts, *ROW)
        self.v_item = visits["item"] + np.repeat(
            self.before[:-1], [len(part["item"]) for part in parts]
        )
        self.v_rep = self.rep[self.v_item]
        self.v_step = visits["step"]
        offset = self.v_rep * self.span
        self.v_entered = visits["entered"] + offset
        most = int(visits["visit"].max()) + 1
        key = (self.v_item * n_steps + self.v_step) * most + visits["visit"]
        item = rows["item"] + np.repeat(self.before[:-1], [len(part["item"]) for part in row_parts])
        order = np.argsort(key, kind="stable")
        mine = (item * n_steps + rows["step"]) * most + rows["visit"]
        visit = order[np.searchsorted(key[order], mine)]
        ticks = (rows["end"] - rows["begin"]).astype(np.float64)
        work = rows["kind"] == Kind.WORK
        worked = np.bincount(visit[work], ticks[work], len(key))
        waited = np.bincount(visit[~work], ticks[~work], len(key))
        self.v_work, self.v_wait = worked / TICKS_PER_HOUR, waited / TICKS_PER_HOUR
        self.v_waited = self.v_entered + waited.astype(np.int64)
        self.v_left = self.v_waited + worked.astype(np.int64)
        self.v_begun = visits["started"] != NEVER
        self.v_started = np.where(self.v_begun, visits["started"] + offset, NEVER)
        self.v_here = self.in_window(self.v_entered)
        again = self.v_item[1:] == self.v_item[:-1]
        self.v_next = np.append(np.where(again, self.v_step[1:], -1), -1)
        self.w_visit = visit[work]
        self.w_rep = self.v_rep[self.w_visit]
        self.w_begin = rows["begin"][work] + self.w_rep * self.span
        self.w_end = rows["end"][work] + self.w_rep * self.span

    def in_window(self, ticks):
        """Return which ticks lie in the window of their replication."""
        return (ticks % self.span >= self.lo) & (ticks % self.span < self.hi)

    def per_replication(self, rep, values):
        """Sum values by replication."""
        return np.bincount(rep, values, self.replications)

    def mean(self, rep, rate):
        """Return what divides sums of values, by replication, by the number of items expected."""
        return lambda values: self.per_replication(rep, values * 1.0) / (rate * self.hours)

    @cached_property
    def lead(self):
        """Hours from arriving to leaving."""
        return (self.left - self.arrived) / TICKS_PER_HOUR

    def used(self, mine=slice(None)):
        """Return the mean number of people at work over the window, for each replication."""
        return self.average_number(self.w_begin[mine], self.w_end[mine], self.w_rep[mine])

    def average_number(self, entered, left, rep, until=None):
        """Return the mean number present over the window, or from its start on for some hours."""
        hours = until or self.hours
        lo = rep * self.span + self.lo
        hi = lo + round(hours * TICKS_PER_HOUR)
        inside = np.clip(np.minimum(left, hi) - np.maximum(entered, lo), 0, None)
        return self.per_replication(rep, inside / TICKS_PER_HOUR) / hours

    def number_at(self, hours):
        """Return the number of items there at a time of each replication, shape (replications,)."""
        t = np.arange(self.replications) * self.span + round(hours * TICKS_PER_HOUR)
        here = np.searchsorted(self.arrived, t, side="right")
        return (here - np.searchsorted(self._leaving, t, side="right")).astype(np.float64)

    @cached_property
    def _leaving(self):
        return np.sort(self.left)

    # ---- states that controls are made of --------------------------------------------------

    def number(self, of):
        """Number of visits in progress, of those `of` a mask."""
        size = np.ones(int(of.sum()))
        come = Running(self.v_entered[of], size, self.span, self.replications)
        gone = Running(self.v_left[of], size, self.span, self.replications)
        return lambda t: come.before(t) - gone.before(t)

    def work(self, of):
        """Work that visits brought and that is not yet done, of those `of` a mask, in hours."""
        mine = of[self.w_visit]
        begin, end = self.w_begin[mine], self.w_end[mine]
        come = Running(self.v_entered[of], self.v_work[of], self.span, self.replications)
        since, until = (Area(x, x, self.span, self.replications) for x in (begin, end))
        return lambda t: come.before(t) - (since.before(t) - until.before(t))

    def ages(self):
        """Sum of the time that those who wait have waited, in hours."""
        size, begun = (self.span, self.replications), self.v_begun
        come = Area(self.v_entered, self.v_entered, *size)
        gone = Area(self.v_started[begun], self.v_entered[begun], *size)
        return lambda t: come.before(t) - gone.before(t)


class Inputs(NamedTuple):
    """The draws of which the controls of a steady state are made."""

    rate: float
    """Poisson or renewal arrivals, of items or batches, per hour."""
    work: Sequence[tuple[float, float]] = ()
    """Mean and mean square of the work, by step; by kind of item where `kinds` are given."""
    gap: float = POISSON
    """Squared coefficient of variation of the gaps."""
    kinds: Sequence[float] = ()
    """Share of each kind of item (class, or stream), the most urgent first."""
    ways: Mapping[int, Mapping[int, float]] = {}
    """For a step the share of each next step."""
    powers: Sequence[int] = (1,)
    """Powers of the states that draws are multiplied by."""
    second: bool = False
    """Whether squares of draws, too, are multiplied by states."""
    ages: bool = False
    """Whether the ages of those who wait are a state."""
    numbers: bool = False
    """Whether states are numbers of visits, not work: where the work of some is never known."""
    batch: bool = False
    """Whether several items arrive at once; `work` is then that of a batch."""


def controls(sample: Sample, inputs: Inputs):
    """Return the controls of a scenario in its steady state, shape (replications, controls)."""
    columns = []
    labels = sample.kind[sample.v_item] if inputs.kinds else sample.v_step
    state = sample.number if inputs.numbers else sample.work
    groups = range(len(inputs.work)) if inputs.powers else ()
    masks = [labels <= k if inputs.kinds else labels == k for k in groups]
    states = [state(of) for of in masks]
    if inputs.ages:
        states += [sample.number(labels >= 0), sample.ages()]

    def add(t, rep, powers, *draws):
        """Append the sums of draws less their mean, and of those times what was known before."""
        columns.extend(sample.per_replication(rep, drawn) for drawn in draws)
        for before in states if powers else ():
            known = before(t)
            for power in powers:
                there = known**power
                columns.extend(sample.per_replication(rep, drawn * there) for drawn in draws)

    squared = inputs.powers if inputs.second else ()
    epochs, first = np.unique(sample.arrived, return_index=True)
    mine = sample.here[first]
    gaps = (np.diff(epochs, append=0) / TICKS_PER_HOUR)[mine]
    rep, t = sample.rep[first][mine], epochs[mine]
    kinds = [(sample.kind[first][mine] == k) - share for k, share in enumerate(inputs.kinds[:-1])]
    add(t, rep, inputs.powers, gaps - 1 / inputs.rate, *kinds)
    add(t, rep, squared, gaps**2 - (1 + inputs.gap) / inputs.rate**2)
    for of in masks if inputs.gap == POISSON else ():
        there = sample.average_number(sample.v_entered[of], sample.v_left[of], sample.v_rep[of])
        found = sample.per_replication(rep, sample.number(of)(t))
        columns.append(found - inputs.rate * sample.hours * there)
    for label, (mean, square) in enumerate(inputs.work):
        mine = (labels == label) & sample.v_here & sample.v_begun
        work, t, rep = sample.v_work[mine], sample.v_entered[mine], sample.v_rep[mine]
        if inputs.batch:
            t, batch = np.unique(t, return_inverse=True)
            work, rep = np.bincount(batch, work), t // sample.span
        add(t, rep, inputs.powers, work - mean)
        add(t, rep, squared, work**2 - square)
    for step, ways in inputs.ways.items():
        mine = (sample.v_step == step) & sample.in_window(sample.v_left)
        taken = [(sample.v_next[mine] == way) - share for way, share in ways.items()]
        add(sample.v_left[mine], sample.v_rep[mine], inputs.powers, *taken)
    edges = np.arange(sample.replications) * sample.span + np.array([[sample.lo], [sample.hi]])
    ends = [state(edges.ravel()).reshape(edges.shape) for state in states]
    products = [a * b for i, a in enumerate(ends) for b in ends[: i + 1]]
    columns += [both[0] - both[1] for both in ends + products]
    return np.array(columns).T


class Estimate(NamedTuple):
    """A mean of independent replications and its standard error."""

    mean: float
    error: float

    @classmethod
    def of(cls, values) -> "Estimate":
        """Return the estimate of values, one of each replication."""
        return cls(float(values.mean()), float(values.std(ddof=1) / len(values) ** 0.5))

    @property
    def z(self) -> float:
        """The mean in standard errors."""
        return self.mean / self.error


class Adjustment:
    """Takes away what controls explain of values.

    The coefficients for a tenth of the replications come from the other nine tenths, so that an
    adjusted value has the mean of the value exactly, however the controls are distributed.
    """

    folds = 10

    def __init__(self, controls):
        varies = controls[:, controls.std(axis=0) > NOTHING]
        self.columns = varies / varies.std(axis=0)
        self.fold = np.arange(len(controls)) % self.folds
        self.solvers = [self._solver(self.columns[self.fold != k]) for k in range(self.folds)]

    @staticmethod
    def _solver(columns):
        centred = columns - columns.mean(axis=0)
        return np.linalg.pinv(centred.T @ centred, rcond=1e-10, hermitian=True) @ centred.T

    def __call__(self, values):
        """Return the adjusted values, one for each replication."""
        adjusted = np.array(values, dtype=np.float64)
        for k, solver in enumerate(self.solvers):
            mine = self.fold == k
            adjusted[mine] -= self.columns[mine] @ (solver @ values[~mine])
        return adjusted
