"""What steps do besides their work, said in two ways that are the same: bit for bit."""

import json
import re

from constructs import complete, demands, forked, having, steps, streams
from random_extras import NOT_REPEATED
from test_metamorphic import alike, case_of, changed, story

from svcsim.model.codes import Kind

SEEDS = range(30_000, 30_045)


def said_twice(one, other, seeds=SEEDS):
    """Yield each random case with one change, and with the other."""
    for case in map(case_of, seeds):
        pair = changed(case, one), changed(case, other)
        if json.dumps(pair[0].words) != json.dumps(pair[1].words):
            yield pair


def at_work(words):
    """Return the steps at which people work."""
    return [step for step in steps(words) if "touch" in step]


# ---- automation --------------------------------------------------------------------------------


def no_machine(words):
    """Let people do everything."""
    for step in at_work(words):
        step.pop("auto", None)


def idle_machine(words):
    """Let a machine do nothing at all."""
    for step in at_work(words):
        step["auto"] = {"share": "0%", "time": {"mean": "9 min", "cv": 1}, "fails": "50%"}


def test_a_machine_that_does_nothing_changes_nothing(tmp_path):
    alike(said_twice(no_machine, idle_machine), tmp_path)


def test_a_machine_that_always_fails_is_a_wait_before_the_work(tmp_path):
    def machine(words):
        waiting(words)
        for step in at_work(words):
            del step["wait"]
            step.pop("cause", None)
            step["auto"] = {"share": "100%", "time": "7 min", "fails": "100%"}

    def waiting(words):
        no_machine(words)
        for step in at_work(words):
            step["wait"] = "7 min"
            step.pop("runs_on", None)
            step["cause"] = "policy"
            for one in step.get("outcome", {}).values():
                if isinstance(one, dict):
                    one.pop("wait", None)  # of the same cause

    compared = tried = 0
    for one, other in said_twice(machine, waiting):
        a, b = story(one, tmp_path), story(other, tmp_path)
        if a is None or b is None:
            continue
        assert a._replace(rows=[]) == b._replace(rows=[]), json.dumps(one)
        assert [without_kind(row) for row in a.rows] == [without_kind(row) for row in b.rows]
        tried += sum(row[4] == Kind.AUTOMATIC for row in a.rows)
        compared += 1
    assert compared >= 15
    assert tried > 500


def without_kind(row):
    """Return a row of which it is not said whether nobody or a machine was at work."""
    kind = Kind.POLICY if row[4] == Kind.AUTOMATIC else row[4]
    return (*row[:4], kind, *row[5:])


def test_a_machine_that_never_fails_needs_nobody(tmp_path):
    def machine(words):
        for step in at_work(words):
            step["auto"] = {"share": "100%", "time": {"mean": "5 min", "cv": 1}}

    handled = 0
    for case in (changed(case_of(seed, plain=True), machine) for seed in SEEDS):
        found = story(case, tmp_path)
        if found is not None:
            assert not found.presence
            assert not any(row[4] in (Kind.WORK, Kind.SETUP, Kind.CONTENTION) for row in found.rows)
            handled += sum(row[4] == Kind.AUTOMATIC for row in found.rows)
    assert handled > 500


# ---- incoming quality --------------------------------------------------------------------------


def test_where_nothing_is_missing_nothing_changes(tmp_path):
    nothing_missing = complete(having())

    def never_missing(words):
        nothing_missing(words)
        parallel = forked(words)
        for stream in (stream for stream in streams(words) if stream not in parallel):
            first, *others = stream["steps"]
            for step in (stream["steps"][name] for name in others):
                if "touch" in step and "every" not in step:
                    step["incomplete"] = {"share": "0%", "to": first}

    alike(said_twice(nothing_missing, never_missing), tmp_path, at_least=10)


# ---- repetition --------------------------------------------------------------------------------


def may_repeat(words):
    """Return the steps of work that could be repeated, stripped of what would come in between."""
    for team in words["teams"].values():
        team.pop("wip", None)
    found = [step for step in at_work(words) if not step.keys() & NOT_REPEATED]
    for step in found:
        for name in ("auto", "set", "wait", "runs_on", "cause", "every", "times", "until"):
            step.pop(name, None)
    return found


def test_what_is_repeated_once_is_a_wait_before_the_work(tmp_path):
    def repeated(words):
        for step in may_repeat(words):
            step |= {"every": "7 min", "times": 1}

    def waiting(words):
        for step in may_repeat(words):
            step |= {"wait": "7 min", "cause": "batching"}

    alike(said_twice(repeated, waiting), tmp_path)


def test_so_many_times_is_no_limit_where_something_else_ends_it(tmp_path):
    def until(words):
        for step in steps(words):
            if "until" in step:
                step.pop("times", None)

    def at_most(words):
        for step in steps(words):
            if "until" in step:
                step["times"] = 100_000

    alike(said_twice(until, at_most, range(30_000, 30_200)), tmp_path, at_least=10)


# ---- waits -------------------------------------------------------------------------------------


def prompt(words):
    """Let every outcome take effect at once."""
    for step in steps(words):
        for one in step.get("outcome", {}).values():
            if isinstance(one, dict):
                one.pop("wait", None)


def test_an_outcome_that_waits_for_no_time_waits_for_nothing(tmp_path):
    def no_time(words):
        prompt(words)
        for step in steps(words):
            for one in step.get("outcome", {}).values():
                if isinstance(one, dict) and "share" in one:
                    one["wait"] = "0 min"

    alike(said_twice(prompt, no_time), tmp_path)


def test_a_wait_that_runs_on_a_calendar_that_never_closes_runs_on_the_wall_clock(tmp_path):
    def on_the_wall(words):
        for step in waits(words):
            step.pop("runs_on", None)

    def always(words):
        for step in waits(words):
            step["runs_on"] = "always"

    def waits(words):
        found = [step for step in steps(words) if "wait" in step]
        return [step for step in found if not re.search(r'\b(bh|bd)"', json.dumps(step["wait"]))]

    alike(said_twice(on_the_wall, always), tmp_path)


# ---- demand ------------------------------------------------------------------------------------


def test_twice_the_demand_from_the_start_on_is_twice_the_rate(tmp_path):
    def by_rate(factor, changes):
        def change(words):
            for demand in demands(words):
                demand.pop("changes", None)
                if "rate" in demand:
                    amount, unit = demand["rate"].split("/")
                    demand.setdefault("layer_rate", demand["rate"])
                    demand["rate"] = f"{factor * float(amount)!r}/{unit}"
                    demand |= changes

        return change

    doubled = by_rate(2, {})
    later = by_rate(1, {"changes": {"from": "0 h", "by": "+100%"}})
    alike(said_twice(doubled, later), tmp_path, at_least=15)
