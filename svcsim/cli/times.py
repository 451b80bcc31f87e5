"""Demand to value, and where the time goes."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from svcsim.cli.figures import Unit, decimals, figure, unit_for
from svcsim.experiment.about import AboutStream
from svcsim.experiment.numbers import Number
from svcsim.experiment.results import Results
from svcsim.model.arrays import TICKS_PER_HOUR

STATISTICS = ("mean", "p50", "p85", "p95")
BAR = 28
WHY = {
    "touch": "work",
    "set-up": "getting into it",
    "automatic": "machines",
    "contention": "everyone busy",
    "prioritisation": "others go first",
    "unavailability": "nobody on shift",
    "policy": "held by a rule",
    "gate": "next decision",
    "batching": "next batch",
    "external": "others' turn",
    "dependency": "another item",
    "limit": "limit is full",
    "handover": "handed over",
    "unowned": "nobody picks up",
    "before_start": "before the start",
}
"""What an item does or waits for, in at most 16 letters."""
SHORT = {"unavailability": "unavailable"}
"""Words of the screen that differ from those of the data."""


class Part(NamedTuple):
    """A part of the lead time."""

    name: str
    hours: float
    why: str


def demand_to_value(results: Results, stream: AboutStream, several: bool) -> Iterator[str]:
    """Lead time on every clock of the stream: mean and percentiles."""
    heading = f"  {stream.name}: demand to value" if several else "  Demand to value"
    columns = " " * 18 + "".join(f"{statistic:>14}" for statistic in STATISTICS)
    if columns[: len(heading) + 2].strip():
        yield heading
        yield columns
    else:
        yield heading + columns[len(heading) :]
    for clock in clocks_of(results, stream):
        numbers = [lead_time(results, stream, statistic, clock) for statistic in STATISTICS]
        unit = unit_of_lead_time(results, stream, clock)
        label = "wall clock" if clock == "wall" else f"{clock} hours"
        cells = "".join(f"{figure(number, unit.hours):>14}" for number in numbers)
        yield f"    {label:<14}{cells} {unit.name}"


def clocks_of(results: Results, stream: AboutStream) -> list[str]:
    """Clocks on which the stream's lead time is told; the wall clock last."""
    found = {
        key.clock: None
        for key in results.numbers
        if key.measure == "lead_time" and key.stream == stream.name
    }
    clocks = [clock for clock in found if clock is not None]
    return sorted(clocks, key=lambda clock: clock == "wall")


def lead_time(results: Results, stream: AboutStream, statistic: str, clock: str) -> Number:
    """Lead time of a stream."""
    return results.numbers.find("lead_time", statistic, stream=stream.name, clock=clock)


def unit_of(results: Results, clock: str, hours: list[float]) -> Unit:
    """Unit for times on a clock: days of its calendar are business days."""
    if clock == "wall":
        return unit_for(hours)
    day = results.about.days.get(clock, 24 * TICKS_PER_HOUR) / TICKS_PER_HOUR
    return unit_for(hours, day=day, day_name="bd")


def unit_of_lead_time(results: Results, stream: AboutStream, clock: str) -> Unit:
    """Unit for the lead times of a stream on a clock, its mean and percentiles alike."""
    numbers = (lead_time(results, stream, statistic, clock) for statistic in STATISTICS)
    return unit_of(results, clock, [number.value for number in numbers])


def one_line(results: Results, stream: AboutStream) -> str:
    """A stream in one line."""
    clock = clocks_of(results, stream)[0]
    mean, p85 = (lead_time(results, stream, which, clock) for which in ("mean", "p85"))
    unit = unit_of(results, clock, [p85.value])
    where = "wall clock" if clock == "wall" else f"{clock} hours"
    numbers = f"mean {figure(mean, unit.hours)}, p85 {figure(p85, unit.hours)} {unit.name}"
    return f"  {stream.name:<16} {numbers}, {where}"


def lead_time_parts(results: Results, stream: AboutStream) -> list[Part]:
    """What the mean lead time is made of, longest first; parts of no length are left out."""

    def mean(measure: str, cause: str | None = None) -> float:
        return results.numbers.find(measure, stream=stream.name, cause=cause, clock="wall").value

    parts = {
        "touch": mean("touch_time"),
        "set-up": mean("setup_time"),
        "automatic": mean("automatic_time"),
    }
    parts |= {cause: mean("wait_time", cause) for cause in WHY if cause not in parts}
    found = [Part(SHORT.get(name, name), hours, WHY[name]) for name, hours in parts.items()]
    return sorted((part for part in found if part.hours > 0), key=lambda part: -part.hours)


def where_the_time_goes(
    results: Results, stream: AboutStream, parts: list[Part], room: int
) -> Iterator[str]:
    """Touch and waits by cause: they add up to the lead time."""
    total = lead_time(results, stream, "mean", "wall").value
    if not parts or not math.isfinite(total):
        yield "  No item had a lead time."
        return
    unit = unit_of_lead_time(results, stream, "wall")
    places = decimals(total / unit.hours)
    yield f"  Where the {total / unit.hours:.{places}f} {unit.name} go, wall clock"
    if len(parts) > room:
        kept = parts[: room - 1]
        if all(part.name != "touch" for part in kept):
            kept[-1:] = [part for part in parts if part.name == "touch"]
        rest = [part for part in parts if part not in kept]
        others = Part(f"{len(rest)} others", sum(part.hours for part in rest), "see --full")
        parts = [*kept, others]
    longest = max(part.hours for part in parts)
    for name, hours, why in parts:
        bar = "█" * max(round(BAR * hours / longest), 1)
        size = f"{hours / unit.hours:.{places}f} {unit.name}"
        yield f"    {name:<14}{size:>8} {100 * hours / total:4.0f} %  {bar:<{BAR}}  {why}"
