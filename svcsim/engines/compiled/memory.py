"""The memory of a worker: one header of addresses, passed about as one integer.

A function that took every array of a model and its state would have four hundred machine
arguments, and count references to all of them. So a worker writes the address and the shape of
each array into a header, and functions pass only the address `w` of the header. ``m.ops(w)`` is the
array `ops` again, made of its address where it is needed, at the cost of two loads. Counters and
sizes, which are read all the time, are in the header itself.
"""

import ctypes
from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from svcsim.engines.compiled.features import CORE, FULL
from svcsim.engines.compiled.records import (
    BEING,
    CHANGE,
    GROUP_STATE,
    HEARD,
    LIFE,
    MARK,
    MEETING,
    PERSON,
    POOL_STATE,
    SLOT,
    SOURCE,
    TOKEN,
    WATCH,
)
from svcsim.engines.compiled.state import N_COUNTS, N_SHAPE, State
from svcsim.engines.compiled.table import WORD, Memory, Table
from svcsim.model import arrays, trajectory
from svcsim.model.arrays import Model

Array = NDArray[Any]
View = Callable[[int], Array]
WORDS = 3
"""Words of the header for each array: its address, and two lengths."""

INSIDE = {"counter": N_COUNTS, "key": 2, "shape": N_SHAPE}
"""Arrays whose words stand in the header, before the entries of all arrays."""

_names: list[str] = []
DISABLED = bool(getattr(numba.config, "DISABLE_JIT", False))
_kinds: dict[tuple[np.dtype[Any], int, int, bool, int], Table] = {}


def _inside(name: str) -> int:
    """Return the word of the header with which an array begins that stands in it."""
    names = list(INSIDE)
    return sum(INSIDE[other] for other in names[: names.index(name)])


def _entry(index: int) -> int:
    """Return the word of the header with which the entry of an array begins."""
    return sum(INSIDE.values()) + WORDS * index


def _table(
    name: str, element: Any, dimensions: int = 1, columns: int = 0, *, fixed: bool = False
) -> View:
    """Return the function that finds a table in the memory at an address.

    Columns are 0 if their number is that of the model. What is fixed does not change in a run.
    """
    at, dtype = _entry(len(_names)), np.dtype(element)
    _names.append(name)
    if DISABLED:
        return lambda w: _interpreted(w, at, dtype, dimensions)
    kind = dtype, dimensions, columns, fixed, 8 * (_inside(name) - at) if name in INSIDE else 0
    table = _kinds.setdefault(kind, Table(name, numba.from_dtype(dtype), *kind[1:]))

    @intrinsic
    def view(_: Any, w: Any) -> Any:
        def codegen(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.add(arguments[0], WORD(8 * at))

        return table(w), codegen

    return cast(View, view)


def _memory(variant: str) -> Callable[[int], int]:
    """Return the function that makes of an address the memory of a variant of the kernel.

    The type says which variant it is: what takes the address is compiled for each.
    """
    if DISABLED:
        return lambda address: address

    @intrinsic
    def memory(_: Any, address: Any) -> Any:
        def codegen(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return arguments[0]

        return Memory(variant)(types.intp), codegen

    return cast(Callable[[int], int], memory)


core, full = _memory(CORE), _memory(FULL)


def _interpreted(w: int, at: int, dtype: np.dtype[Any], dimensions: int) -> Array:
    """Find an array without numba: for the debugger."""
    words = (ctypes.c_int64 * WORDS).from_address(w + 8 * at)
    shape = tuple(words[1 : 1 + dimensions])
    size = int(np.prod(shape)) * dtype.itemsize
    buffer: Any = (ctypes.c_char * size).from_address(words[0]) if size else b""
    found: Array = np.frombuffer(buffer, dtype).reshape(shape)
    return found


ops = _table("ops", arrays.OP)
steps = _table("steps", arrays.STEP)
streams = _table("streams", arrays.STREAM)
rates = _table("rates", arrays.RATE)
replay = _table("replay", arrays.REPLAY)
backlog = _table("backlog", arrays.BACKLOG)
counts = _table("counts", arrays.COUNT)
pools = _table("pools", arrays.POOL)
groups = _table("groups", arrays.GROUP)
pool_groups = _table("pool_groups", np.int64, fixed=True)
group_pools = _table("group_pools", np.int64, fixed=True)
stairs = _table("stairs", arrays.STAIR)
lessons = _table("lessons", arrays.LESSON)
cells = _table("cells", arrays.CELL)
cell_pools = _table("cell_pools", np.int64, fixed=True)
seizes = _table("seizes", arrays.SEIZE)
alternatives = _table("alternatives", arrays.ALTERNATIVE)
needs = _table("needs", arrays.NEED)
limits = _table("limits", arrays.LIMIT)
gates = _table("gates", arrays.GATE)
seats = _table("seats", arrays.SEAT)
asks = _table("asks", arrays.ASK)
sittings = _table("sittings", arrays.SITTING)
branches = _table("branches", arrays.BRANCH)
spawns = _table("spawns", arrays.SPAWN)
strands = _table("strands", arrays.STRAND)
jumps = _table("jumps", arrays.JUMP)
instances = _table("instances", arrays.INSTANCES)
effects = _table("effects", arrays.EFFECT)
environments = _table("environments", arrays.ENVIRONMENT)
states = _table("states", arrays.STATE)
state_effects = _table("state_effects", arrays.STATE_EFFECT)
triggers = _table("triggers", arrays.TRIGGER)
targets = _table("targets", np.int64, fixed=True)
calendars = _table("calendars", arrays.CALENDAR)
openings = _table("openings", arrays.OPENING)
distributions = _table("distributions", arrays.DISTRIBUTION)
pieces = _table("pieces", arrays.PIECE)
tables = _table("tables", np.float64, 2, arrays.TABLE_SIZE, fixed=True)
by_class = _table("by_class", np.int64, 2, fixed=True)
factors = _table("factors", np.float64, fixed=True)
counter = _table("counter", np.int64)
key = _table("key", np.int64, fixed=True)
token = _table("token", TOKEN)
free = _table("free", np.int64)
entries = _table("entries", np.int64)
holds = _table("holds", np.int64)
places = _table("places", np.int64)
at_strand = _table("at_strand", np.int64)
lacking = _table("lacking", np.int64)
missing = _table("missing", np.int64)
doomed = _table("doomed", np.int64)
carried = _table("carried", np.int64)
pool = _table("pool", POOL_STATE)
group = _table("group", GROUP_STATE)
person = _table("person", PERSON)
expected = _table("expected", np.float64, fixed=True)
efforts = _table("efforts", np.int64, 2, fixed=True)
simple = _table("simple", np.int64, fixed=True)
lone = _table("lone", np.int64, fixed=True)
held = _table("held", np.int64)
times_done = _table("times_done", np.int64)
sitting = _table("sitting", np.int64)
meeting = _table("meeting", MEETING)
heard = _table("heard", HEARD)
source = _table("source", SOURCE)
ends = _table("ends", np.int64, 2, 2)
line = _table("line", np.int64, 2, 5)
at_work = _table("at_work", np.int64, 2, 4)
heap = _table("heap", np.int64, 2, 4)
position = _table("position", np.int64)
change = _table("change", CHANGE)
slot = _table("slot", SLOT)
around = _table("around", np.int64, 2, 2)
watch = _table("watch", WATCH)
mark = _table("mark", MARK)
firings = _table("firings", np.int64)
due = _table("due", np.int64)
by_order = _table("by_order", np.int64, fixed=True)
shape = _table("shape", np.int64, fixed=True)
items = _table("items", BEING)
visits = _table("visits", trajectory.VISIT)
rows = _table("rows", trajectory.ROW)
presence = _table("presence", trajectory.PRESENCE)
lives = _table("lives", LIFE)
attendance = _table("attendance", trajectory.ATTENDANCE)
after_items = _table("after_items", np.int64)
after_visits = _table("after_visits", np.int64)
after_rows = _table("after_rows", np.int64)
after_presence = _table("after_presence", np.int64)
after_lives = _table("after_lives", np.int64)
after_attendance = _table("after_attendance", np.int64)
given_items = _table("given_items", trajectory.ITEM)
given_visits = _table("given_visits", trajectory.VISIT)
given_rows = _table("given_rows", trajectory.ROW)
given_presence = _table("given_presence", trajectory.PRESENCE)
given_tokens = _table("given_tokens", trajectory.TOKEN)
given_attendance = _table("given_attendance", trajectory.ATTENDANCE)
numbers = _table("numbers", np.int64)


def header(model: Model, state: State) -> tuple[Array, State]:
    """Return the header of the arrays of a model and a state, which must outlive it.

    And the state, of which some arrays are in the header now. Where a run hands over is to be
    written into it yet.
    """
    words = np.zeros(_entry(len(_names)), np.int64)
    for name, size in INSIDE.items():
        begin = _inside(name)
        words[begin : begin + size] = getattr(state, name)
        inside: dict[str, Any] = {name: words[begin : begin + size]}
        state = state._replace(**inside)
    for name in _names:
        if name in state._fields or name in model._fields:
            write_entry(words, name, getattr(state if name in state._fields else model, name))
    return words, state


def write_entry(words: Array, name: str, array: Array) -> None:
    """Write into a header where an array is, which must outlive it."""
    if not array.flags.c_contiguous:
        raise ValueError(f"{name} is not contiguous")
    at = _entry(_names.index(name))
    words[at] = array.ctypes.data
    words[at + 1 : at + 1 + array.ndim] = array.shape
