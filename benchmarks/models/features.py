"""Pairs of models that differ by one feature: the difference is what the feature costs."""

from svcsim.scenario.load import loads
from svcsim.scenario.schema import Scenario

HEAD = """\
svcsim: 1
calendar: always
horizon: {horizon} min
warm_up: 0 h
run_out: 0 h
calendars:
  office: {{days: Mon-Fri, hours: 08:00-18:00}}
teams:
  desk: {{{people}, activity: deliver_support}}
streams:
  item:
    demand: {{rate: {rate}/h, batch: {batch}}}
{classes}    steps:
{steps}"""
TOUCH = "touch: {mean: 20 min, distribution: exponential}"
ONE = "    classes: {first: {share: 30%, priority: 1}, second: {share: rest, priority: 1}}\n"
TWO = "    classes: {first: {share: 30%, priority: 1}, second: {share: rest, priority: 2}}\n"
THREE = TWO.replace("priority: 1", "priority: 1, preempts: true")
VISITS = 60_000


def model(
    people: str = "people: 10", load: float = 0.8, classes: str = "", size: int = 10,
    batch: int = 1, **steps: str,
) -> Scenario:  # fmt: skip
    """A desk, of whose time `load` is asked for, and steps with what each has besides."""
    steps = steps or {"a": "", "b": ""}
    demand = load * size * 3 / len(steps)
    lines = "".join(
        f"      {name}: {{team: desk, {TOUCH}{', ' + more if more else ''}}}\n"
        for name, more in steps.items()
    )
    horizon = round(60 * VISITS / len(steps) / demand)
    text = HEAD.format(horizon=horizon, people=people, rate=f"{demand / batch:.6g}",
                       batch=batch, classes=classes, steps=lines)  # fmt: skip
    return loads(text)


def pairs() -> dict[str, tuple[Scenario, Scenario]]:
    """What a feature is, and the models without and with it."""
    chain = {"a": "", "b": "", "c": "", "d": ""}
    fork = {"a": "", "b": "after: a", "c": "after: a", "d": "after: [b, c]"}
    groups = "groups: {early: {people: 5}, late: {people: 5}}"
    return {
        "priorities: 2 instead of 1": (model(classes=ONE), model(classes=TWO)),
        "pre-emption by the first class": (model(classes=TWO), model(classes=THREE)),
        "calendar: 50 h a week": (
            model(load=0.2), model("people: 10, calendar: office", load=0.2)),
        "window: one step of two, 50 h a week": (
            model(load=0.3), model(load=0.3, a="", b="during: office")),
        "groups: 2 instead of 1": (model(), model(groups)),
        "fork and join: 4 steps": (model(**chain), model(**fork)),
        "escalation after 1 h": (
            model(classes=TWO),
            model(classes=TWO, a="", b="escalate: {after: 1 h, priority: 1}")),
        "patience of 2 h": (
            model(), model(a="", b="patience: 2 h")),
    }  # fmt: skip
