"""What must hold exactly in every replication, in integers (methods 3.10)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import grouped, integral, total, within
from svcsim.analysis.followed import Followed
from svcsim.analysis.tally import PARTS, Tally
from svcsim.model.arrays import NEVER, NONE, Integers, Kind, Model, Op, Outcome


def identities(run: Followed, tally: Tally) -> dict[str, bool]:
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
    return {
        "lead_time": _lead_time(run, tally),
        "little": _little(run) and _busy(run),
        "flow": _flow(run),
    }


def _gone(run: Followed) -> Integers:
    """When each item was no longer there."""
    gone: Integers = np.minimum(run.items["ended"], run.questions.model.end)
    return gone


def _lead_time(run: Followed, tally: Tally) -> bool:
    rows, there = run.rows, _gone(run) - run.arrived
    length = rows["end"] - rows["begin"]
    in_parts = sum(rows[column] for column in PARTS)
    contended = rows["kind"] == Kind.CONTENTION
    return bool(
        (grouped(rows["item"], len(there), np.where(_to_the_end(run), length, 0)) == there).all()
        and _lives(run)
        and (length >= 0).all()
        and (in_parts <= np.where(contended, length, 0)).all()
        and int(tally.until_value.sum()) == total(run.elapsed[run.pursued])
    )


def _to_the_end(run: Followed) -> NDArray[np.bool_]:
    """Which rows lie on the way to the end of their item, or to where it is now."""
    ends = run.paths.last(len(run.arrived))
    return run.paths.rows_on(run.paths.back_from(ends), run.rows["token"])


def _lives(run: Followed) -> bool:
    """Whether the rows of every token add up to its life."""
    tokens, at = run.trajectory.tokens, run.paths.find(run.rows["token"])
    lived = np.minimum(tokens["ended"], run.questions.model.end) - tokens["began"]
    length = np.where(at == NONE, 0, run.rows["end"] - run.rows["begin"])
    return bool(
        (grouped(np.maximum(at, 0), max(1, len(tokens)), length)[: len(lived)] == lived).all()
    )


def _little(run: Followed) -> bool:
    model, gone, stream = run.questions.model, _gone(run), run.items["stream"]
    window = model.warm_up, model.horizon
    inside = np.where(_to_the_end(run), within(run.rows["begin"], run.rows["end"], *window), 0)
    accounted = grouped(stream[run.rows["item"]], len(model.streams), inside)
    return all(
        integral(np.clip(run.arrived[here], *window), np.clip(gone[here], *window))
        == int(accounted[index])
        for index in range(len(model.streams))
        for here in [stream == index]
    )


def _busy(run: Followed) -> bool:
    """Whether presence is work and set-up times people: from the fewest to the most needed.

    The way of those who are called out is no part of it.
    """
    model, rows, slices = run.questions.model, run.rows, run.presence
    fewest, most = people_needed(model)
    n_classes = most.shape[1]
    working = (rows["kind"] == Kind.WORK) | (rows["kind"] == Kind.SETUP)
    at = np.where(working, rows["step"] * n_classes + run.items["cls"][rows["item"]], 0)
    work = grouped(at, most.size, np.where(working, rows["end"] - rows["begin"], 0))
    at = slices["step"] * n_classes + run.items["cls"][slices["item"]]
    present = grouped(at, most.size, slices["end"] - slices["begin"] - slices["called"])
    enough, too_many = work * fewest.ravel() <= present, work * most.ravel() < present
    return bool((enough & ~too_many).all())


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
