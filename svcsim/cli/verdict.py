"""Promises kept or missed, in words."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from svcsim.cli.figures import figure, percent, plain_percent
from svcsim.cli.terminal import WIDTH, cut, parted, styled, visible, wrapped
from svcsim.experiment.about import AboutStream, AboutTarget
from svcsim.experiment.numbers import Number
from svcsim.experiment.results import Results

LONGEST_NAME = 16
"""Columns for the name of a stream."""
FEW_CLASSES = 4
"""Classes of a stream that are told one by one, though they are promised the same time."""


class Verdict(NamedTuple):
    """What became of a target."""

    stream: AboutStream
    target: AboutTarget
    kept: Number
    by_class: tuple[tuple[str, Number], ...] = ()
    """The same for each class, where that is worth a line."""
    contract: tuple[Number, Number] | None = None
    """Share of the contract months in which it was kept, and the penalty for a month, if any."""

    @property
    def notes(self) -> list[str]:
        """Lines that follow that of the verdict, where there is room."""
        notes = class_lines(self) if self.by_class else []
        return [*notes, *contract_lines(*self.contract)] if self.contract else notes

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
            tuple(_classes(results, stream, target)),
            _contract(results, stream, target),
        )
        for stream in results.about.streams
        for target in stream.targets
    ]


def _classes(
    results: Results, stream: AboutStream, target: AboutTarget
) -> Iterator[tuple[str, Number]]:
    """The share in time of each class, if they are few or promised different times."""
    classes = target.by_class
    if len(classes) > 1 and (len(classes) <= FEW_CLASSES or len(set(classes.values())) > 1):
        for name in classes:
            words = {"stream": stream.name, "cls": name, "target": target.name}
            yield name, results.numbers.find("on_time", "share", **words)


def _contract(
    results: Results, stream: AboutStream, target: AboutTarget
) -> tuple[Number, Number] | None:
    """What contract months brought, if something is owed for them."""
    words = {"stream": stream.name, "target": target.name}
    try:
        owed = results.numbers.find("penalty", **words)
    except KeyError:
        return None
    return results.numbers.find("months_kept", "share", **words), owed


def contract_lines(kept: Number, owed: Number) -> list[str]:
    """``contract months: 71.4 % ± 3.1 kept; penalty 2 860 ± 310 GBP/month``."""
    text = f"contract months: {percent(kept)} kept; penalty {figure(owed)} {owed.unit}"
    return wrapped(text, WIDTH, "    ", "      ")


def class_lines(verdict: Verdict) -> list[str]:
    """``by class: high 92.1 % in 4 bh, normal 84.7 % in 1 bd``."""
    parts = []
    for name, kept in verdict.by_class:
        share = f"{100 * kept.value:.1f} %" if math.isfinite(kept.value) else "no items"
        parts.append(f"{name} {share} in {verdict.target.by_class[name]}")
    return parted(["by class: " + parts[0], *parts[1:]], WIDTH, "    ", " " * 14)


def verdict_lines(found: list[Verdict], *, classes: bool = False) -> Iterator[str]:
    """One line for each target, or two; and what else there is to say of each, if wanted."""
    width = min(max((len(verdict.stream.name) for verdict in found), default=0), LONGEST_NAME)
    rights = [f"target {plain_percent(verdict.target.share)}: {verdict.word}" for verdict in found]
    room = WIDTH - 2 - max((visible(right) for right in rights), default=0)
    before, lefts = "", []
    for verdict in found:
        name = "" if verdict.stream.name == before else verdict.stream.name
        before = verdict.stream.name
        start = f"  {cut(name, width):<{width}}  {percent(verdict.kept):>12} "
        lefts.append(wrapped(verdict.promise, room, start, " " * len(start)))
    column = min(max([50, *(len(line) for left in lefts for line in left)]), room)
    for verdict, (left, *more), right in zip(found, lefts, rights, strict=True):
        yield f"{left:<{column}}  {right}"
        yield from more
        if classes:
            yield from verdict.notes
