"""What must hold exactly in every replication, in integers (methods 3.10)."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import integrals, times
from svcsim.analysis.followed import Followed
from svcsim.analysis.item_sums import ItemSums
from svcsim.analysis.loops.items import stays
from svcsim.analysis.presence import Presence
from svcsim.analysis.questions import Questions
from svcsim.analysis.row_sums import RowSums
from svcsim.analysis.sums import Sums, Take
from svcsim.analysis.tally import Tally
from svcsim.model.arrays import NONE, Model
from svcsim.model.codes import Kind, Op


def identities(sums: Sums) -> dict[str, bool]:
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

    Parameters
    ----------
    sums
        With those that `TAKES` take.
    """
    accounts, items = sums.of(_Accounts.of), sums.of(ItemSums.of)
    spent = int(sums.of(Tally.of).until_value.sum())
    return {
        "lead_time": accounts.wrong == 0 and spent == int(items.lead),
        "little": bool((accounts.level == accounts.there).all()) and _busy(sums, accounts.work),
        "flow": items.odd == 0,
    }


class _Accounts(NamedTuple):
    """What the rows of all items add up to, and what it is held against."""

    there: NDArray[Any]
    """Ticks of rows on the way to the end, in [warm_up, horizon), by stream."""
    level: NDArray[Any]
    """The time integral of the number of items there, in [warm_up, horizon), by stream."""
    work: NDArray[Any]
    """Work and set-up, by step and class."""
    wrong: int
    """How many rows are shorter than nothing, or than the parts of them that are told apart; and
    how many items and tokens were there for another time than their rows."""

    @classmethod
    def of(cls, run: Followed) -> "_Accounts":
        """Add up the rows, and walk through the items."""
        model, tokens, sums = run.questions.model, run.paths.tokens, run.once(RowSums.of)
        window = model.warm_up, model.horizon, model.end
        there, came, went, ends = stays(run.trajectory.items, len(model.streams), *window)
        lived = np.minimum(tokens["ended"], model.end) - tokens["began"]
        wrong = (
            int(sums.wrong)
            + int(np.count_nonzero(sums.there != there))
            + int(np.count_nonzero(sums.lived != lived))
        )
        at_steps = sums.ticks[: len(model.steps)]
        work = (at_steps[:, :, :, Kind.WORK] + at_steps[:, :, :, Kind.SETUP]).sum(axis=2)
        return cls(sums.inside, integrals(came, went, ends), work, wrong)


def _busy(sums: Sums, work: NDArray[Any]) -> bool:
    """Whether presence is work and set-up times people: from the fewest to the most needed.

    The way of those who are called out is no part of it.
    """
    fewest, most = sums.questions.once(_people_needed)
    present = sums.of(Presence.of).at_work
    return bool(((times(work, fewest) <= present) & (times(work, most) >= present)).all())


TAKES: tuple[Take, ...] = (_Accounts.of, ItemSums.of, Tally.of, Presence.of)
"""What takes the sums that identities are made of."""


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
