"""An item's way through the program: who of its tokens goes on next (8, 41 to 46)."""

from operator import attrgetter

from svcsim.audit.findings import Mismatch
from svcsim.audit.requests import NO_MORE, Change, Moment
from svcsim.audit.strands import Strands
from svcsim.audit.token import Token
from svcsim.audit.walk import Walk
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Outcome


class Path(Strands):
    """An item's way through the program."""

    def progress(self) -> tuple[int, int]:
        """Return how far its tokens came."""
        return (
            sum(walk.next_row for walk in self.walks),
            sum(len(walk.expected) for walk in self.walks),
        )

    def run(self) -> None:
        """Let the tokens go on, one event after the other, or raise `Mismatch`."""
        item = self.item
        if self.strands:
            walk = self._create(0, -1, item.arrived)
        else:
            number = self.book.first_token.get(item.item, NEVER)
            withdrawn = item.outcome == Outcome.WITHDRAWN
            walk = Walk(self, 0, number, item.arrived, item.ended if withdrawn else NEVER)
            walk.comes_as(self.born)
            walk.late = walk.late or self.made
            self.walks.append(walk)
            self.live[walk.place] = walk
            if number != NEVER:
                self._born(number, item.arrived, walk.origin, walk.late)
        self._go_on(walk)
        gone = self.book.gone.get(self.key) if item.outcome == Outcome.WITHDRAWN else None
        until = NO_MORE if gone is None else gone
        while self.live:
            first = min(walk.wake for walk in self.live.values())
            if self._escalate(min(first, until)):
                continue
            walk = self._next()
            if self._escalate(min(walk.wake, until)):
                continue
            if walk.wake is NO_MORE or (gone is not None and walk.wake >= gone):
                break
            self._go_on(walk)
        if not self.live:
            return
        if item.outcome != Outcome.WITHDRAWN:
            self._escalate((NEVER, ()))
        if item.outcome == Outcome.WITHDRAWN:
            self._withdrawn()
            return
        if item.ended != NEVER:
            raise Mismatch("A8", "ended, though the program goes on past the end")
        for walk in self.live.values():
            if walk.cut != NEVER:
                raise Mismatch(
                    "A8", f"token {walk.number} is cancelled at {walk.cut}, and nobody does (42)"
                )
            walk.finish(NEVER)
        for limit, (got, _) in self.places.items():
            self.holds.append((limit, item.item, got, NEVER))
        self._all_told()

    def _escalate(self, before: Moment) -> bool:
        """Let the item be more urgent whose visits have taken too long by a moment (46).

        Say whether one of its tokens was cancelled, and another one goes elsewhere.
        """
        due = sorted((guard[0], number) for number, guard in self.guards.items())
        for moment, number in due:
            if moment >= before or moment[0] >= self.book.end:
                break
            _, rank, unless_started, walk = self.guards.pop(number)
            started = walk.expected[-1][3]
            # whoever is on the way has come in phase 1, and others begin in phase 6 (8, 19);
            # what goes on from before the start goes on as it comes (53)
            r = walk.request
            early = r is not None and (r.called or r.held or r.first is not r)
            begun = started < moment[0] + bool(early) or (r is not None and moment[0] in r.came)
            if rank < self.rank and not (unless_started and begun):
                self.rank = rank
                self.changes.append(Change(moment[0], moment[1], False, rank, self.due))
            if walk.escapes_to is not None and not (unless_started and begun):
                self._escape(walk, moment)
                return True
        return False

    def _escape(self, walk: Token, moment: Moment) -> None:
        """Let a token be cancelled, and another one begin in its place, with its places (46)."""
        held, walk.held = walk.held, set()
        walk.cancelled_at(moment)
        walk.now, walk.origin, walk.late = *moment, False
        other = self._create(walk.strand, walk.number, walk.now, walk)
        other.goes_to = walk.escapes_to
        for limit in held:
            self.places[limit][1].discard(walk.number)
            self.places[limit][1].add(other.number)
        other.held = held

    def _withdrawn(self) -> None:
        """Leave with what waited for it, which was cancelled (42)."""
        gone = self.book.gone.get(self.key)
        if gone is None or gone[0] != self.item.ended:
            raise Mismatch("A13", "is withdrawn, and nobody that needs it is cancelled (42)")
        self._escalate(gone)
        for _, walk in sorted(self.live.items()):
            walk.cancelled_at(gone)
        for limit, (got, _) in self.places.items():
            self.holds.append((limit, self.item.item, got, gone[0]))
        self._all_told()

    def _go_on(self, walk: Token) -> None:
        """Let a token go on, and those whom the same sitting or limit lets go on with it.

        That is one event: what begins in phase 1 comes behind them all (9).
        """
        self._escalate(walk.wake)
        t, place = walk.wake
        together = [walk]
        if place and place[0] in (2, 6) and walk.awaits != t:
            others = [one for one in self.live.values() if one is not walk and one.awaits != t]
            others = [one for one in others if (one.wake[0], one.wake[1][:2]) == (t, place[:2])]
            together += sorted(others, key=attrgetter("wake"))
        self.let_in.clear()
        for one in together:
            if one is walk or self.live.get(one.place) is one:
                one.wake = next(one.flow, NO_MORE)

    def _next(self) -> Token:
        """Return the token whose turn it is (8).

        Work of no length ends in phase 1 behind the dispatch that starts it. Which of several are
        started by one dispatch is not known: at first all of the cell, then one alone.
        """
        if len(self.live) == 1:
            return next(iter(self.live.values()))
        walks = sorted(self.live.values(), key=attrgetter("wake"))
        t, place = walks[0].wake
        if place and place[0] == 1 and walks[0].awaits == t:
            others = [walk for walk in walks[1:] if walk.wake[0] == t and walk.wake[1][0] == 1]
            if others and self.choose(2) == 1:  # the last child that it needed left behind them
                return others[0]
        if not place or place[0] < 6:
            return walks[0]
        rivals = [walk for walk in walks if walk.wake[0] == t and walk.wake[1][0] >= 6]
        if len(rivals) == 1 or rivals[-1].wake[1][0] < 7:
            behind = [walk for walk in rivals if walk.awaits == t]  # children begun by a dispatch
            return behind[self.choose(len(behind))] if behind[:1] == rivals[:1] else rivals[0]
        options: list[list[Token]] = []
        for walk in rivals:
            cell = [other for other in rivals if other.wake[1][:2] == walk.wake[1][:2]]
            if walk.wake[1][0] == 7 and len(cell) > 1 and cell not in options:
                options.append(cell)
            options.append([walk])
        started = options[self.choose(len(options))]
        if started[0].wake[1][0] == 7:
            for walk in started:
                walk.wake = t, (1, walk.number)
        return started[0]
