"""Items that are blocked: worked out by hand, and counted again from what happened."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from random_runs import random_runs
from test_automation import TRACES
from test_traces import read as trace
from test_traces import scenario as written

from svcsim.analysis.blocked import blocked
from svcsim.analysis.levels import wip
from svcsim.experiment.run import run
from svcsim.model.codes import Kind
from svcsim.scenario.load import load, loads

CAUSES = ("gate", "external", "dependency", "unowned")
RANDOM = 60


def found(results, stream):
    """Return the whole and what each cause makes of it, in items."""
    find = results.numbers.find
    return [find("blocked", stream=stream, cause=cause).value for cause in (None, *CAUSES)]


@pytest.mark.parametrize("engine", ["compiled", "reference"])
@pytest.mark.parametrize(
    ("name", "stream", "horizon", "minutes"),
    [
        # waits for an opening of the window: 60, 1430 and 1379
        ("T48", "change", 4 * 1440, (60 + 1430 + 1379, 0, 0, 0)),
        # one of three, from the close of the window at 240 to its opening at 1560
        ("T49", "change", 2 * 1440, (1320, 0, 0, 0)),
        # two waits and what was not said, 1 + 2 + 2; the sprint start is no gate
        ("T65", "ticket", 120, (0, 1 + 2 + 2, 5, 7)),
    ],
)
def test_blocked_items_of_what_was_worked_out_by_hand(
    name: str, stream: str, horizon: int, minutes: tuple[int, ...], engine: str, tmp_path: Path
) -> None:
    (path,) = TRACES.glob(f"{name}_*.yaml")
    results = run(written(trace(path), tmp_path), replications=1, jobs=1, engine=engine)
    expected = [Fraction(n, horizon) for n in (sum(minutes), *minutes)]
    assert found(results, stream) == pytest.approx([float(one) for one in expected], rel=1e-15)


EDGES = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
calendars: {windows: {days: Mon-Sun, hours: "20:00-21:00"}}
warm_up: 2 h
horizon: 12 h
run_out: 2 d
replications: 1
terminating: true
teams: {crew: {people: 9, activity: plan}}
streams:
  part:
    demand: {csv: arrivals.csv, arrived: at}
    value_point: south
    steps:
      north: {after: [], activity: plan, wait: 9 h}
      south: {after: [], activity: plan, wait: 6 h, cause: unowned}
      join: {after: [north, south], activity: plan, wait: 3 h}
  late:
    demand: {csv: arrivals.csv, arrived: at}
    steps:
      deploy: {during: windows, team: crew, touch: 30 min}
  call:
    demand: {csv: arrivals.csv, arrived: at}
    steps:
      ask: {stream: answer, activity: plan}
  answer:
    steps:
      think: {team: crew, touch: 4 h}
"""


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_blocked_items_at_the_edges_and_in_strands(engine: str, tmp_path: Path) -> None:
    # They come at 1 h and at 10 h; the time measured is 2 to 12 h.
    # part: until value, 6 h later, each is where its value comes from, and nowhere else:
    #   unowned from 2 to 7, and from 10 to 12, though the other strand waits for longer
    # late: both wait for 20 h, from 2 and from 10 to 12
    # call: each waits 4 h for its answer: from 2 to 5, and from 10 to 12
    # answer: nobody is blocked
    (tmp_path / "arrivals.csv").write_text("at\n2026-01-05 01:00\n2026-01-05 10:00\n")
    (tmp_path / "edges.yaml").write_text(EDGES)
    results = run(load(tmp_path / "edges.yaml"), jobs=1, engine=engine)
    assert all(results.identities.values())
    hours = {
        "part": (7, 0, 0, 0, 7),
        "late": (12, 12, 0, 0, 0),
        "call": (5, 0, 0, 5, 0),
        "answer": (0, 0, 0, 0, 0),
    }
    for stream, expected in hours.items():
        assert found(results, stream) == pytest.approx([n / 10 for n in expected], rel=1e-12)


def test_what_was_before_the_window_is_in_proportion() -> None:
    # One person works from 12 to 16. Who comes at 13 waits for that person until 16, and then for
    # the window, since four hours do not fit before 18: until it opens at 12 on the next day. Of
    # the 23 hours of this wait, of which 20 are of the window, 11 are in the time measured.
    text = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
calendars: {windows: {days: Mon-Sun, hours: "12:00-18:00"}}
horizon: 24 h
run_out: 2 d
replications: 1
terminating: true
teams: {crew: {people: 1, activity: plan}}
streams:
  change:
    demand: {scheduled: ["daily 12:00", "daily 13:00"]}
    steps: {deploy: {during: windows, team: crew, touch: 4 h}}
"""
    results = run(loads(text), jobs=1)
    told = results.numbers.find("blocked", stream="change", cause="gate")
    assert told.value == pytest.approx(20 * 11 / 23 / 24, rel=1e-9)


def test_blocked_items_of_random_scenarios_counted_again(tmp_path: Path) -> None:
    """Row by row, in fractions; and no more of them than are on their way."""
    several = over = 0
    parts = dict.fromkeys(CAUSES, 0)
    for number, _, names, followed in random_runs(7001, RANDOM, tmp_path):
        happened, model = followed.trajectory, followed.questions.model
        several += len(happened.tokens) > 0
        first, last = model.warm_up, model.horizon
        expected = {
            (stream, cause): Fraction(0) for stream in names.value_streams for cause in CAUSES
        }
        edges = 0
        for k in np.flatnonzero(followed.on_path).tolist():
            row = {name: int(happened.rows[name][k]) for name in happened.rows.dtype.names}
            end = min(row["end"], int(followed.until[row["item"]]))
            inside = min(end, last) - max(row["begin"], first)
            stream = names.streams[happened.items["stream"][row["item"]]]
            kind = Kind(row["kind"]).name.lower()
            if inside <= 0 or stream not in names.value_streams:
                continue
            if kind in CAUSES:
                expected[stream, kind] += inside
            elif row["gate"]:
                length = row["end"] - row["begin"]
                expected[stream, "gate"] += Fraction(row["gate"] * inside, length)
                edges += inside < length
        over += edges
        span = last - first
        said = {total.key: total.numerator for total in (*blocked(followed), *wip(followed))}
        for stream in names.value_streams:
            of = {key.cause: n * span for key, n in said.items()
                  if (key.measure, key.stream) == ("blocked", stream)}  # fmt: skip
            for cause in CAUSES:
                more = float(of[cause] - expected[stream, cause])
                assert abs(more) <= edges + 1e-12 * max(span, of[cause]), (number, stream, cause)
                parts[cause] += of[cause] > 0
            assert of[None] == pytest.approx(sum(of[cause] for cause in CAUSES))
            whole = sum(n for key, n in said.items()
                        if key[0] == "wip" and key.stream == stream and not key.cls)  # fmt: skip
            assert of[None] <= whole * span * (1 + 1e-12)
    assert several >= 5
    assert over >= 1
    assert min(parts.values()) >= 2, parts
