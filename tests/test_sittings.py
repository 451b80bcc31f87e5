"""Gates: when they sit and who is in time (semantics 35 to 37)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.calendar_tables import SLACK, CalendarTables
from svcsim.model.sittings import deadlines, sittings
from svcsim.model.timetables import occurrences
from svcsim.scenario.calendar import OFFICE, Calendar
from svcsim.scenario.gate import Gate
from svcsim.scenario.timetable import Occasion
from svcsim.scenario.units import Duration
from svcsim.world.calendars import open_ticks

H = TICKS_PER_HOUR
DAY = 24 * H
NO_CUT_OFF = Duration(0, "h")
LONDON = "Europe/London"
BANK = Calendar(days="Mon-Fri", hours="09:00-17:00", holidays="GB-ENG")


def tables_from(start, days, zone=LONDON):
    local = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone))
    return CalendarTables(local, days * DAY + SLACK)


def meetings(start, days, meets, calendar=OFFICE, *, zone=LONDON, **fields):
    """When a gate sits, in local time."""
    tables = tables_from(start, days, zone)
    gate = Gate(meets=meets, **fields)
    found = sittings(gate, calendar, [NO_CUT_OFF], tables, days * DAY)
    assert all(sitting.deadlines == (sitting.tick,) for sitting in found)
    return [tables.local(sitting.tick).strftime("%a %d %b %H:%M") for sitting in found]


# ---- when ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meets", "expected"),
    [
        ("Wed 11:00", ["Wed 25 Mar 11:00", "Wed 01 Apr 11:00"]),
        (
            ["Thu 14:00", "Tue 11:00"],
            ["Tue 24 Mar 11:00", "Thu 26 Mar 14:00", "Tue 31 Mar 11:00", "Thu 02 Apr 14:00"],
        ),
        ("first Thu 09:30", ["Thu 02 Apr 09:30"]),
        ("last Tue 09:30", ["Tue 31 Mar 09:30"]),
        ("fourth Tue 09:30", ["Tue 24 Mar 09:30"]),
        ("third Wed 09:30", []),
    ],
)
def test_a_gate_meets_on_days_of_the_week_and_of_the_month(meets, expected):
    assert meetings("2026-03-23", 14, meets) == expected


def test_the_first_day_of_its_kind_is_among_the_first_seven_of_the_month():
    assert meetings("2026-01-01", 59, "first Wed 11:00") == ["Wed 07 Jan 11:00", "Wed 04 Feb 11:00"]
    assert meetings("2026-01-01", 59, "second Thu 11:00") == [
        "Thu 08 Jan 11:00",
        "Thu 12 Feb 11:00",
    ]
    assert meetings("2026-01-01", 59, "last Sat 11:00", None) == [
        "Sat 31 Jan 11:00",
        "Sat 28 Feb 11:00",
    ]


def test_a_daily_gate_meets_on_the_days_on_which_its_calendar_opens():
    assert meetings("2026-01-08", 5, "daily 18:00") == [
        "Thu 08 Jan 18:00",
        "Fri 09 Jan 18:00",
        "Mon 12 Jan 18:00",
    ]
    assert len(meetings("2026-01-08", 5, "daily 18:00", None)) == 5


def test_a_gate_does_not_meet_on_holidays_nor_in_a_freeze():
    good_friday = meetings("2026-03-30", 14, "Fri 11:00", BANK)
    assert good_friday == ["Fri 10 Apr 11:00"]
    freeze = meetings("2026-03-23", 14, "Wed 11:00", closed="2026-03-25 to 2026-03-31")
    assert freeze == ["Wed 01 Apr 11:00"]


def test_a_gate_meets_at_the_same_local_time_all_year_round():
    start = datetime(2026, 3, 25, tzinfo=ZoneInfo(LONDON))
    gate = Gate(meets="Wed 11:00")
    ticks = [s.tick for s in sittings(gate, OFFICE, [], tables_from("2026-03-25", 14), 14 * DAY)]
    assert ticks == [11 * H, 7 * DAY + 10 * H]
    moment = start.astimezone(UTC) + timedelta(microseconds=ticks[1])
    assert moment.astimezone(ZoneInfo(LONDON)).hour == 11


def test_a_gate_meets_in_the_zone_of_its_calendar():
    india = Calendar(days="Mon-Fri", hours="09:00-17:00", zone="Asia/Kolkata")
    assert meetings("2026-01-05", 7, "Wed 11:00", india) == ["Wed 07 Jan 05:30"]


def test_a_cycle_goes_on_whatever_the_day():
    assert meetings("2026-01-05", 15, {"every": "1 wk"}) == [
        "Mon 05 Jan 00:00",
        "Mon 12 Jan 00:00",
        "Mon 19 Jan 00:00",
    ]
    found = meetings("2026-04-01", 6, {"every": "2 d", "from": "36 h"}, BANK, closed="2026-04-04")
    assert found == ["Thu 02 Apr 12:00", "Mon 06 Apr 12:00"]  # Easter Monday, but not the freeze


def test_sittings_lie_in_the_run():
    assert meetings("2026-01-07 11:00", 7, "Wed 11:00") == ["Wed 07 Jan 11:00"]
    assert meetings("2026-01-07 11:01", 7, "Wed 11:00") == ["Wed 14 Jan 11:00"]
    assert meetings("2026-01-05 18:00", 1, "Mon 20:00") == ["Mon 05 Jan 20:00"]


def test_meetings_at_one_moment_are_one_sitting():
    assert len(meetings("2026-01-05", 7, ["Wed 11:00", "first Wed 11:00", "daily 11:00"])) == 5


# ---- in time ---------------------------------------------------------------------------------


def test_a_cut_off_is_measured_backwards_on_the_calendar_of_the_gate():
    tables = tables_from("2026-01-05", 28)
    wednesday = np.array([9 * DAY + 11 * H, 16 * DAY + 11 * H])
    cases = {"0 h": [9 * 24 + 11, 16 * 24 + 11], "1 bh": [9 * 24 + 10, 16 * 24 + 10],
             "1 bd": [8 * 24 + 11, 15 * 24 + 11], "2 bd": [7 * 24 + 11, 14 * 24 + 11],
             "5 bd": [2 * 24 + 11, 9 * 24 + 11], "1 wk": [2 * 24 + 11, 9 * 24 + 11],
             "36 h": [7 * 24 + 23, 14 * 24 + 23]}  # fmt: skip
    for cut_off, hours in cases.items():
        found = deadlines(wednesday, Duration.parse(cut_off), OFFICE, tables)
        assert (found / H).tolist() == hours


def test_where_the_cut_off_ends_at_a_close_everybody_until_the_next_opening_is_in_time():
    # 2 bh before Wednesday 11:00 is 09:00, and no open time lies between 17:00 and then.
    (deadline,) = deadlines(
        np.array([2 * DAY + 11 * H]), Duration(2, "bh"), OFFICE, tables_from("2026-01-05", 7)
    )
    assert deadline == 2 * DAY + 9 * H


def test_nobody_is_in_time_for_a_sitting_whose_cut_off_lies_before_the_start():
    tables = tables_from("2026-01-05", 7)
    wall = 11 * H - DAY  # only of the backlog somebody may be in time
    for cut_off, calendar, latest in (
        ("3 bd", OFFICE, -1),
        ("3 d", OFFICE, wall),
        ("3 d", None, wall),
    ):
        (deadline,) = deadlines(
            np.array([2 * DAY + 11 * H]), Duration.parse(cut_off), calendar, tables
        )
        assert deadline == latest
    (at_the_start,) = deadlines(np.array([DAY + 10 * H]), Duration(9, "bh"), OFFICE, tables)
    assert at_the_start == 9 * H


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(0, 20 * DAY), min_size=1, max_size=6),
    st.integers(1, 60 * H).map(lambda t: t / H) | st.integers(1, 60),
    st.sampled_from(
        [BANK, Calendar(days="Mon-Sun", hours="22:00-06:00"), Calendar(last="3 bd", of="month")]
    ),
)
def test_a_deadline_is_the_last_submission_with_the_cut_off_left(ticks, hours, calendar):
    tables = tables_from("2026-03-25", 30)
    c = tables.add(calendar, merged=True)
    clock = [*tables.arrays(), c]
    cut_off = round(hours * H)
    found = deadlines(np.array(ticks), Duration(hours, "bh"), calendar, tables)
    for m, d in zip(ticks, found.tolist(), strict=True):
        left = open_ticks(*clock, m) - cut_off
        if d < 0:
            assert left < 0
        else:
            assert d <= m
            assert open_ticks(*clock, d) <= left < open_ticks(*clock, d + 1)


def test_each_class_has_its_deadline():
    gate = Gate(meets="Wed 11:00")
    cut_offs = [Duration(5, "bd"), NO_CUT_OFF, Duration(1, "d")]
    tables = tables_from("2026-01-05", 14)
    first, second = sittings(gate, OFFICE, cut_offs, tables, 14 * DAY)
    assert first.deadlines == (-1, first.tick, first.tick - DAY)
    assert second.deadlines == (first.tick, second.tick, second.tick - DAY)


# ---- the check of semantics.md ---------------------------------------------------------------

POLICIES = [
    (["Wed 11:00"], "5 bd", 11.29, 13.9, 15.8),
    (["Wed 11:00"], "2 bd", 7.09, 8.9, 12.8),
    (["Wed 11:00"], "0 h", 4.30, 6.9, 8.9),
    (["Tue 11:00", "Thu 11:00"], "5 bd", 9.41, 11.8, 12.8),
    (["Tue 11:00", "Thu 11:00"], "2 bd", 5.21, 6.8, 7.8),
    (["daily 11:00"], "1 bd", 2.47, 3.9, 4.0),
]


@pytest.mark.parametrize(("meets", "cut_off", "mean", "p85", "p95"), POLICIES)
def test_the_waits_at_six_boards_are_known(meets, cut_off, mean, p85, p95):
    """Submission Mon-Fri 09:00-17:00, 7 % deferred at each hearing; calendar days."""
    weeks, n = 60, 400_000
    tables = tables_from("2026-01-05", 7 * weeks, "UTC")
    found = sittings(Gate(meets=meets), OFFICE, [Duration.parse(cut_off)], tables, 7 * weeks * DAY)
    ticks = np.array([sitting.tick for sitting in found])
    latest = np.array([sitting.deadlines[0] for sitting in found])

    rng = np.random.default_rng(35)
    submitted = (rng.integers(0, 30, n) * 7 + rng.integers(0, 5, n)) * DAY + 9 * H
    submitted += rng.integers(0, 8 * H, n)
    first = np.searchsorted(latest, submitted, side="left")
    heard = first + rng.geometric(0.93, n) - 1
    waits = (ticks[heard] - submitted) / DAY

    error = waits.std() / n**0.5
    assert abs(waits.mean() - mean) < 4 * error + 0.005
    # Quantiles that are given to one decimal; beside some of them nothing falls for half a day.
    for share, quantile in ((0.85, p85), (0.95, p95)):
        error = (share * (1 - share) / n) ** 0.5
        assert (waits <= quantile - 0.05).mean() < share + 4 * error
        assert (waits <= quantile + 0.05).mean() > share - 4 * error


@pytest.mark.parametrize(
    ("cut_off", "hours"),
    [
        # Mean hours from a submission on Monday, ..., Friday to the first board that hears it. On
        # the day of the deadline a quarter is submitted before 11:00 and three quarters after it.
        ("0 h", [46, 22, (1 + 3 * 165) / 4, 142, 118]),
        ("2 bd", [(49 + 3 * 213) / 4, 190, 166, 142, 118]),
        ("5 bd", [214, 190, (169 + 3 * 333) / 4, 310, 286]),
    ],
)
def test_the_mean_wait_at_a_weekly_board_is_known_exactly(cut_off, hours):
    tables = tables_from("2026-01-05", 70, "UTC")
    found = sittings(Gate(meets="Wed 11:00"), OFFICE, [Duration.parse(cut_off)], tables, 70 * DAY)
    ticks = np.array([sitting.tick for sitting in found])
    latest = np.array([sitting.deadlines[0] for sitting in found])
    middles = np.arange(9 * 60, 17 * 60) * (H // 60) + H // 120
    waits = []
    for day in range(28, 33):
        submitted = day * DAY + middles
        first = np.searchsorted(latest, submitted, side="left")
        waits.append(((ticks[first] - submitted) / H).mean())
    assert waits == pytest.approx(hours, rel=1e-12)
    published = {"0 h": 4.30, "2 bd": 7.09, "5 bd": 11.29}[cut_off]
    assert np.mean(hours) / 24 + 7 * 0.07 / 0.93 == pytest.approx(published, abs=0.01)


# ---- what gates and scheduled demand have in common ---------------------------------------------


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("wednesday 9:00", "Wed 09:00"),
        ("Daily 11:00", "daily 11:00"),
        ("LAST fri 10:30", "last Fri 10:30"),
        ("first bd 09:00", "first bd 09:00"),
        ("1st 09:00", "1st 09:00"),
        ("22nd 9:05", "22nd 09:05"),
        ("13th 09:00", "13th 09:00"),
        ("3th 09:00", "3rd 09:00"),
    ],
)
def test_an_occasion_is_printed_as_it_is_read(written, printed):
    assert str(Occasion.parse(written)) == printed
    assert Occasion.parse(printed) == Occasion.parse(written)


@pytest.mark.parametrize("written", ["bd 09:00", "0th 09:00", "32nd 09:00", "last 15th 09:00", "9"])
def test_what_is_no_occasion_is_refused(written):
    with pytest.raises(PydanticCustomError):
        Occasion.parse(written)


def test_business_days_of_a_month_are_those_on_which_the_calendar_opens():
    """In 2026 Good Friday is 3 April, Easter Monday the 6th, and 1 January a Thursday."""
    assert meetings("2026-01-01", 120, "first bd 09:00", BANK) == [
        "Fri 02 Jan 09:00", "Mon 02 Feb 09:00", "Mon 02 Mar 09:00", "Wed 01 Apr 09:00",
    ]  # fmt: skip
    assert meetings("2026-03-30", 14, "third bd 09:00", BANK) == ["Tue 07 Apr 09:00"]
    assert meetings("2026-05-20", 14, "last bd 09:00", BANK) == ["Fri 29 May 09:00"]
    assert meetings("2026-01-14", 14, "second bd 09:00", BANK) == []


def test_dates_of_a_month_count_where_the_calendar_opens():
    assert meetings("2026-01-01", 120, "31st 09:00", None) == [
        "Sat 31 Jan 09:00", "Tue 31 Mar 09:00",
    ]  # fmt: skip
    assert meetings("2026-01-01", 120, "31st 09:00") == ["Tue 31 Mar 09:00"]


def test_an_occasion_more_leaves_the_others_where_they_are():
    tables = tables_from("2026-03-23", 28)

    def scheduled(*words):
        timetable = tuple(map(Occasion.parse, words))
        return {one: one.number for one in occurrences(timetable, OFFICE, tables, 28 * DAY)}

    few, more = scheduled("Tue 09:00"), scheduled("Tue 09:00", "first bd 09:00", "daily 08:00")
    assert few.items() <= more.items()
    assert len(set(more.values())) == len(more) == 20 + 4 + 1
    midnight = datetime(1970, 1, 1)
    for one in more:
        local = tables.local(one.tick).replace(tzinfo=None)
        assert one.number == (local - midnight) // timedelta(minutes=1)
