"""How the numbers of a replication are made of its sums: worked out once for all of them."""

from collections.abc import Collection, Iterable, Sequence
from itertools import count
from typing import Any

import numpy as np

from svcsim.analysis.calculation import Calculation
from svcsim.analysis.followed import Followed, nothing
from svcsim.analysis.key import Key, Measures
from svcsim.analysis.percentiles import Histogram
from svcsim.analysis.questions import Questions
from svcsim.analysis.sums import Sums, Take
from svcsim.model.arrays import Floats


class Plan:
    """What is done with the sums of every replication.

    Each measure is asked once what it makes of sums that are not known yet; one that cannot say
    without them (`Measures.anew`) is asked in each replication.

    Parameters
    ----------
    questions
        What is asked of the run.
    measures
        Whatever is told, in this order.
    only
        Keys that are wanted; not given: all.
    """

    def __init__(
        self, questions: Questions, measures: Sequence[Measures], only: Collection[Key] | None
    ):
        told = [
            (one, names)
            for one in measures
            for names in [questions.once(one.names)]
            if any(only is None or key in only for key in names)
        ]
        keys = [key for _, names in told for key in names]
        self._wanted = [at for at, key in enumerate(keys) if only is None or key in only]
        self.keys = tuple(keys[at] for at in self._wanted)
        self.takes = _takes(one for one, _ in told)
        """What takes the sums that are wanted."""
        self._calculation = Calculation()
        self._written = _takes(one for one, _ in told if not one.anew)
        self._anew: list[tuple[Measures, slice]] = []
        self._spread: list[tuple[Key, int]] = []
        """Means of which there are histograms, and their places among all histograms."""
        self._places = np.zeros((2, len(keys)), np.int64)
        """Of numerators and denominators in the calculation."""
        sums, at = self._unknown(questions), 0
        for one, names in told:
            columns = slice(at, at + len(names))
            at = columns.stop
            if one.anew:
                self._anew.append((one, columns))
                continue
            for place, key, said in zip(self._places.T[columns], names, one.say(sums), strict=True):
                place[:] = [self._calculation.place(number) for number in said[:2]]
                if said.histogram is not None and (only is None or key in only):
                    self._spread.append((key, said.histogram))
        self._places = self._calculation.needed(self._places)

    def _unknown(self, questions: Questions) -> Sums:
        """Return sums with numbers that are not known yet, and histograms that are their places."""
        sums, places = Sums(questions, 0, 0, self._written), count()
        sums.add(Followed.of(questions, nothing(), 0, 0))

        def unknown(found: Any) -> Any:
            if isinstance(found, Histogram):
                return next(places)
            numbers = self._calculation.given(np.shape(found))
            return numbers if isinstance(found, np.ndarray) else numbers[()]

        return sums.replaced(unknown)

    def followed(self, sums: Sums) -> tuple[Floats, dict[Key, Histogram]]:
        """Return numerators and denominators, (2, keys), and histograms by the key of the mean."""
        numbers, histograms = sums.leaves(self._written)
        found: Floats = self._calculation.done(numbers)[self._places]
        for measures, columns in self._anew:
            found[:, columns] = np.array([said[:2] for said in measures.say(sums)], np.float64).T
        return found[:, self._wanted], {key: histograms[place] for key, place in self._spread}


def _takes(measures: Iterable[Measures]) -> tuple[Take, ...]:
    return tuple(dict.fromkeys(take for one in measures for take in one.takes))
