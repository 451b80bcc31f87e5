"""People who serve several teams: for each field two scenarios that differ in it alone."""

from collections.abc import Callable

Triple = tuple[str, str, str]


def serves(scenario: Callable[..., str], trajectory: str) -> dict[str, Triple]:
    """The pairs, and what differs, of the scenarios that `field_effects` makes."""
    alone = scenario(demand="6/h")
    grouped = scenario(lab="groups: {g: 1}", demand="6/h")
    return {
        "Team.serves": (alone, "teams.lab.serves=desk", trajectory),
        "Group.serves": (grouped, "teams.lab.groups.g.serves=desk", trajectory),
    }
