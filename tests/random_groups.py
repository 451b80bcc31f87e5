"""Random groups of people and people on call, drawn last into a scenario that is whole without."""

from random_words import minutes, time

GROUPS = 35
"""How many of 100 scenarios may have teams that are divided."""


def add_groups(author, words):
    """Divide some teams into groups, and let some have people on call."""
    if not author.chance(GROUPS):
        return
    calendars = [None, "always", *author.known]
    calendars = [name for name in calendars if name is None or not author.known[name].season]
    for name, team in words["teams"].items():
        people = team["people"]
        if people == "unlimited":
            continue
        works = works_of(name, words["streams"])
        if people > 0 and author.chance(45):
            _divide(author, team, people, calendars)
        if author.chance(20):
            team["efficiency"] = efficiency(author)
        if works and author.chance(45):
            team["on_call"] = _on_call(author, team, words["calendar"], calendars, works)


def _divide(author, team, people, calendars):
    """Let the people of a team come in groups."""
    groups = {}
    names = author.pick((("b", "a"), ("early", "late", "B"), ("one",)))
    for name in names:  # no fewer than before, for gates may ask for all of them
        group = {"people": people if name == names[-1] else author.number(1, people)}
        if (calendar := author.pick(calendars)) is not None:
            group["calendar"] = calendar
        if author.chance(25):
            group["shrinkage"] = author.pick(("0%", "20%", {"leave": "10%", "day": "20%"}))
        if author.chance(30):
            group["efficiency"] = efficiency(author)
        if author.chance(30):
            group["from"] = minutes(author.pick((30, 60, 7, 200)))
        groups[name] = group if len(group) > 1 or author.chance(50) else group["people"]
    del team["people"]
    team["groups"] = groups


def efficiency(author):
    """Draw how fast people are: always alike, or slower at first."""
    if author.chance(50):
        return author.pick(("30%", "70%", "150%"))
    over = minutes(author.pick((3, 60, 240)))
    return {"from": author.pick(("20%", "55%")), "to": author.pick(("100%", "90%")), "over": over}


def works_of(name, streams):
    """Return the streams at which a team works."""
    return [key for key, stream in streams.items() if _works(name, stream["steps"])]


def _works(name, steps):
    """Say whether a team works at any of some steps."""
    found = [step.get("team") for step in steps.values()]
    by_class = [use["by_class"] for use in found if isinstance(use, dict) and "by_class" in use]
    found += [use for uses in by_class for use in uses.values()]
    inner = [step.get("steps") or step.get("one_of") or {} for step in steps.values()]
    here = any(name == use or (isinstance(use, list | dict) and name in use) for use in found)
    return here or any(_works(name, more) for more in inner)


def _on_call(author, team, scenario, calendars, works):
    """Draw people on call: where somebody is always there, on a calendar that is named."""
    found = {"people": author.number(1, 2)}
    named = [name for name in calendars if name is not None]
    own = team.get("calendar", scenario)
    shifts = [team] if "people" in team else team["groups"].values()
    used = {part.get("calendar", own) if isinstance(part, dict) else own for part in shifts}
    if "always" in used or author.chance(60):
        found["calendar"] = author.pick(named)
    if author.chance(60):
        n = author.number(1, 20)
        found["call_out"] = author.pick((time(n, "min"), {"mean": time(n, "min"), "cv": 1}))
    if author.chance(40) and team.get("people") != 0:
        found["rest"] = {"after": time(author.number(1, 30), "min"), "for": "2 h"}
    if author.chance(40):
        found["for"] = author.pick(works)
    return found
