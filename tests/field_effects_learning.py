"""Learning: for each field two scenarios that differ in it alone; see `field_effects`."""

from collections.abc import Callable

Triple = tuple[str, str, str]


def learning(scenario: Callable[..., str], trajectory: str) -> dict[str, Triple]:
    """The pairs, and what differs, of the scenarios that `field_effects` makes."""

    def learns(said: str) -> str:
        return scenario(f"{{a: {{team: desk, touch: 20 min{said}}}}}", demand="12/h")

    path = "streams.s.steps.a.learning"
    one = learns(", learning: {each_doubling: 80%}")
    return {
        "Step.learning @ touch": (learns(""), f"{path}={{each_doubling: 80%}}", trajectory),
        "Learning.each_doubling": (one, f"{path}.each_doubling=90%", trajectory),
        "Learning.done_before": (one, f"{path}.done_before=5", trajectory),
        "Learning.at_least": (one, f"{path}.at_least=90%", trajectory),
    }
