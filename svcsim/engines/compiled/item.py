"""What the tokens of an item share: its strands; the counterpart of `reference.item`."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.awaited import doom, is_needed, left
from svcsim.engines.compiled.events import cancel, schedule
from svcsim.engines.compiled.limits import retire
from svcsim.engines.compiled.lines import KEY, insert, node_in_line, remove
from svcsim.engines.compiled.queues import (
    cell_of_token_changed,
    enter_queues,
    leave_queues,
    quit_queues,
)
from svcsim.engines.compiled.record import wait_over
from svcsim.engines.compiled.slots import give_slot_back, take_slot
from svcsim.engines.compiled.state import (
    AWAITING,
    BEGINS,
    CARRIED,
    DELAYED,
    DROPPED,
    FAULT,
    FULL_LIVES,
    GUARDS,
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
from svcsim.model.arrays import NEVER, NONE, Outcome
from svcsim.world.order import Phase, place
from svcsim.world.strands import may_begin, runs_again, sent_back

TOKEN_PHASE, DONE = int(Phase.TOKEN), int(Outcome.DONE)
WITHDRAWN = int(Outcome.WITHDRAWN)


# ---- tokens ------------------------------------------------------------------------------------


@inlined
def _strand(w: int, home: int, strand: int) -> int:
    """Return where the record of a strand of an item stands."""
    return int(m.streams(w)[m.token(w)[home]["stream"]]["first_strand"] + strand)


@inlined
def _at(w: int, home: int, strand: int) -> int:
    """Return where the token in a strand of an item is noted."""
    return int(home * m.shape(w)[STRANDS] + strand)


@jit
def number_token(w: int, t: int, strand: int, of: int) -> None:
    """Give a new token its number, and write down its life (12)."""
    token = m.token(w)[t]
    token["token"] = m.counter(w)[N_NUMBERS]
    m.counter(w)[N_NUMBERS] += 1
    token["strand"] = strand
    token["step"] = token["visit"] = token["life"] = token["patience"] = token["first_person"] = -1
    token["came"], token["worked"] = NEVER, -1
    token["n_rows"] = token["overtime"] = token["children"] = token["nth"] = token["repeats"] = 0
    token["awaited"] = token["team"] = -1
    if strand < 0:
        return
    m.at_strand(w)[_at(w, token["home"], strand)] = t
    n = m.counter(w)[N_LIVES]
    if n == len(m.lives(w)):
        m.counter(w)[FAULT] = FULL_LIVES
        return
    m.counter(w)[N_LIVES] = n + 1
    token["life"] = n
    life = m.lives(w)[n]
    life["item"] = token["item"]
    life["token"] = token["token"]
    life["first"] = strand
    life["strand"] = strand
    life["of"] = of
    life["began"] = m.counter(w)[NOW]
    life["ended"] = NEVER
    life["cancelled"] = 0


@jit
def end_token(w: int, t: int) -> None:
    """Give back what a token holds, and let it be no more; the home of an item stays."""
    token = m.token(w)[t]
    home = token["home"]
    retire(w, t, -1)
    cancel(w, m.shape(w)[GUARDS] + t)
    m.at_strand(w)[_at(w, home, token["strand"])] = -1
    m.lives(w)[token["life"]]["ended"] = m.counter(w)[NOW]
    m.token(w)[home]["alive"] -= 1
    if t == home:
        token["doing"] = HOME
    elif token["doing"] == DROPPED:
        token["item"] = -1
    else:
        give_slot_back(w, t)


@jit
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
                give_slot_back(w, c)
            elif child["item"] >= 0 and child["home"] == c:
                if child["strand"] < 0:
                    cancel_token(w, c)
                else:
                    _cancel_some(w, c, -1, -1)
                _ended(w, c, WITHDRAWN)


@jit
def _cancel_some(w: int, home: int, strands: int, but: int) -> None:
    for strand in range(m.shape(w)[STRANDS]):
        t = m.at_strand(w)[_at(w, home, strand)]
        if (strands >> strand) & 1 == 1 and t >= 0 and t != but:
            cancel_token(w, t)


@inlined
def _live(w: int, home: int) -> int:
    """Return the strands in which a token is, as bits."""
    bits = 0
    for strand in range(m.shape(w)[STRANDS]):
        if m.at_strand(w)[_at(w, home, strand)] >= 0:
            bits |= 1 << strand
    return bits


@jit
def tell_others(w: int, t: int) -> None:
    """Queue the other tokens anew by the rank and due date of their item (22)."""
    home = m.token(w)[t]["home"]
    rank, due = m.token(w)[t]["rank"], m.token(w)[t]["due"]
    m.token(w)[home]["rank"] = rank
    m.token(w)[home]["due"] = due
    for strand in range(m.shape(w)[STRANDS]):
        o = m.at_strand(w)[_at(w, home, strand)]
        if o >= 0 and o != t:
            _tell(w, o, rank, due)


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


@jit
def escalate(w: int, t: int) -> None:
    """Make an item more urgent whose visit has taken too long (46).

    Work of those who are on the way has not started (19).
    """
    token = m.token(w)[t]
    come = token["slice_begin"] + token["called"] <= m.counter(w)[NOW]
    at_work = token["doing"] == WORKING and come
    started = at_work or m.visits(w)[token["visit"]]["started"] < NEVER
    rank = token["escalates_to"]
    if rank >= token["rank"] or (started and token["unless_started"] == 1):
        return
    _tell(w, t, rank, token["due"])
    if token["strand"] >= 0:
        tell_others(w, t)


@inlined
def _stand_anew(w: int, line: int, node: int, rank: int) -> None:
    since, number = m.line(w)[node, KEY + 1], m.line(w)[node, KEY + 2]
    remove(w, line, node)
    insert(w, line, node, rank, since, number)


# ---- strands (41, 43) --------------------------------------------------------------------------


@jit
def leave(w: int, t: int, outcome: int) -> None:
    """Leave the stream by one of its tokens; whatever else runs is cancelled (42)."""
    token = m.token(w)[t]
    home = token["home"]
    if token["strand"] >= 0:
        cancel_strands(w, home, -1, t)
        end_token(w, t)
    else:
        retire(w, t, -1)
    _ended(w, home, outcome)


@inlined
def _ended(w: int, home: int, outcome: int) -> None:
    item = m.items(w)[m.token(w)[home]["item"]]
    item["ended"] = m.counter(w)[NOW]
    item["outcome"] = outcome
    left(w, home)
    give_slot_back(w, home)


@jit
def join_strand(w: int, t: int, passed: bool) -> None:
    """Let a token's strand be done, or passed by, and begin what waited for it (41)."""
    home, strand, of = m.token(w)[t]["home"], m.token(w)[t]["strand"], m.token(w)[t]["token"]
    team = m.token(w)[t]["team"]
    end_token(w, t)
    if passed:
        m.token(w)[home]["passed"] |= 1 << strand
    else:
        m.token(w)[home]["done"] |= 1 << strand
    _end_repetitions(w, home, 1 << strand)
    _are_over(w, home, 1 << strand, of, team, NONE)
    if m.token(w)[home]["alive"] == 0:
        _ended(w, home, DONE)


@jit
def jump_forward(w: int, t: int, j: int) -> None:
    """Pass some strands by on the way to another (43)."""
    jump, home, of = m.jumps(w)[j], m.token(w)[t]["home"], m.token(w)[t]["token"]
    strand, team = m.token(w)[t]["strand"], m.token(w)[t]["team"]
    end_token(w, t)
    passed = jump["passed"] & ~m.token(w)[home]["begun"]
    m.token(w)[home]["begun"] |= passed
    m.token(w)[home]["passed"] |= passed
    m.token(w)[home]["done"] |= 1 << strand
    over = passed | 1 << strand
    _end_repetitions(w, home, over)
    _are_over(w, home, over, of, team, jump["to"])
    if m.token(w)[home]["alive"] == 0:
        _ended(w, home, DONE)


@jit
def _end_repetitions(w: int, home: int, over: int) -> None:
    """Cancel what is repeated until strands are over; what has not begun never does (66)."""
    for strand in range(m.streams(w)[m.token(w)[home]["stream"]]["n_strands"]):
        if (over >> strand) & 1 == 1:
            ends = m.strands(w)[_strand(w, home, strand)]["ends"]
            m.token(w)[home]["begun"] |= ends
            cancel_strands(w, home, ends, -1)


@jit
def jump_back(w: int, t: int, j: int) -> None:
    """Let the strands on the way from another strand to here run again (43)."""
    jump, token = m.jumps(w)[j], m.token(w)[t]
    home = token["home"]
    others = _live(w, home) & ~(1 << token["strand"])
    again = runs_again(jump["again"], jump["once"], others)
    cancel_strands(w, home, again, t)
    shared = m.token(w)[home]
    shared["ran"] |= again & jump["once"] & shared["done"]
    shared["back"] = sent_back(shared["back"], shared["done"], again)
    shared["begun"] &= ~again
    shared["done"] &= ~again
    shared["passed"] &= ~again
    losers = m.strands(w)[_strand(w, home, jump["to"])]["cancels"]
    shared["begun"] |= (1 << jump["to"]) | losers
    cancel_strands(w, home, losers, t)
    m.at_strand(w)[_at(w, home, token["strand"])] = -1
    token["strand"] = jump["to"]
    m.at_strand(w)[_at(w, home, token["strand"])] = t
    m.lives(w)[token["life"]]["strand"] = token["strand"]


@jit
def _are_over(w: int, home: int, over: int, of: int, team: int, to: int) -> None:
    """Begin what waited for strands that are over, or is gone to, lowest strand first."""
    for strand in range(m.streams(w)[m.token(w)[home]["stream"]]["n_strands"]):
        if m.strands(w)[_strand(w, home, strand)]["before"] & over != 0 or strand == to:
            over |= _try_begin(w, home, strand, of, team)


@jit
def _try_begin(w: int, home: int, strand: int, of: int, team: int) -> int:
    """Begin a strand that has not begun, if enough of what it waits for is done (41).

    Returns its bit if it is over at once, because it is not repeated; else 0.
    """
    record, shared, bit = m.strands(w)[_strand(w, home, strand)], m.token(w)[home], 1 << strand
    if shared["begun"] & bit != 0:
        return 0
    before, need, back = record["before"], record["need"], shared["back"]
    if not may_begin(before, need, shared["done"], shared["passed"], back, bit):
        return 0
    shared["begun"] |= bit | record["cancels"]
    cancel_strands(w, home, record["cancels"], -1)
    if record["once"] == 1 and shared["ran"] & bit != 0:
        shared["done"] |= bit
        return bit
    t = take_slot(w)
    if t < 0:
        return 0
    token = m.token(w)[t]
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
    token["pc"] = record["start"]
    token["doing"] = BEGINS
    shared["alive"] += 1
    number_token(w, t, strand, of)
    token["team"] = team
    event = m.shape(w)[TOKENS] + 2 * t
    schedule(w, event, m.counter(w)[NOW], place(TOKEN_PHASE, token["token"]))
    return 0
