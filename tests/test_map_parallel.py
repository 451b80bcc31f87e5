"""Parallel work on the map: forks, joins, repetition, machines, incoming quality, the ladder."""

import numpy as np
import pytest
from map_pages import PARALLEL, Drawn, bare, clear, drawn_once

import svcsim
from svcsim.analysis.predict import predict
from svcsim.model.build import build
from svcsim.plots import words
from svcsim.plots.graph import ENTRY, EXIT, graph
from svcsim.plots.ladder import times
from svcsim.plots.matrix import matrix
from svcsim.scenario.load import load, loads


@pytest.fixture(scope="module")
def drawn():
    return drawn_once("parallel")


# ---- ways --------------------------------------------------------------------------------------


def ways(scenario, stream, *kinds):
    found = graph(scenario, stream)
    return {(way.source, way.target) for way in found.ways if way.kind in kinds}


def test_arrows_go_from_each_step_to_those_that_wait_for_it():
    assert ways(load("onboarding"), "onboarding", "flow") == {
        (ENTRY, "needs"),
        ("needs", "customer_data"), ("needs", "prepare"), ("needs", "draft"),
        ("prepare", "board"), ("draft", "sign"),
        ("customer_data", "design"), ("board", "design"),
        ("design", "infrastructure"), ("design", "software"), ("design", "training"),
        ("infrastructure", "acceptance"), ("software", "acceptance"), ("training", "acceptance"),
        ("acceptance", "go_live"), ("sign", "go_live"),
        ("go_live", "early_life"), ("go_live", "feedback"),
        ("early_life", EXIT), ("feedback", EXIT),
    }  # fmt: skip


def test_who_passes_a_strand_by_goes_to_its_join():
    assert ways(load("onboarding"), "onboarding", "bypass") == {
        ("customer_data", "design"), ("draft", "go_live"), ("software", "acceptance"),
    }  # fmt: skip


def test_ways_back_lead_over_strands():
    assert ways(load("onboarding"), "onboarding", "back") == {
        ("prepare", "needs"), ("board", "needs"), ("draft", "needs"), ("design", "needs"),
        ("acceptance", "software"), ("acceptance", "design"), ("go_live", "acceptance"),
    }  # fmt: skip


def test_what_waits_for_nothing_begins_with_the_item_and_what_is_until_leads_nowhere():
    found = ways(loads(PARALLEL), "restore", "flow")
    assert {(ENTRY, "triage"), (ENTRY, "assemble")} <= found
    assert not any(source in ("updates", "checks") for source, _ in found)
    assert {source for source, target in found if target == EXIT} == {"report", "review"}


def test_work_beside_the_value_point_is_not_after_it():
    assert graph(load("onboarding"), "onboarding").after_value == {"early_life", "feedback"}
    text = PARALLEL.replace("value_point: confirm", "value_point: restored")
    found = graph(loads(text), "restore").after_value
    assert found == {"confirm", "report", "review"}  # not ask, updates, checks: they run beside


# ---- what the cards say ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("swarm", "∥ waits for all 2"),
        ("swarm", "%C&A 80 %"),
        ("swarm", "↩ incomplete 20 % to triage"),
        ("swarm", "∥ 5 ways at once"),
        ("triage", "⚙ major 0 %, minor 50 % by machine, 2 min, fails 10 %"),
        ("triage", "∥ 2 ways at once"),
        ("assemble", "once only"),
        ("roll_back", "%C&A 70 %, then 95 %"),
        ("roll_back", "↩ incomplete 30 %, then 5 % to swarm"),
        ("restored", "∥ waits for any of 3, stops the rest"),
        ("restored", "↩ failed 10 % after 20 min (median) to swarm"),
        ("confirm", "∥ waits for 2 of 3, the rest run on"),
        ("updates", "⟳ every 30 min, until restored"),
        ("checks", "⟳ every 1 h, at most 4 times, until restored"),
        ("report", "⟳ every 1 d, 3 times"),
        ("fit", "↩ wrong 10 % after 4 h to order"),
    ],
)
def test_the_card_says_so(drawn, step, said):
    assert bare(said) in drawn.on(f"restore:{step}")


def test_steps_in_a_row_say_nothing_of_forks_and_joins(drawn):
    for step in ("order", "fit", "report", "updates"):
        assert "∥" not in drawn.on(f"restore:{step}")
    assert "∥" not in drawn_once("normal_change").said


def test_the_legend_explains_what_is_there():
    def legend(name):
        return {text.get_text() for text, _ in drawn_once(name).texts}

    new = {
        "∥ forks and joins: ways at the same time", "%C&A: how often what comes in is complete",
        "⚙ what machines handle, without people", "⟳ done again and again, and no rework",
    }  # fmt: skip
    assert new <= legend("onboarding")
    assert not new & legend("first_desk")


# ---- the matrix --------------------------------------------------------------------------------


def handed_over(scenario):
    """The matrix as a mapping, by names of activities."""
    model, names = build(scenario)
    found = matrix(predict(model), names.activities, 0)
    return {
        (names.activities[i], names.activities[j]): found[i, j]
        for i, j in zip(*np.nonzero(found), strict=True)
    }


CLEAN = [
    *(f"streams.onboarding.steps.{step}.share=100%"
      for step in ("customer_data", "contract", "software")),
    *(f"streams.onboarding.steps.{step}.incomplete.share=0%"
      for step in ("approval.steps.prepare", "contract.steps.draft", "design", "go_live")),
    "streams.onboarding.steps.approval.steps.board.outcome.rework.share=0%",
    "streams.onboarding.steps.acceptance.outcome.rebuild.share=0%",
    "streams.onboarding.steps.acceptance.outcome.redesign.share=0%",
]  # fmt: skip


def test_the_matrix_counts_each_fork_and_each_join():
    """By hand: 3 ways out of needs, 2 into design, 3 out of it, 3 into acceptance, 2 to go live."""
    engage, plan, change = "engage", "plan", "design_transition"
    build_, support = "obtain_build", "deliver_support"
    assert handed_over(load("onboarding", set=CLEAN)) == pytest.approx({
        (engage, plan): 1,
        (engage, engage): 3,  # to the customer's data, to the draft, and to its signature
        (plan, plan): 1,
        (engage, change): 2,  # the data to design, the contract to going live
        (plan, change): 1,
        (change, build_): 2,
        (change, change): 3,  # to training and from it, and from acceptance to going live
        (build_, change): 2,
        (change, support): 1,  # nine repetitions of early life are no handovers
        (change, engage): 1,
    })  # fmt: skip


def test_whose_work_is_passed_by_leaves_it_with_those_before():
    """Without the customer's data, needs hand over to design themselves, and so on."""
    nobody = [
        f"streams.onboarding.steps.{step}.share=0%"
        for step in ("customer_data", "contract", "software")
    ]
    found = handed_over(load("onboarding", set=[*CLEAN, *nobody]))
    assert found["engage", "design_transition"] == pytest.approx(2)
    assert found["design_transition", "obtain_build"] == pytest.approx(1)
    assert found["obtain_build", "design_transition"] == pytest.approx(1)
    assert ("engage", "engage") not in found


# ---- the ladder --------------------------------------------------------------------------------

FORK = """
{svcsim: 1, calendar: always, horizon: 1000 h,
 teams: {a: {people: 9, activity: engage}, b: {people: 9, activity: plan}},
 streams: {s: {demand: {every: 10 h}, value_point: join, steps: {
   begin: {team: a, touch: 1 h},
   slow: {after: begin, team: a, wait: 2 h, touch: 3 h},
   quick: {after: begin, team: b, touch: 30 min, auto: {share: 100%, time: 15 min}},
   join: {after: [slow, quick], team: b, touch: 15 min}}}}}
"""


def test_each_strand_has_a_rung_and_the_critical_path_adds_up():
    """1 h, then the slower of 2 h and 3 h of work or 15 min of a machine, then 15 min: 6.25 h."""
    scenario = loads(FORK)
    results = svcsim.run(scenario, replications=2, jobs=1)
    texts = [text.get_text() for text in svcsim.plots.map(scenario, results).axes[0].texts]
    found = times(results, "s", ["begin", "slow", "quick", "join"])
    assert found == {
        "begin": pytest.approx((1, 0)), "slow": pytest.approx((3, 2)),
        "quick": pytest.approx((0, 0)), "join": pytest.approx((0.25, 0)),
    }  # fmt: skip
    assert texts.count("slow") == 2  # the card and the rung; others have no name on the ladder
    assert texts.count("quick") == 2
    assert texts.count("begin") == 1
    assert not any(text.startswith("Σ") for text in texts)
    told = " ".join(texts)
    assert "run at the same time, so they do not add up" in told
    parts = f"touch {words.hours(4.25)} + wait {words.hours(2)} = demand to value"
    assert f"On the critical path until value: {parts} {words.hours(6.25)}." in told


def test_a_machine_on_the_critical_path_is_in_the_sum():
    scenario = loads(FORK.replace("wait: 2 h, touch: 3 h", "touch: 6 min"))
    results = svcsim.run(scenario, replications=2, jobs=1)
    texts = [text.get_text() for text in svcsim.plots.map(scenario, results).axes[0].texts]
    parts = f"touch {words.hours(1.25)} + wait 0 + machines {words.hours(0.25)}"
    assert any(f"{parts} = demand to value {words.hours(1.5)}." in text for text in texts)


def test_the_page_is_as_clear_with_rungs():
    scenario = load("onboarding", set=["warm_up=0 wk", "horizon=8 wk", "run_out=8 wk"])
    clear(Drawn(scenario, svcsim.run(scenario, replications=1, jobs=1)))
