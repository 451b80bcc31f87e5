"""For each field of the language two scenarios that differ in it alone, and what that changes.

`EFFECTS` names a field as ``Model.field``, one of several words that it may be as
``Model.field=word``, a value by class as ``Model.field by_class``, and a field in one of several
surroundings as ``Step.field @ gate``.
"""

from typing import NamedTuple

from field_effects_changes import CHANGES, LEVEL
from field_effects_learning import learning
from field_effects_quantities import quantities
from field_effects_reserves import reserves
from field_effects_serves import serves
from field_effects_standing import standing
from field_effects_tokens import tokens

TRAJECTORY, MEASURE, HINT, PROBLEM, SCREEN = "trajectory", "measure", "hint", "problem", "screen"


class Effect(NamedTuple):
    """A pair of scenarios, and what differs."""

    base: str
    """A scenario as YAML."""
    change: str
    """What is different in the other one: ``path=value``."""
    differs: str
    """The rows of a replication, the numbers or screens of a run, what ``check`` finds, or whether
    there is a problem with the other scenario."""


FILES = {
    "a.csv": "number,arrived,priority,items,minutes\n"
    "1,05/01/2026 00:09,P1,3,5\n2,05/01/2026 01:10,P2,1,9\n2,05/01/2026 02:03,P1,4,30\n",
    "b.csv": "number,arrived,priority,items,minutes\n"
    "1,05/01/2026 00:30,P2,1,7\n2,05/01/2026 02:10,P1,5,20\n",
}
"""Files that the scenarios read."""

WORK = "{team: desk, touch: {mean: 10 min, cv: 1}}"
TWO = f"{{a: {WORK}, b: {{team: lab, touch: {{mean: 10 min, cv: 1}}}}}}"
CLASSES = "classes: {p: 40%, q: rest}"


def scenario(
    steps: str = f"{{a: {WORK}}}",
    *,
    demand: str = "4/h",
    stream: str = "",
    desk: str = "people: 1",
    lab: str = "people: 1",
    top: str = "",
    calendar: str = "always",
    start: str = "2026-01-05 UTC",
    other: str = "",
    run_out: str = "16 h",
    version: str = "svcsim: 1",
) -> str:
    """A scenario of eight hours: a desk, a lab, a stream `s`, perhaps a stream `t`."""
    return f"""
{version}
start: {start}
calendar: {calendar}
horizon: 8 h
run_out: {run_out}
replications: 2
{top}
teams:
  desk: {{activity: engage, {desk}}}
  lab: {{activity: deliver_support, {lab}}}
streams:
  s:
    demand: {demand}
    {stream}
    steps: {steps}
  {other}
"""


BASE = scenario()
CHAIN = scenario(TWO)
_IDEA = scenario(stream="enters: opportunity")
SAME_DESK = scenario(f"{{a: {WORK}, b: {WORK}}}")
MIXED = scenario(TWO, stream=CLASSES)
OTHER = f"t: {{demand: 1/h, steps: {{c: {WORK}}}}}"


def _calendar(text: str, start: str = "2026-01-05 08:00 UTC") -> str:
    """A desk that works in a calendar `c`, at all hours but for that."""
    return scenario(desk="people: 2, calendar: c", top=f"calendars: {{c: {text}}}", start=start,
                    run_out="40 h")  # fmt: skip


def _step(words: str, *, after: str = "", **more: str) -> str:
    """A step `a`, and what comes after it."""
    return scenario(f"{{a: {{{words}}}{after}}}", **more)


_WEEK = "{days: Mon-Fri, hours: 09:00-17:00}"
_SHIFTS = "{shifts: [{days: Mon-Thu, hours: 09:00-17:00}, {days: Fri, hours: 09:00-12:00}]}"
_RELAY = scenario(  # two shifts of two hours, one after the other, and work that does not fit
    "{a: {team: [desk, lab], activity: engage, touch: {mean: 1 h, cv: 1}}}",
    demand="1/h",
    start="2026-01-05 09:00 UTC",
    desk="people: 1, calendar: early, shift_end: SHIFT_END",
    lab="people: 1, calendar: late",
    top="calendars: {early: {days: Mon-Sun, hours: 09:00-11:00}, "
    "late: {days: Mon-Sun, hours: 11:00-13:00}}",
    run_out="40 h",
)
_PAUSED = _RELAY.replace("SHIFT_END", "pause")
_AWAY = scenario(
    desk="people: 3, calendar: c, shrinkage: {leave: 40%, day: 20%}",
    top="calendars: {c: {days: Mon-Fri, hours: 00:00-07:00}}",
)
_GROUPS = scenario(
    desk="cost: 40 GBP/h, groups: {early: {people: 1, calendar: first}, late: {people: 1}}",
    top="calendars: {first: {days: Mon-Fri, hours: 00:00-03:00}}",
)
_UNEQUAL = scenario(
    "{a: {team: desk, touch: {by_class: {p: 5 min, q: {mean: 20 min, cv: 1}}}}}",
    demand="5/h",
    stream="classes: {p: {share: 60%, priority: 2}, q: rest}\n    priority: 1",
)
_LEARNS = scenario(desk="people: 1, efficiency: {from: 40%, to: 90%, over: 6 h}")
_ON_CALL = scenario(  # the office opens after two hours
    desk="people: 1, cost: 40 GBP/h, calendar: office, on_call: {people: 1}",
    start="2026-01-05 07:00 UTC",
    top="calendars: {first: {days: Mon-Fri, hours: 07:00-08:00}}",
)
_RESTS = _ON_CALL.replace(
    "{people: 1}}", "{people: 1, call_out: 5 min, rest: {after: 30 min, for: 5 h}}}"
)
_URGENT = scenario(  # s interrupts t
    desk="people: 1, switching: {time: 5 min}",
    stream="priority: 1\n    MORE",
    other="t: {demand: 1/h, steps: {c: {team: desk, touch: {mean: 20 min, cv: 1}}}}",
)
_POLITE = _URGENT.replace("MORE", "")
_PREEMPTS = _URGENT.replace("MORE", "preempts: true")
_LIMIT = scenario(TWO, desk="people: 1, wip: {limit: 2}", demand="7/h", lab="people: 4")
_DETOUR = _LIMIT.replace("{limit: 2}", "{limit: 2, when_full: {to: b}}")
_TOOLS = scenario(
    "{a: {team: desk, uses: env, touch: {mean: 10 min, cv: 1}}}",
    desk="people: 3",
    top="resources: {env: {count: 1}}",
)
_SWARM = scenario(
    "{a: {team: {desk: 3}, quorum: 2, touch: {mean: 10 min, cv: 1}}}", desk="people: 3",
    stream=f"{CLASSES}\n    priority: 1", other=OTHER.replace("1/h", "4/h"),
)  # fmt: skip
_DUE = scenario(
    desk="people: 1, queue: due", demand="6/h", stream="due: 1 h",
    other=f"t: {{demand: 1/h, due: 10 h, steps: {{c: {WORK}}}}}",
)  # fmt: skip
_DUE_LATER = scenario(
    "{w: {wait: 5 min}, a: {team: desk, touch: {mean: 10 min, cv: 1}}}",
    desk="people: 1, queue: due", demand="5/h", stream=f"{CLASSES}\n    due: 10 h",
)  # fmt: skip
_TARGET = scenario(
    TWO, stream=f"{CLASSES}\n    targets: {{quick: {{within: 30 min, share: 50%}}}}",
    start="2026-01-05 08:30 UTC",
)  # fmt: skip
_FILE = scenario(
    demand="{csv: a.csv, arrived: arrived, class: priority, item: number,"
    ' classes_from: {P1: p, P2: q}, format: "%d/%m/%Y %H:%M", zone: UTC}',
    stream=CLASSES,
)
_BARE = scenario(
    demand='{csv: a.csv, arrived: arrived, format: "%d/%m/%Y %H:%M"}',
    stream="classes: {P1: 30%, P2: rest}",
)
_TABLE = scenario(demand="{rates: {csv: a.csv, column: items, bin: 1 h}}")
_LEVELS = scenario(
    demand="{rate: 4/h, profile: {office: 150%, otherwise: 100%}}", start="2026-01-05 08:00 UTC"
)
_SHAPE = scenario(
    demand="{rate: 4/h, profile: {hours: [1,2,3,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"
    " weekdays: {Mon: 1.1}, months: {Jan: 90%}}}"
)
_AGAIN = scenario(
    "{a: {team: desk, touch: {mean: 5 min, cv: 1}, repeat_touch: [80%, 90%],"
    " outcome: {bad: {share: 30%, to: a}, good: rest}},"
    " b: {team: lab, touch: {mean: 5 min, cv: 1}}}",
    stream=CLASSES,
)
_PARENT = scenario(  # s may have children in t and u; t has three classes
    "{a: {team: desk, touch: {mean: 8 min, cv: 1}}}",
    desk="people: 2, queue: due",
    stream=f"{CLASSES}\n    priority: 4\n    due: 2 h",
    other="t: {demand: 1/d, classes: {p: 50%, q: 20%, r: rest}, due: 5 h, steps: {c: {team: desk, "
    "touch: {by_class: {p: {mean: 8 min, cv: 1}, q: {mean: 3 min, cv: 1},"
    " r: {mean: 1 min, cv: 1}}}}}}\n"
    "  u: {demand: 1/h, steps: {d: {team: lab, touch: {mean: 5 min, cv: 1}}}}",
)
_CHILDREN = _PARENT.replace("cv: 1}}}\n", "cv: 1}, spawn: {stream: t}}}\n", 1)
_PRIORITIES = _CHILDREN.replace("queue: due", "queue: fifo")
_BORN = "streams.s.steps.a.spawn"
_FEW = scenario(
    "{a: {team: {TEAMS}, activity: engage, touch: {mean: 10 min, cv: 1}}}",
    desk="people: 2", lab="people: 2", stream=CLASSES,
)  # fmt: skip
_GROUP = (
    "{g: {WORD: {a: {SHARE team: desk, activity: engage, touch: {mean: 5 min, cv: 1}},"
    " b: {share: 60%, activity: engage, wait: {mean: 5 min, cv: 1}}}},"
    " z: {team: lab, touch: {mean: 5 min, cv: 1}}}"
)
_CHOICE = scenario(_GROUP.replace("WORD", "one_of").replace("SHARE", "share: 40%,"), stream=CLASSES)
_NESTED = scenario(_GROUP.replace("WORD", "steps").replace("SHARE", ""), stream=CLASSES)
_UNOWNED = _GROUP.replace("activity: engage, ", "").replace("WORD", "steps").replace("SHARE", "")
_BOARD = scenario(
    "{g: {gate: {meets: {every: 1 h}}}, b: {team: lab, touch: {mean: 10 min, cv: 1}}}",
    stream=CLASSES,
)
_MEETING = scenario(
    "{g: {gate: {meets: [daily 02:00, daily 06:00, daily 10:00], agenda: 3}},"
    " b: {team: lab, touch: {mean: 10 min, cv: 1}}}",
    stream="classes: {p: {share: 40%, priority: 1}, q: rest}",
    start="2026-01-03 UTC",
)
_DECIDED = scenario(
    "{w: {wait: 1 min}, g: {gate: {meets: {every: 1 h}}, outcome: {approve: rest, defer: 30%,"
    " redo: {share: 20%, to: w}}}, b: {team: lab, touch: {mean: 10 min, cv: 1}}}"
)
_ASKED = scenario(
    "{g: {gate: {ask: lab, answers: 2 of 3, reply: {mean: 20 min, cv: 1},"
    " delegate: {after: 30 min, reply: {mean: 10 min, cv: 1}}}},"
    " b: {team: desk, touch: {mean: 10 min, cv: 1}}}",
    stream=CLASSES, lab="people: 4",
)  # fmt: skip
_ATTENDED = scenario(
    "{g: {team: desk, touch: {mean: 5 min, cv: 1}, gate: {meets: {every: 1 h}},"
    " outcome: {approve: rest, defer: 40%}, repeat_touch: 50%},"
    " b: {team: desk, touch: {mean: 10 min, cv: 1}, outcome: {bad: {share: 50%, to: g},"
    " good: rest}}}",
    stream=CLASSES, desk="people: 3",
)  # fmt: skip
_BACKLOG = scenario(
    "{a: {team: desk, touch: {mean: 10 min, cv: 1}}, b: {team: lab, touch: {mean: 10 min, cv: 1}}}",
    stream=CLASSES + "\n    backlog: {items: 5, age: {mean: 3 h, cv: 1}, at: b,"
    " since: {mean: 20 min, cv: 1}}",
)
_WAIT = scenario(
    "{a: {activity: engage, wait: {mean: 20 min, cv: 1}},"
    " b: {team: lab, touch: {mean: 10 min, cv: 1}}}",
    stream=CLASSES,
)
_RETURN = scenario(
    "{a: {wait: {mean: 20 min, cv: 1}, outcome: {bad: {share: 50%, to: a}, good: rest}},"
    " b: {team: lab, touch: {mean: 10 min, cv: 1}}}"
)
_GIVE_UP = scenario(
    "{a: {team: desk, touch: {mean: 10 min, cv: 1}, patience: 10 min},"
    " b: {team: lab, touch: {mean: 10 min, cv: 1}}, c: {wait: 5 min}}"
)
_KINDS = {
    "touch": "{team: lab, touch: {mean: 10 min, cv: 1}}",
    "wait": "{activity: engage, wait: {mean: 20 min, cv: 1}}",
    "gate": "{activity: engage, gate: {meets: {every: 1 h}}}",
    "one_of": f"{{one_of: {{m: {{share: 40%, team: lab, touch: 5 min}}, n: {WORK[:-1]}, share: rest"
    "}}}",
    "steps": f"{{steps: {{m: {{activity: engage, wait: 10 min}}, n: {WORK}}}}}",
}
"""A step of each kind."""
_SOME = scenario(
    f"{{a: {WORK}, b: {{team: lab, touch: {{mean: 10 min, cv: 1}}, after: []}},"
    " c: {activity: engage, wait: {mean: 20 min, cv: 1}, after: []},"
    " d: {team: lab, touch: {mean: 5 min, cv: 1}, after: {at_least: 1, of: [a, b, c]}}}"
)

_MACHINE = scenario(
    "{a: {team: desk, wait: 1 min, touch: {mean: 10 min, cv: 1}, auto: {share: 50%,"
    " time: {mean: 5 min, cv: 1}, fails: 30%}}, b: {team: lab, touch: {mean: 10 min, cv: 1}}}",
    stream=CLASSES,
)
_MISSING = scenario(
    "{w: {team: desk, touch: {mean: 2 min, cv: 1}}, a: {team: desk, touch: {mean: 5 min, cv: 1}},"
    " b: {team: lab, touch: {mean: 10 min, cv: 1}, incomplete: {share: 20%, to: a}}}",
    stream=CLASSES,
)
_REPEATED = scenario(
    "{a: {team: desk, touch: {mean: 20 min, cv: 1}}, u: {after: [], activity: engage, WHAT,"
    " every: 10 min, until: a}, c: {after: a, activity: engage, wait: 30 min}}",
    demand="1/h",
    desk="people: 3",
    stream=CLASSES,
)
_CALLS = _REPEATED.replace("WHAT", "team: desk, touch: {mean: 1 min, cv: 1}")
_PAUSES = _REPEATED.replace("WHAT", "wait: {mean: 1 min, cv: 1}")
_LATER = _AGAIN.replace("to: a}", "to: a, wait: 20 min}")
_PROMISE = scenario(
    "{a: {team: desk, touch: {mean: 10 min, cv: 1}}, b: {activity: engage,"
    " wait: {mean: 20 min, cv: 1}}, c: {team: lab, touch: {mean: 10 min, cv: 1}}}",
    stream="targets: {quick: {at: c, within: 45 min, share: 50%}}",
)
_SCHEDULED = scenario(demand="{scheduled: [daily 09:00, 3rd 10:00], batch: 2}", run_out="6 d")
_NOTICED = scenario(
    demand="{scheduled: [daily 09:00, daily 10:00], batch: 3, notice: 5 h}",
    run_out="6 d",
    stream="classes: {p: 50%, q: rest}\n    targets: {quick: {within: 20 min, share: 50%}}",
)
_CHANGED = scenario(
    demand="{rate: 4/h, changes: {from: 1 h, by: +50%, until: 6 h, half_life: 2 h}}"
)
_NIGHTS = "calendars: {nights: {days: Mon-Sun, hours: 00:00-03:00}}"

EFFECTS: dict[str, Effect] = {
    # ---- the run -----------------------------------------------------------------------------
    "Scenario.svcsim": Effect(BASE, "svcsim=2", PROBLEM),
    "Scenario.title": Effect(BASE, "title=A desk", SCREEN),
    "Scenario.start": Effect(
        scenario(calendar="office", start="2026-01-05 08:00 UTC"),
        "start=2026-01-05 06:00 UTC",
        TRAJECTORY,
    ),
    "Scenario.horizon": Effect(BASE, "horizon=7 h", MEASURE),
    "Scenario.warm_up": Effect(BASE, "warm_up=2 h", MEASURE),
    "Scenario.run_out": Effect(BASE, "run_out=1 h", TRAJECTORY),
    "Scenario.replications": Effect(BASE, "replications=3", MEASURE),
    "Scenario.seed": Effect(BASE, "seed=2", TRAJECTORY),
    "Scenario.terminating": Effect(
        scenario(demand="9/h", top="terminating: true"), "terminating=false", PROBLEM
    ),
    "Scenario.calendar": Effect(
        scenario(start="2026-01-05 08:00 UTC"), "calendar=office", TRAJECTORY
    ),
    "Scenario.calendars": Effect(
        scenario(calendar="office", start="2026-01-05 08:00 UTC"),
        "calendars={office: {days: Mon-Fri, hours: 10:00-17:00}}",
        TRAJECTORY,
    ),
    "Scenario.activities": Effect(BASE, "activities={engage: {owner: Ann}}", HINT),
    "Scenario.teams": Effect(BASE, "teams.desk={people: 2, activity: engage}", TRAJECTORY),
    "Scenario.resources": Effect(_TOOLS, "resources.env=2", TRAJECTORY),
    "Scenario.streams": Effect(
        BASE, f"streams={{s: {{demand: 5/h, steps: {{a: {WORK}}}}}}}", TRAJECTORY
    ),
    "Activity.owner": Effect(BASE, "activities.engage.owner=Ann", HINT),
    # ---- calendars ---------------------------------------------------------------------------
    "Calendar.days": Effect(_calendar(_WEEK), "calendars.c.days=Tue-Fri", TRAJECTORY),
    "Calendar.hours": Effect(_calendar(_WEEK), "calendars.c.hours=10:00-17:00", TRAJECTORY),
    "Calendar.shifts": Effect(
        _calendar(_SHIFTS), "calendars.c.shifts=[{days: Mon-Fri, hours: 10:00-17:00}]", TRAJECTORY
    ),
    "Shift.days": Effect(_calendar(_SHIFTS), "calendars.c.shifts.0.days=Tue-Thu", TRAJECTORY),
    "Shift.hours": Effect(_calendar(_SHIFTS), "calendars.c.shifts.0.hours=09:00-12:00", TRAJECTORY),
    "Calendar.holidays": Effect(
        _calendar(_WEEK, "2025-12-25 08:00 UTC"), "calendars.c.holidays=GB-ENG", TRAJECTORY
    ),
    "Calendar.closed": Effect(_calendar(_WEEK), "calendars.c.closed=2026-01-05", TRAJECTORY),
    "Calendar.day": Effect(
        scenario(
            "{a: {wait: 1 bd}}",
            calendar="c",
            top=f"calendars: {{c: {_WEEK}}}",
            run_out="60 h",
            start="2026-01-05 09:00 UTC",
        ),
        "calendars.c.day=2 h",
        TRAJECTORY,
    ),
    "Calendar.zone": Effect(_calendar(_WEEK), "calendars.c.zone=Europe/Paris", TRAJECTORY),
    "Calendar.first": Effect(
        _calendar("{first: 2 bd, of: month}"), "calendars.c.first=3 bd", TRAJECTORY
    ),
    "Calendar.last": Effect(
        _calendar("{last: 2 bd, of: month}", "2026-01-28 UTC"), "calendars.c.last=3 bd", TRAJECTORY
    ),
    "Calendar.of": Effect(
        _calendar("{first: 3 bd, of: month}", "2026-02-02 UTC"),
        "calendars.c.of=quarter",
        TRAJECTORY,
    ),
    "Calendar.of=month": Effect(
        _calendar("{first: 3 bd, of: quarter}", "2026-02-02 UTC"),
        "calendars.c.of=month",
        TRAJECTORY,
    ),
    "Calendar.of=quarter": Effect(
        _calendar("{first: 3 bd, of: month}", "2026-02-02 UTC"),
        "calendars.c.of=quarter",
        TRAJECTORY,
    ),
    "Calendar.of=year": Effect(
        _calendar("{first: 3 bd, of: quarter}", "2026-04-01 UTC"), "calendars.c.of=year", TRAJECTORY
    ),
    # ---- teams and resources -----------------------------------------------------------------
    "Team.people": Effect(BASE, "teams.desk.people=2", TRAJECTORY),
    "Team.people=unlimited": Effect(BASE, "teams.desk.people=unlimited", TRAJECTORY),
    "Team.activity": Effect(BASE, "teams.desk.activity=improve", MEASURE),
    "Team.calendar": Effect(BASE, "teams.desk.calendar=office", TRAJECTORY),
    "Team.outside": Effect(BASE, "teams.desk.outside=true", MEASURE),
    "Team.cost": Effect(BASE, "teams.desk.cost=50 GBP/h", MEASURE),
    "Team.shrinkage": Effect(_AWAY, "teams.desk.shrinkage={leave: 0%, day: 0%}", TRAJECTORY),
    "Shrinkage.leave": Effect(_AWAY, "teams.desk.shrinkage.leave=95%", TRAJECTORY),
    "Shrinkage.day": Effect(_AWAY, "teams.desk.shrinkage.day=50%", TRAJECTORY),
    "Team.queue": Effect(BASE, "teams.desk.queue=lifo", TRAJECTORY),
    "Team.queue=fifo": Effect(
        BASE.replace("people: 1", "people: 1, queue: lifo"), "teams.desk.queue=fifo", TRAJECTORY
    ),
    "Team.queue=shortest": Effect(_UNEQUAL, "teams.desk.queue=shortest", TRAJECTORY),
    "Team.queue=ageing": Effect(BASE, "teams.desk.queue=ageing", PROBLEM),  # it needs a period
    "Team.ageing": Effect(
        _UNEQUAL.replace("people: 1", "people: 1, queue: ageing, ageing: 20 min"),
        "teams.desk.ageing=1 min",
        TRAJECTORY,
    ),
    "Team.queue=lifo": Effect(BASE, "teams.desk.queue=lifo", TRAJECTORY),
    "Team.queue=random": Effect(BASE, "teams.desk.queue=random", TRAJECTORY),
    "Team.queue=due": Effect(
        _DUE.replace("queue: due", "queue: fifo"), "teams.desk.queue=due", TRAJECTORY
    ),
    "Team.shift_end": Effect(_PAUSED, "teams.desk.shift_end=hand_over", TRAJECTORY),
    "Team.shift_end=pause": Effect(
        _RELAY.replace("SHIFT_END", "hand_over"), "teams.desk.shift_end=pause", TRAJECTORY
    ),
    **{
        f"Team.shift_end={word}": Effect(_PAUSED, f"teams.desk.shift_end={word}", TRAJECTORY)
        for word in ("hand_over", "run_over", "restart", "no_late_start")
    },
    "Team.reading_in": Effect(
        _RELAY.replace("SHIFT_END", "hand_over"), "teams.desk.reading_in=15 min", TRAJECTORY
    ),
    "Team.switching": Effect(_PREEMPTS, "teams.desk.switching=10 min", TRAJECTORY),
    "Switching.time": Effect(_PREEMPTS, "teams.desk.switching.time=10 min", TRAJECTORY),
    "Switching.also_overnight": Effect(
        _PAUSED.replace("early,", "early, switching: {time: 5 min},"),
        "teams.desk.switching.also_overnight=true",
        TRAJECTORY,
    ),
    "Team.wip": Effect(scenario(TWO), "teams.lab.wip=1", TRAJECTORY),
    "Wip.limit": Effect(_LIMIT, "teams.desk.wip.limit=1", TRAJECTORY),
    "Wip.when_full": Effect(_LIMIT, "teams.desk.wip.when_full=leave", TRAJECTORY),
    "Wip.when_full=wait": Effect(_DETOUR, "teams.desk.wip.when_full=wait", TRAJECTORY),
    "Wip.when_full=leave": Effect(_LIMIT, "teams.desk.wip.when_full=leave", TRAJECTORY),
    "Wip.when_full=to": Effect(_LIMIT, "teams.desk.wip.when_full={to: b}", TRAJECTORY),
    "Wip.to": Effect(_DETOUR, "teams.desk.wip.when_full={to: done}", TRAJECTORY),
    "Team.groups": Effect(_GROUPS, "teams.desk.groups.late=2", TRAJECTORY),
    "Group.people": Effect(_GROUPS, "teams.desk.groups.early.people=2", TRAJECTORY),
    "Group.calendar": Effect(_GROUPS, "teams.desk.groups.early.calendar=always", TRAJECTORY),
    "Group.shrinkage": Effect(_GROUPS, "teams.desk.groups.early.shrinkage={day: 50%}", TRAJECTORY),
    "Group.cost": Effect(_GROUPS, "teams.desk.groups.early.cost=50 GBP/h", MEASURE),
    "Group.start": Effect(_GROUPS, "teams.desk.groups.late.from=5 h", TRAJECTORY),
    "Group.efficiency": Effect(_GROUPS, "teams.desk.groups.late.efficiency=50%", TRAJECTORY),
    "Team.efficiency": Effect(BASE, "teams.desk.efficiency=150%", TRAJECTORY),
    "Efficiency.first": Effect(_LEARNS, "teams.desk.efficiency.from=60%", TRAJECTORY),
    "Efficiency.to": Effect(_LEARNS, "teams.desk.efficiency.to=120%", TRAJECTORY),
    "Efficiency.over": Effect(_LEARNS, "teams.desk.efficiency.over=4 h", TRAJECTORY),
    "Team.on_call": Effect(
        scenario(desk="people: 1, calendar: office"),
        "teams.desk.on_call={people: 1}",
        TRAJECTORY,
    ),
    "OnCall.people": Effect(_ON_CALL, "teams.desk.on_call.people=2", TRAJECTORY),
    "OnCall.calendar": Effect(_ON_CALL, "teams.desk.on_call.calendar=first", TRAJECTORY),
    "OnCall.call_out": Effect(_ON_CALL, "teams.desk.on_call.call_out=1 h", TRAJECTORY),
    "OnCall.rest": Effect(_ON_CALL, "teams.desk.on_call.rest={after: 1 min, for: 9 h}", TRAJECTORY),
    "Rest.after": Effect(_RESTS, "teams.desk.on_call.rest.after=20 h", TRAJECTORY),
    "Rest.length": Effect(_RESTS, "teams.desk.on_call.rest.for=1 min", TRAJECTORY),
    "OnCall.streams": Effect(
        _ON_CALL.replace(
            "streams:\n", "streams:\n  u: {demand: 1/h, steps: {c: {team: desk, touch: 10 min}}}\n"
        ),
        "teams.desk.on_call.for=u",
        TRAJECTORY,
    ),
    "OnCall.cost": Effect(_ON_CALL, "teams.desk.on_call.cost=90 GBP/h", MEASURE),
    "Team.rng_name": Effect(_AWAY, "teams.desk.rng_name=x", TRAJECTORY),
    "Resource.count": Effect(_TOOLS, "resources.env.count=2", TRAJECTORY),
    "Resource.calendar": Effect(_TOOLS, "resources.env.calendar=office", TRAJECTORY),
    "Resource.rng_name": Effect(
        # s goes on at once to the people of t, and has the right of way: who is dispatched first?
        scenario(
            "{a: {team: desk, uses: env, touch: 0 min}, b: {team: lab, touch: 20 min}}",
            demand="{every: 1 h}",
            stream="priority: 1",
            desk="people: 1, rng_name: y",
            lab="people: 1, rng_name: m",
            top="resources: {env: {count: 1}}",
            other="t: {demand: {every: 1 h}, steps: {c: {team: lab, touch: 15 min}}}",
        ),
        "resources.env.rng_name=z",
        TRAJECTORY,
    ),
    # ---- streams -----------------------------------------------------------------------------
    "Stream.demand": Effect(BASE, "streams.s.demand={every: 10 min}", TRAJECTORY),
    "Stream.classes": Effect(BASE, "streams.s.classes={p: 40%, q: rest}", TRAJECTORY),
    "Stream.enters": Effect(BASE, "streams.s.enters=opportunity", SCREEN),
    "Stream.enters=demand": Effect(_IDEA, "streams.s.enters=demand", SCREEN),
    "Stream.enters=opportunity": Effect(BASE, "streams.s.enters=opportunity", SCREEN),
    "Stream.priority": Effect(scenario(other=OTHER), "streams.s.priority=1", TRAJECTORY),
    "Stream.priority by_class": Effect(
        MIXED, "streams.s.priority={by_class: {p: 1, q: 5}}", TRAJECTORY
    ),
    "Stream.preempts": Effect(_POLITE, "streams.s.preempts=true", TRAJECTORY),
    "Stream.preempts by_class": Effect(
        scenario(stream=f"{CLASSES}\n    priority: {{by_class: {{p: 1, q: 5}}}}"),
        "streams.s.preempts={by_class: {p: true, q: false}}",
        TRAJECTORY,
    ),
    "Stream.due": Effect(_DUE, "streams.s.due=12 h", TRAJECTORY),
    "Stream.due by_class": Effect(
        scenario(desk="people: 1, queue: due", stream=f"{CLASSES}\n    due: 1 h", demand="5/h"),
        "streams.s.due={by_class: {p: 1 h, q: 9 h}}",
        TRAJECTORY,
    ),
    "Stream.value_point": Effect(CHAIN, "streams.s.value_point=a", MEASURE),
    "Stream.targets": Effect(CHAIN, "streams.s.targets={x: {within: 1 h, share: 90%}}", MEASURE),
    "Stream.steps": Effect(BASE, f"streams.s.steps={TWO}", TRAJECTORY),
    "Stream.rng_name": Effect(BASE, "streams.s.rng_name=x", TRAJECTORY),
    "ClassMix.share": Effect(MIXED, "streams.s.classes.p.share=70%", TRAJECTORY),
    "ClassMix.priority": Effect(MIXED, "streams.s.classes.p.priority=1", TRAJECTORY),
    "ClassMix.preempts": Effect(
        scenario(stream="classes: {p: {share: 40%, priority: 1}, q: rest}"),
        "streams.s.classes.p.preempts=true",
        TRAJECTORY,
    ),
    "Target.at": Effect(_TARGET, "streams.s.targets.quick.at=a", MEASURE),
    "Target.within": Effect(_TARGET, "streams.s.targets.quick.within=20 min", MEASURE),
    "Target.within by_class": Effect(
        _TARGET, "streams.s.targets.quick.within={by_class: {p: 10 min, q: 1 h}}", MEASURE
    ),
    "Target.when": Effect(_PROMISE, "streams.s.targets.quick.when=started", MEASURE),
    "Target.when=started": Effect(_PROMISE, "streams.s.targets.quick.when=started", MEASURE),
    "Target.when=done": Effect(
        _PROMISE.replace("at: c", "when: started, at: c"),
        "streams.s.targets.quick.when=done",
        MEASURE,
    ),
    "Target.paused_by": Effect(_PROMISE, "streams.s.targets.quick.paused_by=b", MEASURE),
    "Target.penalty": Effect(
        scenario(demand="1/d", stream="targets: {quick: {within: 10 min, share: 99%}}").replace(
            "horizon: 8 h", "horizon: 60 d"
        ),
        "streams.s.targets.quick.penalty=500 GBP/month",
        MEASURE,
    ),
    "Target.counted": Effect(_PROMISE, "streams.s.targets.quick.from=a", MEASURE),
    "Target.share": Effect(_TARGET, "streams.s.targets.quick.share=99%", SCREEN),
    "Target.clock": Effect(_TARGET, "streams.s.targets.quick.clock=office", MEASURE),
    # ---- demand ------------------------------------------------------------------------------
    "Demand.rate @ rate": Effect(
        scenario(demand="{rate: 4/h}"), "streams.s.demand.rate=5/h", TRAJECTORY
    ),
    "Demand.layer_rate @ rate": Effect(BASE, "streams.s.demand.layer_rate=2/h", TRAJECTORY),
    "Demand.profile @ rate": Effect(BASE, "streams.s.demand.profile=office", TRAJECTORY),
    "Demand.batch @ rate": Effect(BASE, "streams.s.demand.batch=2", TRAJECTORY),
    "Demand.changes @ rate": Effect(
        BASE, "streams.s.demand.changes={from: 2 h, by: +50%}", TRAJECTORY
    ),
    "Demand.changes @ every": Effect(
        scenario(demand="{every: 20 min}"),
        "streams.s.demand.changes=[{from: 2 h, by: -50%}, {from: 3 h, by: +10%}]",
        TRAJECTORY,
    ),
    "Demand.changes @ rates": Effect(
        _TABLE, "streams.s.demand.changes={from: 2 h, by: -100%, until: 5 h}", TRAJECTORY
    ),
    "DemandChange.start": Effect(_CHANGED, "streams.s.demand.changes.from=3 h", TRAJECTORY),
    "DemandChange.by": Effect(
        _CHANGED,
        "streams.s.demand.changes={from: 1 h, by: -90%, until: 6 h, half_life: 2 h}",
        TRAJECTORY,
    ),
    "DemandChange.until": Effect(_CHANGED, "streams.s.demand.changes.until=2 h", TRAJECTORY),
    "DemandChange.half_life": Effect(
        _CHANGED, "streams.s.demand.changes.half_life=10 min", TRAJECTORY
    ),
    "Demand.every @ every": Effect(
        scenario(demand="{every: 20 min}"),
        "streams.s.demand.every={mean: 20 min, cv: 1}",
        TRAJECTORY,
    ),
    "Demand.profile @ every": Effect(
        scenario(demand="{every: 20 min}", start="2026-01-05 08:00 UTC"),
        "streams.s.demand.profile=office",
        TRAJECTORY,
    ),
    "Demand.batch @ every": Effect(
        scenario(demand="{every: 20 min}"), "streams.s.demand.batch=2", TRAJECTORY
    ),
    "Demand.rates @ rates": Effect(
        _TABLE, "streams.s.demand.rates={csv: b.csv, column: items, bin: 1 h}", TRAJECTORY
    ),
    "Demand.layer_rate @ rates": Effect(_TABLE, "streams.s.demand.layer_rate=9/h", TRAJECTORY),
    "Demand.batch @ rates": Effect(_TABLE, "streams.s.demand.batch=2", TRAJECTORY),
    "Demand.scheduled @ scheduled": Effect(
        _SCHEDULED, "streams.s.demand.scheduled=Wed 11:00", TRAJECTORY
    ),
    "Demand.calendar @ scheduled": Effect(
        _SCHEDULED, "streams.s.demand.calendar=office", TRAJECTORY
    ),
    "Demand.batch @ scheduled": Effect(_SCHEDULED, "streams.s.demand.batch=3", TRAJECTORY),
    "Demand.notice @ scheduled": Effect(_SCHEDULED, "streams.s.demand.notice=6 h", TRAJECTORY),
    "Demand.notice by_class": Effect(
        _NOTICED, "streams.s.demand.notice={by_class: {p: 1 h, q: 9 h}}", TRAJECTORY
    ),
    "Rates.csv": Effect(_TABLE, "streams.s.demand.rates.csv=b.csv", TRAJECTORY),
    "Rates.column": Effect(_TABLE, "streams.s.demand.rates.column=minutes", TRAJECTORY),
    "Rates.bin": Effect(_TABLE, "streams.s.demand.rates.bin=30 min", TRAJECTORY),
    "Demand.csv @ csv": Effect(_FILE, "streams.s.demand.csv=b.csv", TRAJECTORY),
    "Demand.arrived @ csv": Effect(_FILE, "streams.s.demand.arrived=minutes", PROBLEM),
    "Demand.class_column @ csv": Effect(
        _BARE.replace("30%", "0%"), "streams.s.demand.class=priority", TRAJECTORY
    ),
    "Demand.class_names @ csv": Effect(
        _FILE, "streams.s.demand.classes_from={P1: q, P2: p}", TRAJECTORY
    ),
    "Demand.item @ csv": Effect(_BARE, "streams.s.demand.item=number", TRAJECTORY),
    "Demand.format @ csv": Effect(_BARE, 'streams.s.demand.format="%d/%m/%Y %M:%H"', TRAJECTORY),
    "Demand.zone @ csv": Effect(_FILE, "streams.s.demand.zone=Atlantic/Azores", TRAJECTORY),
    "Levels.calendars": Effect(_LEVELS, "streams.s.demand.profile.office=300%", TRAJECTORY),
    "Levels.otherwise": Effect(_LEVELS, "streams.s.demand.profile.otherwise=50%", TRAJECTORY),
    "Shape.hours": Effect(
        _SHAPE,
        "streams.s.demand.profile.hours=[3,2,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
        TRAJECTORY,
    ),
    "Shape.weekdays": Effect(_SHAPE, "streams.s.demand.profile.weekdays={Mon: 2}", TRAJECTORY),
    "Shape.months": Effect(_SHAPE, "streams.s.demand.profile.months={Jan: 50%}", TRAJECTORY),
    **{
        key: Effect(scenario(demand=f"{{rate: 2/h, batch: {batch}}}"), change, TRAJECTORY)
        for key, batch, change in (
            ("FixedCount.number", "2", "streams.s.demand.batch=3"),
            ("PoissonCount.poisson", "{poisson: 1.5}", "streams.s.demand.batch.poisson=2.5"),
            ("GeometricCount.geometric", "{geometric: 1.5}", "streams.s.demand.batch.geometric=2"),
            ("UniformCount.low", "{low: 1, high: 4}", "streams.s.demand.batch.low=3"),
            ("UniformCount.high", "{low: 1, high: 4}", "streams.s.demand.batch.high=2"),
            (
                "DiscreteCount.values",
                "{values: {1: 60%, 3: rest}}",
                "streams.s.demand.batch.values={1: 20%, 3: rest}",
            ),
        )
    },
    # ---- steps: work -------------------------------------------------------------------------
    "Step.touch @ touch": Effect(BASE, "streams.s.steps.a.touch=5 min", TRAJECTORY),
    "Step.touch by_class": Effect(
        MIXED,
        "streams.s.steps.a.touch={by_class: {p: 5 min, q: {mean: 10 min, cv: 1}}}",
        TRAJECTORY,
    ),
    "Step.team @ touch": Effect(BASE, "streams.s.steps.a.team={desk: 50%, lab: rest}", TRAJECTORY),
    "Step.team by_class": Effect(
        MIXED.replace("{team: desk,", "{team: desk, activity: engage,"),
        "streams.s.steps.a.team={by_class: {p: lab, q: desk}}",
        TRAJECTORY,
    ),
    "TeamUse.mode": Effect(
        _FEW.replace("{TEAMS}", "[desk, lab]"),
        "streams.s.steps.a.team={desk: 1, lab: 1}",
        TRAJECTORY,
    ),
    "TeamUse.mode=one": Effect(
        _FEW.replace("{TEAMS}", "[desk, lab]"), "streams.s.steps.a.team=desk", TRAJECTORY
    ),
    "TeamUse.mode=any": Effect(
        _FEW.replace("{TEAMS}", "{desk: 1, lab: 1}"),
        "streams.s.steps.a.team=[desk, lab]",
        TRAJECTORY,
    ),
    "TeamUse.mode=all": Effect(
        _FEW.replace("{TEAMS}", "[desk, lab]"),
        "streams.s.steps.a.team={desk: 1, lab: 1}",
        TRAJECTORY,
    ),
    "TeamUse.mode=split": Effect(
        _FEW.replace("{TEAMS}", "[desk, lab]"),
        "streams.s.steps.a.team={desk: 50%, lab: rest}",
        TRAJECTORY,
    ),
    "TeamUse.numbers": Effect(
        _FEW.replace("{TEAMS}", "{desk: 1, lab: 1}"),
        "streams.s.steps.a.team={desk: 2, lab: 1}",
        TRAJECTORY,
    ),
    "TeamUse.shares": Effect(
        _FEW.replace("{TEAMS}", "{desk: 50%, lab: rest}"),
        "streams.s.steps.a.team={desk: 90%, lab: rest}",
        TRAJECTORY,
    ),
    "Step.uses @ touch": Effect(
        _TOOLS.replace("uses: env, ", ""), "streams.s.steps.a.uses=env", TRAJECTORY
    ),
    "Step.activity @ touch": Effect(CHAIN, "streams.s.steps.a.activity=improve", MEASURE),
    "Step.owner @ touch": Effect(BASE, "streams.s.steps.a.owner=Ann", HINT),
    "Step.output @ touch": Effect(CHAIN, "streams.s.steps.a.output=user_support_tasks", HINT),
    "Step.share @ touch": Effect(BASE, "streams.s.steps.a.share=50%", TRAJECTORY),
    "Step.share by_class": Effect(
        MIXED, "streams.s.steps.a.share={by_class: {p: 50%, q: 100%}}", TRAJECTORY
    ),
    "Step.classes @ touch": Effect(MIXED, "streams.s.steps.a.classes=p", TRAJECTORY),
    "Step.repeat_touch @ touch": Effect(_AGAIN, "streams.s.steps.a.repeat_touch=[20%]", TRAJECTORY),
    "Step.max_visits @ touch": Effect(_AGAIN, "streams.s.steps.a.max_visits=2", TRAJECTORY),
    "Step.outcome @ touch": Effect(
        BASE, "streams.s.steps.a.outcome={bad: {share: 20%, to: a}, good: rest}", TRAJECTORY
    ),
    "Outcome.share": Effect(_AGAIN, "streams.s.steps.a.outcome.bad.share=10%", TRAJECTORY),
    "Outcome.share by_class": Effect(
        _AGAIN, "streams.s.steps.a.outcome.bad.share={by_class: {p: 10%, q: 40%}}", TRAJECTORY
    ),
    "Outcome.to": Effect(_AGAIN, "streams.s.steps.a.outcome.bad.to=done", TRAJECTORY),
    "Outcome.spawn": Effect(
        _AGAIN.replace("  \n", "  t: {demand: 1/h, steps: {c: {team: lab, touch: 5 min}}}\n"),
        "streams.s.steps.a.outcome.bad.spawn={stream: t}",
        TRAJECTORY,
    ),
    "Step.spawn @ touch": Effect(_PARENT, f"{_BORN}={{stream: t}}", TRAJECTORY),
    "Step.spawn @ wait": Effect(
        _PARENT.replace("queue: due", "queue: fifo").replace("team: desk, touch", "wait", 1),
        f"{_BORN}={{stream: t}}",
        TRAJECTORY,
    ),
    "Step.spawn @ gate": Effect(
        _PARENT.replace(
            "{team: desk, touch: {mean: 8 min, cv: 1}}", "{gate: {meets: daily 02:00}}"
        ).replace("queue: due", "queue: fifo"),
        f"{_BORN}={{stream: t}}",
        TRAJECTORY,
    ),
    "Spawn.stream": Effect(_CHILDREN, f"{_BORN}.stream=u", TRAJECTORY),
    "Spawn.share": Effect(_CHILDREN, f"{_BORN}.share=50%", TRAJECTORY),
    "Spawn.share by_class": Effect(
        _CHILDREN, f"{_BORN}.share={{by_class: {{p: 20%, q: 100%}}}}", TRAJECTORY
    ),
    "Spawn.count": Effect(_CHILDREN, f"{_BORN}.count=2", TRAJECTORY),
    "Spawn.wait": Effect(_CHILDREN, f"{_BORN}.wait={{mean: 1 h, cv: 1}}", TRAJECTORY),
    "Spawn.wait by_class": Effect(
        _CHILDREN, f"{_BORN}.wait={{by_class: {{p: 5 min, q: 1 h}}}}", TRAJECTORY
    ),
    "Spawn.class_name": Effect(_CHILDREN, f"{_BORN}.class=r", TRAJECTORY),
    "Spawn.inherit": Effect(_CHILDREN, f"{_BORN}.inherit=[class, due]", TRAJECTORY),
    "Spawn.inherit=class": Effect(_CHILDREN, f"{_BORN}.inherit=class", TRAJECTORY),
    "Spawn.inherit=priority": Effect(_PRIORITIES, f"{_BORN}.inherit=priority", TRAJECTORY),
    "Spawn.inherit=due": Effect(_CHILDREN, f"{_BORN}.inherit=due", TRAJECTORY),
    "ByVisit.values": Effect(
        _AGAIN.replace("share: 30%", "share: {by_visit: [30%, 30%]}"),
        "streams.s.steps.a.outcome.bad.share.by_visit=[30%, 0%]",
        TRAJECTORY,
    ),
    "Step.next @ touch": Effect(CHAIN, "streams.s.steps.a.next={b: 50%, done: rest}", TRAJECTORY),
    "Step.during @ touch": Effect(BASE, "streams.s.steps.a.during=office", TRAJECTORY),
    "Step.quorum @ touch": Effect(_SWARM, "streams.s.steps.a.quorum=1", TRAJECTORY),
    "Step.quorum by_class": Effect(
        _SWARM, "streams.s.steps.a.quorum={by_class: {p: 1, q: 2}}", TRAJECTORY
    ),
    "Step.collect @ touch": Effect(_SWARM, "streams.s.steps.a.collect=false", TRAJECTORY),
    "Step.patience @ touch": Effect(BASE, "streams.s.steps.a.patience=10 min", TRAJECTORY),
    "Step.patience by_class": Effect(
        MIXED, "streams.s.steps.a.patience={by_class: {p: 10 min, q: 1 h}}", TRAJECTORY
    ),
    "Step.abandon_to @ touch": Effect(_GIVE_UP, "streams.s.steps.a.abandon_to=c", TRAJECTORY),
    "Step.set @ touch": Effect(
        MIXED, "streams.s.steps.a.set={priority: {by_class: {p: 1, q: 5}}}", TRAJECTORY
    ),
    "SetValues.priority": Effect(
        scenario(other=OTHER, demand="3/h"), "streams.s.steps.a.set.priority=1", TRAJECTORY
    ),
    "SetValues.priority by_class": Effect(
        MIXED, "streams.s.steps.a.set.priority={by_class: {p: 1, q: 5}}", TRAJECTORY
    ),
    "SetValues.due": Effect(_DUE, "streams.s.steps.a.set.due=20 h", TRAJECTORY),
    "SetValues.due by_class": Effect(
        _DUE_LATER, "streams.s.steps.w.set.due={by_class: {p: 1 h, q: 9 h}}", TRAJECTORY
    ),
    "Step.interruption @ touch": Effect(
        _PREEMPTS, "streams.t.steps.c.interruption=restart", TRAJECTORY
    ),
    "Step.interruption=resume": Effect(
        _PREEMPTS.replace("{c: {team", "{c: {interruption: restart, team"),
        "streams.t.steps.c.interruption=resume",
        TRAJECTORY,
    ),
    "Step.interruption=restart": Effect(
        _PREEMPTS, "streams.t.steps.c.interruption=restart", TRAJECTORY
    ),
    "Step.interruption=never": Effect(
        _PREEMPTS, "streams.t.steps.c.interruption=never", TRAJECTORY
    ),
    "Step.rng_name @ touch": Effect(BASE, "streams.s.steps.a.rng_name=x", TRAJECTORY),
    # ---- steps: waits ------------------------------------------------------------------------
    "Step.wait @ wait": Effect(_WAIT, "streams.s.steps.a.wait=10 min", TRAJECTORY),
    "Step.wait by_class": Effect(
        _WAIT, "streams.s.steps.a.wait={by_class: {p: 5 min, q: 10 min}}", TRAJECTORY
    ),
    "Step.cause @ wait": Effect(_WAIT, "streams.s.steps.a.cause=policy", MEASURE),
    "Step.cause @ touch": Effect(_MACHINE, "streams.s.steps.a.cause=policy", MEASURE),
    "Step.cause @ gate": Effect(
        _DECIDED.replace("to: w}", "to: w, wait: 10 min}"),
        "streams.s.steps.g.cause=policy",
        MEASURE,
    ),
    "Step.runs_on @ wait": Effect(
        _WAIT.replace("teams:", f"{_NIGHTS}\nteams:"),
        "streams.s.steps.a.runs_on=nights",
        TRAJECTORY,
    ),
    "Step.runs_on @ touch": Effect(
        _MACHINE.replace("teams:", f"{_NIGHTS}\nteams:"),
        "streams.s.steps.a.runs_on=nights",
        TRAJECTORY,
    ),
    "Step.cause=external": Effect(
        _WAIT.replace("{a: {", "{a: {cause: policy, "),
        "streams.s.steps.a.cause=external",
        MEASURE,
    ),
    **{
        f"Step.cause={word}": Effect(_WAIT, f"streams.s.steps.a.cause={word}", MEASURE)
        for word in ("batching", "policy", "dependency", "handover", "unowned")
    },
    "Step.share @ wait": Effect(_WAIT, "streams.s.steps.a.share=50%", TRAJECTORY),
    "Step.classes @ wait": Effect(_WAIT, "streams.s.steps.a.classes=p", TRAJECTORY),
    "Step.activity @ wait": Effect(_WAIT, "streams.s.steps.a.activity=improve", HINT),
    "Step.owner @ wait": Effect(_WAIT, "streams.s.steps.a.owner=Ann", HINT),
    "Step.output @ wait": Effect(_WAIT, "streams.s.steps.a.output=user_support_tasks", HINT),
    "Step.set @ wait": Effect(
        _WAIT, "streams.s.steps.a.set={priority: {by_class: {p: 1, q: 5}}}", TRAJECTORY
    ),
    "Step.outcome @ wait": Effect(
        _WAIT, "streams.s.steps.a.outcome={bad: {share: 20%, to: a}, good: rest}", TRAJECTORY
    ),
    "Step.max_visits @ wait": Effect(_RETURN, "streams.s.steps.a.max_visits=2", TRAJECTORY),
    "Step.next @ wait": Effect(_WAIT, "streams.s.steps.a.next={b: 50%, done: rest}", TRAJECTORY),
    "Step.rng_name @ wait": Effect(_WAIT, "streams.s.steps.a.rng_name=x", TRAJECTORY),
    # ---- backlog -----------------------------------------------------------------------------
    "Stream.backlog": Effect(BASE, "streams.s.backlog={items: 3, age: 1 h}", TRAJECTORY),
    "Backlog.items": Effect(_BACKLOG, "streams.s.backlog.items=6", TRAJECTORY),
    "Backlog.age": Effect(_BACKLOG, "streams.s.backlog.age=4 h", TRAJECTORY),
    "Backlog.class_name": Effect(_BACKLOG, "streams.s.backlog.class=p", TRAJECTORY),
    "Backlog.at": Effect(_BACKLOG, "streams.s.backlog.at=a", TRAJECTORY),
    "Backlog.since": Effect(_BACKLOG, "streams.s.backlog.since=1 min", TRAJECTORY),
    "Backlog.working": Effect(_BACKLOG, "streams.s.backlog.working=true", TRAJECTORY),
    **{
        f"Demand.day_to_day @ {form}": Effect(
            scenario(demand=demand), "streams.s.demand.day_to_day={cv: 0.8}", TRAJECTORY
        )
        for form, demand in {
            "rate": "{rate: 4/h}",
            "every": "{every: {mean: 15 min, cv: 1}}",
            "rates": "{rates: {csv: a.csv, column: items, bin: 1 h}}",
        }.items()
    },
    "DayToDay.cv": Effect(
        scenario(demand="{rate: 4/h, day_to_day: {cv: 0.2}}"),
        "streams.s.demand.day_to_day.cv=0.8",
        TRAJECTORY,
    ),
    # ---- steps: gates ------------------------------------------------------------------------
    "Step.gate @ gate": Effect(_BOARD, "streams.s.steps.g.gate={meets: {every: 2 h}}", TRAJECTORY),
    "Step.share @ gate": Effect(_BOARD, "streams.s.steps.g.share=50%", TRAJECTORY),
    "Step.classes @ gate": Effect(_BOARD, "streams.s.steps.g.classes=p", TRAJECTORY),
    "Step.activity @ gate": Effect(_BOARD, "streams.s.steps.g.activity=improve", HINT),
    "Step.owner @ gate": Effect(_BOARD, "streams.s.steps.g.owner=Ann", HINT),
    "Step.output @ gate": Effect(
        _BOARD.replace("{g: {", "{g: {activity: engage, "),
        "streams.s.steps.g.output=user_support_tasks",
        HINT,
    ),
    "Step.set @ gate": Effect(
        _BOARD, "streams.s.steps.g.set={priority: {by_class: {p: 1, q: 5}}}", TRAJECTORY
    ),
    "Step.outcome @ gate": Effect(
        _BOARD, "streams.s.steps.g.outcome={approve: rest, defer: 30%}", TRAJECTORY
    ),
    "Step.max_visits @ gate": Effect(_DECIDED, "streams.s.steps.g.max_visits=1", TRAJECTORY),
    "Step.rng_name @ gate": Effect(_DECIDED, "streams.s.steps.g.rng_name=x", TRAJECTORY),
    "Gate.meets": Effect(_BOARD, "streams.s.steps.g.gate.meets=daily 09:00", TRAJECTORY),
    "Cycle.every": Effect(_BOARD, "streams.s.steps.g.gate.meets.every=2 h", TRAJECTORY),
    "Cycle.start": Effect(_BOARD, "streams.s.steps.g.gate.meets.from=30 min", TRAJECTORY),
    "Gate.cut_off": Effect(_BOARD, "streams.s.steps.g.gate.cut_off=30 min", TRAJECTORY),
    "Gate.cut_off by_class": Effect(
        _BOARD, "streams.s.steps.g.gate.cut_off={by_class: {p: 30 min, q: 0 h}}", TRAJECTORY
    ),
    "Gate.agenda": Effect(_BOARD, "streams.s.steps.g.gate.agenda=5", TRAJECTORY),
    "Gate.calendar": Effect(_MEETING, "streams.s.steps.g.gate.calendar=office", TRAJECTORY),
    "Gate.order": Effect(_MEETING, "streams.s.steps.g.gate.order=submission", TRAJECTORY),
    "Gate.order=submission": Effect(
        _MEETING, "streams.s.steps.g.gate.order=submission", TRAJECTORY
    ),
    "Gate.order=priority": Effect(
        _MEETING.replace("agenda: 3", "agenda: 3, order: submission"),
        "streams.s.steps.g.gate.order=priority",
        TRAJECTORY,
    ),
    "Gate.closed": Effect(_MEETING, "streams.s.steps.g.gate.closed=2026-01-03", TRAJECTORY),
    "Gate.closed @ every": Effect(_BOARD, "streams.s.steps.g.gate.closed=2026-01-05", TRAJECTORY),
    "Gate.cause": Effect(_BOARD, "streams.s.steps.g.gate.cause=batching", MEASURE),
    "Gate.cause=batching": Effect(_BOARD, "streams.s.steps.g.gate.cause=batching", MEASURE),
    "Gate.cause=gate": Effect(
        _BOARD.replace("gate: {", "gate: {cause: batching, "),
        "streams.s.steps.g.gate.cause=gate",
        MEASURE,
    ),
    "Step.team @ gate": Effect(_ATTENDED, "streams.s.steps.g.team={desk: 1}", TRAJECTORY),
    "Step.touch @ gate": Effect(_ATTENDED, "streams.s.steps.g.touch=9 min", TRAJECTORY),
    "Step.repeat_touch @ gate": Effect(
        _ATTENDED, "streams.s.steps.g.repeat_touch=300%", TRAJECTORY
    ),
    "Gate.ask": Effect(_ASKED, "streams.s.steps.g.gate.ask=desk", PROBLEM),
    "Gate.answers": Effect(_ASKED, "streams.s.steps.g.gate.answers=1 of 3", TRAJECTORY),
    "Gate.reply": Effect(_ASKED, "streams.s.steps.g.gate.reply={mean: 10 min, cv: 1}", TRAJECTORY),
    "Gate.reply by_class": Effect(
        _ASKED, "streams.s.steps.g.gate.reply={by_class: {p: 5 min, q: 20 min}}", TRAJECTORY
    ),
    "Gate.delegate": Effect(_ASKED, "streams.s.steps.g.gate.delegate={after: 1 min}", TRAJECTORY),
    "Delegate.after": Effect(_ASKED, "streams.s.steps.g.gate.delegate.after=2 min", TRAJECTORY),
    "Delegate.reply": Effect(_ASKED, "streams.s.steps.g.gate.delegate.reply=1 min", TRAJECTORY),
    "Delegate.reply by_class": Effect(
        _ASKED,
        "streams.s.steps.g.gate.delegate.reply={by_class: {p: 1 min, q: 20 min}}",
        TRAJECTORY,
    ),
    # ---- steps: parallel work ----------------------------------------------------------------
    **{
        f"Step.after @ {kind}": Effect(
            scenario(f"{{a: {WORK}, x: {step}}}"), "streams.s.steps.x.after=[]", TRAJECTORY
        )
        for kind, step in _KINDS.items()
    },
    **{
        f"Step.once @ {kind}": Effect(
            scenario(
                f"{{a: {WORK}, x: {step}, z: {{team: lab, touch: {{mean: 5 min, cv: 1}},"
                " outcome: {bad: {share: 40%, to: a}, good: rest}}}"
            ),
            "streams.s.steps.x.once=true",
            TRAJECTORY,
        )
        for kind, step in _KINDS.items()
    },
    "After.of": Effect(_SOME, "streams.s.steps.d.after.of=[a, b]", TRAJECTORY),
    "After.at_least": Effect(_SOME, "streams.s.steps.d.after.at_least=2", TRAJECTORY),
    "After.share": Effect(
        _SOME.replace("at_least: 1", "share: 30%"),
        "streams.s.steps.d.after.share=60%",
        TRAJECTORY,
    ),
    "After.losers": Effect(_SOME, "streams.s.steps.d.after.losers=run_on", TRAJECTORY),
    "After.losers=cancel": Effect(
        _SOME.replace("at_least: 1", "losers: run_on, at_least: 1"),
        "streams.s.steps.d.after.losers=cancel",
        TRAJECTORY,
    ),
    "After.losers=run_on": Effect(_SOME, "streams.s.steps.d.after.losers=run_on", TRAJECTORY),
    # ---- steps: automation, incoming quality, repetition -------------------------------------
    "Step.auto @ touch": Effect(CHAIN, "streams.s.steps.a.auto={share: 30%}", TRAJECTORY),
    "Automation.share": Effect(_MACHINE, "streams.s.steps.a.auto.share=90%", TRAJECTORY),
    "Automation.share by_class": Effect(
        _MACHINE, "streams.s.steps.a.auto.share={by_class: {p: 50%, q: 10%}}", TRAJECTORY
    ),
    "Automation.time": Effect(_MACHINE, "streams.s.steps.a.auto.time=1 min", TRAJECTORY),
    "Automation.time by_class": Effect(
        _MACHINE, "streams.s.steps.a.auto.time={by_class: {p: 1 min, q: 5 min}}", TRAJECTORY
    ),
    "Automation.fails": Effect(_MACHINE, "streams.s.steps.a.auto.fails=90%", TRAJECTORY),
    "Automation.fails by_class": Effect(
        _MACHINE, "streams.s.steps.a.auto.fails={by_class: {p: 30%, q: 90%}}", TRAJECTORY
    ),
    "Step.incomplete @ touch": Effect(
        CHAIN, "streams.s.steps.b.incomplete={share: 30%, to: a}", TRAJECTORY
    ),
    "Incomplete.share": Effect(_MISSING, "streams.s.steps.b.incomplete.share=5%", TRAJECTORY),
    "Incomplete.share by_class": Effect(
        _MISSING, "streams.s.steps.b.incomplete.share={by_class: {p: 20%, q: 60%}}", TRAJECTORY
    ),
    "Incomplete.to": Effect(_MISSING, "streams.s.steps.b.incomplete.to=w", TRAJECTORY),
    "Step.every @ touch": Effect(_CALLS, "streams.s.steps.u.every=5 min", TRAJECTORY),
    "Step.every @ wait": Effect(_PAUSES, "streams.s.steps.u.every=5 min", TRAJECTORY),
    "Step.every by_class": Effect(
        _CALLS, "streams.s.steps.u.every={by_class: {p: 10 min, q: 5 min}}", TRAJECTORY
    ),
    "Step.times @ touch": Effect(_CALLS, "streams.s.steps.u.times=2", TRAJECTORY),
    "Step.times @ wait": Effect(_PAUSES, "streams.s.steps.u.times=2", TRAJECTORY),
    "Step.until @ touch": Effect(_CALLS, "streams.s.steps.u.until=c", TRAJECTORY),
    "Step.until @ wait": Effect(_PAUSES, "streams.s.steps.u.until=c", TRAJECTORY),
    "Outcome.wait": Effect(_AGAIN, "streams.s.steps.a.outcome.bad.wait=20 min", TRAJECTORY),
    "Outcome.wait by_class": Effect(
        _LATER, "streams.s.steps.a.outcome.bad.wait={by_class: {p: 20 min, q: 5 min}}", TRAJECTORY
    ),
    # ---- steps: choices and groups -----------------------------------------------------------
    "Step.one_of @ one_of": Effect(
        _CHOICE,
        "streams.s.steps.g.one_of={n: {share: 30%, wait: 3 min}, m: {share: rest}}",
        TRAJECTORY,
    ),
    "Step.share @ one_of": Effect(_CHOICE, "streams.s.steps.g.share=50%", TRAJECTORY),
    "Step.classes @ one_of": Effect(_CHOICE, "streams.s.steps.g.classes=p", TRAJECTORY),
    "Step.activity @ one_of": Effect(
        _CHOICE.replace("activity: engage, wait", "wait"),
        "streams.s.steps.g.activity=improve",
        HINT,
    ),
    "Step.owner @ one_of": Effect(_CHOICE, "streams.s.steps.g.owner=Ann", HINT),
    "Step.rng_name @ one_of": Effect(_CHOICE, "streams.s.steps.g.rng_name=x", TRAJECTORY),
    "Step.share @ path": Effect(
        _CHOICE.replace("share: 60%", "share: rest"),
        "streams.s.steps.g.one_of.a.share=80%",
        TRAJECTORY,
    ),
    "Step.steps @ steps": Effect(_NESTED, "streams.s.steps.g.steps={n: {wait: 3 min}}", TRAJECTORY),
    "Step.share @ steps": Effect(_NESTED, "streams.s.steps.g.share=50%", TRAJECTORY),
    "Step.classes @ steps": Effect(_NESTED, "streams.s.steps.g.classes=p", TRAJECTORY),
    "Step.activity @ steps": Effect(
        _NESTED.replace("activity: engage, wait", "wait"),
        "streams.s.steps.g.activity=improve",
        HINT,
    ),
    "Step.owner @ steps": Effect(_NESTED, "streams.s.steps.g.owner=Ann", HINT),
    "Step.rng_name @ steps": Effect(
        _NESTED.replace("{g: {", "{g: {share: 50%, "), "streams.s.steps.g.rng_name=x", TRAJECTORY
    ),
    # ---- distributions -----------------------------------------------------------------------
    "Component.share": Effect(
        _step("wait: {mixture: [{share: 40%, of: 5 min}, {share: rest, of: 9 min}]}"),
        "streams.s.steps.a.wait.mixture.0.share=80%",
        TRAJECTORY,
    ),
    "Component.of": Effect(
        _step("wait: {mixture: [{share: 40%, of: 5 min}, {share: rest, of: 9 min}]}"),
        "streams.s.steps.a.wait.mixture.0.of=1 min",
        TRAJECTORY,
    ),
}

_LAWS = {
    "Constant": ("value: 10 min", {"value": "9 min", "between": "[1 min, 5 min]!"}),
    "Lognormal": ("mean: 10 min, cv: 1", {"mean": "9 min", "cv": "0.5", "distribution": "gamma"}),
    "LognormalMedian": (
        "median: 10 min, sigma: 1", {"median": "9 min", "sigma": "0.5", "distribution": "gamma!"},
    ),
    "LognormalQuantiles": (
        "p50: 10 min, p90: 30 min", {"p50": "9 min", "p90": "20 min", "distribution": "gamma!"},
    ),
    "Exponential": (
        "mean: 10 min, distribution: exponential", {"mean": "9 min", "distribution": "gamma!"},
    ),
    "Gamma": (
        "mean: 10 min, cv: 1.5, distribution: gamma",
        {"mean": "9 min", "cv": "0.5", "distribution": "weibull"},
    ),
    "Weibull": (
        "mean: 10 min, cv: 1.5, distribution: weibull",
        {"mean": "9 min", "cv": "0.5", "distribution": "gamma"},
    ),
    "Erlang": (
        "mean: 10 min, stages: 3, distribution: erlang",
        {"mean": "9 min", "stages": "2", "distribution": "gamma!"},
    ),
    "Hyperexponential": (
        "mean: 10 min, cv: 2, distribution: hyperexponential",
        {"mean": "9 min", "cv": "1.5", "distribution": "gamma"},
    ),
    "Uniform": (
        "low: 1 min, high: 20 min",
        {"low": "2 min", "high": "30 min", "distribution": "triangular!"},
    ),
    "Pert": (
        "low: 1 min, likely: 5 min, high: 20 min",
        {"low": "2 min", "likely": "6 min", "high": "30 min", "distribution": "triangular"},
    ),
    "Triangular": (
        "low: 1 min, likely: 5 min, high: 20 min, distribution: triangular",
        {"low": "2 min", "likely": "6 min", "high": "30 min", "distribution": "pert"},
    ),
    "Discrete": (
        "values: {5 min: 40%, 15 min: rest}", {"values": "{5 min: 80%, 15 min: rest}"},
    ),
    "Empirical": (
        "csv: a.csv, column: minutes, unit: min",
        {"csv": "b.csv", "column": "items", "unit": "s", "discrete": "true"},
    ),
    "Mixture": (
        "mixture: [{share: 40%, of: 5 min}, {share: rest, of: {mean: 20 min, cv: 1}}]",
        {"mixture": "[{share: 40%, of: 6 min}, {share: rest, of: {mean: 20 min, cv: 1}}]"},
    ),
    "Scipy": (
        "scipy: gamma, a: 2.0, scale: 5.0, unit: min",
        {"scipy": "invgamma", "unit": "s", "(parameters)": "a=3.0"},
    ),
}  # fmt: skip
"""An example of each law, and another value of each of its fields; ! where that is refused."""
_MODIFIERS = {
    "between": "[2 min, 12 min]", "plus": "1 min", "at_least": "11 min", "at_most": "8 min",
    "zero": "30%",
}  # fmt: skip
for _law, (_words, _own) in _LAWS.items():
    _base = _step(f"wait: {{{_words}}}")
    for _field, _value in (_MODIFIERS | _own).items():
        _path = "streams.s.steps.a.wait."
        _change = _path + _value if _field == "(parameters)" else f"{_path}{_field}={_value}"
        EFFECTS[f"{_law}.{_field}"] = Effect(
            _base, _change.removesuffix("!"), PROBLEM if _change.endswith("!") else TRAJECTORY
        )

# ---- what is only told ---------------------------------------------------------------------------

EFFECTS |= {
    "Scenario.description": Effect(BASE, "description=At length", SCREEN),
    **{
        f"Step.{word} @ {place}": Effect(base, f"streams.s.steps.{step}.{word}={value}", SCREEN)
        for place, base, step in (
            ("touch", CHAIN, "a"), ("wait", _WAIT, "a"), ("gate", _BOARD, "g"),
            ("one_of", _CHOICE, "g"), ("steps", _NESTED, "g"),
        )
        for word, value in (("practice", "incident"), ("kind", "support"), ("tool", "portal"))
    },
    "Step.kind=support": Effect(CHAIN, "streams.s.steps.a.kind=support", SCREEN),
    "Step.kind=management": Effect(CHAIN, "streams.s.steps.a.kind=management", SCREEN),
    "Step.kind=value_creating": Effect(
        CHAIN.replace("{a: {", "{a: {kind: support, "),
        "streams.s.steps.a.kind=value_creating",
        SCREEN,
    ),
}  # fmt: skip

# ---- children that are waited for, redials, escalations, handovers -------------------------------

_INNER = "{team: lab, touch: {by_class: {p: {mean: 8 min, cv: 1}, q: {mean: 3 min, cv: 1}}}}"
_CALL = scenario(  # s calls t, which has work of its own
    f"{{a: {{activity: engage, stream: t}}, b: {WORK}}}",
    lab="people: 1, queue: due",
    stream=f"{CLASSES}\n    priority: 4\n    due: 2 h",
    other=f"t: {{demand: 2/h, {CLASSES}, due: 1 h, steps: {{c: {_INNER}}}}}\n"
    "  u: {demand: 1/h, steps: {d: {team: desk, touch: {mean: 5 min, cv: 1}}}}",
)
_CALL_BY_PRIORITY = _CALL.replace("lab: {activity: deliver_support, people: 1, queue: due}",
                                  "lab: {activity: deliver_support, people: 1}")  # fmt: skip
_CALL_AGAIN = _CALL.replace("stream: t}, b", "stream: t, outcome: {bad: {share: 40%, to: a}, good:"
                            " rest}}, b")  # fmt: skip
_CALL_OFTEN = _CALL.replace("stream: t}, b", "stream: t, every: 10 min, times: 3}, b")
_CALL_BESIDE = _CALL.replace(
    "stream: t}, b: {", "stream: t, after: [], every: 5 min, times: 9}, b: {after: [], "
)
_CALL_ONCE = _CALL.replace(
    f"b: {WORK}", f"b: {WORK[:-1]}, outcome: {{bad: {{share: 40%, to: z}}, good: rest}}}}"
).replace("{a: {activity", f"{{z: {WORK}, a: {{activity")
_WAITED = _CHILDREN.replace("spawn: {stream: t}", "spawn: {stream: u, count: 3, wait_for: all}")
_URGENT_LATE = scenario(
    f"{{a: {WORK[:-1]}, escalate: {{after: 10 min, priority: 1}}}}}}",
    desk="people: 1", demand="4/h", stream=f"{CLASSES}\n    priority: {{by_class: {{p: 3, q: 6}}}}",
)  # fmt: skip
_LATE_STARTS = scenario(  # s escalates while it is worked on, or not; t preempts what is not urgent
    f"{{a: {WORK[:-1]}, escalate: {{after: 1 min, priority: 1}}}}}}",
    other=f"t: {{demand: 2/h, preempts: true, priority: 2, steps: {{c: {WORK}}}}}",
)
_REDIAL = scenario(
    f"{{a: {WORK[:-1]}, patience: 5 min, redial: {{share: 60%, wait: 10 min}}}}}}",
    demand="6/h", stream=CLASSES,
)  # fmt: skip

EFFECTS |= {
    "Step.stream @ stream": Effect(_CALL, "streams.s.steps.a.stream=u", TRAJECTORY),
    "Step.class_name @ stream": Effect(_CALL, "streams.s.steps.a.class=p", TRAJECTORY),
    "Step.inherit @ stream": Effect(_CALL, "streams.s.steps.a.inherit=[class, due]", TRAJECTORY),
    "Step.inherit=class": Effect(_CALL, "streams.s.steps.a.inherit=class", TRAJECTORY),
    "Step.inherit=due": Effect(_CALL, "streams.s.steps.a.inherit=due", TRAJECTORY),
    "Step.inherit=priority": Effect(
        _CALL_BY_PRIORITY.replace("stream: t}", "stream: t, inherit: due}"),
        "streams.s.steps.a.inherit=priority",
        TRAJECTORY,
    ),
    "Step.activity @ stream": Effect(_CALL, "streams.s.steps.a.activity=improve", HINT),
    "Step.owner @ stream": Effect(_CALL, "streams.s.steps.a.owner=Ann", HINT),
    "Step.output @ stream": Effect(
        _CALL.replace(f"b: {WORK}", "b: {team: lab, touch: {mean: 5 min, cv: 1}}"),
        "streams.s.steps.a.output=user_support_tasks",
        HINT,
    ),
    **{
        f"Step.{word} @ stream": Effect(_CALL, f"streams.s.steps.a.{word}={value}", SCREEN)
        for word, value in (("practice", "incident"), ("kind", "support"), ("tool", "portal"))
    },
    "Step.after @ stream": Effect(
        _CALL.replace(f"{{a: {{activity: engage, stream: t}}, b: {WORK}}}",
                      f"{{b: {WORK}, a: {{activity: engage, stream: t}}}}"),
        "streams.s.steps.a.after=[]", TRAJECTORY,
    ),
    "Step.once @ stream": Effect(_CALL_ONCE, "streams.s.steps.a.once=true", TRAJECTORY),
    "Step.share @ stream": Effect(_CALL, "streams.s.steps.a.share=50%", TRAJECTORY),
    "Step.classes @ stream": Effect(_CALL, "streams.s.steps.a.classes=p", TRAJECTORY),
    "Step.max_visits @ stream": Effect(_CALL_AGAIN, "streams.s.steps.a.max_visits=2", TRAJECTORY),
    "Step.every @ stream": Effect(_CALL_OFTEN, "streams.s.steps.a.every=20 min", TRAJECTORY),
    "Step.times @ stream": Effect(_CALL_OFTEN, "streams.s.steps.a.times=2", TRAJECTORY),
    "Step.until @ stream": Effect(_CALL_BESIDE, "streams.s.steps.a.until=b", TRAJECTORY),
    "Step.outcome @ stream": Effect(
        _CALL, "streams.s.steps.a.outcome={bad: {share: 40%, to: a}, good: rest}", TRAJECTORY
    ),
    "Step.spawn @ stream": Effect(_CALL, "streams.s.steps.a.spawn={stream: u}", TRAJECTORY),
    "Step.next @ stream": Effect(
        _CALL, "streams.s.steps.a.next={b: 50%, done: rest}", TRAJECTORY
    ),
    "Step.set @ stream": Effect(
        _CALL_BY_PRIORITY, "streams.s.steps.a.set={priority: {by_class: {p: 1, q: 9}}}", TRAJECTORY
    ),
    "Step.rng_name @ stream": Effect(_CALL, "streams.s.steps.a.rng_name=x", TRAJECTORY),
    "Spawn.wait_for": Effect(_WAITED, f"{_BORN}.wait_for=1", TRAJECTORY),
    "Step.handover @ touch": Effect(CHAIN, "streams.s.steps.b.handover=20 min", TRAJECTORY),
    "Step.handover by_class": Effect(
        MIXED, "streams.s.steps.b.handover={by_class: {p: 20 min, q: 0 min}}", TRAJECTORY
    ),
    "Step.same_person @ touch": Effect(SAME_DESK, "streams.s.steps.b.same_person=true", TRAJECTORY),
    "Step.reading_in @ touch": Effect(CHAIN, "streams.s.steps.b.reading_in=5 min", TRAJECTORY),
    "Step.redial @ touch": Effect(
        _GIVE_UP, "streams.s.steps.a.redial={share: 50%, wait: 20 min}", TRAJECTORY
    ),
    "Redial.share": Effect(_REDIAL, "streams.s.steps.a.redial.share=20%", TRAJECTORY),
    "Redial.share by_class": Effect(
        _REDIAL, "streams.s.steps.a.redial.share={by_class: {p: 10%, q: 90%}}", TRAJECTORY
    ),
    "Redial.wait": Effect(_REDIAL, "streams.s.steps.a.redial.wait=20 min", TRAJECTORY),
    "Redial.wait by_class": Effect(
        _REDIAL, "streams.s.steps.a.redial.wait={by_class: {p: 1 min, q: 30 min}}", TRAJECTORY
    ),
    "Step.escalate @ touch": Effect(
        _URGENT_LATE.replace(", escalate: {after: 10 min, priority: 1}", ""),
        "streams.s.steps.a.escalate={after: 10 min, priority: 1}",
        TRAJECTORY,
    ),
    "Step.escalate @ wait": Effect(
        _WAIT, "streams.s.steps.a.escalate={after: 5 min, priority: 1}", TRAJECTORY
    ),
    "Step.escalate @ gate": Effect(
        _MEETING, "streams.s.steps.g.escalate={after: 1 h, priority: 0}", TRAJECTORY
    ),
    "Step.escalate @ stream": Effect(
        _CALL.replace("priority: 4", "priority: 7"),
        "streams.s.steps.a.escalate={after: 1 min, priority: 1}",
        TRAJECTORY,
    ),
    "Escalation.after": Effect(_URGENT_LATE, "streams.s.steps.a.escalate.after=1 min", TRAJECTORY),
    "Escalation.after by_class": Effect(
        _URGENT_LATE,
        "streams.s.steps.a.escalate.after={by_class: {p: 40 min, q: 1 min}}",
        TRAJECTORY,
    ),
    "Escalation.priority": Effect(
        _URGENT_LATE, "streams.s.steps.a.escalate.priority=5", TRAJECTORY
    ),
    "Escalation.priority by_class": Effect(
        _URGENT_LATE, "streams.s.steps.a.escalate.priority={by_class: {p: 2, q: 1}}", TRAJECTORY
    ),
    "Escalation.unless": Effect(
        _LATE_STARTS, "streams.s.steps.a.escalate.unless=started", TRAJECTORY
    ),
    "Escalation.unless=started": Effect(
        _LATE_STARTS, "streams.s.steps.a.escalate.unless=started", TRAJECTORY
    ),
    "Escalation.unless=done": Effect(
        _LATE_STARTS.replace("priority: 1}", "priority: 1, unless: started}"),
        "streams.s.steps.a.escalate.unless=done",
        TRAJECTORY,
    ),
}  # fmt: skip
EFFECTS |= {key: Effect(base, change, TRAJECTORY) for key, (base, change) in CHANGES.items()}
EFFECTS["Trigger.holds"] = Effect(LEVEL, "triggers.rush.while=false", PROBLEM)
EFFECTS |= {
    key: Effect(base, change, TRAJECTORY)
    for key, (base, change) in tokens(scenario, WORK[1:-1], _CALL).items()
}
EFFECTS |= {key: Effect(*found) for key, found in standing(scenario, TRAJECTORY, SCREEN).items()}
EFFECTS |= {key: Effect(*found) for key, found in reserves(scenario, TRAJECTORY).items()}
EFFECTS |= {key: Effect(*found) for key, found in serves(scenario, TRAJECTORY).items()}
EFFECTS |= {key: Effect(*found) for key, found in learning(scenario, TRAJECTORY).items()}
EFFECTS |= {
    key: Effect(*found)
    for key, found in quantities(
        scenario, WORK[1:-1], [(law, words) for law, (words, _) in _LAWS.items()],
        (TRAJECTORY, MEASURE),
    ).items()
}  # fmt: skip
