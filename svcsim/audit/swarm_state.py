"""A cell in which swarms work, after everything of a tick: who may have whom (23 to 26, 31)."""

from collections import Counter, defaultdict
from math import inf
from typing import Any

from svcsim.audit.book import Book
from svcsim.audit.requests import STAY, Request, rank_at
from svcsim.audit.reservations import reserved, yields
from svcsim.audit.setups import lengths_of
from svcsim.audit.swarm_team import ways_of
from svcsim.audit.team import PLACE, few
from svcsim.model.codes import Interruption, ShiftEnd


class SwarmState:
    """Pools that share requests, some of them of swarms: who waits, who works, who is free."""

    def __init__(self, book: Book, pools: list[int], requests: list[Request]) -> None:
        self.book, self.pools, self.requests = book, pools, requests
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
        self.waiting: dict[int, Any] = {}
        self.working: dict[int, Any] = {}
        """Waits and slices by request number."""
        self.busy: dict[int, dict[Any, Any]] = {p: {} for p in pools}
        """(request, slice) by person; of an unlimited pool, by row."""
        self.parts: dict[int, Any] = {}
        """Of each wait, by reading: its parts, and who may be blamed at its end."""
        self.memory: dict[Any, Any] = {}
        self.hidden = {piece.begin for r in requests for piece in r.slices if piece.hidden}
        """Ticks at which work was started and preempted at once."""

    def events(self):
        """Return what happens at which tick (R2)."""
        found = defaultdict(lambda: {"end": [], "begin": [], "kept": [], "wait": [], "over": []})
        for r in self.requests:
            for wait in r.waits:
                if wait.begin < wait.end or wait.ended in ("open", "cancelled"):
                    found[wait.begin]["wait"].append((r, wait))
                    found[wait.end]["over"].append(r)
            for piece in r.slices:
                for row in piece.presence or ():
                    begins = "begin" if piece.kept is None else "kept"
                    found[row.begin][begins].append((r, piece, row))
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
        for r, piece, row in (*what["begin"], *what["kept"]):
            if row.end > t:
                for p, who in self.everywhere(row):
                    self.busy[p][who] = (r, piece)
                self.working[r.number] = (r, piece)
        self.now = what

    def gone(self, r, piece, row):
        """Note that somebody left."""
        for p, who in self.everywhere(row):
            self.busy[p].pop(who, None)
        if not any(other is piece for busy in self.busy.values() for _, other in busy.values()):
            self.working.pop(r.number, None)

    def everywhere(self, row):
        """Return where somebody at work is busy: pool and number (14)."""
        if row.person:
            return self.book.everywhere(row.pool, row.person)
        return ((row.pool, -id(row)),)

    def order(self, r, t):
        """Return the turn of a request after a tick (25)."""
        return rank_at(r.changes, t + 1, (0,)), r.since, r.number

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
                there = [
                    self.on_shift(n.pool, t, o) - self.left(r, n.pool, t, idle=True)
                    for n, o in zip(needs, places, strict=True)
                ]
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
            kept = defaultdict(Counter)
            for n, some in zip(needs, places, strict=True):
                if not self.group[n.pool].unlimited:
                    self.free(n.pool, t)
                    free = sorted(few(self.memory[n.pool, t], some))
                    free = free[: min(n.number, max(0, len(free) - self.left(r, n.pool, t)))]
                    for p, who in [one for m in free for one in self.book.everywhere(n.pool, m)]:
                        kept[p][who // PLACE] += 1
            return r, dict(kept)
        return ()

    def available(self, r, p, t, kept, places=None):
        """Return how many people of a pool a request may take (23, 26, 30)."""
        left = self.left(r, p, t)
        if not kept or kept[0] is r or p not in kept[1] or self.earlier(kept[0], r, t) is False:
            return max(0, self.free(p, t, places) - left)
        if not self.group[p].divided:
            return max(0, self.free(p, t) - kept[1][p].total() - left)
        self.free(p, t)
        free = Counter(m // PLACE for m in few(self.memory[p, t], places))
        return max(0, (free - kept[1][p]).total() - left)

    def left(self, r, p, t, *, idle=False):
        """Return how many people of a pool a request leaves to others; idle: if all were free."""
        if not yields(self.book, r, p):
            return 0
        at_work = () if idle else (other for other, _ in self.busy[p].values())
        return reserved(self.book, p, self.on_shift(p, t), at_work)

    @staticmethod
    def suffice(r, needs, given):
        """Say whether the people given are enough to start (24)."""
        least = all(n >= need.least for need, n in zip(needs, given, strict=True))
        people = sum(min(need.number, n) for need, n in zip(needs, given, strict=True))
        return least and people >= r.seize.quorum

    def lengths(self, r, wait, t):
        """Return how long the work to come may be."""
        return lengths_of(self.book, wait, t)

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
