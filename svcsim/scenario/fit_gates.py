"""Checks of gates: those that meet, and those that ask."""

from typing import Any

from svcsim.scenario.fit import Fit, Found, variants
from svcsim.scenario.fit_scores import score
from svcsim.scenario.fit_streams import business, occasions
from svcsim.scenario.gate import Gate
from svcsim.scenario.schema import Stream
from svcsim.scenario.step import Step
from svcsim.scenario.text import Words
from svcsim.scenario.words import ByClass, Varied

ASKING = {"ask", "answers", "reply", "delegate"}
"""Fields of a gate that do something where people are asked; all others where it meets."""


def gate(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    """A gate meets, or asks a team, and says nothing of the other."""
    assert step.gate is not None
    meets, asks = step.gate.meets is not None, step.gate.ask is not None
    if meets == asks:
        found = "meets and ask stand together" if asks else "neither meets nor ask stands here"
        remedy = "keep one of them" if asks else "write meets: Wed 11:00, or ask: the team"
        if not fit.partly_read(here):
            yield fit.problem("gate-form", here, found, remedy, key=True)
        return
    for word in step.gate.model_fields_set:
        if (word in ASKING) != asks:
            found = f"{word} does nothing with {'ask' if asks else 'meets'}"
            yield fit.problem("out-of-place", (*here, word), found, "leave it out", key=True)
    if meets:
        yield from _meets(fit, stream, step.gate, here, holder)
        yield from _score(fit, step.gate, here)
        yield from _attends(fit, step, here[:-1])
    else:
        for word in ("team", "touch", "repeat_touch"):
            if word in step.model_fields_set:
                found, where = f"{word} does nothing with ask", (*here[:-1], word)
                remedy = "leave it out; work of a team is a step of its own"
                yield fit.problem("out-of-place", where, found, remedy, key=True)
        yield from _asks(fit, stream, step, step.gate, here, holder)


def _asks(
    fit: Fit, stream: Stream, step: Step, gate: Gate, here: Words, holder: Words
) -> Found:  # fmt: skip
    teams, name = fit.scenario.teams, str(gate.ask)
    yield from fit.unknown("team", name, list(teams), ("teams",), (*here, "ask"))
    team = teams.get(name)
    people = team.size if team is not None and fit.people_known(name) else None
    if people is not None and gate.answers.asked > people:
        found = f"{gate.answers.asked} of {name} are asked, of whom there are {people}"
        where = (*here, "answers") if "answers" in gate.model_fields_set else (*here, "ask")
        remedy = f"write {min(gate.answers.needed, people)} of {people}, or give it more people"
        if people == 0:
            remedy = "give it people, or ask another team"
        yield fit.problem("asks-too-many", where, found, remedy)
    if "defer" in (step.outcome or {}):
        found = "who is asked decides, and there is no next meeting to defer to"
        where = (*here[:-1], "outcome", "defer")
        remedy = "leave it out, or call it otherwise and say where to"
        yield fit.problem("gate-outcome", where, found, remedy, key=True)
    if gate.reply is None:
        if not fit.could_not_read((*here, "reply")):
            found, remedy = "'reply' is missing", "add for instance reply: {median: 4 h, sigma: 1}"
            yield fit.problem("missing-field", here, found, remedy)
    else:
        yield from _reply(fit, stream, gate.reply, name, (*here, "reply"), holder)
    if gate.delegate is not None:
        below = (*here, "delegate")
        if gate.delegate.after.business and team is not None:
            yield from business(fit, str(gate.delegate.after), team.calendar, (*below, "after"))
        if gate.delegate.reply is not None:
            yield from _reply(fit, stream, gate.delegate.reply, name, (*below, "reply"), holder)


def _score(fit: Fit, gate: Gate, here: Words) -> Found:
    if gate.score is None:
        return
    if "order" in gate.model_fields_set:
        found = "score says who is heard first, whatever the priority"
        yield fit.problem("out-of-place", (*here, "order"), found, "leave one out", key=True)
    yield from score(fit, str(here[1]), gate.score, (*here, "score"))


def _attends(fit: Fit, step: Step, here: Words) -> Found:
    """Who attends is a team, or so many of several, whatever the class of the items."""
    if step.team is None or step.touch is None:
        for word in ("team", "repeat_touch"):
            if word in step.model_fields_set and step.touch is None:
                found = f"{word} does nothing at a gate without touch"
                remedy = "add for instance touch: 5 min, of each who attends for each item"
                yield fit.problem("out-of-place", (*here, word), found, remedy, key=True)
        return
    where = (*here, "team")
    if isinstance(step.team, ByClass) or step.team.mode in ("any", "split"):
        found = "a sitting is for all its items, and its people are the same for each"
        yield fit.problem("who-attends", where, found, "write team: a, or team: {a: 3, b: 1}")
        return
    for name, number in step.team.numbers.items():
        team = fit.scenario.teams.get(name)
        if team is None:
            continue
        if team.size is None:
            found = f"{name} is unlimited, so nobody knows who attends"
            remedy = f"write how many people {name} has"
            yield fit.problem("who-attends", where, found, remedy)
        elif step.team.mode == "all" and number > team.size and fit.people_known(name):
            found = f"{number} of {name} attend, of whom there are {team.size}"
            remedy = f"write {team.size}, or give it more people"
            yield fit.problem("asks-too-many", (*where, name), found, remedy)


def _reply(
    fit: Fit, stream: Stream, reply: Varied[Any], name: str, here: Words, holder: Words
) -> Found:
    """Times to answer are counted on the calendar of the team that is asked."""
    yield from fit.classes(reply, stream, here, holder)
    team = fit.scenario.teams.get(name)
    for dist, where in variants(reply, here):
        if dist.clock == "business" and team is not None:
            yield from business(fit, "the reply", team.calendar, where)


def _meets(fit: Fit, stream: Stream, gate: Gate, here: Words, holder: Words) -> Found:
    yield from occasions(fit, gate.meets, gate.calendar, here, "meets")
    yield from fit.classes(gate.cut_off, stream, (*here, "cut_off"), holder)
    for duration, where in variants(gate.cut_off, (*here, "cut_off")):
        if duration.business:
            yield from business(fit, str(duration), gate.calendar, where)
