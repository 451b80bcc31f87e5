"""The flow program, performed: the counterpart of `reference.carrier`.

`advance` carries a token until it waits or leaves; nothing happens in between (semantics 10).
"""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.cell import free, join
from svcsim.engines.compiled.changes import bring, mark, touch_factor
from svcsim.engines.compiled.events import schedule
from svcsim.engines.compiled.item import join_strand, jump_back, jump_forward, leave, tell_others
from svcsim.engines.compiled.limits import admits, limit_changed, retire, take_place
from svcsim.engines.compiled.lines import insert
from svcsim.engines.compiled.record import wait
from svcsim.engines.compiled.spawn import spawn
from svcsim.engines.compiled.state import (
    DELAYED,
    FAULT,
    FULL_VISITS,
    LIMITS,
    N_REQUESTS,
    N_VISITS,
    NOW,
    OUTSIDE,
    POOLS,
    STEPS,
    STORM,
    SUBMITTED,
    TOKENS,
    TOO_LONG,
    WHERE,
    WIDTH,
)
from svcsim.model.arrays import NEVER, NONE, SENT_BACK, Kind, Op, Purpose, WhenFull
from svcsim.world.calendars import add_open
from svcsim.world.draws import uniform
from svcsim.world.order import EVENTS_PER_TICK, Phase, place
from svcsim.world.quantiles import choose, duration, quantile
from svcsim.world.rules import branch_row, visit_factor

ENTER, SET, ADMIT, RETIRE = int(Op.ENTER), int(Op.SET), int(Op.ADMIT), int(Op.RETIRE)
DELAY, PATIENCE, SEIZE, WORK = int(Op.DELAY), int(Op.PATIENCE), int(Op.SEIZE), int(Op.WORK)
RELEASE, GATE, BRANCH, LEAVE = int(Op.RELEASE), int(Op.GATE), int(Op.BRANCH), int(Op.LEAVE)
SPAWN, JOIN, JUMP = int(Op.SPAWN), int(Op.JOIN), int(Op.JUMP)
REPEAT, MARK, EFFECT = int(Op.REPEAT), int(Op.MARK), int(Op.EFFECT)
PATIENCE_PURPOSE, WORK_PURPOSE = int(Purpose.PATIENCE), int(Purpose.WORK)
OUTCOME_PURPOSE, INCOMPLETE_PURPOSE = int(Purpose.OUTCOME), int(Purpose.INCOMPLETE)
LIMIT_KIND, WAITS = int(Kind.LIMIT), int(WhenFull.WAIT)
TOKEN_PHASE, GUARD_PHASE = int(Phase.TOKEN), int(Phase.GUARD)


@inlined
def draw(w: int, t: int, step: int, row: int, purpose: int, factor: float) -> int:
    """Return a duration of this visit in ticks; -1, and a fault, if it is out of range (2)."""
    token = m.token(w)[t]
    tag = m.steps(w)[step]["tag"]
    visit = token["nth"]
    u = uniform(m.key(w)[0], m.key(w)[1], token["hi"], token["lo"], tag, visit, purpose, 0)
    x = quantile(m.distributions(w), m.pieces(w), m.tables(w), m.by_class(w)[row, token["cls"]], u)
    ticks = duration(x, factor)
    if ticks < 0:
        m.counter(w)[FAULT] = TOO_LONG
        m.counter(w)[WHERE] = step
    return int(ticks)


@jit
def way(w: int, t: int, step: int, branch: int, hearings: int) -> int:
    """Return which way a token goes at a branch (11, 13, 61)."""
    record, token = m.branches(w)[branch], m.token(w)[t]
    if record["purpose"] < 0:
        return int(token["cls"])
    visit = token["nth"]
    first = branch_row(
        record["shares"],
        record["n"],
        record["levels"],
        record["n_classes"],
        record["last_row"],
        record["max_visits"],
        token["cls"],
        visit,
    )
    u = uniform(
        m.key(w)[0],
        m.key(w)[1],
        token["hi"],
        token["lo"],
        m.steps(w)[step]["tag"],
        0 if record["sticky"] == 1 else visit,
        record["purpose"],
        hearings & 255,
    )
    return choose(m.factors(w), first, record["n"], u)


@inlined
def go(w: int, t: int, branch: int, taken: int) -> int:
    """Take a way, and note an outcome; return the instruction it leads to."""
    record = m.branches(w)[branch]
    if record["purpose"] == OUTCOME_PURPOSE and m.token(w)[t]["visit"] >= 0:
        m.visits(w)[m.token(w)[t]["visit"]]["outcome"] = taken
    if record["purpose"] == INCOMPLETE_PURPOSE and taken == 1 and m.token(w)[t]["visit"] >= 0:
        m.visits(w)[m.token(w)[t]["visit"]]["outcome"] = SENT_BACK
    return int(m.targets(w)[record["first_target"] + taken])


@jit
def due_date(w: int, row: int, calendar: int, cls: int) -> int:
    """Return the due date that is so many ticks of a calendar away."""
    if row < 0 or m.by_class(w)[row, cls] < 0:
        return NEVER
    return add_open(
        m.calendars(w), m.openings(w), calendar, m.counter(w)[NOW], m.by_class(w)[row, cls]
    )


@jit
def enter(w: int, t: int, step: int, opens: int) -> None:
    """Count a visit, and open its row."""
    token = m.token(w)[t]
    local = token["home"] * m.shape(w)[STEPS] + m.steps(w)[step]["local"]
    m.entries(w)[local] += 1
    token["nth"] = m.entries(w)[local]
    if opens == 0:
        return
    n = m.counter(w)[N_VISITS]
    if n == len(m.visits(w)):
        m.counter(w)[FAULT] = FULL_VISITS
        return
    m.counter(w)[N_VISITS] = n + 1
    if token["step"] != step:
        token["repeats"] = 0
    token["step"] = step
    token["visit"] = n
    visit = m.visits(w)[n]
    visit["item"] = token["item"]
    visit["token"] = token["token"]
    visit["step"] = step
    visit["visit"] = token["nth"]
    visit["entered"] = m.counter(w)[NOW]
    visit["started"] = NEVER
    visit["finished"] = NEVER
    visit["outcome"] = NONE


@jit
def seize(w: int, t: int, pc: int) -> None:
    """Queue for people, with the work drawn and perhaps a guard."""
    token, op = m.token(w)[t], m.ops(w)[pc]
    step = op["step"]
    f = visit_factor(m.steps(w)[step]["repeat"], m.steps(w)[step]["n_repeat"], token["nth"])
    factor = m.factors(w)[f] if f >= 0 else 1.0
    if m.steps(w)[step]["touch_slot"] > 0:
        factor = touch_factor(w, t, m.steps(w)[step]["touch_slot"], factor)
    token["seize"] = m.by_class(w)[op["a"], token["cls"]]
    token["drawn"] = token["remaining"] = draw(w, t, step, op["b"], WORK_PURPOSE, factor)
    token["number"] = m.counter(w)[N_REQUESTS]
    m.counter(w)[N_REQUESTS] += 1
    token["since"] = m.counter(w)[NOW]
    token["setup"] = 0
    token["only"] = -1
    token["started"] = 0
    token["pc"] = op["next"]
    join(w, t)
    if token["patience"] >= 0:
        tick = m.counter(w)[NOW] + token["patience"]
        guard = m.shape(w)[TOKENS] + 2 * t + 1
        schedule(w, guard, tick, place(GUARD_PHASE, token["token"] << 8))
        token["patience"] = -1


@jit
def advance(w: int, t: int) -> None:
    """Perform instructions until the token waits or leaves."""
    token = m.token(w)[t]
    pc = token["pc"]
    performed = 0
    while m.counter(w)[FAULT] == 0:
        op = m.ops(w)[pc]
        code, step = op["code"], op["step"]
        performed += 1
        if performed > EVENTS_PER_TICK:
            m.counter(w)[FAULT] = STORM
            m.counter(w)[WHERE] = token["item"]
        elif code == BRANCH:
            pc = go(w, t, op["a"], way(w, t, step, op["a"], 0))
            continue
        elif code == ENTER:
            enter(w, t, step, op["a"])
        elif code == SEIZE:
            seize(w, t, pc)
            return
        elif code == RELEASE:
            free(w, t)
        elif code == LEAVE:
            m.visits(w)[token["visit"]]["finished"] = m.counter(w)[NOW]
        elif code == RETIRE:
            retire(w, t, op["a"])
        elif code == SPAWN:
            spawn(w, t, op["a"])
        elif code == DELAY:
            ticks = draw(w, t, step, op["a"], op["d"], 1.0)
            until = add_open(m.calendars(w), m.openings(w), op["b"], m.counter(w)[NOW], ticks)
            if until > m.counter(w)[NOW]:
                wait(w, t, DELAYED, op["c"])
                token["pc"] = op["next"]
                order = place(TOKEN_PHASE, token["token"])
                schedule(w, m.shape(w)[TOKENS] + 2 * t, until, order)
                return
        elif code == PATIENCE:
            token["patience"] = draw(w, t, step, op["a"], PATIENCE_PURPOSE, 1.0)
            token["gives_up_to"] = op["b"]
        elif code == GATE:
            gate = op["a"]
            wait(w, t, SUBMITTED, m.gates(w)[gate]["cause"])
            token["pc"] = pc
            token["hearings"] = 0
            rank = token["rank"] if m.gates(w)[gate]["by_rank"] == 1 else 0
            line = m.shape(w)[POOLS] + m.shape(w)[LIMITS] + gate
            insert(w, line, t * m.shape(w)[WIDTH], rank, m.counter(w)[NOW], token["token"])
            return
        elif code == ADMIT:
            limit = op["a"]
            if m.holds(w)[t * m.shape(w)[LIMITS] + limit] == 0:
                if m.limits(w)[limit]["when_full"] == WAITS:
                    wait(w, t, OUTSIDE, LIMIT_KIND)
                    token["pc"] = op["next"]
                    token["limit"] = limit
                    line = m.shape(w)[POOLS] + limit
                    now = m.counter(w)[NOW]
                    insert(w, line, t * m.shape(w)[WIDTH], token["rank"], now, token["token"])
                    limit_changed(w, limit)
                    return
                if not admits(w, t, limit):
                    pc = op["b"]
                    continue
                take_place(w, t, limit)
        elif code == SET:
            if op["a"] >= 0:
                token["rank"] = m.by_class(w)[op["a"], token["cls"]]
            if op["b"] >= 0:
                token["due"] = due_date(w, op["b"], op["c"], token["cls"])
            if token["strand"] >= 0 and (op["a"] >= 0 or op["b"] >= 0):
                tell_others(w, t)
        elif code == REPEAT:
            token["repeats"] += 1
            if op["a"] == 0 or token["repeats"] < op["a"]:
                pc = op["b"]
                continue
        elif code == MARK:
            mark(w, t, op["a"], m.by_class(w)[op["b"], token["cls"]])
        elif code == EFFECT:
            bring(w, t, op["a"], step)
        elif code == JOIN:
            join_strand(w, t, op["b"] == 1)
            return
        elif code == JUMP:
            jump = m.jumps(w)[op["a"]]
            if jump["back"] == 0:
                jump_forward(w, t, op["a"])
                return
            jump_back(w, t, op["a"])
            pc = jump["start"]
            continue
        else:  # END
            leave(w, t, op["a"])
            return
        pc = op["next"]
