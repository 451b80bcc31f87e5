"""When triggers are true, and must fire (semantics 49)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from svcsim.audit.levels import Level
from svcsim.model.arrays import NEVER


class Mark(NamedTuple):
    """What a trigger saw."""

    tick: int
    family: int
    counts: int
    sure: bool = True
    """Whether it is known to come before a sitting of its tick (8, 36)."""


Seen = Level | Sequence[Mark]
"""What a trigger sees: who is there, or what has happened."""


def firings(
    end: int, trigger: Any, seen: Seen, found: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the (tick, family) at which a trigger must fire."""
    if trigger.every > 0:
        yield from _looks(end, trigger, seen)
        return
    assert not isinstance(seen, Level)
    for family, mine in _by_family(seen).items():
        fired = NEVER
        for tick in sorted({mark.tick for mark in mine}):
            here = [mark for mark in mine if mark.tick == tick]
            window = [mark for mark in mine if tick - trigger.within < mark.tick < tick]
            depends = trigger.share >= 0 or timed(trigger)
            if depends and len({mark.counts for mark in here}) > 1:
                times = found.count((tick, family))  # their order is not known
            elif trigger.cool_down > 0:
                ok = any(_true(trigger, window + here[: k + 1]) for k in range(len(here)))
                times = int(ok and (fired == NEVER or tick - fired >= trigger.cool_down))
            else:
                times = sum(_true(trigger, window + here[: k + 1]) for k in range(len(here)))
            fired = tick if times else fired
            yield from [(tick, family)] * times


def spells(end: int, trigger: Any, seen: Seen) -> list[tuple[int, int]]:
    """Return from when until when the effects of a trigger hold, in the phases after the first."""
    found: list[tuple[int, int]] = []
    begin = fired = NEVER
    for tick, true in _true_at(end, trigger, seen):
        if begin == NEVER and true and (fired == NEVER or tick - fired >= trigger.cool_down):
            begin = fired = tick
        elif begin != NEVER and not true:
            found.append((begin, tick))
            begin = NEVER
    return found if begin == NEVER else [*found, (begin, NEVER)]


def _looks(end: int, trigger: Any, seen: Seen) -> Iterator[tuple[int, int]]:
    """Yield the firings of a trigger that looks at times of its own."""
    fired: dict[int, int] = {}
    for tick, true in _true_at(end, trigger, seen):
        cool = [
            (-counted, family)
            for family, counted in true.items()
            if family not in fired or tick - fired[family] >= trigger.cool_down
        ]
        for _, family in sorted(cool)[: trigger.top] if trigger.top else cool:
            fired[family] = tick
            yield tick, family


def _true_at(end: int, trigger: Any, seen: Seen) -> Iterator[tuple[int, dict[int, int]]]:
    """Yield each look, and how much counts in the families of which it is true."""
    marks = {} if isinstance(seen, Level) else _by_family(seen)
    for tick in range(trigger.every, end, trigger.every):
        if isinstance(seen, Level):
            there = seen.at(tick).items()
            yield tick, {family: n for family, n in there if n >= trigger.count}
            continue
        true = {}
        for family, mine in marks.items():
            window = [mark for mark in mine if tick - trigger.within < mark.tick < tick]
            if _true(trigger, window):
                true[family] = sum(mark.counts for mark in window)
        yield tick, true


def _by_family(marks: Sequence[Mark]) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        found[mark.family].append(mark)
    return found


def timed(trigger: Any) -> bool:
    """Say whether a trigger adds up times, and does not count."""
    return bool(trigger.mean >= 0 or trigger.sum >= 0)


def _true(trigger: Any, window: Sequence[Mark]) -> bool:
    counted = sum(mark.counts for mark in window)
    if timed(trigger):
        most = trigger.sum if trigger.mean < 0 else trigger.mean * len(window)
        return bool(len(window) >= trigger.count) and bool(counted > most)
    if trigger.share < 0:
        return bool(counted >= trigger.count)
    return bool(len(window) >= trigger.count) and bool(
        counted * 10**9 > trigger.share * len(window)
    )
