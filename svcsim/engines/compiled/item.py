"""What the tokens of an item share: its strands (41, 43); the counterpart of `reference.item`."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.features import HAS_LIMITS, HAS_STRANDS
from svcsim.engines.compiled.limits import retire
from svcsim.engines.compiled.slots import take_slot
from svcsim.engines.compiled.state import (
    STEPS,
    STRANDS,
)
from svcsim.engines.compiled.token import (
    begin_token,
    cancel_strands,
    end_token,
    item_leaves,
    put_in,
    strand_at,
    take_out,
)
from svcsim.model.arrays import NONE
from svcsim.model.codes import Outcome, Purpose
from svcsim.world.draws import child_key, uniform
from svcsim.world.quantiles import choose
from svcsim.world.rules import instances_needed
from svcsim.world.strands import may_begin, runs_again, sent_back

DONE, COUNT = int(Outcome.DONE), int(Purpose.COUNT)


@inlined
def _strand(w: int, home: int, strand: int) -> int:
    """Return where the record of a strand of an item stands."""
    return int(m.streams(w)[m.token(w)[home]["stream"]]["first_strand"] + strand)


@inlined
def _live(w: int, home: int) -> int:
    """Return the strands in which a token is, as bits."""
    bits = 0
    for strand in range(m.shape(w)[STRANDS]):
        if m.at_strand(w)[strand_at(w, home, strand)] >= 0:
            bits |= 1 << strand
    return bits


@jit
def leave(w: int, t: int, outcome: int) -> None:
    """Leave the stream by one of its tokens; whatever else runs is cancelled (42)."""
    token = m.token(w)[t]
    home = token["home"]
    if HAS_STRANDS and token["strand"] >= 0:
        cancel_strands(w, home, -1, t)
        end_token(w, t)
    elif HAS_LIMITS:
        retire(w, t, -1)
    item_leaves(w, home, outcome)


@jit
def join_strand(w: int, t: int, passed: bool) -> None:
    """Let a token's strand be done, or passed by, and begin what waited for it (41)."""
    home, strand, of = m.token(w)[t]["home"], m.token(w)[t]["strand"], m.token(w)[t]["life"]
    team, several = m.token(w)[t]["team"], m.token(w)[t]["counts"] != home
    end_token(w, t)
    if several:
        m.lacking(w)[strand_at(w, home, strand)] -= 1
        if m.lacking(w)[strand_at(w, home, strand)] > 0:
            return
        cancel_strands(w, home, 1 << strand, -1)
    if passed:
        m.token(w)[home]["passed"] |= 1 << strand
    else:
        m.token(w)[home]["done"] |= 1 << strand
    _end_repetitions(w, home, 1 << strand)
    _are_over(w, home, 1 << strand, of, team, NONE)
    if m.token(w)[home]["alive"] == 0:
        item_leaves(w, home, DONE)


@jit
def jump_forward(w: int, t: int, j: int) -> None:
    """Pass some strands by on the way to another (43)."""
    jump, home, of = m.jumps(w)[j], m.token(w)[t]["home"], m.token(w)[t]["life"]
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
        item_leaves(w, home, DONE)


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
    take_out(w, t)
    token["strand"] = jump["to"]
    put_in(w, t, token["strand"])
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
    if t >= 0:
        begin_token(w, t, home, strand, of, team, record["start"])
    return 0


@jit
def multiply(w: int, t: int, i: int, step: int, start: int) -> bool:
    """Let a drawn number of tokens go on instead of one, each with a key of its own (41, 60).

    Returns whether there are any.
    """
    token, record, tag = m.token(w)[t], m.instances(w)[i], m.steps(w)[step]["tag"]
    home, strand, of, team = token["home"], token["strand"], token["life"], token["team"]
    hi, lo, count = token["hi"], token["lo"], m.counts(w)[record["count"]]
    u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, tag, 0, COUNT, 0)
    n = count["offset"] + choose(m.factors(w), count["first"], count["n"], u)
    if n == 0:
        return False
    end_token(w, t)
    needed = instances_needed(n, record["need"], record["need_share"])
    m.lacking(w)[strand_at(w, home, strand)] = needed
    steps = m.shape(w)[STEPS]
    for index in range(n):
        c = take_slot(w)
        if c < 0:
            return True
        begin_token(w, c, home, strand, of, team, start)
        one = m.token(w)[c]
        one["hi"], one["lo"] = child_key(hi, lo, tag, 0, index)
        one["counts"] = c
        for k in range(steps):
            m.entries(w)[c * steps + k] = m.entries(w)[home * steps + k]
    return True
