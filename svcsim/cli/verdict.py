"""Promises kept or missed, in words."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from svcsim.cli.figures import percent, plain_percent
from svcsim.cli.terminal import WIDTH, cut, styled, visible
from svcsim.experiment.about import AboutStream, AboutTarget
from svcsim.experiment.numbers import Number
from svcsim.experiment.results import Results

LONGEST_NAME = 16
"""Columns for the name of a stream."""


class Verdict(NamedTuple):
    """What became of a target."""

    stream: AboutStream
    target: AboutTarget
    kept: Number

    @property
    def met(self) -> bool:
        """Whether the share of items in time reaches the target; so does a share of no items."""
        return not self.kept.value < self.target.share

    @property
    def close(self) -> bool:
        """Whether the target lies within the half-width, so that luck may decide."""
        return abs(self.kept.value - self.target.share) <= self.kept.half_width

    @property
    def word(self) -> str:
        """MET or MISSED, in colour."""
        if math.isnan(self.kept.value):
            return "no items"
        text = "MET" if self.met else "MISSED"
        return styled(text, "good" if self.met else "bad") + (", close" if self.close else "")

    @property
    def promise(self) -> str:
        """``resolved within 4 h``."""
        return f"{self.target.name} within {self.target.within}"


def verdicts(results: Results) -> list[Verdict]:
    """Every target of a run, in the order of the file."""
    return [
        Verdict(
            stream,
            target,
            results.numbers.find("on_time", "share", stream=stream.name, target=target.name),
        )
        for stream in results.about.streams
        for target in stream.targets
    ]


def verdict_lines(found: list[Verdict]) -> Iterator[str]:
    """One line for each target."""
    width = min(max((len(verdict.stream.name) for verdict in found), default=0), LONGEST_NAME)
    rights = [f"target {plain_percent(verdict.target.share)}: {verdict.word}" for verdict in found]
    room = WIDTH - 2 - max((visible(right) for right in rights), default=0)
    before, lefts = "", []
    for verdict in found:
        name = "" if verdict.stream.name == before else verdict.stream.name
        before = verdict.stream.name
        text = f"  {cut(name, width):<{width}}  {percent(verdict.kept):>12} {verdict.promise}"
        lefts.append(cut(text, room))
    column = min(max([50, *map(len, lefts)]), room)
    for left, right in zip(lefts, rights, strict=True):
        yield f"{left:<{column}}  {right}"
