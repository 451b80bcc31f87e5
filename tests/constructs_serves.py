"""Constructs of people who serve several teams, and how to take them out; see `constructs`."""


def _parts(words):
    """Return teams, and their groups that are written as mappings."""
    teams = [*words["teams"].values()]
    groups = [group for team in teams for group in team.get("groups", {}).values()]
    return teams, [group for group in groups if isinstance(group, dict)]


def _all(words):
    teams, groups = _parts(words)
    return [*teams, *groups]


def _own_team(words):
    """Let everybody serve their own team alone."""
    for part in _all(words):
        part.pop("serves", None)


def _teams_alone(words):
    for team in _parts(words)[0]:
        team.pop("serves", None)


def _groups_alone(words):
    for group in _parts(words)[1]:
        group.pop("serves", None)


def _one_other(words):
    for part in _all(words):
        if isinstance(part.get("serves"), list) and len(part["serves"]) > 1:
            part["serves"] = part["serves"][0]


SERVES = {
    "serves": _own_team,
    "serves of a team": _teams_alone,
    "serves of a group": _groups_alone,
    "serves several others": _one_other,
}
"""What must occur in random scenarios, and matter."""
