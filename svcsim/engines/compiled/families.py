"""Families of items: an item, its children, and theirs; they are handed over together.

A family is known by the place of its root, the item that came from outside.
"""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.state import GONE


@inlined
def found_family(w: int, n: int) -> None:
    """Let an item be a family of its own."""
    item = m.items(w)[n]
    item["root"] = item["last_member"] = n
    item["present"] = 1
    item["next_member"] = item["first_life"] = -1


@jit
def is_child_of(w: int, n: int, parent: int) -> None:
    """Let an item belong to the family of its parent, which has counted it already."""
    root, item = m.items(w)[parent]["root"], m.items(w)[n]
    item["parent"] = parent
    item["root"] = root
    item["present"] = 0
    m.items(w)[m.items(w)[root]["last_member"]]["next_member"] = n
    m.items(w)[root]["last_member"] = n


@inlined
def one_less(w: int, root: int) -> None:
    """Let one of a family be no longer there, nor to come; note if nobody is."""
    family = m.items(w)[root]
    family["present"] -= 1
    if family["present"] == 0:
        family["next_gone"] = m.counter(w)[GONE]
        m.counter(w)[GONE] = root
