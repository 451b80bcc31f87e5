"""The compiled loops of the analysis against numpy, and what their sums promise at any size."""

import importlib
import pkgutil
from dataclasses import replace

import numpy as np
import pytest
from desk import QUESTIONS, trajectory

from svcsim.analysis import loops
from svcsim.analysis.clocks import Clock, reading
from svcsim.analysis.exact import grouped, integrals
from svcsim.analysis.followed import Followed
from svcsim.analysis.loops.numbers import order_of
from svcsim.analysis.measures import measure, names, reduce
from svcsim.analysis.percentiles import PRECISION, Histogram
from svcsim.analysis.warm import warm
from svcsim.model.arrays import NEVER, OPENING
from svcsim.scenario.load import load

TIMES = ("arrived", "ended", "entered", "started", "finished", "begin", "end", "gate",
         "unavailability", "policy", "prioritisation", "called", "setup")  # fmt: skip
SLOWER = 2**21
"""So many times as slow, the desk's waits add up to more than 2**63 ticks, and each still fits."""


def slowed(table):
    """Return a table with every time SLOWER times as long."""
    found = table.copy()
    for name in set(TIMES) & set(table.dtype.names):
        happened = found[name] < NEVER
        found[name][happened] *= SLOWER
    return found


def test_a_slower_world_has_longer_times_to_the_bit_though_sums_leave_64_bits():
    model = QUESTIONS.model
    end = {name: getattr(model, name) * SLOWER for name in ("warm_up", "horizon", "end")}
    promises = tuple(
        replace(p, limits=tuple(limit * SLOWER for limit in p.limits)) for p in QUESTIONS.promises
    )
    office = QUESTIONS.clocks[1]
    openings = office.openings.copy()
    for name in ("opens", "closes", "before"):
        openings[name] *= SLOWER
    clocks = QUESTIONS.clocks[0], office._replace(openings=openings)
    slow = replace(QUESTIONS, model=model._replace(**end), promises=promises, clocks=clocks)
    once, later = trajectory(), trajectory()
    many = 60  # desks: each wait is shorter than 2**62 ticks, all together are longer
    happened = type(later)(*(np.concatenate([slowed(table)] * many) for table in later))
    alike = type(once)(*(np.concatenate([table] * many) for table in once))
    for tables in (happened, alike):
        for table in tables:
            if len(table):
                shift = np.repeat(np.arange(many), len(table) // many)
                table["item"] += shift * len(once.items)
                if "token" in table.dtype.names:
                    table["token"] += shift * len(once.items)
    fast, long = measure(QUESTIONS, alike), measure(slow, happened)
    assert long.identities == fast.identities == dict.fromkeys(fast.identities, True)
    assert (happened.rows["end"] - happened.rows["begin"]).astype(object).sum() > 2**65
    for k, key in enumerate(fast.keys):
        times = 1.0
        if key.unit == "h" or key.measure == "flow_efficiency" or key.measure == "utilisation":
            times = float(SLOWER)
        if key.measure == "cost_per_item":
            times = float(SLOWER)
        if key.measure == "throughput":
            times = 1 / SLOWER
        assert long.numerators[k] == pytest.approx(times * fast.numerators[k], rel=1e-15), key


def test_grouped_sums_are_those_of_python():
    source = np.random.default_rng(1)
    for top in (2**20, 2**61):
        groups, values = source.integers(0, 5, 300), source.integers(-top, top, 300)
        expected = [sum(values[groups == g].tolist()) for g in range(5)]
        assert grouped(groups, 5, values).tolist() == expected


def test_the_order_is_that_of_a_stable_sort():
    groups = np.random.default_rng(2).integers(-1, 4, 200)
    order, ends = order_of(groups, 4)
    assert order.tolist() == np.argsort(groups, kind="stable")[(groups < 0).sum() :].tolist()
    assert np.diff(ends, prepend=0).tolist() == [(groups == g).sum() for g in range(4)]


def test_a_clock_reads_open_time_in_any_order():
    source = np.random.default_rng(3)
    edges = np.sort(source.choice(10_000, 40, replace=False)).reshape(-1, 2)
    openings = np.zeros(20, OPENING)
    openings["opens"], openings["closes"] = edges.T
    openings["before"] = np.concatenate([[0], np.cumsum(edges[:, 1] - edges[:, 0])[:-1]])
    ticks = source.integers(0, 10_000, 500)
    minutes = np.zeros(10_000, int)
    for opens, closes in edges:
        minutes[opens:closes] = 1
    expected = [minutes[:tick].sum() for tick in ticks]
    assert reading(Clock("odd", openings), ticks).tolist() == expected


def test_the_integral_of_a_level_is_the_sum_of_the_spells():
    source = np.random.default_rng(4)
    for top in (1000, 2**60):
        begin = source.integers(0, top, 50)
        end = begin + source.integers(0, top, 50)
        ends = np.array([20, 20, 50])
        spells = [(end - begin)[part].tolist() for part in (slice(20), slice(0), slice(20, 50))]
        assert integrals(begin, end, ends).tolist() == list(map(sum, spells))


def test_a_histogram_has_every_value_once():
    ticks = np.random.default_rng(5).integers(0, 2**40, 1000)
    found = Histogram.of(ticks)
    assert found.counts.sum() == 1000
    assert (np.diff(found.classes) > 0).all()
    upto = [(ticks <= value).sum() for value in found.largest]
    assert np.cumsum(found.counts).tolist() == upto


def test_a_class_keeps_the_first_digits_of_a_value():
    ticks = sorted({2**k + more for k in range(52) for more in (-1, 0, 1)})
    found = [int(Histogram.of(np.array([tick])).classes[0]) for tick in ticks]
    kept = [max(tick.bit_length() - 1 - PRECISION, 0) for tick in ticks]
    expected = [(cut << PRECISION) + (tick >> cut) for tick, cut in zip(ticks, kept, strict=True)]
    assert found == expected
    together = Histogram.of(np.array(ticks))
    assert together.classes.tolist() == sorted(set(expected))


def test_a_total_is_that_of_python():
    ticks = np.random.default_rng(7).integers(0, 2**62, 300)
    assert Histogram.with_total(ticks)[1] == sum(ticks.tolist())


def test_histograms_of_two_are_that_of_both():
    ticks = np.random.default_rng(6).integers(0, 2**14, 900)
    whole = Histogram.of(ticks)
    for cut in (0, 1, 400, 900):
        found = Histogram.of(ticks[:cut]).plus(Histogram.of(ticks[cut:]))
        assert [part.tolist() for part in found] == [part.tolist() for part in whole]


def test_only_what_is_asked_is_told_and_it_is_the_same():
    everything = measure(QUESTIONS, trajectory())
    assert everything.keys == names(QUESTIONS)
    for at, key in enumerate(everything.keys):
        found = reduce(Followed.of(QUESTIONS, trajectory(), 1, 0), only={key})
        assert (found.keys, found.identities) == ((key,), {})
        assert found.numerators.tolist() == [everything.numerators[at]]
        assert found.denominators.tolist() == [everything.denominators[at]]
        assert set(found.histograms) == {key} & set(everything.histograms)


def compiled():
    """Return the number of versions of every compiled loop."""
    modules = pkgutil.iter_modules(loops.__path__, loops.__name__ + ".")
    return {
        (module.name, name): len(found.signatures)
        for module in modules
        for name, found in vars(importlib.import_module(module.name)).items()
        if hasattr(found, "signatures")
    }


@pytest.mark.parametrize("name", ["first_desk", "service_desk_after_launch", "p1_restoration"])
def test_a_run_compiles_nothing_that_was_not_warmed(name):
    import svcsim

    warm()
    before = compiled()
    scenario = load(name, set=["horizon=4 d", "warm_up=1 d"])
    svcsim.run(scenario, replications=1, jobs=1)
    assert compiled() == before
