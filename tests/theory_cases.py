"""Cases of queueing theory: a scenario, what its formula says, and how to see it in replications.

Values are literals, in hours and items per hour (the board: in days). Formula and source stand in
the scenario's file. A number is a mean over replications that should be its truth; where the truth
is a quantile, a standard deviation or a ratio, it is a function of the truth whose mean should
be 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from theory_samples import Area, Inputs, Sample, controls
from theory_spells import Modulated

from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.codes import Outcome

Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A scenario of ``tests/theory`` and what theory says of it."""

    name: str
    file: str
    truths: Mapping[str, float]
    numbers: Callable[[Sample], Numbers]
    controls: Callable[[Sample], np.ndarray] | None = None
    changes: tuple[str, ...] = ()
    replications: int = 200
    published: str = ""
    """Id in the collection of published cases, and where its values stand there: ``B05 D/M/1``."""
    weak: Mapping[float, str] = field(default_factory=dict)
    """Numbers that vary too much for the time there is: the share of the truth by which an error
    shows with three standard errors, and their names; all else shows an error of 1 % with six."""

    @property
    def margins(self) -> dict[str, float]:
        """The share of the truth by which an error of a weak number shows."""
        return {name: share for share, names in self.weak.items() for name in names.split()}


def steady(*args, **more):
    """Controls of a scenario in its steady state."""
    inputs = Inputs(*args, **more)
    return lambda sample: controls(sample, inputs)


def exponential(mean, **more):
    """Return mean and mean square of exponential work."""
    return (mean, 2 * mean**2)


# ---- numbers ---------------------------------------------------------------------------------


def quantile(times, mean, share):
    """Return what has mean 0 where `times` are below the truth with probability `share`."""
    return lambda truth: mean(times <= truth) - share


def spread(times, mean, centre):
    """Return what has mean 0 where the truth is the standard deviation of `times`."""
    squares = mean((times - centre) ** 2)
    return lambda truth: squares - truth**2


def queue(rate, people=1, lead=0.0):
    """Numbers of one step at which everybody is served."""

    def numbers(s: Sample) -> Numbers:
        here = s.v_here
        mean, wait = s.mean(s.v_rep[here], rate), s.v_wait[here]
        time = wait + s.v_work[here]
        used, square = s.used() / people, mean(wait**2)
        found = {
            "rho": used, "utilisation": used,
            "W": mean(time), "Wq": mean(wait), "Wq_mean_all": mean(wait),
            "p_wait": mean(wait > 0), "sigma": mean(wait > 0), "P_no_wait": mean(wait == 0),
            "Wq_above_1": mean(wait > 1),
            "L": s.average_number(s.v_entered, s.v_left, s.v_rep),
            "Lq": s.average_number(s.v_entered, s.v_waited, s.v_rep),
            "T_p50": quantile(time, mean, 0.5), "T_p95": quantile(time, mean, 0.95),
            **{f"Wq_p{p}": quantile(wait, mean, p / 100) for p in (90, 95, 99)},
        }  # fmt: skip
        if lead:
            number = s.number(s.v_step >= 0)(s.v_entered[here])
            found |= {
                "var_T": mean((time - lead) ** 2), "var_N": mean((number - rate * lead) ** 2),
                "E_Wq2": square, "sd_Wq": lambda truth: square - (lead - 1) ** 2 - truth**2,
            }  # fmt: skip
        return found

    return numbers


def renamed(numbers, prefix):
    """Return numbers under their own names, and with a prefix."""

    def found(s: Sample) -> Numbers:
        own = numbers(s)
        return {**own, **{f"{prefix}.{name}": value for name, value in own.items()}}

    return found


def loss(rate, people, accepted):
    """Numbers of one step that refuses items."""

    def numbers(s: Sample) -> Numbers:
        served, busy = s.v_here & s.v_begun, s.used()
        mean, wait = s.mean(s.v_rep[served], accepted), s.v_wait[served]
        refused = s.outcome[s.here] == Outcome.REFUSED
        return {
            "p_block": s.mean(s.rep[s.here], rate)(refused),
            "throughput": s.per_replication(s.v_rep, served) / s.hours,
            "L": s.average_number(s.v_entered, s.v_left, s.v_rep),
            "Lq": s.average_number(s.v_entered, s.v_waited, s.v_rep),
            "W_accepted": mean(wait + s.v_work[served]), "Wq_accepted": mean(wait),
            "busy_mean": busy, "utilisation": busy / people,
        }  # fmt: skip

    return numbers


def patience(rate, people):
    """Numbers of one step whose items may give up."""

    def numbers(s: Sample) -> Numbers:
        mean = s.mean(s.rep[s.here], rate)
        gone = mean(s.outcome[s.here] == Outcome.ABANDONED)
        waited = mean(((s.v_wait > 0) | ~s.v_begun)[s.v_here])
        return {
            "p_wait": waited, "p_abandon": gone,
            "p_abandon_given_wait": lambda truth: gone - truth * waited,
            "Lq": s.average_number(s.v_entered, s.v_waited, s.v_rep),
            "Wq_all": mean(s.v_wait[s.v_here]),
            "utilisation": s.used() / people,
            "throughput": rate * mean(s.outcome[s.here] == Outcome.DONE),
        }  # fmt: skip

    return numbers


def priorities(*rates):
    """Numbers of one step by kind of item, the most urgent first."""

    def numbers(s: Sample) -> Numbers:
        kind = s.kind[s.v_item]
        found: dict[str, Any] = {}
        for k, rate in enumerate(rates):
            mine, here = kind == k, (kind == k) & s.v_here
            mean, wait = s.mean(s.v_rep[here], rate), s.v_wait[here]
            first = (s.v_started[here] - s.v_entered[here]) / TICKS_PER_HOUR
            own = {
                "W": mean(wait + s.v_work[here]), "Wq": mean(wait),
                "wait_to_first_start": mean(first),
                "Lq": s.average_number(s.v_entered[mine], s.v_waited[mine], s.v_rep[mine]),
            }  # fmt: skip
            found |= {f"class{k + 1}.{name}": value for name, value in own.items()}
        return found

    return numbers


def board(s: Sample) -> Numbers:
    """Numbers of a gate that sits every week, in days."""
    days, week = s.lead[s.here] / 24, 168 * TICKS_PER_HOUR
    mean = s.mean(s.rep[s.here], 2 / 24)
    sittings = (s.hi - s.lo) // week
    sitting = (s.left % s.span - s.lo)[s.here] // week - 1
    heard = np.bincount(s.rep[s.here] * sittings + sitting, minlength=s.replications * sittings)
    heard = heard.reshape(s.replications, sittings)
    return {
        "mean_wait": mean(days), "sd_wait": spread(days, mean, 3.5),
        "wait_p95": quantile(days, mean, 0.95),
        "mean_batch": heard.mean(axis=1), "var_batch": ((heard - 14) ** 2).mean(axis=1),
    }  # fmt: skip


def network(rate, flows, people=(), lead=0.0):
    """Numbers of items that go from step to step; `flows` are arrivals per hour at each step."""
    shown = {"W_per_visit": "W1", "visits": "nodes.0.visits", "rho": "nodes.0.rho",
             "tries": "nodes.1.visits"}  # fmt: skip

    def numbers(s: Sample) -> Numbers:
        mean, time = s.mean(s.rep[s.here], rate), s.lead[s.here]
        found: dict[str, Any] = {
            "T": mean(time), "sd_T": spread(time, mean, lead),
            "T_p50": quantile(time, mean, 0.5), "T_p95": quantile(time, mean, 0.95),
            "L": s.average_number(s.arrived, s.left, s.rep),
        }  # fmt: skip
        for step, flow in enumerate(flows):
            mine = s.v_step == step
            here = mine & s.v_here
            visits = s.per_replication(s.v_rep, here) / s.hours
            sojourn = s.mean(s.v_rep[here], flow)((s.v_wait + s.v_work)[here])
            found |= {
                f"W{step + 1}": sojourn, f"nodes.{step}.W": sojourn,
                f"nodes.{step}.L": s.average_number(
                    s.v_entered[mine], s.v_left[mine], s.v_rep[mine]
                ),
                f"nodes.{step}.lam": visits, f"nodes.{step}.visits": visits / rate,
                f"nodes.{step}.rho": s.used(mine[s.w_visit]) / (people[step] if people else 1),
            }  # fmt: skip
        return found | {name: found[own] for name, own in shown.items() if own in found}

    return numbers


def fork_join(rate):
    """Numbers of items that two queues work on at once."""

    def numbers(s: Sample) -> Numbers:
        mean, here = s.mean(s.rep[s.here], rate), s.v_here & (s.v_step < 2)
        time = mean(s.lead[s.here])
        branch = s.mean(s.v_rep[here], 2 * rate)((s.v_wait + s.v_work)[here])
        return {"T": time, "T_single_branch": branch, "sync_delay": time - branch}

    return numbers


def beside_each_other(rate, *names):
    """Mean times of items that nobody waits for, by stream."""

    def numbers(s: Sample) -> Numbers:
        mine = [s.here & (s.kind == k) for k in range(len(names))]
        return {
            name: s.mean(s.rep[here], rate)(s.lead[here])
            for name, here in zip(names, mine, strict=True)
        }

    return numbers


def at_hours(hours, days=(0,), name="E_N_at_{}h", means=()):
    """Number of items there at some hours, on the mean of some days, and averages over time."""

    def numbers(s: Sample) -> Numbers:
        found = {
            name.format(hour): np.mean([s.number_at(24 * day + hour) for day in days], axis=0)
            for hour in hours
        }
        averages = {
            f"L_up_to_{t}": s.average_number(s.arrived, s.left, s.rep, until=t) for t in means
        }
        return {**found, **averages}

    return numbers


def also(*several):
    """Return the numbers of several together."""
    return lambda s: {name: value for each in several for name, value in each(s).items()}


def beside(*several):
    """Return the controls of several together."""
    return lambda s: np.concatenate([each(s) for each in several], axis=1)


def customers(s: Sample) -> Numbers:
    """Waits of the first hundred items that come to an empty queue."""
    first = np.searchsorted(s.rep, np.arange(s.replications))
    waits = s.v_wait[first[:, None] + np.arange(100)]
    found = {f"E_Wq_of_customer_{n}": waits[:, n - 1] for n in (1, 2, 3, 5, 10, 20, 50, 100)}
    return {**found, "mean_Wq_of_first_100": waits.mean(axis=1)}


def long_run_variance(s: Sample) -> Numbers:
    """Variances of long means, from the squares and the neighbours' products of batches of them.

    Var(2 b) - Var(b), of sums over 2 b and b, is b times the constant but for what has long been
    forgotten after b: the square of a batch and twice its product with the next.
    """

    def constant(sums, size):
        pairs = sums[:, :-1] ** 2 + 2 * sums[:, :-1] * sums[:, 1:]
        return pairs.mean(axis=1) / size

    starts = np.arange(s.replications)[:, None] * s.span + s.lo
    waits = s.v_wait[np.searchsorted(s.arrived, starts) + np.arange(18 * 400)] - 4.0
    by_count = constant(waits.reshape(-1, 18, 400).sum(axis=2), 400)
    come, gone = (Area(x, x, s.span, s.replications) for x in (s.arrived, s.left))
    edges = starts + np.arange(21) * (500 * TICKS_PER_HOUR)
    number = np.diff(come.before(edges) - gone.before(edges), axis=1)
    by_time = constant(number - 4.0 * 500, 500)
    return {
        "sigma2_Wq": by_count, "sigma2_L": by_time,
        "halfwidth95_Wq_at_n_1e6": lambda truth: by_count - 1e6 * (truth / 1.959964) ** 2,
        "halfwidth95_L_at_t_1e6": lambda truth: by_time - 1e6 * (truth / 1.959964) ** 2,
    }  # fmt: skip


# ---- controls of runs that are not steady ------------------------------------------------------


def by_time(edges, expected, mean):
    """Controls of a start with nobody there: arrivals and work by the time of arriving.

    `edges` of bins in hours, `expected` arrivals of each; each bin by itself, and times the number
    of items that are there when it begins.
    """
    ticks = np.rint(np.asarray(edges) * TICKS_PER_HOUR).astype(np.int64)

    def found(s: Sample):
        drawn = _binned(s, s.arrived % s.span, ticks, expected, mean)
        there = np.stack([s.number_at(hour) for hour in edges[:-1]], axis=1)
        return np.concatenate([drawn, drawn * np.tile(there, 2)], axis=1)

    return found


def by_time_of_day(rate, mean):
    """Controls of demand whose mean is ``rate(a, b)`` between two hours of the day."""
    edges = np.arange(0, 24.5, 0.5)
    ticks = np.rint(edges * TICKS_PER_HOUR).astype(np.int64)

    def found(s: Sample):
        at = np.where(s.here, s.arrived % s.span % (24 * TICKS_PER_HOUR), -1)
        expected = [rate(a, b) * s.hours / 24 for a, b in pairwise(edges)]
        return _binned(s, at, ticks, expected, mean)

    return found


def _binned(s: Sample, at, edges, expected, mean):
    """Return arrivals less those expected, and work less its mean, by bin."""
    n = len(edges) - 1
    bins = np.searchsorted(edges, at, side="right") - 1
    mine = (bins >= 0) & (bins < n)
    key, size = (s.rep * n + bins)[mine], n * s.replications
    over = np.bincount(s.v_item, s.v_work, len(s.rep)) - mean
    come = np.bincount(key, minlength=size).reshape(-1, n) - expected
    return np.concatenate([come, np.bincount(key, over[mine], size).reshape(-1, n)], axis=1)


def by_customer(rate, mean):
    """Controls of the first hundred items: gaps and work in groups, and times the wait."""
    groups = [0, 1, 2, 4, 9, 19, 34, 49, 74, 99]

    def found(s: Sample):
        first = np.searchsorted(s.rep, np.arange(s.replications))
        mine = first[:, None] + np.arange(100)
        work = s.v_work[mine] - mean
        gaps = np.diff(s.arrived, append=0)[mine] / TICKS_PER_HOUR - 1 / rate
        waits = s.v_wait[mine]
        drawn = [work, gaps, work * waits, gaps * waits, work * gaps]
        columns = [x[:, a:b].sum(axis=1) for x in drawn for a, b in pairwise(groups)]
        return np.stack(columns, axis=1)

    return found


# ---- cases -------------------------------------------------------------------------------------

ONE_HOUR = exponential(1.0)
TWO_STAGES = (1.0, 1.5)
LOGNORMAL = (1.0, 5.0)
SHARES = {"kinds": (0.25, 0.375, 0.375)}
FROM_EMPTY = ("warm_up=0 h", "horizon=100 h", "run_out=160 h")
WORK = "streams.ticket.steps.work"


def sinusoid(mean, amplitude):
    """Return the integral of ``mean + amplitude sin(2 pi t/24)`` from one hour to another."""
    w = 2 * np.pi / 24
    return lambda a, b: mean * (b - a) - amplitude / w * (np.cos(w * b) - np.cos(w * a))


def hourly(day, night, hours):
    """Return the arrivals of each two hours at one rate from 8 to 18 and another otherwise."""
    return [2 * (day if 8 <= hour % 24 < 18 else night) for hour in range(0, hours, 2)]


QUEUES = (
    Case(
        "m_m_1",
        "m_m_1",
        {
            "rho": 0.8, "p_wait": 0.8, "Wq": 4.0, "W": 5.0, "Lq": 3.2, "L": 4.0, "P_no_wait": 0.2,
            "T_p50": 3.4657359, "T_p95": 14.9786614, "Wq_p95": 13.8629436, "var_T": 25.0,
            "var_N": 20.0,
        },
        queue(0.8, lead=5.0),
        steady(0.8, [ONE_HOUR], powers=(1, 2), second=True),
        replications=150,
        published="A01",
        weak={0.01: "T_p50 var_T var_N", 0.015: "T_p95 Wq_p95"},
    ),
    Case(
        "m_m_1_fifo",
        "m_m_1",
        {"Wq_mean_all": 4.0, "FCFS.E_Wq2": 40.0, "FCFS.sd_Wq": 4.89897949},
        renamed(queue(0.8, lead=5.0), "FCFS"),
        steady(0.8, [ONE_HOUR], powers=(1, 2), second=True),
        replications=150,
        published="C07",
        weak={0.01: "FCFS.E_Wq2 FCFS.sd_Wq"},
    ),
    Case(
        "m_m_1_long_run",
        "m_m_1",
        {
            "sigma2_Wq": 1976.0, "sigma2_L": 1800.0, "halfwidth95_Wq_at_n_1e6": 0.0871247539,
            "halfwidth95_L_at_t_1e6": 0.0831542301,
        },
        long_run_variance,
        steady(0.8, [ONE_HOUR], powers=(1, 2)),
        replications=290,
        published="F06",
        weak={0.06: "halfwidth95_Wq_at_n_1e6 halfwidth95_L_at_t_1e6", 0.12: "sigma2_Wq sigma2_L"},
    ),
    Case(
        "m_m_1_random",
        "m_m_1",
        {"Wq_mean_all": 4.0, "ROS.E_Wq2": 66.6666667, "ROS.sd_Wq": 7.11805217},
        renamed(queue(0.8, lead=5.0), "ROS"),
        steady(0.8, [ONE_HOUR], powers=(1, 2), second=True),
        ("teams.desk.queue=random", "horizon=3500 h"),
        replications=350,
        published="C07",
        weak={0.015: "ROS.sd_Wq", 0.02: "ROS.E_Wq2"},
    ),
    Case(
        "m_m_1_lifo",
        "m_m_1",
        {"Wq_mean_all": 4.0, "LCFS.E_Wq2": 200.0, "LCFS.sd_Wq": 13.56466},
        renamed(queue(0.8, lead=5.0), "LCFS"),
        steady(0.8, [ONE_HOUR], ages=True),
        ("teams.desk.queue=lifo", "horizon=6500 h", "run_out=1500 h"),
        replications=220,
        published="C07",
        weak={0.03: "LCFS.sd_Wq", 0.06: "LCFS.E_Wq2"},
    ),
    Case(
        "m_m_3",
        "m_m_3",
        {
            "rho": 0.8, "p_wait": 0.647191011, "Wq": 1.07865169, "W": 2.07865169,
            "Lq": 2.58876404, "L": 4.98876404, "T_p50": 1.57880719, "T_p95": 5.72921834,
            "Wq_p90": 3.11245215, "Wq_p95": 4.26769745, "Wq_p99": 6.95009397,
            "Wq_above_1": 0.3551859577,
        },
        queue(2.4, 3),
        steady(2.4, [ONE_HOUR], powers=(1, 2)),
        replications=450,
        published="A02",
        weak={0.01: "T_p95 Wq_above_1", 0.015: "Wq_p90 Wq_p95", 0.03: "Wq_p99"},
    ),
    Case(
        "m_m_2",
        "m_m_2",
        {
            "rho": 0.75, "p_wait": 0.642857143, "Wq": 0.321428571, "W": 0.571428571,
            "Lq": 1.92857143, "L": 3.42857143, "T_p50": 0.422016981, "T_p95": 1.61914525,
            "Wq_p90": 0.93037617, "Wq_p95": 1.27694976, "Wq_p99": 2.08166872,
        },
        queue(6.0, 2),
        steady(6.0, [exponential(0.25)], powers=(1, 2)),
        replications=290,
        published="A04",
        weak={0.01: "T_p95 Wq_p90", 0.015: "Wq_p95", 0.02: "Wq_p99"},
    ),
    Case(
        "m_m_10",
        "m_m_10",
        {"p_wait": 0.6687315241, "Wq": 0.6687315241, "W": 1.6687315241},
        queue(9.0, 10),
        steady(9.0, [ONE_HOUR], powers=(1, 2)),
        replications=130,
    ),
    Case(
        "m_d_1",
        "m_d_1",
        {"Wq": 2.0, "W": 3.0},
        queue(0.8),
        steady(0.8, [(1.0, 1.0)]),
        replications=100,
    ),
    Case(
        "m_e2_1",
        "m_e2_1",
        {"Wq": 3.0, "W": 4.0},
        queue(0.8),
        steady(0.8, [TWO_STAGES]),
        replications=360,
    ),
    Case(
        "m_ln_1",
        "m_ln_1",
        {"Wq": 10.0, "W": 11.0},
        queue(0.8),
        steady(0.8, [LOGNORMAL]),
        replications=330,
    ),
    Case(
        "m_e2_2",
        "m_e2_2",
        {"Wq": 1.3423913043, "W": 2.3423913043},
        queue(1.6, 2),
        steady(1.6, [TWO_STAGES]),
        replications=290,
    ),
    Case(
        "m_m_1_5",
        "m_m_1_5",
        {
            "p_block": 0.12602255, "throughput": 0.786579705, "L": 2.1947823, "Lq": 1.4082026,
            "W_accepted": 2.79028595, "Wq_accepted": 1.79028595, "utilisation": 0.786579705,
        },
        loss(0.9, 1, 0.786579705),
        steady(0.9, [ONE_HOUR], powers=(1, 2)),
        replications=200,
        published="A06",
    ),
    *(
        Case(
            f"erlang_b_{law}",
            "erlang_b",
            {"p_block": 0.191847259, "busy_mean": 4.04076371, "utilisation": 0.673460618},
            loss(5.0, 6, 4.04076371),
            steady(5.0, [moments]),
            (f"{WORK}.touch={touch}",),
            replications=120,
            published="A08",
        )
        for law, touch, moments in (
            ("exponential", "{mean: 1 h, distribution: exponential}", ONE_HOUR),
            ("constant", "1 h", (1.0, 1.0)),
            ("lognormal", "{mean: 1 h, cv: 1}", (1.0, 2.0)),
        )
    ),
    Case(
        "erlang_a_9",
        "erlang_a",
        {
            "p_wait": 0.757939945, "p_abandon": 0.157687373, "Lq": 3.15374746,
            "Wq_all": 0.315374746, "utilisation": 0.935902919, "throughput": 8.42312627,
            "p_abandon_given_wait": 0.208047318,
        },
        patience(10.0, 9),
        steady(10.0, [ONE_HOUR], numbers=True),
        replications=360,
        published="A10",
    ),
    Case(
        "erlang_a_10",
        "erlang_a",
        {
            "Lq": 2.0782642465, "p_abandon": 0.1039132123, "p_wait": 0.6196552309,
            "utilisation": 0.8960867877,
        },
        patience(10.0, 10),
        steady(10.0, [ONE_HOUR], numbers=True),
        ("teams.desk.people=10",),
        replications=300,
        weak={0.01: "Lq"},
    ),
    *(
        Case(
            f"gi_m_1_{name}",
            "gi_m_1",
            {
                "sigma": sigma, "p_wait": sigma, "Wq": wait, "W": lead, "L": number, "T_p95": p95,
            },
            queue(0.8),
            steady(0.8, [ONE_HOUR], gap=gap, second=True),
            (f"streams.ticket.demand.every={every}",),
            replications=replications,
            published=f"B05 {published}",
            weak={0.02: "T_p95"},
        )
        for name, every, gap, replications, published, sigma, wait, lead, number, p95 in (
            ("constant", "1.25 h", 0.0, 90, "D/M/1",
             0.628629796, 1.69273084, 2.69273084, 2.15418467, 8.06670068),
            ("erlang", "{mean: 1.25 h, distribution: erlang, stages: 2}", 0.5, 120, "E2/M/1",
             0.739852949, 2.84397977, 3.84397977, 3.07518381, 11.5155342),
            ("uniform", "{low: 0 h, high: 2.5 h}", 1 / 3, 120, "U(0,2.5)/M/1",
             0.715971855, 2.52077785, 3.52077785, 2.81662228, 10.5473078),
            ("hyperexponential", "{mean: 1.25 h, cv: 2, distribution: hyperexponential}", 4.0, 350,
             "H2(scv4)/M/1", 0.907571663, 9.81919277, 10.8191928, 8.65535422, 32.411405),
        )
    ),
    Case(
        "batches_of_3",
        "batches",
        {"rho": 0.6, "L": 3.0, "W": 5.0, "Wq": 4.0},
        queue(0.6),
        steady(0.2, [(3.0, 12.0)], batch=True),
        replications=630,
        published="D01",
    ),
    Case(
        "batches_of_2",
        "batches",
        {"L": 3.5, "W": 5.0},
        queue(0.7),
        steady(0.35, [(2.0, 6.0)], batch=True),
        ("streams.ticket.demand.rate=0.35/h", "streams.ticket.demand.batch=2"),
        replications=310,
    ),
    Case(
        "mmpp_m_1",
        "mmpp_m_1",
        {
            "p_wait": 0.8254783712, "W": 7.1944080991, "Wq": 6.1944080991,
            "L": 5.0360856694, "Lq": 4.3360856694,
        },
        queue(0.7),
        Modulated((1.2, 0.2), (10.0, 10.0), (1.0, 2.0)),
        replications=80,
    ),
)  # fmt: skip

PRIORITIES = (
    Case(
        "np_m_m_1",
        "np_m_m_1",
        {"class1.Wq": 1.0, "class2.Wq": 2.0, "class3.Wq": 8.0},
        priorities(0.2, 0.3, 0.3),
        steady(0.8, 3 * [ONE_HOUR], **SHARES),
        replications=180,
        weak={0.01: "class1.Wq class2.Wq class3.Wq"},
    ),
    Case(
        "pr_m_m_1",
        "pr_m_m_1",
        {"class1.W": 1.25, "class2.W": 2.5, "class3.W": 10.0},
        priorities(0.2, 0.3, 0.3),
        steady(0.8, 3 * [ONE_HOUR], **SHARES),
        replications=360,
    ),
    Case(
        "np_m_m_3",
        "np_m_m_3",
        {"class1.Wq": 0.2696629213, "class2.Wq": 0.5393258427, "class3.Wq": 2.1573033708},
        priorities(0.6, 0.9, 0.9),
        steady(2.4, 3 * [ONE_HOUR], **SHARES),
        replications=220,
        weak={0.01: "class1.Wq class2.Wq class3.Wq"},
    ),
    Case(
        "pr_m_m_3",
        "pr_m_m_3",
        {"class1.W": 1.0102739726, "class2.W": 1.2563085797, "class3.W": 3.6132466},
        priorities(0.6, 0.9, 0.9),
        steady(2.4, 3 * [ONE_HOUR], **SHARES),
        replications=180,
        weak={0.01: "class3.W"},
    ),
    Case(
        "np_m_m_2",
        "np_m_m_2",
        {
            "class1.Wq": 0.339100346, "class1.W": 1.33910035, "class1.Lq": 0.101730104,
            "class2.Wq": 0.565167243, "class2.W": 1.56516724, "class2.Lq": 0.282583622,
            "class3.Wq": 1.60130719, "class3.W": 2.60130719, "class3.Lq": 0.960784314,
        },
        priorities(0.3, 0.5, 0.6),
        steady(1.4, 3 * [ONE_HOUR], kinds=(3 / 14, 5 / 14, 6 / 14)),
        replications=260,
        published="C01",
        weak={0.01: "class1.Wq class1.Lq class2.Wq class2.Lq class3.Wq class3.Lq"},
    ),
    Case(
        "pr_m_m_1_two",
        "pr_m_m_1_two",
        {
            "class1.W": 1.42857143, "class1.wait_to_first_start": 0.428571429,
            "class2.W": 7.14285714, "class2.wait_to_first_start": 5.71428571,
        },
        priorities(0.3, 0.5),
        steady(0.8, 2 * [ONE_HOUR], kinds=(0.375, 0.625)),
        replications=170,
        published="C05",
        weak={0.01: "class1.wait_to_first_start class2.W class2.wait_to_first_start"},
    ),
    Case(
        "np_two_means",
        "np_two_means",
        {"class1.W": 1.5068880864, "class2.W": 3.2494309757},
        priorities(0.5, 0.8),
        steady(1.3, [ONE_HOUR, exponential(1.25)], kinds=(5 / 13, 8 / 13)),
        replications=210,
    ),
)  # fmt: skip

FLOWS = (
    Case(
        "board",
        "board",
        {
            "mean_wait": 3.5, "sd_wait": 2.02072594, "mean_batch": 14.0, "var_batch": 14.0,
            "wait_p95": 6.65,
        },
        board,
        replications=220,
        published="D05",
        weak={0.02: "var_batch"},
    ),
    Case(
        "tandem",
        "tandem",
        {
            "W1": 2.0, "W2": 3.33333333, "T": 5.33333333, "sd_T": 3.88730126, "T_p50": 4.41394743,
            "T_p95": 12.884482, "L": 2.66666667,
        },
        network(0.5, [0.5, 0.5], lead=5.33333333),
        steady(0.5, [ONE_HOUR, exponential(1.25)]),
        replications=450,
        published="E01",
        weak={0.01: "T_p95", 0.015: "sd_T"},
    ),
    Case(
        "rework",
        "rework",
        {
            "T": 6.51958852, "L": 5.86762967,
            "nodes.0.lam": 1.02857143, "nodes.0.visits": 1.14285714, "nodes.0.rho": 0.514285714,
            "nodes.0.W": 1.35960044, "nodes.0.L": 1.39844617,
            "nodes.1.lam": 1.28571429, "nodes.1.visits": 1.42857143, "nodes.1.rho": 0.642857143,
            "nodes.1.W": 2.07603161, "nodes.1.L": 2.66918349,
            "nodes.2.lam": 1.28571429, "nodes.2.visits": 1.42857143, "nodes.2.rho": 0.642857143,
            "nodes.2.W": 1.4, "nodes.2.L": 1.8,
        },
        network(0.9, [1.02857143, 1.28571429, 1.28571429], [2, 3, 1]),
        steady(0.9, [ONE_HOUR, exponential(1.5), exponential(0.5)], ways={2: {0: 0.1, 1: 0.2}}),
        replications=180,
        published="E02",
        weak={0.01: "nodes.1.W nodes.1.L", 0.015: "nodes.2.W nodes.2.L"},
    ),
    Case(
        "feedback",
        "feedback",
        {"T": 6.66666667, "L": 4.0, "W_per_visit": 5.0, "visits": 1.33333333, "rho": 0.8},
        network(0.6, [0.8]),
        steady(0.6, [ONE_HOUR], ways={0: {0: 0.25}}),
        replications=280,
        published="E05",
    ),
    Case(
        "feedback_half",
        "feedback",
        {"T": 4.0, "L": 2.0},
        network(0.5, [0.5 / 0.75]),
        steady(0.5, [ONE_HOUR], ways={0: {0: 0.25}}),
        ("streams.ticket.demand=0.5/h",),
        replications=250,
    ),
    Case(
        "flow_time",
        "flow_time",
        {"T": 6.74285714, "sd_T": 4.11757887, "tries": 1.42857143},
        network(10.0, [10.0, 10.0], lead=6.74285714),
        replications=90,
        published="E13",
        weak={0.01: "sd_T"},
    ),
    Case(
        "fork_join",
        "fork_join",
        {"T": 4.70833333, "T_single_branch": 3.33333333, "sync_delay": 1.375},
        fork_join(0.7),
        steady(0.7, [ONE_HOUR, ONE_HOUR]),
        replications=190,
        published="E09",
        weak={0.01: "sync_delay"},
    ),
    Case(
        "fork_join_half",
        "fork_join",
        {"T": 2.875, "T_single_branch": 2.0, "sync_delay": 0.875},
        fork_join(0.5),
        steady(0.5, [ONE_HOUR, ONE_HOUR]),
        ("streams.ticket.demand=0.5/h",),
        replications=140,
        weak={0.01: "sync_delay"},
    ),
    Case(
        "branches",
        "branches",
        {"T": 4.77142857, "T_5_equal": 2.28333333},
        beside_each_other(10.0, "T", "T_5_equal"),
        steady(20.0, [exponential(mean) for mean in (1, 2, 4, 1, 1, 1, 1, 1)], powers=()),
        replications=75,
        published="E10",
    ),
)  # fmt: skip

VALUE_CHAIN = Case(
    "value_chain",
    "../../scenarios/value_chain",
    {"T": 2.95150881},
    network(4.0, []),
    steady(
        4.0,
        [exponential(mean) for mean in (0.25, 1.0, 2.5, 0.8, 2.0, 1.5)],
        ways={
            0: {1: 0.35}, 1: {2: 0.7}, 2: {1: 0.15}, 3: {4: 0.1, 0: 0.05}, 4: {5: 0.4},
            5: {1: 0.5},
        },
        powers=(),
    ),
    ("warm_up=100 h", "horizon=700 h", "run_out=100 h"),
    replications=150,
)  # fmt: skip

NOT_STEADY = (
    Case(
        "sinusoid",
        "sinusoid",
        {
            "E_N_at_0h": 6.52995871, "E_N_at_6h": 13.6151441, "E_N_at_12h": 9.47004129,
            "E_N_at_18h": 2.38485591, "peak": 13.8043832,
        },
        also(
            at_hours((0, 6, 12, 18), days=range(1, 21)),
            at_hours((6.97804954,), days=range(1, 21), name="peak"),
        ),
        by_time_of_day(sinusoid(8, 6), 1.0),
        replications=300,
        published="F01",
        weak={0.01: "E_N_at_6h E_N_at_12h peak", 0.015: "E_N_at_0h", 0.02: "E_N_at_18h"},
    ),
    Case(
        "sinusoid_2",
        "sinusoid",
        {
            "E_N_at_0h": 15.890622, "E_N_at_6h": 27.848335, "E_N_at_12h": 24.109378,
            "E_N_at_18h": 12.151665,
        },
        at_hours((0, 6, 12, 18), days=range(1, 21)),
        by_time_of_day(sinusoid(10, 5), 2.0),
        ("streams.ticket.demand.rates.column=ten_and_five", f"{WORK}.touch.mean=2 h"),
        replications=240,
        weak={0.01: "E_N_at_6h E_N_at_12h", 0.015: "E_N_at_0h E_N_at_18h"},
    ),
    Case(
        "from_empty",
        "m_m_1",
        {
            "E_N(1)": 0.551551858, "E_N(2)": 0.877583833, "E_N(5)": 1.46946083,
            "E_N(10)": 2.03028156, "E_N(20)": 2.64763492, "E_N(50)": 3.40503898,
            "E_N(100)": 3.79187269, "L_up_to_5": 0.9283127, "L_up_to_20": 1.8620996,
            "E_Wq_of_customer_1": 0.0, "E_Wq_of_customer_2": 0.444444444,
            "E_Wq_of_customer_3": 0.751714678, "E_Wq_of_customer_5": 1.18895941,
            "E_Wq_of_customer_10": 1.85983209, "E_Wq_of_customer_20": 2.57328341,
            "E_Wq_of_customer_50": 3.41050926, "E_Wq_of_customer_100": 3.81037625,
            "mean_Wq_of_first_100": 3.1000538,
        },
        also(
            at_hours((1, 2, 5, 10, 20, 50, 100), name="E_N({})", means=(5, 20)),
            customers,
        ),
        beside(
            by_time((0, 1, 2, 5, 10, 20, 35, 50, 75, 90, 100),
                    [0.8 * hours for hours in (1, 1, 3, 5, 10, 15, 15, 25, 15, 10)], 1.0),
            by_customer(0.8, 1.0),
        ),
        FROM_EMPTY,
        replications=4120,
        published="F05",
        weak={
            0.01: "mean_Wq_of_first_100",
            0.015: "L_up_to_5 L_up_to_20",
            0.02: "E_Wq_of_customer_5 E_Wq_of_customer_10 E_Wq_of_customer_20 "
                  "E_Wq_of_customer_50 E_Wq_of_customer_100",
            0.025: "E_N(2) E_N(5) E_N(10) E_N(20) E_N(50) E_N(100) E_Wq_of_customer_3",
            0.03: "E_N(1) E_Wq_of_customer_2",
        },
    ),
    Case(
        "day_and_night",
        "day_and_night",
        {
            "L_up_to_48": 2.717053891, "E_N_at_8h": 0.956945, "E_N_at_18h": 4.427735,
            "E_N_at_32h": 1.197258, "E_N_at_42h": 4.434892, "E_N_at_48h": 1.921611,
        },
        at_hours((8, 18, 32, 42, 48), means=(48,)),
        by_time(range(0, 49, 2), hourly(6, 1, 48), 0.5),
        replications=4190,
        weak={
            0.01: "L_up_to_48",
            0.025: "E_N_at_18h E_N_at_42h",
            0.04: "E_N_at_8h E_N_at_48h",
            0.05: "E_N_at_32h",
        },
    ),
    Case(
        "night_closed",
        "night_closed",
        {"L_up_to_48": 13.075391, "E_N_at_48h": 24.105725},
        at_hours((48,), means=(48,)),
        by_time(range(0, 49, 2), hourly(5, 0.5, 48), 0.5),
        replications=1420,
        weak={0.01: "L_up_to_48 E_N_at_48h"},
    ),
    *(
        Case(
            f"nine_to_five_{shift_end}",
            "nine_to_five",
            {"L_up_to_72": truth},
            at_hours((), means=(72,)),
            by_time(range(0, 73, 2), hourly(0.25, 0.25, 72), 1.0),
            (f"teams.day.shift_end={shift_end}",),
            replications=3320,
            weak={0.01: "L_up_to_72"},
        )
        for shift_end, truth in (("pause", 2.264598), ("run_over", 1.969064))
    ),
)  # fmt: skip

CASES = (*QUEUES, *PRIORITIES, *FLOWS, *NOT_STEADY)
