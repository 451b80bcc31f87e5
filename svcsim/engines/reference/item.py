"""A demand item: what its tokens share, and which of its strands run (semantics 41 to 43)."""

from collections import Counter
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from svcsim.model.arrays import NONE
from svcsim.model.codes import Outcome
from svcsim.world.draws import child_key
from svcsim.world.strands import may_begin, runs_again, sent_back

if TYPE_CHECKING:
    from svcsim.engines.reference.awaited import Awaited
    from svcsim.engines.reference.engine import World
    from svcsim.engines.reference.limit import Limit
    from svcsim.engines.reference.token import Token


class Item:
    """One demand for value, on its way through a stream with one token or several."""

    def __init__(self, world: "World", stream: Any, number: int, cls: int, key: tuple[int, int]):
        self.world = world
        self.stream = stream
        self.number = number
        self.cls = cls
        self.family = NONE
        """Its family among those of all streams."""
        self.quantity = NONE
        """How many of the unit of its stream it concerns."""
        self.key = key
        self.arrived: int = world.clock.now
        """When it came; of the backlog before the start."""
        self.rank: int = world.by_class[stream.rank_row][cls]
        self.preempts = world.by_class[stream.preempts_row][cls] == 1
        self.due = world.due(stream.due_row, stream.due_calendar, cls)
        self.entries = [0] * stream.n_steps
        """Visits so far, of each step."""
        self.places: Counter[Limit] = Counter()
        """Limits under which it has a place, and how many of its tokens need it (45)."""
        self.tokens: dict[tuple[int, int], Token] = {}
        """Its tokens, by strand and number."""
        self.missing: dict[int, int] = {}
        """Of the instances of each strand: how many must still come to its end."""
        self.awaited: tuple[Awaited, int] | None = None
        """Who waits for it, and as which kind of child."""
        self.team = NONE
        """The team that worked last in the strand that was over last."""
        self.begun, self.done, self.passed, self.back, self.ran = 1, 0, 0, 0, 0
        """Strands as bits, see `world.strands`."""

    def change(self, rank: int | None, due: int | None) -> None:
        """Change rank and due date; whoever waits is queued anew by them (22)."""
        self.rank = self.rank if rank is None else rank
        self.due = self.due if due is None else due
        for token in self.tokens.values():
            if token.request is not None:
                token.request.cell.changed()

    def leave(self, token: "Token", outcome: Outcome) -> None:
        """Leave the stream by one of its tokens; whatever else runs is cancelled (42)."""
        self.cancel(self.live, token)
        token.end()
        self.world.ended(self, outcome)

    def withdraw(self, outcome: Outcome) -> None:
        """Leave the stream, wherever it is, unless it has left (42)."""
        if self.tokens:
            self.cancel(self.live)
            self.world.ended(self, outcome)

    # ---- strands --------------------------------------------------------------------------------

    @property
    def live(self) -> int:
        """Strands in which a token is, as bits."""
        return reduce(or_, (1 << strand for strand, _ in self.tokens), 0)

    def join(self, token: "Token", passed: bool) -> None:
        """Let a token's strand be done, or passed by, and begin what waited for it (41)."""
        token.end()
        self.team = token.team
        if token.one_of_several:
            self.missing[token.strand] -= 1
            if self.missing[token.strand] > 0:
                return
            self.cancel(1 << token.strand)
        if passed:
            self.passed |= 1 << token.strand
        else:
            self.done |= 1 << token.strand
        self._end_repetitions(1 << token.strand)
        self._are_over(1 << token.strand, token.number)

    def forward(self, token: "Token", jump: Any) -> None:
        """Pass some strands by on the way to another (43)."""
        token.end()
        self.team = token.team
        passed = jump.passed & ~self.begun
        self.begun |= passed
        self.passed |= passed
        self.done |= 1 << token.strand
        over = passed | 1 << token.strand
        self._end_repetitions(over)
        self._are_over(over, token.number, jump.to)

    def go_back(self, token: "Token", jump: Any) -> None:
        """Let the strands on the way from another strand to here run again (43)."""
        others = self.live & ~(1 << token.strand)
        again = runs_again(jump.again, jump.once, others)
        self.cancel(again, token)
        self.ran |= again & jump.once & self.done
        self.back = sent_back(self.back, self.done, again)
        self.begun, self.done, self.passed = (
            bits & ~again for bits in (self.begun, self.done, self.passed)
        )
        losers = self._strand(jump.to).cancels
        self.begun |= 1 << jump.to | losers
        self.cancel(losers, token)
        token.move(jump.to)

    def escape(self, token: "Token") -> None:
        """Cancel a token and begin another one elsewhere, with its places under limits (46)."""
        held, token.holds = token.holds, []
        token.cancel()
        other = self.world.token(self, token.strand, token.number)
        other.team, other.holds = token.team, held
        other.begin(token.escalates_to)

    def multiply(self, token: "Token", tag: int, n: int, needed: int, start: int) -> None:
        """End a token, and begin n in its strand, with keys and visits of their own (41, 60)."""
        token.end()
        self.missing[token.strand] = needed
        for index in range(n):
            one = self.world.token(self, token.strand, token.number)
            one.team, one.one_of_several = token.team, True
            one.key, one.entries = child_key(*self.key, tag, 0, index), list(self.entries)
            one.begin(start)

    def _end_repetitions(self, over: int) -> None:
        """Cancel what is repeated until strands are over; what has not begun never does (66)."""
        for strand in range(self.stream.n_strands):
            if over >> strand & 1:
                self.begun |= self._strand(strand).ends
                self.cancel(self._strand(strand).ends)

    def _are_over(self, over: int, of: int, to: int = NONE) -> None:
        """Begin what waited for strands that are over, or is gone to, lowest strand first."""
        for strand in range(self.stream.n_strands):
            if self._strand(strand).before & over or strand == to:
                over |= self._try_begin(strand, of)
        if not self.tokens:
            self.world.ended(self, Outcome.DONE)

    def _try_begin(self, strand: int, of: int) -> int:
        """Begin a strand that has not begun, if enough of what it waits for is done (41).

        Returns its bit if it is over at once, because it is not repeated; else 0.
        """
        record, bit = self._strand(strand), 1 << strand
        enough = may_begin(record.before, record.need, self.done, self.passed, self.back, bit)
        if self.begun & bit or not enough:
            return 0
        self.begun |= bit | record.cancels
        self.cancel(record.cancels)
        if record.once and self.ran & bit:
            self.done |= bit
            return bit
        token = self.world.token(self, strand, of)
        token.team = self.team
        token.begin(int(record.start))
        return 0

    def cancel(self, strands: int, but: "Token | None" = None) -> None:
        """Cancel the tokens in some strands, but one, lowest strand first (42)."""
        for (strand, _), token in sorted(self.tokens.items()):
            if strands >> strand & 1 and token is not but:
                token.cancel()

    def _strand(self, strand: int) -> Any:
        return self.world.strands[self.stream.first_strand + strand]
