"""Pairs of scenarios that differ in one field of what changes inside a run."""

_EFFECT = "{rate: s, family: own, by: x0.5, lag: 10 min}"
LOOP = f"""
svcsim: 1
start: 2026-01-05 UTC
calendar: always
horizon: 8 h
run_out: 4 h
terminating: true
teams: {{desk: {{people: 3, activity: engage}}}}
streams:
  s:
    demand: 12/h
    classes: {{p: 40%, q: rest}}
    families: {{names: {{x: 40%, y: 40%}}}}
    steps:
      a: {{team: desk, touch: {{mean: 10 min, cv: 1}}, outcome: {{bad: 30%, good: rest}}}}
      w: {{wait: 5 min}}
      b: {{team: desk, touch: {{mean: 5 min, cv: 1}}, spawn: {{stream: other}}}}
  t:
    demand: 3/h
    families: {{names: {{z: 60%}}}}
    steps:
      a: {{team: desk, touch: {{mean: 10 min, cv: 1}}}}
      x: {{wait: 5 min}}
      g: {{gate: {{meets: daily 02:00}}}}
  problem:
    demand: 1/wk
    steps: {{solve: {{wait: 10 min, effect: {_EFFECT}}}}}
  other:
    steps:
      look: {{wait: 5 min, effect: {{touch: {{stream: s, step: a}}, family: own, by: x0.3}}}}
triggers:
  often:
    {{watch: {{stream: s}}, count: 3, within: 1 h, per: family, cool_down: 30 min, spawn: problem}}
"""
_OF_WAIT = LOOP.replace(_EFFECT, "{wait: {stream: s, step: w}, by: x0.2}")
_SPELLS = f"""{LOOP}
environments:
  weather:
    states:
      good: {{lasts: {{mean: 1 h, cv: 0.5}}}}
      bad: {{lasts: 40 min, effect: {{rate: s, by: x1.5}}}}
      worse: {{lasts: 20 min, effect: {{touch: {{stream: s, step: a}}, by: x2}}}}
"""
_STEP = """{team: desk, touch: {mean: 5 min, cv: 1}, auto: {share: 30%}, max_visits: 4,
         incomplete: {share: 30%, to: n},
         outcome: {bad: {share: 30%, to: n}, odd: {share: 20%, to: done}, good: rest}"""
_CHANCES = f"""
svcsim: 1
start: 2026-01-05 UTC
calendar: always
horizon: 8 h
run_out: 4 h
terminating: true
teams: {{desk: {{people: unlimited, activity: engage}}}}
streams:
  s:
    demand: 12/h
    steps:
      n: {{activity: engage, wait: 1 min}}
      a: {_STEP}}}
      b: {_STEP}, effect: EFFECT}}
  t: {{demand: 6/h, steps: {{n: {{activity: engage, wait: 1 min}}, a: {_STEP}}}}}}}
"""
_OF_SHARE = _CHANCES.replace("EFFECT", "{share: {stream: s, step: a, outcome: bad}, by: x0.2}")
_OF_AUTO = _CHANCES.replace("EFFECT", "{auto: {stream: s, step: a}, by: x0.2}")
_OF_INPUT = _CHANCES.replace("EFFECT", "{incomplete: {stream: s, step: a}, by: x0.2}")
_AT_B = "streams.s.steps.b.effect"


def _in_spells(what):
    """The scenario with what changes in one of two states instead."""
    states = f"{{x: {{lasts: 1 h}}, y: {{lasts: 1 h, effect: {what}}}}}"
    return _CHANCES.replace(", effect: EFFECT", "") + f"environments: {{e: {{states: {states}}}}}"


_STATES = "environments.weather.states"
_STORM = f"{_STATES}.bad.effect"
_MORE = "{watch: {stream: s}, count: 4, within: 1 h, spawn: problem}"
_HALF = "{touch: {stream: s, step: a}, by: x0.5}"
_OF_TOUCH = LOOP.replace(_EFFECT, _HALF)
_RANGE = LOOP.replace("by: x0.5", "by: {low: x0.2, high: x0.8}")
_VISITS = LOOP.replace("watch: {stream: s}", "watch: {stream: s, step: a, outcome: bad}")
_AT_A = LOOP.replace("watch: {stream: s}", "watch: {stream: s, step: a}")
LEVEL = LOOP.replace(
    "  often:",
    """  many:
    {watch: {stream: s}, level: 5, every: 30 min, spawn: problem}
  rush:
    watch: {team: desk}
    level: 1
    every: 10 min
    while: true
    effect: {touch: {stream: s, step: a}, by: x0.5}
  often:""",
)
SCORED = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
horizon: 8 h
run_out: 4 h
terminating: true
teams: {desk: {people: 3, activity: engage}}
streams:
  s:
    demand: 12/h
    classes: {p: 40%, q: rest}
    families: {names: {x: 40%, y: 40%}}
    steps:
      a: {team: desk, touch: {mean: 6 min, cv: 1}, outcome: {bad: 30%, good: rest}}
      b: {team: desk, touch: {mean: 5 min, cv: 1}}
      g:
        activity: improve
        gate: {meets: {every: 20 min}, agenda: 2, score: {watch: {stream: s, step: a}, within: 1 h}}
      c: {team: desk, touch: {by_class: {p: 1 min, q: 2 min}}}
"""
_SCORE = "streams.s.steps.g.gate.score"
_UNSCORED = SCORED.replace(", score: {watch: {stream: s, step: a}, within: 1 h}", "")
_MANY, _RUSH = "triggers.many", "triggers.rush"
_LOOK, _TRIGGER = "streams.problem.steps.solve.effect", "triggers.often"
_CALLED = LOOP.replace("w: {wait: 5 min}", "w: {activity: engage, stream: other}")
CHANGES = {
    "Scenario.triggers": (LOOP, f"triggers.more={_MORE}"),
    "Trigger.watch": (LOOP, f"{_TRIGGER}.watch={{stream: s, classes: p}}"),
    "Trigger.count": (LOOP, f"{_TRIGGER}.count=5"),
    "Trigger.share": (_VISITS, f"{_TRIGGER}.share=35%"),
    "Trigger.mean": (_AT_A, f"{_TRIGGER}.mean=30 min"),
    "Trigger.sum": (_AT_A, f"{_TRIGGER}.sum=2 h"),
    "Trigger.within": (LOOP, f"{_TRIGGER}.within=20 min"),
    "Trigger.per": (LOOP.replace("per: family, ", ""), f"{_TRIGGER}.per=family"),
    "Trigger.cool_down": (LOOP, f"{_TRIGGER}.cool_down=2 h"),
    "Trigger.every": (LOOP, f"{_TRIGGER}.every=1 h"),
    "Trigger.top": (LOOP.replace("per: family,", "per: family, every: 1 h,"), f"{_TRIGGER}.top=1"),
    "Trigger.spawn": (LOOP, f"{_TRIGGER}.spawn=other"),
    "Trigger.level": (LEVEL, f"{_MANY}.level=2"),
    "Trigger.effect": (LEVEL, f"{_RUSH}.effect={{rate: s, by: x0.5}}"),
    "Watched.team": (LEVEL, f"{_MANY}.watch.team=desk"),
    "Watched.stream": (LOOP, f"{_TRIGGER}.watch.stream=t"),
    "Watched.classes": (LOOP, f"{_TRIGGER}.watch.classes=p"),
    "Watched.step": (LOOP, f"{_TRIGGER}.watch.step=a"),
    "Watched.outcome": (
        LOOP.replace("watch: {stream: s}", "watch: {stream: s, step: a}"),
        f"{_TRIGGER}.watch.outcome=bad",
    ),
    "Watched.later_than": (
        LOOP.replace("watch: {stream: s}", "watch: {stream: s, step: a, later_than: 5 min}"),
        f"{_TRIGGER}.watch.later_than=15 min",
    ),
    "Gate.score": (_UNSCORED, f"{_SCORE}={{watch: {{stream: s, step: a}}, within: 1 h}}"),
    "Score.watch": (SCORED, f"{_SCORE}.watch={{stream: s, step: b}}"),
    "Score.within": (SCORED, f"{_SCORE}.within=20 min"),
    "Stream.families": (LOOP, "streams.s.families={names: {x: 20%, y: 60%}}"),
    "Families.names": (LOOP, "streams.s.families.names={x: 90%}"),
    "Families.share_of_top": (
        LOOP.replace("{names: {x: 40%, y: 40%}}", "{share_of_top: {2: 80%}}"),
        "streams.s.families.share_of_top={1: 50%, 2: 60%}",
    ),
    "Step.effect @ touch": (LOOP, f"streams.s.steps.b.effect={_HALF}"),
    "Step.effect @ wait": (LOOP, f"streams.s.steps.w.effect={_HALF}"),
    "Step.effect @ stream": (_CALLED, f"streams.s.steps.w.effect={_HALF}"),
    "Step.inherit=family": (_CALLED, "streams.s.steps.w.inherit=family"),
    "Step.effect @ gate": (LOOP, f"streams.t.steps.g.effect={_HALF}"),
    "Outcome.effect": (
        LOOP.replace("bad: 30%", "bad: {share: 30%}"),
        f"streams.s.steps.a.outcome.bad.effect={_HALF}",
    ),
    "Effect.rate": (LOOP, f"{_LOOK}.rate=t"),
    "Effect.touch": (_OF_TOUCH, f"{_LOOK}.touch={{stream: s, step: b}}"),
    "Effect.family": (LOOP.replace("rate: s, family: own", "rate: s"), f"{_LOOK}.family=own"),
    "Effect.by": (LOOP, f"{_LOOK}.by=x0.05"),
    "Effect.lag": (LOOP, f"{_LOOK}.lag=2 h"),
    "Effect.lasts": (LOOP, f"{_LOOK}.lasts=20 min"),
    "Effect.half_life": (LOOP, f"{_LOOK}.half_life=5 min"),
    "Effect.wait": (_OF_WAIT, f"{_LOOK}.wait={{stream: t, step: x}}"),
    "Effect.share": (_OF_SHARE, f"{_AT_B}.share={{stream: s, step: b, outcome: bad}}"),
    "Effect.auto": (_OF_AUTO, f"{_AT_B}.auto={{stream: s, step: b}}"),
    "Effect.incomplete": (_OF_INPUT, f"{_AT_B}.incomplete={{stream: s, step: b}}"),
    "OutcomeOf.stream": (_OF_SHARE, f"{_AT_B}.share.stream=t"),
    "OutcomeOf.step": (_OF_SHARE, f"{_AT_B}.share.step=b"),
    "OutcomeOf.outcome": (_OF_SHARE, f"{_AT_B}.share.outcome=odd"),
    "StateEffect.share": (
        _in_spells("{share: {stream: s, step: a, outcome: bad}, by: x3}"),
        "environments.e.states.y.effect.share={stream: s, step: a, outcome: odd}",
    ),
    "StateEffect.auto": (
        _in_spells("{auto: {stream: s, step: a}, by: x3}"),
        "environments.e.states.y.effect.auto={stream: t, step: a}",
    ),
    "StateEffect.incomplete": (
        _in_spells("{incomplete: {stream: s, step: a}, by: x3}"),
        "environments.e.states.y.effect.incomplete={stream: t, step: a}",
    ),
    "Scenario.environments": (_SPELLS, "environments=null"),
    "Environment.states": (_SPELLS, f"{_STATES}.worse=null"),
    "State.lasts": (_SPELLS, f"{_STATES}.bad.lasts=2 h"),
    "State.effect": (_SPELLS, f"{_STATES}.good.effect={{rate: s, by: x0.5}}"),
    "State.next": (_SPELLS, f"{_STATES}.bad.next={{good: 20%, worse: rest}}"),
    "StateEffect.rate": (_SPELLS, f"{_STORM}.rate=t"),
    "StateEffect.touch": (_SPELLS, f"{_STATES}.worse.effect.touch={{stream: s, step: b}}"),
    "StateEffect.wait": (
        _SPELLS.replace("rate: s, by: x1.5", "wait: {stream: s, step: w}, by: x1.5"),
        f"{_STORM}.wait={{stream: t, step: x}}",
    ),
    "StateEffect.by": (_SPELLS, f"{_STORM}.by=x0.5"),
    "FactorRange.low": (_RANGE, f"{_LOOK}.by.low=x0.7"),
    "FactorRange.high": (_RANGE, f"{_LOOK}.by.high=x0.3"),
    "StepOf.stream": (_OF_TOUCH, f"{_LOOK}.touch.stream=t"),
    "StepOf.step": (_OF_TOUCH, f"{_LOOK}.touch.step=b"),
    "Spawn.inherit=family": (LOOP, "streams.s.steps.b.spawn.inherit=family"),
}  # fmt: skip
"""Of each field: a scenario, and a change of the field alone; what happens differs."""
