"""Incoming quality: how often what came in was complete and accurate (%C&A, Martin, Osterling)."""

from collections.abc import Iterator
from typing import NamedTuple

from svcsim.analysis.endings import done
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.visits import INCOMPLETE, STARTED
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import Scope, over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.analysis.tally import Counts, counted
from svcsim.model.arrays import Integers
from svcsim.model.codes import Op, Purpose


class _Looked(NamedTuple):
    """Where somebody looks at what comes in."""

    steps: tuple[int, ...]
    scopes: tuple[tuple[int, Scope], ...]
    """Scopes of their streams, with their numbers."""

    @classmethod
    def of(cls, questions: Questions) -> "_Looked":
        """Find the steps."""
        model = questions.model
        looks = model.ops["code"] == Op.BRANCH
        looks[looks] = model.branches["purpose"][model.ops["a"][looks]] == Purpose.INCOMPLETE
        steps = sorted(set(model.ops["step"][looks].tolist()))
        streams = set(model.steps["stream"][steps].tolist())
        told = enumerate(questions.once(scopes))
        return cls(tuple(steps), tuple((i, scope) for i, scope in told if scope.stream in streams))


def _names(questions: Questions) -> Iterator[Key]:
    looked, names = questions.once(_Looked.of), questions.names
    for step in looked.steps:
        stream = names.streams[int(questions.model.steps["stream"][step])]
        yield Key("complete_and_accurate", "share", "1", stream, step=names.steps[step])
    for _, scope in looked.scopes:
        yield Key("complete_and_accurate", "rolled", "1", scope.stream_name, scope.cls_name)


def _clean(run: Followed) -> tuple[Integers, Integers]:
    """Items done of which nothing was sent back, and all items done, by stream and class."""
    _, returned = run.once(counted)
    return run.count(run.once(done) & ~returned), run.count(run.once(done))


@named(_names, Counts.of, _clean)
def complete_and_accurate(sums: Sums) -> Iterator[Said]:
    """%C&A of each step that looks at what comes in, and rolled over all of them.

    ``share``: visits in which work could begin, of all visits in which somebody looked. ``rolled``:
    items done of which nothing was ever sent back as incomplete, of all items done.
    """
    looked = sums.questions.once(_Looked.of)
    visits = sums.of(Counts.of).visits.sum(axis=1).tolist()
    for step in looked.steps:
        seen = visits[step][STARTED]
        yield Said(seen - visits[step][INCOMPLETE], seen)
    clean, finished = (over_scopes(sums.questions, n).tolist() for n in sums.of(_clean))
    for index, _ in looked.scopes:
        yield Said(clean[index], finished[index])
