"""Random swarms: teams of which a quorum may start, and for which people are kept.

They are drawn last of all, into a scenario that is whole without them.
"""

import json
import re

SWARMS = 35
"""How many of 100 scenarios may have swarms."""


def add_swarms(author, streams):
    """Let some steps be the work of swarms."""
    if not author.chance(SWARMS):
        return
    for team in author.team.values():
        if team["people"] != "unlimited" and 0 < team["people"] < 4:
            team["people"] += author.pick((0, 1, 1, 2))
    free = [name for name, team in author.team.items() if "wip" not in team]
    for stream in streams.values():
        for step in _steps(stream["steps"]):
            if "touch" in step and "gate" not in step and author.chance(60):
                _swarm(author, step, free, [*stream.get("classes", ())])


def _steps(steps):
    for step in steps.values():
        yield step
        yield from _steps(step.get("steps") or step.get("one_of") or {})


def _swarm(author, step, free, classes):
    """Let a swarm work at a step, for every class or for one."""
    team = step["team"]
    if re.search(r"\bb[hd]\b", json.dumps(step["touch"])):
        free = ()  # others might work on a calendar that never closes
    if isinstance(team, dict) and "by_class" in team:
        found = {name: _team(author, use, free) for name, use in team["by_class"].items()}
        if not all(found.values()):
            return
        quorums = {name: quorum for name, (_, quorum) in found.items()}
        step["team"] = {"by_class": {name: use for name, (use, _) in found.items()}}
        if any(sum(use.values()) > quorums[name] for name, (use, _) in found.items()):
            step["quorum"] = {"by_class": quorums}
    elif found := _team(author, team, free):
        step["team"], quorum = found
        if quorum < sum(step["team"].values()):
            step["quorum"] = quorum
            if len(classes) > 1 and author.chance(60):
                least, most = len(step["team"]), sum(step["team"].values())
                other = most if quorum == least else least
                step["quorum"] = {"by_class": {classes[0]: quorum, "otherwise": other}}
    else:
        return
    if author.chance(60):
        step["collect"] = author.pick((True, False, False) if "quorum" in step else (True, False))


def _team(author, use, free):
    """Draw a team of several and its quorum; None where one works who is chosen among several."""
    if isinstance(use, list) or (
        isinstance(use, dict) and any(isinstance(part, str) for part in use.values())
    ):
        return None
    names = [use] if isinstance(use, str) else [*use]
    if names[0] in free and author.chance(60):
        names = [*names, *[name for name in free if name not in names]][: author.pick((2, 3))]
    found = {}
    for name in names:
        people = author.team[name]["people"]
        most = 4 if people == "unlimited" or author.chance(8) else max(1, min(4, people))
        found[name] = max(author.number(1, most), author.number(1, most))
    if sum(found.values()) == 1:
        found[names[0]] = 2
    enough = author.pick((len(names), author.number(len(names), sum(found.values()))))
    return found, enough
