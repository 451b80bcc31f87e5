"""The first screen: what a run says, on 80 columns and, for one stream, 24 lines."""

import math
import re
from collections.abc import Iterator
from textwrap import wrap
from typing import NamedTuple

from svcsim.analysis.endings import LOST
from svcsim.cli.figures import (
    Unit,
    count,
    decimals,
    figure,
    plain_percent,
    seconds,
    unit_for,
)
from svcsim.cli.terminal import WIDTH, cut, styled
from svcsim.cli.verdict import verdict_lines, verdicts
from svcsim.experiment.about import AboutStream, AboutTeam
from svcsim.experiment.numbers import Number
from svcsim.experiment.results import Results
from svcsim.model.arrays import TICKS_PER_HOUR

LINES = 24
"""Lines of the screen for one stream."""
AROUND = ("title", "", "", "", "where the time goes", "", "team", "")
"""Lines that are there in any case, around targets, times, causes, teams and the foot."""
STATISTICS = ("mean", "p50", "p85", "p95")
STREAMS = 3
"""Streams that are told at length."""
SEVERAL = 5
"""Lines for causes, and for teams, where several streams leave the 24 lines behind anyway."""
BAR = 28
TEAM = 34
"""Columns for a team's name and activity."""
TOO_MANY_UNFINISHED = 0.001
"""Share of unfinished items above which means are called lower bounds (methods 3.1)."""

WHY = {
    "touch": "work",
    "set-up": "getting into it",
    "automatic": "machines",
    "contention": "everyone busy",
    "prioritisation": "others go first",
    "unavailability": "nobody on shift",
    "policy": "kept free by rule",
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


def first_screen(results: Results, *, again: str, full: bool = False) -> Iterator[str]:
    """Lines of the first screen.

    Parameters
    ----------
    results
        What to tell.
    again
        The scenario as the user named it, with changes: for the command to try next.
    full
        Leave nothing out.
    """
    about = results.about
    found = verdicts(results)
    parts = {stream.name: lead_time_parts(results, stream) for stream in about.streams}
    several = len(about.streams) > 1
    told = about.streams if full else about.streams[:STREAMS]
    end = [*foot(results), "", *command_lines(next_command(results, again))]
    values = {stream.name: list(demand_to_value(results, stream, several)) for stream in told}
    if full:
        targets, causes, teams = len(found), len(WHY), len(about.teams)
    elif several:
        targets, causes, teams = len(found), SEVERAL, SEVERAL
    else:
        (stream,) = told
        room = LINES - len(AROUND) - len(values[stream.name]) - len(end)
        lengths = len(found), len(parts[stream.name]), len(about.teams)
        targets, causes, teams = shares_of_room(*lengths, room)

    yield title_line(results)
    yield ""
    if found:
        yield from verdict_lines(found[:targets])
        if len(found) > targets:
            yield f"    and {len(found) - targets} more targets: --full"
        yield ""
    for stream in told:
        yield from values[stream.name]
        yield ""
        yield from where_the_time_goes(results, stream, parts[stream.name], causes)
        yield ""
    if len(about.streams) > len(told):
        yield from (one_line(results, stream) for stream in about.streams[len(told) :])
        yield ""
    yield from team_table(results, teams)
    yield ""
    yield from end


def shares_of_room(targets: int, causes: int, teams: int, room: int) -> tuple[int, int, int]:
    """Lines for targets, causes and teams, so that together they fit: the longest list gives way.

    >>> shares_of_room(1, 3, 2, 8), shares_of_room(2, 6, 5, 8)
    ((1, 3, 2), (2, 3, 3))
    """
    lines = [targets, causes, teams]
    while sum(lines) > room and max(lines) > 2:
        lines[lines.index(max(lines))] -= 1
    return lines[0], lines[1], lines[2]


def title_line(results: Results) -> str:
    """What was run, how long, how often."""
    about, p = results.about, results.provenance
    times = f"{p.replications} replication{'s' * (p.replications != 1)}"
    if results.interrupted:
        times = f"interrupted: {p.replications} of {results.asked} replications"
    right = f"{about.horizon} · {times} · {seconds(results.seconds)}"
    room = WIDTH - len(right) - 2
    title = cut(about.title, room)
    return f"{styled(title, 'title')}{' ' * (WIDTH - len(title) - len(right))}{right}"


# ---- demand to value -----------------------------------------------------------------------


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


# ---- where the time goes ---------------------------------------------------------------------


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
        rest = parts[room - 1 :]
        others = Part(f"{len(rest)} others", sum(part.hours for part in rest), "see --full")
        parts = [*parts[: room - 1], others]
    longest = max(part.hours for part in parts)
    for name, hours, why in parts:
        bar = "█" * max(round(BAR * hours / longest), 1)
        size = f"{hours / unit.hours:.{places}f} {unit.name}"
        yield f"    {name:<14}{size:>8} {100 * hours / total:4.0f} %  {bar:<{BAR}}  {why}"


# ---- teams -------------------------------------------------------------------------------------


def team_table(results: Results, room: int) -> Iterator[str]:
    """Who is busy, and how long a visit waits for them and is worked on; busiest queues first."""
    if not results.about.teams:
        return
    rows = []
    for team in results.about.teams:
        wait = results.numbers.find("queue_time", team=team.name)
        touch = results.numbers.find("touch_time", team=team.name, clock="wall")
        rows.append((team, wait, touch, waiting(results, team.name)))
    unit = unit_for(number.value for _, wait, touch, _ in rows for number in (wait, touch))
    shown = rows
    if len(rows) > room:
        most = sorted(rows, key=lambda row: -row[3])[: max(room - 1, 1)]
        shown = [row for row in rows if row in most]
    activities = {team.name: _activities(team) for team, *_ in shown}
    right = max(8, *(len(activity) for activity in activities.values())) + 2
    left = max(8, *(len(team.name) for team, *_ in shown)) + 2
    right = min(right, TEAM - min(left, TEAM // 2))
    left = min(left, TEAM - right)
    yield (
        f"  {'Team':<{left + 2}}{'activity':<{right}}"
        f"{'people':>6}{'busy':>9}{'wait':>15}{'touch':>8}"
    )
    for team, wait, touch, _ in shown:
        people = "∞" if team.people is None else count(team.people)
        yield (
            f"    {_fit(team.name, left)}{_fit(activities[team.name], right)}{people:>6}"
            f"{busy(results, team.name):>9}{figure(wait, unit.hours):>15}"
            f"{_alone(touch, unit):>8} {unit.name}"
        )
    if len(shown) < len(rows):
        yield f"    and {len(rows) - len(shown)} more teams with shorter queues: --full"


def _activities(team: AboutTeam) -> str:
    """Activities of a team; nothing where the team has the name of its only one."""
    if team.activities == (team.name,):
        return ""
    return f"{team.titles[0]}{', …' * (len(team.titles) > 1)}"


def busy(results: Results, team: str) -> str:
    """Utilisation of a team; nothing for an unlimited one."""
    try:
        value = results.numbers.find("utilisation", "ratio", team=team).value
    except KeyError:
        return ""
    return f"{100 * value:.1f} %" if math.isfinite(value) else "–"


def waiting(results: Results, team: str) -> float:
    """Hours that all items together wait for a team in a replication."""
    wait = results.numbers.find("queue_time", team=team).value
    visits = results.numbers.find("visits", "count", team=team).value
    return wait * visits if math.isfinite(wait) else 0.0


def _alone(number: Number, unit: Unit) -> str:
    """A number without its half-width."""
    return figure(number._replace(half_width=math.nan), unit.hours)


def _fit(text: str, width: int) -> str:
    """Text in a column, cut if need be, with a space after it."""
    return f"{cut(text, width - 1):<{width}}"


# ---- foot --------------------------------------------------------------------------------------


def foot(results: Results) -> Iterator[str]:
    """What was counted, what was checked, where it came from."""
    about, p = results.about, results.provenance
    counted, without = f"{_counted(results)}.", ", ".join(_without_value(results))
    if without and len(counted) + len(without) + 3 <= WIDTH:
        yield f"  {counted[:-1]}; {without}."
    else:
        yield f"  {counted}"
        if without:
            sentence = f"Left without value: {without}."
            yield from wrap(sentence, WIDTH, initial_indent="  ", subsequent_indent="    ")
    laws = {"little": "Little's law exact", "lead_time": "touch + waits = lead time exact"}
    said = [
        words if results.identities.get(name, True) else styled(f"{words}: VIOLATED", "bad")
        for name, words in laws.items()
    ]
    yield f"  {' · '.join([*said, f'seed {p.seed}', p.engine])}"
    yield f"  ± 95 %, Student t over replications · scenario {about.name} {p.digest[:8]}"


def _counted(results: Results) -> str:
    about = results.about

    def over_streams(measure: str) -> float:
        found = (results.numbers.find(measure, "count", stream=stream.name)
                 for stream in about.streams)  # fmt: skip
        return sum(number.value for number in found)

    items, unfinished = over_streams("items"), over_streams("unfinished")
    said = f"{count(items)} items per replication"
    late = over_streams("past_horizon")
    week = f"week {about.horizon.removesuffix(' wk')}"
    horizon = week if about.horizon.endswith(" wk") else about.horizon
    if not unfinished:
        past = f", {count(late)} of them past {horizon}" if late else ""
        return f"{said}, all followed to the end{past}"
    text = f"{said}, {count(unfinished)} unfinished {about.run_out} after {horizon}"
    many = unfinished > TOO_MANY_UNFINISHED * items
    return f"{text}: means are lower bounds" if many else text


def _without_value(results: Results) -> list[str]:
    """Shares of the items of each stream that were rejected, abandoned or refused."""
    several = len(results.about.streams) > 1
    return [
        f"{plain_percent(float(f'{share:.2g}'))} {f'of {stream.name} ' if several else ''}{how}"
        for stream in results.about.streams
        for how in LOST
        if (share := results.numbers.find(how, "share", stream=stream.name).value) > 0
    ]


def next_command(results: Results, again: str) -> str:
    """One command that is worth trying next: a person more where most is waited for people."""
    teams = [team for team in results.about.teams if team.people is not None]
    longest = max(teams, key=lambda team: waiting(results, team.name), default=None)
    if longest is None or not waiting(results, longest.name):
        return f"svcsim run {again} --full"
    return f"svcsim compare {again} --vs teams.{longest.name}.people=+1"


def command_lines(command: str) -> Iterator[str]:
    """A command to try; one that is too long goes on after a backslash, as shells read it."""
    lines = ["  Try:"]
    for word in re.split(r" (?=--)", command):
        if len(lines[-1]) + len(word) + 3 > WIDTH:
            lines[-1] += " \\"
            lines.append(f"      {word}")
        else:
            lines[-1] += f" {word}"
    yield from lines
