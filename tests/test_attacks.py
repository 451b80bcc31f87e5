"""What people did to the command line and to files that nobody meant: refused, told, survived."""

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest

import svcsim as library
from svcsim.cli import main
from svcsim.errors import ScenarioError, SvcsimError
from svcsim.scenario.changes import describe
from svcsim.scenario.load import load, loads

QUICK = ("-n", "2", "--set", "horizon=1 wk", "--jobs", "1")
ALONE = """svcsim: 1
horizon: 1 wk
streams: {a: {demand: 10/d, steps: {s: {wait: 1 h}}}}
"""
"""Neither a team nor a resource."""


@pytest.fixture
def svcsim(capsys, monkeypatch, tmp_path):
    """Run a command in an empty directory; return its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return left.value.code or 0, out, err

    return call


def refused(svcsim, *arguments):
    """Run a command that must be refused; return what it says."""
    code, out, err = svcsim(*arguments)
    assert (code, out) == (2, "")
    return err


def problems(text, **words):
    with pytest.raises(ScenarioError) as caught:
        loads(text, file="f.yaml", **words)
    return caught.value.problems


# ---- files that are written --------------------------------------------------------------------


def test_a_link_stays_and_what_it_leads_to_is_written(svcsim, tmp_path):
    for link, target in (("n.json", "numbers"), ("l.csv", "log"), ("l.run.json", "origin")):
        (tmp_path / target).write_text("old")
        (tmp_path / link).symlink_to(target)
    (tmp_path / "real").mkdir()
    (tmp_path / "res").symlink_to("real")
    for _ in range(2):
        code, _, err = svcsim("run", "first_desk", *QUICK, "--json", "n.json", "--log", "l.csv",
                              "--out", "res")  # fmt: skip
        assert code == 0
        assert all(line.startswith("wrote ") for line in err.splitlines())
    links = {path.name for path in tmp_path.iterdir() if path.is_symlink()}
    assert links == {"n.json", "l.csv", "l.run.json", "res"}
    assert json.loads((tmp_path / "numbers").read_text())["seed"] == 1
    assert json.loads((tmp_path / "origin").read_text())["seed"] == 1
    assert (tmp_path / "log").read_text().startswith("case:concept:name")
    assert (tmp_path / "real" / "items.csv").is_file()
    targets = {"numbers", "log", "origin", "real"}
    assert {path.name for path in tmp_path.iterdir()} == links | targets


def test_a_pipe_is_written_to_and_not_replaced(svcsim, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    heard = []
    reader = threading.Thread(target=lambda: heard.append((tmp_path / "pipe").read_text()))
    reader.start()
    code, _, err = svcsim("check", "first_desk", "--json", "pipe")
    reader.join(timeout=10)
    assert (code, err) == (0, "")
    assert json.loads(heard[0])["problems"] == []
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--json", "x", "--out", "x"), "--json x: --out is there already"),
        (("--log", "x.csv", "--json", "x.csv"), "--json x.csv: --log is there already"),
        (("--log", "x.csv", "--json", "./x.run.json"), "what belongs to --log"),
        (("--json", "x/y.json", "--out", "x"), "--out is there already"),
        (("--json", "mine.yaml"), "--json mine.yaml: a scenario is there already"),
        (("--out", "other/x/y"), "other is a file; choose another directory"),
        (("--out", "other"), "it is a file; choose another directory"),
        (("--out", "."), "--out .: a scenario is there already"),
    ],
)
def test_nothing_is_written_over_anything_else(svcsim, tmp_path, arguments, words):
    (tmp_path / "mine.yaml").write_text(ALONE)
    (tmp_path / "other").write_text("precious")
    assert words in refused(svcsim, "run", "mine.yaml", *QUICK, *arguments)
    assert {path.name for path in tmp_path.iterdir()} == {"mine.yaml", "other"}


@pytest.mark.parametrize("command", ["check", "compare"])
def test_no_command_overwrites_its_scenario(svcsim, tmp_path, command):
    (tmp_path / "mine.yaml").write_text(ALONE)
    more = ("--vs", "streams.a.demand=5/d") if command == "compare" else ()
    assert "a scenario is there already" in refused(
        svcsim, command, "mine.yaml", *more, "--json", "mine.yaml"
    )
    assert (tmp_path / "mine.yaml").read_text() == ALONE


@pytest.mark.parametrize("how", ["link", "directory", "other"])
def test_a_directory_with_anything_of_others_is_not_replaced(svcsim, tmp_path, how):
    (tmp_path / "res").mkdir()
    entry = tmp_path / "res" / ("precious" if how == "other" else "items.csv")
    if how == "link":
        entry.symlink_to("elsewhere")
    elif how == "directory":
        entry.mkdir()
    else:
        entry.write_text("mine")
    err = refused(svcsim, "run", "first_desk", *QUICK, "--out", "res")
    assert f"res: it holds {entry.name}; choose another directory" in err
    assert list((tmp_path / "res").iterdir()) == [entry]


def test_what_is_put_into_a_directory_meanwhile_is_kept(tmp_path):
    from svcsim.experiment.whole_files import whole_directory

    files = ("items.csv",)
    (tmp_path / "res").mkdir()
    (tmp_path / "res" / "items.csv").write_text("old")
    with whole_directory(tmp_path / "res", files) as aside:
        (aside / "items.csv").write_text("new")
        (tmp_path / "res" / "precious").write_text("mine")
    assert [path.name for path in (tmp_path / "res").iterdir()] == ["items.csv"]
    assert (tmp_path / "res" / "items.csv").read_text() == "new"
    assert [path.read_text() for path in tmp_path.rglob("precious")] == ["mine"]


# ---- too much ----------------------------------------------------------------------------------


@pytest.mark.parametrize("more", ["", "terminating: true\n"])
def test_more_items_than_memory_can_hold_are_refused(svcsim, tmp_path, more):
    (tmp_path / "much.yaml").write_text(more + ALONE.replace("10/d", "1e12/wk"))
    for command in ("run", "check"):
        err = refused(svcsim, command, "much.yaml")
        assert "streams.a.demand: 5000000000000 items come" in err  # 1 wk and 4 wk of run-out
        assert "lower the demand" in err


SPINNING = """
import sys
import numba
import svcsim.engines.compiled as compiled
from svcsim.cli import main

@numba.njit(nogil=True)
def spin(n):
    x = 1
    for i in range(n):
        x = x * 6364136223846793005 + i
    return x

def simulate(self, seed, replication):
    print("spins\\n", end="", flush=True)  # two threads may do so at once
    spin(2**62)

spin(1)
compiled.Worker.simulate = simulate
print("begun", flush=True)
main(["run", "first_desk", "-n", "3", "--jobs", sys.argv[1], "--out", "res", "--log", "l.csv"])
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_twice_ends_a_kernel_that_never_ends(tmp_path, jobs):
    with subprocess.Popen(
        [sys.executable, "-c", SPINNING, jobs],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # also under nohup
    ) as process:  # fmt: skip
        try:
            assert process.stdout.readline() == "begun\n"
            assert process.stdout.readline() == "spins\n"
            assert any(tmp_path.iterdir()), "the files are opened before the run"
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 130
    assert err == "interrupted before anything was finished\n"
    assert not any(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="looks for children in /proc")
def test_ctrl_c_is_no_traceback_while_processes_start():
    with subprocess.Popen(
        [sys.executable, "-m", "svcsim", "run", "first_desk", "--engine", "reference", "-n", "2",
         "--jobs", "2", "--set", "horizon=1 d"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # also under nohup
    ) as process:  # fmt: skip
        try:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            while process.poll() is None and len(children.read_text().split()) < 2:
                time.sleep(0.01)
            time.sleep(0.3)
            os.killpg(process.pid, signal.SIGINT)  # all of them hear a terminal's Ctrl-C
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert "Traceback" not in err
    assert process.returncode in (0, 130)


def test_the_least_and_the_largest_seed_are_those_of_the_file(svcsim):
    most = 2**53
    assert load("first_desk", set=[f"seed={most}"]).seed == most
    (problem,) = problems(ALONE + f"seed: {most + 1}\n")
    assert (problem.found, problem.remedy) == (f"found {most + 1}", f"write {most} or less")
    err = refused(svcsim, "run", "first_desk", "--seed", most + 1)
    assert err == f"seed: found {most + 1}; write {most} or less\n"


@pytest.mark.parametrize("amount", ["+{}", "x{}", "+{}%"])
@pytest.mark.parametrize("path", ["replications", "streams.a.demand", "streams.a.steps.s.wait"])
def test_amounts_of_five_thousand_digits(path, amount):
    unit = {"streams.a.demand": "/d", "streams.a.steps.s.wait": " min"}.get(path, "")
    unit = unit if amount == "+{}" else ""
    (problem,) = problems(ALONE, set=[f"{path}={amount.format('9' * 5000)}{unit}"])
    assert problem.path == path


@pytest.mark.parametrize("demand", ["1e-160", "1e-300", "5e-324"])
@pytest.mark.parametrize("touch", ["1 h", "{mean: 1 h, cv: 1}", "0 h"])
@pytest.mark.parametrize("classes", ["", "classes: {p: {share: 50%, priority: 1}, q: rest}, "])
def test_hardly_any_demand_is_checked_without_a_warning(svcsim, tmp_path, demand, touch, classes):
    step = f"{{team: d, touch: {touch}}}"
    (tmp_path / "few.yaml").write_text(
        "svcsim: 1\nteams: {d: {people: 2, activity: plan}}\n"
        f"streams: {{a: {{{classes}demand: {demand}/wk, steps: {{s: {step}}}}}}}\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code, _, err = svcsim("check", "few.yaml")
    assert (code, err) == (0, "")


def test_an_item_in_a_hundred_thousand_years_is_waited_for_in_vain(svcsim, tmp_path):
    """The gap is longer than any duration may be: nobody comes, and nothing is wrong."""
    (tmp_path / "never.yaml").write_text(ALONE.replace("10/d", "1e-9/h"))
    code, _, err = svcsim("run", "never.yaml", "-n", "3", "--jobs", "1")
    assert (code, err) == (0, "")


def test_work_of_next_to_no_time_is_checked_without_a_warning(svcsim, tmp_path):
    """Its square is 0."""
    (tmp_path / "none.yaml").write_text(
        "svcsim: 1\nteams: {d: {people: 2, activity: plan}}\n"
        "streams: {a: {demand: 1/h, steps: {s: {team: d, touch: {mean: 1e-320 h, cv: 1}}}}}\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert svcsim("check", "none.yaml")[0] == 0


# ---- too little --------------------------------------------------------------------------------


def test_a_scenario_without_team_and_resource_runs(svcsim, tmp_path):
    (tmp_path / "alone.yaml").write_text(ALONE)
    for arguments in (
        ("run", "alone.yaml", "--full", "--json", "n.json", "--out", "res", "--log", "l.csv"),
        ("compare", "alone.yaml", "--vs", "streams.a.demand=5/d"),
        ("check", "alone.yaml", "--full"),
    ):
        code, _, err = svcsim(*arguments, *(() if arguments[0] == "check" else ("-n", "2")))
        assert code == 0
        assert all(line.startswith("wrote ") for line in err.splitlines())
    found = json.loads((tmp_path / "n.json").read_text())["measures"]
    mean = next(m for m in found if m["measure"] == "lead_time" and m["statistic"] == "mean")
    assert mean["value"] == pytest.approx(1)
    assert not [m for m in found if m["team"] is not None]


def test_what_is_missing_has_a_place() -> None:
    for problem in problems("title: x\n"):
        assert str(problem).startswith("f.yaml:1:1 ")
    (problem,) = problems(ALONE.replace("streams", "# nothing") + "seed: 3\n")
    assert str(problem).startswith("f.yaml:1:1 streams: 'streams' is missing")


@pytest.mark.parametrize("name", ["nosuch", ""])
def test_a_problem_without_a_place_does_not_begin_with_a_colon(svcsim, name):
    for arguments in (("check", name), ("run", name), ("compare", name, "--vs", "seed=2")):
        assert refused(svcsim, *arguments).startswith(f"there is no file {name!r}; ")
    with pytest.raises(SvcsimError, match=r"^there is no file"):
        library.run(name)


# ---- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("title", "horizon: 1 wk", r'title: "a\e[31mb"'),
        ("title", "horizon: 1 wk", r'title: "a\nb"'),
        ("description", "horizon: 1 wk", r'description: "a\eb"'),
        ("streams.a.demand.csv", "demand: 10/d", r'demand: {csv: "a\0b", arrived: x}'),
        ("streams.a.steps.s.wait.csv", "wait: 1 h", r'wait: {csv: "a\0b", column: x, unit: h}'),
        ("streams.a.steps.s.owner", "wait: 1 h", r'wait: 1 h, owner: "x\by"'),
        (r"streams.a\x1b[1m", "{a:", r'{"a\e[1m":'),
    ],
)
def test_control_characters_are_refused_and_not_printed(path, old, new):
    (problem,) = problems(ALONE.replace(old, new))
    assert problem.code == ("bad-name" if "x1b" in path else "not-text")
    assert str(problem).isprintable()
    assert f" {path}: " in str(problem)


def test_a_title_may_be_a_block_and_a_description_may_have_lines():
    words = loads("title: >\n  one\n  line\ndescription: |\n  first\n  \tsecond\n" + ALONE)
    assert words.title == "one line"
    assert words.description == "first\n\tsecond\n"


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\x1b[31m", "..", "/"])
def test_init_refuses_what_is_no_name(svcsim, tmp_path, name):
    assert refused(svcsim, "init", name).startswith("init ")
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["it's", 'a "b"', "$HOME `x`", "a\\b", "café", "a: #b", "{a}"])
def test_what_init_writes_can_be_checked_as_it_advises(svcsim, tmp_path, name):
    code, out, _ = svcsim("init", name)
    assert code == 0
    words = shlex.split(out.partition("try: ")[2])
    assert words[:3] == ["svcsim", "check", f"{name}.yaml,"]
    assert words[3:] == ["then", "svcsim", "run", f"{name}.yaml"]
    title = load(tmp_path / f"{name}.yaml").title
    assert title == name[:1].upper() + name[1:]
    assert svcsim("check", f"{name}.yaml")[0] == 0


def test_init_names_the_file_that_is_no_text(svcsim, tmp_path):
    (tmp_path / "latin.yaml").write_bytes("title: caf\u00e9\n".encode("latin-1"))
    assert "latin.yaml: this is no text in UTF-8" in refused(
        svcsim, "init", "mine", "--from", "latin.yaml"
    )
    assert not (tmp_path / "mine.yaml").exists()


def test_what_is_no_file_is_called_what_it_is(svcsim, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "'.' is a directory, and no file" in refused(svcsim, "run", ".")
    assert "'pipe' is a device or a pipe, and no file" in refused(svcsim, "run", "pipe")
    assert "too long" in refused(svcsim, "check", "x" * 5000)
    (tmp_path / "long.yaml").write_text(f"extends: {'x' * 5000}\n{ALONE}")
    err = refused(svcsim, "check", "long.yaml")
    assert err.startswith("long.yaml:1:10 extends: 'xxx")
    assert "too long" in err


# ---- changes -----------------------------------------------------------------------------------


def test_all_bad_changes_are_told_and_by_what_asked_for_them(svcsim):
    err = refused(svcsim, "run", "first_desk", "--set", "a", "--set", "b", "--set", "seed=x")
    assert [line.partition(":")[0] for line in err.splitlines()] == [
        "--set a", "--set b", "--set seed",
    ]  # fmt: skip
    err = refused(
        svcsim, "compare", "first_desk", "--set", "horizn=1 wk", "--vs", "teams.dsk.people=3",
        "--vs", "seed",
    )  # fmt: skip
    assert [line.partition(":")[0] for line in err.splitlines()] == [
        "--set horizn", "--vs teams.dsk.people", "--vs seed",
    ]  # fmt: skip
    err = refused(svcsim, "compare", "first_desk", "--vs", "teams.desk.people=-1")
    assert err.startswith("--vs teams.desk.people: ")


@pytest.mark.parametrize("nothing", ["", " ", ","])
def test_a_variant_that_changes_nothing_is_refused(svcsim, nothing):
    assert "changes nothing" in refused(svcsim, "compare", "first_desk", f"--vs={nothing}")


def test_in_python_a_change_is_called_what_it_is_called_there():
    with pytest.raises(ScenarioError, match=r"^set= seed: found 'x'"):
        load("first_desk", set=["seed=x"])
    with pytest.raises(ScenarioError, match=r"^vs= teams\.dsk\.people: "):
        library.compare("first_desk", "teams.dsk.people=3", replications=1)


def test_long_changes_stay_within_80_columns(svcsim):
    law = "{values: {10 min: 20%, 20 min: 20%, 30 min: 20%, 40 min: 20%, 50 min: rest}}"
    steps = "streams.incident.steps"
    change = f"{steps}.resolve.touch={law}, {steps}.register=null"
    code, out, err = svcsim("compare", "first_desk", *QUICK, "--vs", change)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    line = next(line for line in out.splitlines() if "touch" in line)
    assert " → {values: {10 min" in line
    assert "     register: removed\n" in out


def test_what_is_taken_away_is_removed():
    change = "streams.change.steps.review=null"
    assert describe(load("normal_change"), change) == "review: removed"
