"""A replication that is handed over in parts is the one that comes whole, item by item."""

import random

import numpy as np
import pytest
from random_scenarios import draw, read
from test_engines_agree import SCENARIOS, SHORT

from svcsim.analysis.followed import Followed
from svcsim.analysis.measures import reduce, reduce_parts
from svcsim.analysis.questions import ask
from svcsim.engines.compiled import Worker
from svcsim.engines.compiled.parts import RECORDS, Part
from svcsim.engines.compiled.state import Sizes
from svcsim.errors import SimulationError
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.build import build
from svcsim.model.trajectory import Trajectory
from svcsim.scenario.load import load, loads

OF_THE_RUN = ("token", "of", "blame")
"""Columns with numbers that are given anew in each part, or that a part does not tell."""


def parts_of(worker, *run, **options):
    """Return all parts of a replication; each is there until the next one is made."""
    return [
        Part(Trajectory(*(table.copy() for table in part.trajectory)), part.numbers)
        for part in worker.parts(*run, **options)
    ]


def joined(parts):
    """Return the tables of parts behind each other, by item, as the whole run calls them."""
    tables = []
    for name in parts[0].trajectory._fields:
        rows = []
        for part in parts:
            table = getattr(part.trajectory, name).copy()
            if name == "items":
                parent = table["parent"]
                table["parent"] = np.where(parent == NONE, NONE, part.numbers.take(parent))
            table["item"] = part.numbers[table["item"]]
            rows.append(table)
        table = np.concatenate(rows)
        tables.append(table[np.argsort(table["item"], kind="stable")])
    return tables


def tokens_in_order(table):
    """Return the tokens of each item as 0, 1, 2, ... in the order of their numbers."""
    pairs = np.stack([table["item"], table["token"]], axis=1)
    found, place = np.unique(pairs, axis=0, return_inverse=True)
    first = np.searchsorted(found[:, 0], found[:, 0])
    return (np.arange(len(found)) - first)[place.reshape(-1)]


def check(whole, parts):
    """Ask that parts hold every row of the whole run once, and families whole."""
    for name, one, other in zip(whole._fields, whole, joined(parts), strict=True):
        assert len(one) == len(other), name
        for field in set(one.dtype.names) - set(OF_THE_RUN):
            assert (one[field] == other[field]).all(), (name, field)
        if "token" in one.dtype.names:
            assert (tokens_in_order(one) == tokens_in_order(other)).all(), name
    for part in parts:
        items = part.trajectory.items
        assert (items["item"] == np.arange(len(items))).all()
        assert (items["parent"] < items["item"]).all()
        of, token = part.trajectory.tokens["of"], part.trajectory.tokens["token"]
        assert np.isin(of[of != NONE], token).all()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_shipped_scenarios_in_parts(path):
    scenario = load(path, set=("warm_up=0 h", *SHORT[path.stem]))
    compiled = build(scenario)
    questions = ask(scenario, compiled.model, compiled.names)
    worker = Worker(compiled.model)
    whole = worker.simulate(1, 0)
    parts = parts_of(worker, 1, 0, 20)
    check(whole, parts)
    from_outside = whole.items[whole.items["parent"] == NONE]
    assert len(parts) > 1 or (from_outside["ended"] == NEVER).all()
    stories = (part.trajectory for part in parts)
    one = reduce_parts(questions, stories, seed=1, replication=0)
    other = reduce(Followed.of(questions, whole, 1, 0))
    assert one.keys == other.keys
    assert (one.numerators == other.numerators).all()
    assert (one.denominators == other.denominators).all()
    assert one.identities == other.identities
    for key, histogram in other.histograms.items():
        for a, b in zip(one.histograms[key], histogram, strict=True):
            assert (a == b).all(), key


def test_random_scenarios_in_parts(tmp_path):
    several = later = 0
    for number in range(40):
        scenario = read(draw(number), tmp_path)
        if scenario is None:
            continue
        worker = Worker(build(scenario).model)
        try:
            whole = worker.simulate(scenario.seed, 0)
        except SimulationError:
            continue
        parts = parts_of(worker, scenario.seed, 0, random.Random(number).choice((5, 20, 80)))
        check(whole, parts)
        several += len(parts) > 1
        later += any((np.diff(part.numbers) > 1).any() for part in parts)
    assert several > 20
    assert later > 6, "items that leave later than others who came after them"


def test_parts_are_the_same_for_any_memory():
    model = build(load("joiner_mover_leaver", set=("warm_up=0 h", "horizon=6 wk"))).model
    small, large = Worker(model), Worker(model)
    small.sizes = Sizes(*(4 for _ in Sizes._fields))
    small._allocate()
    large.simulate(1, 0)
    for one, other in zip(small.parts(1, 0, 300), large.parts(1, 0, 300), strict=True):
        assert (one.numbers == other.numbers).all()
        for a, b in zip(one.trajectory, other.trajectory, strict=True):
            assert (a == b).all()


def test_memory_is_in_proportion_to_who_is_there():
    model = build(load("first_desk", set=("horizon=200 wk",))).model
    worker = Worker(model)
    items = sum(len(part.numbers) for part in worker.parts(1, 0, 4_000))
    assert items > 30_000
    assert max(len(worker.state.items), len(worker.state.rows)) < 12_000


def test_a_short_run_is_one_part():
    worker = Worker(build(load("failed_changes")).model)
    whole = worker.simulate(1, 0)
    (part,) = worker.parts(1, 0)
    assert len(whole.rows) < RECORDS
    check(whole, [part])


def test_items_come_in_the_order_in_which_they_left():
    model = build(load("first_desk", set=("horizon=1 wk", "warm_up=0 h"))).model
    (part,) = Worker(model).parts(1, 0)
    ended = part.trajectory.items["ended"]
    assert (np.diff(ended) >= 0).all()
    assert (np.diff(part.numbers) < 0).any()


def test_all_comes_in_one_part_if_nothing_is_said_of_records():
    worker = Worker(build(load("service_desk", set=("horizon=2 wk", "warm_up=0 h"))).model)
    whole = worker.simulate(1, 0)
    assert len(parts_of(worker, 1, 0, 1_000)) > 1
    (part,) = worker.parts(1, 0, None)
    for one, other in zip(part.trajectory, whole, strict=True):
        assert one.tobytes() == other.tobytes()


def test_parts_are_written_on_the_same_memory_and_whole_replications_on_their_own():
    worker = Worker(build(loads(CALLS)).model)
    whole = worker.simulate(1, 0)
    before = [table.tobytes() for table in whole]
    parts = worker.parts(1, 1, 300)
    one, other = (next(parts).trajectory.rows for _ in range(2))
    assert np.shares_memory(one, other)
    assert not np.shares_memory(one, whole.rows)
    worker.simulate(1, 2)
    assert [table.tobytes() for table in whole] == before


CALLS = """
svcsim: 1
horizon: 2 d
calendar: always
terminating: true
teams: {desk: {people: 1, activity: engage}}
streams:
  call:
    demand: {rate: 1300/d}
    steps:
      look: {team: desk, touch: 1 min}
"""


def test_items_keep_their_numbers_in_a_run():
    model = build(loads(CALLS)).model
    whole = Worker(model).simulate(3, 0)
    numbers = np.concatenate([part.numbers for part in Worker(model).parts(3, 0, 100)])
    assert (np.sort(numbers) == whole.items["item"]).all()
    assert (whole.items["ended"] < NEVER).any()
