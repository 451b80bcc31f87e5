"""Random standing load of teams, drawn last into a scenario that is whole without it."""

from random_schedules import occasion
from random_words import minutes, time

STANDING = 30
"""How many of 100 scenarios may have teams with standing load."""


def add_standing(author, words):
    """Let some teams be busy with what belongs to no item."""
    if not author.chance(STANDING):
        return
    for team in words["teams"].values():
        people = size(team)
        if people and author.chance(60):
            names = author.pick((("watch",), ("Meet", "watch"), ("daily round",)))
            team["standing"] = {
                name: _load(author, team, name, people, words["calendar"]) for name in names
            }


def size(team):
    """Return how many people a team has; 0 where they are unlimited."""
    if "groups" in team:
        groups = team["groups"].values()
        return sum(one["people"] if isinstance(one, dict) else one for one in groups)
    return 0 if team["people"] == "unlimited" else team["people"]


def _load(author, team, name, people, base):
    """Draw one load."""
    daily = [one for one, known in author.known.items() if not known.season]
    own = team.get("calendar", base)
    words = {}
    if own not in daily or author.chance(40):
        words["calendar"] = own = author.pick(daily)
    if author.chance(35):
        words["scheduled"] = ["daily 10:00", occasion(author), occasion(author)]
    else:
        n = author.pick((20, 45, 90))
        words["every"] = _law(author, minutes(n))
        if author.closes(own) and author.chance(30):
            words["every"] = time(author.pick((1, 2)), "bh")
    words["touch"] = _law(author, minutes(author.pick((3, 10, 30))))
    if people > 1 and author.chance(50):
        words["people"] = author.number(2, people)
    if author.chance(60):
        words["priority"] = author.pick((1, 3, 9))
    if author.chance(30):
        words["preempts"] = True
    if author.chance(30):
        words["interruption"] = author.pick(("restart", "never"))
    if author.chance(10):
        words["rng_name"] = author.pick(("a", "É")) + name
    return words


def _law(author, one):
    return one if author.whole or author.chance(30) else {"mean": one, "cv": 1}
