"""``svcsim cache``, what a run tells of it, and what is shown while the kernel is compiled."""

import errno
import json
import sys
import time
from hashlib import blake2b
from pathlib import Path

import pytest
from small import SMALL

from svcsim.cli import main
from svcsim.cli.progress import COMPILING, Line, compiling, progress_bar
from svcsim.experiment.kernel_files import VARIANTS, compiled_share, in_work, is_compiled, missing


@pytest.fixture
def svcsim(capsys, monkeypatch, tmp_path):
    """Run a command in a directory with small.yaml; return its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL)

    def call(*arguments):
        with pytest.raises(SystemExit) as exit_:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return exit_.value.code or 0, out, err

    return call


def untimed(screen):
    """Return a screen without the title line, which says how long it took."""
    return screen.splitlines()[1:]


def test_the_second_run_says_what_it_read(svcsim):
    run = ("run", "small.yaml", "-n", "3", "--jobs", "1", "--json", "numbers.json")
    told = []
    for extra in ((), (), ("--no-cache",)):
        code, out, _ = svcsim(*run, *extra)
        assert code == 0
        told.append((out, json.loads(Path("numbers.json").read_text())))
    outs, numbers = zip(*told, strict=True)
    assert ["(3 cached)" in out.splitlines()[0] for out in outs] == [False, True, False]
    assert [one.pop("cached") for one in numbers] == [0, 3, 0]
    assert numbers[0] == numbers[1] == numbers[2]
    assert untimed(outs[0]) == untimed(outs[1]) == untimed(outs[2])
    assert max(len(line) for out in outs for line in out.splitlines()) <= 80


@pytest.mark.parametrize(
    "words",
    [
        ("sweep", "small.yaml", "--over", "teams.counter.people=1..3"),
        ("bottleneck", "small.yaml", "--only", "work,demand"),
    ],
)
def test_points_are_read_again(svcsim, own_blocks, words):
    run = (*words, "-n", "3", "--jobs", "1", "--json", "numbers.json")
    told = []
    for extra in (("--no-cache",), (), (), ("-n", "5")):
        code, out, _ = svcsim(*run, *extra)
        assert code == 0
        told.append((out, json.loads(Path("numbers.json").read_text())))
        assert own_blocks.exists() is (len(told) > 1)
    outs, numbers = zip(*told, strict=True)
    points = 3 if words[0] == "sweep" else numbers[0]["points"]
    assert [one.pop("cached") for one in numbers] == [0, 0, 3 * points, 3 * points]
    assert numbers[0] == numbers[1] == numbers[2]
    assert numbers[3] != numbers[2]
    assert [f"({3 * points} replications cached)" in out for out in outs] == [False] * 2 + [
        True
    ] * 2
    assert max(len(line) for out in outs for line in out.splitlines()) <= 80


def test_no_cache_keeps_nothing(svcsim, own_blocks):
    svcsim("run", "small.yaml", "-n", "1", "--jobs", "1", "--no-cache")
    assert not own_blocks.exists()


def test_show_and_clear(svcsim, own_blocks):
    svcsim("run", "small.yaml", "-n", "2", "--jobs", "1")
    code, out, err = svcsim("cache", "show")
    assert (code, err) == (0, "")
    assert "1 experiment, " in out
    assert "of 1.1 GB at most" in out
    assert str(own_blocks) in out
    assert "this version is compiled" in out
    code, out, err = svcsim("cache", "clear")
    assert (code, err) == (0, "")
    assert out.startswith("cleared ")
    _, out, _ = svcsim("cache", "show", "--json", "-")
    found = json.loads(out)
    assert (found["replications"]["files"], found["replications"]["bytes"]) == (0, 0)
    assert found["kernel"]["compiled"]


def test_what_cannot_be_cleared_is_told(svcsim, own_blocks, monkeypatch):
    svcsim("run", "first_desk", "--set", "horizon=1 wk", "-n", "2")
    (file,) = own_blocks.rglob("*.block")

    def closed(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "unlink", closed)
    code, out, err = svcsim("cache", "clear")
    assert (code, out) == (2, "cleared 0 B\n")
    assert err.startswith(f"{own_blocks}: 1 file could not be deleted; ")
    assert file.exists()


def test_a_file_that_cannot_be_is_refused_by_its_name(svcsim, tmp_path):
    code, out, err = svcsim("cache", "show", "--json", str(tmp_path / "none/x.json"))
    assert (code, out) == (2, "")
    assert f"there is no directory {tmp_path / 'none'}" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_with_the_name_of_the_file(svcsim):
    code, _, err = svcsim("cache", "show", "--json", "/dev/full")
    assert (code, err) == (2, "/dev/full: No space left on device\n")


def test_clear_kernel_clears_every_version(svcsim, monkeypatch, tmp_path):
    kernel = tmp_path / "kernel" / "0123456789abcdef"
    kernel.mkdir(parents=True)
    (kernel / "run.nbi").write_bytes(b"x" * 1500)
    monkeypatch.setattr("svcsim._jit.cache_directory", lambda: kernel)
    assert svcsim("cache", "clear") == (0, "cleared 0 B\n", "")
    assert kernel.exists()
    assert svcsim("cache", "clear", "--kernel") == (0, "cleared 1.5 kB\n", "")
    assert not kernel.exists()


def test_warm_says_that_there_is_nothing_to_do(svcsim):
    assert svcsim("cache", "warm") == (0, "the kernel is compiled already\n", "")


def test_a_wrong_size_is_2_with_a_message(svcsim, monkeypatch):
    monkeypatch.setenv("SVCSIM_CACHE_SIZE", "much")
    for command in (("cache", "show"), ("run", "small.yaml", "-n", "1")):
        code, out, err = svcsim(*command)
        assert (code, out) == (2, "")
        assert err.startswith("SVCSIM_CACHE_SIZE: found 'much'; write MiB")


def test_a_group_without_a_command_shows_its_commands(svcsim):
    code, out, _ = svcsim("cache")
    assert code == 2
    assert all(f"│ {name} " in out for name in ("show", "clear", "warm"))
    assert max(map(len, out.splitlines())) <= 80


# ---- the compiler ----


@pytest.fixture
def cold(monkeypatch, tmp_path):
    """Return what lets the compiler finish a function, where nothing is compiled yet."""
    folder = tmp_path / "kernel" / "compiled_0"
    folder.mkdir(parents=True)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folder.parent))
    monkeypatch.setattr("svcsim.cli.progress.GLANCE", 0.01)
    monkeypatch.setattr("svcsim._link.lowered", lowered := {"core": [], "full": []})
    assert missing() == ["core", "full"]
    assert compiled_share("core") == compiled_share("full") == 0

    def finish(name, variant="full"):
        if name == VARIANTS[variant]:
            for ending in ("nbi", "1.nbc"):
                file = folder / f"kernel.{name}-1.py311.{ending}"
                file.write_bytes(blake2b(b"code", digest_size=16).digest() + b"code")
        lowered[variant].append(name)
        time.sleep(0.1)

    return finish


def test_elsewhere_than_on_a_terminal_compiling_is_one_line(cold, capsys):
    with compiling():
        cold("one")
        cold("two")
        assert 0 < compiled_share("full") < 1
    assert capsys.readouterr().err == f"{COMPILING['full']}\n"


def test_which_variant_is_compiled_is_said(cold, capsys):
    with compiling():
        cold("one", "core")
        assert in_work() == "core"
        cold("run_core", "core")
        assert in_work() is None
        cold("one")
        assert in_work() == "full"
    assert capsys.readouterr().err == f"{COMPILING['core']}\n{COMPILING['full']}\n"


def test_of_the_same_functions_the_core_has_fewer(cold):
    cold("one", "core")
    cold("one", "full")
    assert compiled_share("core") > compiled_share("full")


def test_a_kernel_that_nobody_compiles_is_no_news(cold, capsys):
    with progress_bar("simulating") as update:
        time.sleep(0.05)
        update(1, 2)
        cold("late")
    assert capsys.readouterr().err == ""


def test_the_entry_of_the_kernel_is_compiled_last(cold):
    cold("advance")
    assert not is_compiled("full")
    cold("run")
    assert is_compiled("full")
    assert missing() == ["core"]


def test_show_says_that_only_the_core_is_compiled(svcsim, cold):
    cold("run_core", "core")
    _, out, _ = svcsim("cache", "show")
    assert "this version is compiled as core only" in out
    assert all(len(line) <= 80 for line in out.splitlines() if "kernel  " in line)


def test_on_a_terminal_the_bar_tells_the_compiler_then_the_rate(cold, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for name, value in {"TERM": "xterm", "COLUMNS": "80", "FORCE_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    with progress_bar("simulating") as update:
        for name in "abcdefgh":
            cold(name)
        for finished in range(40, 44):
            update(finished, 200)
            time.sleep(0.15)
    err = capsys.readouterr().err
    assert "compiling the kernel, once" in err
    assert "43/200" in err
    assert "/s" in err


def test_a_line_is_said_once(capsys):
    line = Line()
    for share in (0.1, 0.2):
        line.compiled("core", share)
        line.finished(1, 2)
    assert capsys.readouterr().err == f"{COMPILING['core']}\n"
