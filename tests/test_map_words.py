"""What a map tells in words: of each word of the language, where it belongs, and of each stream."""

import pytest
from map_pages import bare, drawn_once

from svcsim.plots import words
from svcsim.scenario.load import load, loads


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            "incident:triage",
            "desk (3, 1 kept free for incident) or lead (1, 1 of tower) or tower (3, 1 on call)",
        ),
        ("incident:triage", "touch 6 min (median), 10 % none, at most 1 h"),
        ("incident:triage", "sets priority P1 0, otherwise 4, due in 2 bd"),
        ("incident:fix", "at most 3 visits"),
        ("incident:fix", ", then 50 %, then 25 %"),
        ("incident:board", "◆ GATE board meets Wed 11:00, first Tue 14:00"),
        ("request:b", "makes incident × 0.95, after 1 d, for 2 wk"),
        (
            "problem:fund",
            "agenda 3 most work first: P1, P2 of incident at fix failed later than 2 h within 90 d",
        ),
        ("release:deploy", "brings 2 follow_up low 50 %, after 1 h"),
        ("renew:d", "makes touch of fix × 1.1, half-life 2 wk"),
        ("call:take", "tower (3)"),  # who is on call works for incidents only
        ("call:take", "gives up after 5 min, tries again 60 % after 15 min"),
        ("call:take", "not begun after 4 h: priority 1"),
        ("call:agree", "asks one of lead answer 12 min (median) delegate after 2 h, answer 5 min"),
        ("call:buy", "calls follow_up low, waits for it"),
        (
            "call:solve",
            "line (3, 30 % kept free for others) handover 10 min reading in 5 min touch 20 min",
        ),
        ("call:solve", "brings follow_up 10 %, waits for all"),
    ],
)
def test_the_card_of_every_word_says_so(step, told):
    assert bare(told) in drawn_once("every_word").on(step)


@pytest.mark.parametrize(
    ("scenario", "step", "told"),
    [
        ("normal_change", "change:test", "handover 2 bh reading in 15 min"),
        ("normal_change", "change:approve", "attended by 1 of changes (3)"),
        ("p1_restoration", "p1:by_users", "wait 15 min (median)"),
        ("p1_restoration", "p1:authorise", "asks 4 of authority, 2 must answer"),
        ("first_contact", "contact:solve", "desk (6) who did the step before goes on touch 8 min"),
        ("procurement", "requisition:two_approvals", "asks 2 of budget_holders, all must answer"),
        ("app_launch", "launch:search", "brings 4.8 (mean) feature planned, waits for all"),
        ("patching", "vulnerability:scan", "◇ CADENCE scan opens Thu 08:00"),
    ],
)
def test_the_card_of_a_shipped_scenario_says_so(scenario, step, told):
    assert bare(told) in drawn_once(scenario).on(step)


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("every_word", "in batches of 2 (mean), 160 % while office is open, otherwise 100 %, "
         "+25 % from 8 wk to 10 wk, -40 % from 12 wk, half-life 2 d; P1 6 %"),
        ("every_word", "demand: 4 a day, while office is open, days vary by chance (cv 0.25); "
         "vip 10 %"),
        ("every_word", "backlog: 3 normal in work at solve, 2 d old"),
        ("every_word", "demand: brought by release (deploy), call (buy, solve); low 50 %"),
        ("every_word", "in batches of 1.4 (mean)"),
        ("every_word", "demand: 3 bd (median), at most 20 bd before second Tue 18:00, first bd "
         "09:00, 15th 09:00, in batches of 12 (mean)"),
        ("every_word", "target ready: 90 % within 0 h of the event"),
        ("every_word", "trigger often: 5 P1, P2 of incident within 30 d in one family; rests 60 d"),
        ("every_word", "trigger trend: 8 renew within 4 wk in one family; looks every 1 wk, "
         "at most 3 families"),
        ("every_word", "trigger failing: more than 12 % failed later than 4 h of 20 or more "
         "incident at fix within 8 wk"),
        ("every_word", "trigger many: 40 P1 of incident open; looks every 1 d; rests 1 wk"),
        ("every_word", "trigger hurry: touch of take × 0.8, call × 0.9 while 8 wait for tower; "
         "looks every 10 min"),
        ("every_word", "demand: none of its own"),
        ("app_launch", "launch opportunity: 0.5 a month"),
        ("app_launch", "demand: brought by launch (sign_in, search, booking, payment, reports, "
         "review); planned 80 %"),
    ],
)  # fmt: skip
def test_where_items_come_from_stands_over_the_lanes(scenario, told):
    assert bare(told) in drawn_once(scenario).said


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("service_desk", "◆ gates (owner): approval (Service desk manager)"),
        ("service_desk", "↩ rework: to message from first_line; to first_line, answer_second, "
         "silence_second from closing; done again: second_line ★ value: resolved"),
        ("normal_change", "◆ gates (owner): approve (Change manager) ↩ rework: to request from "
         "assess; to build from test, deploy ★ value: live"),
        ("improvement_loop", "gates (owner): fund (Improvement board)"),
        ("value_chain", "★ value: whenever an item is done"),
    ],
)  # fmt: skip
def test_gates_rework_and_value_stand_over_the_lanes(scenario, told):
    assert bare(told) in drawn_once(scenario).said


def test_a_cadence_is_no_gate_and_has_no_owner():
    said = drawn_once("joiner_mover_leaver").said
    assert "◆GATE" not in said
    assert "◆gates" not in said
    assert bare("◇ cadence: goes on at fixed times, nobody decides") in said
    assert "owner" not in drawn_once("joiner_mover_leaver").on("leaver:night_run")


def test_a_shift_in_another_unit_is_added_in_words():
    law = "{median: 5 min, sigma: 1.0, plus: 1 h}"
    scenario = loads(
        f"{{svcsim: 1, streams: {{s: {{demand: 1/d, steps: {{a: {{wait: {law}}}}}}}}}}}"
    )
    assert words.time(scenario.streams["s"].steps["a"].wait) == "5 min (median) + 1 h"


def test_people_on_call_count_where_they_are_called():
    scenario = load("p1_restoration")
    steps = scenario.streams["ticket"].steps
    assert words.team(steps["handle"].team, scenario, "ticket") == "operations (14)"
    assert words.team(steps["handle"].team, scenario, "p1") == "operations (14, 2 on call)"


def test_people_of_other_teams_are_told_where_they_help():
    scenario = load("shared_skills")
    restore = scenario.streams["incident"].steps["restore"].team.values
    assert words.team(restore["server"], scenario, "incident") == "server (3, 1 of network)"
    alone = load("first_desk")
    steps = alone.streams["incident"].steps
    assert words.team(steps["register"].team, alone, "incident") == "desk (1)"


def test_people_who_are_reserved_are_told_to_those_for_whom_and_to_others():
    scenario = load("improvement_reserve")
    developers = scenario.streams["problem"].steps["build"].team
    kept = "dev (5, 20 % kept free for "
    assert words.team(developers, scenario, "problem") == f"{kept}problem)"
    assert words.team(developers, scenario, "feature") == f"{kept}others)"
