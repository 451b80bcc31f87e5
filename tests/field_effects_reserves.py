"""Reservations: for each field two scenarios that differ in it alone; see `field_effects`."""

from collections.abc import Callable

Triple = tuple[str, str, str]


def reserves(scenario: Callable[..., str], trajectory: str) -> dict[str, Triple]:
    """The pairs, and what differs, of the scenarios that `field_effects` makes."""

    def kept(said: str) -> str:
        return scenario(
            desk=f"people: 3, {said}", demand="12/h", stream="classes: {x: 30%, y: rest}"
        )

    path = "teams.desk.reserve"
    one = kept("reserve: {people: 1, for: s.x}")
    share = kept("reserve: {share: 30%, for: s.x}")
    return {
        "Team.reserve": (kept("queue: fifo"), f"{path}={{people: 1, for: s.x}}", trajectory),
        "Reserve.people": (one, f"{path}.people=2", trajectory),
        "Reserve.share": (share, f"{path}.share=60%", trajectory),
        "Reserve.whom": (one, f"{path}.for=s.y", trajectory),
    }
