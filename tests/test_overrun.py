"""Work that is not over when its window closes: worked out by hand, and counted again."""

import contextlib
import random
from collections import defaultdict

import pytest
from random_scenarios import Author, read
from test_automation import TRACES
from test_traces import read as trace
from test_traces import scenario as written

from svcsim.analysis.followed import Followed
from svcsim.analysis.overrun import overrun
from svcsim.analysis.questions import ask
from svcsim.engines import compiled, reference
from svcsim.errors import SimulationError
from svcsim.experiment.run import run
from svcsim.model.build import build
from svcsim.model.codes import Kind, Op
from svcsim.scenario.load import loads


@pytest.mark.parametrize("engine", ["compiled", "reference"])
@pytest.mark.parametrize(
    ("name", "step", "share"),
    [
        ("T48", "deploy", 2 / 5),  # two are longer than any window; one is over to the minute
        ("T49", "deploy", 0 / 3),
        ("Q08", "watch", 1 / 1),  # from 33 to 38; the window closes at 36
    ],
)
def test_overruns_of_what_was_worked_out_by_hand(name, step, share, engine, tmp_path):
    (path,) = TRACES.glob(f"{name}_*.yaml")
    results = run(written(trace(path), tmp_path), replications=1, jobs=1, engine=engine)
    told = {key.step: number.value for key, number in results.numbers.items()
            if key.measure == "overrun"}  # fmt: skip
    assert told == {step: pytest.approx(share)}


WINDOWS = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
calendars:
  windows: {days: Mon-Sun, hours: "02:00-04:00"}
  nights: {days: Mon-Sun, hours: "00:00-06:00"}
warm_up: 1 d
horizon: 4 d
run_out: 2 d
replications: 1
terminating: true
teams:
  crew: {people: 5, activity: design_transition}
streams:
  change:
    demand: {scheduled: ["daily 02:00", "daily 03:00"]}
    steps:
      prepare: {team: crew, touch: 1 h}
      deploy: {team: crew, during: windows, touch: 90 min}
      migrate: {team: crew, during: windows, touch: 3 h}
      look: {team: crew, during: nights, touch: 0 h}
  urgent:
    demand: {scheduled: ["daily 12:00"]}
    steps: {mend: {team: crew, touch: 1 h}}
"""


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_each_step_with_a_window_has_its_overruns(engine):
    # Each is prepared by 03:00 or 04:00, and deployed from 02:00 to 03:30 on the next day. What is
    # longer than a window begins at 02:00 of the day after that, and is not over at 04:00.
    results = run(loads(WINDOWS), jobs=1, engine=engine)
    told = {(key.stream, key.step): number for key, number in results.numbers.items()
            if key.measure == "overrun"}  # fmt: skip
    assert told.keys() == {("change", "deploy"), ("change", "migrate"), ("change", "look")}
    assert told["change", "deploy"].value == 0
    assert told["change", "migrate"].value == 1
    assert told["change", "look"].n == 0, "there is no work in work of no length"


def test_without_a_window_nothing_is_told():
    text = WINDOWS.replace("during: windows, ", "").replace("during: nights, ", "")
    results = run(loads(text), jobs=1)
    assert not [key for key, _ in results.numbers.items() if key.measure == "overrun"]


def counted_again(scenario, engine):
    """Hold overruns against visits, row by row of their work; return how many ran over, and not."""
    model, names = build(scenario)
    window_of = {}
    for op in model.ops[model.ops["code"] == Op.SEIZE]:
        for seize in model.by_class[op["a"]]:
            if seize >= 0 and model.seizes["window"][seize] >= 0:
                window_of[int(op["step"])] = int(model.seizes["window"][seize])
    if not window_of:
        return 0, 0
    happened = engine.simulate(model, scenario.seed, 0)
    followed = Followed.of(ask(scenario, model, names), happened, scenario.seed, 0)
    places = [(names.streams[v], name)
              for v, name in zip(model.steps["stream"], names.steps, strict=True)]  # fmt: skip
    visits = defaultdict(bool)
    work = happened.rows[happened.rows["kind"] == Kind.WORK]
    for row in work[work["end"] > work["begin"]]:
        step = int(row["step"])
        if step in window_of and followed.cohort[row["item"]]:
            first, n, always = model.calendars[window_of[step]].tolist()
            spans = model.openings[first : first + n][["opens", "closes"]].tolist()
            inside = always or any(
                opens <= row["begin"] and row["end"] <= closes for opens, closes in spans
            )
            key = places[step], int(row["item"]), int(row["token"]), int(row["visit"])
            visits[key] |= not inside
    told = {(one.key.stream, one.key.step): one for one in overrun(followed)}
    assert told.keys() == {places[step] for step in window_of}
    for place, total in told.items():
        mine = [ran for (at, *_), ran in visits.items() if at == place]
        assert (total.numerator, total.denominator) == (sum(mine), len(mine)), place
    return sum(visits.values()), len(visits) - sum(visits.values())


BUSY = """
svcsim: 1
start: 2026-01-05 UTC
seed: {seed}
calendar: always
calendars:
  windows: {{days: Mon-Sun, hours: "{hours}"}}
  days: {{days: Mon-Sun, hours: "{shift}"}}
warm_up: 2 d
horizon: 20 d
run_out: 4 d
terminating: true
teams:
  crew: {{people: 2, activity: design_transition, calendar: days, shift_end: {ends}}}
streams:
  change:
    demand: 5/d
    steps:
      deploy:
        team: crew
        during: windows
        touch: {{mean: {mean} min, cv: 1}}
        interruption: {interruption}
        outcome: {{failed: {{share: 20%, to: deploy}}, good: rest}}
      check: {{team: crew, during: windows, touch: 20 min}}
  urgent:
    demand: 2/d
    priority: 1
    preempts: true
    steps: {{mend: {{team: crew, touch: {{mean: 40 min, cv: 1}}}}}}
"""


@pytest.mark.parametrize("seed", range(12))
def test_overruns_of_interrupted_work_counted_again(seed):
    source = random.Random(seed)
    text = BUSY.format(
        seed=seed,
        hours=source.choice(["02:00-04:00", "22:00-01:00", "08:00-18:00"]),
        shift=source.choice(["00:00-24:00", "22:00-06:00", "09:00-24:00"]),
        ends=source.choice(["pause", "run_over", "hand_over", "restart"]),
        mean=source.choice([30, 90, 240]),
        interruption=source.choice(["resume", "restart"]),
    )
    scenario = loads(text)
    assert counted_again(scenario, compiled) == counted_again(scenario, reference)


def test_interrupted_work_runs_over():
    words = {"hours": "02:00-04:00", "shift": "00:00-24:00", "ends": "pause"}
    over, within = counted_again(
        loads(BUSY.format(seed=1, mean=90, interruption="resume", **words)), compiled
    )
    assert over > 5
    assert within > 5


def test_overruns_of_random_scenarios_counted_again(tmp_path):
    within = 0
    for number in range(500, 580):
        scenario = read(Author(random.Random(number << 32)).case(), tmp_path)
        if scenario is not None:
            with contextlib.suppress(SimulationError):
                within += counted_again(scenario, compiled)[1]
    assert within >= 10
