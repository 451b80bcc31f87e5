"""Who goes on with the next step: people who are kept (semantics 71)."""

from typing import TYPE_CHECKING, Any

from svcsim.engines.reference.slices import efficiency

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World
    from svcsim.engines.reference.pool import Need, Request


def keep_people(
    world: "World",
    request: "Request",
    op: Any,
    seize: Any,
    alternatives: "list[list[Need]]",
    work: int,
    expected: int,
) -> None:
    """Let those who are at work on a request go on with the work of another step."""
    now = world.clock.now
    request.goes_on_with(op, seize, alternatives, work, expected)
    world.learning.begins(request)
    for member in request.people:
        member.begin, member.called = now, 0
    request.slice_begin, request.called, request.starts = now, 0, 1
    request.efficiency = efficiency(world, request)
    request.cell.work_until_done(request)
    request.token.visit_starts(now)
    request.cell.changed()
