"""Items that a trigger made, of all items of their streams."""

import numpy as np
import pytest
from random_runs import random_runs

from svcsim.analysis.linked import linked
from svcsim.experiment.item_names import item_names
from svcsim.experiment.run import run
from svcsim.scenario.load import loads

RANDOM = 25
PROBLEMS = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
warm_up: 1 h
horizon: 6 h
run_out: 2 h
replications: 1
terminating: true
teams: {crowd: {people: unlimited, activity: deliver_support}}
streams:
  ticket:
    demand: {scheduled: ["daily 00:10", "daily 02:10", "daily 02:20", "daily 04:10", "daily 07:10"]}
    steps: {solve: {team: crowd, touch: 6 min}}
  problem:
    demand: {scheduled: ["daily 03:00"]}
    classes: {found: 100%, sought: 0%}
    steps: {think: {team: crowd, touch: 1 min}}
  other:
    demand: {scheduled: ["daily 03:00"]}
    steps: {think: {team: crowd, touch: 1 min}}
triggers:
  each: {watch: {stream: ticket}, count: 1, within: 1 min, spawn: problem}
"""


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_every_arrival_makes_an_item_beside_one_that_comes_by_itself(engine):
    # Of five tickets the first comes before the time measured, the last after it: three problems
    # are of tickets, and one comes at 03:00 whatever happens.
    results = run(loads(PROBLEMS), jobs=1, engine=engine)
    find = results.numbers.find
    assert find("items", "count", stream="problem").value == 4
    assert find("linked", "share", stream="problem").value == 3 / 4
    assert find("linked", "share", stream="problem", cls="found").value == 3 / 4
    assert find("linked", "share", stream="problem", cls="sought").n == 0
    told = {key.stream for key, _ in results.numbers.items() if key.measure == "linked"}
    assert told == {"problem"}


def has_spawning_triggers(scenario):
    return any(trigger.spawn for trigger in scenario.triggers.values())


def test_the_names_of_items_say_what_made_them(tmp_path):
    """Counted by the names that people see: of a trigger, and not of a parent."""
    made = 0
    for _, scenario, names, followed in random_runs(1, RANDOM, tmp_path, has_spawning_triggers):
        shown = item_names(followed.trajectory.items, names.streams, names.steps, names.triggers)
        streams = {t.spawn for t in scenario.triggers.values() if t.spawn}
        said = {one.key.stream: one for one in linked(followed) if one.key.cls is None}
        assert said.keys() == streams
        for stream in streams:
            starts = tuple(f"{stream}:{name}." for name in scenario.triggers)
            cohort = np.flatnonzero(
                followed.cohort & (followed.items["stream"] == names.streams.index(stream))
            )
            mine = [shown[k] for k in cohort.tolist()]
            expected = sum(name.startswith(starts) and "/" not in name for name in mine)
            made += expected
            assert (said[stream].numerator, said[stream].denominator) == (expected, len(mine))
    assert made > 20
