"""Contract months: what is kept in the long run is broken in many a month, and has its price."""

from math import ceil, exp, isnan, sqrt

import numpy as np
import pytest
from scipy.stats import binom

import svcsim
from svcsim.scenario.load import load
from svcsim.scenario.months import contract_months

HEAD = """
svcsim: 1
start: {start}
calendar: always
horizon: {horizon}
warm_up: {warm_up}
run_out: 1 d
replications: {replications}
teams: {{t: {{people: {people}, activity: engage}}}}
streams:
  s:
    demand: {{csv: arrivals.csv, arrived: at, zone: {zone}}}
    targets: {{quick: {{within: {within}, share: {share}, penalty: 300 EUR/month}}}}
    steps: {{a: {{team: t, touch: {touch}}}}}
"""


@pytest.fixture
def results(tmp_path):
    """Return what runs a scenario on given arrivals."""

    def run(arrivals, **words):
        standard = {
            "start": "2026-01-01 UTC", "zone": "UTC", "horizon": "90 d", "warm_up": "0 h",
            "replications": 1, "people": 1, "within": "1 h", "share": "100%", "touch": "1 h",
        }  # fmt: skip
        (tmp_path / "arrivals.csv").write_text("\n".join(["at", *arrivals]) + "\n")
        (tmp_path / "s.yaml").write_text(HEAD.format(**(standard | words)))
        return svcsim.run(tmp_path / "s.yaml", jobs=1)

    return run


def told(results):
    words = {"stream": "s", "target": "quick"}
    months = results.numbers.find("months_kept", "share", **words)
    return months, results.numbers.find("penalty", **words)


def test_months_are_settled_one_by_one(results):
    # January: two far apart, each done in its hour. February: the second of two waits, and is late.
    # March ends on day 90 = 31 + 28 + 31: its only item is in time.
    days = ["2026-01-10 10:00", "2026-01-20 10:00", "2026-02-03 10:00", "2026-02-03 10:00",
            "2026-03-31 12:00"]  # fmt: skip
    months, owed = told(results(days))
    assert months.value == pytest.approx(2 / 3)
    assert owed.value == pytest.approx(300 / 3)
    assert owed.unit == "EUR/month"


def test_a_month_without_items_is_neither_kept_nor_broken_and_costs_nothing(results):
    months, owed = told(results(["2026-01-10 10:00", "2026-03-02 09:00", "2026-03-02 09:00"]))
    assert months.value == pytest.approx(1 / 2)
    assert owed.value == pytest.approx(300 / 3)


@pytest.mark.parametrize(
    ("zone", "kept"),
    [
        ("UTC", 1.0),  # January has three items of which two are in time, February none
        ("Asia/Tokyo", 2 / 3),  # January has one, in time; February one of two; March one
    ],
)
def test_a_month_begins_at_midnight_of_the_zone(results, zone, kept):
    days = ["2026-01-10 10:00", *["2026-01-31 20:00"] * 2, "2026-03-02 09:00"]
    months, _ = told(results(days, start=f"2026-01-01 {zone}", share="60%"))
    assert months.value == pytest.approx(kept)


def test_only_whole_months_count_and_only_those_after_the_warm_up(results):
    days = ["2026-01-10 10:00", "2026-01-10 10:00", "2026-02-10 10:00"]
    months, owed = told(results(days, warm_up="1 d"))  # January has begun before
    assert (months.value, owed.value) == (1.0, 0.0)


def test_a_decimal_share_is_reached_exactly(results):
    # 7 of 100 are in time, and 7 % is promised: 0.07 * 100 is more than 7 in floating point.
    apart = [f"2026-01-{day:02} 10:00" for day in range(1, 8)]
    months, _ = told(results([*apart, *["2026-01-20 10:00"] * 93], share="7%", within="59 min"))
    assert months.value == 0.0  # nobody is in time
    months, _ = told(results([*apart[:6], *["2026-01-20 10:00"] * 94], share="7%"))
    assert months.value == 1.0  # six, and the first of the crowd


def test_many_months_follow_the_binomial_law(results):
    """With people without end each item is in time by itself: P = 1 - exp(-2), one item a day."""
    days = [f"{day}" for day in np.arange("2026-01-01T12:00", "2026-12-31", 1440, "M8[m]")]
    words = {"people": "unlimited", "touch": "{mean: 1 h, distribution: exponential}"}
    words |= {"within": "2 h", "share": "90%", "horizon": "364 d", "replications": 400}
    months, owed = told(results([day.replace("T", " ") for day in days], **words))
    lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30]
    p = 1 - exp(-2)
    good = np.array([binom.sf(ceil(0.9 * n) - 1, n, p) for n in lengths])
    error = sqrt((good * (1 - good)).sum() / len(lengths) ** 2 / 400)
    assert abs(months.value - good.mean()) < 4.5 * error
    assert owed.value == pytest.approx(300 * (1 - months.value))
    assert good.mean() < 0.5 < 0.86 < p < 0.9  # 86 % in the long run: most months are broken


def test_without_a_whole_month_there_is_no_number():
    assert contract_months(load("first_desk", set=["horizon=3 wk"])) == ()
    found = svcsim.run("first_desk", set=["horizon=3 wk"], replications=2).numbers
    assert not [key for key in found if key.measure in ("months_kept", "penalty")]


def test_a_run_in_which_nothing_is_promised_to_anybody_says_nothing(results):
    months, owed = told(results(["2026-01-10 10:00"], warm_up="32 d"))
    assert isnan(months.value)
    assert owed.value == 0
