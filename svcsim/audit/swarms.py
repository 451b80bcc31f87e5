"""The auditor of cells in which swarms work: who starts, joins, leaves and is kept (24 to 32).

A cell without them is replayed start by start (`Cell`). Here the rows leave too much open for that,
such as who joined before whom, so the law is held against what they tell for certain:

A2   a team is never more than it may be nor less than its quorum; who comes later has no set-up.
A4   after every tick nobody waits who could start, and no place is open that could be filled, with
     the people that nobody is kept for and those that may be preempted.
A5   nobody is started before another in the same queue who could have had the same people; who is
     preempted was the one to be preempted; no team stops while its quorum remains.
A6   the causes of every wait and who is to blame, worked out from the state after every tick.
"""

from collections import Counter, defaultdict
from itertools import product
from math import inf
from operator import itemgetter

from svcsim.audit.groups import PLACE, call_outs, called, few, starts_of
from svcsim.model.arrays import Discipline, Interruption, ShiftEnd

PARTS = ("gate", "unavailability", "policy", "prioritisation")
STAY = (ShiftEnd.RUN_OVER, ShiftEnd.NO_LATE_START)


def take_team(book, request, piece, coming):
    """A2: take the presence of a team from the rows to come, and see that it was one (28, 32)."""
    needs, quorum = book.needs[request.seize.first], request.seize.quorum
    name = f"item {request.item} at step {request.step}, [{piece.begin}, {piece.end}),"
    while coming and (coming[-1].begin < piece.end or coming[-1].begin == piece.begin):
        row = coming.pop()
        piece.presence.append(row)
        first, who, length = row.begin == piece.begin, called(row.person), row.end - row.begin
        setup = min(piece.setup, length - row.called) if first else 0
        if row.setup != setup:
            book.say("A2", f"{name} person {who} has set-up {row.setup}, not {setup} (28)")
        if row.end > piece.end:
            book.say("A2", f"{name} person {who} stays until {row.end} (28)")
        ways = {min(way, length) for way in ways_here(book, request, piece, row)}
        if row.called not in ways:
            text = f"{name} person {who} is on the way for {row.called} ticks"
            book.say("A2", f"{text}, not {sorted(ways)} (19, 28)")
    piece.people = [(row.pool, row.person) for row in piece.presence if row.end == piece.end]
    known = {need.pool for need in needs}
    for t in sorted({t for row in piece.presence for t in (row.begin, row.end)} | {piece.begin}):
        if piece.begin <= t < piece.end:
            there = Counter(row.pool for row in piece.presence if row.begin <= t < row.end)
            wrong = there.keys() - known or there.total() < quorum
            if wrong or any(not n.stay <= there[n.pool] <= n.number for n in needs):
                text = f"{name} has {dict(there)} people at {t}, of whom {quorum} are the quorum"
                book.say("A2", f"{text} (24, 32)")


def ways_here(book, request, piece, row):
    """Return how long somebody of a team may be on the way: with those who start, or alone (19)."""
    alone = call_outs(book, request, [row.group], starts_of(request, request.slices))
    return alone | {piece.called} if row.begin == piece.begin else alone


def breaks(book, request, piece, leaving):
    """Return the pool whose person's leaving at the end of a slice stopped the team; or None.

    `leaving` is in the order in which they leave (8).
    """
    if not request.seize.quorum:
        return leaving[0][1] if leaving else None
    there, needs = Counter(pool for pool, _ in piece.people), book.needs[request.seize.first]
    stay = {need.pool: need.stay for need in needs}
    for _, pool in leaving:
        there[pool] -= 1
        if there.total() < request.seize.quorum or there[pool] < stay[pool]:
            return pool
    return None


def ways_of(book, seize):
    """Return the needs of each alternative of a seize."""
    return book.needs[seize.first : seize.first + seize.n]


class SwarmCell:
    """Pools that share requests, some of them of swarms."""

    def __init__(self, book, pools, requests, rank_at, lengths_of):
        self.book, self.pools, self.requests = book, pools, requests
        self.rank_at, self.lengths_of = rank_at, lengths_of
        self.group = {p: book.group(p) for p in pools}
        self.late_start = {p: book.pools[p].shift_end == ShiftEnd.NO_LATE_START for p in pools}
        self.readings = [
            (late, overtime)
            for late in ((True, False) if any(self.late_start.values()) else (False,))
            for overtime in (
                (False, True) if any(book.pools[p].shift_end in STAY for p in pools) else (False,)
            )
        ]
        """What sentence 55 leaves open: see `svcsim.audit.auditor.READINGS`."""
        self.waiting, self.working = {}, {}
        """Waits and slices by request number."""
        self.busy = {p: {} for p in pools}
        """(request, slice) by person; of an unlimited pool, by row."""
        self.parts = {}
        """Of each wait, by reading: its parts, and who may be blamed at its end."""
        self.memory = {}
        self.hidden = {piece.begin for r in requests for piece in r.slices if piece.hidden}
        """Ticks at which work was started and preempted at once."""

    def replay(self):
        """Go through all ticks at which something happens in the cell."""
        ticks = self.events()
        before = None
        for t in sorted(t for t in ticks if t < self.book.end):
            if before is not None:
                self.attribute(before, t)
            self.step(t, ticks[t])
            self.look(t)
            before = t
        if before is not None:
            self.attribute(before, self.book.end)
        self.compare()

    def events(self):
        """Return what happens at which tick (R2)."""
        found = defaultdict(lambda: {"end": [], "begin": [], "wait": [], "over": []})
        for r in self.requests:
            for wait in r.waits:
                if wait.begin < wait.end or wait.ended in ("open", "cancelled"):
                    found[wait.begin]["wait"].append((r, wait))
                    found[wait.end]["over"].append(r)
            for piece in r.slices:
                for row in piece.presence or ():
                    found[row.begin]["begin"].append((r, piece, row))
                    found[row.end]["end"].append((r, piece, row))
            last = max(r.waits[-1].end, r.slices[-1].end if r.slices else 0)
            for change in [c for c in r.changes[1:] if r.joined <= c.tick <= last]:
                found[change.tick]  # an event of the cell, which changes nothing here
        for p in self.pools:
            for t in self.group[p].edges():
                found[t]
        for seize in self.book.seizes:
            if seize.window >= 0 and any(
                need.pool in self.pools for needs in ways_of(self.book, seize) for need in needs
            ):
                calendar = self.book.calendar(seize.window)
                for t in (*calendar.opens, *calendar.closes):
                    found[t]
        return found

    def step(self, t, what):
        """Bring the state up to date: it is that after everything of the tick."""
        self.memory.clear()
        for r, piece, row in what["end"]:
            if row.begin < t:
                self.gone(r, piece, row)
        for r in what["over"]:
            self.waiting.pop(r.number, None)
        for r, wait in what["wait"]:
            if wait.end > t:
                self.waiting[r.number] = (r, wait)
        for r, piece, row in what["begin"]:
            if row.end > t:
                self.busy[row.pool][row.person or -id(row)] = (r, piece)
                self.working[r.number] = (r, piece)
        self.now = what

    def gone(self, r, piece, row):
        """Note that somebody left."""
        self.busy[row.pool].pop(row.person or -id(row), None)
        if not any(other is piece for busy in self.busy.values() for _, other in busy.values()):
            self.working.pop(r.number, None)

    # -- who may have whom --

    def order(self, r, t):
        """Return the turn of a request after a tick (25)."""
        return self.rank_at(r.changes, t + 1, (0,)), r.since, r.number

    def earlier(self, a, b, t):
        """Say whether the turn of a is before that of b; None if the rows cannot tell."""
        x, y = self.order(a, t), self.order(b, t)
        return None if x[:2] == y[:2] and (a.late or b.late) else x < y

    def free(self, p, t, places=None):
        """Return how many people of a pool, or some of its groups, are on shift and free (23)."""
        if self.group[p].unlimited:
            return self.on_shift(p, t)
        if (p, t) not in self.memory:
            self.memory[p, t] = [m for m in self.on_duty(p, t) if m not in self.busy[p]]
        found = self.memory[p, t]
        return len(found if places is None else few(found, places))

    def on_duty(self, p, t):
        """Return the people of a pool who are on shift."""
        if (p, t, "there") not in self.memory:
            self.memory[p, t, "there"] = self.group[p].on_shift(t)
        return self.memory[p, t, "there"]

    def on_shift(self, p, t, places=None):
        """Return how many people of a pool, or some of its groups, are on shift."""
        if self.group[p].unlimited:
            return inf if self.group[p].calendar.is_open(t) else 0
        return len(few(self.on_duty(p, t), places))

    def places(self, r, wait, p, t, length):
        """Return the groups of a pool whose people a request may have now (19, 34); None: all."""
        group = self.group[p]
        if not group.divided:
            return None
        if wait is None:  # a place in a team, which anybody may fill (32)
            places = group.places(self.book.steps[r.step].stream, None)
        else:
            places = self.book.places(r, wait, p)
        if length is None or not self.late_start[p]:
            return places
        return group.in_time(places, t, length)

    def keeps(self, t):
        """Return the requests that collect, with the people that they may keep by pool (26)."""
        found = []
        for r, wait in self.waiting.values():
            if not r.seize.collect:
                continue
            needs = ways_of(self.book, r.seize)[0]
            fits = set()
            for length in self.lengths(r, wait, t):
                places = [self.places(r, wait, n.pool, t, length) for n in needs]
                there = [self.on_shift(n.pool, t, o) for n, o in zip(needs, places, strict=True)]
                fits.add(self.suffice(r, needs, there) and self.fits(r, needs, t, length))
            found.append((r, needs, fits, places))
        return [one for one in found if True in one[2]]

    def kept(self, t):
        """Return the collector and what it keeps by pool and group; None if the rows cannot tell.

        What is kept of a pool is by the place of the group, all of it at 0 if there is only one.
        """
        collecting = self.keeps(t)
        for r, needs, fits, places in sorted(collecting, key=lambda k: self.order(k[0], t)):
            doubt = [self.earlier(r, other, t) for other, *_ in collecting if other is not r]
            if fits != {True} or None in doubt:
                return None
            kept = {}
            for n, some in zip(needs, places, strict=True):
                if not self.group[n.pool].unlimited:
                    self.free(n.pool, t)
                    free = sorted(few(self.memory[n.pool, t], some))[: n.number]
                    kept[n.pool] = Counter(m // PLACE for m in free)
            return r, kept
        return ()

    def available(self, r, p, t, kept, places=None):
        """Return how many people of a pool a request may take (23, 26)."""
        if not kept or kept[0] is r or p not in kept[1] or self.earlier(kept[0], r, t) is False:
            return self.free(p, t, places)
        if not self.group[p].divided:
            return self.free(p, t) - kept[1][p].total()
        self.free(p, t)
        free = Counter(m // PLACE for m in few(self.memory[p, t], places))
        return (free - kept[1][p]).total()

    @staticmethod
    def suffice(r, needs, given):
        """Say whether the people given are enough to start (24)."""
        least = all(n >= need.least for need, n in zip(needs, given, strict=True))
        people = sum(min(need.number, n) for need, n in zip(needs, given, strict=True))
        return least and people >= r.seize.quorum

    def lengths(self, r, wait, t):
        """Return how long the work to come may be."""
        return self.lengths_of(self.book, wait, t)

    def fits(self, r, needs, t, length):
        """Say whether the clock allows a start (34, 40)."""
        window = r.seize.window
        if window >= 0 and not self.book.calendar(window).fits(t, length, r.seize.longest):
            return False
        return all(self.in_shift(n.pool, t, length) for n in needs)

    def in_shift(self, p, t, length):
        """Say whether work may start in a pool that may start nothing late (34)."""
        group = self.group[p]
        if not self.late_start[p] or group.divided:  # see `places`
            return True
        return group.calendar.fits(t, length, group.longest)

    def victims(self, r, p, t, places=None):
        """Return who of a pool a request may take, by what makes a victim (31)."""
        if not r.preempts or self.group[p].unlimited:
            return []
        found = []
        for person, (other, piece) in self.busy[p].items():
            team = [(q, m) for q in self.pools for m, (_, o) in self.busy[q].items() if o is piece]
            if (
                self.order(other, t)[0] > self.order(r, t)[0]
                and few([person], places)
                and other.seize.interruption != Interruption.NEVER
                and all(self.is_there(q, m, t) for q, m in team)
            ):
                found.append((self.order(other, t)[0], piece.begin, other.number, person))
        return found

    def is_there(self, p, m, t):
        """Say whether somebody who works is on shift."""
        group = self.group[p]
        return group.calendar.is_open(t) if group.unlimited else group.there(m, t)

    # -- A4 and A5 --

    def look(self, t):
        """Hold the law against the state after a tick."""
        kept = self.collector = self.kept(t)
        if kept is None:
            return
        for r, wait in self.waiting.values():
            if self.could_start(r, wait, t, kept):
                self.book.say("A4", f"item {r.item} waits at {t}, though it could start (24, 31)")
        for r, piece in self.working.values():
            self.open_places(r, piece, t, kept)
        self.in_turn(t)
        self.lowest(t)
        self.interruptions(t)

    def could_start(self, r, wait, t, kept):
        """Say whether a request that waits after a tick could have started."""
        ways = ways_of(self.book, r.seize)
        for needs in (ways[k] for k in wait.allowed):
            if all(
                self.fits(r, needs, t, length)
                and self.suffice(r, needs, [
                    self.available(r, n.pool, t, kept, places)
                    + len(self.victims(r, n.pool, t, places))
                    for n in needs
                    for places in [self.places(r, wait, n.pool, t, length)]
                ])
                for length in self.lengths(r, wait, t)
            ):  # fmt: skip
                return True
        return False

    def open_places(self, r, piece, t, kept):
        """A4: a place in a team is open only if nobody can fill it (28)."""
        if not r.seize.quorum:
            return
        for need in self.book.needs[r.seize.first]:
            held = sum(1 for _, other in self.busy[need.pool].values() if other is piece)
            if held < need.number and self.in_shift(need.pool, t, piece.due - t):
                places = self.places(r, None, need.pool, t, piece.due - t)
                free = self.available(r, need.pool, t, kept, places)
                if free > 0 or self.victims(r, need.pool, t, places):
                    text = f"a place of pool {need.pool} is open at item {r.item} at {t}"
                    self.book.say("A4", f"{text}, though somebody could come (28)")

    def in_turn(self, t):
        """A5: nobody came before another in the same queue who could have had their people."""
        if t in self.book.instants or self.stopped(t):
            return
        came = defaultdict(lambda: defaultdict(list))
        begun = {}
        for r, piece, row in self.now["begin"]:
            came[r.number][row.pool].append(row.person)
            begun[r.number] = (r, piece)
        collecting = [
            (r, ways_of(self.book, r.seize)[0])
            for r, _ in (*self.waiting.values(), *begun.values())
            if r.seize.collect
        ]
        for number, (r, piece) in begun.items():
            queue = ways_of(self.book, r.seize)[piece.alternative][0].pool
            if piece.begin < t or r.held:  # which goes on before anything is dispatched (53)
                continue
            discipline = self.book.pools[queue].discipline
            for other, wait in self.waiting.values():
                ways = ways_of(self.book, other.seize)
                if discipline != Discipline.FIFO or self.earlier(other, r, t) is not True:
                    continue
                for needs in (ways[k] for k in wait.allowed if ways[k][0].pool == queue):
                    lengths = self.lengths(other, wait, t)
                    if all(self.fits(other, needs, t, length) for length in lengths) and all(
                        self.suffice(other, needs, [
                            self.would_have(other, wait, need.pool, t, length, *whose)
                            for need in needs
                        ])
                        for whose in [(came[number], collecting)]
                        for length in lengths
                    ):  # fmt: skip
                        text = f"item {r.item} starts at {t}, though item {other.item} comes before"
                        self.book.say("A5", f"{text} and could have had its people (25)")

    def would_have(self, r, wait, p, t, length, came, collecting):
        """Return how many people of a pool a request had at least, if others had not come."""
        places = self.places(r, wait, p, t, length)
        n = self.free(p, t, places) + len(few(came[p], places))
        for keeper, wanted in collecting:
            if keeper is not r and self.earlier(keeper, r, t) is not False:
                n -= sum(w.number for w in wanted if w.pool == p)
        return n

    def lowest(self, t):
        """A2: whoever is taken has the lowest free number (17)."""
        left = {(row.pool, row.person) for _, _, row in self.now["end"]}
        if t in self.book.instants or self.started_twice(t):
            return
        for r, piece, row in self.now["begin"]:
            p, group = row.pool, self.group[row.pool]
            places = {row.person // PLACE}
            first = r.waits[r.slices.index(piece)] if row.begin == piece.begin else None
            bound = first is not None and first.own.get(p) is not None
            if group.divided and not (self.late_start[p] or bound or self.collector):
                places = self.places(r, first, p, t, None)
            for m in few(group.on_shift(t), places):
                if m < row.person and m not in self.busy[p] and (p, m) not in left:
                    text = f"person {called(row.person)} of pool {p} is taken at {t}"
                    self.book.say("A2", f"{text}, though {called(m)} is free (17)")

    def started_twice(self, t):
        """Say whether work may have been started and preempted at a tick: no row tells of it."""
        begun = {r.number: r for r, _, _ in self.now["begin"]}.values()
        ranks = [self.order(r, t)[0] for r in begun if r.preempts]
        return t in self.hidden or any(
            rank < self.order(r, t)[0] and r.seize.interruption != Interruption.NEVER
            for rank in ranks
            for r in begun
        )

    def stopped(self, t):
        """Return the slices that lost people to preemption at a tick, with these."""
        found = defaultdict(list)
        for _, piece, row in self.now["end"]:
            leaves = self.group[row.pool].until(row.person, row.begin)
            if row.end > row.begin and row.begin < t and leaves != t:
                lost = piece.end > t
                if lost or (piece.reason == "preempted" and piece.end == t):
                    found[id(piece)].append((piece, row))
        return found.values()

    def interruptions(self, t):
        """A5: who is preempted was the one to be, and a team stops only below its quorum (31)."""
        if t in self.book.instants:
            return
        takers = [(r, row) for r, _, row in self.now["begin"] if r.preempts]
        places = {
            p: [self.places(r, None, p, t, None) for r, row in takers if row.pool == p]
            for p in self.pools
        }
        for lost in self.stopped(t):
            piece, r = lost[0][0], lost[0][0].request
            rank = max(self.rank_at(r.changes, tick, (0,)) for tick in (t, t + 1))
            better = [row for taker, row in takers if self.order(taker, t)[0] < rank]
            if not better:
                text = f"item {r.item} loses people at {t}, though nobody of better rank starts"
                self.book.say("A5", f"{text} (31)")
                continue
            ranks = [self.order(taker, t)[0] for taker, _ in takers]
            least = max(other for other in ranks if other < rank)
            worse = []
            for _, row in lost:
                mine = -rank, -piece.begin, -r.number, -row.person
                worse.append(
                    any(
                        (-other_rank, -begin, -number, -person) < mine
                        for other_rank, begin, number, person in self.candidates(row.pool, t, least)
                        if all(few([person], some) for some in places[row.pool])
                    )
                )
            if all(worse) and not r.late:
                text = f"item {r.item} loses people at {t}, though others are to be preempted"
                self.book.say("A5", f"{text} before (31)")
            if piece.end == t and r.seize.quorum:
                needs = self.book.needs[r.seize.first]
                pools = {need.pool for need in needs}
                used = {need.pool for need in needs if need.stay}
                left = [row for row in piece.presence if row.end == t and row.begin < t]
                taken = sum(row.pool in pools for row in better)
                gone = sum(self.group[x.pool].until(x.person, x.begin) == t for x in left)
                whole = all(row.pool not in used for row in better)
                if whole and len(left) - taken - gone >= r.seize.quorum:
                    text = f"item {r.item} stops at {t}, though its quorum remains"
                    self.book.say("A5", f"{text} (32)")

    def candidates(self, p, t, rank):
        """Return who of a pool goes on, though whoever came with a rank could have taken them."""
        found = []
        for person, (other, piece) in () if self.group[p].unlimited else self.busy[p].items():
            rows = [row for row in piece.presence if row.pool == p and row.person == person]
            team = [(q, m) for q in self.pools for m, (_, o) in self.busy[q].items() if o is piece]
            if (
                piece.begin < t
                and rows[-1].begin < t
                and not other.late
                and self.order(other, t)[0] > rank
                and other.seize.interruption != Interruption.NEVER
                and all(self.is_there(q, m, t) for q, m in team)
            ):
                found.append((self.order(other, t)[0], piece.begin, other.number, person))
        return found

    # -- A6 --

    def attribute(self, begin, end):
        """Give an interval to the causes of those who wait in it (55)."""
        kept = self.collector
        for r, wait in self.waiting.values():
            if wait.row is None:
                continue
            if id(wait) not in self.parts:
                lengths = self.lengths(r, wait, wait.begin)
                if r.seize.window < 0 and not any(self.late_start.values()):
                    del lengths[1:]
                # Where numbers are not known, the collector may come before it, or after it.
                readings = [
                    [(*reading, length), None, Counter(), None]
                    for reading, length in product(self.readings, lengths)
                ]
                self.parts[id(wait)] = (r, wait, readings)
            readings = self.parts[id(wait)][2]
            tied = bool(kept) and kept[0] is not r and self.earlier(kept[0], r, begin) is None
            if tied and readings[0][1] is None:
                readings[:] = [
                    [key, after, Counter(parts), blamed]
                    for key, _, parts, blamed in readings
                    for after in (True, False)
                ]
            for reading in readings:
                key, after, parts, _ = reading
                if kept is None:
                    parts["unknown"] += 1
                    reading[3] = None
                    continue
                cause, reading[3] = self.cause(r, wait, begin, () if tied and after else kept, *key)
                parts[cause] += end - begin

    def cause(self, r, wait, t, kept, late_binds, overtime, length):
        """Return the first cause that holds after a tick, and who may be to blame (55, 56)."""
        window = r.seize.window
        if window >= 0 and not self.book.calendar(window).fits(t, length, r.seize.longest):
            return "gate", {-1}
        ways = ways_of(self.book, r.seize)
        for needs in (ways[k] for k in wait.allowed):
            places = {n.pool: self.places(r, wait, n.pool, t, None) for n in needs}
            given = [self.available(r, n.pool, t, kept, places[n.pool]) for n in needs]
            short = [n.pool for n, have in zip(needs, given, strict=True) if have < n.least]
            if not short and not self.suffice(r, needs, given):
                short = [n.pool for n, have in zip(needs, given, strict=True) if have < n.number]
            if late_binds:
                late = [
                    n.pool for n in needs
                    if n.pool not in short and self.too_late(r, wait, n, t, kept, length)
                ]  # fmt: skip
                order = [n.pool for n in needs]
                if late and (not short or order.index(late[0]) < order.index(short[0])):
                    there = self.on_shift(late[0], t, places[late[0]])
                    return ("policy" if there else "unavailability"), {-1}
            if short:
                return self.lacks(r, short[0], t, overtime, places[short[0]])
        return "policy", {-1}

    def too_late(self, r, wait, need, t, kept, length):
        """Say whether the clock keeps a pool that starts nothing late from giving enough (34)."""
        p = need.pool
        if not self.in_shift(p, t, length):
            return True
        places = self.places(r, wait, p, t, length)
        return self.available(r, p, t, kept, places) < need.least

    def lacks(self, r, p, t, overtime, places):
        """Return the cause of a wait for one pool, and who may be to blame."""
        if self.on_shift(p, t, places) == 0:
            return "unavailability", {-1}
        if self.free(p, t, places) > 0:
            return "policy", {-1}
        begun = self.at_work(p, t, places)
        over = [(s, o) for s, o, on in begun if o.number > r.number and (on or overtime)]
        if over:
            last = max(map(itemgetter(0), over))
            return "prioritisation", {o.item for s, o in over if s == last}
        if not begun:
            return "contention", {-1}
        first = min(map(itemgetter(0), begun))
        return "contention", {o.item for s, o, _ in begun if s == first}

    def at_work(self, p, t, places):
        """Return who works with people of a pool, since when, and whether one is on shift."""
        if (p, t, places, "work") not in self.memory:
            there = set() if self.group[p].unlimited else self.on_duty(p, t)
            is_open = self.group[p].unlimited and self.group[p].calendar.is_open(t)
            found = {}
            for m, (r, _) in self.busy[p].items():
                if few([m], places):
                    on = m in there or is_open
                    found[r.number] = found.get(r.number, False) or on
            self.memory[p, t, places, "work"] = [
                (self.working[n][1].begin, self.working[n][0], on) for n, on in found.items()
            ]
        return self.memory[p, t, places, "work"]

    def compare(self):
        """A6: the parts of every wait are those of one reading of the law."""
        same = defaultdict(list)
        for r in self.requests:
            same[r.since].append(r)
        for r, wait, readings in self.parts.values():
            vague = any(o.token != r.token and (o.late or r.late) for o in same[r.since])
            found = {name: getattr(wait.row, name) for name in PARTS}
            if vague:
                del found["prioritisation"]
            told = []
            for _, _, parts, blamed in readings:
                blame = vague or blamed is None or wait.end in self.book.instants
                if parts["unknown"] or (
                    all(parts[name] == n for name, n in found.items())
                    and (blame or wait.row.blame in blamed)
                ):
                    break
                told.append(({name: parts[name] for name in found}, sorted(blamed or ())))
            else:
                text = f"item {r.item} at step {r.step} waits in [{wait.begin}, {wait.end})"
                text += f" with {found} and blames {wait.row.blame}, the law {told[0]} (55, 56)"
                self.book.say("A6", text)


def swarms_at(book, cell):
    """Say whether swarms work in a cell."""
    return any(
        (seize.quorum or seize.collect) and book.pools[ways_of(book, seize)[0][0].pool].cell == cell
        for seize in book.seizes
    )
