"""Weekly series: what comes in goes out or stays open, and the weeks add up to the whole."""

import csv
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import svcsim
from svcsim.cli import main
from svcsim.experiment.about import About
from svcsim.experiment.weekly import COLUMNS, Weekly, series, weeks
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.scenario.load import loads

WEEK = 168 * TICKS_PER_HOUR
SHARED = """\
svcsim: 1
start: 2026-03-23 10:00 Europe/London
horizon: 5 wk
run_out: 4 wk
replications: 3
teams:
  desk:  {people: 2, activity: engage, shrinkage: {leave: 20%, day: 10%}}
  group: {people: 2, activity: deliver_support}
  users: {people: unlimited, activity: engage}
streams:
  incident:
    demand: 60/wk
    steps:
      register: {team: desk, touch: {mean: 10 min, cv: 1}}
      resolve:  {team: group, touch: {mean: 40 min, cv: 1}, patience: {mean: 3 h, cv: 1}}
    targets: {solved: {within: 4 h, share: 90%}}
  request:
    demand: {rate: 20/wk, batch: 2}
    value_point: check
    steps:
      check:   {team: [desk, group], activity: engage, touch: 20 min}
      confirm: {team: users, touch: 3 d}
"""


@pytest.fixture(scope="module")
def run():
    """A run, its weeks, and the series of each replication."""
    scenario = loads(SHARED, file="shared.yaml")
    about = About.of(scenario)
    weekly, found = Weekly(about), []

    def add(followed):
        weekly.add(followed)
        found.append(series(followed, weeks(about, followed.questions.model.horizon)))

    results = svcsim.run(scenario, jobs=1, keep=3, sink=add)
    return results, weekly.frame(), found


def values(frame, measure, **words):
    for name, word in words.items():
        frame = frame[frame[name] == word]
    return frame[frame["measure"] == measure].sort_values("week")


def test_weeks_are_those_of_the_wall_where_the_clocks_change():
    about = About.of(loads(SHARED))
    bounds = weeks(about, 5 * WEEK)
    hours = np.diff(bounds) / TICKS_PER_HOUR
    assert hours.tolist() == [167, 168, 168, 168, 169]
    utc = About.of(loads(SHARED.replace("Europe/London", "UTC")))
    assert weeks(utc, 5 * WEEK).tolist() == [w * WEEK for w in range(6)]
    day = WEEK // 7
    assert weeks(utc, day).tolist() == [0, day]
    assert weeks(utc, 8 * day).tolist() == [0, WEEK, 8 * day]
    assert weeks(utc, 8 * day - 1).tolist() == [0, 8 * day - 1]


def test_the_frame_has_a_row_for_each_week_and_series(run):
    _, frame, found = run
    assert tuple(frame.columns) == COLUMNS
    assert len(frame) == 5 * len(found[0])
    assert set(frame["measure"]) == {
        "arrived", "done", "left", "open", "on_time", "utilisation", "queue_length",
    }  # fmt: skip
    monday = frame[frame["week"] == 2]["begin"].iloc[0]
    assert monday.isoformat() == "2026-03-30T10:00:00+01:00"
    for one, other in pairwise(range(1, 6)):
        assert (
            frame[frame["week"] == one]["end"].iloc[0]
            == frame[frame["week"] == other]["begin"].iloc[0]
        )
    assert not frame[(frame["measure"] == "utilisation")]["team"].isin(["users"]).any()


@pytest.mark.parametrize("stream", ["incident", "request"])
def test_what_came_and_went_is_what_the_items_say(run, stream):
    results, frame, _ = run
    items = results.items[results.items["stream"] == stream]
    rows = values(frame, "arrived", stream=stream)
    for begin, end, week in zip(rows["begin"], rows["end"], rows["week"], strict=True):
        gone = items["value"].fillna(items["ended"])
        left = items["ended"].where(items["value"].isna())
        expected = {
            "arrived": items["arrived"].between(begin, end, inclusive="left"),
            "done": items["value"].between(begin, end, inclusive="left"),
            "left": left.between(begin, end, inclusive="left"),
            "open": (items["arrived"] < end) & ~(gone < end),
        }
        for measure, counted in expected.items():
            found = values(frame, measure, stream=stream, week=week)
            counts = counted.groupby(items["replication"]).sum()
            assert found["value"].item() == pytest.approx(counts.mean(), rel=1e-12)
            width = 4.302652729911275 * counts.std(ddof=1) / np.sqrt(3)  # Student's t, 2 degrees
            assert found["half_width"].item() == pytest.approx(width, rel=1e-9, abs=1e-12)
            assert found["n"].item() == 3


def test_what_is_open_is_what_was_open_and_came_and_did_not_go(run):
    _, _, found = run
    for replication in found:
        for stream in ("incident", "request"):
            by = {one.measure: one.numerators for one in replication if one.stream == stream}
            change = by["arrived"] - by["done"] - by["left"]
            assert by["open"].tolist() == np.cumsum(change).tolist()
    left = [s.numerators.sum() for r in found for s in r if s.measure == "left"]
    assert max(left) > 0


def test_a_promise_is_kept_by_those_that_came_in_the_week(run):
    results, frame, _ = run
    items = results.items[results.items["stream"] == "incident"]
    for row in values(frame, "on_time").itertuples():
        came = items[items["arrived"].between(row.begin, row.end, inclusive="left")]
        kept = (came["lead_time_office_h"] <= 4) & came["value"].notna()
        if len(came):
            assert row.value == pytest.approx(kept.mean(), rel=1e-12)
        else:
            assert pd.isna(row.value)
        assert (row.stream, row.target) == ("incident", "solved")


def test_the_weeks_of_a_promise_and_of_a_team_add_up_to_the_measure(run):
    """Without warm-up the weeks are all that is measured."""
    results, _, found = run
    measured = {
        "on_time": [("stream", "incident"), ("target", "solved")],
        "utilisation": [("team", "desk")],
    }
    for measure, words in measured.items():
        chosen = [
            one for replication in found for one in replication
            if one.measure == measure and all(getattr(one, name) == w for name, w in words)
        ]  # fmt: skip
        total = sum(s.numerators.sum() for s in chosen) / sum(s.denominators.sum() for s in chosen)
        statistic = "share" if measure == "on_time" else "ratio"
        number = results.numbers.find(measure, statistic, **dict(words))
        assert total == pytest.approx(number.value, rel=1e-12)


@pytest.mark.parametrize("team", ["desk", "group", "users"])
def test_the_weeks_of_a_queue_add_up_to_the_measure(run, team):
    results, frame, _ = run
    hours = np.array([167, 168, 168, 168, 169])
    queue = values(frame, "queue_length", team=team)["value"].to_numpy()
    number = results.numbers.find("queue_length", team=team)
    assert (queue * hours).sum() / hours.sum() == pytest.approx(number.value, rel=1e-9)


def test_work_of_a_week_is_the_presence_of_people_in_it(run):
    results, _, found = run
    rows = results.presence[results.presence["replication"] == 1]
    for team in ("desk", "group"):
        (one,) = [s for s in found[1] if (s.measure, s.team) == ("utilisation", team)]
        mine = rows[rows["team"] == team]
        begins = pd.date_range("2026-03-23 10:00", periods=5, freq="7D", tz="Europe/London")
        ends = [*begins[1:], pd.Timestamp("2026-04-27 11:00", tz="Europe/London")]
        for begin, end, busy in zip(begins, ends, one.numerators, strict=True):
            inside = mine["end"].clip(upper=end) - mine["begin"].clip(lower=begin)
            hours = inside.dt.total_seconds().clip(lower=0).sum() / 3600
            assert busy == pytest.approx(hours, rel=1e-9, abs=1e-9)


def test_out_holds_the_weeks_and_the_steps(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shared.yaml").write_text(SHARED)
    with pytest.raises(SystemExit) as left:
        main(["run", "shared.yaml", "--set", "horizon=10 d", "-n", "1", "--out", "res"])
    assert not left.value.code
    assert "weekly.csv" in capsys.readouterr().err
    with (tmp_path / "res" / "weekly.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert {row["week"] for row in rows} == {"1", "2"}
    assert {row["half_width"] for row in rows} == {""}
    with (tmp_path / "res" / "steps.csv").open(newline="") as file:
        steps = list(csv.DictReader(file))
    assert {"step", "activity", "practice", "team", "owner", "tool", "gate", "output"} <= set(
        steps[0]
    )
    assert [(row["stream"], row["step"]) for row in steps] == [
        ("incident", "register"), ("incident", "resolve"), ("request", "check"),
        ("request", "confirm"),
    ]  # fmt: skip


def test_a_scenario_without_a_team_has_weeks_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alone.yaml").write_text(
        "svcsim: 1\nhorizon: 2 wk\nstreams: {a: {demand: 10/d, steps: {s: {wait: 1 h}}}}\n"
    )
    with pytest.raises(SystemExit) as left:
        main(["run", "alone.yaml", "-n", "2", "--out", "res"])
    assert not left.value.code
    found = pd.read_csv(tmp_path / "res" / "weekly.csv")
    assert set(found["measure"]) == {"arrived", "done", "left", "open"}
