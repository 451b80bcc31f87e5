"""The flow program, performed: the counterpart of `reference.carrier`.

`advance` carries a token until it waits or leaves; nothing happens in between (semantics 10).
"""

from svcsim._jit import inlined, jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.asking import decided_at
from svcsim.engines.compiled.cell import goes_on, keep_people
from svcsim.engines.compiled.changes import bring, changed_factor, mark
from svcsim.engines.compiled.drawing import draw, left, times, way
from svcsim.engines.compiled.events import escalates_no_more, schedule
from svcsim.engines.compiled.features import (
    HAS_APPROVALS,
    HAS_BACKLOG,
    HAS_CHANGES,
    HAS_CHILDREN,
    HAS_ESCALATION,
    HAS_GATES,
    HAS_LEARNING,
    HAS_LIMITS,
    HAS_ODD_POOLS,
    HAS_QUANTITIES,
    HAS_SAME_PEOPLE,
    HAS_SCORES,
    HAS_STRANDS,
)
from svcsim.engines.compiled.item import join_strand, jump_back, jump_forward, leave, multiply
from svcsim.engines.compiled.limits import admits, limit_changed, retire, take_place
from svcsim.engines.compiled.lines import insert, node_in_line
from svcsim.engines.compiled.queues import first_pool, join
from svcsim.engines.compiled.record import append, room, wait
from svcsim.engines.compiled.spawn import spawn
from svcsim.engines.compiled.state import (
    AWAITING,
    DELAYED,
    FAULT,
    FULL_VISITS,
    GUARDS,
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
)
from svcsim.engines.compiled.token import tell_others
from svcsim.engines.compiled.working import free
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import REDIALLED, SENT_BACK, Kind, Op, Purpose, WhenFull
from svcsim.world.calendars import add_open
from svcsim.world.order import EVENTS_PER_TICK, Guard, Phase, place
from svcsim.world.quantiles import duration, for_each
from svcsim.world.rules import visit_factor

ENTER, SET, ADMIT, RETIRE = int(Op.ENTER), int(Op.SET), int(Op.ADMIT), int(Op.RETIRE)
DELAY, PATIENCE, SEIZE, WORK = int(Op.DELAY), int(Op.PATIENCE), int(Op.SEIZE), int(Op.WORK)
RELEASE, GATE, BRANCH, LEAVE = int(Op.RELEASE), int(Op.GATE), int(Op.BRANCH), int(Op.LEAVE)
SPAWN, JOIN, JUMP = int(Op.SPAWN), int(Op.JOIN), int(Op.JUMP)
REPEAT, ASK = int(Op.REPEAT), int(Op.ASK)
AWAIT, ESCALATE = int(Op.AWAIT), int(Op.ESCALATE)
MARK, EFFECT = int(Op.MARK), int(Op.EFFECT)
ESCALATE_TO, INSTANCES, KEEP = int(Op.ESCALATE_TO), int(Op.INSTANCES), int(Op.KEEP)
PATIENCE_PURPOSE, WORK_PURPOSE = int(Purpose.PATIENCE), int(Purpose.WORK)
WAIT_PURPOSE = int(Purpose.WAIT)
OUTCOME_PURPOSE, INCOMPLETE_PURPOSE = int(Purpose.OUTCOME), int(Purpose.INCOMPLETE)
REDIAL_PURPOSE = int(Purpose.REDIAL)
LIMIT_KIND, WAITS = int(Kind.LIMIT), int(WhenFull.WAIT)
GATE_KIND = int(Kind.GATE)
DEPENDENCY_KIND, HANDOVER_KIND = int(Kind.DEPENDENCY), int(Kind.HANDOVER)
HANDOVER, HANDOVER_PURPOSE = int(Op.HANDOVER), int(Purpose.HANDOVER)
ESCALATION = int(Guard.ESCALATION)
TOKEN_PHASE, GUARD_PHASE = int(Phase.TOKEN), int(Phase.GUARD)


@rare
def delay(w: int, t: int, until: int, kind: int, pc: int) -> None:
    """Let a token go on at an instruction when the time has come (4)."""
    token = m.token(w)[t]
    wait(w, t, DELAYED, kind)
    token["pc"] = pc
    schedule(w, m.shape(w)[TOKENS] + 2 * t, until, place(TOKEN_PHASE, token["token"]))


@rare
def drawn(w: int, t: int, step: int, row: int, purpose: int, factor: float) -> int:
    """Return a duration of this visit as `draw` does."""
    return draw(w, t, step, row, purpose, factor)


@jit
def takes_time(w: int, t: int, pc: int, purpose: int, factor: float, kind: int) -> bool:
    """Let a token go on behind an instruction after a drawn time, unless that is none (4)."""
    op, now = m.ops(w)[pc], m.counter(w)[NOW]
    ticks = drawn(w, t, op["step"], op["a"], purpose, factor)
    until = add_open(m.calendars(w), m.openings(w), op["b"], now, ticks)
    if until <= now:
        return False
    delay(w, t, until, kind, op["next"])
    return True


@inlined
def go(w: int, t: int, branch: int, taken: int) -> int:
    """Take a way, and note an outcome; return the instruction it leads to."""
    record = m.branches(w)[branch]
    if record["purpose"] == OUTCOME_PURPOSE and m.token(w)[t]["visit"] >= 0:
        m.visits(w)[m.token(w)[t]["visit"]]["outcome"] = taken
    if record["purpose"] == INCOMPLETE_PURPOSE and taken == 1 and m.token(w)[t]["visit"] >= 0:
        m.visits(w)[m.token(w)[t]["visit"]]["outcome"] = SENT_BACK
    if record["purpose"] == REDIAL_PURPOSE and taken == 0 and m.token(w)[t]["visit"] >= 0:
        m.visits(w)[m.token(w)[t]["visit"]]["outcome"] = REDIALLED
    return int(m.targets(w)[record["first_target"] + taken])


@rare
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
    local = token["counts"] * m.shape(w)[STEPS] + m.steps(w)[step]["local"]
    m.entries(w)[local] += 1
    token["nth"] = m.entries(w)[local]
    if HAS_STRANDS and token["counts"] != token["home"]:
        of_all = token["home"] * m.shape(w)[STEPS] + m.steps(w)[step]["local"]
        m.entries(w)[of_all] = max(m.entries(w)[of_all], token["nth"])
    if opens == 0:
        return
    n = room(w, m.visits(w), m.after_visits(w), N_VISITS, FULL_VISITS)
    if n < 0:
        return
    if token["visit"] >= 0:
        token["came"], token["worked"] = NEVER, -1
    escalates_no_more(w, t)
    if token["step"] != step:
        token["repeats"] = 0
    token["step"] = step
    if HAS_SCORES:
        token["work"] = 0
    token["visit"] = n
    visit, life = m.visits(w)[n], m.lives(w)[token["life"]]
    visit["item"] = token["item"]
    life["first_visit"] = append(m.after_visits(w), life["first_visit"], life["last_visit"], n)
    life["last_visit"] = n
    visit["step"] = step
    visit["visit"] = token["nth"]
    visit["entered"] = m.counter(w)[NOW]
    visit["started"] = NEVER
    visit["finished"] = NEVER
    visit["outcome"] = NONE


@inlined
def since(w: int, t: int) -> int:
    """Return since when a token waits that begins to wait now (53)."""
    now = m.counter(w)[NOW]
    if not HAS_BACKLOG:
        return int(now)
    return int(min(now, m.token(w)[t]["came"]) if now == 0 else now)


@jit
def worker(w: int, t: int) -> int:
    """Return the team that worked: the one that is written first of those chosen."""
    token = m.token(w)[t]
    if not HAS_ODD_POOLS or token["chosen"] == 0:
        return int(token["pool"])
    alternative = m.alternatives(w)[m.seizes(w)[token["seize"]]["first"] + token["chosen"]]
    return int(m.needs(w)[alternative["first"]]["pool"])


@rare
def from_others(w: int, t: int, k: int) -> bool:
    """Say whether a team that seize k does not ask worked on the item last."""
    team = m.token(w)[t]["team"]
    if team < 0:
        return False
    return not asks_for(w, k, team)


@jit
def asks_for(w: int, s: int, pool: int) -> bool:
    """Say whether any alternative of a seize needs people of a pool."""
    seize = m.seizes(w)[s]
    for a in range(seize["first"], seize["first"] + seize["n"]):
        first = m.alternatives(w)[a]["first"]
        for k in range(first, first + m.alternatives(w)[a]["n"]):
            if m.needs(w)[k]["pool"] == pool:
                return True
    return False


@inlined
def _ask_for(w: int, t: int, pc: int) -> None:
    """Note whose work is asked for, and how long it takes."""
    token, op = m.token(w)[t], m.ops(w)[pc]
    step = op["step"]
    f = visit_factor(m.steps(w)[step]["repeat"], m.steps(w)[step]["n_repeat"], token["nth"])
    factor = m.factors(w)[f] if f >= 0 else 1.0
    if HAS_CHANGES and m.steps(w)[step]["touch_slot"] > 0:
        factor = changed_factor(w, t, m.steps(w)[step]["touch_slot"], factor)
    token["seize"] = m.by_class(w)[op["a"], token["cls"]]
    token["pool"] = first_pool(w, t, 0)
    if HAS_BACKLOG and token["worked"] >= 0:
        token["remaining"] = left(w, t, step, op["b"])
        token["drawn"] = token["remaining"] + token["worked"]
        token["fresh"] = 0
    else:
        if HAS_LEARNING:
            token["fresh"] = 1
        token["drawn"] = token["remaining"] = draw(w, t, step, op["b"], WORK_PURPOSE, factor)
    if len(m.expected(w)) > 0:
        law = m.by_class(w)[op["b"] if op["d"] < 0 else op["d"], token["cls"]]
        x = m.expected(w)[law]
        if HAS_QUANTITIES:
            x = for_each(x, times(w, t, law))
        token["expected"] = duration(x, factor)
    token["pc"] = op["next"]


@rare
def keep(w: int, t: int, pc: int) -> None:
    """Let the people of the step before go on with this one (71)."""
    m.token(w)[t]["team"] = worker(w, t)
    _ask_for(w, t, pc)
    keep_people(w, t)


@jit
def seize(w: int, t: int, pc: int) -> None:
    """Queue for people, with the work drawn and perhaps a guard."""
    token, op = m.token(w)[t], m.ops(w)[pc]
    _ask_for(w, t, pc)
    token["number"] = m.counter(w)[N_REQUESTS]
    m.counter(w)[N_REQUESTS] += 1
    token["since"] = since(w, t)
    token["setup"] = op["c"] if op["c"] > 0 and from_others(w, t, token["seize"]) else 0
    token["only"] = -1
    token["bound"] = 0
    token["starts"] = 0
    token["started"] = 0
    join(w, t)
    if HAS_BACKLOG and token["worked"] >= 0:
        token["worked"] = -1
        if goes_on(w, t):
            token["patience"] = -1
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
            token["team"] = worker(w, t)
        elif code == LEAVE:
            m.visits(w)[token["visit"]]["finished"] = m.counter(w)[NOW]
            escalates_no_more(w, t)
        elif HAS_LIMITS and code == RETIRE:
            retire(w, t, op["a"])
        elif HAS_CHILDREN and code == SPAWN:
            spawn(w, t, op["a"])
        elif code == DELAY:
            factor = 1.0
            if HAS_CHANGES and op["d"] == WAIT_PURPOSE and m.steps(w)[step]["wait_slot"] > 0:
                factor = changed_factor(w, t, m.steps(w)[step]["wait_slot"], factor)
            if takes_time(w, t, pc, op["d"], factor, op["c"]):
                return
        elif code == PATIENCE:
            token["patience"] = drawn(w, t, step, op["a"], PATIENCE_PURPOSE, 1.0)
            token["gives_up_to"] = op["b"]
        elif HAS_GATES and code == GATE:
            gate = op["a"]
            wait(w, t, SUBMITTED, m.gates(w)[gate]["cause"])
            token["pc"] = pc
            token["hearings"] = 0
            rank = token["rank"] if m.gates(w)[gate]["by_rank"] == 1 else 0
            line = m.shape(w)[POOLS] + m.shape(w)[LIMITS] + gate
            insert(w, line, node_in_line(w, t, 0), rank, since(w, t), token["token"])
            return
        elif HAS_APPROVALS and code == ASK:
            until = decided_at(w, t, step, op["a"])
            if until > m.counter(w)[NOW]:
                delay(w, t, until, GATE_KIND, op["next"])
                return
        elif HAS_LIMITS and code == ADMIT:
            limit = op["a"]
            if m.holds(w)[t * m.shape(w)[LIMITS] + limit] == 0:
                if m.limits(w)[limit]["when_full"] == WAITS:
                    wait(w, t, OUTSIDE, LIMIT_KIND)
                    token["pc"] = op["next"]
                    token["limit"] = limit
                    line = m.shape(w)[POOLS] + limit
                    came = since(w, t)
                    insert(w, line, node_in_line(w, t, 0), token["rank"], came, token["token"])
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
            if HAS_STRANDS and token["strand"] >= 0 and (op["a"] >= 0 or op["b"] >= 0):
                tell_others(w, t)
        elif HAS_CHILDREN and code == AWAIT:
            if token["awaited"] >= 0:
                wait(w, t, AWAITING, DEPENDENCY_KIND)
                token["pc"] = op["next"]
                return
        elif code == HANDOVER:
            if from_others(w, t, m.by_class(w)[op["c"], token["cls"]]):
                if takes_time(w, t, pc, HANDOVER_PURPOSE, 1.0, HANDOVER_KIND):
                    return
        elif HAS_ESCALATION and code == ESCALATE:
            token["escalates_to"] = NEVER
            if op["c"] >= 0:
                token["escalates_to"] = m.by_class(w)[op["c"], token["cls"]]
            token["escapes_to"] = NONE
            token["unless_started"] = op["d"]
            after, now = m.by_class(w)[op["a"], token["cls"]], m.counter(w)[NOW]
            until = add_open(m.calendars(w), m.openings(w), op["b"], now, after)
            guard = (token["token"] << 8) | ESCALATION
            schedule(w, m.shape(w)[GUARDS] + t, until, place(GUARD_PHASE, guard))
        elif HAS_ESCALATION and code == ESCALATE_TO:
            token["escapes_to"] = op["a"]
        elif HAS_STRANDS and code == REPEAT:
            token["repeats"] += 1
            if op["a"] == 0 or token["repeats"] < op["a"]:
                pc = op["b"]
                continue
        elif HAS_CHANGES and code == MARK:
            mark(w, t, op["a"], m.by_class(w)[op["b"], token["cls"]], op["c"])
        elif HAS_CHANGES and code == EFFECT:
            bring(w, t, op["a"], step)
        elif HAS_SAME_PEOPLE and code == KEEP:
            keep(w, t, pc)
            return
        elif HAS_STRANDS and code == JOIN:
            join_strand(w, t, op["b"] == 1)
            return
        elif HAS_STRANDS and code == INSTANCES:
            if multiply(w, t, op["a"], step, op["next"]):
                return
            pc = op["b"]
            continue
        elif HAS_STRANDS and code == JUMP:
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
