"""Random words of people who go on with the next step; drawn last of all, where they fit."""

import json

from random_words import teams_of

ASKS = ("wait", "during", "auto", "incomplete", "every", "uses", "quorum", "collect", "instances")
"""Words that stand not together with same_person; see `svcsim.scenario.fit_same_person`."""
GOES = {"wait": ("cause", "runs_on"), "every": ("times", "until"), "instances": ("wait_for",)}
"""Words that do nothing without others."""


def add_same_person(author, words, fits, often):
    """Let people of some steps go on with others; `fits` says whether a scenario can be run."""
    if not author.chance(often):
        return words
    places = [
        (stream, k)
        for stream, said in words["streams"].items()
        for k, _ in enumerate(followers(said["steps"]))
    ]
    if not places:
        return words
    stream, k = author.pick(places)
    changed = json.loads(json.dumps(words))
    go_on(author, *[*followers(changed["streams"][stream]["steps"])][k])
    return changed if fits(changed) else words


def followers(steps):
    """Yield what work comes before each step of work, its name, its words, and those beside it."""
    named = list(steps.items())
    above = [None, *(step for _, step in named)]
    for before, (name, step) in zip(above, named, strict=False):
        if "touch" in step and "gate" not in step:
            if before and "touch" in before and "gate" not in before:
                yield before, name, step, steps
            elif leads_to(step, name):
                yield step, name, step, steps
    for step in steps.values():
        yield from followers(step.get("steps") or {})


def leads_to(step, name):
    """Say whether a step sends items to another."""
    ways = [way.get("to") for way in step.get("outcome", {}).values() if isinstance(way, dict)]
    return name in ways or name in step.get("next", ())


def go_on(author, before, name, step, steps):
    """Let those who work at a step go on with another, and be asked for by both alone."""
    team = author.pick(sorted(teams_of({"": before})))
    people = author.words["teams"][team].get("people", 1)
    one = people in (0, 1) or author.chance(60)
    use = team if one else {team: author.pick((1, 2, 2))}
    for other in steps.values():
        shares = "touch" in other and "gate" not in other and team in teams_of({"": other})
        if other is before or other is step or (shares and leads_to(other, name)):
            other["team"] = use
            leave_out(other, ("uses", "quorum", "collect", "auto", "every"))
    leave_out(step, ASKS)
    step["same_person"] = True
    if author.chance(25):
        step["touch"] = author.pick(("0 min", "5 min", "20 min"))
    if author.chance(25):
        before["touch"] = author.pick(("0 min", "5 min", "20 min"))


def leave_out(step, words):
    """Take words out of a step, and what does nothing without them."""
    for word in words:
        if step.pop(word, None) is not None:
            for other in GOES.get(word, ()):
                step.pop(other, None)
