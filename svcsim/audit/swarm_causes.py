"""A6: causes of waits and who is to blame, where swarms work (55, 56)."""

from collections import Counter, defaultdict
from itertools import product
from operator import itemgetter

from svcsim.audit.requests import PARTS
from svcsim.audit.swarm_team import ways_of
from svcsim.audit.swarm_turns import SwarmTurns
from svcsim.audit.team import few


class SwarmCauses(SwarmTurns):
    """Causes worked out from the state after every tick."""

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
                (self.working[n][1].begun, self.working[n][0], on) for n, on in found.items()
            ]
        return self.memory[p, t, places, "work"]

    def compare(self):
        """A6: the parts of every wait are those of one reading of the law."""
        same = defaultdict(list)
        for r in self.requests:
            same[r.first.joined].append(r)
        for r, wait, readings in self.parts.values():
            vague = any(o.token != r.token and (o.late or r.late) for o in same[r.first.joined])
            found = {name: getattr(wait.row, name) for name in PARTS}
            if vague:
                del found["prioritisation"]
            told = []
            for _, _, parts, blamed in readings:
                blame = vague or blamed is None or wait.end in self.book.instants | self.hidden
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
