"""Checks of swarms: a quorum is part of a team, and people are kept only for several."""

from collections.abc import Iterator

from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.schema import Stream
from svcsim.scenario.step import Step
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.text import Words
from svcsim.scenario.words import OTHERWISE, ByClass, of_class


def swarm(fit: Fit, stream: Stream, step: Step, here: Words) -> Found:
    """The quorum of a step is one of its team, and collecting does something."""
    uses = list(_uses(stream, step))
    if not uses:
        return
    if step.quorum is not None:
        problems = list(_quorums(fit, step, uses, (*here, "quorum")))
        yield from problems
        if not problems and all(quorum == use.people for _, use, quorum in uses):
            found = "it is the whole team, which is so without a quorum"
            remedy = "write less, or leave it out"
            yield fit.problem("quorum-size", (*here, "quorum"), found, remedy)
    if step.collect is not None:
        if any(use.mode == "any" for _, use, _ in uses):
            found = "nobody is kept where whoever is free first works"
            yield fit.problem("out-of-place", (*here, "collect"), found, "leave it out", key=True)
        elif all(use.people + sum(step.uses.values()) == 1 for _, use, _ in uses):
            found = "there is nobody to keep for one person who works alone"
            remedy = "leave it out, or write for instance team: {name: 2}"
            yield fit.problem("out-of-place", (*here, "collect"), found, remedy, key=True)


def _uses(stream: Stream, step: Step) -> Iterator[tuple[str, TeamUse, int | None]]:
    """The class, team and quorum of every class of which they are said."""
    for name in stream.classes or ("",):
        try:
            if step.team is not None:
                quorum = None if step.quorum is None else of_class(step.quorum, name)
                yield name, of_class(step.team, name), quorum
        except KeyError:
            pass


def _quorums(
    fit: Fit, step: Step, uses: list[tuple[str, TeamUse, int | None]], path: Words
) -> Found:
    told: set[Words] = set()
    for name, use, quorum in uses:
        assert quorum is not None
        where = path
        if isinstance(step.quorum, ByClass):
            where = (*path, "by_class", name if name in step.quorum.values else OTHERWISE)
        least, most = len(use.teams), use.people
        code, remedy = "quorum-size", ""
        if use.mode in ("any", "split") or (most == 1 and not isinstance(step.quorum, ByClass)):
            code = "quorum-alone"
            found = "one person works alone here"
            remedy = f"write for instance team: {{{use.teams[0]}: 3}}, or leave it out"
        elif quorum < least:
            found = f"the {least} teams give one person each before work starts"
            remedy = f"write {least} or more"
        elif quorum > most:
            found = f"the team is of {most} {'person' if most == 1 else 'people'}"
            remedy = "write 1" if most == 1 else f"write less than {most}"
        if remedy and where not in told:
            told.add(where)
            yield fit.problem(code, where, found, remedy)
