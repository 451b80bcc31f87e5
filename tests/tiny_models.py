"""Random models that are small enough for an exact Markov chain, and rich enough to go wrong."""

import json
import random

from svcsim.model.build import build
from svcsim.scenario.load import loads

NIGHTS = """\
svcsim: 1
title: Opens at nine
start: 2026-01-05 00:00 UTC
horizon: 72 h
run_out: 1 h
terminating: true
calendar: always
calendars: {office: {days: Mon-Sun, hours: "09:00-17:00"}}
teams:
  desk: {people: 1, calendar: office, activity: deliver_support, shift_end: pause}
streams:
  call:
    demand: {rate: 2.5/d, profile: {hours: [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1,
                                            1, 1, 1, 1, 1]}}
    classes: {urgent: {share: 40%, priority: 1}, usual: {share: rest, priority: 2}}
    steps:
      work:
        team: desk
        touch: {mean: 1.5 h, distribution: exponential}
        patience: {mean: 12 h, distribution: exponential}
"""
"""Two classes at a desk that is closed at night, and some give up: no formula covers it."""


def exponential(hours, stages=1):
    """Return an exponential law, or Erlang."""
    mean = f"{hours:g} h"
    if stages > 1:
        return {"mean": mean, "stages": stages, "distribution": "erlang"}
    return {"mean": mean, "distribution": "exponential"}


class Author:
    """Writes the words of a tiny model; `used` names what is in it."""

    def __init__(self, seed):
        self.rng = random.Random(f"tiny {seed}")
        self.used = set()

    def maybe(self, share, what):
        """Decide whether something is in it."""
        chosen = self.rng.random() < share
        if chosen:
            self.used.add(what)
        return chosen

    def words(self):
        """Return a scenario."""
        rng = self.rng
        teams = {
            name: {"people": rng.choice([1, 1, 2]), "activity": "deliver_support"} for name in "ab"
        }
        self.parallel = self.maybe(0.25, "fork")
        self.limited = not self.parallel and self.maybe(0.65, "limits")
        self.classes = ["x", "y"] if rng.random() < (0.2 if self.parallel else 0.5) else []
        alone = self.parallel or self.classes
        names = ["s", "t"] if not alone and self.maybe(0.3, "two streams") else ["s"]
        self.rate = (0.8 if self.limited else 0.15 if self.parallel else 0.35) / len(names)
        streams = {name: self.stream() for name in names}
        if len(names) == 2:
            streams["t"]["priority"] = 2
        if not self.parallel and self.maybe(0.15, "spawn"):
            streams["child"] = {
                "steps": {"look": {"team": "b", "touch": exponential(0.5)}}, "priority": 3,
            }  # fmt: skip
            step = next(iter(streams["s"]["steps"].values()))
            step["spawn"] = {"stream": "child", "share": "40%", "count": rng.choice([1, 2])}
            if self.maybe(0.5, "late children"):
                step["spawn"] |= {"wait": exponential(0.5), "count": 1}
        if self.limited:
            for team in teams.values():
                how = rng.choice(["leave", "leave", "wait"])
                self.used.add(f"when full: {how}")
                team["wip"] = {"limit": rng.randint(2, 3), "when_full": how}
        elif self.maybe(0.2, "lifo") and not self.used & {"either", "both"}:
            teams["a"]["queue"] = "lifo"
        return {
            "svcsim": 1, "start": "2026-01-05 00:00 UTC", "calendar": "always", "horizon": "100 h",
            "teams": teams, "streams": streams,
        }  # fmt: skip

    def stream(self):
        """Return a stream."""
        rng = self.rng
        rate, demand = self.rate * rng.uniform(0.7, 1.0), {}
        if not self.parallel and self.maybe(0.2, "batch"):
            demand["batch"] = {"values": {1: "50%", 2: "rest"}}
            rate /= 1.5
        stream = {"demand": {"rate": f"{rate:.3f}/h", **demand}}
        if self.classes:
            stream["classes"] = {
                "x": {"share": "40%", "priority": 1}, "y": {"share": "rest", "priority": 2},
            }  # fmt: skip
            self.used.add("priority")
            if self.maybe(0.5, "preempts"):
                stream["preempts"] = True
        stream["steps"] = self.fork() if self.parallel else self.line()
        return stream

    def line(self):
        """Return steps one after the other."""
        rng, names = self.rng, "pq"[: self.rng.choice([1, 2, 2])]
        steps = {}
        for i, name in enumerate(names):
            steps[name] = self.step()
            if i == len(names) - 1 and self.maybe(0.4, "rework"):
                back = {"again": {"share": "25%", "to": rng.choice(names)}, "good": "rest"}
                if self.maybe(0.5, "changing shares"):
                    back["again"]["share"] = {"by_visit": ["40%", "10%"]}
                steps[name]["outcome"] = back
                if self.maybe(0.5, "last visit"):
                    steps[name]["max_visits"] = 2
        return steps

    def fork(self):
        """Return steps side by side, and perhaps one after them."""
        steps = {"one": {"after": [], **self.step("a")}, "two": {"after": [], **self.step("b")}}
        joined = ["one", "two"]
        if self.maybe(0.5, "any of them"):
            losers = self.rng.choice(["cancel", "run_on"])
            self.used.add(losers)
            joined = {"any": joined, "losers": losers}
        last = {"wait": exponential(0.25)}
        if self.maybe(0.5, "work after the join"):
            last = {"team": "b", "touch": exponential(0.5)}
        steps["both"] = {"after": joined, **last}
        return steps

    def step(self, team=None):
        """Return a step of work."""
        rng = self.rng
        step = {"team": team or rng.choice(["a", "b"])}
        plain = team is not None or self.limited
        if not plain and self.maybe(0.4, "either"):
            step["team"] = rng.choice([["a", "b"], ["b", "a"]])
        elif not plain and self.maybe(0.3, "both"):
            step["team"] = {"a": 1, "b": 1}
        stages = 2 if team is None and self.maybe(0.2, "erlang") else 1
        step["touch"] = exponential(rng.choice([0.5, 1.0]), stages)
        if self.classes and stages == 1 and self.maybe(0.3, "touch by class"):
            step["touch"] = {"by_class": {"x": step["touch"], "y": exponential(0.8)}}
        if self.maybe(0.25, "patience"):
            step["patience"] = exponential(rng.choice([1.0, 2.0]))
        if team is None and self.maybe(0.15, "wait"):
            step["wait"] = exponential(0.5)
        if self.maybe(0.15, "share"):
            step["share"] = "70%"
        return step


def written(rate, steps, wip=None, a=None, **streams):
    """Return a scenario of two people and a stream; `a` is what else is said of the first."""
    team = {"people": 1, "activity": "deliver_support"} | ({"wip": wip} if wip else {})
    return {
        "svcsim": 1, "start": "2026-01-05 00:00 UTC", "calendar": "always", "horizon": "100 h",
        "teams": {"a": team | (a or {}), "b": team},
        "streams": {"s": {"demand": {"rate": f"{rate}/h"}, "steps": steps}, **streams},
    }  # fmt: skip


WRITTEN = {
    "run on": (
        {"fork", "any of them", "run_on"},
        written(0.1, {
            "one": {"after": [], "team": "a", "touch": exponential(0.5)},
            "two": {"after": [], "team": "b", "touch": exponential(1.0)},
            "both": {"after": {"any": ["one", "two"], "losers": "run_on"},
                     "wait": exponential(0.25)},
        }),
    ),
    "reserved": (
        {"two streams"},
        written(
            0.3, {"p": {"team": "a", "touch": exponential(1.0)}},
            t={"demand": {"rate": "0.25/h"}, "priority": 2,
               "steps": {"q": {"team": "a", "touch": exponential(0.7)}}},
            a={"people": 3, "reserve": {"people": 2, "for": "s"}},
        ),
    ),
    "several teams": (
        {"two streams"},
        written(
            0.45, {"p": {"team": "a", "touch": exponential(1.0)}},
            t={"demand": {"rate": "1.0/h"}, "priority": 2,
               "steps": {"q": {"team": "b", "touch": exponential(0.7)}}},
            a={"serves": "b"},
        ),
    ),
    "late children": (
        {"limits", "spawn", "late children"},
        written(
            0.6,
            {"p": {"team": "a", "touch": exponential(1.0),
                   "spawn": {"stream": "child", "share": "60%", "wait": exponential(0.5)}}},
            wip={"limit": 2, "when_full": "leave"},
            child={"steps": {"look": {"team": "b", "touch": exponential(0.5)}}},
        ),
    ),
}  # fmt: skip
"""What random models have only where they are large: what is in them, and their words."""


def draw(seed):
    """Return the words of a tiny model, and what is in it."""
    if seed in WRITTEN:
        used, words = WRITTEN[seed]
        return words, used
    author = Author(seed)
    return author.words(), author.used


def compiled(words, *changes):
    """Return the arrays of a scenario."""
    text = words if isinstance(words, str) else json.dumps(words)
    return build(loads(text, set=changes)).model
