"""Predict, then simulate: what can be known of a scenario without running it.

Traffic equations give the visits, the distributions give the work, the calendars give the people,
and where a queue is one that theory knows, its mean wait follows. Elsewhere there is no number but
a reason.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from svcsim.analysis.asking import mean_answer
from svcsim.analysis.attending import attended, hearings, members
from svcsim.analysis.children import with_children
from svcsim.analysis.efficiency import pace
from svcsim.analysis.environments import LongRun
from svcsim.analysis.flow import Flow, flows
from svcsim.analysis.groups import (
    on_call_of,
    own_of,
    people_of,
    present,
    sharing,
    shifts_of,
    supply,
)
from svcsim.analysis.load import Work, arrivals, needs, offered, works
from svcsim.analysis.moments import Moments
from svcsim.analysis.quantities import Quantities
from svcsim.analysis.queues import PoolForecast, rank, waits
from svcsim.analysis.reservations import enough, others
from svcsim.analysis.sharing import Parts
from svcsim.model.arrays import Floats, Model
from svcsim.model.codes import Op, Purpose


@dataclass(frozen=True)
class Prediction:
    """What is known before a run."""

    model: Model
    moments: Moments
    long_run: LongRun
    quantities: Quantities
    items: Floats
    """(V, classes) expected items that arrive in [warm_up, horizon), and their children."""
    flows: list[list[Flow]]
    """The flow of each class of each stream."""
    works: list[Work]
    """Everything that is asked of people."""
    plain: tuple[PoolForecast, ...]
    """What each pool will be asked for, without its wait. Parallel to `Model.pools`."""

    @cached_property
    def pools(self) -> tuple[PoolForecast, ...]:
        """The same with the wait, where theory has an answer; computed when first asked for."""
        return waits(self.model, self.plain, self.works, self.long_run)

    @cached_property
    def mix(self) -> Floats:
        """(V, classes) share of each class among the items of its stream."""
        totals = self.items.sum(axis=1, keepdims=True)
        shares = np.zeros_like(self.items)
        for v, record in enumerate(self.model.streams):
            first, n = int(record["class_shares"]), int(record["n_classes"])
            shares[v, :n] = np.diff(self.model.factors[first : first + n], prepend=0.0)
        usual = np.isfinite(totals) & (totals > 0)
        return np.where(usual, self.items / np.where(usual, totals, 1.0), shares)

    def visits(self, stream: int) -> Floats:
        """Return the expected visits of an item to each step, shape (S,)."""
        flow = self.flows[stream]
        return np.asarray(
            sum(
                self.mix[stream, c] * one.visits_to
                for c, one in enumerate(flow)
                if self.mix[stream, c]
            )
            + np.zeros(len(self.model.steps))
        )

    def touch(self, stream: int) -> Floats:
        """Return the person-ticks of work of an item at each step, shape (S,); teams only or not.

        Each person and resource unit on the work counts; alternatives count the first written.
        """
        return self._work(stream, persons=True)

    def hands_on(self, stream: int) -> Floats:
        """Return the ticks in which an item is worked on at each step, shape (S,)."""
        return self._work(stream, persons=False)

    def _work(self, stream: int, persons: bool) -> Floats:
        ticks = np.zeros(len(self.model.steps))
        for work in self.works:
            share = self.mix[stream, work.flow.cls]
            if work.flow.stream == stream and share and work.mean:
                people = sum(needs(self.model, work.seize)[0].values()) if persons else 1
                ticks[work.step] += share * work.per_item * work.mean * people
        for c, flow in enumerate(self.flows[stream] if persons else ()):
            for gate, step, mean in hearings(flow, self.moments) if self.mix[stream, c] else ():
                ticks[step] += self.mix[stream, c] * mean * sum(members(self.model, gate).values())
        return ticks

    def delays(self, stream: int) -> Floats:
        """Return the ticks of waits (`wait`, not queues) of an item at each step, shape (S,)."""
        ticks = np.zeros(len(self.model.steps))
        for c, flow in enumerate(self.flows[stream]):
            if self.mix[stream, c]:
                for state, _, mean in delays(flow, self.moments, self.quantities):
                    step, op = flow.steps[state], self.model.ops[flow.ops[state]]
                    if op["code"] == Op.DELAY and op["d"] == Purpose.WAIT:
                        mean *= self.long_run.mean(self.model.steps[step]["wait_slot"])
                    ticks[step] += self.mix[stream, c] * flow.entries[state] * mean
        return ticks

    def lead_time(self, stream: int) -> float | None:
        """Return the mean time from arriving to leaving, in ticks; None if a wait is unknown.

        It is the sum of work, waits and queues: the elapsed time where nothing ever closes. How
        long children are waited for, and how often teams change, is not known.
        """
        if any(np.isin(flow.codes, (Op.AWAIT, Op.HANDOVER)).any() for flow in self.flows[stream]):
            return None
        reads = [flow.ops[flow.codes == Op.SEIZE] for flow in self.flows[stream]]
        if any((self.model.ops["c"][ops] > 0).any() for ops in reads):
            return None
        total = float(self.hands_on(stream).sum() + self.delays(stream).sum())
        for work in self.works:
            share = self.mix[stream, work.flow.cls]
            if work.flow.stream == stream and share:
                wait = self.wait(work)
                if wait is None:
                    return None
                total += share * work.per_item * wait
        return total

    def wait(self, work: Work) -> float | None:
        """Return the mean wait of a request in ticks; None where theory has no answer."""
        total = 0.0
        for pool in needs(self.model, work.seize)[0]:
            found = self.pools[pool]
            if found.wait is None:
                return None
            total += dict(found.by_rank).get(rank(work), found.wait)
        return total


def delays(flow: Flow, moments: Moments, quantities: Quantities) -> list[tuple[int, int, float]]:
    """Return the states of a flow in which nobody works, the calendars and the mean ticks."""
    model, found = flow.model, []
    for state in np.flatnonzero(np.isin(flow.codes, (Op.DELAY, Op.ASK))).tolist():
        op = model.ops[flow.ops[state]]
        if op["code"] == Op.ASK:
            mean = mean_answer(model, moments, int(op["a"]), flow.cls)
            found.append((state, int(model.asks[op["a"]]["calendar"]), mean))
        elif (drawn := int(model.by_class[op["a"], flow.cls])) >= 0:
            times = quantities.of(drawn, flow.stream, flow.cls).mean
            found.append((state, int(op["b"]), moments.mean(drawn) * times))
    return found


def predict(model: Model) -> Prediction:
    """Return what is known of a model without running it."""
    moments = Moments(model)
    long_run = LongRun(model, moments)
    paths = flows(model)
    items = with_children(model, paths, arrivals(model, moments, long_run))
    paces = [pace(model, s) for s in range(len(model.seizes))]
    quantities = Quantities(model, paths, items)
    asked = works(model, paths, items, moments, long_run, quantities, paces)
    sitting = attended(model, paths, items, moments)
    shifts, held, load = staffed_and_offered(model, asked, sitting)
    plain = []
    for p in range(len(model.pools)):
        people = people_of(model, p)
        mine = [work for work in asked if any(p in wanted for wanted in needs(model, work.seize))]
        plain.append(
            PoolForecast(
                p, people, sum(work.requests for work in mine), float(load[p]),
                float(shifts[p] + held[p]),
                _least(model, p, float(load[p]), float(held[p]), mine),
            )
        )  # fmt: skip
    return Prediction(model, moments, long_run, quantities, items, paths, asked, tuple(plain))


def staffed_and_offered(
    model: Model, asked: Sequence[Work], sitting: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the expected person-ticks of each pool in the window: of shifts, on call, of its work.

    `sitting` is what its people spend at gates. Of people who serve several teams the work is what
    they do for any of them, as evenly spread as can be.

    People on call are there as long as they are held (semantics 19): at most for all the work that
    they may do. So a team has enough people if all of them have more time than there is work, and
    those who come for shifts more than the work that only they do.
    """
    pools = range(len(model.pools))
    shifts = np.array([supply(model, own_of(model, p)).sum() for p in pools])
    duty = np.array([supply(model, on_call_of(model, p)).sum() for p in pools])
    plain = offered(model, asked, shifts + duty)
    load = plain + sitting
    shared = [sharing(model, p) for p in pools]
    if any(shared):
        parts = Parts(model)
        load = parts.of_pools(parts.load(asked, sitting))
    held = np.zeros(len(pools))
    for p in np.flatnonzero((duty > 0) & np.isfinite(load)).tolist():
        (may,) = model.groups["streams"][on_call_of(model, p)].tolist()
        left = [work for work in asked if not may >> work.flow.stream & 1]
        alone = offered(model, left, shifts + np.where(np.arange(len(pools)) == p, 0.0, duty))
        held[p] = min(duty[p], load[p] if shared[p] else max(0.0, plain[p] - alone[p]))
    return shifts, held, load


def _least(model: Model, pool: int, load: float, held: float, mine: Sequence[Work]) -> int | None:
    """Return the smallest number of people with shifts in a pool who have more time than work.

    `held` of the work is done by people on call. Of several groups all are taken to grow alike.
    """
    together = max(
        (min(wanted[pool] for wanted in needs(model, w.seize) if pool in wanted) for w in mine),
        default=0,
    )
    if load == 0:
        return together
    if sharing(model, pool):
        return None
    shifts = shifts_of(model, pool)
    people = model.groups["people"][shifts]
    each = np.array([present(model, g) for g in shifts])
    mean = float(np.average(each, weights=people)) if people.sum() > 0 else float(each.mean())
    if mean <= 0 or not math.isfinite(load):
        return None
    least = max(together, math.floor((load - held) / mean + 1e-12) + 1)
    return enough(model, pool, least, others(model, pool, mine) / mean, mine)
