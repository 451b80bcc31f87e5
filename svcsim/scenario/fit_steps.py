"""Checks of steps: what they take, who works, and that each field does something."""

from typing import Any

from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit, Found, variants
from svcsim.scenario.fit_gates import gate
from svcsim.scenario.fit_streams import business, dates, one_clock, step_name
from svcsim.scenario.fit_swarms import swarm
from svcsim.scenario.fit_teams import activity
from svcsim.scenario.flow import Placed, placed, places
from svcsim.scenario.infer import INHERITED, step_activity
from svcsim.scenario.outcome import ByVisit, Chance
from svcsim.scenario.remedies import missing_share, missing_team
from svcsim.scenario.schema import Stream
from svcsim.scenario.step import Step
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.text import Words
from svcsim.scenario.units import Rest
from svcsim.scenario.words import DONE, ByClass, Varied

_ALWAYS = {"after", "once", "share", "classes", "rng_name", *INHERITED}
_LEAF = {
    *_ALWAYS, "output", "set", "outcome", "max_visits", "spawn", "effect", "escalate", "remaining",
}  # fmt: skip
_REPEATED = {"every", "times", "until"}
_SEVERAL = {"instances", "wait_for"}
_PLACES: dict[str, set[str]] = {
    "touch": {
        *_LEAF, *_REPEATED, "touch", "team", "uses", "repeat_touch", "next", "during", "patience",
        "learning",
        "sticky", "quorum", "collect", "redial", "handover", "reading_in",
        "abandon_to", "interruption", "auto", "incomplete", "cause", "runs_on", "same_person",
        *_SEVERAL,
    },
    "wait": {*_LEAF, *_REPEATED, "wait", "cause", "next", "runs_on", "sticky", *_SEVERAL},
    "gate": {*_LEAF, *_SEVERAL, "gate", "cause", "team", "touch", "repeat_touch"},
    "stream": {*_LEAF, *_REPEATED, "stream", "class_name", "inherit", "next", "sticky"},
    "one_of": {*_ALWAYS, *_SEVERAL, "one_of", "sticky"},
    "steps": {*_ALWAYS, *_SEVERAL, "steps"},
    "": {"share"},
}  # fmt: skip
"""Fields of a step that do something, for each thing that it may take."""
_TWO_TOGETHER = ("touch", "wait")
_FOLLOWS = {
    "approve": "approve goes on with the next step",
    "defer": "defer waits for the next meeting",
    "reject": "reject ends the item",
}
_USUAL = tuple(_FOLLOWS)
"""Outcomes of a gate that say by their name what follows."""
_OF_THE_WHOLE = ("out-of-place", "last-visit-goes-back")
"""Rules that say nothing of a step of which something could not be read."""


def steps(fit: Fit) -> Found:
    """Each step of each stream is well said."""
    for name, stream in fit.scenario.streams.items():
        path: Words = ("streams", name)
        seen: dict[str, Placed] = {}
        for place in placed(stream.steps):
            here = (*path, *place.path)
            if place.name in seen:
                first = fit.document.place((*path, *seen[place.name].path), key=True)
                own = fit.document.place(here, key=True)
                found = f"{place.name!r} is also the name of the step in line {first.line}"
                if (first.file, first.line) == (own.file, own.line):
                    found += f", column {first.column}"
                remedy = "choose another name"
                yield fit.problem("step-named-twice", here, found, remedy, key=True)
            seen.setdefault(place.name, place)
            partly = fit.partly_read(here)
            for problem, at in _step(fit, stream, place, here, path):
                if not (partly and problem.code in _OF_THE_WHOLE):
                    yield problem, at


def _step(fit: Fit, stream: Stream, place: Placed, here: Words, holder: Words) -> Found:
    step = place.step
    takes = step.takes
    if not takes and not place.is_branch:
        who = "" if step.team is not None else f"team: {next(iter(fit.scenario.teams), 'name')}, "
        remedy = (
            f"add for instance {who}touch: 30 min, or wait: 2 h, a gate, stream, one_of or steps"
        )
        yield fit.problem(
            "takes-nothing", here, "it is not said what happens at this step", remedy, key=True
        )
        return
    if len(takes) > 1 and takes != _TWO_TOGETHER:
        found = f"{listed(takes, 'and')} stand together"
        yield fit.problem("takes-two", here, found, "make each a step of its own", key=True)
        return
    yield from _places(fit, place, here)
    yield from _share(fit, stream, place, here, holder)
    yield from _who(fit, stream, step, here, holder)
    yield from _labels(fit, place, here)
    yield from _times(fit, stream, step, here, holder)
    yield from _outcomes(fit, stream, step, here, holder)
    if step.sticky:
        yield from _sticky(fit, stream, step, here)
    if step.one_of is not None:
        yield from _one_of(fit, stream, step, here)
    if step.gate is not None:
        yield from gate(fit, stream, step, (*here, "gate"), holder)


# ---- fields that do something ------------------------------------------------------------------


def _places(fit: Fit, place: Placed, here: Words) -> Found:
    step = place.step
    allowed = set().union(*(_PLACES[word] for word in step.takes or ("",)))
    what = " and ".join(step.takes) or "a path on which nothing happens"
    for word in Step.model_fields:
        if word in step.model_fields_set and word not in allowed:
            said = Step.model_fields[word].alias or word
            found = f"{said} does nothing with {what}"
            remedy = "leave it out"
            if word == "team" and step.wait is not None:
                remedy = "write touch: 1 h instead of wait if the team works, or leave team out"
            elif word == "next" and step.gate is not None:
                remedy = "write outcome, with to"
            elif step.is_group:
                remedy = "write it at one of the steps in the group"
            yield fit.problem("out-of-place", (*here, said), found, remedy, key=True)
    if place.is_branch and step.classes is not None:
        found, where = "a path is chosen by its share", (*here, "classes")
        remedy = "write share: {by_class: {...}}"
        yield fit.problem("out-of-place", where, found, remedy, key=True)
    if step.abandon_to is not None and step.patience is None and step.touch is not None:
        found, where = "abandon_to does nothing without patience", (*here, "abandon_to")
        yield fit.problem("out-of-place", where, found, "add patience: 2 h", key=True)
    if step.outcome is not None and step.next is not None and step.gate is None:
        found = "outcome and next stand together"
        remedy = "leave one of them out; an outcome may say to: step instead of next"
        yield fit.problem("outcome-and-next", here, found, remedy, key=True)
    if step.runs_on is not None and step.wait is None and step.touch is not None:
        found, where = "runs_on does nothing without wait", (*here, "runs_on")
        yield fit.problem("out-of-place", where, found, "add wait: 2 h", key=True)
    if step.set is not None and step.set.priority is None and step.set.due is None:
        yield fit.problem("empty", (*here, "set"), "nothing is set", "write priority or due")


def _share(fit: Fit, stream: Stream, place: Placed, here: Words, holder: Words) -> Found:
    step = place.step
    where = (*here, "share")
    if place.is_branch:
        if "share" not in step.model_fields_set:
            found = "it is not said how many items take this path"
            remedy = missing_share(fit, here)
            yield fit.problem("branch-without-share", here, found, remedy, key=True)
    else:
        for share, at in variants(step.share, where):
            if isinstance(share, Rest):
                found = "every item comes here, so there is no rest of them"
                remedy = "leave share out, or write share: 60% if some pass by"
                yield fit.problem("out-of-place", at, found, remedy)
    yield from fit.classes(step.share, stream, where, holder)
    for i, name in enumerate(step.classes or ()):
        at = (*here, "classes", i) if len(step.classes or ()) > 1 else (*here, "classes")
        names, what = list(stream.classes), f" of {holder[-1]}"
        yield from fit.unknown("class", name, names, (*holder, "classes"), at, what=what)


def _labels(fit: Fit, place: Placed, here: Words) -> Found:
    step = place.step
    if step.activity is not None:
        yield from activity(fit, step.activity, (*here, "activity"))
    said = step.activity or next((g.step.activity for g in place.groups if g.step.activity), None)
    served = step_activity(step, fit.scenario.teams)
    if said is None and len(served) > 1:
        found = f"the team serves {listed(sorted(served), 'and')}, and the step does not say which"
        remedy = f"add for instance activity: {min(served)}"
        yield fit.problem("activity-unclear", here, found, remedy, key=True)


# ---- who ---------------------------------------------------------------------------------------


def _who(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    unread = any(cut[0] == "teams" and len(cut) < 3 for cut in fit.unread if cut)
    if step.touch is not None and step.team is None and not unread:
        found = "it is not said whose work the touch is"
        yield fit.problem("no-team", here, found, missing_team(fit, step), key=True)
    if step.team is not None:
        yield from fit.classes(step.team, stream, (*here, "team"), holder)
        for use, where in variants(step.team, (*here, "team")):
            yield from _team_use(fit, use, where, works=step.gate is None)
        if step.quorum is not None:
            yield from fit.classes(step.quorum, stream, (*here, "quorum"), holder)
        yield from swarm(fit, stream, step, here)
    for name in step.uses:
        names, where = list(fit.scenario.resources), _item(fit, (*here, "uses"), name)
        yield from fit.unknown("resource", name, names, ("resources",), where)


def _team_use(fit: Fit, use: TeamUse, where: Words, *, works: bool) -> Found:
    teams = fit.scenario.teams
    for name in use.teams:
        yield from fit.unknown("team", name, list(teams), ("teams",), _item(fit, where, name))
    if use.mode == "split":
        yield from fit.shares(use.shares, where)
    if works and use.mode in ("any", "all") and len(use.teams) > 1:
        limited = [name for name in use.teams if name in teams and teams[name].wip is not None]
        if limited:
            found = f"{limited[0]!r} has a wip limit, and works here with or instead of others"
            remedy = "give the step one team, or a split, or take the limit away"
            yield fit.problem("limit-among-several", where, found, remedy)


def _item(fit: Fit, path: Words, name: str) -> Words:
    """The path of a name in a mapping, or in a list of names."""
    here: Any = fit.document.data
    for word in path:
        here = here.get(word) if isinstance(here, dict) else None
    if isinstance(here, dict):
        return (*path, name)
    return (*path, here.index(name)) if isinstance(here, list) and name in here else path


# ---- times -------------------------------------------------------------------------------------


def _times(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    for word in ("touch", "wait", "patience"):
        value: Varied[Any] | None = getattr(step, word)
        if value is None:
            continue
        where = (*here, word)
        yield from fit.classes(value, stream, where, holder)
        found = list(variants(value, where))
        if word == "wait":
            yield from one_clock(fit, {dist.clock == "business" for dist, _ in found}, where)
        for dist, at in found:
            if dist.clock != "business":
                continue
            if word == "patience":
                text = "patience runs on the wall clock"
                yield fit.problem("business-unit", at, text, "write it in d or h")
            elif word == "wait":
                yield from business(fit, "the wait", step.runs_on, at)
            else:
                for name in _calendars(fit, step):
                    yield from business(fit, "the touch", name, at)
    if step.during is not None:
        yield from fit.calendar(step.during, (*here, "during"))
    if step.runs_on is not None:
        yield from fit.calendar(step.runs_on, (*here, "runs_on"))
    if step.set is not None:
        at = (*here, "set")
        if step.set.priority is not None:
            yield from fit.classes(step.set.priority, stream, (*at, "priority"), holder)
        if step.set.due is not None:
            yield from fit.classes(step.set.due, stream, (*at, "due"), holder)
            yield from dates(fit, step.set.due, (*at, "due"))
    if step.abandon_to is not None and step.abandon_to != DONE:
        yield from _to(fit, stream, step.abandon_to, (*here, "abandon_to"), holder)


def _calendars(fit: Fit, step: Step) -> list[str | None]:
    """The calendars of the teams that work at a step."""
    if step.team is None:
        return []
    uses = [use for use, _ in variants(step.team, ())]
    names = {name for use in uses for name in use.teams if name in fit.scenario.teams}
    found = {fit.scenario.teams[name].calendar for name in names}
    return sorted(found, key=str)


def _to(fit: Fit, stream: Stream, name: str, path: Words, holder: Words) -> Found:
    names = [place.name for place in places(stream)]
    yield from step_name(fit, name, names, path, holder)


# ---- what may come of it -----------------------------------------------------------------------


def _outcomes(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    targets: list[str | None] = []
    if step.next is not None and step.gate is None:
        yield from fit.shares(step.next, (*here, "next"))
        for name in step.next:
            targets.append(name)
            if name != DONE:
                yield from _to(fit, stream, name, (*here, "next", name), holder)
    if step.outcome is not None:
        yield from _chances(fit, stream, step, here, holder)
        for name, outcome in step.outcome.items():
            targets.append(outcome.to)
            where = (*here, "outcome", name)
            if outcome.to is not None and outcome.to != DONE:
                yield from _to(fit, stream, outcome.to, (*where, "to"), holder)
            if step.gate is not None and (name in _USUAL) == (outcome.to is not None):
                usual = name in _USUAL
                found = f"{name} does not say where to" if not usual else f"{name} says where to"
                remedy = f"call it {listed(_USUAL)}, or add where to: {{share: 10%, to: done}}"
                if usual:
                    remedy = f"leave out the word to: {_FOLLOWS[name]}"
                yield fit.problem("gate-outcome", where, found, remedy, key=True)
    if step.max_visits is None or not step.takes or step.is_group:
        return
    order = {place.name: i for i, place in enumerate(places(stream))}
    mine = order[str(here[-1])]
    back = [to in order and order[str(to)] <= mine for to in targets]
    where = (*here, "max_visits")
    if not {*targets} <= {*order, DONE, None}:
        return  # one of them is misspelt, which is told
    if not any(back) and step.incomplete is None and step.redial is None:
        found = "no outcome sends an item back, so it comes once"
        yield fit.problem("out-of-place", where, found, "leave it out", key=True)
    elif back and all(back):
        found = "every outcome sends the item back, and the last visit may not"
        remedy = "add an outcome that goes on, for instance passed: rest"
        yield fit.problem("last-visit-goes-back", where, found, remedy)


def _sticky(fit: Fit, stream: Stream, step: Step, here: Words) -> Found:
    """What is kept for later visits is a choice, the same at each, and goes on (61)."""
    outcomes = step.outcome or {}
    split = any(use.mode == "split" for use, _ in variants(step.team, ())) if step.team else False
    chooses = step.one_of or outcomes or step.next or split
    if step.takes and step.gate is None and not chooses:
        found, remedy = "nothing is chosen here that could be kept", "leave it out, or add outcome"
        yield fit.problem("out-of-place", (*here, "sticky"), found, remedy, key=True)
    order = {place.name: i for i, place in enumerate(places(stream))}
    ways = {(*here, "outcome", name, "to"): outcome.to for name, outcome in outcomes.items()}
    ways |= {(*here, "next", name): name for name in step.next or ()}
    for where, to in ways.items():
        if to in order and order[to] <= order[str(here[-1])]:
            found = f"who is sent to {to} once would be sent there at every visit"
            remedy = "leave sticky out, or let a step of its own send items back"
            yield fit.problem("sticky-back", where, found, remedy)
    for name, outcome in outcomes.items():
        if isinstance(outcome.share, ByVisit):
            found, remedy = "the first draw holds for all visits", "write one share, or no sticky"
            yield fit.problem("sticky-by-visit", (*here, "outcome", name, "share"), found, remedy)


def _chances(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    """Outcomes add up to 100 % for every class and visit."""
    assert step.outcome is not None
    where = (*here, "outcome")
    chances = {name: outcome.share for name, outcome in step.outcome.items()}
    for name, chance in chances.items():
        if isinstance(chance, ByClass):
            yield from fit.classes(chance, stream, (*where, name, "share"), holder)
    visits = max([len(c.values) for c in chances.values() if isinstance(c, ByVisit)], default=1)
    yield from _sums(fit, stream, chances, visits, where)


def _sums(fit: Fit, stream: Stream, chances: dict[str, Chance], visits: int, where: Words) -> Found:
    for cls in stream.classes or ("",):
        for visit in range(1, visits + 1):
            try:
                shares = {name: _chance(chance, cls, visit) for name, chance in chances.items()}
            except KeyError:  # a class is missing, which is told elsewhere
                continue
            found = list(fit.shares(shares, where))
            if found:
                yield from found
                return


def _chance(chance: Chance, cls: str, visit: int) -> float | Rest:
    if isinstance(chance, ByVisit):
        return chance.at(visit)
    return chance.of(cls) if isinstance(chance, ByClass) else chance


def _one_of(fit: Fit, stream: Stream, step: Step, here: Words) -> Found:
    assert step.one_of is not None
    if all("share" in part.model_fields_set for part in step.one_of.values()):
        chances: dict[str, Chance] = {name: part.share for name, part in step.one_of.items()}
        yield from _sums(fit, stream, chances, 1, (*here, "one_of"))
