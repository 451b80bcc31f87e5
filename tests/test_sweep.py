"""Sweeps: every point is the run of its scenario, and what cannot work is an answer."""

import json

import pytest

import svcsim
from svcsim.cli import main
from svcsim.decisions.grid import amounts, axes, axis, points
from svcsim.errors import ScenarioError, SvcsimError
from svcsim.plots import grid, tornado
from svcsim.scenario.load import changed, load, loads

PATHS = ["teams.second_line.people=3..5", "streams.incident.demand=x0.9,x1"]
PRICE = ["teams.desk.cost=40 GBP/h", "horizon=4 wk"]


@pytest.fixture(scope="module")
def found():
    return svcsim.sweep("first_desk", PATHS, set=PRICE, replications=4)


def test_a_point_is_the_run_of_its_scenario_exactly(found):
    run = svcsim.run(
        "first_desk", replications=4,
        set=[*PRICE, "teams.second_line.people=5", "streams.incident.demand=x0.9"],
    )  # fmt: skip
    (point,) = [p for p in found.points if p.values == ("5", "x0.9")]
    assert len(found.responses) == 5
    for key in found.responses:
        assert point.numbers[key] == run.numbers[key]


def test_differences_are_those_of_a_comparison(found):
    comparison = svcsim.compare("first_desk", "teams.second_line.people=5", set=PRICE,
                                replications=4)  # fmt: skip
    (point,) = [p for p in found.points if p.values == ("5", "x1")]
    for key in found.responses:
        one, other = found.difference(point, key), comparison.differences["A"][key]
        assert one.value == pytest.approx(other.value, abs=1e-12)
        assert one.half_width == pytest.approx(other.half_width, abs=1e-12)


def test_too_few_people_are_an_answer_in_the_table(found):
    refused = [point for point in found.points if point.refused]
    assert [point.values for point in refused] == [("3", "x0.9"), ("3", "x1")]
    assert all(point.refused.startswith("overloaded: second_line gets ") for point in refused)
    frame = found.table
    assert len(frame) == 6 * 5
    assert frame[frame["refused"].notna()]["value"].isna().all()


def test_the_point_that_is_the_base_differs_by_nothing(found):
    (point,) = [p for p in found.points if p.values == ("4", "x1")]
    assert point.numbers is found.base.numbers
    for key in found.responses:
        assert found.difference(point, key)[:2] == (0.0, 0.0)


def test_workers_and_engines_change_nothing():
    short = changed(load("first_desk"), ["horizon=1 d", "run_out=1 wk"])
    runs = [
        svcsim.sweep(short, "teams.second_line.people=4,5", replications=2, **how)
        for how in ({"jobs": 1}, {"jobs": 2}, {"jobs": 1, "engine": "reference"})
    ]
    assert runs[0].records() == runs[1].records() == runs[2].records()


def test_a_changed_scenario_is_the_one_that_is_loaded_with_the_change():
    change = ["streams.incident.demand=x2"]
    one, other = changed(load("first_desk"), change), load("first_desk", set=change)
    assert one == other
    assert (one.digest, one.root.digest) == (other.digest, other.root.digest)
    assert one.root.digest != one.digest


# ---- grids ----


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.b=8..11", ["8", "9", "10", "11"]),
        ("a.b=8..14..3", ["8", "11", "14"]),
        ("a.b=8..13..3", ["8", "11"]),
        ("a.b=0.1..0.3..0.1", ["0.1", "0.2", "0.3"]),
        ("a.b=2..4..2 h", ["2 h", "4 h"]),
        ("a.b=60..70..5%", ["60%", "65%", "70%"]),
        ("a.b=2, 4..5, 4", ["2", "4", "5"]),
        ("a.b=x0.8,+10%", ["x0.8", "+10%"]),
        ("a.b={mean: 5 min, cv: 1},{mean: 6 min, cv: 1}",
         ["{mean: 5 min, cv: 1}", "{mean: 6 min, cv: 1}"]),
    ],
)  # fmt: skip
def test_values(text, values):
    assert list(axis(text).values) == values


def test_the_last_path_changes_fastest():
    both = axes(["a=1,2", "b=3,4"])
    assert list(points(both)) == [("1", "3"), ("1", "4"), ("2", "3"), ("2", "4")]
    assert amounts(axis("a=1 h,2 min")) is None


def test_everything_that_is_wrong_with_a_grid_is_told_at_once():
    with pytest.raises(ScenarioError) as refused:
        axes(["a", "=3", "b=", "c=5..3", "d=1..9..0", "e=1..x", "f=1", "f=2"])
    assert [problem.path for problem in refused.value.problems] == [
        "a", "=3", "b=", "c", "d", "e", "f",
    ]  # fmt: skip
    with pytest.raises(ScenarioError, match="1000000 points"):
        axes(["a=1..1000", "b=1..1000"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [("2-4", "2..4"), ("10 - 30 min", "10..30 min"), ("60-90%", "60..90%"), ("3-4/wk", "3..4/wk")],
)
def test_a_range_with_a_hyphen_is_told_as_it_is_written_here(written, meant):
    with pytest.raises(ScenarioError) as refused:
        axis(f"a={written}")
    (problem,) = refused.value.problems
    assert problem.remedy == f"write {meant}"
    assert len(axis(f"a={meant}").values) > 1


def test_every_path_and_value_that_is_wrong_is_told_once():
    with pytest.raises(ScenarioError) as refused:
        svcsim.sweep("first_desk", ["teams.second_lin.people=3..4", "teams.desk.people=a,1,1.5"])
    told = [(problem.path, problem.file) for problem in refused.value.problems]
    assert told == [("teams.second_lin.people", "over="), ("teams.desk.people", "over="),
                    ("teams.desk.people", "over=")]  # fmt: skip
    assert refused.value.problems[0].remedy == "did you mean second_line?"


def test_wrong_arguments_are_refused():
    scenario = load("first_desk")
    for wrong in ({"over": []}, {"response": "incident.led_time"}, {"replications": 0},
                  {"set": ["seed=2"]}):  # fmt: skip
        with pytest.raises(SvcsimError):
            svcsim.sweep(scenario, **{"over": "teams.desk.people=1", **wrong})


# ---- pictures ----


def texts(figure):
    return [text.get_text() for text in figure.findobj(lambda one: hasattr(one, "get_text"))]


def inside(figure):
    """Whether everything that is drawn lies on the page."""
    drawn, (wide, tall) = figure.get_tightbbox(), figure.get_size_inches()
    low, high = min(drawn.x0, drawn.y0), max(drawn.x1 - wide, drawn.y1 - tall)
    return low > -0.01 and high < 0.01


def test_a_picture_of_two_paths_is_a_heat_map_for_each_response(found):
    figure = grid(found)
    p = found.provenance
    assert f"{p.digest[:8]} · seed {p.seed} · {p.replications} replications" in figure.get_label()
    assert len(figure.axes) == 5
    for axes_, key in zip(figure.axes, found.responses, strict=True):
        shown = axes_.images[0].get_array()
        for i, people in enumerate(("3", "4", "5")):
            for j, demand in enumerate(("x0.9", "x1")):
                (point,) = [p for p in found.points if p.values == (people, demand)]
                number = found.number(point, key)
                scale = 100 if key.unit == "1" else 1
                exact = scale * number.value if number else None
                assert (shown[i, j] == pytest.approx(exact)) if number else shown.mask[i, j]
    assert inside(figure)


def test_paths_with_long_names_stay_on_the_page():
    name = "a second line that has quite a long name of its own"
    stream = "a stream that has a long name too"
    scenario = loads(f"""\
svcsim: 1
title: Long names
horizon: 1 wk
teams:
  {name}: {{people: 2, activity: engage}}
streams:
  {stream}:
    demand: 20/wk
    steps:
      a step: {{team: {name}, touch: {{mean: 10 min, cv: 1}}}}
""")
    ranges = [
        f"teams.{name}.people=1,2",
        "streams.a stream that has a long name too.demand=x1,x1.1",
    ]
    found = svcsim.sweep(scenario, ranges, replications=2, response=f"{name}.utilisation")
    assert inside(grid(found))
    one = svcsim.sweep(scenario, ranges[:1], replications=2, response=f"{name}.utilisation")
    assert inside(grid(one))


def test_numbers_of_a_picture_are_written_without_powers_of_ten():
    dear = ["horizon=1 wk", "teams.desk.cost=40000 GBP/h"]
    ranges = ["teams.second_line.people=4..5", "streams.incident.demand=x0.9,x1"]
    found = svcsim.sweep(
        "first_desk", ranges, set=dear, replications=2, response="incident.cost_per_item.full"
    )
    (axes_,) = grid(found).axes
    said = [text.get_text() for text in axes_.texts]
    numbers = [found.number(point, found.responses[0]) for point in found.points]
    assert min(number.value for number in numbers) > 1000
    assert said[0::2] == [f"{number.value:.0f}" for number in numbers]
    assert all(number.half_width > 100 for number in numbers)
    assert said[1::2] == [f"± {number.half_width:.0f}" for number in numbers]


def test_a_picture_of_one_path_is_a_line_and_marks_what_cannot_work():
    one = svcsim.sweep("first_desk", "teams.second_line.people=3..5", set=PRICE, replications=2)
    figure = grid(one)
    line = figure.axes[1].containers[0].lines[0]
    values = [one.number(p, one.responses[1]).value for p in one.points if not p.refused]
    assert line.get_xdata().tolist() == [4.0, 5.0]
    assert line.get_ydata().tolist() == pytest.approx(values)
    assert texts(figure).count("cannot work") == len(one.responses)
    assert "promised" in texts(figure)
    assert inside(figure)


def test_three_paths_are_no_picture():
    three = svcsim.sweep("first_desk", ["teams.desk.people=1", "teams.second_line.people=5",
                                        "horizon=1 d"], replications=1)  # fmt: skip
    with pytest.raises(SvcsimError, match="one path or two"):
        grid(three)


def test_a_tornado_shows_every_lever_with_an_effect(found):
    search = svcsim.bottleneck("first_desk", set=PRICE, replications=2)
    figure = tornado(search)
    assert f"first_desk {search.provenance.digest[:8]} · seed 1 ·" in figure.get_label()
    words = texts(figure)
    assert {"desk", "second_line", "incident", "one fewer: refused"} <= set(words)
    assert "description only" in words
    bars = sorted((bar.get_width() for bar in figure.axes[1].patches[:3]), key=abs)
    exact = sorted((one.elasticity.value for one in search.turned), key=abs)
    assert bars == pytest.approx(exact)
    assert inside(figure)


# ---- commands ----


def told(capsys, *arguments, code=0):
    try:
        main(list(arguments))
        left = 0
    except SystemExit as exit_:
        left = exit_.code or 0
    out, err = capsys.readouterr()
    assert left == code, err
    return out, err


def test_the_command_sweeps(capsys, tmp_path):
    picture, numbers = tmp_path / "sweep.svg", tmp_path / "sweep.json"
    out, err = told(
        capsys, "sweep", "first_desk", "--over", "teams.second_line.people=3..5", "-n", "2",
        "--set", "horizon=2 wk", "-o", str(picture), "--json", str(numbers),
    )  # fmt: skip
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "overloaded: second_line gets" in out
    assert "as it is" in out
    assert picture.read_text().startswith("<?xml")
    assert "wrote" in err
    words = json.loads(numbers.read_text())
    assert words["over"] == [{"path": "teams.second_line.people", "values": ["3", "4", "5"]}]
    assert len(words["points"]) == 3 * 4
    assert {row["refused"] is None for row in words["points"]} == {True, False}


def test_the_command_finds_the_bottleneck(capsys, tmp_path):
    picture = tmp_path / "tornado.png"
    out, _ = told(
        capsys, "bottleneck", "first_desk", "-n", "6", "--set", "horizon=8 wk", "--response",
        "incident.lead_time.mean", "-o", str(picture),
    )  # fmt: skip
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "What to make faster next: second_line" in out
    assert "Where one more helps most: second_line" in out
    assert "refused: second_line gets" in out
    assert "svcsim sweep first_desk --set 'horizon=8 wk' --over" in " ".join(
        out.replace("\\", "").split()
    )
    assert picture.read_bytes().startswith(b"\x89PNG")
    out, _ = told(capsys, "bottleneck", "first_desk", "-n", "1", "--only", "work", "--json", "-")
    assert [lever["name"] for lever in json.loads(out)["levers"]] == ["desk", "second_line"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sweep", "first_desk", "--over", "teams.dsk.people=1"], "did you mean desk?"),
        (["sweep", "first_desk", "--over", "teams.desk.people"], "write PATH=VALUES"),
        (["sweep", "first_desk", "--over", "a=1", "--over", "b=1", "--over", "c=1", "-o", "x.png"],
         "one path or two"),
        (["sweep", "first_desk", "--over", "teams.desk.people=1", "-o", "x.jpg"], ".svg"),
        (["bottleneck", "first_desk", "--response", "incident.led_time"], "did you mean lead_time"),
        (["bottleneck", "first_desk", "--only", "peple"], "write some of work"),
        (["bottleneck", "first_desk", "--step", "2"], "at most 0.5"),
        (["bottleneck", "no_such_file"], "no_such_file"),
    ],
)  # fmt: skip
def test_wrong_input_leaves_with_2(capsys, arguments, words):
    out, err = told(capsys, *arguments, code=2)
    assert words in err
    assert not out
    assert "Traceback" not in err
