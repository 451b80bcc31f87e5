"""How many were there when a trigger looked, as the tables tell (semantics 49)."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from svcsim.audit.instances import instance_keys
from svcsim.model.arrays import NONE
from svcsim.model.codes import Kind, Op, Purpose

ENDS = (Op.RELEASE, Op.LEAVE, Op.END, Op.JOIN, Op.JUMP, Op.GATE)
"""Where nobody is asked for at a step any more."""


class Level:
    """Who comes and goes of those whom a trigger counts, by family; -1 where all are together."""

    def __init__(self, book: Any, trigger: Any):
        self.book, self.trigger = book, trigger
        self.keys = instance_keys(book)
        self.first = {
            op.step: place
            for place, op in reversed(list(enumerate(book.ops)))
            if op.code == Op.ENTER and op.a == 1
        }
        """Where visits to each step begin."""
        self.begins: dict[int, list[int]] = defaultdict(list)
        self.ends: dict[int, list[int]] = defaultdict(list)
        spans = self._open() if trigger.of_pool < 0 else self._waits()
        for family, begin, end in spans:
            self.begins[family].append(begin)
            self.ends[family].append(end)
        for ticks in (*self.begins.values(), *self.ends.values()):
            ticks.sort()

    def at(self, tick: int) -> dict[int, int]:
        """Return how many are there as the tick begins, by family."""
        return {
            family: bisect_left(begins, tick) - bisect_left(self.ends[family], tick)
            for family, begins in self.begins.items()
        }

    def _counts(self, item: Any) -> bool:
        """Say whether items of a stream, class and family are counted."""
        trigger = self.trigger
        if trigger.per_family == 1 and item.family < 0:
            return False
        if trigger.of_stream >= 0 and item.stream != trigger.of_stream:
            return False
        row = trigger.of_classes
        return bool(row < 0 or self.book.by_class[row][item.cls] == 1)

    def _family(self, item: Any) -> int:
        return int(item.family) if self.trigger.per_family == 1 else NONE

    def _open(self) -> Iterator[tuple[int, int, int]]:
        for item in self.book.items:
            if self._counts(item):
                yield self._family(item), item.arrived, item.ended

    def _waits(self) -> Iterator[tuple[int, int, int]]:
        for row in self.book.rows:
            item = self.book.items[row.item]
            if row.kind == Kind.CONTENTION and self._counts(item) and self._asks(row, item):
                yield self._family(item), row.begin, row.end

    def _asks(self, row: Any, item: Any) -> bool:
        """Say whether people of the pool may be asked at a visit."""
        book = self.book
        seize = self._seize(self.first[row.step], row, item)
        asked = [pool for needs in book.alternatives[seize] for pool, _ in needs]
        return self.trigger.of_pool in asked

    def _seize(self, place: int, row: Any, item: Any, seen: frozenset[int] = frozenset()) -> int:
        """Return whom a visit asks for, from an instruction of its step on; -1 if nobody."""
        book = self.book
        while book.ops[place].step == row.step and book.ops[place].code not in ENDS:
            op = book.ops[place]
            if op.code in (Op.SEIZE, Op.KEEP):
                return int(book.by_class[op.a][item.cls])
            if op.code != Op.BRANCH:
                place = op.next
                continue
            if place in seen:
                return NONE
            seen |= {place}
            branch = book.branches[op.a]
            targets = book.targets[branch.first_target : branch.first_target + branch.n]
            if branch.purpose == NONE:
                place = targets[item.cls]
            elif branch.purpose == Purpose.TEAM:
                key = self.keys.get(row.token, (item.hi, item.lo))
                visit = 0 if branch.sticky else row.visit
                u = book.draw(key, book.steps[row.step].tag, visit, Purpose.TEAM)
                place = targets[book.choose(branch.shares, branch.n, u)]
            else:
                return max(self._seize(target, row, item, seen) for target in targets)
        return NONE
