"""Every rule of feasibility and of the ITIL hints has one smallest file that shows it."""

from pathlib import Path

import pytest
from random_scenarios import draw, read

from svcsim.analysis import feasibility
from svcsim.analysis.crossings import activities_used, handovers
from svcsim.analysis.facts import Facts
from svcsim.analysis.feasibility import feasible, placed, refuse
from svcsim.analysis.predict import predict
from svcsim.engines import compiled
from svcsim.errors import Problem, ScenarioError, SimulationError
from svcsim.model.build import build
from svcsim.scenario import hints
from svcsim.scenario.hints import Handover, Hint
from svcsim.scenario.load import load, loads

FILES = sorted(Path(__file__).with_name("hints").glob("*.yaml"))
CODES = {**feasibility.CODES, **hints.CODES}
REFUSED = {
    "overload", "window-overload", "agenda-overload", "limit-overload", "never-together",
    "no-sitting", "never-ends", "endless-children", "timeless-loop", "too-many-items",
    "unknown-artefact", "unknown-practice", "reserved-overload", "too-few-left",
}  # fmt: skip
"""Rules whose breach stops a run."""


def found(text: str) -> list[Problem | Hint]:
    """Everything that is found in a scenario."""
    scenario = loads(text)
    return _found(scenario)


def _found(scenario) -> list[Problem | Hint]:
    facts = Facts.of(scenario, build(scenario))
    names, prediction = facts.questions.names, facts.prediction
    passed_on, used = handovers(prediction, names), activities_used(prediction, names)
    return [*feasible(facts), *hints.hints(scenario, passed_on, used)]


def codes(text: str) -> set[str]:
    return {one.code for one in found(text)}


def test_every_rule_has_a_file_and_every_file_a_rule() -> None:
    assert {path.stem for path in FILES} == set(CODES)
    assert not feasibility.CODES.keys() & hints.CODES.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_of_a_rule_shows_it_and_nothing_else_stops_it(path: Path) -> None:
    scenario = load(path)
    everything = _found(scenario)
    problems = {one.code for one in everything if isinstance(one, Problem)}
    assert path.stem in {one.code for one in everything}
    assert problems == {path.stem} & REFUSED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_found_has_a_place_in_the_file(path: Path) -> None:
    scenario = load(path)
    for one in _found(scenario):
        words = one.path.split(".")
        assert words[0] in {"streams", "teams", "resources", "calendars", "run_out", "triggers"}
        if isinstance(one, Problem):
            problem = placed(one, scenario)
            assert problem.file == str(path)
            assert problem.line > 1
            line = path.read_text().splitlines()[problem.line - 1]
            assert any(word in line for word in words)


@pytest.mark.parametrize("path", [p for p in FILES if p.stem in REFUSED],
                         ids=lambda path: path.stem)  # fmt: skip
def test_a_run_is_refused_too(path: Path) -> None:
    scenario = load(path)
    with pytest.raises(ScenarioError) as caught:
        refuse(scenario, build(scenario))
    assert [problem.code for problem in caught.value.problems] == [path.stem]
    assert str(caught.value).startswith(f"{path}:")


# ---- overload ----------------------------------------------------------------------------------

DESK = """svcsim: 1
teams: {{desk: {{people: {people}, activity: engage}}}}
streams:
  call:
    demand: {rate}/wk
    steps:
      answer: {{team: desk, touch: {{mean: 1 h, cv: 1}}}}
"""


@pytest.mark.parametrize(
    ("people", "rate", "least"), [(1, 40, 2), (1, 39, None), (2, 100, 3), (0, 5, 1), (3, 400, 11)]
)
def test_overload_names_the_team_and_the_people_that_would_do(
    people: int, rate: int, least: int | None
) -> None:
    problems = [
        one for one in found(DESK.format(people=people, rate=rate)) if one.code == "overload"
    ]
    if least is None:
        assert not problems
        return
    (problem,) = problems
    assert isinstance(problem, Problem)
    assert problem.path == "teams.desk.people"
    assert problem.found == (
        f"desk gets {rate} h of work a week ({rate} visits a week to answer), and its people "
        f"({people}) have {40 * people} h a week"
    )
    assert problem.remedy.startswith(f"{least} would do")
    assert "overload" not in codes(DESK.format(people=least, rate=rate))


def test_a_resource_can_be_overloaded() -> None:
    text = DESK.format(people=9, rate=200).replace("team: desk", "team: desk, uses: van")
    (problem,) = [one for one in found(text + "resources: {van: {count: 1, calendar: office}}\n")
                  if one.code == "overload"]  # fmt: skip
    assert isinstance(problem, Problem)
    assert problem.path == "resources.van.count"
    assert problem.remedy.startswith("6 would do")


def test_rework_and_repeats_are_part_of_the_load() -> None:
    """1 h, and half an hour more for the half that comes back: 1.25 h."""
    step = "touch: {mean: 1 h, cv: 1}, repeat_touch: 50%, max_visits: 2"
    step += ", outcome: {again: {share: 50%, to: answer}, fine: rest}"
    text = DESK.replace("touch: {{mean: 1 h, cv: 1}}", step.replace("{", "{{").replace("}", "}}"))
    assert "overload" not in codes(text.format(people=1, rate=31))
    assert "overload" in codes(text.format(people=1, rate=33))


def test_shrinkage_is_part_of_the_people() -> None:
    text = DESK.format(people=1, rate=35).replace("engage", "engage, shrinkage: 15%")
    assert "overload" in codes(text)
    assert "overload" not in codes(text.replace("15%", "10%"))


def test_teams_that_share_work_are_overloaded_together() -> None:
    text = """svcsim: 1
teams: {{a: {{people: 1, activity: engage}}, b: {{people: 1, activity: engage}}}}
streams:
  any: {{demand: {0}/wk, steps: {{do: {{team: [a, b], touch: {{mean: 1 h, cv: 1}}}}}}}}
"""
    assert "overload" not in codes(text.format(79))
    assert len([one for one in found(text.format(81)) if one.code == "overload"]) == 2


# ---- loops -------------------------------------------------------------------------------------

LOOP = """svcsim: 1
teams: {desk: {people: 1, activity: engage}}
streams:
  call:
    demand: 1/wk
    steps:
      ask: {STEP, outcome: {again: {share: 10%, to: ask}, fine: rest}}
"""


@pytest.mark.parametrize(
    ("step", "timeless"),
    [
        ("wait: {mean: 1 h, cv: 1}", False),
        ("wait: {mean: 1 h, cv: 1, zero: 30%}", True),
        ("wait: {low: 0 h, high: 1 h}", False),
        ("wait: {mean: 1 h, cv: 1, zero: 30%}, max_visits: 9", False),
        ("team: desk, touch: {mean: 1 h, cv: 1, zero: 1%}", True),
        ("team: desk, touch: {mean: 1 h, cv: 1}, repeat_touch: 0%", True),
        ("team: desk, touch: {mean: 1 h, cv: 1, zero: 1%}, wait: {mean: 1 h, cv: 1}", False),
        ("wait: {values: {0 h: 10%, 1 h: rest}}", True),
    ],
)
def test_loops_that_can_take_no_time(step: str, timeless: bool) -> None:
    """Semantics 13; a loop that a last visit ends may be as quick as it likes."""
    assert ("timeless-loop" in codes(LOOP.replace("STEP", step))) == timeless


@pytest.mark.parametrize(
    ("what", "by", "timeless"),
    [("touch", "-100%", True), ("touch", "-99%", False), ("wait", "-100%", True)],
)
@pytest.mark.parametrize("brought", ["outcome", "environment"])
def test_what_takes_no_time_for_a_while_may_go_round_meanwhile(
    what: str, by: str, timeless: bool, brought: str
) -> None:
    """Semantics 13, 47 and 69."""
    effect = f"effect: {{{what}: {{stream: call, step: ask}}, by: {by}}}"
    team = "team: desk, " if what == "touch" else ""
    text = LOOP.replace("STEP", f"{team}{what}: {{mean: 1 h, cv: 1}}")
    if brought == "outcome":
        text = text.replace("share: 10%", f"share: 10%, {effect}")
    else:
        states = f"{{a: {{lasts: 1 h}}, b: {{lasts: 1 h, {effect}}}}}"
        text += f"environments: {{sky: {{states: {states}}}}}\n"
    assert ("timeless-loop" in codes(text)) == timeless


@pytest.mark.parametrize(("most", "timeless"), [(", max_visits: 9", False), ("", True)])
@pytest.mark.parametrize("steps", [2, 4])
def test_what_must_end_may_take_no_time_however_many_states_there_are(
    steps: int, most: str, timeless: bool
) -> None:
    """Nine visits of four steps are more states than are told apart."""
    quick = "wait: {mean: 1 h, cv: 1, zero: 30%}"
    lines = [f"s{i}: {{{quick}{most}, outcome: {{again: {{share: 10%, to: s0}}, fine: rest}}}}"
             for i in range(steps)]  # fmt: skip
    lines.append("news: {every: {mean: 1 h, cv: 1, zero: 30%}, times: 3, wait: 0 min}")
    text = "\n".join(["svcsim: 1", "streams:", "  call:", "    demand: 1/wk", "    steps:",
                      *(f"      {line}" for line in lines)])  # fmt: skip
    assert ("timeless-loop" in codes(text)) == timeless


def test_a_gate_takes_time() -> None:
    text = LOOP.replace("STEP", "gate: {meets: Wed 11:00}").replace("fine: rest", "approve: rest")
    assert "timeless-loop" not in codes(text)


def test_a_full_limit_can_close_a_timeless_loop() -> None:
    text = """svcsim: 1
teams: {desk: {people: 1, activity: engage, wip: {limit: 3, when_full: {to: think}}}}
streams:
  call:
    demand: 1/wk
    steps:
      think: {wait: WAIT}
      ask: {team: desk, touch: {mean: 1 h, cv: 1}}
"""
    assert "timeless-loop" in codes(text.replace("WAIT", "{mean: 1 h, cv: 1, zero: 20%}"))
    assert "timeless-loop" not in codes(text.replace("WAIT", "{mean: 1 h, cv: 1}"))


# ---- time --------------------------------------------------------------------------------------


def sentence(text: str, code: str) -> str:
    (one,) = [one for one in found(text) if one.code == code]
    assert isinstance(one, Hint)
    return one.sentence


def test_the_share_of_work_that_never_fits() -> None:
    """exp(-3 h / 1 h) = 5 % of exponential work is longer than a window of 3 h."""
    text = """svcsim: 1
calendars: {windows: {days: [Tue, Thu], hours: 09:00-12:00}}
teams: {release: {people: 1, activity: design_transition}}
streams:
  change:
    demand: 1/wk
    steps:
      deploy: {team: release, during: windows, touch: {mean: 1 h, distribution: exponential}}
"""
    assert sentence(text, "window-too-short").startswith("5 % of the work is longer than")
    assert "window-too-short" not in codes(text.replace("distribution: exponential", "cv: 0.1"))


@pytest.mark.parametrize(
    ("target", "tight"),
    [
        ("within: 90 min", True),
        ("within: 3 h", False),
        ("within: 90 min, at: first", False),
        ("within: 45 min, at: first", True),
        ("within: 3 h, clock: always", True),
    ],
)
def test_promises_that_work_alone_breaks(target: str, tight: bool) -> None:
    """1 h of office work, then 1 h; and 2 h of wall clock after hours, that its clock ignores."""
    text = f"""svcsim: 1
calendars: {{nights: {{days: Mon-Fri, hours: 20:00-24:00}}}}
teams:
  desk: {{people: 1, activity: engage}}
  night: {{people: 1, activity: engage, calendar: nights}}
streams:
  call:
    demand: 1/wk
    targets: {{answered: {{share: 90%, {target}}}}}
    steps:
      first: {{team: desk, touch: {{mean: 1 h, cv: 0.1}}}}
      batch: {{team: night, touch: {{mean: 2 h, cv: 0.1}}}}
      last: {{team: desk, touch: {{mean: 1 h, cv: 0.1}}}}
"""
    assert ("tight-target" in codes(text)) == tight


def test_a_promise_counts_the_rework_before_the_last_completion() -> None:
    """Half of the items come back: 2 h on average, not 1 h."""
    text = LOOP.replace("STEP", "wait: {mean: 1 h, cv: 1}").replace("10%", "50%")
    promise = "    targets: {t: {within: 90 min, share: 50%, clock: always}}\n    steps:"
    assert "take 2 h on average" in sentence(text.replace("    steps:", promise), "tight-target")


# ---- the service value chain -------------------------------------------------------------------


def chain(*steps: str) -> str:
    lines = "\n".join(f"      s{i}: {{wait: {{mean: 1 h, cv: 1}}, {step}}}" for i, step in
                      enumerate(steps))  # fmt: skip
    return f"svcsim: 1\nstreams:\n  work:\n    demand: 1/wk\n    steps:\n{lines}\n"


ARTEFACTS = {"other-artefact", "no-output", "relay", "one-sided-flow", "extension"}


@pytest.mark.parametrize(
    ("sender", "receiver", "code"),
    [
        ("engage, output: user_support_tasks", "deliver_support", None),
        ("engage, output: [service_performance_reports, user_support_tasks]", "deliver_support",
         None),
        ("engage, output: portfolio_decisions", "deliver_support", "other-artefact"),
        ("engage", "deliver_support", "no-output"),
        ("engage, output: contracts_agreements", "deliver_support", "one-sided-flow"),
        ("plan, output: strategic_tactical_operational_plans", "engage", "one-sided-flow"),
        ("plan, output: portfolio_decisions", "deliver_support", "relay"),
        ("deliver_support", "plan", "relay"),
        ("improve, output: x_known_error", "deliver_support", "extension"),
        ("improve, output: x_my_own", "deliver_support", "extension"),
        ("improve, output: improvement_initiatives", "plan", None),
        ("obtain_build, output: knowledge_new_changed_products_services", "engage", None),
        ("deliver_support, output: performance_information_improvement_opportunities", "improve",
         None),
        ("engage", "engage", None),
    ],
)  # fmt: skip
def test_handovers_against_the_lists(sender: str, receiver: str, code: str | None) -> None:
    text = chain(f"activity: {sender}", f"activity: {receiver}")
    assert codes(text) & ARTEFACTS == ({code} if code else set())


def test_the_relay_of_the_reference_is_told() -> None:
    told = sentence(chain("activity: deliver_support", "activity: plan"), "relay")
    assert told.endswith("the lists go deliver_support > engage > plan")


def test_the_artefacts_that_would_fit_are_told() -> None:
    told = sentence(chain("activity: engage", "activity: deliver_support"), "no-output")
    assert "ITIL lists user_support_tasks" in told


def test_work_that_is_sent_back_carries_itself() -> None:
    first = "activity: design_transition, output: requirements_specifications"
    second = "activity: obtain_build, output: knowledge_new_changed_service_components"
    back = second + ", outcome: {poor: {share: 10%, to: s0}, fine: rest}"
    assert not codes(chain(first, back)) & ARTEFACTS


def test_handovers_are_found_along_every_possible_path() -> None:
    """Steps that are skipped, and steps without an activity, do not hide a handover."""
    scenario = loads(chain(
        "activity: engage", "share: 40%, activity: plan", "tool: none", "activity: improve",
    ))  # fmt: skip
    compiled = build(scenario)
    found = handovers(predict(compiled.model), compiled.names)
    assert found == [
        Handover("work", "s0", "s1", "engage", "plan", pytest.approx(0.4)),
        Handover("work", "s0", "s3", "engage", "improve", pytest.approx(0.6)),
        Handover("work", "s1", "s3", "plan", "improve", pytest.approx(0.4)),
    ]


FORKED = """svcsim: 1
streams:
  work:
    demand: 1/wk
    steps:
      ask: {activity: engage, wait: 1 h, outcome: {plain: {share: 20%, to: send}, other: rest}}
      a: {after: ask, activity: plan, wait: 1 h}
      b: {after: ask, activity: obtain_build, share: 40%, wait: 1 h}
      check:
        after: [a, b]
        activity: improve
        wait: 1 h
        outcome: {bad: {share: {by_visit: [50%, 0%]}, to: a}, good: rest}
      send: {after: check, activity: deliver_support, wait: 1 h}
"""


def test_a_handover_goes_from_each_strand_before_a_join_to_it() -> None:
    compiled = build(loads(FORKED))
    found = handovers(predict(compiled.model), compiled.names)
    # 80 % come to a and 32 % to b; half of the 80 % come to a and check once more.
    assert {(one.sender, one.receiver): one.per_item for one in found} == {
        ("ask", "send"): pytest.approx(0.2),
        ("ask", "a"): pytest.approx(0.8),
        ("ask", "b"): pytest.approx(0.32),
        ("ask", "check"): pytest.approx(0.48),  # past b
        ("a", "check"): pytest.approx(1.2),
        ("b", "check"): pytest.approx(0.32),
        ("check", "a"): pytest.approx(0.4),
        ("check", "send"): pytest.approx(0.8),
    }
    assert [one.sender for one in found if one.returns] == ["check"]
    assert "unreached-step" not in codes(FORKED)


CHASED = """svcsim: 1
calendar: always
streams:
  case:
    demand: 1/h
    steps:
      {}
      {}
      ask: {{after: age, until: work, every: 1 h, wait: 0 min, spawn: {{stream: chaser{}}}}}
  chaser: {{classes: {{a: 50%, b: rest}}, steps: {{answer: {{wait: 1 h}}}}}}
"""
BESIDE = ["work: {after: [], wait: {mean: 2 d, cv: 1}}", "age: {after: [], wait: 1 d}"]


@pytest.mark.parametrize("steps", [BESIDE, BESIDE[::-1]])
def test_a_repetition_after_a_parallel_wait_is_reached(steps: list[str]) -> None:
    """Its children come as long as the work lasts longer than a day: nobody knows how many."""
    told = codes(CHASED.format(*steps, ""))
    assert told & {"unreached-step", "no-demand", "empty-class", "not-foreseen"} == {"not-foreseen"}
    assert "no-demand" in codes(CHASED.format(*steps, ", share: 0%"))
    assert "empty-class" in codes(CHASED.format(*steps, ", class: a"))


def test_limits_of_strands_that_join_do_not_wait_for_each_other() -> None:
    """A token gives back what it holds when it ends, so only steps of one strand can (45)."""
    text = """svcsim: 1
teams:
  x: {people: 1, activity: engage, wip: 1}
  y: {people: 1, activity: plan, wip: 1}
streams:
  s: {demand: 1/wk, steps: {a: {team: x, touch: 1 h}, b: {team: y, touch: 1 h%s}, c: {wait: 1 h%s}}}
  t: {demand: 1/wk, steps: {d: {team: y, touch: 1 h}, e: {team: x, touch: 1 h}}}
"""
    loads(text % (", after: a", ", after: [a, b]"))  # a has two followers, and is a strand
    for words in (("", ""), (", after: a", "")):  # a and b are one strand
        with pytest.raises(ScenarioError, match="x waits for y"):
            loads(text % words)


def test_owners_stand_at_the_step_its_group_or_its_activity() -> None:
    text = """svcsim: 1
activities: {engage: {owner: Head of service}}
streams:
  work:
    demand: 1/wk
    steps:
      a: {activity: engage, wait: {mean: 1 h, cv: 1}}
      b: {owner: Someone, wait: {mean: 1 h, cv: 1}}
      c: {owner: Someone, steps: {d: {wait: {mean: 1 h, cv: 1}}}}
      e: {wait: {mean: 1 h, cv: 1}}
"""
    (one,) = [one for one in found(text) if one.code == "no-owner"]
    assert one.path == "streams.work.steps.e"


def test_a_feedback_loop_is_recognised() -> None:
    assert "no-improvement" in codes(chain("activity: engage", "activity: deliver_support"))
    assert "no-improvement" not in codes(chain("activity: engage", "activity: improve"))


def test_unknown_artefacts_are_errors_with_a_suggestion() -> None:
    (one,) = [one for one in found(chain("activity: engage, output: portfolio_decision"))
              if one.code == "unknown-artefact"]  # fmt: skip
    assert isinstance(one, Problem)
    assert one.remedy == "did you mean portfolio_decisions?"


# ---- words that do nothing ---------------------------------------------------------------------

IDLE = {
    "due-without-queue", "never-repeated", "nobody-to-preempt", "never-interrupted",
    "no-shift-end", "nobody-takes-over", "constant-between",
}  # fmt: skip
"""Rules of words that do nothing where they stand, and that can be taken away by themselves."""


def rows(scenario) -> list[bytes]:
    return [table.tobytes() for table in compiled.simulate(build(scenario).model, 1, 0)]


def without(hint: Hint) -> str:
    """The change that takes away what a hint is about."""
    return f"{hint.path}={'false' if '.preempts.by_class.' in hint.path else 'null'}"


@pytest.mark.parametrize("code", sorted(IDLE))
def test_a_word_that_is_said_to_do_nothing_does_nothing(code: str) -> None:
    path = Path(__file__).with_name("hints") / f"{code}.yaml"
    changes = ["streams.call.demand=20/wk"] if "call:" in path.read_text() else []
    scenario = load(path, set=changes)
    told = [one for one in _found(scenario) if one.code == code]
    assert len(told) == 1
    other = load(path, set=[*changes, without(told[0])])
    assert other != scenario
    assert rows(other) == rows(scenario)
    assert code not in {one.code for one in _found(other)}


@pytest.mark.parametrize("seed", range(28))
def test_in_random_scenarios_too(seed: int, tmp_path: Path) -> None:
    """Whatever the surroundings: the hints about words that do nothing are true."""
    case = draw(seed)
    while (scenario := read(case, tmp_path)) is None:  # refused, and not by its words
        seed += 1000
        case = draw(seed)
    told = [one for one in feasible(Facts.of(scenario, build(scenario))) if one.code in IDLE]
    changes = [without(one) for one in told]
    # What stands beside the word, and may not stand alone, goes with it.
    changes = [c.replace(".set.due=", ".set=") if _only_due(scenario, c) else c for c in changes]
    changes += [
        f"teams.{name}.reading_in=null"
        for name, team in scenario.teams.items()
        if team.reading_in is not None and f"teams.{name}.shift_end=null" in changes
    ]
    other = read(case, tmp_path, changes=changes)
    assert other is not None
    try:
        assert rows(other) == rows(scenario)
    except SimulationError:
        pytest.skip("it cannot be run")


def _only_due(scenario, change: str) -> bool:
    path, due, _ = change.partition(".set.due=")
    steps = hints.located(scenario)
    return bool(due) and any(
        at == path and step.set is not None and step.set.priority is None
        for at, step in steps.values()
    )


DUE = """svcsim: 1
teams:
  desk: {people: 1, activity: engage}
  clerks: {people: 1, activity: engage, queue: due}
streams:
  order:
    demand: 1/wk
    due: 3 bd
    steps:
      ask: {team: desk, touch: {mean: 1 h, cv: 1}, PATIENCE}
      pack: {team: TEAM, touch: {mean: 1 h, cv: 1}, set: {due: 2 bd}}
      late: {share: 0%, steps: {call: {team: clerks, touch: {mean: 1 h, cv: 1}}}}
"""


@pytest.mark.parametrize(
    ("team", "patience", "paths"),
    [
        ("clerks", "share: 100%", set()),
        ("desk", "share: 100%", {"streams.order.due", "streams.order.steps.pack.set.due"}),
        ("desk", "patience: {mean: 1 h, cv: 1}, abandon_to: call",
         {"streams.order.steps.pack.set.due"}),
    ],
)  # fmt: skip
def test_due_dates_count_where_a_team_looks_at_them(
    team: str, patience: str, paths: set[str]
) -> None:
    text = DUE.replace("TEAM", team).replace("PATIENCE", patience)
    assert {one.path for one in found(text) if one.code == "due-without-queue"} == paths


WEEK = """svcsim: 1
terminating: true
calendar: always
horizon: 1 wk
run_out: 0 h
teams:
  desk: {people: 1, activity: engage}
  clerks: {people: 1, activity: engage, queue: due}
"""
INHERITED = (
    WEEK
    + """streams:
  order:
    demand: 3/h
    due: {by_class: {small: 9 h, large: 1 h}}
    classes: {small: 50%, large: rest}
    steps: {take: {team: desk, touch: 5 min, spawn: {stream: middle, inherit: due}}}
  middle: {steps: {hold: {wait: 5 min, spawn: {stream: part, inherit: due}}}}
  part: {steps: {make: {team: clerks, touch: 15 min}}}
"""
)


def test_due_dates_that_children_inherit_are_looked_at() -> None:
    assert not codes(INHERITED) & {"due-without-queue", "due-missing"}
    assert rows(loads(INHERITED)) != rows(loads(INHERITED.replace("small: 9 h", "small: 1 h")))
    with pytest.raises(ScenarioError, match="no item that comes here has a due date"):
        loads(INHERITED.replace("part, inherit: due", "part"))
    nobody = codes(INHERITED.replace("part, inherit: due", "part").replace("queue: due", ""))
    assert "due-without-queue" in nobody


BESIDE = (
    WEEK
    + """streams:
  order:
    demand: 3/h
    due: 20 h
    classes: {small: 50%, large: rest}
    steps:
      write: {after: [], team: clerks, touch: 15 min}
      ask: {after: [], team: desk, touch: 5 min, set: {due: {by_class: {small: 9 h, large: 1 h}}}}
"""
)


def test_a_due_date_that_is_set_beside_those_who_wait_is_looked_at() -> None:
    assert "due-without-queue" not in codes(BESIDE)
    assert rows(loads(BESIDE)) != rows(loads(BESIDE.replace("small: 9 h", "small: 1 h")))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("urgent, 1, true, resume", set()),
        ("urgent, 5, true, resume", {"nobody-to-preempt", "never-interrupted"}),
        ("urgent, 1, false, resume", {"never-interrupted"}),
        ("urgent, 1, true, never", {"nobody-to-preempt", "never-interrupted"}),
        ("urgent, 1, true, restart", {"never-interrupted"}),
    ],
)
def test_who_preempts_whom(words: str, told: set[str]) -> None:
    """`switching` does nothing where work restarts, or is never interrupted."""
    _, rank, preempts, interruption = words.split(", ")
    text = f"""svcsim: 1
teams: {{desk: {{people: 1, activity: engage, switching: 5 min}}}}
streams:
  urgent:
    demand: 1/wk
    priority: {rank}
    preempts: {preempts}
    steps: {{answer: {{team: desk, touch: {{mean: 1 h, cv: 1}}}}}}
  usual:
    demand: 1/wk
    steps:
      do: {{team: desk, touch: {{mean: 1 h, cv: 1}}, interruption: {interruption}}}
"""
    assert codes(text) & {"nobody-to-preempt", "never-interrupted"} == told


DATED = """
svcsim: 1
run_out: RUN_OUT
teams: {desk: {people: 1, activity: engage, queue: due}}
streams:
  s:
    demand: {scheduled: Mon 09:00, notice: {low: 10 bd, high: 30 bd}}
    targets: {ready: {within: 0 h, from: event, share: 90%}}
    steps: {a: {team: desk, touch: {mean: 1 h, cv: 1}}}
"""


def test_a_run_out_is_as_long_as_a_notice_and_events_are_due_dates() -> None:
    """Of the notices 95 % are below 29 bd, which are 41 days or so."""
    assert "short-run-out" in codes(DATED.replace("RUN_OUT", "38 d"))
    assert not codes(DATED.replace("RUN_OUT", "44 d")) & {"short-run-out", "due-missing"}


def test_a_loop_without_a_way_out_is_told_at_its_last_step() -> None:
    text = """svcsim: 1
streams:
  order:
    demand: 1/wk
    steps:
      take: {wait: {mean: 1 h, cv: 1}}
      make: {wait: {mean: 1 h, cv: 1}}
      test: {wait: {mean: 1 h, cv: 1}, outcome: {failed: {share: 100%, to: make}}}
      send: {wait: {mean: 1 h, cv: 1}}
"""
    (problem,) = [one for one in found(text) if one.code == "never-ends"]
    assert problem.path == "streams.order.steps.test"


def test_a_practice_that_nobody_knows_is_told_with_those_that_are_known() -> None:
    (problem,) = [one for one in found(DESK.format(people=2, rate=3).replace(
        "touch:", "practice: hiring, touch:")) if one.code == "unknown-practice"]  # fmt: skip
    assert isinstance(problem, Problem)
    for practice in ("change_enablement", "incident", "workforce_talent"):
        assert practice in problem.remedy
