"""Both engines against traces that were worked out by hand from the numbered sentences."""

import csv
import difflib
import importlib
import json
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from svcsim.model.arrays import NEVER, Kind, Outcome

FILES = sorted((Path(__file__).parent / "traces").glob("[A-Z]*_*.yaml"))
TICKS = {"tick": 1, "min": 60_000_000, "h": 3_600_000_000}
PARTS = ("gate", "unavailability", "policy", "prioritisation")
CITATION = re.compile(r" \((R?\d+(?:, R?\d+)*)\)\.$")
SENTENCES = {
    *range(1, 19),
    *range(20, 26),
    29,
    31,
    *range(33, 38),
    40,
    44,
    45,
    46,
    *range(54, 60),
    61,
    64,
}
"""Sentences of the semantics that this version implements and a replayed trace can show."""


def read(path):
    """Return the trace in a file as plain Python values."""
    return YAML(typ="safe", pure=True).load(path)


def clock(trace):
    """Return the function that turns a number of the trace into ticks, exactly."""
    unit = TICKS[trace["unit"]]

    def ticks(value):
        product = Fraction(str(value)) * unit
        assert product.denominator == 1, f"{value} {trace['unit']} is no whole number of ticks"
        return int(product)

    return ticks


def horizon(trace):
    """Return E of semantics 7 in the trace's unit."""
    units = {"min": 60, "h": 3600, "d": 86_400, "wk": 604_800}
    seconds = sum(
        int(amount) * units[unit]
        for amount, unit in (trace["given"][key].split() for key in ("horizon", "run_out"))
    )
    return Fraction(seconds * 1_000_000, TICKS[trace["unit"]])


def build(trace, directory):
    """Write the arrivals as CSV files, load the scenario and compile it."""
    from svcsim.model.build import build
    from svcsim.scenario import loads

    given = json.loads(json.dumps(trace["given"]))
    *moment, zone = given["start"].split()
    start = datetime.fromisoformat(" ".join(moment)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    ticks = clock(trace)
    for stream, arrivals in trace["arrivals"].items():
        classes = "classes" in given["streams"][stream]
        with (directory / f"{stream}.csv").open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(["arrived", "class"] if classes else ["arrived"])
            for time, *rest in arrivals:
                at = start + timedelta(microseconds=ticks(time))
                out.writerow([at.astimezone(ZoneInfo(zone)).isoformat(), *rest])
        demand = {"csv": f"{stream}.csv", "arrived": "arrived"}
        given["streams"][stream]["demand"] = demand | ({"class": "class"} if classes else {})
    return build(loads(json.dumps(given), directory=directory))


def expected_lines(trace):
    """Say what the trace expects, one line for each item, row, visit and presence."""
    ticks = clock(trace)
    (only, *others) = trace["given"]["streams"]
    lines = []
    for number, item in enumerate(trace["expected"]["items"]):
        stream = item["stream"] if others else only
        ended = "never" if item["ended"] is None else ticks(item["ended"])
        line = f"item {number} {stream} arrived {ticks(item['arrived'])}"
        line += f" ended {ended} {item['outcome']}"
        if "class" in item:
            line += f" class {item['class']}"
        if "value" in item:
            line += f" value {'never' if item['value'] is None else ticks(item['value'])}"
        lines.append(line)
        for step, kind, begin, end, *more in item["rows"]:
            parts = more[0] if more else {}
            assert set(parts) <= {*PARTS, "blame"}, parts
            line = f"item {number} {step} {kind} {ticks(begin)}..{ticks(end)}"
            line += "".join(f" {name} {ticks(parts[name])}" for name in PARTS if name in parts)
            lines.append(line + (f" blame {parts['blame']}" if "blame" in parts else ""))
    for item, step, visit, *times in trace["expected"].get("visits", []):
        texts = ["never" if t is None else ticks(t) for t in times[:3]] + times[3:]
        lines.append(" ".join(map(str, ["visit", item, step, visit, *texts])))
    for item, step, pool, person, begin, end, *setup in trace["expected"].get("presence", []):
        line = f"presence {item} {step} {pool} {person} {ticks(begin)}..{ticks(end)}"
        lines.append(line + "".join(f" setup {ticks(s)}" for s in setup))
    return lines


def observed_lines(trace, model, names, trajectory):
    """Say what an engine did in the words of `expected_lines`, as far as the trace speaks of it."""
    end = model.end
    lines = []
    items = trace["expected"]["items"]
    for item in trajectory.items:
        number, stream = int(item["item"]), int(item["stream"])
        wanted = items[number] if number < len(items) else {}
        ended = "never" if item["ended"] == NEVER else item["ended"]
        line = f"item {number} {names.streams[stream]} arrived {item['arrived']}"
        line += f" ended {ended} {Outcome(item['outcome']).name.lower()}"
        if "class" in wanted:
            line += f" class {names.classes[stream][item['cls']]}"
        if "value" in wanted:
            step = model.streams[stream]["value_step"]
            visits = trajectory.visits[trajectory.visits["item"] == number]
            ends = visits[visits["step"] == step]["finished"] if step >= 0 else [item["ended"]]
            done = [tick for tick in ends if tick < end]
            line += f" value {max(done) if done else 'never'}"
        lines.append(line)
        for row in trajectory.rows[trajectory.rows["item"] == number]:
            kind = Kind(row["kind"]).name.lower()
            line = f"item {number} {names.steps[row['step']]} {kind} {row['begin']}..{row['end']}"
            line += "".join(f" {name} {row[name]}" for name in PARTS if row[name])
            lines.append(line + (f" blame {row['blame']}" if row["blame"] != -1 else ""))
    if "visits" in trace["expected"]:
        wanted = trace["expected"]["visits"]
        for k, row in enumerate(trajectory.visits):
            step = row["step"]
            outcome = names.outcomes[step][row["outcome"]] if row["outcome"] != -1 else "no outcome"
            texts = [
                "never" if row[t] == NEVER else row[t] for t in ("entered", "started", "finished")
            ]
            texts = [row["item"], names.steps[step], row["visit"], *texts, outcome]
            length = len(wanted[k]) if k < len(wanted) else len(texts)
            lines.append(" ".join(map(str, ["visit", *texts[:length]])))
    if "presence" in trace["expected"]:
        setup = any(len(row) == 7 for row in trace["expected"]["presence"])
        for row in trajectory.presence:
            line = f"presence {row['item']} {names.steps[row['step']]} {names.pools[row['pool']]}"
            line += f" {row['person']} {row['begin']}..{row['end']}"
            lines.append(line + (f" setup {row['setup']}" if setup else ""))
    return lines


@pytest.fixture(params=["reference", "compiled"])
def engine(request):
    """One engine after the other."""
    return importlib.import_module(f"svcsim.engines.{request.param}")


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def trace(request):
    """One trace after the other."""
    return read(request.param)


def test_the_engine_follows_the_trace(trace, engine, tmp_path):
    compiled = build(trace, tmp_path)
    trajectory = engine.simulate(compiled.model, seed=1, replication=0)
    expected = expected_lines(trace)
    observed = observed_lines(trace, compiled.model, compiled.names, trajectory)
    diff = difflib.unified_diff(expected, observed, "by hand", engine.__name__, lineterm="", n=99)
    assert expected == observed, "\n".join([f"{trace['id']} {trace['title']}", *diff])


def test_the_rows_fill_the_life_of_every_item(trace, engine, tmp_path):
    model = build(trace, tmp_path).model
    trajectory = engine.simulate(model, seed=1, replication=0)
    rows = trajectory.rows
    keys = list(zip(rows["item"], rows["token"], rows["row"], strict=True))
    assert keys == sorted(set(keys))
    for item in trajectory.items:
        mine = rows[rows["item"] == item["item"]]
        ends = [item["arrived"], *mine["end"]]
        begins = [*mine["begin"], min(item["ended"], model.end)]
        assert ends == begins
        parts = sum(mine[name] for name in PARTS)
        assert (parts <= mine["end"] - mine["begin"]).all()
        assert (parts[mine["kind"] != Kind.CONTENTION] == 0).all()


def test_the_hand_worked_rows_have_no_gaps(trace):
    end = horizon(trace)
    ticks = clock(trace)
    for item in trace["expected"]["items"]:
        assert (item["ended"] is None) == (item["outcome"] == "open")
        now = ticks(item["arrived"])
        for _, kind, begin, until, *more in item["rows"]:
            assert kind.upper() in Kind.__members__
            assert (ticks(begin), kind == "work") <= (ticks(until), True)
            assert ticks(begin) == now
            now = ticks(until)
            assert sum(ticks(more[0].get(name, 0)) for name in PARTS if more) <= now - ticks(begin)
        assert now == (
            end * TICKS[trace["unit"]] if item["ended"] is None else ticks(item["ended"])
        )


def test_a_trace_cites_what_it_claims(trace):
    cited = set()
    for step in trace["reasoning"]:
        found = CITATION.search(step)
        assert found, f"no sentence cited at the end of: {step}"
        cited |= {int(word) for word in found[1].split(", ") if not word.startswith("R")}
    assert cited == set(trace["sentences"])
    assert len(trace["sentences"]) == len(set(trace["sentences"]))


def test_every_sentence_has_a_trace():
    traces = [read(path) for path in FILES]
    assert [trace["id"] for trace in traces] == [path.stem.split("_")[0] for path in FILES]
    missing = SENTENCES - {number for trace in traces for number in trace["sentences"]}
    assert not missing, f"no trace for sentences {sorted(missing)}"
