"""The flow program of all streams, and the tables that its instructions point into."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import (
    ALTERNATIVE,
    ASK,
    BRANCH,
    GATE,
    INSTANCES,
    JUMP,
    LESSON,
    NEED,
    NEVER,
    NONE,
    OP,
    SEAT,
    SEIZE,
    SITTING,
    SPAWN,
    STEP,
    STRAND,
    TICKS_PER_HOUR,
    Records,
)
from svcsim.model.calendar_tables import CalendarTables
from svcsim.model.change_tables import ChangeTables
from svcsim.model.codes import Interruption, Op
from svcsim.model.environments import EnvironmentTables
from svcsim.model.groups import ranked
from svcsim.model.lessons import lessons
from svcsim.model.pools import Pools
from svcsim.model.quantile_tables import CountTables, QuantileTables
from svcsim.model.tables import Tables
from svcsim.scenario.calendar import named
from svcsim.scenario.distribution import Dist
from svcsim.scenario.families import Constant
from svcsim.scenario.schema import Scenario
from svcsim.scenario.step import Step
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.units import Duration


class Label:
    """An instruction that is not written yet."""

    def __init__(self) -> None:
        self.pc = NONE


class Program:
    """The flow program of all streams, and the tables that its instructions point into."""

    def __init__(
        self,
        scenario: Scenario,
        pools: Pools,
        calendars: CalendarTables,
        quantiles: QuantileTables,
        tables: Tables,
        counts: CountTables,
        end: int,
    ):
        self.scenario = scenario
        self.pools = pools
        self.calendars = calendars
        self.quantiles = quantiles
        self.tables = tables
        self.counts = counts
        self.end = end
        self.ops: list[tuple[int, int, Label | None, Any, Any, Any, Any]] = []
        self.steps: list[tuple[int, ...]] = []
        self.step_names: list[str] = []
        self.outcomes: list[tuple[str, ...]] = []
        self.seizes: dict[tuple[Any, ...], int] = {}
        self.seize_records: list[tuple[int, ...]] = []
        self.alternatives: list[tuple[int, int]] = []
        self.needs: list[tuple[int, ...]] = []
        self.branches: list[tuple[int, ...]] = []
        self.chances: list[tuple[int, int, tuple[str, ...]]] = []
        """Branch, way, and what the share of it is called where something changes it."""
        self.targets: list[Label] = []
        self.lessons: list[tuple[int, float]] = []
        self.lesson_spans: dict[int, tuple[int, int]] = {}
        """First lesson of each step that learns, and how many there are."""
        self.gates: list[list[int]] = []
        self.gate_names: list[str] = []
        self.gate_rng_names: list[str] = []
        self.sittings: list[tuple[int, int]] = []
        self.seats: list[tuple[int, int]] = []
        self.asks: list[tuple[int, ...]] = []
        self.spawns: list[tuple[Any, ...]] = []
        self.spawn_numbers: dict[tuple[str, str], int] = {}
        """By path, and stream of the children."""
        self.strands: list[tuple[Any, ...]] = []
        self.jumps: list[tuple[Any, ...]] = []
        self.instances: list[tuple[Any, ...]] = []
        self.changes = ChangeTables(scenario, tables)
        self.environments = EnvironmentTables(scenario, self)

    # ---- writing -------------------------------------------------------------------------------

    def emit(
        self, code: Op, step: int = NONE, a: Any = NONE, b: Any = NONE, c: Any = NONE,
        d: Any = NONE, to: Label | None = None,
    ) -> None:  # fmt: skip
        """Write an instruction; it goes on with the one written next unless `to` says otherwise."""
        self.ops.append((int(code), step, to, a, b, c, d))

    def put(self, label: Label) -> None:
        """Let a label mean the instruction that is written next."""
        label.pc = len(self.ops)

    def calendar(self, name: str | None) -> int:
        """Return the index of a named calendar, as a clock; the wall clock is -1."""
        calendar = named(self.scenario.calendars, name or self.scenario.calendar)
        return NONE if calendar is None else self.calendars.add(calendar, merged=True)

    def business_day(self, name: str | None = None) -> int:
        """Return the ticks of a business day of a calendar; not given: of the scenario's."""
        calendar = named(self.scenario.calendars, name or self.scenario.calendar)
        return 24 * TICKS_PER_HOUR if calendar is None else self.calendars.day_ticks(calendar)

    def distribution(self, dist: Dist, business_day: int, path: str) -> int:
        """Return the index of a distribution.

        Raises
        ------
        ScenarioError
            If it makes no sense once its durations are ticks.
        """
        try:
            return self.quantiles.add(dist, bd_ticks=business_day)
        except ValueError as error:
            found, _, remedy = str(error).rpartition("; ")
            problem = Problem("impossible-law", path, found or str(error), remedy)
        raise ScenarioError([problem])

    def nothing(self) -> int:
        """Return the index of the distribution of what takes no time."""
        return self.quantiles.add(Constant(value=Duration(0, "h")), bd_ticks=TICKS_PER_HOUR)

    def seize(
        self, use: TeamUse, step: Step, quorum: int | None, reserved: Mapping[str, tuple[int, int]]
    ) -> int:
        """Return the index of the seize of a use of teams, of whom a quorum may start (24).

        `reserved` says of each team whether people are reserved for the work, or for other (30).
        """
        used = sum(step.uses.values())
        uses = tuple((self.pools.index(name), *[n] * 3, 0, 0) for name, n in step.uses.items())
        numbers = [
            (self.pools.index(name), n, *([n, n] if quorum is None else [1, 0]), *reserved[name])
            for name, n in use.numbers.items()
        ]
        ways = [(need,) for need in numbers] if use.mode == "any" else [tuple(numbers)]
        window = NONE if step.during is None else self.calendar(step.during)
        interruption = Interruption[step.interruption.upper()]
        enough = 0 if quorum is None else quorum + used
        collect = step.collects and use.mode != "any" and use.people + used > 1
        key = (tuple(ways), uses, window, interruption, enough, collect)
        if key not in self.seizes:
            self.seizes[key] = len(self.seize_records)
            longest = NEVER if window == NONE else self.calendars.longest(window)
            first = len(self.alternatives)
            for way in ways:
                self.alternatives.append((len(self.needs), len(way) + len(uses)))
                self.needs.extend((*way, *uses))
            record = (first, len(ways), window, longest, int(interruption), enough, int(collect))
            self.seize_records.append(record)
        return self.seizes[key]

    def lessons_of(self, step: Step, number: int) -> tuple[int, int]:
        """Return the first lesson of a step and how many there are; (-1, -1): it learns none."""
        found = [] if step.learning is None else lessons(step.learning)
        if not found:
            return NONE, NONE
        if number not in self.lesson_spans:
            self.lesson_spans[number] = len(self.lessons), len(found)
            self.lessons += found
        return self.lesson_spans[number]

    def linked(self) -> Iterator[set[int]]:
        """Yield the pools that each seize links into one cell (semantics 21)."""
        for first, n, *_ in self.seize_records:
            spans = self.alternatives[first : first + n]
            yield {self.needs[k][0] for at, many in spans for k in range(at, at + many)}

    # ---- arrays --------------------------------------------------------------------------------

    def arrays(self) -> dict[str, Records]:
        """Return the arrays of the program, labels resolved."""

        def pc(value: Any) -> int:
            return int(value.pc) if isinstance(value, Label) else int(value)

        ops = [
            (code, step, i + 1 if to is None else to.pc, pc(a), pc(b), pc(c), pc(d))
            for i, (code, step, to, a, b, c, d) in enumerate(self.ops)
        ]
        streams = list(self.scenario.streams)
        steps = np.array(self.steps, STEP)
        for step, name in zip(steps, self.step_names, strict=True):
            for word in ("touch", "wait"):
                slot = self.changes.slot(word, streams[step["stream"]], name)
                step[f"{word}_slot"] = slot
        return {
            **self.changes.arrays(),
            **self.environments.arrays(),
            "ops": np.array(ops, OP),
            "steps": steps,
            "seizes": np.array(self.seize_records, SEIZE),
            "alternatives": np.array(self.alternatives, ALTERNATIVE),
            "needs": np.array(self.needs, NEED),
            "branches": self._branch_records(),
            "spawns": np.array(self.spawns, SPAWN),
            "strands": np.array([tuple(map(pc, row)) for row in self.strands], STRAND),
            "jumps": np.array([tuple(map(pc, row)) for row in self.jumps], JUMP),
            "instances": np.array(self.instances, INSTANCES),
            "lessons": np.array(self.lessons, LESSON),
            "targets": np.array([label.pc for label in self.targets], np.int64),
            "gates": self._gate_records(),
            "seats": np.array(self.seats, SEAT),
            "asks": np.array(self.asks, ASK),
            "sittings": np.array(self.sittings, SITTING),
        }

    def _branch_records(self) -> Records:
        branches = np.array(self.branches, BRANCH)
        for branch, way, called in self.chances:
            if slot := self.changes.slot(*called):
                branches[branch]["slot"], branches[branch]["changed"] = slot, way
        return branches

    def _gate_records(self) -> Records:
        for gate, rank in zip(self.gates, ranked(self.gate_rng_names), strict=True):
            gate[6] = rank
        return np.array([tuple(gate) for gate in self.gates], GATE)
