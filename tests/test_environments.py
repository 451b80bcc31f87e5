"""Environments against theory: a Poisson process that is modulated, and waits in spells (69)."""

from math import exp

import numpy as np
import pytest
from test_shipped_scenarios import BAND, z

from svcsim.analysis.facts import Facts
from svcsim.analysis.feasibility import feasible
from svcsim.engines import compiled
from svcsim.errors import Problem
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.codes import Kind
from svcsim.scenario.hints import Hint
from svcsim.scenario.load import load, loads

BARE = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
warm_up: {warm_up}
horizon: {horizon}
run_out: 2 h
streams:
  call: {{demand: {rate}, steps: {{hold: {{activity: engage, wait: 10 min}}}}}}
"""
WEATHER = """
environments:
  weather:
    states:
      calm: {{lasts: {calm}, effect: {{rate: call, by: {by}}}}}
      storm: {{lasts: {storm}, effect: {{rate: call, by: {more}}}}}
"""


def model(text):
    """Return the compiled model of a text."""
    return build(loads(text)).model


@pytest.mark.theory
def test_counts_of_a_modulated_poisson_process_have_the_variance_of_the_formula():
    """Fischer, Meier-Hellstern, *The MMPP cookbook* (1993), two states, seen when it is stationary.

    Var N = E N + 2 (a - b)² p q (sT - 1 + e^(-sT)) / s², p and q the shares of the states, s the
    sum of the rates at which they end.
    """
    text = BARE.format(warm_up="15 h", horizon="20 h", rate="8/h")
    laws = (f"{{mean: {mean}, distribution: exponential}}" for mean in ("3 h", "1 h"))
    calm, storm = laws
    one = model(text + WEATHER.format(calm=calm, storm=storm, by="-50%", more="x2"))
    counts = []
    for replication in range(800):
        arrived = compiled.simulate(one, 3, replication).items["arrived"]
        counts.append(((arrived >= one.warm_up) & (arrived < one.horizon)).sum())
    a, b, q, s, t = 4.0, 16.0, 1 / 4, 1 / 3 + 1, 5.0
    mean = (a + (b - a) * q) * t
    more = 2 * (b - a) ** 2 * q * (1 - q) * (s * t - 1 + exp(-s * t)) / s**2
    assert mean == 35
    assert abs(z(counts, mean)) < BAND
    assert abs(z((np.array(counts) - mean) ** 2, mean + more)) < BAND
    assert (mean + more) / mean == pytest.approx(5.92, abs=0.01)


@pytest.mark.theory
def test_a_wait_in_spells_takes_its_factor_in_proportion_to_how_long_they_last():
    """Renewal-reward: items come independently of the spells, whatever the laws of these are."""
    text = (
        BARE.format(warm_up="40 h", horizon="90 h", rate="4/h")
        + """
environments:
  supplier:
    states:
      good: {lasts: {mean: 2 h, cv: 0.7, distribution: gamma}}
      bad: {lasts: {mean: 1 h, cv: 0.5}, effect: {wait: {stream: call, step: hold}, by: x3}}
"""
    )
    one, hours = model(text), []
    for replication in range(250):
        items = compiled.simulate(one, 5, replication).items
        items = items[(items["arrived"] >= one.warm_up) & (items["arrived"] < one.horizon)]
        hours.append(((items["ended"] - items["arrived"]) / TICKS_PER_HOUR).mean())
    assert abs(z(hours, (1 + 2 * 1 / 3) / 6)) < BAND


@pytest.mark.theory
def test_states_that_are_drawn_are_visited_as_their_chain_says():
    """From a to b in 1 of 4 cases, else to c; back to a always: b takes 1/4 · 2 of 4 hours."""
    text = (
        BARE.format(warm_up="30 h", horizon="80 h", rate="4/h")
        + """
environments:
  weather:
    states:
      a: {lasts: {mean: 2 h, cv: 1}, next: {b: 25%, c: rest}}
      b:
        lasts: {mean: 2 h, cv: 0.6}
        next: {a: 100%}
        effect: {wait: {stream: call, step: hold}, by: x0}
      c: {lasts: {mean: 2 h, cv: 1}}
"""
    )
    one, none = model(text), []
    for replication in range(250):
        items = compiled.simulate(one, 5, replication).items
        items = items[(items["arrived"] >= one.warm_up) & (items["arrived"] < one.horizon)]
        none.append((items["ended"] == items["arrived"]).mean())
    assert abs(z(none, 1 / 8)) < BAND


@pytest.mark.theory
def test_a_share_in_spells_takes_its_factor_and_the_others_the_rest_in_proportion():
    """Twice 20 % in a third of the time, when the others have 60 % to share instead of 80 %."""
    text = BARE.format(warm_up="40 h", horizon="90 h", rate="4/h")
    text = (
        text.replace("wait: 10 min", f"wait: 10 min, {OUTCOMES}")
        + """
environments:
  weather:
    states:
      fair: {lasts: {mean: 2 h, cv: 0.7, distribution: gamma}}
      foul:
        lasts: {mean: 1 h, cv: 0.5}
        effect: {share: {stream: call, step: hold, outcome: failed}, by: x2}
"""
    )
    one, shares = model(text), []
    for replication in range(150):
        run = compiled.simulate(one, 5, replication)
        visits = run.visits[(run.visits["entered"] >= one.warm_up) & (run.visits["outcome"] >= 0)]
        shares.append(np.bincount(visits["outcome"], minlength=3) / len(visits))
    failed, fine, odd = np.array(shares).T
    assert abs(z(failed, 0.20 * (1 + 1 / 3))) < BAND
    assert abs(z(odd, 0.30 * (2 + 60 / 80) / 3)) < BAND
    assert abs(z(fine, 0.50 * (2 + 60 / 80) / 3)) < BAND


def test_where_less_fails_those_that_fail_failed_before():
    """The same draw leads to the same outcome, or from the one to the others (47)."""
    text = BARE.format(warm_up="0 h", horizon="60 h", rate="10/h")
    text = text.replace("wait: 10 min", f"wait: 10 min, {OUTCOMES}")
    around = "environments: {e: {states: {x: {lasts: 1 h}, y: {lasts: 1 h, effect: {share: "
    around += "{stream: call, step: hold, outcome: failed}, by: BY}}}}}"
    runs = [
        compiled.simulate(model(text + around.replace("BY", by)), 1, 0).visits["outcome"]
        for by in ("x1", "x0.5", "x3")
    ]
    plain, less, more = ({*np.flatnonzero(outcomes == 0)} for outcomes in runs)
    assert less < plain < more
    assert len(runs[0]) > 500


OUTCOMES = "outcome: {failed: 20%, fine: rest, odd: 30%}"


def addresses(run):
    """Return the layer and the ordinal of each item, and when it came and left."""
    fields = ["layer", "ordinal", "arrived", "ended"]
    return {tuple(row)[:2]: tuple(row)[2:] for row in run.items[fields].tolist()}


def test_a_state_only_adds_items_or_only_takes_some_away():
    """The layers are those of the rate that is written, so the others keep their draws (50)."""
    text = BARE.format(warm_up="0 h", horizon="40 h", rate="10/h")
    same = {"calm": "3 h", "storm": "1 h"}
    plain, more, less = (
        addresses(compiled.simulate(model(text + around), 2, 0))
        for around in (
            "",
            WEATHER.format(by="x1", more="x3.5", **same),
            WEATHER.format(by="x1", more="x0.3", **same),
        )
    )
    assert len(less) < len(plain) < len(more)
    assert plain.items() <= more.items()
    assert less.items() <= plain.items()
    stormy = [arrived // TICKS_PER_HOUR % 4 == 3 for arrived, _ in more.values()]
    assert {layer for layer, _ in more} == {0, 1, 2, 3}
    assert all(storm for storm, (layer, _) in zip(stormy, more, strict=True) if layer > 0)


@pytest.mark.theory
def test_deliveries_slip_together_in_a_quarter_of_the_time():
    """Each delivery of procurement takes as long as before, or 1.6 times, by the spell it is in."""
    hours = ["warm_up=20 wk", "horizon=44 wk", "run_out=26 wk", "streams.requisition.demand=x0.5"]
    plain = build(load("procurement", set=hours))
    slips = build(load("procurement_slips", set=[*hours, "triggers.slips.count=1000000"]))
    step, slipped, wrong = plain.names.steps.index("delivery"), [], []
    for replication in range(24):
        runs = [compiled.simulate(made.model, 4, replication) for made in (plain, slips)]
        one, two = (first_deliveries(run, step, plain.model) for run in runs)
        both = sorted(one.keys() & two.keys())
        ratio = np.array([two[key] / one[key] for key in both])
        slow = ratio > 1.3
        assert np.allclose(ratio[slow], 1.6)
        assert np.allclose(ratio[~slow], 1.0)
        slipped.append(slow.mean())
        wrong.append(wrong_ones(runs[1], step, plain.model))
    assert abs(z(wrong, 0.08 * (1 + 1 / 4))) < BAND
    assert abs(z(slipped, 1 / 4)) < BAND


def first_deliveries(run, step, one):
    """Return how long the first delivery of each item took, by its address."""
    rows = run.rows[(run.rows["step"] == step) & (run.rows["visit"] == 1)]
    rows = rows[(rows["kind"] == Kind.EXTERNAL) & (rows["begin"] >= one.warm_up)]
    rows = rows[(rows["begin"] < one.horizon) & (rows["end"] < one.end)]
    keys = run.items[["layer", "ordinal"]][rows["item"]].tolist()
    return dict(zip(keys, (rows["end"] - rows["begin"]).tolist(), strict=True))


def wrong_ones(run, step, one):
    """Return the share of first deliveries that are wrong."""
    visits = run.visits
    visits = visits[(visits["step"] == step) & (visits["visit"] == 1) & (visits["outcome"] >= 0)]
    return (visits["outcome"][visits["entered"] >= one.warm_up] == 1).mean()


def test_suppliers_are_seen_where_they_slip():
    """The 85th percentile rises above four weeks in bad spells, and seldom without them."""
    reviews = []
    for changes in ((), ("environments=null",)):
        made = build(load("procurement_slips", set=["horizon=52 wk", "run_out=4 wk", *changes]))
        stream = made.names.streams.index("supplier_review")
        runs = [compiled.simulate(made.model, 4, replication) for replication in range(12)]
        reviews.append(sum((run.items["stream"] == stream).sum() for run in runs))
    assert reviews[0] > 2 * reviews[1]


# ---- what is known before a run ----------------------------------------------------------------

SPELLS = """
svcsim: 1
calendar: always
teams: {{desk: {{people: 1, activity: engage}}}}
environments:
  season:
    states:
      high: {{lasts: {high}, effect: {effect}}}
      low: {{lasts: {low}}}
streams:
  ticket:
    demand: {rate}
    steps:
      look:
        team: desk
        touch: {{mean: {touch}, cv: 1}}
        outcome: {{again: {{share: 20%, to: look}}, well: rest}}
"""
HIGH, LOW = "{mean: 30 h, cv: 0.7}", "{mean: 10 h, cv: 1}"


def told(text):
    """Return the facts of a text, and the codes of what is found."""
    scenario = loads(text)
    facts = Facts.of(scenario, build(scenario))
    return facts, [one for one in feasible(facts) if one.code in ("overload", "growing-backlog")]


@pytest.mark.parametrize(("by", "mean"), [("x2", 1.75), ("x0", 0.25), ("-50%", 0.625)])
def test_the_load_is_that_of_the_long_run(by, mean):
    """Three quarters of the time in the first state, whatever the laws; a visit is 1.25 touches."""
    effect = f"{{rate: ticket, by: {by}}}"
    words = {"high": HIGH, "low": LOW, "rate": "0.4/h", "touch": "1 h"}
    facts, found = told(SPELLS.format(effect=effect, **words))
    busy = 0.4 * 1.25 * mean
    assert facts.prediction.plain[0].utilisation == pytest.approx(busy, rel=1e-6)
    assert facts.prediction.pools[0].wait is None
    assert facts.prediction.pools[0].reason == "an environment changes its demand"
    assert not found


def test_more_demand_than_people_in_the_long_run_is_refused_and_less_is_not():
    """The rate as it is written is always too much."""
    words = {"high": HIGH, "low": LOW, "rate": "1/h", "touch": "1 h"}
    for by in (0.1, 0.5, 0.7, 0.75, 1.5):
        found = told(SPELLS.format(effect=f"{{rate: ticket, by: x{by}}}", **words))[1]
        refused = [Problem] if (0.75 * by + 0.25) * 1.25 >= 1 else []
        assert [type(one) for one in found] == refused


def test_work_and_ways_that_come_in_spells_are_never_refused_but_told():
    """Who comes in which spell is not known: not how much work they find."""
    words = {"high": HIGH, "low": LOW, "rate": "0.7/h", "touch": "1 h"}
    touch = "{touch: {stream: ticket, step: look}, by: x2}"
    facts, (hint,) = told(SPELLS.format(effect=touch, **words))
    assert facts.prediction.plain[0].utilisation == pytest.approx(0.7 * 1.25 * 1.75, rel=1e-6)
    assert isinstance(hint, Hint)
    assert "as spells come on average" in str(hint)
    share = "{share: {stream: ticket, step: look, outcome: again}, by: x0.1}"
    words["rate"] = "0.9/h"
    assert [type(one) for one in told(SPELLS.format(effect=share, **words))[1]] == [Hint]
    nobody = SPELLS.format(effect=touch, **words).replace("people: 1", "people: 0")
    assert [type(one) for one in told(nobody)[1]] == [Problem]


def test_states_that_are_drawn_have_the_time_of_their_chain():
    """From a to b in 1 of 4 cases, else to c, then back: 4, 2·1/4 and 8·3/4 of 10.5 hours."""
    text = SPELLS.format(high="HERE", low=LOW, effect="HERE", rate="0.4/h", touch="1 h")
    start, end = text.index("      high"), text.index("streams:")
    states = """\
      a: {lasts: {mean: 4 h, cv: 1}, next: {b: 25%, c: rest}}
      b: {lasts: {mean: 2 h, cv: 1}, next: {a: 100%}, effect: {rate: ticket, by: x3}}
      c: {lasts: {mean: 8 h, cv: 1}, next: {a: 100%}, effect: {rate: ticket, by: x0.5}}
"""
    facts, _ = told(text[:start] + states + text[end:])
    mean = (4 + 2 / 4 * 3 + 6 * 0.5) / 10.5
    assert facts.prediction.plain[0].utilisation == pytest.approx(0.5 * mean, rel=1e-6)


def test_times_of_the_calendar_last_longer_on_the_wall():
    """40 bh of office are a week: as long as 168 h, so that each state has half of the time."""
    text = SPELLS.format(
        high="{mean: 40 bh, cv: 1}", low="{mean: 168 h, cv: 1}",
        effect="{rate: ticket, by: x3}", rate="0.2/h", touch="1 h",
    ).replace("calendar: always", "calendar: office")  # fmt: skip
    facts, _ = told(text)
    plain, _ = told(text.replace("by: x3", "by: x1"))
    ratio = facts.prediction.items.sum() / plain.prediction.items.sum()
    assert ratio == pytest.approx(2, rel=0.01)
