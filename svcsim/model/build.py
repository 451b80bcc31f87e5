"""Scenario to model: what people wrote becomes arrays and a flow program."""

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import BACKLOG, COUNT, NONE, RATE, REPLAY, STREAM, Model, Records
from svcsim.model.calendar_tables import CalendarTables
from svcsim.model.change_tables import trigger_tag
from svcsim.model.codes import Arrivals
from svcsim.model.efficiency import stair_records
from svcsim.model.environments import environment_tag
from svcsim.model.groups import ranked
from svcsim.model.names import Names
from svcsim.model.pools import Pools
from svcsim.model.program import Label, Program
from svcsim.model.quantile_tables import CountTables, QuantileTables, largest
from svcsim.model.rates import Table, dated, level_table, mean_rate, rate_records, rate_table
from svcsim.model.replay import Notice, replay_records, scheduled_records
from svcsim.model.stream_backlog import backlog_rows
from svcsim.model.stream_program import StreamProgram
from svcsim.model.tables import Tables, cumulative, fractions
from svcsim.model.tags import tag32
from svcsim.scenario.calendar import named
from svcsim.scenario.count import Count
from svcsim.scenario.demand import Demand, is_dated
from svcsim.scenario.loads import is_load, said_at, with_loads
from svcsim.scenario.locate import placed
from svcsim.scenario.reference import REFERENCE
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.words import DONE

MOST_LAYERS = 2**53
"""Far more than any memory holds: nothing has so many."""


class Compiled(NamedTuple):
    """A compiled scenario: the arrays, and what their indices are called."""

    model: Model
    names: Names


def build(scenario: Scenario) -> Compiled:
    """Compile a scenario.

    Raises
    ------
    ScenarioError
        If the scenario cannot be simulated as it is written.
    """
    try:
        return Build(with_loads(scenario)).compiled()
    except ScenarioError as error:
        problems = [placed(problem, scenario) for problem in error.problems]
    raise ScenarioError(problems)


class Build:
    """One compilation: the tables that grow, and the streams in the order of the file."""

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.tables = Tables()
        self.quantiles = QuantileTables(scenario.directory)
        self.count_tables = CountTables()
        self.calendars = CalendarTables.of(scenario)
        self.end = scenario.horizon.ticks + scenario.run_out.ticks
        activities = tuple(REFERENCE.activities)
        self.pools = Pools(scenario, self.calendars, activities)
        self.program = Program(
            scenario,
            self.pools,
            self.calendars,
            self.quantiles,
            self.tables,
            self.count_tables,
            self.end,
        )
        self.rates: list[Records] = []
        self.replays: list[Records] = []
        self.backlog: list[tuple[Any, ...]] = []

    def compiled(self) -> Compiled:
        """Compile everything."""
        streams = self._streams()
        program = self.program.arrays()
        pools = self.pools.pool_records()
        groups, pool_groups, group_pools = self.pools.groups.records(self.program.distribution)
        stairs = stair_records(self.pools.groups, groups)
        self._refuse_collisions(program["steps"], groups)
        cells, cell_pools = self.pools.cell_records(pools, self.program.linked())
        by_class, factors = self.tables.arrays()
        calendars, openings = self.calendars.arrays()
        distributions, pieces, tables = self.quantiles.arrays()
        model = Model(
            **program,
            streams=streams,
            rates=np.concatenate([np.zeros(0, RATE), *self.rates]),
            replay=np.concatenate([np.zeros(0, REPLAY), *self.replays]),
            backlog=self._backlog(streams),
            counts=np.array(self.count_tables.records, COUNT),
            pools=pools,
            groups=groups,
            pool_groups=pool_groups,
            group_pools=group_pools,
            stairs=stairs,
            cells=cells,
            cell_pools=cell_pools,
            limits=self.pools.limit_records(),
            calendars=calendars,
            openings=openings,
            distributions=distributions,
            pieces=pieces,
            tables=tables,
            by_class=by_class,
            factors=factors,
            warm_up=self.scenario.warm_up.ticks,
            horizon=self.scenario.horizon.ticks,
            end=self.end,
        )
        return Compiled(model, self._names())

    def _names(self) -> Names:
        streams = self.scenario.streams
        return Names(
            streams=tuple(streams),
            classes=tuple(tuple(sorted(stream.classes)) or ("",) for stream in streams.values()),
            steps=tuple(self.program.step_names),
            outcomes=tuple(self.program.outcomes),
            pools=self.pools.names,
            n_teams=len(self.scenario.teams),
            activities=self.pools.activities,
            gates=tuple(self.program.gate_names),
            groups=self.pools.groups.names,
            families=tuple(self.program.changes.families),
            triggers=tuple(self.scenario.triggers),
            dated=tuple(i for i, stream in enumerate(streams.values()) if is_dated(stream.demand)),
            n_loads=sum(map(is_load, streams)),
        )

    # ---- streams -------------------------------------------------------------------------------

    def _streams(self) -> Records:
        records = np.zeros(len(self.scenario.streams), STREAM)
        changes = self.program.changes
        ranks = ranked([s.rng_name or name for name, s in self.scenario.streams.items()])
        for i, (name, stream) in enumerate(self.scenario.streams.items()):
            steps = StreamProgram(self.program, name, stream, i)
            self._stream(records[i], name, stream, steps)
            self.backlog += backlog_rows(stream, i, steps)
            records[i]["order"] = ranks[i]
        for record, (name, stream) in zip(records, self.scenario.streams.items(), strict=True):
            record["rate_slot"] = changes.slot("rate", name)
            record["first_family"] = changes.first_family[name]
            if stream.families is not None:
                shares = changes.shares(stream.families)
                record["n_families"] = len(shares) - 1
                record["family_shares"] = self.tables.add_factors(shares)
        return records

    def _backlog(self, streams: Records) -> Records:
        rows = sorted(self.backlog, key=lambda row: (streams["order"][row[0]], row[1]))
        plain = [[cell.pc if isinstance(cell, Label) else cell for cell in row] for row in rows]
        return np.array([tuple(row) for row in plain], BACKLOG)

    def _stream(self, record: np.void, name: str, stream: Stream, steps: StreamProgram) -> None:
        rng_name = stream.rng_name or name
        record["rate_most"] = self.program.environments.most("rate", name)
        record["tag"] = tag32(rng_name)
        record["origin"] = tag32(rng_name, *_origin(stream.demand))
        record["start"] = steps.start
        record["n_steps"] = len(steps.number)
        record["first_strand"] = steps.first_strand
        record["n_strands"] = len(steps.strands) if steps.strands is not None else 0
        mix = [stream.classes[cls] for cls in sorted(stream.classes)]
        shares = cumulative(fractions([cls.share for cls in mix])) if mix else [1.0]
        record["n_classes"] = len(shares)
        record["class_shares"] = self.tables.add_factors(shares)
        record["rank_row"] = self.tables.row(
            [
                own if own is not None else common
                for own, common in zip(
                    [cls.priority for cls in mix] or [None],
                    steps.each(stream.priority),
                    strict=True,
                )
            ]
        )
        record["preempts_row"] = self.tables.row(list(map(int, steps.preempting())))
        record["due_row"] = record["due_calendar"] = NONE
        if stream.due is not None:
            row, calendar = steps.ticks_row(stream.due, f"streams.{name}.due")
            record["due_row"], record["due_calendar"] = row, calendar
        point = stream.value_point
        record["value_step"] = NONE if point in (None, DONE) else steps.number[str(point)]
        record["quantity_row"] = NONE
        if stream.quantity is not None:
            record["quantity_row"] = steps.row(stream.quantity.count, self._count)
        record["day_level"] = NONE
        record["batch"] = NONE
        record["gap"] = NONE
        if stream.demand is None:
            record["arrivals"] = Arrivals.INTERNAL
            return
        if stream.demand.batch is not None:
            record["batch"] = self._count(stream.demand.batch)
        self._demand(record, name, stream.demand, steps)

    def _count(self, count: Count) -> int:
        """Return the index of a distribution of whole numbers."""
        return self.count_tables.add(count, self.tables.factors)

    def _demand(self, record: np.void, name: str, demand: Demand, steps: StreamProgram) -> None:
        path = f"streams.{name}.demand"
        if demand.csv is not None:
            self._add_replay(record, replay_records(self.scenario, name, self.calendars))
            return
        if demand.scheduled is not None:
            notice = self._notice(record, steps, demand, f"{path}.notice")
            replay = scheduled_records(demand, self.scenario, self.calendars, notice, path)
            self._add_replay(record, replay)
            return
        if demand.every is not None:
            record["arrivals"] = Arrivals.RENEWAL
            day = self.program.business_day(demand.calendar)
            record["gap"] = self.program.distribution(demand.every, day, f"{path}.every")
            self._add_rates(
                record, demand, level_table(demand, self.scenario, self.calendars, path)
            )
            return
        record["arrivals"] = Arrivals.POISSON
        table = rate_table(demand, self.scenario, self.calendars, path)
        layer_rate = self._layer_rate(name, table)
        highest = max(level for _, level in table)
        record["layer_rate"] = layer_rate
        highest *= record["rate_most"]
        if demand.day_to_day is not None:
            highest *= self.quantiles.add_level(demand.day_to_day.cv)[1]
        if layer_rate > 0:
            record["layers"] = math.ceil(min(highest / layer_rate, MOST_LAYERS) - 1e-9)
            record["gap"] = self.quantiles.add_exponential(1.0 / layer_rate)
            self._add_rates(record, demand, table, layer_rate)

    def _notice(
        self, record: np.void, steps: StreamProgram, demand: Demand, path: str
    ) -> Notice | None:
        """Write how long before their event the items of a stream come (semantics 68)."""
        record["notice_row"] = record["notice_calendar"] = NONE
        if demand.notice is None:
            return None
        record["noticed"] = 1
        record["notice_row"], record["notice_calendar"] = steps.wait_row(demand.notice, path)
        day, directory = self.program.business_day(), self.scenario.directory
        return Notice(
            max(largest(law, day, directory) for law in steps.each(demand.notice)),
            None
            if record["notice_calendar"] == NONE
            else named(self.scenario.calendars, self.scenario.calendar),
        )

    def _add_replay(self, record: np.void, replay: Records) -> None:
        record["arrivals"] = Arrivals.REPLAY
        record["first_replay"] = sum(len(records) for records in self.replays)
        record["n_replay"] = len(replay)
        self.replays.append(replay)

    def _add_rates(self, record: np.void, demand: Demand, table: Table, unit: float = 1.0) -> None:
        rates = rate_records(table, unit)
        if demand.day_to_day is not None:
            record["day_level"] = self.quantiles.add_level(demand.day_to_day.cv)[0]
            rates = dated(table, self.calendars, self.end, unit)
        record["first_rate"] = sum(len(records) for records in self.rates)
        record["n_rates"] = len(rates)
        self.rates.append(rates)

    def _layer_rate(self, name: str, table: Table) -> float:
        """Return the items per tick of a layer: from the root, so that variants add items (50)."""
        root = self.scenario.root
        origin = root.streams[name].demand if name in root.streams else None
        path = f"streams.{name}.demand"
        demand = self.scenario.streams[name].demand
        assert demand is not None
        stated = demand.layer_rate
        if stated is not None:
            return mean_rate(stated, demand, self.scenario, self.calendars, path)
        if root is not self.scenario and origin is not None and (origin.rate or origin.rates):
            calendars = CalendarTables.of(root)
            if origin.layer_rate is not None:
                return mean_rate(origin.layer_rate, origin, root, calendars, path)
            highest = max(level for _, level in rate_table(origin, root, calendars, path))
            if highest > 0:
                return highest
        return max(level for _, level in table)

    # ---- addresses -----------------------------------------------------------------------------

    def _refuse_collisions(self, steps: Records, groups: Records) -> None:
        """Two names with one tag would share their random draws (semantics 61)."""
        streams = self.scenario.streams
        drawn = [(tag32(s.rng_name or name), f"streams.{name}") for name, s in streams.items()]
        drawn += [
            (int(step["tag"]), f"streams.{self._stream_of(step)}.steps.{name}")
            for step, name in zip(steps, self.program.step_names, strict=True)
        ]
        drawn += [
            (self.program.spawns[number][1], path)
            for (path, _), number in self.program.spawn_numbers.items()
        ]
        drawn += [(trigger_tag(name), f"triggers.{name}") for name in self.scenario.triggers]
        around = self.scenario.environments
        drawn += [(environment_tag(name), f"environments.{name}") for name in around]
        people = [
            (int(group["tag"]), path)
            for group, path in zip(groups, self.pools.groups.paths, strict=True)
        ]
        drawn = [(tag, said_at(path, self.scenario)) for tag, path in drawn]
        problems = [*_collisions(drawn), *_collisions(people)]
        if problems:
            raise ScenarioError(problems)

    def _stream_of(self, step: np.void) -> str:
        return list(self.scenario.streams)[int(step["stream"])]


def _origin(demand: Demand | None) -> tuple[str, ...]:
    """Return what tells the keys of these items from those of a rate (semantics 60)."""
    if demand is None:
        return ()
    return ("row",) if demand.csv is not None else ("scheduled",) if demand.scheduled else ()


def _collisions(tagged: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    """Yield a problem for each path that has the tag of one before it."""
    words: dict[int, str] = {}
    for tag, path in tagged:
        if tag in words:
            found = f"its random draws would be those of {words[tag]}"
            remedy = "give one of them another rng_name"
            yield Problem("tag-collision", path, found, remedy)
        words.setdefault(tag, path)
