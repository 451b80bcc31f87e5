"""What was counted, what was checked, where it came from, and what to try next."""

import re
from collections.abc import Iterator
from textwrap import wrap

from svcsim.analysis.endings import LOST
from svcsim.cli.figures import count, plain_percent
from svcsim.cli.team_table import waiting
from svcsim.cli.terminal import WIDTH, cut, styled
from svcsim.cli.times import lead_time_parts
from svcsim.experiment.about import AboutStream
from svcsim.experiment.provenance import Provenance
from svcsim.experiment.results import Results

TOO_MANY_UNFINISHED = 0.001
"""Share of unfinished items above which means are called lower bounds (methods 3.1)."""

NO_WAITS = ("touch", "set-up", "automatic", "unavailable")
"""Parts of the lead time that are work, or nights."""


def foot(results: Results) -> Iterator[str]:
    """What was counted, what was checked, where it came from."""
    p = results.provenance
    counted, without = f"{_counted(results)}.", ", ".join(_without_value(results))
    if without and len(counted) + len(without) + 4 <= WIDTH:
        yield f"  {counted[:-1]}; {without}."
    else:
        for sentence in (counted, f"Left without value: {without}." if without else ""):
            yield from wrap(sentence, WIDTH, initial_indent="  ", subsequent_indent="    ")
    laws = {"little": "Little's law exact", "lead_time": "touch + waits = lead time exact"}
    said = [
        words if results.identities.get(name, True) else styled(f"{words}: VIOLATED", "bad")
        for name, words in laws.items()
    ]
    yield f"  {' · '.join([*said, f'seed {p.seed}', p.engine])}"
    yield from origin(p, "± 95 %, Student t over replications, Woodruff")


def origin(p: Provenance, intervals: str) -> Iterator[str]:
    """How sure the numbers are, and of what they are."""
    named = f"{p.scenario} {p.digest[:8]}".strip()
    for said in (f"scenario {named}", named):
        if len(intervals) + len(said) + 5 <= WIDTH:
            yield f"  {intervals} · {said}"
            return
    yield f"  {intervals}"
    yield f"  {cut(f'scenario {named}', WIDTH - 2)}"


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
        whole = round(late) if late >= 1 else late
        past = f", {count(whole)} of them past {horizon}" if late else ""
        return f"{said}, all followed to the end{past}"
    text = f"{said}, {count(unfinished)} unfinished {about.run_out} after {horizon}"
    many = unfinished > TOO_MANY_UNFINISHED * items
    return f"{text}: means are lower bounds" if many else text


def _without_value(results: Results) -> list[str]:
    """Shares of the items of each stream that left without value, by how."""
    several = len(results.about.streams) > 1
    return [
        f"{plain_percent(float(f'{share:.2g}'))} {f'of {stream.name} ' if several else ''}{how}"
        for stream in results.about.streams
        for how in LOST
        if (share := results.numbers.find(how, "share", stream=stream.name).value) > 0
    ]


def next_command(results: Results, again: str) -> str:
    """One command that is worth trying next: a person more where people are waited for most.

    Hours with nobody on shift do not count: they are a matter of calendars. Nor do teams outside:
    nobody here decides how many people they have.
    """
    if not any(_waits_for_people(results, stream) for stream in results.about.streams):
        return f"svcsim run {again} --full"
    teams = [t for t in results.about.teams if t.people is not None and not t.outside]
    longest = max(teams, key=lambda team: waiting(results, team.name), default=None)
    if longest is None or not waiting(results, longest.name):
        return f"svcsim run {again} --full"
    return f"svcsim compare {again} --vs teams.{longest.name}.people=+1"


def _waits_for_people(results: Results, stream: AboutStream) -> bool:
    """Whether items of a stream wait longest because everyone is busy."""
    waits = [part for part in lead_time_parts(results, stream) if part.name not in NO_WAITS]
    return bool(waits) and waits[0].name in ("contention", "prioritisation")


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
