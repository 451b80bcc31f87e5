"""Lines: sorted lists of what waits, smallest key first, with insertion from the end.

Most requests belong at the end, so insertion walks from there; whoever leaves is unlinked.
"""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.state import NEEDS_BITS, WIDTH_BITS

NEXT, PREVIOUS, KEY = 0, 1, 2
FIRST, LAST = 0, 1


@inlined
def node_in_line(w: int, t: int, i: int) -> int:
    """Return the node with which a token stands somewhere as alternative i."""
    return int(t << m.shape(w)[WIDTH_BITS]) + i


@inlined
def token_in_line(w: int, node: int) -> int:
    """Return whose node it is."""
    return int(node >> m.shape(w)[WIDTH_BITS])


@inlined
def node_at_work(w: int, t: int, k: int) -> int:
    """Return the node with which need k of a token stands among what its pool works on."""
    return int(t << m.shape(w)[NEEDS_BITS]) + k


@inlined
def token_at_work(w: int, node: int) -> int:
    """Return whose node it is."""
    return int(node >> m.shape(w)[NEEDS_BITS])


@inlined
def _after(w: int, node: int, k0: int, k1: int, k2: int) -> bool:
    """Say whether a node stands after a key."""
    a0, a1, a2 = m.line(w)[node, KEY], m.line(w)[node, KEY + 1], m.line(w)[node, KEY + 2]
    return bool(a0 > k0 or (a0 == k0 and (a1 > k1 or (a1 == k1 and a2 > k2))))


@jit
def insert(w: int, line: int, node: int, k0: int, k1: int, k2: int) -> None:
    """Put a node where its key belongs."""
    m.line(w)[node, KEY] = k0
    m.line(w)[node, KEY + 1] = k1
    m.line(w)[node, KEY + 2] = k2
    before = m.ends(w)[line, LAST]
    while before >= 0 and _after(w, before, k0, k1, k2):
        before = m.line(w)[before, PREVIOUS]
    after = m.line(w)[before, NEXT] if before >= 0 else m.ends(w)[line, FIRST]
    m.line(w)[node, PREVIOUS] = before
    m.line(w)[node, NEXT] = after
    if before >= 0:
        m.line(w)[before, NEXT] = node
    else:
        m.ends(w)[line, FIRST] = node
    if after >= 0:
        m.line(w)[after, PREVIOUS] = node
    else:
        m.ends(w)[line, LAST] = node


@jit
def remove(w: int, line: int, node: int) -> None:
    """Take a node out of a line."""
    before, after = m.line(w)[node, PREVIOUS], m.line(w)[node, NEXT]
    if before >= 0:
        m.line(w)[before, NEXT] = after
    else:
        m.ends(w)[line, FIRST] = after
    if after >= 0:
        m.line(w)[after, PREVIOUS] = before
    else:
        m.ends(w)[line, LAST] = before
