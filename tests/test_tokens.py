"""What tokens keep: exact laws, and what is refused."""

import numpy as np
import pytest
from test_calls import HEAD, is_mean, story

from svcsim.analysis.measures import measure
from svcsim.analysis.questions import ask
from svcsim.errors import ScenarioError
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.codes import Outcome
from svcsim.scenario.load import loads


def visits(found, step, items):
    """Return how often each of some items came to a step, by its number."""
    here = found.visits["item"][found.visits["step"] == step]
    return np.bincount(here, minlength=len(found.items))[items]


STUCK = """
  case:
    demand: 20/h
    steps:
      triage: {team: crowd, touch: 1 min, WORDS outcome: {special: {share: 30%, to: special},
               usual: {share: rest, to: check}}}
      special: {team: crowd, touch: 1 min}
      check: {team: crowd, touch: 1 min, outcome: {again: {share: 40%, to: triage}, fine: rest}}
"""


def test_who_needs_a_specialist_needs_one_every_time():
    """Of n visits all or none are special; anew at each they would be binomial."""
    _, found = story(STUCK.replace("WORDS", "sticky: true,"))
    ended = found.items["item"][found.items["ended"] < NEVER]
    n, special = visits(found, 0, ended), visits(found, 1, ended)
    assert n.max() > 5
    assert set(np.unique(special - n * (special > 0))) == {0}
    is_mean(special > 0, 0.3)
    is_mean(n, 1 / 0.6)
    _, found = story(STUCK.replace("WORDS", ""))
    ended = found.items["item"][found.items["ended"] < NEVER]
    n, special = visits(found, 0, ended), visits(found, 1, ended)
    mixed = np.mean((special > 0) & (special < n))
    assert mixed == pytest.approx(1 - 0.6 * (0.3 / 0.88 + 0.7 / 0.72), abs=0.0125)  # 4.5 errors


def test_check_foresees_what_is_kept():
    """Who is special comes to the specialist 1 / 0.6 times, whether others do or not."""
    from svcsim.analysis.facts import Facts

    scenario = loads(HEAD + STUCK.replace("WORDS", "sticky: true,"))
    work = Facts.of(scenario, build(scenario)).prediction.works
    assert [one.per_item for one in work] == pytest.approx([1 / 0.6, 0.3 / 0.6, 1 / 0.6])


LATE = """
  case:
    demand: 12/h
    steps:
      ask: {activity: engage, wait: {mean: 1 h, distribution: exponential},
            escalate: {after: 30 min, to: look, priority: 2}}
      close: {activity: engage, wait: 5 min, outcome: {over: {share: 100%, to: done}}}
      look: {team: crowd, touch: 10 min}
"""


def test_what_is_late_goes_elsewhere_and_nothing_is_lost():
    """Of an exponential wait a share of exp(-d / mean) is cut at d, and takes what comes then."""
    model, found = story(LATE)
    items = found.items[found.items["arrived"] < model.horizon]
    lead = (items["ended"] - items["arrived"]) / TICKS_PER_HOUR
    late = np.isclose(lead, 40 / 60)
    is_mean(late, np.exp(-0.5))
    assert (visits(found, 2, items["item"]) == late).all()
    assert (visits(found, 1, items["item"]) == ~late).all()
    assert (lead[~late] < 35 / 60 + 1e-9).all()
    tokens = found.tokens[found.tokens["cancelled"] == 1]
    assert len(tokens) == np.sum(np.isin(found.tokens["of"], tokens["token"])) > 1000
    scenario = loads(HEAD + LATE)
    reduced = measure(ask(scenario, *build(scenario)), found)
    assert all(reduced.identities.values())


def test_to_be_late_in_a_queue_is_to_lose_patience():
    text = """
  call:
    demand: 6/h
    steps:
      wait: {team: desk, touch: {mean: 9 min, cv: 1}, MORE}
      take: {team: buyers, touch: {mean: 9 min, cv: 1}}
"""
    _, one = story(text.replace("MORE", "escalate: {after: 5 min, to: take, unless: started}"))
    _, other = story(text.replace("MORE", "patience: 5 min, abandon_to: take"))
    assert np.array_equal(one.items, other.items)
    for a, b in (
        (one.visits, other.visits),
        (one.rows, other.rows),
        (one.presence, other.presence),
    ):
        kept = [name for name in a.dtype.names if name not in ("token", "row")]
        assert len(a) == len(b)
        assert sorted(a[kept].tolist()) == sorted(b[kept].tolist())


def test_children_that_are_waited_for_are_withdrawn_when_their_parent_is_late():
    _, found = story("""
  order:
    demand: 12/h
    steps:
      buy: {stream: part, escalate: {after: 1 h, to: done}}
  part: {steps: {make: {activity: engage, wait: {low: 30 min, high: 90 min}}}}
""")
    ended = found.items[found.items["ended"] < NEVER]
    parts = ended[ended["parent"] >= 0]
    withdrawn = parts["outcome"] == Outcome.WITHDRAWN
    is_mean(withdrawn, 0.5)
    assert (parts["ended"] - parts["arrived"])[withdrawn].tolist() == [TICKS_PER_HOUR] * sum(
        withdrawn
    )


SEVERAL = """
  order:
    demand: 12/h
    steps:
      form: {{team: crowd, touch: 1 min}}
      access: {{team: crowd, touch: {{mean: 1 h, distribution: exponential}},
               instances: {n}, {more}}}
      close: {{team: crowd, touch: 1 min}}
"""


@pytest.mark.parametrize(
    ("n", "more", "truth"),
    [
        ("4", "", 25 / 12),
        ("4", "wait_for: 2", 1 / 4 + 1 / 3),
        ("4", "wait_for: 60%", 1 / 4 + 1 / 3 + 1 / 2),
        ("{values: {0: 20%, 1: 30%, 3: rest}}", "", 0.3 * 1 + 0.5 * 11 / 6),
    ],
)
def test_the_slowest_of_several_is_an_order_statistic(n, more, truth):
    """The k-th of n exponential times has the mean 1/n + ... + 1/(n - k + 1) (Renyi 1953)."""
    text = SEVERAL.format(n=n, more=more)
    model, found = story(text)
    items = found.items[(found.items["arrived"] < model.horizon)]
    lead = (items["ended"] - items["arrived"]) / TICKS_PER_HOUR - 2 / 60
    is_mean(lead, truth)
    scenario = loads(HEAD + text)
    reduced = measure(ask(scenario, *build(scenario)), found)
    assert all(reduced.identities.values())
    values = dict(zip(reduced.keys, reduced.numerators, strict=True))
    assert len(values) == len(reduced.keys)


def test_check_counts_every_instance():
    from svcsim.analysis.facts import Facts

    text = SEVERAL.format(n="{values: {0: 20%, 1: 30%, 3: rest}}", more="")
    scenario = loads(HEAD + text)
    work = Facts.of(scenario, build(scenario)).prediction.works
    assert [one.per_item for one in work] == pytest.approx([1, 0.3 + 0.5 * 3, 1])


def test_one_more_instance_moves_no_draw_of_the_others():
    """Semantics 60, 61: those of the same index work for the same time."""
    stories = [story(SEVERAL.format(n=n, more=""))[1] for n in (3, 4)]
    works = []
    for found in stories:
        opening = found.tokens["token"][(found.tokens["strand"] == 1) & (found.tokens["of"] >= 0)]
        rows = found.rows[found.rows["step"] == 1]
        rows = rows[np.isin(rows["token"], opening) & (rows["item"] < 200)]
        works.append([[] for _ in range(200)])
        for row in rows[np.lexsort([rows["token"], rows["item"]])]:
            works[-1][row["item"]].append(row["end"] - row["begin"])
    fewer, more = works
    assert [some[:3] for some in more] == fewer
    assert all(len(set(some)) == 4 for some in more)


REFUSED = [
    ("instances: 0.5", "not-a-count", "instances"),
    ("wait_for: 2", "out-of-place", "wait_for"),
    ("instances: 2, wait_for: 3", "too-many-of", "wait_for"),
    ("instances: 2, gate: {meets: Mon 09:00}", "among-instances", "gate"),
    ("instances: 2, spawn: {stream: a}", "among-instances", "spawn"),
    ("instances: 2, escalate: {after: 1 h, to: done}", "among-instances", "escalate.to"),
    ("escalate: {after: 1 h}", "escalates-nothing", "escalate"),
    ("escalate: {after: 0 min, to: done}", "zero-duration", "escalate.after"),
    ("escalate: {after: 1 h, to: z}", "unknown-step", "escalate.to"),
    ("escalate: {after: 1 h, to: done}, every: 1 h, times: 2", "out-of-place", "escalate.to"),
    ("sticky: true", "out-of-place", "sticky"),
    ("sticky: true, next: {x: 10%, done: rest}", "sticky-back", "next.x"),
    ("sticky: 1", "not-true-or-false", "sticky"),
]


@pytest.mark.parametrize(("words", "code", "path"), REFUSED)
def test_what_makes_no_sense_is_refused_where_it_stands(words, code, path):
    text = f"  a: {{demand: 1/h, steps: {{x: {{team: desk, touch: 5 min, {words}}}}}}}\n"
    with pytest.raises(ScenarioError) as caught:
        loads(HEAD + text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == (code, ".".join(["streams.a.steps.x", *path.split()]))
