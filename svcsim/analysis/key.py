"""What a number is called: the columns that name a measure, and the sums it is made of."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from svcsim.analysis.followed import Followed
from svcsim.analysis.percentiles import Histogram
from svcsim.analysis.questions import Questions


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


class Said(NamedTuple):
    """The same without its key."""

    numerator: float
    denominator: float = 1.0
    histogram: Histogram | None = None


class Measures:
    """Measures that are taken together: what they are called, and what a replication says.

    Names depend on what is asked only, so that they are known before anything is simulated, and are
    made once for all replications. ``measures(run)`` yields a `Sum` for each.
    """

    def __init__(
        self,
        name: Callable[[Questions], Iterator[Key]],
        say: Callable[[Followed], Iterator[Said]],
    ):
        self._name = name
        self.say = say
        """What a replication says about each measure, in the order of the names."""
        self.__doc__ = say.__doc__

    def names(self, questions: Questions) -> tuple[Key, ...]:
        """What the measures are called, in order."""
        return tuple(self._name(questions))

    def __call__(self, run: Followed) -> Iterator[Sum]:
        """Yield what a replication says about each measure, by name."""
        for key, said in zip(run.questions.once(self.names), self.say(run), strict=True):
            yield Sum(key, *said)


def named(
    name: Callable[[Questions], Iterator[Key]],
) -> Callable[[Callable[[Followed], Iterator[Said]]], Measures]:
    """Give what a function says about a replication the names that another one makes."""
    return lambda say: Measures(name, say)
