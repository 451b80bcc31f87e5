"""`svcsim verify`: nothing is found in what is sound, and what is planted is found where it is."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from svcsim import verify
from svcsim.cli import main
from svcsim.decisions.verification import relatives, slower, stations, workers
from svcsim.decisions.verification.halves import halved, together
from svcsim.decisions.verification.stories import beginning, by_name, difference, until
from svcsim.engines import compiled, reference
from svcsim.engines.compiled.parts import Part
from svcsim.experiment.study import Study
from svcsim.model.arrays import NEVER
from svcsim.model.build import build
from svcsim.model.codes import Op
from svcsim.scenario.load import changed, load, loads, rewritten, shipped

DESK = load("first_desk", set=["horizon=2 d", "run_out=0 h"])
CHANGES = load("normal_change", set=["horizon=5 wk", "run_out=0 h", "warm_up=0 h"])


def failing(found):
    """Names of the checks that fail."""
    return {check.name for check in found.checks if check.result == "fails"}


def checked(**more):
    return verify(DESK, replications=1, rows=200, **more)


# ---- what is sound -------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", [DESK, CHANGES], ids=["desk", "changes"])
def test_nothing_is_found_in_a_sound_scenario(scenario):
    told = []
    found = verify(scenario, replications=2, rows=600, progress=lambda *done: told.append(done))
    assert failing(found) == set()
    assert found.holds
    assert {check.group for check in found.checks} == {
        "engines", "auditor", "identities", "workers", "relatives",
    }  # fmt: skip
    assert told == [(n + 1, len(told)) for n in range(len(told))]
    assert 0 < found.steps[0] <= found.steps[1]
    assert sum(check.result == "holds" for check in found.checks) >= 22


def test_it_is_said_how_much_of_a_long_run_was_compared():
    short = verify(DESK, replications=2, rows=40)
    assert 0 < short.end < short.whole
    assert short.rows <= 60, "the run ends at a whole hour"
    assert verify(DESK, replications=1, rows=2_000).end == short.whole


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_is_verified(name):
    assert failing(verify(name, replications=2, rows=8_000)) == set()


# ---- what is planted -----------------------------------------------------------------------------


def later(run):
    """A story in which some work is over a microsecond later."""
    rows = run.rows.copy()
    rows["end"][5] += 1
    return run._replace(rows=rows)


@pytest.fixture
def crooked_reference(monkeypatch):
    told = reference.simulate
    monkeypatch.setattr(reference, "simulate", lambda *run: later(told(*run)))


def test_a_row_that_one_engine_tells_otherwise_is_found(crooked_reference):
    found = checked()
    assert not found.holds
    assert "same rows" in failing(found)
    where = next(check.found for check in found.checks if check.name == "same rows")
    assert "replication 0, rows, record 5" in where
    assert not failing(found) & {"any workers", "alone", "flow"}, "the compiled engine is sound"


def test_the_auditor_speaks_where_both_engines_err_alike(monkeypatch):
    told, slow = compiled.Worker.simulate, reference.simulate
    monkeypatch.setattr(compiled.Worker, "simulate", lambda *run: later(told(*run)))
    monkeypatch.setattr(compiled.Worker, "parts", lambda *run: [Part(later(told(*run)), None)])
    monkeypatch.setattr(reference, "simulate", lambda *run: later(slow(*run)))
    found = checked()
    results = {check.name: check.result for check in found.checks}
    assert results["same rows"] == "holds"
    assert results["rows"] == "fails"
    assert results["order of service"] == "unknown", "the rows are unsound before that"
    assert results["touch and waits"] == "fails"


def test_an_engine_that_breaks_is_a_finding(monkeypatch):
    def broken(*run):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(reference, "simulate", broken)
    check = next(check for check in checked().checks if check.name == "same rows")
    assert check.result == "fails"
    assert "ZeroDivisionError oh" in check.found


def test_other_bits_with_more_workers_are_found(monkeypatch):
    gather = workers.gather

    def other(task, n, *, jobs, **more):
        study = task.study
        if jobs == 3:
            study = Study(study.questions, study.engine, study.seed + 1)
        return gather(replace(task, study=study), n, jobs=jobs, **more)

    monkeypatch.setattr(workers, "gather", other)
    assert failing(checked()) == {"any workers"}


def test_relatives_that_tell_another_story_are_found(monkeypatch):
    def longer(scenario, words):
        path = "streams.incident.steps.resolve.touch=+1%"
        return changed(rewritten(scenario, words), [path])

    monkeypatch.setattr(relatives, "rewritten", longer)
    assert failing(checked()) == {"idle team", "reordered file", "unused step"}


def test_a_longer_run_that_begins_otherwise_is_found(monkeypatch):
    """Work is longer in the longer run; of items that come, with more demand, nothing is said."""
    touch = "streams.incident.steps.resolve.touch=+1%"
    monkeypatch.setattr(relatives, "changed", lambda one, set: changed(one, [*set, touch]))
    assert failing(checked()) == {"longer run"}


def test_items_that_do_not_remain_are_found(monkeypatch):
    """With another layer of thinning, every item is drawn anew (50)."""
    layer = "streams.incident.demand.layer_rate=7/h"
    monkeypatch.setattr(relatives, "changed", lambda one, set: changed(one, [*set, layer]))
    assert "more demand" in failing(checked())


def test_people_who_come_in_time_are_found(monkeypatch):
    too_late = relatives.with_people_too_late

    def in_time(model):
        found = too_late(model)
        found.openings["opens"][-1], found.openings["closes"][-1] = 0, model.end
        return found

    monkeypatch.setattr(relatives, "with_people_too_late", in_time)
    assert failing(checked()) == {"people too late"}


def test_halves_of_a_class_that_are_not_alike_are_found(monkeypatch):
    def unlike(model):
        found = halved(model)
        one, other = found.ops["b"][found.ops["code"] == Op.SEIZE]
        found.by_class[one, -1] = found.by_class[other, -1]
        return found

    monkeypatch.setattr(relatives, "halved", unlike)
    assert failing(checked()) == {"class in two"}


def test_somebody_who_is_busy_and_waited_for_is_found(monkeypatch):
    def but_one(scenario, words):
        words["teams"]["desk"]["people"] = 1
        return rewritten(scenario, words)

    monkeypatch.setattr(relatives, "rewritten", but_one)
    assert failing(checked()) == {"people without limit"}


def test_queues_that_are_against_theory_are_found(monkeypatch):
    """All work begins a second later with one person more, and takes longer in another order."""

    def slow(*run):
        told = compiled.simulate(*run)
        visits, presence = told.visits.copy(), told.presence.copy()
        visits["started"] += 1_000_000
        presence["end"] += 1
        return told._replace(visits=visits, presence=presence)

    monkeypatch.setattr(stations, "compiled", SimpleNamespace(simulate=slow))
    assert failing(checked()) == {"other order", "start by start"}


def test_a_story_that_is_not_twice_as_long_is_found(monkeypatch):
    double = slower.slower

    def forgetful(model):
        """Sittings are forgotten, or, where there are none, openings."""
        name = "sittings" if len(model.sittings) else "openings"
        return double(model)._replace(**{name: getattr(model, name)})

    monkeypatch.setattr(slower, "slower", forgetful)
    for scenario in (DESK, CHANGES):
        found = verify(scenario, replications=1, rows=200)
        assert failing(found) == {"time-scaling"}


# ---- the pieces ----------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["arrived", "ended"])
def test_a_beginning_is_compared_as_far_as_it_goes(field):
    model = build(CHANGES).model
    half = until(model, model.end // 2)
    short, long = (compiled.simulate(one, 1, 0) for one in (half, model))
    assert beginning(short, long, half.end) == ""
    items = short.items.copy()
    items[field][0] += 1
    assert beginning(short._replace(items=items), long, half.end).startswith("items, record 0")


def test_names_are_compared_and_not_numbers():
    words = DESK.document.data
    turned = {**words, "teams": dict(reversed(words["teams"].items()))}
    one, other = build(DESK), build(rewritten(DESK, turned))
    a, b = (compiled.simulate(made.model, 1, 0) for made in (one, other))
    codes = {}
    assert difference(a, b) != "", "the teams have other numbers"
    assert difference(by_name(one, a, codes), by_name(other, b, codes)) == ""


def test_all_times_of_a_model_are_doubled():
    """What is a tick in the model of gates and windows: nothing is left as it was."""
    one = slower.in_seconds(build(CHANGES).model)
    two = slower.slower(one)
    assert (two.sittings["tick"] == 2 * one.sittings["tick"]).all()
    assert (two.openings["closes"] == 2 * one.openings["closes"]).all()
    deadlines = [model.by_class[model.sittings["deadline_row"]] for model in (one, two)]
    known = ~np.isin(deadlines[0], (NEVER, -1))
    assert (deadlines[1][known] == 2 * deadlines[0][known]).all()
    assert (one.by_class == two.by_class[: len(one.by_class)]).all(), "other rows stay"


def test_half_of_a_class_is_another_one():
    for scenario in (DESK, CHANGES):
        model = build(scenario).model
        one, two = (compiled.simulate(each, 1, 0) for each in (model, halved(model)))
        n = int(model.streams["n_classes"].max())
        last = one.items["cls"] == n - 1
        halves = two.items["cls"][last]
        assert set(halves.tolist()) == {n - 1, n}
        assert abs((halves == n).mean() - 0.5) < 4.5 * 0.5 / len(halves) ** 0.5
        assert difference(one, together(model, two)) == ""


PLAIN = """
svcsim: 1
terminating: true
teams:
  desk: {people: 1, activity: engage}
  back: {people: 2, activity: deliver_support}
  both: {people: 2, activity: deliver_support}
  lab: {people: 1, activity: deliver_support, shrinkage: 10%}
  late: {people: 1, activity: deliver_support, shift_end: run_over}
  impatient: {people: 1, activity: deliver_support}
streams:
  call:
    demand: 20/wk
    classes: {hot: 20%, cold: rest}
    priority: {by_class: {hot: 1, cold: 2}}
    steps:
      answer: {team: desk, touch: 10 min}
      look: {team: lab, touch: 10 min}
      meet: {team: [back, both], touch: 10 min}
      end: {team: late, touch: 10 min}
      ask: {team: impatient, touch: 10 min, patience: 1 h}
  letter:
    demand: 20/wk
    steps: {read: {team: back, touch: 10 min}}
"""


def test_it_is_known_what_is_a_plain_queue():
    """Not who works together with others, goes on after the shift, or is left by the impatient."""
    made = build(loads(PLAIN))
    found = stations.stations(made.model)
    names = {made.names.pools[pool]: [made.names.steps[s] for s in found[pool]] for pool in found}
    assert names == {"desk": ["answer"], "lab": ["look"]}


# ---- the command ---------------------------------------------------------------------------------

SHORT = ("--set", "horizon=2 d", "--set", "run_out=0 h", "-n", "1", "--rows", "200")


def command(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main(["verify", *words])
    return left.value.code or 0, *capsys.readouterr()


def test_the_screen_says_what_holds(capsys, tmp_path):
    file = tmp_path / "found.json"
    code, out, _ = command(capsys, "first_desk", *SHORT, "--json", str(file))
    assert code == 0
    assert all(len(line) <= 80 for line in out.splitlines())
    assert out.count("✓") == sum(
        check["result"] == "holds" for check in json.loads(file.read_text())["checks"]
    )
    assert "checks hold" in out
    assert "Not shown" in out
    assert json.loads(file.read_text())["holds"] is True


def test_what_does_not_hold_leaves_with_1(capsys, crooked_reference):
    code, out, _ = command(capsys, "first_desk", *SHORT)
    assert code == 1
    assert "✗ same rows" in out
    assert "a fault of svcsim" in out
    assert all(len(line) <= 80 for line in out.splitlines())


@pytest.mark.parametrize(
    "words",
    [("nowhere",), ("first_desk", "--set", "teams.desk.people=-5"), ("first_desk", "-n", "0")],
)
def test_wrong_input_leaves_with_2(capsys, words):
    code, out, err = command(capsys, *words)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
