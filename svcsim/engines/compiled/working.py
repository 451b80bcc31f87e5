"""People at work: who is taken and given back, and what is written down of it."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.queues import cell_changed, needs_of
from svcsim.engines.compiled.record import write_presence, write_row
from svcsim.engines.compiled.state import NEEDS
from svcsim.model.arrays import UNLIMITED, Kind

WORK, SETUP = int(Kind.WORK), int(Kind.SETUP)


@jit
def take(w: int, t: int, pool: int, number: int) -> None:
    """Give the lowest free numbers to a token (17)."""
    state = m.pool(w)[pool]
    if m.groups(w)[m.pools(w)[pool]["group"]]["people"] == UNLIMITED:
        return
    state["available"] -= number
    p = state["first_person"]
    while number > 0:
        person = m.person(w)[p]
        if person["present"] == 1 and person["work"] < 0:
            person["work"] = t
            person["next"] = m.token(w)[t]["first_person"]
            m.token(w)[t]["first_person"] = p
            number -= 1
        p += 1


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
        if person["present"] == 1:
            m.pool(w)[person["pool"]]["available"] += 1
        p = person["next"]
    token["first_person"] = -1
    first, n = needs_of(w, t, token["chosen"])
    for k in range(first, first + n):
        _work_stops(w, t * m.shape(w)[NEEDS] + k - first, m.needs(w)[k]["pool"])
    cell_changed(w, m.needs(w)[first]["pool"])


@jit
def write_slice(w: int, t: int, now: int, done: bool) -> int:
    """Write the rows of the slice that ends now; return the ticks worked."""
    token = m.token(w)[t]
    begin = token["slice_begin"]
    setup = min(now - begin, token["setup"])
    if setup > 0:
        write_row(w, t, SETUP, begin, begin + setup)
    if done or now > begin + setup:
        write_row(w, t, WORK, begin + setup, now)
    if done or now > begin:
        p = token["first_person"]
        while p >= 0:
            person = m.person(w)[p]
            write_presence(w, t, person["pool"], person["number"], begin, now, setup)
            p = person["next"]
        first, n = needs_of(w, t, token["chosen"])
        for k in range(first, first + n):
            pool = m.needs(w)[k]["pool"]
            if m.groups(w)[m.pools(w)[pool]["group"]]["people"] == UNLIMITED:
                for _ in range(m.needs(w)[k]["number"]):
                    write_presence(w, t, pool, 0, begin, now, setup)
    return int(now - begin - setup)
