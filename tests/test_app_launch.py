"""The oracles of the launch of a digital service, over all six activities.

With a thousand people in each team, always there, and many more launches than there would be,
nobody waits for anybody: touch is what the shares and means of the file say, by hand, and times are
a direct Monte Carlo of its laws, written out again here. Where the figures of the domain page are
others, the tests say why.
"""

from datetime import timedelta

import numpy as np
import pytest
from dateutil.easter import easter
from test_shipped_scenarios import without_limits, z
from uncontended import BAND, DAYS, Luck, Open, agrees, hours, working

import svcsim
from svcsim.engines import compiled
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR
from svcsim.model.codes import Kind

BUNDLES = ["sign_in", "search", "booking", "payment", "reports"]
APPROVED = 0.70 / (1 - 0.20)
"""Of the business cases; 20 % of the hearings end in another, 10 % in none."""
TO_BOARD = 0.20 / (1 - 0.20)
"""Further hearings of a board that wants one in five again."""
RETEST = 0.20 / (1 - 0.20)
NO_GO = 0.15 / (1 - 0.15)
FEATURES = 5 * 4.8
"""Of a launch: five bundles, with a Poisson number of features in each."""
BY_HAND = {
    "plan": 90 * (1 + 0.40 * TO_BOARD),
    "engage": APPROVED * (2 * 40 * (1 + 0.25 * (0.30 + TO_BOARD)) + 24 + 30),
    "design_transition": APPROVED
    * (
        72 * (1 + TO_BOARD)
        + FEATURES * (5 + 12 * (1 + RETEST))
        + 40 * (1 + 0.25 * NO_GO)
        + (40 + 20 + 4)
    ),
    "obtain_build": APPROVED * (FEATURES * 45 * (1 + 0.50 * RETEST) + 120),
    "deliver_support": APPROVED * 20 * 4,
    "improve": APPROVED * 3 * 16,
}
"""Hours of touch of a launch by activity, its features and purchase and stopped ones included."""
PAGE = {
    "plan": 99, "engage": 80, "design_transition": 660, "obtain_build": 1510, "deliver_support": 120
}  # fmt: skip
FIRST_ORDER = {
    "plan": 90 * 1.10,
    "engage": 80,
    "design_transition": 24 * 8 * 1.20 + 24 * 12 * 1.25 + 60,
    "obtain_build": 24 * 45 * 1.25 + 120 + 30,
    "deliver_support": 80 + 40,
}
"""How the page comes to its figures, for a launch that is approved."""
FEATURE = 45 * (1 + 0.50 * RETEST) + 12 * (1 + RETEST)
"""Hours to program and test a feature."""
WEEKS = 52
MANY = [
    "warm_up=0 h",
    f"horizon={WEEKS} wk",
    "run_out=66 wk",
    "streams.launch.demand.rate=12/month",
]


@pytest.fixture(scope="module")
def free():
    """The scenario without limits and with 144 launches a year, and its trajectories."""
    model, names = without_limits("app_launch", *MANY)
    return model, names, [compiled.simulate(model, 31, replication) for replication in range(8)]


def cohort_of(model, names, run, stream):
    """Items of a stream that are measured, as a mask."""
    arrived = run.items["arrived"]
    here = run.items["stream"] == names.streams.index(stream)
    return (arrived >= model.warm_up) & (arrived < model.horizon) & here


def of_launches(model, names, run):
    """Launches that are measured with their features and purchases, as a mask; no improvements."""
    cohort = cohort_of(model, names, run, "launch")
    feature = names.streams.index("feature")
    improvement = run.items["stream"] == feature
    improvement &= run.items["cls"] == names.classes[feature].index("improvement")
    parents = run.items["parent"]
    return cohort | ((parents >= 0) & cohort[parents] & ~improvement)


def ends(model, names, run, step):
    """Hours from the start to the last completion of a step by each item; nan without one."""
    visits = run.visits[run.visits["step"] == names.steps.index(step)]
    visits = visits[visits["finished"] < model.end]
    last = np.full(len(run.items), -1, np.int64)
    np.maximum.at(last, visits["item"], visits["finished"])
    return np.where(last < 0, np.nan, last / TICKS_PER_HOUR)


# ---- touch ---------------------------------------------------------------------------------------


@pytest.mark.theory
@pytest.mark.parametrize("activity", BY_HAND)
def test_touch_by_activity_is_what_the_shares_say(free, activity):
    model, names, runs = free
    here = model.steps["activity"] == names.activities.index(activity)
    found = []
    for run in runs:
        launches = cohort_of(model, names, run, "launch").sum()
        mine = of_launches(model, names, run)
        there = run.presence[mine[run.presence["item"]] & here[run.presence["step"]]]
        found.append(int((there["end"] - there["begin"]).sum()) / TICKS_PER_HOUR / launches)
    assert abs(z(found, BY_HAND[activity])) < BAND


def test_the_page_counts_what_comes_back_once_and_in_full():
    for activity, printed in PAGE.items():
        assert FIRST_ORDER[activity] == pytest.approx(printed, abs=10), activity
    assert sum(FIRST_ORDER.values()) == pytest.approx(2480, rel=0.02)


def test_a_launch_that_is_approved_takes_what_the_page_says_but_for_shorter_repeats():
    """2,340 h without the improvements, 6 % below the page's 2,480 h.

    Programming takes half the second time (135 h less), buying is engage here (30 h) and training
    of the desk transition (40 h), and what the page has of design, 8 h for each feature once more
    for one in five, is an outline for a second board and details for none. Engage has the internal
    stakeholders (24 h), whom the page leaves at "80+", and requirements that come back.
    """
    approved = {activity: hours_ / APPROVED for activity, hours_ in BY_HAND.items()}
    approved["plan"] = BY_HAND["plan"]
    off = {activity: approved[activity] - FIRST_ORDER[activity] for activity in PAGE}
    assert off["plan"] == pytest.approx(0)
    assert off["obtain_build"] == pytest.approx(-135 - 30)
    assert off["deliver_support"] == pytest.approx(-40)
    assert off["engage"] == pytest.approx(24 + 30 + 80 * 0.25 * 0.55)
    designed = 72 * 1.25 + 24 * 5 - 24 * 8 * 1.20
    assert off["design_transition"] == pytest.approx(designed + 40 + 4 + 10 * NO_GO)
    assert sum(approved[activity] for activity in PAGE) == pytest.approx(2480, rel=0.07)


# ---- what comes of it ----------------------------------------------------------------------------


@pytest.mark.theory
def test_seven_business_cases_in_eight_are_approved_in_the_end(free):
    model, names, runs = free
    found = []
    for run in runs:
        cohort = cohort_of(model, names, run, "launch")
        found.append(float(np.isfinite(ends(model, names, run, "release")[cohort]).mean()))
    assert abs(z(found, APPROVED)) < BAND
    assert pytest.approx(7 / 8) == APPROVED


@pytest.mark.theory
def test_the_first_release_is_prepared_when_three_of_five_bundles_are_ready(free):
    """And the others go on: each launch that is released gets all five."""
    model, names, runs = free
    prepared = names.steps.index("runbook")
    for run in runs[:4]:
        cohort = cohort_of(model, names, run, "launch")
        first = np.full(len(run.items), NEVER, np.int64)
        visits = run.visits[run.visits["step"] == prepared]
        np.minimum.at(first, visits["item"], visits["entered"])
        ready = np.sort([ends(model, names, run, name) for name in BUNDLES], axis=0)
        released = cohort & np.isfinite(ends(model, names, run, "release"))
        assert np.isfinite(ready[:, released]).all()
        assert np.allclose(first[released] / TICKS_PER_HOUR, ready[2, released])


@pytest.mark.theory
def test_early_life_is_twenty_business_days_and_reviews_come_three_times(free):
    model, names, runs = free
    days, reviews, improvements = [], [], []
    office = Open.office(9, 18)
    for run in runs:
        cohort = cohort_of(model, names, run, "launch")
        released = cohort & np.isfinite(ends(model, names, run, "release"))
        for step, counts in (("early_life", days), ("review", reviews)):
            done = run.visits[run.visits["step"] == names.steps.index(step)]
            done = done[done["finished"] < NEVER]
            counts.append(np.bincount(done["item"], minlength=len(run.items))[released])
        feature = names.streams.index("feature")
        improved = run.items["stream"] == feature
        improved &= run.items["cls"] == names.classes[feature].index("improvement")
        held = run.visits["step"] == names.steps.index("review")
        held &= run.visits["finished"] < model.end
        improvements.append(float(improved.sum()) / held.sum())
        begun, over = (
            ends(model, names, run, step)[released] for step in ("release", "early_life")
        )
        spent = (office.spent(over) - office.spent(begun)) / 9
        assert (spent >= 20 - 1e-6).all()
    assert (np.concatenate(days) == 20).all()
    assert (np.concatenate(reviews) == 3).all()
    assert abs(z(improvements, 4.5)) < BAND


@pytest.mark.theory
@pytest.mark.parametrize(("cls", "design"), [("planned", 5), ("improvement", 8)])
def test_a_feature_takes_its_design_its_program_and_its_tests(free, cls, design):
    model, names, runs = free
    stream = names.streams.index("feature")
    found = []
    for run in runs:
        done = run.items["stream"] == stream
        done &= run.items["cls"] == names.classes[stream].index(cls)
        done &= run.items["ended"] < model.end
        rows = run.rows[(run.rows["kind"] == Kind.WORK) & done[run.rows["item"]]]
        found.append(int((rows["end"] - rows["begin"]).sum()) / TICKS_PER_HOUR / done.sum())
    assert abs(z(found, design + FEATURE)) < BAND


@pytest.mark.theory
def test_a_launch_waits_for_its_purchase_and_each_bundle_for_the_last_of_its_features(free):
    model, names, runs = free
    features, purchases = [], []
    for run in runs[:4]:
        cohort = cohort_of(model, names, run, "launch")
        built = cohort & np.isfinite(ends(model, names, run, "complete"))
        mine = of_launches(model, names, run) & (run.items["parent"] >= 0)
        parents, ended = run.items["parent"][mine], run.items["ended"][mine]
        bought = run.items["stream"][mine] == names.streams.index("purchase")
        for counts, kind in ((features, ~bought), (purchases, bought)):
            counts.append(np.bincount(parents[kind], minlength=len(run.items))[built])
        last = np.full(len(run.items), -1, np.int64)
        np.maximum.at(last, parents[~bought], ended[~bought])
        joined = np.max([ends(model, names, run, name) for name in BUNDLES], axis=0)
        some = built & (last >= 0)
        assert np.allclose(joined[some], last[some] / TICKS_PER_HOUR)
        last[:] = -1
        last[parents[bought]] = ended[bought]
        assert np.allclose(ends(model, names, run, "bought")[built], last[built] / TICKS_PER_HOUR)
    assert (np.concatenate(purchases) == 1).all()
    counts = np.concatenate(features)
    assert abs(counts.mean() - FEATURES) < BAND * np.sqrt(FEATURES / len(counts))


# ---- time ----------------------------------------------------------------------------------------


def supplier():
    """Business hours of a supplier in Germany, in London's time."""
    closed = {(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)}
    moving = {
        easter(year) + timedelta(days=n) for year in range(2026, 2030) for n in (-2, 1, 39, 50)
    }
    return Open([
        (hours(d, 7), hours(d, 15)) for d in DAYS
        if d.weekday() < 5 and (d.month, d.day) not in closed and d not in moving
    ])  # fmt: skip


def next_of(sittings, now):
    """The first sitting that is not before now."""
    return sittings[np.minimum(np.searchsorted(sittings, now), len(sittings) - 1)]


def direct(n, weeks, end, seed=1):
    """Hours from demand to the first release, and to all features, of launches done by the end."""
    luck, office, abroad = Luck(seed, n), Open.office(9, 18), supplier()
    days = [d for d in DAYS if working(d) and hours(d, 18) < weeks * 168]
    arrived = luck.times([(hours(d, 9), hours(d, 18)) for d in days], [1] * len(days))
    tuesdays = [d for d in DAYS if d.weekday() == 1 and d.day <= 7 and working(d)]
    portfolio = np.array([hours(d, 14) for d in tuesdays])
    cycle = np.arange(0, 900 * 24, 336.0)
    wednesdays = np.array([hours(d, 11) for d in DAYS if d.weekday() == 2 and working(d)])

    def later(calendar, now, open_hours):
        spent = np.minimum(calendar.spent(np.minimum(now, end)) + open_hours, calendar.total[-1])
        return calendar.reached(spent)

    now, asking, stopped, factor = arrived, np.ones(n, bool), np.zeros(n, bool), 1.0
    while asking.any():
        heard = next_of(portfolio, now + luck.work(90, 0.4) * factor)
        now, factor = np.where(asking, heard, now), 0.4
        u = luck.share()
        stopped |= asking & (u < 0.10)
        asking &= (u >= 0.10) & (u < 0.30)
    alpha, beta = 1 + 4 * (15 - 10) / 15, 1 + 4 * (25 - 15) / 15
    survey = later(office, now, 9 * (10 + 15 * luck.rng.beta(alpha, beta, n)))
    inside = now + luck.work(24, 0.4)
    now = np.maximum(survey + luck.work(40, 0.4), inside)
    now = now + (luck.share() < 0.30) * luck.work(40, 0.4) * 0.25
    asking, again = np.ones(n, bool), 0.0
    while asking.any():
        drawn = now + again * luck.work(40, 0.4) * 0.25 + luck.work(72, 0.4)
        now, again = np.where(asking, next_of(cycle + 84, drawn), now), 1.0
        asking &= luck.share() < 0.20

    def feature():
        built = next_of(cycle + 9, now + luck.work(5, 0.6))
        failing, factor = np.ones(n, bool), 1.0
        while failing.any():
            done = built + luck.work(45, 0.8) * factor + luck.work(12, 0.7)
            built, factor = np.where(failing, done, built), 0.5
            failing &= luck.share() < 0.20
        return built

    def bundle():
        ready, features = now, luck.rng.poisson(4.8, n)
        for number in range(features.max()):
            ready = np.where(number < features, np.maximum(ready, feature()), ready)
        return ready

    ready = np.sort([bundle() for _ in BUNDLES], axis=0)
    delivered = later(abroad, now + luck.work(30, 0.4), 8 * luck.wait(20, 0.6))
    slips = luck.rng.triangular(4, 12, 40, n)
    delivered = np.where(luck.share() < 0.20, later(office, delivered, 9 * slips), delivered)
    others = np.max([delivered, now + luck.work(120, 0.4), now + luck.work(40, 0.3)], axis=0)
    prepared, waiting, factor = ready[2], np.ones(n, bool), 1.0
    while waiting.any():
        written = prepared + luck.work(40, 0.4) * factor
        heard = next_of(wednesdays, np.maximum(written, others))
        prepared, factor = np.where(waiting, heard, prepared), 0.25
        waiting &= luck.share() < 0.15
    released = prepared + luck.work(20, 0.4)
    complete = np.maximum(released, ready[4]) + luck.work(4, 0.4)
    seen = ~stopped & (released < end)
    return (released - arrived)[seen], (complete - arrived)[seen & (complete < end)]


@pytest.mark.theory
def test_where_nobody_waits_both_dates_are_a_direct_monte_carlo_of_the_laws(free):
    model, names, runs = free
    both = direct(20_000, WEEKS, model.end / TICKS_PER_HOUR)
    for step, expected in zip(("release", "complete"), both, strict=True):
        found = []
        for run in runs:
            cohort = cohort_of(model, names, run, "launch")
            times = (ends(model, names, run, step) - run.items["arrived"] / TICKS_PER_HOUR)[cohort]
            found.append(times[np.isfinite(times)])
        for share in (0.25, 0.50, 0.85, 0.95):
            assert agrees(found, expected, share, seen=0.08), (step, share)


def test_the_board_comes_once_a_month_and_the_survey_takes_three_weeks():
    """15 calendar days for a monthly board in the mean; PERT(10, 15, 25) is 15.8 business days."""
    assert round(365.25 / 12 / 2) == 15
    assert 15 <= (10 + 4 * 15 + 25) / 6 <= 16


@pytest.mark.theory
def test_with_the_people_of_the_file_a_first_release_takes_four_to_eight_months():
    results = svcsim.run("app_launch", replications=4, jobs=1)
    lead = results.numbers.find("lead_time", "mean", stream="launch", clock="wall")
    assert 4 < lead.value / 24 / (365.25 / 12) < 8
