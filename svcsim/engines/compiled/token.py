"""Tokens: how they begin, end, are cancelled and go elsewhere; see `reference.token`."""

from svcsim._jit import inlined, jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.awaited import doom, is_needed, left
from svcsim.engines.compiled.events import cancel, escalates_no_more, schedule
from svcsim.engines.compiled.families import one_less
from svcsim.engines.compiled.features import HAS_CHILDREN, HAS_STRANDS
from svcsim.engines.compiled.limits import retire
from svcsim.engines.compiled.lines import KEY, insert, node_in_line, remove
from svcsim.engines.compiled.queues import (
    cell_of_token_changed,
    enter_queues,
    leave_queues,
    quit_queues,
)
from svcsim.engines.compiled.record import room, wait_over
from svcsim.engines.compiled.slots import give_slot_back, take_slot
from svcsim.engines.compiled.state import (
    AWAITING,
    BEGINS,
    CARRIED,
    DELAYED,
    DROPPED,
    FULL_LIVES,
    HOME,
    LIMITS,
    N_DOOMED,
    N_LIVES,
    N_NUMBERS,
    NOW,
    OUTSIDE,
    POOLS,
    QUEUED,
    STRANDS,
    SUBMITTED,
    TOKENS,
    UNBORN,
    WORKING,
)
from svcsim.engines.compiled.working import ask, ask_no_more, free, write_slice
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Outcome
from svcsim.world.order import Phase, place

TOKEN_PHASE, WITHDRAWN = int(Phase.TOKEN), int(Outcome.WITHDRAWN)


@inlined
def strand_at(w: int, home: int, strand: int) -> int:
    """Return where the token in a strand of an item is noted."""
    return int(home * m.shape(w)[STRANDS] + strand)


@rare
def number_token(w: int, t: int, strand: int, of: int) -> None:
    """Give a new token its number, and begin its life (12); `of` is the life of another one."""
    token = m.token(w)[t]
    token["token"] = m.counter(w)[N_NUMBERS]
    m.counter(w)[N_NUMBERS] += 1
    token["strand"] = strand
    token["step"] = token["visit"] = token["patience"] = token["first_person"] = -1
    token["came"], token["worked"] = NEVER, -1
    token["overtime"] = token["children"] = token["nth"] = token["repeats"] = 0
    token["awaited"] = token["team"] = token["beside"] = -1
    token["counts"] = token["home"]
    if HAS_STRANDS and strand >= 0:
        put_in(w, t, strand)
    n = room(w, m.lives(w), m.after_lives(w), N_LIVES, FULL_LIVES)
    if n < 0:
        n = len(m.lives(w)) - 1  # of no use to anybody: the replication starts again
    token["life"] = n
    life, item = m.lives(w)[n], m.items(w)[token["item"]]
    life["first_visit"] = life["first_row"] = life["first_presence"] = life["first_attendance"] = -1
    life["last_visit"] = life["last_row"] = life["last_presence"] = life["last_attendance"] = -1
    life["token"] = token["token"]
    life["next"] = -1
    if item["first_life"] < 0:
        item["first_life"] = n
    else:
        m.lives(w)[item["last_life"]]["next"] = n
    item["last_life"] = n
    life["first"] = strand
    life["strand"] = strand
    life["of"] = of
    life["began"] = m.counter(w)[NOW]
    life["ended"] = NEVER
    life["cancelled"] = 0


@jit
def put_in(w: int, t: int, strand: int) -> None:
    """Note a token in a strand, behind the instances that are there."""
    at = strand_at(w, m.token(w)[t]["home"], strand)
    last = m.at_strand(w)[at]
    m.token(w)[t]["beside"] = -1
    if last < 0:
        m.at_strand(w)[at] = t
        return
    while m.token(w)[last]["beside"] >= 0:
        last = m.token(w)[last]["beside"]
    m.token(w)[last]["beside"] = t


@jit
def take_out(w: int, t: int) -> None:
    """Note that a token is no more in its strand."""
    at = strand_at(w, m.token(w)[t]["home"], m.token(w)[t]["strand"])
    other = m.at_strand(w)[at]
    if other == t:
        m.at_strand(w)[at] = m.token(w)[t]["beside"]
        return
    while m.token(w)[other]["beside"] != t:
        other = m.token(w)[other]["beside"]
    m.token(w)[other]["beside"] = m.token(w)[t]["beside"]


@rare
def end_token(w: int, t: int) -> None:
    """Give back what a token holds, and let it be no more; the home of an item stays."""
    token = m.token(w)[t]
    home = token["home"]
    retire(w, t, -1)
    escalates_no_more(w, t)
    take_out(w, t)
    m.lives(w)[token["life"]]["ended"] = m.counter(w)[NOW]
    m.token(w)[home]["alive"] -= 1
    if t == home:
        token["doing"] = HOME
    elif token["doing"] == DROPPED:
        token["item"] = -1
    else:
        give_slot_back(w, t)


@rare
def cancel_token(w: int, t: int) -> None:
    """Leave every queue and agenda, free the people, and be no more (42)."""
    now, token = m.counter(w)[NOW], m.token(w)[t]
    doing, event = token["doing"], m.shape(w)[TOKENS] + 2 * t
    cancel(w, event)
    if doing == QUEUED:
        cancel(w, event + 1)
        leave_queues(w, t)
        cell_of_token_changed(w, t)
    elif doing == WORKING:
        write_slice(w, t, now, False)
        free(w, t)
    elif doing == SUBMITTED:
        gate = m.ops(w)[token["pc"]]["a"]
        remove(w, m.shape(w)[POOLS] + m.shape(w)[LIMITS] + gate, node_in_line(w, t, 0))
        wait_over(w, t, now)
    elif doing == OUTSIDE:
        remove(w, m.shape(w)[POOLS] + token["limit"], node_in_line(w, t, 0))
        wait_over(w, t, now)
    elif doing == DELAYED:
        wait_over(w, t, now)
    elif doing == AWAITING:
        wait_over(w, t, now)
        doom(w, t)
    elif doing == CARRIED:
        token["doing"] = DROPPED
    if token["strand"] < 0:
        retire(w, t, -1)
        return
    m.lives(w)[token["life"]]["cancelled"] = 1
    end_token(w, t)


@jit
def cancel_strands(w: int, home: int, strands: int, but: int) -> None:
    """Cancel the tokens in some strands, but one, lowest strand first (42)."""
    if strands != 0:
        _cancel_some(w, home, strands, but)
    withdraw_children(w)


@jit
def withdraw_children(w: int) -> None:
    """Cancel the children that those waited for who wait no more, and the children of these."""
    while m.counter(w)[N_DOOMED] > 0:
        n = m.counter(w)[N_DOOMED] - 1
        m.counter(w)[N_DOOMED] = n
        parent, awaited = m.doomed(w)[2 * n], m.doomed(w)[2 * n + 1]
        for c in range(len(m.token(w))):
            child = m.token(w)[c]
            if not is_needed(w, c, parent, awaited):
                continue
            if child["doing"] == UNBORN:
                cancel(w, m.shape(w)[TOKENS] + 2 * c)
                one_less(w, m.items(w)[child["parent"]]["root"])
                give_slot_back(w, c)
            elif child["item"] >= 0 and child["home"] == c:
                if child["strand"] < 0:
                    cancel_token(w, c)
                else:
                    _cancel_some(w, c, -1, -1)
                item_leaves(w, c, WITHDRAWN)


@jit
def _cancel_some(w: int, home: int, strands: int, but: int) -> None:
    for strand in range(m.shape(w)[STRANDS]):
        t = m.at_strand(w)[strand_at(w, home, strand)]
        while t >= 0:
            beside = m.token(w)[t]["beside"]
            if (strands >> strand) & 1 == 1 and t != but:
                cancel_token(w, t)
            t = beside


@rare
def tell_others(w: int, t: int) -> None:
    """Queue the other tokens anew by the rank and due date of their item (22)."""
    home = m.token(w)[t]["home"]
    rank, due = m.token(w)[t]["rank"], m.token(w)[t]["due"]
    m.token(w)[home]["rank"] = rank
    m.token(w)[home]["due"] = due
    for strand in range(m.shape(w)[STRANDS]):
        o = m.at_strand(w)[strand_at(w, home, strand)]
        while o >= 0:
            if o != t:
                _tell(w, o, rank, due)
            o = m.token(w)[o]["beside"]


@jit
def _tell(w: int, o: int, rank: int, due: int) -> None:
    """Queue a token anew, wherever it waits, by a new rank and due date."""
    other, node = m.token(w)[o], node_in_line(w, o, 0)
    other["rank"] = rank
    other["due"] = due
    if other["doing"] == QUEUED:
        quit_queues(w, o)
        enter_queues(w, o)
    elif other["doing"] == WORKING and m.seizes(w)[other["seize"]]["quorum"] > 0:
        ask_no_more(w, o)
        ask(w, o)
    elif other["doing"] == SUBMITTED:
        gate = m.ops(w)[other["pc"]]["a"]
        line = m.shape(w)[POOLS] + m.shape(w)[LIMITS] + gate
        by_rank = m.gates(w)[gate]["by_rank"] == 1
        _stand_anew(w, line, node, rank if by_rank else 0)
    elif other["doing"] == OUTSIDE:
        _stand_anew(w, m.shape(w)[POOLS] + other["limit"], node, rank)
    if other["doing"] == QUEUED or other["doing"] == WORKING:
        cell_of_token_changed(w, o)


@rare
def escalate(w: int, t: int) -> None:
    """Make an item more urgent whose visit has taken too long, or let it go elsewhere (46).

    Work of those who are on the way has not started (19).
    """
    token = m.token(w)[t]
    come = token["slice_begin"] + token["called"] <= m.counter(w)[NOW]
    at_work = token["doing"] == WORKING and come
    started = at_work or m.visits(w)[token["visit"]]["started"] < NEVER
    rank = token["escalates_to"]
    if started and token["unless_started"] == 1:
        return
    if rank < token["rank"]:
        _tell(w, t, rank, token["due"])
        if token["strand"] >= 0:
            tell_others(w, t)
    if token["escapes_to"] >= 0:
        _escape(w, t)


@jit
def _escape(w: int, t: int) -> None:
    """Cancel a token and begin another one elsewhere, with its places under limits (46)."""
    n = take_slot(w)
    if n < 0:
        return
    token = m.token(w)[t]
    home, strand, of, team = token["home"], token["strand"], token["life"], token["team"]
    for limit in range(m.shape(w)[LIMITS]):
        m.holds(w)[n * m.shape(w)[LIMITS] + limit] = m.holds(w)[t * m.shape(w)[LIMITS] + limit]
        m.holds(w)[t * m.shape(w)[LIMITS] + limit] = 0
    start = token["escapes_to"]
    cancel_token(w, t)
    withdraw_children(w)
    begin_token(w, n, home, strand, of, team, start)


@inlined
def _stand_anew(w: int, line: int, node: int, rank: int) -> None:
    since, number = m.line(w)[node, KEY + 1], m.line(w)[node, KEY + 2]
    remove(w, line, node)
    insert(w, line, node, rank, since, number)


@rare
def begin_token(w: int, t: int, home: int, strand: int, of: int, team: int, start: int) -> None:
    """Begin a token in a slot, in phase 1 of this tick, by number (41)."""
    shared, token = m.token(w)[home], m.token(w)[t]
    token["item"] = shared["item"]
    token["stream"] = shared["stream"]
    token["cls"] = shared["cls"]
    token["family"] = shared["family"]
    token["hi"] = shared["hi"]
    token["lo"] = shared["lo"]
    token["rank"] = shared["rank"]
    token["preempts"] = shared["preempts"]
    token["due"] = shared["due"]
    token["home"] = home
    token["pc"] = start
    token["doing"] = BEGINS
    shared["alive"] += 1
    number_token(w, t, strand, of)
    token["team"] = team
    event = m.shape(w)[TOKENS] + 2 * t
    schedule(w, event, m.counter(w)[NOW], place(TOKEN_PHASE, token["token"]))


@inlined
def item_leaves(w: int, home: int, outcome: int) -> None:
    """Write down how an item left, and tell who waits for it."""
    n = m.token(w)[home]["item"]
    item = m.items(w)[n]
    item["ended"] = m.counter(w)[NOW]
    item["outcome"] = outcome
    if HAS_CHILDREN:
        left(w, home)
    one_less(w, item["root"] if HAS_CHILDREN else n)
    give_slot_back(w, home)
