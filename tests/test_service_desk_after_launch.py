"""The oracles of the service desk after a launch: more contacts, and clocks that stand.

Demand is counted in arrivals, against a staircase that halves every fortnight; a promise whose
clock stands is compared with the same promise whose clock runs, over the same contacts.
"""

import numpy as np
import pytest
from test_shipped_scenarios import A_DAY, BAND, z

import svcsim
from svcsim.engines import compiled
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.scenario.load import load

WEEK = 168 * TICKS_PER_HOUR
STREAM = "streams.contact"


@pytest.fixture(scope="module")
def counted():
    """Arrivals of each replication, in weeks since the launch."""
    model = build(load("service_desk_after_launch", set=["horizon=13 wk", "run_out=0 h"])).model
    runs = [compiled.simulate(model, 41, replication).items for replication in range(6)]
    of_demand = [items[(items["layer"] >= 0) & (items["parent"] < 0)] for items in runs]
    return [items["arrived"] / WEEK - 5 for items in of_demand]


@pytest.mark.theory
def test_a_quarter_more_come_and_half_as_many_more_every_two_weeks(counted):
    """In stairs of 42 hours, of which each is 2^(1/8) lower than the one before.

    Contacts come by day, and few at weekends, so the stairs of a fortnight count as many of them as
    come in an ordinary one: 1.199 times as many in the first fortnight, half of what is more in the
    second.
    """
    stairs = 2.0 ** (-np.arange(8) / 8)
    more = 0.25 * float(share_of_stairs() @ stairs)
    assert 1 + more == pytest.approx(1.199, abs=0.001)
    for fortnight in range(4):
        begin = 2 * fortnight
        found = [((t >= begin) & (t < begin + 2)).sum() / (10 * A_DAY) for t in counted]
        assert abs(z(found, 1 + more / 2**fortnight)) < BAND, fortnight
    before = [(t < 0).sum() / (25 * A_DAY) for t in counted]
    assert abs(z(before, 1)) < BAND


def share_of_stairs():
    """Shares of the contacts of two ordinary weeks that come in each of eight stairs of 42 h."""
    profile = load("service_desk").streams["contact"].demand.profile
    days = [1.14, 1.10, 0.92, 1.01, 0.83, 0.03, 0.01] * 2
    by_hour = np.outer(days, profile.hours).ravel()
    return by_hour.reshape(8, 42).sum(axis=1) / by_hour.sum()


@pytest.mark.theory
def test_a_clock_that_stands_while_others_are_asked_keeps_more_promises():
    def kept(*changes):
        weeks = ["warm_up=1 wk", "horizon=6 wk", "run_out=2 wk"]
        scenario = load("service_desk_after_launch", set=[*weeks, *changes])
        numbers = svcsim.run(scenario, replications=1, jobs=1).numbers
        return numbers.find("on_time", "share", stream="contact", target="in_time").value

    assert kept() > kept(f"{STREAM}.targets.in_time.paused_by=null")
