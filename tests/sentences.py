"""Which constructs exercise which sentence of `docs/semantics.md`.

`SENTENCES` names, for each sentence that not every run comes to, the constructs that bring it about
(names of `CONSTRUCTS`, `INERT` and `SEEN`); `EVERY` says of the others why every run does.
"""

import json
import re

from constructs import steps

SEEN = {
    "work": lambda words: any("touch" in step and "gate" not in step for step in steps(words)),
    "business days": lambda words: bool(re.search(r'[ /]bd"', json.dumps(words))),
}
"""What is no construct, since nothing is left when it is taken out, by how to see it."""

EVERY = {
    1: "every time of a run is a tick",
    7: "items arrive from the warm-up on, and the run ends",
    8: "every event has its place",
    9: "every tick goes through its phases",
    10: "every token goes on until it waits or ends",
    12: "everything is numbered by its creation",
    57: "every item has a lead time along its critical path",
    59: "the rows of every run are sorted before the engines are compared",
    60: "every item has a key",
    62: "every item has a name",
    63: "it speaks of pairs of runs, which tests/test_metamorphic.py draws",
    65: "the sums of every run are integers",
}
"""The sentences that every run exercises, and why."""

SENTENCES = {
    2: (
        *("lognormal", "lognormal by median", "lognormal by quantiles", "exponential", "gamma"),
        *("weibull", "erlang", "hyperexponential", "uniform", "pert", "triangular", "scipy"),
        *("empirical", "empirical, discrete", "values", "mixture", "plus", "at_most", "at_least"),
        *("between", "zero", "touch by class", "wait by class", "repeat_touch"),
        "effect on a touch",
        "touch for each",
    ),
    3: ("changes: half_life", "effect: half_life", "efficiency that grows", "learning"),
    4: (
        *("wait in business time", "touch in business time", "runs_on", "breaks"),
        *("touching shifts", "past midnight", "shifts by weekday", "only some days", "holidays"),
        *("closed", "zone", "season", "auto: time in business time"),
        "wait of an outcome in business time",
    ),
    5: ("change of clocks",),
    6: ("business days", "length of the day"),
    11: (
        *("rng_name of a stream", "rng_name of a team", "rng_name of a step", "classes"),
        *("families", "families by number", "split", "team by class"),
    ),
    13: ("rework", "max_visits", "next", "incomplete but for the last visit"),
    14: (
        *("groups", "calendar of a group", "on_call", "calendar of people on call", "unlimited"),
        *("calendar of a resource", "a group that comes later"),
        *("serves", "serves of a team", "serves of a group", "serves several others"),
    ),
    15: ("calendar of a team", "leave", "absence in a day", "calendar of a group"),
    16: ("leave", "absence in a day", "shrinkage of a group"),
    17: ("groups", "on_call", "any of several teams", "serves"),
    18: ("efficiency of a group", "efficiency of a team", "efficiency that grows"),
    19: ("on_call", "call_out", "rest after a call", "on call for some"),
    20: ("pause", "hand_over", "preempts"),
    21: ("several teams at once", "any of several teams", "uses"),
    22: (
        *("lifo", "queue by due date", "random order", "due", "due by class"),
        *("shortest first", "ageing", "ageing in business time"),
        *("due in business time", "priority", "priority by class", "priority of a class"),
        *("set priority", "set due", "set by class", "set while another waits"),
    ),
    23: ("calendar of a team", "nobody", "people are kept"),
    24: ("several people", "several of a resource", "uses", "quorum"),
    25: ("work",),
    26: ("several people", "several teams at once", "uses", "people are kept", "nobody is kept"),
    27: ("work",),
    28: ("quorum", "quorum by class"),
    29: ("any of several teams",),
    30: ("reserve", "reserve: share", "reserve for classes", "reserve for several"),
    31: ("preempts", "preempts by class", "preempts of a class", "interruption: never"),
    32: ("quorum", "several people"),
    33: ("interruption: restart", "switching", "switching also overnight"),
    34: (
        *("pause", "hand_over", "run_over", "restart at a shift end", "no_late_start"),
        "reading_in",
    ),
    35: (
        *("cut_off", "cut_off by class", "cut_off in business time", "calendar of a gate"),
        *("meets every", "meets daily", "meets weekly", "meets monthly"),
    ),
    36: ("agenda", "order of submission", "score", "score: within", "score of some visits"),
    37: ("defer", "gate closed", "reject", "gate sends on"),
    38: (
        *("attendance", "so many attend", "several teams attend", "attendance by class"),
        "attendance of later visits",
    ),
    39: (
        *("asked", "several asked", "all must answer", "answer by class"),
        *("answer in business time", "delegate", "delegate's own answer"),
        *("delegate after business time", "gate: batching"),
    ),
    40: ("during",),
    41: (
        *("after", "after nothing", "after all", "after any", "after at least", "after a share"),
        *("losers: cancel", "losers: run_on", "instances", "some of the instances"),
        *("instances of a group", "instances: perhaps none", "a share of the instances"),
        "instances that ask",
    ),
    42: ("losers: cancel", "left by one of several", "waited-for children of parallel work"),
    43: (
        *("way back over strands", "way forward over strands", "once"),
        "incomplete over strands",
    ),
    44: (
        *("children", "children of an outcome", "children of several kinds", "share of children"),
        *("share of children by class", "number of children", "wait for children"),
        *("wait for children by class", "class of children", "inherited class"),
        *("inherited priority", "inherited due", "inherited family", "children alone"),
        *("waited-for children", "some of the children waited for"),
        *("a share of the children waited for", "calls", "class of what is called"),
        *("what is called inherits", "redial", "redial by class", "redial: wait by class"),
    ),
    45: (
        *("wip: wait", "wip: leave", "wip: to", "limit of several of one"),
        *("auto under a limit", "incomplete under a limit", "repeated under a limit"),
    ),
    46: (
        *("patience", "patience by class", "abandon_to", "escalate", "escalate by class"),
        *("escalate: after by class", "escalate unless started", "escalate beside others"),
        *("escalate to", "escalate to beside others", "escalate to unless started"),
        *("escalate to from a call", "escalate to from a gate", "escalate to, with a priority"),
    ),
    47: (
        *("effects", "effect that is drawn", "effect of an outcome", "effect: lag"),
        *("effect: lasts", "effect: half_life"),
    ),
    48: (
        *("effect on a rate", "effect on a touch", "effect on the rate of a family"),
        *("effect on the touch of a family", "several effects", "effect on a wait"),
        *("effect on the wait of a family", "environment of a touch", "environment of a wait"),
        *("effect on a share", "effect on what machines handle", "effect on what comes in"),
        *("effect on a share of a family", "environment of a share"),
        *("while: rate", "while: touch", "while: wait", "while: share"),
    ),
    49: (
        *("triggers", "trigger: classes", "trigger: step", "trigger: share"),
        *("trigger: later_than", "trigger: mean", "trigger: sum"),
        *("trigger: per family", "trigger: cool_down", "trigger: every", "trigger: top"),
        *("trigger: level", "level of open items", "level of a team", "level by family"),
        *("level of some items", "level that makes items"),
        *("trigger: while", "while of what happened", "while: cool_down"),
    ),
    50: (
        *("rate", "rate per business time", "layer_rate", "rates", "profile: calendar"),
        *("profile: levels", "profile: hours", "profile: weekdays", "profile: months"),
        *("changes of demand", "changes: until", "changes: half_life", "environment of a rate"),
        "rate that rises",
    ),
    51: (
        *("families", "effect on the rate of a family", "batch: number", "batch: poisson"),
        *("batch: geometric", "batch: uniform", "batch: values", "replay", "replay: class"),
        *("replay: item", "replay: zone"),
    ),
    52: ("every", "every in business time", "day_to_day"),
    53: (
        *("backlog", "backlog of several kinds", "class of the backlog", "backlog at a step"),
        *("backlog: since", "backlog in service"),
    ),
    54: ("wait", "cause of a wait", "work"),
    55: ("work",),
    56: ("work",),
    58: ("value_point", "targets", "when", "paused_by"),
    61: (
        "work",
        *("sticky choice of paths", "sticky outcome", "sticky next", "sticky team"),
    ),
    64: (
        *("auto", "auto by class", "auto: time", "auto: time by class", "auto: fails"),
        *("auto: fails by class", "auto before a wait", "auto before patience"),
        *("auto before an outcome", "auto, repeated", "incomplete", "incomplete by class"),
        *("incomplete by visit", "incomplete but for the last visit", "incomplete after a wait"),
        *("incomplete with patience", "incomplete after a machine", "wait before touch"),
        *("handover", "handover by class", "handover in business time"),
        *("reading_in between teams", "wait of an outcome", "wait of an outcome by class"),
        *("wait of a decision", "outcome ahead", "outcome by visit", "outcome by class"),
        *("one_of", "steps", "share", "share by class", "classes of a step", "same_person"),
    ),
    68: ("notice", "notice by class", "notice in business time", "target from an event"),
    67: (
        *("scheduled", "scheduled: calendar", "scheduled: every", "scheduled: weekday"),
        *("scheduled: date", "scheduled: business day"),
    ),
    66: (
        *("repeated", "repeated wait", "repeated: time by class", "repeated in business time"),
        *("until", "until, or so many times"),
    ),
    69: ("environments", "several environments", "state: next"),
    70: (
        *("standing load", "standing: scheduled", "standing: several people"),
        *("standing: priority", "standing: preempts", "standing: interruption"),
        *("standing: calendar", "standing: rng_name"),
    ),
    71: (
        *("same_person", "same_person: several people", "same_person at a way back"),
        *("same_person where some pass by", "same_person where priorities change"),
        *("same_person before an outcome",),
    ),
    72: (
        *("touch for each", "wait for each", "time of a machine for each", "quantity"),
        *("quantity by class", "quantity: negative binomial", "quantity that is inherited"),
    ),
    73: ("remaining", "remaining of an outcome"),
    74: (
        *("learning", "learning: done_before", "learning: at_least"),
        *("learning of a team of several", "learning beside machines"),
        *("learning where something is incomplete", "learning of instances"),
        *("learning with the same person", "learning within a window"),
        "learning where work is restarted",
    ),
}
"""The constructs of which one at least exercises the sentence."""
