"""Random scenarios exercise every sentence of docs/semantics.md, and every pair of constructs."""

import json
from collections import Counter
from itertools import combinations, count, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from constructs import CONSTRUCTS, INERT
from constructs_found import occurring
from random_scenarios import draw, read
from sentences import EVERY, SEEN, SENTENCES
from test_traces import in_force

ALL = {**CONSTRUCTS, **INERT}
MANY = 2000
"""As many random scenarios as `make test` tells, each of which can be read."""
ENOUGH = 50
"""How many of them must exercise a sentence."""
SAMPLE = 10_000
"""Random scenarios that can be read, in which pairs are looked for."""
FEW = 5
"""Pairs that the sample may miss.

Each should be in the first 50,000, of which the sample is a fifth: so no more pairs than these are
in none of them, and a pair that is in n of them is missed here with e**(-n / 5).
"""


def test_every_sentence_in_force_is_in_the_table_once():
    assert in_force() == EVERY.keys() | SENTENCES.keys()
    assert not EVERY.keys() & SENTENCES.keys()


def test_every_construct_serves_a_sentence():
    serving = {name for names in SENTENCES.values() for name in names}
    assert CONSTRUCTS.keys() <= serving <= ALL.keys() | SEEN.keys()
    assert len(ALL.keys() | SEEN) == len(CONSTRUCTS) + len(INERT) + len(SEEN)


def test_a_construct_occurs_where_taking_it_out_changes_the_words():
    for seed in range(20):
        words, found = draw(seed).words, set()
        for name, remove in ALL.items():
            rest = json.loads(json.dumps(words))
            remove(rest)
            found |= {name} if rest != words else set()
        assert occurring(words, ALL) == found, f"seed {seed}"


def told():
    """Yield the constructs of one random scenario after the other, of those that can be read."""
    with TemporaryDirectory() as directory:
        for number in count():
            case = draw(number)
            if read(case, Path(directory)) is not None:
                there = {name for name, see in SEEN.items() if see(case.words)}
                yield occurring(case.words, ALL) | there


@pytest.mark.slow
def test_random_scenarios_exercise_every_sentence():
    exercised = Counter(
        number
        for found in islice(told(), MANY)
        for number, names in SENTENCES.items()
        if not found.isdisjoint(names)
    )
    assert not {number: exercised[number] for number in SENTENCES if exercised[number] < ENOUGH}


@pytest.mark.slow
def test_random_scenarios_pair_every_two_constructs():
    names = sorted(ALL)
    there = np.array([[name in found for name in names] for found in islice(told(), SAMPLE)])
    together = there.T.astype(np.float32) @ there
    pairs = combinations(range(len(names)), 2)
    missing = {frozenset((names[a], names[b])) for a, b in pairs if together[a, b] == 0}
    assert len(missing) <= FEW, missing
