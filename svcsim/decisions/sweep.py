"""Sweeps: a grid of what-ifs, every point with the same demand and the same luck."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from svcsim.analysis.confidence import METHOD
from svcsim.analysis.feasibility import refuse
from svcsim.analysis.key import Key
from svcsim.analysis.questions import Questions, ask
from svcsim.decisions.effects import difference
from svcsim.decisions.grid import Axis, axes, points
from svcsim.decisions.points import Point, simulated
from svcsim.decisions.responses import in_words, measurable, responses
from svcsim.errors import Problem, ScenarioError, SvcsimError
from svcsim.experiment.about import About
from svcsim.experiment.numbers import Number, Numbers
from svcsim.experiment.provenance import Provenance
from svcsim.experiment.replicate import cores
from svcsim.experiment.run import Progress
from svcsim.experiment.stopwatch import clock
from svcsim.experiment.study import Study, checked_count, checked_engine
from svcsim.experiment.wanted import Wanted
from svcsim.model.build import build
from svcsim.scenario.load import changed, load
from svcsim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

MOST_STREAMS = 3
"""Streams that are looked at where no response is named."""
COLUMNS = (
    "response", "clock", "value", "half_width", "lower", "upper", "unit", "n", "difference",
    "difference_half_width", "refused",
)  # fmt: skip
"""Columns of a sweep's data frame, after one for each path."""


def sweep(
    scenario: Scenario | str | Path,
    over: str | Sequence[str],
    *,
    response: str | Sequence[str] = (),
    set: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "compiled",
    jobs: int | None = None,
    progress: Progress | None = None,
    cache: bool = False,
) -> "Sweep":
    """Simulate every combination of some values, under common random numbers.

    Parameters
    ----------
    scenario
        A scenario, or the name of its file, or of one that comes with svcsim.
    over
        Paths with their values, ``"teams.second_line.people=8..14"`` (see `svcsim.decisions.grid`).
    response
        What to look at, ``"incident.lead_time.p85"`` (see `svcsim.decisions.responses`). Not given:
        for the first three streams the promises, mean and p85 of the lead time, and the cost of an
        item; and how busy the teams are that the paths name.
    set
        Changes of a scenario that is named by its file, before the grid.
    replications, seed
        Of every point, instead of what the scenario says.
    engine, jobs, progress, cache
        As of `svcsim.run`; `progress` counts the replications of all points.

    Returns
    -------
    Sweep
        With an answer for every point; for one that cannot work, such as one with too few people,
        it is why.

    Raises
    ------
    ScenarioError
        With every path, value and response that is wrong.
    SvcsimError
        If an argument is wrong.
    KeyboardInterrupt
        If there was a Ctrl-C before any point was finished.

    Examples
    --------
    >>> found = sweep("first_desk", "teams.second_line.people=3..5", replications=3)
    >>> [point.values for point in found.points if point.refused]
    [('3',)]
    """
    began = clock()
    if not isinstance(scenario, Scenario):
        scenario = load(scenario, set=set)
    elif set:
        raise SvcsimError("sweep: only a scenario that is named by its file can be changed; "
                          "write load(file, set=[...])")  # fmt: skip
    n = checked_count("replications", scenario.replications if replications is None
                      else replications, 1)  # fmt: skip
    seed = checked_count("seed", scenario.seed if seed is None else seed, 0)
    jobs = checked_count("jobs", cores() if jobs is None else jobs, 1)
    engine = checked_engine(engine)
    grid = axes([over] if isinstance(over, str) else over)
    if not grid:
        raise SvcsimError('sweep: nothing to vary; write over=["teams.NAME.people=2..6"]')
    base, every = _places(scenario, grid)
    asked = [response] if isinstance(response, str) else list(response)
    keys = _responses(asked, scenario, grid, [base, *every], engine, seed)
    todo: dict[str, _Place] = {}
    for place in (one for one in (base, *every) if not one.refused):
        todo.setdefault(place.digest, place)
    wanted = Wanted.of(keys)
    done, cached = simulated(
        [Point(place.questions, wanted) for place in todo.values()],
        replications=n, seed=seed, engine=engine, jobs=jobs, progress=progress,
        cache=cache,
    )  # fmt: skip
    if todo and not done:
        raise KeyboardInterrupt
    numbers = dict(zip(todo, done, strict=False))
    return Sweep(
        about=About.of(scenario),
        scenario=scenario,
        axes=grid,
        responses=tuple(keys),
        base=SweepPoint((), base.refused, numbers.get(base.digest)),
        points=tuple(
            SweepPoint(place.values, place.refused, numbers.get(place.digest)) for place in every
            if place.refused or place.digest in numbers
        ),
        provenance=Provenance.of(
            scenario, seed=seed, engine=engine, replications=n, cached=cached
        ),
        asked=len(every),
        seconds=clock() - began,
    )  # fmt: skip


@dataclass(frozen=True)
class SweepPoint:
    """A point of a grid."""

    values: tuple[str, ...]
    """One for each path; none for the base."""
    refused: str
    """Why it cannot work: ``overloaded: ...``; empty if it can."""
    numbers: Numbers | None
    """The responses; None where it cannot work."""


@dataclass(frozen=True)
class Sweep:
    """What a grid of what-ifs gives."""

    about: About
    scenario: Scenario = field(repr=False)
    axes: tuple[Axis, ...]
    responses: tuple[Key, ...]
    base: SweepPoint
    """The scenario as it is."""
    points: tuple[SweepPoint, ...]
    """The last path changes fastest."""
    provenance: Provenance
    asked: int
    """Points that were asked for."""
    seconds: float

    @property
    def interrupted(self) -> bool:
        """Whether there are fewer points than were asked for."""
        return len(self.points) < self.asked

    def number(self, point: SweepPoint, key: Key) -> Number | None:
        """Return a response at a point; None if it cannot work."""
        return None if point.numbers is None else point.numbers[key]

    def difference(self, point: SweepPoint, key: Key) -> Number | None:
        """Return what a point has more than the base; None if either cannot work."""
        if point.numbers is None or self.base.numbers is None:
            return None
        return difference(self.base.numbers, point.numbers, key).number(key.unit)

    @cached_property
    def table(self) -> "pd.DataFrame":
        """A row for each point and response, with paired differences from the base."""
        import pandas as pd

        columns = [*(axis.path for axis in self.axes), *COLUMNS]
        frame = pd.DataFrame(self.records(), columns=columns)
        frame.attrs["interval"] = METHOD
        return frame

    def records(self) -> list[dict[str, Any]]:
        """One mapping for each point and response, with the paths and the fields of `COLUMNS`."""
        return [
            {**dict(zip((axis.path for axis in self.axes), point.values, strict=True)),
             **self._record(point, key)}
            for point in self.points
            for key in self.responses
        ]  # fmt: skip

    def _record(self, point: SweepPoint, key: Key) -> dict[str, Any]:
        number, change = self.number(point, key), self.difference(point, key)
        values = (
            in_words(key), key.clock, number and number.value, number and number.half_width,
            number and number.lower, number and number.upper, key.unit, number and number.n,
            change and change.value, change and change.half_width, point.refused or None,
        )  # fmt: skip
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in zip(COLUMNS, values, strict=True)
        }

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values: what ``--json`` writes."""
        provenance = self.provenance.as_dict()
        scenario = {key: provenance.pop(key) for key in ("scenario", "digest")}
        return {
            "svcsim": provenance.pop("svcsim"),
            "scenario": {"name": scenario["scenario"], "digest": scenario["digest"]},
            **provenance,
            "interrupted": self.interrupted,
            "interval": f"{METHOD}; differences paired",
            "over": [{"path": axis.path, "values": list(axis.values)} for axis in self.axes],
            "base": [self._record(self.base, key) for key in self.responses],
            "points": self.records(),
        }

    def __repr__(self) -> str:
        return (
            f"<Sweep of {self.provenance.scenario or 'a scenario'} over "
            f"{', '.join(axis.path for axis in self.axes)}: {len(self.points)} points, "
            f"{self.provenance.often}>"
        )

    def _repr_html_(self) -> str:
        """The table, for notebooks."""
        return str(self.table.to_html(index=False, na_rep="", float_format="{:.4g}".format))


# ---- points ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """A point that is ready to be simulated, unless it is refused."""

    values: tuple[str, ...]
    digest: str
    refused: str
    questions: Questions


def _places(scenario: Scenario, grid: Sequence[Axis]) -> tuple[_Place, list[_Place]]:
    """Get the base and every point ready.

    Raises
    ------
    ScenarioError
        With everything that is wrong with any path or value.
    """
    problems: list[Problem] = []
    for axis in grid:  # one by one first: else every value is told once for each of the others
        for value in axis.values:
            try:
                changed(scenario, [axis.change(value)])
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(dict.fromkeys(problems))
    found = []
    for values in points(grid):
        changes = [axis.change(value) for axis, value in zip(grid, values, strict=True)]
        try:
            found.append(_place(values, changed(scenario, changes)))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(dict.fromkeys(problems))
    return _place((), scenario), found


def _place(values: tuple[str, ...], scenario: Scenario) -> _Place:
    compiled, refused = build(scenario), ""
    try:
        refuse(scenario, compiled)
    except ScenarioError as error:
        first, more = error.problems[0], len(error.problems) - 1
        word = {"overload": "overloaded"}.get(first.code, first.code.replace("-", " "))
        others = f" (and {more} more)" if more else ""
        refused = f"{word}: {first.found}{others}"
    questions = ask(scenario, compiled.model, compiled.names)
    return _Place(values, scenario.digest, refused, questions)


# ---- responses ---------------------------------------------------------------------------------


def _responses(
    asked: Sequence[str],
    scenario: Scenario,
    grid: Sequence[Axis],
    places: Sequence[_Place],
    engine: str,
    seed: int,
) -> list[Key]:
    """Return what is looked at: numbers that every point has."""
    each = [measurable(Study(place.questions, engine, seed)) for place in places]
    everywhere = frozenset(each[0]).intersection(*each[1:])
    keys = [key for key in each[0] if key in everywhere]
    if asked:
        return list(dict.fromkeys(responses(asked, scenario, keys)))
    return _usual(scenario, grid, keys)


def _usual(scenario: Scenario, grid: Sequence[Axis], keys: Sequence[Key]) -> list[Key]:
    """Return promises, lead times and costs of a few streams, and how busy the named teams are."""
    words = [axis.path.split(".") for axis in grid]
    named = [path[1] for path in words if path[0] == "streams" and len(path) > 1]
    streams = list(dict.fromkeys([*(s for s in named if s in scenario.streams), *scenario.streams]))
    teams = [path[1] for path in words if path[0] == "teams" and len(path) > 1]
    there = set(keys)
    texts = []
    for stream in streams[:MOST_STREAMS]:
        texts += [f"{stream}.{target}.on_time" for target in scenario.streams[stream].targets]
        texts += [f"{stream}.lead_time.mean", f"{stream}.lead_time.p85"]
        if any(key.measure == "cost_per_item" and key.stream == stream
               and key.statistic == "full" for key in there):  # fmt: skip
            texts.append(f"{stream}.cost_per_item.full")
    texts += [
        f"{team}.utilisation" for team in dict.fromkeys(teams)
        if any(key.measure == "utilisation" and key.team == team for key in there)
    ]  # fmt: skip
    return responses(texts, scenario, keys)
