"""The trajectory: everything that happened in one replication, as arrays. Engines write it."""

from typing import NamedTuple

from svcsim.model.arrays import Records, record

ITEM = record(
    "item", "stream", "cls", "family", "quantity", "layer", "ordinal", "member", "parent", "site",
    "hi", "lo", "arrived", "ended", "outcome",
)  # fmt: skip
"""One item, numbered by creation. family: its cause among those of all streams (-1: none).
quantity: how many of the unit of its stream it concerns (-1: nothing is counted). layer and
ordinal: its origin (replay: layer -1, ordinal the row of the file; backlog: layer -3 - entry).
member: index in its batch (-1: not from a batch). parent: item whose visit to step `site` it
came of (-1: it came from outside); then ordinal is the visit, and member its index among the
children of that visit. Of an item that a trigger made, layer is -2, ordinal the number of the
firing and member the trigger. hi, lo: its key, the address of everything that is drawn for it.
ended: NEVER if open at the end."""

VISIT = record("item", "token", "step", "visit", "entered", "started", "finished", "outcome")
"""One visit of an item to a step, in order of entering within the item. started: first work, or
NEVER. finished: left the step forward, or NEVER (open at the end, sent back, abandoned, refused,
rejected). outcome: index in name order of the step's outcomes, or -1; -2: sent back, because what
came in was incomplete; -3: given up, to be tried again."""

ROW = record(
    "item", "token", "row", "step", "visit", "kind", "begin", "end", "gate", "unavailability",
    "policy", "prioritisation", "blame",
)  # fmt: skip
"""What a token did in [begin, end), without gaps from arrival to end (waits of no length are left
out; work of no length is not). kind: `Kind`. gate, unavailability, policy, prioritisation: parts of
a CONTENTION row, in ticks. blame: item in the way when the wait ended (semantics 56), or -1."""

PRESENCE = record(
    "item", "token", "step", "visit", "pool", "group", "person", "begin", "end", "called", "setup",
)  # fmt: skip
"""One person on one token in [begin, end): the first `called` ticks on the way to it, the next
`setup` ticks of set-up. pool: for which the person works. person: from 1 within the group; 0 in an
unlimited pool."""


TOKEN = record("item", "token", "first", "strand", "of", "began", "ended", "cancelled")
"""One token of an item whose stream has strands, numbered by creation in the run. first: the strand
in which it began, by number in the stream; strand: the one that it is in, or was in at its end. of:
the token whose end let it begin (-1: the item's first). ended: NEVER if it is alive at the end of
the run. cancelled: 1 if it ended because others did (semantics 42)."""


ATTENDANCE = record(
    "item", "token", "step", "visit", "sitting", "pool", "group", "person", "begin", "end",
)  # fmt: skip
"""One person at a sitting while it hears an item, in [begin, end); the items of a sitting are heard
one after the other. sitting: tick at which it began, and at which all was decided."""


class Trajectory(NamedTuple):
    """Everything that happened in one replication: all else is a pure function of it.

    Sorted (semantics 59): items by item, visits by (item, token, order), rows by (item, token,
    row), presence by (item, token, begin, pool, group, person, end), tokens by (item, token),
    attendance by (item, token, begin, pool, group, person).
    """

    items: Records
    """ITEM."""
    visits: Records
    """VISIT."""
    rows: Records
    """ROW."""
    presence: Records
    """PRESENCE."""
    tokens: Records
    """TOKEN."""
    attendance: Records
    """ATTENDANCE."""
