"""Which tokens are instances of a step, as the table of tokens says (41, 60)."""

from collections import Counter
from typing import Any

from svcsim.model.codes import Op
from svcsim.world.draws import child_key


def instance_keys(book: Any) -> dict[int, tuple[int, int]]:
    """Return the key of each token that is an instance: that of a child of visit 0 (60)."""
    tags: dict[tuple[int, int], int] = {}
    for place, op in enumerate(book.ops):
        if op.code == Op.INSTANCES:
            step = book.steps[op.step]
            strand = next(other.a for other in book.ops[place:] if other.code == Op.JOIN)
            tags[step.stream, strand] = step.tag
    found: dict[int, tuple[int, int]] = {}
    if not tags:
        return found
    for n, lives in book.lives.items():
        item, ended = book.items[n], {life.token: life.strand for life in lives}
        before: Counter[int] = Counter()
        for life in sorted(lives, key=lambda life: int(life.token)):
            tag = tags.get((item.stream, life.first))
            if tag is None or ended.get(life.of) != life.first or life.of in found:
                continue  # it begins the strand, or takes the place of an instance (46)
            found[life.token] = child_key(item.hi, item.lo, tag, 0, before[life.of])
            before[life.of] += 1
    return found
