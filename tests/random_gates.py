"""Random gates that ask or take people, random backlogs, and busy days.

They are drawn last, into a scenario that is whole without them.
"""

from random_words import time


def add(author):
    """Add something to the words of each stream of a scenario, or nothing."""
    for name, own in author.authors.items():
        words = author.words["streams"][name]
        for at, step in own.named(words["steps"]):
            if "gate" in step and author.chance(35):
                ask(author, own, step)
            elif "gate" in step and author.chance(50):
                attend(author, own, at, step)

        if "csv" not in words.get("demand", {"csv": ""}) and author.chance(15):
            words["demand"]["day_to_day"] = {"cv": author.pick((0.2, 0.5))}
        if author.chance(30):
            words["backlog"] = [one for one in entries(author, own, words) if one]


def entries(author, own, words):
    """Yield one or two kinds of items that are there at the start."""
    due = words.get("due")
    if due is not None and ("bd" in str(due) or "bh" in str(due)):
        del words["due"]
        if any(team.get("queue") == "due" for team in author.team.values()):
            words["due"] = "30 min"
    for _ in range(author.pick((1, 1, 2))):
        entry = {"items": author.number(1, 5), "age": own.law(scale=author.pick((60, 600)))}
        if words.get("classes") and author.chance(40):
            entry["class"] = author.pick([*words["classes"]])
        if author.chance(50):
            entry["since"] = own.law(scale=author.pick((5, 60)))
        forked = any(step.keys() & {"after", "once", "until"} for step in words["steps"].values())
        if not forked and author.chance(70):
            known = dict(own.named(words["steps"]))
            known = {name: said for name, said in known.items() if said.keys() & TAKES}
            if known:
                entry["at"] = at = author.pick([*known])
                plain = "touch" in known[at] and not known[at].keys() & BEFORE_WORK
                if plain and author.chance(80):
                    entry["working"] = True
        yield entry


TAKES = {"touch", "wait", "gate"}
BEFORE_WORK = {"gate", "wait", "auto", "incomplete", "every"}
"""Words of a step at which nobody is at work when an item comes."""


def ask(author, own, step):
    """Let a gate ask instead of meeting, somebody or several, perhaps with a delegate."""
    team = author.pick([*author.team])
    people = author.team[team]["people"]
    if people == 0:
        return
    gate = step["gate"] = {"ask": team, "reply": reply(author, own, team)}
    most = 4 if people == "unlimited" else people
    if author.chance(70):
        asked = author.number(1, most)
        gate["answers"] = f"{author.number(1, asked)} of {asked}"
    if author.chance(45):
        unit = own.unit(author.closes(author.team[team].get("calendar")) and author.chance(50))
        gate["delegate"] = {"after": time(author.pick((5, 10, 30, 0)), unit)}
        if author.chance(60):
            gate["delegate"]["reply"] = reply(author, own, team)
        if unit != "min" and author.chance(60):  # perhaps over a time in which nobody is there
            gate["delegate"]["after"] = time(author.pick((30, 60)), unit)
            gate["reply"] = own.law(scale=120)
    if "defer" in step.get("outcome", {}):
        del step["outcome"]["defer"]


def attend(author, own, name, step):
    """Let people come to the sittings of a gate: a team, or so many of one or two."""
    people = {name: team["people"] for name, team in author.team.items()}
    teams = [name for name, number in people.items() if number not in ("unlimited", 0)]
    if not teams:
        return
    step["team"] = one = author.pick(teams)
    if author.chance(50):
        step["team"] = {one: author.number(1, people[one])}
        other = author.pick(teams)
        if other != one:
            step["team"][other] = author.number(1, people[other])
    closes = any(not author.closes(author.team[name].get("calendar")) for name in teams)
    unit = own.unit(not closes and author.chance(20))
    scale = author.pick((5, 10, 20))
    step["touch"] = own.varied(lambda: own.law(unit=unit, scale=scale), 30)
    if author.chance(40):
        step["repeat_touch"] = author.pick((["50%"], ["0%", "200%"]))
        ways = step.setdefault("outcome", {"approve": "rest"})
        ways.setdefault("Send", {"share": "20%" if "defer" in ways else "40%", "to": name})


def reply(author, own, team):
    """Draw how long an answer takes, or one for each class."""
    business = author.closes(author.team[team].get("calendar")) and author.chance(60)
    unit = author.pick(("bd", "bd", "bh")) if business else "min"
    scale = author.pick((5, 10, 20, 30, 60))
    return own.varied(lambda: own.law(unit=unit, scale=scale), 30)
