"""What tokens keep: for each field two scenarios that differ in it alone; see `field_effects`."""

from collections.abc import Callable

Pair = tuple[str, str]

_BACK = "outcome: {again: {share: 50%, to: a}, fine: rest}"
_CHOOSES = "outcome: {b: {share: 50%, to: b}, c: {share: rest, to: c}}"


def tokens(scenario: Callable[..., str], work: str, call: str) -> dict[str, Pair]:
    """The pairs, of the scenarios that `field_effects` makes."""
    rest = f"b: {{activity: engage, wait: 1 min}}, c: {{{work}, {_BACK}}}"
    stick = "streams.s.steps.a.sticky=true"
    chosen = scenario(f"{{a: {{{work}, {_CHOOSES}}}, {rest}}}")
    waits = scenario(f"{{a: {{activity: engage, wait: 5 min, {_CHOOSES}}}, {rest}}}")
    late = scenario(
        f"{{a: {{{work}, escalate: {{after: 10 min, priority: 1}}}}, b: {{{work}}}}}", demand="4/h"
    )
    paths = "one_of: {m: {share: 50%, activity: engage, wait: 9 min}, n: {share: rest}}"
    gate = "gate: {ask: lab, reply: {mean: 9 min, cv: 1}}"
    bodies = {
        "touch": work,
        "wait": "activity: engage, wait: {mean: 9 min, cv: 1}",
        "gate": f"{gate}, outcome: {{reject: 10%, approve: rest}}",
        "one_of": paths,
        "steps": f"steps: {{m: {{{work}}}, n: {{activity: engage, wait: 1 min}}}}",
    }
    several = {
        f"Step.{word} @ {place}": (
            scenario(f"{{a: {{{body}{more}}}, b: {{{work}}}}}", demand="1/h"),
            f"streams.s.steps.a.{word}={value}",
        )
        for place, body in bodies.items()
        for word, value, more in (("instances", 3, ""), ("wait_for", 1, ", instances: 3"))
    }
    return several | {
        "Escalation.to": (late, "streams.s.steps.a.escalate.to=b"),
        "Step.sticky @ touch": (chosen, stick),
        "Step.sticky @ wait": (waits, stick),
        "Step.sticky @ stream": (call.replace("{a: {", f"{{a: {{{_CHOOSES}, ").replace(
            ", b: {", f", c: {{wait: 1 min, activity: engage, {_BACK}}}, b: {{"
        ), stick),
        "Step.sticky @ one_of": (scenario(f"{{a: {{{paths}}}, {rest}}}"), stick),
    }  # fmt: skip
