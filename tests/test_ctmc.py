"""Both engines against the exact Markov chain of random tiny models (methods 6.3).

The chain is told by `ctmc_rules`, which shares nothing with the engines but the flow program. First
it must agree with the formulas of queueing theory, then the engines with it.
"""

import functools
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
import tiny_models
from ctmc import Chain, Unsupported
from scipy import linalg
from test_reservations import LOSS, product_form
from theory_samples import Adjustment, Estimate

from svcsim.engines import reference
from svcsim.engines.compiled import Worker
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.codes import Kind, Op, Outcome
from svcsim.scenario.load import load, loads

HERE = Path(__file__).parent / "theory"
MOST = 5.0
"""Standard errors between a number and its truth."""
SEEN = 0.02
"""Error of the items there, or of the people at work, that would be as many standard errors."""
LOST = 2e-5
"""Probability that the chain is full, and the share of a number that may be lost thereby."""
WARM, ITEMS, REPLICATIONS = 60, 2400, 120
"""Hours before a replication counts, items in it, and replications."""
RARE = 1e-3
"""Numbers below this say nothing in the time there is."""
CHOSEN = (
    1, 2, 3, 8, 11, 13, 14, 15, 20, 21, 22, 23, 35, 131, "run on", "late children", "reserved",
    "several teams",
)  # fmt: skip
"""Tiny models of at most a few hundred states, with everything that their author knows of."""
PALM = "patience: {mean: 0.000001 h, distribution: exponential}"
"""Who finds nobody leaves almost at once."""
FAULTS = {
    "the other is more urgent": (15, "rank"),
    "nobody is interrupted": (22, "preempts"),
    "nobody gives up": (20, "patience"),
    "one place more": (23, "limit"),
    "losers run on": (14, "losers"),
    "only the first team": (21, "first"),
    "another visit": (35, "visits"),
    "work at both teams is work at one": (1, "one"),
    "nobody is reserved": ("reserved", "yields"),
    "nobody serves two teams": ("several teams", "serves"),
}
"""What the chain is told wrong, and the model that says otherwise."""

pytestmark = pytest.mark.theory


# ---- the oracle itself -------------------------------------------------------------------------


def chain(file, cap, *changes):
    return Chain(build(load(HERE / f"{file}.yaml", set=changes)).model, cap)


def erlang_c(c, a):
    """P(wait) and mean number waiting, M/M/c with offered load a [Erlang 1917]."""
    b = 1.0
    for n in range(1, c + 1):
        b = a * b / (n + a * b)
    wait = b / (1 - a / c * (1 - b))
    return wait, wait * a / (c - a)


@pytest.mark.parametrize(("file", "people", "load"), [("m_m_1", 1, 0.5), ("m_m_3", 3, 1.5)])
def test_the_chain_is_m_m_c(file, people, load):
    found = chain(file, 45, f"streams.ticket.demand={load}/h").measures()
    _, queue = erlang_c(people, load)
    assert found["queue", 0, 0] == pytest.approx(queue, rel=1e-9)
    assert found["L", 0, 0] == pytest.approx(queue + load, rel=1e-9)
    assert found["busy", 0] == pytest.approx(load, rel=1e-9)
    assert found["flow", 0, 0, Outcome.DONE] == pytest.approx(load, rel=1e-9)


def test_the_chain_is_m_m_c_k():
    """A truncated M/M/1 is M/M/1/K exactly, whatever the load."""
    k, rho = 7, 0.8
    p = rho ** np.arange(k + 1)
    p /= p.sum()
    found = chain("m_m_1", k)
    assert found.stationary == pytest.approx(p, abs=1e-12)
    assert found.full == pytest.approx(p[-1], abs=1e-12)


def test_the_chain_is_m_m_c_with_impatience():
    """Deaths min(n, c) m + max(n - c, 0) h [Palm 1957]."""
    rate, c, patience, cap = 2.5, 2, 2.0, 26
    p = [1.0, *(rate / (min(n, c) + max(n - c, 0) / patience) for n in range(1, cap + 1))]
    p = np.cumprod(p) / np.cumprod(p).sum()
    queue = float(p @ np.maximum(np.arange(cap + 1) - c, 0))
    changes = (f"streams.call.demand={rate}/h", f"teams.desk.people={c}")
    found = chain("erlang_a", cap, *changes).measures()
    assert found["queue", 0, 0] == pytest.approx(queue, rel=1e-9)
    assert found["flow", 0, 0, Outcome.ABANDONED] == pytest.approx(queue / patience, rel=1e-9)


def test_the_chain_is_erlangs_loss_system():
    found = chain("erlang_b", 50).measures()
    p = np.cumprod([1.0, *(5 / n for n in range(1, 7))])
    refused = 5 * p[-1] / p.sum()
    assert found["flow", 0, 0, Outcome.REFUSED] == pytest.approx(refused, rel=1e-9)


def test_the_chain_of_reserved_people_has_product_form():
    """Who finds nobody leaves at once: see `test_reservations.product_form`."""
    calls = {"vip": 1.2, "std": 1.5}
    text = LOSS.format(
        people=4, kept="people: 1", vip=1.2, std=1.5, law="distribution: exponential"
    )
    model = build(loads(text.replace("patience: 0.00001 s", PALM))).model
    lost = product_form(4, 1, *calls.values())
    found = Chain(model, 6).measures()
    for stream, (rate, share) in enumerate(zip(calls.values(), lost, strict=True)):
        left = found["flow", stream, 0, Outcome.ABANDONED]
        assert left / rate == pytest.approx(share, rel=1e-4)


def cobham(lam, mean):
    """Wq_k = W0 / ((1 - s_k-1)(1 - s_k)), M/M/1, not interrupted [Cobham 1954]."""
    rho = np.cumsum([0.0, *(a * b for a, b in zip(lam, mean, strict=True))])
    residual = sum(a * b**2 for a, b in zip(lam, mean, strict=True))
    return residual / ((1 - rho[:-1]) * (1 - rho[1:]))


def two_classes(cap, lam, mean):
    changes = ["teams.desk.people=1"]
    for p, rate, hours in zip(("p1", "p2"), lam, mean, strict=True):
        changes += [f"streams.{p}.demand={rate}/h", f"streams.{p}.steps.work.touch.mean={hours} h"]
    return chain("np_two_means", cap, *changes).measures()


def test_the_chain_has_the_priorities_of_cobham():
    lam, mean = (0.1, 0.15), (0.8, 0.5)
    found, waits = two_classes(13, lam, mean), cobham(lam, mean)
    for stream in (0, 1):
        assert found["queue", stream, 0] == pytest.approx(lam[stream] * waits[stream], rel=1e-7)


@pytest.mark.slow
def test_the_chain_has_the_priorities_of_cobham_to_the_last_digit():
    lam, mean = (0.2, 0.25), (0.8, 0.7)
    found, waits = two_classes(34, lam, mean), cobham(lam, mean)
    for stream in (0, 1):
        assert found["queue", stream, 0] == pytest.approx(lam[stream] * waits[stream], rel=1e-9)


@pytest.mark.slow
def test_the_chain_has_the_priorities_of_a_published_one():
    """Two people and unequal means: what a chain of 15,000 states had (methods 6.1)."""
    found = chain("np_two_means", 60).measures()
    assert found["L", 0, 0] / 0.5 == pytest.approx(1.5068880864, rel=1e-8)
    assert found["L", 1, 0] / 0.8 == pytest.approx(3.2494309757, rel=2e-7)


def test_who_preempts_sees_nobody_else_and_all_together_are_m_m_c():
    """Equal exponential work, resumed: classes 1 to k are an M/M/c of their own."""
    changes = ("streams.ticket.demand=0.9/h",)
    found = chain("pr_m_m_3", 9, *changes).measures()
    shares = (0.25, 0.375, 0.375)
    for k in (1, 2, 3):
        load = 0.9 * sum(shares[:k])
        queue = erlang_c(3, load)[1]
        there = sum(found["L", 0, cls] for cls in range(k))
        assert there == pytest.approx(load + queue, rel=2e-4)


def test_the_chain_of_a_fork_is_that_of_flatto_and_hahn():
    """E(T) = (12 - r)/8 / (m - l)."""
    found = chain("fork_join", 16, "streams.ticket.demand=0.3/h").measures()
    assert found["L", 0, 0] == pytest.approx(0.3 * (12 - 0.3) / 8 / (1 - 0.3), rel=1e-6)


def test_the_chain_of_a_network_has_product_form():
    """Jackson 1957: rates l = g + P'l, each station an M/M/c of its own."""
    found = chain("rework", 8, "streams.change.demand=0.2/h").measures()
    rates = np.linalg.solve(
        np.eye(3) - np.array([[0, 0, 0.1], [1, 0, 0.2], [0, 1, 0]]), [0.2, 0, 0]
    )
    loads = rates * [1, 1.5, 0.5]
    there = sum(a + erlang_c(c, a)[1] for a, c in zip(loads, (2, 3, 1), strict=True))
    assert found["L", 0, 0] == pytest.approx(there, rel=1e-3)


def test_the_chain_over_a_calendar_is_that_of_the_forward_equations():
    """M(t)/M/s(t): three people from 8 to 18, one always; births and deaths, hour by hour."""
    cap, moments = 7, (8, 9, 18, 32, 42, 48)
    changes = ("streams.ticket.demand.rate=24/d",)
    found = chain("day_and_night", cap, *changes)
    there = found.transient(moments) @ found.values(len)
    p, expected, number = np.eye(cap + 1)[0], {}, np.arange(cap + 1)
    for hour in range(max(moments)):
        day = 8 <= hour % 24 < 18
        births = np.full(cap, 24 / 74 * (6 if day else 1))
        deaths = 2 * np.minimum(number[1:], 4 if day else 1)
        rates = np.diag(births, 1) + np.diag(deaths, -1)
        p = p @ linalg.expm(rates - np.diag(rates.sum(axis=1)))
        expected[hour + 1] = p @ number
    assert there == pytest.approx([expected[t] for t in moments], rel=1e-9)


@pytest.mark.slow
def test_the_chain_over_a_calendar_has_published_values():
    """Methods 6.2."""
    found = chain("day_and_night", 60)
    there = found.transient([8, 18, 32, 42, 48]) @ found.values(len)
    assert there == pytest.approx([0.956945, 4.427735, 1.197258, 4.434892, 1.921611], abs=1e-6)


# ---- engines -----------------------------------------------------------------------------------


@functools.cache
def truth(seed, most=1500):
    """Return the measures of a tiny model, its demand per hour, and its words."""
    words, _ = tiny_models.draw(seed)
    model = tiny_models.compiled(words)
    for cap in (4, 6, 9, 14, 24):
        found = Chain(model, cap, most)
        expected = found.measures()
        if found.full < LOST:
            return expected, found.demand(), words
    raise Unsupported("too many items")


def overlap(begin, end, lo, hi):
    """Return the hours of each stretch that lie in a window."""
    return np.clip(np.minimum(end, hi) - np.maximum(begin, lo), 0, None) / TICKS_PER_HOUR


SIDES = 8
"""More than there are streams, classes, groups, or outcomes."""


def observed(model, story):
    """Return the measures of `Chain.measures` in one replication, and the arrivals per hour."""
    lo, hi, items = model.warm_up, model.horizon, story.items
    found = {}

    def add(name, values, *keys):
        at = np.ravel_multi_index(keys, (SIDES,) * len(keys))
        sums = np.bincount(at, values) * TICKS_PER_HOUR / (hi - lo)
        for place in np.unique(at):
            key = np.unravel_index(place, (SIDES,) * len(keys))
            found[name, *map(int, key)] = sums[place]

    stream, cls = items["stream"], items["cls"]
    add("L", overlap(items["arrived"], items["ended"], lo, hi), stream, cls)
    rows = story.rows[np.isin(story.rows["kind"], (Kind.CONTENTION, Kind.LIMIT))]
    owner = np.searchsorted(items["item"], rows["item"])
    add("queue", overlap(rows["begin"], rows["end"], lo, hi), stream[owner], cls[owner])
    held = story.presence
    add("busy", overlap(held["begin"], held["end"], lo, hi), held["group"])
    left = (items["ended"] >= lo) & (items["ended"] < hi)
    add("flow", left * 1.0, stream, cls, items["outcome"])
    come = (items["arrived"] >= lo) & (items["arrived"] < hi)
    add("come", come * 1.0, stream, cls)
    return found


def replicated(words, engine, replications, hours, seed):
    """Return the measures of many replications: arrays by name."""
    changes = (f"warm_up={WARM} h", f"horizon={hours + WARM} h", "run_out=0 h")
    model = tiny_models.compiled(words, *changes)
    simulate = engine(model)
    each = [observed(model, simulate(seed, number)) for number in range(replications)]
    names = set().union(*each)
    return {name: np.array([found.get(name, 0.0) for found in each]) for name in names}


def compiled_engine(model):
    return Worker(model).simulate


def reference_engine(model):
    return functools.partial(reference.simulate, model)


def distances(expected, demand, found):
    """Return by how many standard errors each number is off, and the error that would show.

    The luck of the arrivals is taken away; by how much they are off is a number of its own.
    """
    columns = np.array([found[("come", *key)] - rate for key, rate in demand.items()]).T
    off = {
        ("come", *key): Estimate.of(column).z for key, column in zip(demand, columns.T, strict=True)
    }
    adjust, seen = Adjustment(columns), {}
    zero = np.zeros(len(columns))
    expected = dict(expected)
    for name in ("L", "busy"):
        parts = [key for key in expected if key[0] == name]
        found[name,] = sum(found.get(key, zero) for key in parts)
        expected[name,] = sum(expected[key] for key in parts)
    for name in {key for key in expected | found if key[0] != "come"}:
        truth, values = expected.get(name, 0.0), found.get(name, zero)
        if truth < RARE:
            off[name] = np.inf if values.mean() > (3 * RARE if truth > 0 else 0) else 0.0
            continue
        estimate = Estimate.of(adjust(values - truth))
        beyond = max(0.0, abs(estimate.mean) - LOST * truth)
        off[name], seen[name] = beyond / estimate.error, MOST * estimate.error / truth
    return off, seen


def check(seed, expected, demand, found, seen=SEEN):
    off, shows = distances(expected, demand, found)
    worst = max(off, key=lambda name: abs(off[name]))
    assert abs(off[worst]) < MOST, f"model {seed}: {worst} is off by {off[worst]:.1f} errors"
    assert shows["L",] < seen, f"model {seed}: {shows}"
    assert shows["busy",] < seen, f"model {seed}: {shows}"


def hours(demand, items):
    """Return the hours in which so many items come."""
    return round(items / sum(demand.values()))


@functools.cache
def simulated(seed):
    _, demand, words = truth(seed)
    return replicated(
        words, compiled_engine, REPLICATIONS, hours(demand, ITEMS), crc32(str(seed).encode())
    )


@pytest.mark.parametrize(
    "seed", [*CHOSEN[::2], *(pytest.param(seed, marks=pytest.mark.slow) for seed in CHOSEN[1::2])]
)
def test_the_compiled_engine_agrees_with_the_chain(seed):
    expected, demand, _ = truth(seed)
    check(seed, expected, demand, simulated(seed))


@pytest.mark.parametrize("seed", [21, 14])
def test_the_reference_engine_agrees_with_the_chain(seed):
    expected, demand, words = truth(seed)
    check(seed, expected, demand, replicated(words, reference_engine, 30, 300, seed), 0.5)


def test_everything_is_in_some_model():
    used = set().union(*(tiny_models.draw(seed)[1] for seed in CHOSEN))
    every = set().union(*(tiny_models.draw(seed)[1] for seed in range(400)))
    assert used == every


def mistold(model, fault):
    """Return a model that says something else."""
    model = model._replace(**{
        name: getattr(model, name).copy()
        for name in ("by_class", "ops", "limits", "strands", "seizes", "branches", "alternatives",
                     "needs", "pools")
    })  # fmt: skip
    if fault == "rank":
        row = model.by_class[model.streams["rank_row"][0]]
        row[:2] = row[1::-1]
    elif fault == "preempts":
        model.by_class[model.streams["preempts_row"][0]] = 0
    elif fault == "patience":
        model.ops["code"][model.ops["code"] == Op.PATIENCE] = Op.LEAVE
    elif fault == "limit":
        model.limits["capacity"] += 1
    elif fault == "losers":
        model.strands["cancels"] = model.strands["ends"] = 0
    elif fault == "first":
        model.seizes["n"] = 1
    elif fault == "visits":
        model.branches["max_visits"] += 1
    elif fault == "one":
        model.alternatives["n"] = 1
    elif fault == "yields":
        model.needs["yields"] = 0
    elif fault == "serves":
        model.pools["n_groups"] = 1
    return model


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_noticed(fault):
    seed, what = FAULTS[fault]
    _, demand, words = truth(seed)
    wrong = Chain(mistold(tiny_models.compiled(words), what), 5).measures()
    off, _ = distances(wrong, demand, simulated(seed))
    assert max(map(abs, off.values())) > 2 * MOST


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(400))
def test_the_compiled_engine_agrees_with_many_more_chains(seed):
    try:
        expected, demand, words = truth(seed, 4000)
    except Unsupported:
        pytest.skip("too many states")
    found = replicated(words, compiled_engine, 4 * REPLICATIONS, hours(demand, ITEMS), seed)
    check(seed, expected, demand, found, 0.03)


@pytest.mark.slow
@pytest.mark.parametrize("seed", CHOSEN)
def test_twice_as_many_items_at_most_change_nothing(seed):
    _, _, words = truth(seed)
    model = tiny_models.compiled(words)
    small, large = (Chain(model, cap).measures() for cap in (9, 18))
    for name in small:
        assert large[name] == pytest.approx(small[name], rel=2e-3)


# ---- over a calendar ---------------------------------------------------------------------------

MOMENTS = (8, 9, 13, 17, 33, 41, 57, 72)


@pytest.mark.parametrize("preempts", ["true", pytest.param("false", marks=pytest.mark.slow)])
def test_the_compiled_engine_agrees_with_the_chain_over_a_calendar(preempts):
    """Three days from an empty start: nights, priorities, patience, and work that is put aside."""
    changes = (f"streams.call.preempts={preempts}",)
    model = tiny_models.compiled(tiny_models.NIGHTS, *changes)
    exact = Chain(model, 10)
    p = exact.transient(MOMENTS)
    assert p[:, exact.values(len) >= 10].sum(axis=1).max() < 5 * LOST
    there = [exact.values(lambda state, c=c: sum(item[1] == c for item in state)) for c in (0, 1)]
    truths = p @ np.array(there).T
    worker, at = Worker(model), np.array(MOMENTS) * TICKS_PER_HOUR
    numbers = np.zeros((7_000, len(MOMENTS), 2))
    for number, found in enumerate(numbers):
        items = worker.simulate(3, number).items
        here = (items["arrived"] < at[:, None]) & (at[:, None] <= items["ended"])
        found[:] = np.stack([(here & (items["cls"] == c)).sum(axis=1) for c in (0, 1)], axis=1)
    error = numbers.std(axis=0, ddof=1) / len(numbers) ** 0.5
    assert abs((numbers.mean(axis=0) - truths) / error).max() < MOST
    together = numbers.sum(axis=2).std(axis=0, ddof=1) / len(numbers) ** 0.5
    assert (MOST * together / truths.sum(axis=1))[1:].max() < 0.15
