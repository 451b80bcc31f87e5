"""People at work: who is taken and given back, and what is written down of it."""

from svcsim._jit import inlined, jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.features import (
    HAS_CALLS,
    HAS_EFFICIENCY,
    HAS_ODD_POOLS,
    HAS_RESERVATIONS,
    HAS_SCORES,
    HAS_TEAMS,
    HAS_UNLIMITED,
)
from svcsim.engines.compiled.lines import node_at_work, node_in_line, remove, token_at_work
from svcsim.engines.compiled.on_call import call_out, give_back
from svcsim.engines.compiled.people import (
    everybody,
    given,
    gives,
    group_of,
    in_time,
    may_have,
    need_of,
)
from svcsim.engines.compiled.queues import cell_changed, needs_of, stand
from svcsim.engines.compiled.record import write_presence, write_row
from svcsim.engines.compiled.state import LATE, NOW, UNEQUAL
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Kind
from svcsim.world.efficiency import STANDARD, efficiency_at

WORK, SETUP, UNAVAILABILITY = int(Kind.WORK), int(Kind.SETUP), int(Kind.UNAVAILABILITY)
HELD, SINCE = 2, 3
"""Columns of `State.at_work`: how many people, and since when the last of them."""


@jit
def come(w: int, t: int, k: int, number: int) -> None:
    """Let people of need k begin to work on a token, or join the others."""
    first, _ = needs_of(w, t, m.token(w)[t]["chosen"])
    node, pool = node_at_work(w, t, k - first), m.needs(w)[k]["pool"]
    if m.at_work(w)[node, HELD] == 0:
        _work_begins(w, node, pool)
    m.at_work(w)[node, HELD] += number
    m.at_work(w)[node, SINCE] = m.counter(w)[NOW]
    _take(w, t, pool, number)


@inlined
def come_alone(w: int, t: int, pool: int) -> None:
    """Let one person of a plain pool begin to work on a token."""
    node, g, now = node_at_work(w, t, 0), m.pools(w)[pool]["group"], m.counter(w)[NOW]
    _work_begins(w, node, pool)
    m.at_work(w)[node, HELD] = 1
    m.at_work(w)[node, SINCE] = now
    m.pool(w)[pool]["available"] -= 1
    m.group(w)[g]["available"] -= 1
    p = m.group(w)[g]["lowest"]
    while m.person(w)[p]["present"] == 0 or m.person(w)[p]["work"] >= 0:
        p += 1
    _begins(w, t, p, pool, now, 0)
    m.group(w)[g]["lowest"] = p + 1


@inlined
def _begins(w: int, t: int, p: int, pool: int, now: int, inside: int) -> None:
    """Let a person work on a token."""
    person = m.person(w)[p]
    person["work"] = t
    person["pool"] = pool
    person["begin"] = now
    person["called"] = 0
    person["inside"] = inside
    person["next"] = m.token(w)[t]["first_person"]
    if person["freed"] != now:
        person["held_since"] = now
    m.token(w)[t]["first_person"] = p


@jit
def _take(w: int, t: int, pool: int, number: int) -> None:
    """Give the first of those who are available to a token (17)."""
    if HAS_UNLIMITED and m.pools(w)[pool]["unlimited"] == 1:
        return
    alike = m.pool(w)[pool]["timely"] == 1 and everybody(w, t, pool)
    for k in range(m.pools(w)[pool]["n_groups"]):
        g = group_of(w, pool, k)
        if not alike and not (may_have(w, t, pool, g) and in_time(w, t, pool, g)):
            continue
        number -= _take_from(w, t, pool, g, min(number, given(w, t, pool, g)))
        if number == 0:
            return


@jit
def _take_from(w: int, t: int, pool: int, g: int, number: int) -> int:
    """Give the lowest free numbers of a group to a token; return how many."""
    gives(w, g, -number)
    inside = 0
    if HAS_RESERVATIONS and m.pools(w)[pool]["reserved"] != 0:
        inside = m.needs(w)[need_of(w, t, pool)]["inside"]
        m.pool(w)[pool]["inside"] += inside * number
    p, left, now = m.group(w)[g]["lowest"], number, m.counter(w)[NOW]
    while left > 0:
        person = m.person(w)[p]
        if person["present"] == 1 and person["work"] < 0:
            _begins(w, t, p, pool, now, inside)
            left -= 1
        p += 1
    m.group(w)[g]["lowest"] = p
    return number


@rare
def go_on_at(w: int, t: int, now: int) -> None:
    """Let those who work on a token begin a slice of other work (71)."""
    m.at_work(w)[node_at_work(w, t, 0), SINCE] = now
    p = m.token(w)[t]["first_person"]
    while p >= 0:
        m.person(w)[p]["begin"] = now
        m.person(w)[p]["called"] = 0
        p = m.person(w)[p]["next"]
    if HAS_EFFICIENCY:
        m.token(w)[t]["efficiency"] = efficiency(w, t)


@inlined
def _work_begins(w: int, node: int, pool: int) -> None:
    """Append to the requests that a pool works on."""
    last = m.pool(w)[pool]["last_working"]
    m.pool(w)[pool]["changed"] = 1
    m.at_work(w)[node, 0] = -1
    m.at_work(w)[node, 1] = last
    if last >= 0:
        m.at_work(w)[last, 0] = node
    else:
        m.pool(w)[pool]["first_working"] = node
    m.pool(w)[pool]["last_working"] = node
    number = m.token(w)[token_at_work(w, node)]["number"]
    m.pool(w)[pool]["top"] = max(m.pool(w)[pool]["top"], number)


@inlined
def _work_stops(w: int, node: int, pool: int) -> None:
    after, before = m.at_work(w)[node, 0], m.at_work(w)[node, 1]
    m.pool(w)[pool]["changed"] = 1
    if before >= 0:
        m.at_work(w)[before, 0] = after
    else:
        m.pool(w)[pool]["first_working"] = after
    if after >= 0:
        m.at_work(w)[after, 1] = before
    else:
        m.pool(w)[pool]["last_working"] = before
    if m.pool(w)[pool]["top"] == m.token(w)[token_at_work(w, node)]["number"]:
        top, other = -1, m.pool(w)[pool]["first_working"]
        while other >= 0:
            top = max(top, m.token(w)[token_at_work(w, other)]["number"])
            other = m.at_work(w)[other, 0]
        m.pool(w)[pool]["top"] = top


@jit
def efficiency(w: int, t: int) -> int:
    """Return the least efficiency of those who start (18)."""
    p = m.token(w)[t]["first_person"] if m.shape(w)[UNEQUAL] == 1 else -1
    least = NEVER
    while p >= 0:
        group = m.groups(w)[m.person(w)[p]["group"]]
        first, n = group["first_stair"], group["n_stairs"]
        if n >= 0:
            least = min(least, efficiency_at(m.stairs(w), first, n, m.counter(w)[NOW]))
        p = m.person(w)[p]["next"]
    return STANDARD if least == NEVER else int(least)


@inlined
def free(w: int, t: int) -> None:
    """Give the people back, and wait for no more of them."""
    token = m.token(w)[t]
    if HAS_TEAMS and m.seizes(w)[token["seize"]]["quorum"] > 0:
        ask_no_more(w, t)
    p = token["first_person"]
    while p >= 0:
        give_back(w, p)
        p = m.person(w)[p]["next"]
    token["first_person"] = -1
    cell_changed(w, token["pool"])
    if not HAS_ODD_POOLS or m.pool(w)[token["pool"]]["plain"] == 1:
        _work_stops(w, node_at_work(w, t, 0), token["pool"])
        return
    first, n = needs_of(w, t, token["chosen"])
    for k in range(first, first + n):
        node = node_at_work(w, t, k - first)
        if m.at_work(w)[node, HELD] > 0:
            _work_stops(w, node, m.needs(w)[k]["pool"])
            m.at_work(w)[node, HELD] = 0


@jit
def _was_there(
    w: int, t: int, pool: int, group: int, person: int, begin: int, called: int, now: int,
    done: bool,
) -> None:  # fmt: skip
    """Write down that somebody was there; who came later than the others set nothing up."""
    token = m.token(w)[t]
    way = min(now - begin, called) if HAS_CALLS else 0
    setup = min(now - begin - way, token["setup"]) if begin == token["slice_begin"] else 0
    if done or now > begin:
        write_presence(w, t, pool, group, person, begin, now, way, setup)


@jit
def _person_was_there(w: int, t: int, p: int, now: int, done: bool) -> None:
    person = m.person(w)[p]
    _was_there(
        w, t, person["pool"], person["group"], person["number"], person["begin"],
        person["called"], now, done,
    )  # fmt: skip


@jit
def _all_were_there(w: int, t: int, pool: int, number: int, now: int, done: bool) -> None:
    """Write down that people of an unlimited pool were there."""
    begin = m.at_work(w)[_node(w, t, pool), SINCE]
    called = m.token(w)[t]["called"] if begin == m.token(w)[t]["slice_begin"] else 0
    for _ in range(number):
        _was_there(w, t, pool, m.pools(w)[pool]["group"], 0, begin, called, now, done)


# ---- teams that are not complete (28, 32) --------------------------------------------------------


@jit
def ask(w: int, t: int) -> None:
    """Ask for whoever is missing in a team at work (28)."""
    first, n = needs_of(w, t, m.token(w)[t]["chosen"])
    for k in range(first, first + n):
        if m.at_work(w)[node_at_work(w, t, k - first), HELD] < m.needs(w)[k]["number"]:
            stand(w, t, m.needs(w)[k]["pool"], m.shape(w)[LATE] + k - first)
            m.pool(w)[m.needs(w)[k]["pool"]]["preempting"] += m.token(w)[t]["preempts"]


@jit
def ask_no_more(w: int, t: int) -> None:
    """Withdraw what asks for the missing."""
    first, n = needs_of(w, t, m.token(w)[t]["chosen"])
    for k in range(first, first + n):
        pool = m.needs(w)[k]["pool"]
        if m.at_work(w)[node_at_work(w, t, k - first), HELD] < m.needs(w)[k]["number"]:
            remove(w, pool, node_in_line(w, t, m.shape(w)[LATE] + k - first))
            m.pool(w)[pool]["preempting"] -= m.token(w)[t]["preempts"]


@inlined
def _need_of(w: int, t: int, pool: int) -> int:
    """Return the need of a token's team that a pool serves."""
    k = needs_of(w, t, m.token(w)[t]["chosen"])[0]
    while m.needs(w)[k]["pool"] != pool:
        k += 1
    return int(k)


@jit
def let_join(w: int, t: int, pool: int) -> None:
    """Let one person more work on a token (28)."""
    ask_no_more(w, t)
    come(w, t, _need_of(w, t, pool), 1)
    call_out(w, t, True)
    ask(w, t)


@jit
def goes_on_without(w: int, t: int, pool: int, number: int) -> bool:
    """Say whether work goes on when so many people of a pool leave (32)."""
    quorum = m.seizes(w)[m.token(w)[t]["seize"]]["quorum"]
    if quorum == 0:
        return False
    first, n = needs_of(w, t, m.token(w)[t]["chosen"])
    people = -number
    for k in range(first, first + n):
        held = m.at_work(w)[node_at_work(w, t, k - first), HELD]
        people += held
        if m.needs(w)[k]["pool"] == pool and held - number < m.needs(w)[k]["stay"]:
            return False
    return bool(people >= quorum)


@jit
def lose(w: int, t: int, p: int) -> None:
    """Let person p leave a team that goes on (32)."""
    person, token = m.person(w)[p], m.token(w)[t]
    ask_no_more(w, t)
    _person_was_there(w, t, p, m.counter(w)[NOW], False)
    if token["first_person"] == p:
        token["first_person"] = person["next"]
    else:
        q = token["first_person"]
        while m.person(w)[q]["next"] != p:
            q = m.person(w)[q]["next"]
        m.person(w)[q]["next"] = person["next"]
    give_back(w, p)
    _are_gone(w, t, person["pool"], 1)
    ask(w, t)


@jit
def lose_all(w: int, t: int, pool: int, number: int) -> None:
    """Let everybody of an unlimited pool leave a team that goes on (32)."""
    ask_no_more(w, t)
    _all_were_there(w, t, pool, number, m.counter(w)[NOW], False)
    _are_gone(w, t, pool, number)
    ask(w, t)


@inlined
def _node(w: int, t: int, pool: int) -> int:
    """Return the node of a token among those that a pool works on."""
    first, _ = needs_of(w, t, m.token(w)[t]["chosen"])
    return int(node_at_work(w, t, _need_of(w, t, pool) - first))


@inlined
def held(w: int, t: int, pool: int) -> int:
    """Return how many people of a pool work on a token."""
    return int(m.at_work(w)[_node(w, t, pool), HELD])


@inlined
def _are_gone(w: int, t: int, pool: int, number: int) -> None:
    node = _node(w, t, pool)
    m.at_work(w)[node, HELD] -= number
    if m.at_work(w)[node, HELD] == 0:
        _work_stops(w, node, pool)


@jit
def work_starts(w: int, t: int, tick: int) -> None:
    """Write down the first work of a visit."""
    visit = m.visits(w)[m.token(w)[t]["visit"]]
    if visit["started"] == NEVER:
        visit["started"] = tick


@inlined
def write_slice(w: int, t: int, now: int, done: bool) -> int:
    """Write the rows of the slice that ends now; return the ticks worked."""
    token = m.token(w)[t]
    begin = token["slice_begin"]
    called = min(now - begin, token["called"]) if HAS_CALLS else 0
    work = begin + called
    setup = min(now - work, token["setup"])
    if called > 0:
        write_row(w, t, UNAVAILABILITY, begin, work)
    if setup > 0:
        write_row(w, t, SETUP, work, work + setup)
    if done or now > work + setup:
        write_row(w, t, WORK, work + setup, now)
    if HAS_CALLS and token["called"] > 0 and (done or now > work):
        work_starts(w, t, work)
    p = token["first_person"]
    while p >= 0:
        _person_was_there(w, t, p, now, done)
        p = m.person(w)[p]["next"]
    if HAS_UNLIMITED:
        first, n = needs_of(w, t, token["chosen"])
        for k in range(first, first + n):
            pool, node = m.needs(w)[k]["pool"], node_at_work(w, t, k - first)
            if m.pools(w)[pool]["unlimited"] == 1:
                _all_were_there(w, t, pool, m.at_work(w)[node, HELD], now, done)
    if HAS_SCORES:
        token["work"] += now - work - setup
    return int(now - work - setup)
