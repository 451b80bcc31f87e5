"""Which visits people go on to without being given back, as far as the tables tell (71)."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from svcsim.model.codes import Op, Purpose

Way = tuple[int, int, int]
"""A step, the outcome of a visit to it (-1: none), and the next step."""
ENDS = (Op.RELEASE, Op.SEIZE, Op.END, Op.JOIN, Op.JUMP, Op.GATE)
"""Where no people are held any more."""


def kept_ways(book: Any) -> set[Way]:
    """Return the ways on which the program keeps people."""
    found: set[Way] = set()
    for work in (op for op in book.ops if op.code == Op.WORK):
        seen: set[tuple[int, int]] = set()
        places = [(int(work.next), -1)]
        while places:
            place, outcome = places.pop()
            op = book.ops[place]
            if op.code in ENDS or (place, outcome) in seen:
                continue
            seen.add((place, outcome))
            if op.code == Op.KEEP:
                found.add((work.step, outcome, op.step))
            elif op.code == Op.BRANCH:
                branch = book.branches[op.a]
                drawn = branch.purpose == Purpose.OUTCOME and op.step == work.step
                for way in range(branch.n):
                    target = book.targets[branch.first_target + way]
                    places.append((target, way if drawn else outcome))
            else:
                places.append((int(op.next), outcome))
    return found


def next_visits(book: Any) -> dict[tuple[int, int, int], Any]:
    """Return the visits to which people go on, by token, step and visit before them."""
    ways = kept_ways(book)
    if not ways:
        return {}
    of_token: dict[int, list[Any]] = defaultdict(list)
    for visit in book.visits:
        of_token[visit.token].append(visit)
    return {
        (a.token, a.step, a.visit): b
        for visits in of_token.values()
        for a, b in pairwise(visits)
        if (a.step, a.outcome, b.step) in ways
    }
