"""Every construct occurs in the random scenarios, and taking it out changes what happens."""

import json
from itertools import pairwise

import pytest
from constructs import CONSTRUCTS, INERT
from random_scenarios import Case, draw, read

from svcsim.engines import compiled
from svcsim.errors import ScenarioError, SimulationError
from svcsim.model.arrays import NEVER
from svcsim.model.build import build
from svcsim.model.trajectory import Trajectory

SAMPLE = range(600)
"""Seeds of the scenarios that are looked at."""
FIRST = range(60)
"""As many under `make test`."""
ENOUGH = 3
"""How often a construct must matter; after that nobody looks any more."""
TRIES = 3
"""How often a construct is taken out under `make test`; if nothing changes, it matters seldom."""
CHUNKS = 2


def without(case, text, remove):
    """Return a case without a construct, or None if it is not there; `text` are its words."""
    words = json.loads(text)
    remove(words)
    return None if words == case.words else Case(words, case.files)


def told(case, directory):
    """Return what happens in a case; None if it cannot be said so."""
    try:
        scenario = read(case, directory)
        return scenario and compiled.simulate(build(scenario).model, scenario.seed, 0)
    except (ScenarioError, SimulationError):
        return None


def same(a: Trajectory, b: Trajectory) -> bool:
    """Say whether two stories are the same."""
    return all(len(x) == len(y) and (x == y).all() for x, y in zip(a, b, strict=True))


def count(constructs, sample, enough, directory, most=1000):
    """Return (occurred, tried, mattered) for each construct, tried so often at most."""
    stories = {}
    found = {}
    cases = {seed: draw(seed) for seed in sample}
    texts = {seed: json.dumps(case.words) for seed, case in cases.items()}
    for name, remove in constructs.items():
        occurred = tried = mattered = 0
        for seed, case in cases.items():
            changed = without(case, texts[seed], remove)
            if changed is None:
                continue
            occurred += 1
            if mattered < enough and tried < most:
                if seed not in stories:
                    stories[seed] = told(case, directory)
                before = stories[seed]
                after = before and told(changed, directory)
                if before and after:
                    tried += 1
                    mattered += not same(before, after)
        found[name] = occurred, tried, mattered
    return found


def seldom(found, enough):
    """Return the lines of what mattered too seldom."""
    return [line for line in table(found) if int(line.split()[-1]) < enough]


def table(found):
    """Return what was found, a line for each construct; conftest.py shows it after the tests."""
    return [f"{name:28}{a:>10}{b:>8}{c:>10}" for name, (a, b, c) in found.items()]


def test_most_constructs_matter_soon(tmp_path, record_property):
    found = count(CONSTRUCTS, FIRST, 1, tmp_path, TRIES)
    record_property("constructs", table(found))
    assert len(seldom(found, 1)) < len(found) / 3


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_construct_occurs_and_matters(chunk, tmp_path, record_property):
    names = list(CONSTRUCTS)[chunk::CHUNKS]
    found = count({name: CONSTRUCTS[name] for name in names}, SAMPLE, ENOUGH, tmp_path)
    record_property("constructs", table(found))
    assert not seldom(found, ENOUGH)


def of_tokens(story):
    """Return how often something happens that only parallel work can do."""
    tokens, found = story.tokens, {}
    cancelled, at_once = tokens["cancelled"] == 1, tokens["began"] == tokens["ended"]
    found["cancelled before it began"] = (cancelled & at_once).sum()
    found["cancelled on its way"] = (cancelled & ~at_once).sum()
    found["open at the end"] = (tokens["ended"] == NEVER).sum()
    strands = [(row["item"], row["strand"]) for row in tokens]
    found["a strand that runs again"] = len(strands) - len(set(strands))
    held = {row["token"]: row["ended"] for row in tokens[cancelled & ~at_once]}
    here = [row for row in story.presence if row["token"] in held]
    found["people freed"] = sum(row["end"] == held[row["token"]] for row in here)
    spans = sorted((row["item"], row["begin"], row["end"], row["token"]) for row in story.presence)
    found["two at work for one item"] = sum(
        one[0] == two[0] and two[1] < one[2] and one[3] != two[3]
        for one, two in pairwise(spans)
        if one[0] in tokens["item"]
    )
    return found


def test_what_only_parallel_work_does_happens(tmp_path, record_property):
    scenarios = {}
    for seed in range(100):
        story = told(draw(seed), tmp_path)
        if story and len(story.tokens):
            for what, n in of_tokens(story).items():
                scenarios[what] = scenarios.get(what, 0) + (n > 0)
    record_property("constructs", [f"{what:28}{n:>10}" for what, n in scenarios.items()])
    assert len(scenarios) == 6
    assert min(scenarios.values()) >= ENOUGH, scenarios


def test_what_is_read_after_a_run_changes_nothing_in_it(tmp_path, record_property):
    found = count(INERT, range(100), 1, tmp_path)
    record_property("constructs", table(found))
    for name, (_, tried, mattered) in found.items():
        assert tried >= ENOUGH, name
        assert mattered == 0, name
