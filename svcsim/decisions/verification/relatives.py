"""Scenarios of which the law says how their stories are related to this one's (methods 6.7)."""

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from svcsim.decisions.verification.check import Check
from svcsim.decisions.verification.halves import halved, together
from svcsim.decisions.verification.slower import twice_as_slow
from svcsim.decisions.verification.stations import one_more, other_order
from svcsim.decisions.verification.stories import beginning, by_name, difference, until
from svcsim.engines import compiled
from svcsim.errors import ScenarioError, SimulationError
from svcsim.model.arrays import (
    CALENDAR,
    NEVER,
    NONE,
    OPENING,
    TICKS_PER_HOUR,
    Integers,
    Model,
    Records,
)
from svcsim.model.build import Compiled, build
from svcsim.model.codes import TRIGGERED, Arrivals, Interruption, Kind, ShiftEnd
from svcsim.model.trajectory import Trajectory
from svcsim.scenario.load import changed, rewritten
from svcsim.scenario.schema import Scenario

IN_ORDER = {"steps", "one_of", "team", "uses", "profile", "states"}
"""Mappings of a file in whose order something is said (semantics 11, 17, 21)."""


def shuffled(value: Any, chance: random.Random, name: str = "") -> Any:
    """Return a value of a file with its mappings in another order, where the order says nothing."""
    if isinstance(value, list):
        return [shuffled(part, chance) for part in value]
    if not isinstance(value, dict):
        return value
    parts = [
        (key, part if name == "team" else shuffled(part, chance, key))
        for key, part in value.items()
    ]
    if name not in IN_ORDER:
        chance.shuffle(parts)
    return dict(parts)


LAWS = {
    "idle": ("idle team", "a team that nobody asks for changes nothing",
             "semantics 61, methods 6.7 M1"),
    "reordered": ("reordered file", "the order of names in the file changes nothing",
                  "semantics 11, methods 6.7 M1"),
    "unused": ("unused step", "a step that nobody takes changes nothing",
               "semantics 61, methods 6.7 M1"),
    "longer": ("longer run", "a longer run begins with the shorter one",
               "semantics 7, methods 6.7 M6"),
    "more_people": ("more people", "one person more a team: the same items and draws",
                    "semantics 61, 63"),
    "too_late": ("people too late", "people who come when the run is over change nothing",
                 "semantics 17, 23, methods 6.7 M10"),
    "split": ("class in two", "a class told apart in two that are alike changes nothing",
              "semantics 11, 61, methods 6.7 M9"),
    "more_demand": ("more demand", "with 40 % more demand what was there remains",
                    "semantics 50, methods 6.7 M8"),
    "unlimited": ("people without limit", "nobody waits for somebody who is busy",
                  "semantics 55, methods 6.7 M11"),
    "other_order": ("other order", "one person is at work at the same times in any order",
                    "methods 6.7 M7"),
    "one_more": ("start by start", "one person more in a plain queue: no start is later",
                 "methods 6.7 M12"),
    "slower": ("time-scaling", "twice as slow is the same story in twice the time",
               "methods 4.2, 6.7 M2"),
}  # fmt: skip
"""By the name of the method: what it is called, what it says, and where that comes from."""
Law = tuple[str, str, str, str]
LIMITED = (
    "groups", "on_call", "shrinkage", "cost", "queue", "ageing", "efficiency", "reserve", "serves",
    "standing",
)  # fmt: skip
"""What a team without limit has no use for."""
PLENTY = 10_000
"""Of a resource: more than anybody asks for."""


@dataclass
class Relatives:
    """A scenario and its runs, to which those of its relatives are compared."""

    scenario: Scenario
    made: Compiled
    end: int
    """Runs end here, if not before."""
    seed: int
    replications: int
    step: Callable[[], None]
    _runs: list[Trajectory] = field(default_factory=list)

    def checks(self) -> Iterator[Check]:
        """Yield what became of each."""
        for name, about in LAWS.items():
            law: Law = "relatives", *about
            try:
                check: Check = getattr(self, name)(law)
            except ScenarioError as error:
                why = f"so changed it is no scenario: {error.problems[0].found}"
                check = Check.without(*law, why)
            except SimulationError as error:
                check = Check.without(*law, f"so changed it cannot go on: {error}")
            yield check
            self.step()

    @property
    def runs(self) -> list[Trajectory]:
        """What happens in the scenario as it is."""
        if not self._runs:
            self._runs = self._simulated(until(self.made.model, self.end))
        return self._runs

    def _simulated(self, model: Model) -> list[Trajectory]:
        worker = compiled.Worker(model)
        return [worker.simulate(self.seed, n) for n in range(self.replications)]

    def _same(self, law: Law, words: dict[str, Any] | None) -> Check:
        """Compare with a scenario of other words, which tells the same story by names."""
        if words is None:
            return Check.without(*law, "no stream is a plain list of steps")
        made = build(rewritten(self.scenario, words))
        codes: dict[str, int] = {}
        wrong, rows = "", 0
        others = self._simulated(until(made.model, self.end))
        for n, (one, other) in enumerate(zip(self.runs, others, strict=True)):
            found = difference(by_name(self.made, one, codes), by_name(made, other, codes))
            wrong = wrong or (found and f"replication {n}, {found} (before and after)")
            rows += len(one.rows)
        return Check.of(*law, wrong, f"{rows:,} rows")

    def _words(self) -> dict[str, Any]:
        words: dict[str, Any] = copy.deepcopy(self.scenario.document.data)
        return words

    # -- what changes nothing --

    def idle(self, law: Law) -> Check:
        """Add teams and a resource that nobody asks for."""
        words = self._words()
        idle = {"people": 3, "activity": "deliver_support", "shrinkage": "50%", "wip": 1}
        teams, things = words.get("teams", {}), words.get("resources", {})
        words["teams"] = {_new("0 idle", teams): idle, **teams, _new("zz idle", teams): idle}
        words["resources"] = {_new("0 thing", things): 2, **things}
        return self._same(law, words)

    def reordered(self, law: Law) -> Check:
        """Write the file in another order."""
        words = shuffled(self._words(), random.Random(self.seed))
        return self._same(law, words)

    def unused(self, law: Law) -> Check:
        """Put a step that nobody takes before the others of each stream that is a plain list."""
        words, found = self._words(), False
        for stream in words.get("streams", {}).values():
            steps = stream.get("steps", {})
            told = [step for step in steps.values() if isinstance(step, dict)]
            if told and not any("after" in step or "next" in step for step in told):
                never = {_new("never", steps): {"wait": "1 h", "share": "0%"}}
                stream["steps"] = {**never, **steps}
                found = True
        return self._same(law, words if found else None)

    def too_late(self, law: Law) -> Check:
        """Give every team people who have their first shift when the run is over."""
        model = until(self.made.model, self.end)
        if (model.pools["unlimited"] == 1).all():
            return Check.without(*law, "nobody is ever waited for")
        return self._told_alike(law, with_people_too_late(model))

    def split(self, law: Law) -> Check:
        """Tell a class of items apart in two, with half of its share each."""
        model = until(self.made.model, self.end)
        return self._told_alike(law, halved(model), lambda run: together(model, run))

    def _told_alike(
        self, law: Law, other: Model, seen: Callable[[Trajectory], Trajectory] = lambda run: run
    ) -> Check:
        """Compare with another model, which tells the same story."""
        wrong = ""
        for n, (one, two) in enumerate(zip(self.runs, self._simulated(other), strict=True)):
            found = difference(one, seen(two))
            wrong = wrong or (found and f"replication {n}, {found} (before and after)")
        return Check.of(*law, wrong, f"{sum(len(run.rows) for run in self.runs):,} rows")

    def longer(self, law: Law) -> Check:
        """Let the run go on for a week more."""
        made = build(changed(self.scenario, ["run_out=+1 wk"]))
        end = until(self.made.model, self.end).end
        wrong = ""
        others = self._simulated(until(made.model, end + 7 * 24 * TICKS_PER_HOUR))
        for n, (short, long) in enumerate(zip(self.runs, others, strict=True)):
            found = beginning(short, long, end)
            wrong = wrong or (found and f"replication {n}, {found} (shorter and longer)")
        return Check.of(*law, wrong, f"{sum(len(run.rows) for run in self.runs):,} rows")

    # -- what leaves the draws --

    def more_people(self, law: Law) -> Check:
        """Let every team have one person more."""
        model = until(self.made.model, self.end)
        if len(model.effects) or len(model.triggers) or len(model.environments):
            return Check.without(*law, "the model changes inside the run, or makes new items")
        groups = model.groups.copy()
        groups["people"][groups["people"] > 0] += 1
        again = (
            (model.seizes["interruption"] == Interruption.RESTART).any()
            or (model.pools["shift_end"] == ShiftEnd.RESTART).any()
            or len(model.stairs) > 0  # how long work takes depends on who does it (18)
            or len(model.lessons) > 0  # ... and on what was done before it (74)
        )  # fmt: skip
        wrong, visits = "", 0
        for n, (few, many) in enumerate(
            zip(self.runs, self._simulated(model._replace(groups=groups)), strict=True)
        ):
            found = _roots(few, few.items, many)
            told, compared = ("", 0) if found else _draws(few, many, work=not again)
            visits += compared
            found = found or told
            wrong = wrong or (found and f"replication {n}, {found} (before and after)")
        return Check.of(*law, wrong, f"{visits:,} visits")

    def more_demand(self, law: Law) -> Check:
        """Let more items come where they come by a rate."""
        names = [
            name
            for name, stream in self.scenario.streams.items()
            if stream.demand is not None and stream.demand.rate is not None
        ]
        if not names:
            return Check.without(*law, "no items come by a rate")
        if (self.made.model.streams["rate_slot"] > 0).any():
            return Check.without(*law, "the demand changes inside the run")
        made = build(changed(self.scenario, [f"streams.{x}.demand.rate=+40%" for x in names]))
        wrong, items, more = "", 0, 0
        others = self._simulated(until(made.model, self.end))
        layered = self.made.model.streams["arrivals"] == Arrivals.POISSON
        for n, (few, many) in enumerate(zip(self.runs, others, strict=True)):
            mine = few.items[layered[few.items["stream"]] & (few.items["parent"] < 0)]
            found = _roots(few, mine, many)
            wrong = wrong or (found and f"replication {n}, {found}")
            items, more = items + len(mine), more + len(many.items)
        return Check.of(*law, wrong, f"{items:,} items, and others")

    # -- what theory says of queues --

    def unlimited(self, law: Law) -> Check:
        """Let every team have people without limit, by the calendar of the team."""
        words = self._words()
        for team in words.get("teams", {}).values():
            for name in LIMITED:
                team.pop(name, None)
            team["people"] = "unlimited"
        for name, thing in words.get("resources", {}).items():
            many = {"count": PLENTY}
            words["resources"][name] = {**thing, **many} if isinstance(thing, dict) else many
        made = build(rewritten(self.scenario, words))
        wrong, rows = "", 0
        for n, run in enumerate(self._simulated(until(made.model, self.end))):
            waits = run.rows[run.rows["kind"] == Kind.CONTENTION]
            busy = waits["end"] - waits["begin"]
            busy -= waits["gate"] + waits["unavailability"] + waits["policy"]
            if busy.any() and not wrong:
                row = waits[int(np.argmax(busy))]
                wrong = f"replication {n}: item {row['item']} waits from {row['begin']} on"
            rows += len(run.rows)
        return Check.of(*law, wrong, f"{rows:,} rows")

    def other_order(self, law: Law) -> Check:
        """Serve the last who came first, in the queue of a team of one."""
        return other_order(law, until(self.made.model, self.end), self.seed, self.runs)

    def one_more(self, law: Law) -> Check:
        """Let a team with one queue have one person more."""
        return one_more(law, until(self.made.model, self.end), self.seed, self.runs)

    def slower(self, law: Law) -> Check:
        """Let everything take twice as long."""
        model = until(self.made.model, self.end)
        return twice_as_slow(law, model, self.seed, self.replications)


def with_people_too_late(model: Model) -> Model:
    """Return a model in which each pool has a group more, taken first, that is never there.

    It has one shift of a tick, an hour after the end of the run.
    """
    limited = np.flatnonzero(model.pools["unlimited"] == 0)
    known, n = len(model.groups), len(limited)
    groups = np.zeros(known + n, model.groups.dtype)
    late = groups[known:]
    groups[:known], late[:] = model.groups, model.groups[model.pools["group"][limited]]
    groups["order"][:known] += n
    late["order"], late["people"], late["tag"] = np.arange(n), 3, np.arange(n) + 1
    late["calendar"], late["longest"], late["own"] = len(model.calendars), 1, 0
    late["on_call"], late["streams"], late["first_stair"] = 0, NONE, 0
    late["n_stairs"], late["leave"], late["day"] = 0, 0.0, 0.0
    late["call_out"], late["rests"], late["rest_after"] = NONE, NONE, NEVER
    late["n_pools"], late["first"] = 1, len(model.group_pools) + np.arange(n)
    pools = model.pools.copy()
    pool_groups: list[int] = []
    for p in range(len(pools)):
        first, mine = int(pools["first"][p]), np.flatnonzero(limited == p) + known
        pools["first"][p] = len(pool_groups)
        pool_groups += [*mine, *model.pool_groups[first : first + pools["n_groups"][p]]]
        pools["n_groups"][p] += len(mine)
    calendar, shift = np.zeros(1, CALENDAR), np.zeros(1, OPENING)
    calendar["first"], calendar["n"] = len(model.openings), 1
    shift["opens"] = model.end + TICKS_PER_HOUR
    shift["closes"], shift["date"] = shift["opens"] + 1, model.end
    return model._replace(
        groups=groups, pools=pools, pool_groups=np.array(pool_groups, np.int64),
        group_pools=np.concatenate([model.group_pools, limited]),
        calendars=np.concatenate([model.calendars, calendar]),
        openings=np.concatenate([model.openings, shift]),
    )  # fmt: skip


def _new(name: str, known: Any) -> str:
    while name in known:
        name += " too"
    return name


def _keys(items: Records) -> list[tuple[int, ...]]:
    """Addresses of items: stream and key."""
    return list(zip(*(items[f].tolist() for f in ("stream", "hi", "lo", "member")), strict=True))


def _roots(few: Trajectory, mine: Records, many: Trajectory) -> str:
    """Return which of some items from outside is not there in another run, as it was."""
    outside = mine[(mine["parent"] < 0) & (mine["layer"] != TRIGGERED)]
    fields = "arrived", "cls", "family", "layer", "ordinal"
    others = dict(zip(_keys(many.items), many.items[list(fields)].tolist(), strict=True))
    for key, item, number in zip(
        _keys(outside), outside[list(fields)].tolist(), outside["item"].tolist(), strict=True
    ):
        if others.get(key) != item:
            return f"items: item {number} is {item}, and then {others.get(key)} {fields}"
    return ""


def _draws(few: Trajectory, many: Trajectory, *, work: bool) -> tuple[str, int]:
    """Return which visit drew something else, and how many were compared."""
    numbers = dict(zip(_keys(many.items), many.items["item"].tolist(), strict=True))
    there = np.array([numbers.get(key, -1) for key in _keys(few.items)], np.int64)
    a, b = _visits(few, there), _visits(many, np.arange(len(many.items)))
    both = a.keys() & b.keys()
    for visit in sorted(both):
        for what, x, y in zip(("outcome", "ticks of work"), a[visit], b[visit], strict=True):
            if x != y and (work or what == "outcome"):
                item, step, number = visit
                return f"visits: item {item} at step {step}, visit {number}: {what} {x}, {y}", 0
    return "", len(both)


def _visits(run: Trajectory, number: Integers) -> dict[tuple[int, int, int], tuple[int, int]]:
    """Return outcome and work of each visit that is over, by item (renumbered), step and visit."""
    rows = run.rows[run.rows["kind"] == Kind.WORK]
    work: dict[tuple[int, int, int], int] = {}
    lengths = (rows["end"] - rows["begin"]).tolist()
    keys = zip(
        *(column.tolist() for column in (number[rows["item"]], rows["step"], rows["visit"])),
        strict=True,
    )
    for key, ticks in zip(keys, lengths, strict=True):
        work[key] = work.get(key, 0) + ticks
    over = run.visits[(run.visits["finished"] != NEVER) & (run.visits["outcome"] >= -1)]
    over = over[number[over["item"]] >= 0]
    columns = number[over["item"]], over["step"], over["visit"], over["outcome"]
    return {
        (i, s, v): (outcome, work.get((i, s, v), 0))
        for i, s, v, outcome in zip(*(column.tolist() for column in columns), strict=True)
    }
