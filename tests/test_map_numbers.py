"""What a map adds to its picture: the matrix, the ladder, files; and the command that draws it."""

from importlib.metadata import version
from xml.etree import ElementTree

import numpy as np
import pytest
from map_pages import TWO_STREAMS, Drawn, bare, clear
from matplotlib.figure import Figure
from PIL import Image

import svcsim
from svcsim.analysis.predict import predict
from svcsim.cli import main
from svcsim.errors import SvcsimError
from svcsim.model.build import build
from svcsim.plots import ink, words
from svcsim.plots.ladder import times
from svcsim.plots.matrix import matrix
from svcsim.plots.picture import save
from svcsim.scenario.load import load, loads

# ---- the matrix --------------------------------------------------------------------------------


def found_matrix(scenario, stream=0):
    model, names = build(scenario)
    return names.activities, matrix(predict(model), names.activities, stream)


def test_the_matrix_of_two_steps():
    names, found = found_matrix(load("first_desk"))
    wanted = np.zeros((6, 6))
    wanted[names.index("engage"), names.index("deliver_support")] = 1
    assert found == pytest.approx(wanted)


def test_the_matrix_of_a_network_solves_the_traffic_equations():
    routes = {
        "engage": {"design_transition": 0.35, "deliver_support": 0.65},
        "design_transition": {"obtain_build": 0.7, "deliver_support": 0.3},
        "obtain_build": {"design_transition": 0.15, "deliver_support": 0.85},
        "deliver_support": {"improve": 0.1, "engage": 0.05},
        "improve": {"plan": 0.4},
        "plan": {"design_transition": 0.5},
    }
    names, found = found_matrix(load("value_chain"))
    shares = np.array([[routes[a].get(b, 0.0) for b in names] for a in names])
    start = np.array([float(name == "engage") for name in names])
    visits = np.linalg.solve(np.eye(6) - shares.T, start)
    assert found == pytest.approx(visits[:, None] * shares)


def test_the_matrix_counts_returns_by_visit():
    """One in five comes back from the first assessment, one in twenty of those again."""
    names, found = found_matrix(load("normal_change"))
    change, support = names.index("design_transition"), names.index("deliver_support")
    build = names.index("obtain_build")
    returned = 0.2 + 0.2 * 0.05
    live = found[change, support] - returned
    assert found[support, change] == pytest.approx(1 + returned + live)
    assert found[build, change] == pytest.approx(found[change, build])
    assert 0.9 < live < 1


def test_the_matrix_is_on_the_page_with_two_digits():
    texts = [text.get_text() for text in svcsim.plots.map("first_desk").axes[0].texts]
    assert texts.count("1") == 1
    assert all(sum(title in text for text in texts) >= 2 for title in ("plan", "improve", "engage"))


# ---- the ladder --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ran():
    scenario = load("service_desk", set=["warm_up=0 wk", "horizon=1 wk", "run_out=2 wk"])
    results = svcsim.run(scenario, replications=1, jobs=1)
    return Drawn(scenario, results), results


def test_the_page_is_as_clear_with_a_ladder(ran):
    clear(ran[0])


def test_the_ladder_adds_up_to_the_time_to_value():
    results = svcsim.run("first_desk", replications=2, jobs=1)
    found = times(results, "incident", ["register", "resolve"])
    lead = results.numbers.find("lead_time", stream="incident", clock="wall").value
    assert sum(map(sum, found.values())) == pytest.approx(lead)
    texts = [text.get_text() for text in svcsim.plots.map("first_desk", results).axes[0].texts]
    for touch, wait in found.values():
        assert words.hours(touch) in texts
        assert words.hours(wait) in texts
    assert any(f"demand to value {words.hours(lead)}." in text for text in texts)


def test_the_ladder_counts_every_visit_of_an_item():
    """Everybody comes back once, and half of them wait again elsewhere."""
    again = "outcome: {again: {share: {by_visit: [100%, 0%]}, to: look}, on: rest}"
    scenario = loads(
        "{svcsim: 1, calendar: always, horizon: 100 h, streams: {s: {demand: {every: 10 h}, steps: "
        f"{{look: {{wait: 3 h, {again}}}, ask: {{wait: 4 h, share: 50%}}}}}}}}}}"
    )
    results = svcsim.run(scenario, replications=3, jobs=1)
    asked = results.numbers.find("visits", stream="s", step="ask").value
    assert 0 < asked < 1
    found = times(results, "s", ["look", "ask"])
    assert found == {"look": (0, pytest.approx(6)), "ask": (0, pytest.approx(4 * asked))}


def test_steps_that_share_a_rung_have_their_own_times(ran):
    drawn, results = ran
    found = times(results, "contact", ["answer_second", "silence_second"])
    for step, (touch, wait) in found.items():
        told = bare(f"an item: wait {words.hours(wait)}, touch {words.hours(touch)}")
        assert told in drawn.on(f"contact:{step}")
    total = words.hours(sum(wait for _, wait in found.values()))
    assert f"Σ {total}" in [text.get_text() for text, _ in drawn.texts]


def test_results_of_another_scenario_are_refused():
    results = svcsim.run("first_desk", replications=1, jobs=1)
    with pytest.raises(SvcsimError, match=r"another scenario; draw the map of what was run"):
        svcsim.plots.map(load("first_desk", set=["teams.desk.people=2"]), results)


# ---- words and type ----------------------------------------------------------------------------


def test_wrapping_keeps_numbers_with_their_units_and_every_letter():
    text = "cut-off high 10 bd, medium 5 bd and performance_information_opportunities Wed 11:00"
    for room in (0.5, 0.9, 1.4, 3.0):
        lines = ink.wrap(text, room)
        assert bare("".join(lines)) == bare(text)
        assert all(ink.width(line) <= room for line in lines)
    assert any("10\xa0bd" in line for line in ink.wrap(text, 1.4))


def test_a_dollar_is_no_mathematics(tmp_path):
    text = TWO_STREAMS.replace("Portfolio manager", "Earns $5 and $6")
    save(svcsim.plots.map(loads(text)), tmp_path / "map.svg")
    assert "$5" in tmp_path.joinpath("map.svg").read_text()


# ---- the command -------------------------------------------------------------------------------


@pytest.fixture
def command(capsys, monkeypatch, tmp_path):
    """Run a command in an empty directory; return its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as exit_:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return exit_.value.code or 0, out, err

    return call


def test_only_the_streams_that_are_named_are_drawn(command, tmp_path):
    named = ("--stream", "mover", "--stream", "leaver", "--stream", "mover")
    assert command("map", "joiner_mover_leaver", *named, "-o", "some.svg")[0] == 0
    said = tmp_path.joinpath("some.svg").read_text()
    assert "mover: handovers" in said
    assert "leaver: handovers" in said
    assert ">joiner<" not in said
    assert "joiner: handovers" not in said


def test_a_stream_that_is_not_there_is_told_with_what_is(command, tmp_path):
    named = ("--stream", "leever", "--stream", "zzz")
    code, out, err = command("map", "joiner_mover_leaver", *named)
    assert (code, out) == (2, "")
    assert "'leever' is no stream; did you mean leaver?" in err
    assert "'zzz' is no stream; there are joiner, mover, leaver, contact" in err
    assert not list(tmp_path.iterdir())
    with pytest.raises(SvcsimError, match="no stream is named; there are incident"):
        svcsim.plots.map("first_desk", streams=[])


BEGINNINGS = {".svg": b"<?xml", ".png": b"\x89PNG", ".pdf": b"%PDF"}


@pytest.mark.parametrize("ending", BEGINNINGS)
def test_the_ending_says_the_format(command, tmp_path, ending):
    name = f"map{ending}"
    assert command("map", "first_desk", "-o", name) == (0, f"wrote {name}\n", "")
    assert tmp_path.joinpath(name).read_bytes().startswith(BEGINNINGS[ending])
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_the_same_scenario_gives_the_same_bytes(tmp_path, kind):
    for name in ("a", "b"):
        save(svcsim.plots.map("first_desk"), tmp_path / f"{name}.{kind}")
    a, b = (tmp_path.joinpath(f"{name}.{kind}").read_bytes() for name in ("a", "b"))
    assert a == b


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "map.jpg"), "map.jpg: write a name that ends in .svg, .png or .pdf"),
        (("-o", "no/map.svg"), "no/map.svg: there is no directory no; make it, or name another"),
        (("--run", "--results", "r.npz"), "--run and --results: give one of them, or neither"),
        (("-n", "3"), "--replications 3: nothing is simulated; add --run"),
        (("--results", "r.npz"), "r.npz"),
    ],
)
def test_what_cannot_be_drawn_is_told_before_the_work(command, tmp_path, arguments, told):
    code, out, err = command("map", "first_desk", *arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_a_run_or_saved_results_add_the_ladder(command, tmp_path):
    quick = ("--set", "horizon=2 wk")
    assert command("map", "first_desk", *quick, "--run", "-n", "2", "-o", "run.svg")[0] == 0
    results = svcsim.run(load("first_desk", set=["horizon=2 wk"]), replications=2, jobs=1)
    results.save(tmp_path / "results.npz")
    assert (
        command("map", "first_desk", *quick, "--results", "results.npz", "-o", "saved.svg")[0] == 0
    )
    a, b = (tmp_path.joinpath(f"{name}.svg").read_text() for name in ("run", "saved"))
    assert a == b
    assert "mean of 2 replications" in a


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_picture_says_where_it_comes_from(tmp_path, kind):
    """On the page, and in the file, with the seed and how often where there are results."""
    desk = load("first_desk", set=["horizon=2 wk"])
    results = svcsim.run(desk, replications=2, seed=9, jobs=1)
    origin = f"svcsim {version('svcsim')} · scenario first_desk {desk.digest[:8]}"
    ran = f"{origin} · seed 9 · 2 replications"
    for name, given, said in (("plain", None, origin), ("ran", results, ran)):
        figure = svcsim.plots.map(desk, given)
        assert [text.get_text() for text in figure.axes[0].texts].count(said) == 1
        file = tmp_path / f"{name}.{kind}"
        save(figure, file)
        if kind == "svg":
            words = "{http://purl.org/dc/elements/1.1/}description"
            assert [one.text for one in ElementTree.parse(file).iter(words)] == [said]
        elif kind == "png":
            with Image.open(file) as image:
                assert image.info["Description"] == said
        else:
            assert said.encode("utf-16-be") in file.read_bytes().replace(rb"\\", b"")


def test_a_picture_that_fails_leaves_nothing_and_what_was_there_stays(monkeypatch, tmp_path):
    def torn(self, stream, **options):
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    figure = svcsim.plots.map("first_desk")
    target = tmp_path / "map.svg"
    target.write_text("before")
    monkeypatch.setattr(Figure, "savefig", torn)
    with pytest.raises(OSError, match="No space"):
        save(figure, target)
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]
    assert target.read_text() == "before"


def test_help_shows_it_among_the_first_commands(command):
    _, out, _ = command("--help")
    start = out[out.index("Start") : out.index("Decide")]
    assert "│ map" in start
    assert start.index("check") < start.index("│ map") < start.index("│ run")
