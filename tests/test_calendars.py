"""Calendars: semantics 4 to 6, against clocks on the wall that are read minute by minute."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from svcsim.model.arrays import NEVER, TICKS_PER_HOUR
from svcsim.model.calendar_tables import CalendarTables, instant
from svcsim.scenario.calendar import OFFICE, Calendar, Shift, day_ticks, named, ticks_on
from svcsim.scenario.dates import print_days
from svcsim.scenario.units import Duration
from svcsim.world.calendars import (
    add_open,
    is_open,
    next_edge,
    next_opening,
    open_ticks,
    opening_at,
)

H = TICKS_PER_HOUR
MINUTE = H // 60
DAY = 24 * H
LONDON, LORD_HOWE = "Europe/London", "Australia/Lord_Howe"


def compiled(start, calendar, days, *, merged=True, zone=LONDON):
    """The arrays of one calendar over some days from a local date or time."""
    local = datetime.fromisoformat(start)
    tables = CalendarTables(local.replace(tzinfo=ZoneInfo(zone)), days * DAY)
    c = tables.add(calendar, merged=merged)
    return (*tables.arrays(), c)


def spans(start, calendar, days, **options):
    """Its openings as (hour of opening, hours open)."""
    _, openings, _ = compiled(start, calendar, days, **options)
    return [(o["opens"] / H, (o["closes"] - o["opens"]) / H) for o in openings]


def iso_dates(openings):
    return [str(date(1970, 1, 1) + timedelta(days=int(o["date"]))) for o in openings]


# ---- local time ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        (LONDON, "2026-03-29 00:59", "2026-03-29 00:59"),
        (LONDON, "2026-03-29 01:00", "2026-03-29 01:00"),
        (LONDON, "2026-03-29 01:30", "2026-03-29 01:00"),
        (LONDON, "2026-03-29 02:00", "2026-03-29 01:00"),
        (LONDON, "2026-10-25 01:30", "2026-10-25 00:30"),
        (LONDON, "2026-10-25 02:00", "2026-10-25 02:00"),
        (LORD_HOWE, "2026-10-04 02:10", "2026-10-03 15:30"),
        (LORD_HOWE, "2026-10-04 02:30", "2026-10-03 15:30"),
        (LORD_HOWE, "2026-04-05 01:45", "2026-04-04 14:45"),
        (LORD_HOWE, "2026-04-05 02:00", "2026-04-04 15:30"),
    ],
)
def test_a_skipped_time_is_the_first_after_the_gap_and_a_double_one_the_first(
    zone, local, expected
):
    found = instant(datetime.fromisoformat(local), ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_shift_has_its_true_length_when_clocks_change():
    night = Calendar(days="Sun", hours="00:00-06:00")
    assert [length for _, length in spans("2026-03-28", night, 3)] == [5]
    assert [length for _, length in spans("2026-10-24", night, 3)] == [7]
    assert [length for _, length in spans("2026-10-03", night, 3, zone=LORD_HOWE)] == [5.5]
    assert [length for _, length in spans("2026-04-04", night, 3, zone=LORD_HOWE)] == [6.5]


def test_a_shift_inside_the_gap_does_not_exist_and_one_inside_the_double_hour_is_longer():
    gap = Calendar(days="Sun", hours="01:00-02:00")
    assert spans("2026-03-29", gap, 1) == []
    assert spans("2026-10-25", gap, 1) == [(1, 2)]


def test_what_never_closes_has_one_opening_for_each_local_day():
    calendars, openings, c = compiled("2026-03-28 12:00", None, 3, merged=False)
    assert calendars[c]["always"] == 0
    assert [(o["closes"] - o["opens"]) / H for o in openings] == [12, 23, 24, 13]
    assert iso_dates(openings) == ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]
    assert [open_ticks(calendars, openings, c, t) for t in (0, 30 * H)] == [0, 30 * H]


def test_merged_what_never_closes_is_the_wall_clock():
    calendars, openings, c = compiled("2026-01-05", None, 3)
    assert (calendars[c]["always"], len(openings)) == (1, 0)
    for clock in (c, -1):
        assert add_open(calendars, openings, clock, 5, 400 * DAY) == 400 * DAY + 5
        assert open_ticks(calendars, openings, clock, 7) == 7
        assert is_open(calendars, openings, clock, 7)
        assert opening_at(calendars, openings, clock, 7) == -1
        assert next_opening(calendars, openings, clock, 7) == -1
        assert next_edge(calendars, openings, clock, 7) == NEVER


# ---- patterns --------------------------------------------------------------------------------


def test_a_shift_past_midnight_belongs_to_the_day_on_which_it_starts():
    night = Calendar(days="Fri", hours="22:00-06:00")
    assert spans("2026-01-05", night, 7) == [(4 * 24 + 22, 8)]
    _, openings, _ = compiled("2026-01-10 03:00", night, 2)
    assert [(o["opens"], o["closes"]) for o in openings] == [(0, 3 * H)]
    assert iso_dates(openings) == ["2026-01-09"]
    holiday = night.model_copy(update={"closed": ((date(2026, 1, 10), date(2026, 1, 10)),)})
    assert spans("2026-01-05", holiday, 7) == spans("2026-01-05", night, 7)
    assert spans("2026-01-05", Calendar(**night.model_dump() | {"closed": "2026-01-09"}), 7) == []


def test_openings_that_touch_are_joined_only_on_request():
    around = Calendar(days="Mon-Tue", hours=["00:00-08:00", "08:00-16:00", "16:00-24:00"])
    assert spans("2026-01-05", around, 7) == [(0, 48)]
    assert spans("2026-01-05", around, 7, merged=False) == [(8 * i, 8) for i in range(6)]
    for merged in (True, False):
        arrays = compiled("2026-01-05", around, 7, merged=merged)
        assert add_open(*arrays, 7 * H, 30 * H) == 37 * H


def test_public_holidays_are_those_of_every_year_that_is_simulated():
    office = Calendar(days="Mon-Fri", hours="09:00-17:00", holidays="GB-ENG")
    _, openings, _ = compiled("2025-12-22", office, 110)
    opened = set(iso_dates(openings))
    days = (date(2025, 12, 22) + timedelta(days=i) for i in range(110))
    off = [str(d) for d in days if d.weekday() < 5 and str(d) not in opened]
    assert off == ["2025-12-25", "2025-12-26", "2026-01-01", "2026-04-03", "2026-04-06"]


def test_closed_dates_are_ranges_with_both_ends():
    windows = Calendar(
        days=["Tue", "Thu"], hours="20:00-24:00", closed=["2026-03-25 to 2026-03-31"]
    )
    _, openings, _ = compiled("2026-03-16", windows, 21)
    assert iso_dates(openings) == ["2026-03-17", "2026-03-19", "2026-03-24", "2026-04-02"]


def test_a_calendar_may_have_its_own_zone():
    india = Calendar(days="Mon", hours="09:00-17:00", zone="Asia/Kolkata")
    assert spans("2026-01-05", india, 7) == [(3.5, 8)]


def test_a_season_is_counted_in_business_days_of_the_calendar_that_counts_them():
    office = Calendar(days="Mon-Fri", hours="09:00-17:00", holidays="GB-ENG")
    start = datetime(2026, 1, 5, tzinfo=ZoneInfo(LONDON))
    tables = CalendarTables(start, 365 * DAY, office)
    ends = tables.openings(tables.add(Calendar(last="10 bd", of="quarter"), merged=True))
    assert iso_dates(ends) == ["2026-03-18", "2026-06-17", "2026-09-17", "2026-12-16"]
    midnight = datetime(2026, 4, 1, tzinfo=ZoneInfo(LONDON))
    assert ends[0]["closes"] * timedelta(microseconds=1) == midnight.astimezone(UTC) - start
    starts = tables.openings(tables.add(Calendar(first="2 bd", of="month"), merged=False))
    assert iso_dates(starts[:5]) == [  # the first business days of 2026 are 2 and 5 January
        "2026-01-05", "2026-02-01", "2026-02-02", "2026-02-03", "2026-03-01",
    ]  # fmt: skip


def test_equal_calendars_are_compiled_once():
    tables = CalendarTables(datetime(2026, 1, 5, tzinfo=ZoneInfo("UTC")), 7 * DAY)
    office = Calendar(days="Mon-Fri", hours="09:00-17:00")
    assert tables.add(office, merged=True) == tables.add(OFFICE, merged=True)
    assert tables.add(office, merged=True) != tables.add(office, merged=False)
    assert tables.longest(tables.add(office, merged=True)) == 8 * H


# ---- the business day ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar", "hours"),
    [
        (None, 24),
        (OFFICE, 8),
        (Calendar(days="Mon-Fri", hours="09:00-12:00, 13:00-17:30"), 7.5),
        (Calendar(days="Mon-Sun", hours="22:00-06:00"), 8),
        (Calendar(days="Mon-Fri", hours="09:00-17:00", day="7 h"), 7),
        (Calendar(last="10 bd", of="quarter"), 24),
        (
            Calendar(
                shifts=(
                    Shift(days="Mon-Thu", hours="09:00-17:00"),
                    Shift(days="Fri", hours="09:00-15:00"),
                )
            ),
            8,
        ),
        (
            Calendar(
                shifts=(
                    Shift(days="Mon-Tue", hours="09:00-15:00"),
                    Shift(days="Wed-Thu", hours="09:00-18:00"),
                )
            ),
            9,
        ),
    ],
)
def test_a_business_day_is_the_commonest_working_day(calendar, hours):
    assert day_ticks(calendar) == hours * H
    assert ticks_on(Duration(2, "bd"), calendar) == 2 * hours * H
    assert ticks_on(Duration(2, "bh"), calendar) == 2 * H
    assert ticks_on(Duration(2, "d"), calendar) == 2 * DAY


def test_n_business_days_end_at_the_same_time_of_day_n_working_days_on():
    arrays = compiled("2026-01-05", OFFICE, 60)
    friday_at_three = (4 * 24 + 15) * H
    assert add_open(*arrays, friday_at_three, 3 * 8 * H) == friday_at_three + 5 * DAY


def test_a_wait_of_no_length_ends_at_once_also_when_closed():
    arrays = compiled("2026-01-05", OFFICE, 7)
    assert add_open(*arrays, 3 * H, 0) == 3 * H


def test_nothing_is_known_beyond_the_table():
    arrays = compiled("2026-01-05", OFFICE, 7)
    assert add_open(*arrays, 0, 40 * H) == (4 * 24 + 17) * H
    assert add_open(*arrays, 0, 40 * H + 1) == NEVER
    assert next_opening(*arrays, 5 * DAY) == -1
    assert next_edge(*arrays, 5 * DAY) == NEVER


def test_a_calendar_that_never_opens_has_no_open_time():
    arrays = compiled("2026-01-06", Calendar(days="Mon", hours="09:00-17:00"), 2)
    assert open_ticks(*arrays, DAY) == 0
    assert add_open(*arrays, 0, 1) == NEVER
    assert not is_open(*arrays, 0)
    assert next_edge(*arrays, 0) == NEVER


# ---- against a clock on the wall -------------------------------------------------------------

CHANGES = {
    (LONDON, "2026-03-27"): None,
    (LONDON, "2026-10-23"): datetime(2026, 10, 25, 2),
    (LORD_HOWE, "2026-10-02"): None,
    (LORD_HOWE, "2026-04-03"): datetime(2026, 4, 5, 2),
    ("UTC", "2026-01-05"): None,
}
"""Zone, first day: the local time at which the double time ends, if there is one."""
DAYS = 5
ORIGIN = datetime(2026, 1, 1)


@cache
def wall_clock(zone, first):
    """What a clock shows each minute, in minutes since a Thursday; the second pass stands still."""
    start = datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(zone))
    shows = []
    for minute in range(DAYS * 24 * 60):
        local = (start.astimezone(UTC) + timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
        naive = local.replace(tzinfo=None, fold=0)
        if local.fold:
            naive = CHANGES[zone, first] - timedelta(seconds=1)
        shows.append((naive - ORIGIN) / timedelta(minutes=1))
    return np.array(shows)


def minutes_open(calendar, shows):
    """Whether the calendar is open in each minute of the clock."""
    is_open_at = np.zeros(len(shows), dtype=bool)
    for day in range(int(shows[0] // 1440) - 2, int(shows[-1] // 1440) + 2):
        for weekday, opens, closes in calendar.pattern:
            if (day + 3) % 7 == weekday:
                is_open_at |= (shows >= day * 1440 + opens) & (shows < day * 1440 + closes)
    return is_open_at


@st.composite
def patterns(draw):
    """Shifts on a grid of 15 minutes that do not overlap, some of them past midnight."""
    cuts = sorted(draw(st.sets(st.integers(0, 95), min_size=2, max_size=6)))
    hours = [(15 * a, 15 * b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    if draw(st.booleans()):
        hours = [*hours[:-1], (hours[-1][0], 1440 + 15 * draw(st.integers(0, cuts[0])))]
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    return Calendar(days=tuple(sorted(days)), hours=tuple(hours))


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(sorted(CHANGES)),
    patterns(),
    st.booleans(),
    st.lists(st.integers(0, DAYS * DAY), min_size=1, max_size=8),
    st.lists(st.integers(0, 40 * H) | st.integers(0, 40).map(lambda h: h * H), min_size=1,
             max_size=8),
)  # fmt: skip
def test_open_time_is_what_a_clock_on_the_wall_counts(change, calendar, merged, times, waits):
    zone, first = change
    opened = minutes_open(calendar, wall_clock(zone, first))
    counted = np.concatenate([[0], np.cumsum(opened)]) * MINUTE
    arrays = compiled(first, calendar, DAYS, merged=merged, zone=zone)
    openings = arrays[1]
    end = DAYS * DAY

    def clock(t):
        minute = t // MINUTE
        return counted[minute] + (opened[minute] * (t - minute * MINUTE) if t < end else 0)

    for t in [*times, *openings["opens"].tolist(), *openings["closes"].tolist()]:
        assert open_ticks(*arrays, t) == clock(t)
        assert is_open(*arrays, t) == (t < end and opened[t // MINUTE])
        k = opening_at(*arrays, t)
        assert (k >= 0) == is_open(*arrays, t)
        assert k < 0 or openings[k]["opens"] <= t < openings[k]["closes"]
        later = openings["opens"][openings["opens"] > t]
        following = next_opening(*arrays, t)
        assert (openings[following]["opens"] if following >= 0 else None) == (
            later[0] if len(later) else None
        )
        edges = np.concatenate([openings["opens"], openings["closes"]])
        assert next_edge(*arrays, t) == min(edges[edges > t], default=NEVER)
        if merged and t < end:
            changes = np.flatnonzero(opened[1:] != opened[:-1]) + 1
            edge = min(changes[changes * MINUTE > t], default=None)
            assert edge is None or next_edge(*arrays, t) == edge * MINUTE
        for d in waits:
            target = clock(t) + d
            u = add_open(*arrays, t, d)
            if d == 0:
                assert u == t
            elif counted[-1] < target:
                assert u == NEVER
            else:
                k = np.searchsorted(counted, target)
                assert u == (k - 1) * MINUTE + target - counted[k - 1]
                assert open_ticks(*arrays, u) - open_ticks(*arrays, t) == d
                assert open_ticks(*arrays, u - 1) - open_ticks(*arrays, t) == d - 1


# ---- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("Mon-Fri", "Mon-Fri"),
        (["Tue", "Thu"], "Tue, Thu"),
        ("Mon-Fri, Sun", "Mon-Fri, Sun"),
        ("fri-MON", "Mon, Fri-Sun"),
        ("Saturday, Sun", "Sat, Sun"),
    ],
)
def test_days_are_printed_in_one_form(words, printed):
    calendar = Calendar(days=words, hours="09:00-17:00")
    assert print_days(calendar.days) == printed
    assert Calendar.model_validate(calendar.model_dump(mode="json")) == calendar


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({}, "calendar-form", "write days and hours"),
        ({"days": "Mon-Fri"}, "calendar-form", "add hours: 09:00-17:00"),
        ({"hours": "09:00-17:00"}, "calendar-form", "add days: Mon-Fri"),
        ({"days": "Mon-Fry", "hours": "09:00-17:00"}, "not-a-weekday", "'Fry'"),
        ({"days": "Mon", "hours": "9-17"}, "not-a-time-of-day", "'9'"),
        ({"days": "Mon", "hours": "17:00"}, "not-a-time-of-day", "has no end"),
        ({"days": "Mon", "hours": "09:00-24:30"}, "not-a-time-of-day", "'24:30'"),
        ({"days": "Mon", "hours": "09:00-09:00"}, "not-a-time-of-day", "00:00-24:00"),
        ({"days": "Mon", "hours": 540}, "not-a-time-of-day", "540"),
        ({"days": "Mon", "hours": "09:00-17:00", "zone": "Mars"}, "unknown-zone", "'Mars'"),
        (
            {"days": "Mon", "hours": "09:00-17:00", "holidays": "GB-XX"},
            "unknown-holidays",
            "ENG, NIR, SCT, WLS",
        ),
        ({"days": "Mon", "hours": "09:00-17:00", "holidays": "Oz"}, "unknown-holidays", "'Oz'"),
        (
            {"days": "Mon", "hours": "09:00-17:00", "closed": "2026-02-30"},
            "not-a-date",
            "2026-02-30",
        ),
        (
            {"days": "Mon", "hours": "09:00-17:00", "closed": "2026-02-03 to 2026-02-01"},
            "not-a-date",
            "write 2026-02-01 to 2026-02-03",
        ),
        ({"days": "Mon-Tue", "hours": "20:00-08:00, 07:00-09:00"}, "overlapping-shifts", "07:00"),
        ({"days": "Mon-Sun", "hours": "22:00-06:00, 05:30-09:00"}, "overlapping-shifts", "05:30"),
        ({"last": "3 d", "of": "month"}, "not-a-season", "10 bd"),
        ({"last": "1.5 bd", "of": "month"}, "not-a-season", "10 bd"),
        ({"of": "month"}, "not-a-season", "last: 10 bd"),
        ({"last": "3 bd", "of": "month", "days": "Mon"}, "calendar-form", "do not say"),
        ({"days": "Mon", "hours": "09:00-17:00", "day": "1 bd"}, "calendar-form", "8 h"),
    ],
)
def test_what_makes_no_calendar_is_refused_with_a_remedy(fields, code, words):
    with pytest.raises(ValidationError) as refused:
        Calendar(**fields)
    (error,) = refused.value.errors()
    assert error["type"] == code
    assert words in error["msg"]


def test_office_may_be_redefined_and_always_never_closes():
    mine = Calendar(days="Mon-Sat", hours="08:00-20:00")
    assert named({}, "office") == OFFICE
    assert named({"office": mine}, "office") == mine
    assert named({}, "always") is None
    with pytest.raises(KeyError):
        named({}, "windows")
