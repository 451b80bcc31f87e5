"""One start held against the law: alternative, victims, people (17, 29, 31, 33)."""

from svcsim.audit.cell_supply import CellSupply
from svcsim.audit.requests import Request, Slice, where
from svcsim.audit.team import called, few
from svcsim.model.codes import Interruption


class CellStarts(CellSupply):
    """What the rows say of single starts."""

    @staticmethod
    def unseen(r: Request, t: int) -> Slice:
        """Return a guess that work was started and preempted in one tick."""
        piece = Slice(r, t)
        piece.reason, piece.hidden = "unseen", True
        return piece

    def may_be_preempted(self, r: Request, left: dict[int, list[Slice]]) -> bool:
        """Say whether a start may have been undone in the same tick, so that no row tells of it."""
        return r.seize.interruption != Interruption.NEVER and any(
            pieces[0].request.preempts and pieces[0].request.rank < r.rank
            for pieces in left.values()
        )

    def plan_of(self, piece: Slice, t: int) -> tuple[int, list[Slice], dict[int, list[int]]]:
        """Return with which alternative, victims and people a start should come (17, 29, 31).

        Of a victim of several people those that are not needed come free: their pools are left out.
        """
        r = piece.request
        k, victims = self.best(r, t) or (piece.alternative, [])
        places = {p: self.places(p, r, t) for p, _ in r.alternatives[k]}
        people = {
            p: self.lowest(p, n, places[p])
            for p, n in r.alternatives[k]
            if not self.group[p].unlimited
        }
        for victim in victims:
            for p in people:
                people[p].extend(few(self.of_pool(victim, p), places[p]))
        need = dict(r.alternatives[k])
        for p in list(people):
            if len(people[p]) > need[p] and victims:
                del people[p]
        return k, victims, people

    def agrees(self, piece: Slice, t: int) -> bool:
        """Say whether a start is as the law has it."""
        k, victims, people = self.plan_of(piece, t)
        if any(v.begin < t and (v.end, v.reason) != (t, "preempted") for v in victims):
            return False
        if not piece.people:
            return True
        return k == piece.alternative and all(
            sorted(m for q, m in piece.people if q == p) == sorted(people[p]) for p in people
        )

    def passed_over(self, pick: Request, left: dict[int, list[Slice]], t: int) -> None:
        """A4 or A5: the next request was not started."""
        if not left:
            self.book.say("A4", f"{where(pick)} waits at {t}, though it could start (25)")
            return
        others = ", ".join(str(pieces[0].request.item) for pieces in left.values())
        if pick.waits[pick.period].end > t or pick.waits[pick.period].ended != "started":
            text = f"{where(pick)} waits at {t}, though it comes before item {others}, started then"
        else:
            text = f"{where(pick)} is not started before item {others} at {t}"
        self.book.say("A5", text + " (22, 25)")

    def forbidden(self, piece: Slice, t: int) -> None:
        """A2 or A5: something started that could not."""
        r = piece.request
        k = piece.alternative
        if not self.fits(r, k, t):
            text = f"{where(r)} starts at {t}, though it does not fit its window or shift (34, 40)"
            self.book.say("A5", text)
            return
        short = [
            p for p, number in r.alternatives[k]
            if self.available(p, r, self.places(p, r, t)) < number
        ]  # fmt: skip
        what = "preempts at" if r.preempts else "starts at"
        self.book.say(
            "A5", f"{where(r)} {what} {t}, though pools {short} cannot supply it (24, 31)"
        )

    @staticmethod
    def owes(piece: Slice) -> None:
        """Note the set-up that is due after work without a row: its alternative is known (33)."""
        r = piece.request
        at = r.slices.index(piece) + 1 if piece in r.slices else len(r.waits)
        if at < len(r.waits) and (at == len(r.slices) or r.slices[at].hidden):
            pools = tuple(pool for pool, _ in r.alternatives[piece.alternative])
            wait, after = r.waits[at], ("preempted", pools, r.seize.interruption)
            wait.after, wait.joined, wait.settled = after, (after, wait.joined[1]), True

    def start(
        self,
        piece: Slice,
        t: int,
        preempted: list[Slice],
        left: dict[int, list[Slice]],
        done: list[Slice],
    ) -> None:
        """A2, A5: the right alternative, the right victims, the lowest free people (17, 29, 31)."""
        book, r = self.book, piece.request
        k, victims, people = self.plan_of(piece, t)
        if piece.hidden:
            piece.alternative = k
            self.owes(piece)
            for p, number in r.alternatives[k]:
                found = people.get(p) or [m for v in victims for m in self.of_pool(v, p)]
                piece.people.extend((p, person) for person in sorted(found)[:number])
        elif piece.people and k != piece.alternative:
            book.say(
                "A5",
                f"{where(r)} starts at {t} with alternative {piece.alternative}, though {k} is "
                "written first and can start it (29, 31)",
            )
            people = {}
        known = True
        for victim in victims:
            if victim in preempted:
                preempted.remove(victim)
                self.free(victim)
                self.join(victim.request)
                if victim.reason == "unseen":
                    self.undone.add(id(victim.request.waits[victim.request.period]))
            elif victim.begin == t and victim.kept is None:  # it starts a second time in this tick
                if victim in done:
                    done.remove(victim)
                self.free(victim)
                victim.request.period -= 1
                self.undone.add(id(victim.request.waits[victim.request.period]))
                self.join(victim.request)
                left[victim.request.number].insert(0, victim)
            else:
                people, known = {}, False
                book.say(
                    "A5",
                    f"{where(r)} preempts at {t}, but not item {victim.request.item}, whose turn "
                    "it is to be interrupted (31)",
                )
        again = t in book.instants and r.seize.interruption != Interruption.NEVER
        for p in people if piece.people and not again else ():
            found = sorted(person for q, person in piece.people if q == p)
            if found != sorted(people[p]):
                book.say(
                    "A2",
                    f"{where(r)} takes people {[*map(called, found)]} of pool {p} at {t}; the "
                    f"lowest free are {[*map(called, sorted(people[p]))]} (17)",
                )
        for p, person in piece.people:
            other = self.busy[p].get(person)
            if person and other is not None and known:
                book.say(
                    "A2",
                    f"{where(r)} takes person {called(person)} of pool {p} at {t}, who is on item "
                    f"{other.request.item} (23)",
                )
        self.leave(r)
        self.occupy(piece)

    def sync(
        self,
        t: int,
        left: dict[int, list[Slice]],
        preempted: list[Slice],
        late: list[Request],
        done: list[Slice],
    ) -> None:
        """Take over what the rows say, so that one deviation is one finding."""
        for r in late:
            self.join(r)
        for piece in done:
            self.over(piece)
        for piece in preempted:
            if piece.kept is not None and piece.request.period == 0:
                continue  # it is settled with the work before
            if piece.begin < t or piece not in [p for pieces in left.values() for p in pieces]:
                self.free(piece)
                self.join(piece.request)
        for pieces in left.values():
            for piece in pieces:
                self.leave(piece.request)
                self.occupy(piece)
                if piece.end == t:
                    self.settle(piece)
                    if piece.reason == "preempted":
                        self.join(piece.request)
