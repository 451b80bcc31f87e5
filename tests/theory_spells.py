"""Controls of demand that comes in spells: an environment of two states, and one queue (69).

When the state changes, and how much comes in each, is drawn without regard to the work that is
left: sums over the changes of a state, and over the items that come in it, of what is left then,
less what is expected while it lasts, have mean 0, as `theory_samples` says of other draws.
"""

from typing import NamedTuple

import numpy as np
from theory_samples import Sample

from svcsim.model.arrays import TICKS_PER_HOUR, Model
from svcsim.model.codes import Purpose
from svcsim.world.draws import run_key, uniform
from svcsim.world.quantiles import quantiles


class Spells:
    """Which of two states the only environment is in, on the line of a sample."""

    def __init__(self, model: Model, seed: int, numbers: range):
        (environment,) = model.environments
        states = model.states[environment["first"] :][:2]
        tables = model.distributions, model.pieces, model.tables
        span, begins, first = model.end + TICKS_PER_HOUR, [], []
        for place, number in enumerate(numbers):
            at, ordinal, state = 0, 0, int(environment["start"])
            address = *run_key(seed, number), 0, int(environment["tag"])
            while at < span:
                begins.append(at + place * span)
                first.append(state == environment["start"])
                u = uniform(*address[:2], ordinal, *address[2:], 0, int(Purpose.SOJOURN), 0)
                lasts = quantiles(*tables, int(states[state]["lasts"]), np.array([u]))[0]
                at += max(1, round(float(lasts)))
                ordinal, state = ordinal + 1, int(states[state]["following"])
        self.begins, self.first = np.array(begins), np.array(first)
        length = np.diff(self.begins, append=self.begins[-1]) / TICKS_PER_HOUR
        inside = length * self.first
        before = np.cumsum(inside) - inside
        area = before * length + inside**2 / 2
        self._before, self._area = before, np.cumsum(area) - area

    def _at(self, t):
        k = np.searchsorted(self.begins, t, side="right") - 1
        return k, (t - self.begins[k]) / TICKS_PER_HOUR

    def is_first(self, t):
        """Say in which state it is at ticks: the one in which it begins, or the other."""
        return self.first[self._at(t)[0]]

    def time(self, t):
        """Return the hours in the first state before ticks of the line."""
        k, hours = self._at(t)
        return self._before[k] + self.first[k] * hours

    def area(self, t):
        """Return the integral of `time` up to ticks of the line."""
        k, hours = self._at(t)
        return self._area[k] + self._before[k] * hours + self.first[k] * hours**2 / 2


class Modulated(NamedTuple):
    """Demand of two states, the first of them that in which a replication begins."""

    rates: tuple[float, float]
    """Items per hour in each."""
    lasts: tuple[float, float]
    """Mean hours of each, exponential."""
    work: tuple[float, float]
    """Mean and mean square of the work."""

    def __call__(self, s: Sample):
        """Return the controls, shape (replications, controls)."""
        spells, left = Spells(s.model, s.seed, s.numbers), s.work(s.v_step >= 0)
        lo, hi = (np.arange(s.replications) * s.span + edge for edge in (s.lo, s.hi))
        begins = spells.begins[s.in_window(spells.begins)]
        columns = []
        come, work = s.v_entered[s.v_here], s.v_work[s.v_here]
        known = left(come)
        off = work - self.work[0], work**2 - self.work[1]
        draws = [drawn * known**power for drawn in off for power in (0, 1)]
        columns += [s.per_replication(s.v_rep[s.v_here], drawn) for drawn in draws]
        hours = spells.time(hi) - spells.time(lo)
        both = np.full(s.replications, s.hours)
        spent = s.per_replication(s.v_rep, self._left(s, spells))
        every = s.per_replication(s.v_rep, self._left(s, None))
        of_state = ((hours, spent), (both - hours, every - spent))
        for state, (time, area) in enumerate(of_state):
            here = spells.is_first(come) == (state == 0)
            ends = begins[spells.is_first(begins) == (state == 1)]
            for ticks, rate in ((come[here], self.rates[state]), (ends, 1 / self.lasts[state])):
                rep = ticks // s.span
                columns.append(s.per_replication(rep, np.ones(len(ticks))) - rate * time)
                columns.append(s.per_replication(rep, left(ticks)) - rate * area)
        for state in (lambda t: left(t), lambda t: left(t) ** 2,
                      lambda t: left(t) * spells.is_first(t), spells.is_first):  # fmt: skip
            columns.append(state(hi) * 1.0 - state(lo))
        return np.array(columns).T

    @staticmethod
    def _left(s: Sample, spells: Spells | None):
        """Return the integral over the window of what is left of each visit, in one state or all.

        Work is left whole until it begins and then goes down to nothing.
        """

        def time(t):
            return t % s.span / TICKS_PER_HOUR if spells is None else spells.time(t)

        def area(t):
            return time(t) ** 2 / 2 if spells is None else spells.area(t)

        edges = s.v_rep * s.span + s.lo, s.v_rep * s.span + s.hi
        entered, begun, over = (np.clip(t, *edges) for t in (s.v_entered, s.v_waited, s.v_left))
        ends, start = ((s.v_left - t) / TICKS_PER_HOUR for t in (over, begun))
        whole = s.v_work * (time(begun) - time(entered))
        return whole + ends * time(over) - start * time(begun) + area(over) - area(begun)
