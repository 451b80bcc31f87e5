"""A4, A5: nobody waits who could start, and nobody comes out of turn (25, 28, 31, 32).

A4   after every tick nobody waits who could start, and no place is open that could be filled, with
     the people that nobody is kept for and those that may be preempted.
A5   nobody is started before another in the same queue who could have had the same people; who is
     preempted was the one to be preempted; no team stops while its quorum remains.
"""

from collections import defaultdict

from svcsim.audit.requests import rank_at
from svcsim.audit.swarm_state import SwarmState
from svcsim.audit.swarm_team import ways_of
from svcsim.audit.team import PLACE, called, few
from svcsim.model.codes import Discipline, Interruption


class SwarmTurns(SwarmState):
    """The law held against the state after every tick."""

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
        n = self.free(p, t, places) + len(few(came[p], places)) - self.left(r, p, t, idle=True)
        for keeper, wanted in collecting:
            if keeper is not r and self.earlier(keeper, r, t) is not False:
                n -= sum(w.number for w in wanted if w.pool == p or self.share(w.pool, p))
        return n

    def share(self, p, q):
        """Say whether two pools have a group in common: then who was taken for which is open."""
        serving = [self.book.model.pools[one] for one in (p, q)]
        groups = [set(self.book.model.pool_groups[s["first"] :][: s["n_groups"]]) for s in serving]
        return p != q and bool(groups[0] & groups[1])

    def lowest(self, t):
        """A2: whoever is taken has the lowest free number (17)."""
        left = {one for _, _, row in self.now["end"] for one in self.everywhere(row)}
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
        if t in self.book.instants or t in self.hidden:
            return
        came = [one for one in self.now["begin"] if one[0].preempts]
        takers = [(r, row) for r, _, row in came]
        places = {
            p: [
                self.places(r, None, p, t, self.most(r, piece, row, t))
                for r, piece, row in came
                if row.pool == p
            ]
            for p in self.pools
        }
        for lost in self.stopped(t):
            piece, r = lost[0][0], lost[0][0].request
            rank = max(rank_at(r.changes, tick, (0,)) for tick in (t, t + 1))
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
            alone = not any(self.share(row.pool, p) for _, row in lost for p in self.pools)
            if all(worse) and not r.late and alone:
                text = f"item {r.item} loses people at {t}, though others are to be preempted"
                self.book.say("A5", f"{text} before (31)")
            if piece.end == t and r.seize.quorum:
                needs = self.book.needs[r.seize.first]
                pools = {need.pool for need in needs}
                used = {need.pool for need in needs if need.stay}
                left = [row for row in piece.presence if row.end == t and row.begin < t]
                taken = sum(any(p in pools for p, _ in self.everywhere(row)) for row in better)
                gone = sum(self.group[x.pool].until(x.person, x.begin) == t for x in left)
                whole = all(row.pool not in used for row in better)
                if whole and len(left) - taken - gone >= r.seize.quorum:
                    text = f"item {r.item} stops at {t}, though its quorum remains"
                    self.book.say("A5", f"{text} (32)")

    def most(self, r, piece, row, t):
        """Return how long the work may be for which somebody comes."""
        if row.begin > piece.begin:
            return piece.due - t
        return max(self.lengths(r, r.waits[r.slices.index(piece)], t))

    def candidates(self, p, t, rank):
        """Return who of a pool goes on, though whoever came with a rank could have taken them."""
        found = []
        for person, (other, piece) in () if self.group[p].unlimited else self.busy[p].items():
            rows = [row for row in piece.presence if (p, person) in self.everywhere(row)]
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
