"""Measures of a replication made by hand (`desk`), with answers worked out on paper."""

import dataclasses

import numpy as np
import pytest
from desk import DESK, QUESTIONS, SECOND, H, followed, trajectory

from svcsim.analysis import exact
from svcsim.analysis.clocks import WALL, elapsed, reading
from svcsim.analysis.comparison import Addressed, addressed, matched
from svcsim.analysis.endings import endings
from svcsim.analysis.followed import Followed
from svcsim.analysis.levels import throughput
from svcsim.analysis.measures import measure, reduce
from svcsim.analysis.staffing import paid_ticks, staffed_ticks
from svcsim.experiment.numbers import COLUMNS, Numbers
from svcsim.model.arrays import GROUP, NEVER, OPENING

REDUCED = measure(QUESTIONS, trajectory())
NUMBERS = Numbers.of([REDUCED])
INCIDENT = {"stream": "incident"}
OFFICE = QUESTIONS.clocks[1]


def value(name, statistic="mean", **words):
    return NUMBERS.find(name, statistic, **words).value


# ---- clocks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "open_hours"), [(0, 0), (5, 5), (12, 12), (18, 12), (24, 12), (25, 13), (47, 24)]
)
def test_a_clock_stands_while_its_calendar_is_closed(hours, open_hours):
    assert reading(OFFICE, np.array([hours * H])) == [open_hours * H]


def test_a_clock_that_opens_later_reads_nothing_before():
    late = OFFICE._replace(openings=np.array([(10, 20, 0, 0)], OPENING))
    assert reading(late, np.array([0, 10, 15, 99])).tolist() == [0, 0, 5, 10]


def test_the_wall_clock_never_stands():
    assert elapsed(WALL, np.array([3]), np.array([10])) == [7]


# ---- demand to value ----------------------------------------------------------------------------


def test_the_cohort_arrives_between_warm_up_and_horizon():
    assert np.flatnonzero(followed().cohort).tolist() == [1, 2, 3, 4, 5]


def test_value_is_the_last_completion_of_the_value_point():
    expected = [8 * H, 15 * H, 51 * H // 2, NEVER, NEVER, 101 * H, NEVER]
    assert followed().value.tolist() == expected


def test_a_visit_that_was_sent_back_is_no_completion():
    happened = trajectory()
    happened.visits["finished"][8] = NEVER  # item 2 is still at its second resolve
    assert Followed.of(QUESTIONS, happened, 1, 0).value[2] == NEVER


def test_who_is_done_without_completing_the_value_point_had_no_value():
    happened = trajectory()
    happened.visits["step"][[14, 15]] = 3  # item 5 was only held
    assert Followed.of(QUESTIONS, happened, 1, 0).value[5] == NEVER


def test_lead_times_with_time_so_far_of_the_unfinished():
    # 5, 5.5, 2 and, unfinished, 105 hours; item 3 was rejected
    assert value("lead_time", clock="wall", **INCIDENT) == 117.5 / 4
    assert value("lead_time", "p50", clock="wall", **INCIDENT) == 5
    assert value("lead_time", "p85", clock="wall", **INCIDENT) == 105
    assert value("lead_time", cls="high", clock="wall", **INCIDENT) == 3.5
    assert value("lead_time", cls="low", clock="wall", **INCIDENT) == 55.25


def test_lead_times_in_office_hours():
    # 10-12; 24-25.5; 99-101; and 96-108, 120-132, 144-156, 168-180, 192-200
    assert value("lead_time", clock="office", **INCIDENT) == (2 + 1.5 + 2 + 56) / 4


def test_cycle_times_begin_with_the_first_work():
    assert value("cycle_time", **INCIDENT) == (5 + 5.5 + 1.5 + 105) / 4


# ---- promises -----------------------------------------------------------------------------------


def test_on_time_counts_the_unfinished_as_missed_and_not_the_rejected():
    # 5 > 4 missed; 5.5 <= 6; 2 <= 4; item 4 is open; item 3 was rejected
    assert value("on_time", "share", target="resolved", **INCIDENT) == 2 / 4
    assert value("on_time", "share", target="resolved", cls="high", **INCIDENT) == 1 / 2
    assert value("on_time", "share", target="resolved", cls="low", **INCIDENT) == 1 / 2


def test_on_time_is_met_to_the_tick():
    assert value("on_time", "share", target="just", **INCIDENT) == 3 / 4


def test_on_time_on_the_clock_of_the_target():
    # 2 <= 2; 1.5 > 1; 2 <= 2; open
    assert value("on_time", "share", target="office", **INCIDENT) == 2 / 4


def test_on_time_at_another_step_takes_its_last_completion():
    # 1; 2.5 after going back; 1 (rejected later); 1; 1.5
    assert value("on_time", "share", target="registered", **INCIDENT) == 3 / 5


# ---- where the time goes ------------------------------------------------------------------------


def test_touch_and_waits_by_cause_add_up_to_the_lead_time():
    expected = {"contention": 107 / 4, "unavailability": 1 / 4, "prioritisation": 0.5 / 4}
    causes = {key.cause for key in REDUCED.keys if key.cause}
    waits = {cause: value("wait_time", cause=cause, **INCIDENT) for cause in causes}
    assert waits == {cause: expected.get(cause, 0.0) for cause in causes}
    assert value("touch_time", **INCIDENT) == 8.75 / 4
    assert value("setup_time", **INCIDENT) == 0.25 / 4
    assert value("wait_time", **INCIDENT) == 108.5 / 4
    assert sum(expected.values()) + 9 / 4 == value("lead_time", clock="wall", **INCIDENT)


def test_flow_efficiency_is_a_ratio_of_sums():
    assert value("flow_efficiency", "ratio", **INCIDENT) == 8.75 / 117.5


def test_rework_is_repeated_visits_and_their_time():
    assert value("rework", "share", **INCIDENT) == 2 / 14
    assert value("rework_time", **INCIDENT) == 3.5 / 4


def test_time_by_step_is_for_each_visit_and_goes_on_after_value():
    assert value("touch_time", step="register", **INCIDENT) == 5.5 / 6
    assert value("wait_time", step="hold", **INCIDENT) == (4.5 + 2) / 2
    assert value("visits", step="resolve", **INCIDENT) == 5 / 5


def test_time_by_activity_is_for_each_item_until_value():
    assert value("touch_time", activity="engage", **INCIDENT) == (1 + 1.5 + 1 + 1) / 4
    assert value("wait_time", activity="deliver_support", **INCIDENT) == 108 / 4


def test_handovers_of_activity_team_and_person():
    # item 1: 1; item 2: register, resolve, register, resolve; item 4 met nobody after the desk
    assert value("handovers", "activity", **INCIDENT) == (1 + 3 + 1 + 1) / 4
    assert value("handovers", "team", **INCIDENT) == (1 + 3 + 1 + 1) / 4
    assert value("handovers", "person", **INCIDENT) == (1 + 3 + 0 + 1) / 4


# ---- endings and levels -------------------------------------------------------------------------


def test_endings():
    assert value("items", "count", **INCIDENT) == 5
    assert value("items", "count", cls="low", **INCIDENT) == 3
    assert value("unfinished", "count", **INCIDENT) == 1
    assert value("unfinished", "share", **INCIDENT) == 1 / 5
    assert value("rejected", "share", **INCIDENT) == 1 / 5
    assert value("abandoned", "share", **INCIDENT) == 0
    assert value("past_horizon", "count", **INCIDENT) == 1


def test_value_at_the_horizon_is_past_it():
    happened = trajectory()
    happened.visits["finished"][15] = happened.items["ended"][5] = 100 * H
    run = Followed.of(QUESTIONS, happened, 1, 0)
    sums = {total.key: total.numerator for total in (*endings(run), *throughput(run))}
    past = next(n for key, n in sums.items() if key.measure == "past_horizon" and not key.cls)
    assert past == 1
    inside = next(n for key, n in sums.items() if key.measure == "throughput" and not key.cls)
    assert inside == pytest.approx(3 / (95 / 168))


def test_throughput_counts_value_in_the_window_whoever_came_when():
    assert value("throughput", **INCIDENT) == pytest.approx(3 / (95 / 168))


def test_wip_is_a_time_average_over_the_window():
    assert value("wip", **INCIDENT) == pytest.approx((3 + 5 + 5.5 + 3 + 5 + 1) / 95)
    assert value("wip", cls="high", **INCIDENT) == pytest.approx((3 + 5 + 1) / 95)


# ---- teams --------------------------------------------------------------------------------------


def test_queue_length_is_a_time_average_over_the_window():
    assert value("queue_length", team="desk") == pytest.approx(0.5 / 95)
    assert value("queue_length", team="second_line") == pytest.approx((2 + 2 + 4) / 95)


def test_utilisation_is_busy_over_staffed_time():
    assert value("utilisation", "ratio", team="desk") == pytest.approx(7 / 95)
    assert value("utilisation", "ratio", team="second_line") == pytest.approx(6 / 190)
    assert value("utilisation", "ratio", team="tool") == pytest.approx(1 / 95)


def test_waits_and_touch_of_a_visit_to_a_team():
    assert value("queue_time", team="desk") == 0.5 / 6
    assert value("touch_time", team="desk") == 5.5 / 6
    assert value("wait_time", team="second_line") == 108 / 6
    assert value("wait_time", team="second_line", cause="unavailability") == 1 / 6
    assert value("queue_time", team="second_line") == 107 / 6
    assert value("touch_time", team="second_line") == (2 + 1 + 1 + 0.75 + 0.5) / 5


def test_a_wait_for_either_of_two_teams_is_that_of_the_team_that_came():
    model = QUESTIONS.model._replace(
        seizes=QUESTIONS.model.seizes.copy(),
        alternatives=np.concatenate([QUESTIONS.model.alternatives, QUESTIONS.model.alternatives]),
    )
    model.seizes[1] = (4, 2, -1, 0, 0, 0, 0)  # resolve: the second line, or else the desk
    model.alternatives[4:6] = [(1, 1), (0, 1)]
    happened = trajectory()
    happened.presence["pool"][9] = DESK  # item 2 was at last resolved by the desk
    run = Followed.of(dataclasses.replace(QUESTIONS, model=model), happened, 1, 0)
    reduced = reduce(run)
    numbers = Numbers.of([reduced])
    # the desk: 0.5 of item 5 and 2 of item 2, in 7 visits; the second line: 2 and 104 in 5
    assert numbers.find("queue_time", team="desk").value == 2.5 / 7
    assert numbers.find("wait_time", team="second_line").value == 106 / 5
    assert numbers.find("handovers", "team", stream="incident").value == (1 + 2 + 1 + 1) / 4
    assert reduced.identities["little"]


def test_person_time_and_cost():
    assert value("person_time", **INCIDENT) == (4 + 3.5 + 1 + 1 + 1.5) / 5
    assert value("cost_per_item", "touch", **INCIDENT) == pytest.approx(5.5 * (40 + 60) / 5)
    paid = 95 * 40 + 190 * 60
    assert value("cost_per_item", "full", **INCIDENT) == pytest.approx(paid / 5)
    assert value("cost_per_item", "full") == pytest.approx(paid / 5)


def test_staffed_time_without_leave_is_people_times_open_time():
    assert staffed_ticks(QUESTIONS.model, SECOND, 1, 0) == 190 * H
    assert paid_ticks(QUESTIONS.model, DESK, 0, 200 * H) == 200 * H


def test_staffed_time_leaves_out_one_block_of_each_shift():
    calendars = np.array([(0, 20, 0)], [("first", int), ("n", int), ("always", int)])
    groups = QUESTIONS.model.groups.copy().astype(GROUP)
    groups["calendar"], groups["day"] = 0, 0.25
    model = QUESTIONS.model._replace(
        calendars=calendars, openings=OFFICE.openings, groups=groups, warm_up=0, horizon=48 * H
    )
    assert staffed_ticks(model, SECOND, 1, 0) == 2 * 2 * 9 * H
    assert paid_ticks(model, SECOND, 0, 48 * H) == 2 * 2 * 12 * H


def test_staffed_time_with_leave_is_what_the_draws_say():
    calendars = np.array([(0, 20, 0)], [("first", int), ("n", int), ("always", int)])
    openings, groups = OFFICE.openings.copy(), QUESTIONS.model.groups.copy()
    openings["date"] = np.arange(20_000, 20_020)
    groups["calendar"], groups["leave"], groups["people"] = 0, 0.3, 50
    model = QUESTIONS.model._replace(
        calendars=calendars, openings=openings, groups=groups, warm_up=0, horizon=480 * H
    )
    shifts = [staffed_ticks(model, SECOND, 1, r) / (12 * H) for r in range(40)]
    assert all(shift == int(shift) for shift in shifts)
    error = (1000 * 0.3 * 0.7 / 40) ** 0.5
    assert abs(np.mean(shifts) - 700) < 4 * error
    assert len(set(shifts)) > 10


# ---- identities ---------------------------------------------------------------------------------


def test_all_identities_hold():
    assert REDUCED.identities == {"lead_time": True, "little": True, "flow": True}


@pytest.mark.parametrize(
    ("broken", "table", "row", "column", "ticks"),
    [
        ("lead_time", "rows", 5, "end", 15 * H + 1),
        ("lead_time", "rows", 4, "unavailability", 3 * H),
        ("lead_time", "rows", 3, "policy", 1),
        ("little", "rows", 14, "end", 51 * H + 1),
        ("little", "presence", 3, "end", 15 * H + 1),
        ("flow", "items", 4, "ended", 150 * H),
        ("flow", "items", 1, "ended", 200 * H),
    ],
)
def test_a_single_tick_breaks_an_identity(broken, table, row, column, ticks):
    happened = trajectory()
    getattr(happened, table)[column][row] = ticks
    found = reduce(Followed.of(QUESTIONS, happened, 1, 0)).identities
    assert not found[broken]


def test_sums_are_exact_beyond_64_bits():
    values = np.array([2**62, 2**62, 2**62, 5])
    assert exact.total(values) == 3 * 2**62 + 5
    groups = np.array([0, 0, 0, 1])
    assert exact.grouped(groups, 3, values).tolist() == [3 * 2**62, 5, 0]


def test_sums_below_64_bits_are_integers_and_exact_beyond_53():
    values = np.array([2**60, 1, 1])
    assert exact.grouped(np.zeros(3, int), 1, values).tolist() == [2**60 + 2]


def test_the_integral_of_a_level_is_walked_from_event_to_event():
    # open: [0, 4), [1, 3), [3, 3), [10, 12): 1 + 2*2 + 1 + 2
    begin, end = np.array([0, 1, 3, 10]), np.array([4, 3, 3, 12])
    assert exact.integrals(begin, end, np.array([4])).tolist() == [8]


# ---- measures as a table ------------------------------------------------------------------------


def test_no_measure_has_two_values():
    assert len(set(REDUCED.keys)) == len(REDUCED.keys)


def test_the_frame_has_the_columns_of_the_contract():
    assert list(NUMBERS.frame().columns) == list(COLUMNS)
    row = NUMBERS.frame().query("measure == 'on_time' and target == 'just'").iloc[0]
    assert (row["stream"], row["clock"], row["statistic"], row["n"]) == (
        "incident", "wall", "share", 1,
    )  # fmt: skip


# ---- the same items under two scenarios ---------------------------------------------------------


def test_items_match_by_origin_whatever_their_numbers():
    base = addressed(followed())
    assert base.origin[:, 2].tolist() == [1, 2, 4, 5]
    order = [3, 0, 1, 2]
    other = Addressed(base.origin[order], base.lead_time[order] + np.array([0, 1, -1, 0]))
    (found,) = matched(base, other, [0])
    # items 5, 1, 2, 4: same, later, sooner, same
    assert (found.same, found.later, found.sooner, found.both) == (2, 1, 1, 4)
    assert (found.only_base, found.only_other) == (0, 0)


def test_items_that_one_scenario_lacks_are_counted_apart():
    base = addressed(followed())
    more = np.array([[0, 1, 7]])
    other = Addressed(np.concatenate([base.origin[1:], more]), np.append(base.lead_time[1:], 3))
    (found,) = matched(base, other, [0])
    assert (found.both, found.only_base, found.only_other) == (3, 1, 1)


def test_a_stream_that_the_base_lacks_matches_nothing():
    base = addressed(followed())
    (found,) = matched(base, base, [-1])
    assert (found.both, found.only_base, found.only_other) == (0, 4, 0)
