"""Both engines tell the same story: every row of every item, with `==`.

Hypothesis draws the random scenarios: 2,000 that can be told, no two alike, the same every time. It
draws the seed of each, as bytes, since into whole numbers it mixes those that it finds in our
sources; and the author makes the scenario of it with a plain `random.Random`. Where
hypothesis controls each draw of the author (`st.randoms(use_true_random=False)`), it copies parts
of earlier examples: of 200 scenarios only 103 were different, 130 were nine tenths the one before,
and drawing took five times as long. What that would be good for, shrinking, `shrink.smallest` does
in the words of the scenario.
"""

import random
from math import sqrt
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import Phase, assume, given, seed, settings
from hypothesis import strategies as st
from random_scenarios import Author, Case, read
from ruamel.yaml import YAML
from shrink import as_yaml, smallest

from svcsim.audit import audit
from svcsim.engines import compiled, reference
from svcsim.engines.reference import clock
from svcsim.errors import ScenarioError, SimulationError
from svcsim.model.arrays import NEVER, Model
from svcsim.model.build import build
from svcsim.model.trajectory import Trajectory
from svcsim.scenario.load import load
from svcsim.world.order import EVENTS_PER_TICK

SCENARIOS = sorted(Path(__file__).parents[1].joinpath("scenarios").glob("*.yaml"))
REGRESSIONS = sorted(Path(__file__).parent.joinpath("regressions").glob("*.yaml"))
SHORT = {
    "procurement": ("horizon=7 wk", "run_out=5 d"),
    "procurement_slips": ("horizon=7 wk", "run_out=5 d"),
    "normal_change": ("horizon=2 wk", "run_out=5 d"),
    "onboarding": (
        "horizon=4 wk",
        "run_out=5 d",
        "streams.onboarding.demand.rate=50/month",
        "teams.accounts.people=5",
        "teams.legal.people=2",
        "teams.portfolio.people=2",
        "teams.architects.people=9",
    ),
    "failed_changes": ("horizon=3 wk", "run_out=5 d"),
    "improvement_loop": ("horizon=3 wk", "run_out=1 d", "streams.incident.demand=8/d"),
    "improvement_reserve": ("horizon=2 wk", "run_out=1 d", "streams.incident.demand=8/d"),
    "first_desk": ("horizon=2 d", "run_out=1 d"),
    "shared_skills": ("horizon=3 d", "run_out=6 h"),
    "first_contact": ("horizon=1 d", "run_out=6 h"),
    "hurry": ("horizon=1 d", "run_out=6 h"),
    "service_desk_replay": ("horizon=1 d", "run_out=12 h"),
    "p1_restoration": (
        "horizon=2 d",
        "run_out=12 h",
        "streams.p1.demand.rate=35/wk",
        "streams.p1.steps.detect.one_of.by_users.share=100%",
        "streams.ticket.demand=20/wk",
        "streams.feature.demand=4/wk",
    ),
    "patching": ("horizon=6 wk", "run_out=5 d", "streams.vulnerability.demand.rate=30/month"),
    "joiner_mover_leaver": (
        "horizon=2 wk",
        "run_out=5 d",
        "streams.joiner.demand.changes=[{from: 3 d, until: 1 wk, by: +100%}]",
    ),
    "app_launch": (
        "horizon=23 wk",
        "run_out=1 d",
        "streams.launch.demand.rate=2.5/month",
        "streams.launch.steps.portfolio_board.gate.meets=Tue 14:00",
        "teams.portfolio.people=2",
        "teams.architects.people=3",
        "teams.developers.people=10",
    ),
    "service_desk_after_launch": (
        "horizon=12 h",
        "run_out=30 min",
        "streams.contact.backlog.0.items=40",
        "streams.contact.demand.changes=[{from: 10 h, by: +25%, half_life: 2 h}]",
        "teams.desk.groups.new={people: 3, from: 11 h, efficiency: {from: 50%, over: 1 h}}",
    ),
    "portfolio": (
        "horizon=24 h",
        "run_out=6 h",
        "streams.contact.demand.rate=40/bd",
        "streams.p1.demand.rate=20/wk",
        "streams.launch.demand=60/month",
        "streams.onboarding.demand.rate=90/month",
        "streams.vulnerability.demand.every=1 d",
    ),
    "value_chain": ("horizon=1 d", "run_out=12 h"),
    "service_desk": (
        "horizon=5 d",
        "run_out=1 d",
        "streams.contact.demand.rate=14/bd",
        "streams.contact.backlog.0.items=40",
    ),
}
"""Runs of fifty items and more."""
CHUNKS, CHUNK = 20, 100
"""The random scenarios of `make test`: a worker of pytest-xdist takes a chunk whole."""
AS_TEXT = 20
"""Scenarios of the first chunk that are written and read as files."""
SEEDS = st.binary(min_size=8, max_size=8).map(lambda drawn: int.from_bytes(drawn, "little"))
DRAWN = 500
"""Scenarios that are only drawn, to see what they are made of."""
PATIENCE = 20_000
"""Events of one tick after which the reference engine says that it lasts for ever: seconds.

Where the other engine goes on it is asked again, with all the patience that it has."""
LONGEST = 75
"""Rows of a story: the reference engine looks at everybody in a queue each time."""
LONGER = 2_500
"""As many under `make test-all`."""
MANY, LARGE = 200, 250
"""As many more under `make test-all`."""
HYPOTHESIS = settings(
    max_examples=CHUNK, database=None, deadline=None, phases=[Phase.generate], print_blob=False
)


def first_difference(a: Trajectory, b: Trajectory) -> str:
    """Say where two trajectories part, or nothing."""
    for name, x, y in zip(Trajectory._fields, a, b, strict=True):
        n = min(len(x), len(y))
        different = np.flatnonzero(x[:n] != y[:n])
        if len(different) or len(x) != len(y):
            k = int(different[0]) if len(different) else n
            return f"{name}[{k}]: {x[k : k + 1]} and {y[k : k + 1]} of {len(x)} and {len(y)}"
    return ""


def ended(model: Model, story: Trajectory, rows: int) -> Model:
    """Let a model end when so many rows of its story have begun."""
    end = 1 + int(np.partition(story.rows["begin"], rows)[rows])
    return model._replace(end=end, horizon=min(model.horizon, end), warm_up=min(model.warm_up, end))


def disagreement(
    case: Case, directory: Path, *, as_text: bool = False, longest: int = LONGEST
) -> str | None:
    """Say what is wrong with the two stories of a case; None if it cannot be told.

    The engines must give the same rows, or refuse with the same words; and what they tell must
    be lawful. A story that is too long is told until there.
    """
    built = case.built
    if built is None or as_text:
        scenario = read(case, directory, as_text=as_text)
        if scenario is None:
            return None
        built = build(scenario).model, scenario.seed
    model, key = built
    other = told(compiled, model, key)
    if isinstance(other, Trajectory) and len(other.rows) > longest:
        model = ended(model, other, longest - longest // 4)
        other = told(compiled, model, key)
    one = told(reference, model, key, PATIENCE)
    if isinstance(one, str) and isinstance(other, Trajectory):
        one = told(reference, model, key)  # many things at one tick, and not without end
    if isinstance(one, str) or isinstance(other, str):
        return "" if one == other else f"{one} and {other}"
    difference = first_difference(one, other)
    if difference:
        return difference
    return "\n".join(map(str, audit(model, one, key, 0)[:3]))


def told(
    engine: ModuleType, model: Model, key: int, patience: int = EVENTS_PER_TICK
) -> Trajectory | str:
    """The story of a model as an engine tells it, or the words with which it refuses."""
    try:
        with patch.object(clock, "EVENTS_PER_TICK", patience):
            return engine.simulate(model, key, 0)
    except SimulationError as error:
        return str(error)


def near(found: float, expected: float, n: int) -> bool:
    """Say whether a share of n scenarios is what it should be, within 4.5 standard errors."""
    return abs(found - expected) < 4.5 * sqrt(expected * (1 - expected) / n)


def report(case: Case, found: str, directory: Path) -> str:
    """Return what was found, with the smallest case in which something is found."""

    def fails(simpler: Case) -> bool:
        try:
            return bool(disagreement(simpler, directory))
        except ScenarioError:
            return False

    least = smallest(case, fails)
    there = disagreement(least, directory)
    return f"{found}\nand in its smallest form\n{there}\n{as_yaml(least)}"


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_row_of_every_shipped_scenario_is_the_same(path):
    model = build(load(path, set=("warm_up=0 h", *SHORT[path.stem]))).model
    worker = compiled.Worker(model)
    items = 0
    for key in range(20):
        one, other = reference.simulate(model, key, key), worker.simulate(key, key)
        assert not first_difference(one, other), f"seed {key}"
        items += len(one.items)
    assert items > 1_000


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_row_of_random_scenarios_is_the_same_and_lawful(chunk, tmp_path):
    drawn, wrong = {}, []

    @seed(chunk)
    @HYPOTHESIS
    @given(SEEDS)
    def compare(number):
        assume(number not in drawn)
        author = Author(random.Random(chunk << 64 | number))
        case = author.case()
        found = disagreement(case, tmp_path, as_text=chunk == 0 and len(drawn) < AS_TEXT)
        assume(found is not None)
        drawn[number] = author.whole, author.parallel
        if found:
            wrong.append((f"number {number}: {found}", case))

    compare()
    assert not wrong, report(wrong[0][1], wrong[0][0], tmp_path)
    assert len(drawn) == CHUNK
    whole, parallel = (sum(found) / CHUNK for found in zip(*drawn.values(), strict=True))
    assert near(whole, 1 / 3, CHUNK), "scenarios of whole minutes"
    assert near(parallel, 1 / 3, CHUNK), "scenarios with parallel work"


def test_a_third_of_the_scenarios_are_of_whole_minutes_and_a_third_have_parallel_work():
    authors = [Author(random.Random(number)) for number in range(DRAWN)]
    for author in authors:
        author.case()
    assert near(sum(author.whole for author in authors) / DRAWN, 1 / 3, DRAWN)
    assert near(sum(author.parallel for author in authors) / DRAWN, 1 / 3, DRAWN)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(MANY))
def test_every_row_of_many_more_random_scenarios_is_the_same_and_lawful(chunk, tmp_path):
    possible = 0
    for number in range(LARGE * chunk, LARGE * (chunk + 1)):
        case = Author(random.Random(number)).case()
        found = disagreement(case, tmp_path, longest=LONGER)
        possible += found is not None
        assert not found, f"seed {number}: {report(case, found, tmp_path)}"
    assert possible > 0.9 * LARGE


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.stem)
def test_what_once_went_wrong_is_right(path, tmp_path):
    found = YAML(typ="safe", pure=True).load(path)
    case = Case(found["given"], found["files"])
    assert disagreement(case, tmp_path, as_text=True, longest=NEVER) == "", found["why"]
