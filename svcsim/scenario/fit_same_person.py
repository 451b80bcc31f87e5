"""Checks of steps at which those go on who did the step before."""

from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.flow import placed
from svcsim.scenario.step import Step
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.text import Words

_ASKS = ("wait", "during", "auto", "incomplete", "every", "uses", "quorum", "collect", "instances")
"""Words of which something would have to be waited or asked for, with people held."""


def same_people(fit: Fit) -> Found:
    """Those who go on are people of one team, and nothing stands between."""
    for name, stream in fit.scenario.streams.items():
        for place in placed(stream.steps):
            if place.step.same_person and place.step.touch is not None:
                yield from _same(fit, place.step, ("streams", name, *place.path))


def _same(fit: Fit, step: Step, here: Words) -> Found:
    for word in _ASKS:
        if word in step.model_fields_set:
            found = f"{word} stands together with same_person, so they would have to wait for it"
            remedy = f"leave same_person out, or {word}"
            if word == "wait":
                remedy = "leave same_person out, or make the wait a step of its own behind this one"
            yield fit.problem("same-person-asks", (*here, word), found, remedy, key=True)
    if step.team is not None and not (isinstance(step.team, TeamUse) and len(step.team.teams) == 1):
        found = "several teams are named, and those who go on are of one"
        yield fit.problem(
            "same-person-team", (*here, "team"), found, "name one team, or leave same_person out"
        )
