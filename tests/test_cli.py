"""The command line: exit codes, what goes to stdout and stderr, and screens of 80 columns."""

import csv
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from numba.core import event

from svcsim.cli import main
from svcsim.experiment import stopwatch
from svcsim.experiment.event_log import LOG_COLUMNS
from svcsim.experiment.numbers import COLUMNS
from svcsim.scenario.load import loads, shipped

QUICK = ("-n", "3", "--set", "horizon=2 wk", "--jobs", "1")


@pytest.fixture
def svcsim(capsys, monkeypatch, tmp_path):
    """Run a command in an empty directory; return its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as exit_:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return exit_.value.code or 0, out, err

    return call


# ---- help ----


def test_help_names_the_commands_in_their_panels(svcsim):
    code, out, err = svcsim("--help")
    assert (code, err) == (0, "")
    for panel, commands in {
        "Start": ("init", "run"),
        "Decide": ("compare",),
        "Look closer": ("verify",),
        "Data and house-keeping": ("schema", "cache"),
    }.items():
        assert panel in out
        assert all(f"│ {command}" in out for command in commands)


def test_help_loads_nothing_heavy():
    program = (
        "import sys\nfrom svcsim.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    heavy = {"numpy", "pandas", "scipy", "numba", "pydantic", "ruamel", "matplotlib", "holidays",
             "rich"}  # fmt: skip
    assert heavy.isdisjoint(eval(told.stderr))


def processor_seconds(*arguments):
    """The least processor time of three runs, which does not depend on what else is running."""
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        taken.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    return min(taken)


def test_help_takes_less_than_three_tenths_of_a_second():
    assert processor_seconds("-m", "svcsim", "--help") < 0.3


def test_help_fits_80_columns(svcsim):
    _, out, _ = svcsim("--help")
    assert max(map(len, out.splitlines())) == 80
    assert "\x1b" not in out
    assert {line[-1] for line in out.splitlines() if line.startswith(("│", "╭", "╰"))} == set("│╮╯")


def test_the_version(svcsim):
    code, out, _ = svcsim("--version")
    assert code == 0
    assert out.startswith("svcsim ")


# ---- the first screen ----


SOONER = "--set", "horizon=8 wk", "--set", "warm_up=1 wk", "--set", "run_out=2 wk"
"""Half a million rows are told no better than a tenth of them."""


@pytest.mark.parametrize("scenario", sorted(shipped()))
def test_the_first_screen_fits_80_columns_and_24_lines(svcsim, scenario):
    sooner = SOONER if scenario == "portfolio" else ()
    code, out, err = svcsim("run", scenario, "-n", "2", *sooner)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 24 or out.count("demand to value") > 1
    assert all(line == line.rstrip() for line in lines)


def test_the_first_screen_says_what_matters(svcsim):
    _, out, _ = svcsim("run", "first_desk", *QUICK)
    for words in (
        "A small service desk", "2 wk · 3 replications",
        "resolved within 4 h", "target 95 %: M",
        "Demand to value", "office hours", "wall clock", "p85", "±",
        "unavailable", "contention", "touch", "engage", "deliver & support",
        "Little's law exact · touch + waits = lead time exact · seed 1 · compiled",
        "Student t over replications",
        "Try: svcsim compare first_desk --set 'horizon=2 wk'", "--vs teams.",
    ):  # fmt: skip
        assert words in out


BY_CLASS = """svcsim: 1
horizon: 4 wk
teams: {desk: {people: 2, activity: engage}}
streams:
  incident:
    demand: 60/wk
    classes: {high: 20%, normal: rest}
    priority: {by_class: {high: 1, normal: 3}}
    targets: {resolved: {within: {by_class: {high: 4 bh, normal: 1 bd}}, share: 95%}}
    steps: {resolve: {team: desk, touch: {mean: 30 min, cv: 1}}}
"""


def test_a_verdict_is_told_by_class_in_a_line_of_its_own(svcsim, tmp_path):
    (tmp_path / "desk.yaml").write_text(BY_CLASS)
    code, out, _ = svcsim("run", "desk.yaml", "-n", "5", "--json", "numbers.json")
    assert code == 0
    measures = json.loads((tmp_path / "numbers.json").read_text())["measures"]
    kept = {m["class"]: m["value"] for m in measures if m["measure"] == "on_time"}
    high, normal = (f"{100 * kept[name]:.1f} %" for name in ("high", "normal"))
    lines = out.splitlines()
    assert lines[3] == f"    by class: high {high} in 4 bh, normal {normal} in 1 bd"
    assert len(lines) <= 24


def test_a_long_verdict_goes_on_in_the_next_line(svcsim, tmp_path):
    """Many classes, a long promise and a long title: no number is cut off."""
    names = [f"class_number_{i}" for i in range(6)]
    shares = ", ".join(f"{name}: {'rest' if name == names[-1] else '10%'}" for name in names)
    within = ", ".join(f"{name}: {i + 1} h" for i, name in enumerate(names))
    (tmp_path / "long.yaml").write_text(
        "svcsim: 1\nhorizon: 4 wk\n"
        "title: A desk with a title that leaves little room for how often and how long it ran\n"
        "teams: {desk: {people: 2, activity: engage}}\nstreams:\n  incidents_of_customers:\n"
        f"    demand: 60/wk\n    classes: {{{shares}}}\n    targets:\n"
        f"      told_when_it_is_repaired: {{within: {{by_class: {{{within}}}}}, share: 95%}}\n"
        "      first_response_by_somebody: {within: 30 min, share: 99.5%}\n"
        "    steps: {resolve: {team: desk, touch: {mean: 20 min, cv: 1}}}\n"
    )
    code, out, _ = svcsim("run", "long.yaml", "-n", "2")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    above = " ".join(out.partition("Demand to value")[0].split())
    assert "little room for how often and how long it ran 4 wk · 2 replications" in above
    assert "within 30 min" in above
    _, out, _ = svcsim("run", "long.yaml", "-n", "2", "--full")
    above = " ".join(out.partition("Demand to value")[0].split())
    assert all(f" % in {i + 1} h" in above for i in range(6))


def test_the_clock_of_a_run_stands_still_while_functions_are_compiled(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(stopwatch.time, "monotonic", lambda: now[0])
    began = stopwatch.clock()
    with event.trigger_event("numba:compile"):
        time.sleep(0.05)
    now[0] += 1
    assert 0 < stopwatch.clock() - began <= 0.95


def test_classes_without_promises_of_their_own_are_told_if_they_are_few(svcsim, tmp_path):
    same = BY_CLASS.replace("{by_class: {high: 4 bh, normal: 1 bd}}", "1 bd")
    (tmp_path / "few.yaml").write_text(same)
    _, out, _ = svcsim("run", "few.yaml", "-n", "2")
    assert "    by class: high " in out
    five = "{high: 20%, b: 20%, c: 20%, d: 20%, normal: rest}"
    many = same.replace("{high: 20%, normal: rest}", five)
    many = many.replace("priority: {by_class: {high: 1, normal: 3}}", "priority: 3")
    (tmp_path / "many.yaml").write_text(many)
    _, out, _ = svcsim("run", "many.yaml", "-n", "2")
    assert "by class" not in out


def test_a_person_more_is_tried_only_where_people_are_waited_for_most(svcsim, tmp_path):
    (tmp_path / "desk.yaml").write_text(BY_CLASS)
    _, out, _ = svcsim("run", "desk.yaml", "-n", "5")
    assert "Try: svcsim compare desk.yaml --vs teams.desk.people=+1" in out
    slow = BY_CLASS.replace("steps: {", "steps: {parts: {wait: 2 d}, ")
    (tmp_path / "slow.yaml").write_text(slow)
    _, out, _ = svcsim("run", "slow.yaml", "-n", "5")
    assert "Try: svcsim run slow.yaml --full" in out


def test_what_was_written_is_told_with_its_size_on_stderr(svcsim, tmp_path):
    _, out, err = svcsim(
        "run", "first_desk", *QUICK, "--out", "d", "--log", "e.csv", "--json", "n.json"
    )
    lines = err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "wrote d/", "wrote e.csv", "wrote e.run.json", "wrote n.json",
    ]  # fmt: skip
    for name in ("items.csv", "visits.csv", "measures.csv", "weekly.csv", "steps.csv", "run.json"):
        assert name in lines[0]
    assert lines[2].endswith(f"{(tmp_path / 'e.run.json').stat().st_size} B")
    assert "wrote" not in out


def test_parts_of_the_lead_time_add_up_on_the_screen(svcsim):
    _, out, _ = svcsim("run", "first_desk", *QUICK)
    lines = out.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("  Where the"))
    total = float(lines[start].split()[2])
    parts = [float(line.split()[1]) for line in lines[start + 1 : lines.index("", start)]]
    assert sum(parts) == pytest.approx(total, abs=0.02)


def test_many_streams_collapse_to_a_line_each(svcsim, tmp_path):
    stream = "{{demand: 5/wk, steps: {{s{0}: {{team: desk, touch: 10 min}}}}}}"
    streams = "\n".join(f"  stream_{i}: {stream.format(i)}" for i in range(5))
    (tmp_path / "five.yaml").write_text(
        f"svcsim: 1\nhorizon: 4 wk\nteams: {{desk: {{people: 2, activity: engage}}}}\n"
        f"streams:\n{streams}\n"
    )
    code, out, _ = svcsim("run", "five.yaml", "-n", "2")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert out.count("demand to value") == 3
    assert [line.split()[0] for line in out.splitlines() if ", p85 " in line] == [
        "stream_3", "stream_4",
    ]  # fmt: skip


def test_full_prints_every_measure_in_80_columns(svcsim):
    code, out, _ = svcsim("run", "first_desk", "--full", *QUICK)
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    for words in ("lead_time.p95 (office)", "handovers.person", "team desk", "step resolve"):
        assert words in out


def test_one_replication_has_no_half_width_and_no_crash(svcsim):
    code, out, _ = svcsim("run", "first_desk", "-n", "1", "--set", "horizon=1 wk")
    assert code == 0
    assert "1 replication ·" in out
    assert "nan" not in out


def test_nobody_came_and_it_says_so(svcsim):
    code, out, _ = svcsim("run", "first_desk", *QUICK, "--set", "streams.incident.demand=0/wk")
    assert code == 0
    assert "nan" not in out
    assert "No item had a lead time" in out


def test_no_escape_sequences_where_no_person_reads(svcsim, monkeypatch):
    _, out, err = svcsim("run", "first_desk", *QUICK)
    assert "\x1b" not in out + err


def test_no_colour_is_respected_on_a_terminal(monkeypatch):
    from svcsim.cli import terminal

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal.styled("MET", "good") == "\x1b[32mMET\x1b[0m"
    assert terminal.visible(terminal.styled("MET", "good")) == 3
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal.styled("MET", "good") == "MET"


# ---- for machines ----


def test_json_has_the_columns_of_the_contract(svcsim):
    code, out, _ = svcsim("run", "first_desk", *QUICK, "--json", "-")
    words = json.loads(out)
    assert code == 0
    assert {"svcsim", "scenario", "seed", "engine", "replications", "measures"} <= set(words)
    assert set(words["scenario"]) == {"name", "digest"}
    assert all(tuple(record) == COLUMNS for record in words["measures"])
    on_time = next(r for r in words["measures"] if r["measure"] == "on_time")
    assert (on_time["target"], on_time["class"], on_time["n"]) == ("resolved", None, 3)
    assert 0 <= on_time["lower"] <= on_time["value"] <= on_time["upper"] <= 1
    assert "Student t over replications" in words["interval"]


def test_json_to_a_file_leaves_the_screen(svcsim, tmp_path):
    code, out, _ = svcsim("run", "first_desk", *QUICK, "--json", "numbers.json")
    assert code == 0
    assert "Demand to value" in out
    assert json.loads((tmp_path / "numbers.json").read_text())["seed"] == 1


def test_out_and_log_write_tidy_files(svcsim, tmp_path):
    code, _, _ = svcsim("run", "first_desk", *QUICK, "--out", "res", "--log", "log.csv")
    assert code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "log.run.json", "res"]
    found = {}
    for path in (tmp_path / "res").glob("*.csv"):
        with path.open(newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    assert set(found) == {"items", "visits", "measures", "weekly", "steps"}
    assert tuple(found["measures"][0]) == COLUMNS
    assert {row["replication"] for row in found["items"]} == {"0", "1", "2"}
    assert {row["item"] for row in found["visits"]} == {row["item"] for row in found["items"]}
    with (tmp_path / "log.csv").open(newline="") as file:
        log = list(csv.DictReader(file))
    assert tuple(log[0]) == LOG_COLUMNS
    assert len({row["case:concept:name"] for row in log}) == len(found["items"])
    run = json.loads((tmp_path / "res" / "run.json").read_text())
    assert run["scenario"]["name"] == "first_desk"


def test_the_schema_is_json(svcsim):
    code, out, _ = svcsim("schema")
    assert code == 0
    assert "streams" in json.loads(out)["properties"]


# ---- compare ----


def test_compare_says_it_in_words(svcsim):
    changes = ("teams.second_line.people=+1", "streams.incident.demand=+10%, teams.desk.people=2")
    code, out, err = svcsim("compare", "first_desk", *QUICK, *(f"--vs={text}" for text in changes))
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    for words in (
        "second_line: people 4 → 5", "desk: people 1 → 2", "180/wk → 198/wk",
        "incident: resolved within 4 h, target 95 %", " pp", "With A, ", "With B, ",
        "none later", "are new", "common random numbers",
    ):  # fmt: skip
        assert words in out


def test_compare_cuts_nothing_of_its_changes_and_says_which_file_a_variant_is(svcsim, tmp_path):
    desk = BY_CLASS.replace("{mean: 30 min, cv: 1}", "{p50: 20 min, p90: 1 h, at_most: 8 h}")
    (tmp_path / "desk.yaml").write_text(desk)
    other = desk.replace("people: 2", "people: 3")
    (tmp_path / "other.yaml").write_text(other)
    touch = "streams.incident.steps.resolve.touch"
    code, out, _ = svcsim(
        "compare", "desk.yaml", "other.yaml", "-n", "2", "--vs", f"{touch}=-10%",
        "--vs", f"{touch}={{p50: 21 min, p90: 1 h, at_most: 8 h}}",
        "--vs", f"{touch}={{low: 12.5 min, likely: 22.5 min, high: 55.5 min, at_most: 7.5 h}}",
    )  # fmt: skip
    assert code == 0
    above = out.partition("incident:")[0]
    assert "…" not in above
    assert max(map(len, out.splitlines())) <= 80
    assert f"  A     other.yaml · {loads(other).digest[:8]}\n" in above
    assert "  B     resolve: touch −10 %\n" in above
    assert "  C     resolve: touch p50 20 min → 21 min\n" in above
    told = " ".join(above.partition("  D ")[2].partition("\n\n")[0].split())
    assert told == (
        "resolve: touch {p50: 20 min, p90: 1 h, at_most: 8 h} → "
        "{low: 12.5 min, likely: 22.5 min, high: 55.5 min, at_most: 7.5 h}"
    )


def test_compare_bears_several_targets_and_long_names_in_80_columns(svcsim, tmp_path):
    (tmp_path / "long.yaml").write_text(
        "svcsim: 1\nhorizon: 2 wk\nteams: {desk: {people: 2, activity: engage}}\nstreams:\n"
        "  a_stream_with_a_name_that_is_rather_long_for_a_table:\n    demand: 20/wk\n"
        "    steps: {one: {team: desk, touch: 1 h}}\n    targets:\n"
        "      first_promise: {within: 2 h, share: 50%}\n"
        "      second_promise_of_many: {within: 4 h, share: 95.5%}\n"
        "  other: {demand: 10/wk, steps: {two: {team: desk, touch: 1 h}}}\n"
    )
    code, out, _ = svcsim("compare", "long.yaml", "-n", "2", "--vs", "teams.desk.people=3")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "second_promise_of_many within 4 h, target 95.5 %" in out


def test_compare_as_json(svcsim):
    _, out, _ = svcsim("compare", "first_desk", *QUICK, "--vs", "teams.desk.people=2",
                       "--json", "-")  # fmt: skip
    words = json.loads(out)
    assert set(words["variants"]) == {"A"}
    assert tuple(words["differences"][0]) == ("variant", *COLUMNS)
    assert words["items"]["A"][0]["stream"] == "incident"


def test_a_scenario_without_the_stream_is_said_to_have_none(svcsim):
    code, out, _ = svcsim("compare", "first_desk", "value_chain", "-n", "1",
                          "--set", "horizon=1 wk", "--set", "warm_up=0 h")  # fmt: skip
    assert code == 0
    assert "has no incident" in out


# ---- init ----


def test_init_writes_a_starter_that_runs(svcsim, tmp_path):
    code, out, _ = svcsim("init", "my_desk")
    assert code == 0
    assert "svcsim run my_desk.yaml" in out
    assert "#" in (tmp_path / "my_desk.yaml").read_text()
    code, out, err = svcsim("run", "my_desk.yaml", *QUICK)
    assert (code, err) == (0, "")
    assert "My desk" in out


def test_init_copies_a_shipped_scenario(svcsim, tmp_path):
    code, _, _ = svcsim("init", "mine", "--from", "first_desk")
    assert code == 0
    assert "A small service desk" in (tmp_path / "mine.yaml").read_text()


def test_init_overwrites_nothing(svcsim, tmp_path):
    (tmp_path / "mine.yaml").write_text("precious")
    code, _, err = svcsim("init", "mine")
    assert code == 2
    assert "mine.yaml" in err
    assert (tmp_path / "mine.yaml").read_text() == "precious"


def test_init_copies_the_data_files_too(svcsim, tmp_path):
    """What is copied can be checked and run; again beside it, the same data serve both."""
    code, out, _ = svcsim("init", "rp", "--from", "service_desk_replay")
    assert (code, "wrote data/incidents.csv" in out) == (0, True)
    own = shipped()["service_desk_replay"].parent / "data/incidents.csv"
    assert (tmp_path / "data/incidents.csv").read_bytes() == own.read_bytes()
    assert svcsim("check", "rp.yaml")[0] == 0
    code, out, _ = svcsim("init", "again", "--from", "rp.yaml")
    assert (code, "incidents" in out) == (0, False)
    assert svcsim("check", "again.yaml")[0] == 0


def test_init_copies_what_a_scenario_extends(svcsim, tmp_path):
    """Also in a directory of its own, with its data; a circle is copied, and `check` tells."""
    there = tmp_path / "there"
    (there / "bases").mkdir(parents=True)
    assert svcsim("init", there / "bases/desk", "--from", "service_desk_replay")[0] == 0
    own = "svcsim: 1\nextends: bases/desk.yaml\ntitle: Mine\n"
    (there / "mine.yaml").write_text(own)
    assert svcsim("init", "copy", "--from", there / "mine.yaml")[0] == 0
    assert (tmp_path / "bases/data/incidents.csv").is_file()
    assert svcsim("check", "copy.yaml")[0] == 0
    (there / "round.yaml").write_text(own.replace("bases/desk.yaml", "round.yaml"))
    assert svcsim("init", "other", "--from", there / "round.yaml")[0] == 0
    assert (tmp_path / "round.yaml").is_file()


def test_init_overwrites_no_data_and_leaves_nothing_half_done(svcsim, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/incidents.csv").write_text("precious")
    code, _, err = svcsim("init", "rp", "--from", "service_desk_replay")
    assert (code, "data/incidents.csv" in err) == (2, True)
    assert not (tmp_path / "rp.yaml").exists()
    assert (tmp_path / "data/incidents.csv").read_text() == "precious"
    (tmp_path / "data/incidents.csv").unlink()
    (tmp_path / "data").rmdir()

    opened = Path.open

    def full(path, mode="r", **words):
        if mode == "x":
            assert (tmp_path / "data/incidents.csv").exists()
            raise OSError(28, "No space left on device")
        return opened(path, mode, **words)

    monkeypatch.setattr(Path, "open", full)
    code, _, err = svcsim("init", "rp", "--from", "service_desk_replay")
    assert (code, "No space left" in err) == (2, True)
    assert not list(tmp_path.iterdir())


def test_init_copies_nothing_to_outside_its_directory(svcsim, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there/mine"
    here.mkdir()
    there.mkdir(parents=True)
    (tmp_path / "log.csv").write_text("at\n2026-01-05 10:00\n")
    text = shipped()["first_desk"].read_text().replace(
        "demand: 180/wk", "demand: {csv: ../log.csv, arrived: at}"
    )  # fmt: skip
    (here / "desk.yaml").write_text(text)
    code, _, err = svcsim("init", there / "desk", "--from", here / "desk.yaml")
    assert (code, "copy it yourself" in err) == (2, True)
    assert not list(there.iterdir())
    assert not (tmp_path / "there/log.csv").exists()


# ---- exit codes ----


TIGHT = ("--set", "streams.incident.targets.resolved.within=10 min")
EASY = ("--set", "streams.incident.targets.resolved.within=20 bd")


def test_a_missed_target_is_an_answer(svcsim):
    code, out, _ = svcsim("run", "first_desk", *QUICK, *TIGHT)
    assert code == 0
    assert "MISSED" in out


def test_a_missed_target_is_1_when_targets_are_required(svcsim):
    assert svcsim("run", "first_desk", *QUICK, *TIGHT, "--require-targets")[0] == 1
    assert svcsim("run", "first_desk", *QUICK, *EASY, "--require-targets")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "no_such_file"], "no_such_file"),
        (["run", "."], "."),
        (["run", "wrong.yaml"], "wrong.yaml:3"),
        (["run", "bytes.yaml"], "UTF-8"),
        (["run", "first_desk", "--replications", "0"], "replications"),
        (["run", "first_desk", "--replications", "many"], "replications"),
        (["run", "first_desk", "--seed", "-1"], "seed"),
        (["run", "first_desk", "--engine", "fast"], "--engine fast: there is none; write compiled"),
        (["run", "first_desk", "--set", "teams.dsk.people=2"], "dsk"),
        (["run", "first_desk", "--log", "log.txt"], ".csv"),
        (["run", "first_desk", "--json", "nowhere/numbers.json"], "nowhere"),
        (["run", "first_desk", "--log", "nowhere/log.csv"], "nowhere"),
        (["run", "first_desk", "--out", "wrong.yaml"], "wrong.yaml"),
        (["run", "first_desk", "--out", "full"], "precious"),
        (["run", "first_desk", "--no-such-option"], "no-such-option"),
        (["compare", "first_desk"], "nothing to compare"),
        (["compare", "first_desk", "--vs", "teams.desk.people"], "change"),
        (["init", "nowhere/mine"], "nowhere"),
        (["init", "mine", "--from", "no_such_file"], "no_such_file"),
        (["no_such_command"], "no_such_command"),
    ],
)
def test_wrong_input_is_2_with_a_message_and_no_traceback(svcsim, tmp_path, arguments, words):
    (tmp_path / "wrong.yaml").write_text("svcsim: 1\nteams:\n  desk: {peple: 1}\nstreams: {}\n")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    code, out, err = svcsim(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before


def test_ctrl_c_before_anything_is_finished_is_130(svcsim, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("svcsim.experiment.gather.replicate", interrupted)
    code, out, err = svcsim("run", "first_desk", *QUICK)
    assert (code, out) == (130, "")
    assert "interrupted" in err


def test_ctrl_c_on_the_way_is_130_and_shows_what_is_finished(svcsim, monkeypatch):
    def two_and_no_more(task, n, **_):
        yield from (task(replication) for replication in range(2))

    monkeypatch.setattr("svcsim.experiment.gather.replicate", two_and_no_more)
    code, out, _ = svcsim("run", "first_desk", *QUICK)
    assert code == 130
    assert "interrupted: 2 of 3 replications" in out


def test_a_reader_that_leaves_early_is_no_error():
    command = f"{sys.executable} -m svcsim schema | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout == "{\n"
    assert done.stderr == ""


# ---- what cannot go on, and what has nobody ----


@pytest.mark.parametrize("engine", ["compiled", "reference"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_cannot_go_on_names_stream_and_step(svcsim, tmp_path, engine, jobs):
    (tmp_path / "long.yaml").write_text(
        "svcsim: 1\nhorizon: 1 d\ncalendar: always\nteams: {desk: {people: 1, activity: engage}}\n"
        "streams:\n  first: {demand: 1/d, steps: {a: {wait: 1 h}}}\n"
        "  order: {demand: 9/h, steps: {a: {wait: 1 h}, ship: "
        "{wait: {median: 300 month, sigma: 5}}}}\n"
    )
    words = ("run", "long.yaml", "-n", "2", "--jobs", jobs, "--engine", engine)
    code, out, err = svcsim(*words)
    assert (code, out) == (2, "")
    assert err == (
        "streams.order, step ship: a duration is longer than 285 years; "
        "bound the distribution, for instance with at_most: 1 month\n"
    )


def test_a_stream_in_which_nobody_works_can_be_run(svcsim, tmp_path):
    (tmp_path / "alone.yaml").write_text(
        "svcsim: 1\nhorizon: 1 wk\nstreams: {s: {demand: 1/h, steps: {a: {wait: 1 h}}}}\n"
    )
    code, out, err = svcsim("run", "alone.yaml", "-n", "2", "--jobs", "1", "--full")
    assert (code, err) == (0, "")
    assert "lead_time" in out
