"""Logs: every format tells what the trajectories tell, and readers of the standards accept it."""

import csv
import gzip
import json
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import svcsim
from svcsim.cli import main
from svcsim.errors import SvcsimError
from svcsim.experiment.about import About
from svcsim.experiment.event_log import LOG_COLUMNS
from svcsim.experiment.logs import ENDINGS, log_file, origin_of
from svcsim.model.arrays import NEVER, NONE
from svcsim.scenario.load import loads

LINKED = """\
svcsim: 1
title: 'Changes & incidents, "linked" <to problems>'
start: 2026-03-23 Europe/London
horizon: 2 wk
run_out: 3 d
teams:
  builders: {people: 7, activity: obtain_build}
  release:  {people: 1, activity: design_transition}
  desk:     {people: 3, activity: deliver_support}
streams:
  change:
    demand: 20/wk
    steps:
      build: {team: builders, touch: {mean: 3 h, cv: 1}}
      board:
        activity: design_transition
        gate: {meets: daily 11:00, cut_off: 1 h}
        outcome: {approve: rest, defer: 20%, reject: 10%}
      deploy:
        team: {release: 1, builders: 1}
        touch: {mean: 1 h, cv: 0.5}
        outcome:
          failed:
            share: 40%
            to: build
            spawn: {stream: incident, share: 70%, count: {low: 1, high: 3}, wait: 1 h}
          live: rest
  incident:
    demand: 60/wk
    classes: {major: 20%, minor: rest}
    priority: {by_class: {major: 1, minor: 5}}
    preempts: {by_class: {major: true, minor: false}}
    steps:
      diagnose: {team: desk, touch: {mean: 40 min, cv: 1}, patience: {mean: 1 h, cv: 1}}
      ask: {wait: {mean: 2 h, cv: 1}, share: 50%, activity: engage}
      fix: {team: desk, touch: {mean: 30 min, cv: 1}, spawn: {stream: problem, share: 30%}}
  problem:
    steps:
      analyse: {team: builders, activity: improve, touch: {mean: 4 h, cv: 1}}
"""
ALONE = "svcsim: 1\nhorizon: 1 wk\nstreams: {a: {demand: 10/d, steps: {s: {wait: 1 h}}}}\n"
XES = "{http://www.xes-standard.org/}"
REPLICATIONS = 2


@pytest.fixture(scope="module")
def scenario():
    return loads(LINKED, file="linked.yaml")


@pytest.fixture(scope="module")
def logs(scenario, tmp_path_factory):
    """What one run writes in every format, and the run."""
    path = tmp_path_factory.mktemp("logs")
    about = About.of(scenario)
    with ExitStack() as files:
        logs = [files.enter_context(log_file(path / f"log{end}", about, several=True))
                for end in ENDINGS]  # fmt: skip

        def write(followed):
            for add in logs:
                add(followed)

        run = svcsim.run(scenario, replications=REPLICATIONS, jobs=1, keep=REPLICATIONS, sink=write)
    return path, run


@pytest.fixture(scope="module")
def table(logs):
    with (logs[0] / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def traces(logs):
    return ET.parse(logs[0] / "log.xes").getroot().findall(f"{XES}trace")


@pytest.fixture(scope="module")
def ocel(logs):
    return json.loads((logs[0] / "log.jsonocel").read_text())


def said(element):
    """The attributes of a trace or an event of XES; those of its children stay with them."""
    return {child.get("key"): child.get("value") for child in element if child.get("key")}


def values(record):
    """The attributes of an event or an object of OCEL."""
    return {one["name"]: one["value"] for one in record["attributes"]}


def related(record, qualifier):
    return [r["objectId"] for r in record["relationships"] if r["qualifier"] == qualifier]


def microseconds(text):
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )


def visits_of(run):
    """The visits of all replications in which somebody worked or which are waits, and their ends.

    By (case, step, visit), from the trajectories: whether the visit came to its end.
    """
    found = {}
    for labels in run._labels():
        steps = labels.step.tolist()
        for visit in labels.run.trajectory.visits:
            case = f"{labels.run.replication}/{labels.items[visit['item']]}"
            over = visit["finished"] < NEVER or visit["outcome"] != NONE
            found[case, steps[visit["step"]], str(visit["visit"])] = bool(over)
    return found


# ---- the table ---------------------------------------------------------------------------------


def test_each_spell_of_work_is_a_row_and_no_time_is_lost(logs, table):
    slices = logs[1].presence
    work = [row for row in table if row["record_type"] == "work"]
    assert len(work) == len(slices)
    worked = Counter()
    for row in work:
        worked[row["org:group"]] += microseconds(row["time:timestamp"]) - microseconds(
            row["start_timestamp"]
        )
    exact = Counter()
    for labels in logs[1]._labels():
        for one in labels.run.trajectory.presence:
            exact[labels.pool[one["pool"]]] += int(one["end"] - one["begin"])
    assert worked == exact
    assert set(exact) == {"builders", "release", "desk"}
    assert {row["record_type"] for row in table} == {"work", "wait", "gate"}
    assert all((row["org:group"] == "") == (row["record_type"] != "work") for row in table)


def test_a_visit_is_complete_with_its_last_spell_and_only_if_it_ended(logs, table):
    over, spells = visits_of(logs[1]), defaultdict(list)
    for row in table:
        spells[row["case:concept:name"], row["concept:name"], row["visit"]].append(row)
    assert set(spells) <= set(over)
    for visit, rows in spells.items():
        last = max(row["time:timestamp"] for row in rows)
        for row in rows:
            ended = row["time:timestamp"] == last and over[visit]
            assert row["lifecycle:transition"] == ("complete" if ended else "suspend")
    transitions = Counter(row["lifecycle:transition"] for row in table)
    assert transitions["suspend"] > 50
    assert transitions["complete"] > 500


def test_parquet_holds_the_same_table(logs, table):
    found = pq.read_table(logs[0] / "log.parquet")
    assert found.column_names == list(LOG_COLUMNS)
    kinds = dict(zip(found.column_names, found.schema.types, strict=True))
    assert kinds["time:timestamp"] == pa.timestamp("us", tz="Europe/London")
    assert kinds["visit"] == pa.int64()
    rows = found.to_pylist()
    assert len(rows) == len(table)
    for row, text in zip(rows, table, strict=True):
        for name, value in row.items():
            if isinstance(value, datetime):
                assert microseconds(text[name]) == microseconds(value.isoformat())
            else:
                assert text[name] == ("" if value is None else str(value))


# ---- XES ---------------------------------------------------------------------------------------


def test_an_xes_log_stands_in_the_order_of_the_standard(logs, scenario):
    root = ET.parse(logs[0] / "log.xes").getroot()
    assert root.tag == f"{XES}log"
    assert float(root.get("xes.version")) == 1849.2016
    kinds = [child.tag.removeprefix(XES) for child in root]
    order = ["extension", "global", "classifier", "string", "trace"]
    assert sorted(kinds, key=order.index) == kinds
    prefixes = {one.get("prefix") for one in root.findall(f"{XES}extension")}
    assert prefixes == {"concept", "lifecycle", "org", "time"}
    assert said(root) == {"lifecycle:model": "standard", "concept:name": scenario.title}
    everywhere = {one.get("scope"): set(said(one)) for one in root.findall(f"{XES}global")}
    for classifier in root.findall(f"{XES}classifier"):
        assert set(classifier.get("keys").split()) <= everywhere["event"]
    for trace in root.findall(f"{XES}trace"):
        assert everywhere["trace"] <= set(said(trace))
        assert all(everywhere["event"] <= set(said(e)) for e in trace.findall(f"{XES}event"))


def test_every_item_is_a_trace_even_if_nothing_happened_to_it(logs, traces):
    items = logs[1].items
    names = [said(trace)["concept:name"] for trace in traces]
    assert names == (items["replication"].astype(str) + "/" + items["item"]).tolist()
    assert len(set(names)) == len(names)
    assert [said(trace)["outcome"] for trace in traces] == items["outcome"].tolist()
    empty = [trace for trace in traces if not trace.findall(f"{XES}event")]
    assert empty
    assert {said(trace)["outcome"] for trace in empty} <= {"abandoned", "open"}


def test_every_spell_is_two_events_in_order_of_time(logs, traces, table):
    over = visits_of(logs[1])
    rows = defaultdict(Counter)
    for row in table:
        rows[row["case:concept:name"]][
            row["concept:name"], row["visit"], row["org:resource"] or None,
            row["start_timestamp"], row["time:timestamp"], row["lifecycle:transition"],
        ] += 1  # fmt: skip
    for trace in traces:
        case = said(trace)["concept:name"]
        events = [said(event) for event in trace.findall(f"{XES}event")]
        times = [event["time:timestamp"] for event in events]
        assert sorted(times, key=microseconds) == times
        first, begun, spells = {}, {}, Counter()
        for event in events:
            visit = event["concept:name"], event["concept:instance"]
            place = *visit, event.get("org:resource")
            transition, time = event["lifecycle:transition"], event["time:timestamp"]
            if place in begun:
                assert transition == "suspend" or (transition == "complete" and over[case, *visit])
                spells[(*place, begun.pop(place), time, transition)] += 1
            else:
                assert transition == ("start" if time == first.setdefault(visit, time)
                                      else "resume")  # fmt: skip
                begun[place] = time
        assert not begun
        assert spells == rows[case]


def test_compressed_xes_is_the_same_text_and_the_same_bytes_again(logs, scenario, tmp_path):
    packed = (logs[0] / "log.xes.gz").read_bytes()
    assert gzip.decompress(packed) == (logs[0] / "log.xes").read_bytes()
    with log_file(tmp_path / "again.xes.gz", About.of(scenario), several=True) as add:
        svcsim.run(scenario, replications=REPLICATIONS, jobs=1, sink=add)
    assert (tmp_path / "again.xes.gz").read_bytes() == packed


def test_steps_that_take_no_time_stand_in_their_order(tmp_path):
    steps = ["z", "m", "a", "k"]
    words = ", ".join(f"{name}: {{team: t, touch: 0 min}}" for name in steps)
    text = f"""\
svcsim: 1
horizon: 1 wk
teams: {{t: {{people: 2, activity: engage}}}}
streams: {{s: {{demand: 20/wk, steps: {{first: {{team: t, touch: 5 min}}, {words}}}}}}}
"""
    scenario = loads(text)
    with log_file(tmp_path / "l.xes", About.of(scenario), several=False) as add:
        svcsim.run(scenario, replications=1, jobs=1, sink=add)
    traces = ET.parse(tmp_path / "l.xes").getroot().findall(f"{XES}trace")
    whole = 0
    for trace in traces:
        events = [said(event) for event in trace.findall(f"{XES}event")]
        order = [(event["concept:name"], event["lifecycle:transition"]) for event in events]
        if said(trace)["outcome"] == "done":
            whole += 1
            assert [name for name, what in order if what == "complete"] == ["first", *steps]
            assert [name for name, what in order if what == "start"] == ["first", *steps]
            assert order[-8:] == [(n, what) for n in steps for what in ("start", "complete")]
    assert whole > 10


# ---- OCEL --------------------------------------------------------------------------------------


def _records(required, **fields):
    named = {name: {"type": "string"} for name in required}
    return {
        "type": "array",
        "items": {
            "type": "object",
            "required": list(required),
            "properties": {**named, **fields},
            "additionalProperties": False,
        },
    }


RELATIONS = _records(("objectId", "qualifier"))
TIME = {"type": "string", "format": "date-time"}
TYPES = _records(("name",), attributes=_records(("name", "type")))
OCEL = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "properties": {
        "eventTypes": TYPES,
        "objectTypes": TYPES,
        "events": _records(
            ("id", "type", "time"), time=TIME, relationships=RELATIONS,
            attributes=_records(("name", "value")),
        ),
        "objects": _records(
            ("id", "type"), relationships=RELATIONS,
            attributes=_records(("name", "value", "time"), time=TIME),
        ),
    },
    "additionalProperties": False,
}  # fmt: skip
"""The structure that the specification of OCEL 2.0 (arXiv 2403.01975) asks of JSON."""


def test_ocel_has_the_structure_of_the_specification(ocel):
    jsonschema.Draft202012Validator(OCEL).validate(ocel)
    declared = {}
    for kind in ("event", "object"):
        types = {t["name"]: {a["name"]: a["type"] for a in t["attributes"]}
                 for t in ocel[f"{kind}Types"]}  # fmt: skip
        assert len(types) == len(ocel[f"{kind}Types"])
        ids = [record["id"] for record in ocel[f"{kind}s"]]
        assert len(set(ids)) == len(ids)
        for record in ocel[f"{kind}s"]:
            attributes = types[record["type"]]
            for name, value in values(record).items():
                if attributes[name] == "time":
                    assert datetime.fromisoformat(value).tzinfo is not None
        declared[kind] = set(ids)
    assert not set(declared["object"]) & {""}
    for record in [*ocel["events"], *ocel["objects"]]:
        for relation in record["relationships"]:
            assert relation["objectId"] in declared["object"]


def test_both_endings_of_ocel_are_one_format(logs):
    assert (logs[0] / "log.json").read_bytes() == (logs[0] / "log.jsonocel").read_bytes()


def test_every_event_is_a_row_of_the_table(ocel, table):
    rows = Counter(
        (r["case:concept:name"], f"{r['stream']}.{r['concept:name']}", r["start_timestamp"],
         r["time:timestamp"], r["lifecycle:transition"], r["visit"], r["record_type"],
         f"{r['replication']}/{r['org:group']}" if r["org:group"] else None,
         f"{r['replication']}/{r['org:resource']}" if r["org:resource"] else None)
        for r in table
    )  # fmt: skip
    found = Counter()
    for event in ocel["events"]:
        word = values(event)
        (item,) = related(event, "item")
        team, person = (next(iter(related(event, q)), None) for q in ("team", "person"))
        found[
            item, event["type"], word["start_timestamp"], event["time"],
            word["lifecycle:transition"], word["visit"], word["record_type"], team, person,
        ] += 1  # fmt: skip
    assert found == rows


def test_objects_are_the_items_the_teams_and_their_people(logs, ocel):
    objects = {one["id"]: one for one in ocel["objects"]}
    kinds = Counter(one["type"] for one in ocel["objects"])
    items = logs[1].items
    for stream, number in items["stream"].value_counts().items():
        assert kinds[stream] == number
    assert kinds["org:group"] == 3 * REPLICATIONS
    assert set(kinds) == {"change", "incident", "problem", "org:group", "org:resource"}
    for row in items.itertuples():
        one = objects[f"{row.replication}/{row.item}"]
        assert one["type"] == row.stream
        assert microseconds(values(one)["arrived"]) == microseconds(row.arrived.isoformat())
        assert values(one).get("outcome", "open") == row.outcome
    people = {(r.replication, r.team, r.person) for r in logs[1].presence.itertuples()}
    assert kinds["org:resource"] == len(people)
    for replication, team, person in people:
        one = objects[f"{replication}/{team} {person}"]
        assert related(one, "team") == [f"{replication}/{team}"]


def test_items_are_linked_to_their_children(logs, ocel):
    true = defaultdict(list)
    for labels in logs[1]._labels():
        items = labels.run.trajectory.items
        for child in np.flatnonzero(items["parent"] >= 0):
            parent = labels.items[items["parent"][child]]
            true[f"{labels.run.replication}/{parent}"].append(
                f"{labels.run.replication}/{labels.items[child]}"
            )
    objects = {one["id"]: one for one in ocel["objects"]}
    found = {one["id"]: related(one, "child") for one in ocel["objects"]}
    assert {parent: children for parent, children in found.items() if children} == true
    links = Counter((objects[p]["type"], objects[c]["type"]) for p, cs in true.items() for c in cs)
    assert links.keys() == {("change", "incident"), ("incident", "problem")}
    assert min(links.values()) > 5

    sources = defaultdict(set)
    for event in ocel["events"]:
        for child in related(event, "child"):
            sources[child].add((*related(event, "item"), event["type"]))
            assert event["time"] <= values(objects[child])["arrived"]
            assert values(event)["lifecycle:transition"] == "complete"
    site = {"incident": "change.deploy", "problem": "incident.fix"}
    assert dict(sources) == {
        child: {(parent, site[objects[child]["type"]])}
        for parent, children in true.items() for child in children
    }  # fmt: skip


# ---- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ENDINGS)
def test_one_replication_needs_no_number_and_no_team(end, tmp_path):
    scenario = loads(ALONE)
    path = tmp_path / f"l{end}"
    with log_file(path, About.of(scenario), several=False) as add:
        run = svcsim.run(scenario, replications=1, jobs=1, keep=1, sink=add)
    names = set(run.items["item"])
    assert all(name.startswith("a:") for name in names)
    match end:
        case ".csv":
            rows = csv.DictReader(path.read_text().splitlines())
            found = {row["case:concept:name"] for row in rows}
        case ".parquet":
            found = set(pq.read_table(path)["case:concept:name"].to_pylist())
        case ".xes" | ".xes.gz":
            opened = gzip.open if end == ".xes.gz" else open
            with opened(path) as file:
                root = ET.parse(file).getroot()
            found = {said(trace)["concept:name"] for trace in root.findall(f"{XES}trace")}
        case _:
            found = {one["id"] for one in json.loads(path.read_text())["objects"]}
    assert found == names


@pytest.mark.parametrize("end", ENDINGS)
def test_nothing_half_written_is_left(end, scenario, tmp_path):
    (tmp_path / f"log{end}").write_text("old")

    def fail():
        with log_file(tmp_path / f"log{end}", About.of(scenario), several=True) as write:
            svcsim.run(scenario, replications=1, jobs=1, sink=write)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (tmp_path / f"log{end}").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("end", ENDINGS)
def test_the_origin_stands_beside_the_log(end, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["run", "first_desk", "-n", "2", "--set", "horizon=1 wk", "--log", f"my.log{end}"])
    assert not left.value.code
    assert {path.name for path in tmp_path.iterdir()} == {f"my.log{end}", "my.log.run.json"}
    assert json.loads((tmp_path / "my.log.run.json").read_text())["replications"] == 2
    told = [line.partition(": ")[0] for line in capsys.readouterr().err.splitlines()]
    assert told == [f"wrote my.log{end}", "wrote my.log.run.json"]


@pytest.mark.parametrize("name", ["log", "log.txt", "log.gz", "log.csv.gz", ".csv", "log.CSV"])
def test_an_ending_that_says_nothing_is_refused(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["run", "first_desk", "--log", name])
    out, err = capsys.readouterr()
    assert (left.value.code, out) == (2, "")
    assert err.startswith(f"{name}: ")
    assert all(end in err for end in ENDINGS)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SvcsimError):
        origin_of(tmp_path / name)


def test_parquet_without_the_extra_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("svcsim.experiment.logs.find_spec", lambda name: None)
    with pytest.raises(SystemExit) as left:
        main(["run", "first_desk", "--log", "log.parquet"])
    out, err = capsys.readouterr()
    assert (left.value.code, out) == (2, "")
    assert "log.parquet: " in err
    assert "pip install 'svcsim[parquet]'" in err
    assert list(tmp_path.iterdir()) == []
