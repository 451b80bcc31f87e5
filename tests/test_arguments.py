"""What is wrong with an argument of the library is told before anything else happens."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import svcsim
from svcsim.cli import main
from svcsim.decisions.bottleneck import checked_levers
from svcsim.errors import SvcsimError
from svcsim.experiment.results import Results

lib: Any = svcsim
"""The library, of which nobody checks the types of arguments here."""
DESK = "first_desk"
ONE = "teams.desk.people=+1"


@pytest.fixture(scope="module")
def results() -> Results:
    return svcsim.run(DESK, set=["horizon=1 d", "run_out=1 d"], replications=1)


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "no scenario": (lambda: lib.run(None), "nothing was found; name its file"),
    "a mapping": (lambda: lib.load({"svcsim": 1}), "a mapping was found; name its file"),
    "several": (lambda: lib.run([DESK, DESK]), "a list was found; name its file"),
    "an object": (lambda: lib.load(Callable), "was found; name its file"),
    "a text": (lambda: lib.load("svcsim: 1\ntitle: a"), "give the name of the file"),
    "changes as a mapping": (lambda: lib.load(DESK, set={ONE: 1}), 'set=["teams.desk'),
    "changes as a number": (lambda: lib.load(DESK, set=5), "set: found 5; write texts"),
    "changes as pairs": (lambda: lib.load(DESK, set=[(ONE, 1)]), "found a list; write texts"),
    "keep all": (lambda: lib.run(DESK, keep="all"), "keep: found 'all'"),
    "keep fewer than none": (lambda: lib.run(DESK, keep=-1), "keep: found -1"),
    "a sink": (lambda: lib.run(DESK, sink=5), "sink: found 5; write a function"),
    "a number of variants": (lambda: lib.compare(DESK, 3), "vs: found 3; name variants"),
    "a mapping to vary": (lambda: lib.sweep(DESK, {"a": [1]}), 'write texts: over=["'),
    "nothing to vary": (lambda: lib.sweep(DESK, None), "over: found nothing"),
    "numbers to vary": (lambda: lib.sweep(DESK, range(3)), "over: found 0; write texts"),
    "several responses": (lambda: lib.bottleneck(DESK, ["a", "b"]), "name one"),
    "a kind of lever": (lambda: lib.bottleneck(DESK, only="peple"), "found 'peple'; write"),
    "a target": (lambda: lib.bottleneck(DESK, "incident.resolved"),
                 "'resolved' is a target, and no measure; add what is asked of it: "
                 "incident.resolved.on_time"),
    "a seed to vary": (lambda: lib.sweep(DESK, "seed=1..3"), "write seed= for all of them"),
    "a seed of a variant": (lambda: lib.compare(DESK, "seed=2"), "has the same one"),
    "replications of a variant": (lambda: lib.compare(DESK, f"{ONE}, replications=9"),
                                  "write replications= for all of them"),
    "results to draw": (lambda: lib.plots.map(DESK, 3), "results: found 3; give what"),
    "a stream to draw": (lambda: lib.plots.map(DESK, streams="incidnt"), "you mean incident"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_argument_is_told_in_words(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(SvcsimError) as caught:
        call()
    assert words in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_one_text_stands_for_a_list_of_one() -> None:
    assert svcsim.load(DESK, set=ONE) == svcsim.load(DESK, set=[ONE])
    assert checked_levers("people", None) == ["people"]


def test_one_replication_is_one(results: Results) -> None:
    assert ": 1 replication, " in repr(results)


NUMBERS = {
    "a slip": (("on_tim", "share", {}), "did you mean on_time?"),
    "a statistic": (("lead_time", "median", {}), "there are mean, p50, p85, p95"),
    "a stream": (("lead_time", "mean", {"stream": "call"}), "no stream 'call'; there are incident"),
    "no stream": (("lead_time", "mean", {}), "say stream, which is one of incident"),
    "no target": (("on_time", "share", {"stream": "incident"}), "say target, which is one of res"),
    "no clock": (("lead_time", "mean", {"stream": "incident"}), "say clock, which is one of off"),
    "a word": (("lead_time", "mean", {"strem": "incident"}), "'strem' is no word here; words"),
    "no such number": (("wip", "mean", {"stream": "incident", "team": "desk"}), "no team 'desk'"),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "words"), NUMBERS.values(), ids=NUMBERS.keys())
def test_words_of_no_number_say_which_would_do(
    results: Results, asked: tuple[str, str, dict[str, str]], words: str
) -> None:
    measure, statistic, about = asked
    with pytest.raises(KeyError) as caught:
        results.numbers.find(measure, statistic, **about)
    assert words in caught.value.args[0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["compare", DESK, "--vs", "seed=2"], "--vs seed: all that is compared has the same one"),
        (["sweep", DESK, "--over", "seed=1..3"], "write --seed for all of them"),
        (["bottleneck", DESK, "--step", "0"], "--step: found 0.0; write a share"),
        (["bottleneck", DESK, "--only", "work, peple"], "--only: found 'peple'; write some of"),
    ],
)
def test_the_command_line_names_its_options(
    capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert told in capsys.readouterr().err


def test_a_full_screen_does_not_say_to_try_itself(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "wait.yaml"
    path.write_text("svcsim: 1\nhorizon: 1 d\nstreams: {s: {demand: 1/h, steps: {a: {wait: 1 h}}}}")
    for words, said in (([], True), (["--full"], False)):
        with pytest.raises(SystemExit):
            main(["run", str(path), "-n", "2", "--no-cache", *words])
        assert ("--full" in capsys.readouterr().out) is said
