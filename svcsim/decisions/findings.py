"""What a search for the bottleneck found."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from svcsim.analysis.confidence import METHOD
from svcsim.analysis.key import Key
from svcsim.decisions.ranks import ALPHA, Rank
from svcsim.decisions.responses import in_words
from svcsim.experiment.about import About
from svcsim.experiment.numbers import Number, Numbers
from svcsim.experiment.provenance import Provenance

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "kind", "name", "change", "value", "half_width", "lower", "upper", "unit", "relative",
    "relative_half_width", "n", "rank_best", "rank_worst", "h", "steps_agree", "refused", "busy",
    "queue",
)  # fmt: skip
"""Columns of a bottleneck's data frame."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A lever that can be turned, and its elasticity."""

    kind: str
    name: str
    team: str | None
    elasticity: Number
    """Per cent by which the response grows where this grows by one."""
    h: float
    """How far it was turned."""
    rank: Rank | None
    """Among those of its kind, the one that helps most first; None where there are no ranks."""
    agrees: bool | None
    """Whether half the step gives the same; None if that was not asked."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """A lever that has whole steps, and what one of them does."""

    kind: str
    name: str
    what: str
    difference: Number | None
    """Response after the step less that before; None if there is no run."""
    relative: Number | None
    """The same, as a share of the response."""
    rank: Rank | None
    refused: str
    """Why it cannot be done; empty if it can."""


@dataclass(frozen=True)
class Bottleneck:
    """Which lever moves a response, and how sure that is."""

    about: About
    response: Key
    base: Numbers
    """Of the scenario itself: the response, and how busy teams are."""
    value: Number
    """The response."""
    turned: tuple[Turned, ...]
    stepped: tuple[Stepped, ...]
    euler: tuple[float, float] | None
    """Sum of the elasticities and its half-width; it must be 1. None where it is not known."""
    fixed: tuple[str, ...]
    """Why Euler's sum is not known: what has a length of its own."""
    needed: dict[str, int | None]
    """By kind: replications that would probably tell the first two apart; None if they are."""
    provenance: Provenance
    points: int
    """Points that were asked for."""
    finished: int
    seconds: float

    @property
    def interrupted(self) -> bool:
        """Whether there are fewer points than were asked for."""
        return self.finished < self.points

    def described(self, team: str) -> tuple[float, float]:
        """Return how busy a team is and how many items queue for it: description, no cause."""
        return self._of(team, "utilisation", "ratio"), self._of(team, "queue_length", "mean")

    def _of(self, team: str, measure: str, statistic: str) -> float:
        try:
            return self.base.find(measure, statistic, team=team).value
        except KeyError:
            return math.nan

    def first(self, kind: str) -> list[str]:
        """Return the levers of a kind that may be the best, the strongest first: one if it is sure.

        Empty if none of them surely moves the response.
        """
        ranked: list[Turned | Stepped] = [*self.turned, *self.stepped]
        best = [
            one for one in ranked
            if one.kind == kind and one.rank is not None and one.rank.best == 1
            and abs(_number(one).value) > 0
        ]  # fmt: skip
        if not any(_moves(one) for one in best):
            return []
        return [one.name for one in sorted(best, key=lambda one: -abs(_number(one).value))]

    @cached_property
    def levers(self) -> "pd.DataFrame":
        """Every lever: elasticities, and what whole steps change, with 95 % intervals."""
        import pandas as pd

        frame = pd.DataFrame(self.records(), columns=list(COLUMNS))
        frame.attrs["interval"] = f"{METHOD}, paired"
        return frame

    def records(self) -> list[dict[str, Any]]:
        """One mapping for each lever, with the fields of `COLUMNS`; None for what is absent."""
        return [
            _record(one.kind, one.name, "elasticity", one.elasticity, rank=one.rank, h=one.h,
                    agrees=one.agrees, described=self.described(one.team or one.name))
            for one in self.turned
        ] + [
            _record(one.kind, one.name, one.what, one.difference, one.relative, rank=one.rank,
                    refused=one.refused, described=self.described(one.name))
            for one in self.stepped
        ]  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values: what ``--json`` writes."""
        provenance = self.provenance.as_dict()
        scenario = {key: provenance.pop(key) for key in ("scenario", "digest")}
        return {
            "svcsim": provenance.pop("svcsim"),
            "scenario": {"name": scenario["scenario"], "digest": scenario["digest"]},
            **provenance,
            "points": self.points,
            "interrupted": self.interrupted,
            "interval": f"{METHOD}, paired; ranks hold together with {1 - ALPHA:.0%}",
            "response": {
                "name": in_words(self.response),
                "clock": self.response.clock,
                "value": _plain(self.value.value),
                "half_width": _plain(self.value.half_width),
                "unit": self.value.unit,
            },
            "euler": {
                "sum": self.euler[0] if self.euler else None,
                "half_width": _plain(self.euler[1]) if self.euler else None,
                "not_known_for": list(self.fixed),
            },
            "levers": self.records(),
        }

    def __repr__(self) -> str:
        return (
            f"<Bottleneck of {in_words(self.response)} in "
            f"{self.provenance.scenario or 'a scenario'}: {self.finished} points, "
            f"{self.provenance.often}>"
        )

    def _repr_html_(self) -> str:
        """The levers, those that move the response most first, for notebooks."""
        columns = ["kind", "name", "change", "value", "half_width", "unit", "relative", "rank_best",
                   "rank_worst", "busy", "queue"]  # fmt: skip
        frame = self.levers[columns]
        table = frame.to_html(index=False, na_rep="", float_format="{:.3g}".format)
        return f"<h4>What moves {in_words(self.response)}</h4>{table}"


def _number(one: Turned | Stepped) -> Number:
    number = one.elasticity if isinstance(one, Turned) else one.difference
    return number or Number.even(math.nan, math.nan, "", 0)


def _moves(one: Turned | Stepped) -> bool:
    """Whether it surely changes something."""
    number = _number(one)
    return abs(number.value) > number.half_width


def _record(
    kind: str,
    name: str,
    change: str,
    number: Number | None,
    relative: Number | None = None,
    *,
    rank: Rank | None = None,
    h: float | None = None,
    agrees: bool | None = None,
    refused: str = "",
    described: tuple[float, float],
) -> dict[str, Any]:
    values = (kind, name, change, number and number.value, number and number.half_width,
              number and number.lower, number and number.upper, number and number.unit,
              relative and relative.value, relative and relative.half_width, number and number.n,
              rank and rank.best, rank and rank.worst, h, agrees, refused or None,
              *described)  # fmt: skip
    return {
        name: _plain(value) if isinstance(value, float) else value
        for name, value in zip(COLUMNS, values, strict=True)
    }


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
