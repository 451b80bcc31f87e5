"""Rest after long calls: how much time it takes from the shifts of a group (19)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.followed import Followed
from svcsim.analysis.questions import Questions
from svcsim.model.arrays import Records, record
from svcsim.model.codes import Purpose
from svcsim.world.draws import run_key, uniform
from svcsim.world.staffing import block_end, block_start

LEAVE = int(Purpose.LEAVE)
HELD = record("group", "person", "begin", "end")


def _rested(questions: Questions) -> tuple[int, ...]:
    """Groups whose people rest in their shifts."""
    groups = questions.model.groups
    rested = sorted({g for g in groups["rests"].tolist() if g >= 0})
    return tuple(g for g in rested if not groups["on_call"][g])


@dataclass(frozen=True, slots=True)
class Calls:
    """When people were held who rest after a long call.

    A call lasts as long as a person is held without a break, by one item after another, which may
    be in several parts of a replication. So this is carried from part to part, in place of a sum:
    32 bytes for each stay of a person on call.
    """

    questions: Questions
    seed: int
    replication: int
    held: tuple[Records, ...]
    """By part, in any order."""

    @classmethod
    def of(cls, run: Followed) -> "Calls":
        """Read the presence of those who rest."""
        groups, presence = run.questions.model.groups, run.trajectory.presence
        resting = groups["rests"] >= 0
        found = np.zeros(0, HELD)
        if resting.any():
            mine = presence[resting[presence["group"]]]
            found = np.zeros(len(mine), HELD)
            for name in HELD.names or ():
                found[name] = mine[name]
        return cls(run.questions, run.seed, run.replication, (found,) if len(found) else ())

    def plus(self, other: "Calls") -> "Calls":
        """Return those of both parts."""
        return Calls(self.questions, self.seed, self.replication, (*self.held, *other.held))

    def told(self) -> NDArray[Any]:
        """Return the person-ticks that rests take from the shifts of each group (`ticks`).

        They are those in [warm_up, horizon).
        """
        model = self.questions.model
        ticks = [0] * len(model.groups)
        for g in self.questions.once(_rested) if self.held else ():
            ticks[g] = self.ticks(g, model.warm_up, model.horizon)
        return np.array(ticks, object) if any(ticks) else np.zeros(len(ticks), np.int64)

    def ticks(self, g: int, first: int, last: int) -> int:
        """Return the person-ticks that rests take from the shifts of group g in [first, last).

        Of k who rest at once, the k people with the highest numbers are not there.
        """
        edges = [edge for begin, end in self._rests(g) for edge in ((begin, 1), (end, -1))]
        people = int(self.questions.model.groups[g]["people"])
        total, resting, since = 0, 0, 0
        for tick, change in sorted(edges):
            for number in range(min(resting, people)):
                total += self._there(g, people - number, max(since, first), min(tick, last))
            resting, since = resting + change, tick
        return total

    def _rests(self, g: int) -> list[tuple[int, int]]:
        """Return begin and end of every rest that takes a person from group g, by who rests."""
        found = []
        groups = self.questions.model.groups
        held = np.concatenate([np.zeros(0, HELD), *self.held])
        for other in np.flatnonzero(groups["rests"] == g).tolist():
            after, rest = int(groups[other]["rest_after"]), int(groups[other]["rest"])
            mine = held[held["group"] == other]
            for person in np.unique(mine["person"]).tolist():
                spells: list[list[int]] = []
                until: list[tuple[int, int]] = []
                slices = mine[mine["person"] == person][["begin", "end"]]
                for begin, end in sorted(slices.tolist()):
                    if spells and spells[-1][1] == begin:
                        spells[-1][1] = end
                    else:
                        spells.append([begin, end])
                    if end - spells[-1][0] > after:
                        if until and until[-1][1] >= end:
                            until[-1] = (until[-1][0], end + rest)
                        else:
                            until.append((end, end + rest))
                found += until
        return found

    def _there(self, g: int, person: int, first: int, last: int) -> int:
        """Return the ticks of [first, last) in which a person would be there but for the rest."""
        model, group = self.questions.model, self.questions.model.groups[g]
        if first >= last:
            return 0
        calendar = model.calendars[group["calendar"]]
        if calendar["always"]:
            return last - first
        k0, k1 = run_key(self.seed, self.replication)
        shifts = model.openings[calendar["first"] : calendar["first"] + calendar["n"]]
        total = 0
        for shift in shifts[(shifts["closes"] > first) & (shifts["opens"] < last)]:
            opens, closes, date = int(shift["opens"]), int(shift["closes"]), int(shift["date"])
            u = uniform(k0, k1, person, date % 2**32, int(group["tag"]), 0, LEAVE, 0)
            if group["leave"] > 0 and u < group["leave"]:
                continue
            people, day = int(group["people"]), float(group["day"])
            begin = max(block_start(opens, closes, person, people, day), first)
            end = min(block_end(opens, closes, person, people, day), last)
            total += min(closes, last) - max(opens, first) - max(end - begin, 0)
        return total
