"""Random reservations of people, drawn last into a scenario that is whole without them."""

from random_groups import works_of
from random_standing import size

RESERVES = 30
"""How many of 100 scenarios may have teams that keep people free."""


def add_reserves(author, words):
    """Let some teams keep people free for some of their work."""
    if not author.chance(RESERVES):
        return
    for name, team in words["teams"].items():
        people = size(team)
        works = works_of(name, words["streams"])
        if people < 2 or not works or not author.chance(70):
            continue
        whom = _whom(author, words, team, works)
        if not whom:
            continue
        team["reserve"] = {"for": whom if len(whom) > 1 or author.chance(50) else whom[0]}
        if author.chance(50):
            team["reserve"]["people"] = author.number(1, people - 1)
        else:
            share = author.pick((10, 25, 34, 50))
            team["reserve"]["share"] = f"{share}%"


def _whom(author, words, team, works):
    """Draw streams and classes, and leave some of the work to others."""
    found, left = [], bool(team.get("standing"))
    for stream in works:
        classes = list(words["streams"][stream].get("classes", ()))
        if classes and author.chance(60):
            some = [cls for cls in classes if author.chance(50)] or classes[:1]
            left |= len(some) < len(classes)
            found += [f"{stream}.{cls}" for cls in some]
        elif author.chance(50):
            found.append(stream)
        else:
            left = True
    return found if left else found[1:]
