"""Blocked items: open, and waiting for what is no matter of people and places."""

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.rows import BLOCKING
from svcsim.analysis.questions import Questions
from svcsim.analysis.row_sums import RowSums
from svcsim.analysis.sums import Sums
from svcsim.model.codes import Kind


def _names(questions: Questions) -> Iterator[Key]:
    for stream in questions.names.value_streams:
        yield Key("blocked", "mean", "items", stream)
        for kind in BLOCKING:
            yield Key("blocked", "mean", "items", stream, cause=Kind(kind).name.lower())


def _ticks(run: Followed) -> NDArray[Any]:
    """Ticks in [warm_up, horizon) in which items were blocked on their way to value."""
    return run.once(RowSums.of).blocked


@named(_names, _ticks)
def blocked(sums: Sums) -> Iterator[Said]:
    """Time average over [warm_up, horizon) of the items of `wip` that are blocked, by cause.

    They wait for a gate or a window, for somebody outside, for another item, or for an owner. An
    item that is on its way on several strands is where the critical path is.
    """
    model = sums.questions.model
    for kinds in sums.of(_ticks)[: len(sums.questions.names.value_streams)].tolist():
        told = [kinds[kind] for kind in BLOCKING]
        for number in (sum(told), *told):
            yield Said(number / (model.horizon - model.warm_up))
