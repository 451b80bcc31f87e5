"""A15: items have their quantities."""

from typing import Any

from svcsim.model.arrays import NONE
from svcsim.model.codes import Purpose


def quantities(book: Any) -> None:
    """A15 (44, 60, 72): items have the quantity that is drawn for them, or that of their parent."""
    for item in book.items:
        want = _drawn(book, item)
        if item.parent >= 0 and any(
            spawn.inherit_quantity == 1
            for spawn in book.spawns
            if (spawn.stream, spawn.step) == (item.stream, item.site)
            and book.child_key(spawn, item) == (item.hi, item.lo)
        ):
            want = book.items[item.parent].quantity
        if item.quantity != want:
            text = f"item {item.item} has a quantity of {item.quantity}, it must be {want} (72)"
            book.say("A15", text)


def _drawn(book: Any, item: Any) -> int:
    """Return the quantity that an item draws: numbers lie on [0, 1) from the smallest on."""
    stream = book.streams[item.stream]
    if stream.quantity_row == NONE:
        return NONE
    count = book.counts[book.by_class[stream.quantity_row][item.cls]]
    u = book.draw((item.hi, item.lo), stream.tag, 0, Purpose.QUANTITY)
    return int(count.offset + book.choose(count.first, count.n, u))
