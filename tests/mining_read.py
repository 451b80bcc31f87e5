"""Let pm4py read the logs of `mining_logs.py`, and hold its figures against those of the table.

    python tests/mining_read.py DIRECTORY

It needs pm4py, and no svcsim.
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path


def table(path):
    """The rows of each case in order of their ends, as Python's own csv reads them."""
    cases = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            begin, end = (datetime.fromisoformat(row[name])
                          for name in ("start_timestamp", "time:timestamp"))  # fmt: skip
            cases[row["case:concept:name"]].append((end, begin, row["concept:name"]))
    return {case: sorted(rows, key=lambda row: row[0]) for case, rows in cases.items()}


def follows(cases, order):
    """How often a step is followed by another in a case, its rows in this order."""
    return Counter(
        (before[2], after[2])
        for rows in cases.values()
        for before, after in pairwise(sorted(rows, key=order))
    )


def near(found, expected):
    """Whether seconds are the same, each to 10 µs."""
    assert len(found) == len(expected)
    pairs = zip(sorted(found), sorted(expected), strict=True)
    return all(abs(a - b) < 1e-5 for a, b in pairs)


def read_csv(pm4py, path, cases):
    """The table, its times read as docs/output.md says."""
    import pandas as pd

    frame = pd.read_csv(path)
    for column in ("start_timestamp", "time:timestamp", "enable_time"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    frame = frame.sort_values(["case:concept:name", "time:timestamp"], kind="stable")
    assert frame["case:concept:name"].nunique() == len(cases)
    ends_alone = pm4py.format_dataframe(frame.drop(columns="start_timestamp"))
    by_begin, by_end = (lambda row: (row[1], row[0])), (lambda row: row[0])
    for read, order in ((frame, by_begin), (ends_alone, by_end)):
        dfg, starts, ends = pm4py.discover_dfg(read)
        assert dfg == follows(cases, order)
        assert sum(starts.values()) == sum(ends.values()) == len(cases)
        lasted = [(rows[-1][0] - rows[0][0]).total_seconds() for rows in cases.values()]
        assert near(pm4py.get_all_case_durations(read), lasted)
    return len(frame)


def read_xes(pm4py, path, cases):
    """Two events for each row, from its begin to its end."""
    frame = pm4py.read_xes(str(path))
    by_case = frame.groupby("case:concept:name").size().to_dict()
    assert by_case == {case: 2 * len(rows) for case, rows in cases.items()}
    dfg, starts, ends = pm4py.discover_dfg(frame)
    assert sum(starts.values()) == sum(ends.values()) == len(cases)
    assert sum(dfg.values()) == len(frame) - len(cases)
    lasted = [
        (max(row[0] for row in rows) - min(row[1] for row in rows)).total_seconds()
        for rows in cases.values()
    ]
    assert near(pm4py.get_all_case_durations(frame), lasted)
    return len(frame)


def read_ocel(pm4py, path, cases, said):
    """An event for each row; objects are items, teams and people; children are linked.

    pm4py leaves out whoever has no events, and came of none. Standing load has events, and is no
    item of a stream.
    """
    log = pm4py.read_ocel2_json(str(path))
    assert len(log.events) == sum(map(len, cases.values()))
    types = dict(zip(log.objects["ocel:oid"], log.objects["ocel:type"], strict=True))
    assert {"org:group", "org:resource"} <= set(types.values())
    objects = {name for name, kind in types.items() if not kind.startswith("org:")}
    assert cases.keys() <= objects <= cases.keys() | said["parents"].keys()
    standing = objects - said["items"].keys()
    assert {"." in types[name] for name in standing} <= {True}
    assert all(types[name] == said["items"][name] for name in objects - standing)
    links = log.o2o[log.o2o["ocel:qualifier"] == "child"]
    found = dict(zip(links["ocel:oid_2"], links["ocel:oid"], strict=True))
    assert len(found) == len(links) > 0
    told = said["parents"].items()
    assert found == {child: of for child, of in told if {child, of} <= objects}
    items = log.relations[log.relations["ocel:qualifier"] == "item"]
    assert items["ocel:oid"].value_counts().to_dict() == {c: len(r) for c, r in cases.items()}
    return len(log.objects), len(links)


def main(directory):
    import pm4py

    for path in sorted(directory.iterdir()):
        said = json.loads((path / "said.json").read_text())
        cases = table(path / "log.csv")
        rows = read_csv(pm4py, path / "log.csv", cases)
        events = read_xes(pm4py, path / "log.xes", cases)
        objects, children = read_ocel(pm4py, path / "log.json", cases, said)
        print(
            f"pm4py {pm4py.__version__} reads {path.name}: {len(cases)} cases, {rows} rows, "
            f"{events} events in XES, {objects} objects and {children} children in OCEL"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
