"""What a search for the bottleneck says: elasticities, whole steps, what to relax next."""

import math
from collections.abc import Iterator, Sequence
from textwrap import wrap

from svcsim.analysis.key import Key
from svcsim.cli.figures import NOTHING, Unit, change, decimals, figure, seconds, unit_for
from svcsim.cli.foot import command_lines, origin
from svcsim.cli.terminal import WIDTH, cut, padded, styled, titled
from svcsim.decisions.findings import Bottleneck, Stepped, Turned
from svcsim.decisions.ranks import Rank
from svcsim.decisions.responses import in_words
from svcsim.experiment.about import About
from svcsim.experiment.numbers import Number
from svcsim.model.arrays import TICKS_PER_HOUR

HEADINGS = {
    "work": "Work takes longer",
    "waits": "Waits, by cause",
    "replies": "Replies at gates",
    "demand": "Demand",
    "rework": "Rework, its odds",
    "people": "People",
    "gates": "Gates",
}
"""Kinds of levers, as the screen calls them."""
NAME = 34
"""Columns of a lever's name."""
UNITS = {"1": Unit("%", 0.01)}


def bottleneck_screen(found: Bottleneck, again: str) -> Iterator[str]:
    """Lines of a search for the bottleneck.

    Parameters
    ----------
    found
        What to tell.
    again
        The scenario as the user named it, with changes: for the command to try next.
    """
    unit = unit_of_response(found.about, found.response, [found.value.value])
    yield from _titles(found)
    yield ""
    yield f"  {response_line(found.response, found.value, unit)}"
    silent: list[str] = []
    if found.turned:
        yield ""
        yield padded("  1 % more of this changes it by ... %", NAME + 4) + (
            f"{'elasticity':>14}{'rank':>8}{'busy':>10}{'queue':>9}"
        )
        yield from _turned(found, silent)
    if found.stepped:
        yield ""
        yield padded("  A whole step changes it by ...", NAME + 4) + (
            f"{f'{unit.name}':>18}{'%':>16}{'rank':>7}"
        )
        yield from _stepped(found, unit, silent)
    if silent:
        yield ""
        yield from _wrapped(f"No effect at all, exactly: {', '.join(silent)}.")
    yield ""
    yield from _euler(found)
    yield from _sentences(found, unit)
    yield ""
    yield "  busy and queue describe where people are, not what would help."
    yield f"  seed {found.provenance.seed} · {found.provenance.engine}"
    yield from origin(found.provenance, "± 95 %, jackknife over paired replications")
    yield ""
    yield from command_lines(_next(found, again))


def unit_of_response(about: About, key: Key, values: Sequence[float]) -> Unit:
    """Unit in which a response reads well."""
    if key.unit != "h":
        return UNITS.get(key.unit, Unit(key.unit, 1.0))
    if key.clock in (None, "wall"):
        return unit_for(values)
    day = about.days.get(str(key.clock), 24 * TICKS_PER_HOUR) / TICKS_PER_HOUR
    return unit_for(values, day=day, day_name="bd")


def response_line(key: Key, value: Number, unit: Unit) -> str:
    """A response with its value: ``incident.lead_time.mean  1.86 ± 0.04 h, office hours``."""
    clock = "" if key.clock is None or key.unit != "h" else f", {clock_words(key.clock)}"
    return f"{styled(in_words(key), 'title')}  {figure(value, unit.hours)} {unit.name}{clock}"


def clock_words(clock: str) -> str:
    """A clock in words: ``wall clock``, ``office hours``."""
    return "wall clock" if clock == "wall" else f"{clock} hours"


def _titles(found: Bottleneck) -> list[str]:
    p = found.provenance
    times = f"{p.replications} replication{'s' * (p.replications != 1)}"
    points = f"{found.points} points"
    if found.interrupted:
        points = f"interrupted: {found.finished} of {found.points} points"
    if p.cached:
        points += f" ({p.cached} replications cached)"
    right = f"{found.about.horizon} · {times} · {points} · {seconds(found.seconds)}"
    return titled(found.about.title, right)


def _turned(found: Bottleneck, silent: list[str]) -> Iterator[str]:
    kind = ""
    for one in _by_kind(found.turned):
        assert isinstance(one, Turned)
        if one.elasticity.value == 0 and one.elasticity.half_width == 0:
            silent.append(f"{one.name} ({one.kind})")
            continue
        if one.kind != kind:
            yield f"    {styled(HEADINGS[one.kind], 'dim')}"
            kind = one.kind
        busy, queue = found.described(one.team) if one.team else (math.nan, math.nan)
        doubt = "" if one.agrees is not False else " ?"
        yield (
            f"      {cut(one.name, NAME - 3):<{NAME - 2}}"
            f"{change(one.elasticity) + doubt:>14}{_rank(one.rank):>8}"
            f"{_share(busy):>10}{_plain(queue):>9}"
        )


def _stepped(found: Bottleneck, unit: Unit, silent: list[str]) -> Iterator[str]:
    kind = ""
    for one in _by_kind(found.stepped):
        assert isinstance(one, Stepped)
        words = f"{cut(one.name, NAME - 16)}, {one.what}"
        if one.difference is not None and one.difference.value == 0 == one.difference.half_width:
            silent.append(f"{one.name} ({one.what})")
            continue
        if one.kind != kind:
            yield f"    {styled(HEADINGS[one.kind], 'dim')}"
            kind = one.kind
        if one.difference is None or one.relative is None:
            room = WIDTH - NAME - 6
            yield f"      {words:<{NAME - 2}}  {cut(_refused(one), room)}"
            continue
        yield (
            f"      {words:<{NAME - 2}}{change(one.difference, unit.hours):>18}"
            f"{change(one.relative, 0.01):>16}{_rank(one.rank):>7}"
        )


def _refused(one: Stepped) -> str:
    return f"refused: {one.refused}" if one.refused else NOTHING


def _by_kind(levers: Sequence[Turned | Stepped]) -> list[Turned | Stepped]:
    """Levers, kinds in the order of the headings, within a kind the strongest first."""

    def strength(one: Turned | Stepped) -> float:
        number = one.elasticity if isinstance(one, Turned) else one.relative
        if number is None or not math.isfinite(number.value):
            return -1.0
        return abs(number.value)

    kinds = list(HEADINGS)
    return sorted(levers, key=lambda one: (kinds.index(one.kind), -strength(one)))


def _rank(rank: Rank | None) -> str:
    if rank is None:
        return ""
    return str(rank.best) if rank.best == rank.worst else f"{rank.best} to {rank.worst}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %" if math.isfinite(value) else ""


def _plain(value: float) -> str:
    return f"{value:.{decimals(value)}f}" if math.isfinite(value) else ""


def _euler(found: Bottleneck) -> Iterator[str]:
    if found.euler is not None:
        value, half_width = found.euler
        yield from _wrapped(
            f"Euler: all durations and the horizon, less all rates, add up to "
            f"{value:.3f} ± {half_width:.3f}; it must be 1."
        )
        yield ""
    elif any(one.kind == "work" for one in found.turned):
        why = ", ".join(found.fixed) or "not all levers are looked at"
        yield from _wrapped(f"Euler's sum is not known here: {why}.")
        yield ""


def _sentences(found: Bottleneck, unit: Unit) -> Iterator[str]:
    """Say what to relax next, and what cannot be told apart."""
    for kind, what, nothing in (
        ("work", "What to make faster next", "No team's work surely moves it"),
        ("people", "Where one more helps most", "One more of nobody surely moves it"),
    ):
        if kind not in {one.kind for one in found.turned} | {one.kind for one in found.stepped}:
            continue
        names = found.first(kind)
        if not names:
            yield from _wrapped(f"{nothing}.")
            continue
        said = styled(names[0], "good") if len(names) == 1 else " or ".join(names)
        text = f"{what}: {said}"
        if len(names) > 1:
            needed = found.needed[kind]
            more = f"; about {needed} would" if needed else ""
            n = found.provenance.replications
            text += f": {n} replications cannot tell them apart{more}"
        yield from _wrapped(f"{text}.")


def _next(found: Bottleneck, again: str) -> str:
    teams = [name for name in found.first("people") if "." not in name]
    people = {team.name: team.people for team in found.about.teams}
    for team in teams:
        n = people.get(team)
        if n is not None:
            return f"svcsim sweep {again} --over teams.{team}.people={n}..{n + 3}"
    return f"svcsim run {again}"


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ",
                break_on_hyphens=False)  # fmt: skip
