"""What a number is called: the columns that name a measure, and the sums it is made of."""

from typing import NamedTuple

from svcsim.analysis.percentiles import Histogram


class Key(NamedTuple):
    """The name of a number: None where a word does not apply."""

    measure: str
    statistic: str
    unit: str
    stream: str | None = None
    cls: str | None = None
    target: str | None = None
    team: str | None = None
    step: str | None = None
    activity: str | None = None
    cause: str | None = None
    clock: str | None = None


class Sum(NamedTuple):
    """What one replication says about a number: numerator over denominator.

    A denominator of 0 says that the replication has nothing to say: nobody came.
    """

    key: Key
    numerator: float
    denominator: float = 1.0
    histogram: Histogram | None = None
    """How the values lie, where percentiles are wanted too."""
