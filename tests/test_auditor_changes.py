"""The auditor notices when families, effects or triggers are not those of the law."""

import numpy as np
import pytest
from field_effects_changes import LEVEL, LOOP, SCORED

from svcsim.audit import audit
from svcsim.engines import compiled
from svcsim.model.build import build
from svcsim.model.codes import TRIGGERED, Purpose
from svcsim.scenario.load import loads

VISITS = LOOP.replace("watch: {stream: s}", "watch: {stream: s, step: a, outcome: bad}")
INHERITS = LOOP.replace("stream: other}", "stream: other, inherit: family}")
LOOKS = LOOP.replace("per: family,", "per: family, every: 1 h, top: 1,")


def findings(text, replication=0):
    """What the auditor says of a run."""
    model = build(loads(text)).model
    return audit(model, compiled.simulate(model, 1, replication), 1, replication)


OFTEN = LEVEL.replace("level: 1\n", "count: 3\n    within: 1 h\n")
"""What holds while something has happened often enough."""
OFTEN = OFTEN.replace("watch: {team: desk}", "watch: {stream: s}")
SPLIT = LEVEL.replace("{desk:", "{lab: {people: 1, activity: engage}, desk:").replace(
    "a: {team: desk, touch: {mean: 10 min, cv: 1}, outcome",
    "a: {team: {by_class: {p: lab, otherwise: {lab: 30%, desk: rest}}}, touch: 9 min, outcome",
)
"""Whom a visit asks for is the class's, or a draw."""
TEXTS = {
    "arrivals": LOOP, "visits": VISITS, "looks": LOOKS, "levels": LEVEL, "while often": OFTEN,
    "teams": SPLIT, "scores": SCORED,
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_run_with_changes_is_sound(text):
    for replication in range(3):
        assert findings(text, replication) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "rule"),
    [
        (LOOP, "x: 40%, y: 40%", "x: 30%, y: 40%", "A12 A14"),
        (LOOP, "by: x0.5", "by: x0.3", "A12"),
        (LOOP, "lag: 10 min", "lag: 2 h", "A12"),
        (INHERITS, "by: x0.3", "by: x0.8", "A3"),
        (LOOP, "count: 3", "count: 4", "A14"),
        (LOOP, "within: 1 h", "within: 30 min", "A14"),
        (LOOP, "cool_down: 30 min", "cool_down: 90 min", "A14"),
        (LOOKS, "top: 1", "top: 2", "A14"),
        (LOOKS, "every: 1 h", "every: 2 h", "A14"),
        (VISITS, "outcome: bad", "outcome: good", "A14"),
        (LOOP, "stream: other}", "stream: other, inherit: family}", "A14"),
        (LEVEL, "level: 5", "level: 4", "A14"),
        (LEVEL, "{stream: s}, level", "{stream: s, classes: p}, level", "A14"),
        (LEVEL, "{stream: s}, level", "{stream: s, team: desk}, level", "A14"),
        (LEVEL, "level: 1\n", "level: 2\n", "A3"),
        (LEVEL, "every: 10 min", "every: 20 min", "A3"),
        (LEVEL, "every: 10 min\n", "every: 10 min\n    cool_down: 2 h\n", "A3"),
        (LEVEL, "step: a}, by: x0.5", "step: a}, by: x0.6", "A3"),
        (SPLIT, "{team: desk}", "{team: lab}", "A3"),
        (OFTEN, "count: 3\n", "count: 4\n", "A3"),
        (SCORED, "within: 1 h", "within: 20 min", "A7"),
        (SCORED, "{stream: s, step: a}", "{stream: s, step: b}", "A7"),
        (SCORED, "{stream: s, step: a}", "{stream: s, step: a, outcome: bad}", "A7"),
        (SCORED, "{stream: s, step: a}", "{stream: s, step: a, classes: p}", "A7"),
        (SCORED, "{stream: s, step: a}", "{stream: s, step: a, later_than: 10 min}", "A7"),
        (SCORED, ", score: {watch: {stream: s, step: a}, within: 1 h}", "", "A7"),
    ],
)
def test_a_run_by_another_law_is_noticed(text, old, new, rule):
    """What happened under one scenario contradicts another that differs in one value."""
    changed = text.replace(old, new)
    assert changed != text
    models = [build(loads(one)).model for one in (text, changed)]
    # more than one replication, for a rule that seldom matters
    found = [
        finding.rule
        for replication in range(4)
        for finding in audit(
            models[1], compiled.simulate(models[0], 1, replication), 1, replication
        )
    ]
    assert set(found) & set(rule.split())


def test_a_family_that_was_not_drawn_is_noticed():
    model = build(loads(LOOP)).model
    run = compiled.simulate(model, 1, 0)
    drawn = np.flatnonzero((run.items["stream"] == 0) & (run.items["family"] == 0))
    run.items["family"][drawn[-1]] = 1
    assert any(finding.rule == "A14" for finding in audit(model, run, 1, 0))


def test_an_item_that_no_trigger_made_is_noticed():
    model = build(loads(LOOP)).model
    run = compiled.simulate(model, 1, 0)
    made = np.flatnonzero(run.items["layer"] == TRIGGERED)
    assert len(made) > 1
    run.items["family"][made[0]] = 1 - run.items["family"][made[0]]
    assert audit(model, run, 1, 0)


def test_purposes_keep_their_numbers():
    assert (Purpose.FAMILY, Purpose.THIN, Purpose.EFFECT) == (30, 31, 32)
