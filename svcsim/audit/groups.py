"""People who come in groups or are on call, for the auditor (14 to 19, 34).

A pool that is not divided has one `Group`. A `Team` is the people of several, and says the same of
them: a person is one number, in which the place of the group, in the order of taking, comes
before the number in the group. So the lowest number is who is taken first (17).
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from svcsim.model.arrays import Interruption, Kind, Model, Purpose

PLACE = 1 << 32
"""Between the numbers of two groups."""
STARTS = 8
"""So many starts of a request may have left no row, because they were interrupted at once."""


def divided(model: Model) -> bool:
    """Say whether people come in groups, or are on call."""
    return bool((model.pools["n_groups"] > 1).any() or model.groups["on_call"].any())


class Team:
    """The people of a pool that is divided."""

    divided = True
    unlimited = False

    def __init__(self, book: Any, p: int):
        pool, records = book.pools[p], book.model.groups
        serving = book.model.pool_groups[pool.first : pool.first + pool.n_groups].tolist()
        on_call = {g: int(records["on_call"][g]) for g in serving}
        self.numbers: list[int] = sorted(
            serving, key=lambda g: (on_call[g], records["n_pools"][g], records["order"][g])
        )
        self.groups = [book.groups[g] for g in self.numbers]
        self.one = any(on_call.values())
        """Whether all may resume what one of them paused (34)."""
        self.streams = [int(records["streams"][g]) for g in self.numbers]
        self._places: dict[Any, frozenset[int] | None] = {}

    def who(self, g: int, person: int) -> int:
        """Return the number of somebody here."""
        return self.numbers.index(g) * PLACE + person

    def order_of(self, who: int) -> int:
        """Return the place of a group among those whose staffing changes at one tick (8)."""
        return int(self.groups[who // PLACE].order)

    def places(self, stream: int, own: frozenset[int] | None) -> frozenset[int] | None:
        """Return the places of the groups that may do some work (19, 34); None: all."""
        if (stream, own) not in self._places:
            found = frozenset(
                place
                for place, mask in enumerate(self.streams)
                if (mask < 0 or mask >> stream & 1) and (own is None or place in own)
            )
            every = len(found) == len(self.groups)
            self._places[stream, own] = None if every else found
        return self._places[stream, own]

    def owners(self, people: Iterable[int]) -> frozenset[int] | None:
        """Return the places of those who alone may resume what some people paused (34)."""
        return None if self.one else frozenset(who // PLACE for who in people)

    def in_time(self, places: Iterable[int] | None, t: int, length: int) -> frozenset[int]:
        """Return the places of groups in whose shift work may start that starts nothing late."""
        return frozenset(
            place
            for place in (range(len(self.groups)) if places is None else places)
            if self.groups[place].calendar.fits(t, length, self.groups[place].longest)
        )

    def everybody(self) -> set[int]:
        """Return the numbers of all people."""
        return {place * PLACE + m for place, one in enumerate(self.groups) for m in one.everybody()}

    def there(self, who: int, t: int) -> bool:
        """Say whether a person is there at t."""
        return bool(self.groups[who // PLACE].there(who % PLACE, t))

    def until(self, who: int, t: int) -> int:
        """Return the tick at which a person who is there at t leaves; t if absent."""
        return int(self.groups[who // PLACE].until(who % PLACE, t))

    def on_shift(self, t: int) -> set[int]:
        """Return the people who are there at t."""
        return {place * PLACE + m for place, one in enumerate(self.groups) for m in one.on_shift(t)}

    def falling(self, t: int) -> set[int]:
        """Return those who leave at t behind a dispatch (19)."""
        return {place * PLACE + m for place, one in enumerate(self.groups) for m in one.falling(t)}

    def edges(self) -> set[int]:
        """Return the ticks before the end at which the presence may change (R2)."""
        return set().union(*(one.edges() for one in self.groups))


def few(people: Iterable[int], places: frozenset[int] | None) -> list[int]:
    """Return those of some people who are of groups that may do some work."""
    return [who for who in people if places is None or who // PLACE in places]


def called(who: int) -> str:
    """Return how somebody of a pool is called in a finding."""
    return f"{who % PLACE}" if who < PLACE else f"{who % PLACE} of group {who // PLACE}"


# ---- rest after a long call (19) -----------------------------------------------------------------


class Edge(NamedTuple):
    """A tick at which one person more of a group rests, or one fewer."""

    tick: int
    change: int
    late: bool
    """Whether whoever rests was given back in a dispatch, so that the fall comes behind it (9)."""


def rests(book: Any) -> dict[int, list[Edge]]:
    """Return when people of each group are missing, because people on call rest (19)."""
    records = book.model.groups
    found: dict[int, list[Edge]] = defaultdict(list)
    for g in (records["rests"] >= 0).nonzero()[0].tolist():
        held: dict[int, list[Any]] = defaultdict(list)
        for row in book.presence:
            if row.group == g:
                held[row.person].append(row)
        for rows in held.values():
            rows.sort(key=lambda row: (row.begin, row.end))
            found[int(records["rests"][g])] += _rests(book, rows, records[g])
    return found


def _rests(book: Any, held: list[Any], group: Any) -> list[Edge]:
    """Return when the rests of a person on call begin and end."""
    found: list[Edge] = []
    since = last = -1
    for row in held:
        since = since if row.begin == last else row.begin
        last = row.end
        if last - since > group["rest_after"] and last < book.end:
            over = Edge(last + int(group["rest"]), -1, False)
            if found and found[-1].tick >= last:
                found[-1] = over
            else:
                found += [Edge(last, 1, _goes_on(book, row)), over]
    return found


def _goes_on(book: Any, row: Any) -> bool:
    """Say whether the work of a row of presence is not over at its end."""
    return any(
        (other.token, other.step, other.visit) == (row.token, row.step, row.visit)
        and other.begin >= row.end
        and other.kind in (Kind.CONTENTION, Kind.SETUP, Kind.WORK)
        and (other.end > other.begin or row.begin == row.end)
        for other in book.rows_of[row.item]
    )


def falls(edges: list[Edge], people: int) -> dict[int, list[tuple[int, int]]]:
    """Return the spells in which the highest numbers of a group are missing (15, 19)."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    since: list[int] = []
    for edge in sorted(edges):
        if edge.change > 0:
            since.append(edge.tick)
        else:
            begin = since.pop()
            found[people - len(since)].append((begin, edge.tick))
    return {person: sorted(spells) for person, spells in found.items()}


# ---- call-out (19) -------------------------------------------------------------------------------


def starts_of(request: Any, slices: Iterable[Any]) -> int:
    """Return how many starts the rows of a request tell of: who joins a swarm is one (19)."""
    return sum(
        1 + (request.seize.quorum > 0) * sum(row.begin > piece.begin for row in piece.presence)
        for piece in slices
    )


def call_outs(book: Any, request: Any, groups: Iterable[int], starts: int) -> set[int]:
    """Return how long people of some groups may be on the way, after so many starts of a request.

    Who joins a swarm at the tick of its start cannot be told from those who started.
    """
    laws = {int(book.model.groups["call_out"][g]) for g in groups} - {-1}
    if not laws:
        return {0}
    key, tag = book.keys[request.item], book.steps[request.step].tag
    swarm = request.seize.quorum > 0
    unseen = STARTS if swarm or request.seize.interruption != Interruption.NEVER else 1
    found = {0} if swarm else set()
    for k in range(starts, starts + unseen):
        u = book.draw(key, tag, request.visit, Purpose.CALL_OUT, k & 255)
        ways = {book.duration(law, u) for law in laws}
        found |= ways if swarm else {max(ways)}
    return found
