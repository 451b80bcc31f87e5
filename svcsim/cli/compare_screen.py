"""What a comparison says: the variants in words, then stream by stream, then one sentence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import NamedTuple

from svcsim.analysis.key import Key
from svcsim.cli.figures import (
    Unit,
    change,
    count,
    figure,
    percent,
    plain_percent,
    points,
)
from svcsim.cli.foot import origin
from svcsim.cli.screen import STREAMS, title_lines
from svcsim.cli.terminal import WIDTH, cut, padded, styled, visible, wrapped
from svcsim.cli.times import clocks_of, lead_time, unit_of
from svcsim.cli.verdict import Verdict, verdicts
from svcsim.decisions.compare import Comparison, ItemShares
from svcsim.experiment.about import AboutStream, AboutTarget
from svcsim.experiment.numbers import Number
from svcsim.experiment.results import Results
from svcsim.scenario.schema import Scenario

LEFT, RIGHT = 52, 26
"""Columns of verdicts, and of means."""


class Told(NamedTuple):
    """How a scenario of the comparison was given."""

    file: str
    """Empty: the base."""
    changes: Sequence[str]


def compare_screen(
    comparison: Comparison, told: Mapping[str, Told], base: Scenario
) -> Iterator[str]:
    """Lines of a comparison.

    Parameters
    ----------
    comparison
        What to tell.
    told
        By label, ``base`` first: how each scenario was given.
    base
        The scenario that changes are described from.
    """
    width = max(len(label) for label in told)
    yield from title_lines(comparison.base)
    yield ""
    for label, (file, changes) in told.items():
        words = [file, *changes] if file else in_words(base, changes)
        if file and label != "base":  # the digest of the base is at the foot
            words[0] += f" · {comparison.variants[label].provenance.digest[:8]}"
        room = WIDTH - width - 4
        lines = [line for text in words for line in wrapped(text, room, later="  ")]
        for index, line in enumerate(lines):
            yield f"  {label if index == 0 else '':<{width}}  {line}"
    for stream in comparison.base.about.streams[:STREAMS]:
        yield ""
        yield from _stream(comparison, stream, width)
    yield ""
    if rest := comparison.base.about.streams[STREAMS:]:
        for stream in rest:
            yield from (_one_line(comparison, stream, label) for label in comparison.variants)
        yield ""
    for label in comparison.variants:
        yield from sentences(label, comparison.items(label))
    yield ""
    yield from _foot(comparison)


def in_words(base: Scenario, changes: Sequence[str]) -> list[str]:
    """Changes of the base in words: ``second_line: people 4 → 5``, ``diagnose: touch −10 %``."""
    from svcsim.scenario.changes import describe

    found = [describe(base, wanted).replace(" -> ", " → ") for wanted in changes]
    return [re.sub(r" ([-+])([\d.]+)%$", _signed, text) for text in found]


def _signed(percentage: re.Match[str]) -> str:
    return f" {percentage[1].replace('-', '−')}{percentage[2]} %"


def _stream(comparison: Comparison, stream: AboutStream, width: int) -> Iterator[str]:
    """One line for each scenario and target, and under each variant what it changes."""
    base = comparison.base
    clock = clocks_of(base, stream)[0]
    scenarios = {
        label: results
        for label, results in {"base": base, **comparison.variants}.items()
        if any(other.name == stream.name for other in results.about.streams)
        and clock in clocks_of(results, stream)
    }
    means = {
        label: lead_time(results, stream, "mean", clock) for label, results in scenarios.items()
    }
    unit = unit_of(base, clock, [mean.value for mean in means.values()])
    where = "wall clock" if clock == "wall" else f"{clock} hours"
    promises = [_promise(target) for target in stream.targets]
    heading = f"  {stream.name}: {promises[0]}" if len(promises) == 1 else ""
    if not heading or len(heading) >= LEFT:
        heading = f"  {cut(stream.name, LEFT - 4)}"
    else:
        promises = []
    yield padded(styled(heading, "title"), LEFT) + f"{f'mean, {where}':>{RIGHT}}"
    yield from (cut(f"    {promise}", WIDTH) for promise in promises)
    verdicts_of = {label: _verdicts(results, stream) for label, results in scenarios.items()}
    words = [visible(verdict.word) for found in verdicts_of.values() for verdict in found]
    room = max([8, *words])
    for label, found in verdicts_of.items():
        lines = [
            f"{percent(verdict.kept):<16} {padded(verdict.word, room)}"
            + (f" {cut(verdict.target.name, LEFT - 25 - width - room)}" if len(found) > 1 else "")
            for verdict in found
        ]
        yield from _block(label, lines, f"{figure(means[label], unit.hours)} {unit.name}", width)
        if label != "base":
            yield from _change(comparison, label, found, stream, clock, unit, width)
    for label in comparison.variants:
        if label not in scenarios:
            others = [other.name for other in comparison.variants[label].about.streams]
            where = " on this clock" if stream.name in others else ""
            yield f"    {label:<{width}}  has no {stream.name}{where}"


def _one_line(comparison: Comparison, stream: AboutStream, label: str) -> str:
    """What a variant does to the mean of a stream, in one line."""
    clock = clocks_of(comparison.base, stream)[0]
    unit = unit_of(
        comparison.base, clock, [lead_time(comparison.base, stream, "mean", clock).value]
    )
    key = Key("lead_time", "mean", "h", stream.name, clock=clock)
    found = comparison.differences[label].get(key)
    said = f"mean {change(found, unit.hours)} {unit.name}" if found else "is not there"
    return f"  {cut(f'{stream.name}, with {label}', 40):<40} {said}"


def _verdicts(results: Results, stream: AboutStream) -> list[Verdict]:
    """Targets of a stream, as one scenario has them."""
    return [verdict for verdict in verdicts(results) if verdict.stream.name == stream.name]


def _change(
    comparison: Comparison,
    label: str,
    targets: list[Verdict],
    stream: AboutStream,
    clock: str,
    unit: Unit,
    width: int,
) -> Iterator[str]:
    """Paired differences of a variant."""
    differences = comparison.differences[label]
    mean = differences[Key("lead_time", "mean", "h", stream.name, clock=clock)]
    keys = (
        Key("on_time", "share", "1", stream.name, target=verdict.target.name,
            clock=verdict.target.clock)
        for verdict in targets
    )  # fmt: skip
    lines = [points(differences[key]) if key in differences else "" for key in keys]
    yield from _block("", lines, f"{change(mean, unit.hours)} {unit.name}", width)


def _block(label: str, lines: list[str], right: str, width: int) -> Iterator[str]:
    """Lines side by side with a label on the left and a number on the right of the first."""
    for index, line in enumerate(lines or [""]):
        left = f"    {label if index == 0 else '':<{width}}  {line}"
        yield padded(left, LEFT) + (f"{right:>{RIGHT}}" if index == 0 else "")


def _promise(target: AboutTarget) -> str:
    return f"{target.name} within {target.within}, target {plain_percent(target.share)}"


def sentences(label: str, streams: list[ItemShares]) -> Iterator[str]:
    """Say of each stream, ``With A, 67 % of the incident items finish sooner and none later.``."""
    same = [shares.stream for shares in streams if shares.same.value == 1 and not _missing(shares)]
    if len(same) == len(streams):
        yield f"  With {label}, nothing changes for any item."
        return
    for shares in streams:
        if shares.stream in same:
            continue
        if not shares.items.value:
            yield f"  {label} and the base have no {shares.stream} items in common."
            continue
        sooner, later = _share(shares.sooner), _share(shares.later)
        text = f"{sooner} of the {shares.stream} items finish sooner and {later} later"
        missing = _missing(shares)
        note = f" ({', '.join(missing)}, per replication)" if missing else ""
        yield from _wrapped(f"With {label}, {text}{note}.")
    if same:
        yield from _wrapped(f"With {label}, nothing changes for the items of {', '.join(same)}.")


def _missing(shares: ItemShares) -> list[str]:
    """Items that only one of the two has."""
    found = ((shares.only_base, "in the base only"), (shares.only_variant, "new"))
    return [f"{count(number.value)} are {how}" for number, how in found if number.value]


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _share(number: Number) -> str:
    if number.value == 0:
        return "none"
    if number.value == 1:
        return "all"
    if number.value < 0.01:
        return "less than 1 %"
    return f"{100 * number.value:.0f} %" if number.value < 0.99 else f"{100 * number.value:.1f} %"


def _foot(comparison: Comparison) -> Iterator[str]:
    p = comparison.base.provenance
    runs = (comparison.base, *comparison.variants.values())
    exact = all(all(results.identities.values()) for results in runs)
    law = "Little's law exact · touch + waits = lead time exact"
    said = law if exact else styled("an identity is VIOLATED", "bad")
    yield f"  {said} · seed {p.seed} · {p.engine}"
    yield from origin(p, "± 95 %, Student t over paired replications, common random numbers")
