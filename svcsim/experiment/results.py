"""What a run gives: measures with their uncertainty, and where they came from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from svcsim.analysis.confidence import METHOD
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key
from svcsim.analysis.percentiles import Histograms
from svcsim.analysis.questions import Questions
from svcsim.errors import SvcsimError
from svcsim.experiment import archive, tables
from svcsim.experiment.about import About
from svcsim.experiment.numbers import Numbers
from svcsim.experiment.provenance import Provenance
from svcsim.model.trajectory import Trajectory

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Results:
    """Measures of a scenario over replications.

    ``results.measures`` is a data frame with a row for each measure. ``items``, ``visits``,
    ``rows`` and ``presence`` say what happened, in the replications whose trajectories were kept:
    ``svcsim.run(..., keep=3)``.
    """

    about: About
    questions: Questions
    numbers: Numbers
    identities: dict[str, bool]
    """What must hold exactly in every replication, and whether it did."""
    provenance: Provenance
    asked: int
    """Replications that were asked for."""
    seconds: float
    """How long the run took."""
    trajectories: tuple[Trajectory, ...] = ()
    """Of the first replications, as many as were kept."""

    @property
    def interrupted(self) -> bool:
        """Whether it has fewer replications than were asked for."""
        return self.provenance.replications < self.asked

    @cached_property
    def measures(self) -> "pd.DataFrame":
        """Every measure, with half-width and interval: 95 %, Student's t over replications."""
        frame = self.numbers.frame()
        frame.attrs["interval"] = METHOD
        return frame

    @cached_property
    def items(self) -> "pd.DataFrame":
        """Items of the kept replications."""
        return tables.items_frame(self._labels())

    @cached_property
    def visits(self) -> "pd.DataFrame":
        """Visits of items to steps, in the kept replications."""
        return tables.visits_frame(self._labels())

    @cached_property
    def rows(self) -> "pd.DataFrame":
        """Everything that items did and waited for, in the kept replications."""
        return tables.rows_frame(self._labels())

    @cached_property
    def presence(self) -> "pd.DataFrame":
        """Who worked on what, in the kept replications."""
        return tables.presence_frame(self._labels())

    @cached_property
    def attendance(self) -> "pd.DataFrame":
        """Who heard what at the sittings of gates, in the kept replications."""
        return tables.attendance_frame(self._labels())

    def _labels(self) -> Sequence[tables.Labels]:
        if not self.trajectories:
            raise SvcsimError("no trajectories were kept; run with keep=1 or more")
        return [
            tables.Labels(
                Followed.of(self.questions, trajectory, self.provenance.seed, replication),
                self.about,
            )
            for replication, trajectory in enumerate(self.trajectories)
        ]

    def as_dict(self) -> dict[str, Any]:
        """The results as plain values: what ``--json`` writes."""
        provenance = self.provenance.as_dict()
        scenario = {key: provenance.pop(key) for key in ("scenario", "digest")}
        return {
            "svcsim": provenance.pop("svcsim"),
            "scenario": {"name": scenario["scenario"], "digest": scenario["digest"]},
            **provenance,
            "interrupted": self.interrupted,
            "interval": METHOD,
            "identities": self.identities,
            "measures": self.numbers.records(),
        }

    def save(self, path: str | Path) -> None:
        """Write everything to a file that `load` reads: arrays and words, nothing that runs."""
        meta = {
            "about": self.about.as_dict(),
            "keys": [list(key) for key in self.numbers.sums],
            "histograms": [list(key) for key in self.numbers.histograms],
            "identities": self.identities,
            "provenance": self.provenance.as_dict(),
            "asked": self.asked,
            "seconds": self.seconds,
        }
        arrays = {
            "numerators": self.numbers.numerators,
            "denominators": self.numbers.denominators,
        }
        for index, histograms in enumerate(self.numbers.histograms.values()):
            for field in fields(histograms):
                arrays[f"histogram.{index}.{field.name}"] = getattr(histograms, field.name)
        archive.write(Path(path), meta, arrays, self.questions, self.trajectories)

    @classmethod
    def load(cls, path: str | Path) -> "Results":
        """Read what `save` wrote.

        Raises
        ------
        SvcsimError
            If the file holds no results of this version of svcsim.
        """
        meta, arrays, questions, trajectories = archive.read(Path(path))
        keys = tuple(Key(*words) for words in meta["keys"])
        histograms = {
            Key(*words): Histograms(
                **{field.name: arrays[f"histogram.{index}.{field.name}"]
                   for field in fields(Histograms)}
            )
            for index, words in enumerate(meta["histograms"])
        }  # fmt: skip
        return cls(
            about=About.from_dict(meta["about"]),
            questions=questions,
            numbers=Numbers(keys, arrays["numerators"], arrays["denominators"], histograms),
            identities=meta["identities"],
            provenance=Provenance(**meta["provenance"]),
            asked=meta["asked"],
            seconds=meta["seconds"],
            trajectories=trajectories,
        )

    def __repr__(self) -> str:
        p = self.provenance
        return (
            f"<Results of {p.scenario or 'a scenario'}: {p.often}, "
            f"{len(self.numbers)} measures, seed {p.seed}, {p.engine}>"
        )

    def _repr_html_(self) -> str:
        """Headline measures, for notebooks."""
        frame = self.measures
        plain = frame[["team", "step", "activity", "cause", "class"]].isna().all(axis=1)
        shown = frame[plain & frame["measure"].isin(HEADLINES)]
        columns = ["stream", "target", "measure", "statistic", "clock", "value", "half_width",
                   "unit"]  # fmt: skip
        table = shown[columns].to_html(index=False, na_rep="", float_format="{:.4g}".format)
        p = self.provenance
        note = (
            f"{p.often}, seed {p.seed}, {p.engine}, scenario {p.scenario} "
            f"{p.digest[:12]}, svcsim {p.svcsim}; half-widths: {METHOD}"
        )
        return f"<h4>{_escaped(self.about.title)}</h4>{table}<p><small>{_escaped(note)}</small></p>"


HEADLINES = ("on_time", "lead_time", "flow_efficiency", "throughput", "wip", "unfinished")
"""Measures that a notebook shows of a stream."""


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)


def as_json(words: dict[str, Any]) -> str:
    """Plain values as JSON text, with numpy's numbers among them."""
    return json.dumps(words, indent=1, default=_plain, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no JSON")
