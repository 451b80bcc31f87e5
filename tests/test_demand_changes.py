"""Dated changes of demand: levels by hand, and expected items (semantics 3, 48, 50)."""

import numpy as np
import pytest

from svcsim.engines import compiled
from svcsim.errors import ScenarioError
from svcsim.model.build import build
from svcsim.model.rates import rate_table
from svcsim.scenario.load import loads

HOUR = 3_600_000_000
BASE = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
horizon: 20 d
run_out: 1 d
teams: {{x: {{people: 500, activity: engage}}}}
streams:
  s:
    demand: {{rate: 10/h, changes: {changes}}}
    steps: {{a: {{team: x, touch: 1 min}}}}
"""


def levels(changes):
    scenario = loads(BASE.format(changes=changes))
    demand = scenario.streams["s"].demand
    return dict(rate_table(demand, scenario)), scenario


def at(table, hours):
    return [table[max(t for t in table if t <= h * HOUR)] * HOUR for h in hours]


def test_a_change_holds_from_its_moment_to_its_end():
    table, _ = levels("[{from: 2 d, by: +25%, until: 4 d}]")
    assert at(table, [0, 47, 48, 95, 96, 480]) == pytest.approx([10, 10, 12.5, 12.5, 10, 10])


def test_changes_multiply():
    table, _ = levels("[{from: 2 d, by: +50%}, {from: 3 d, by: -20%}]")
    assert at(table, [0, 50, 80]) == pytest.approx([10, 15, 12])


def test_what_fades_goes_down_in_eight_stairs_a_half_life_and_is_gone_after_ten():
    """Half-life 8 h: a stair each hour; after 8 h a half of 40 % is left, after 80 h nothing."""
    table, _ = levels("[{from: 10 h, by: +40%, half_life: 8 h}]")
    found = at(table, [9, 10, 11, 18, 26, 89, 90])
    expected = [10, 14, 10 + 4 * 2 ** (-1 / 8), 12, 11, 10 + 4 * 2 ** (-79 / 8), 10]
    assert found == pytest.approx(expected)


def test_the_number_of_items_is_what_the_levels_say():
    """20 d of 240 items, and 5 d with 60 more each: 5,100 a run; |z| < 4.5 over 40 runs."""
    _, scenario = levels("[{from: 5 d, by: +25%, until: 10 d}]")
    model = build(scenario).model
    counts = [int((compiled.simulate(model, 7, k).items["arrived"] < 480 * HOUR).sum())
              for k in range(40)]  # fmt: skip
    expected = 20 * 240 + 5 * 60
    assert abs(np.mean(counts) - expected) < 4.5 * np.sqrt(expected / 40)


def test_a_change_only_adds_items():
    """Sentence 63: of one λ₀, more demand leaves every other item as it was."""
    root = "[{from: 19 d, by: +60%}]"
    one, other = (
        build(loads(BASE.format(changes=changes))).model
        for changes in (root, "[{from: 19 d, by: +60%}, {from: 3 d, by: +10%, until: 6 d}]")
    )
    keys = [{(int(i["hi"]), int(i["lo"])) for i in compiled.simulate(m, 3, 0).items}
            for m in (one, other)]  # fmt: skip
    assert keys[0] < keys[1]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ("[{from: 2 d, by: 25%}]", "not-a-change"),
        ("[{from: 2 d, by: -125%}]", "not-a-change"),
        ("[{from: 2 d, by: +0%}]", "changes-nothing"),
        ("[{from: 30 d, by: +10%}]", "changes-nothing"),
        ("[{from: 2 d, by: +10%, until: 1 d}]", "changes-nothing"),
    ],
)
def test_a_change_that_changes_nothing_is_refused(changes, code):
    with pytest.raises(ScenarioError) as error:
        loads(BASE.format(changes=changes))
    assert [problem.code for problem in error.value.problems] == [code]
