"""Everything that was measured: for ``--full``."""

import math
from collections.abc import Iterator

from svcsim.analysis.key import Key
from svcsim.cli.figures import figure, percent
from svcsim.cli.terminal import WIDTH, cut
from svcsim.experiment.about import About
from svcsim.experiment.numbers import Number
from svcsim.experiment.results import Results

DEFINITIONS = (
    "Percentiles are nearest ranks, to a thousandth: p85 is the smallest time that 85 % of the"
    " items of all replications do not exceed, or up to 0.1 % more. Their intervals are"
    " Woodruff's, of which ± is half the length; ± ? where the replications are too few to"
    " bound them.",
    "touch_time: hours with somebody at work on an item. person_time: hours of everybody.",
    "wait_time of a team or step is for each visit; queue_time is the part of it while somebody of"
    " the team is on shift.",
    "utilisation: busy over staffed time. flow_efficiency: touch over lead time.",
    "Half-widths are 95 %, Student t over replications.",
)


def everything(results: Results) -> Iterator[str]:
    """Lines for the scenario and every measure; causes that never occur are left out."""
    yield from _told(results.about)
    sections: dict[str, list[tuple[str, Number]]] = {}
    for key, number in results.numbers.items():
        if key.cause is not None and not number.value > 0:
            continue
        sections.setdefault(_about(key), []).append((_measure(key), number))
    for heading, lines in sections.items():
        yield ""
        yield f"  {heading}"
        for name, number in lines:
            yield f"    {cut(name, 44):<44}{_value(number):>20} {_unit(number)}"
    yield ""
    for definition in DEFINITIONS:
        yield from _wrapped(definition)


def _told(about: About) -> Iterator[str]:
    """Lines for what the scenario says of itself and of its steps."""
    if about.description:
        yield ""
        yield from _wrapped(about.description)
    heading = ""
    enters = {stream.name: stream.enters for stream in about.streams}
    for step in about.steps:
        if step.stream != heading:
            heading = step.stream
            yield ""
            idea = enters.get(heading) == "opportunity"
            yield f"  steps of {heading}{', from opportunity to value' if idea else ''}"
        who = [step.activity, step.practice, step.kind, step.team]
        owner = f"owner {step.owner}" if step.owner else ""
        tool = f"in {step.tool}" if step.tool else ""
        gate = step.gate and (step.gate if step.gate.startswith("asks ") else f"meets {step.gate}")
        output = f"> {step.output}" if step.output else ""
        words = [word for word in (*who, owner, tool, gate, output) if word]
        yield from _wrapped(f"  {step.name}: {' · '.join(words)}")


def _about(key: Key) -> str:
    names = {
        "stream": key.stream,
        "class": key.cls,
        "team": key.team,
        "step": key.step,
        "activity": key.activity,
    }
    return ", ".join(f"{word} {name}" for word, name in names.items() if name) or "all streams"


def _measure(key: Key) -> str:
    words = [key.target, key.measure, key.statistic]
    name = ".".join(word for word in words if word)
    extra = [word for word in (key.cause, key.clock) if word]
    return f"{name} ({', '.join(extra)})" if extra else name


def _value(number: Number) -> str:
    return percent(number) if number.unit == "1" else figure(number)


def _unit(number: Number) -> str:
    return "" if number.unit == "1" or math.isnan(number.value) else number.unit


def _wrapped(text: str) -> Iterator[str]:
    from textwrap import wrap

    yield from wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
