"""The first screen: what a run says, on 80 columns and, for one stream, 24 lines."""

from collections.abc import Iterator

from svcsim.cli.figures import seconds
from svcsim.cli.foot import command_lines, foot, next_command
from svcsim.cli.team_table import team_table
from svcsim.cli.terminal import titled
from svcsim.cli.times import (
    WHY,
    demand_to_value,
    lead_time_parts,
    one_line,
    where_the_time_goes,
)
from svcsim.cli.verdict import verdict_lines, verdicts
from svcsim.experiment.results import Results

LINES = 24
"""Lines of the screen for one stream."""
AROUND = ("title", "", "", "", "where the time goes", "", "team", "")
"""Lines that are there in any case, around targets, times, causes, teams and the foot."""
STREAMS = 3
"""Streams that are told at length."""
SEVERAL = 5
"""Lines for causes, and for teams, where several streams leave the 24 lines behind anyway."""


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
    counted, try_this = list(foot(results)), ["", *command_lines(next_command(results, again))]
    if full and try_this[-1].endswith(" --full"):
        try_this = []
    values = {stream.name: list(demand_to_value(results, stream, several)) for stream in told}
    titles = title_lines(results)
    longer = len(list(verdict_lines(found))) - len(found) + len(titles) - 1
    classes, more = True, sum(len(verdict.notes) for verdict in found)
    if full:
        targets, causes, teams = len(found), len(WHY), len(about.teams)
    elif several:
        targets, causes, teams = len(found), SEVERAL, SEVERAL
    else:
        (stream,) = told
        room = LINES - len(AROUND) - len(values[stream.name]) - len(counted) - longer
        lengths = len(found), len(parts[stream.name]), len(about.teams)
        if sum(lengths) > room - len(try_this):
            try_this = []  # what is, before what could be
        classes = sum(lengths) + more <= room - len(try_this)
        targets, causes, teams = shares_of_room(*lengths, room - len(try_this))

    yield from titles
    yield ""
    if found:
        yield from verdict_lines(found[:targets], classes=classes)
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
    yield from counted
    yield from try_this


def shares_of_room(targets: int, causes: int, teams: int, room: int) -> tuple[int, int, int]:
    """Lines for targets, causes and teams, so that together they fit: the longest list gives way.

    Four causes stay as long as they can: touch, the two longest waits, and the others.

    >>> shares_of_room(1, 3, 2, 8), shares_of_room(2, 6, 5, 8), shares_of_room(1, 6, 4, 8)
    ((1, 3, 2), (2, 4, 2), (1, 4, 3))
    """
    lines = [targets, causes, teams]
    for least in ((2, 4, 2), (2, 2, 2)):
        while sum(lines) > room:
            spare = [n if n > few else 0 for n, few in zip(lines, least, strict=True)]
            if not any(spare):
                break
            lines[spare.index(max(spare))] -= 1
    return lines[0], lines[1], lines[2]


def title_lines(results: Results) -> list[str]:
    """What was run, how long, how often: on lines of their own if one is too short."""
    about, p = results.about, results.provenance
    times = p.often
    if results.interrupted:
        times = f"interrupted: {p.replications} of {results.asked} replications"
    if p.cached:
        times += f" ({p.cached} cached)"
    right = f"{about.horizon} · {times} · {seconds(results.seconds)}"
    return titled(about.title, right)
