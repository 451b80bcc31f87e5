"""What queueing theory says: closed forms that predictions and tests are held to.

Rates are items per unit of time and means are in that unit, whichever it is; results are in it
too. Every formula names its source:

.. [E] A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in
   automatic telephone exchanges" (1917).
.. [G] D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, "Fundamentals of Queueing Theory",
   4th ed. (2008).
.. [A] A. O. Allen, "Probability, Statistics, and Queueing Theory" (1978): Allen-Cunneen.
.. [C] A. Cobham, "Priority assignment in waiting line problems", Operations Research 2 (1954).
.. [K] O. Kella, U. Yechiali, "Waiting times in the non-preemptive priority M/M/c queue",
   Stochastic Models 1 (1985).
.. [B] A. B. Bondi, J. P. Buzen, "The response times of priority classes under preemptive resume in
   M/G/m queues", ACM SIGMETRICS (1984).
.. [J] J. R. Jackson, "Jobshop-like queueing systems", Management Science 10 (1963).
.. [M] O. Garnett, A. Mandelbaum, M. Reiman, "Designing a call center with impatient customers",
   Manufacturing & Service Operations Management 4 (2002): Erlang A.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


def erlang_b(servers: int, load: float) -> float:
    """Return the share of requests that find all servers busy when nobody waits [E]_.

    `load` is rate times mean work, in erlang. The law of the work does not matter.

    >>> round(erlang_b(6, 5.0), 9)
    0.191847259
    """
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Return the share of requests that wait in M/M/c [E]_: 1 when the load is not below `servers`.

    >>> round(erlang_c(3, 2.4), 9)
    0.647191011
    """
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


@dataclass(frozen=True, slots=True)
class Station:
    """One queue and `servers` people with exponential work: M/M/c, first come first served [G]_."""

    rate: float
    """Items per unit of time."""
    mean: float
    """Mean work of an item."""
    servers: int

    @property
    def load(self) -> float:
        """Mean number of busy people (erlang), if there are enough."""
        return self.rate * self.mean

    @property
    def utilisation(self) -> float:
        """Load over people; `inf` for work without people."""
        if self.servers == 0:
            return math.inf if self.load else 0.0
        return self.load / self.servers

    @property
    def p_wait(self) -> float:
        """Share of items that wait at all."""
        return erlang_c(self.servers, self.load)

    @property
    def wait(self) -> float:
        """Mean wait of all items; `inf` at a utilisation of 1 or more."""
        if self.load >= self.servers:
            return math.inf
        return self.p_wait * self.mean / (self.servers - self.load)

    @property
    def sojourn(self) -> float:
        """Mean wait and work together."""
        return self.wait + self.mean

    @property
    def queue(self) -> float:
        """Mean number of items that wait (Little's law)."""
        return self.rate * self.wait

    @property
    def number(self) -> float:
        """Mean number of items that wait or are worked on."""
        return self.rate * self.sojourn

    def wait_exceeds(self, time: float) -> float:
        """Return P(wait > `time`)."""
        if self.load >= self.servers:
            return 1.0
        return self.p_wait * math.exp(-(self.servers - self.load) / self.mean * time)

    def wait_quantile(self, share: float) -> float:
        """Return the wait that a `share` of the items does not exceed."""
        if self.load >= self.servers:
            return math.inf
        tail = (1 - share) / self.p_wait
        return max(0.0, -math.log(tail) * self.mean / (self.servers - self.load))

    def sojourn_exceeds(self, time: float) -> float:
        """Return P(wait and work > `time`)."""
        if self.load >= self.servers:
            return 1.0
        t, spare, p = time / self.mean, self.servers - self.load, self.p_wait
        if math.isclose(spare, 1.0, rel_tol=1e-9):
            return (1 + p * t) * math.exp(-t)
        both = (spare * math.exp(-t) - math.exp(-spare * t)) / (spare - 1)
        return (1 - p) * math.exp(-t) + p * both


@dataclass(frozen=True, slots=True)
class ErlangA:
    """M/M/c whose items give up after an exponential patience: Palm's Erlang A [M]_."""

    rate: float
    mean: float
    servers: int
    patience: float
    """Mean patience."""

    def _chain(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the numbers in the system and their probabilities, to a tail below 1e-16."""
        weights, log, n = [0.0], 0.0, 0
        while True:
            n += 1
            leave = min(n, self.servers) / self.mean + max(0, n - self.servers) / self.patience
            log += math.log(self.rate / leave)
            weights.append(log)
            if n > self.servers and leave > self.rate and log < max(weights) - 50:
                break
        p = np.exp(np.array(weights) - max(weights))
        return np.arange(len(p), dtype=np.float64), p / p.sum()

    @property
    def p_wait(self) -> float:
        """Share of items that do not start at once."""
        n, p = self._chain()
        return float(p[n >= self.servers].sum())

    @property
    def queue(self) -> float:
        """Mean number of items that wait."""
        n, p = self._chain()
        return float((np.maximum(0, n - self.servers) * p).sum())

    @property
    def wait(self) -> float:
        """Mean wait of all items, those that give up included."""
        return self.queue / self.rate

    @property
    def p_abandon(self) -> float:
        """Share of items that give up."""
        return self.queue / self.patience / self.rate

    @property
    def utilisation(self) -> float:
        """Share of the people's time spent on work."""
        n, p = self._chain()
        return float((np.minimum(n, self.servers) * p).sum()) / self.servers


@dataclass(frozen=True, slots=True)
class Bounded:
    """M/M/1/K: one person, an item that finds `most` items there is refused [G]_, section 2.5."""

    rate: float
    mean: float
    most: int

    def _shares(self) -> NDArray[np.float64]:
        weights = (self.rate * self.mean) ** np.arange(self.most + 1)
        return np.asarray(weights / weights.sum(), dtype=np.float64)

    @property
    def p_refused(self) -> float:
        """Share of items that are refused."""
        return float(self._shares()[-1])

    @property
    def throughput(self) -> float:
        """Accepted items per unit of time."""
        return self.rate * (1 - self.p_refused)

    @property
    def number(self) -> float:
        """Mean number of items there."""
        return float((np.arange(self.most + 1) * self._shares()).sum())

    @property
    def sojourn(self) -> float:
        """Mean wait and work of accepted items."""
        return self.number / self.throughput

    @property
    def wait(self) -> float:
        """Mean wait of accepted items."""
        return self.sojourn - self.mean


def allen_cunneen(rate: float, mean: float, servers: int, arrival: float, work: float) -> float:
    """Return the mean wait in G/G/c, Erlang C scaled by both variabilities [A]_.

    `arrival` and `work` are squared coefficients of variation. Exact for M/M/c and for M/G/1
    (Pollaczek-Khinchine); within some percent otherwise.

    >>> round(allen_cunneen(0.8, 1.0, 1, 1.0, 4.0), 9)
    10.0
    """
    return Station(rate, mean, servers).wait * (arrival + work) / 2


def pollaczek_khinchine(rate: float, mean: float, work: float) -> float:
    """Return the mean wait in M/G/1, `work` being the squared coefficient of variation [G]_.

    >>> pollaczek_khinchine(0.8, 1.0, 0.0)
    2.0000000000000004
    """
    busy = rate * mean
    return math.inf if busy >= 1 else busy * mean * (1 + work) / (2 * (1 - busy))


def non_preemptive(
    rates: Sequence[float], means: Sequence[float], work: Sequence[float], servers: int = 1
) -> list[float]:
    """Return the mean wait of each class, best rank first; work in progress is not interrupted.

    Exact for M/G/1 with any work [C]_ and for M/M/c with equal means [K]_; for unequal means and
    several people the wait of the whole (Allen-Cunneen) is shared out as [B]_ suggest. `work` are
    squared coefficients of variation. Classes that the load above them starves wait `inf`.
    """
    total = sum(rates)
    loads = [rate * mean for rate, mean in zip(rates, means, strict=True)]
    second = sum(r * m * m * (1 + v) for r, m, v in zip(rates, means, work, strict=True)) / total
    mean = sum(loads) / total
    if servers == 1:
        remaining = total * second / 2
    else:
        # the wait of M/G/c without priorities, times 1 - utilisation; at or above saturation all
        # servers are always busy, and what an arrival waits for is the first of them
        chance = erlang_c(servers, sum(loads))
        remaining = chance * (second / mean / 2) / servers
    waits, above = [], 0.0
    for load in loads:
        upto = above + load / servers
        waits.append(remaining / ((1 - above) * (1 - upto)) if upto < 1 else math.inf)
        above = upto
    return waits


def preemptive(rates: Sequence[float], mean: float, servers: int = 1) -> list[float]:
    """Return the mean time in the system of each class, best rank first, work resuming later.

    M/M/c with equal exponential work: the classes down to k see an M/M/c of their own, so
    differences of Little's law give each of them (White and Christie 1958 for one person).
    """
    times, rate, number = [], 0.0, 0.0
    for own in rates:
        rate += own
        more = Station(rate, mean, servers).number
        times.append((more - number) / own if math.isfinite(more) else math.inf)
        number = more
    return times


@dataclass(frozen=True, slots=True)
class Network:
    """A network of stations with Poisson demand and random routing [J]_."""

    stations: tuple[Station, ...]
    visits: tuple[float, ...]
    """Expected visits of an item to each station."""

    @property
    def lead_time(self) -> float:
        """Mean time from arriving to leaving, all stations together."""
        return sum(n * s.sojourn for n, s in zip(self.visits, self.stations, strict=True))


def jackson(
    external: ArrayLike, routing: ArrayLike, means: Sequence[float], servers: Sequence[int]
) -> Network:
    """Solve the traffic equations of an open Jackson network [J]_.

    Parameters
    ----------
    external : shape (n,)
        Items per unit of time that come to each station from outside.
    routing : shape (n, n)
        Share of the items leaving station i that go to station j; the rest leaves.
    means, servers : length n
        Mean exponential work, and people.

    Raises
    ------
    ValueError
        When some items never leave.
    """
    demand = np.asarray(external, dtype=np.float64)
    shares = np.asarray(routing, dtype=np.float64)
    if np.abs(np.linalg.eigvals(shares)).max() >= 1 - 1e-12:
        raise ValueError("items never leave the network: the routing has a spectral radius of 1")
    rates = np.linalg.solve(np.eye(len(demand)) - shares.T, demand)
    stations = tuple(
        Station(float(rate), mean, people)
        for rate, mean, people in zip(rates, means, servers, strict=True)
    )
    return Network(stations, tuple(float(rate) for rate in rates / demand.sum()))
