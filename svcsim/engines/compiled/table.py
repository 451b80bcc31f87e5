"""Tables of the kernel's memory as a type of their own for numba.

An array of numba is a structure of seven words and more that each function passes on, and every
index into it is asked whether it is negative. A table is one word, the address of its entry in the
header of `memory`; an index is never negative; and as the header does not change while the kernel
runs, what is read from it is read once. With ``SVCSIM_BOUNDS=1`` a kernel is compiled that stops
the process at an index that is out of bounds.
"""

import operator
import os
from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

WORD: Any = ir.IntType(64)
_BOUNDS = os.environ.get("SVCSIM_BOUNDS") == "1"


class Table(types.Type):
    """Rows of one or two dimensions in the memory of a worker.

    They stand so many bytes `ahead` of their entry in the header, or, if that is 0, where it says.
    """

    def __init__(
        self, name: str, element: types.Type, dimensions: int, columns: int, fixed: bool, ahead: int
    ):
        self.element = element
        self.fixed = fixed
        self.ahead = ahead
        self.dimensions = dimensions
        self.columns = columns
        super().__init__(name=f"Table({name})")


class Memory(types.Type):
    """The address of the memory of a worker, which one of the variants of the kernel runs."""

    def __init__(self, variant: str):
        self.variant = variant
        super().__init__(name=f"Memory({variant})")


@register_model(Memory)
class _MemoryModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Memory):
        super().__init__(manager, kind, WORD)


@register_model(Table)
class _TableModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Table):
        super().__init__(manager, kind, WORD)


def word(builder: Any, entry: Any, k: int) -> Any:
    """Return word k of a table's entry in the header."""
    address = builder.inttoptr(entry, WORD.as_pointer())
    return _never_changes(builder, builder.load(builder.gep(address, [WORD(k)])))


def _never_changes(builder: Any, loaded: Any) -> Any:
    loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
    return loaded


@infer_global(operator.getitem)
class _Get(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        table = args[0]
        if isinstance(table, Table):
            return signature(table.element, table, _index(table))
        return None


@infer_global(operator.setitem)
class _Set(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        table = args[0]
        if isinstance(table, Table):
            return signature(types.none, table, _index(table), table.element)
        return None


@infer_global(len)
class _Len(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Table):
            return signature(types.intp, args[0])
        return None


def _index(table: Table) -> types.Type:
    return types.intp if table.dimensions == 1 else types.UniTuple(types.intp, 2)


def _place(context: Any, builder: Any, table: Table, entry: Any, index: Any) -> Any:
    """Return the pointer to an element."""
    if _BOUNDS:
        parts = [index] if table.dimensions == 1 else cgutils.unpack_tuple(builder, index)
        for k, part in enumerate(parts):
            _stop_outside(builder, part, word(builder, entry, 1 + k))
    if table.dimensions == 2:
        row, column = (builder.extract_value(index, k) for k in range(2))
        columns = WORD(table.columns) if table.columns else word(builder, entry, 2)
        index = builder.add(builder.mul(row, columns, flags=["nsw"]), column, flags=["nsw"])
    stored = context.get_data_type(table.element)
    address = builder.add(entry, WORD(table.ahead)) if table.ahead else word(builder, entry, 0)
    rows = builder.inttoptr(address, stored.as_pointer())
    return builder.gep(rows, [index], inbounds=True)


def _stop_outside(builder: Any, index: Any, length: Any) -> None:
    """Stop the process if an index is negative or too large."""
    trap = ir.FunctionType(ir.VoidType(), [])
    with builder.if_then(builder.icmp_unsigned(">=", index, length), likely=False):
        builder.call(cgutils.get_or_insert_function(builder.module, trap, "llvm.trap"), [])


@lower_builtin(operator.getitem, Table, types.Any)
def _get(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    table = sig.args[0]
    found = context.unpack_value(builder, table.element, _place(context, builder, table, *args))
    if table.fixed:
        _never_changes(builder, found)
    return found


@lower_builtin(operator.setitem, Table, types.Any, types.Any)
def _set(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    place = _place(context, builder, sig.args[0], *args[:2])
    context.pack_value(builder, sig.args[0].element, args[2], place)
    return context.get_dummy_value()


@intrinsic
def _copy(_: Any, to: Any, at: Any, table: Any, k: Any) -> Any:
    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        target = _place(context, builder, sig.args[0], *args[:2])
        source = _place(context, builder, sig.args[2], *args[2:])
        cgutils.raw_memcpy(builder, target, source, WORD(1), sig.args[0].element.size)
        return context.get_dummy_value()

    return signature(types.none, to, types.intp, table, types.intp), codegen


def _copy_interpreted(to: Any, at: int, table: Any, k: int) -> None:
    """Copy a record without numba: for the debugger."""
    for name in to.dtype.names:
        to[at][name] = table[k][name]


copy_record: Any = _copy_interpreted if getattr(numba.config, "DISABLE_JIT", False) else _copy
"""Copy record k of a table over record `at` of another, whose fields are the first of its own:
several words at a time, where numba would copy byte by byte."""


@lower_builtin(len, Table)
def _len(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return word(builder, args[0], 1)
