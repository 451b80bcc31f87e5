"""What items are worth at a sitting, from the work that their families took (semantics 36)."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import compress, product
from typing import Any

from svcsim.model.arrays import NONE

Turn = Callable[[Any], int]
"""The turn of an item at a sitting: the larger its score, the smaller."""
MOST_UNSURE = 8
"""Marks of one tick whose order in it is not known, and of which every choice is looked at."""


def turns(book: Any, gate: Any, tick: int) -> Iterator[Turn]:
    """Yield the turns of items at a sitting, for whatever came before it at its own tick.

    Work of a visit is over before a sitting of its tick (8); but where it waits for children
    before it is over, they may have left before the sitting, or because of it.
    """
    within, marks = book.changes.triggers[gate.score].within, book.changes.marks[gate.score]
    recent = [mark for mark in marks if tick - within < mark.tick <= tick]
    unsure = [mark for mark in recent if mark.tick == tick and not mark.sure][:MOST_UNSURE]
    known = [mark for mark in recent if mark.tick < tick or mark.sure]
    efforts = book.efforts[book.gates.index(gate)]
    for chosen in product((True, False), repeat=len(unsure)):
        work: dict[int, int] = defaultdict(int)
        for mark in (*known, *compress(unsure, chosen)):
            work[mark.family] += mark.counts
        yield lambda item, work=work: (  # type: ignore[misc]
            0 if item.family == NONE else -(work[item.family] // efforts[item.cls])
        )
