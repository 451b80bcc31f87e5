"""Random orders of queues that look at the work or at the waiting time.

They are drawn after the groups, into a scenario that is whole without them.
"""

from random_words import time

QUEUES = 45
"""How many of 100 scenarios may have such queues."""


def add_queues(author, words):
    """Let some teams choose by the length of work, or let priority grow with waiting."""
    if not author.chance(QUEUES):
        return
    for team in words["teams"].values():
        if team.get("people") == "unlimited" or team.get("queue") == "due":
            continue
        if author.chance(60):
            team["queue"] = author.pick(("shortest", "ageing", "ageing"))
        if team.get("queue") == "ageing":
            team["ageing"] = _period(author, team.get("calendar"))


def _period(author, calendar):
    """Draw how much waiting is worth a step of priority."""
    unit = "bh" if author.closes(calendar) and author.chance(90) else "min"
    return time(author.pick((3, 6, 12)) if unit == "bh" else author.pick((5, 20, 60, 300)), unit)
