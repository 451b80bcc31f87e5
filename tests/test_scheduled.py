"""Demand at times of the calendar, and before events (semantics 67, 68)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcsim.analysis.environments import LongRun
from svcsim.analysis.load import arrivals
from svcsim.analysis.moments import Moments
from svcsim.engines import compiled, reference
from svcsim.errors import ScenarioError
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.calendar_tables import SLACK, CalendarTables
from svcsim.model.sittings import earlier
from svcsim.model.tags import tag32
from svcsim.scenario.calendar import Calendar
from svcsim.scenario.load import loads
from svcsim.world.calendars import open_ticks, take_open
from svcsim.world.draws import root_key

H = TICKS_PER_HOUR
BROKEN = Calendar(days="Mon-Fri", hours="09:00-12:30, 13:00-17:00", holidays="GB-ENG")
TABLES = CalendarTables(
    datetime(2026, 3, 23, tzinfo=ZoneInfo("Europe/London")), 60 * 24 * H + SLACK
)
AT = TABLES.add(BROKEN, merged=True)
JOINERS = """
svcsim: 1
horizon: 26 wk
run_out: 0 h
warm_up: 13 wk
teams: {desk: {people: unlimited, activity: engage}}
streams:
  joiner:
    demand: {scheduled: [Mon 09:00, 20th 09:00], batch: {poisson: 4}, calendar: always, NOTICE}
    classes: {late: 25%, early: rest}
    steps: {do: {team: desk, touch: {mean: 1 h, cv: 1}}}
"""
NOTICE = """notice: {by_class: {late: {low: 1 bd, high: 5 bd},
    early: {median: 12 bd, sigma: 0.6, between: [5 bd, 60 bd]}}}"""


def model(text=JOINERS, notice=NOTICE, *, changes=()):
    return build(loads(text.replace("NOTICE", notice), set=changes))


@settings(max_examples=100, deadline=None)
@given(t=st.integers(0, 60 * 24 * H), d=st.integers(0, 90 * H))
def test_time_is_taken_back_to_the_latest_tick_from_which_it_is_left(t, d):
    calendars, openings = TABLES.arrays()
    u = take_open(calendars, openings, AT, t, d)
    assert u == earlier(np.array([t]), d, BROKEN, TABLES)[0]
    spent = [open_ticks(calendars, openings, AT, x) for x in (t, max(u, 0), max(u, 0) + 1)]
    if u < 0:
        assert spent[0] < d
    else:
        assert spent[0] - spent[1] >= d
        assert u == t or spent[0] - spent[2] < d


def items(made, replication=0):
    told = reference.simulate(made.model, 1, replication).items
    return {
        tuple(row) for row in told[["hi", "lo", "ordinal", "member", "cls", "arrived"]].tolist()
    }


@pytest.mark.parametrize("notice", ["notice: 0 h", NOTICE], ids=["at once", "with a notice"])
def test_an_occasion_or_a_member_more_leaves_all_other_items_as_they_are(notice):
    few = items(model(notice=notice))
    path = "streams.joiner.demand"
    often = f"{path}.scheduled=[Mon 09:00, 20th 09:00, Wed 10:00]"
    assert few < items(model(notice=notice, changes=[often]))
    assert few < items(model(notice=notice, changes=[f"{path}.batch.poisson=6"]))
    for hi, lo, ordinal, member, _, _ in few:
        assert (hi, lo) != root_key(0, ordinal, tag32("joiner", "scheduled"))
        assert member >= 0


def test_as_many_come_before_events_as_the_notice_says():
    """By class, within 4 standard errors of Poisson numbers; 20 replications of 13 weeks."""
    made, n = model(), 20
    moments = Moments(made.model)
    expected = n * arrivals(made.model, moments, LongRun(made.model, moments))[0]
    found = np.zeros(2)
    for replication in range(n):
        told = compiled.simulate(made.model, 1, replication).items
        there = told[
            (told["arrived"] >= made.model.warm_up) & (told["arrived"] < made.model.horizon)
        ]
        found += np.bincount(there["cls"], minlength=2)
    assert (abs(found - expected) < 4 * np.sqrt(expected)).all()
    # Of the 20ths those of May and June; that of April is a Monday, and that of July too.
    assert expected.sum() == pytest.approx(n * 4 * (13 + 2), rel=0.01)


def test_a_notice_has_a_largest_value():
    with pytest.raises(ScenarioError, match="longer than a year"):
        model(notice="notice: {median: 12 bd, sigma: 0.6}")
    model(notice="notice: {median: 12 bd, sigma: 0.6, at_most: 60 bd}")
    model(notice="notice: 370 d")
    with pytest.raises(ScenarioError, match="longer than a year"):
        model(notice="notice: 400 d")
