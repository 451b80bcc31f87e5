"""How random scenarios write times, shares and names of teams."""

WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = 24 * 60
"""Minutes."""


def minutes(n):
    """Write minutes."""
    return f"{n:g} min"


def percent(n):
    """Write a share."""
    return f"{n}%"


def time(n, unit):
    """Write a number of minutes in a unit; a business day of this is short."""
    return f"{n / {'min': 1, 'bh': 60, 'bd': 240}[unit]:.6g} {unit}"


def whole_time(n, unit):
    """Write whole minutes; in business time, of which a day may be anything, halves of hours."""
    return time(n, unit) if unit == "min" else f"{(n + 14) // 15 * 0.25:g} bh"


def hours_of(shifts):
    """Write the shifts of a day."""
    return [f"{time_of(opens)}-{time_of(closes, end=True)}" for opens, closes in shifts]


def time_of(minute, *, end=False):
    """Write a time of day; midnight is 24:00 where it ends a shift that began before."""
    minute = minute if end and minute == DAY else minute % DAY
    return f"{minute // 60:02d}:{minute % 60:02d}"


def teams_of(steps):
    """Return the names of every team that works at some steps."""
    found = set()
    for step in steps.values():
        use = step.get("team", ())
        for one in use["by_class"].values() if "by_class" in use else [use]:
            found |= {one} if isinstance(one, str) else set(one)
        found |= teams_of(step.get("steps") or step.get("one_of") or {})
    return found


def leaves_of(named):
    """Return the words of every step that is no group and takes something, calls too."""
    found = []
    for step in named.values():
        found += [step] if step.keys() & {"touch", "wait", "gate", "stream"} else []
        found += leaves_of(step.get("steps") or step.get("one_of") or {})
    return found


def named_in(after, above):
    """Return the steps that `after` names; not given: the last of those above."""
    if after is None:
        return above[-1:]
    if isinstance(after, dict):
        after = after.get("any", after.get("of"))
    return [after] if isinstance(after, str) else after


def before(after):
    """Return the steps that are over before each begins, of what each says that it comes after."""
    found, above = {}, []
    for name, said in after.items():
        waits = named_in(said, above)
        found[name] = {*waits}.union(*(found[other] for other in waits))
        above.append(name)
    return found


def is_plain(step):
    """Say whether a step is work that every item does, for some time."""
    sure = "touch" in step and "share" not in step and "classes" not in step
    return sure and str(step["touch"])[0] in "123456789"


def sends_on(team):
    """Say whether a team sends items elsewhere when it is full."""
    return isinstance(team.get("wip"), dict) and team["wip"]["when_full"] != "wait"
