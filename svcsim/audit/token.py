"""A token: its rows, and how it begins and ends (41, 42)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from svcsim.audit.children import Kind as KindOfChild
from svcsim.audit.findings import Mismatch
from svcsim.audit.happenings import Child, Hearing, Stay
from svcsim.audit.requests import NO_MORE, Moment, Place, Request, Slice
from svcsim.model.arrays import NEVER
from svcsim.model.codes import BACKLOG_LAYER, Purpose

if TYPE_CHECKING:
    from svcsim.audit.strands import Strands


class Token:
    """One token, guided by its rows.

    Rows say how long waits took that depend on others; all else is worked out and compared.
    """

    flow: Generator[Moment, None, None]
    """Its way, an event after the other."""

    def __init__(self, path: "Strands", strand: int, number: int, begin: int, cut: int):
        self.path = path
        self.book = path.book
        self.item = path.item
        self.key = path.key
        self.strand = strand
        self.number = number
        self.cut = cut
        """When the table says that it is cancelled."""
        rows, visits, presence = path.tables
        self.rows = rows.get(number, [])
        self.visits = visits.get(number, [])
        self.presence: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for p in sorted(presence.get(number, ()), key=attrgetter("begin", "end"), reverse=True):
            self.presence[p.step, p.visit].append(p)
        self.next_row = 0
        self.there = path.book.there.get(path.key) if begin < 0 else None
        """What is known of it from before the start (53)."""
        self.now = begin
        self.stop = min(cut, self.book.end)
        """Where its rows end, if not before."""
        self.until = min(cut + 1, self.book.end)
        """What happens from here on does not happen to it."""
        self.several = False
        """Whether it is one of several instances of its strand."""
        self.count: Counter[int] = path.count
        """Visits to each step so far: of all tokens, or its own."""
        self.goes_to: int | None = None
        """Where it begins that has taken the place of another; None: where its strand does."""
        self.escapes_to: int | None = None
        """Where another one begins in its place if its visit escalates."""
        self.origin: Place = (5, self.item.item)
        self.late = False
        self.behind: Slice | None = None
        self.child = -1
        """Whose leaving a dispatch let it go on (44)."""
        self.visit: Counter[int] = Counter()
        """Its own visits to each step, as the item counts them (61)."""
        self.expected: list[list[int]] = []
        self.last: dict[int, int] = {}
        self.held: set[int] = set()
        self.patience: tuple[int, int] | None = None
        self.request: Request | None = None
        self.going: Slice | None = None
        """The work of the step before, whose people go on now (71)."""
        self.requests: list[Request] = []
        self.stays: list[Stay] = []
        self.hearings: list[Hearing] = []
        self.spawned = 0
        self.team = -1
        """The team that worked on it last."""
        self.needs: list[KindOfChild] = []
        """Children of this visit that it will wait for."""
        self.awaits = NEVER
        """When it goes on from there."""
        self.repeated, self.at_step = 0, -1
        """How often the step at which it is has been repeated (66)."""
        self.wake: Moment = max(0, begin), (1, number)
        """When it goes on."""
        self.ending: Callable[[Moment], None] | None = None
        """Writes down what it waits for, when that does not happen."""

    @property
    def place(self) -> tuple[int, int]:
        """Its strand and number."""
        return self.strand, self.number

    def comes_as(self, child: Child | None) -> None:
        """Come in phase 5; a child perhaps after a dispatch of that tick (8, 9, 44)."""
        if child is not None and child.turn[0] > 0:
            self.late = True
            if child.place[0] >= 6:
                self.origin = *child.place, self.item.item
                self.behind = child.behind

    def begin_after(self, by: "Token") -> None:
        """Begin in phase 1, by number, after what another token does (8, 41)."""
        origin, n = by.origin, self.number
        phase = origin[0]
        self.late, self.behind, self.child = by.late, by.behind, by.child
        if phase == 1:
            self.origin = 1, n
        elif phase in (2, 6):
            self.origin = phase, origin[1], inf, n
        elif phase == 5:
            self.origin = 5, self.path.last, n
        else:
            self.origin = phase, origin[1], n

    def cancel(self, by: "Token") -> None:
        """Be cancelled by a sibling: so say the tables, at this very tick (42)."""
        place = by.origin
        if by.late and place[0] not in (1, 3):
            place = (7, *place)
        self.cancelled_at((by.now, place))

    def cancelled_at(self, gone: Moment) -> None:
        """Be cancelled: so say the tables, at this very tick (42)."""
        t = gone[0]
        if self.cut != t:
            told = "has not" if self.cut == NEVER else f"is at {self.cut}"
            raise Mismatch("A8", f"token {self.number} must be cancelled at {t}, and {told} (42)")
        if self.ending is not None:
            self.ending(gone)
            self.ending = None
        self.finish(t, cancelled=True)

    def finish(self, t: int, *, cancelled: bool = False) -> None:
        """Be no more, at a tick or open at the end of the run; compare all that is left."""
        path = self.path
        path.guards.pop(self.number, None)
        if t != NEVER:
            for limit in list(self.held):
                path.give_back(limit, self, t)
            del path.live[self.place]
        elif self.ending is not None:
            self.ending(NO_MORE)
        if path.strands:
            life = path.lives[path.walks.index(self)]
            said, law = (life.strand, life.ended, life.cancelled), (self.strand, t, int(cancelled))
            if said != law:
                text = f"token {self.number} ends as {said}, the program gives {law}"
                raise Mismatch("A8", f"{text} (strand, tick, whether cancelled) (41, 42)")
        if self.next_row < len(self.rows):
            row = self.rows[self.next_row]
            raise Mismatch("A8", f"row {row.row} of kind {row.kind} comes after the end")
        if any(self.presence.values()):
            raise Mismatch("A2", "somebody was present when no work was done")
        found = [
            [v.step, v.visit, v.entered, v.started, v.finished, v.outcome] for v in self.visits
        ]
        if found != self.expected:
            pairs = zip(found + [None] * len(self.expected), self.expected, strict=False)
            odd = next(((a, b) for a, b in pairs if a != b), (found[-1:], None))
            raise Mismatch(
                "A8",
                f"visit {odd[0]}, the program gives {odd[1]} "
                "(step, visit, entered, started, finished, outcome)",
            )

    def _comes(self, t: int, place: Place) -> Moment:
        """Return when something comes that others may prevent."""
        return (t, place) if t < self.until else NO_MORE

    def _cut_here(self) -> bool:
        """Say whether it is cancelled now, as no row tells of anything else."""
        return self.now == self.cut and self.next_row == len(self.rows)

    def _since(self) -> int:
        """Return since when it waits that begins to wait now (53)."""
        return -self.there.since if self.there is not None and self.now == 0 else self.now

    def _duration(self, op: Any, distribution: int, purpose: Purpose, factor: float = 1.0) -> int:
        tag = self.book.steps[op.step].tag
        if self.book.zero[distribution]:
            return 0
        u = self.book.draw(self.key, tag, self.visit[op.step], purpose)
        return self.book.duration(distribution, u, factor, self.book.times(distribution, self.item))

    def _instantly(self) -> None:
        """Note an event without time: others of the same event may come in between (9, 10)."""
        self.late = (
            self.late
            or self.origin[0] in (2, 6)
            or self.item.member >= 0
            or self.item.layer <= BACKLOG_LAYER
        )

    def _started_now(self, op: Any) -> bool:
        """Say whether the table of visits has the first work of this visit start now."""
        at = self.last[op.step]
        return at < len(self.visits) and self.visits[at].started == self.now

    def _peek(self, kind: int, step: int) -> Any:
        """Return the next row if it is of this kind, here and now."""
        if self.next_row < len(self.rows):
            row = self.rows[self.next_row]
            if (row.kind, row.begin, row.step, row.visit) == (
                kind, self.now, step, self.visit[step],
            ):  # fmt: skip
                return row
        return None

    def _take(self, kind: int, end: int, step: int) -> None:
        """Take a row that is known beforehand."""
        row = self._peek(kind, step)
        if row is None or row.end != end:
            found = "nothing"
            if self.next_row < len(self.rows):
                row = self.rows[self.next_row]
                found = (
                    f"kind {row.kind} in [{row.begin}, {row.end}) at step {row.step}, visit "
                    f"{row.visit}"
                )
            raise Mismatch(
                "A8",
                f"has {found}, where the program has kind {kind} in [{self.now}, {end}) at step "
                f"{step}, visit {self.visit[step]}",
            )
        self.next_row += 1

    def _passes(self, until: int, kind: int, step: int) -> Generator[Moment, None, None]:
        """Take a row of a wait of which the end is known beforehand."""
        before = self.now
        stop = min(until, self.stop)
        if stop > before:
            self._take(kind, stop, step)
        if until > before:
            yield self._comes(until, (1, self.number))
            self.now = until
            self.origin, self.late = (1, self.number), False
        else:
            self._instantly()
