"""Random scenarios exercise every sentence of docs/semantics.md, and every pair of constructs."""

import json
from collections import Counter

import pytest
from constructs import CONSTRUCTS, INERT
from constructs_found import occurring
from random_scenarios import draw
from sentences import EVERY, SEEN, SENTENCES
from test_traces import in_force

MANY = 2000
"""As many random scenarios as `make test` tells."""
ENOUGH = 50
"""How many of them must exercise a sentence."""


def test_every_sentence_in_force_is_in_the_table_once():
    assert in_force() == EVERY.keys() | SENTENCES.keys()
    assert not EVERY.keys() & SENTENCES.keys()


def test_every_construct_serves_a_sentence():
    serving = {name for names in SENTENCES.values() for name in names}
    assert CONSTRUCTS.keys() <= serving <= CONSTRUCTS.keys() | INERT.keys() | SEEN.keys()
    assert len({*CONSTRUCTS, *INERT, *SEEN}) == len(CONSTRUCTS) + len(INERT) + len(SEEN)


def test_a_construct_occurs_where_taking_it_out_changes_the_words():
    for seed in range(20):
        words, found = draw(seed).words, set()
        for name, remove in {**CONSTRUCTS, **INERT}.items():
            rest = json.loads(json.dumps(words))
            remove(rest)
            found |= {name} if rest != words else set()
        assert occurring(words, {**CONSTRUCTS, **INERT}) == found, f"seed {seed}"


def exercised(words):
    """Return the sentences that a scenario exercises, those that every scenario does left out."""
    found = occurring(words, {**CONSTRUCTS, **INERT})
    found |= {name for name, see in SEEN.items() if see(words)}
    return {number for number, names in SENTENCES.items() if not found.isdisjoint(names)}


@pytest.mark.slow
def test_random_scenarios_exercise_every_sentence():
    found = Counter(number for seed in range(MANY) for number in exercised(draw(seed).words))
    seldom = {number: found[number] for number in SENTENCES if found[number] < ENOUGH}
    assert not seldom
