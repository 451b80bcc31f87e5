"""What the pages say is so: examples load and build, every word is explained, commands parse."""

import csv
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main
from language_fields import OWN, WANTED, validator
from typer.testing import CliRunner

from svcsim.analysis.feasibility import refuse
from svcsim.cli import main
from svcsim.cli.app import app
from svcsim.model.build import build
from svcsim.scenario.grammar import fields
from svcsim.scenario.load import loads
from svcsim.scenario.profile import SHAPE_WORDS
from svcsim.scenario.text import read_text
from svcsim.scenario.words import MEASURES, RESERVED, STATISTICS, UNTAKEN

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted(ROOT.joinpath("docs").glob("*.md"))]
LANGUAGE = ROOT / "docs" / "language.md"
OUTPUT = ROOT / "docs" / "output.md"
BLOCK = re.compile(r"^```(\w+)[ ]*(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
IN = re.compile(r"# in ([\w.]+)\n")


def blocks(kind: str) -> list[Any]:
    """Fenced blocks of a kind on every page: (name, text), known by page and line."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            if match[1] == kind:
                line = text[: match.start()].count("\n") + 1
                found.append(pytest.param(match[2], match[3], id=f"{page.name}:{line}"))
    return found


def texts(start: re.Pattern[str]) -> list[Any]:
    return [pytest.param(p.values[1], id=p.id) for p in blocks("yaml") if start.match(p.values[1])]


WHOLE = texts(re.compile(r"svcsim: 1\b"))
FRAGMENTS = texts(IN)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CSV files that the pages show, each under its name."""
    path = tmp_path_factory.mktemp("docs")
    for block in blocks("csv"):
        name, text = block.values
        path.joinpath(name).write_text(text)
    return path


def test_every_example_is_whole_or_says_where_it_goes() -> None:
    assert len(WHOLE) + len(FRAGMENTS) == len(blocks("yaml"))
    assert len(WHOLE) >= 8


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_example_can_be_run(text: str, directory: Path) -> None:
    scenario = loads(text, directory=directory)
    refuse(scenario, build(scenario))


def _over(base: Any, own: Any) -> Any:
    """One mapping over another."""
    if not isinstance(base, dict) or not isinstance(own, dict):
        return own
    return {**base, **{name: _over(base.get(name), value) for name, value in own.items()}}


@pytest.mark.parametrize("text", FRAGMENTS)
def test_a_fragment_can_be_run_where_it_goes(text: str, directory: Path) -> None:
    first = next(p.values[0] for p in WHOLE if str(p.id).startswith("language.md"))
    data = read_text(text).data
    for word in reversed(IN.match(text)[1].split(".")):  # type: ignore[index]
        data = {word: data}
    base = read_text(first).data
    if "demand" in text:  # a form of demand stands instead of another
        del base["streams"]["incident"]["demand"]
    elif "touch: {mean: 45 min, cv: 1.2, between" in text:
        del base["streams"]["incident"]["steps"]["resolve"]["touch"]
    scenario = loads(json.dumps(_over(base, data)), directory=directory)
    refuse(scenario, build(scenario))


@pytest.mark.parametrize("text", WHOLE + FRAGMENTS)
def test_an_editor_with_the_json_schema_underlines_nothing(text: str) -> None:
    data, place = read_text(text).data, IN.match(text)
    if place:
        for word in reversed(place[1].split(".")):
            data = {word: data}
        data = {"extends": "first_desk", **data}
    assert list(validator().iter_errors(data)) == []


@pytest.mark.parametrize("text", [block.values[1] for block in blocks("python")])
def test_an_example_in_python_runs(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(text, "example", "exec"), {})
    assert capsys.readouterr().out.strip()


def test_there_is_an_example_in_python() -> None:
    (block,) = [block for block in blocks("python") if str(block.id).startswith("README.md")]
    for word in ("svcsim.run(", "svcsim.compare(", "vs=", "set=", ".measures", "numbers.find("):
        assert word in block.values[1]


# ---- what comes out ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What runs of two scenarios write, which together have every measure."""
    path = tmp_path_factory.mktemp("out")
    for name in ("service_desk", "normal_change"):
        short = ["-n", "1", "--set", "horizon=5 wk", "--set", "warm_up=1 wk"]
        words = ["run", name, *short, "--out", f"{path / name}", "--log", f"{path / name}.csv",
                 "--json", f"{path / name}.numbers.json"]  # fmt: skip
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code in (0, None)
    return path


def _explained() -> set[str]:
    """What stands in back quotes on the page of outputs."""
    return set(re.findall(r"`([^`]+)`", BLOCK.sub("", OUTPUT.read_text(encoding="utf-8"))))


def test_every_column_that_is_written_is_explained(written: Path) -> None:
    names = set()
    for file in written.rglob("*.csv"):
        with file.open(encoding="utf-8") as stream:
            names |= set(next(csv.reader(stream)))
    clocks = {name for name in names if name.startswith("lead_time_")}
    assert {"lead_time_wall_h", "lead_time_office_h"} <= clocks
    assert names - clocks - _explained() == set()


def test_every_field_of_the_json_is_explained(written: Path) -> None:
    for file in written.rglob("*.json"):
        words = json.loads(file.read_text(encoding="utf-8"))
        assert {*words, *words["identities"]} - _explained() == set(), file.name


def test_every_measure_and_cause_is_explained_with_its_statistics_and_unit(written: Path) -> None:
    rows = [line for line in OUTPUT.read_text(encoding="utf-8").splitlines()
            if line.startswith("| `")]  # fmt: skip
    told: dict[str, str] = {}
    for row in rows:
        for name in re.findall(r"`([^`]+)`", row.split("|")[1]):
            told.setdefault(name, "")
            told[name] += row.split("|")[2]
    for file in written.glob("*.numbers.json"):
        for number in json.loads(file.read_text(encoding="utf-8"))["measures"]:
            assert f"`{number['statistic']}`" in told[number["measure"]], number
            unit = "currency" if number["unit"] == "GBP" else number["unit"]
            assert unit == "1" or unit in re.split(r"[,; ]+", told[number["measure"]]), number
            assert number["cause"] is None or number["cause"] in told
    assert told.keys() >= MEASURES - {"change_failure_rate"}


# ---- nothing is left out -------------------------------------------------------------------------

NO_WORDS = {
    "TeamUse.mode", "TeamUse.numbers", "TeamUse.shares", "Levels.calendars", "FixedCount.number",
}  # fmt: skip
"""Fields that a file says without a word of their own."""
WORDS = sorted(
    {
        word
        for name, model in OWN.items()
        for word, info in fields(model).items()
        if not any(f"{name}.{field}" in NO_WORDS for field, i in model.model_fields.items()
                   if i is info)
    }
    | {"extends", "by_class", "by_visit", "otherwise"}
)  # fmt: skip


def test_every_word_of_the_language_is_explained() -> None:
    text = LANGUAGE.read_text(encoding="utf-8")
    inline = re.findall(r"`([^`]+)`", BLOCK.sub("", text))
    code = "\n".join([*(m[3] for m in BLOCK.finditer(text)), *inline])
    assert [word for word in WORDS if not re.search(rf"\b{re.escape(word)}\b", code)] == []


def test_every_word_that_a_field_may_be_is_explained() -> None:
    text = LANGUAGE.read_text(encoding="utf-8")
    words = {key.partition("=")[2] for key in WANTED if "=" in key and "TeamUse" not in key}
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", text)] == []


def test_every_reserved_word_is_told() -> None:
    text = LANGUAGE.read_text(encoding="utf-8").partition("## Names")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(\w+)`", text))
    assert told >= RESERVED | (MEASURES | STATISTICS) - UNTAKEN | SHAPE_WORDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file, _, anchor = target.partition("#")
        if "://" in target:
            continue
        other = page.parent / file if file else page
        assert other.exists(), target
        heads = re.findall(r"^#+ (.*)$", other.read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
        assert not anchor or anchor in slugs, target


# ---- the first scenario ----


def shown(screen: str) -> list[str]:
    """Lines of a screen without the seconds that it took."""
    lines = screen.strip("\n") + "\n"
    return re.sub(r" +(26 wk · .* · )[\d.]+ s\n", r" \1? s\n", lines).splitlines()


def test_the_first_scenario_of_the_readme_is_the_shipped_one() -> None:
    first = next(p.values[0] for p in WHOLE if str(p.id).startswith("README.md"))
    assert (ROOT / "scenarios/first_desk.yaml").read_text().endswith("\n" + first)


def test_the_first_screen_of_the_readme_is_what_the_command_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = readme.partition("`svcsim run first_desk` answers:\n\n```\n")[2].partition("```\n")[0]
    with pytest.raises(SystemExit):
        main(["run", "first_desk"])
    assert shown(capsys.readouterr().out) == shown(told)


# ---- commands ------------------------------------------------------------------------------------


def commands(page: Path) -> tuple[list[str], list[str]]:
    """Lines of code that begin with svcsim, and commands that stand in a sentence."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(r"^(?: {4}|\t|\$ )?(svcsim (?!\d).*)$", text, re.MULTILINE)
    inline = re.findall(r"`(svcsim\s[^`]+)`", BLOCK.sub("", text))
    return (
        [line.partition("  #")[0].strip() for line in lines],
        [" ".join(code.split()) for code in inline if "svcsim: 1" not in code],
    )


TOLD = [(page.name, *commands(page)) for page in PAGES]


@pytest.mark.parametrize("line", [line for _, lines, _ in TOLD for line in lines])
def test_a_command_parses(line: str) -> None:
    """The words are parsed as they would be, and nothing is run."""
    group: Any = typer.main.get_command(app)
    words = shlex.split(line)[1:]
    if words[0].startswith("-"):
        assert CliRunner().invoke(app, words).exit_code == 0
        return
    above = group.make_context("svcsim", ["init", "x"])
    name, command, rest = group.resolve_command(above, words)
    command.make_context(name, rest)


@pytest.mark.parametrize("line", [line for _, _, inline in TOLD for line in inline])
def test_a_command_in_a_sentence_exists(line: str) -> None:
    found = CliRunner().invoke(app, [*shlex.split(line)[1:], "--help"])
    assert found.exit_code == 0, found.output
