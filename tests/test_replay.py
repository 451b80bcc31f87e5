"""Arrivals from a file: where and when they really came."""

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from svcsim.cli import main
from svcsim.errors import ScenarioError
from svcsim.model.arrays import REPLAY, TICKS_PER_HOUR
from svcsim.model.replay import replay_records
from svcsim.scenario.schema import Scenario

H = TICKS_PER_HOUR
DAY = 24 * H
SERVICENOW = (
    Path(__file__).parents[2]
    / "shared"
    / "data"
    / "servicenow_uci_incidents_opened_2016-02-29_to_03-27.csv.gz"
)


def replayed(demand, classes=(), *, start="2026-01-05 UTC", horizon="2 wk"):
    text = {
        "svcsim": 1,
        "start": start,
        "horizon": horizon,
        "run_out": "0 h",
        "teams": {"desk": {"people": 1, "activity": "engage"}},
        "streams": {"incident": {"demand": demand, "classes": dict.fromkeys(classes[:1], "rest")
                    | dict.fromkeys(classes[1:], "10%"),
                    "steps": {"do": {"team": "desk", "touch": "1 min"}}}},
    }  # fmt: skip
    return replay_records(Scenario.model_validate(text), "incident")


def written(tmp_path, text, name="log.csv"):
    file = tmp_path / name
    if name.endswith(".gz"):
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text(text, encoding="utf-8-sig")
    return str(file)


def problems(*arguments, **options):
    with pytest.raises(ScenarioError) as refused:
        replayed(*arguments, **options)
    return refused.value.problems


def test_rows_become_arrivals_in_order_of_time_then_row(tmp_path):
    file = written(
        tmp_path,
        "id,opened\na,2026-01-06 10:00\nb,2026-01-05 09:00:00.5\nc,2026-01-06T10:00\n",
    )
    records = replayed({"csv": file, "arrived": "opened"})
    assert records.dtype == REPLAY
    assert records.tolist() == [
        (9 * H + 500_000, -1, 1, -1), (34 * H, -1, 0, -1), (34 * H, -1, 2, -1)
    ]  # fmt: skip


def test_rows_outside_the_run_are_left_out_and_keep_no_number(tmp_path):
    file = written(
        tmp_path, "t\n2026-01-04 23:59\n2026-01-05 00:00\n2026-01-18 23:59\n2026-01-19 00:00\n"
    )
    records = replayed({"csv": file, "arrived": "t"})
    assert records["row"].tolist() == [1, 2]
    assert records["tick"].tolist() == [0, 14 * DAY - H // 60]


def test_times_are_local_and_summer_time_is_kept(tmp_path):
    file = written(
        tmp_path,
        "t\n2026-03-29 00:30\n2026-03-29 01:30\n2026-03-29 09:00\n2026-03-29T09:00Z\n"
        "2026-03-29T09:00+02:00\n",
    )
    records = replayed({"csv": file, "arrived": "t"}, start="2026-03-29 Europe/London")
    assert dict(zip(records["row"].tolist(), (records["tick"] / H).tolist(), strict=True)) == {
        0: 0.5, 1: 1, 2: 8, 3: 9, 4: 7,
    }  # fmt: skip
    berlin = {"csv": file, "arrived": "t", "zone": "Europe/Berlin"}
    records = replayed(berlin, start="2026-03-28 UTC")
    ticks = dict(zip(records["row"].tolist(), (records["tick"] / H).tolist(), strict=True))
    assert ticks == {0: 23.5, 1: 24.5, 2: 31, 3: 33, 4: 31}


def test_only_the_first_row_of_an_item_counts(tmp_path):
    file = written(
        tmp_path,
        "id,t\na,2026-01-06 10:00\na,2026-01-05 10:00\nb,2026-01-07 10:00\na,never\n",
        "log.csv.gz",
    )
    records = replayed({"csv": file, "arrived": "t", "item": "id"})
    assert records.tolist() == [(34 * H, -1, 0, -1), (58 * H, -1, 2, -1)]


def test_classes_are_found_by_name_or_through_a_table(tmp_path):
    file = written(
        tmp_path,
        "t,p\n2026-01-05 01:00,1 - Critical\n2026-01-05 02:00,low\n2026-01-05 03:00,2 - High\n",
    )
    demand = {"csv": file, "arrived": "t", "class": "p",
              "classes_from": {"1 - Critical": "high", "2 - High": "high"}}  # fmt: skip
    assert replayed(demand, ("high", "low"))["cls"].tolist() == [0, 1, 0]


def test_what_is_wrong_with_a_row_is_told_with_its_line(tmp_path):
    file = written(tmp_path, 't,p\n2026-01-05,a\n"29/2/2016\n01:16",a\n2026-01-06,z\n,a\n')
    demand = {"csv": file, "arrived": "t", "class": "p"}
    first, second, third = problems(demand, ("a", "b"))
    assert (first.code, first.line, first.file) == ("not-a-moment", 4, file)
    assert (second.code, second.line) == ("unknown-class", 5)
    assert (second.path, second.found) == ("streams.incident.demand.class", "'z' is no class")
    assert "classes are a, b" in second.remedy
    assert (third.code, third.line, third.found) == ("not-a-moment", 6, "'' is not a time")


def test_a_file_full_of_faults_is_told_in_ten(tmp_path):
    file = written(tmp_path, "t\n" + "29/2/2016 01:16\n" * 50)
    assert len(problems({"csv": file, "arrived": "t"})) == 10


def test_a_file_that_misses_the_run_is_no_demand(tmp_path):
    file = written(tmp_path, "t\n2016-02-29 01:16\n2016-03-27 23:32\n")
    (problem,) = problems({"csv": file, "arrived": "t"})
    assert problem.code == "nothing-to-replay"
    assert "2016-02-29 01:16 UTC to 2016-03-27 23:32 UTC" in problem.found


def test_a_file_or_column_that_is_not_there_is_told(tmp_path):
    (missing,) = problems({"csv": str(tmp_path / "no.csv"), "arrived": "t"})
    assert (missing.code, missing.path) == ("no-such-file", "streams.incident.demand.csv")
    file = written(tmp_path, "opened,closed\n")
    arrived, item = problems({"csv": file, "arrived": "t", "item": "id"})
    assert (arrived.code, arrived.path) == ("unknown-column", "streams.incident.demand.arrived")
    assert arrived.remedy == "its columns are opened, closed"
    assert item.path == "streams.incident.demand.item"
    torn = tmp_path / "torn.csv.gz"
    torn.write_bytes(gzip.compress(b"t\n" + b"2026-01-05\n" * 1000)[:40])
    (problem,) = problems({"csv": str(torn), "arrived": "t"})
    assert (problem.code, problem.remedy) == ("no-such-file", "save it as CSV in UTF-8")


outside = pytest.mark.skipif(
    not SERVICENOW.exists(), reason="the ServiceNow log lies outside the project"
)


@outside
def test_a_servicenow_log_is_replayed():
    """Counts of the log itself: 50,542 updates of 7,592 incidents."""
    classes = ("P1", "P2", "P3", "P4")
    demand = {
        "csv": str(SERVICENOW),
        "arrived": "opened_at",
        "item": "number",
        "class": "priority",
        "classes_from": {"1 - Critical": "P1", "2 - High": "P2", "3 - Moderate": "P3",
                         "4 - Low": "P4"},
        "format": "%d/%m/%Y %H:%M",
    }  # fmt: skip
    records = replayed(demand, classes, start="2016-02-29 UTC", horizon="4 wk")
    assert len(records) == 7592
    assert records["tick"][0] == H + 16 * H // 60
    assert records["tick"][-1] == 27 * DAY + 23 * H + 32 * H // 60
    weekdays = Counter((records["tick"] // DAY % 7).tolist())
    assert [weekdays[day] for day in range(7)] == [1711, 1456, 1541, 1417, 1106, 181, 180]
    assert (np.diff(records["tick"]) >= 0).all()
    # The priority with which each incident was opened, not the last one (71, 129, 7047, 345).
    assert np.bincount(records["cls"]).tolist() == [68, 98, 7109, 317]
    first_week = replayed(demand, classes, start="2016-02-29 UTC", horizon="1 wk")
    assert len(first_week) == (records["tick"] < 7 * DAY).sum()


@outside
def test_a_servicenow_log_drives_the_shipped_desk_from_the_command_line(capsys, tmp_path):
    """Every incident of the log is served once, with the priority that it was opened with."""
    file = tmp_path / "numbers.json"
    with pytest.raises(SystemExit) as left:
        main([
            "run", "service_desk_replay", "-n", "2", "--jobs", "1", "--json", str(file),
            "--set", f"streams.incident.demand.csv={SERVICENOW}",
            "--set", "start=2016-02-29 UTC",
            "--set", "teams.desk.people=5",
            "--set", "teams.second_line.people=11",
        ])  # fmt: skip
    assert not left.value.code
    assert "7 592 items per replication, all followed to the end" in capsys.readouterr().out
    numbers = json.loads(file.read_text())
    assert numbers["replications"] == 2
    assert numbers["identities"] == {"lead_time": True, "little": True, "flow": True}
    items = {
        measure["class"]: (measure["lower"], measure["value"], measure["upper"])
        for measure in numbers["measures"]
        if measure["measure"] == "items"
    }
    counts = {None: 7592, "P1": 68, "P2": 98, "P3": 7109, "P4": 317}
    assert items == {cls: (n, n, n) for cls, n in counts.items()}
    assert 68 + 98 + 7109 + 317 == 7592
