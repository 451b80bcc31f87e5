"""Redials: items that gave up and came again, which is neither new demand nor rework."""

from collections.abc import Iterator

from svcsim.analysis.item_sums import ItemSums
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.visits import REDIALS
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import Scope, over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.analysis.tally import Counts
from svcsim.model.codes import Op, Purpose


def _where(questions: Questions) -> tuple[tuple[int, Scope], ...]:
    """Scopes of the streams in which items redial, with their numbers."""
    model = questions.model
    branches = model.ops["code"] == Op.BRANCH
    branches[branches] = model.branches["purpose"][model.ops["a"][branches]] == Purpose.REDIAL
    streams = set(model.steps["stream"][model.ops["step"][branches]].tolist())
    found = enumerate(questions.once(scopes))
    return tuple((index, scope) for index, scope in found if scope.stream in streams)


def _names(questions: Questions) -> Iterator[Key]:
    for _, scope in questions.once(_where):
        yield Key("redials", "mean", "redials", scope.stream_name, scope.cls_name)


@named(_names, Counts.of, ItemSums.of)
def redials(sums: Sums) -> Iterator[Said]:
    """Redials of an item, in the streams in which items do."""
    number = sums.of(Counts.of).by_stream(sums.questions)[:, :, REDIALS]
    told = over_scopes(sums.questions, number).tolist()
    n = over_scopes(sums.questions, sums.of(ItemSums.of).cohort).tolist()
    for index, _ in sums.questions.once(_where):
        yield Said(told[index], n[index])
