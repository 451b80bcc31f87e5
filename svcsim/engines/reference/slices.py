"""A slice of work: how fast it goes, and what is written down when it ends (18, 54)."""

from typing import TYPE_CHECKING

from svcsim.engines.reference.pool import Member, Request
from svcsim.model.codes import Kind
from svcsim.world.efficiency import STANDARD, efficiency_at

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World


def efficiency(world: "World", request: Request) -> int:
    """Return the least efficiency of those who start (18)."""
    stairs = world.model.stairs
    records = [member.person.group.record for member in request.people]
    slow = [(int(r.first_stair), int(r.n_stairs)) for r in records if r.n_stairs >= 0]
    found = (int(efficiency_at(stairs, *own, world.clock.now)) for own in slow)
    return min(found, default=STANDARD)


def record_slice(request: Request, now: int, *, done: bool) -> int:
    """Write the rows of the slice that ends now; return the ticks worked."""
    begin, token = request.slice_begin, request.token
    called = min(now - begin, request.called)
    work = begin + called
    setup = min(now - work, request.setup)
    if called > 0:
        token.row(Kind.UNAVAILABILITY, begin, work)
    if setup > 0:
        token.row(Kind.SETUP, work, work + setup)
    if done or now > work + setup:
        token.row(Kind.WORK, work + setup, now)
    if done or now > work:
        token.visit_starts(work)
    for member in request.people:
        record_presence(request, member, now, done=done)
    token.work += now - work - setup
    return now - work - setup


def record_presence(request: Request, member: Member, now: int, *, done: bool) -> None:
    """Write down that somebody was there; who comes later than the others sets nothing up."""
    begin, person = member.begin, member.person
    called = min(now - begin, member.called)
    first = begin == request.slice_begin
    setup = min(now - begin - called, request.setup) if first else 0
    if done or now > begin:
        request.token.presence(
            member.pool.index, person.group.index, person.number, begin, now, called, setup
        )
