"""A4, A5: dispatch at a tick, round by round (9, 22 to 34, R5)."""

from collections import defaultdict
from operator import attrgetter
from typing import Any

from svcsim.audit.backlog import begin_before
from svcsim.audit.cell_starts import CellStarts
from svcsim.audit.requests import Request, Slice, where
from svcsim.model.codes import Discipline

MOST_TRIES = 100
"""Orders of service that are tried where the law leaves it open (random picks)."""


class CellRounds(CellStarts):
    """What starts at a tick, compared with the dispatch of the law."""

    def serve(
        self, t: int, what: dict[str, list[Any]], starts: list[Slice], late: list[Request]
    ) -> None:
        """Compare what starts at a tick with the dispatch of the law."""
        book = self.book
        preempted: list[Slice] = what.get("preempted", [])
        if t == 0 and any(r.worked for r in self.requests):
            starts = begin_before(self, t, starts, preempted)
        if not starts and not preempted and not late and not self.inside:
            return
        if any(piece.hidden and piece.reason == "cancelled" for piece in starts):
            self.cancelled_at_once(t, starts, preempted, late)
            return
        own = {id(piece) for piece in starts}
        foreign = [r for r in late if not any(id(piece) in own for piece in r.behind)]
        known = t not in book.instants and not self.random and not self.falling
        if known and not any(p.request.late for p in starts):
            self.strictly(t, starts, preempted, late)
            return
        self.search(t, starts, preempted, late, foreign)

    def search(
        self,
        t: int,
        starts: list[Slice],
        preempted: list[Slice],
        late: list[Request],
        foreign: list[Request],
    ) -> None:
        """Try the choices that the law leaves open until one agrees with the rows."""
        found = self.book.findings
        before = self.state(starts, preempted, late)
        n = len(found)
        claimed = [w for p in starts for w in p.request.waits if w.claimed and w.end == t]
        own = [r for r in late if r not in foreign]
        self.decisions = []
        for _ in range(MOST_TRIES):
            self.picks = []
            for r in foreign:
                self.join(r)
            self.strictly(t, starts, list(preempted), list(own))
            if len(found) == n and all(id(wait) in self.undone for wait in claimed):
                self.decisions = []
                return
            del found[n:]
            self.restore(before)
            while self.picks and self.picks[-1][0] + 1 == self.picks[-1][1]:
                self.picks.pop()
            if not self.picks:
                break
            self.decisions = [k for k, _ in self.picks[:-1]] + [self.picks[-1][0] + 1]
        self.decisions = []
        if t in self.book.instants or self.falling:
            self.loosely(t, starts, preempted, late)
            return
        for r in foreign:
            self.join(r)
        self.strictly(t, starts, preempted, own)

    def strictly(
        self, t: int, starts: list[Slice], preempted: list[Slice], late: list[Request]
    ) -> None:
        """A4, A5: dispatch as the law says, start by start, and compare (25).

        Work of no length frees its people when the cell has dispatched; then comes another round.
        Work may start twice in a tick, if it was preempted in between: the rows tell it once.
        """
        book = self.book
        left: dict[int, list[Slice]] = defaultdict(list)
        for piece in sorted(starts, key=attrgetter("end")):
            left[piece.request.number].append(piece)
        done: list[Slice] = []
        agreed = False
        while True:
            first, random = self.heads(t)
            if not first and not random:
                if not done and self.falling:
                    self.fall()
                    continue
                if not done:
                    agreed = True
                    break
                for piece in done:
                    self.over(piece)
                to_come = {id(piece) for pieces in left.values() for piece in pieces}
                for r in [r for r in late if not any(id(piece) in to_come for piece in r.behind)]:
                    late.remove(r)
                    self.join(r)
                done = []
                continue
            if random or t in book.instants:
                self.unsure.add(t)
            pick = min((*first, *random), key=Request.order)
            choice = self.choose(pick, first, random, left, t)
            told = choice is not None and (
                left[choice.number][0].hidden or self.agrees(left[choice.number][0], t)
            )
            if not told and self.may_be_preempted(choice or pick, left):
                piece = self.unseen(choice or pick, t)
                self.start(piece, t, preempted, left, done)
                piece.request.period -= 1
                preempted.append(piece)
                continue
            if choice is None:
                self.passed_over(pick, left, t)
                break
            piece = left[choice.number].pop(0)
            if not left[choice.number]:
                del left[choice.number]
            self.start(piece, t, preempted, left, done)
            if piece.end == t and piece.reason == "done":
                done.append(piece)
        if agreed:
            for pieces in left.values():
                self.forbidden(pieces[0], t)
            for piece in preempted:
                book.say(
                    "A5",
                    f"the work on {where(piece.request)} is interrupted at {t}, though nobody of "
                    "better rank takes its people (31)",
                )
        if left or preempted or late or done:
            self.sync(t, left, preempted, late, done)

    def choose(
        self,
        pick: Request,
        first: list[Request],
        random: list[Request],
        left: dict[int, list[Slice]],
        t: int,
    ) -> Request | None:
        """Return the start that is next: the law's, or one that it cannot tell from it.

        It cannot tell where a random discipline has picks, or numbers of one tick are unknown.
        """
        waiting = [pieces[0].request for number, pieces in left.items() if number in self.inside]
        alike = [
            r
            for r in waiting
            if r is pick
            or (random and (r in first or r in random))
            or any(
                (r.rank, r.since) == (h.rank, h.since) and (r.late or h.late)
                for h in (first if random else (pick,))
            )
        ]
        if len(alike) < 2:
            return alike[0] if alike else None
        likely = pick in alike and not random and not pick.late

        def doubt(r: Request) -> tuple[bool, bool, bool, int, int]:
            piece = left[r.number][0]
            end = piece.end if random else 0
            return likely and r is not pick, not self.agrees(piece, t), piece.end > t, end, r.number

        place = len(self.picks)
        k = self.decisions[place] if place < len(self.decisions) else 0
        self.picks.append((k, len(alike)))
        return sorted(alike, key=doubt)[k]

    def cancelled_at_once(
        self, t: int, starts: list[Slice], preempted: list[Slice], late: list[Request]
    ) -> None:
        """A5 where work was cancelled at the tick of its start: only work of no length does it."""
        stopped = [piece for piece in starts if piece.hidden and piece.reason == "cancelled"]
        if t not in self.book.instants:
            text = f"{where(stopped[0].request)} is cancelled at {t}, when it starts (8, 42)"
            self.book.say("A5", text)
        self.loosely(t, starts, preempted, late)

    def loosely(
        self, t: int, starts: list[Slice], preempted: list[Slice], late: list[Request]
    ) -> None:
        """A4, A5 at a tick with work of no length: rounds of dispatch, whose order is unknown."""
        book = self.book
        self.loose.add(t)
        self.unsure.add(t)
        self.fall()
        for piece in starts:  # with which alternative is not known
            for wait in piece.request.waits if piece.hidden else ():
                if wait.begin == t:
                    wait.settled = len(wait.guesses) < 2
        for r in late:
            self.join(r)
        for piece in preempted:
            going_on = piece.kept is not None and piece.request.period > 0
            if piece.begin < t or going_on or piece.reason == "unseen":
                self.free(piece)
                self.join(piece.request)
        for piece in sorted(starts, key=lambda s: (s.end, s.request.number)):
            if piece.request.number in self.inside:
                self.leave(piece.request)
            before = [(q, m, self.busy[q].get(m)) for q, m in piece.people]
            self.occupy(piece)
            if piece.end == t:
                self.settle(piece)
                for q, person, stopped in before:  # who was interrupted for it begins again
                    if stopped is not None and stopped.end > t:
                        self.hold(q, person, stopped)
                if piece.reason == "preempted":
                    self.join(piece.request)
        first, random = self.heads(t)
        for r in (*first, *random):
            book.say("A4", f"{where(r)} waits at {t}, though it could start (25)")
        if any(piece.end == t for piece in starts):
            return
        for piece in starts:
            if piece.end == t or not piece.people:
                continue
            r = piece.request
            p = r.alternatives[piece.alternative][0][0]
            if self.discipline[p] == Discipline.RANDOM:
                continue
            self.free(piece)
            for entry in self.queue[p]:
                if entry.key >= self.key(p, r):
                    break
                other = entry.request
                if other.waits[other.period].begin < t and self.startable(entry, t):
                    self.passed_over(other, {r.number: [piece]}, t)
                    break
            for q, person in piece.people:
                self.hold(q, person, piece)
