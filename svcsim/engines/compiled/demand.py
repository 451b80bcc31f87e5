"""How items come: the counterpart of `reference.demand`."""

import numpy as np

from svcsim._jit import inlined, jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.carrier import due_date
from svcsim.engines.compiled.changes import comes, draw_family
from svcsim.engines.compiled.events import carry, schedule
from svcsim.engines.compiled.families import found_family, is_child_of
from svcsim.engines.compiled.features import HAS_BACKLOG, HAS_CHANGES, HAS_NOTICES, HAS_QUANTITIES
from svcsim.engines.compiled.record import room, write_row
from svcsim.engines.compiled.slots import give_slot_back, take_for_unborn, take_slot
from svcsim.engines.compiled.state import (
    BORN,
    END,
    FAULT,
    FULL_ITEMS,
    N_ITEMS,
    NOW,
    STEPS,
    TOKENS,
    TOO_LONG,
    WHERE,
)
from svcsim.engines.compiled.token import number_token
from svcsim.model.arrays import NEVER, NONE, Integers
from svcsim.model.codes import BACKLOG_LAYER, TRIGGERED, Arrivals, Kind, Purpose
from svcsim.world.calendars import take_open
from svcsim.world.demand import date_at, day_level, end_on_days, level_at, operational_end
from svcsim.world.draws import LARGEST, child_key, root_key, uniform
from svcsim.world.order import Phase, arrival_order, place
from svcsim.world.quantiles import choose, duration, quantile

POISSON, RENEWAL = int(Arrivals.POISSON), int(Arrivals.RENEWAL)
GAP, MARK = int(Purpose.GAP), int(Purpose.MARK)
CLASS, COUNT = int(Purpose.CLASS), int(Purpose.COUNT)
BACKLOG, BEFORE_START = int(Purpose.BACKLOG), int(Kind.BEFORE_START)
NOTICE, QUANTITY = int(Purpose.NOTICE), int(Purpose.QUANTITY)
ARRIVAL_PHASE = int(Phase.ARRIVAL)


@jit
def next_arrival(w: int, k: int, tick: int) -> None:
    """Schedule the next item of a source after its last candidate at `tick` (50, 52)."""
    source = m.source(w)[k]
    if HAS_BACKLOG and source["stream"] < 0:
        if source["ordinal"] == 0:
            source["ordinal"] = 1
            schedule(w, k, 0, place(ARRIVAL_PHASE, 0))
        return
    stream = m.streams(w)[source["stream"]]
    k0, k1, tag, origin = m.key(w)[0], m.key(w)[1], stream["tag"], stream["origin"]
    first, n = stream["first_rate"], stream["n_rates"]
    if stream["arrivals"] == POISSON:
        accepted = False
        while not accepted:
            hi, lo = root_key(source["layer"], source["ordinal"], origin)
            u = uniform(k0, k1, hi, lo, tag, 0, GAP, 0)
            x = quantile(m.distributions(w), m.pieces(w), m.tables(w), stream["gap"], u)
            gap = duration(x, 1.0)
            if gap < 0:
                m.counter(w)[FAULT] = TOO_LONG
                m.counter(w)[WHERE] = NONE
                return
            tick += gap
            if tick >= m.counter(w)[END]:
                return
            wanted = _level(w, k, tick) * stream["rate_most"]
            accepted = source["layer"] + LARGEST < wanted
            if not accepted and source["layer"] < wanted:
                accepted = source["layer"] + uniform(k0, k1, hi, lo, tag, 0, MARK, 0) < wanted
            source["ordinal"] += 1
    elif stream["arrivals"] == RENEWAL:
        hi, lo = root_key(0, source["ordinal"], origin)
        u = uniform(k0, k1, hi, lo, tag, 0, GAP, 0)
        x = quantile(m.distributions(w), m.pieces(w), m.tables(w), stream["gap"], u)
        if stream["day_level"] >= 0:
            tick = end_on_days(
                m.rates(w), first, n, tick, x, m.distributions(w), m.pieces(w), m.tables(w),
                stream["day_level"], k0, k1, tag,
            )  # fmt: skip
        else:
            tick = operational_end(m.rates(w), first, n, tick, x)
        source["ordinal"] += 1
    else:
        row = source["ordinal"]
        if row == stream["n_replay"]:
            return
        tick = m.replay(w)[stream["first_replay"] + row]["tick"]
        source["ordinal"] += 1
    if tick < m.counter(w)[END]:
        layer = source["layer"]
        schedule(w, k, tick, place(ARRIVAL_PHASE, arrival_order(stream["order"], layer)))


@inlined
def _level(w: int, k: int, tick: int) -> float:
    """Return the level of a source's stream at a tick, which is not before the last (50, 52)."""
    source = m.source(w)[k]
    stream = m.streams(w)[source["stream"]]
    first, last = stream["first_rate"], stream["n_rates"] - 1
    while source["rate"] < last and m.rates(w)[first + source["rate"] + 1]["tick"] <= tick:
        source["rate"] += 1
    rate = m.rates(w)[first + source["rate"]]
    if stream["day_level"] < 0:
        return float(rate["level"])
    if source["date"] != rate["date"]:
        source["date"] = rate["date"]
        source["day_level"] = day_level(
            m.distributions(w), m.pieces(w), m.tables(w), stream["day_level"], m.key(w)[0],
            m.key(w)[1], stream["tag"], rate["date"],
        )  # fmt: skip
    return float(rate["level"] * source["day_level"])


@rare
def arrive(w: int, k: int) -> None:
    """Create the item, or the members of the batch, whose tick has come."""
    source = m.source(w)[k]
    if HAS_BACKLOG and source["stream"] < 0:
        be_there(w)
        return
    stream = m.streams(w)[source["stream"]]
    layer, ordinal, cls = source["layer"], source["ordinal"] - 1, NONE
    if stream["arrivals"] == POISSON or stream["arrivals"] == RENEWAL:
        hi, lo = root_key(layer, ordinal, stream["origin"])
        if HAS_CHANGES and stream["arrivals"] == POISSON and stream["rate_slot"] > 0:
            first, n, now = stream["first_rate"], stream["n_rates"], m.counter(w)[NOW]
            level = level_at(m.rates(w), first, n, now)
            if stream["day_level"] >= 0:
                level *= day_level(
                    m.distributions(w), m.pieces(w), m.tables(w), stream["day_level"],
                    m.key(w)[0], m.key(w)[1], stream["tag"], date_at(m.rates(w), first, n, now),
                )  # fmt: skip
            level *= m.slot(w)[stream["rate_slot"]]["value"]
            u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, stream["tag"], 0, MARK, 0)
            if layer + u >= level:
                return
    else:
        record = m.replay(w)[stream["first_replay"] + ordinal]
        layer, ordinal, cls = NONE, record["row"], record["cls"]
        hi, lo = root_key(0, ordinal, stream["origin"])
    members = 1
    if stream["batch"] >= 0:
        count = m.counts(w)[stream["batch"]]
        u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, stream["tag"], 0, COUNT, 0)
        members = count["offset"] + choose(m.factors(w), count["first"], count["n"], u)
    for index in range(members):
        member, a, b = NONE, hi, lo
        if stream["batch"] >= 0:
            member = index
            a, b = child_key(hi, lo, stream["tag"], 0, index)
        if HAS_NOTICES and stream["noticed"] == 1:
            announce(w, k, a, b, member)
        else:
            create(w, source["stream"], a, b, layer, ordinal, member, cls)


@rare
def announce(w: int, k: int, hi: int, lo: int, member: int) -> None:
    """Let an item come as long before its event as its notice says (68)."""
    source = m.source(w)[k]
    stream = m.streams(w)[source["stream"]]
    event = m.replay(w)[stream["first_replay"] + source["ordinal"] - 1]
    cls = draw_class(w, source["stream"], hi, lo)
    u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, stream["tag"], 0, NOTICE, 0)
    law = m.by_class(w)[stream["notice_row"], cls]
    notice = duration(quantile(m.distributions(w), m.pieces(w), m.tables(w), law, u), 1.0)
    if notice < 0:
        m.counter(w)[FAULT] = TOO_LONG
        m.counter(w)[WHERE] = NONE
        return
    c = stream["notice_calendar"]
    tick = take_open(m.calendars(w), m.openings(w), c, event["event"], notice)
    source["row"] += 1
    if tick < 0 or tick >= m.counter(w)[END]:
        return
    t = take_for_unborn(w, hi, lo, event["row"], member)
    if t < 0:
        return
    unborn = m.token(w)[t]
    unborn["spawn"] = NONE
    unborn["stream"] = source["stream"]
    unborn["cls"] = cls
    unborn["due"] = event["event"]
    order = arrival_order(stream["order"], source["row"])
    schedule(w, m.shape(w)[TOKENS] + 2 * t, tick, place(ARRIVAL_PHASE, order))


@rare
def come(w: int, t: int) -> None:
    """Create the item that was announced and stands in a slot (68)."""
    token = m.token(w)[t]
    v, hi, lo, cls, due = token["stream"], token["hi"], token["lo"], token["cls"], token["due"]
    row, member = token["hearings"], token["only"]
    give_slot_back(w, t)
    t = create(w, v, hi, lo, NONE, row, member, cls)
    if t >= 0 and m.streams(w)[v]["due_row"] < 0:
        m.token(w)[t]["due"] = due


@rare
def create(
    w: int, v: int, hi: int, lo: int, layer: int, ordinal: int, member: int, cls: int
) -> int:
    """Create one item that comes from outside, unless less of its family comes by now (51).

    Return its slot, or -1.
    """
    family = NONE
    if HAS_CHANGES and m.streams(w)[v]["n_families"] > 0:
        family = draw_family(w, v, hi, lo)
        if not comes(w, v, hi, lo, family):
            return -1
    t = take_slot(w)
    if t >= 0:
        begin(w, t, v, hi, lo, cls, family, layer, ordinal, member)
    return int(t)


@rare
def draw_class(w: int, v: int, hi: int, lo: int) -> int:
    """Return the class of an item of a stream."""
    stream = m.streams(w)[v]
    u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, stream["tag"], 0, CLASS, 0)
    return int(choose(m.factors(w), stream["class_shares"], stream["n_classes"], u))


@rare
def draw_quantity(w: int, v: int, hi: int, lo: int, cls: int) -> int:
    """Return the quantity of an item of a class of a stream (72)."""
    stream = m.streams(w)[v]
    count = m.counts(w)[m.by_class(w)[stream["quantity_row"], cls]]
    u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, stream["tag"], 0, QUANTITY, 0)
    return int(count["offset"] + choose(m.factors(w), count["first"], count["n"], u))


@rare
def be_there(w: int) -> None:
    """Create the items of the backlog, those first that came to their step first (53)."""
    n = 0
    for r in range(len(m.backlog(w))):
        n += m.backlog(w)[r]["items"]
    came, age = np.empty(n, np.int64), np.empty(n, np.int64)
    row, which = np.empty(n, np.int64), np.empty(n, np.int64)
    k = 0
    for r in range(len(m.backlog(w))):
        record = m.backlog(w)[r]
        for ordinal in range(record["items"]):
            hi, lo = root_key(record["entry"], ordinal, record["origin"])
            age[k] = max(1, _ago(w, record["stream"], hi, lo, record["age"], 0, record["step"]))
            since = age[k]
            if record["since"] >= 0:
                ago = _ago(w, record["stream"], hi, lo, record["since"], 1, record["step"])
                since = min(since, ago)
            came[k], row[k], which[k] = -since, r, ordinal
            k += 1
    for k in _in_order(came):
        record = m.backlog(w)[row[k]]
        t = take_slot(w)
        if t < 0:
            return
        hi, lo = root_key(record["entry"], which[k], record["origin"])
        layer = BACKLOG_LAYER - record["entry"]
        begin(w, t, record["stream"], hi, lo, record["cls"], NONE, layer, which[k], NONE)
        if m.counter(w)[FAULT] != 0:
            return
        token = m.token(w)[t]
        m.items(w)[token["item"]]["arrived"] = -age[k]
        token["due"] = token["due"] if token["due"] == NEVER else token["due"] - age[k]
        token["step"] = record["step"]
        write_row(w, t, BEFORE_START, -age[k], 0)
        token["step"] = -1
        m.lives(w)[token["life"]]["began"] = -age[k]
        token["pc"] = record["start"]
        token["came"] = came[k]
        token["worked"] = -came[k] if record["working"] == 1 else -1


@jit
def _in_order(came: Integers) -> Integers:
    """Return the numbers of items by tick, then as they stand: by stream, entry, ordinal.

    A Shell sort; numpy's takes a tenth of the time that it takes to compile the whole kernel.
    """
    order = np.empty(len(came), np.int64)
    for i in range(len(came)):
        order[i] = i
    gap = len(came) >> 1
    while gap > 0:
        for i in range(gap, len(came)):
            k, j = order[i], i
            while j >= gap and (
                came[order[j - gap]] > came[k]
                or (came[order[j - gap]] == came[k] and order[j - gap] > k)
            ):
                order[j] = order[j - gap]
                j -= gap
            order[j] = k
        gap >>= 1
    return order


@inlined
def _ago(w: int, v: int, hi: int, lo: int, drawn: int, sub: int, step: int) -> int:
    """Return how long ago something was."""
    tag = m.streams(w)[v]["tag"]
    u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, tag, 0, BACKLOG, sub)
    ticks = duration(quantile(m.distributions(w), m.pieces(w), m.tables(w), drawn, u), 1.0)
    if ticks < 0:
        m.counter(w)[FAULT] = TOO_LONG
        m.counter(w)[WHERE] = step
    return int(ticks)


@rare
def birth(w: int, t: int) -> None:
    """Create the child that stands in a token's slot (semantics 44), or what was announced."""
    token = m.token(w)[t]
    if token["spawn"] < 0:
        come(w, t)
        return
    record = m.spawns(w)[token["spawn"]]
    parent, rank, due, quantity = token["parent"], token["rank"], token["due"], token["quantity"]
    hi, lo, cls, family = token["hi"], token["lo"], token["cls"], token["family"]
    begin(w, t, record["stream"], hi, lo, cls, family, NONE, token["hearings"], token["only"])
    if m.counter(w)[FAULT] != 0:
        return
    m.items(w)[token["item"]]["site"] = record["step"]
    is_child_of(w, token["item"], parent)
    if record["inherit_rank"] == 1:
        token["rank"] = rank
    if record["inherit_due"] == 1:
        token["due"] = due
    if HAS_QUANTITIES and record["inherit_quantity"] == 1:
        m.items(w)[token["item"]]["quantity"] = quantity


@rare
def make(w: int, i: int) -> None:
    """Create the item that a trigger makes, and that stands in a change (49)."""
    t = take_slot(w)
    if t < 0:
        return
    index, firing, family = (
        m.change(w)[i]["slot"],
        m.change(w)[i]["stairs"],
        m.change(w)[i]["family"],
    )
    trigger = m.triggers(w)[index]
    hi, lo = root_key(0, firing, trigger["tag"])
    begin(w, t, trigger["stream"], hi, lo, NONE, family, TRIGGERED, firing, index)


@rare
def begin(
    w: int, t: int, v: int, hi: int, lo: int, cls: int, family: int, layer: int, ordinal: int,
    member: int,
) -> None:  # fmt: skip
    """Let an item begin its life, of a drawn class and family unless they are known.

    It is carried next.
    """
    n = room(w, m.items(w), m.after_items(w), N_ITEMS, FULL_ITEMS)
    if n < 0:
        return
    stream = m.streams(w)[v]
    if cls < 0:
        cls = draw_class(w, v, hi, lo)
    if HAS_CHANGES and family < 0 and stream["n_families"] > 0:
        family = draw_family(w, v, hi, lo)
    item = m.items(w)[n]
    item["item"] = m.counter(w)[BORN]
    m.counter(w)[BORN] += 1
    found_family(w, n)
    item["stream"] = v
    item["cls"] = cls
    item["family"] = family
    item["quantity"] = NONE
    if HAS_QUANTITIES and stream["quantity_row"] >= 0:
        item["quantity"] = draw_quantity(w, v, hi, lo, cls)
    item["layer"] = layer
    item["ordinal"] = ordinal
    item["member"] = member
    item["parent"] = NONE
    item["site"] = NONE
    item["hi"] = hi
    item["lo"] = lo
    item["arrived"] = m.counter(w)[NOW]
    item["ended"] = NEVER
    item["outcome"] = 0
    token = m.token(w)[t]
    token["item"] = n
    token["pc"] = stream["start"]
    token["stream"] = v
    token["cls"] = cls
    token["family"] = family
    token["hi"] = hi
    token["lo"] = lo
    token["rank"] = m.by_class(w)[stream["rank_row"], cls]
    token["preempts"] = m.by_class(w)[stream["preempts_row"], cls]
    token["due"] = due_date(w, stream["due_row"], stream["due_calendar"], cls)
    token["home"] = t
    token["alive"] = 1
    token["begun"] = 1
    token["done"] = token["passed"] = token["back"] = token["ran"] = 0
    number_token(w, t, 0 if stream["n_strands"] > 0 else NONE, NONE)
    for step in range(m.shape(w)[STEPS]):
        m.entries(w)[t * m.shape(w)[STEPS] + step] = 0
    carry(w, t)
