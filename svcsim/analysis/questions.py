"""What is asked of a run: the clocks, promises and costs that measures need beside the model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from svcsim.analysis.clocks import WALL, Clock
from svcsim.model.arrays import NONE, Model
from svcsim.model.calendar_tables import CalendarTables
from svcsim.model.names import Names
from svcsim.scenario.calendar import day_ticks, named, ticks_on
from svcsim.scenario.cost import Cost as Price
from svcsim.scenario.flow import placed
from svcsim.scenario.loads import with_loads
from svcsim.scenario.months import contract_months
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.step import Step
from svcsim.scenario.words import DONE, of_class
from svcsim.world.changes import SHARE

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Promise:
    """A target: this share of the items completes a step within a limit."""

    name: str
    stream: int
    steps: tuple[int, ...]
    """Steps whose completion keeps the promise; none: leaving the stream as done."""
    limits: tuple[int, ...]
    """Ticks of the clock, by class."""
    share: float
    clock: int
    """Index of its clock."""
    started: bool = False
    """Whether the first work on one of the steps keeps it, not their completion."""
    paused_by: tuple[int, ...] = ()
    """Steps whose waits stop the clock."""
    penalty: float = 0.0
    """What is owed for a month in which it is not kept, 0: nothing."""
    currency: str = ""
    event: bool = False
    """Whether it is counted from the event of an item, not from its arrival."""
    since: tuple[int, ...] = ()
    """Steps from whose first completion it is counted; none: from the arrival, or the event."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a paid hour of one person costs."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything that turns a trajectory into measures. Can be pickled."""

    model: Model
    names: Names
    clocks: tuple[Clock, ...]
    """The wall clock first."""
    stream_clocks: tuple[tuple[int, ...], ...]
    """Clocks on which the lead time of each stream is told, the wall clock first."""
    value_steps: tuple[tuple[int, ...], ...]
    """By stream: steps whose completion is value; none: leaving the stream as done."""
    promises: tuple[Promise, ...] = ()
    costs: tuple[Cost | None, ...] = ()
    """By group; empty: nothing has a price."""
    months: tuple[int, ...] = ()
    """Ticks at which contract months begin, and the end of the last; empty: there is none."""
    outside: tuple[int, ...] = ()
    """Pools that are somebody else's: how busy they are is not told."""
    units: tuple[str, ...] = ()
    """By stream: of what its items have a quantity; empty: of nothing."""
    remaining: tuple[tuple[int, int, int], ...] = ()
    """Steps, their outcomes (-1: none, it is when the step is over), and which share of a quantity
    is open from then on, in parts of 10⁻⁹ (semantics 73)."""
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def n_classes(self) -> int:
        """The largest number of classes of a stream."""
        return max(map(len, self.names.classes))

    def once(self, make: Callable[["Questions"], T]) -> T:
        """What a function makes of the questions, made once for all replications."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def __reduce__(self) -> tuple[type["Questions"], tuple[Any, ...]]:
        return Questions, tuple(getattr(self, one.name) for one in fields(self) if one.init)


def ask(scenario: Scenario, model: Model, names: Names) -> Questions:
    """Read from a scenario what is asked of its runs."""
    scenario = with_loads(scenario)
    clocks = _Clocks(scenario)
    promises: list[Promise] = []
    value_steps, stream_clocks = [], []
    for index, name in enumerate(names.streams):
        stream, told = scenario.streams[name], [0, clocks.index(scenario.calendar)]
        number = {
            names.steps[step]: step
            for step, of in enumerate(model.steps["stream"].tolist())
            if of == index
        }
        value_steps.append(_finishers(stream, stream.value_point, number))
        for target_name, target in stream.targets.items():
            calendar = target.clock or scenario.calendar
            limits = (of_class(target.within, cls) for cls in names.classes[index])
            told.append(clocks.index(calendar))
            promises.append(
                Promise(
                    target_name,
                    index,
                    _finishers(stream, target.at or stream.value_point, number),
                    tuple(ticks_on(limit, named(scenario.calendars, calendar)) for limit in limits),
                    target.share,
                    told[-1],
                    target.when == "started",
                    tuple(
                        leaf for step in target.paused_by for leaf in _inside(stream, step, number)
                    ),
                    target.penalty.amount if target.penalty else 0.0,
                    target.penalty.currency if target.penalty else "",
                    target.counted == "event",
                    () if target.counted in ("arrival", "event") else (number[target.counted],),
                )
            )
        stream_clocks.append(tuple(dict.fromkeys(told)))
    costs = tuple(Cost(cost.amount, cost.currency) if cost else None for cost in _costs(scenario))
    return Questions(
        model, names, tuple(clocks.found), tuple(stream_clocks), tuple(value_steps),
        tuple(promises), costs, contract_months(scenario),
        tuple(pool for pool, team in enumerate(scenario.teams.values()) if team.outside),
        tuple(one.quantity.unit if one.quantity else "" for one in scenario.streams.values()),
        tuple(_remaining(scenario)),
    )  # fmt: skip


def _remaining(scenario: Scenario) -> Iterator[tuple[int, int, int]]:
    """Yield what remains of a quantity, and when; an outcome that goes forward has its step's."""
    before = 0
    for stream in scenario.streams.values():
        places = tuple(placed(stream.steps))
        order = {place.name: number for number, place in enumerate(places)}
        for number, place in enumerate(places, before):
            step = place.step
            if step.outcome is None and step.remaining is not None:
                yield number, NONE, round(step.remaining * SHARE)
            for k, (name, outcome) in enumerate(sorted((step.outcome or {}).items())):
                ends = step.gate is not None and name in ("defer", "reject")
                back = order.get(outcome.to or DONE, len(places)) <= order[place.name]
                share = outcome.remaining
                if share is None and not ends and not back:
                    share = step.remaining
                if share is not None:
                    yield number, k, round(share * SHARE)
        before += len(places)


def _costs(scenario: Scenario) -> Iterator[Price | None]:
    """Yield the cost of each group, resources included."""
    for team in scenario.teams.values():
        if team.size is None:
            yield None
        yield from (group.cost for group in team.shifts.values())
        if team.on_call is not None:
            yield team.on_call.cost or team.cost
    yield from (None for _ in scenario.resources)


class _Clocks:
    """The calendars that are read as clocks, each once."""

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.tables = CalendarTables.of(scenario)
        self.found = [WALL]

    def index(self, name: str) -> int:
        """Index of a calendar's clock; the wall clock's for what never closes."""
        calendar = named(self.scenario.calendars, name)
        if calendar is None:
            return 0
        for index, clock in enumerate(self.found):
            if clock.name == name:
                return index
        at = self.tables.add(calendar, merged=True)
        calendars, openings = self.tables.arrays()
        first, n = int(calendars["first"][at]), int(calendars["n"][at])
        self.found.append(Clock(name, openings[first : first + n], day_ticks(calendar)))
        return len(self.found) - 1


def _finishers(stream: Stream, name: str | None, number: dict[str, int]) -> tuple[int, ...]:
    """Steps whose completion completes a step, which may be a group; none for leaving."""
    if name is None or name == DONE:
        return ()
    return tuple(number[leaf] for leaf in _last(name, _find(stream.steps, name)))


def _inside(stream: Stream, name: str, number: dict[str, int]) -> list[int]:
    """A step, and all those that are part of it."""
    step = _find(stream.steps, name)
    return [number[leaf] for leaf in ({name} | _all(step)) if leaf in number]


def _find(steps: dict[str, Step], name: str) -> Step:
    """A step by name, at any depth."""
    for key, step in steps.items():
        if key == name:
            return step
        if step.is_group and name in _all(step):
            return _find(step.parts, name)
    raise KeyError(name)


def _all(step: Step) -> set[str]:
    """Names of everything below a group."""
    return {
        name for key, part in step.parts.items() for name in ({key} | _all(part))
    }  # fmt: skip


def _last(name: str, step: Step) -> list[str]:
    """Steps that may be the last of a step: itself, an end of any branch, the end of a group."""
    if step.one_of is not None:
        return [leaf for key, part in step.one_of.items() for leaf in _last(key, part)]
    if step.steps is None:
        return [name]
    leaves: list[str] = []
    for key, part in reversed(step.steps.items()):
        leaves += _last(key, part)
        if part.share == 1 and part.classes is None:
            break
    return leaves
