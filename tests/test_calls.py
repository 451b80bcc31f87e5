"""Waiting for children, redials, escalations and handovers: exact laws, and what is refused."""

import numpy as np
import pytest

from svcsim.analysis.measures import measure
from svcsim.analysis.questions import ask
from svcsim.engines import compiled
from svcsim.errors import ScenarioError
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.codes import REDIALLED, Kind, Outcome
from svcsim.scenario.load import loads

HEAD = """svcsim: 1
calendar: always
horizon: 1000 h
run_out: 100 h
terminating: true
teams:
  crowd: {people: unlimited, activity: engage}
  desk: {people: 1, activity: engage}
  buyers: {people: 1, activity: obtain_build}
  nobody: {people: 0, activity: improve}
streams:
"""


def story(text, *, replication=0):
    """Return the model and what happens in one replication."""
    model = build(loads(HEAD + text)).model
    return model, compiled.simulate(model, 1, replication)


def is_mean(values, truth):
    """Say that values have a mean, and that an error of 5 % would show."""
    error = np.std(values, ddof=1) / len(values) ** 0.5
    assert abs(np.mean(values) - truth) < 4.5 * error
    assert 0.05 * truth > 4.5 * error


@pytest.mark.parametrize(
    ("wait_for", "truth"),
    [("1", 1 / 4), ("2", 1 / 4 + 1 / 3), ("60%", 1 / 4 + 1 / 3 + 1 / 2), ("all", 25 / 12)],
)
def test_the_wait_for_some_of_four_children_is_an_order_statistic(wait_for, truth):
    """The k-th of n exponential times has the mean 1/n + ... + 1/(n - k + 1) (Renyi 1953)."""
    model, found = story(f"""
  order:
    demand: 12/h
    steps:
      plan: {{team: crowd, touch: 1 min, spawn: {{stream: part, count: 4, wait_for: {wait_for}}}}}
  part:
    steps: {{make: {{team: crowd, touch: {{mean: 1 h, distribution: exponential}}}}}}
""")
    waits = found.rows[found.rows["kind"] == Kind.DEPENDENCY]
    waits = waits[waits["begin"] < model.horizon]  # none of them is cut short by the end
    is_mean((waits["end"] - waits["begin"]) / TICKS_PER_HOUR, truth)
    children = found.items[waits["blame"]]
    assert (children["ended"] == waits["end"]).all()
    assert (children["parent"] == waits["item"]).all()


def test_a_call_takes_as_long_as_the_work_that_it_stands_for():
    """With constant work the same people do the same at the same times."""
    text = """
  order:
    demand: 1/h
    steps:
      take: {team: desk, touch: 20 min}
      buy: BUY
      deliver: {team: desk, touch: 10 min}
"""
    called = "  procurement: {steps: {purchase: {team: buyers, touch: 40 min}}}\n"
    _, one = story(text.replace("BUY", "{stream: procurement}") + called)
    _, other = story(text.replace("BUY", "{team: buyers, touch: 40 min}"))
    orders = one.items[one.items["stream"] == 0]
    assert len(orders) > 900
    assert (orders["arrived"] == other.items["arrived"]).all()
    assert (orders["ended"] == other.items["ended"]).all()


def test_items_of_a_called_stream_have_their_caller_and_its_priority():
    text = "  a: {demand: 1/h, priority: 2, steps: {x: {stream: b}}}\n"
    text += "  b: {demand: 1/h, steps: {y: {team: desk, touch: 20 min}}}\n"
    _, found = story(text)
    called = found.items[found.items["parent"] >= 0]
    assert (found.items["stream"][called["parent"]] == 0).all()
    first = {}
    for row in found.rows[found.rows["kind"] == Kind.CONTENTION]:
        first.setdefault(bool(found.items["parent"][row["item"]] >= 0), []).append(
            row["end"] - row["begin"]
        )
    assert np.mean(first[True]) < np.mean(first[False])


def test_redials_are_geometric_where_nobody_ever_answers():
    text = "  call: {demand: 18/h, steps: {x: {team: nobody, touch: 1 h, patience: 5 min,"
    text += " redial: {share: 60%, wait: 10 min}}}}\n"
    model, found = story(text)
    again = found.visits["item"][found.visits["outcome"] == REDIALLED]
    cohort = found.items["arrived"] < model.horizon
    number = np.bincount(again, minlength=len(found.items))[cohort]
    items = found.items[cohort]
    is_mean(number, 0.6 / 0.4)
    assert (items["outcome"] == Outcome.ABANDONED).all()
    lead = items["ended"] - items["arrived"]
    assert (lead == (5 + number * 15) * TICKS_PER_HOUR // 60).all()
    scenario = loads(HEAD + text)
    reduced = measure(ask(scenario, *build(scenario)), found)
    values = {
        (key.measure, key.statistic): n / d
        for key, n, d in zip(reduced.keys, reduced.numerators, reduced.denominators, strict=True)
        if d
    }
    assert values["redials", "mean"] == pytest.approx(number.mean())
    assert values["rework", "share"] == 0
    assert values["abandoned", "share"] == 1
    assert all(reduced.identities.values())


def test_an_escalation_at_once_is_a_priority_that_is_set():
    """Phase 3 of the tick comes before its dispatch."""
    text = """
  plain: {demand: 1/h, steps: {a: {team: desk, touch: {mean: 20 min, cv: 1}}}}
  rush: {demand: 1/h, steps: {b: {team: desk, touch: {mean: 10 min, cv: 1}, MORE}}}
"""
    _, one = story(text.replace("MORE", "escalate: {after: 0 min, priority: 1}"))
    _, other = story(text.replace("MORE", "set: {priority: 1}"))
    _, none = story(text.replace(", MORE", ""))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert not np.array_equal(one.rows, none.rows)


def test_a_handover_is_a_wait_where_the_team_changes():
    text = """
  order:
    demand: 1/h
    steps:
      take: {team: desk, touch: {mean: 10 min, cv: 1}}
      look: {team: desk, touch: {mean: 5 min, cv: 1}, handover: 9 min}
      buy: {team: buyers, touch: {mean: 20 min, cv: 1}, MORE}
"""
    _, one = story(text.replace("MORE", "handover: 20 min"))
    _, other = story(text.replace("MORE", "wait: 20 min, cause: handover"))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_chasers_come_at_a_rate_while_an_item_ages():
    text = """
  request:
    demand: 9/h
    steps:
      fulfil: {after: [], activity: engage, wait: 5 h}
      ask:
        after: []
        until: fulfil
        every: {mean: 2 h, distribution: exponential}
        activity: engage
        wait: 0 min
        spawn: {stream: chaser}
  chaser: {steps: {answer: {team: crowd, touch: 1 min}}}
"""
    _, found = story(text)
    requests = found.items[found.items["stream"] == 0]
    requests = requests[requests["ended"] < NEVER]
    children = np.bincount(
        found.items["parent"][found.items["parent"] >= 0], minlength=len(found.items)
    )[requests["item"]]
    is_mean(children, 2.5)
    assert np.var(children) == pytest.approx(2.5, rel=0.2)


REFUSED = [
    ("spawn: {stream: b, wait_for: 2}", "too-many-of", "spawn.wait_for"),
    ("spawn: {stream: b, count: 3, wait_for: 4}", "too-many-of", "spawn.wait_for"),
    ("spawn: {stream: b, wait_for: 0}", "too-small", "spawn.wait_for"),
    ("spawn: {stream: b, wait_for: some}", "not-a-whole-number", "spawn.wait_for"),
    ("spawn: {stream: b, wait_for: 120%}", "not-a-share", "spawn.wait_for"),
    ("redial: {share: 50%, wait: 1 h}", "out-of-place", "redial"),
    ("class: x", "out-of-place", "class"),
    ("inherit: due", "out-of-place", "inherit"),
    ("stream: b", "takes-two", ""),
    ("escalate: {priority: 1}", "missing-field", "escalate.after"),
    ("reading_in: 0 min", "zero-duration", "reading_in"),
]


@pytest.mark.parametrize(("words", "code", "path"), REFUSED)
def test_what_makes_no_sense_is_refused_where_it_stands(words, code, path):
    text = f"  a: {{demand: 1/h, steps: {{x: {{team: desk, touch: 5 min, {words}}}}}}}\n"
    text += "  b: {demand: 1/h, steps: {y: {team: desk, touch: 5 min}}}\n"
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD + text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == (code, ".".join(["streams.a.steps.x", *path.split()]))


@pytest.mark.parametrize("work", ["stream: c", "team: desk, touch: 5 min"])
def test_children_that_wait_for_the_place_of_their_parent_are_refused(work):
    """Semantics 45: through the streams that children call, too."""
    head = HEAD.replace("desk: {people: 1,", "desk: {people: 1, wip: 2,")
    text = "  a: {demand: 1/h, steps: {x: {team: desk, touch: 5 min,"
    text += " spawn: {stream: b, wait_for: all}}}}\n"
    text += f"  b: {{demand: 1/h, steps: {{y: {{{work}}}}}}}\n"
    text += "  c: {demand: 1/h, steps: {z: {team: desk, touch: 5 min}}}\n"
    with pytest.raises(ScenarioError) as caught:
        loads(head + text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("wip-cycle", "teams.desk.wip")
    loads(head + text.replace(", wait_for: all", ""))


def test_a_loop_of_calls_takes_the_time_of_what_is_called():
    from svcsim.analysis.facts import Facts
    from svcsim.analysis.feasibility import feasible

    text = "  a: {demand: 1/h, steps: {x: {stream: b, outcome: {again: {share: 20%, to: x},"
    text += " on: rest}}}}\n  b: {steps: {y: {wait: TIME}}}\n"
    for time, wrong in (("5 min", False), ("{low: 0 min, high: 0 min}", True)):
        scenario = loads(HEAD + text.replace("TIME", time))
        codes = {finding.code for finding in feasible(Facts.of(scenario, build(scenario)))}
        assert ("timeless-loop" in codes) == wrong
