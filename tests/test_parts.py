"""A replication in parts says what it says as a whole, to the bit."""

import random
import weakref
from dataclasses import replace

import numpy as np
import pytest
from desk import QUESTIONS, trajectory
from random_scenarios import Author, read
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from test_engines_agree import SCENARIOS, SHORT
from test_loops import SLOWER, slowed

from svcsim.analysis.followed import Followed
from svcsim.analysis.measures import measure, names, reduce, reduce_parts
from svcsim.analysis.percentiles import Histogram
from svcsim.analysis.questions import ask
from svcsim.analysis.rests import Calls
from svcsim.analysis.sums import Sums, plus
from svcsim.analysis.tally import Tally
from svcsim.engines import compiled
from svcsim.errors import SimulationError
from svcsim.model.arrays import CALENDAR, NONE
from svcsim.model.build import build
from svcsim.model.trajectory import Trajectory
from svcsim.scenario.load import load

RANDOM = 70
MOST_FAMILIES = 12
"""Of a random scenario that is also taken family by family: each part takes milliseconds."""


def families(happened):
    """Return the number of the family of each item: of an item, its children, theirs ..."""
    n, parent = len(happened.items), happened.items["parent"]
    child = np.flatnonzero(parent >= 0)
    links = coo_matrix((np.ones(len(child)), (child, parent[child])), (n, n))
    return connected_components(links, directed=False)[1]


def split(happened, part):
    """Yield the parts of a trajectory, by the number of the part of each item."""
    for number in np.unique(part):
        mine = part == number
        tables = [table[mine[table["item"]]] for table in happened]
        tokens = np.unique(np.concatenate([t["token"] for t in tables if "token" in t.dtype.names]))
        place = np.cumsum(mine) - 1
        for table in tables:
            table["item"] = place[table["item"]]
            if "token" in table.dtype.names:
                table["token"] = np.searchsorted(tokens, table["token"])
        found = Trajectory(*tables)
        parent, of = found.items["parent"], found.tokens["of"]
        parent[parent >= 0] = place[parent[parent >= 0]]
        of[of >= 0] = np.searchsorted(tokens, of[of >= 0])
        found.rows["blame"] = NONE  # it may be in another part, and no number asks for it
        yield found


def dealt(happened, source, parts):
    """Return a part for each item, at random, but the same for a whole family."""
    of_family = families(happened)
    return np.array([source.randrange(parts) for _ in range(len(of_family))], int)[of_family]


def assert_same(found, whole):
    """Compare two reduced replications, every bit of them."""
    assert found.keys == whole.keys
    for side in ("numerators", "denominators"):
        ours, theirs = getattr(found, side), getattr(whole, side)
        different = [found.keys[k] for k in np.flatnonzero(ours != theirs)]
        assert not different, side
        assert ours.tobytes() == theirs.tobytes()
    assert list(found.histograms) == list(whole.histograms)
    for key, histogram in whole.histograms.items():
        for ours, theirs in zip(found.histograms[key], histogram, strict=True):
            assert ours.dtype == theirs.dtype, key
            assert ours.tolist() == theirs.tolist(), key
    assert found.identities == whole.identities


def compare(questions, happened, source, seed, replication=0):
    """Hold a replication in parts, in any order, against the same as a whole; return the whole."""
    run = {"seed": seed, "replication": replication}
    whole = measure(questions, happened, **run)
    parts = list(split(happened, dealt(happened, source, source.randint(2, 7))))
    assert sum(len(part.items) for part in parts) == len(happened.items)
    assert all(whole.identities.values())
    source.shuffle(parts)
    assert_same(reduce_parts(questions, parts, **run), whole)
    return whole


def asked(scenario):
    """Return what is asked of a scenario."""
    found = build(scenario)
    return ask(scenario, found.model, found.names)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_parts_of_a_shipped_scenario_add_up(path):
    warm = "warm_up=1 h" if path.stem == "service_desk_after_launch" else "warm_up=12 h"
    questions = asked(load(path, set=(warm, *SHORT[path.stem])))
    happened = compiled.simulate(questions.model, 3, 1)
    assert len(set(families(happened))) > 10
    compare(questions, happened, random.Random(path.stem), 3, 1)


def test_the_parts_of_random_scenarios_add_up(tmp_path):
    told = in_families = kinships = rested = number = 0
    while told < RANDOM:
        number += 1
        scenario = read(Author(random.Random(number << 32)).case(), tmp_path)
        if scenario is None:
            continue
        questions, source = asked(scenario), random.Random(number)
        try:
            happened = compiled.simulate(questions.model, scenario.seed, 0)
        except SimulationError:
            continue
        told += 1
        whole = compare(questions, happened, source, scenario.seed)
        run = Followed.of(questions, happened, scenario.seed, 0)
        rested += bool(Calls.of(run).told().any())
        kinships += bool((happened.items["parent"] >= 0).any())
        each = families(happened)
        if 1 < each.max(initial=0) < MOST_FAMILIES:
            in_families += 1
            parts = split(happened, each)
            assert_same(reduce_parts(questions, parts, seed=scenario.seed, replication=0), whole)
    assert rested >= 1
    assert in_families >= 5
    assert kinships >= 5


def test_sums_that_leave_64_bits_only_together_are_exact():
    model = QUESTIONS.model
    end = {name: getattr(model, name) * SLOWER for name in ("warm_up", "horizon", "end")}
    questions = replace(QUESTIONS, model=model._replace(**end))
    once, many = trajectory(), 60
    happened = Trajectory(*(np.concatenate([slowed(table)] * many) for table in once))
    for table in happened:
        desk = np.repeat(np.arange(many), len(table) // many)
        for name in {"item", "token"} & set(table.dtype.names):
            table[name] += desk * len(once.items)
    desk = np.repeat(np.arange(many), len(once.items))
    runs = [Followed.of(questions, part, 1, 0) for part in (happened, next(split(happened, desk)))]
    whole, part = (Tally.of(run).all_the_time for run in runs)
    assert (whole.dtype, part.dtype) == (object, np.int64)
    assert whole.sum() > 2**64
    expected = measure(questions, happened)
    assert expected.identities == {"lead_time": True, "little": True, "flow": True}
    for parts in (desk, desk // 7, desk % 2):
        found = reduce_parts(questions, split(happened, parts), seed=1, replication=0)
        assert_same(found, expected)


def test_a_tick_too_many_in_one_part_breaks_an_identity_of_all():
    happened = trajectory()
    happened.rows["end"][14] += 1
    whole = measure(QUESTIONS, happened)
    assert not all(whole.identities.values())
    found = reduce_parts(QUESTIONS, split(happened, happened.items["item"] % 3), seed=1,
                         replication=0)  # fmt: skip
    assert_same(found, whole)


def test_a_part_is_forgotten_before_the_next_one_is_asked_for():
    alive = []

    def parts():
        for part in split(trajectory(), np.arange(7)):
            assert not any(table() is not None for table in alive)
            alive.extend(weakref.ref(table) for table in part)
            yield part
            del part

    found = reduce_parts(QUESTIONS, parts(), seed=1, replication=0)
    assert_same(found, measure(QUESTIONS, trajectory()))
    assert len(alive) == 7 * 6


def test_what_only_others_need_is_not_taken_from_a_part():
    whole = measure(QUESTIONS, trajectory())
    for name, unread in (("lead_time", ("rows", "presence")), ("utilisation", ("rows",))):
        keys = {key for key in whole.keys if key.measure == name}
        parts = [
            part._replace(**dict.fromkeys(unread)) for part in split(trajectory(), np.arange(7) % 3)
        ]
        found = reduce_parts(QUESTIONS, parts, seed=1, replication=0, only=keys)
        assert set(found.keys) == keys
        assert found.identities == {}
        places = [whole.keys.index(key) for key in found.keys]
        assert found.numerators.tolist() == whole.numerators[places].tolist()
        assert found.denominators.tolist() == whole.denominators[places].tolist()


def test_without_a_part_nothing_happened():
    found = reduce_parts(QUESTIONS, [], seed=1, replication=0)
    assert found.keys == names(QUESTIONS)
    nothing = Trajectory(*(table[:0] for table in trajectory()))
    assert_same(found, reduce(Followed.of(QUESTIONS, nothing, 1, 0)))


def test_a_call_of_two_parts_is_one_call():
    """Someone is held from 10 to 13 and to 15, by items of two parts: too long for either part."""
    groups, hour = QUESTIONS.model.groups.copy(), 3_600_000_000
    groups["calendar"] = 0
    for name, value in {"rests": 1, "on_call": 1, "rest_after": 4 * hour, "rest": 9 * hour}.items():
        groups[name][2] = value
    always = np.zeros(1, CALENDAR)
    always["always"] = 1
    model = QUESTIONS.model._replace(groups=groups, calendars=always, horizon=22 * hour)
    questions = replace(QUESTIONS, model=model)
    happened = trajectory()._replace(presence=trajectory().presence[:2].copy())
    presence = happened.presence
    presence["item"], presence["group"], presence["pool"] = (0, 1), 2, 2
    presence["begin"], presence["end"] = (10 * hour, 13 * hour), (13 * hour, 15 * hour)

    def rested(*parts):
        sums = Sums(questions, 1, 0, [Calls.of])
        for part in parts:
            sums.add(Followed.of(questions, part, 1, 0))
        return sums.of(Calls.of).tolist()

    parts = list(split(happened, np.arange(7) % 2))
    assert [len(part.presence) for part in parts] == [1, 1]
    assert rested(happened) == rested(*parts) == rested(*parts[::-1]) == [0, 7 * hour, 0]
    assert rested(parts[0]) == rested(parts[1]) == [0, 0, 0]


@pytest.mark.parametrize("top", [50, 2**13, 2**40])
def test_two_histograms_are_that_of_all_their_values(top):
    source = np.random.default_rng(top)
    one, other = source.integers(0, top, 300), source.integers(0, top, 500)
    for x, y in ((one, other), (one[:0], other), (one, other[:0]), (one[:0], other[:0])):
        both = Histogram.of(np.concatenate([x, y]))
        for ours, theirs in zip(plus(Histogram.of(x), Histogram.of(y)), both, strict=True):
            assert ours.dtype == theirs.dtype
            assert ours.tolist() == theirs.tolist()
