"""Functions of the kernel are optimised once, together, as parts of the whole that Python calls.

numba gives each function a library of its own, links everything into it that it calls, optimises
all of that, and makes machine code of it: a function deep in the kernel is optimised again in each
of its callers' callers. What only the kernel calls is a part here: it is lowered, and waits.
A whole links its parts, and theirs, once.
"""

import gc
from typing import Any

from numba.core import ir
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NativeLowering, NopythonRewrites
from numba.core.untyped_passes import (
    InlineClosureLikes,
    LiteralUnroll,
    RewriteSemanticConstants,
    WithLifting,
)

lowered: dict[str, list[str]] = {"core": [], "full": []}
"""Names of the parts of each variant that this process has compiled: how far the compiler is."""


class Feature:
    """Something that a kernel is compiled with or without: a constant in conditions."""

    def __init__(self, name: str):
        self.name = name

    def __bool__(self) -> bool:
        """Return true: without numba there is nothing to leave out."""
        return True


class _Part(JITCodeLibrary):
    """The code of one function, not yet optimised, and what it calls."""

    def finalize(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        return 0

    @property
    def codegen(self) -> Any:
        return self

    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing: a part raises no exceptions of Python."""


_rare: set[str] = set()
"""Names of the machine code of parts that are left apart from their callers."""


class _Whole(JITCodeLibrary):
    """The code of a function that Python calls, with all of its parts."""

    def finalize(self) -> None:
        self._own = {function.name for function in self._final_module.functions}
        self._linking_libraries = list(_reached(self))
        super().finalize()

    def _optimize_final_module(self) -> None:
        """Optimise knowing that nobody else calls the parts."""
        for function in self._final_module.functions:
            if not function.is_declaration and function.name not in self._own:
                function.linkage = "internal"
            if function.name in _rare:
                function.add_function_attribute("noinline")
        super()._optimize_final_module()


def _reached(library: Any) -> dict[Any, None]:
    """Return the libraries that a library calls, and those that its parts call."""
    found: dict[Any, None] = {}
    waiting = list(library._linking_libraries)
    while waiting:
        other = waiting.pop()
        if other not in found:
            found[other] = None
            if isinstance(other, _Part):
                waiting += other._linking_libraries
    return found


@register_pass(mutates_CFG=True, analysis_only=False)
class _PartLowering(NativeLowering):
    _name = "part_lowering"
    kind: type = _Part

    def run_pass(self, state: Any) -> bool:
        state.library = self.kind(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        done = bool(super().run_pass(state))
        if getattr(state.func_id.func, "rare", False):
            _rare.add(state.cr.fndesc.mangled_name)
        if variant := _variant(state):
            lowered[variant].append(state.func_id.func_name)
        return done


@register_pass(mutates_CFG=True, analysis_only=False)
class _WholeLowering(_PartLowering):
    _name = "whole_lowering"
    kind = _Whole


def _variant(state: Any) -> str:
    """Return of which variant of the kernel a function is compiled; empty for what is of none."""
    return str(getattr(state.args[0], "variant", "")) if state.args else ""


@register_pass(mutates_CFG=False, analysis_only=False)
class _KnowFeatures(FunctionPass):
    """Put constants in the places of features.

    What is pruned then is never looked at: neither its types, nor the functions that it calls.
    """

    _name = "know_features"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        features = [
            statement
            for block in state.func_ir.blocks.values()
            for statement in block.body
            if isinstance(statement, ir.Assign)
            and isinstance(statement.value, (ir.Global, ir.FreeVar))
            and isinstance(statement.value.value, Feature)
        ]
        for statement in features:
            known = ir.Const(_variant(state) == "full", statement.loc)
            definitions = state.func_ir._definitions[statement.target.name]
            definitions[definitions.index(statement.value)] = known
            statement.value = known
        return bool(features)


_depth = 0
"""How many functions of the kernel are being compiled, each for the one before."""


class PartCompiler(CompilerBase):
    """Compiles what only other compiled functions call."""

    lowering: type = _PartLowering
    unused: tuple[type, ...] = (InlineClosureLikes, WithLifting, LiteralUnroll, NopythonRewrites)
    """For closures, `with`, and expressions of arrays: parts have none, and they take time."""

    def compile_extra(self, func: Any) -> Any:
        """Compile a function, and know meanwhile that it is one of the kernel.

        The collector of garbage would go over all that is known of the others: a tenth of the time.
        """
        global _depth
        collects = gc.isenabled()
        gc.disable()
        _depth += 1
        try:
            return super().compile_extra(func)
        finally:
            _depth -= 1
            if collects:
                gc.enable()

    def define_pipelines(self) -> list[Any]:
        """Return the pipeline of numba with features, and a lowering of its own."""
        manager = DefaultPassBuilder.define_nopython_pipeline(self.state)
        manager.passes = [
            (self.lowering, text) if step is NativeLowering else (step, text)
            for step, text in manager.passes
            if step not in self.unused
        ]
        before = [step for step, _ in manager.passes].index(RewriteSemanticConstants)
        manager.passes.insert(before, (_KnowFeatures, "know features"))
        manager._finalized = False
        manager.finalize()
        return [manager]


class WholeCompiler(PartCompiler):
    """Compiles what Python calls."""

    lowering = _WholeLowering
    unused = ()


def in_kernel() -> bool:
    """Say whether a function of the kernel is being compiled: what it calls is a part of it."""
    return _depth > 0
