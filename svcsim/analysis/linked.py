"""Items with a known occasion: a trigger made them, because of what it had seen."""

from collections.abc import Iterator

from svcsim.analysis.followed import Followed
from svcsim.analysis.item_sums import ItemSums
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import Scope, over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import Integers
from svcsim.model.codes import TRIGGERED


def _where(questions: Questions) -> tuple[tuple[int, Scope], ...]:
    """Scopes of the streams in which triggers make items, with their numbers."""
    streams = set(questions.model.triggers["stream"].tolist())
    found = enumerate(questions.once(scopes))
    return tuple((index, scope) for index, scope in found if scope.stream in streams)


def _names(questions: Questions) -> Iterator[Key]:
    for _, scope in questions.once(_where):
        yield Key("linked", "share", "1", scope.stream_name, scope.cls_name)


def _triggered(run: Followed) -> Integers:
    """Number of items of the cohort that triggers made, by stream and class."""
    return run.count(run.cohort & (run.items["layer"] == TRIGGERED))


@named(_names, _triggered, ItemSums.of)
def linked(sums: Sums) -> Iterator[Said]:
    """Items that a trigger made, of all items, in the streams in which triggers make some."""
    made = over_scopes(sums.questions, sums.of(_triggered)).tolist()
    n = over_scopes(sums.questions, sums.of(ItemSums.of).cohort).tolist()
    for index, _ in sums.questions.once(_where):
        yield Said(made[index], n[index])
