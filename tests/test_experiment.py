"""Experiments: the same bits for any number of workers, and nothing lost on the way."""

import errno
import os
import pickle
import signal
import tempfile

import numpy as np
import pytest

import svcsim
from svcsim.decisions.compare import label
from svcsim.errors import SvcsimError
from svcsim.experiment import replicate as replicating
from svcsim.experiment.about import About
from svcsim.experiment.event_log import LOG_COLUMNS, event_log
from svcsim.experiment.interrupt import interruptible
from svcsim.experiment.item_names import item_names
from svcsim.experiment.replicate import replicate
from svcsim.experiment.tables import Labels
from svcsim.experiment.whole_files import iso, whole_directory, whole_file
from svcsim.model.trajectory import ITEM
from svcsim.scenario.load import load, loads
from svcsim.scenario.words import MEASURES, STATISTICS

TWO_STREAMS = """\
svcsim: 1
title: Two streams that share people
start: 2026-03-23 Europe/London
horizon: 2 wk
run_out: 2 wk
replications: 6
teams:
  desk:  {people: 2, activity: engage, cost: 30 GBP/h, shrinkage: {leave: 20%, day: 10%}}
  group: {people: 2, activity: deliver_support, calendar: long}
calendars:
  long: {days: Mon-Fri, hours: 08:00-18:00}
streams:
  incident:
    demand: 60/wk
    classes: {urgent: 20%, normal: rest}
    priority: {by_class: {urgent: 1, normal: 5}}
    preempts: {by_class: {urgent: true, normal: false}}
    steps:
      register: {team: desk, touch: {mean: 10 min, cv: 1}}
      resolve:
        team: group
        touch: {mean: 40 min, cv: 1}
        outcome: {again: {share: 10%, to: register}, solved: rest}
    targets: {solved: {within: 1 bd, share: 90%}}
  request:
    demand: {rate: 20/wk, batch: 2}
    steps:
      check: {team: [desk, group], activity: engage, touch: 20 min}
      wait_for_user: {wait: 2 h}
"""


@pytest.fixture(scope="module")
def scenario():
    return loads(TWO_STREAMS, file="two.yaml")


@pytest.fixture(scope="module")
def results(scenario):
    return svcsim.run(scenario, jobs=1, keep=2)


def same_bits(a, b):
    return (
        a.numbers.sums == b.numbers.sums
        and a.numbers.numerators.tobytes() == b.numbers.numerators.tobytes()
        and a.numbers.denominators.tobytes() == b.numbers.denominators.tobytes()
        and a.identities == b.identities
    )


# ---- workers ----


@pytest.mark.parametrize("jobs", [2, 3])
def test_threads_change_nothing(scenario, results, jobs):
    again = svcsim.run(scenario, jobs=jobs)
    assert same_bits(results, again)
    assert again.measures.equals(results.measures)


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_reference_engine_and_processes_change_nothing(scenario, results, jobs):
    again = svcsim.run(scenario, engine="reference", jobs=jobs, keep=2)
    assert same_bits(results, again)
    for one, other in zip(results.trajectories, again.trajectories, strict=True):
        assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_fewer_replications_are_the_first_of_many(scenario, results):
    few = svcsim.run(scenario, replications=2, jobs=1)
    assert (few.numbers.numerators == results.numbers.numerators[:2]).all()


def test_another_seed_is_other_luck(scenario, results):
    other = svcsim.run(scenario, replications=2, seed=2, jobs=1)
    assert not (other.numbers.numerators == results.numbers.numerators[:2]).all()


def square(number):
    return number * number


@pytest.mark.parametrize(("jobs", "processes"), [(1, False), (2, False), (2, True), (50, False)])
def test_results_come_in_the_order_of_their_numbers(jobs, processes):
    found = list(replicate(square, 20, jobs=jobs, processes=processes))
    assert found == [number * number for number in range(20)]


def test_no_more_is_begun_than_the_workers_can_soon_take():
    begun = []
    results = replicate(lambda number: begun.append(number), 1000, jobs=2)
    next(results)
    results.close()
    assert len(begun) <= 2 * replicating.AHEAD + 2


def refuse(number):
    if number == 3:
        raise SvcsimError("three")
    return number


@pytest.mark.parametrize(("jobs", "processes"), [(1, False), (2, False), (2, True)])
def test_an_error_in_a_worker_arrives(jobs, processes):
    with pytest.raises(SvcsimError, match="three"):
        list(replicate(refuse, 10, jobs=jobs, processes=processes))


# ---- Ctrl-C ----


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_keeps_what_is_finished(scenario, results, jobs):
    def stop_at_three(finished, _):
        if finished == 3:
            os.kill(os.getpid(), signal.SIGINT)

    stopped = svcsim.run(scenario, jobs=jobs, progress=stop_at_three)
    assert stopped.interrupted
    assert (stopped.provenance.replications, stopped.asked) == (3, 6)
    assert same_bits(stopped, svcsim.run(scenario, replications=3, jobs=1))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_second_ctrl_c_is_not_patient():
    def press_twice():
        with interruptible() as stop:
            os.kill(os.getpid(), signal.SIGINT)
            assert stop()
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        press_twice()


def test_somebody_elses_handler_is_left_alone():
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        with interruptible() as stop:
            os.kill(os.getpid(), signal.SIGINT)
            assert heard
            assert not stop()
    finally:
        signal.signal(signal.SIGINT, before)


# ---- what a run gives ----


def test_every_identity_holds(results):
    assert results.identities == {"lead_time": True, "little": True, "flow": True}


def test_the_numbers_say_where_they_came_from(scenario, results):
    p = results.provenance
    assert (p.scenario, p.digest, p.seed, p.engine, p.replications) == (
        "two", scenario.digest, 1, "compiled", 6,
    )  # fmt: skip
    assert not results.interrupted
    assert "Student t over replications" in results.measures.attrs["interval"]


def test_what_happened_as_frames(results):
    items, visits, rows = results.items, results.visits, results.rows
    assert set(items["replication"]) == {0, 1}
    assert items.groupby(["replication", "item"]).size().max() == 1
    assert str(items["arrived"].dt.tz) == "Europe/London"
    assert set(items["class"].dropna()) == {"urgent", "normal"}
    assert set(visits["team"].dropna()) == {"desk", "group"}
    assert set(visits["outcome"].dropna()) == {"again", "solved"}
    assert rows["hours"].sum() == pytest.approx(
        (rows["end"] - rows["begin"]).dt.total_seconds().sum() / 3600
    )
    cohort = items[items["cohort"] & (items["stream"] == "incident")]
    mean = results.numbers.find("lead_time", stream="incident", clock="wall")
    counted = results.numbers.denominators[:2, results.numbers.sums.index(
        next(key for key in results.numbers.sums
             if key.measure == "lead_time" and key.stream == "incident"))]  # fmt: skip
    assert len(cohort) == counted.sum()
    assert cohort["lead_time_wall_h"].mean() == pytest.approx(mean.value, rel=0.5)
    assert set(results.presence["team"]) == {"desk", "group"}


def test_times_of_day_pass_the_change_of_clocks(results):
    late = results.items[results.items["arrived"] > "2026-03-29 12:00+00:00"]
    assert (late["arrived"].dt.hour.between(9, 16)).all()
    assert set(iso(late["arrived"])) == {t.isoformat(timespec="microseconds")
                                         for t in late["arrived"]}  # fmt: skip


def test_without_trajectories_the_frames_say_how_to_have_them(scenario):
    with pytest.raises(SvcsimError, match="keep=1"):
        _ = svcsim.run(scenario, replications=1, jobs=1).items


def test_saved_results_come_back(results, tmp_path):
    results.save(tmp_path / "two.svcsim")
    back = svcsim.Results.load(tmp_path / "two.svcsim")
    assert same_bits(results, back)
    assert back.about == results.about
    assert back.provenance == results.provenance
    assert back.items.equals(results.items)
    assert back.visits.equals(results.visits)
    assert back.measures.equals(results.measures)


def test_a_file_of_something_else_is_refused(tmp_path):
    (tmp_path / "x").write_text("svcsim: 1")
    with pytest.raises(SvcsimError, match="no results of svcsim"):
        svcsim.Results.load(tmp_path / "x")


def test_notebooks_show_headlines(results):
    html = results._repr_html_()
    assert "Two streams that share people" in html
    assert "on_time" in html
    assert "Student t" in html


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"replications": 0}, "replications: found 0"),
        ({"seed": -1}, "seed: found -1"),
        ({"jobs": 0}, "jobs: found 0"),
        ({"engine": "fast"}, "^engine='fast': there is none; write compiled or reference"),
    ],
)
def test_wrong_arguments_are_refused(scenario, words, message):
    with pytest.raises(SvcsimError, match=message):
        svcsim.run(scenario, **words)


def test_a_study_can_be_pickled(scenario):
    about = About.of(scenario)
    assert pickle.loads(pickle.dumps(about)) == about


# ---- names and logs ----


def test_items_are_named_by_their_origin():
    items = np.zeros(6, ITEM)
    items["layer"], items["ordinal"] = [0, 1, -1, 0, -1, -2], [1043, 207, 17, 5, 2, 3]
    items["member"], items["parent"] = [-1, -1, -1, 2, 0, 1], [-1, -1, -1, -1, 3, -1]
    assert item_names(items, ["incident"], ["deploy"], ["trend", "often"]).tolist() == [
        "incident:1043", "incident:1.207", "incident:17", "incident:5/2",
        "incident:incident:5/2/deploy.2.0", "incident:often.3",
    ]  # fmt: skip


def test_the_event_log_has_the_columns_of_process_mining(scenario, results):
    (labels, _) = results._labels()
    log = event_log(labels, several=True)
    assert list(log.columns) == list(LOG_COLUMNS)
    assert log["case:concept:name"].str.startswith("0/").all()
    assert set(log["record_type"]) == {"work", "wait"}
    assert (log["enable_time"] <= log["start_timestamp"]).all()
    assert (log["start_timestamp"] <= log["time:timestamp"]).all()
    assert log["start_timestamp"].is_monotonic_increasing
    work = log[log["record_type"] == "work"]
    assert len(work) == len(results.presence.query("replication == 0"))
    last = work.sort_values("time:timestamp").groupby(
        ["case:concept:name", "concept:name", "visit"]
    )
    ends = last["lifecycle:transition"].agg(list)
    assert all(set(spells[:-1]) <= {"suspend"} for spells in ends)
    suspended = work[work["lifecycle:transition"] == "suspend"]
    assert len(suspended) > 0
    assert event_log(Labels(labels.run, About.of(scenario)), several=False)[
        "case:concept:name"
    ].str.match(r"(incident|request):").all()  # fmt: skip


# ---- comparisons ----


def test_a_scenario_compared_with_itself_differs_in_nothing(scenario):
    comparison = svcsim.compare(scenario, [scenario], replications=3, jobs=1)
    changes = comparison.changes
    assert (changes["value"].dropna() == 0).all()
    assert (changes["half_width"].dropna() == 0).all()
    for shares in comparison.items("A"):
        assert (shares.same.value, shares.only_base.value, shares.only_variant.value) == (1, 0, 0)


def test_more_people_make_nobody_later_without_priorities():
    base = load("first_desk", set=["horizon=2 wk"])
    more = load("first_desk", set=["horizon=2 wk", "teams.second_line.people=+1"])
    comparison = svcsim.compare(base, {"more": more}, replications=4, jobs=2)
    (shares,) = comparison.items("more")
    assert shares.later.value == 0
    assert shares.sooner.value > 0.2
    assert comparison.differences["more"].keys() == comparison.base.numbers.keys()
    assert list(comparison.variants) == ["more"]


@pytest.mark.parametrize("jobs", [2, 3])
def test_workers_change_nothing_in_a_comparison(scenario, jobs):
    alone = svcsim.compare(scenario, [scenario], replications=4, jobs=1)
    together = svcsim.compare(scenario, [scenario], replications=4, jobs=jobs)
    assert same_bits(alone.base, together.base)
    assert alone.matches == together.matches


def test_changes_of_a_named_base_are_variants():
    comparison = svcsim.compare("first_desk", ["horizon=1 wk, teams.desk.people=+1"],
                                replications=1, jobs=1)  # fmt: skip
    assert comparison.variants["A"].about.teams[0].people == 2
    assert comparison.variants["A"].about.horizon == "1 wk"


def test_nothing_to_compare_with_is_refused(scenario):
    with pytest.raises(SvcsimError, match="nothing to compare"):
        svcsim.compare(scenario, [])


def test_labels_of_variants():
    assert [label(index) for index in (0, 1, 25, 26)] == ["A", "B", "Z", "A1"]


# ---- files ----


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("old")

    def fail_half_way():
        with whole_file(path) as file:
            file.stream.write("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_directory_is_there_whole_or_not_at_all(tmp_path):
    def fail_half_way():
        with whole_directory(tmp_path / "out", ("a",)) as aside:
            (aside / "a").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert list(tmp_path.iterdir()) == []
    with whole_directory(tmp_path / "out", ("a",)) as aside:
        (aside / "a").write_text("whole")
    with whole_directory(tmp_path / "out", ("a",)) as aside:
        (aside / "a").write_text("again")
    assert (tmp_path / "out" / "a").read_text() == "again"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("write", [
    lambda path: whole_file(path / "log.csv"),
    lambda path: whole_directory(path / "log.csv", ("a",)),
], ids=["file", "directory"])  # fmt: skip
def test_a_disk_that_is_full_or_closed_names_what_was_asked_for(tmp_path, monkeypatch, write):
    def fill():
        with write(tmp_path):
            raise FULL

    def closed(*_, prefix, suffix, dir):
        raise OSError(errno.EROFS, "Read-only file system", f"{dir}/{prefix}x{suffix}")

    for _ in range(2):
        with pytest.raises(OSError, match=r"No space|Read-only") as found:
            fill()
        assert found.value.filename == str(tmp_path / "log.csv")
        assert list(tmp_path.iterdir()) == []
        monkeypatch.setattr(tempfile, "mkstemp", closed)
        monkeypatch.setattr(tempfile, "mkdtemp", closed)


def test_a_file_in_a_directory_that_is_full_is_told_as_the_directory(tmp_path):
    def fill():
        with whole_directory(tmp_path / "out", ("a",)) as aside, whole_file(aside / "a"):
            raise FULL

    with pytest.raises(OSError, match="No space") as found:
        fill()
    assert found.value.filename == str(tmp_path / "out")


def test_what_else_goes_wrong_meanwhile_is_no_matter_of_the_file(tmp_path):
    def fail():
        with whole_file(tmp_path / "log.csv"):
            (tmp_path / "elsewhere").read_bytes()

    with pytest.raises(FileNotFoundError) as found:
        fail()
    assert found.value.filename == str(tmp_path / "elsewhere")


def test_a_directory_with_other_things_is_not_touched(tmp_path):
    (tmp_path / "precious").write_text("mine")
    with (
        pytest.raises(SvcsimError, match="precious"),
        whole_directory(tmp_path, ("items.csv",)),
    ):
        raise AssertionError("not reached")
    assert (tmp_path / "precious").read_text() == "mine"


# ---- the public surface ----


def test_public_names():
    assert dir(svcsim) == [
        "Results", "Scenario", "ScenarioError", "__version__", "bottleneck", "compare", "load",
        "plots", "run", "sweep", "verify",
    ]  # fmt: skip
    assert all(hasattr(svcsim, name) for name in dir(svcsim))
    assert not hasattr(svcsim, "staff")


def test_every_measure_and_statistic_that_is_printed_is_a_reserved_word():
    words = ["horizon=20 wk", "warm_up=0 h"]
    for name in ("service_desk", "normal_change", "failed_changes"):
        numbers = svcsim.run(name, set=words, replications=1, jobs=1).numbers
        assert {key.measure for key in numbers} <= MEASURES
        assert {key.statistic for key in numbers} <= STATISTICS
