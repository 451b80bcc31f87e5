"""Checks of WIP limits, which make items of all streams wait for each other."""

from collections.abc import Iterable, Mapping

from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_streams import step_name
from svcsim.scenario.flow import Flow, Move, limits_at, placed
from svcsim.scenario.schema import Stream
from svcsim.scenario.spawn import spawned
from svcsim.scenario.strands import ordered
from svcsim.scenario.text import Words
from svcsim.scenario.words import DONE

Edges = Mapping[str, Iterable[str]]


def circle(edges: Edges) -> list[str]:
    """A circle of names, from the first of them in name order; empty if there is none."""
    for name in sorted(edges):
        ways: dict[str, list[str]] = {target: [name] for target in edges[name]}
        ahead = list(ways)
        while ahead:
            here = ahead.pop(0)
            if here == name:
                return ways[here]
            for target in edges.get(here, ()):
                if target not in ways:
                    ways[target] = [*ways[here], here]
                    ahead.append(target)
    return []


def _detours(fit: Fit) -> dict[str, str]:
    """Where full teams send items."""
    wips = {name: team.wip for name, team in fit.scenario.teams.items() if team.wip is not None}
    return {name: wip.to for name, wip in wips.items() if wip.to is not None}


def detours(fit: Fit) -> Found:
    """The step to which a full team sends items stands in every stream in which it works."""
    for name, stream in fit.scenario.streams.items():
        flow = Flow(stream)
        for team, to in _detours(fit).items():
            works = any(team in limits_at(flow.steps[leaf].step) for leaf in flow.leaves)
            if works and to != DONE:
                holder: Words = ("streams", name)
                where = ("teams", team, "wip", "when_full", "to")
                yield from step_name(fit, to, list(flow.steps), where, holder)


def limits(fit: Fit) -> Found:
    """Teams with WIP limits do not wait for each other in a circle (semantics 45)."""
    waits: dict[str, dict[str, str]] = {}
    inside = _inside(fit)
    for name, stream in fit.scenario.streams.items():
        if not ordered(stream):
            continue
        for holds, wanted, step in sorted(_waits(fit, stream, inside)):
            waits.setdefault(holds, {}).setdefault(wanted, f"{name}, {step}")
    loop = circle({holds: sorted(wanted) for holds, wanted in waits.items()})
    if loop:
        pairs = zip(loop, [*loop[1:], loop[0]], strict=True)
        told = [f"{holds} waits for {wanted} ({waits[holds][wanted]})" for holds, wanted in pairs]
        remedy = "take one of the limits away, or write when_full: leave"
        path = ("teams", loop[0], "wip")
        yield fit.problem("wip-cycle", path, listed(told, "and"), remedy)


def _inside(fit: Fit) -> dict[str, set[str]]:
    """The limits at which items of each stream, or children that they wait for, may wait."""
    teams, streams = fit.scenario.teams, fit.scenario.streams
    found: dict[str, set[str]] = {}
    waited: dict[str, set[str]] = {}
    for name, stream in streams.items():
        steps = [place.step for place in placed(stream.steps)]
        limited = {team for step in steps for team in limits_at(step) if team in teams}
        wips = {team: teams[team].wip for team in limited}
        found[name] = {team for team, wip in wips.items() if wip and wip.when_full == "wait"}
        waited[name] = {one.stream for step in steps for one in spawned(step) if one.wait_for}
    for _ in streams:
        for name in streams:
            found[name] |= {team for child in waited[name] for team in found.get(child, ())}
    return found


def _waits(fit: Fit, stream: Stream, inside: Mapping[str, set[str]]) -> set[tuple[str, str, str]]:
    """Limits that an item may hold, for which other it may wait then, and at which step.

    While it waits for children it holds what they may wait for, `inside` of their streams.
    """
    teams = fit.scenario.teams
    flow = Flow(stream, _detours(fit))
    moves: dict[str, list[Move]] = {}
    for move in flow.moves():
        if move.target in flow.steps:
            moves.setdefault(move.source, []).append(move)
    found: set[tuple[str, str, str]] = set()
    ahead = [(name, "") for name in flow.first() if name in flow.steps]
    seen = set(ahead)
    while ahead:
        name, held = ahead.pop()
        step = flow.steps[name].step
        # An item that a full team sends on still holds what it came with.
        after = {held} if any(team in flow.detours for team in limits_at(step)) else set()
        for team in limits_at(step) or ("",):
            wip = teams[team].wip if team in teams else None
            after.add(team if wip is not None else "")
            if wip is not None and held not in ("", team) and wip.when_full == "wait":
                found.add((held, team, name))
        called = {spawn.stream for spawn in spawned(step) if spawn.wait_for is not None}
        for holds in after - {""}:
            found |= {(holds, team, name) for child in called for team in inside.get(child, ())}
        for move in moves.get(name, ()):
            alone = flow.steps[move.target].step
            for holds in after:
                keeps = not move.ends and (not move.back or limits_at(alone) == (holds,))
                state = (move.target, holds if keeps else "")
                if state not in seen:
                    seen.add(state)
                    ahead.append(state)
    return found
