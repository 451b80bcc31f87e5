"""What the tokens of an item share, and which strands begin, end and run again (41 to 45)."""

from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import Any

from svcsim.audit.book import Book
from svcsim.audit.children import Awaited
from svcsim.audit.findings import Mismatch
from svcsim.audit.happenings import Birth, Child
from svcsim.audit.requests import Change, Moment, Place
from svcsim.audit.strand import members
from svcsim.audit.token import Token
from svcsim.audit.walk import Walk
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import TRIGGERED, Outcome
from svcsim.world.draws import child_key


class Strands:
    """An item and its tokens.

    `choices` says which of several ways to take where the rows do not tell: full limits may have
    sent the item elsewhere, and the order of its tokens in a tick may be unknown.
    """

    def __init__(
        self,
        book: Book,
        item: Any,
        tables: tuple[dict[int, list[Any]], ...],
        choices: list[int],
        last: int,
    ):
        self.book = book
        self.item = item
        self.tables = tables
        self.choices = choices
        self.taken: list[tuple[int, int]] = []
        """At each choice: which of how many."""
        self.last = last
        """The last item of its batch."""
        stream = book.streams[item.stream]
        self.stream = stream
        self.strands = book.strands[item.stream]
        self.key = book.keys[item.item]
        rank, due = book.by_class[stream.rank_row][item.cls], NEVER
        if stream.due_row >= 0:
            ticks = book.by_class[stream.due_row][item.cls]
            if ticks >= 0:
                due = book.calendar(stream.due_calendar).add(max(0, item.arrived), ticks)
                due += min(0, item.arrived)
        if stream.noticed and stream.due_row < 0 and item.layer == NONE and item.parent < 0:
            due = book.events[item.stream, item.ordinal]
        self.made = item.layer == TRIGGERED
        """Whether a trigger made it, perhaps after a dispatch of its tick (9, 49)."""
        self.born = book.children.get(self.key) if item.parent >= 0 else None
        """What the path of its parent says of it."""
        if self.born is not None:
            rank = rank if self.born.rank is None else self.born.rank
            due = due if self.born.due is None else self.born.due
        self.rank, self.due = rank, due
        self.changes = [Change(-1, (), False, rank, due)]
        preempts = stream.preempts_row
        self.preempts = preempts >= 0 and book.by_class[preempts][item.cls] == 1
        self.count: Counter[int] = Counter()
        """Visits to each step so far, by all tokens."""
        self.lives = book.lives.get(item.item, [])
        self.walks: list[Token] = []
        """Its tokens in the order of creation."""
        self.live: dict[tuple[int, int], Token] = {}
        """Its tokens that are, by strand and number."""
        self.lacking: dict[int, int] = {}
        """Of the instances of each strand: how many must still come to its end (41)."""
        self.begun: set[int] = {0}
        self.done: set[int] = set()
        self.passed: set[int] = set()
        self.back: set[int] = set()
        """Strands that were sent back, and have not been done since."""
        self.ran: set[int] = set()
        """Strands that are not repeated, and were done when they were sent back."""
        self.places: dict[int, tuple[int, set[int]]] = {}
        """Since when it has a place at a limit, and the tokens that need it (45)."""
        self.let_in: set[int] = set()
        """Limits at which those who go on now have a place since this very dispatch (45)."""
        self.holds: list[tuple[int, int, int, int]] = []
        self.children: list[Child] = []
        self.awaited: list[Awaited] = []
        self.guards: dict[int, tuple[Moment, int, bool, Token]] = {}
        """When visits of tokens escalate, to which rank, and whether only if not started (46)."""
        self.births: list[Birth] = []

    def choose(self, n: int) -> int:
        """Return which of some ways to take."""
        place = len(self.taken)
        k = self.choices[place] if place < len(self.choices) else 0
        self.taken.append((k, n))
        return k

    def ends(self, outcome: int, t: int) -> None:
        """The last token has ended: compare how the item left (41, 42)."""
        item = self.item
        if item.outcome != outcome or item.ended != t:
            raise Mismatch(
                "A8",
                f"ended at {item.ended} with outcome {item.outcome}, the program "
                f"ends at {t} with outcome {outcome}",
            )
        self._all_told()

    def more_begin(self) -> bool:
        """Say whether the tables tell of tokens that have not begun yet (41)."""
        return bool(self.strands) and len(self.walks) < len(self.lives)

    def _all_told(self) -> None:
        """See that every token of the tables is one of the path."""
        if self.more_begin():
            number = self.lives[len(self.walks)].token
            raise Mismatch("A8", f"nothing lets token {number} begin (41)")

    def change(self, walk: Token, rank: int, due: int) -> None:
        """Give the item another rank and due date (22)."""
        self.rank, self.due = rank, due
        self.changes.append(Change(walk.now, walk.origin, walk.late, rank, due))

    def take(self, limit: int, walk: Token) -> None:
        """Hold a place, for one more of the tokens (45)."""
        self.places.setdefault(limit, (walk.now, set()))[1].add(walk.number)
        walk.held.add(limit)

    def give_back(self, limit: int, walk: Token, t: int) -> None:
        """Give a place back, unless another token needs it (45)."""
        got, tokens = self.places[limit]
        walk.held.discard(limit)
        tokens.discard(walk.number)
        if not tokens:
            del self.places[limit]
            self.holds.append((limit, self.item.item, got, t))

    def _create(self, strand: int, of: int, t: int, by: Token | None = None) -> Token:
        """Create the token that begins a strand, and compare it with the table."""
        if len(self.walks) == len(self.lives):
            raise Mismatch("A8", f"strand {strand} begins at {t}, and no token tells of it (41)")
        life = self.lives[len(self.walks)]
        if (life.first, life.of, life.began) != (strand, of, t):
            raise Mismatch(
                "A8",
                f"token {life.token} begins strand {life.first} at {life.began} as token {life.of} "
                f"ends; the law has strand {strand} begin at {t} as {of} ends (41)",
            )
        walk = Walk(self, strand, life.token, t, life.ended if life.cancelled else NEVER)
        if by is None:
            walk.comes_as(self.born)
            walk.late = walk.late or self.made
            self._born(life.token, t, walk.origin, walk.late)
        else:
            walk.begin_after(by)
            self._born(life.token, t, *self._after(by))
            walk.team = by.team
        self.walks.append(walk)
        self.live[walk.place] = walk
        return walk

    def _born(self, number: int, t: int, origin: Place, late: bool) -> None:
        """Note a token."""
        self.births.append(Birth(number, max(0, t), origin, late, self.item.item))

    def _after(self, by: Token) -> tuple[Place, bool]:
        """Return where a token is created: those of a batch, after all its items are."""
        if len(by.origin) == 2 and by.origin[0] == 5:
            return (5, self.last, -1, self.item.item), by.late
        return by.origin, by.late

    def leaves(self, walk: Token, outcome: int) -> None:
        """A token leaves the stream: the others are cancelled (42)."""
        self._cancel({strand for strand, _ in self.live}, walk)
        walk.finish(walk.now)
        self.ends(outcome, walk.now)

    def joins(self, walk: Token, passed: bool) -> None:
        """A token comes to the end of its strand, done or passed by (41)."""
        walk.finish(walk.now)
        if walk.several:
            self.lacking[walk.strand] -= 1
            if self.lacking[walk.strand] > 0:
                return
            self._cancel({walk.strand}, walk)
        (self.passed if passed else self.done).add(walk.strand)
        self._end_repetitions({walk.strand}, walk)
        self._over({walk.strand}, walk)

    def jumps(self, walk: Token, jump: Any) -> int | None:
        """A token goes to another strand: return where it goes on, if it goes back (43)."""
        here, there = walk.strand, jump.to
        ahead = [strand.ahead for strand in self.strands]
        if jump.back == 0:
            if there not in ahead[here]:
                raise Mismatch("A8", f"goes forward from strand {here} to {there} (43)")
            walk.finish(walk.now)
            passed = ahead[here] - {there} - ahead[there]
            if members(jump.passed) != passed:
                said, law = sorted(members(jump.passed)), sorted(passed)
                raise Mismatch("A8", f"passes {said} by, the law {law} (43)")
            passed -= self.begun
            self.begun |= passed
            self.passed |= passed
            self.done.add(here)
            self._end_repetitions({here} | passed, walk)
            self._over({here} | passed, walk, there)
            return None
        if here not in ahead[there]:
            raise Mismatch("A8", f"goes back from strand {here} to {there} (43)")
        again = {here, there} | {i for i in ahead[there] if here in ahead[i]}
        once = {i for i in again if self.strands[i].once and i != there}
        if members(jump.again) != again or members(jump.once) != once:
            told = sorted(members(jump.again)), sorted(members(jump.once))
            must = sorted(again), sorted(once)
            raise Mismatch("A8", f"sends back {told}, the law {must} (strands, once) (43)")
        again -= {i for (i, _), other in self.live.items() if i in once and other is not walk}
        self._cancel(again, walk)
        self.ran |= once & again & self.done
        self.back = (self.back - self.done) | again
        self.begun -= again
        self.done -= again
        self.passed -= again
        losers = self._losers(there)
        self.begun |= {there} | losers
        self._cancel(losers, walk)
        del self.live[walk.place]
        walk.strand = there
        self.live[walk.place] = walk
        return int(jump.start)

    def _over(self, over: set[int], walk: Token, there: int = -1) -> None:
        """Begin what waited for strands that are over, in the order of the file (41)."""
        tried = {j for i in over for j in self.strands[i].follow}
        tried |= {there} if there >= 0 else set()
        while tried:
            strand = min(tried)
            tried.remove(strand)
            if strand in self.begun or not self._enough(strand):
                continue
            losers = self._losers(strand)
            self.begun |= {strand} | losers
            self._cancel(losers, walk)
            if self.strands[strand].once and strand in self.ran:
                self.done.add(strand)
                tried |= self.strands[strand].follow
            else:
                self._create(strand, walk.number, walk.now, walk)
        if not self.live:
            self.ends(Outcome.DONE, walk.now)

    def _end_repetitions(self, over: set[int], walk: Token) -> None:
        """Cancel what is repeated until strands are over; it does not begin any more (66)."""
        for strand in sorted(over):
            ends = self.strands[strand].ends
            if any(self.strands[i].follow for i in ends):
                raise Mismatch("A8", f"something waits for what ends with strand {strand} (66)")
            self.begun |= ends
            self._cancel(ends, walk)

    def _enough(self, strand: int) -> bool:
        """Say whether enough of what a strand waits for is done (41, 43)."""
        waited_for = self.strands[strand].before - self.passed
        if strand in self.back:
            waited_for &= self.back
        need = min(self.strands[strand].need, len(waited_for))
        return bool(len(waited_for & self.done) >= need)

    def _losers(self, strand: int) -> frozenset[int]:
        """Return the strands that lead nowhere else, unless they run on (41)."""
        strands = self.strands
        if not strands[strand].cancels:
            return frozenset()
        found: set[int] = set()
        for i in reversed(range(len(strands))):
            if strands[i].follow and strands[i].follow <= found | {strand}:
                found.add(i)
        found = found.union(*(strands[i].ends for i in found))
        if found != strands[strand].cancels or strands[strand].need >= len(strands[strand].before):
            said, law = sorted(strands[strand].cancels), sorted(found)
            raise Mismatch("A8", f"strand {strand} cancels {said}, the law {law} (41)")
        return frozenset(found)

    def _cancel(self, strands: Iterable[int], by: Token) -> None:
        """Cancel the tokens in some strands, in their order (42)."""
        wanted = set(strands)
        for (strand, _), walk in sorted(self.live.items()):
            if strand in wanted and walk is not by:
                walk.cancel(by)

    def multiply(self, walk: Token, op: Any, n: int) -> None:
        """Begin n tokens in the strand of one that ends, with keys of their own (41, 60)."""
        record, tag = self.book.instances[op.a], self.book.steps[op.step].tag
        walk.finish(walk.now)
        share = ceil(round(record.need_share * n, 9))
        self.lacking[walk.strand] = max(1, share if record.need < 0 else min(record.need, n))
        for index in range(n):
            one = self._create(walk.strand, walk.number, walk.now, walk)
            one.goes_to, one.several = op.next, True
            one.key = child_key(self.key[0], self.key[1], tag, 0, index)
            one.count = Counter(self.count)
            self.book.token_keys[one.number] = one.key
