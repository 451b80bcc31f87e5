"""Both engines against traces that were worked out by hand from the numbered sentences."""

import csv
import difflib
import importlib
import json
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from ruamel.yaml import YAML

from svcsim.analysis.exact import grouped, integrals, total
from svcsim.analysis.exposure import Exposed
from svcsim.analysis.followed import Followed
from svcsim.analysis.on_time import on_time
from svcsim.analysis.questions import ask
from svcsim.experiment.item_names import item_names
from svcsim.experiment.run import run
from svcsim.model.arrays import NEVER
from svcsim.model.build import Compiled
from svcsim.model.build import build as compiled
from svcsim.model.codes import Kind, Outcome
from svcsim.scenario.load import loads
from svcsim.scenario.schema import Scenario
from svcsim.scenario.strands import Strands, forked

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests/traces").glob("[A-RT-Z]*_*.yaml"))
SUMS = sorted((ROOT / "tests/traces").glob("S*_*.yaml"))
TICKS = {"tick": 1, "min": 60_000_000, "h": 3_600_000_000}
PARTS = ("gate", "unavailability", "policy", "prioritisation")
CITATION = re.compile(r" \((R?\d+(?:, R?\d+)*)\)\.$")
ELSEWHERE = {63}
"""A promise about two runs; tests/test_metamorphic.py holds the engines to it."""


@cache
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


def scenario(trace, directory) -> Scenario:
    """Write the arrivals as CSV files and load the scenario."""
    given = json.loads(json.dumps(trace["given"]))
    *moment, zone = given["start"].split()
    start = datetime.fromisoformat(" ".join(moment)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    ticks = clock(trace)
    for stream, arrivals in trace["arrivals"].items():
        classes = any(len(arrival) > 1 for arrival in arrivals)
        with (directory / f"{stream}.csv").open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(["arrived", "class"] if classes else ["arrived"])
            for time, *rest in arrivals:
                at = start + timedelta(microseconds=ticks(time))
                out.writerow([at.astimezone(ZoneInfo(zone)).isoformat(), *rest])
        demand = {"csv": f"{stream}.csv", "arrived": "arrived"}
        given["streams"][stream]["demand"] = demand | ({"class": "class"} if classes else {})
    return loads(json.dumps(given), directory=directory)


@cache
def built(path, directory) -> tuple[Scenario, Compiled]:
    """Load and compile the scenario of a trace."""
    own = directory / path.stem
    own.mkdir()
    loaded = scenario(read(path), own)
    return loaded, compiled(loaded)


def expected_lines(trace):
    """Say what the trace expects, one line for each item, row, visit and presence."""
    ticks = clock(trace)
    (only, *others) = trace["given"]["streams"]
    lines = []
    for number, item in enumerate(trace["expected"]["items"]):
        stream = item["stream"] if others else item.get("stream", only)
        ended = "never" if item["ended"] is None else ticks(item["ended"])
        line = f"item {number} {stream} arrived {ticks(item['arrived'])}"
        line += f" ended {ended} {item['outcome']}"
        if "class" in item:
            line += f" class {item['class']}"
        if "family" in item:
            line += f" family {item['family']}"
        if "quantity" in item:
            line += f" quantity {item['quantity']}"
        if "name" in item:
            line += f" name {item['name']}"
        if "value" in item:
            line += f" value {'never' if item['value'] is None else ticks(item['value'])}"
        lines.append(line)
        for token in item.get("tokens", [item]):
            who = f"item {number}"
            if token is not item:
                who += f" token {token['token']}"
                ended = "never" if token["ended"] is None else ticks(token["ended"])
                strands = " then ".join([token["strand"], *token.get("then", "").split()])
                line = f"{who} {strands} of {token.get('of')}"
                line += f" began {ticks(token['began'])} ended {ended}"
                lines.append(line + (" cancelled" if token.get("cancelled") else ""))
            for step, kind, begin, end, *more in token.get("rows", []):
                parts = more[0] if more else {}
                assert set(parts) <= {*PARTS, "blame"}, parts
                line = f"{who} {step} {kind} {ticks(begin)}..{ticks(end)}"
                line += "".join(f" {name} {ticks(parts[name])}" for name in PARTS if name in parts)
                lines.append(line + (f" blame {parts['blame']}" if "blame" in parts else ""))
    for item, step, visit, *times in trace["expected"].get("visits", []):
        texts = ["never" if t is None else ticks(t) for t in times[:3]] + times[3:]
        lines.append(" ".join(map(str, ["visit", item, step, visit, *texts])))
    for item, step, group, person, begin, end, *more in trace["expected"].get("presence", []):
        line = f"presence {item} {step} {group} {person} {ticks(begin)}..{ticks(end)}"
        parts = zip(("setup", "called"), more, strict=False)
        lines.append(line + "".join(f" {part} {ticks(value)}" for part, value in parts))
    for item, step, group, person, begin, end in trace["expected"].get("attendance", []):
        lines.append(f"attendance {item} {step} {group} {person} {ticks(begin)}..{ticks(end)}")
    for name, share in trace["expected"].get("targets", {}).items():
        lines.append(f"target {name} {share}")
    for stream, told in trace["expected"].get("exposure", {}).items():
        units = {"total": TICKS[trace["unit"]], "mean": TICKS[trace["unit"]], "open": 1}
        for name, unit in units.items():
            lines.append(f"exposure {stream} {name} {Fraction(str(told[name])) * unit}")
    return lines


def strand_names(scenario):
    """Return the strands of each stream by number: the first step of each, start if it has none."""
    return [
        [strand.steps[0] if strand.steps else "start" for strand in Strands(stream)]
        if forked(stream)
        else []
        for stream in scenario.streams.values()
    ]


def observed_lines(trace, model, names, trajectory, strands):
    """Say what an engine did in the words of `expected_lines`, as far as the trace speaks of it."""
    end = model.end
    lines = []
    items = trace["expected"]["items"]
    shown = item_names(trajectory.items, names.streams, names.steps, names.triggers, names.dated)
    for item in trajectory.items:
        number, stream = int(item["item"]), int(item["stream"])
        wanted = items[number] if number < len(items) else {}
        ended = "never" if item["ended"] == NEVER else item["ended"]
        line = f"item {number} {names.streams[stream]} arrived {item['arrived']}"
        line += f" ended {ended} {Outcome(item['outcome']).name.lower()}"
        if "class" in wanted:
            line += f" class {names.classes[stream][item['cls']]}"
        if "family" in wanted:
            line += f" family {(*names.families, 'none')[item['family']]}"
        if "quantity" in wanted:
            line += f" quantity {item['quantity']}"
        if "name" in wanted:
            line += f" name {shown[number]}"
        if "value" in wanted:
            step = model.streams[stream]["value_step"]
            visits = trajectory.visits[trajectory.visits["item"] == number]
            ends = visits[visits["step"] == step]["finished"] if step >= 0 else [item["ended"]]
            done = [tick for tick in ends if tick < end]
            line += f" value {max(done) if done else 'never'}"
        lines.append(line)
        rows = trajectory.rows[trajectory.rows["item"] == number]
        tokens = trajectory.tokens[trajectory.tokens["item"] == number]
        for token in tokens if len(tokens) else [None]:
            who, mine = f"item {number}", rows
            if token is not None:
                who += f" token {token['token']}"
                mine = rows[rows["token"] == token["token"]]
                of = None if token["of"] == -1 else token["of"]
                ended = "never" if token["ended"] == NEVER else token["ended"]
                begun, over = (strands[stream][token[name]] for name in ("first", "strand"))
                line = f"{who} {' then '.join(dict.fromkeys([begun, over]))} of {of}"
                line += f" began {token['began']} ended {ended}"
                lines.append(line + (" cancelled" if token["cancelled"] else ""))
            for row in mine:
                kind = Kind(row["kind"]).name.lower()
                line = f"{who} {names.steps[row['step']]} {kind} {row['begin']}..{row['end']}"
                line += "".join(f" {name} {row[name]}" for name in PARTS if row[name])
                lines.append(line + (f" blame {row['blame']}" if row["blame"] != -1 else ""))
    if "visits" in trace["expected"]:
        wanted = trace["expected"]["visits"]
        for k, row in enumerate(trajectory.visits):
            step = row["step"]
            known = (*names.outcomes[step], "redialled", "sent back", "no outcome")
            outcome = known[row["outcome"]]
            texts = [
                "never" if row[t] == NEVER else row[t] for t in ("entered", "started", "finished")
            ]
            texts = [row["item"], names.steps[step], row["visit"], *texts, outcome]
            length = len(wanted[k]) if k < len(wanted) else len(texts)
            lines.append(" ".join(map(str, ["visit", *texts[:length]])))
    if "presence" in trace["expected"]:
        parts = ("setup", "called")[: max(map(len, trace["expected"]["presence"]), default=6) - 6]
        for row in trajectory.presence:
            line = f"presence {row['item']} {names.steps[row['step']]} {names.groups[row['group']]}"
            if model.groups[row["group"]]["pool"] != row["pool"]:
                line += f" for {names.pools[row['pool']]}"
            line += f" {row['person']} {row['begin']}..{row['end']}"
            lines.append(line + "".join(f" {part} {row[part]}" for part in parts))
    for row in trajectory.attendance:
        line = f"attendance {row['item']} {names.steps[row['step']]} {names.groups[row['group']]}"
        lines.append(f"{line} {row['person']} {row['begin']}..{row['end']}")
    return lines


def exposures(followed):
    """Say what was exposed, in ticks, and open on average."""
    found = Exposed.of(followed)
    model, names = followed.questions.model, followed.questions.names
    for stream, name in enumerate(names.streams):
        total, there = (int(one[stream].sum()) for one in found)
        mine = int((followed.cohort & (followed.items["stream"] == stream)).sum())
        yield f"exposure {name} total {total}"
        yield f"exposure {name} mean {Fraction(total, mine)}"
        yield f"exposure {name} open {Fraction(there, model.horizon - model.warm_up)}"


@pytest.fixture(params=["reference", "compiled"])
def engine(request):
    """One engine after the other."""
    return importlib.import_module(f"svcsim.engines.{request.param}")


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request):
    """One trace after the other."""
    return request.param


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """Where the arrivals of traces lie."""
    return tmp_path_factory.mktemp("traces")


def rows_fill_the_life_of_every_token(trajectory, end):
    rows = trajectory.rows
    keys = list(zip(rows["item"], rows["token"], rows["row"], strict=True))
    assert keys == sorted(set(keys))
    forked = set(trajectory.tokens["item"])
    lives = [
        (rows[rows["token"] == token["token"]], token["began"], token["ended"])
        for token in trajectory.tokens
    ]
    lives += [
        (rows[rows["item"] == item["item"]], item["arrived"], item["ended"])
        for item in trajectory.items
        if item["item"] not in forked
    ]
    for mine, began, ended in lives:
        assert [began, *mine["end"]] == [*mine["begin"], min(ended, end)]
        parts = sum(mine[name] for name in PARTS)
        assert (parts <= mine["end"] - mine["begin"]).all()
        assert (parts[mine["kind"] != Kind.CONTENTION] == 0).all()


def the_hand_worked_rows_have_no_gaps(trace):
    end = horizon(trace) * TICKS[trace["unit"]]
    ticks = clock(trace)
    for item in trace["expected"]["items"]:
        assert (item["ended"] is None) == (item["outcome"] == "open")
        tokens = item.get("tokens", [item])
        ends = [end if token["ended"] is None else ticks(token["ended"]) for token in tokens]
        assert max(ends) == (end if item["ended"] is None else ticks(item["ended"]))
        for token, ended in zip(tokens, ends, strict=True):
            now = ticks(item["arrived"] if token is item else token["began"])
            for _, kind, begin, until, *more in token.get("rows", []):
                assert kind.upper() in Kind.__members__
                assert (ticks(begin), kind == "work") <= (ticks(until), True)
                assert ticks(begin) == now
                now = ticks(until)
                parts = sum(ticks(more[0].get(name, 0)) for name in PARTS if more)
                assert parts <= now - ticks(begin)
            assert now == ended


def the_trace_cites_what_it_claims(trace):
    cited = set()
    for step in trace["reasoning"]:
        found = CITATION.search(step)
        assert found, f"no sentence cited at the end of: {step}"
        cited |= {int(word) for word in found[1].split(", ") if not word.startswith("R")}
    assert cited == set(trace["sentences"])
    assert len(trace["sentences"]) == len(set(trace["sentences"]))


def test_the_engine_follows_the_trace(path, engine, directory):
    trace = read(path)
    the_trace_cites_what_it_claims(trace)
    the_hand_worked_rows_have_no_gaps(trace)
    world, (model, names) = built(path, directory)
    trajectory = engine.simulate(model, seed=1, replication=0)
    expected = expected_lines(trace)
    observed = observed_lines(trace, model, names, trajectory, strand_names(world))
    if "targets" in trace["expected"]:
        followed = Followed.of(ask(world, model, names), trajectory, 1, 0)
        observed += [
            f"target {kept.key.target} {Fraction(kept.numerator, kept.denominator)}"
            for kept in on_time(followed)
        ]
    if "exposure" in trace["expected"]:
        followed = Followed.of(ask(world, model, names), trajectory, 1, 0)
        observed += exposures(followed)
    diff = difflib.unified_diff(expected, observed, "by hand", engine.__name__, lineterm="", n=99)
    assert expected == observed, "\n".join([f"{trace['id']} {trace['title']}", *diff])
    rows_fill_the_life_of_every_token(trajectory, model.end)


@pytest.mark.parametrize(
    "path", [path for path in FILES if "\n  measures:" in path.read_text()], ids=lambda p: p.stem
)
@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_the_measures_are_those_worked_out_by_hand(path, engine, tmp_path):
    trace = read(path)
    one = run(scenario(trace, tmp_path), replications=1, seed=1, engine=engine, jobs=1)
    for name, expected in trace["expected"]["measures"].items():
        (found,) = one.measures.query("measure == @name and team.notna()").value
        hours = trace["unit"] if name == "queue_time" else "h"
        assert found == pytest.approx(float(Fraction(expected)) * TICKS[hours] / TICKS["h"])


@pytest.mark.parametrize("path", SUMS, ids=lambda path: path.stem)
def test_the_sums_are_those_worked_out_by_hand(path):
    trace = read(path)
    the_trace_cites_what_it_claims(trace)
    expected, found = [], []
    for each in trace["sums"]:
        expected.append(each["total"])
        found.append(total(np.array(each["values"], np.int64)))
    for each in trace["integrals"]:
        expected.append(each["total"])
        came, went = (np.array(each[name], np.int64) for name in ("begin", "end"))
        found += integrals(came, went, np.array([len(came)])).tolist()
    for each in trace["groups"]:
        expected.append(each["totals"])
        groups, values = (np.array(each[name], np.int64) for name in ("groups", "values"))
        found.append(grouped(groups, len(each["totals"]), values).tolist())
    assert expected == found, f"{trace['id']} {trace['title']}"


def in_force():
    """Return the sentences that the page on semantics says are in force."""
    page = (ROOT / "docs/semantics.md").read_text(encoding="utf-8")
    told = re.search(r"\*\*In force\*\* in this version: sentences ([\d\s,toand]*), as far", page)[
        1
    ]
    spans = [re.split(r"\s+to\s+", span) for span in re.split(r",\s+|\s+and\s+", told)]
    return {n for span in spans for n in range(int(span[0]), int(span[-1]) + 1)}


def test_every_sentence_in_force_has_a_trace():
    traces = [read(path) for path in [*FILES, *SUMS]]
    assert [trace["id"] for trace in traces] == [
        path.stem.split("_")[0] for path in [*FILES, *SUMS]
    ]
    assert {1, 18, 19, 29, 41, 43, 47, 50, 51, 52, 54, 60, 62, 65} <= in_force()
    missing = in_force() - {number for trace in traces for number in trace["sentences"]}
    assert missing == ELSEWHERE
