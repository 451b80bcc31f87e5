"""People who go on with the next step: one piece of work in two steps (semantics 71)."""

from pathlib import Path

import numpy as np
import pytest

from svcsim.engines import compiled
from svcsim.errors import ScenarioError
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.codes import Kind, Op
from svcsim.scenario.load import load, loads

MOST = 4.5
"""Standard errors between a mean and its truth."""

TWO_STAGES = """
svcsim: 1
start: 2026-01-05 UTC
horizon: 40 d
warm_up: 4 d
run_out: 5 d
calendar: always
teams: {desk: {people: 1, activity: engage}}
streams:
  call:
    demand: 8/h
    steps:
      first: {team: desk, touch: {mean: 3 min, distribution: exponential}}
      second: {team: desk, touch: {mean: 3 min, distribution: exponential}, same_person: SAME}
"""
RATE, STAGE = 8.0, 0.05
"""Items per hour, and hours of a stage: the desk is 80 % busy."""


def waits(text: str, replications: int) -> np.ndarray:
    """Return the mean wait for people of an item, in hours, of each replication."""
    model = build(loads(text)).model
    means = []
    for replication in range(replications):
        run = compiled.simulate(model, 7, replication)
        arrived = run.items["arrived"]
        cohort = (arrived >= model.warm_up) & (arrived < model.horizon)
        here = (run.rows["kind"] == Kind.CONTENTION) & cohort[run.rows["item"]]
        ticks = (run.rows["end"] - run.rows["begin"])[here].sum()
        means.append(ticks / TICKS_PER_HOUR / cohort.sum())
    return np.array(means)


@pytest.mark.theory
@pytest.mark.parametrize(
    ("same", "truth"),
    [
        # M/E2/1 by Pollaczek and Khinchine: rate x 6 stage^2 / 2 (1 - load)
        ("true", RATE * 6 * STAGE**2 / (2 * (1 - 2 * RATE * STAGE))),
        # two visits to an M/M/1 queue (Kelly): 2 stage / (1 - load), less the work
        ("false", 2 * STAGE / (1 - 2 * RATE * STAGE) - 2 * STAGE),
    ],
)
def test_two_stages_of_one_person_are_one_service_and_else_two_visits(same: str, truth: float):
    found = waits(TWO_STAGES.replace("SAME", same), 60)
    error = found.std(ddof=1) / np.sqrt(len(found))
    assert abs(found.mean() - truth) < MOST * error
    assert error < 0.02 * truth


SPLIT = """
svcsim: 1
start: 2026-01-05 UTC
horizon: 2 wk
run_out: 1 wk
terminating: true
teams: {desk: {people: 2, activity: engage, shift_end: RULE, shrinkage: {day: 20%}}}
streams:
  call:
    demand: 9/h
    steps: STEPS
"""
ONE = "{whole: {team: desk, touch: 12 min}}"
TWO = "{start: {team: desk, touch: 5 min}, finish: {team: desk, touch: 7 min, same_person: true}}"


@pytest.mark.parametrize("rule", ["pause", "run_over"])
def test_work_in_two_parts_ends_when_the_whole_of_it_would(rule: str):
    whole, parts = (
        compiled.simulate(
            build(loads(SPLIT.replace("RULE", rule).replace("STEPS", steps))).model, 3, 0
        )
        for steps in (ONE, TWO)
    )
    assert (whole.items["ended"] == parts.items["ended"]).all()
    waited = [run.rows[run.rows["kind"] == Kind.CONTENTION] for run in (whole, parts)]
    assert len(waited[0]) > 100
    assert (waited[0][["item", "begin", "end"]] == waited[1][["item", "begin", "end"]]).all()


STEP = "team: desk, touch: 5 min"
GOES_ON = f"b: {{{STEP}, same_person: true}}"


def program(steps: str) -> np.ndarray:
    """Return the instructions of a stream."""
    text = f"""
svcsim: 1
teams: {{desk: {{people: 2, activity: engage}}, lab: {{people: 2, activity: engage}}}}
streams:
  s: {{demand: 1/h, steps: {{{steps}}}}}
  t: {{demand: 1/wk, steps: {{x: {{wait: 1 h}}}}}}
"""
    return build(loads(text)).model.ops["code"]


@pytest.mark.parametrize(
    "steps",
    [
        f"a: {{{STEP}}}, {GOES_ON}",
        f"a: {{{STEP}, spawn: {{stream: t}}}}, {GOES_ON}",
        f"a: {{{STEP}, outcome: {{x: {{share: 3%, to: b}}, y: rest}}}}, c: {{wait: 1h}}, {GOES_ON}",
        f"a: {{{STEP}, next: {{b: 40%, done: rest}}}}, c: {{wait: 1 h}}, {GOES_ON}",
        f"a: {{one_of: {{p: {{{STEP}, share: 50%}}, q: {{share: rest}}}}}}, {GOES_ON}",
        f"g: {{steps: {{a: {{{STEP}}}, {GOES_ON}}}}}, c: {{after: g, wait: 1 h}}",
        f"a: {{{STEP}}}, z: {{after: [], wait: 1 h}}, c: {{after: a, {STEP}}}, {GOES_ON}",
    ],
)
def test_people_go_on_where_the_way_is_straight(steps: str):
    assert (program(steps) == Op.KEEP).sum() == 1


@pytest.mark.parametrize(
    "steps",
    [
        f"{GOES_ON}",
        f"a: {{wait: 1 h}}, {GOES_ON}",
        f"a: {{team: lab, touch: 5 min}}, {GOES_ON}",
        f"a: {{{STEP}}}, c: {{wait: 1 h}}, {GOES_ON}",
        f"a: {{{STEP}}}, c: {{share: 10%, wait: 1 h}}, {GOES_ON}",
        f"a: {{{STEP}, spawn: {{stream: t, wait_for: all}}}}, {GOES_ON}",
        f"a: {{{STEP}, outcome: {{x: {{share: 100%, wait: 1 h}}}}}}, {GOES_ON}",
        f"a: {{{STEP}}}, g: {{steps: {{{GOES_ON}}}}}",
        f"a: {{{STEP}}}, z: {{after: [], wait: 1 h}}, {GOES_ON[:-1]}, after: [a, z]}}",
    ],
)
def test_nobody_goes_on_where_something_is_waited_for_or_stands_between(steps: str):
    with pytest.raises(ScenarioError) as told:
        program(steps)
    assert [problem.code for problem in told.value.problems] == ["same-person-nobody"]


@pytest.mark.parametrize(
    "before",
    [
        "team: {desk: 2}, touch: 5 min",
        "team: [desk, lab], touch: 5 min",
        "team: {desk: 50%, lab: rest}, touch: 5 min",
        "team: {desk: 1, lab: 1}, touch: 5 min",
        f"{STEP}, auto: {{share: 50%}}",
    ],
)
def test_who_asks_for_others_of_the_team_right_before_is_told(before: str):
    with pytest.raises(ScenarioError) as told:
        program(f"a: {{{before}}}, {GOES_ON}")
    assert [problem.code for problem in told.value.problems] == ["same-person-others"]


def test_a_desk_that_solves_what_it_answers_never_lets_go_of_it():
    """Nobody waits to be solved; whom the second line had waits for the desk again."""
    scenario = load(Path(__file__).parents[1] / "scenarios" / "first_contact.yaml",
                    set=["horizon=4 wk", "warm_up=0 wk", "run_out=2 wk"])  # fmt: skip
    model, names = build(scenario)
    answer, solve, second, close = (
        names.steps.index(name) for name in ("answer", "solve", "second_line", "close")
    )
    run = compiled.simulate(model, 1, 0)
    visits, presence = run.visits, run.presence
    solved = visits[visits["step"] == solve]
    assert (solved["entered"] == solved["started"]).all()
    at_once = ~np.isin(visits["item"], visits["item"][visits["step"] == second])
    closed = visits[at_once & (visits["step"] == close)]
    assert (closed["entered"] == closed["started"]).all()
    others = visits[~at_once & (visits["step"] == close)]
    assert (others["entered"] < others["started"]).any()
    who = {(row["item"], row["step"]): row["person"] for row in presence}
    assert all(who[item, answer] == who[item, solve] for item in solved["item"])
    by_hand = 4 + 8 + 2 + 0.34 * 45
    work = (run.rows["end"] - run.rows["begin"])[run.rows["kind"] == Kind.WORK]
    per_item = np.bincount(run.rows["item"][run.rows["kind"] == Kind.WORK], work, len(run.items))
    minutes = per_item / TICKS_PER_HOUR * 60
    error = minutes.std(ddof=1) / np.sqrt(len(minutes))
    assert abs(minutes.mean() - by_hand) < MOST * error
    assert error < 0.03 * by_hand
