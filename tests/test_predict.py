"""What is predicted without a run: against closed forms, against hand counts, against a run."""

import math

import numpy as np
import pytest

from svcsim.analysis import chain, flow
from svcsim.analysis.load import offered
from svcsim.analysis.moments import Moments
from svcsim.analysis.predict import Prediction, predict
from svcsim.analysis.theory import Station, non_preemptive, pollaczek_khinchine, preemptive
from svcsim.engines import compiled, reference
from svcsim.model.arrays import TICKS_PER_HOUR, Model
from svcsim.model.build import Compiled, build
from svcsim.scenario.load import load, loads

HOUR = TICKS_PER_HOUR
STEADY = "svcsim: 1\ncalendar: always\nhorizon: 1000 h\n"


def compiled_of(text: str) -> Compiled:
    return build(loads(text))


def predicted(text: str) -> tuple[Prediction, list[str], list[str]]:
    """Return a prediction, and the names of its teams and steps."""
    model, names = compiled_of(text)
    return predict(model), list(names.pools), list(names.steps)


def waits(text: str) -> dict[str, float | None]:
    """Return the predicted wait of each team, in hours."""
    prediction, pools, _ = predicted(text)
    return {
        name: None if pool.wait is None else pool.wait / HOUR
        for name, pool in zip(pools, prediction.pools, strict=True)
    }


def one_team(people: int, rate: str, touch: str, team: str = "", step: str = "") -> str:
    return f"""{STEADY}
teams: {{desk: {{people: {people}, activity: engage{team}}}}}
streams:
  call:
    demand: {rate}
    steps:
      answer: {{team: desk, touch: {touch}{step}}}
"""


# ---- closed forms ------------------------------------------------------------------------------


def test_the_value_chain_has_the_lead_time_that_the_language_promises() -> None:
    prediction = predict(build(load("value_chain")).model)
    lead_time = prediction.lead_time(0)
    assert lead_time is not None
    assert lead_time / HOUR == pytest.approx(2.95150881, rel=1e-8)
    assert all(pool.exact for pool in prediction.pools)


def test_jackson_network_with_rework() -> None:
    """Theory case E02: design, build and test; 20 % back to build and 10 % to design."""
    prediction, pools, steps = predicted(
        f"""{STEADY}
teams: {{a: {{people: 2, activity: engage}}, b: {{people: 3, activity: engage}},
        c: {{people: 1, activity: engage}}}}
streams:
  work:
    demand: 0.9/h
    steps:
      design: {{team: a, touch: {{mean: 1 h, distribution: exponential}}}}
      build: {{team: b, touch: {{mean: 1.5 h, distribution: exponential}}}}
      test:
        team: c
        touch: {{mean: 0.5 h, distribution: exponential}}
        outcome: {{poor: {{share: 20%, to: build}}, bad: {{share: 10%, to: design}}, fine: rest}}
"""
    )
    assert pools == ["a", "b", "c"]
    assert steps == ["design", "build", "test"]
    assert prediction.visits(0).tolist() == [
        pytest.approx(v, rel=1e-8) for v in (1.14285714, 1.42857143, 1.42857143)
    ]
    found = [(pool.utilisation, pool.wait and pool.wait / HOUR) for pool in prediction.pools]
    for (busy, wait), (expected_busy, expected_wait) in zip(
        found,
        [(0.514285714, 0.359600444), (0.642857143, 0.576031607), (0.642857143, 0.9)],
        strict=True,
    ):
        assert busy == pytest.approx(expected_busy, rel=1e-8)
        assert wait == pytest.approx(expected_wait, rel=1e-8)
    lead_time = prediction.lead_time(0)
    assert lead_time is not None
    assert lead_time / HOUR == pytest.approx(6.51958852, rel=1e-8)


def test_feedback() -> None:
    """Theory case E05: a quarter is reopened and joins the end of the queue."""
    step = ", outcome: {again: {share: 25%, to: answer}, done_well: rest}"
    prediction, _, _ = predicted(
        one_team(1, "0.6/h", "{mean: 1 h, distribution: exponential}", step=step)
    )
    lead_time = prediction.lead_time(0)
    assert lead_time is not None
    assert lead_time / HOUR == pytest.approx(6.66666667, rel=1e-8)
    assert prediction.pools[0].utilisation == pytest.approx(0.8)


@pytest.mark.parametrize(("agents", "seconds"), [(6, 381), (7, 109), (8, 37), (9, 13)])
def test_the_knee_of_the_service_desk(agents: int, seconds: float) -> None:
    """Domain 3.1: 4.9 erlang at the peak of the day, if every contact were a call."""
    text = one_team(agents, "23.333333/h", "{mean: 12.6 min, distribution: exponential}")
    wait = waits(text)["desk"]
    assert wait is not None
    assert wait * 3600 == pytest.approx(seconds, rel=0.03)
    assert wait == pytest.approx(Station(23.333333, 0.21, agents).wait, rel=1e-8)


@pytest.mark.parametrize(
    ("touch", "cv2"),
    [
        ("1 h", 0.0),
        ("{mean: 1 h, distribution: erlang, stages: 2}", 0.5),
        ("{mean: 1 h, cv: 2}", 4.0),
        ("{mean: 1 h, cv: 3, distribution: hyperexponential}", 9.0),
    ],
)
def test_one_person_and_any_work(touch: str, cv2: float) -> None:
    expected = pollaczek_khinchine(0.8, 1.0, cv2)
    prediction, _, _ = predicted(one_team(1, "0.8/h", touch))
    assert prediction.pools[0].wait == pytest.approx(expected * HOUR, rel=1e-6)
    assert prediction.pools[0].exact


CLASSES = """
    classes: {{a: {{share: 25%, priority: 1{0}}}, b: {{share: 37.5%, priority: 2{0}}},
              c: {{share: rest, priority: 3}}}}
"""


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize("interrupts", [False, True])
def test_priorities(people: int, interrupts: bool) -> None:
    """Cobham, and White and Christie: methods 6.1."""
    text = one_team(people, f"{0.8 * people}/h", "{mean: 1 h, distribution: exponential}")
    classes = CLASSES.format(", preempts: true" if interrupts else "")
    text = text.replace("    steps:", classes + "    steps:")
    rates = [0.2 * people, 0.3 * people, 0.3 * people]
    expected = non_preemptive(rates, [1.0] * 3, [1.0] * 3, people)
    if interrupts:
        expected = [time - 1 for time in preemptive(rates, 1.0, people)]
    pool = predicted(text)[0].pools[0]
    assert [rank for rank, _ in pool.by_rank] == [1, 2, 3]
    assert [wait / HOUR for _, wait in pool.by_rank] == [pytest.approx(w) for w in expected]
    assert pool.exact


def test_first_desk() -> None:
    """The screen of the language page: 45.0 and 84.3 % busy, waits of 3.3 and 55.7 ± 2.2 min."""
    prediction = predict(build(load("first_desk")).model)
    desk, second = prediction.pools
    assert (desk.utilisation, second.utilisation) == (pytest.approx(0.45), pytest.approx(0.84375))
    assert (desk.least, second.least) == (1, 4)
    assert desk.wait == pytest.approx(pollaczek_khinchine(4.5, 0.1, 0.36) * HOUR, rel=1e-6)
    assert desk.exact
    assert second.wait is not None
    assert second.wait / HOUR * 60 == pytest.approx(55.7, abs=2.2)
    assert not second.exact


@pytest.mark.parametrize(
    ("may", "staffed", "least"),
    [
        ("[alarm]", 80 + 6, 2),  # 42 h are left for shifts of 40 h
        ("[call]", 80 + 42, 1),  # 6 h are
        ("[call, alarm]", 80 + 48, 1),
    ],
)
def test_people_on_call_are_there_for_what_they_may_do(
    may: str, staffed: float, least: int
) -> None:
    """42 h of calls and 6 h of alarms a week are 48 h, whoever does them."""
    (pool,) = predicted(
        f"""svcsim: 1
horizon: 4 wk
calendars: {{shift: {{days: Mon-Fri, hours: 09:00-17:00}}}}
teams:
  desk: {{people: 2, activity: engage, calendar: shift, on_call: {{people: 1, for: {may}}}}}
streams:
  call: {{demand: 42/wk, steps: {{answer: {{team: desk, touch: {{mean: 1 h, cv: 1}}}}}}}}
  alarm: {{demand: 2/wk, steps: {{mend: {{team: desk, touch: {{mean: 3 h, cv: 1}}}}}}}}
"""
    )[0].pools
    assert pool.offered / 4 / HOUR == pytest.approx(48)
    assert pool.staffed / 4 / HOUR == pytest.approx(staffed)
    assert pool.least == least


# ---- visits ------------------------------------------------------------------------------------

OUTCOME = "outcome: {again: {share: {by_visit: [50%, 20%]}, to: check}, fine: rest}"


@pytest.mark.parametrize(
    ("step", "visits", "hours"),
    [
        ("outcome: {again: {share: 20%, to: check}, fine: rest}", 1.25, 1.25),
        (OUTCOME, 1 + 0.5 / 0.8, 1 + 0.5 / 0.8),
        (f"max_visits: 3, {OUTCOME}", 1 + 0.5 + 0.1, 1.6),
        (f"max_visits: 3, repeat_touch: 50%, {OUTCOME}", 1.6, 1 + 0.5 * 0.6),
        (f"repeat_touch: [50%, 0%], {OUTCOME}", 1 + 0.5 / 0.8, 1 + 0.5 * 0.5),
        ("repeat_touch: [50%, 25%], outcome: {again: {share: 50%, to: check}, fine: rest}",
         2.0, 1 + 0.5 * 0.5 + 0.25 * 0.5),
    ],
)  # fmt: skip
def test_visits_that_depend_on_the_visit(step: str, visits: float, hours: float) -> None:
    prediction, _, _ = predicted(
        f"""{STEADY}
teams: {{desk: {{people: 9, activity: engage}}}}
streams:
  call:
    demand: 1/h
    steps:
      check: {{team: desk, touch: 1 h, {step}}}
"""
    )
    assert prediction.visits(0).tolist() == [pytest.approx(visits)]
    assert prediction.hands_on(0).sum() / HOUR == pytest.approx(hours)
    assert prediction.flows[0][0].walk.exact


def test_who_was_sent_back_before_any_work_comes_for_the_second_time() -> None:
    """A visit is an entry to the step (semantics 61), whatever is done on it."""
    model, _ = compiled_of(
        f"""{STEADY}
teams: {{desk: {{people: 9, activity: engage}}}}
streams:
  call:
    demand: 0.1/h
    steps:
      ask: {{wait: 1 min}}
      do:
        team: desk
        touch: 1 h
        repeat_touch: 50%
        incomplete: {{share: {{by_visit: [100%, 0%]}}, to: ask}}
"""
    )
    assert predict(model).hands_on(0).tolist() == [0, pytest.approx(0.5 * HOUR)]
    held = reference.simulate(model, 1, 0).presence
    assert set((held["end"] - held["begin"]).tolist()) == {0, HOUR // 2}


@pytest.mark.parametrize(
    ("step", "visits", "error"),
    [
        (OUTCOME, 1 + 0.5 / 0.8, 1e-6),
        ("max_visits: 2, outcome: {again: {share: 30%, to: check}, fine: rest}", 1.3, 1e-6),
        (f"max_visits: 3, {OUTCOME}", 1.6, 0.02),
    ],
)
def test_visits_that_are_too_many_to_be_told_apart(
    monkeypatch: pytest.MonkeyPatch, step: str, visits: float, error: float
) -> None:
    """Shares of the average visit: exact for two levels, near for more, and said to be so."""
    monkeypatch.setattr(chain, "MOST_STATES", 3)
    monkeypatch.setattr(flow, "kept_walk", flow.kept_walk.__wrapped__)
    prediction, _, _ = predicted(
        one_team(9, "1/h", "1 h").replace("answer: {", f"check: {{{step}, ")
    )
    assert prediction.visits(0).tolist() == [pytest.approx(visits, rel=error)]
    assert not prediction.flows[0][0].walk.exact


def test_loops_one_after_the_other_are_told_apart() -> None:
    """Twelve loops that end after three visits: what is behind an item does not multiply states."""
    steps = "".join(
        f"      s{i}: {{wait: {{mean: 1 h, cv: 1}}, max_visits: 3, "
        f"outcome: {{again: {{share: 50%, to: s{i}}}, fine: rest}}}}\n"
        for i in range(12)
    )
    prediction, _, _ = predicted(f"{STEADY}streams:\n  work:\n    demand: 1/h\n    steps:\n{steps}")
    assert prediction.visits(0).tolist() == [pytest.approx(1.75)] * 12
    assert prediction.flows[0][0].walk.exact


def test_an_item_keeps_to_what_it_needs() -> None:
    """Half of the items skip the review on every pass, so only the others are sent back by it."""
    prediction, _, _ = predicted(
        f"""{STEADY}
teams: {{desk: {{people: 9, activity: engage}}}}
streams:
  call:
    demand: 1/h
    steps:
      write: {{team: desk, touch: 1 h}}
      review:
        {{team: desk, touch: 1 h, share: 50%,
         outcome: {{poor: {{share: 20%, to: write}}, fine: rest}}}}
"""
    )
    assert prediction.visits(0).tolist() == [
        pytest.approx(0.5 + 0.5 / 0.8),
        pytest.approx(0.5 / 0.8),
    ]


def test_classes_groups_paths_and_splits() -> None:
    prediction, pools, steps = predicted(
        f"""{STEADY}
teams: {{a: {{people: 9, activity: engage}}, b: {{people: 9, activity: engage}}}}
streams:
  call:
    demand: 1/h
    classes: {{big: 25%, small: rest}}
    steps:
      open: {{team: {{a: 40%, b: rest}}, touch: {{by_class: {{big: 4 h, otherwise: 1 h}}}}}}
      fix:
        one_of:
          patch: {{share: 30%, team: a, touch: 1 h}}
          rebuild:
            share: rest
            steps:
              code: {{team: {{a: 2, b: 1}}, touch: 2 h}}
              ship: {{team: b, touch: 1 h, classes: [big]}}
"""
    )
    visits = dict(zip(steps, prediction.visits(0).tolist(), strict=True))
    assert visits == {
        "open": pytest.approx(1), "fix": pytest.approx(1), "patch": pytest.approx(0.3),
        "rebuild": visits["rebuild"], "code": pytest.approx(0.7), "ship": pytest.approx(0.175),
    }  # fmt: skip
    offered = {name: p.offered / HOUR for name, p in zip(pools, prediction.pools, strict=True)}
    opening = 0.25 * 4 + 0.75
    assert offered == {
        "a": pytest.approx(1000 * (0.4 * opening + 0.3 + 0.7 * 2 * 2)),
        "b": pytest.approx(1000 * (0.6 * opening + 0.7 * 2 + 0.175)),
    }


def test_gates_hear_what_they_defer_again() -> None:
    prediction, _, steps = predicted(
        """svcsim: 1
streams:
  change:
    demand: 10/wk
    steps:
      prepare: {wait: {mean: 1 h, cv: 1}}
      board:
        gate: {meets: Wed 11:00}
        outcome: {defer: 20%, reject: 8%, rework: {share: 16%, to: prepare}, approve: rest}
      deploy: {wait: {mean: 1 h, cv: 1}}
"""
    )
    visits = dict(zip(steps, prediction.visits(0).tolist(), strict=True))
    assert visits["board"] == pytest.approx(1 / (1 - 0.2))
    assert visits["deploy"] == pytest.approx(0.7 / (1 - 0.2))
    flow = prediction.flows[0][0]
    assert flow.walk.hearings.max() == pytest.approx(1 / (1 - 0.2))


def test_items_that_never_leave_are_told() -> None:
    prediction, _, _ = predicted(
        f"""{STEADY}
streams:
  call:
    demand: 1/h
    steps:
      a: {{wait: 1 h}}
      b: {{wait: 1 h, outcome: {{x: {{share: {{by_visit: [50%, 100%]}}, to: b}}, y: rest}}}}
"""
    )
    flow = prediction.flows[0][0]
    assert len(flow.walk.endless)
    assert np.isinf(prediction.visits(0)).any()


NETWORK = f"""{STEADY}
run_out: 400 h
teams: {{many: {{people: unlimited, activity: engage}}}}
streams:
  work:
    demand: 1/h
    classes: {{big: 30%, small: rest}}
    steps:
      a: {{team: many, touch: {{mean: 1 h, cv: 1}}, repeat_touch: [60%, 30%],
          outcome: {{x: {{share: {{by_visit: [40%, 25%, 10%]}}, to: a}}, y: rest}}}}
      b: {{team: many, touch: {{by_class: {{big: {{mean: 2 h, cv: 0.5}}, small: 30 min}}}},
          share: {{by_class: {{big: 90%, small: 20%}}}}, max_visits: 3,
          outcome: {{x: {{share: 50%, to: a}}, y: rest}}}}
      c:
        one_of:
          p: {{share: 35%, team: many, touch: {{low: 1 h, high: 3 h}}}}
          q: {{share: rest}}
      d: {{wait: {{mean: 3 h, cv: 1, zero: 40%}}, outcome: {{x: {{share: 10%, to: b}}, y: rest}}}}
"""


def test_a_run_without_queues_agrees() -> None:
    """Visits and work per item that came before the horizon, over 60 replications: |z| < 4.5."""
    model, names = compiled_of(NETWORK)
    prediction = predict(model)
    worker = compiled.Worker(model)
    n = len(model.steps)
    visits, hours = [], []
    for replication in range(60):
        run = worker.simulate(1, replication)
        cohort = run.items["arrived"] < model.horizon
        entered = run.visits[cohort[run.visits["item"]]]
        worked = run.presence[cohort[run.presence["item"]]]
        spent = worked["end"] - worked["begin"]
        visits.append(np.bincount(entered["step"], minlength=n) / cohort.sum())
        hours.append(np.bincount(worked["step"], spent / HOUR, n) / cohort.sum())
    leaves = [names.steps.index(step) for step in "abpd"]
    for found, expected in (
        (np.array(visits)[:, leaves], prediction.visits(0)[leaves]),
        (np.array(hours)[:, leaves[:3]], prediction.hands_on(0)[leaves[:3]] / HOUR),
    ):
        error = found.std(axis=0, ddof=1) / math.sqrt(len(found))
        assert (np.abs(found.mean(axis=0) - expected) < 4.5 * error).all()
        assert (error < 0.008 * expected).all()


# ---- people and demand -------------------------------------------------------------------------


def test_offered_hours_of_an_ordinary_year() -> None:
    """Holidays take away demand and people alike; absence only people."""
    prediction, _, _ = predicted(
        """svcsim: 1
start: 2026-01-05 Europe/London
horizon: 52 wk
calendars: {office: {days: Mon-Fri, hours: 09:00-17:00, holidays: GB-ENG}}
teams: {desk: {people: 3, activity: engage, shrinkage: {leave: 12%, day: 18%}}}
streams:
  call:
    demand: 40/wk
    steps:
      answer: {team: desk, touch: {mean: 1 h, cv: 1}}
"""
    )
    days = 260 - 8  # Good Friday, Easter Monday, two in May, August, Christmas, 28 December, 1 Jan
    pool = prediction.pools[0]
    assert prediction.items.sum() == pytest.approx(8 * days)
    assert pool.offered / HOUR == pytest.approx(8 * days)
    assert pool.staffed / HOUR == pytest.approx(3 * 8 * days * 0.88 * 0.82)
    assert pool.least == math.floor(1 / (0.88 * 0.82)) + 1
    assert pool.reason == "its people are away at times"


@pytest.mark.parametrize(
    ("demand", "items"),
    [
        ("{rate: 2/h, batch: 3}", 6000),
        ("{rate: 2/h, batch: {poisson: 1.5}}", 3000),
        ("{rate: 2/h, batch: {values: {0: 50%, 4: rest}}}", 4000),
        ("{every: {mean: 30 min, cv: 0.3}}", 2000),
        ("{rate: 168/wk, profile: {office: 300%, otherwise: 100%}}", 1000),
    ],
)
def test_expected_items(demand: str, items: float) -> None:
    text = one_team(100, demand, "{mean: 1 h, cv: 1}")
    assert predicted(text)[0].items.sum() == pytest.approx(
        items, rel=0.05 if "168" in demand else 1e-6
    )


def test_work_that_several_teams_can_do_is_spread() -> None:
    """20 h for a alone, 60 h for either: both become equally busy, whatever their size."""
    prediction, _, _ = predicted(
        f"""{STEADY.replace("1000", "100")}
teams: {{a: {{people: 1, activity: engage}}, b: {{people: 3, activity: engage}}}}
streams:
  own: {{demand: 0.2/h, steps: {{do: {{team: a, touch: 1 h}}}}}}
  any: {{demand: 0.6/h, steps: {{help: {{team: [a, b], touch: 1 h}}}}}}
"""
    )
    assert [pool.utilisation for pool in prediction.pools] == [pytest.approx(0.2)] * 2
    assert {pool.reason for pool in prediction.pools} == {"others may take its work"}


@pytest.mark.parametrize(
    ("team", "step", "demand", "reason"),
    [
        (", queue: due", ", set: {due: 1 d}", "1/h", "its order is by due date"),
        (", wip: 5", "", "1/h", "it has a limit"),
        ("", ", patience: {mean: 1 h, cv: 1}", "1/h", "its items may give up"),
        ("", ", during: office", "1/h", "its work has a window"),
        ("", ", uses: van", "1/h", "its work needs several"),
        (", calendar: office", "", "0.5/h", "demand and shifts differ"),
        (", calendar: office, shift_end: run_over", "", "{rate: 40/wk, profile: office}",
         "work goes on after shift end"),
        (", calendar: office, shift_end: hand_over", "", "{rate: 40/wk, profile: office}",
         "work is handed over at shift end"),
        (", calendar: office, shift_end: restart", "", "{rate: 40/wk, profile: office}",
         "work begins anew after shift end"),
        (", calendar: office, shift_end: no_late_start", "", "{rate: 40/wk, profile: office}",
         "late work waits for the next shift"),
        ("", "", "{every: {mean: 1 h, cv: 1}}", "its demand is not Poisson"),
        ("", "", "{rate: 1/h, batch: 2}", "its demand is not Poisson"),
        ("", "", "9/h", "more work than people"),
    ],
)  # fmt: skip
def test_where_theory_has_no_wait_it_says_why(
    team: str, step: str, demand: str, reason: str
) -> None:
    text = one_team(4, demand, "{mean: 1 h, cv: 1}", team, step)
    pool = predicted(text + "resources: {van: 9}\n")[0].pools[0]
    assert pool.wait is None
    assert pool.reason == reason


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        ("gate: {meets: daily 11:00}", "a gate comes before it"),
        ("wait: {mean: 1 h, cv: 1}", ""),
        ("wait: {mean: 1 bd, cv: 1}", "a wait comes before it"),
        ("team: night, touch: {mean: 1 min, cv: 1}", "other shifts come before it"),
        ("team: away, touch: {mean: 1 min, cv: 1}", "an unknown queue before it"),
        ("team: few, touch: {mean: 1 min, cv: 1}", "a limit comes before it"),
    ],
)
def test_what_comes_before_matters(first: str, reason: str) -> None:
    text = """svcsim: 1
calendar: office
teams:
  desk: {people: 4, activity: engage, calendar: always}
  night: {people: 4, activity: engage, calendar: nights}
  away: {people: 4, activity: engage, calendar: always, shrinkage: 10%}
  few: {people: 4, activity: engage, calendar: always, wip: 9}
calendars: {nights: {days: Mon-Fri, hours: 22:00-06:00}}
streams:
  call:
    demand: {rate: 1/h, profile: always}
    steps:
      first: {FIRST}
      answer: {team: desk, touch: {mean: 1 h, cv: 1}}
"""
    prediction, pools, _ = predicted(text.replace("FIRST", first))
    desk = prediction.pools[pools.index("desk")]
    assert desk.reason == reason
    assert (desk.wait is None) == bool(reason)


def test_nobody_waits_for_the_unlimited() -> None:
    text = one_team(1, "5/h", "{mean: 1 h, cv: 1}").replace("people: 1", "people: unlimited")
    pool = predicted(text)[0].pools[0]
    assert pool.wait == 0
    assert pool.utilisation == 0
    assert pool.offered / HOUR == pytest.approx(5000)


# ---- distributions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("touch", "mean", "second"),
    [
        ("{mean: 2 h, cv: 1.5}", 2.0, 4 * 3.25),
        ("{median: 1 h, sigma: 1}", math.exp(0.5), math.exp(2.0)),
        ("{mean: 2 h, distribution: exponential}", 2.0, 8.0),
        ("{mean: 2 h, cv: 2, distribution: gamma}", 2.0, 20.0),
        ("{mean: 2 h, cv: 1.3, distribution: weibull}", 2.0, 4 * 2.69),
        ("{low: 1 h, likely: 2 h, high: 6 h}", 2.5, 2.5**2 + (2.5 - 1) * (6 - 2.5) / 7),
        ("{low: 1 h, high: 3 h}", 2.0, 13 / 3),
        ("{mean: 2 h, cv: 1, zero: 25%}", 1.5, 6.0),
        ("{mean: 2 h, distribution: exponential, plus: 1 h}", 3.0, 13.0),
        ("{mean: 2 h, distribution: exponential, at_most: 2 h}", 2 * (1 - math.exp(-1)), None),
        ("{low: 0 h, high: 4 h, at_least: 1 h}", 1 / 4 + 3 / 4 * 2.5, 1 / 4 + 3 / 4 * 7),
        ("{values: {1 h: 30%, 5 h: rest}}", 3.8, 0.3 + 0.7 * 25),
    ],
)  # fmt: skip
def test_moments(touch: str, mean: float, second: float | None) -> None:
    model, drawn = drawn_work(touch)
    moments = Moments(model)
    assert moments.mean(drawn) / HOUR == pytest.approx(mean, rel=1e-7)
    if second is not None:
        assert moments.second(drawn) / HOUR**2 == pytest.approx(second, rel=1e-5)


def test_tails() -> None:
    model, drawn = drawn_work("{mean: 2 h, distribution: exponential, zero: 25%}")
    moments = Moments(model)
    assert moments.share_above(drawn, 3.0 * HOUR) == pytest.approx(0.75 * math.exp(-1.5))
    assert moments.share_zero(drawn) == pytest.approx(0.25, abs=1e-6)
    assert moments.share_zero(drawn, 0.0) == 1.0
    model, drawn = drawn_work("{mean: 2 h, distribution: exponential}")
    assert Moments(model).share_zero(drawn) < 1e-6


def drawn_work(touch: str) -> tuple[Model, int]:
    """Return a model, and the distribution of the only work in it."""
    prediction, _, _ = predicted(one_team(9, "1/h", touch))
    return prediction.model, prediction.works[0].distribution


def test_work_is_spread_until_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds that are left out would have changed no bit."""
    model, _ = build(loads(SPREAD, file="spread.yaml"))
    supply = np.full(len(model.pools), 40.0 * TICKS_PER_HOUR)
    known = predict(model).works
    found = offered(model, known, supply)
    monkeypatch.setattr(np, "array_equal", lambda *_: False)
    assert offered(model, known, supply).tobytes() == found.tobytes()
    assert np.ptp(found) < 1e-6 * found.max()


SPREAD = """\
svcsim: 1
start: 2026-03-23 Europe/London
horizon: 4 wk
teams:
  a: {people: 2, activity: engage}
  b: {people: 2, activity: engage}
  c: {people: 2, activity: engage}
streams:
  item:
    demand: 20/d
    steps:
      one: {team: a, touch: 10 min}
      two: {team: [a, b], touch: 10 min}
      three: {team: [b, c], touch: 14 min}
"""
