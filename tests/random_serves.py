"""Random people who serve several teams, drawn last into a scenario that is whole without them."""

SERVES = 35
"""How many of 100 scenarios may have teams whose people serve others."""


def add_serves(author, words):
    """Let people of some teams serve others, where no work needs both at once."""
    teams = words["teams"]
    able = [name for name, team in teams.items()
            if team.get("people") != "unlimited" and "reserve" not in team]  # fmt: skip
    if not author.chance(SERVES) or len(able) < 2:
        return
    together = at_once(words["streams"])
    for name in able:
        team = teams[name]
        if author.chance(30):
            _serve(author, team, name, able, together)
        for word, group in team.get("groups", {}).items():
            if author.chance(60):
                group = {"people": group} if isinstance(group, int) else group
                team["groups"][word] = group
                _serve(author, group, name, able, together)


def _serve(author, part, name, able, together):
    """Let a team or group serve others of which nothing needs two at once."""
    chosen = [name]
    for other in able:
        free = other != name and author.chance(60)
        if free and not any({other, one} in together for one in chosen):
            chosen.append(other)
    if chosen[1:]:
        part["serves"] = chosen[1:] if len(chosen) > 2 or author.chance(50) else chosen[1]


def at_once(streams):
    """Return the pairs of teams of whom some step needs people at once."""
    found = []
    for stream in streams.values():
        for step in _steps(stream["steps"]):
            use = step.get("team")
            several = isinstance(use, dict) and "by_class" in use
            for one in use["by_class"].values() if several else [use]:
                if isinstance(one, dict) and all(isinstance(n, int) for n in one.values()):
                    found += [{a, b} for a in one for b in one if a < b]
    return found


def _steps(steps):
    for step in steps.values():
        yield step
        yield from _steps(step.get("steps") or step.get("one_of") or {})
