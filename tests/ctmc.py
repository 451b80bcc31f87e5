"""The exact Markov chain of a tiny model, as its flow program says: a third oracle (methods 6.3).

States are found breadth first from the empty system; while `cap` items are there, those that come
are lost, so that there are finitely many. The stationary distribution solves the balance equations
by a sparse LU decomposition; over a calendar, the forward equations are solved from one opening or
closing to the next by the action of the matrix exponential [Stewart 2009, chapters 2 and 10;
Al-Mohy, Higham 2011]. Times are in hours.
"""

from collections import Counter
from functools import cached_property

import numpy as np
from ctmc_rules import DELAYED, LIMITED, OVER, QUEUED, UNBORN, WORKING, Rules, Unsupported, World
from scipy import sparse, stats
from scipy.sparse.linalg import expm_multiply, splu

from svcsim.model.arrays import NEVER, NONE, TICKS_PER_HOUR
from svcsim.model.codes import Arrivals, Op
from svcsim.world.quantiles import quantile

__all__ = ["Chain", "Unsupported"]
MOST_STATES = 50_000
MOST_PHASES = 4
AT = np.array([0.05, 0.2, 0.5, 0.8, 0.95, 0.99])
"""Where a quantile function must be that of an Erlang law, for it to be taken for one."""


class Chain:
    """All states of a compiled model with at most `cap` items, and the rates between them."""

    def __init__(self, model, cap, most=MOST_STATES):
        self.m, self.cap, self.most = model, cap, most
        self.laws = {}
        self.rules = Rules(model, self._law)
        closes = not model.calendars["always"].all()
        self.rules.interrupts |= closes
        self.numbers, self.states = {}, []
        self.here = self._presence(0)
        self.sources = {}
        """Rows, columns and rates of the generator, and flows by state, for each presence."""

    def _law(self, distribution):
        """Return the number of phases of a law, and the mean of each in hours."""
        if distribution not in self.laws:
            m = self.m
            found = None
            if m.distributions[distribution]["zero"]:
                found = (0, 0.0)
            else:
                times = np.array(
                    [quantile(m.distributions, m.pieces, m.tables, distribution, u) for u in AT]
                )
                for k in range(1, MOST_PHASES + 1):
                    unit = times / stats.gamma.ppf(AT, k)
                    if np.ptp(unit) < 1e-9 * unit.mean():
                        found = (k, float(unit.mean()) / TICKS_PER_HOUR)
            if found is None:
                raise Unsupported("a law that is no Erlang law")
            self.laws[distribution] = found
        return self.laws[distribution]

    # ---- what is there when ---------------------------------------------------------------------

    def _presence(self, tick):
        """Return which groups are there at a tick, and the rate of each stream, per hour."""
        m = self.m
        present = []
        for group in m.groups:
            calendar = m.calendars[group["calendar"]] if group["calendar"] != NONE else None
            if calendar is None or calendar["always"]:
                present.append(True)
                continue
            openings = m.openings[calendar["first"] : calendar["first"] + calendar["n"]]
            open_now = (openings["opens"] <= tick) & (tick < openings["closes"])
            present.append(bool(open_now.any()))
        rates = []
        for stream in m.streams:
            if stream["arrivals"] == Arrivals.INTERNAL or stream["layer_rate"] == 0:
                rates.append(0.0)
            elif (
                stream["arrivals"] != Arrivals.POISSON
                or stream["day_level"] != NONE
                or stream["n_families"]
            ):
                raise Unsupported("demand that is not Poisson")
            else:
                table = m.rates[stream["first_rate"] : stream["first_rate"] + stream["n_rates"]]
                level = table["level"][np.searchsorted(table["tick"], tick, side="right") - 1]
                rates.append(float(level) * float(stream["layer_rate"]) * TICKS_PER_HOUR)
        return tuple(present), tuple(rates)

    def _breakpoints(self):
        """Return the ticks at which anything changes by the clock, from 0 on."""
        edges = [0, *self.m.rates["tick"].tolist()]
        edges += [*self.m.openings["opens"].tolist(), *self.m.openings["closes"].tolist()]
        return sorted({tick for tick in edges if 0 <= tick < NEVER})

    # ---- states ---------------------------------------------------------------------------------

    def number(self, world):
        """Return the number of a world that has come to rest."""
        state = self.rules.freeze(world)
        if state not in self.numbers:
            if len(self.states) >= self.most:
                raise Unsupported("too many states")
            self.numbers[state] = len(self.states)
            self.states.append(state)
        return self.numbers[state]

    def explore(self, here):
        """Find all states that follow from those that are known; fill in rates and flows."""
        self.rules.present = list(here[0])
        rows, columns, rates, flows = self.sources.setdefault(here, ([], [], [], []))
        while len(flows) < len(self.states):
            source = len(flows)
            flow = Counter()
            for rate, worlds in self._events(self.states[source], here[1]):
                for p, world in worlds:
                    rows.append(source)
                    columns.append(self.number(world))
                    rates.append(rate * p)
                    for end in world.ends:
                        flow[end] += rate * p
            flows.append(flow)

    def _events(self, state, demand):
        """Yield rates, and the worlds that come of each event."""
        rules = self.rules
        there = len(state)  # with children that have not come yet
        for stream, rate in enumerate(demand):
            if rate and there < self.cap:
                for share, size in self._batches(stream):
                    worlds = [(1.0, rules.thaw(state))]
                    for _ in range(min(size, self.cap - there)):
                        worlds = [
                            (p * q, after)
                            for p, world in worlds
                            for q, after in rules.arrivals(world, stream)
                        ]
                    yield rate * share, rules.settled(worlds)
        for i, item in enumerate(state):
            for j, (_, pc, doing, phase, *_, patience, _) in enumerate(item[-1]):
                if doing in (DELAYED, WORKING, UNBORN):
                    yield self._ends(state, i, j, doing, phase)
                elif patience[0]:
                    yield self._gives_up(state, i, j, *patience)
                elif doing not in (QUEUED, LIMITED):
                    raise AssertionError(pc)

    def _batches(self, stream):
        """Return the probability of each number of items that come at once."""
        batch = self.m.streams[stream]["batch"]
        if batch == NONE:
            return [(1.0, 1)]
        record = self.m.counts[batch]
        shares = self.rules.cumulative(record["first"], record["n"])
        return [(p, n + int(record["offset"])) for n, p in enumerate(shares) if p > 0]

    def _ends(self, state, i, j, doing, phase):
        """Return the rate at which a phase ends, and what comes of it."""
        rules, world = self.rules, self.rules.thaw(state)
        item, token = world.items[i], world.items[i].tokens[j]
        op = rules.ops[token.pc]
        if doing == UNBORN:
            mean = self._law(token.strand)[1]
        elif doing == DELAYED:
            mean = self._law(rules.row[op[3]][item.cls])[1]
        else:
            mean = self._law(rules.row[op[4]][item.cls])[1] * self._factor(item, op[1])
        if phase > 1:
            token.phase -= 1
            return 1 / mean, [(1.0, world)]
        token.doing, token.held = OVER, ()
        if doing == UNBORN:
            world.items[i] = None
            return 1 / mean, rules.settled(rules.arrivals(world, item.stream, item.cls, item.rank))
        token.pc = op[2]
        return 1 / mean, rules.settled(rules.carry(world, i, j))

    def _factor(self, item, step):
        """Return by how much the work of this visit is longer than that of the first."""
        record = self.m.steps[step]
        if record["touch_slot"]:
            raise Unsupported("a touch that changes")
        visit, n = item.memory.get(step, 1), int(record["n_repeat"])
        if visit == 1 or n == 0:
            return 1.0
        return float(self.m.factors[record["repeat"] + min(visit - 2, n - 1)])

    def _gives_up(self, state, i, j, phases, pc):
        rules, world = self.rules, self.rules.thaw(state)
        item, token = world.items[i], world.items[i].tokens[j]
        op = rules.ops[pc]
        assert op[0] == Op.PATIENCE
        mean = self._law(rules.row[op[3]][item.cls])[1]
        if phases > 1:
            token.patience = (phases - 1, pc)
            return 1 / mean, [(1.0, world)]
        token.patience, token.pc = (0, 0), op[4]
        return 1 / mean, rules.settled(rules.carry(world, i, j))

    def demand(self):
        """Return the items that come from outside per hour, by stream and class."""
        found = {}
        for stream, rate in enumerate(self.here[1]):
            record = self.m.streams[stream]
            size = sum(p * n for p, n in self._batches(stream))
            shares = self.rules.cumulative(record["class_shares"], record["n_classes"])
            for cls, share in enumerate(shares):
                if rate * share > 0:
                    found[stream, cls] = rate * share * size
        return found

    # ---- distributions --------------------------------------------------------------------------

    def generator(self, here):
        """Return the generator with each group there or not, shape (states, states)."""
        rows, columns, rates, _ = self.sources[here]
        n = len(self.states)
        moves = sparse.csr_array((rates, (rows, columns)), shape=(n, n))
        return (moves - sparse.diags_array(moves.sum(axis=1))).tocsr()

    @cached_property
    def stationary(self):
        """Probabilities of the states in the long run, shape (states,)."""
        if len({self._presence(tick) for tick in self._breakpoints()}) > 1:
            raise Unsupported("a calendar")
        self.number(World())
        self.explore(self.here)
        system = self.generator(self.here).T.tolil()
        n = len(self.states)
        system[n - 1, :] = 1.0
        right = np.zeros(n)
        right[-1] = 1.0
        solution = splu(system.tocsc()).solve(right)
        assert solution.min() > -1e-12
        return solution

    def transient(self, hours):
        """Return the distribution at some hours after an empty start, shape (hours, states)."""
        edges = [tick / TICKS_PER_HOUR for tick in self._breakpoints()]
        moments = sorted({*hours, *(edge for edge in edges if edge < max(hours))})
        presences = [self._presence(round(t * TICKS_PER_HOUR)) for t in moments]
        self.number(World())
        known = 0
        while known < len(self.states):
            known = len(self.states)
            for here in set(presences):
                self.explore(here)
                for state in range(len(self.states)):
                    self._change(state, here)
        p, found = np.zeros(len(self.states)), {}
        p[0] = 1.0
        for t, here, until in zip(moments, presences, [*moments[1:], moments[-1]], strict=True):
            after = np.zeros(len(self.states))
            for state in np.flatnonzero(p):
                for share, target in self._change(int(state), here):
                    after[target] += share * p[state]
            p = found[t] = after
            if until > t:
                p = expm_multiply(self.generator(here).T.tocsc() * (until - t), p)
        return np.array([found[t] for t in hours])

    def _change(self, state, here):
        """Return what becomes of a state when other groups are there: probabilities and states."""
        rules = self.rules
        rules.present = list(here[0])
        world = rules.thaw(self.states[state])
        for _, token in world.working():
            if not all(rules.present[group] for group, _ in token.held):
                rules.stop(token)
        return [(p, self.number(after)) for p, after in rules.settle(world)]

    # ---- what is asked --------------------------------------------------------------------------

    def values(self, of):
        """Return a number of each state, shape (states,)."""
        return np.array([of(state) for state in self.states], float)

    def measures(self):
        """Return means of the long run by name.

        ``L`` of a stream and class: items there; ``queue``: those that wait for people or places;
        ``busy`` of a group: people at work; ``flow`` of an outcome: items that leave, per hour.
        """
        p, found = self.stationary, Counter()
        for share, state in zip(p, self.states, strict=True):
            for stream, cls, *_, tokens in state:
                found["L", stream, cls] += share * (tokens[0][2] != UNBORN)
                for token in tokens:
                    found["queue", stream, cls] += share * (token[2] in (QUEUED, LIMITED))
                    for group, people in token[-1]:
                        found["busy", group] += share * people
        for share, flow in zip(p, self.sources[self.here][3], strict=True):
            for end, rate in flow.items():
                found[("flow", *end)] += share * rate
        return dict(found)

    @property
    def full(self):
        """Probability that items are lost for want of states."""
        there = self.values(len)
        return float(self.stationary[there >= self.cap].sum())
