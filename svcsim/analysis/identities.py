"""What must hold exactly in every replication, in integers (methods 3.10)."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import exactly, integral, total
from svcsim.analysis.followed import Followed
from svcsim.analysis.loops.rows import account
from svcsim.analysis.presence import Presence
from svcsim.analysis.questions import Questions
from svcsim.analysis.tally import Tally
from svcsim.model.arrays import NEVER, NONE, Integers, Model, Op, Outcome


def identities(run: Followed) -> dict[str, bool]:
    """Say which identities hold in a replication; all do, unless svcsim has a bug.

    ``lead_time``
        For every item, what it did and waited for on its critical path adds up to the time it was
        there, and for every token to the time that it lived; over the cohort, touch and waits by
        cause add up to the lead times.
    ``little``
        By stream, over [warm_up, horizon): the time integral of the number of items there, walked
        from arrival to departure, is the sum of the times that their rows account for, on the
        critical path. By step:
        the time that people were present is the time of work and set-up, times the people needed,
        or between its quorum and its whole team.
    ``flow``
        Who arrived has left or is still there.
    """
    accounts = _Accounts.of(run)
    return {
        "lead_time": _lead_time(run, accounts),
        "little": _little(run, accounts) and _busy(run, accounts),
        "flow": _flow(run),
    }


def _gone(run: Followed) -> Integers:
    """When each item was no longer there."""
    gone: Integers = np.minimum(run.items["ended"], run.questions.model.end)
    return gone


@dataclass(frozen=True, slots=True)
class _Accounts:
    """Exact sums of the ticks of rows, of all items."""

    to_the_end: NDArray[Any]
    """On the way to the end of each item, or to where it is now."""
    lives: NDArray[Any]
    """Of each token of the table."""
    there: NDArray[Any]
    """On the way to the end, in [warm_up, horizon), by stream."""
    work: NDArray[Any]
    """Work and set-up, by step and class."""
    wrong: NDArray[Any]
    """How many rows are shorter than nothing, or than the parts of them that are told apart."""

    @classmethod
    def of(cls, run: Followed) -> Self:
        """Add up one replication."""
        model, paths, items = run.questions.model, run.paths, run.items
        to_the_end = paths.on(paths.last)
        return cls(*exactly(
            lambda *part: account(
                run.trajectory.rows, to_the_end, paths.number, items["stream"], items["cls"],
                len(paths), len(model.streams), len(model.steps), run.questions.n_classes,
                model.warm_up, model.horizon, *part,
            )
        ))  # fmt: skip


def _lead_time(run: Followed, accounts: _Accounts) -> bool:
    tokens = run.trajectory.tokens
    lived = np.minimum(tokens["ended"], run.questions.model.end) - tokens["began"]
    spent = int(run.once(Tally.of).until_value.sum())
    return bool(
        (accounts.to_the_end == _gone(run) - run.arrived).all()
        and (accounts.lives == lived).all()
        and accounts.wrong == 0
        and spent == total(run.elapsed[run.pursued])
    )


def _little(run: Followed, accounts: _Accounts) -> bool:
    model, stream = run.questions.model, run.items["stream"]
    window = model.warm_up, model.horizon
    arrived, gone = (np.clip(ticks, *window) for ticks in (run.arrived, _gone(run)))
    return all(
        integral(arrived[here], gone[here]) == accounts.there[index]
        for index in range(len(model.streams))
        for here in [np.flatnonzero(stream == index)]
    )


def _busy(run: Followed, accounts: _Accounts) -> bool:
    """Whether presence is work and set-up times people: from the fewest to the most needed.

    The way of those who are called out is no part of it.
    """
    fewest, most = run.questions.once(_people_needed)
    present = run.once(Presence.of).at_work
    work = accounts.work
    return bool(((work * fewest <= present) & (work * most >= present)).all())


def _people_needed(questions: Questions) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n_classes = questions.n_classes
    fewest, most = people_needed(questions.model)
    return fewest[:, :n_classes], most[:, :n_classes]


def people_needed(model: Model) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Fewest and most people and resources at work at once, by step and class."""
    found: dict[tuple[int, int], set[int]] = {}
    for op in model.ops[model.ops["code"] == Op.SEIZE]:
        for cls, seize in enumerate(model.by_class[op["a"]].tolist()):
            first, n = model.seizes[seize].tolist()[:2] if seize != NONE else (0, 0)
            numbers = found.setdefault((int(op["step"]), cls), set())
            numbers |= {_people(model, one) for one in model.alternatives[first : first + n]}
            if n and model.seizes["quorum"][seize]:
                numbers.add(int(model.seizes["quorum"][seize]))
    fewest = np.zeros((len(model.steps), model.by_class.shape[1]), np.int64)
    most = fewest.copy()
    for (step, cls), numbers in found.items():
        fewest[step, cls], most[step, cls] = min(numbers, default=0), max(numbers, default=0)
    return fewest, most


def _people(model: Model, alternative: Any) -> int:
    first, n = alternative.tolist()
    return int(model.needs["number"][first : first + n].sum())


def _flow(run: Followed) -> bool:
    ended, model = run.items["ended"], run.questions.model
    still_there = ended == NEVER
    return bool(
        ((run.items["outcome"] == Outcome.OPEN) == still_there).all()
        and ((ended < model.end) | still_there).all()
        and (ended >= run.arrived).all()
    )
