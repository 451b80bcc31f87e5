"""Demand profiles: an ordinary week carries the rate, the others what is left of it."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcsim.errors import ScenarioError
from svcsim.model.arrays import NEVER, RATE, TICKS_PER_HOUR
from svcsim.model.rates import level_table, rate_records, rate_table
from svcsim.scenario.schema import Scenario
from svcsim.world.demand import level_at, operational_end, operational_time

H = TICKS_PER_HOUR
DAY = 24 * H
WEEK = 7 * DAY
CALENDARS = {
    "holidays": {"days": "Mon-Fri", "hours": "09:00-17:00", "holidays": "GB-ENG"},
    "nights": {"days": "Fri-Sun", "hours": "22:00-06:00"},
    "tokyo": {"days": "Mon-Fri", "hours": "09:00-17:00", "zone": "Asia/Tokyo"},
    "india": {"days": "Mon-Fri", "hours": "09:00-17:00", "zone": "Asia/Kolkata"},
    "month_end": {"last": "2 bd", "of": "month"},
    "mornings": {"days": "Mon-Sat", "hours": "08:00-12:00"},
    "quarter_end": {"last": "10 bd", "of": "quarter"},
    "month_start": {"first": "1 bd", "of": "month"},
}
SHAPE = {"hours": [0.2] * 8 + [1, 3, 4, 2, 1, 2, 3, 2] + [0.5] * 8, "weekdays": {"Mon": 1.14,
         "Sun": "20%"}}  # fmt: skip


def scenario(demand, **fields):
    """A scenario whose only interest is its demand."""
    text = {
        "svcsim": 1,
        "start": "2026-01-05 Europe/London",
        "horizon": "52 wk",
        "run_out": "0 h",
        "calendars": CALENDARS,
        "teams": {"desk": {"people": 1, "activity": "engage"}},
        "streams": {"incident": {"demand": demand, "steps": {"do": {"team": "desk",
                    "touch": "1 min"}}}},
        **fields,
    }  # fmt: skip
    return Scenario.model_validate(text)


def table(demand, kind=rate_table, **fields):
    read = scenario(demand, **fields)
    return kind(read.streams["incident"].demand, read)


def total(steps, begin, end):
    """The integral of a table over [begin, end)."""
    ends = [tick for tick, _ in steps[1:]] + [NEVER]
    return sum(
        level * max(0, min(end, until) - max(begin, tick))
        for (tick, level), until in zip(steps, ends, strict=True)
    )


def at(steps, tick):
    return [level for begin, level in steps if begin <= tick][-1]


def monday(text):
    return (date.fromisoformat(text) - date(2026, 1, 5)).days * DAY


# ---- the ordinary week -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "profile",
    [
        None,
        "always",
        "holidays",
        "nights",
        "tokyo",
        {"office": "160%", "otherwise": "100%"},
        {"mornings": "300%", "office": "160%", "nights": "50%", "otherwise": "0%"},
        {"tokyo": "10%", "otherwise": "40%"},
        {"india": "200%", "mornings": "300%", "otherwise": "100%"},
        {"quarter_end": "180%", "otherwise": "100%"},
        SHAPE,
        SHAPE | {"months": {"Dec": "80%"}},
    ],
)
@pytest.mark.parametrize(
    ("rate", "per_week"), [("180/wk", 180), ("4/h", 4 * 168), ("12/month", 12 * 7 * 12 / 365.25)]
)
def test_an_ordinary_week_carries_the_rate(profile, rate, per_week):
    demand = {"rate": rate} if profile is None else {"rate": rate, "profile": profile}
    steps = table(demand)
    for begin in ("2026-01-19", "2026-02-16"):
        assert total(steps, monday(begin), monday(begin) + WEEK) == pytest.approx(
            per_week, rel=1e-12
        )


@pytest.mark.parametrize(
    ("rate", "profile", "per_week"),
    [
        ("30/bd", "office", 150),
        ("4/bh", "office", 160),
        ("30/bd", "nights", 90),
        ("30/bd", "always", 210),
        ("30/bd", {"office": "160%", "otherwise": "100%"}, 150),
        ("30/bd", SHAPE, 150),
    ],
)
def test_a_rate_per_business_day_counts_the_business_days_of_the_demand(rate, profile, per_week):
    steps = table({"rate": rate, "profile": profile})
    week = total(steps, monday("2026-01-19"), monday("2026-01-26"))
    assert week == pytest.approx(per_week, rel=1e-12)


def test_levels_are_as_far_apart_as_they_are_written():
    steps = table({"rate": "1/wk", "profile": {"office": "160%", "otherwise": "100%"}})
    tuesday = monday("2026-01-13")
    inside, outside = at(steps, tuesday + 9 * H), at(steps, tuesday + 17 * H)
    assert inside / outside == pytest.approx(1.6, rel=1e-12)
    assert outside == pytest.approx(1 / WEEK * 168 / (1.6 * 40 + 128), rel=1e-12)


def test_the_first_written_calendar_that_is_open_counts():
    steps = table(
        {"rate": "1/wk", "profile": {"mornings": "300%", "office": "200%", "otherwise": "100%"}}
    )
    day = monday("2026-01-13")
    base = at(steps, day)
    assert [at(steps, day + h * H) / base for h in (8, 9, 12, 17)] == pytest.approx([3, 3, 2, 1])


def test_a_shape_is_hour_times_day_in_local_time():
    steps = table({"rate": "1/wk", "profile": SHAPE})
    base = at(steps, monday("2026-01-13")) / 0.2
    summer = monday("2026-06-23") - H  # a Tuesday, when London is an hour ahead
    for begin in (monday("2026-01-13"), summer):
        relative = [at(steps, begin + h * H + H // 2) / base for h in range(24)]
        assert relative == pytest.approx(SHAPE["hours"])
    assert at(steps, monday("2026-01-12") + 9 * H) / base == pytest.approx(3 * 1.14)
    assert at(steps, monday("2026-01-18") + 9 * H) / base == pytest.approx(3 * 0.2)


def test_a_run_may_start_at_any_time_of_the_day():
    at_midnight = table({"rate": "1/wk", "profile": SHAPE})
    steps = table({"rate": "1/wk", "profile": SHAPE}, start="2026-01-05 10:30 Europe/London")
    assert steps[0] == (0, at(at_midnight, 10 * H))
    assert steps[1] == (H // 2, at(at_midnight, 11 * H))


# ---- other weeks -----------------------------------------------------------------------------


def test_a_holiday_takes_its_demand_away():
    steps = table({"rate": "100/wk", "profile": "holidays"})
    easter = total(steps, monday("2026-03-30") - H, monday("2026-04-06") - H)
    assert easter == pytest.approx(80, rel=1e-12)
    assert total(steps, monday("2026-04-03"), monday("2026-04-04")) == 0


def test_a_holiday_has_the_level_outside_the_calendar():
    steps = table({"rate": "100/wk", "profile": {"holidays": "160%", "otherwise": "100%"}})
    week = 1.6 * 40 + 128
    friday = monday("2026-04-03") - H
    assert total(steps, friday, friday + DAY) == pytest.approx(100 * 24 / week, rel=1e-12)


def test_a_season_multiplies_and_is_not_made_up_for():
    demand = {"rate": "168/wk", "profile": {"quarter_end": "180%", "otherwise": "100%"}}
    steps = table(demand, calendar="holidays")
    assert at(steps, monday("2026-03-18") - 1) * H == pytest.approx(1)
    assert at(steps, monday("2026-03-18")) * H == pytest.approx(1.8)
    assert at(steps, monday("2026-04-01") - H - 1) * H == pytest.approx(1.8)
    assert at(steps, monday("2026-04-01") - H) * H == pytest.approx(1)


def test_a_season_multiplies_the_levels_of_a_week():
    levels = {"quarter_end": "180%", "office": "160%", "otherwise": "100%"}
    seasonal = table({"rate": "50/wk", "profile": levels})
    ordinary = table({"rate": "50/wk", "profile": {"office": "160%", "otherwise": "100%"}})
    for text, factor in (("2026-03-04", 1), ("2026-03-25", 1.8)):
        for hour in (3, 12):
            tick = monday(text) + hour * H
            assert at(seasonal, tick) / at(ordinary, tick) == pytest.approx(factor, rel=1e-12)


def test_of_two_seasons_the_first_written_counts():
    month, quarter = {"month_end": "50%"}, {"quarter_end": "180%"}
    for levels, both in ((month | quarter, 0.5), (quarter | month, 1.8)):
        profile = levels | {"otherwise": "100%"}
        steps = table({"rate": "168/wk", "profile": profile}, horizon="13 wk")
        days = ("2026-02-27", "2026-03-27", "2026-03-31")
        found = [at(steps, monday(day)) * H for day in days]
        assert found == pytest.approx([0.5, 1.8, both])


def test_a_month_multiplies_and_is_not_made_up_for():
    steps = table({"rate": "168/wk", "profile": SHAPE | {"months": {"Dec": "80%"}}})
    plain = table({"rate": "168/wk", "profile": SHAPE})
    for text, factor in (("2026-11-30", 1), ("2026-12-01", 0.8), ("2026-12-31", 0.8)):
        tick = monday(text) + 10 * H
        assert at(steps, tick) / at(plain, tick) == pytest.approx(factor, rel=1e-12)


def test_an_hour_that_is_skipped_has_no_demand_and_one_that_is_double_twice():
    weights = [*range(1, 25)]
    steps = table({"rate": "168/wk", "profile": {"hours": weights}})
    unit = 24 / sum(weights) / H
    days = {"2026-03-28": 1, "2026-03-29": 0, "2026-10-25": 2}
    for text, times in days.items():
        begin = monday(text) - (H if text > "2026-03-29" else 0)
        length = (23 + times) * H
        expected = unit * H * (sum(weights) + (times - 1) * weights[1])
        assert total(steps, begin, begin + length) == pytest.approx(expected, rel=1e-12)


@cache
def busy_office():
    return table({"rate": "168/wk", "profile": {"office": "160%", "otherwise": "100%"}})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 52 * WEEK - 1), min_size=1, max_size=20))
def test_the_level_is_what_clock_and_calendar_show(ticks):
    steps = busy_office()
    start = datetime(2026, 1, 5, tzinfo=ZoneInfo("UTC"))
    for tick in ticks:
        local = (start + timedelta(microseconds=tick)).astimezone(ZoneInfo("Europe/London"))
        busy = local.weekday() < 5 and 9 <= local.hour < 17
        assert at(steps, tick) * H == pytest.approx((1.6 if busy else 1) * 168 / 192)


# ---- what cannot be ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("demand", "where", "words"),
    [
        ({"rate": "1/wk", "profile": "quarter_end"}, "demand.profile", "no demand"),
        ({"rate": "1/wk", "profile": {"office": "0%", "otherwise": "0%"}}, "demand.profile", ""),
        ({"rate": "1/wk", "profile": {"hours": [0] * 24}}, "demand.profile", "no demand"),
        (
            {"rate": "1/wk", "profile": {"quarter_end": "180%", "otherwise": "90%"}},
            "demand.profile.otherwise",
            "100%",
        ),
    ],
)
def test_a_profile_without_an_ordinary_week_is_refused(demand, where, words):
    with pytest.raises(ScenarioError) as refused:
        table(demand)
    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == ("no-ordinary-week", where)
    assert words in problem.found


# ---- tables of rates -------------------------------------------------------------------------


def test_a_table_of_rates_is_repeated_to_the_end(tmp_path):
    file = tmp_path / "rates.csv"
    file.write_text("hour,items\n0,6\n1,0\n2,0\n3,1.5\n")
    steps = table(
        {"rates": {"csv": str(file), "column": "items", "bin": "30 min"}}, horizon="255 min"
    )
    level = [(tick * 60 // H, rate * H / 2) for tick, rate in steps]
    assert level == [(0, 6), (30, 0), (90, 1.5), (120, 6), (150, 0), (210, 1.5), (240, 6)]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("hour,items\n0,6\n1,many\n", "not-a-number", 3),
        ("hour,items\n0,6\n1,-1\n", "not-a-number", 3),
        ("hour,items\n", "not-a-number", 1),
        ("hour,arrivals\n0,6\n", "unknown-column", 0),
        (None, "no-such-file", 0),
    ],
)
def test_a_table_of_rates_that_cannot_be_read_says_where(tmp_path, text, code, line):
    file = tmp_path / "rates.csv"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ScenarioError) as refused:
        table({"rates": {"csv": str(file), "column": "items", "bin": "1 h"}})
    (problem,) = refused.value.problems
    assert (problem.code, problem.line) == (code, line)


# ---- operational time ------------------------------------------------------------------------


def test_gaps_between_renewals_are_spent_in_the_open_time_of_a_calendar():
    steps = table({"every": "30 min"}, level_table, horizon="1 wk")
    assert steps[:5] == [(0, 0), (9 * H, 1), (17 * H, 0), (33 * H, 1), (41 * H, 0)]
    rates = rate_records(steps)
    assert operational_end(rates, 0, len(rates), 0, H / 2) == 9 * H + H // 2
    assert operational_end(rates, 0, len(rates), 16 * H, float(2 * H)) == 34 * H
    assert operational_end(rates, 0, len(rates), 0, float(40 * H)) == 4 * DAY + 17 * H
    assert operational_end(rates, 0, len(rates), 0, 40.0 * H + 1) == NEVER


@pytest.mark.parametrize("profile", [{"office": "160%", "otherwise": "100%"}, SHAPE])
def test_other_profiles_of_renewals_have_mean_one_in_an_ordinary_week(profile):
    steps = table({"every": "30 min", "profile": profile}, level_table)
    week = total(steps, monday("2026-01-19"), monday("2026-01-26"))
    assert week == pytest.approx(WEEK, rel=1e-12)


def test_operational_time_is_summed_exactly():
    steps = table({"rate": "7/wk", "profile": {"office": "133%", "otherwise": "71%"}})
    rates = rate_records(steps, unit=steps[0][1])
    exact = Fraction(0)
    for (tick, _), (following, _), rate in zip(steps, steps[1:], rates, strict=False):
        assert rate["cumulative"] == float(exact)
        exact += Fraction(float(rate["level"])) * (following - tick)
    assert rates[0]["level"] == 1


def naive_end(steps, t, gap):
    """The earliest u by walking from record to record in fractions."""
    left = Fraction(gap)
    if left <= 0:
        return t
    ends = [tick for tick, _ in steps[1:]] + [None]
    for (tick, level), until in zip(steps, ends, strict=True):
        begin = max(t, tick)
        if (until is not None and until <= begin) or level == 0:
            continue
        if until is None or Fraction(level) * (until - begin) >= left:
            return begin - (-left // Fraction(level))
        left -= Fraction(level) * (until - begin)
    return NEVER


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 40 * H), st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.75, 3.0])),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 200 * H),
    st.integers(0, 100 * H) | st.integers(0, 8).map(lambda h: h * H),
)
def test_a_gap_ends_at_the_earliest_tick_at_which_it_is_spent(lengths, t, gap):
    ticks = np.concatenate([[0], np.cumsum([length for length, _ in lengths])]).tolist()
    steps = [(tick, level) for tick, (_, level) in zip(ticks, lengths, strict=False)]
    rates = rate_records(steps)
    assert operational_end(rates, 0, len(rates), t, float(gap)) == naive_end(steps, t, gap)
    assert level_at(rates, 0, len(rates), t) == at(steps, t)
    exact = sum(
        Fraction(level) * (min(t, end) - begin)
        for (begin, level), end in zip(steps, [*ticks[1 : len(steps)], NEVER], strict=True)
        if begin < t
    )
    assert operational_time(rates, 0, len(rates), t) == exact


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 400 * H), st.floats(1e-3, 50)), min_size=1, max_size=6),
    st.integers(0, 2000 * H),
    st.floats(1, 1e15),
)
def test_rounding_never_moves_a_gap_by_more_than_a_tick(lengths, t, gap):
    ticks = np.concatenate([[0], np.cumsum([length for length, _ in lengths])]).tolist()
    steps = [(tick, level) for tick, (_, level) in zip(ticks, lengths, strict=False)]
    rates = rate_records(steps)
    u = operational_end(rates, 0, len(rates), t, gap)
    exact = naive_end(steps, t, gap)
    ulp = np.spacing(operational_time(rates, 0, len(rates), t) + gap)
    assert abs(u - exact) <= 1 + 2 * ulp / at(steps, exact)


def test_stretches_of_several_streams_share_the_records():
    rates = np.concatenate([rate_records([(0, 2.0)]), rate_records([(0, 0.0), (10, 1.0)])])
    assert rates.dtype == RATE
    assert [level_at(rates, 1, 2, t) for t in (0, 9, 10, 11)] == [0, 0, 1, 1]
    assert operational_end(rates, 1, 2, 0, 5.0) == 15
    assert operational_end(rates, 0, 1, 0, 5.0) == 3


def test_ticks_of_a_table_ascend_and_levels_change():
    steps = table({"rate": "1/wk", "profile": SHAPE | {"months": {"Dec": "80%"}}})
    assert steps[0][0] == 0
    assert all(a[0] < b[0] and a[1] != b[1] for a, b in pairwise(steps))
