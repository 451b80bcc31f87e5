"""A scenario in full shows every value that is in force, and runs the same."""

import json
import random
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from language_fields import OWN
from random_scenarios import draw, read

from svcsim.engines import compiled
from svcsim.model.build import Compiled, build
from svcsim.scenario.distribution import Distribution
from svcsim.scenario.expand import expand, rate_of, written
from svcsim.scenario.load import load, loads, shipped
from svcsim.scenario.schema import Scenario
from svcsim.scenario.text import read_text
from svcsim.scenario.units import WALL_TICKS

WHOLE = Path(__file__).parent / "scenarios" / "every_word.yaml"
FILES = {
    "log.csv": "when,what\n2026-01-05 09:30,urgent\n2026-01-06 10:00,B\n",
    "times.csv": "minutes\n5\n7\n",
}


def in_full(scenario: Scenario, model: Compiled | None = None) -> str:
    """The scenario as ``check --expand`` prints it."""
    model = model or build(scenario)
    rates = model.model.streams["layer_rate"].tolist()
    return expand(scenario, dict(zip(model.names.streams, rates, strict=True)))


def differences(one: Compiled, other: Compiled) -> list[str]:
    """The arrays, and the names, in which two models differ."""
    found = [] if one.names == other.names else ["names"]
    for name, a, b in zip(one.model._fields, one.model, other.model, strict=True):
        alike = a.tobytes() == b.tobytes() if isinstance(a, np.ndarray) else a == b
        if not alike:
            found.append(name)
    return found


def assert_the_same(scenario: Scenario) -> None:
    model = build(scenario)
    text = in_full(scenario, model)
    full = loads(text, directory=scenario.directory)
    of_full = build(full)
    assert differences(of_full, model) == []
    assert in_full(full, of_full) == text


# ---- it runs the same --------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*shipped().values(), WHOLE], ids=lambda path: path.stem)
def test_in_full_the_model_is_the_same(path: Path) -> None:
    assert_the_same(load(path))


@pytest.mark.parametrize("seed", range(16))
def test_in_full_the_model_of_a_random_scenario_is_the_same(seed: int, tmp_path: Path) -> None:
    if (scenario := read(draw(seed), tmp_path)) is not None:
        scenario._origin.directory = tmp_path
        assert_the_same(scenario)


@pytest.mark.parametrize("change", ["+10%", "-10%", "4/bh", "{rate: 180/wk, profile: always}"])
def test_layers_are_those_of_the_root(change: str) -> None:
    scenario = load("first_desk", set=[f"streams.incident.demand={change}"])
    text = in_full(scenario)
    assert read_text(text).data["streams"]["incident"]["demand"]["layer_rate"] == "4.5/h"
    assert_the_same(scenario)
    forgetful = loads(expand(scenario))
    assert "streams" in differences(build(forgetful), build(scenario))


def test_layers_are_those_of_a_file_that_is_extended(tmp_path: Path) -> None:
    step = "steps: {a: {wait: 1 h}}"
    (tmp_path / "base.yaml").write_text(
        f"svcsim: 1\nstreams: {{s: {{demand: {{rate: 3/h, profile: always}}, {step}}}}}\n"
    )
    (tmp_path / "own.yaml").write_text("extends: base.yaml\nstreams: {s: {demand: {rate: 7/h}}}\n")
    scenario = load(tmp_path / "own.yaml")
    demand = read_text(in_full(scenario)).data["streams"]["s"]["demand"]
    assert demand == {"rate": "7/h", "layer_rate": "3/h", "profile": "always"}
    assert_the_same(scenario)


def test_no_layer_is_written_where_nothing_comes() -> None:
    scenario = loads("svcsim: 1\nstreams: {s: {demand: 0/h, steps: {a: {wait: 1 h}}}}\n")
    assert "layer_rate" not in in_full(scenario)
    assert_the_same(scenario)


def test_calendars_that_are_the_same_only_in_full_run_the_same() -> None:
    week = "days: Mon-Fri, hours: 09:00-17:00"
    scenario = loads(
        f"""svcsim: 1
calendar: b
calendars: {{a: {{{week}, day: 8 h}}, b: {{{week}}}, c: {{{week}, zone: UTC}}}}
teams:
  x: {{people: 1, activity: engage, calendar: a, shrinkage: 10%}}
  y: {{people: 1, activity: engage, calendar: b, shrinkage: 10%}}
  z: {{people: 1, activity: engage, calendar: c, shrinkage: 10%}}
streams:
  s:
    demand: 100/wk
    steps:
      p: {{team: x, touch: {{mean: 15 min, cv: 1}}, wait: {{mean: 1 bd, cv: 1}}}}
      q: {{team: y, touch: {{mean: 15 min, cv: 1}}}}
      r: {{team: z, touch: {{mean: 15 min, cv: 1}}}}
"""
    )
    full = loads(in_full(scenario))
    assert full.calendars["a"] == full.calendars["b"] == full.calendars["c"]
    tables = [compiled.simulate(build(one).model, 1, 0) for one in (scenario, full)]
    assert len(tables[0][0]) > 1000
    assert all(a.tobytes() == b.tobytes() for a, b in zip(*tables, strict=True))


# ---- what it says is not changed by it ---------------------------------------------------------


@pytest.mark.parametrize("path", [*shipped().values(), WHOLE], ids=lambda path: path.stem)
def test_what_is_written_is_the_same_scenario(path: Path) -> None:
    scenario = load(path)
    before = json.dumps(written(scenario))
    in_full(scenario)
    assert json.dumps(written(scenario)) == before
    same = loads(before, directory=scenario.directory)
    assert same == scenario
    assert same.digest == scenario.digest


def test_one_child_is_what_comes_without_a_count() -> None:
    texts = [
        "svcsim: 1\nstreams: {s: {demand: 1/h, steps: {a: {wait: 1 h, "
        f"spawn: {{stream: t{count}}}}}}}}}, t: {{steps: {{a: {{wait: 1 h}}}}}}}}\n"
        for count in ("", ", count: 1", ", count: 2")
    ]
    none, one, two = (loads(text) for text in texts)
    assert none == one != two
    assert none.digest == one.digest != two.digest
    assert_the_same(two)


# ---- every value is there ----------------------------------------------------------------------

SPARSE = """svcsim: 1
start: 2026-01-05 Europe/London
calendars:
  office: {shifts: [{days: Mon-Thu, hours: 09:00-16:20}, {days: Fri, hours: 09:00-13:00}]}
  here: {days: Mon-Fri, hours: '08:00-12:00, 12:30-16:00', zone: Asia/Kolkata, day: 8 h}
  month_end: {last: 3 bd, of: month}
activities: {engage: {owner: Desk manager}, improve: {owner: Problem manager}}
teams:
  engage: {people: 2}
  line: {people: 1, activity: deliver_support, switching: 5 min, wip: 9, shift_end: hand_over}
  all: {people: unlimited, activity: improve}
  tower:
    standing: {notes: {every: {mean: 2 d, cv: 1}, touch: {mean: 5 min, cv: 1}}}
    activity: engage
    cost: 40 GBP/h
    groups: {x: 2, y: {people: 1, calendar: here}}
    on_call: {people: 1, call_out: {median: 20 min, sigma: 0.5}}
    reserve: {people: 1, for: s}
resources: {room: 2}
streams:
  s:
    demand: 40/wk
    priority: {by_class: {C: 3, otherwise: 7}}
    classes: {A: 10%, B: {share: 20%, priority: 1}, C: rest}
    targets: {t: {within: 9 h, share: 90%}}
    steps:
      a:
        team: engage
        touch: {mean: 5 min, cv: 1, at_most: 1 h}
        auto: {share: 20%, time: {mean: 1 min, cv: 1}}
        learning: {each_doubling: 90%}
        outcome: {odd: {share: 5%, wait: {mean: 1 h, cv: 1}, spawn: {stream: gaps}}, even: rest}
        spawn: [{stream: child, wait: {low: 1 h, likely: 2 h, high: 4 h}}]
      board: {activity: improve, owner: Chair, gate: {meets: Wed 11:00}}
      ask: {gate: {ask: line, reply: {mean: 5 min, cv: 1}, delegate: {after: 2 h}}}
      cycle: {activity: plan, gate: {meets: {every: 3 h}, cut_off: {by_class: {A: 1 h, otherwise: 2 h}}}}
      group:
        practice: incident
        tool: chat
        kind: support
        steps:
          b: {team: line, touch: {by_class: {A: {p50: 1 h, p90: 3 h}, otherwise: 1 h}}}
          choice:
            activity: engage
            one_of:
              tall: {share: 10%, team: tower, touch: 1 min}
              c: {share: 40%, wait: {median: 1 h, sigma: 1}}
              d: {share: rest, team: engage, touch: {mean: 1 min, cv: 1}}
      last: {team: {all: 3}, quorum: 2, uses: room, touch: {low: 1 min, high: 2 min},
             handover: {mean: 1 h, cv: 1}, escalate: {after: 4 h, priority: 1},
             redial: {share: 50%, wait: {mean: 1 h, cv: 1}},
             patience: {mixture: [{share: 50%, of: {low: 1 h, high: 2 h}}, {share: rest, of: 9 h}]}}
  child:
    backlog: {items: 2, age: 3 h}
    steps:
      c: {activity: plan, stream: gaps}
      e: {activity: plan, wait: {csv: times.csv, column: minutes, unit: min}}
      f: {activity: plan, wait: {scipy: gamma, a: 2.0, unit: min}}
  log:
    demand: {csv: log.csv, arrived: when, class: what, classes_from: {urgent: A}}
    classes: {A: 10%, B: rest}
    steps: {a: {activity: plan, wait: 1 h}}
  gaps:
    demand: {every: {mean: 8 h, cv: 1}}
    steps: {a: {activity: plan, wait: 1 h, every: {low: 1 h, high: 2 h}, times: 2}}
  dated:
    demand: {scheduled: [Tue 09:00, 15th 09:00], notice: {low: 1 bd, high: 3 bd}}
    steps: {a: {activity: plan, wait: 1 h}}
  shape:
    demand: {rate: 24/wk, profile: {months: {Dec: 80%}}}
    steps: {a: {activity: plan, wait: 1 h, share: 50%}}
"""  # noqa: E501
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
A, B = "streams.s.steps", "streams.s.steps.group.steps"
SHOWN: dict[str, dict[str, Any]] = {
    # what follows from the rest
    "Scenario.calendars": {"calendars.office.shifts.1.days": "Fri"},
    "Calendar.day": {
        "calendars.office.day": "440 min",
        "calendars.here.day": "8 h",
        "calendars.month_end.day": None,
    },
    "Calendar.zone": {
        "calendars.office.zone": "Europe/London",
        "calendars.here.zone": "Asia/Kolkata",
        "calendars.month_end.zone": "Europe/London",
    },
    "Team.activity": {"teams.engage.activity": ["engage"]},
    "Team.calendar": {"teams.engage.calendar": "office", "teams.all.calendar": "office"},
    "Stream.value_point": {"streams.s.value_point": "last", "streams.shape.value_point": "done"},
    "Target.at": {"streams.s.targets.t.at": "last"},
    "Target.clock": {"streams.s.targets.t.clock": "office"},
    "ClassMix.priority": {
        "streams.s.classes.A.priority": 7,
        "streams.s.classes.B.priority": 1,
        "streams.s.classes.C.priority": None,
        "streams.s.priority.by_class.C": 3,
        "streams.log.classes.A.priority": 5,
    },
    "ClassMix.preempts": {"streams.s.classes.C.preempts": False},
    "Demand.layer_rate": {
        "streams.shape.demand.layer_rate": "24/wk",
        "streams.gaps.demand.layer_rate": None,
        "streams.log.demand.layer_rate": None,
    },
    "Demand.profile": {
        "streams.s.demand.profile": "office",
        "streams.gaps.demand.profile": "office",
    },
    "Demand.class_names": {
        "streams.log.demand.classes_from": {"urgent": "A", "A": "A", "B": "B"},
    },
    "Demand.zone": {"streams.log.demand.zone": "Europe/London"},
    "Shape.hours": {"streams.shape.demand.profile.hours": [1.0] * 24},
    "Shape.weekdays": {"streams.shape.demand.profile.weekdays": dict.fromkeys(DAYS, 1.0)},
    "Shape.months": {
        "streams.shape.demand.profile.months": dict.fromkeys(MONTHS, 1.0) | {"Dec": 0.8}
    },
    "Step.activity": {
        f"{A}.a.activity": "engage",
        f"{B}.b.activity": "deliver_support",
        f"{B}.choice.one_of.d.activity": "engage",
    },
    "Step.practice": {f"{B}.b.practice": "incident", f"{B}.choice.one_of.c.practice": "incident"},
    "Step.tool": {f"{B}.choice.one_of.d.tool": "chat"},
    "Step.kind": {f"{B}.b.kind": "support", f"{A}.a.kind": "value_creating"},
    "Step.owner": {
        f"{A}.a.owner": "Desk manager",
        f"{A}.board.owner": "Chair",
        f"{A}.last.owner": "Problem manager",
        f"{B}.choice.one_of.c.owner": "Desk manager",
        f"{B}.b.owner": None,
    },
    "Gate.calendar": {f"{A}.board.gate.calendar": "office"},
    "Spawn.count": {
        f"{A}.a.spawn.0.count": 1,
        f"{A}.a.outcome.odd.spawn.0.count": 1,
    },
    # what is always so unless it is said
    "Scenario.start": {"start": "2026-01-05 Europe/London"},
    "Scenario.horizon": {"horizon": "26 wk"},
    "Scenario.warm_up": {"warm_up": "0 h"},
    "Scenario.run_out": {"run_out": "4 wk"},
    "Scenario.replications": {"replications": 200},
    "Scenario.seed": {"seed": 1},
    "Scenario.terminating": {"terminating": False},
    "Scenario.calendar": {"calendar": "office"},
    "Stream.enters": {"streams.child.enters": "demand"},
    "Stream.priority": {"streams.child.priority": 5},
    "Stream.preempts": {"streams.child.preempts": False},
    "Step.share": {f"{A}.a.share": "100%", f"{A}.group.share": "100%"},
    "Step.cause": {
        f"{B}.choice.one_of.c.cause": "external",
        f"{A}.a.cause": "external",
        f"{B}.b.cause": None,
    },
    "Step.interruption": {f"{A}.a.interruption": "resume", f"{A}.board.interruption": None},
    "Step.inherit": {"streams.child.steps.c.inherit": ["priority"], f"{A}.a.inherit": None},
    "Escalation.unless": {f"{A}.last.escalate.unless": "done"},
    "Automation.fails": {f"{A}.a.auto.fails": "0%"},
    "Learning.done_before": {f"{A}.a.learning.done_before": 1},
    "Learning.at_least": {f"{A}.a.learning.at_least": "0%"},
    "Spawn.share": {f"{A}.a.spawn.0.share": "100%"},
    "Step.collect": {f"{A}.last.collect": True},
    "Gate.cut_off": {f"{A}.board.gate.cut_off": "0 h"},
    "Gate.order": {f"{A}.board.gate.order": "priority"},
    "Gate.cause": {f"{A}.board.gate.cause": "gate"},
    "Backlog.working": {"streams.child.backlog.0.working": False},
    "Gate.answers": {f"{A}.ask.gate.answers": "1 of 1", f"{A}.board.gate.answers": None},
    "Delegate.reply": {f"{A}.ask.gate.delegate.reply.distribution": "lognormal"},
    "Demand.calendar": {"streams.dated.demand.calendar": "office"},
    "Cycle.start": {f"{A}.cycle.gate.meets.from": "0 h"},
    "Resource.calendar": {"resources.room.calendar": "always"},
    "Team.shrinkage": {"teams.all.shrinkage": None, "teams.line.shrinkage.leave": "0%"},
    "Team.queue": {"teams.line.queue": "fifo", "teams.all.queue": None},
    "Group.calendar": {"teams.tower.groups.x.calendar": "office"},
    "Group.shrinkage": {"teams.tower.groups.y.shrinkage.leave": "0%"},
    "Group.cost": {"teams.tower.groups.x.cost": "40 GBP/h"},
    "OnCall.streams": {"teams.tower.on_call.for": ["s"]},
    "OnCall.cost": {"teams.tower.on_call.cost": "40 GBP/h"},
    "Standing.calendar": {"teams.tower.standing.notes.calendar": "office"},
    "Standing.people": {"teams.tower.standing.notes.people": 1},
    "Standing.priority": {"teams.tower.standing.notes.priority": 5},
    "Standing.preempts": {"teams.tower.standing.notes.preempts": False},
    "Standing.interruption": {"teams.tower.standing.notes.interruption": "resume"},
    "Standing.activity": {"teams.tower.standing.notes.activity": "engage"},
    "Standing.kind": {"teams.tower.standing.notes.kind": "support"},
    "Team.shift_end": {"teams.engage.shift_end": "pause"},
    "Wip.when_full": {"teams.line.wip.when_full": "wait"},
    "Switching.also_overnight": {"teams.line.switching.also_overnight": False},
    "Shrinkage.leave": {"teams.engage.shrinkage.leave": "0%"},
    "Shrinkage.day": {"teams.engage.shrinkage.day": "0%"},
    # families of distributions
    "Lognormal.distribution": {
        f"{A}.a.touch": {"mean": "5 min", "cv": 1, "distribution": "lognormal", "at_most": "1 h"},
        "teams.tower.standing.notes.every.distribution": "lognormal",
        "teams.tower.standing.notes.touch.distribution": "lognormal",
        f"{A}.a.auto.time.distribution": "lognormal",
        f"{A}.a.outcome.odd.wait.distribution": "lognormal",
        "streams.gaps.demand.every.distribution": "lognormal",
    },
    "LognormalMedian.distribution": {
        f"{B}.choice.one_of.c.wait.distribution": "lognormal",
        "teams.tower.on_call.call_out.distribution": "lognormal",
    },
    "LognormalQuantiles.distribution": {
        f"{B}.b.touch.by_class.A.distribution": "lognormal",
        f"{B}.b.touch.by_class.otherwise": "1 h",
    },
    "Pert.distribution": {f"{A}.a.spawn.0.wait.distribution": "pert"},
    "Uniform.distribution": {
        f"{A}.last.touch.distribution": "uniform",
        "streams.dated.demand.notice.distribution": "uniform",
        "streams.gaps.steps.a.every.distribution": "uniform",
        f"{A}.last.patience.mixture.0.of.distribution": "uniform",
        f"{A}.last.patience.mixture.1.of": "9 h",
    },
    "Empirical.discrete": {"streams.child.steps.e.wait.discrete": False},
    "Scipy.(parameters)": {
        "streams.child.steps.f.wait.loc": 0.0,
        "streams.child.steps.f.wait.scale": 1.0,
    },
}
"""Fields that need not be written, and what stands in full where SPARSE does not write them."""

NOTHING = {
    "there is none of it": """
        Scenario.title Scenario.description Scenario.activities Scenario.teams Scenario.resources
        Stream.demand Stream.backlog Demand.day_to_day Stream.classes Stream.due Stream.targets
        Demand.notice
        Step.uses Step.output Step.outcome Step.spawn Step.next Step.during Step.patience Step.set
         Step.handover Step.reading_in Step.redial Step.escalate Spawn.wait_for
        Step.auto Step.quorum Step.incomplete Step.every Step.until Automation.time Outcome.wait
        Target.paused_by Target.penalty Demand.changes
        Scenario.triggers Stream.families Step.effect Outcome.effect
        Scenario.environments State.effect Effect.lag Trigger.share Trigger.cool_down
        Trigger.mean Trigger.sum Trigger.spawn Trigger.effect
        SetValues.priority SetValues.due Outcome.spawn Spawn.wait Spawn.inherit Gate.closed
        Escalation.priority Escalation.to Step.instances Step.wait_for
        Gate.delegate Gate.score Step.learning Step.remaining Outcome.remaining Stream.quantity
        Team.on_call OnCall.call_out OnCall.rest Team.standing Team.reserve Team.serves Group.serves
        Team.cost Team.reading_in Team.switching Team.wip Calendar.holidays Calendar.closed
        """,
    "there is no limit": """
        Step.classes Step.max_visits Step.times Gate.agenda DemandChange.until
        DemandChange.half_life Effect.lasts Effect.half_life Trigger.top
        """,
    "it is another form than the one that is written": """
        Gate.meets Gate.ask Gate.reply
        Step.touch Step.wait Step.gate Step.stream Step.one_of Step.steps Step.team Wip.to
        Team.people Team.groups Standing.every Standing.scheduled Reserve.people Reserve.share
        TeamUse.numbers TeamUse.shares After.at_least After.share
        Demand.rate Demand.every Demand.csv Demand.rates Demand.scheduled
        Effect.rate Effect.touch Effect.wait Effect.share Effect.auto Effect.incomplete
        StateEffect.rate StateEffect.touch StateEffect.wait StateEffect.share StateEffect.auto
        StateEffect.incomplete Families.names Families.share_of_top
        Trigger.count Trigger.level Trigger.within
        Calendar.days Calendar.hours Calendar.shifts Calendar.first Calendar.last Calendar.of
        """,
    "its own name stands there": """
        Stream.rng_name Step.rng_name Team.rng_name Resource.rng_name Standing.rng_name
        """,
    "items come one by one, and are no members of a batch": "Demand.batch",
    "drawn, where every item begins, and as long ago as it came":
        "Backlog.class_name Backlog.at Backlog.since",
    "no column says it": "Demand.arrived Demand.class_column Demand.item",
    "ISO 8601 has no words of strptime": "Demand.format",
    "all items are meant, and whatever happens to them": """
        Effect.family Trigger.per Trigger.every Watched.classes Watched.step Watched.outcome
        Watched.later_than Watched.stream Watched.team
        """,
    "every visit takes what it takes": "Step.repeat_touch",
    "one state follows the other as they are written": "State.next",
    "it is whenever nobody of the team has a shift": "OnCall.calendar",
    "people are there from the start, and work as fast as the standard": """
        Group.start Group.efficiency Team.efficiency
        """,
    "only where it is said, and has to be": "Team.ageing",
    "a percentage alone says that nothing changes": "Efficiency.to Efficiency.over",
    "the order in which steps are written says it": "Step.after",
    "it is written only where it is not so": """
        Step.once Step.sticky Step.same_person Team.outside Trigger.holds After.losers Target.when
        Target.counted
        """,
    "no word says what goes without: on to the next, out of the stream, drawn, on the wall clock":
        "Outcome.to Step.abandon_to Spawn.class_name Step.class_name Step.runs_on",
}  # fmt: skip
"""Fields that are in full only where they are written, and why; so are modifiers of laws."""


def fields_that_need_not_be_written() -> list[str]:
    return [
        f"{name}.{field}"
        for name, model in OWN.items()
        for field, info in model.model_fields.items()
        if not info.is_required()
        and not (issubclass(model, Distribution) and field in Distribution.model_fields)
    ]


def test_every_field_that_need_not_be_written_is_decided() -> None:
    left_out = [key for keys in NOTHING.values() for key in keys.split()]
    wanted = [*fields_that_need_not_be_written(), "Scipy.(parameters)"]
    assert sorted([*SHOWN, *left_out]) == sorted(wanted)


def at(data: Any, path: Iterable[str]) -> Any:
    for word in path:
        if isinstance(data, list):
            data = data[int(word)]
        elif word in data:
            data = data[word]
        else:
            return None
    return data


@pytest.fixture(scope="module")
def sparse(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    directory = tmp_path_factory.mktemp("sparse")
    for name, text in FILES.items():
        (directory / name).write_text(text)
    return loads(SPARSE, directory=directory)


@pytest.fixture(scope="module")
def full(sparse: Scenario) -> Any:
    """What stands in full."""
    return read_text(in_full(sparse)).data


def test_the_sparse_scenario_in_full_is_the_same(sparse: Scenario) -> None:
    assert_the_same(sparse)


@pytest.mark.parametrize("key", SHOWN)
def test_in_full_the_value_in_force_is_there(key: str, full: Any) -> None:
    for path, value in SHOWN[key].items():
        assert at(full, path.split(".")) == value, path


# ---- rates -------------------------------------------------------------------------------------


def test_a_rate_is_written_so_that_it_is_read_as_the_same_number() -> None:
    chance = random.Random(1)
    exact = 0
    for _ in range(2000):
        items = chance.uniform(1, 2) * 2.0 ** -chance.randrange(20, 50)
        rate = rate_of(items)
        read_again = rate.parse(str(rate))
        found = read_again.amount / WALL_TICKS[read_again.per]
        exact += found == items
        assert abs(found - items) <= sys.float_info.epsilon * items
    assert exact >= 1998


@pytest.mark.parametrize(
    ("items", "text"),
    [(4.5 / WALL_TICKS["h"], "4.5/h"), (30 / WALL_TICKS["wk"], "30/wk"), (1e-6, "1/s")],
)
def test_a_rate_is_written_in_the_unit_in_which_it_is_short(items: float, text: str) -> None:
    assert str(rate_of(items)) == text
