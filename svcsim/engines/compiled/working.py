"""People at work: who is taken and given back, and what is written down of it."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.people import (
    gives,
    group_of,
    in_time,
    may_have,
    schedule_staffing,
)
from svcsim.engines.compiled.queues import cell_changed, needs_of
from svcsim.engines.compiled.record import write_presence, write_row
from svcsim.engines.compiled.state import FAULT, NEEDS, NOW, TOO_LONG, WHERE
from svcsim.model.arrays import NEVER, Kind, Purpose
from svcsim.world.draws import uniform
from svcsim.world.quantiles import duration, quantile

WORK, SETUP, UNAVAILABILITY = int(Kind.WORK), int(Kind.SETUP), int(Kind.UNAVAILABILITY)
CALL_OUT = int(Purpose.CALL_OUT)


@jit
def take(w: int, t: int, pool: int, number: int) -> None:
    """Give the first of those who are available to a token (17)."""
    if m.pools(w)[pool]["unlimited"] == 1:
        return
    alike = m.pool(w)[pool]["alike"] == 1
    for k in range(m.pools(w)[pool]["n_groups"]):
        g = group_of(w, pool, k)
        if not alike and not (may_have(w, t, g) and in_time(w, t, pool, g)):
            continue
        number -= _take(w, t, pool, g, min(number, m.group(w)[g]["available"]))
        if number == 0:
            return


@jit
def _take(w: int, t: int, pool: int, g: int, number: int) -> int:
    """Give the lowest free numbers of a group to a token; return how many."""
    gives(w, g, -number)
    p, left, now = m.group(w)[g]["first_person"], number, m.counter(w)[NOW]
    while left > 0:
        person = m.person(w)[p]
        if person["present"] == 1 and person["work"] < 0:
            person["work"] = t
            person["pool"] = pool
            person["next"] = m.token(w)[t]["first_person"]
            if person["freed"] != now:
                person["held_since"] = now
            m.token(w)[t]["first_person"] = p
            left -= 1
        p += 1
    return number


@inlined
def work_begins(w: int, node: int, pool: int) -> None:
    """Append to the requests that a pool works on."""
    last = m.pool(w)[pool]["last_working"]
    m.at_work(w)[node, 0] = -1
    m.at_work(w)[node, 1] = last
    if last >= 0:
        m.at_work(w)[last, 0] = node
    else:
        m.pool(w)[pool]["first_working"] = node
    m.pool(w)[pool]["last_working"] = node
    number = m.token(w)[node // m.shape(w)[NEEDS]]["number"]
    m.pool(w)[pool]["top"] = max(m.pool(w)[pool]["top"], number)


@inlined
def _work_stops(w: int, node: int, pool: int) -> None:
    after, before = m.at_work(w)[node, 0], m.at_work(w)[node, 1]
    if before >= 0:
        m.at_work(w)[before, 0] = after
    else:
        m.pool(w)[pool]["first_working"] = after
    if after >= 0:
        m.at_work(w)[after, 1] = before
    else:
        m.pool(w)[pool]["last_working"] = before
    if m.pool(w)[pool]["top"] == m.token(w)[node // m.shape(w)[NEEDS]]["number"]:
        top, other = -1, m.pool(w)[pool]["first_working"]
        while other >= 0:
            top = max(top, m.token(w)[other // m.shape(w)[NEEDS]]["number"])
            other = m.at_work(w)[other, 0]
        m.pool(w)[pool]["top"] = top


@jit
def free(w: int, t: int) -> None:
    """Give the people back."""
    token = m.token(w)[t]
    p = token["first_person"]
    while p >= 0:
        person = m.person(w)[p]
        person["work"] = -1
        person["overtime"] = 0
        person["freed"] = m.counter(w)[NOW]
        if person["present"] == 1:
            gives(w, person["group"], 1)
        if m.groups(w)[person["group"]]["rests"] >= 0:
            _rest(w, p)
        p = person["next"]
    token["first_person"] = -1
    first, n = needs_of(w, t, token["chosen"])
    for k in range(first, first + n):
        _work_stops(w, t * m.shape(w)[NEEDS] + k - first, m.needs(w)[k]["pool"])
    cell_changed(w, m.needs(w)[first]["pool"])


@jit
def _rest(w: int, p: int) -> None:
    """Let somebody rest who was held for long (19)."""
    person, now = m.person(w)[p], m.counter(w)[NOW]
    group = m.groups(w)[person["group"]]
    if now - person["held_since"] > group["rest_after"]:
        person["rests_until"] = now + group["rest"]
        schedule_staffing(w, group["rests"], now)


@jit
def call_out(w: int, t: int) -> int:
    """Return how long it takes until those who were called out can begin (19)."""
    token, longest = m.token(w)[t], 0
    p, u = token["first_person"], -1.0
    while p >= 0:
        law = m.groups(w)[m.person(w)[p]["group"]]["call_out"]
        if law >= 0:
            if u < 0:
                tag, start = m.steps(w)[token["step"]]["tag"], token["starts"] & 255
                u = uniform(
                    m.key(w)[0], m.key(w)[1], token["hi"], token["lo"], tag, token["nth"],
                    CALL_OUT, start,
                )  # fmt: skip
            x = quantile(m.distributions(w), m.pieces(w), m.tables(w), law, u)
            ticks = duration(x, 1.0)
            if ticks < 0:
                m.counter(w)[FAULT] = TOO_LONG
                m.counter(w)[WHERE] = token["step"]
                return 0
            longest = max(longest, ticks)
        p = m.person(w)[p]["next"]
    return int(longest)


@jit
def work_starts(w: int, t: int, tick: int) -> None:
    """Write down the first work of a visit."""
    visit = m.visits(w)[m.token(w)[t]["visit"]]
    if visit["started"] == NEVER:
        visit["started"] = tick


@jit
def write_slice(w: int, t: int, now: int, done: bool) -> int:
    """Write the rows of the slice that ends now; return the ticks worked."""
    token = m.token(w)[t]
    begin = token["slice_begin"]
    called = min(now - begin, token["called"])
    work = begin + called
    setup = min(now - work, token["setup"])
    if called > 0:
        write_row(w, t, UNAVAILABILITY, begin, work)
    if setup > 0:
        write_row(w, t, SETUP, work, work + setup)
    if done or now > work + setup:
        write_row(w, t, WORK, work + setup, now)
    if token["called"] > 0 and (done or now > work):
        work_starts(w, t, work)
    if done or now > begin:
        p = token["first_person"]
        while p >= 0:
            person = m.person(w)[p]
            write_presence(
                w, t, person["pool"], person["group"], person["number"], begin, now, called, setup
            )
            p = person["next"]
        first, n = needs_of(w, t, token["chosen"])
        for k in range(first, first + n):
            pool = m.needs(w)[k]["pool"]
            if m.pools(w)[pool]["unlimited"] == 1:
                group = m.pools(w)[pool]["group"]
                for _ in range(m.needs(w)[k]["number"]):
                    write_presence(w, t, pool, group, 0, begin, now, called, setup)
    return int(now - work - setup)
