"""Constructs of what tokens keep, and how to take them out; see `constructs`."""


def _all(words):
    return [step for stream in words["streams"].values() for step in _of(stream["steps"])]


def _of(named):
    for step in named.values():
        yield step
        yield from _of(step.get("steps") or step.get("one_of") or {})


def _anew(word):
    """Let choices of one kind be made anew at each visit."""

    def remove(words):
        for step in _all(words):
            if word in step:
                step.pop("sticky", None)

    return remove


def _beside(words, step):
    return any(
        other is step
        for stream in words["streams"].values()
        if any(one.keys() & {"after", "once", "until"} for one in stream["steps"].values())
        for other in _of(stream["steps"])
    )


def _stays(matches):
    """Let items stay at some steps however long it takes."""

    def remove(words):
        for step in _all(words):
            escalate = step.get("escalate", {})
            if "to" in escalate and matches(words, step):
                del escalate["to"]
                if "priority" not in escalate:
                    del step["escalate"]

    return remove


def _alone(matches):
    """Let only one of some steps run at once."""

    def remove(words):
        for step in _all(words):
            if "instances" in step and matches(step):
                del step["instances"]
                step.pop("wait_for", None)

    return remove


def _all_done(matches):
    """Wait for all of the instances."""

    def remove(words):
        for step in _all(words):
            if "instances" in step and matches(step.get("wait_for", "all")):
                step.pop("wait_for", None)

    return remove


TOKENS = {
    "instances": _alone(lambda step: True),
    "instances of a group": _alone(lambda step: step.keys() & {"steps", "one_of"}),
    "instances that ask": _alone(lambda step: "gate" in step),
    "instances: perhaps none": _alone(lambda step: "low" in str(step["instances"])),
    "some of the instances": _all_done(lambda wanted: isinstance(wanted, int)),
    "a share of the instances": _all_done(lambda wanted: "%" in str(wanted)),
    "escalate to": _stays(lambda words, step: True),
    "escalate to beside others": _stays(_beside),
    "escalate to from a gate": _stays(lambda words, step: "gate" in step),
    "escalate to from a call": _stays(lambda words, step: "stream" in step),
    "escalate to, with a priority": _stays(lambda words, step: "priority" in step["escalate"]),
    "escalate to unless started": _stays(lambda words, step: "unless" in step["escalate"]),
    "sticky choice of paths": _anew("one_of"),
    "sticky outcome": _anew("outcome"),
    "sticky next": _anew("next"),
    "sticky team": _anew("team"),
}
"""What must occur in random scenarios, and matter."""
