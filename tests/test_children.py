"""Children: how many there are, how much work they bring, and that they change no other draw."""

import numpy as np
import pytest

from svcsim.analysis.predict import predict
from svcsim.engines import compiled
from svcsim.errors import ScenarioError
from svcsim.model.build import build
from svcsim.scenario.load import load, loads

GENERATIONS = """
svcsim: 1
calendar: always
horizon: 400 h
run_out: 400 h
teams: {crowd: {people: unlimited, activity: engage}}
streams:
  root:
    demand: {rate: 1/h}
    classes: {a: 30%, b: rest}
    steps:
      work:
        team: crowd
        touch: 1 min
        spawn: {stream: leaf, share: {by_class: {a: 80%, b: 20%}}, count: {poisson: 1.5}}
  leaf:
    classes: {c: 25%, d: rest}
    steps:
      work:
        team: crowd
        touch: {by_class: {c: 10 min, d: 20 min}}
        outcome:
          more: {share: 40%, spawn: [{stream: leaf}, {stream: end, count: 2}]}
          none: rest
  end:
    steps:
      work: {team: crowd, touch: 3 min}
"""
"""By hand, for each root: leaves of the first generation .3 x .8 x 1.5 + .7 x .2 x 1.5 = .57; a
leaf has .4 leaves, so .57 / (1 - .4) = .95 in all; ends .95 x .4 x 2 = .76."""
LEAVES, ENDS = 0.95, 0.76


def test_expected_children_are_those_of_the_branching_process():
    prediction = predict(build(loads(GENERATIONS)).model)
    roots = prediction.items[0].sum()
    assert roots == pytest.approx(400)
    assert prediction.items[1].sum() == pytest.approx(LEAVES * roots, rel=1e-12)
    assert prediction.items[1][0] == pytest.approx(0.25 * LEAVES * roots, rel=1e-12)
    assert prediction.items[2].sum() == pytest.approx(ENDS * roots, rel=1e-12)


def test_children_without_end_of_nobody_are_no_obstacle():
    """The matrix of a stream in which each item has one child is singular; here nobody comes."""
    text = GENERATIONS.replace("share: {by_class: {a: 80%, b: 20%}}", "share: 0%")
    text = text.replace("more: {share: 40%,", "more: {share: 100%,").replace(
        "none: rest", "none: 0%"
    )
    prediction = predict(build(loads(text)).model)
    assert prediction.items[0].sum() == pytest.approx(400)
    assert (prediction.items[1:] == 0).all()


def test_children_without_end_have_no_number():
    text = GENERATIONS.replace("more: {share: 40%,", "more: {share: 100%,")
    prediction = predict(build(loads(text.replace("none: rest", "none: 0%"))).model)
    assert np.isfinite(prediction.items[0]).all()
    assert np.isinf(prediction.items[1][:2]).all()
    assert np.isinf(prediction.items[2][0])


@pytest.mark.parametrize("words", ["spawn: []", "spawn: {stream: s, inherit: []}"])
def test_a_list_of_no_children_is_refused(words):
    with pytest.raises(ScenarioError):
        loads(f"svcsim: 1\nstreams: {{s: {{demand: 1/h, steps: {{a: {{wait: 1 h, {words}}}}}}}}}")


def test_as_many_children_come_as_are_expected():
    model = build(loads(GENERATIONS)).model
    ratios = []
    for replication in range(40):
        items = compiled.simulate(model, 3, replication).items
        roots = np.count_nonzero(items["stream"] == 0)
        ratios.append([np.count_nonzero(items["stream"] == v) / roots for v in (1, 2)])
    for found, truth in zip(np.transpose(ratios), (LEAVES, ENDS), strict=True):
        error = found.std(ddof=1) / len(found) ** 0.5
        assert abs(found.mean() - truth) < 4.5 * error
        assert 0.05 * truth > 3 * error  # an error of 5 % would show


def test_children_of_the_shipped_scenario_come_after_their_parents():
    scenario = load("failed_changes", set=["horizon=8 wk"])
    model, names = build(scenario)
    deploy = names.steps.index("deploy")
    visits_seen = 0
    for replication in range(5):
        story = compiled.simulate(model, 1, replication)
        items, visits = story.items, story.visits
        children = items[items["parent"] >= 0]
        assert (items["stream"][items["parent"] < 0] == 0).all()
        assert (children["stream"] == 1).all()
        assert (children["site"] == deploy).all()
        assert (children["arrived"] >= items["arrived"][children["parent"]]).all()
        failed = visits[(visits["step"] == deploy) & (visits["outcome"] == 0)]
        of_visit = {(v["item"], v["visit"]) for v in failed}
        for child in children:
            assert (child["parent"], child["ordinal"]) in of_visit
            assert 0 <= child["member"] < 4
        visits_seen += len(failed)
    assert visits_seen > 20


def test_more_children_change_no_draw_of_the_others():
    """Semantics 63: the work of a change is the same, whatever its failures bring."""
    base = build(load("failed_changes", set=["horizon=8 wk"])).model
    more = build(
        load("failed_changes", set=[
            "horizon=8 wk", "streams.change.steps.deploy.outcome.failed.spawn.share=100%",
            "streams.change.steps.deploy.outcome.failed.spawn.count={low: 2, high: 6}",
        ])
    ).model  # fmt: skip
    one, other = (compiled.simulate(model, 1, 0) for model in (base, more))
    changes = [story.items[story.items["stream"] == 0] for story in (one, other)]
    assert (changes[0][["hi", "lo", "arrived"]] == changes[1][["hi", "lo", "arrived"]]).all()
    # A child that both have (visits may fall beyond the end in one of them) has the same key.
    keys = [
        {(c["hi"], c["lo"]) for c in story.items[story.items["parent"] >= 0]}
        for story in (one, other)
    ]
    assert len(keys[0] & keys[1]) > 0.9 * len(keys[0])
    assert len(keys[1]) > len(keys[0])


def test_the_time_until_children_come_is_drawn():
    """A mean of 3 h, exponential: the gaps between the end of the work and the child."""
    model, names = build(load("failed_changes"))
    deploy = names.steps.index("deploy")
    gaps = []
    for replication in range(20):
        story = compiled.simulate(model, 5, replication)
        work = story.rows[(story.rows["step"] == deploy) & (story.rows["kind"] == 0)]
        over = {(r["item"], r["visit"]): r["end"] for r in work}
        born = story.items[(story.items["parent"] >= 0)]
        # Those whose time could be cut by the end of the run would bias the mean.
        gaps += [
            (c["arrived"] - over[c["parent"], c["ordinal"]]) / 3.6e9
            for c in born
            if over[c["parent"], c["ordinal"]] < model.horizon
        ]
    error = 3.0 / len(gaps) ** 0.5
    assert len(gaps) > 500
    assert abs(np.mean(gaps) - 3.0) < 4.5 * error
