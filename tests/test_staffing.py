"""Who is on shift: semantics 16, and exactly as many hours as were staffed."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcsim.model.arrays import GROUP, NEVER, TICKS_PER_HOUR
from svcsim.model.calendar_tables import CalendarTables
from svcsim.model.codes import UNLIMITED
from svcsim.scenario.calendar import OFFICE, Calendar
from svcsim.world.calendars import opening_at
from svcsim.world.staffing import block_end, block_start, next_staffing, present

H = TICKS_PER_HOUR


def staffed(calendar, *, people, day=0.0, leave=0.0, days=7, merged=False):
    """The arrays of one group from Monday 5 January 2026 on."""
    tables = CalendarTables(datetime(2026, 1, 5, tzinfo=ZoneInfo("UTC")), days * 24 * H)
    groups = np.zeros(1, dtype=GROUP)
    groups[0]["people"] = people
    groups[0]["calendar"] = tables.add(calendar, merged=merged)
    groups[0]["day"], groups[0]["leave"] = day, leave
    calendars, openings = tables.arrays()
    return calendars, openings, groups


def edges(arrays):
    """Every tick at which the presence of the group may change."""
    found = []
    tick = -1
    while (tick := next_staffing(*arrays, 0, tick)) != NEVER:
        found.append(tick)
    return found


def test_blocks_lie_at_equal_distances_in_the_rest_of_the_shift():
    # 8 h, a quarter of it absent: starts at 1/8, 3/8, 5/8 and 7/8 of the other 6 h.
    starts = [block_start(9 * H, 17 * H, person, 4, 0.25) for person in (1, 2, 3, 4)]
    assert starts == [9 * H + k * 6 * H // 8 for k in (1, 3, 5, 7)]
    assert block_end(9 * H, 17 * H, 4, 4, 0.25) == 9 * H + 6 * H * 7 // 8 + 2 * H


def test_everybody_is_there_between_open_and_close_and_nobody_else():
    for tick, there in ((9 * H - 1, False), (9 * H, True), (17 * H - 1, True), (17 * H, False)):
        assert present(9 * H, 17 * H, 1, 3, 0.0, 0.0, 0.5, tick) is there


def test_leave_takes_a_whole_shift_iff_the_draw_is_below_it():
    for u, there in ((0.119, False), (0.12, True), (0.121, True)):
        assert present(0, 8 * H, 1, 1, 0.0, 0.12, u, 4 * H) is there
    assert present(0, 8 * H, 1, 1, 0.0, 0.0, 1e-16, 4 * H)
    assert not present(0, 8 * H, 1, 1, 0.0, 1.0, 1 - 1e-16, 4 * H)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 12),
    st.sampled_from([0.0, 0.1, 0.18, 1 / 3, 0.5, 0.99, 1.0]) | st.floats(0, 1),
    st.integers(1, 24 * H) | st.integers(1, 24).map(lambda h: h * H),
)
def test_staffed_time_is_people_times_shift_less_the_share_of_the_day(people, day, length):
    opens = 9 * H
    closes = opens + length
    block = round(length * day)
    total = 0
    for person in range(1, people + 1):
        begin = block_start(opens, closes, person, people, day)
        end = block_end(opens, closes, person, people, day)
        assert opens <= begin <= end <= closes
        total += length - (end - begin)
        marks = [opens, begin - 1, begin, end - 1, end, closes - 1]
        for tick in (tick for tick in marks if opens <= tick < closes):
            there = present(opens, closes, person, people, day, 0.0, 0.5, tick)
            assert there is not (begin <= tick < end)
    assert total == people * (length - block)
    assert abs(block - length * day) <= 0.5


def test_expected_staffed_hours_are_people_times_hours_less_leave_less_day():
    # Draws at the middles of 25 equal parts of (0, 1) give the expectation without any noise.
    people, day, leave = 5, 0.18, 0.12
    calendars, openings, groups = arrays = staffed(OFFICE, people=people, day=day, leave=leave)
    draws = (np.arange(25) + 0.5) / 25
    marks = edges(arrays)
    total = 0
    for begin, end in pairwise(marks):
        k = opening_at(calendars, openings, groups[0]["calendar"], begin)
        if k < 0:
            continue
        opens, closes = openings[k]["opens"], openings[k]["closes"]
        for person in range(1, people + 1):
            there = [present(opens, closes, person, people, day, leave, u, begin) for u in draws]
            total += (end - begin) * sum(there)
    assert total == people * 40 * H * 25 * 88 * 82 // 10_000


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 6),
    st.sampled_from([0.0, 0.125, 0.5, 1.0]),
    st.sampled_from(
        [
            OFFICE,
            None,
            Calendar(days="Mon-Wed", hours=["00:00-08:00", "08:00-16:00", "16:00-24:00"]),
            Calendar(days="Fri-Sun", hours=["22:00-06:00"]),
        ]
    ),
)
def test_presence_changes_only_at_the_next_staffing(people, day, calendar):
    calendars, openings, groups = arrays = staffed(calendar, people=people, day=day)
    index = groups[0]["calendar"]

    def there(tick):
        k = opening_at(calendars, openings, index, tick)
        if k < 0:
            return [False] * people
        shift = openings[k]["opens"], openings[k]["closes"]
        return [present(*shift, j, people, day, 0.0, 0.5, tick) for j in range(1, people + 1)]

    expected = set()
    if people:
        for opening in openings:
            opens, closes = opening["opens"], opening["closes"]
            expected |= {opens, closes}
            if day > 0:
                for j in range(1, people + 1):
                    expected |= {
                        block_start(opens, closes, j, people, day),
                        block_end(opens, closes, j, people, day),
                    }
    marks = edges(arrays)
    assert marks == sorted(expected)
    for begin, end in pairwise(marks):
        assert there(begin) == there((begin + end) // 2) == there(end - 1)


def test_an_unlimited_team_changes_with_its_shifts_alone():
    assert edges(staffed(OFFICE, people=UNLIMITED, day=0.5, days=1)) == [9 * H, 17 * H]


@pytest.mark.parametrize("people", [0, 3])
def test_who_is_always_there_never_changes(people):
    assert edges(staffed(None, people=people, merged=True)) == []
