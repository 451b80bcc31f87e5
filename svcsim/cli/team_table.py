"""Teams: how busy they are, how long a visit waits for them, and how long they work."""

import math
from collections.abc import Iterator

from svcsim.cli.figures import Unit, count, figure, unit_for
from svcsim.cli.terminal import cut
from svcsim.experiment.about import AboutTeam
from svcsim.experiment.numbers import Number
from svcsim.experiment.results import Results

TEAM = 34
"""Columns for a team's name and activity."""


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
    """Utilisation of a team; nothing for an unlimited one, a dash for one outside."""
    about = next(one for one in results.about.teams if one.name == team)
    if about.outside and about.people is not None:
        return "–"
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
