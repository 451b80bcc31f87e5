"""Constructs of standing load, and how to take them out; see `constructs`."""


def _loads(words):
    """Return the teams that have standing load, and each load."""
    teams = [team for team in words["teams"].values() if "standing" in team]
    return teams, [load for team in teams for load in team["standing"].values()]


def _idle(words):
    for team in _loads(words)[0]:
        del team["standing"]


def _at_intervals(words):
    """Let loads come at intervals instead of at times of the calendar."""
    for load in _loads(words)[1]:
        if "scheduled" in load:
            del load["scheduled"]
            load["every"] = "45 min"


def _without(field):
    def remove(words):
        for load in _loads(words)[1]:
            load.pop(field, None)

    return remove


def _own_calendar(words):
    """Let loads come while the team's calendar is open, where that is no season."""
    for team in _loads(words)[0]:
        own = words.get("calendars", {}).get(team.get("calendar", words["calendar"]), {})
        for load in team["standing"].values():
            if not own.keys() & {"first", "last"}:
                load.pop("calendar", None)


LOADS = {
    "standing load": _idle,
    "standing: scheduled": _at_intervals,
    "standing: several people": _without("people"),
    "standing: priority": _without("priority"),
    "standing: preempts": _without("preempts"),
    "standing: interruption": _without("interruption"),
    "standing: calendar": _own_calendar,
    "standing: rng_name": _without("rng_name"),
}
"""What must occur in random scenarios, and matter."""
