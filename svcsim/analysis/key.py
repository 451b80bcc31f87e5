"""What a number is called: the columns that name a measure, and the sums it is made of."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from svcsim.analysis.followed import Followed
from svcsim.analysis.percentiles import Histogram
from svcsim.analysis.questions import Questions
from svcsim.analysis.sums import Sums, Take


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
    """The same without its key; of numbers that are not known yet, too."""

    numerator: Any
    denominator: Any = 1.0
    histogram: Any = None


class Measures:
    """Measures that are taken together: what they are called, and what a replication says.

    Names depend on what is asked only, so that they are known before anything is simulated, and are
    made once for all replications. So is what is said, of sums that are not known yet
    (`svcsim.analysis.plan`). ``measures(run)`` yields a `Sum` for each.
    """

    def __init__(
        self,
        name: Callable[[Questions], Iterator[Key]],
        takes: tuple[Take, ...],
        say: Callable[[Sums], Iterator[Said]],
        anew: bool = False,
    ):
        self._name = name
        self.takes = takes
        """What takes the sums of which they are made from each part of a replication."""
        self.say = say
        """What the sums of all parts say about each measure, in the order of the names; asked only
        where there are any."""
        self.anew = anew
        """Whether it is asked in each replication."""
        self.__doc__ = say.__doc__

    def names(self, questions: Questions) -> tuple[Key, ...]:
        """What the measures are called, in order."""
        return tuple(self._name(questions))

    def __call__(self, run: Followed) -> Iterator[Sum]:
        """Yield what a replication says about each measure, by name."""
        if keys := run.questions.once(self.names):
            sums = Sums(run.questions, run.seed, run.replication, self.takes)
            sums.add(run)
            for key, said in zip(keys, self.say(sums), strict=True):
                yield Sum(key, *said)


def named(
    name: Callable[[Questions], Iterator[Key]], *takes: Take, anew: bool = False
) -> Callable[[Callable[[Sums], Iterator[Said]]], Measures]:
    """Give what a function says about sums the names that another one makes.

    The function adds, subtracts, multiplies and divides; it is asked once for all replications.

    Parameters
    ----------
    name
        Makes the names.
    takes
        What takes the sums that the function asks for (`Sums.of`).
    anew
        Whether it is asked in each replication: what it does with the sums depends on them.
    """
    return lambda say: Measures(name, takes, say, anew)
