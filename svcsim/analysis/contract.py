"""Contract months: how often a promise is kept month by month, and what it costs when it is not.

A promise that is kept in the long run may be broken in many a month, and contracts are settled
month by month.
"""

from collections.abc import Iterator

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.on_time import judgements
from svcsim.analysis.questions import Questions
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import Integers


def _names(questions: Questions) -> Iterator[Key]:
    for promise in questions.promises if questions.months else ():
        where = questions.names.streams[promise.stream], None, promise.name
        clock = questions.clocks[promise.clock].name
        yield Key("months_kept", "share", "1", *where, clock=clock)
        if promise.penalty > 0:
            yield Key("penalty", "mean", f"{promise.currency}/month", *where, clock=clock)


def _settled(run: Followed) -> tuple[Integers, ...]:
    """Of each promise: by month, items to which it was kept, and to which it was owed."""
    return tuple(one.by_month for one in run.once(judgements))


@named(_names, _settled, anew=True)
def contract_months(sums: Sums) -> Iterator[Said]:
    """The share of contract months in which a promise was kept, and the penalty for a month.

    A month is a calendar month that lies within [warm_up, horizon) as a whole; its items are those
    that arrive in it and to which something is promised. A month without any is no month in which
    the promise was kept or broken, and nothing is owed for it.
    """
    for promise, months in zip(sums.questions.promises, sums.of(_settled), strict=True):
        shares = [kept / n for kept, n in months.tolist() if n]
        good = sum(share >= promise.share for share in shares)
        yield Said(good, len(shares))
        if promise.penalty > 0:
            yield Said(promise.penalty * (len(shares) - good), len(months))
