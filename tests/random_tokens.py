"""Random words of tokens: sticky choices, escalation to a step, several instances.

They are drawn last of all, into a scenario that is whole without them.
"""

LEAVES = {"touch", "wait", "gate", "stream"}
"""Words of steps that are no groups."""


class TokenAuthor:
    """Adds what tokens keep, and where they go; `often` is the share of the places that get it."""

    def __init__(self, author, often=35):
        self.author = author
        self.chance = author.chance
        self.pick = author.pick
        self.often = often

    def draw(self):
        """Add something to each stream, or nothing."""
        for name, stream in self.author.words["streams"].items():
            found = [*named(stream["steps"])]
            order = [one for one, _ in found]
            for one, step in found:
                if may_stick(step, order[: order.index(one) + 1]) and self.chance(self.often):
                    step["sticky"] = True
            if self.chance(self.often):
                self.several(stream)
            author = self.author.authors.get(name)  # none drew the stream that triggers feed
            if author and self.chance(self.often):
                for one, step in found:
                    inside = one not in author.order or "instances" in outer(stream, one)
                    allowed = LEAVES & {*step} and "every" not in step and not inside
                    if allowed and self.chance(80 if "stream" in step else self.often):
                        self.escape(stream, author, one, step)

    def several(self, stream):
        """Let some steps of a stream run several times at once, where nothing forbids it."""
        if any("next" in step for _, step in named(stream["steps"])) or into_the_middle(stream):
            return
        if any("at" in entry for entry in listed(stream.get("backlog", []))):
            return
        ending = {step.get("until") for step in stream["steps"].values()}
        for name, step in stream["steps"].items():
            inside = {one for one, _ in named({name: step})}
            parts = [part for _, part in named({name: step})]
            others = [one for own, one in stream["steps"].items() if own != name]
            ways = {to for own in others for _, one in named({"": own}) for to in leads(one)}
            lonely = {"spawn", "effect", "stream"}
            if any("ask" not in part.get("gate", {"ask": 1}) for part in parts):
                continue
            if "until" in step or name in ending or any(lonely & {*part} for part in parts):
                continue
            made = [way for part in parts for way in part.get("outcome", {}).values()]
            out = {to for part in parts for to in leads(part)} - inside - {"done"}
            teams = self.author.words["teams"].values()
            crowded = any(full(team) not in (None, "done") for team in teams)
            if out or crowded or (ways & inside) - {name}:
                continue
            if any(isinstance(way, dict) and lonely & {*way} for way in made):
                continue
            if self.chance(90 if "'ask'" in str(step) else 60):
                step["instances"] = self.pick(
                    (
                        2,
                        3,
                        {"low": 0, "high": 3},
                        {"values": {"1": "50%", "3": "rest"}},
                        {"poisson": 1.5},
                    )
                )
                if self.chance(40):
                    step["wait_for"] = self.pick((1, 2, "50%", "all"))

    def escape(self, stream, author, name, step):
        """Let items go elsewhere that are at a step for too long; a way into instances is none."""
        back, on = (
            [one for one in ways if one in stream["steps"] or "instances" not in outer(stream, one)]
            for ways in author.reach(name)
        )
        if any("instances" in step for step in stream["steps"].values()):
            own = outer(stream, name)
            on = [one for one in on if one in stream["steps"] or outer(stream, one) is own]
        words = step.setdefault("escalate", {})
        words["after"] = author.durations((3, 10, 30, 60))
        words["to"] = self.pick(("done", *back, *on, *on))
        if self.chance(50):
            words.pop("priority", None)


def may_stick(step, back):
    """Say whether a step chooses something, and sends nothing to where items have been."""
    if "gate" in step:
        return False
    outcomes = [way for way in step.get("outcome", {}).values() if isinstance(way, dict)]
    ways = [*(way.get("to") for way in outcomes), *step.get("next", ())]
    by_visit = any("by_visit" in str(way) for way in outcomes)
    if by_visit or {*ways} & {*back}:
        return False
    return bool(step.keys() & {"one_of", "outcome", "next"}) or any(
        isinstance(use, dict) and "rest" in use.values() for use in uses(step)
    )


def uses(step):
    """Return the uses of teams of a step, by class or for all."""
    team = step.get("team", {})
    return [*team["by_class"].values()] if isinstance(team, dict) and "by_class" in team else [team]


def named(steps):
    """Yield the name and the words of every step, groups before their parts."""
    for name, step in steps.items():
        yield name, step
        yield from named(step.get("steps") or step.get("one_of") or {})


def outer(stream, name):
    """Return the step of the stream itself that a step is, or is part of."""
    steps = stream["steps"].items()
    return next(step for own, step in steps if any(one == name for one, _ in named({own: step})))


def listed(value):
    """Return what may be a list, as one."""
    return value if isinstance(value, list) else [value]


def leads(step):
    """Return the steps to which a step sends items."""
    ways = [way.get("to") for way in step.get("outcome", {}).values() if isinstance(way, dict)]
    ways += [step.get("abandon_to"), step.get("incomplete", {}).get("to")]
    ways.append(step.get("escalate", {}).get("to"))
    return {to for to in ways if to}


def into_the_middle(stream):
    """Say whether a way leads forward into a group: no strand can begin there."""
    order = [name for name, _ in named(stream["steps"])]
    return any(
        to in order[order.index(name) :]
        and to not in stream["steps"]
        and outer(stream, to) is not outer(stream, name)
        for name, step in named(stream["steps"])
        for to in leads(step)
    )


def full(team):
    """Return where a full team sends items; None if nowhere."""
    wip = team.get("wip")
    return (
        wip["when_full"]["to"]
        if isinstance(wip, dict) and isinstance(wip.get("when_full"), dict)
        else None
    )
