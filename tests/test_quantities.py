"""Quantities: what is for each of them, what remains open, and exposure, counted again."""

import math
from collections import defaultdict
from fractions import Fraction

import numpy as np
import pytest
from random_runs import random_runs
from scipy import stats

from svcsim.analysis.exposure import Exposed
from svcsim.analysis.predict import predict
from svcsim.audit import audit
from svcsim.engines import compiled
from svcsim.errors import ScenarioError
from svcsim.experiment.run import run
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.codes import Kind
from svcsim.model.quantile_tables import cumulated
from svcsim.scenario.count import NegativeBinomialCount
from svcsim.scenario.flow import placed
from svcsim.scenario.load import load, loads
from svcsim.scenario.words import DONE

RANDOM = 60
BAND = 4.0
"""Standard errors."""


# ---- exposure, counted again ---------------------------------------------------------------------


def said(scenario, names, visit):
    """Return what a visit says of what remains, its step, and whether its outcome tells; or None.

    Of an outcome when it is drawn; of a step at each that goes forward, or when it is completed.
    """
    places = [p for stream in scenario.streams.values() for p in placed(stream.steps)]
    step = places[visit["step"]].step
    if step.outcome is None:
        return step.remaining if visit["finished"] < NEVER else None, step, False
    if visit["outcome"] < 0:
        return None, step, True
    name = names.outcomes[visit["step"]][visit["outcome"]]
    outcome = step.outcome[name]
    if outcome.remaining is not None:
        return outcome.remaining, step, True
    before = [p.name for p in places[: visit["step"] + 1]]
    back = outcome.to not in (None, DONE) and outcome.to in before
    goes_on = not back and not (step.gate is not None and name in ("defer", "reject"))
    return step.remaining if goes_on else None, step, True


def when(visit, rows, step):
    """Return when the outcome of a visit was drawn: as work ended, or what was waited for."""
    if step.touch is None or step.gate is not None:
        return max([visit["entered"], *(row["end"] for row in rows)])
    work = [row["end"] for row in rows if Kind(row["kind"]) in (Kind.WORK, Kind.AUTOMATIC)]
    if work:
        return max(work)
    tick = visit["entered"]  # a machine that took no time, after what came before it
    for row in rows:
        before = Kind(row["kind"]) == Kind.LIMIT
        before |= Kind(row["kind"]) == Kind.HANDOVER and step.handover is not None
        tick = row["end"] if before and row["begin"] == tick else tick
    return tick


def counted_again(one):
    """Return exposure of the cohort, and of all in the time measured, by stream and class.

    And how often something remained, was set again at one tick, and was told by an outcome.
    """
    scenario, names, followed = one.scenario, one.names, one.followed
    happened, model = followed.trajectory, followed.questions.model
    rows, visits = defaultdict(list), defaultdict(list)
    for row in happened.rows:
        rows[row["token"], row["step"], row["visit"]].append(row)
    for visit in happened.visits:
        visits[visit["item"]].append(visit)
    cohort, there, seen = defaultdict(int), defaultdict(int), np.zeros(3, int)
    for k, item in enumerate(happened.items):
        if item["quantity"] < 0:
            continue
        quantity = int(item["quantity"])
        events = [(max(int(item["arrived"]), 0), -1, -1, quantity)]
        for n, visit in enumerate(visits[k]):
            share, step, by_outcome = said(scenario, names, visit)
            if share is not None:
                mine = rows[visit["token"], visit["step"], visit["visit"]]
                tick = when(visit, mine, step) if by_outcome else visit["finished"]
                left = Fraction(round(share * 10**9), 10**9) * quantity
                events.append(
                    (int(tick), int(visit["token"]), n, math.floor(left + Fraction(1, 2)))
                )
                seen += (1, tick in [at for at, *_ in events[:-1]], by_outcome)
        events.sort()
        ends = [tick for tick, *_ in events[1:]] + [min(int(item["ended"]), model.end)]
        where = names.streams[item["stream"]], int(item["cls"])
        for (begin, _, _, left), end in zip(events, ends, strict=True):
            cohort[where] += left * (end - begin) if followed.cohort[k] else 0
            there[where] += left * max(0, min(end, model.horizon) - max(begin, model.warm_up))
    return cohort, there, seen


def test_exposure_of_random_scenarios_counted_again(tmp_path):
    seen = np.zeros(3, int)

    def wanted(scenario):
        return any(stream.quantity is not None for stream in scenario.streams.values())

    for one in random_runs(8100, RANDOM, tmp_path, wanted):
        cohort, there, more = counted_again(one)
        seen += more
        found = Exposed.of(one.followed)
        for v, stream in enumerate(one.names.streams):
            for c in range(len(one.names.classes[v])):
                assert found.cohort[v, c] == cohort[stream, c], (one.number, stream, c)
                assert found.there[v, c] == there[stream, c], (one.number, stream, c)
    assert (seen > (500, 20, 100)).all(), seen


# ---- nothing but what is for each is different ---------------------------------------------------


def test_what_remains_and_what_is_counted_change_nothing_that_happens():
    forget = ["streams.vulnerability.quantity=null"]
    for place in placed(load("patching").streams["vulnerability"].steps):
        path = ".".join(map(str, ("streams.vulnerability", *place.path)))
        if place.step.remaining is not None:
            forget.append(f"{path}.remaining=null")
        for name, outcome in (place.step.outcome or {}).items():
            if outcome.remaining is not None:
                forget.append(f"{path}.outcome.{name}.remaining=null")
    assert len(forget) == 5
    with_them, without = (
        compiled.simulate(build(load("patching", set=sets)).model, 1, 0) for sets in ([], forget)
    )
    items = with_them.items.copy()
    assert (items["quantity"] >= 0).sum() > 100
    items["quantity"] = -1
    for ours, theirs in zip(with_them._replace(items=items), without, strict=True):
        assert (ours == theirs).all()


# ---- laws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "dispersion"), [(40, 1), (3, 0.2), (0.5, 4), (200, 0.01)])
def test_a_negative_binomial_is_that_of_scipy(mean, dispersion):
    count = NegativeBinomialCount(negative_binomial=mean, dispersion=dispersion)
    offset, upto = cumulated(count)
    size = 1 / dispersion
    law = stats.nbinom(size, size / (size + mean))
    assert offset == 0
    assert upto[:-1] == pytest.approx(law.cdf(np.arange(len(upto) - 1)), abs=1e-13)
    share = np.diff(upto, prepend=0)
    assert share @ np.arange(len(upto)) == pytest.approx(mean, rel=1e-9)
    assert law.var() == pytest.approx(mean + dispersion * mean**2)


QUEUE = """
svcsim: 1
calendar: always
warm_up: 4 wk
horizon: 60 wk
run_out: 1 wk
replications: 30
teams: {crew: {people: 1, activity: deliver_support}}
streams:
  leak:
    demand: 6/d
    quantity: {unit: machines, count: {negative_binomial: 9, dispersion: 1}}
    steps:
      patch: {team: crew, touch: {mean: 16 min, distribution: exponential, each: machines}}
"""


@pytest.mark.theory
def test_a_queue_of_work_for_each_is_that_of_pollaczek_and_khinchine():
    # work is q times an exponential: its second moment is E[q²] 2 x², E[q²] = 9 + 81 + 81
    rate, x, mean, square = 6 / 24, 16 / 60, 9, 9 + 2 * 81
    load_, second = rate * mean * x, square * 2 * x * x
    wait = rate * second / (2 * (1 - load_))
    results = run(loads(QUEUE), jobs=1)
    found = results.numbers.find("queue_time", team="crew")
    assert abs(found.value - wait) < BAND / 1.96 * found.half_width, (found, wait)
    assert found.half_width < 0.12 * wait
    prediction = predict(build(loads(QUEUE)).model)
    assert prediction.works[0].mean == pytest.approx(mean * x * TICKS_PER_HOUR)
    assert prediction.pools[0].wait == pytest.approx(wait * TICKS_PER_HOUR, rel=1e-6)


OPEN = """
svcsim: 1
calendar: always
warm_up: 1 wk
horizon: 9 wk
run_out: 6 wk
replications: 20
streams:
  leak:
    demand: 12/d
    quantity: {unit: machines, count: {values: {0: 40%, 8: rest}}}
    steps:
      find:  {activity: plan, wait: {mean: 10 h, distribution: exponential}, remaining: 25%}
      close: {activity: plan, wait: {mean: 2 h, distribution: exponential, each: machines}}
"""


@pytest.mark.theory
def test_exposure_of_independent_waits_is_a_product_of_means():
    # q (10 + 2 q / 4) h with q = 8 in 60 % of items, in days; open: a rate times that (Little)
    exposure = 0.6 * (8 * 10 + 2 * 16) / 24
    numbers = run(loads(OPEN), jobs=1).numbers
    for statistic, expected in (("mean", exposure), ("open", 12 * exposure)):
        found = numbers.find("exposure", statistic, stream="leak")
        assert abs(found.value - expected) < BAND / 1.96 * found.half_width, (found, expected)
        assert found.half_width < 0.1 * expected
    mean, total = (numbers.find("exposure", one, stream="leak") for one in ("mean", "total"))
    assert total.value / mean.value == pytest.approx(8 * 7 * 12, rel=0.1)
    assert (mean.unit, total.unit) == ("machines·d", "machines·d")


# ---- what check knows ----------------------------------------------------------------------------

FAMILY = """
svcsim: 1
calendar: always
teams: {crew: {people: 9, activity: deliver_support}}
streams:
  change:
    demand: 10/d
    quantity: {unit: machines, count: {by_class: {a: 2, b: 10}}}
    classes: {a: 50%, b: rest}
    steps:
      deploy:
        activity: deliver_support
        wait: 1 h
        spawn: {stream: incident, share: {by_class: {a: 0%, b: 50%}}, inherit: quantity}
  incident:
    demand: 5/d
    quantity: {unit: machines, count: {low: 3, high: 5}}
    steps:
      restore: {team: crew, touch: {value: 6 min, each: machines}}
"""


def test_work_on_an_inherited_quantity_is_foreseen():
    # five incidents a day have 4 machines on average, two and a half have the 10 of a change
    prediction = predict(build(loads(FAMILY)).model)
    mean = (5 * 4 + 2.5 * 10) / 7.5
    assert prediction.hands_on(1).sum() == pytest.approx(mean * TICKS_PER_HOUR / 10)
    square = (5 * (9 + 16 + 25) / 3 + 2.5 * 100) / 7.5
    assert prediction.works[0].second == pytest.approx(square * (TICKS_PER_HOUR / 10) ** 2)


LOOP = """
svcsim: 1
teams: {crew: {people: 1, activity: deliver_support}}
streams:
  leak:
    demand: 1/d
    quantity: {unit: machines, count: COUNT}
    steps:
      patch:
        team: crew
        touch: {mean: 1 min, cv: 1, each: machines}
        outcome: {failed: {share: 10%, to: patch}, done with: rest}
"""


def test_who_has_nothing_may_go_round_without_time():
    run(loads(LOOP.replace("COUNT", "{low: 1, high: 3}")), replications=1, jobs=1)
    with pytest.raises(ScenarioError, match="without any time passing"):
        run(loads(LOOP.replace("COUNT", "{low: 0, high: 3}")), replications=1, jobs=1)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{mean: 16 min,", "{mean: 16 min, zero: 10%,", ""),
        ("each: machines}", "each: users}", "no-quantity"),
        ("touch: {", "patience: {mean: 1 h, cv: 1, each: machines}, touch: {", "each-here"),
        ("patch: {", "patch: {remaining: 10%, ", ""),
        ("quantity: {unit: machines, count: {negative_binomial: 9, dispersion: 1}}", "backlog: []",
         "no-quantity"),
        ("touch: {mean: 16 min, distribution: exponential, each: machines}",
         "touch: {mixture: [{share: rest, of: {value: 1 min, each: machines}}]}", "each-here"),
        ("touch: {mean: 16 min, distribution: exponential, each: machines}",
         "auto: {share: 10%}, touch: 1 min, outcome: {x: {share: rest, wait: 1 h, remaining: 5%}}",
         ""),
    ],
)  # fmt: skip
def test_words_of_quantities_that_do_not_fit_are_told(old, new, code):
    text = QUEUE.replace(old, new)
    assert text != QUEUE
    try:
        loads(text)
        found = ""
    except ScenarioError as error:
        (problem,) = error.problems
        found = problem.code
    assert found == code


# ---- the auditor ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def family():
    model = build(loads(FAMILY.replace("26 wk", "2 wk"), set=["horizon=4 d", "run_out=1 d"])).model
    return model, compiled.simulate(model, 1, 0)


def test_a_run_with_quantities_is_sound(family):
    assert audit(*family, 1, 0) == []


@pytest.mark.parametrize("stream", [0, 1])
def test_another_quantity_is_noticed(family, stream):
    model, happened = family
    items = happened.items.copy()
    for inherited in (True, False) if stream else (False,):
        one = np.flatnonzero((items["stream"] == stream) & ((items["parent"] >= 0) == inherited))[0]
        items["quantity"][one] += 1
        found = {finding.rule for finding in audit(model, happened._replace(items=items), 1, 0)}
        assert "A15" in found
        items["quantity"][one] -= 1


def test_work_that_is_not_for_each_is_noticed(family):
    model, happened = family
    distributions = model.distributions.copy()
    distributions["each"] = 0
    found = audit(model._replace(distributions=distributions), happened, 1, 0)
    assert "A3" in {finding.rule for finding in found}
    spawns = model.spawns.copy()
    spawns["inherit_quantity"] = 0
    found = audit(model._replace(spawns=spawns), happened, 1, 0)
    assert "A15" in {finding.rule for finding in found}


def test_draws_of_a_quantity_move_no_other_draw():
    plain, counted = (
        compiled.simulate(build(loads(text)).model, 1, 0)
        for text in (FAMILY.replace(", each: machines", ""),
                     FAMILY.replace(", each: machines", "").replace("{low: 3, high: 5}", "70"))
    )  # fmt: skip
    assert (plain.rows == counted.rows).all()
    assert (plain.items["quantity"] != counted.items["quantity"]).any()
    mine = counted.items["ended"] < NEVER
    assert mine.any()
